//! The way every chart goes: choose the baseline, fit it, stand the values against it, apply the rules. One pass over the values
//! and no allocation; the words are made from the figures when somebody asks for them.

use crate::baseline::{self, Chosen, Present, SETTLED};
use crate::error::{Error, MAX_MAGNITUDE};
use crate::false_alarm::{self, Calm, Noise};
use crate::figures::{Facts, Figures, Newest};
use crate::judgement;
use crate::limits::{D4, Fit};
use crate::options::{Bounds, Chart, Options};
use crate::result::{Limits, Signal};
use crate::rules::{self, Found, InForce, Standing, Watch};
use crate::scale::Scale;

/// A checked series, ready to be judged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Series<'a> {
    pub(crate) chart: Chart,
    /// In the unit of the metric.
    pub(crate) shown: &'a [Option<f64>],
    /// The same values on the scale of the chart.
    pub(crate) work: &'a [Option<f64>],
    /// The whole of each period, on p and u charts; empty on the others.
    pub(crate) wholes: &'a [f64],
    pub(crate) scale: Scale,
    pub(crate) bounds: Bounds,
    pub(crate) present: Present,
    /// The newest value is a gap that still grows: only too long a gap is a signal.
    pub(crate) open: bool,
}

/// Refuses values that no chart can take, and counts the others.
pub(crate) fn check(values: &[Option<f64>], bounds: Bounds) -> Result<Present, Error> {
    let (least, most) = (bounds.min.unwrap_or(f64::NEG_INFINITY), bounds.max.unwrap_or(f64::INFINITY));
    let mut present = Present::default();
    for (index, value) in values.iter().enumerate() {
        let Some(value) = *value else { continue };
        if !(value.abs() <= MAX_MAGNITUDE && value >= least && value <= most) {
            return Err(fault(index, value));
        }
        present.add(index);
    }
    Ok(present)
}

#[cold]
fn fault(index: usize, value: f64) -> Error {
    if !value.is_finite() {
        Error::NotFinite { index }
    } else if value.abs() > MAX_MAGNITUDE {
        Error::TooLarge { index }
    } else {
        Error::OutsideBounds { index, value }
    }
}

/// Limits and what they were made with, for whoever draws the chart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fitted {
    pub(crate) fit: Fit,
    pub(crate) from: usize,
}

/// Judges a series. `fit` makes limits of the periods of a baseline; none if they are too few for it. `signals` gets a place
/// for each period.
pub(crate) fn judge(
    series: &Series<'_>,
    options: &Options,
    fit: impl Fn(&[Option<f64>], Chosen) -> Option<Fit>,
    signals: &mut Vec<Option<Signal>>,
) -> Result<(Figures, Option<Fitted>), Error> {
    signals.clear();
    signals.resize(series.work.len(), None);
    let chosen = baseline::choose(series.work, &series.present, options.baseline, series.open)?;
    let fitted = chosen.and_then(|chosen| {
        let baseline = chosen.baseline;
        fit(&series.work[baseline.from..baseline.end()], chosen).map(|fit| (chosen, fit))
    });
    let judged = match fitted {
        None => None,
        // Which of the two it is, is decided once and not for each value.
        Some((chosen, fit)) if series.wholes.is_empty() => Some(stand(series, chosen, &fit, |_| fit.sigma, signals)),
        Some((chosen, fit)) => Some(stand(series, chosen, &fit, |i| sigma_at(series, &fit, i), signals)),
    };
    let figures = figures(series, options, judged.as_ref());
    Ok((figures, fitted.map(|(chosen, fit)| Fitted { fit, from: chosen.baseline.from })))
}

/// One sigma at a period: that of the whole chart, or by the whole of the period.
fn sigma_at(series: &Series<'_>, fit: &Fit, index: usize) -> f64 {
    series.wholes.get(index).map_or(fit.sigma, |whole| fit.sigma / whole.sqrt())
}

/// What standing the values against the limits gave.
struct Judged {
    chosen: Chosen,
    fit: Fit,
    limits: Limits,
    /// Values from the start of the baseline on.
    judged: usize,
    newest: Option<(Standing, Option<Found>)>,
    unsettled: bool,
    shift: Option<rules::Shift>,
}

/// Stands every value from the start of the baseline on against the limits.
#[inline]
#[allow(clippy::needless_range_loop, reason = "the place of a point is what its rules are about")]
fn stand(series: &Series<'_>, chosen: Chosen, fit: &Fit, sigma: impl Fn(usize) -> f64, signals: &mut [Option<Signal>]) -> Judged {
    let baseline = chosen.baseline;
    let provisional = chosen.n < SETTLED;
    let in_force = InForce { second: !provisional, third: !provisional && series.chart != Chart::GapCount };
    let mut watch = Watch::new(in_force);
    let (mut judged, mut unsettled, mut newest) = (0, false, None);
    // A handful of equal values says nothing about how far the next may stray; twelve say at least that it is unlike them.
    let mute = provisional && fit.flat;
    for index in baseline.from..series.work.len() {
        let Some(value) = series.work[index] else { continue };
        let standing = Standing::new(value, fit, sigma(index));
        let mut found = watch.see(index, standing).filter(|_| !mute);
        if index == series.present.newest {
            found = found.filter(|f| !series.open || f.signal.is_above());
            newest = Some((standing, found));
        }
        judged += 1;
        unsettled |= standing.outside && index < baseline.end();
        signals[index] = found.map(|f| f.signal);
    }
    let at = series.present.newest;
    let band = band(series, fit, sigma(at));
    let limits = Limits {
        centre: series.scale.back(fit.centre),
        lower: band.lower,
        upper: band.upper,
        mr_mean: fit.mr_mean,
        mr_limit: D4 * fit.mr_mean,
        n: chosen.n,
        provisional,
        clipped_low: band.low,
        clipped_high: band.high,
        flat: fit.flat,
    };
    Judged { chosen, fit: *fit, limits, judged, newest, unsettled, shift: watch.shift }
}

