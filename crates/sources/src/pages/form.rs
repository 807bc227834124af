//! The form of a source, for a new one and for a change.

use html::{
    Button, Field, FieldKind, Head, Markup, Tight, Weight, bdi, button, field, fields, fields_one, head, html, section, views,
};
use kernel::error::Fault;
use kernel::web::Form;
use metrics::definition::{Definition, SubjectKind};

use super::source::tried;
use crate::rules::{LONGEST, Mode, Pull, Reduce, SHORTEST, Source, Trial, What};

/// Which far end the form is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A query.
    Prometheus,
    /// A history.
    Git,
}

impl Kind {
    /// As it stands in the address and in the form.
    pub fn key(self) -> &'static str {
        match self {
            Kind::Prometheus => "prometheus",
            Kind::Git => "git",
        }
    }

    /// The kind of that name; Prometheus if there is none.
    pub fn read(key: &str) -> Self {
        if key == "git" { Kind::Git } else { Kind::Prometheus }
    }
}

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

/// The field that a fault belongs to.
fn field_of(at: &str) -> &str {
    match at.strip_prefix("pull.").unwrap_or(at) {
        "every_minutes" => "every",
        "slug" => "name",
        other => other,
    }
}

/// Minutes as the largest whole unit.
fn every(minutes: i64) -> (String, &'static str) {
    match minutes {
        m if m % 1440 == 0 => ((m / 1440).to_string(), "days"),
        m if m % 60 == 0 => ((m / 60).to_string(), "hours"),
        m => (m.to_string(), "minutes"),
    }
}

/// What stands in a field before anything is typed.
fn stored(source: &Source, name: &str) -> String {
    let (number, unit) = every(source.every_minutes);
    match (name, &source.pull) {
        ("name", _) => source.name.clone(),
        ("every", _) => number,
        ("unit", _) => unit.into(),
        ("secret", pull) => pull.secret().unwrap_or_default().into(),
        ("url", Pull::Prometheus(p)) => p.url.clone(),
        ("query", Pull::Prometheus(p)) => p.query.clone(),
        ("mode", Pull::Prometheus(p)) => if p.mode == Mode::Instant { "instant" } else { "range" }.into(),
        ("reduce", Pull::Prometheus(p)) => p.reduce.map(reduce_key).unwrap_or_default().into(),
        ("location", Pull::Git(g)) => g.location.clone(),
        ("branch", Pull::Git(g)) => g.branch.clone(),
        ("what", Pull::Git(g)) => g.what.key().into(),
        _ => String::new(),
    }
}

fn reduce_key(r: Reduce) -> &'static str {
    match r {
        Reduce::Last => "last",
        Reduce::Mean => "mean",
        Reduce::Max => "max",
        Reduce::Min => "min",
        Reduce::Sum => "sum",
        Reduce::P95 => "p95",
    }
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
            (views("Where the number comes from", &[
                ("From Prometheus", "/sources/new", p.kind == Kind::Prometheus),
                ("From a git history", "/sources/new?kind=git", p.kind == Kind::Git),
            ]))
        }
        (html::form(&action, p.csrf, html! {
            input type="hidden" name="kind" value=(p.kind.key());
            @if let Some(s) = p.source { input type="hidden" name="version" value=(s.version); }
            (section("what", "What it fills", None, Tight(true), what(p)))
            (section("from", "Where the number comes from", Some(from_words(p.kind)), Tight(true), html! {
                @match p.kind { Kind::Prometheus => (prometheus(p)), Kind::Git => (git(p)) }
            }))
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

fn from_words(kind: Kind) -> Markup {
    match kind {
        Kind::Prometheus => html! {
            "Private addresses have to be allowed in the configuration: allow in [outgoing]."
        },
        Kind::Git => html! {
            "https and ssh, or a path under one of the roots in [git] of the configuration. People are counted, never named."
        },
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

fn prometheus(p: &FormPage<'_>) -> Markup {
    let reduce = [
        ("", "not needed: there is one"),
        ("mean", "their mean"),
        ("max", "the greatest"),
        ("min", "the least"),
        ("sum", "their sum"),
        ("last", "the last point of the period"),
        ("p95", "the 95th percentile of the points"),
    ];
    html! {
        (fields(&[
            one(p, "url", "Address of the server", Some("Such as https://prometheus.example.org."), "", FieldKind::Text),
            one(p, "secret", "Secret", Some("Its name in the configuration; empty if none is needed."), "", FieldKind::Text),
        ]))
        div.pane-gap-s {
            (fields(&[one(p, "query", "Query", Some("PromQL that gives one number. $period stands for the length of the period, $step for that of a step."), "", FieldKind::Textarea(4))]))
        }
        div.pane-gap-s {
            (fields(&[
                one(p, "mode", "It is asked", None, "instant", FieldKind::Select(&[("instant", "once, at the end of the period"), ("range", "over the whole period")])),
                one(p, "reduce", "Several numbers become one by", Some("Series of one moment, or points of the period."), "", FieldKind::Select(&reduce)),
            ]))
        }
    }
}

fn git(p: &FormPage<'_>) -> Markup {
    let figures: Vec<(&str, &str)> = What::ALL.iter().map(|w| (w.key(), w.words())).collect();
    html! {
        (fields(&[
            one(p, "location", "Repository", Some("https://host/path, ssh://host/path, user@host:path or a path on this machine."), "", FieldKind::Text),
            one(p, "branch", "Branch", Some("Empty for the default branch."), "", FieldKind::Text),
        ]))
        div.pane-gap-s {
            (fields(&[
                one(p, "what", "Figure", None, "commits", FieldKind::Select(&figures)),
                one(p, "secret", "Secret", Some("For https; its name in the configuration. Empty if none is needed."), "", FieldKind::Text),
            ]))
        }
    }
}
