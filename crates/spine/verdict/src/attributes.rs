//! Charts of counted things, whose sigma follows from their mean: p, c and u.
//!
//! Sources: NIST/SEMATECH e-Handbook 6.3.3.1 (counts) and 6.3.3.2 (proportions); Montgomery, "Statistical Quality Control".

use serde::{Deserialize, Serialize};

use crate::engine::{self, Series};
use crate::error::Error;
use crate::limits::{Fit, mean, tolerance};
use crate::options::{Bounds, Chart, Options, Transform};
use crate::result::Verdict;

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
    options.check(values.len())?;
    let bounds = Bounds { min: Some(options.bounds.min.map_or(0.0, |min| min.max(0.0))), ..options.bounds };
    engine::check(values, bounds)?;
    let fit = |members: &[usize]| {
        let baseline: Vec<f64> = members.iter().filter_map(|&i| values[i]).collect();
        let centre = mean(&baseline);
        Some(Fit {
            centre,
            sigma: vec![Some(centre.sqrt()); values.len()],
            mr_mean: 0.0,
            tolerance: tolerance(&baseline),
            flat: centre <= 0.0,
        })
    };
    judge(Chart::Count, values.to_vec(), bounds, &fit, options)
}

/// p chart: a share of each period's own whole. Limits are p-bar +/- 3 sqrt(p-bar (1 - p-bar) / n) with the pooled share of
/// the baseline and the n of the period, within 0 and 1; shares and limits are multiplied by `options.per`.
///
/// # Errors
/// As [`crate::individuals`], and a part that is negative or more than its whole, or a whole below nought or between nought and 1e-12.
pub fn proportions(values: &[Option<Ratio>], options: &Options) -> Result<Verdict, Error> {
    ratios(Chart::Proportion, values, options, |share| share * (1.0 - share))
}

/// u chart: events over the opportunity of each period. Limits are u-bar +/- 3 sqrt(u-bar / n) with the pooled rate of the
/// baseline and the n of the period, not below nought; rates and limits are multiplied by `options.per`.
///
/// # Errors
/// As [`crate::individuals`], and a negative part, or a whole below nought or between nought and 1e-12.
pub fn rates(values: &[Option<Ratio>], options: &Options) -> Result<Verdict, Error> {
    ratios(Chart::Rate, values, options, |rate| rate)
}

fn ratios(chart: Chart, values: &[Option<Ratio>], options: &Options, variance: fn(f64) -> f64) -> Result<Verdict, Error> {
    options.check(values.len())?;
    let share = chart == Chart::Proportion;
    let parts: Vec<_> = values.iter().map(|v| v.map(|v| v.part)).collect();
    let wholes: Vec<_> = values.iter().map(|v| v.map(|v| v.whole)).collect();
    engine::check(&parts, Bounds::default())?;
    engine::check(&wholes, Bounds::default())?;
    // A whole that is next to nothing would make limits that are no numbers.
    let tiny = |whole: f64| whole > 0.0 && whole < LEAST_WHOLE;
    let faulty = |v: &Ratio| v.part < 0.0 || v.whole < 0.0 || tiny(v.whole) || (share && v.part > v.whole);
    if let Some(index) = values.iter().position(|v| v.as_ref().is_some_and(faulty)) {
        return Err(Error::NotAShare { index });
    }
    let per = options.per;
    let shown: Vec<_> = values.iter().map(|v| v.filter(|v| v.whole > 0.0).map(|v| v.part / v.whole * per)).collect();
    let least = options.bounds.min.map_or(0.0, |min| min.max(0.0));
    let most = if share { Some(options.bounds.max.map_or(per, |max| max.min(per))) } else { options.bounds.max };
    let bounds = Bounds { min: Some(least), max: most };
    engine::check(&shown, bounds)?;
    let fit = |members: &[usize]| {
        let of = |pick: fn(&Ratio) -> f64| members.iter().filter_map(|&i| values[i].as_ref()).map(pick).sum::<f64>();
        let pooled = of(|v| v.part) / of(|v| v.whole);
        let baseline: Vec<f64> = members.iter().filter_map(|&i| shown[i]).collect();
        // Shares of exactly nought or one have no variance; rounding must not give them a negative one.
        let spread = variance(pooled).max(0.0);
        let sigma = values.iter().map(|v| v.filter(|v| v.whole > 0.0).map(|v| (spread / v.whole).sqrt() * per));
        Some(Fit {
            centre: pooled * per,
            sigma: sigma.collect(),
            mr_mean: 0.0,
            tolerance: tolerance(&baseline),
            flat: spread <= 0.0,
        })
    };
    let mut verdict = judge(chart, shown.clone(), bounds, &fit, options)?;
    let newest = values.iter().rev().flatten().find(|v| v.whole > 0.0);
    if let (true, Some(newest)) = (share && verdict.limits.is_some(), newest.filter(|v| v.whole < FEW)) {
        verdict.notes.push(format!(
            "The newest share is of {} only; below {FEW} it is mostly noise, so look at several {}s together.",
            newest.whole, options.period_noun
        ));
    }
    Ok(verdict)
}

fn judge(
    chart: Chart,
    shown: Vec<Option<f64>>,
    bounds: Bounds,
    fit: &dyn Fn(&[usize]) -> Option<Fit>,
    options: &Options,
) -> Result<Verdict, Error> {
    let work = shown.clone();
    let series = Series { chart, shown, work, transform: Transform::None, bounds, fit, known_sigma: true };
    engine::verdict(&series, options)
}

#[cfg(test)]
mod tests;
