//! The sentences of the report, from values to words.

use super::individuals;
use crate::{Assurance, Baseline, Bounds, Direction, Judgement, Options, Signal, Target};

fn some(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

fn sprint() -> Options {
    Options { period_noun: "sprint".to_owned(), ..Options::default() }
}

#[test]
fn the_card_payment_of_the_mock_report() {
    let values = some(&[398.0, 412.0, 389.0, 415.0, 404.0, 412.0, 655.0]);
    let options = Options { direction: Direction::Down, target: Some(Target::AtMost(500.0)), unit: "ms".to_owned(), ..sprint() };
    let verdict = individuals(&values, &options).unwrap();
    assert_eq!(verdict.last.text, "243 higher");
    assert_eq!(verdict.last.judgement, Some(Judgement::Worse));
    assert_eq!(verdict.last.crossed, Some(Judgement::Worse));
    assert_eq!(verdict.last.target_met, Some(false));
    assert_eq!(verdict.last.reason, "provisional signal: outside 361 to 449");
    assert_eq!(verdict.sentence(), "243 higher, worse; provisional signal: outside 361 to 449.");
    assert_eq!(verdict.assurance, Assurance::AlwaysMet);
    assert!(verdict.last.strength > 3.0);
    assert_eq!(verdict.notes, ["The limits are provisional: they come from six values."]);
}

#[test]
fn a_shift_is_told_as_a_run_and_proposes_a_baseline() {
    let mut values = some(&[10.0, 12.0].repeat(6).into_iter().chain([10.5; 7]).collect::<Vec<_>>());
    values.insert(15, None);
    values.push(Some(10.4));
    let verdict = individuals(&values, &Options { direction: Direction::Down, ..sprint() }).unwrap();
    assert_eq!(verdict.last.signal, Some(Signal::RunBelow));
    assert_eq!(verdict.last.since, Some(12));
    assert_eq!(verdict.last.judgement, Some(Judgement::Better));
    assert_eq!(verdict.last.text, "0.1 lower");
    assert_eq!(verdict.last.reason, "signal: eight values in a row below the mean of 11");
    assert_eq!(verdict.proposed_baseline, Some(Baseline { from: 12, len: 9 }));

    // Without a hole the periods themselves are in a row.
    values.remove(15);
    let verdict = individuals(&values, &sprint()).unwrap();
    assert_eq!(verdict.last.reason, "signal: eight sprints in a row below the mean of 11");

    // Accepted, the new baseline is provisional, and what came before it is not judged.
    let accepted = Options { baseline: verdict.proposed_baseline, ..sprint() };
    let verdict = individuals(&values, &accepted).unwrap();
    assert!(verdict.limits.as_ref().is_some_and(|l| l.provisional));
    assert!(verdict.points[..12].iter().all(|p| p.signal.is_none() && p.band.is_none()));
}

#[test]
fn three_of_four_is_told_with_its_limit() {
    let mut values = [10.0, 12.0].repeat(6);
    values.extend([15.5, 15.6, 10.0, 15.7]);
    let last = individuals(&some(&values), &sprint()).unwrap().last;
    assert_eq!(last.signal, Some(Signal::NearUpper));
    assert_eq!(last.reason, "signal: three of four values nearer to the upper limit of 16 than to the mean of 11");
    assert_eq!((last.since, last.strength), (Some(12), 0.0));
}

#[test]
fn equal_values_make_no_noise_and_no_nan() {
    let of = |n: usize, next: f64| {
        let mut values = vec![Some(100.0); n];
        values.push(Some(next));
        individuals(&values, &Options { direction: Direction::Up, unit: "%".to_owned(), ..sprint() }).unwrap()
    };
    assert_eq!(of(5, 100.0).last.reason, "provisional: the same as the five values before");
    assert_eq!(of(5, 99.0).last.reason, "provisional: the five values before are all 100, too little to judge by");
    assert_eq!(of(5, 99.0).last.signal, None);
    assert_eq!(of(12, 100.0).last.reason, "the same as the twelve values of the baseline");
    let verdict = of(12, 99.0);
    assert_eq!(verdict.sentence(), "1 point lower, worse; signal: the twelve values of the baseline are all 100.");
    assert_eq!(verdict.last.strength, 0.0);
    assert!((verdict.false_alarm - 1.0 / 13.0).abs() < 1e-12);
    let limits = verdict.limits.unwrap();
    assert_eq!((limits.lower, limits.centre, limits.upper, limits.flat), (100.0, 100.0, 100.0, true));
}

#[test]
fn a_signal_is_shown_with_the_decimals_it_takes() {
    let mut values = [5.01, 5.02].repeat(6);
    values.push(5.07);
    let last = individuals(&some(&values), &sprint()).unwrap().last;
    assert_eq!(last.text, "0.1 higher");
    assert_eq!(last.reason, "signal: outside 4.99 to 5.04");
}

#[test]
fn limits_stop_where_the_quantity_ends_and_say_so() {
    let values = some(&[1.0, 0.0, 2.0, 0.0, 1.0, 3.0, 0.0, 1.0, 0.0, 2.0, 1.0, 0.0, 1.0]);
    let bounds = Bounds { min: Some(0.0), max: None };
    let verdict = individuals(&values, &Options { bounds, ..sprint() }).unwrap();
    let limits = verdict.limits.unwrap();
    assert_eq!((limits.lower, limits.clipped_low, limits.clipped_high), (0.0, true, false));
    assert_eq!(verdict.notes, ["The lower limit stops at 0: the quantity cannot be less."]);
    assert_eq!(verdict.last.reason, "within 0 to 5");
    // Clipping moves no mean: a nought is not "nearer to the limit" for being at the bound.
    assert!(verdict.points.iter().all(|p| p.signal.is_none()));

    let high = some(&[99.0, 100.0, 98.0, 100.0, 99.0, 99.5, 100.0]);
    let bounds = Bounds { min: Some(0.0), max: Some(100.0) };
    let verdict = individuals(&high, &Options { bounds, ..sprint() }).unwrap();
    assert_eq!(verdict.notes[1..], ["The upper limit stops at 100: the quantity cannot be more."]);
    let limits = verdict.limits.unwrap();
    assert_eq!((limits.upper, limits.clipped_high, limits.clipped_low), (100.0, true, false));
}

#[test]
fn a_newest_sprint_without_a_value_is_unknown_and_not_steady() {
    let mut values = [Some(4.0), Some(5.0)].repeat(7);
    values.extend([None, None]);
    let verdict = individuals(&values, &sprint()).unwrap();
    assert_eq!(verdict.sentence(), "No value; the last value is two sprints old.");
    assert_eq!((verdict.last.signal, verdict.last.target_met, verdict.false_alarm), (None, None, 0.0));
    assert!(verdict.limits.is_some());
}
