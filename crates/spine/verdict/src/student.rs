//! Student's t: how likely a difference is by chance.
//!
//! Source of the formulas: the regularised incomplete beta function by its continued fraction (Lentz's method) and the logarithm of
//! the gamma function by Lanczos' series, as in any textbook of numerical methods.

/// Two-sided tail of Student's t with `df` degrees of freedom: 1 at nought, falling to 0. `df` must be above nought.
pub(crate) fn two_sided(t: f64, df: f64) -> f64 {
    if !t.is_finite() {
        return 0.0;
    }
    let square = t * t;
    beta(df / (df + square), square / (df + square), df / 2.0, 0.5).clamp(0.0, 1.0)
}

/// The distance at which the two-sided tail is `p`, by bisection. Not for a hot path.
pub(crate) fn distance(p: f64, df: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1e6);
    for _ in 0..70 {
        let middle = (low + high) / 2.0;
        if two_sided(middle, df) > p { low = middle } else { high = middle }
    }
    low
}

/// Regularised incomplete beta function at `x`, with `rest` = 1 - x given apart so that a small one keeps its digits.
pub(crate) fn beta(x: f64, rest: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if rest <= 0.0 {
        return 1.0;
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * rest.ln()).exp();
    // The fraction converges fast on one side of the mean; the other side is one less its mirror.
    if x < (a + 1.0) / (a + b + 2.0) { front * fraction(x, a, b) / a } else { 1.0 - front * fraction(rest, b, a) / b }
}

/// The continued fraction of the incomplete beta function.
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let keep = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / keep(1.0 - (a + b) * x / (a + 1.0));
    let mut result = d;
    // As many steps as the root of the larger parameter; a few for the usual.
    for m in 1..20_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        for step in [even, odd] {
            d = 1.0 / keep(1.0 + step * d);
            c = keep(1.0 + step / c);
            result *= c * d;
        }
        if (c * d - 1.0).abs() < 1e-15 {
            break;
        }
    }
    result
}

/// Logarithm of the gamma function for x > 0 (Lanczos, g = 7, nine terms).
fn ln_gamma(x: f64) -> f64 {
    const FIRST: f64 = 0.999_999_999_999_809_9;
    const TERMS: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        let pi = std::f64::consts::PI;
        return (pi / (pi * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let sum = TERMS.iter().zip(1_u8..).fold(FIRST, |sum, (term, k)| sum + term / (x + f64::from(k)));
    let t = x + 7.5;
    0.5 * std::f64::consts::TAU.ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_any_textbook() {
        // Distance at which the two-sided tail is 5 %, 1 % and 0.1 %, for some degrees of freedom.
        let rows = [
            (1.0, [12.706, 63.657, 636.619]),
            (2.0, [4.303, 9.925, 31.599]),
            (5.0, [2.571, 4.032, 6.869]),
            (10.0, [2.228, 3.169, 4.587]),
            (30.0, [2.042, 2.750, 3.646]),
            (1e6, [1.960, 2.576, 3.291]),
        ];
        for (df, distances) in rows {
            for (p, want) in [0.05, 0.01, 0.001].into_iter().zip(distances) {
                assert!((distance(p, df) - want).abs() < 0.0006, "{df} {p}: {} against {want}", distance(p, df));
            }
        }
    }

    #[test]
    fn one_degree_of_freedom_is_the_cauchy_distribution() {
        for t in [0.0_f64, 0.1, 1.0, 7.0, 1e4] {
            let want = 1.0 - 2.0 / std::f64::consts::PI * t.atan();
            assert!((two_sided(t, 1.0) - want).abs() < 1e-12);
        }
    }

    #[test]
    fn ends_are_exact() {
        assert_eq!(two_sided(0.0, 8.0), 1.0);
        assert_eq!(two_sided(f64::INFINITY, 8.0), 0.0);
        assert!(two_sided(1e200, 8.0) >= 0.0);
    }

    #[test]
    fn gamma_of_whole_numbers_is_a_factorial() {
        let mut factorial = 1.0;
        for n in 1..20 {
            assert!((ln_gamma(f64::from(n)) - f64::ln(factorial)).abs() < 1e-10);
            factorial *= f64::from(n);
        }
        assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-12);
    }
}
