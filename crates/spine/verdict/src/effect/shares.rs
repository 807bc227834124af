//! The difference of two proportions after Newcombe.
//!
//! Source: R. G. Newcombe, Interval estimation for the difference between independent proportions, 1998, method 10: the square
//! and add of two Wilson intervals, without correction for continuity.

use super::{Effect, FEWEST_A_SIDE, Interval, Method, Share, Side, float};
use crate::proportion::wilson;

pub(super) fn effect(before: Share, after: Share) -> Effect {
    let part = |s: Share| (s.n > 0).then(|| float(s.k) / float(s.n));
    let side = |s: Share| Side { n: s.n, figure: part(s), count: Some(s.k) };
    let found = match (part(before), part(after)) {
        (Some(b), Some(a)) if before.n.min(after.n) >= FEWEST_A_SIDE => {
            let ((b_low, b_high), (a_low, a_high)) = (wilson(before.k, before.n), wilson(after.k, after.n));
            let difference = a - b;
            let lower = difference - (a - a_low).hypot(b_high - b);
            let upper = difference + (a_high - a).hypot(b - b_low);
            Some((Some(difference), Interval { lower, upper: Some(upper) }))
        }
        _ => None,
    };
    Effect::of(Method::Newcombe, (side(before), side(after)), found, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effect::Finding;

    #[test]
    fn intervals_are_those_that_newcombe_prints() {
        // Table II of the paper, method 10: k and n of the first and the second; first less second.
        for (first, second, lower, upper) in [
            ((56, 70), (48, 80), 0.0524, 0.3339),
            ((9, 10), (3, 10), 0.1705, 0.8090),
            ((10, 10), (0, 20), 0.6791, 1.0),
            ((5, 56), (0, 29), -0.0381, 0.1926),
            ((0, 10), (0, 20), -0.1611, 0.2775),
        ] {
            let share = |(k, n)| Share { k, n };
            let i = effect(share(second), share(first)).interval.unwrap();
            assert!((i.lower - lower).abs() < 6e-5 && (i.upper.unwrap() - upper).abs() < 6e-5, "{first:?} {second:?}: {i:?}");
        }
    }

    #[test]
    fn four_a_side_are_figures_only() {
        let e = effect(Share { k: 1, n: 4 }, Share { k: 9, n: 100 });
        assert_eq!((e.finding, e.interval, e.after.figure), (Finding::TooFew, None, Some(0.09)));
    }
}
