//! From which values limits come, and when a new baseline is proposed.
//!
//! Source: trial limits below twelve values and locked ones from twelve (NHS-R); after a run of eight a new baseline starts at
//! the first of the eight (Graban after Wheeler). Never a rolling window.

use crate::error::Error;
use crate::options::Baseline;
use crate::result::Proposal;
use crate::rules::Shift;

/// Fewest values for which anything but the difference is said, and fewest in a frozen baseline.
pub const FEWEST: usize = 5;

/// From this many values limits are settled: not provisional, and rules 2 and 3 are used.
pub const SETTLED: usize = 12;

/// Which periods of a series have a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Present {
    /// How many.
    pub(crate) n: usize,
    /// Index of the first.
    pub(crate) first: usize,
    /// Index of the twelfth, once there is one.
    pub(crate) twelfth: usize,
    /// Index of the newest.
    pub(crate) newest: usize,
    /// Index of the one before it.
    pub(crate) before: usize,
}

impl Present {
    /// Counts one more.
    #[inline]
    pub(crate) fn add(&mut self, index: usize) {
        self.n += 1;
        if self.n == 1 {
            self.first = index;
        }
        if self.n <= SETTLED {
            self.twelfth = index;
        }
        self.before = self.newest;
        self.newest = index;
    }

    /// Index of the newest, if there is any.
    pub(crate) fn last(&self) -> Option<usize> {
        (self.n > 0).then_some(self.newest)
    }
}

/// The periods that limits are computed from, and how many of them have a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) baseline: Baseline,
    pub(crate) n: usize,
}

/// Chooses the baseline: the frozen one; below five values none; below twelve all but the newest; else the first twelve. A gap
/// that is still `open` is the newest of the series and never belongs to it.
pub(crate) fn choose(
    values: &[Option<f64>],
    present: &Present,
    frozen: Option<Baseline>,
    open: bool,
) -> Result<Option<Chosen>, Error> {
    if let Some(baseline) = frozen {
        let n = values[baseline.from..baseline.end()].iter().flatten().count();
        return if n < FEWEST { Err(Error::BaselineShort { values: n }) } else { Ok(Some(Chosen { baseline, n })) };
    }
    let settled = present.n - usize::from(open && present.n > 0) >= SETTLED;
    let (last, n) = match present.n {
        ..FEWEST => return Ok(None),
        _ if settled => (present.twelfth, SETTLED),
        n => (present.before, n - 1),
    };
    Ok(Some(Chosen { baseline: spanning(present.first, last), n }))
}

/// The stretch from the first to the last of some periods.
fn spanning(first: usize, last: usize) -> Baseline {
    Baseline { from: first, len: last + 1 - first }
}

/// The stretch from `start` that holds its first twelve values, or all if they are fewer; with how many they are.
fn from_on(values: &[Option<f64>], start: usize) -> (Baseline, usize) {
    let mut present = Present::default();
    for (index, value) in values.iter().enumerate().skip(start) {
        if value.is_some() {
            present.add(index);
            if present.n == SETTLED {
                break;
            }
        }
    }
    (if present.n > 0 { spanning(present.first, present.newest) } else { spanning(start, start) }, present.n)
}

