//! What became of the number that an action should move: values before and after, and what may be said of the difference. Pure.
//!
//! The period in which the action was done counts to neither side. Nothing is claimed before as many values have come since as a
//! run needs (rule 2: eight); then the newest values are judged against limits from the last twelve before, and the shift between both is
//! told with its 95 % interval (`metrics::compared`, the same that the council measures with).

use kernel::time::Time;
use metrics::compared::{Point, compare, wording};
use metrics::definition::{Definition, Way};
use metrics::judged::judge;
use metrics::value::Value;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use verdict::{Baseline, FEWEST, RUN, SETTLED, Signal};

use crate::action::{Expected, Move, Named};

/// Values since the action that are needed before anything is said.
pub const NEEDED: usize = RUN;

/// A value beside an action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EffectPoint {
    /// The period as it is written.
    pub period: String,
    /// The number.
    pub number: f64,
}

/// What may be said of the effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EffectFinding {
    /// The action is not done.
    NotDone,
    /// Too few values since.
    TooEarly,
    /// Too few values before.
    NothingBefore,
    /// A lasting shift in the direction that was expected.
    AsExpected,
    /// A lasting shift the other way.
    OtherWay,
    /// No lasting shift.
    NoChange,
}

/// The number that an action should move, before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ActionEffect)]
pub struct Effect {
    /// Key of the metric.
    pub metric: String,
    /// Its title.
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// Decimals shown.
    pub decimals: u8,
    /// Of what.
    pub subject: Named,
    /// What was expected, in words: "lower by 50 ms".
    pub expected: String,
    /// The last values before, oldest first, at most twelve.
    pub before: Vec<EffectPoint>,
    /// Values since, oldest first.
    pub after: Vec<EffectPoint>,
    /// What may be said.
    pub finding: EffectFinding,
    /// The same as sentences.
    pub words: String,
}

/// "lower by 50 ms".
pub fn expected_words(d: &Definition, e: &Expected) -> String {
    match e.by {
        // A difference between percentages is told in points.
        Some(by) if d.unit == "%" => format!("{} by {} points", e.direction.words(), html::number(by, d.decimals)),
        Some(by) => format!("{} by {}", e.direction.words(), html::with_unit(by, d.decimals, &d.unit)),
        None => e.direction.words().to_owned(),
    }
}

fn points(values: &[&Value]) -> Vec<EffectPoint> {
    values.iter().filter_map(|v| Some(EffectPoint { period: v.period.clone(), number: v.number? })).collect()
}

/// The shift between the last values before and those since, with its interval: "12.0 h lower: median 19.0 h of 12 sprints before, ..".
fn shift(d: &Definition, before: &[&Value], after: &[&Value]) -> String {
    let points = |values: &[&Value]| {
        let point = |v: &&Value| {
            Some(Point { period: v.period.clone(), number: v.number?, numerator: v.numerator, denominator: v.denominator })
        };
        values.iter().filter_map(point).collect()
    };
    let last = &before[before.len().saturating_sub(SETTLED)..];
    compare(d, points(last), points(after)).map(|c| c.effect.sentence(&wording(d))).unwrap_or_default()
}

/// The side on which the values since have settled, if they have: the newest run since the action.
fn settled(d: &Definition, before: &[&Value], after: &[&Value]) -> Option<(Option<Move>, String)> {
    let start = before.len().saturating_sub(SETTLED);
    let kept: Vec<_> = before.iter().skip(start).chain(after).map(|v| v.observed()).collect();
    let len = before.len() - start;
    let v = judge(d, &kept, Some(Baseline { from: 0, len }))?;
    let since = v.points.iter().skip(len);
    let side = since.filter_map(|p| p.signal).fold(None, |last, signal| match signal {
        Signal::RunAbove => Some(Move::Up),
        Signal::RunBelow => Some(Move::Down),
        _ => last,
    });
    // Limits of fewer than twelve values know rule 1 alone; a whole side of them says as much as a run.
    let centre = v.limits?.centre;
    let all =
        |above: bool| after.iter().rev().filter_map(|v| v.number).take(RUN).all(|n| if above { n > centre } else { n < centre });
    let side = side.or(if all(true) {
        Some(Move::Up)
    } else if all(false) {
        Some(Move::Down)
    } else {
        None
    });
    Some((side, v.sentence()))
}

