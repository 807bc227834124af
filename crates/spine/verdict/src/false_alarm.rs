//! How often a rule cries wolf.
//!
//! Limits from few values are themselves uncertain, so a new value falls outside them by chance more often than the textbook's
//! 0.27 %. The table was computed with 1,000,000 runs of independent normal values for each row (fewer above 30 values).

/// Probability of a signal without a change, by number of values in the baseline: rule 1 on a new value; rules 1 to 3 on a
/// new value with seven more before it; rule 1 on the newest value of the baseline itself.
const TABLE: [(f64, [f64; 3]); 12] = [
    (4.0, [0.0764, 0.1554, 0.0000]),
    (5.0, [0.0572, 0.1228, 0.0022]),
    (6.0, [0.0452, 0.1018, 0.0062]),
    (8.0, [0.0309, 0.0755, 0.0068]),
    (10.0, [0.0236, 0.0601, 0.0064]),
    (12.0, [0.0190, 0.0506, 0.0059]),
    (17.0, [0.0130, 0.0371, 0.0051]),
    (24.0, [0.0093, 0.0287, 0.0044]),
    (36.0, [0.0066, 0.0223, 0.0040]),
    (60.0, [0.0048, 0.0179, 0.0033]),
    (100.0, [0.0041, 0.0154, 0.0031]),
    (f64::INFINITY, [0.0027, 0.0118, 0.0027]),
];

/// The same where sigma follows from the centre (p, c and u charts) and only the centre is uncertain, taking the counts as
/// normal. Rule 1 is twice the normal tail beyond 3 / sqrt(1 + 1/n).
const KNOWN_SIGMA: [(f64, [f64; 3]); 7] = [
    (4.0, [0.0073, 0.0763, 0.0005]),
    (6.0, [0.0055, 0.0524, 0.0010]),
    (8.0, [0.0046, 0.0411, 0.0013]),
    (12.0, [0.0040, 0.0302, 0.0018]),
    (24.0, [0.0034, 0.0205, 0.0022]),
    (60.0, [0.0029, 0.0152, 0.0025]),
    (f64::INFINITY, [0.0027, 0.0118, 0.0027]),
];

/// Rule 1 on any value of a baseline, judged by the limits that it helped to set: reference shares of series with a signal
/// (2.1 % of ten values, 3.1 % of thirteen), for one value.
const WITHIN_BASELINE: f64 = 0.0023;

/// What is expected of one chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Expected {
    /// Rule 1, newest value.
    pub(crate) newest: f64,
    /// All rules in force, newest value.
    pub(crate) newest_all_rules: f64,
    /// Rule 1, all judged values, as a number.
    pub(crate) chart: f64,
}

/// Expectation for limits from `n` values: `fresh` values are judged beside the baseline's own, and the newest is one of
/// the baseline's own or not. A baseline without variation says only that the odd one out of n + 1 may be any of them:
/// 1 / (n + 1).
pub(crate) fn expect(n: usize, fresh: usize, newest_in_baseline: bool, flat: bool, known_sigma: bool) -> Expected {
    let probability = |n, column| {
        if known_sigma { look_up(&KNOWN_SIGMA, n, column) } else { look_up(&TABLE, n, column) }
    };
    let (rule_1, all) = match (flat, newest_in_baseline) {
        (true, true) => (0.0, 0.0),
        (true, false) => (1.0 / (n as f64 + 1.0), 1.0 / (n as f64 + 1.0)),
        (false, true) => (probability(n, 2), probability(n, 2)),
        (false, false) if n < crate::SETTLED => (probability(n, 0), probability(n, 0)),
        (false, false) => (probability(n, 0), probability(n, 1)),
    };
    let for_one = if newest_in_baseline { probability(n, 0) } else { rule_1 };
    let own = if flat { 0.0 } else { n as f64 * WITHIN_BASELINE };
    Expected { newest: rule_1, newest_all_rules: all, chart: fresh as f64 * for_one + own }
}

