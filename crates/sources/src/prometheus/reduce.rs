//! From an answer to one number, or to the reason why there is none.

use serde::{Deserialize, Serialize};

use super::PromError;
use super::answer::{Sample, Series, written};

/// How several series of one instant become one number. Percentiles are not here: a mean of percentiles is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Across {
    /// Their sum.
    Sum,
    /// Their mean, each series weighing the same.
    Mean,
    /// The greatest.
    Max,
    /// The least.
    Min,
}

/// How the points of one series become the value of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The latest point.
    Last,
    /// Arithmetic mean of the points.
    Mean,
    /// The greatest.
    Max,
    /// The least.
    Min,
    /// Their sum: right only for a query that gives the amount of each step.
    Sum,
    /// 95th percentile of the points, between neighbours in proportion, as `quantile_over_time(0.95, ..)` does it.
    P95,
}

/// One number for a period, or the reason why there is none. No data is never 0.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// A finite number.
    Value {
        /// The number, in the query's unit.
        value: f64,
        /// Time of the latest point that it was made from, Unix microseconds.
        at_us: i64,
        /// Points, or series, that it was made from.
        n: usize,
        /// Points of the period that were NaN or infinite and left out.
        left_out: usize,
    },
    /// There is no number.
    NoData {
        /// Why, as a clause.
        reason: String,
    },
}

fn none(reason: impl Into<String>) -> Result<Reading, PromError> {
    Ok(Reading::NoData { reason: reason.into() })
}

fn several<'a>(count: usize, labels: impl Iterator<Item = &'a std::collections::BTreeMap<String, String>>) -> PromError {
    PromError::Several { count, labels: labels.take(10).map(written).collect() }
}

/// The number of an instant query: its only sample, or all samples put together as `across` says.
///
/// No sample is no data. One sample that is NaN or infinite is no data, and among several it makes the whole unknown.
/// Errors: `Several` for more than one sample without `across`.
pub fn reduce_instant(samples: &[Sample], across: Option<Across>) -> Result<Reading, PromError> {
    let Some(at_us) = samples.iter().map(|s| s.at_us).max() else {
        return none("the query gave no sample");
    };
    if samples.len() > 1 && across.is_none() {
        return Err(several(samples.len(), samples.iter().map(|s| &s.labels)));
    }
    if let Some(odd) = samples.iter().find(|s| !s.value.is_finite()) {
        let of = written(&odd.labels);
        return none(format!("the value of {of} is {}", word(odd.value)));
    }
    let values = samples.iter().map(|s| s.value);
    let n = samples.len();
    let value = match across {
        None | Some(Across::Sum) => values.sum(),
        Some(Across::Mean) => values.sum::<f64>() / n as f64,
        Some(Across::Max) => values.fold(f64::NEG_INFINITY, f64::max),
        Some(Across::Min) => values.fold(f64::INFINITY, f64::min),
    };
    finite(value, at_us, n, 0)
}

/// The number of a period from `from_us` up to but without `to_us` (Unix microseconds), from the points in it.
///
/// No series, or no point in the period, is no data. Points that are NaN or infinite are left out and counted; with
/// `Last`, a latest point of that kind is no data, because an older one would pass for the present. Errors: `Several`
/// for more than one series with points in the period.
pub fn reduce_range(series: &[Series], how: How, from_us: i64, to_us: i64) -> Result<Reading, PromError> {
    let inside = |at: i64| from_us <= at && at < to_us;
    let with_points: Vec<&Series> = series.iter().filter(|s| s.points.iter().any(|(at, _)| inside(*at))).collect();
    let only = match with_points[..] {
        [] if series.is_empty() => return none("the query gave no series"),
        [] => return none("no point lies in the period"),
        [only] => only,
        _ => return Err(several(with_points.len(), with_points.iter().map(|s| &s.labels))),
    };
    let mut points: Vec<(i64, f64)> = only.points.iter().copied().filter(|(at, _)| inside(*at)).collect();
    points.sort_by_key(|(at, _)| *at);
    let all = points.len();
    let last = points[all - 1];
    if how == How::Last {
        return match last.1.is_finite() {
            true => finite(last.1, last.0, 1, 0),
            false => none(format!("the last value of the period is {}", word(last.1))),
        };
    }
    points.retain(|(_, value)| value.is_finite());
    let Some((at_us, _)) = points.last().copied() else {
        return none(format!("all {all} values of the period are NaN or infinite"));
    };
    let n = points.len();
    let mut values: Vec<f64> = points.into_iter().map(|(_, value)| value).collect();
    values.sort_by(f64::total_cmp);
    let value = match how {
        How::Mean => values.iter().sum::<f64>() / n as f64,
        How::Sum => values.iter().sum(),
        How::Min => values[0],
        How::Max | How::Last => values[n - 1],
        How::P95 => {
            let rank = 0.95 * (n - 1) as f64;
            let (below, share) = (rank.floor() as usize, rank.fract());
            values[below] * (1.0 - share) + values[(below + 1).min(n - 1)] * share
        }
    };
    finite(value, at_us, n, all - n)
}

/// Sums of finite numbers can still leave the range of a double.
fn finite(value: f64, at_us: i64, n: usize, left_out: usize) -> Result<Reading, PromError> {
    match value.is_finite() {
        true => Ok(Reading::Value { value, at_us, n, left_out }),
        false => none(format!("the result is {}", word(value))),
    }
}

fn word(value: f64) -> &'static str {
    match value {
        v if v.is_nan() => "not a number (NaN, often a division of 0 by 0)",
        v if v > 0.0 => "infinite (+Inf, often a division by 0)",
        _ => "infinite (-Inf, often a division by 0)",
    }
}