/// The effect of an action that names a metric. `series` is in order; `done` is when it was done.
pub fn effect(d: &Definition, subject: Named, series: &[Value], done: Option<Time>, e: &Expected) -> Effect {
    let numbered: Vec<&Value> = series.iter().filter(|v| v.number.is_some()).collect();
    let at = done.unwrap_or(Time(i64::MAX));
    let before: Vec<&Value> = numbered.iter().copied().filter(|v| v.ends <= at).collect();
    let after: Vec<&Value> = numbered.iter().copied().filter(|v| v.starts >= at).collect();
    let shown = points(&before[before.len().saturating_sub(SETTLED)..]);
    let since = points(&after);
    let expected = expected_words(d, e);
    let (finding, words) = match done {
        None => (EffectFinding::NotDone, "It is not done, so nothing can be said of its effect.".to_owned()),
        Some(_) if after.len() < NEEDED => {
            (EffectFinding::TooEarly, format!("{} of {NEEDED} points since. Before that nothing is claimed.", after.len()))
        }
        Some(_) if before.len() < FEWEST => (
            EffectFinding::NothingBefore,
            format!(
                "{} {} before it: too few to tell a change from chance.",
                html::count_word_capital(before.len()),
                html::plural(before.len(), "value", "values")
            ),
        ),
        Some(_) => judged(d, e, (&before, &after)),
    };
    Effect {
        metric: d.key.clone(),
        title: d.title.clone(),
        unit: d.unit.clone(),
        decimals: d.decimals,
        subject,
        expected,
        before: shown,
        after: since,
        finding,
        words,
    }
}

