//! Pages of metrics: the list, the form, one metric in depth.

pub mod forms;
#[cfg(test)]
mod tests;

use catalogue::Subject;
use html::{
    Cell, Column, Field, FieldKind, Figure, Head, Markup, Table, Tight, Xmr, bdi, field, fields, head, html, section, table, xmr,
};
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::{Form, clock};

use crate::baseline::Frozen;
use crate::definition::{Aggregation, PeriodKind, SubjectKind, Versioned};
use crate::value::{Provenance, Value};

/// All definitions, by pillar.
pub fn list(pillars: &[(String, String)], all: &[Versioned], may_define: bool) -> Markup {
    html! {
        (head(Head {
            kicker: vec![],
            title: "Metrics".into(),
            lead: html! { "What teams report on. A definition never changes: a change is a new version, and old reports keep theirs." },
            facts: vec![("Defined".into(), html! { (all.len()) })],
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
                            Cell::name(&d.title, Some(&format!("/metrics-list/{}", d.key))),
                            Cell::text(&format!("each {}, every {}", crate::definition::kind_of(d.subject).key(), d.period.noun())),
                            Cell::text(&d.target_words()),
                            Cell::new(html! { code { (d.key) } }),
                        ]
                    }).collect(),
                    class: "flow".into(),
                    foot: None,
                })))
            }
        }
        @if may_define && !all.is_empty() { (section("more", "More", None, Tight(true), html! { p.more { a href="/metrics-list/new" { "Define a metric" } } })) }
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
            ])))
            (section("target", "What it should reach", Some(html! { "Both may stay empty." }), Tight(true), fields(&[
                one("at_least", "At least", None, "", FieldKind::Decimal),
                one("at_most", "At most", None, "", FieldKind::Decimal),
                one("fresh_days", "Stale after days", Some("Empty if it never goes stale."), "", FieldKind::Decimal),
                one("decision", "Which decision it informs", None, "", FieldKind::Text),
                one("could_come_from", "Source that could replace typing", None, "", FieldKind::Text),
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
        // What is written to JSON is what the form's choices are called.
        _ => match serde_json::to_value(d).ok().and_then(|v| v.get(name).cloned()) {
            Some(serde_json::Value::String(s)) => s,
            Some(serde_json::Value::Null) | None => String::new(),
            Some(other) => other.to_string(),
        },
    }
}

/// What a metric's page shows.
pub struct MetricPage {
    /// The definition.
    pub definition: Versioned,
    /// The subject.
    pub subject: Subject,
    /// Oldest first.
    pub values: Vec<Value>,
    /// A baseline that a person froze.
    pub frozen: Option<Frozen>,
    /// When each version of the definition began.
    pub seams: Vec<(i64, Time, Option<String>)>,
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

/// One metric of one subject in depth.
pub fn metric(p: &MetricPage, forms: &forms::Forms<'_>, now: Time, zone: &str) -> Markup {
    let d = &p.definition.definition;
    let numbers: Vec<Option<f64>> = p.values.iter().map(|v| v.number).collect();
    let labels: Vec<String> = p.values.iter().map(|v| label(d.period, &v.period)).collect();
    let mut options = d.options();
    options.baseline = p.frozen.as_ref().and_then(|f| f.in_series(&p.values));
    let verdict = verdict::individuals(&numbers, &options).ok();
    let sentence = verdict.as_ref().map(verdict::Verdict::sentence);
    let subject_href = match d.subject {
        SubjectKind::Team => format!("/teams/{}", p.subject.slug),
        SubjectKind::Workload => format!("/workloads/{}", p.subject.slug),
        SubjectKind::Service => format!("/services/{}", p.subject.slug),
    };
    html! {
        (head(Head {
            kicker: vec![(p.subject.name.clone(), Some(subject_href)), (d.title.clone(), None)],
            title: match &sentence { Some(s) if numbers.len() > 1 => s.trim_end_matches('.').to_owned(), _ => d.title.clone() },
            lead: html! { @if !d.decision.is_empty() { (d.decision) } },
            facts: vec![
                ("Metric".into(), html! { (d.title) @if !d.detail.is_empty() { br; span.by { (d.detail) } } }),
                ("Target".into(), html! { (d.target_words()) }),
                ("Period".into(), html! { "each " (d.period.noun()) }),
                ("Combined".into(), html! { (aggregation_words(d.aggregation)) }),
                ("Definition".into(), html! { a href={ "/metrics-list/" (d.key) } { "version " (p.definition.version) } ", " (bdi(&p.definition.made_by)) }),
            ],
        }))
        (section("chart", "Over time", Some(chart_words(verdict.as_ref(), p)), Tight(false), html! {
            @match &verdict {
                Some(v) if numbers.len() > 1 => (chart(p, v, &numbers, &labels)),
                _ => (html::empty("The values will stand here as a chart from the second on, with natural limits from the fifth.", None)),
            }
        }))
        (section("values", "Values", Some(html! { "Newest first, each with where it came from." }), Tight(false), html! {
            @if p.values.is_empty() { (html::empty("No value has been recorded yet.", None)) } @else { (values(p, now, zone)) }
        }))
        (forms::forms(p, forms))
    }
}

fn label(kind: PeriodKind, period: &str) -> String {
    if kind == PeriodKind::Sprint { period.to_owned() } else { period.get(2..).unwrap_or(period).to_owned() }
}

fn chart_words(verdict: Option<&verdict::Verdict>, p: &MetricPage) -> Markup {
    html! {
        @match verdict.and_then(|v| v.limits.as_ref().map(|l| (v, l))) {
            None => "Limits from the fifth value on.",
            Some((v, l)) => {
                "Limits from " (l.n) " values" @if l.provisional { ", provisional until the twelfth" } "."
                @if let Some(f) = &p.frozen { " The baseline was frozen by " (bdi(&f.made_by)) ": " (f.reason) }
                @for note in &v.notes { " " (note) }
            }
        }
        @for (version, _, because) in p.seams.iter().skip(1) {
            " Definition version " (version) @match because { Some(b) => { " is comparable: " (b) } None => " begins anew." }
        }
    }
}

fn chart(p: &MetricPage, v: &verdict::Verdict, numbers: &[Option<f64>], labels: &[String]) -> Markup {
    let d = &p.definition.definition;
    let limits = v.limits.as_ref();
    let better = |above: bool| match d.direction {
        crate::definition::Way::Up => above,
        crate::definition::Way::Down => !above,
        _ => true,
    };
    let signals: Vec<(usize, usize, bool)> = v
        .points
        .iter()
        .filter_map(|point| point.signal.map(|s| (point.index, s.is_above())))
        .enumerate()
        .map(|(n, (index, above))| (index, n + 1, better(above)))
        .collect();
    let baseline = v.baseline.map_or(0..numbers.len(), |b| b.from..b.end().min(numbers.len()));
    let title = format!("{}, {}", d.title, p.subject.name);
    let desc = v.sentence();
    let target = d.target.and_then(|g| g.at_most.or(g.at_least));
    xmr(&Xmr {
        id: "xmr",
        title: &title,
        desc: &desc,
        unit: if d.unit.is_empty() { &d.title } else { &d.unit },
        short_unit: &d.unit,
        decimals: d.decimals,
        labels,
        values: numbers,
        centre: limits.map(|l| l.centre),
        lower: limits.map(|l| l.lower),
        upper: limits.map(|l| l.upper),
        mr_limit: limits.map(|l| l.mr_limit),
        baseline,
        earlier: Vec::new(),
        signals,
        target,
        marks: Vec::new(),
        marks_label: "",
        provisional: limits.is_some_and(|l| l.provisional),
    })
}

fn values(p: &MetricPage, now: Time, zone: &str) -> Markup {
    let d = &p.definition.definition;
    let rows = p.values.iter().rev().map(|v| {
        let figure = v.number.map(|n| Figure::new(n, d.decimals, &d.unit));
        let way = match v.way {
            Provenance::Typed => html! { b { "by hand" } ", " (bdi(&v.source)) @if v.kept { ", kept" } },
            Provenance::Pushed => html! { (bdi(&v.source)) ", pushed" },
            Provenance::Pulled => html! { (bdi(&v.source)) ", pulled" },
        };
        vec![
            Cell::name(&v.period, None),
            Cell::figure(figure.as_ref()),
            Cell::text(
                &v.numerator
                    .zip(v.denominator)
                    .map(|(k, n)| format!("{} of {}", html::number(k, 0), html::number(n, 0)))
                    .unwrap_or_default(),
            ),
            Cell::new(way),
            Cell::text(&clock(v.measured_at, now, zone)),
            Cell::text(&v.note),
        ]
    });
    table(&Table {
        caption: format!("Values of {}", d.title),
        columns: vec![
            Column::text("Period"),
            Column::num("Value"),
            Column::text("Counted from"),
            Column::text("Source"),
            Column::text("When"),
            Column::text("Note"),
        ],
        rows: rows.collect(),
        class: "flow".into(),
        foot: None,
    })
}
