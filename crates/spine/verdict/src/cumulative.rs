//! EWMA and CUSUM: charts that sum small differences up. No verdict uses them; they are here to compare figures with other tools.
//!
//! Sources: NIST/SEMATECH e-Handbook 6.3.2.3 (CUSUM) and 6.3.2.4 (EWMA).

use crate::engine;
use crate::error::Error;
use crate::options::Bounds;

/// An exponentially weighted moving average and its limits.
#[derive(Debug, Clone, PartialEq)]
pub struct Ewma {
    /// One average after each value.
    pub points: Vec<f64>,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
}

/// EWMA: each average is `share` of the value and the rest of the average before, from `start` on; limits are
/// start +/- 3 sigma sqrt(share / (2 - share)), those of a long series.
///
/// # Errors
/// A value, start or sigma that is not finite or too large; a share outside of 0 to 1.
pub fn ewma(values: &[f64], share: f64, start: f64, sigma: f64) -> Result<Ewma, Error> {
    check(values)?;
    check(&[start, sigma])?;
    if !(share > 0.0 && share <= 1.0) {
        return Err(Error::Share);
    }
    let mut average = start;
    let points = values.iter().map(|x| {
        average = share * x + (1.0 - share) * average;
        average
    });
    let reach = 3.0 * sigma * (share / (2.0 - share)).sqrt();
    Ok(Ewma { points: points.collect(), lower: start - reach, upper: start + reach })
}

/// Sums of differences from a target, up and down, after each value.
#[derive(Debug, Clone, PartialEq)]
pub struct Cusum {
    /// How far the values lie above, summed up; never below nought.
    pub above: Vec<f64>,
    /// How far they lie below.
    pub below: Vec<f64>,
    /// Index of the first value at which a sum exceeds the limit.
    pub first: Option<usize>,
}

/// CUSUM: differences from `target` less `slack`, summed up and never below nought; a sum above `limit` is a signal.
///
/// # Errors
/// A number that is not finite or too large.
pub fn cusum(values: &[f64], target: f64, slack: f64, limit: f64) -> Result<Cusum, Error> {
    check(values)?;
    check(&[target, slack, limit])?;
    let sums = |sign: f64| -> Vec<f64> {
        let mut sum = 0.0_f64;
        let add = |x: &f64| {
            sum = (sum + sign * (x - target) - slack).max(0.0);
            sum
        };
        values.iter().map(add).collect()
    };
    let (above, below) = (sums(1.0), sums(-1.0));
    let first = (0..values.len()).find(|&i| above[i] > limit || below[i] > limit);
    Ok(Cusum { above, below, first })
}

fn check(values: &[f64]) -> Result<(), Error> {
    values.iter().enumerate().try_for_each(|(i, x)| match engine::check(&[Some(*x)], Bounds::default()) {
        Ok(_) => Ok(()),
        Err(Error::TooLarge { .. }) => Err(Error::TooLarge { index: i }),
        Err(_) => Err(Error::NotFinite { index: i }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_one_remembers_nothing_and_a_sum_forgets_below_nought() {
        let all = ewma(&[3.0, 5.0], 1.0, 0.0, 2.0).unwrap();
        assert_eq!((all.points, all.lower, all.upper), (vec![3.0, 5.0], -6.0, 6.0));
        let sums = cusum(&[9.0, 12.0, 13.0, 8.0], 10.0, 0.5, 3.0).unwrap();
        assert_eq!(sums.above, [0.0, 1.5, 4.0, 1.5]);
        assert_eq!(sums.below, [0.5, 0.0, 0.0, 1.5]);
        assert_eq!(sums.first, Some(2));
    }

    #[test]
    fn bad_input_is_refused_with_its_place() {
        assert_eq!(ewma(&[1.0, f64::NAN], 0.3, 1.0, 1.0), Err(Error::NotFinite { index: 1 }));
        assert_eq!(ewma(&[1.0], 0.0, 1.0, 1.0), Err(Error::Share));
        assert_eq!(cusum(&[1.0, -1e200], 1.0, 1.0, 1.0), Err(Error::TooLarge { index: 1 }));
        assert!(cusum(&[1.0], f64::INFINITY, 1.0, 1.0).is_err());
    }
}
