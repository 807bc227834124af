//! From which values limits come, and when a new baseline is proposed.
//!
//! Source: trial limits below twelve values and locked ones from twelve (NHS-R); after a run of eight a new baseline starts at
//! the first of the eight (Graban after Wheeler). Never a rolling window.

use std::cmp::Ordering;

use crate::error::Error;
use crate::options::Baseline;
use crate::rules::{RUN, Run, Standing, runs};
use crate::words;

/// Fewest values for which anything but the difference is said, and fewest in a frozen baseline.
pub const FEWEST: usize = 5;

/// From this many values limits are settled: not provisional, and rules 2 and 3 are used.
pub const SETTLED: usize = 12;

/// The values that limits are computed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chosen {
    /// The stretch of periods.
    pub(crate) baseline: Baseline,
    /// Indices of its values.
    pub(crate) members: Vec<usize>,
}

/// Chooses the baseline: the frozen one; below five values none; below twelve all but the newest; else the first twelve.
/// `present` are the indices that have a value, in order.
pub(crate) fn choose(present: &[usize], frozen: Option<Baseline>) -> Result<Option<Chosen>, Error> {
    if let Some(baseline) = frozen {
        let members: Vec<usize> = present.iter().copied().filter(|i| baseline.holds(*i)).collect();
        if members.len() < FEWEST {
            return Err(Error::BaselineShort { values: members.len() });
        }
        return Ok(Some(Chosen { baseline, members }));
    }
    let members = match present.len() {
        ..FEWEST => return Ok(None),
        n @ ..SETTLED => &present[..n - 1],
        _ => &present[..SETTLED],
    };
    Ok(Some(Chosen { baseline: spanning(members), members: members.to_vec() }))
}

/// The stretch from the first to the last of `members`.
fn spanning(members: &[usize]) -> Baseline {
    let from = members.first().copied().unwrap_or(0);
    Baseline { from, len: members.last().map_or(0, |last| last + 1 - from) }
}

/// A baseline to offer, with the reason as a sentence. `standings` has a place for each judged value.
///
/// A run of eight offers one that starts at its first value, as long as most values since then stay on that side; otherwise a
/// frozen baseline of fewer than twelve values is offered to be filled up to twelve.
pub(crate) fn propose(standings: &[Option<Standing>], used: &Chosen, frozen: bool) -> Option<(Baseline, String)> {
    let values_from =
        |from: usize| -> Vec<usize> { (from..standings.len()).filter(|i| standings[*i].is_some()).take(SETTLED).collect() };
    if let Some(run) = latest_shift(standings, used.baseline.from) {
        let side = if run.side == Ordering::Greater { "above" } else { "below" };
        let why = format!(
            "{} values in a row {side} the mean: the limits no longer describe the present level.",
            capitalised(&words::count(run.length))
        );
        return Some((spanning(&values_from(run.start)), why));
    }
    if frozen && used.members.len() < SETTLED {
        let values = values_from(used.baseline.from);
        if values.len() == SETTLED {
            let why = "The baseline has fewer than twelve values and can now be filled up to twelve.".to_owned();
            return Some((spanning(&values), why));
        }
    }
    None
}

/// The latest run of at least eight that starts after `from`, if most values since its start are on its side.
fn latest_shift(standings: &[Option<Standing>], from: usize) -> Option<Run> {
    let run = runs(standings).into_iter().flatten().rfind(|run| run.length >= RUN)?;
    let since = || standings[run.start..].iter().flatten();
    let stayed = since().filter(|standing| standing.side == run.side).count();
    (run.start > from && stayed * 2 > since().count()).then_some(run)
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stand(z: &[f64]) -> Vec<Option<Standing>> {
        z.iter().map(|z| Some(Standing::new(*z, 0.0, 1.0, 0.0))).collect()
    }

    fn first(n: usize) -> Chosen {
        Chosen { baseline: Baseline { from: 0, len: n }, members: (0..n).collect() }
    }

    #[test]
    fn the_steps_of_the_policy() {
        let up_to = |n: usize| choose(&(0..n).collect::<Vec<_>>(), None).unwrap().map(|c| c.members.len());
        assert_eq!([4, 5, 11, 12, 40].map(up_to), [None, Some(4), Some(10), Some(12), Some(12)]);
    }

    #[test]
    fn missing_periods_lengthen_the_baseline_and_are_no_members() {
        let present: Vec<usize> = (0..14).filter(|i| *i != 3).collect();
        let chosen = choose(&present, None).unwrap().unwrap();
        assert_eq!(chosen.baseline, Baseline { from: 0, len: 13 });
        assert_eq!(chosen.members.len(), 12);
    }

    #[test]
    fn a_frozen_baseline_needs_five_values() {
        let refused = choose(&[0, 1, 5, 6, 7], Some(Baseline { from: 0, len: 6 }));
        assert_eq!(refused, Err(Error::BaselineShort { values: 3 }));
    }

    #[test]
    fn a_run_of_eight_proposes_a_start_at_its_first() {
        let mut z = [-0.5, 0.5].repeat(6);
        z.extend([-1.0; 8]);
        let (baseline, why) = propose(&stand(&z), &first(12), false).unwrap();
        assert_eq!(baseline, Baseline { from: 12, len: 8 });
        assert_eq!(why, "Eight values in a row below the mean: the limits no longer describe the present level.");

        // One value across the mean does not take the proposal back; going back for good does.
        z.push(0.2);
        assert_eq!(propose(&stand(&z), &first(12), false).unwrap().0, Baseline { from: 12, len: 9 });
        z.extend([0.2, -0.1].repeat(8));
        assert_eq!(propose(&stand(&z), &first(12), false).map(|p| p.0.len), Some(12));
        z.extend([0.2; 7]);
        assert_eq!(propose(&stand(&z), &first(12), false), None);
    }

    #[test]
    fn a_run_from_the_first_value_of_the_baseline_proposes_nothing_new() {
        let z = [[1.0; 8].as_slice(), &[-1.0, 1.0]].concat();
        assert_eq!(propose(&stand(&z), &first(12), false), None);
    }

    #[test]
    fn a_short_frozen_baseline_is_offered_to_be_filled_up() {
        let z = [-0.5, 0.5].repeat(7);
        assert_eq!(propose(&stand(&z), &first(8), true).map(|p| p.0), Some(Baseline { from: 0, len: 12 }));
        assert_eq!(propose(&stand(&z), &first(12), true), None);
        assert_eq!(propose(&stand(&z[..11]), &first(8), true), None);
    }
}
