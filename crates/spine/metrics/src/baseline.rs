//! A baseline that a person froze with a reason: the stretch of periods from which limits are computed.

use kernel::error::{Faults, Result};
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::definition::Definition;
use crate::judged::judge;
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

/// A baseline that the rules propose: a shift has lasted, or a short baseline can be filled up. A person accepts it by freezing
/// it, or refuses it; both with a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Proposed {
    /// Key of the metric.
    pub metric: String,
    /// First period, as it is written.
    pub period: String,
    /// Number of periods.
    pub periods: i64,
    /// Start of the first period.
    pub starts: Time,
    /// Why, as a sentence.
    pub why: String,
}

/// A proposal that a person refused; the same is not made again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Refusal {
    /// Key of the metric.
    pub metric: String,
    /// Start of the first period of what was proposed.
    pub starts: Time,
    /// Why.
    pub reason: String,
    /// Who refused it.
    pub made_by: String,
    /// When.
    pub made_at: Time,
}

/// A refusal as somebody sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRefusal {
    /// First period of what was proposed, as it is written.
    pub period: String,
    /// Why the limits should stay as they are.
    pub reason: String,
}

impl NewRefusal {
    /// The reason, checked.
    ///
    /// # Errors
    /// It is missing or no text.
    pub fn check(&self) -> Result<String> {
        let mut faults = Faults::new();
        faults.check(!self.reason.trim().is_empty(), "reason", "Say why the limits should stay as they are.");
        let reason = text::prose(&mut faults, "reason", "The reason", &self.reason);
        faults.done().map(|()| reason)
    }
}

/// What is proposed for a series, unless it was refused.
pub fn proposed(d: &Definition, series: &[Value], frozen: Option<&Frozen>, refused: &[Refusal]) -> Option<Proposed> {
    let observed: Vec<_> = series.iter().map(Value::observed).collect();
    let verdict = judge(d, &observed, frozen.and_then(|f| f.in_series(series)))?;
    let (baseline, why) = (verdict.proposed_baseline?, verdict.proposal?);
    let first = series.get(baseline.from)?;
    if refused.iter().any(|r| r.metric == d.key && r.starts == first.starts) {
        return None;
    }
    let periods = i64::try_from(baseline.len).ok()?;
    Some(Proposed { metric: d.key.clone(), period: first.period.clone(), periods, starts: first.starts, why })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::sample;
    use crate::value::Provenance;

    fn series(numbers: &[f64]) -> Vec<Value> {
        let value = |(i, n): (i64, &f64)| Value {
            metric: "latency-p95".into(),
            subject: String::new(),
            actor: String::new(),
            period: (i + 1).to_string(),
            starts: Time(i * 10),
            ends: Time(i * 10 + 10),
            number: Some(*n),
            numerator: None,
            denominator: None,
            version: 1,
            way: Provenance::Typed,
            source: "Dora".into(),
            recorded_at: Time(0),
            measured_at: Time(0),
            kept: false,
            note: String::new(),
            note_by: String::new(),
            note_at: None,
        };
        (0..).zip(numbers).map(value).collect()
    }

    fn shifted() -> Vec<Value> {
        let mut numbers = [400.0, 410.0].repeat(6);
        numbers.extend([380.0, 378.0, 381.0, 379.0, 380.0, 377.0, 382.0, 380.0]);
        series(&numbers)
    }

    #[test]
    fn a_shift_that_lasts_proposes_its_own_periods() {
        let p = proposed(&sample(), &shifted(), None, &[]).unwrap();
        assert_eq!((p.period.as_str(), p.periods), ("13", 8));
        assert!(p.why.starts_with("Eight values in a row below the mean"), "{}", p.why);
        assert_eq!(proposed(&sample(), &series(&[400.0, 410.0].repeat(10)), None, &[]), None);
    }

    #[test]
    fn what_was_refused_or_accepted_is_not_proposed_again() {
        let refusal = Refusal {
            metric: "latency-p95".into(),
            starts: Time(120),
            reason: "a campaign".into(),
            made_by: "Maya".into(),
            made_at: Time(0),
        };
        assert_eq!(proposed(&sample(), &shifted(), None, std::slice::from_ref(&refusal)), None);
        let other = Refusal { starts: Time(0), ..refusal };
        assert!(proposed(&sample(), &shifted(), None, &[other]).is_some(), "another proposal is another question");
        let accepted = Frozen {
            metric: "latency-p95".into(),
            starts: Time(120),
            periods: 8,
            reason: "cache".into(),
            made_by: "Maya".into(),
            made_at: Time(0),
        };
        assert_eq!(proposed(&sample(), &shifted(), Some(&accepted), &[]), None);
    }
}
