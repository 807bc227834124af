//! The XmR chart: one measured value for each period.

use crate::engine::{self, Fitted, Series};
use crate::error::Error;
use crate::figures::Figures;
use crate::judge::{Judge, all_bands, worded};
use crate::limits;
use crate::options::{Chart, Options, Transform};
use crate::result::Verdict;
use crate::scale::Scale;

/// Judges the newest of a series of individual values, oldest first, a missing period as `None`.
///
/// Limits are x-bar +/- 3/1.128 mean moving ranges of the baseline. With [`Transform::Log`] they are computed on natural logs
/// and given back in the unit of the metric.
///
/// # Errors
/// A value that is not finite, is too large or contradicts the bounds, each with its index; options that contradict
/// themselves; a frozen baseline outside the series or with fewer than five values.
pub fn individuals(values: &[Option<f64>], options: &Options) -> Result<Verdict, Error> {
    let mut bench = Judge::new();
    let answer = judge(&mut bench, values, options, all_bands)?;
    Ok(worded(values.iter().copied(), &bench.signals, answer, options))
}

/// Judges on a workbench; `also` sees the series before it is cleared away.
pub(crate) fn judge<T>(
    bench: &mut Judge,
    values: &[Option<f64>],
    options: &Options,
    also: impl Fn(&Series<'_>, Option<Fitted>) -> T,
) -> Result<(Figures, T), Error> {
    options.check(values.len())?;
    let present = engine::check(values, options.bounds)?;
    let (work, scale) = match options.transform {
        Transform::None => (values, Scale::Plain),
        Transform::Log => {
            logs(values, &mut bench.work)?;
            (bench.work.as_slice(), Scale::Log)
        }
    };
    let series =
        Series { chart: Chart::Individuals, shown: values, work, wholes: &[], scale, bounds: options.bounds, present, open: false };
    let (figures, fitted) = engine::judge(&series, options, |baseline, _| limits::xmr(baseline), &mut bench.signals)?;
    Ok((figures, also(&series, fitted)))
}

/// Natural logs into `out`; a value that has none is refused.
fn logs(values: &[Option<f64>], out: &mut Vec<Option<f64>>) -> Result<(), Error> {
    out.clear();
    for (index, value) in values.iter().enumerate() {
        match *value {
            Some(value) if value <= 0.0 => return Err(Error::NotPositive { index, value }),
            value => out.push(value.map(|x| Scale::Log.onto(x))),
        }
    }
    Ok(())
}

#[cfg(test)]
mod sentences;
#[cfg(test)]
mod tests;