fn figures(series: &Series<'_>, options: &Options, judged: Option<&Judged>) -> Figures {
    let last = series.present.last();
    let age = last.map_or(0, |newest| series.shown.len() - 1 - newest);
    let limits = judged.map(|j| j.limits);
    let proposed = judged.and_then(|j| {
        let closed = series.work.len() - usize::from(series.open);
        baseline::propose(&series.work[..closed], j.shift, j.chosen, options.baseline.is_some())
    });
    let alarms = judged.map(|j| {
        false_alarm::expect(&Calm {
            noise: Noise::of(series.chart),
            own: j.chosen.n,
            ranges: j.fit.ranges,
            fresh: j.judged - j.chosen.n,
            newest_is_own: j.chosen.baseline.holds(series.present.newest),
            settled: j.chosen.n >= SETTLED,
            flat: j.fit.flat,
        })
    });
    let current = alarms.filter(|_| age == 0);
    Figures {
        chart: series.chart,
        direction: options.direction,
        n: series.present.n,
        limits,
        baseline: judged.map(|j| j.chosen.baseline),
        newest: newest(series, options, judged, age),
        assurance: judgement::assurance(limits.as_ref(), options.target),
        proposed_baseline: proposed.map(|(baseline, _)| baseline),
        proposal: proposed.map(|(_, why)| why),
        false_alarm: current.map_or(0.0, |a| a.newest),
        false_alarm_all_rules: current.map_or(0.0, |a| a.newest_all_rules),
        expected_false_alarms: alarms.map_or(0.0, |a| a.chart),
        facts: Facts {
            age,
            open: series.open,
            few: last.and_then(|newest| series.wholes.get(newest)).copied(),
            unsettled: judged.is_some_and(|j| j.unsettled),
            own: judged.is_some_and(|j| j.chosen.baseline.holds(series.present.newest)),
            differs: judged.and_then(|j| j.newest).is_some_and(|(standing, _)| standing.outside),
            length: judged.and_then(|j| j.newest?.1).map_or(0, |found| found.length),
            distance: judged.and_then(|j| distance(series, j)),
            ranges: judged.map_or(0, |j| j.fit.ranges),
        },
    }
}

/// How far the newest value is from the mean, in sigmas.
fn distance(series: &Series<'_>, judged: &Judged) -> Option<f64> {
    let newest = series.present.newest;
    let sigma = sigma_at(series, &judged.fit, newest);
    (sigma > 0.0).then_some((series.work[newest]? - judged.fit.centre) / sigma)
}

/// How far the newest value lies beyond its limit.
fn beyond(series: &Series<'_>, judged: &Judged) -> f64 {
    let newest = series.present.newest;
    series.work[newest].map_or(0.0, |x| rules::beyond(x, &judged.fit, sigma_at(series, &judged.fit, newest)))
}

fn newest(series: &Series<'_>, options: &Options, judged: Option<&Judged>, age: usize) -> Newest {
    let Some((index, value)) = series.present.last().and_then(|i| Some((i, series.shown[i]?))).filter(|_| age == 0) else {
        return Newest::default();
    };
    let before = (series.present.n > 1).then_some(series.present.before).and_then(|i| Some((i, series.shown[i]?)));
    let found = judged.and_then(|j| j.newest?.1);
    Newest {
        index: Some(index),
        value: Some(value),
        signal: found.map(|f| f.signal),
        judgement: judged
            .zip(found)
            .map(|(j, f)| judgement::judge(f.signal, value, j.limits.centre, options.direction, options.target)),
        strength: judged.zip(found).map_or(0.0, |(j, _)| beyond(series, j)),
        since: found.map(|f| f.since),
        compared_with: before.map(|(index, _)| index),
        before: before.map(|(_, value)| value),
        target_met: options.target.map(|target| target.met(value)),
        crossed: before.zip(options.target).and_then(|((_, before), target)| judgement::crossed(value, before, target)),
    }
}

/// Limits at one period, stopped where the quantity ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Band {
    pub(crate) lower: f64,
    pub(crate) upper: f64,
    low: bool,
    high: bool,
}

fn band(series: &Series<'_>, fit: &Fit, sigma: f64) -> Band {
    let lower = series.scale.back(fit.centre - 3.0 * sigma);
    let upper = series.scale.back(fit.centre + 3.0 * sigma);
    // Limits without width stand at a value that was taken; only rounding could carry them over a bound.
    let low = series.bounds.min.filter(|min| sigma > 0.0 && lower < *min);
    let high = series.bounds.max.filter(|max| sigma > 0.0 && upper > *max);
    Band { lower: low.unwrap_or(lower), upper: high.unwrap_or(upper), low: low.is_some(), high: high.is_some() }
}

/// The limits at each period, none before the baseline and where a p or u chart has no value.
pub(crate) fn bands(series: &Series<'_>, fitted: Option<Fitted>) -> impl Iterator<Item = Option<(f64, f64)>> {
    (0..series.work.len()).map(move |index| {
        let Fitted { fit, .. } = fitted.filter(|f| index >= f.from)?;
        if !series.wholes.is_empty() && series.work[index].is_none() {
            return None;
        }
        let band = band(series, &fit, sigma_at(series, &fit, index));
        Some((band.lower, band.upper))
    })
}
