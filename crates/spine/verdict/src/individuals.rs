//! The XmR chart: one measured value for each period.

use crate::engine::{self, Series};
use crate::error::Error;
use crate::limits;
use crate::options::{Chart, Options, Transform};
use crate::result::Verdict;

/// Judges the newest of a series of individual values, oldest first, a missing period as `None`.
///
/// Limits are x-bar +/- 3/1.128 mean moving ranges of the baseline. With [`Transform::Log`] they are computed on natural logs
/// and given back in the unit of the metric.
///
/// # Errors
/// A value that is not finite, is too large or contradicts the bounds, each with its index; options that contradict
/// themselves; a frozen baseline outside the series or with fewer than five values.
pub fn individuals(values: &[Option<f64>], options: &Options) -> Result<Verdict, Error> {
    options.check(values.len())?;
    engine::check(values, options.bounds)?;
    let work = match options.transform {
        Transform::None => values.to_vec(),
        Transform::Log => logs(values)?,
    };
    let series = Series {
        chart: Chart::Individuals,
        shown: values.to_vec(),
        work: work.clone(),
        transform: options.transform,
        bounds: options.bounds,
        fit: &|members| limits::xmr(&work, members),
        known_sigma: false,
    };
    engine::verdict(&series, options)
}

/// Natural logs; a value that has none is refused.
fn logs(values: &[Option<f64>]) -> Result<Vec<Option<f64>>, Error> {
    let log = |(index, value): (usize, &Option<f64>)| match *value {
        Some(value) if value <= 0.0 => Err(Error::NotPositive { index, value }),
        Some(value) => Ok(Some(value.ln())),
        None => Ok(None),
    };
    values.iter().enumerate().map(log).collect()
}

#[cfg(test)]
mod sentences;
#[cfg(test)]
mod tests;
