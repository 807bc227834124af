use metrics::definition::{Aggregation, SubjectKind, Way};

use super::*;

fn definition() -> Definition {
    Definition {
        key: "latency".into(),
        title: "Latency".into(),
        detail: String::new(),
        pillar: "performance".into(),
        unit: "ms".into(),
        decimals: 0,
        direction: Way::Down,
        period: PeriodKind::Week,
        subject: SubjectKind::Team,
        aggregation: Aggregation::None,
        target: None,
        least: Some(0.0),
        greatest: Some(1000.0),
        fresh_days: None,
        logs: false,
        chart: metrics::definition::ChartKind::Individuals,
        goal: String::new(),
        signal: String::new(),
        decision: String::new(),
        counter_metric: None,
        could_come_from: String::new(),
    }
}

fn week(n: i64) -> Period {
    Period { kind: PeriodKind::Week, label: format!("2026-W{n:02}"), starts: Time(n * 10), ends: Time(n * 10 + 10) }
}

fn stored(n: i64, number: f64, way: Provenance) -> Value {
    Value {
        metric: "latency".into(),
        subject: String::new(),
        starts: week(n).starts,
        ends: week(n).ends,
        period: week(n).label,
        number: Some(number),
        numerator: None,
        denominator: None,
        version: 1,
        way,
        actor: String::new(),
        source: "Ann".into(),
        recorded_at: Time(0),
        measured_at: Time(0),
        kept: false,
        note: String::new(),
        note_by: String::new(),
        note_at: None,
    }
}

fn number(value: f64) -> Reading {
    Reading::Number { value, detail: "from 3 points".into() }
}

fn none(fault: bool) -> Reading {
    Reading::None { why: "the query gave no sample".into(), fault }
}

fn labels(wanted: &[Wanted]) -> Vec<i64> {
    wanted.iter().map(|w| w.period.starts.0 / 10).collect()
}

fn judged(old: &[Option<Value>], readings: Vec<Reading>) -> Judged {
    let wanted: Vec<Wanted> =
        (46 - old.len() as i64..46).zip(old).map(|(n, v)| Wanted { period: week(n), stored: v.clone() }).collect();
    judge((&definition(), 1), "payments", &wanted, readings, 2026, Tense::Done)
}

#[test]
fn a_first_run_asks_for_every_closed_period_without_a_value() {
    let closed = || (1..=5).map(week).collect::<Vec<_>>();
    assert_eq!(labels(&wanted(closed(), &[], None)), [1, 2, 3, 4, 5]);
    let known = [stored(2, 1.0, Provenance::Typed), stored(5, 2.0, Provenance::Pulled)];
    let found = wanted(closed(), &known, None);
    assert_eq!(labels(&found), [1, 3, 4, 5]);
    assert!(found[3].stored.is_some() && found[0].stored.is_none());
    assert!(wanted(vec![], &known, None).is_empty());
}

#[test]
fn later_runs_ask_for_what_closed_since_the_last_good_one_and_again_for_the_newest() {
    let closed = || (1..=5).map(week).collect::<Vec<_>>();
    // Week 3 ended at 40.
    assert_eq!(labels(&wanted(closed(), &[], Some(Time(40)))), [4, 5]);
    assert_eq!(labels(&wanted(closed(), &[stored(5, 1.0, Provenance::Pulled)], Some(Time(60)))), [5]);
}

#[test]
fn a_number_is_stored_and_told() {
    let j = judged(&[None, None, None], vec![none(true), number(400.0), number(412.0)]);
    assert_eq!(j.trial.outcome, Outcome::Stored);
    assert_eq!(j.trial.message, "Week 45 has 412 ms; one earlier week was filled in.");
    let sent: Vec<_> = j.values.iter().map(|v| (v.period.as_str(), v.number, v.subject.as_str())).collect();
    assert_eq!(sent, [("2026-W44", Some(400.0), "payments"), ("2026-W45", Some(412.0), "payments")]);
    assert_eq!(
        j.trial.values.iter().map(|p| p.fate).collect::<Vec<_>>(),
        [PeriodFate::Stored, PeriodFate::Stored, PeriodFate::None]
    );
}

#[test]
fn no_number_for_the_newest_period_is_a_failure_and_never_nought() {
    let j = judged(&[None], vec![none(true)]);
    assert_eq!((j.trial.outcome, j.values.len()), (Outcome::Failed, 0));
    assert_eq!(j.trial.message, "No value for week 45: the query gave no sample.");
    let j = judged(&[None, None], vec![number(1.0), none(true)]);
    assert_eq!((j.trial.outcome, j.values.len()), (Outcome::Failed, 1));
    assert!(j.trial.message.ends_with("One earlier week was filled in."), "{}", j.trial.message);
    // Nothing happened in the period: no value, and no failure either.
    let j = judged(&[None], vec![none(false)]);
    assert_eq!((j.trial.outcome, j.values.len()), (Outcome::Nothing, 0));
}

#[test]
fn what_people_typed_stays_and_what_was_pulled_is_corrected() {
    let j = judged(&[Some(stored(45, 400.0, Provenance::Typed))], vec![number(412.0)]);
    assert_eq!((j.trial.outcome, j.values.len()), (Outcome::Nothing, 0));
    assert_eq!(j.trial.message, "Week 45: 400 ms, typed by Ann, stays.");
    let j = judged(&[Some(stored(45, 400.0, Provenance::Pulled))], vec![number(412.0)]);
    assert_eq!((j.trial.outcome, j.values.len()), (Outcome::Stored, 1));
    let j = judged(&[Some(stored(45, 412.0, Provenance::Pulled))], vec![number(412.0)]);
    assert_eq!((j.trial.outcome, j.trial.message.as_str()), (Outcome::Unchanged, "Week 45 still has 412 ms."));
    let newer = judge(
        (&definition(), 2),
        "payments",
        &[Wanted { period: week(45), stored: Some(stored(45, 412.0, Provenance::Pulled)) }],
        vec![number(412.0)],
        2026,
        Tense::Would,
    );
    assert_eq!(newer.trial.message, "Week 45 would have 412 ms.");
    assert_eq!(newer.values.len(), 1, "a new version of the definition wants its own value");
}

#[test]
fn a_number_that_the_definition_refuses_is_a_failure() {
    for bad in [-1.0, 1001.0, 1e300, f64::NAN, f64::INFINITY] {
        let j = judged(&[None], vec![number(bad)]);
        assert_eq!((j.trial.outcome, j.values.len()), (Outcome::Failed, 0), "{bad}");
    }
    let zero = judged(&[None], vec![number(-0.0)]);
    assert!(zero.values[0].number.unwrap().is_sign_positive());
}

#[test]
fn before_anything_has_closed_there_is_nothing_to_pull() {
    let j = judged(&[], vec![]);
    assert_eq!((j.trial.outcome, j.trial.values.len()), (Outcome::Nothing, 0));
    assert!(j.trial.message.contains("has closed yet"), "{}", j.trial.message);
}

#[test]
fn long_sentences_are_cut() {
    assert_eq!(short(&"é".repeat(700)).chars().count(), 600);
    assert_eq!(short("as it is"), "as it is");
}
