//! The interval of a proportion.

/// The two-sided 95 % quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// Wilson's 95 % interval of `k` of `n`, between 0 and 1: E. B. Wilson, Probable inference, the law of succession, and
/// statistical inference, 1927. It keeps its promise for few cases too, and never leaves 0 to 1. Of nothing, nothing is
/// known: 0 to 1.
#[must_use]
pub fn wilson(k: u64, n: u64) -> (f64, f64) {
    if n == 0 {
        return (0.0, 1.0);
    }
    #[allow(clippy::cast_precision_loss, reason = "counts of cases are far below 2^52")]
    let (k, n) = (k.min(n) as f64, n as f64);
    let (p, z2) = (k / n, Z * Z);
    let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    // At the ends the formula is 0 and 1 but for rounding.
    let lower = if k == 0.0 { 0.0 } else { (centre - half).max(0.0) };
    let upper = if k >= n { 1.0 } else { (centre + half).min(1.0) };
    (lower, upper)
}

#[cfg(test)]
mod tests {
    use super::wilson;

    fn near(found: (f64, f64), wanted: (f64, f64)) {
        assert!((found.0 - wanted.0).abs() < 5e-5 && (found.1 - wanted.1).abs() < 5e-5, "{found:?} is not {wanted:?}");
    }

    #[test]
    fn intervals_are_those_that_others_publish() {
        // R. G. Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I, method 3.
        near(wilson(81, 263), (0.2553, 0.3662));
        near(wilson(15, 148), (0.0624, 0.1605));
        near(wilson(0, 20), (0.0, 0.1611));
        near(wilson(1, 29), (0.0061, 0.1718));
    }

    #[test]
    fn the_ends_are_solutions_of_the_score_equation() {
        // (p - p0)^2 = z^2 p0 (1 - p0) / n holds at both ends; solved here without the closed form.
        for n in [1u32, 5, 12, 100, 4000] {
            for k in 0..=n.min(40) {
                let (lower, upper) = wilson(u64::from(k), u64::from(n));
                let p = f64::from(k) / f64::from(n);
                for end in [lower, upper] {
                    let gap = (p - end).powi(2) - super::Z.powi(2) * end * (1.0 - end) / f64::from(n);
                    assert!(gap.abs() < 1e-9 || end == 0.0 || end == 1.0, "{k} of {n}: {end} is off by {gap}");
                }
                assert!(lower <= p && p <= upper && (0.0..=1.0).contains(&lower) && upper <= 1.0);
            }
        }
        assert_eq!(wilson(0, 0), (0.0, 1.0));
    }
}
