//! Pages of metrics: the list, the form, one metric in depth.

mod depth;
pub mod forms;
#[cfg(test)]
mod tests;
pub mod values;

use html::{Cell, Column, Field, FieldKind, Head, Markup, Table, Tight, field, fields, head, html, section, table};
use kernel::error::Fault;
use kernel::web::Form;

pub use self::depth::{MetricPage, metric};
use crate::definition::{Aggregation, Versioned};

/// All definitions, by pillar.
pub fn list(pillars: &[(String, String)], all: &[Versioned], may_define: bool) -> Markup {
    html! {
        (head(Head {
            kicker: vec![],
            title: "Metrics".into(),
            lead: html! { "What teams report on. A definition never changes: a change is a new version, and old reports keep theirs." },
            facts: vec![("Defined".into(), html! { (all.len()) @if may_define && !all.is_empty() { br; a href="/metrics-list/new" data-new { "Define another" } } })],
        }))
        @if all.is_empty() {
            (section("none", "No metric yet", None, Tight(false), html::empty("What the group agrees to look at is defined here: unit, direction, period, target.", may_define.then_some(("Define the first metric", "/metrics-list/new")))))
        }
        @for (key, title) in pillars {
            @let rows: Vec<&Versioned> = all.iter().filter(|v| v.definition.pillar == *key).collect();
            @if !rows.is_empty() {
                (section(key, title, None, Tight(true), table(&Table {
                    caption: format!("{title} metrics"),
                    columns: vec![Column::text("Metric"), Column::text("Measured for"), Column::text("Target"), Column::text("Key")],
                    rows: rows.iter().map(|v| {
                        let d = &v.definition;
                        vec![
                            Cell::name(&d.title, Some(&format!("/metrics-list/{}", d.key))).class("strong"),
                            Cell::text(&format!("each {}, every {}", crate::definition::kind_of(d.subject).key(), d.period.noun())),
                            Cell::text(&d.target_words()),
                            Cell::new(html! { code { (d.key) } }),
                        ]
                    }).collect(),
                    class: "stack flow even".into(),
                    foot: None,
                })))
            }
        }
    }
}

