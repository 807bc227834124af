//! A metric before and after something changed: which of its periods stand on which side, and by which method they are compared.
//! The one place where a definition becomes a comparison. Pure.

use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use verdict::effect::{self, Effect, Events, Share, Sides, Wording};

use crate::definition::{ChartKind, Definition, PeriodKind};
use crate::value::Value;

/// A period on one side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ComparedPeriod)]
pub struct Point {
    /// The period as it is written.
    pub period: String,
    /// The number.
    pub number: f64,
    /// Counted events, for a ratio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numerator: Option<f64>,
    /// All events, for a ratio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denominator: Option<f64>,
}

/// What was compared, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// Periods before, oldest first.
    pub before: Vec<Point>,
    /// Periods after, oldest first.
    pub after: Vec<Point>,
    /// The comparison.
    pub effect: Effect,
    /// Why the method is another than the chart of the metric would have, as a sentence; empty if it is not.
    pub note: &'static str,
}

/// "week", "weeks".
pub fn each(kind: PeriodKind) -> (&'static str, &'static str) {
    match kind {
        PeriodKind::Day => ("day", "days"),
        PeriodKind::Week => ("week", "weeks"),
        PeriodKind::Sprint => ("sprint", "sprints"),
        PeriodKind::Month => ("month", "months"),
    }
}

/// How the numbers of a metric are written.
pub fn wording(d: &Definition) -> Wording<'_> {
    Wording { unit: &d.unit, decimals: d.decimals, each: each(d.period) }
}

fn point(v: &Value) -> Option<Point> {
    Some(Point { period: v.period.clone(), number: v.number?, numerator: v.numerator, denominator: v.denominator })
}

/// The periods of a series that lie wholly before and wholly after a change, within `[from, until)`. What it falls into counts to
/// neither side.
pub fn sides(series: &[Value], changed: Time, (from, until): (Time, Time)) -> (Vec<Point>, Vec<Point>) {
    let before = series.iter().filter(|v| v.starts >= from && v.ends <= changed);
    let after = series.iter().filter(|v| v.starts >= changed && v.ends <= until);
    (before.filter_map(point).collect(), after.filter_map(point).collect())
}

/// A whole number of at least nought.
fn whole(x: f64) -> Option<u64> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "looked at just before")]
    ((0.0..=1e15).contains(&x) && x.fract() == 0.0).then_some(x as u64)
}

fn share(points: &[Point]) -> Option<Share> {
    let sum = |of: fn(&Point) -> Option<f64>| points.iter().map(|p| of(p).and_then(whole)).sum::<Option<u64>>();
    let (k, n) = (sum(|p| p.numerator)?, sum(|p| p.denominator)?);
    (k <= n).then_some(Share { k, n })
}

fn events(points: &[Point], rate: bool) -> Option<Events> {
    let count = points.iter().map(|p| whole(if rate { p.numerator? } else { p.number })).sum::<Option<u64>>()?;
    let periods = u64::try_from(points.len()).ok()?;
    let exposure = if rate { points.iter().map(|p| p.denominator).sum::<Option<f64>>()? } else { points.iter().map(|_| 1.0).sum() };
    (exposure > 0.0).then_some(Events { count, exposure, periods })
}

const PARTS: &str = "Some values came without whole counts, so the values of the periods are compared instead.";

/// Compares two sides by the method of the metric's chart. `None` if a number is beyond what can be compared.
pub fn compare(d: &Definition, before: Vec<Point>, after: Vec<Point>) -> Option<Compared> {
    let counted = match d.chart {
        ChartKind::Individuals | ChartKind::Gap => None,
        ChartKind::Proportion => share(&before).zip(share(&after)).map(|(before, after)| Sides::Shares { before, after }),
        ChartKind::Count | ChartKind::Rate => {
            let rate = d.chart == ChartKind::Rate;
            let both = events(&before, rate).zip(events(&after, rate));
            both.map(|(before, after)| Sides::Events { before, after })
        }
    };
    let note = if counted.is_none() && !matches!(d.chart, ChartKind::Individuals | ChartKind::Gap) { PARTS } else { "" };
    let numbers = |points: &[Point]| points.iter().map(|p| p.number).collect::<Vec<f64>>();
    let (b, a) = (numbers(&before), numbers(&after));
    let effect = effect::compare(&counted.unwrap_or(Sides::Amounts { before: &b, after: &a })).ok()?;
    Some(Compared { before, after, effect, note })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::sample;
    use verdict::effect::{Finding, Method};

    type Told = (f64, Option<(f64, f64)>);

    fn points(numbers: &[Told]) -> Vec<Point> {
        let one = |(i, (number, pair)): (usize, &Told)| Point {
            period: i.to_string(),
            number: *number,
            numerator: pair.map(|p| p.0),
            denominator: pair.map(|p| p.1),
        };
        numbers.iter().enumerate().map(one).collect()
    }

    fn of(chart: ChartKind, before: &[Told], after: &[Told]) -> Compared {
        compare(&Definition { chart, ..sample() }, points(before), points(after)).unwrap()
    }

    #[test]
    fn each_chart_has_its_method() {
        let (high, low) = ([(20.0, Some((20.0, 100.0))); 6], [(2.0, Some((2.0, 100.0))); 6]);
        for (chart, method) in [
            (ChartKind::Individuals, Method::HodgesLehmann),
            (ChartKind::Gap, Method::HodgesLehmann),
            (ChartKind::Proportion, Method::Newcombe),
            (ChartKind::Count, Method::PoissonRatio),
            (ChartKind::Rate, Method::PoissonRatio),
        ] {
            let c = of(chart, &high, &low);
            assert_eq!((c.effect.method, c.effect.finding, c.note), (method, Finding::Lower, ""), "{chart:?}");
        }
        let pooled = of(ChartKind::Proportion, &high, &low);
        assert_eq!((pooled.effect.before.n, pooled.effect.before.count), (600, Some(120)), "cases are added up, not averaged");
        assert_eq!(of(ChartKind::Rate, &high, &low).effect.before.n, 6, "a rate is counted in periods");
    }

    #[test]
    fn without_whole_counts_the_periods_are_compared_and_it_is_said() {
        let bare = [(20.0, None); 6];
        let c = of(ChartKind::Proportion, &bare, &bare);
        assert_eq!((c.effect.method, c.note), (Method::HodgesLehmann, PARTS));
        assert_eq!(of(ChartKind::Count, &[(1.5, None); 6], &[(1.0, None); 6]).note, PARTS);
    }

    #[test]
    fn nothing_on_a_side_is_too_few() {
        for chart in [ChartKind::Individuals, ChartKind::Proportion, ChartKind::Count, ChartKind::Rate] {
            assert_eq!(of(chart, &[], &[(1.0, Some((1.0, 2.0))); 6]).effect.finding, Finding::TooFew, "{chart:?}");
        }
    }
}
