//! Mean, moving ranges and natural limits of individual values.
//!
//! Sources: Wheeler, "Understanding Variation"; NIST/SEMATECH e-Handbook 6.3.2.2.

/// Bias of the mean range of two normal values against their sigma. Limits are 3/1.128 mean ranges from the mean; the usual
/// 2.66 is this number rounded.
pub const D2: f64 = 1.128;

/// Upper limit of a moving range, in mean moving ranges.
pub const D4: f64 = 3.267;

/// Fewest moving ranges from which limits are computed.
pub const MIN_RANGES: usize = 3;

/// What a baseline says on the scale of its chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Fit {
    /// Mean.
    pub(crate) centre: f64,
    /// The line that runs are counted from; the mean but on a g chart.
    pub(crate) middle: f64,
    /// One sigma; on p and u charts that of a whole of one.
    pub(crate) sigma: f64,
    /// Mean moving range; nought where the chart has none.
    pub(crate) mr_mean: f64,
    /// How many moving ranges it comes from; the number of values less one where the chart has none.
    pub(crate) ranges: usize,
    /// Differences up to this are rounding of the computer, not of the world.
    pub(crate) tolerance: f64,
    /// The baseline does not vary.
    pub(crate) flat: bool,
}

/// Arithmetic mean of `n` values, in two passes so that a large offset costs no digits. Nought for no values.
#[inline]
pub(crate) fn mean(values: impl Iterator<Item = f64> + Clone, n: usize) -> f64 {
    if n == 0 {
        return 0.0;
    }
    let share = 1.0 / n as f64;
    let first = values.clone().map(|x| x * share).sum::<f64>();
    first + values.map(|x| (x - first) * share).sum::<f64>()
}

/// What rounding may add to a difference of values of this size.
#[inline]
pub(crate) fn tolerance(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0_f64, |most, x| most.max(x.abs())) * 1e-14
}

/// Fit of an XmR chart to the values of a baseline, given with its periods: x-bar, and sigma = mean moving range / 1.128. A moving
/// range is taken only between neighbouring periods that both have a value, never across a missing period. None with fewer than
/// [`MIN_RANGES`] ranges.
pub(crate) fn xmr(baseline: &[Option<f64>]) -> Option<Fit> {
    let values = || baseline.iter().copied().flatten();
    let ranges = || baseline.windows(2).filter_map(|pair| Some((pair[1]? - pair[0]?).abs()));
    let (n, of) = (values().count(), ranges().count());
    if of < MIN_RANGES {
        return None;
    }
    let first = values().next()?;
    let tolerance = tolerance(values());
    let flat = values().all(|x| (x - first).abs() <= tolerance);
    let mr_mean = if flat { 0.0 } else { mean(ranges(), of) };
    let sigma = if mr_mean <= tolerance { 0.0 } else { mr_mean / D2 };
    let centre = if flat { first } else { mean(values(), n) };
    Some(Fit { centre, middle: centre, sigma, mr_mean, ranges: of, tolerance, flat: flat || sigma == 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn a_moving_range_is_refused_across_a_missing_period() {
        // Otava's fill-gaps case starts with two holes; the ranges left are 0.2 and 0.7, too few for limits.
        let gaps = [None, None, Some(1.0), Some(1.2), Some(0.5)];
        assert_eq!(xmr(&gaps), None);

        // One hole in the middle: the jump from 2 to 50 happens across it and must not widen the limits.
        let hole = [Some(1.0), Some(2.0), None, Some(50.0), Some(51.0), Some(52.0)];
        let fit = xmr(&hole).unwrap();
        assert_eq!((fit.mr_mean, fit.ranges), (1.0, 3));
    }

    #[test]
    fn equal_values_have_no_width_at_all() {
        // Twelve times 0.1 is not 1.2 in binary; the limits must still be exactly nought wide.
        let fit = xmr(&series(&[0.1; 12])).unwrap();
        assert!(fit.flat);
        assert_eq!((fit.centre, fit.sigma, fit.mr_mean), (0.1, 0.0, 0.0));
    }

    #[test]
    fn rounding_noise_is_no_variation() {
        let noisy = series(&[0.3, 0.1 + 0.2, 0.3, 0.1 + 0.2, 0.3]);
        assert!(xmr(&noisy).unwrap().flat);
    }

    #[test]
    fn a_drift_smaller_than_rounding_is_no_variation() {
        let drift: Vec<f64> = (0..5).map(|k| 1.0 + f64::from(k) * 8e-15).collect();
        let fit = xmr(&series(&drift)).unwrap();
        assert_eq!((fit.flat, fit.sigma), (true, 0.0));
    }

    #[test]
    fn the_mean_keeps_its_digits_beside_a_large_offset() {
        let of = |values: &[f64]| mean(values.iter().copied(), values.len());
        assert_eq!(of(&[1e9 + 0.25, 1e9 + 0.75]), 1e9 + 0.5);
        assert_eq!(of(&[]), 0.0);
        assert!(of(&[1e100; 9]).is_finite());
    }
}