fn judged(d: &Definition, e: &Expected, (before, after): (&[&Value], &[&Value])) -> (EffectFinding, String) {
    let figures = shift(d, before, after);
    let Some((side, newest)) = settled(d, before, after) else {
        return (EffectFinding::NothingBefore, format!("These values cannot be judged. {figures}"));
    };
    let good = match (d.direction, side) {
        (Way::Up, Some(Move::Up)) | (Way::Down, Some(Move::Down)) => ", for the better",
        (Way::Up, Some(Move::Down)) | (Way::Down, Some(Move::Up)) => ", for the worse",
        _ => "",
    };
    match side {
        Some(side) => {
            let as_expected = side == e.direction;
            let finding = if as_expected { EffectFinding::AsExpected } else { EffectFinding::OtherWay };
            let what = if as_expected { "as expected" } else { "against what was expected" };
            (
                finding,
                format!(
                    "{} since{good}, {what}: at least {RUN} values in a row on one side of the mean before. {figures} Newest value: {newest}",
                    html::capital(side.words())
                ),
            )
        }
        None => (
            EffectFinding::NoChange,
            format!("No lasting change: the values since lie on both sides of the mean before. {figures} Newest value: {newest}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use metrics::definition::{Aggregation, ChartKind, PeriodKind, SubjectKind};
    use metrics::value::Provenance;

    fn definition() -> Definition {
        Definition {
            key: "lead-time".into(),
            title: "Lead time".into(),
            detail: String::new(),
            pillar: "operations".into(),
            unit: "h".into(),
            decimals: 1,
            direction: Way::Down,
            period: PeriodKind::Sprint,
            subject: SubjectKind::Team,
            aggregation: Aggregation::Sum,
            target: None,
            least: None,
            greatest: None,
            fresh_days: None,
            logs: false,
            chart: ChartKind::Individuals,
            goal: String::new(),
            signal: String::new(),
            decision: String::new(),
            counter_metric: None,
            could_come_from: String::new(),
        }
    }

    fn series(numbers: &[f64]) -> Vec<Value> {
        let value = |(i, n): (usize, &f64)| {
            let starts = i64::try_from(i).unwrap() * 10;
            Value {
                metric: "lead-time".into(),
                subject: String::new(),
                starts: Time(starts),
                ends: Time(starts + 10),
                period: (i + 1).to_string(),
                number: Some(*n),
                numerator: None,
                denominator: None,
                version: 1,
                way: Provenance::Typed,
                actor: String::new(),
                source: String::new(),
                recorded_at: Time(starts),
                measured_at: Time(starts),
                kept: false,
                note: String::new(),
                note_by: String::new(),
                note_at: None,
            }
        };
        numbers.iter().enumerate().map(value).collect()
    }

    fn of(numbers: &[f64], done: Option<i64>, direction: Move) -> Effect {
        let e = Expected { metric: "lead-time".into(), subject: String::new(), direction, by: Some(5.0) };
        let subject = Named { slug: "cargo".into(), name: "Cargo".into() };
        effect(&definition(), subject, &series(numbers), done.map(Time), &e)
    }

    /// Twelve calm values, then these.
    fn after(tail: &[f64]) -> Vec<f64> {
        let calm = (0..12).map(|i| if i % 2 == 0 { 20.0 } else { 18.0 });
        calm.chain(tail.iter().copied()).collect()
    }

    #[test]
    fn nothing_is_claimed_before_the_eighth_value_since() {
        let seven = of(&after(&[7.0; 7]), Some(120), Move::Down);
        assert_eq!((seven.finding, seven.after.len()), (EffectFinding::TooEarly, 7));
        assert_eq!(seven.words, "7 of 8 points since. Before that nothing is claimed.");
        let eight = of(&after(&[7.0; 8]), Some(120), Move::Down);
        assert_eq!(eight.finding, EffectFinding::AsExpected, "{}", eight.words);
        for part in
            ["Lower since, for the better, as expected", "12.0 h lower: median 19.0 h of 12 sprints before, 7.0 h of 8 after."]
        {
            assert!(eight.words.contains(part), "{part}: {}", eight.words);
        }
        assert_eq!(eight.expected, "lower by 5.0 h");
    }

    #[test]
    fn the_period_in_which_it_was_done_counts_to_neither_side() {
        let e = of(&after(&[7.0; 9]), Some(125), Move::Down);
        assert_eq!((e.before.len(), e.after.len()), (12, 8));
    }

    #[test]
    fn calm_after_is_no_change_and_the_other_way_is_said() {
        let calm = of(&after(&[20.0, 18.0, 19.0, 20.0, 18.0, 20.0, 18.0, 20.0]), Some(120), Move::Down);
        assert_eq!(calm.finding, EffectFinding::NoChange, "{}", calm.words);
        let worse = of(&after(&[30.0; 8]), Some(120), Move::Down);
        assert_eq!(worse.finding, EffectFinding::OtherWay);
        assert!(worse.words.contains("for the worse, against what was expected"), "{}", worse.words);
    }

    #[test]
    fn few_values_before_or_an_open_action_say_so() {
        let few = of(&[19.0, 18.0, 20.0, 19.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0], Some(40), Move::Down);
        assert_eq!(few.finding, EffectFinding::NothingBefore);
        let five = of(&[19.0, 18.0, 20.0, 19.0, 18.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0], Some(50), Move::Down);
        assert_eq!(five.finding, EffectFinding::AsExpected, "five before are enough for a mean: {}", five.words);
        assert_eq!(of(&after(&[7.0; 8]), None, Move::Down).finding, EffectFinding::NotDone);
        assert_eq!(of(&[], Some(0), Move::Up).finding, EffectFinding::TooEarly);
    }
}
