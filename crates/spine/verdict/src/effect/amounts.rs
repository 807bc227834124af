//! The shift after Hodges and Lehmann, with an interval from the distribution of Mann and Whitney's U.
//!
//! Source: J. L. Hodges and E. L. Lehmann, Estimates of location based on rank tests, 1963; the interval as in W. J. Conover,
//! Practical nonparametric statistics, 1999, section 5.4: the k-th smallest and the k-th largest of all differences, where k is
//! the greatest number for which U is below k with a probability of at most 2.5 %.

use super::{Effect, FEWEST_A_SIDE, FEWEST_FOR_PERCENT, Interval, Method, Side, float};

/// Values a side up to which the distribution of U is counted out; above, it is taken for normal with the correction for
/// continuity.
const EXACT: usize = 50;
/// Probability beyond each end.
const TAIL: f64 = 0.025;
/// The two-sided 95 % quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

pub(super) fn effect(before: &[f64], after: &[f64]) -> Effect {
    let side = |values: &[f64]| Side { n: values.len() as u64, figure: median(values), count: None };
    let (b, a) = (side(before), side(after));
    if b.n.min(a.n) < FEWEST_A_SIDE {
        return Effect::of(Method::HodgesLehmann, (b, a), None, None);
    }
    let mut all: Vec<f64> = after.iter().flat_map(|x| before.iter().map(move |y| x - y)).collect();
    let k = cut(before.len(), after.len());
    let last = all.len() - 1;
    let lower = nth(&mut all, k - 1);
    let upper = nth(&mut all, last - (k - 1));
    let shift = f64::midpoint(nth(&mut all, last / 2), nth(&mut all, last.div_ceil(2)));
    let percent = match b.figure {
        Some(was) if b.n.min(a.n) >= FEWEST_FOR_PERCENT && was > 0.0 => Some(shift / was * 100.0),
        _ => None,
    };
    Effect::of(Method::HodgesLehmann, (b, a), Some((Some(shift), Interval { lower, upper: Some(upper) })), percent)
}

/// The value at a place of the sorted list.
fn nth(all: &mut [f64], place: usize) -> f64 {
    *all.select_nth_unstable_by(place, f64::total_cmp).1
}

fn median(values: &[f64]) -> Option<f64> {
    let mut all = values.to_vec();
    let last = all.len().checked_sub(1)?;
    Some(f64::midpoint(nth(&mut all, last / 2), nth(&mut all, last.div_ceil(2))))
}

/// Which of the sorted differences ends the interval, counted from one.
fn cut(m: usize, n: usize) -> usize {
    if m.max(n) <= EXACT {
        let mut below = 0.0;
        for (u, chance) in distribution(m, n).into_iter().enumerate() {
            below += chance;
            // Sums of thousands of chances: a tie with 2.5 % is not decided by rounding.
            if below > TAIL + 1e-12 {
                return u.max(1);
            }
        }
    }
    let (m, n) = (float(m as u64), float(n as u64));
    let (centre, sigma) = (m * n / 2.0, (m * n * (m + n + 1.0) / 12.0).sqrt());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at least one, at most four million")]
    let k = (centre - Z * sigma + 0.5).floor().max(1.0) as usize;
    k
}

/// The chance of each value of U, 0 to m n, for m and n values without ties: the greatest of all is one of the m with the chance
/// m / (m + n) and then stands above all n.
fn distribution(m: usize, n: usize) -> Vec<f64> {
    // Row by row over i of the m; `row[j]` is the distribution for i and j.
    let mut row: Vec<Vec<f64>> = vec![vec![1.0]; n + 1];
    for i in 1..=m {
        let mut next: Vec<Vec<f64>> = Vec::with_capacity(n + 1);
        next.push(vec![1.0]);
        for j in 1..=n {
            let of_m = float(i as u64) / float((i + j) as u64);
            let mut here = vec![0.0; i * j + 1];
            for (u, chance) in row[j].iter().enumerate() {
                here[u + j] += of_m * chance;
            }
            for (u, chance) in next[j - 1].iter().enumerate() {
                here[u] += (1.0 - of_m) * chance;
            }
            next.push(here);
        }
        row = next;
    }
    row.pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effect::Finding;

    #[test]
    fn critical_values_are_those_of_the_tables() {
        // Two-sided 5 %, as any table of the rank-sum test has them: U at most this is significant.
        for (m, n, critical) in [(5, 5, 2), (5, 8, 6), (7, 7, 8), (8, 10, 17), (10, 10, 23), (12, 15, 49), (20, 20, 127)] {
            assert_eq!(cut(m, n), critical + 1, "{m} and {n}");
            assert_eq!(cut(n, m), critical + 1, "the sides can change places");
        }
    }

    #[test]
    fn a_distribution_adds_up_and_is_even() {
        let d = distribution(7, 9);
        assert!((d.iter().sum::<f64>() - 1.0).abs() < 1e-12 && d.len() == 64);
        assert!(d.iter().zip(d.iter().rev()).all(|(a, b)| (a - b).abs() < 1e-15));
        // One of 11,440 orders has U = 0.
        assert!((d[0] - 1.0 / 11_440.0).abs() < 1e-15);
    }

    #[test]
    fn counting_out_and_the_normal_curve_meet() {
        let (m, n) = (float(50), float(50));
        let normal = (m * n / 2.0 - Z * (m * n * 101.0 / 12.0).sqrt() + 0.5).floor();
        assert!((float(cut(50, 50) as u64) - normal).abs() <= 1.0);
    }

    #[test]
    fn a_shift_is_found_whatever_the_order() {
        let before: Vec<f64> = (0..30).map(|i| 2.9 + f64::from(i % 7) * 0.1).collect();
        let after: Vec<f64> = (0..9).map(|i| 1.4 + f64::from(i % 5) * 0.1).collect();
        let e = effect(&before, &after);
        let i = e.interval.unwrap();
        assert!(e.effect.unwrap() < -1.4 && i.lower < e.effect.unwrap() && i.upper.unwrap() < 0.0);
        assert_eq!((e.finding, e.percent, e.before.n, e.after.n), (Finding::Lower, None, 30, 9), "nine are too few for per cent");
        let mut turned = before.clone();
        turned.reverse();
        assert_eq!(effect(&turned, &after), e);
        let back = effect(&after, &before);
        assert_eq!(back.effect.map(|s| -s), e.effect, "the other way round is the same with the other sign");
        let more: Vec<f64> = after.iter().cycle().take(20).copied().collect();
        assert!(effect(&before, &more).percent.is_some_and(|p| p < -40.0));
    }

    #[test]
    fn four_a_side_are_figures_only() {
        let e = effect(&[1.0, 2.0, 3.0, 4.0], &[9.0; 30]);
        assert_eq!((e.finding, e.effect, e.interval, e.before.figure), (Finding::TooFew, None, None, Some(2.5)));
        let same = effect(&[3.0; 8], &[3.0; 8]);
        assert_eq!((same.finding, same.effect), (Finding::NoChange, Some(0.0)));
    }
}
