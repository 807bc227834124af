//! How often a rule cries wolf.
//!
//! Limits from few values are themselves uncertain, so a new value falls outside them by chance more often than the textbook's
//! 0.27 %: 5.7 % after five values, 1.9 % after twelve, 0.9 % after twenty-four. Rules 2 and 3 add to that. The numbers are in tables
//! that the charts themselves were measured for; between their rows they are taken straight on the scale 1/n.

mod tables;

use crate::figures::Figures;
use crate::options::Chart;
use crate::result::{Limits, Signal};
use crate::rules::RUN;
use crate::student;
use tables::Row;

/// Which table holds for a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Noise {
    /// Sigma is estimated from moving ranges.
    Normal,
    /// Sigma follows from the centre.
    Known,
    /// Gaps on Nelson's scale.
    Gap,
    /// Geometric counts.
    GapCount,
}

impl Noise {
    pub(crate) fn of(chart: Chart) -> Self {
        match chart {
            Chart::Individuals => Self::Normal,
            Chart::Proportion | Chart::Count | Chart::Rate => Self::Known,
            Chart::Gap => Self::Gap,
            Chart::GapCount => Self::GapCount,
        }
    }

    fn table(self) -> &'static [Row] {
        match self {
            Self::Normal => &tables::NORMAL,
            Self::Known => &tables::KNOWN,
            Self::Gap => &tables::GAPS,
            Self::GapCount => &tables::GAP_COUNTS,
        }
    }
}

/// A chart on which nothing changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calm {
    pub(crate) noise: Noise,
    /// Values in the baseline.
    pub(crate) own: usize,
    /// Moving ranges among them; fewer than their number less one where periods are missing.
    pub(crate) ranges: usize,
    /// Values after the baseline.
    pub(crate) fresh: usize,
    /// The newest value is the baseline's last.
    pub(crate) newest_is_own: bool,
    /// All rules are in force.
    pub(crate) settled: bool,
    /// The baseline does not vary.
    pub(crate) flat: bool,
}

/// What is expected of one chart.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Expected {
    /// Rule 1, newest value.
    pub(crate) newest: f64,
    /// All rules in force, newest value.
    pub(crate) newest_all_rules: f64,
    /// All rules in force, all judged values, as a number.
    pub(crate) chart: f64,
}

/// The columns of a table at some number of values.
#[derive(Debug, Clone, Copy)]
struct Rates {
    own_rule_1: f64,
    own_all: f64,
    last_rule_1: f64,
    last_all: f64,
    rule_1: f64,
    first_all: f64,
    late_all: f64,
}

/// Expectation for a calm chart. A baseline without variation says only that the odd one out of n + 1 may be any of them.
pub(crate) fn expect(calm: &Calm) -> Expected {
    if calm.flat {
        return flat(calm);
    }
    let rates = rates(calm);
    // A run or a window that reaches back into the baseline is rarer; from the eighth value on all lie after it.
    let step = (rates.late_all - rates.first_all) / (RUN - 1) as f64;
    let early = calm.fresh.min(RUN - 1) as f64;
    let late = calm.fresh.saturating_sub(RUN - 1) as f64;
    let fresh = if calm.settled {
        early * rates.first_all + step * early * (early - 1.0) / 2.0 + late * rates.late_all
    } else {
        calm.fresh as f64 * rates.rule_1
    };
    let own = if calm.settled { rates.own_all } else { rates.own_rule_1 };
    let (newest, newest_all_rules) = match (calm.newest_is_own, calm.settled) {
        (true, true) => (rates.last_rule_1, rates.last_all),
        (true, false) => (rates.last_rule_1, rates.last_rule_1),
        (false, false) => (rates.rule_1, rates.rule_1),
        (false, true) => (rates.rule_1, rates.first_all + step * (calm.fresh.clamp(1, RUN) - 1) as f64),
    };
    Expected { newest, newest_all_rules, chart: calm.own as f64 * own + fresh }
}

/// Equal values: below twelve a different one is no signal; from twelve on the next is the odd one out with 1 / (n + 1), and the
/// one after that with 1 / (n + 2).
fn flat(calm: &Calm) -> Expected {
    if !calm.settled {
        return Expected::default();
    }
    let odd = |k: usize| 1.0 / (calm.own + k) as f64;
    let newest = if calm.newest_is_own { 0.0 } else { odd(1) };
    Expected { newest, newest_all_rules: newest, chart: (1..=calm.fresh.min(1000)).map(odd).sum() }
}

/// The rates of a chart. Missing periods leave fewer moving ranges, so the limits are worth those of fewer values: about half of
/// what is missing. A value beside a hole has little part in the limits and is judged nearly as a fresh one.
fn rates(calm: &Calm) -> Rates {
    let table = calm.noise.table();
    let worth = (calm.own + calm.ranges + 1) as f64 / 2.0;
    let at = look_up(table, worth);
    if calm.ranges + 1 >= calm.own {
        return at;
    }
    let holes = 1.0 - calm.ranges as f64 / (calm.own - 1) as f64;
    let beside = 0.6 * holes;
    // The table knows rules 2 and 3 from twelve values on; below, only rule 1 grows.
    let settled = look_up(table, worth.max(crate::SETTLED as f64));
    let more = at.rule_1 - settled.rule_1;
    Rates {
        own_rule_1: at.own_rule_1 * (1.0 - holes) + beside * at.rule_1,
        own_all: settled.own_all * (1.0 - holes) + beside * at.rule_1,
        last_rule_1: at.last_rule_1,
        last_all: settled.last_all.max(at.last_rule_1),
        rule_1: at.rule_1,
        first_all: settled.first_all + more,
        late_all: settled.late_all + more,
    }
}

