//! The template as a page: which metrics the group looks at every sprint, in which order.

use catalogue::Group;
use html::{Cell, Column, Field, FieldKind, Head, Markup, Table, Tight, bdi, field, head, html, section, table};
use kernel::error::Fault;
use kernel::web::Form;
use metrics::definition::Versioned;

use crate::lists::TemplateList;
use crate::template::VersionedTemplate;

/// What the page shows.
pub struct TemplatePage<'a> {
    /// The group.
    pub group: &'a Group,
    /// What is agreed.
    pub agreed: &'a VersionedTemplate,
    /// Pillars in order: key and title.
    pub pillars: &'a [(String, String)],
    /// All metrics.
    pub definitions: &'a [Versioned],
    /// The reader may agree a new version.
    pub may_agree: bool,
    /// A refused form.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
}

/// The box that puts a row into the report, or for readers its name.
fn tick(may: bool, name: &str, key: &str, label: &str, detail: &str, ticked: bool) -> Markup {
    let id = format!("{name}.{key}");
    html! {
        @if may {
            (field(&Field { id: &id, name, label, value: key, kind: FieldKind::Checkbox(ticked), hint: (!detail.is_empty()).then_some(detail), ..Field::default() }))
        } @else {
            (bdi(label)) @if !ticked { span.mute { ", not in the report" } }
            @if !detail.is_empty() { br; span.by { (detail) } }
        }
    }
}

fn metric_row(p: &TemplatePage<'_>, v: &Versioned, ticked: bool, from: &str, wrong: Option<&str>) -> Vec<Cell> {
    let d = &v.definition;
    let id = format!("from.{}", d.key);
    let error = wrong.map(|_| format!("{id}-e"));
    let begins = html! {
        @if p.may_agree {
            label.vh for=(id) { "Not before sprint, " (d.title) }
            input type="text" inputmode="decimal" id=(id) name=(id) value=(from) autocomplete="off"
                aria-describedby=[error.as_deref()] aria-invalid=[error.as_ref().map(|_| "true")];
            @if let (Some(id), Some(words)) = (&error, wrong) { (html::error_line(id, words)) }
        } @else { (from) }
    };
    vec![Cell::new(tick(p.may_agree, "row", &d.key, &d.title, &d.detail, ticked)), Cell::text(&d.target_words()), Cell::new(begins)]
}

fn list_row(p: &TemplatePage<'_>, l: &TemplateList) -> Vec<Cell> {
    let ticked = p.sent.is_none_or(|(f, _)| f.all("list").contains(&l.key.as_str()));
    vec![Cell::new(tick(p.may_agree, "list", &l.key, &l.title, "a list", ticked)), Cell::none(), Cell::none()]
}

/// The box for the matrix of critical transactions, in the section where it stands, or where operations are looked at.
fn matrix_row(p: &TemplatePage<'_>, pillar: &str) -> Option<Vec<Cell>> {
    let agreed = p.agreed.template.matrices().next();
    let (at, title) = agreed.map_or(("operations", "Critical transactions"), |(at, m)| (at, m.title.as_str()));
    let ticked = p.sent.map_or(agreed.is_some(), |(f, _)| f.get("matrix") == pillar);
    let detail = "of each workload, and what covers them";
    (at == pillar).then(|| vec![Cell::new(tick(p.may_agree, "matrix", pillar, title, detail, ticked)), Cell::none(), Cell::none()])
}

/// The page.
pub fn page(p: &TemplatePage<'_>) -> Markup {
    let a = p.agreed;
    let agreed = |key: &str| a.template.sections.iter().flat_map(|s| &s.rows).find(|r| r.metric == key);
    let ticked = |key: &str| p.sent.map_or(agreed(key).is_some(), |(f, _)| f.all("row").contains(&key));
    let from = |key: &str| match p.sent {
        Some((f, _)) => f.get(&format!("from.{key}")).to_owned(),
        None => agreed(key).and_then(|r| r.from_sprint).map(|n| n.to_string()).unwrap_or_default(),
    };
    let reason = p.sent.map_or("", |(f, _)| f.get("reason"));
    let wrong = |at: &str| p.sent.and_then(|(_, faults)| faults.iter().find(|f| f.at == at)).map(|f| f.message.as_str());
    let body = html! {
        input type="hidden" name="version" value=(p.sent.map_or(a.version.to_string(), |(f, _)| f.get("version").to_owned()));
        @for (key, title) in p.pillars {
            @let rows: Vec<&Versioned> = p.definitions.iter().filter(|v| v.definition.pillar == *key).collect();
            @let lists: Vec<&TemplateList> = a.template.sections.iter().filter(|s| s.pillar == *key).flat_map(|s| &s.rows).filter_map(|r| r.list.as_ref()).collect();
            @if !rows.is_empty() || !lists.is_empty() {
                (section(key, title, None, Tight(true), html! {
                    (table(&Table {
                        caption: title.clone(),
                        columns: vec![Column::text("Row"), Column::text("Target").class("lab"), Column::text("Not before sprint").class("lab")],
                        rows: rows.iter().map(|v| metric_row(p, v, ticked(&v.definition.key), &from(&v.definition.key), wrong(&format!("from.{}", v.definition.key))))
                            .chain(lists.iter().map(|l| list_row(p, l)))
                            .chain(matrix_row(p, key))
                            .collect(),
                        class: "stack flow rows even".into(),
                        foot: None,
                    }))
                }))
            }
        }
    };
    html! {
        (head(Head {
            kicker: vec![(p.group.name.clone(), Some(format!("/groups/{}", p.group.slug)))],
            title: "The report’s template".into(),
            lead: html! { "What every team of " (bdi(&p.group.name)) " looks at, every sprint. The group agrees on it; each change is a new version, and old reports keep theirs." },
            facts: vec![
                ("Version".into(), html! { @if a.version == 0 { "none agreed yet" } @else { (a.version) ", " (bdi(&a.made_by)) } }),
                ("Metrics".into(), html! { a href="/metrics-list" { (p.definitions.len()) " defined" } }),
            ],
        }))
        @if p.definitions.is_empty() {
            (section("none", "No metric yet", None, Tight(true), html::empty("A template is made of metrics. Define the first one, then agree here on what the report shows.", Some(("Define a metric", "/metrics-list/new")))))
        } @else if p.may_agree {
            @if let Some((_, faults)) = p.sent { (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) div.sub {} }
            (html::form(&format!("/groups/{}/template", p.group.slug), p.csrf, html! {
                (body)
                (section("agree", "Agree it", None, Tight(true), html! {
                    (field(&Field { id: "reason", label: "Why it changes", hint: Some("May stay empty the first time."), value: reason, error: wrong("reason"), ..Field::default() }))
                    div.btns.pane-gap { button.btn.primary type="submit" { "Agree version " (a.version + 1) } }
                }))
            }))
        } @else {
            (body)
        }
    }
}
