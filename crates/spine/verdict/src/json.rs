//! The answer of `bellwether verdict`, with field names that stay.

use serde::Serialize;

use crate::options::Chart;
use crate::result::{Signal, Verdict};

/// A verdict as the command prints it. Centre and limits are null where there are none.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VerdictJson {
    /// Kind of chart.
    pub chart: Chart,
    /// Mean of the baseline, in the unit of the metric.
    pub centre: Option<f64>,
    /// Lower limit for the newest value, after clipping.
    pub lower: Option<f64>,
    /// Upper limit for the newest value, after clipping.
    pub upper: Option<f64>,
    /// Every period, in order.
    pub points: Vec<PointJson>,
    /// The newest change as one sentence.
    pub verdict: String,
    /// How many signals to expect among the points if nothing changed, by all rules in force.
    pub expected_false_alarms: f64,
}

/// One period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PointJson {
    /// Place in the series, from nought.
    pub index: usize,
    /// Its value, null where there is none.
    pub value: Option<f64>,
    /// Why it is a signal; left out if it is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signal: Option<Signal>,
}

impl From<&Verdict> for VerdictJson {
    fn from(verdict: &Verdict) -> Self {
        let limits = verdict.limits.as_ref();
        Self {
            chart: verdict.chart,
            centre: limits.map(|l| l.centre),
            lower: limits.map(|l| l.lower),
            upper: limits.map(|l| l.upper),
            points: verdict.points.iter().map(|p| PointJson { index: p.index, value: p.value, signal: p.signal }).collect(),
            verdict: verdict.sentence(),
            expected_false_alarms: verdict.expected_false_alarms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, individuals};

    #[test]
    fn field_names_are_those_of_the_contract() {
        let values: Vec<_> = [5.0, 6.0, 5.0, 6.0, 5.0, 6.0, 50.0].map(Some).to_vec();
        let verdict = individuals(&values, &Options::default()).unwrap();
        let json = serde_json::to_value(VerdictJson::from(&verdict)).unwrap();
        let mut keys: Vec<_> = json.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        assert_eq!(keys, ["centre", "chart", "expected_false_alarms", "lower", "points", "upper", "verdict"]);
        assert_eq!(json["chart"], "individuals");
        assert_eq!(json["points"][0], serde_json::json!({"index": 0, "value": 5.0}));
        assert_eq!(json["points"][6]["signal"], "outside_above");
        assert_eq!(json["verdict"], "44 higher; provisional signal: outside 3 to 8.");
    }

    #[test]
    fn without_limits_they_are_null_and_a_missing_period_stays_in_its_place() {
        let verdict = individuals(&[Some(1.0), None, Some(2.0)], &Options::default()).unwrap();
        let json = serde_json::to_value(VerdictJson::from(&verdict)).unwrap();
        assert_eq!((&json["centre"], &json["upper"]), (&serde_json::Value::Null, &serde_json::Value::Null));
        assert_eq!(json["points"][1], serde_json::json!({"index": 1, "value": null}));
        assert_eq!(json["verdict"], "1 higher than two periods before; limits from the fifth period on.");
    }
}
