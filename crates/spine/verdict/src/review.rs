//! Many verdicts together: which signals to look at first, and how many of them chance alone would give.
//!
//! Source: Y. Benjamini and Y. Hochberg 1995, for the share of false discoveries.

use crate::figures::Figures;

/// The places of the verdicts with a signal, strongest first. Strength decides, then the smaller chance, then the order given; rules
/// 2 and 3 have no strength and come after rule 1.
#[must_use]
pub fn strongest(verdicts: &[Figures]) -> Vec<usize> {
    let chance = |v: &Figures| v.chance().unwrap_or(1.0);
    let mut places: Vec<(usize, f64, f64)> = (verdicts.iter().enumerate())
        .filter(|(_, v)| v.newest.signal.is_some())
        .map(|(place, v)| (place, v.newest.strength, chance(v)))
        .collect();
    places.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.2.total_cmp(&b.2)).then(a.0.cmp(&b.0)));
    places.into_iter().map(|(place, ..)| place).collect()
}

/// How many newest values to expect among the signals of a review although nothing changed, by all rules in force.
#[must_use]
pub fn expected_false_alarms(verdicts: &[Figures]) -> f64 {
    verdicts.iter().map(|v| v.false_alarm_all_rules).sum()
}

/// Which of many chances to believe so that at most the share `rate` of them is expected to be false: in rising order the k-th is
/// believed up to the last that is at most k `rate` / n. A place for each chance, in the order given.
#[must_use]
pub fn discoveries(chances: &[f64], rate: f64) -> Vec<bool> {
    let mut order: Vec<usize> = (0..chances.len()).collect();
    order.sort_by(|a, b| chances[*a].total_cmp(&chances[*b]));
    let enough = |k: usize| chances[order[k]] <= (k + 1) as f64 * rate / chances.len() as f64;
    let believed = (0..order.len()).rev().find(|k| enough(*k)).map_or(0, |k| k + 1);
    let mut out = vec![false; chances.len()];
    order[..believed].iter().for_each(|place| out[*place] = true);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Judge, Options, Signal};

    /// The newest value stands `by` above twelve values that vary between 10 and 12.
    fn figures(by: f64) -> Figures {
        let mut values: Vec<_> = [10.0, 12.0].repeat(6).into_iter().map(Some).collect();
        values.push(Some(11.0 + by));
        Judge::new().individuals(&values, &Options::default()).unwrap()
    }

    #[test]
    fn the_strongest_signal_comes_first_and_no_signal_is_left_out_of_the_count() {
        let mut run: Vec<_> = [10.0, 12.0].repeat(6).into_iter().map(Some).collect();
        run.extend([Some(11.5); 8]);
        let run = Judge::new().individuals(&run, &Options::default()).unwrap();
        assert_eq!(run.newest.signal, Some(Signal::RunAbove));
        let all = [figures(0.5), run, figures(7.0), figures(-30.0), figures(7.0)];
        assert_eq!(strongest(&all), [3, 2, 4, 1]);
        let expected = expected_false_alarms(&all);
        assert!(expected > 5.0 * 0.02 && expected < 5.0 * 0.06, "{expected}");
        assert!(strongest(&[]).is_empty());
    }

    #[test]
    fn benjamini_and_hochberg_by_hand() {
        // Of five at a rate of 5 % the bars are 0.01, 0.02, 0.03, 0.04, 0.05: the third is under its bar, so the second counts too.
        let chances = [0.6, 0.028, 0.001, 0.045, 0.021];
        assert_eq!(discoveries(&chances, 0.05), [false, true, true, false, true]);
        assert_eq!(discoveries(&[0.2, 0.3], 0.05), [false, false]);
        assert!(discoveries(&[], 0.05).is_empty());
        assert_eq!(discoveries(&[0.05], 0.05), [true]);
    }
}
