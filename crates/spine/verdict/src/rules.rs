//! The three rules that turn a value into a signal.
//!
//! Source: Wheeler's rules 1 to 3. The signal of a value depends on that value and earlier ones alone, so a later value never
//! changes what was said before. That is why one pass is enough: [`Watch`] sees the values in order and keeps the present run,
//! the three values before and the latest long run.

use crate::limits::Fit;
use crate::result::Signal;

/// How many values in a row on one side of the mean are a signal.
pub const RUN: usize = 8;

/// Where a value stands against mean and limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Standing {
    /// 1 above, 0 at and -1 below the line that runs are counted from.
    pub(crate) side: i8,
    /// Beyond a limit.
    pub(crate) outside: bool,
    /// Nearer to the limit of its side than to the mean.
    pub(crate) near: bool,
}

/// Strength of a signal never exceeds this many sigmas, so that it stays a number.
const STRONGEST: f64 = 1e6;

impl Standing {
    /// Stands `x` against the mean and limits three `sigma` away. Clipping is left out on purpose: nearer to the limit means
    /// more than half of the unclipped way. What lies outside is above or below the mean, also where runs are counted from
    /// another line.
    #[inline]
    pub(crate) fn new(x: f64, fit: &Fit, sigma: f64) -> Self {
        let distance = (x - fit.centre).abs();
        let reach = 3.0 * sigma;
        let outside = distance > reach + fit.tolerance;
        let from = x - if outside { fit.centre } else { fit.middle };
        Self {
            // Values fall on either side as they like, so that a branch here would be guessed wrong half of the time.
            side: i8::from(from > fit.tolerance) - i8::from(-from > fit.tolerance),
            outside,
            near: sigma > 0.0 && distance > reach / 2.0 + fit.tolerance,
        }
    }
}

/// Distance of `x` beyond the limit in sigmas, nought within and for limits without width.
pub(crate) fn beyond(x: f64, fit: &Fit, sigma: f64) -> f64 {
    let over = (x - fit.centre).abs() - 3.0 * sigma;
    if over > fit.tolerance && sigma > 0.0 { (over / sigma).min(STRONGEST) } else { 0.0 }
}

/// A signal and how its pattern began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) signal: Signal,
    /// Index of the first value of the pattern.
    pub(crate) since: usize,
    /// How many values the pattern has.
    pub(crate) length: usize,
}

/// The latest run of at least eight values on one side, and how many values since its start are on that side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shift {
    /// Index of the first value of the run.
    pub(crate) start: usize,
    /// How many values the run has, missing periods not counted.
    pub(crate) length: usize,
    /// Which side.
    pub(crate) above: bool,
    pub(crate) stayed: usize,
    pub(crate) since: usize,
}

/// Which of the rules are in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InForce {
    pub(crate) second: bool,
    pub(crate) third: bool,
}

/// Sees the values of a series in order. A period without a value is not shown to it: that is no evidence for either side, and
/// neither counts in a run nor ends it.
#[derive(Debug)]
pub(crate) struct Watch {
    in_force: InForce,
    /// Side, first index and length of the present run.
    side: i8,
    start: usize,
    length: usize,
    /// Which of the three values before were near the upper and which near the lower limit; the lowest bit is the latest.
    near: [u8; 2],
    /// Indices of the three values before, latest first.
    before: [usize; 3],
    pub(crate) shift: Option<Shift>,
}

impl Watch {
    pub(crate) fn new(in_force: InForce) -> Self {
        Self { in_force, side: 0, start: 0, length: 0, near: [0; 2], before: [0; 3], shift: None }
    }

    /// What the rules say about the next value.
    #[inline]
    pub(crate) fn see(&mut self, index: usize, standing: Standing) -> Option<Found> {
        let Standing { side, outside, near } = standing;
        let same = usize::from(side == self.side);
        self.length = (self.length * same + 1) * usize::from(side != 0);
        self.start = if self.length == 1 { index } else { self.start };
        self.side = side;
        if self.length == RUN || self.shift.is_some() {
            self.count(side);
        }
        let found = if outside || near || self.length >= RUN { self.found(index, standing) } else { None };
        let now = |wanted: i8| u8::from(near && side == wanted);
        self.near = [(self.near[0] << 1 | now(1)) & 0b111, (self.near[1] << 1 | now(-1)) & 0b111];
        self.before = [index, self.before[0], self.before[1]];
        found
    }