/// A baseline to offer. A run of eight offers one that starts at its first value, as long as most values since then stay on that
/// side; otherwise a frozen baseline of fewer than twelve values is offered to be filled up to twelve.
pub(crate) fn propose(values: &[Option<f64>], shift: Option<Shift>, used: Chosen, frozen: bool) -> Option<(Baseline, Proposal)> {
    if let Some(shift) = shift.filter(|s| s.start > used.baseline.from && s.stayed * 2 > s.since) {
        let why = Proposal::Run { length: shift.length, above: shift.above };
        return Some((from_on(values, shift.start).0, why));
    }
    if frozen && used.n < SETTLED {
        let (baseline, n) = from_on(values, used.baseline.from);
        return (n == SETTLED).then_some((baseline, Proposal::Fill));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Fit;
    use crate::rules::{InForce, Standing, Watch};

    fn present(values: &[Option<f64>]) -> Present {
        let mut present = Present::default();
        values.iter().enumerate().filter(|(_, v)| v.is_some()).for_each(|(i, _)| present.add(i));
        present
    }

    fn chosen(values: &[Option<f64>], open: bool) -> Option<Chosen> {
        choose(values, &present(values), None, open).unwrap()
    }

    /// A proposal for z values against mean 0 and sigma 1, judged by a baseline of the first `n`.
    fn proposed(z: &[f64], n: usize, frozen: bool) -> Option<(Baseline, Proposal)> {
        let fit = Fit { centre: 0.0, middle: 0.0, sigma: 1.0, mr_mean: 0.0, ranges: 11, tolerance: 0.0, flat: false };
        let mut watch = Watch::new(InForce { second: true, third: true });
        for (index, z) in z.iter().enumerate() {
            watch.see(index, Standing::new(*z, &fit, 1.0));
        }
        let values: Vec<_> = z.iter().copied().map(Some).collect();
        propose(&values, watch.shift, Chosen { baseline: Baseline { from: 0, len: n }, n }, frozen)
    }

    #[test]
    fn the_steps_of_the_policy() {
        let up_to = |n: usize| chosen(&vec![Some(1.0); n], false).map(|c| c.n);
        assert_eq!([4, 5, 11, 12, 40].map(up_to), [None, Some(4), Some(10), Some(12), Some(12)]);
    }

    #[test]
    fn an_open_gap_is_never_of_the_baseline() {
        let up_to = |n: usize| chosen(&vec![Some(1.0); n], true).map(|c| (c.n, c.baseline.len));
        assert_eq!([0, 4, 5, 12, 13].map(up_to), [None, None, Some((4, 4)), Some((11, 11)), Some((12, 12))]);
    }

    #[test]
    fn missing_periods_lengthen_the_baseline_and_are_no_members() {
        let mut values = vec![Some(1.0); 14];
        values[3] = None;
        assert_eq!(chosen(&values, false), Some(Chosen { baseline: Baseline { from: 0, len: 13 }, n: 12 }));
    }

    #[test]
    fn a_frozen_baseline_needs_five_values() {
        let values = [Some(1.0), Some(1.0), None, None, None, Some(1.0), Some(1.0), Some(1.0)];
        let refused = choose(&values, &present(&values), Some(Baseline { from: 0, len: 6 }), false);
        assert_eq!(refused, Err(Error::BaselineShort { values: 3 }));
    }

    #[test]
    fn a_run_of_eight_proposes_a_start_at_its_first() {
        let mut z = [-0.5, 0.5].repeat(6);
        z.extend([-1.0; 8]);
        let (baseline, why) = proposed(&z, 12, false).unwrap();
        assert_eq!(baseline, Baseline { from: 12, len: 8 });
        assert_eq!(why, Proposal::Run { length: 8, above: false });

        // One value across the mean does not take the proposal back; going back for good does.
        z.push(0.2);
        assert_eq!(proposed(&z, 12, false).unwrap().0, Baseline { from: 12, len: 9 });
        z.extend([0.2, -0.1].repeat(8));
        assert_eq!(proposed(&z, 12, false).map(|p| p.0.len), Some(12));
        z.extend([0.2; 7]);
        assert_eq!(proposed(&z, 12, false), None);
    }

    #[test]
    fn a_run_from_the_first_value_of_the_baseline_proposes_nothing_new() {
        let z = [[1.0; 8].as_slice(), &[-1.0, 1.0]].concat();
        assert_eq!(proposed(&z, 12, false), None);
    }

    #[test]
    fn a_short_frozen_baseline_is_offered_to_be_filled_up() {
        let z = [-0.5, 0.5].repeat(7);
        assert_eq!(proposed(&z, 8, true), Some((Baseline { from: 0, len: 12 }, Proposal::Fill)));
        assert_eq!(proposed(&z, 12, true), None);
        assert_eq!(proposed(&z[..11], 8, true), None);
    }
}
