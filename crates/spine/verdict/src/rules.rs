//! The three rules that turn a value into a signal.
//!
//! Source: Wheeler's rules 1 to 3. The signal of a value depends on that value and earlier ones alone, so a later value never
//! changes what was said before.

use std::cmp::Ordering;

use crate::result::Signal;

/// How many values in a row on one side of the mean are a signal.
pub const RUN: usize = 8;

/// Where a value stands against mean and limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Standing {
    /// Above, at or below the mean.
    pub(crate) side: Ordering,
    /// Beyond a limit.
    pub(crate) outside: bool,
    /// Nearer to the limit of its side than to the mean.
    pub(crate) near: bool,
    /// Distance beyond the limit in sigmas, nought within and for limits without width.
    pub(crate) beyond: f64,
}

/// Strength of a signal never exceeds this many sigmas, so that it stays a number.
const STRONGEST: f64 = 1e6;

impl Standing {
    /// Stands `x` against a mean and limits three sigmas away; differences up to `tolerance` do not count. Clipping is
    /// left out on purpose: nearer to the limit means more than half of the unclipped way.
    pub(crate) fn new(x: f64, centre: f64, sigma: f64, tolerance: f64) -> Self {
        let distance = (x - centre).abs();
        let reach = 3.0 * sigma;
        let side = match x.partial_cmp(&centre) {
            Some(side) if distance > tolerance => side,
            _ => Ordering::Equal,
        };
        let outside = distance > reach + tolerance;
        Self {
            side,
            outside,
            near: sigma > 0.0 && distance > reach / 2.0 + tolerance,
            beyond: if outside && sigma > 0.0 { ((distance - reach) / sigma).min(STRONGEST) } else { 0.0 },
        }
    }
}

/// A signal and the index at which its pattern began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) signal: Signal,
    pub(crate) since: usize,
}

/// Signals of a series, one place for each period. A period without a value is no evidence for either side: it neither
/// counts in a run nor ends it. Rules 2 and 3 are used only if `all_rules`.
pub(crate) fn signals(standings: &[Option<Standing>], all_rules: bool) -> Vec<Option<Found>> {
    let runs = runs(standings);
    let mut recent: Vec<(usize, Standing)> = Vec::new();
    let mut out = Vec::with_capacity(standings.len());
    for (index, standing) in standings.iter().enumerate() {
        let Some(standing) = *standing else {
            out.push(None);
            continue;
        };
        recent.push((index, standing));
        let above = standing.side == Ordering::Greater;
        let found = |up, down, since| Some(Found { signal: if above { up } else { down }, since });
        out.push(if standing.outside {
            found(Signal::OutsideAbove, Signal::OutsideBelow, index)
        } else if let (true, Some(run)) = (all_rules, runs[index].filter(|run| run.length >= RUN)) {
            found(Signal::RunAbove, Signal::RunBelow, run.start)
        } else if let (true, Some(since)) = (all_rules, three_of_four(&recent)) {
            found(Signal::NearUpper, Signal::NearLower, since)
        } else {
            None
        });
    }
    out
}

/// Rule 3 at the last of `recent`: it and at least two of the three values before it are nearer to the same limit than to the
/// mean. Gives the index of the first of them.
fn three_of_four(recent: &[(usize, Standing)]) -> Option<usize> {
    let (_, newest) = recent.last()?;
    let window = &recent[recent.len().saturating_sub(4)..];
    let mut close = window.iter().filter(|(_, s)| s.near && s.side == newest.side);
    (newest.near && close.clone().count() >= 3).then(|| close.next().map(|(index, _)| *index))?
}

/// The values in a row on one side of the mean that end at some index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    /// Index of the first.
    pub(crate) start: usize,
    /// How many values, missing periods not counted.
    pub(crate) length: usize,
    /// Which side.
    pub(crate) side: Ordering,
}

/// The run that ends at each index; none where there is no value or the value is the mean itself.
pub(crate) fn runs(standings: &[Option<Standing>]) -> Vec<Option<Run>> {
    let mut present: Option<Run> = None;
    let mut out = Vec::with_capacity(standings.len());
    for (index, standing) in standings.iter().enumerate() {
        let Some(standing) = standing else {
            out.push(None);
            continue;
        };
        present = match present {
            _ if standing.side == Ordering::Equal => None,
            Some(run) if run.side == standing.side => Some(Run { length: run.length + 1, ..run }),
            _ => Some(Run { start: index, length: 1, side: standing.side }),
        };
        out.push(present);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Signals of z values against mean 0 and sigma 1.
    fn of(z: &[f64]) -> Vec<Option<Signal>> {
        let standings: Vec<_> = z.iter().map(|z| Some(Standing::new(*z, 0.0, 1.0, 1e-12))).collect();
        signals(&standings, true).into_iter().map(|found| found.map(|f| f.signal)).collect()
    }

    #[test]
    fn rule_1_is_beyond_a_limit_and_not_on_it() {
        assert_eq!(of(&[3.0, -3.0, 3.1, -3.1]), [None, None, Some(Signal::OutsideAbove), Some(Signal::OutsideBelow)]);
    }

    #[test]
    fn rule_2_needs_eight_and_a_value_on_the_mean_ends_a_run() {
        let mut z = vec![0.5; 8];
        assert_eq!(of(&z)[6..], [None, Some(Signal::RunAbove)]);
        z[3] = 0.0;
        assert_eq!(of(&z)[7], None);
        z[3] = -0.1;
        assert_eq!(of(&z)[7], None);
    }

    #[test]
    fn a_missing_period_neither_counts_in_a_run_nor_ends_it() {
        let mut standings = vec![Some(Standing::new(-0.5, 0.0, 1.0, 0.0)); 9];
        standings[4] = None;
        let found = signals(&standings, true);
        assert_eq!(found[7], None);
        assert_eq!(found[8], Some(Found { signal: Signal::RunBelow, since: 0 }));
    }

    #[test]
    fn rule_3_needs_three_of_four_near_the_same_limit_and_the_newest_among_them() {
        assert_eq!(of(&[1.6, 0.2, 1.6, 1.6])[3], Some(Signal::NearUpper));
        assert_eq!(of(&[-1.6, 1.6, 1.6, -1.6])[3], None);
        assert_eq!(of(&[1.6, 1.6, 1.6, 0.2])[2..], [Some(Signal::NearUpper), None]);
        assert_eq!(of(&[1.5, 1.5, 1.5, 1.5])[3], None);
        assert_eq!(of(&[-1.6, -1.6, -1.6])[2], Some(Signal::NearLower));
    }

    #[test]
    fn rule_1_comes_before_rule_2_and_rule_2_before_rule_3() {
        let mut z = vec![1.7; 9];
        z[8] = 4.0;
        let found = of(&z);
        assert_eq!(found[2], Some(Signal::NearUpper));
        assert_eq!(found[7..], [Some(Signal::RunAbove), Some(Signal::OutsideAbove)]);
    }

    #[test]
    fn provisional_limits_know_rule_1_only() {
        let standings = vec![Some(Standing::new(1.7, 0.0, 1.0, 0.0)); 9];
        assert!(signals(&standings, false).iter().all(Option::is_none));
    }

    #[test]
    fn strength_is_in_sigmas_beyond_the_limit_and_stays_finite() {
        assert_eq!(Standing::new(11.0, 1.0, 2.0, 0.0).beyond, 2.0);
        assert_eq!(Standing::new(1e100, 0.0, 1e-300, 0.0).beyond, STRONGEST);
        assert_eq!(Standing::new(5.0, 4.0, 0.0, 0.0).beyond, 0.0);
    }
}
