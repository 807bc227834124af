//! The form of a source, for a new one and for a change.

mod from;

use html::{
    Button, Field, FieldKind, Head, Markup, Tight, Weight, bdi, button, field, fields, fields_one, head, html, section, views,
};
use kernel::error::Fault;
use kernel::web::Form;
use metrics::definition::{Definition, SubjectKind};

use super::source::tried;
use crate::rules::{Kind, LONGEST, SHORTEST, Source, Trial, field_of, stored};

/// What can be chosen.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// Metrics.
    pub metrics: Vec<Definition>,
    /// Subjects as (kind and slug, name and kind).
    pub subjects: Vec<(String, String)>,
}

/// What the form shows beyond its empty fields.
#[derive(Clone, Copy)]
pub struct FormPage<'a> {
    /// Which far end.
    pub kind: Kind,
    /// What can be chosen.
    pub choices: &'a Choices,
    /// The source that is changed.
    pub source: Option<&'a Source>,
    /// What was typed, with what is wrong with it.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// The answer of a dry run, with the metric that it was for.
    pub trial: Option<(&'a Trial, &'a Definition)>,
    /// Token of the form.
    pub csrf: &'a str,
    /// The reader's year.
    pub year: i16,
}

/// The form.
pub fn form(p: &FormPage<'_>) -> Markup {
    let title = p.source.map_or_else(|| "Make a source".to_owned(), |s| format!("Change {}", s.name));
    let mut kicker = vec![("Sources".to_owned(), Some("/sources".to_owned()))];
    if let Some(s) = p.source {
        kicker.push((s.name.clone(), Some(format!("/sources/{}", s.slug))));
    }
    html! {
        (head(Head {
            kicker,
            title,
            lead: html! {
                @if p.source.is_some() { "After a change it runs again at once. A run that is under way now is not stored." }
                @else { "A source pulls the values of one metric for one subject, on a schedule. What it cannot get stays unknown; it is never nought." }
            },
            facts: vec![],
        }))
        @if p.source.is_none() && (p.choices.metrics.is_empty() || p.choices.subjects.is_empty()) {
            (section("first", "Something comes first", None, Tight(false), if p.choices.metrics.is_empty() {
                html::empty("A source fills a metric, and none is defined yet.", Some(("Define a metric", "/metrics-list/new")))
            } else {
                html::empty("A source is for a team, a workload or a service, and there is none yet.", Some(("See the groups", "/groups")))
            }))
        } @else {
            (asked(p))
        }
    }
}

fn asked(p: &FormPage<'_>) -> Markup {
    let faults = p.sent.map(|(_, f)| f).unwrap_or_default();
    let action = p.source.map_or_else(|| "/sources".to_owned(), |s| format!("/sources/{}/change", s.slug));
    html! {
        @if !faults.is_empty() {
            (html::alert(faults.iter().map(|f| (field_of(&f.at).to_owned(), f.message.clone())).collect()))
            div.sub {}
        }
        @if let Some((t, d)) = p.trial { (tried(t, d, p.year)) }
        @if p.source.is_none() {
            @let kinds = Kind::ALL.map(|k| (k, format!("/sources/new?kind={}", k.key())));
            (views("Where the number comes from", &kinds.each_ref().map(|(k, to)| (k.words(), to.as_str(), p.kind == *k))))
        }
        (html::form(&action, p.csrf, html! {
            input type="hidden" name="kind" value=(p.kind.key());
            @if let Some(s) = p.source { input type="hidden" name="version" value=(s.version); }
            (section("fills", "What it fills", None, Tight(true), what(p)))
            (section("from", "Where the number comes from", Some(from::words(p.kind)), Tight(true), from::of(p)))
            (section("when", "When it runs", Some(html! { "From every " (SHORTEST) " minutes to every " (LONGEST / 1440) " days. After a failure it is tried again sooner." }), Tight(true), fields(&[
                one(p, "every", "Every", None, "1", FieldKind::Decimal),
                one(p, "unit", "Unit", None, "hours", FieldKind::Select(&[("minutes", "minutes"), ("hours", "hours"), ("days", "days")])),
                // A third place, so that two short fields stay short.
                html! { div {} },
            ])))
            (section("done", if p.source.is_some() { "Change it" } else { "Make it" }, Some(html! { "Trying it stores nothing." }), Tight(true), html! {
                div.btns {
                    (button(&Button { label: if p.source.is_some() { "Change the source" } else { "Make the source" }, weight: Weight::Primary, ..Button::default() }))
                    (button(&Button { label: "Try it first", sends: Some(("try", "yes")), ..Button::default() }))
                }
            }))
        }))
        @if let Some(s) = p.source {
            (section("away", "Put it away", None, Tight(true), html! {
                p.prose { "A source that is put away runs no more. Its values and its runs stay." }
                (html::form(&format!("/sources/{}/archival", s.slug), p.csrf, html! {
                    div class="btns pane-gap-s" { button.btn type="submit" { "Put the source away" } }
                }))
            }))
        }
    }
}

fn one(p: &FormPage<'_>, id: &'static str, label: &'static str, hint: Option<&str>, none: &str, kind: FieldKind<'_>) -> Markup {
    let value = match (p.sent, p.source) {
        (Some((form, _)), _) => form.get(id).to_owned(),
        (None, Some(source)) => stored(source, id),
        (None, None) => none.to_owned(),
    };
    let error = p.sent.and_then(|(_, f)| f.iter().find(|f| field_of(&f.at) == id)).map(|f| f.message.as_str());
    field(&Field { id, label, hint, value: &value, kind, error, ..Field::default() })
}

fn what(p: &FormPage<'_>) -> Markup {
    let name = one(p, "name", "Name", Some("As it stands beside its values in reports."), "", FieldKind::Text);
    if let Some(s) = p.source {
        let title = p.choices.metrics.iter().find(|d| d.key == s.metric).map_or(s.metric.as_str(), |d| d.title.as_str());
        let tail = format!("/{}", s.subject);
        let subject = p.choices.subjects.iter().find(|(k, _)| k.ends_with(&tail)).map_or(s.subject.as_str(), |(_, n)| n.as_str());
        return html! {
            (fields_one(&[name]))
            p class="prose pane-gap-s" { (bdi(title)) " for " (bdi(subject)) ". Metric and subject of a source stay." }
        };
    }
    let metrics: Vec<(String, String)> = p
        .choices
        .metrics
        .iter()
        .map(|d| {
            let unit = if d.unit.is_empty() { String::new() } else { format!(" in {}", d.unit) };
            (d.key.clone(), format!("{}{unit}, each {}, every {}", d.title, noun(d.subject), d.period.noun()))
        })
        .collect();
    let metrics: Vec<(&str, &str)> = metrics.iter().map(|(k, t)| (k.as_str(), t.as_str())).collect();
    let subjects: Vec<(&str, &str)> = p.choices.subjects.iter().map(|(k, t)| (k.as_str(), t.as_str())).collect();
    fields(&[
        name,
        one(p, "metric", "Metric", None, "", FieldKind::Select(&metrics)),
        one(p, "subject", "For", None, "", FieldKind::Select(&subjects)),
    ])
}

fn noun(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Team => "team",
        SubjectKind::Workload => "workload",
        SubjectKind::Service => "service",
    }
}
