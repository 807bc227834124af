//! The way every chart goes: choose the baseline, fit it, stand the values against it, apply the rules, say it in words.

use crate::baseline::{self, Chosen, SETTLED};
use crate::error::{Error, MAX_MAGNITUDE};
use crate::false_alarm;
use crate::judge;
use crate::limits::{D4, Fit};
use crate::options::{Bounds, Chart, Options, Transform};
use crate::reason;
use crate::result::{Limits, Point, Verdict};
use crate::rules::{self, Found, Standing};

/// A series ready to be judged. `shown` and `work` hold the same values in the unit of the metric and on the scale of the chart.
pub(crate) struct Series<'a> {
    pub(crate) chart: Chart,
    pub(crate) shown: Vec<Option<f64>>,
    pub(crate) work: Vec<Option<f64>>,
    pub(crate) transform: Transform,
    pub(crate) bounds: Bounds,
    /// Fits the values at the given indices; none if they are too few for it.
    pub(crate) fit: &'a dyn Fn(&[usize]) -> Option<Fit>,
    /// Sigma follows from the centre (p, c, u), so only the centre is uncertain.
    pub(crate) known_sigma: bool,
}

/// Values against limits, before they are put into words.
pub(crate) struct Judged {
    pub(crate) chosen: Chosen,
    pub(crate) limits: Limits,
    pub(crate) standings: Vec<Option<Standing>>,
    pub(crate) found: Vec<Option<Found>>,
    pub(crate) bands: Vec<Option<(f64, f64)>>,
}

/// Refuses values that no chart can take.
pub(crate) fn check(values: &[Option<f64>], bounds: Bounds) -> Result<(), Error> {
    for (index, value) in values.iter().enumerate() {
        let Some(value) = *value else { continue };
        if !value.is_finite() {
            return Err(Error::NotFinite { index });
        }
        if value.abs() > MAX_MAGNITUDE {
            return Err(Error::TooLarge { index });
        }
        if bounds.min.is_some_and(|min| value < min) || bounds.max.is_some_and(|max| value > max) {
            return Err(Error::OutsideBounds { index, value });
        }
    }
    Ok(())
}

/// The verdict on a checked series.
pub(crate) fn verdict(series: &Series<'_>, options: &Options) -> Result<Verdict, Error> {
    let present: Vec<usize> = (0..series.shown.len()).filter(|i| series.shown[*i].is_some()).collect();
    let chosen = baseline::choose(&present, options.baseline)?;
    let judged = match (chosen, present.last()) {
        (Some(chosen), Some(&newest)) => judge_against(series, chosen, newest),
        _ => None,
    };
    let last = reason::last_change(&series.shown, &present, judged.as_ref(), options);
    let points = series.shown.iter().enumerate().map(|(index, value)| Point {
        index,
        value: *value,
        signal: judged.as_ref().and_then(|j| j.found[index]).map(|found| found.signal),
        band: judged.as_ref().and_then(|j| j.bands[index]),
    });
    let proposed = judged.as_ref().and_then(|j| baseline::propose(&j.standings, &j.chosen, options.baseline.is_some()));
    let expected = judged.as_ref().map(|j| {
        let newest = present.last().copied().unwrap_or(0);
        let own = j.chosen.members.contains(&newest);
        let fresh = j.standings.iter().flatten().count() - j.chosen.members.len();
        false_alarm::expect(j.limits.n, fresh, own, j.limits.flat, series.known_sigma)
    });
    let newest_has_value = series.shown.last().is_some_and(Option::is_some);
    Ok(Verdict {
        chart: series.chart,
        direction: options.direction,
        n: present.len(),
        points: points.collect(),
        last,
        assurance: judge::assurance(judged.as_ref().map(|j| &j.limits), options.target),
        false_alarm: expected.filter(|_| newest_has_value).map_or(0.0, |e| e.newest),
        false_alarm_all_rules: expected.filter(|_| newest_has_value).map_or(0.0, |e| e.newest_all_rules),
        expected_false_alarms: expected.map_or(0.0, |e| e.chart),
        notes: judged.as_ref().map_or_else(Vec::new, |j| reason::notes(j, options)),
        baseline: judged.as_ref().map(|j| j.chosen.baseline),
        limits: judged.map(|j| j.limits),
        proposed_baseline: proposed.as_ref().map(|(baseline, _)| *baseline),
        proposal: proposed.map(|(_, why)| why),
    })
}

/// Fits the baseline and stands every value from its start on against it.
fn judge_against(series: &Series<'_>, chosen: Chosen, newest: usize) -> Option<Judged> {
    let fit = (series.fit)(&chosen.members)?;
    let from = chosen.baseline.from;
    let provisional = chosen.members.len() < SETTLED;
    let bands: Vec<_> =
        (0..series.shown.len()).map(|i| fit.sigma[i].filter(|_| i >= from).map(|sigma| band(series, &fit, sigma))).collect();
    let standings: Vec<_> = (0..series.work.len())
        .map(|i| {
            let (value, sigma) = (series.work[i]?, fit.sigma[i]?);
            (i >= from).then(|| Standing::new(value, fit.centre, sigma, fit.tolerance))
        })
        .collect();
    // A handful of equal values says nothing about how far the next may stray; twelve say at least that it is unlike them.
    let found = if provisional && fit.flat { vec![None; standings.len()] } else { rules::signals(&standings, !provisional) };
    let clipped = bands[newest]?;
    let limits = Limits {
        centre: back(series.transform, fit.centre),
        lower: clipped.lower,
        upper: clipped.upper,
        mr_mean: fit.mr_mean,
        mr_limit: D4 * fit.mr_mean,
        n: chosen.members.len(),
        provisional,
        clipped_low: clipped.low,
        clipped_high: clipped.high,
        flat: fit.flat,
    };
    let bands = bands.into_iter().map(|b| b.map(|b| (b.lower, b.upper))).collect();
    Some(Judged { chosen, limits, standings, found, bands })
}

/// Limits at one period, stopped where the quantity ends.
#[derive(Clone, Copy)]
struct Band {
    lower: f64,
    upper: f64,
    low: bool,
    high: bool,
}

fn band(series: &Series<'_>, fit: &Fit, sigma: f64) -> Band {
    let lower = back(series.transform, fit.centre - 3.0 * sigma);
    let upper = back(series.transform, fit.centre + 3.0 * sigma);
    // Limits without width stand at a value that was taken; only rounding could carry them over a bound.
    let low = series.bounds.min.filter(|min| sigma > 0.0 && lower < *min);
    let high = series.bounds.max.filter(|max| sigma > 0.0 && upper > *max);
    Band { lower: low.unwrap_or(lower), upper: high.unwrap_or(upper), low: low.is_some(), high: high.is_some() }
}

/// From the scale of the chart to the unit of the metric. Logs of a wild series may leave the range of a number, which stops
/// at its greatest.
fn back(transform: Transform, x: f64) -> f64 {
    match transform {
        Transform::None => x,
        Transform::Log => x.exp().min(f64::MAX),
    }
}
