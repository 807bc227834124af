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
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fit {
    /// Mean.
    pub(crate) centre: f64,
    /// One sigma at each index of the series; none where there is no value to judge.
    pub(crate) sigma: Vec<Option<f64>>,
    /// Mean moving range; nought where the chart has none.
    pub(crate) mr_mean: f64,
    /// Differences up to this are rounding of the computer, not of the world.
    pub(crate) tolerance: f64,
    /// The baseline does not vary.
    pub(crate) flat: bool,
}

/// Arithmetic mean, in two passes so that a large offset costs no digits. Nought for no values.
pub(crate) fn mean(values: &[f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let n = values.len() as f64;
    let first = values.iter().map(|x| x / n).sum::<f64>();
    first + values.iter().map(|x| (x - first) / n).sum::<f64>()
}

/// What rounding may add to a difference of values of this size.
pub(crate) fn tolerance(values: &[f64]) -> f64 {
    values.iter().fold(0.0_f64, |most, x| most.max(x.abs())) * 1e-14
}

/// Fit of an XmR chart to the values at `members`: x-bar, and sigma = mean moving range / 1.128. A moving range is taken only
/// between neighbouring periods that both have a value and both belong to the baseline, never across a missing period.
/// None with fewer than [`MIN_RANGES`] ranges.
pub(crate) fn xmr(work: &[Option<f64>], members: &[usize]) -> Option<Fit> {
    let values: Vec<f64> = members.iter().filter_map(|&i| work[i]).collect();
    let ranges: Vec<f64> = members
        .windows(2)
        .filter(|pair| pair[1] == pair[0] + 1)
        .filter_map(|pair| Some((work[pair[1]]? - work[pair[0]]?).abs()))
        .collect();
    if ranges.len() < MIN_RANGES {
        return None;
    }
    let tolerance = tolerance(&values);
    let flat = values.iter().all(|x| (x - values[0]).abs() <= tolerance);
    let mr_mean = if flat { 0.0 } else { mean(&ranges) };
    let sigma = if mr_mean <= tolerance { 0.0 } else { mr_mean / D2 };
    Some(Fit {
        centre: if flat { values[0] } else { mean(&values) },
        sigma: vec![Some(sigma); work.len()],
        mr_mean,
        tolerance,
        flat: flat || sigma == 0.0,
    })
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
        assert_eq!(xmr(&gaps, &[2, 3, 4]), None);

        // One hole in the middle: the jump from 2 to 50 happens across it and must not widen the limits.
        let hole = [Some(1.0), Some(2.0), None, Some(50.0), Some(51.0), Some(52.0)];
        let fit = xmr(&hole, &[0, 1, 3, 4, 5]).unwrap();
        assert_eq!(fit.mr_mean, 1.0);
    }

    #[test]
    fn equal_values_have_no_width_at_all() {
        // Twelve times 0.1 is not 1.2 in binary; the limits must still be exactly nought wide.
        let fit = xmr(&series(&[0.1; 12]), &(0..12).collect::<Vec<_>>()).unwrap();
        assert!(fit.flat);
        assert_eq!((fit.centre, fit.sigma[0], fit.mr_mean), (0.1, Some(0.0), 0.0));
    }

    #[test]
    fn rounding_noise_is_no_variation() {
        let noisy = series(&[0.3, 0.1 + 0.2, 0.3, 0.1 + 0.2, 0.3]);
        assert!(xmr(&noisy, &[0, 1, 2, 3, 4]).unwrap().flat);
    }

    #[test]
    fn a_drift_smaller_than_rounding_is_no_variation() {
        let drift: Vec<f64> = (0..5).map(|k| 1.0 + f64::from(k) * 8e-15).collect();
        let fit = xmr(&series(&drift), &[0, 1, 2, 3, 4]).unwrap();
        assert_eq!((fit.flat, fit.sigma[0]), (true, Some(0.0)));
    }

    #[test]
    fn the_mean_keeps_its_digits_beside_a_large_offset() {
        assert_eq!(mean(&[1e9 + 0.25, 1e9 + 0.75]), 1e9 + 0.5);
        assert_eq!(mean(&[]), 0.0);
        assert!(mean(&[1e100; 9]).is_finite());
    }
}
