//! Reading the API's answers.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::error::Category;

use super::PromError;

/// Rows of an answer and what the server said beside them.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<T> {
    /// The rows in the server's order; none is a valid answer.
    pub rows: Vec<T>,
    /// Warnings (a part of the data could not be reached, say), then remarks of lesser weight.
    pub warnings: Vec<String>,
}

/// One value at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Labels with `__name__`; empty for a scalar.
    pub labels: BTreeMap<String, String>,
    /// Unix microseconds; the API gives milliseconds.
    pub at_us: i64,
    /// The value; can be NaN or infinite.
    pub value: f64,
}

/// The values of one label set, as the server ordered them: by time, without a promise of equal steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Labels with `__name__`.
    pub labels: BTreeMap<String, String>,
    /// Unix microseconds and value; the value can be NaN or infinite.
    pub points: Vec<(i64, f64)>,
}

/// What is read first: the state of the answer and the type of its result, the result itself skipped.
#[derive(Deserialize)]
struct Envelope {
    status: Option<String>,
    data: Option<Kind>,
    #[serde(rename = "errorType")]
    error_type: Option<String>,
    error: Option<String>,
    warnings: Option<Vec<String>>,
    infos: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "resultType")]
    kind: Option<String>,
    result: Option<IgnoredAny>,
}

/// What is read then, once the type is known: straight into rows, because a long range can be many megabytes.
#[derive(Deserialize)]
struct Whole<T> {
    data: Inner<T>,
}

#[derive(Deserialize)]
struct Inner<T> {
    result: T,
}

/// Text of the answer, copied only where it holds escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

type Point<'a> = (f64, Text<'a>);

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(default)]
    metric: BTreeMap<String, String>,
    #[serde(borrow)]
    value: Option<Point<'a>>,
    #[serde(borrow)]
    values: Option<Vec<Point<'a>>>,
    histogram: Option<IgnoredAny>,
    histograms: Option<IgnoredAny>,
}

/// Reads the answer to an instant query: a vector, or a scalar as one sample without labels.
///
/// Errors: `NotJson`, `Truncated`, `Refused` (also when the HTTP status says so: the body is the same), `ResultType`,
/// `Histogram`, `Shape`.
pub fn read_instant(body: &[u8]) -> Result<Answer<Sample>, PromError> {
    let (kind, warnings) = open(body)?;
    let rows = match kind.as_str() {
        "vector" => result::<Vec<Row<'_>>>(body)?.into_iter().map(sample).collect::<Result<_, _>>()?,
        "scalar" => {
            let (at_us, value) = point(result(body)?)?;
            vec![Sample { labels: BTreeMap::new(), at_us, value }]
        }
        _ => return Err(PromError::ResultType { found: kind, wanted: "vector or scalar" }),
    };
    Ok(Answer { rows, warnings })
}

/// Reads the answer to a range query: a matrix. Errors as [`read_instant`].
pub fn read_range(body: &[u8]) -> Result<Answer<Series>, PromError> {
    let (kind, warnings) = open(body)?;
    if kind != "matrix" {
        return Err(PromError::ResultType { found: kind, wanted: "matrix" });
    }
    let rows = result::<Vec<Row<'_>>>(body)?.into_iter().map(series).collect::<Result<_, _>>()?;
    Ok(Answer { rows, warnings })
}

fn open(body: &[u8]) -> Result<(String, Vec<String>), PromError> {
    let envelope: Envelope = serde_json::from_slice(body).map_err(|e| unreadable(body, &e))?;
    match envelope.status.as_deref() {
        Some("success") => {}
        Some("error") => {
            return Err(PromError::Refused {
                kind: envelope.error_type.unwrap_or_else(|| "no type given".to_owned()),
                error: envelope.error.unwrap_or_else(|| "no reason given".to_owned()),
            });
        }
        _ => return Err(PromError::Shape { detail: "there is no status 'success' or 'error'".to_owned() }),
    }
    let mut warnings = envelope.warnings.unwrap_or_default();
    warnings.extend(envelope.infos.unwrap_or_default());
    match envelope.data {
        Some(Kind { kind: Some(kind), result: Some(_) }) => Ok((kind, warnings)),
        _ => Err(PromError::Shape { detail: "there is no data with resultType and result".to_owned() }),
    }
}

/// Reads the result, whose type is known by now.
fn result<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, PromError> {
    let whole: Whole<T> = serde_json::from_slice(body).map_err(|e| unreadable(body, &e))?;
    Ok(whole.data.result)
}

fn unreadable(body: &[u8], error: &serde_json::Error) -> PromError {
    let text = String::from_utf8_lossy(&body[..body.len().min(400)]);
    let text = text.trim_start();
    // A fault behind a proper beginning, or JSON of another form, is not "no JSON": say where it is.
    let json = text.starts_with('{') || serde_json::from_slice::<IgnoredAny>(body).is_ok();
    match error.classify() {
        Category::Eof if json => PromError::Truncated { bytes: body.len() },
        _ if json => PromError::Shape { detail: error.to_string() },
        _ => PromError::NotJson { html: text.starts_with('<'), begins: kernel::text::shown(text, 60) },
    }
}

fn sample(row: Row<'_>) -> Result<Sample, PromError> {
    match (row.value, row.histogram) {
        (Some(given), None) => {
            let (at_us, value) = point(given)?;
            Ok(Sample { labels: row.metric, at_us, value })
        }
        (_, Some(_)) => Err(PromError::Histogram),
        (None, None) => Err(PromError::Shape { detail: "a row of the vector has no value".to_owned() }),
    }
}

fn series(row: Row<'_>) -> Result<Series, PromError> {
    match (row.values, row.histograms) {
        (Some(values), None) => {
            let points = values.into_iter().map(point).collect::<Result<_, _>>()?;
            Ok(Series { labels: row.metric, points })
        }
        (_, Some(_)) => Err(PromError::Histogram),
        (None, None) => Err(PromError::Shape { detail: "a row of the matrix has no values".to_owned() }),
    }
}

/// Time in Unix microseconds, by way of whole milliseconds because a double holds no more, and value.
fn point((at, Text(value)): Point<'_>) -> Result<(i64, f64), PromError> {
    let odd = || PromError::Shape { detail: format!("[{at}, \"{value}\"] is not a time and a number") };
    let ms = Some((at * 1000.0).round()).filter(|ms| ms.abs() < 1e15).ok_or_else(odd)?;
    Ok((ms as i64 * 1000, number(&value).ok_or_else(odd)?))
}

fn number(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Inf" | "+Inf" => Some(f64::INFINITY),
        "-Inf" => Some(f64::NEG_INFINITY),
        // Rust reads "inf", "nan" and "infinity" as numbers, the API never writes them.
        _ if text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b)) => text.parse().ok(),
        _ => None,
    }
}

/// A label set as a query writes it: `up{instance="a",job="b"}`.
pub(super) fn written(labels: &BTreeMap<String, String>) -> String {
    let name = labels.get("__name__").map_or("", String::as_str);
    let pairs: Vec<String> =
        labels.iter().filter(|(key, _)| *key != "__name__").map(|(key, value)| format!("{key}={value:?}")).collect();
    format!("{name}{{{}}}", pairs.join(","))
}
