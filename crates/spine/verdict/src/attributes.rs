//! Charts of counted things, whose sigma follows from their mean: p, c and u.
//!
//! Sources: NIST/SEMATECH e-Handbook 6.3.3.1 (counts) and 6.3.3.2 (proportions); Montgomery, "Statistical Quality Control".

use serde::{Deserialize, Serialize};

use crate::baseline::Chosen;
use crate::engine::{self, Fitted, Series};
use crate::error::{Error, MAX_MAGNITUDE};
use crate::figures::Figures;
use crate::judge::{Judge, all_bands, worded};
use crate::limits::{Fit, mean, tolerance};
use crate::options::{Bounds, Chart, Options};
use crate::result::Verdict;
use crate::scale::Scale;

/// Below this many in a period a share is mostly noise, whatever the limits say.
pub const FEW: f64 = 20.0;

/// Least whole above nought that is taken.
const LEAST_WHOLE: f64 = 1e-12;

/// So many of so many, or so many events over so much opportunity.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ratio {
    /// Numerator: failed deployments.
    pub part: f64,
    /// Denominator: all deployments. Nought means a period without data, never a share of nought.
    pub whole: f64,
}

/// c chart: the number of events in each period, where every period gives them the same opportunity. Limits are
/// c-bar +/- 3 sqrt(c-bar), not below nought.
///
/// # Errors
/// As [`crate::individuals`]; a negative count is outside the bounds.
pub fn counts(values: &[Option<f64>], options: &Options) -> Result<Verdict, Error> {
    let mut bench = Judge::new();
    let answer = judge_counts(&mut bench, values, options, all_bands)?;
    Ok(worded(values.iter().copied(), &bench.signals, answer, options))
}

/// p chart: a share of each period's own whole. Limits are p-bar +/- 3 sqrt(p-bar (1 - p-bar) / n) with the pooled share of
/// the baseline and the n of the period, within 0 and 1; shares and limits are multiplied by `options.per`.
///
/// # Errors
/// As [`crate::individuals`], and a part that is negative or more than its whole, or a whole below nought or between nought and 1e-12.
pub fn proportions(values: &[Option<Ratio>], options: &Options) -> Result<Verdict, Error> {
    let mut bench = Judge::new();
    let answer = judge_proportions(&mut bench, values, options, all_bands)?;
    Ok(worded(bench.shown.iter().copied(), &bench.signals, answer, options))
}

/// u chart: events over the opportunity of each period. Limits are u-bar +/- 3 sqrt(u-bar / n) with the pooled rate of the
/// baseline and the n of the period, not below nought; rates and limits are multiplied by `options.per`.
///
/// # Errors
/// As [`crate::individuals`], and a negative part, or a whole below nought or between nought and 1e-12.
pub fn rates(values: &[Option<Ratio>], options: &Options) -> Result<Verdict, Error> {
    let mut bench = Judge::new();
    let answer = judge_rates(&mut bench, values, options, all_bands)?;
    Ok(worded(bench.shown.iter().copied(), &bench.signals, answer, options))
}

