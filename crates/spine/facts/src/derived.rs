//! Facts that another ledger knows: nothing is stored twice. Pure.

use catalogue::transactions::{CoverKind, Transaction};
use jiff::civil::Date;
use kernel::time::Time;
use metrics::definition::Definition;
use metrics::value::{Provenance, Value};

use crate::fact::{Fact, FactValue};

/// The start of a day in UTC; none for a day that cannot be read.
fn day(text: &str) -> Option<Time> {
    let zoned = text.parse::<Date>().ok()?.in_tz("UTC").ok()?;
    Some(Time(zoned.timestamp().as_microsecond()))
}

fn fact(key: String, item: String, value: FactValue, at: Time, source: &str, url: &str) -> Fact {
    let (source, url) = (source.to_owned(), url.to_owned());
    Fact { key, item, value, observed_at: at, valid_until: None, source, url, by: String::new() }
}

/// What covers critical transactions: one for each that somebody has said something of.
pub fn of_transactions(transactions: &[Transaction]) -> Vec<Fact> {
    let mut out = Vec::new();
    for t in transactions {
        for kind in CoverKind::ALL {
            let key = match kind {
                CoverKind::FunctionalTest => "transaction.covered.test",
                CoverKind::Dashboard => "transaction.covered.dashboard",
                CoverKind::Alarm => "transaction.covered.alarm",
                CoverKind::PerformanceTest => "transaction.covered.performance",
            };
            let Some(c) = t.cover.get(kind) else { continue };
            let Some(at) = day(&c.day) else { continue };
            let url = c.evidence.first().map_or("", String::as_str);
            out.push(fact(key.into(), t.name.clone(), FactValue::Yes(c.covered), at, "matrix of critical transactions", url));
        }
    }
    out
}

/// An adopted standard as (slug, day on which somebody looked, link).
pub fn of_standard(slug: &str, looked: &str, url: &str) -> Option<Fact> {
    let key = format!("standard.adopted.{slug}");
    Some(fact(key, String::new(), FactValue::Yes(true), day(looked)?, "standards of the workload", url))
}

/// The metric that a key is read from; `None` for a key that is not read from one.
pub fn metric_of(key: &str) -> Option<&str> {
    match key {
        "delivery.change_fail_percent" => Some("change-fail-rate"),
        "delivery.lead_time_median_hours" => Some("lead-time"),
        "delivery.deployments_per_week" => Some("deployments"),
        key => key.strip_prefix("metric."),
    }
}

/// What the newest value of a metric says: itself, and a delivery fact if the metric is one that the templates bring, in the
/// unit that they bring it in. What a person typed is what a person says, and no evidence beside it. `place` is the slug of what
/// the value is of.
pub fn of_value(value: &Value, definition: &Definition, place: &str) -> Vec<Fact> {
    let Some(number) = value.number.filter(|_| value.way != Provenance::Typed) else { return Vec::new() };
    let url = format!("/metrics/{}/{place}", value.metric);
    let source = format!("{}, {}", definition.title, value.period);
    let put = |key: String, n: f64| fact(key, String::new(), FactValue::Number(n), value.ends, &source, &url);
    let mut out = vec![put(format!("metric.{}", value.metric), number)];
    let weeks = value.ends.since(value.starts).as_secs_f64() / 604_800.0;
    match (value.metric.as_str(), definition.unit.as_str()) {
        ("change-fail-rate", "%") => out.push(put("delivery.change_fail_percent".into(), number)),
        ("lead-time", "h") => out.push(put("delivery.lead_time_median_hours".into(), number)),
        ("deployments", "") if weeks > 0.0 => out.push(put("delivery.deployments_per_week".into(), number / weeks)),
        _ => {}
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use catalogue::transactions::{Cover, Covers};
    use kernel::ids::Id;

    #[test]
    fn a_transaction_says_what_covers_it_and_nothing_of_what_nobody_looked_at() {
        let cover = |covered, day: &str| Cover { covered, evidence: vec!["https://ci.example/1".into()], day: day.into() };
        let t = Transaction {
            id: Id::from_u128(1),
            name: "Pay".into(),
            cover: Covers {
                functional_test: Some(cover(true, "2026-11-20")),
                alarm: Some(cover(false, "2026-11-21")),
                ..Covers::default()
            },
            by: String::new(),
            at: Time(0),
            version: 1,
        };
        let facts = of_transactions(&[t]);
        let told: Vec<(&str, &str, &FactValue)> = facts.iter().map(|f| (f.key.as_str(), f.item.as_str(), &f.value)).collect();
        let (yes, no) = (FactValue::Yes(true), FactValue::Yes(false));
        assert_eq!(told, [("transaction.covered.test", "Pay", &yes), ("transaction.covered.alarm", "Pay", &no)]);
        assert_eq!(
            (facts[0].observed_at.to_string(), facts[0].url.as_str()),
            ("2026-11-20T00:00:00Z".into(), "https://ci.example/1")
        );
        assert!(of_standard("mfa", "yesterday", "").is_none());
    }

    fn value(way: Provenance) -> Value {
        let text = |t: &str| t.to_owned();
        Value {
            metric: text("deployments"),
            subject: text("x"),
            starts: Time(0),
            ends: Time(2 * 604_800 * 1_000_000),
            period: text("13"),
            number: Some(18.0),
            numerator: None,
            denominator: None,
            version: 1,
            way,
            actor: text("job:sources"),
            source: text("git"),
            recorded_at: Time(0),
            measured_at: Time(0),
            kept: false,
            note: String::new(),
            note_by: String::new(),
            note_at: None,
        }
    }

    #[test]
    fn a_value_that_came_in_by_itself_is_a_fact_and_one_that_was_typed_is_not() {
        let definition: Definition =
            serde_json::from_value(serde_json::json!({ "key": "deployments", "title": "Deployments", "pillar":
            "operations", "direction": "up", "period": "sprint", "subject": "team", "aggregation": "sum" }))
            .unwrap();
        let facts = of_value(&value(Provenance::Pulled), &definition, "ledger");
        let told: Vec<(&str, &FactValue)> = facts.iter().map(|f| (f.key.as_str(), &f.value)).collect();
        assert_eq!(
            told,
            [("metric.deployments", &FactValue::Number(18.0)), ("delivery.deployments_per_week", &FactValue::Number(9.0))]
        );
        assert_eq!((facts[0].url.as_str(), facts[0].source.as_str()), ("/metrics/deployments/ledger", "Deployments, 13"));
        assert!(of_value(&value(Provenance::Typed), &definition, "ledger").is_empty());
    }
}