/// The table at `n` values, straight between its rows on the scale 1/n.
fn look_up(table: &[Row], n: f64) -> Rates {
    let next = table.iter().position(|(at, _)| n <= *at).unwrap_or(table.len() - 1);
    let (to, high) = &table[next];
    let (from, low) = &table[next.saturating_sub(1)];
    let share = if n >= *to || from == to { 1.0 } else { ((1.0 / from - 1.0 / n) / (1.0 / from - 1.0 / to)).max(0.0) };
    let column = |k: usize| low[k] + share * (high[k] - low[k]);
    Rates {
        own_rule_1: column(0),
        own_all: column(1),
        last_rule_1: column(2),
        last_all: column(3),
        rule_1: column(4),
        first_all: column(5),
        late_all: column(6),
    }
}

/// Probability of a newest value at least as far from the mean, or of a pattern like its signal, although nothing changed.
///
/// On an XmR chart the distance in sigmas is as good as Student's t with 0.62 (n - 1) degrees of freedom, stretched so that the limit
/// itself has the probability of the table; where sigma follows from the centre it is normal; a geometric count has its own tail.
pub(crate) fn chance(figures: &Figures, limits: &Limits) -> f64 {
    let n = limits.n as f64;
    if limits.flat {
        return if figures.facts.differs { 1.0 / (n + 1.0) } else { 1.0 };
    }
    if figures.newest.signal.is_some_and(|s| !matches!(s, Signal::OutsideAbove | Signal::OutsideBelow)) {
        return figures.false_alarm_all_rules;
    }
    let Some(distance) = figures.facts.distance.map(f64::abs) else { return 1.0 };
    match Noise::of(figures.chart) {
        Noise::Known => student::two_sided(distance / (1.0 + 1.0 / n).sqrt(), 1e6),
        Noise::GapCount => tail(figures.newest.value.unwrap_or(limits.centre), limits.centre, n),
        noise => {
            let worth = (limits.n + figures.facts.ranges + 1) as f64 / 2.0;
            let freedom = (0.62 * (worth - 1.0)).max(1.0);
            let at_limit = look_up(noise.table(), worth).rule_1;
            student::two_sided(distance / 3.0 * student::distance(at_limit, freedom), freedom)
        }
    }
}

/// Both tails of a geometric count whose mean comes from `n` values.
fn tail(x: f64, mean: f64, n: f64) -> f64 {
    let at_least = |x: f64| (1.0 + x / (n * (mean + 0.5))).powf(-n);
    (2.0 * at_least(x).min(1.0 - at_least(x + 1.0))).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calm(own: usize, fresh: usize) -> Calm {
        Calm { noise: Noise::Normal, own, ranges: own - 1, fresh, newest_is_own: fresh == 0, settled: own >= 12, flat: false }
    }

    #[test]
    fn the_published_probabilities_hold() {
        // reference: 5.6, 4.5, 3.1, 1.9, 1.2, 0.9 per cent for baselines of 5, 6, 8, 12, 17, 24 values (40,000 runs).
        for (n, published) in [(5, 0.056), (6, 0.045), (8, 0.031), (12, 0.019), (17, 0.012), (24, 0.009)] {
            let got = expect(&calm(n, 1)).newest;
            assert!((got - published).abs() < 0.0016, "{n}: {got} against {published}");
        }
    }

    #[test]
    fn more_values_mean_fewer_false_alarms_and_never_none() {
        for noise in [Noise::Normal, Noise::Known, Noise::Gap, Noise::GapCount] {
            let mut before = 1.0;
            for n in 4..2000 {
                let now = expect(&Calm { noise, ..calm(n, 1) }).newest;
                assert!(now <= before * 1.02 && now >= 0.0007, "{noise:?} {n}: {now} after {before}");
                before = now;
            }
        }
    }

    #[test]
    fn every_further_value_adds_to_the_chart_until_each_adds_the_same() {
        let chart = |fresh| expect(&calm(12, fresh)).chart;
        let adds: Vec<_> = (0..20).map(|fresh| chart(fresh + 1) - chart(fresh)).collect();
        assert!(adds.windows(2).all(|w| w[1] >= w[0] - 1e-12), "{adds:?}");
        assert!((adds[7] - adds[19]).abs() < 1e-12);
        let newest = |fresh| expect(&calm(12, fresh)).newest_all_rules;
        assert!((newest(1) - adds[0]).abs() < 1e-12 && (newest(8) - adds[7]).abs() < 1e-12);
    }

    #[test]
    fn a_baseline_without_variation_is_weak_evidence() {
        let flat = |own, fresh| expect(&Calm { flat: true, ..calm(own, fresh) });
        assert!((flat(12, 1).newest - 1.0 / 13.0).abs() < 1e-12);
        assert!((flat(12, 2).chart - 1.0 / 13.0 - 1.0 / 14.0).abs() < 1e-12);
        assert_eq!(flat(6, 1), Expected::default());
    }

    #[test]
    fn a_geometric_tail_is_the_textbook_one_for_many_values() {
        let stay: f64 = 30.0 / 31.0;
        assert!((tail(100.0, 30.0, 1e7) - 2.0 * stay.powi(100)).abs() < 0.002);
        assert!((tail(0.0, 30.0, 1e7) - 2.0 / 31.0).abs() < 0.002);
    }
}
