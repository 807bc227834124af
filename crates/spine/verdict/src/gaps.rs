//! Charts of rare events, which look at the gaps between them: a period mostly has none, so counting says nothing.
//!
//! Sources: L. S. Nelson 1994 (t chart: gap^(1/3.6), then XmR); J. C. Benneyan 2001 (g chart: mean +/- 3 sqrt(mean (mean + 1))).

use crate::baseline::Chosen;
use crate::engine::{self, Fitted, Series};
use crate::error::Error;
use crate::figures::Figures;
use crate::judge::{Judge, all_bands, worded};
use crate::limits::{self, Fit, mean, tolerance};
use crate::options::{Bounds, Chart, Options};
use crate::result::Verdict;
use crate::scale::Scale;

/// t chart: the time from each event to the next, in any unit, oldest first. Limits are those of an XmR chart on gap^(1/3.6),
/// given back in the unit; more is usually better. A gap of nought (two events at once) is taken.
///
/// `open` is the time since the newest event. That gap still grows: it is the newest point, never belongs to a baseline, and is a
/// signal only if it is too long already.
///
/// # Errors
/// As [`crate::individuals`]; a negative gap is outside the bounds.
pub fn gaps(closed: &[Option<f64>], open: Option<f64>, options: &Options) -> Result<Verdict, Error> {
    let mut bench = Judge::new();
    let answer = judge_gaps(&mut bench, closed, open, options, all_bands)?;
    Ok(worded(bench.shown.iter().copied(), &bench.signals, answer, options))
}

/// g chart: how many chances passed between two events, oldest first: deployments between two failures, the failing one not
/// counted. Limits are mean +/- 3 sqrt(mean (mean + 1)), and the lower is always nought. Runs are counted from the median, since
/// most gaps are shorter than the mean; rule 3 is not used, as the distribution is too skewed for it.
///
/// `open` counts the chances since the newest event, as in [`gaps`].
///
/// # Errors
/// As [`gaps`].
pub fn gap_counts(closed: &[Option<f64>], open: Option<f64>, options: &Options) -> Result<Verdict, Error> {
    let mut bench = Judge::new();
    let answer = judge_gap_counts(&mut bench, closed, open, options, all_bands)?;
    Ok(worded(bench.shown.iter().copied(), &bench.signals, answer, options))
}

/// The gaps between events at these times, oldest first, in the unit of the times.
///
/// # Errors
/// A time that is not finite, or is before the one ahead of it.
pub fn between(times: &[f64]) -> Result<Vec<Option<f64>>, Error> {
    if let Some(index) = times.iter().position(|t| !t.is_finite()) {
        return Err(Error::NotFinite { index });
    }
    let gap = |(index, pair): (usize, &[f64])| match pair[1] - pair[0] {
        gap if gap < 0.0 => Err(Error::OutOfOrder { index: index + 1 }),
        gap => Ok(Some(gap)),
    };
    times.windows(2).enumerate().map(gap).collect()
}

pub(crate) fn judge_gaps<T>(
    bench: &mut Judge,
    closed: &[Option<f64>],
    open: Option<f64>,
    options: &Options,
    also: impl Fn(&Series<'_>, Option<Fitted>) -> T,
) -> Result<(Figures, T), Error> {
    judge(bench, Chart::Gap, Scale::Gap, closed, open, options, |baseline, _| limits::xmr(baseline), also)
}

pub(crate) fn judge_gap_counts<T>(
    bench: &mut Judge,
    closed: &[Option<f64>],
    open: Option<f64>,
    options: &Options,
    also: impl Fn(&Series<'_>, Option<Fitted>) -> T,
) -> Result<(Figures, T), Error> {
    let fit = |baseline: &[Option<f64>], chosen: Chosen| {
        let counts = || baseline.iter().copied().flatten();
        let centre = mean(counts(), chosen.n);
        let (sigma, tolerance) = ((centre * (centre + 1.0)).sqrt(), tolerance(counts()));
        let middle = median_of(centre);
        Some(Fit { centre, middle, sigma, mr_mean: 0.0, ranges: chosen.n - 1, tolerance, flat: sigma <= 0.0 })
    };
    judge(bench, Chart::GapCount, Scale::Plain, closed, open, options, fit, also)
}

#[allow(clippy::too_many_arguments)] // Two private callers; a struct of eight fields would be no easier to read.
fn judge<T>(
    bench: &mut Judge,
    chart: Chart,
    scale: Scale,
    closed: &[Option<f64>],
    open: Option<f64>,
    options: &Options,
    fit: impl Fn(&[Option<f64>], Chosen) -> Option<Fit>,
    also: impl Fn(&Series<'_>, Option<Fitted>) -> T,
) -> Result<(Figures, T), Error> {
    options.check(closed.len())?;
    let bounds = Bounds { min: Some(options.bounds.min.map_or(0.0, |min| min.max(0.0))), ..options.bounds };
    let Judge { shown, work, signals, .. } = bench;
    shown.clear();
    shown.extend_from_slice(closed);
    shown.extend(open.map(Some));
    let present = engine::check(shown, bounds)?;
    work.clear();
    work.extend(shown.iter().map(|gap| gap.map(|x| scale.onto(x))));
    let series = Series { chart, shown, work, wholes: &[], scale, bounds, present, open: open.is_some() };
    let (figures, fitted) = engine::judge(&series, options, fit, signals)?;
    Ok((figures, also(&series, fitted)))
}

/// Median of the number of chances before an event, if their mean is this: of a geometric distribution with probability
/// 1 / (mean + 1).
pub(crate) fn median_of(mean: f64) -> f64 {
    if mean <= 0.0 {
        return 0.0;
    }
    let stay = (mean / (mean + 1.0)).ln();
    // A mean beyond all measure stays one step below its next number, and its log is nought.
    if stay >= 0.0 { mean * std::f64::consts::LN_2 } else { ((0.5_f64.ln() / stay).ceil() - 1.0).max(0.0) }
}

#[cfg(test)]
mod tests;
