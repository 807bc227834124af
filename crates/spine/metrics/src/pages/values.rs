//! A team's values in bulk: a box for a table from elsewhere, what would be taken of it, what was recorded last, and a file.

use std::collections::HashMap;

use catalogue::{Group, Team};
use html::{
    Cell, Column, Field, FieldKind, Figure, Head, Markup, Table, Tight, bdi, field, fields, head, html, more, section, table,
};
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::{Form, clock};

use crate::definition::Definition;
use crate::ledger::Batch;
use crate::pasted::{Becomes, Pasted, ValueFate};
use crate::table::{Heading, Meaning};

/// Metrics that a heading may be said to mean, at most; beyond that REST says it by key.
const OFFERED: usize = 300;
/// Headings that are asked about, at most.
const ASKED: usize = 40;

/// What the page shows.
pub struct ValuesPage<'a> {
    /// The team.
    pub team: &'a Team,
    /// Its group.
    pub group: &'a Group,
    /// The sprint that a table without periods is for.
    pub sprint: Option<i64>,
    /// All definitions by key.
    pub definitions: &'a HashMap<String, Definition>,
    /// What the reader recorded last and may take back.
    pub last: Option<&'a Batch>,
    /// The reader may record values.
    pub may_record: bool,
    /// The form as it was sent.
    pub sent: Option<&'a Form>,
    /// What would be taken of it.
    pub found: Option<&'a Pasted>,
    /// Why it was refused.
    pub faults: &'a [Fault],
    /// Token for forms.
    pub csrf: &'a str,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

impl ValuesPage<'_> {
    fn was(&self, name: &str) -> &str {
        self.sent.map_or("", |f| f.get(name))
    }

    fn wrong(&self, at: &str) -> Option<&str> {
        self.faults.iter().find(|f| f.at == at).map(|f| f.message.as_str())
    }

    fn title(&self, key: &str) -> String {
        self.definitions.get(key).map_or_else(|| key.to_owned(), |d| d.title.clone())
    }

    fn figure(&self, key: &str, number: f64) -> Figure {
        let d = self.definitions.get(key);
        Figure::new(number, d.map_or(2, |d| d.decimals), d.map_or("", |d| d.unit.as_str()))
    }

    fn words(&self, key: &str, number: f64) -> String {
        let d = self.definitions.get(key);
        html::with_unit(number, d.map_or(2, |d| d.decimals), d.map_or("", |d| d.unit.as_str()))
    }
}