    /// The first of the rules that holds.
    fn found(&self, index: usize, standing: Standing) -> Option<Found> {
        let above = standing.side > 0;
        let of = |up, down, since, length| Some(Found { signal: if above { up } else { down }, since, length });
        if standing.outside {
            of(Signal::OutsideAbove, Signal::OutsideBelow, index, 1)
        } else if self.in_force.second && self.length >= RUN {
            of(Signal::RunAbove, Signal::RunBelow, self.start, self.length)
        } else if self.in_force.third && standing.near {
            // Rule 3: this value and at least two of the three before it are nearer to the same limit than to the mean.
            let close = self.near[usize::from(!above)];
            let first = 7 - close.leading_zeros().min(7) as usize;
            if close.count_ones() >= 2 { of(Signal::NearUpper, Signal::NearLower, self.before[first], 3) } else { None }
        } else {
            None
        }
    }

    /// Keeps count of the latest long run and of what came of it.
    fn count(&mut self, side: i8) {
        if self.length == RUN {
            self.shift = Some(Shift { start: self.start, length: RUN, above: side > 0, stayed: RUN, since: RUN });
        } else if let Some(shift) = &mut self.shift {
            shift.since += 1;
            shift.stayed += usize::from(side == if shift.above { 1 } else { -1 });
            if self.length > RUN && self.start == shift.start {
                shift.length = self.length;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: InForce = InForce { second: true, third: true };

    /// Mean 0 and sigma 1.
    fn unit(tolerance: f64) -> Fit {
        Fit { centre: 0.0, middle: 0.0, sigma: 1.0, mr_mean: 0.0, ranges: 11, tolerance, flat: false }
    }

    fn founds(z: &[Option<f64>], in_force: InForce) -> (Vec<Option<Found>>, Option<Shift>) {
        let mut watch = Watch::new(in_force);
        let see = |(index, z): (usize, &Option<f64>)| z.and_then(|z| watch.see(index, Standing::new(z, &unit(1e-12), 1.0)));
        let found = z.iter().enumerate().map(see).collect();
        (found, watch.shift)
    }

    /// Signals of z values against mean 0 and sigma 1.
    fn of(z: &[f64]) -> Vec<Option<Signal>> {
        let z: Vec<_> = z.iter().copied().map(Some).collect();
        founds(&z, ALL).0.into_iter().map(|found| found.map(|f| f.signal)).collect()
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
        let mut z = vec![Some(-0.5); 9];
        z[4] = None;
        let found = founds(&z, ALL).0;
        assert_eq!(found[7], None);
        assert_eq!(found[8], Some(Found { signal: Signal::RunBelow, since: 0, length: 8 }));
    }

    #[test]
    fn rule_3_needs_three_of_four_near_the_same_limit_and_the_newest_among_them() {
        assert_eq!(of(&[1.6, 0.2, 1.6, 1.6])[3], Some(Signal::NearUpper));
        assert_eq!(of(&[-1.6, 1.6, 1.6, -1.6])[3], None);
        assert_eq!(of(&[1.6, 1.6, 1.6, 0.2])[2..], [Some(Signal::NearUpper), None]);
        assert_eq!(of(&[1.5, 1.5, 1.5, 1.5])[3], None);
        assert_eq!(of(&[-1.6, -1.6, -1.6])[2], Some(Signal::NearLower));
        assert_eq!(of(&[1.6, 0.2, 0.2, 1.6, 1.6])[4], None, "the first has left the four");
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
        let none = InForce { second: false, third: false };
        assert!(founds(&[Some(1.7); 9], none).0.iter().all(Option::is_none));
    }

    #[test]
    fn the_latest_run_is_remembered_with_what_came_of_it() {
        let mut z = vec![Some(0.5); 9];
        z.extend([Some(-0.5), None, Some(0.5), Some(0.0)]);
        let shift = founds(&z, ALL).1.unwrap();
        assert_eq!(shift, Shift { start: 0, length: 9, above: true, stayed: 10, since: 12 });
        z.extend([Some(-0.1); 8]);
        assert_eq!(founds(&z, ALL).1.map(|s| (s.start, s.stayed, s.since)), Some((13, 8, 8)));
    }

    #[test]
    fn strength_is_in_sigmas_beyond_the_limit_and_stays_finite() {
        let at = |x: f64, centre: f64, sigma: f64| beyond(x, &Fit { centre, middle: centre, sigma, ..unit(0.0) }, sigma);
        assert_eq!(at(11.0, 1.0, 2.0), 2.0);
        assert_eq!(at(1e100, 0.0, 1e-300), STRONGEST);
        assert_eq!(at(5.0, 4.0, 0.0), 0.0);
    }

    #[test]
    fn runs_may_be_counted_from_another_line_than_the_mean() {
        let fit = Fit { centre: 10.0, middle: 7.0, ..unit(0.0) };
        assert_eq!(Standing::new(8.0, &fit, 10.0).side, 1);
        assert_eq!(Standing::new(7.0, &fit, 10.0).side, 0);
        let outside = Standing::new(8.0, &fit, 0.1);
        assert_eq!((outside.outside, outside.side), (true, -1), "outside is outside of the limits, not of the runs");
    }
}
