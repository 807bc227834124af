//! Headings that mean something by their words alone.

use super::names::folded;
use super::shape::Meaning;

const PERIODS: [&str; 20] = [
    "period",
    "sprint",
    "sprints",
    "month",
    "months",
    "week",
    "date",
    "day",
    "iteration",
    "sprint number",
    "sprint no",
    "year",
    "quarter",
    "when",
    "time",
    "ending",
    "monat",
    "woche",
    "datum",
    "from",
];
const SUBJECTS: [&str; 10] =
    ["team", "workload", "service", "subject", "application", "component", "system", "squad", "workload or service", "product"];
const NOTES: [&str; 12] = [
    "note",
    "notes",
    "comment",
    "comments",
    "remark",
    "remarks",
    "learnings",
    "anomalies",
    "trend",
    "kommentar",
    "notes on trends",
    "explanation",
];
const METRICS: [&str; 8] = ["metric", "measure", "kpi", "indicator", "metrics", "metric name", "metric key", "kennzahl"];
const NUMBERS: [&str; 8] = ["number", "value", "values", "actual", "current", "result", "wert", "now"];

/// What a heading means by its words alone.
pub(super) fn word(text: &str) -> Option<Meaning> {
    let name = folded(text);
    let is = |list: &[&str]| list.contains(&name.as_str());
    Some(match name.as_str() {
        "numerator" | "k" => Meaning::Numerator,
        "denominator" | "n" => Meaning::Denominator,
        "unit" => Meaning::Unit,
        // Columns of our own export that say where a value came from.
        "way" | "source" | "recorded at" | "measured at" | "kept" => Meaning::Left,
        _ if is(&PERIODS) => Meaning::Period,
        _ if is(&SUBJECTS) => Meaning::Subject,
        _ if is(&NOTES) => Meaning::Note,
        _ if is(&METRICS) => Meaning::Names,
        _ if is(&NUMBERS) => Meaning::Number,
        _ => return None,
    })
}