/// The form for a new metric, or for a new version of one. Key, period and subject of a metric stay.
pub fn define(pillars: &[(String, String)], before: Option<&Versioned>, sent: Option<(&Form, &[Fault])>, csrf: &str) -> Markup {
    let stored = |name: &str| before.map(|v| field_text(&v.definition, name));
    let was = |name: &str, none: &str| match sent {
        Some((f, _)) => f.get(name).to_owned(),
        None => stored(name).unwrap_or_else(|| none.to_owned()),
    };
    let wrong = |at: &str| sent.and_then(|(_, faults)| faults.iter().find(|f| f.at == at)).map(|f| f.message.clone());
    let one = |id: &'static str, label: &'static str, hint: Option<&'static str>, none: &'static str, kind: FieldKind<'_>| {
        let (value, error) = (was(id, none), wrong(id));
        field(&Field { id, label, hint, value: &value, kind, error: error.as_deref(), ..Field::default() })
    };
    let pillar_options: Vec<(&str, &str)> = pillars.iter().map(|(k, t)| (k.as_str(), t.as_str())).collect();
    html! {
        (head(Head { kicker: vec![("Metrics".into(), Some("/metrics-list".into()))], title: before.map_or_else(|| "Define a metric".into(), |v| format!("A new version of {}", v.definition.title)), lead: html! { "A team must be able to influence it, and it must inform a decision." }, facts: vec![] }))
        @if let Some((_, faults)) = sent { (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) div.sub {} }
        (html::form(&before.map_or_else(|| "/metrics-list".into(), |v| format!("/metrics-list/{}/edit", v.definition.key)), csrf, html! {
            @if let Some(v) = before {
                input type="hidden" name="version" value=(v.version);
                input type="hidden" name="key" value=(v.definition.key);
                input type="hidden" name="period" value=(field_text(&v.definition, "period"));
                input type="hidden" name="subject" value=(field_text(&v.definition, "subject"));
            }
            (section("what", "What", None, Tight(true), fields(&[
                one("title", "Title", Some("As it stands in reports."), "", FieldKind::Text),
                if before.is_none() { one("key", "Key", Some("For programs; made from the title if empty."), "", FieldKind::Text) } else { html! {} },
                one("detail", "Detail", Some("What exactly is counted, in a few words."), "", FieldKind::Text),
                one("pillar", "Pillar", None, "operations", FieldKind::Select(&pillar_options)),
            ])))
            (section("how", "How it is measured", None, Tight(true), fields(&[
                one("unit", "Unit", Some("ms, %, h; empty for counts."), "", FieldKind::Text),
                one("decimals", "Decimals shown", None, "0", FieldKind::Decimal),
                one("direction", "Good is", None, "down", FieldKind::Select(&[("down", "less"), ("up", "more"), ("range", "within the target"), ("none", "neither")])),
                if before.is_some() { html! {} } else { one("period", "One value covers a", None, "sprint", FieldKind::Select(&[("sprint", "sprint"), ("month", "month"), ("week", "week"), ("day", "day")])) },
                if before.is_some() { html! {} } else { one("subject", "Measured for each", None, "team", FieldKind::Select(&[("team", "team"), ("workload", "workload"), ("service", "service")])) },
                one("aggregation", "Several values become one by", None, "last", FieldKind::Select(&[("last", "taking the newest"), ("sum", "adding up"), ("mean", "their mean"), ("max", "the greatest"), ("min", "the least"), ("ratio", "pooling numerator and denominator"), ("none", "never: a percentile")])),
                one("least", "Least possible value", Some("0 for a duration; empty if there is none."), "", FieldKind::Decimal),
                one("greatest", "Greatest possible value", None, "", FieldKind::Decimal),
                one("chart", "Judged as", Some("Single values are right for nearly everything."), "individuals", FieldKind::Select(&[("individuals", "single values"), ("proportion", "a proportion: so many of so many"), ("count", "a count with the same chances each time"), ("rate", "a rate over something that differs"), ("gap", "the time between rare events")])),
                one("logs", "Limits on logs", Some("For durations and costs, whose high values lie far out."), "", FieldKind::Select(&[("", "no"), ("yes", "yes")])),
            ])))
            (section("target", "What it should reach", Some(html! { "Each may stay empty." }), Tight(true), fields(&[
                one("at_least", "At least", None, "", FieldKind::Decimal),
                one("at_most", "At most", None, "", FieldKind::Decimal),
                one("fresh_days", "Stale after days", Some("Empty if it never goes stale."), "", FieldKind::Decimal),
            ])))
            (section("purpose", "What it is for", None, Tight(true), fields(&[
                one("goal", "Goal", Some("What the team is after."), "", FieldKind::Text),
                one("signal", "Signal", Some("What one would see if the goal came nearer."), "", FieldKind::Text),
                one("decision", "Which decision it informs", Some("A number that informs none is not worth typing."), "", FieldKind::Text),
                one("could_come_from", "Source that could replace typing", Some("As a sentence; stands beside the field."), "", FieldKind::Text),
            ])))
            @if before.is_some() {
                (section("comparable", "Can old and new values be compared?", Some(html! { "Without a reason a new baseline begins with this version." }), Tight(true), fields(&[
                    one("comparable_because", "They can, because", Some("Empty if they cannot."), "", FieldKind::Text),
                ])))
                (section("define", "Make it", None, Tight(true), html! { div.btns { button.btn.primary type="submit" { "Make the new version" } } }))
            } @else {
                (section("define", "Define it", None, Tight(true), html! { div.btns { button.btn.primary type="submit" { "Define the metric" } } }))
            }
        }))
    }
}

/// A definition's field as the form shows it.
fn field_text(d: &crate::definition::Definition, name: &str) -> String {
    let number = |x: Option<f64>| x.map(|x| x.to_string()).unwrap_or_default();
    match name {
        "at_least" => number(d.target.and_then(|g| g.at_least)),
        "at_most" => number(d.target.and_then(|g| g.at_most)),
        "logs" => {
            if d.logs {
                "yes".into()
            } else {
                String::new()
            }
        }
        "chart" if d.chart == crate::definition::ChartKind::Individuals => "individuals".into(),
        // What is written to JSON is what the form's choices are called.
        _ => match serde_json::to_value(d).ok().and_then(|v| v.get(name).cloned()) {
            Some(serde_json::Value::String(s)) => s,
            Some(serde_json::Value::Null) | None => String::new(),
            Some(other) => other.to_string(),
        },
    }
}

fn aggregation_words(a: Aggregation) -> &'static str {
    match a {
        Aggregation::Sum => "added up",
        Aggregation::Mean => "mean",
        Aggregation::Max => "greatest",
        Aggregation::Min => "least",
        Aggregation::Last => "newest",
        Aggregation::Ratio => "pooled numerator and denominator",
        Aggregation::None => "never combined",
    }
}