/// A column of the table at `n` values, straight between its rows on the scale 1/n.
fn look_up(table: &[(f64, [f64; 3])], n: usize, column: usize) -> f64 {
    let n = (n as f64).max(table[0].0);
    for pair in table.windows(2) {
        let ((from, low), (to, high)) = (pair[0], pair[1]);
        if n <= to {
            let share = (1.0 / from - 1.0 / n) / (1.0 / from - 1.0 / to);
            return low[column] + share * (high[column] - low[column]);
        }
    }
    table[table.len() - 1].1[column]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Noise;
    use crate::{Options, individuals};

    #[test]
    fn the_published_probabilities_hold() {
        // reference: 5.6, 4.5, 3.1, 1.9, 1.2, 0.9 per cent for baselines of 5, 6, 8, 12, 17, 24 values (40,000 runs).
        for (n, published) in [(5, 0.056), (6, 0.045), (8, 0.031), (12, 0.019), (17, 0.012), (24, 0.009)] {
            let got = expect(n, 1, false, false, false).newest;
            assert!((got - published).abs() < 0.0016, "{n}: {got} against {published}");
        }
    }

    #[test]
    fn the_charts_themselves_cry_wolf_as_often_as_the_table_says() {
        let mut noise = Noise::new(7);
        for (n, runs) in [(5_usize, 6000), (10, 6000), (12, 6000), (24, 6000)] {
            let options = (n >= crate::SETTLED)
                .then(|| Options { baseline: Some(crate::Baseline { from: 0, len: n }), ..Options::default() });
            let (mut rule_1, mut all) = (0, 0);
            for _ in 0..runs {
                // A trial baseline is all but the newest; a settled one gets eight fresh values, so that runs can form.
                let len = if options.is_some() { n + 8 } else { n + 1 };
                let values: Vec<_> = (0..len).map(|_| Some(noise.normal())).collect();
                let last = individuals(&values, options.as_ref().unwrap_or(&Options::default())).unwrap().last;
                all += u32::from(last.signal.is_some());
                rule_1 += u32::from(last.strength > 0.0);
            }
            let expected = expect(n, 1, false, false, false);
            for (count, want) in [(rule_1, expected.newest), (all, expected.newest_all_rules)] {
                let got = f64::from(count) / f64::from(runs);
                let error = 4.5 * (want * (1.0 - want) / f64::from(runs)).sqrt();
                assert!((got - want).abs() < error, "{n}: {got} against {want}");
            }
        }
    }

    #[test]
    fn where_sigma_is_known_only_the_centre_is_uncertain() {
        let mut noise = Noise::new(11);
        for n in [6_usize, 12, 24] {
            let baseline = Some(crate::Baseline { from: 0, len: n });
            let options = Options { baseline, ..Options::default() };
            let (runs, mut rule_1, mut all) = (8000, 0, 0);
            for _ in 0..runs {
                // Counts around a million are as good as normal.
                let values: Vec<_> = (0..n + 8).map(|_| Some((1e6 + 1e3 * noise.normal()).round())).collect();
                let last = crate::counts(&values, &options).unwrap().last;
                all += u32::from(last.signal.is_some());
                rule_1 += u32::from(last.strength > 0.0);
            }
            let expected = expect(n, 1, false, false, true);
            for (count, want) in [(rule_1, expected.newest), (all, expected.newest_all_rules)] {
                let got = f64::from(count) / f64::from(runs);
                let error = 4.5 * (want * (1.0 - want) / f64::from(runs)).sqrt();
                assert!((got - want).abs() < error, "{n}: {got} against {want}");
            }
        }
    }

    #[test]
    fn more_values_mean_fewer_false_alarms_and_never_none() {
        let mut before = 1.0;
        for n in 4..400 {
            let now = expect(n, 1, false, false, false);
            assert!(now.newest <= before && now.newest >= 0.0027);
            before = now.newest;
        }
    }

    #[test]
    fn a_baseline_without_variation_is_weak_evidence() {
        assert!((expect(12, 1, false, true, false).newest - 1.0 / 13.0).abs() < 1e-12);
    }
}