/// The page.
pub fn page(p: &ValuesPage<'_>) -> Markup {
    let slug = &p.team.slug;
    html! {
        (head(Head {
            kicker: vec![
                (p.group.name.clone(), Some(format!("/groups/{}", p.group.slug))),
                (p.team.name.clone(), Some(format!("/teams/{slug}"))),
            ],
            title: if p.found.is_some() { "What would be taken".into() } else { "Values from a table".into() },
            lead: lead(p),
            facts: vec![
                ("Report".into(), html! { a href={ "/reports/" (slug) } { "the newest" } }),
                ("Out again".into(), html! { a href={ "/api/v1/teams/" (slug) "/values" } { "All values as CSV" } ", in the form that is taken here" }),
            ],
        }))
        @if !p.faults.is_empty() { (html::alert(p.faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) div.sub {} }
        @if p.found.is_none() { @if let Some(batch) = p.last { (recorded(p, batch)) } }
        @if p.may_record {
            (html::form(&format!("/values/{slug}"), p.csrf, html! {
                // Enter in a field presses the first button of the form: it must not be the one that takes.
                button.vh type="submit" name="act" value="preview" tabindex="-1" aria-hidden="true" { "Show what would be taken" }
                @if let Some(found) = p.found { (preview(p, found)) }
                (paste_box(p))
            }))
        } @else {
            (section("table", "A table from elsewhere", None, Tight(false), html::empty("Members of the team paste tables here; you may read and download its values.", None)))
        }
    }
}

fn lead(p: &ValuesPage<'_>) -> Markup {
    let Some(found) = p.found else {
        return html! { "Copy a table from a wiki page, a spreadsheet, Markdown or a CSV file and paste it with its headings. You see what each column is taken for before anything is stored." };
    };
    let counted = |n: usize| format!("{} {}", html::count_word(n), html::plural(n, "value", "values"));
    let mut rest: Vec<String> = Vec::new();
    if found.unchanged > 0 {
        rest.push(format!("{} {} already", html::count_word(found.unchanged), html::plural(found.unchanged, "stands", "stand")));
    }
    if found.differing > 0 {
        rest.push(format!(
            "{} {} from what is stored",
            html::count_word(found.differing),
            html::plural(found.differing, "differs", "differ")
        ));
    }
    if found.refused_count > 0 {
        rest.push(format!(
            "{} {} refused",
            html::count_word(found.refused_count),
            html::plural(found.refused_count, "cell is", "cells are")
        ));
    }
    if found.skipped > 0 {
        rest.push(format!("{} {} empty and left out", html::count_word(found.skipped), html::plural(found.skipped, "is", "are")));
    }
    html! {
        (html::capital(&counted(found.taken))) " would be taken" @if !rest.is_empty() { "; " (html::listed(&rest)) } ". Nothing is stored yet."
    }
}

fn preview(p: &ValuesPage<'_>, found: &Pasted) -> Markup {
    let formats: Vec<&str> = found.formats.iter().map(|f| f.words()).collect();
    let asked: Vec<&Heading> = found.headings.iter().filter(|h| is_asked(&h.meaning)).take(ASKED).collect();
    let explain = html! { "Read as " (html::listed(&formats)) "." };
    html! {
        (section("columns", "What each column is", Some(explain), Tight(true), html! {
            @if found.headings.is_empty() { p.say { "No heading was found." } }
            @else { (headings(p, found)) }
            @if !asked.is_empty() || found.asks_decimal || found.asks_first { div.sub { (questions(p, found, &asked)) } }
            @if !found.doubts.is_empty() {
                h3.sub { "Read this way, but it may be meant otherwise" }
                ul.ruled { @for d in found.doubts.iter().take(20) { li { (html::capital(&d.r#where)) ": " (bdi(&d.what)) } } }
                @if found.doubts.len() > 20 { (more(html! { "And " (found.doubts.len() - 20) " more." })) }
            }
        }))
        @if !found.values.is_empty() { (section("values", "Which values", Some(html! { "What is stored already stays unless you tick it." }), Tight(true), values(p, found))) }
        @if found.refused_count > 0 {
            (section("refused", "What is refused", Some(html! { "Mend it in the table below and look again. The rest can be taken without it." }), Tight(true), refused(found)))
        }
        (section("take", "Take them", None, Tight(true), html! {
            div.btns {
                @if found.taken + found.differing > 0 { button.btn.primary type="submit" name="act" value="take" { (take_words(found)) } }
                button.btn type="submit" name="act" value="preview" { "Look again" }
            }
            (more(html! { "Taken back as easily: this page then shows what you took, with one button." }))
        }))
    }
}

fn take_words(found: &Pasted) -> String {
    match (found.taken, found.differing) {
        (0, _) => "Take what is ticked".into(),
        (n, 0) => format!("Take {n} {}", html::plural(n, "value", "values")),
        (n, _) => format!("Take {n} {} and what is ticked", html::plural(n, "value", "values")),
    }
}

/// True for a heading that a person should say something about.
fn is_asked(meaning: &Meaning) -> bool {
    matches!(meaning, Meaning::Metric { sure: false, .. } | Meaning::Several { .. } | Meaning::Twice { .. } | Meaning::Unknown)
}

fn meaning_words(p: &ValuesPage<'_>, meaning: &Meaning) -> String {
    match meaning {
        Meaning::Metric { key, sure: true } => p.title(key),
        Meaning::Metric { key, sure: false } => format!("{}, by similar words", p.title(key)),
        Meaning::Period => "the period".into(),
        Meaning::Subject => "the team, workload or service".into(),
        Meaning::Names => "the metric of each row".into(),
        Meaning::Number => "the number of each row".into(),
        Meaning::Numerator => "what was counted".into(),
        Meaning::Denominator => "out of how many".into(),
        Meaning::Unit => "the unit of each row".into(),
        Meaning::Note => "words on the value".into(),
        Meaning::Several { keys } => {
            let titles: Vec<String> = keys.iter().take(6).map(|k| p.title(k)).collect();
            format!("not taken: it may be {}", titles.join(" or "))
        }
        Meaning::Twice { key, .. } => format!("not taken: another column is {} already", p.title(key)),
        Meaning::Left => "left out".into(),
        Meaning::Unknown => "not taken: no metric is called like this".into(),
    }
}

fn headings(p: &ValuesPage<'_>, found: &Pasted) -> Markup {
    let shown = found.headings.iter().take(100);
    html! {
        (table(&Table {
            caption: "Headings and what they are taken for".into(),
            columns: vec![Column::text("Heading"), Column::text("Taken for")],
            rows: shown.map(|h| vec![Cell::name(&h.text, None).class("strong"), Cell::text(&meaning_words(p, &h.meaning))]).collect(),
            class: "stack flow even".into(),
            foot: None,
        }))
        @if found.headings.len() > 100 { (more(html! { "And " (found.headings.len() - 100) " more." })) }
    }
}

fn questions(p: &ValuesPage<'_>, found: &Pasted, asked: &[&Heading]) -> Markup {
    let mut all: Vec<(&str, &Definition)> = p.definitions.iter().map(|(k, d)| (k.as_str(), d)).collect();
    all.sort_by_key(|(key, _)| *key);
    let one = |i: usize, h: &Heading| {
        let first: &[String] = if let Meaning::Several { keys } = &h.meaning { keys } else { &[] };
        let mut options: Vec<(&str, &str)> = vec![("?", "As above"), ("", "Leave it out")];
        options.extend(first.iter().filter_map(|k| p.definitions.get_key_value(k)).map(|(k, d)| (k.as_str(), d.title.as_str())));
        let others = all.iter().filter(|(k, _)| !first.iter().any(|f| f == k)).take(OFFERED);
        options.extend(others.map(|(k, d)| (*k, d.title.as_str())));
        let (id, name) = (format!("h{}", i + 1), format!("column.{}", h.id));
        let value = p.sent.and_then(|f| f.opt(&name)).unwrap_or("?");
        let label = format!("“{}” is", h.text.chars().take(60).collect::<String>());
        field(&Field { id: &id, name: &name, label: &label, value, kind: FieldKind::Select(&options), ..Field::default() })
    };
    let decimals = [("", "Not said"), ("point", "a point: 1,234.5"), ("comma", "a comma: 1.234,5")];
    let orders = [("", "Not said"), ("day", "the day: 3/4 is 3 April"), ("month", "the month: 3/4 is 4 March")];
    let choice = |id: &'static str, label: &'static str, options: &[(&str, &str)]| {
        field(&Field { id, label, value: p.was(id), kind: FieldKind::Select(options), ..Field::default() })
    };
    html! {
        (fields(&asked.iter().enumerate().map(|(i, h)| one(i, h)).chain([
            if found.asks_decimal || !p.was("decimal").is_empty() { choice("decimal", "Before decimals stands", &decimals) } else { html! {} },
            if found.asks_first || !p.was("first").is_empty() { choice("first", "In dates first stands", &orders) } else { html! {} },
        ]).filter(|m| !m.0.is_empty()).collect::<Vec<_>>()))
    }
}

fn happens(p: &ValuesPage<'_>, v: &Becomes) -> Markup {
    let stored = || v.stored.map(|n| p.words(&v.metric, n)).unwrap_or_default();
    html! {
        @match v.fate {
            ValueFate::New => "new",
            ValueFate::Same => "stands already",
            ValueFate::Differs | ValueFate::Replaced => {
                (stored()) " is stored, by " (bdi(&v.stored_from))
                div.pick { label { input type="checkbox" name="replace" value=(v.key) checked[v.fate == ValueFate::Replaced]; " " span { "Replace it" span.vh { ": " (p.title(&v.metric)) ", " (v.period) } } } }
            }
        }
    }
}

fn values(p: &ValuesPage<'_>, found: &Pasted) -> Markup {
    let rows = found.values.iter().map(|v| {
        vec![
            Cell::name(&p.title(&v.metric), None).class("strong"),
            Cell::text(&v.subject),
            Cell::text(&v.period),
            Cell::new(bdi(&v.pasted)),
            Cell::figure(Some(&p.figure(&v.metric, v.number))),
            Cell::new(happens(p, v)),
            Cell::text(&v.r#where).class("by"),
        ]
    });
    html! {
        (table(&Table {
            caption: "Values of the table".into(),
            columns: vec![
                Column::text("Metric"),
                Column::text("For"),
                Column::text("Period"),
                Column::text("As pasted"),
                Column::num("Number"),
                Column::text("What happens"),
                Column::text("Place"),
            ],
            rows: rows.collect(),
            class: "stack flow".into(),
            foot: None,
        }))
        @let all = found.taken + found.unchanged + found.differing;
        @if all > found.values.len() { (more(html! { "The first " (found.values.len()) " of " (all) " are shown." })) }
        @if found.differing > 1 || !p.was("replace_all").is_empty() {
            div.sub { (field(&Field { id: "replace_all", label: "Replace everything that differs", hint: Some("Both stay on record; frozen reports do not change."), kind: FieldKind::Checkbox(!p.was("replace_all").is_empty()), ..Field::default() })) }
        }
    }
}

fn refused(found: &Pasted) -> Markup {
    html! {
        (table(&Table {
            caption: "Cells that are refused".into(),
            columns: vec![Column::text("Place"), Column::text("Why")],
            rows: found.refused.iter().map(|r| vec![Cell::text(&html::capital(&r.r#where)).class("nb"), Cell::new(bdi(&r.why))]).collect(),
            class: "stack flow".into(),
            foot: None,
        }))
        @if found.refused_count > found.refused.len() { (more(html! { "The first " (found.refused.len()) " of " (found.refused_count) " are shown." })) }
    }
}

fn paste_box(p: &ValuesPage<'_>) -> Markup {
    let sprint = p.sprint.map(|n| n.to_string()).unwrap_or_default();
    let sprint = p.sent.map_or(sprint.as_str(), |f| f.get("sprint"));
    let explain = html! { "Metrics as columns or as rows, or one value a row. Periods as sprint, date, week or month: whole histories are taken." };
    html! {
        (section("table", "The table", Some(explain), Tight(true), html! {
            (field(&Field {
                id: "text",
                label: "Paste it here, headings included",
                hint: Some("HTML, Confluence, MediaWiki, Markdown, tab separated or CSV; up to 10,000 values. An empty cell is no value."),
                value: p.was("text"),
                kind: FieldKind::Textarea(12),
                error: p.wrong("text"),
                ..Field::default()
            }))
            div.sub { (fields(&[field(&Field {
                id: "sprint",
                label: "Sprint of a table without periods",
                hint: Some("Its number; not used where the table says when."),
                value: sprint,
                kind: FieldKind::Decimal,
                error: p.wrong("sprint"),
                ..Field::default()
            })])) }
            div.btns.pane-gap {
                button type="submit" name="act" value="preview" class=(if p.found.is_some() { "btn" } else { "btn primary" }) { "Show what would be taken" }
            }
        }))
    }
}

/// What the reader recorded last, with a button that takes it back.
fn recorded(p: &ValuesPage<'_>, batch: &Batch) -> Markup {
    let explain = html! { "Taken back while this sprint runs. Both stay on record." };
    let rows = batch.values.iter().map(|(subject, metric, o)| {
        let then = match o.restores {
            Some(n) => html! { (p.words(metric, n)) ", by " (bdi(&o.by)) },
            None => html! { "no value" },
        };
        vec![
            Cell::name(&p.title(metric), Some(&format!("/metrics/{metric}/{}", subject.slug))).class("strong"),
            Cell::new(bdi(&subject.name)),
            Cell::text(&o.period),
            Cell::figure(Some(&p.figure(metric, o.number))),
            Cell::new(then),
        ]
    });
    section(
        "recorded",
        "Recorded by you",
        Some(explain),
        Tight(true),
        html! {
            p.say { (html::capital(&html::count_word(batch.count))) " " (html::plural(batch.count, "value", "values")) ", " (clock(batch.at, p.now, p.zone)) "." }
            (table(&Table {
                caption: "Recorded by you".into(),
                columns: vec![Column::text("Metric"), Column::text("For"), Column::text("Period"), Column::num("Number"), Column::text("Taken back, there is")],
                rows: rows.collect(),
                class: "stack flow".into(),
                foot: None,
            }))
            @if batch.count > batch.values.len() { (more(html! { "The first " (batch.values.len()) " are shown." })) }
            @if p.may_record {
                (html::form(&format!("/values/{}/withdrawal", p.team.slug), p.csrf, html! {
                    input type="hidden" name="at" value=(batch.at.to_string());
                    div.btns.pane-gap { button.btn type="submit" { "Take " @if batch.count == 1 { "it" } @else { "all " (batch.count) } " back" } }
                }))
            }
        },
    )
}
