//! The HTTP API of Prometheus and of what speaks like it (Mimir, Thanos, VictoriaMetrics): which request to send, how to
//! read the answer, and how an answer becomes one number for a period. Only `ask` sends anything.
//!
//! Shapes as the project documents its API v1 (`/api/v1/query`, `/api/v1/query_range`): times are Unix seconds with
//! three places, sample values are text ("1e3", "NaN", "+Inf").

use std::fmt;

mod answer;
mod ask;
mod reduce;
#[cfg(test)]
mod tests;

pub use answer::{Answer, Sample, Series, read_instant, read_range};
pub(crate) use ask::ask;
pub use reduce::{Across, How, Reading, reduce_instant, reduce_range};

/// A GET request to be sent by the outgoing client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestSpec {
    /// Address without a query string.
    pub url: String,
    /// Names and values of the query string, not yet encoded.
    pub query: Vec<(&'static str, String)>,
}

/// Most points of one series that the server answers with; it refuses more.
pub const MOST_POINTS: i64 = 11_000;

/// The request for the value of `query` at `time_us` (Unix microseconds, cut to the API's milliseconds).
///
/// `base_url` is the address that the server's own pages have, with a path in front if it has one
/// (`https://example.org/prometheus`). Errors: `Request`.
pub fn instant(base_url: &str, query: &str, time_us: i64) -> Result<RequestSpec, PromError> {
    let url = address(base_url, "query", query)?;
    Ok(RequestSpec { url, query: vec![("query", query.to_owned()), ("time", seconds(time_us))] })
}

/// The request for the values of `query` from `from_us` up to but without `to_us` (Unix microseconds), one for each
/// `step_us`.
///
/// The API takes both ends in, so the end that is asked for is a millisecond before `to_us`: a point on the border of
/// two periods belongs to the later one. Errors: `Request` for an empty period, a step under a millisecond, or more than
/// [`MOST_POINTS`] points.
pub fn range(base_url: &str, query: &str, from_us: i64, to_us: i64, step_us: i64) -> Result<RequestSpec, PromError> {
    let url = address(base_url, "query_range", query)?;
    let length = to_us.saturating_sub(from_us);
    if length < 1000 {
        return Err(PromError::Request { why: "the period is empty".to_owned() });
    }
    if step_us < 1000 || step_us % 1000 != 0 {
        return Err(PromError::Request { why: "the step is not a whole number of milliseconds".to_owned() });
    }
    let points = (length - 1) / step_us + 1;
    if points > MOST_POINTS {
        let why = format!("the step gives {points} points, more than the {MOST_POINTS} that the server allows: take a longer step");
        return Err(PromError::Request { why });
    }
    Ok(RequestSpec {
        url,
        query: vec![
            ("query", query.to_owned()),
            ("start", seconds(from_us)),
            ("end", seconds(to_us - 1000)),
            ("step", seconds(step_us)),
        ],
    })
}

fn address(base_url: &str, call: &str, query: &str) -> Result<String, PromError> {
    let refuse = |why: &str| Err(PromError::Request { why: why.to_owned() });
    if query.trim().is_empty() {
        return refuse("the query is empty");
    }
    let rest = base_url.strip_prefix("https://").or_else(|| base_url.strip_prefix("http://")).unwrap_or_default();
    if rest.trim_matches('/').is_empty() || base_url.contains(['?', '#']) || base_url.chars().any(char::is_whitespace) {
        return refuse("the address is not of the form https://host/path, without '?' and '#'");
    }
    let base = base_url.trim_end_matches('/');
    Ok(format!("{}/api/v1/{call}", base.strip_suffix("/api/v1").unwrap_or(base)))
}

/// Unix seconds with three places.
fn seconds(us: i64) -> String {
    let ms = us.div_euclid(1000);
    let sign = if ms < 0 { "-" } else { "" };
    format!("{sign}{}.{:03}", ms.unsigned_abs() / 1000, ms.unsigned_abs() % 1000)
}

/// Why there is no number. `Display` is a sentence or two for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PromError {
    /// The request cannot be built.
    Request {
        /// The reason.
        why: String,
    },
    /// The answer is no JSON.
    NotJson {
        /// The content begins like a web page.
        html: bool,
        /// Its first characters.
        begins: String,
    },
    /// The answer ends in the middle.
    Truncated {
        /// Bytes that arrived.
        bytes: usize,
    },
    /// The server refused the query.
    Refused {
        /// `errorType` of the answer, such as `bad_data` or `timeout`.
        kind: String,
        /// `error` of the answer.
        error: String,
    },
    /// The result is of a type that does not fit the request.
    ResultType {
        /// What came.
        found: String,
        /// What is read here.
        wanted: &'static str,
    },
    /// The result holds histograms, which are no single number.
    Histogram,
    /// The answer is JSON but not of the API's shape.
    Shape {
        /// What does not fit.
        detail: String,
    },
    /// More than one series where one number is wanted.
    Several {
        /// How many.
        count: usize,
        /// Label sets of the first ten.
        labels: Vec<String>,
    },
}

impl fmt::Display for PromError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request { why } => write!(f, "The query cannot be sent: {why}."),
            Self::NotJson { html: true, begins } => write!(
                f,
                "The answer is a web page, not JSON ('{begins}'). A sign-in page or a proxy answered: check the address and the access."
            ),
            Self::NotJson { html: false, begins } => {
                write!(f, "The answer is not JSON ('{begins}'). Check that the address is that of the Prometheus API.")
            }
            Self::Truncated { bytes } => {
                write!(f, "The answer ends in the middle, after {bytes} bytes. Nothing was taken; try again.")
            }
            Self::Refused { kind, error } => write!(f, "The server refused the query ({kind}): {error}"),
            Self::ResultType { found, wanted } => write!(
                f,
                "The result is a {found}, where a {wanted} is read. For a selector such as x[5m] take a function over it, such as rate or avg_over_time."
            ),
            Self::Histogram => write!(
                f,
                "The result holds histograms. Take one number from them with histogram_quantile, histogram_count or histogram_avg."
            ),
            Self::Shape { detail } => write!(f, "The answer is not of the API's shape: {detail}."),
            Self::Several { count, labels } => {
                write!(f, "The query gives {count} series, one is wanted: {}", labels.join(", "))?;
                if labels.len() < *count {
                    write!(f, " and {} more", count - labels.len())?;
                }
                write!(
                    f,
                    ". Aggregate in the query, such as sum(..) or max by (..), or choose sum, mean, max or min for the source."
                )
            }
        }
    }
}

impl std::error::Error for PromError {}