pub(crate) fn judge_counts<T>(
    bench: &mut Judge,
    values: &[Option<f64>],
    options: &Options,
    also: impl Fn(&Series<'_>, Option<Fitted>) -> T,
) -> Result<(Figures, T), Error> {
    options.check(values.len())?;
    let bounds = Bounds { min: Some(options.bounds.min.map_or(0.0, |min| min.max(0.0))), ..options.bounds };
    let present = engine::check(values, bounds)?;
    let series =
        Series { chart: Chart::Count, shown: values, work: values, wholes: &[], scale: Scale::Plain, bounds, present, open: false };
    let fit = |baseline: &[Option<f64>], chosen: Chosen| {
        let counts = || baseline.iter().copied().flatten();
        let centre = mean(counts(), chosen.n);
        Some(known(centre, centre.sqrt(), tolerance(counts()), chosen))
    };
    let (figures, fitted) = engine::judge(&series, options, fit, &mut bench.signals)?;
    Ok((figures, also(&series, fitted)))
}

pub(crate) fn judge_proportions<T>(
    bench: &mut Judge,
    values: &[Option<Ratio>],
    options: &Options,
    also: impl Fn(&Series<'_>, Option<Fitted>) -> T,
) -> Result<(Figures, T), Error> {
    ratios(bench, Chart::Proportion, values, options, |share| share * (1.0 - share), also)
}

pub(crate) fn judge_rates<T>(
    bench: &mut Judge,
    values: &[Option<Ratio>],
    options: &Options,
    also: impl Fn(&Series<'_>, Option<Fitted>) -> T,
) -> Result<(Figures, T), Error> {
    ratios(bench, Chart::Rate, values, options, |rate| rate, also)
}

/// A fit whose sigma follows from its centre.
fn known(centre: f64, sigma: f64, tolerance: f64, chosen: Chosen) -> Fit {
    Fit { centre, middle: centre, sigma, mr_mean: 0.0, ranges: chosen.n - 1, tolerance, flat: sigma <= 0.0 }
}

fn ratios<T>(
    bench: &mut Judge,
    chart: Chart,
    values: &[Option<Ratio>],
    options: &Options,
    variance: fn(f64) -> f64,
    also: impl Fn(&Series<'_>, Option<Fitted>) -> T,
) -> Result<(Figures, T), Error> {
    options.check(values.len())?;
    let share = chart == Chart::Proportion;
    let Judge { shown, wholes, signals, .. } = bench;
    shares(values, share, options.per, shown, wholes)?;
    let least = options.bounds.min.map_or(0.0, |min| min.max(0.0));
    let most = if share { Some(options.bounds.max.map_or(options.per, |max| max.min(options.per))) } else { options.bounds.max };
    let bounds = Bounds { min: Some(least), max: most };
    let present = engine::check(shown, bounds)?;
    let series = Series { chart, shown, work: shown, wholes, scale: Scale::Plain, bounds, present, open: false };
    let fit = |baseline: &[Option<f64>], chosen: Chosen| {
        let members = || values[chosen.baseline.from..chosen.baseline.end()].iter().flatten();
        let pooled = members().map(|v| v.part).sum::<f64>() / members().map(|v| v.whole).sum::<f64>();
        // Shares of exactly nought or one have no variance; rounding must not give them a negative one.
        let sigma = variance(pooled).max(0.0).sqrt() * options.per;
        Some(known(pooled * options.per, sigma, tolerance(baseline.iter().copied().flatten()), chosen))
    };
    let (figures, fitted) = engine::judge(&series, options, fit, signals)?;
    Ok((figures, also(&series, fitted)))
}

/// The share of each period and its whole; a whole of nought is a period without data.
fn shares(
    values: &[Option<Ratio>],
    share: bool,
    per: f64,
    shown: &mut Vec<Option<f64>>,
    wholes: &mut Vec<f64>,
) -> Result<(), Error> {
    shown.clear();
    wholes.clear();
    for (index, value) in values.iter().enumerate() {
        let Some(Ratio { part, whole }) = *value else {
            shown.push(None);
            wholes.push(0.0);
            continue;
        };
        if !(part.is_finite() && whole.is_finite()) {
            return Err(Error::NotFinite { index });
        }
        if part.abs() > MAX_MAGNITUDE || whole.abs() > MAX_MAGNITUDE {
            return Err(Error::TooLarge { index });
        }
        // A whole that is next to nothing would make limits that are no numbers.
        if part < 0.0 || whole < 0.0 || (whole > 0.0 && whole < LEAST_WHOLE) || (share && part > whole) {
            return Err(Error::NotAShare { index });
        }
        shown.push((whole > 0.0).then(|| part / whole * per));
        wholes.push(whole);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
