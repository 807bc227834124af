//! The ratio of two Poisson rates, exact given the number of all events.
//!
//! Source: given k events in all, those after are binomial with p = r t2 / (t1 + r t2); the interval of p is that of C. J. Clopper and
//! E. S. Pearson, 1934. See E. L. Lehmann and J. P. Romano, Testing statistical hypotheses, 2005, section 4.5.

use super::{Effect, Events, FEWEST_A_SIDE, FEWEST_FOR_PERCENT, Interval, Method, Side, float};
use crate::student::beta;

/// Probability beyond each end.
const TAIL: f64 = 0.025;

pub(super) fn effect(before: Events, after: Events) -> Effect {
    let rate = |e: Events| float(e.count) / e.exposure;
    let side = |e: Events| Side { n: e.periods, figure: Some(rate(e)), count: Some(e.count) };
    let sides = (side(before), side(after));
    if before.periods.min(after.periods) < FEWEST_A_SIDE || before.count + after.count == 0 {
        return Effect::of(Method::PoissonRatio, sides, None, None);
    }
    let (low, high) = clopper_pearson(after.count, before.count + after.count);
    let odds = |p: f64| p / (1.0 - p) * (before.exposure / after.exposure);
    let ratio = (before.count > 0).then(|| rate(after) / rate(before));
    let interval = Interval { lower: odds(low), upper: (high < 1.0).then(|| odds(high)) };
    let many = before.count.min(after.count) >= FEWEST_FOR_PERCENT;
    let percent = ratio.filter(|_| many).map(|r| (r - 1.0) * 100.0);
    Effect::of(Method::PoissonRatio, sides, Some((ratio, interval)), percent)
}

/// The exact 95 % interval of a proportion.
fn clopper_pearson(k: u64, n: u64) -> (f64, f64) {
    let (k_, n_) = (float(k), float(n));
    // P(X >= k) = I_p(k, n - k + 1) grows with p, and P(X <= k) = 1 - I_p(k + 1, n - k).
    let low = if k == 0 { 0.0 } else { root(k_, n_ - k_ + 1.0, TAIL) };
    let high = if k == n { 1.0 } else { root(k_ + 1.0, n_ - k_, 1.0 - TAIL) };
    (low, high)
}

/// Where the incomplete beta function of these parameters is `wanted`, by bisection down to the last digits of a double.
fn root(a: f64, b: f64, wanted: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if beta(middle, 1.0 - middle, a, b) < wanted { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effect::Finding;

    fn of(before: (u64, f64), after: (u64, f64)) -> Effect {
        let events = |(count, exposure): (u64, f64)| Events { count, exposure, periods: 12 };
        effect(events(before), events(after))
    }

    #[test]
    fn the_interval_of_a_proportion_is_that_of_the_tables() {
        // Clopper and Pearson's own values, as tables of the binomial print them: 1 of 10, 5 of 20, none of 10.
        for (k, n, low, high) in [(1, 10, 0.0025, 0.4450), (5, 20, 0.0866, 0.4910), (0, 10, 0.0, 0.3085)] {
            let (l, h) = clopper_pearson(k, n);
            assert!((l - low).abs() < 6e-5 && (h - high).abs() < 6e-5, "{k} of {n}: {l} {h}");
        }
    }

    #[test]
    fn twice_as_long_is_half_the_rate() {
        let e = of((20, 10.0), (20, 20.0));
        assert!((e.effect.unwrap() - 0.5).abs() < 1e-12 && (e.percent.unwrap() + 50.0).abs() < 1e-9);
        assert_eq!(e.finding, Finding::Lower);
        let i = e.interval.unwrap();
        assert!(i.lower > 0.25 && i.upper.unwrap() < 1.0, "{i:?}");
    }

    #[test]
    fn none_after_is_lower_and_none_before_has_no_upper_end() {
        let e = of((12, 12.0), (0, 12.0));
        assert_eq!((e.effect, e.finding, e.percent), (Some(0.0), Finding::Lower, None));
        let e = of((0, 12.0), (12, 12.0));
        assert_eq!((e.effect, e.finding, e.interval.unwrap().upper), (None, Finding::Higher, None));
        assert_eq!(of((0, 12.0), (0, 12.0)).finding, Finding::TooFew);
        assert_eq!(of((3, 12.0), (2, 12.0)).finding, Finding::NoChange);
    }

    #[test]
    fn many_events_keep_their_digits() {
        let e = of((200_000, 1.0), (100_000, 1.0));
        let i = e.interval.unwrap();
        assert!(i.lower > 0.495 && i.upper.unwrap() < 0.505, "{i:?}");
    }
}
