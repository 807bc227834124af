//! A baseline that a person froze with a reason: the stretch of periods from which limits are computed.

use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::value::Value;

/// A frozen baseline of one metric of one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Frozen {
    /// Key of the metric.
    pub metric: String,
    /// Start of its first period.
    pub starts: Time,
    /// Number of periods.
    pub periods: i64,
    /// Why.
    pub reason: String,
    /// Who accepted it.
    pub made_by: String,
    /// When.
    pub made_at: Time,
}

/// A baseline as somebody asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBaseline {
    /// First period, as it is written.
    pub period: String,
    /// Number of periods, 5 to 104.
    pub periods: i64,
    /// Why.
    pub reason: String,
}

impl Frozen {
    /// As indices into a series; `None` if the series does not hold it whole.
    pub fn in_series(&self, series: &[Value]) -> Option<verdict::Baseline> {
        let from = series.iter().position(|v| v.starts >= self.starts)?;
        let len = usize::try_from(self.periods).ok()?;
        (from + len <= series.len()).then_some(verdict::Baseline { from, len })
    }
}
