//! Standards that the organisation agreed on, and how far workloads are with them.

use html::{
    Cell, Column, Field, FieldKind, Head, Markup, State, Table, Tight, bdi, field, fields, head, html, section, state_as, table,
};
use kernel::error::Fault;
use kernel::web::Form;

use super::{alert, error_at};
use crate::rules::{Team, Workload};
use crate::standards::{Adopted, AdoptionState, Prevalence, Standard};

/// "24 Nov 2026".
pub(super) fn day_words(text: &str) -> String {
    text.parse::<jiff::civil::Date>().map_or_else(|_| text.to_owned(), |d| d.strftime("%-d %b %Y").to_string())
}

/// The state's mark and word.
pub fn state_of(s: AdoptionState) -> Markup {
    match s {
        AdoptionState::Adopted => state_as(State::Pass, "Adopted"),
        AdoptionState::NotYet => state_as(State::No, "Not yet"),
        AdoptionState::Exempt => html::state(State::Exempt, None),
        AdoptionState::NotApplicable => html::state(State::NotApplicable, None),
        AdoptionState::Unknown => html::state(State::Unknown, None),
    }
}

/// "7 of 10 workloads", and what the rest is.
fn prevalence_words(p: &Prevalence) -> (String, String) {
    if p.of == 0 {
        let n = p.not_applicable;
        return (format!("applies to none of {n} {}", html::plural(n, "workload", "workloads")), String::new());
    }
    let words = format!("{} of {} {}", p.adopted, p.of, html::plural(p.of, "workload", "workloads"));
    let rest: Vec<String> = [
        (p.exempt > 0).then(|| format!("{} exempt", p.exempt)),
        (p.unknown > 0).then(|| format!("{} unknown", p.unknown)),
        (p.not_applicable > 0).then(|| format!("not applicable to {}", p.not_applicable)),
    ]
    .into_iter()
    .flatten()
    .collect();
    (words, rest.join(", "))
}

fn prevalence(id: &str, p: &Prevalence) -> Markup {
    let (words, rest) = prevalence_words(p);
    html! {
        @if p.of + p.not_applicable == 0 { span.by { "no workload yet" } } @else {
            // More marks than these are not drawn, and the words stand beside them.
            @if p.of + p.not_applicable <= 40 { (html::units(id, p.adopted, p.of, p.not_applicable, &words)) " " }
            span.by { (words) @if !rest.is_empty() { ", " (rest) } }
        }
    }
}

/// All standards, by pillar in the organisation's order.
pub fn list(pillars: &[(String, String)], all: &[(Standard, Prevalence)], may_change: bool) -> Markup {
    let more = may_change.then_some(("Agree the first standard", "/standards/new"));
    html! {
        (head(Head {
            kicker: vec![],
            title: "Standards".into(),
            lead: html! { "What we agreed on: a small list, each with a reason and a way to check it. How far we are is counted in workloads, never by team." },
            facts: vec![
                ("In use".into(), html! { (all.len()) }),
                ("Exemptions".into(), html! { a href="/exemptions" { "asked for and given" } }),
            ],
        }))
        @if all.is_empty() {
            (section("none", "No standard yet", None, Tight(false), html::empty("What every workload is expected to keep will stand here, with the reason and how it is checked.", more)))
        }
        @for (key, title) in pillars.iter().filter(|(key, _)| all.iter().any(|(s, _)| s.pillar == *key)) {
            (section(key, title, None, Tight(false), table(&Table {
                caption: format!("{title} standards"),
                columns: vec![Column::text("Standard"), Column::text("How it is checked").class("lab"), Column::text("Adopted by").class("lab")],
                rows: all.iter().filter(|(s, _)| s.pillar == *key).map(|(s, p)| vec![
                    Cell::new(html! { a href={ "/standards/" (s.slug) } { (bdi(&s.statement)) } br; " " span.by { (bdi(&s.why)) } }),
                    Cell::new(bdi(&s.how)),
                    Cell::new(prevalence(&format!("u-{}", s.slug), p)),
                ]).collect(),
                class: "stack flow".into(),
                foot: None,
            })))
        }
        @if may_change && !all.is_empty() { (html::more(html! { a href="/standards/new" data-new { "Agree a standard" } })) }
    }
}

/// Evidence and day of an answer, or what an exemption says.
fn said(a: &Adopted, what: &str) -> Markup {
    html! {
        @match a.state {
            AdoptionState::Exempt => { (bdi(&a.reason)) br; " " span.by { "until " (day_words(&a.until)) ", approved by " (bdi(&a.by)) } }
            AdoptionState::NotApplicable => { (bdi(&a.reason)) br; " " span.by { "ruled out by " (bdi(&a.by)) } }
            AdoptionState::Unknown => span.by { "nobody has said" },
            AdoptionState::Adopted | AdoptionState::NotYet => {
                @if !a.reason.is_empty() { (bdi(&a.reason)) br; " " }
                span.by { (day_words(&a.day)) ", " (bdi(&a.by)) }
                @if !a.evidence.is_empty() { span.by { ", " } a.by href=(a.evidence) rel="noreferrer" { "evidence" span.vh { " for " (what) } } }
            }
        }
        @if !a.asked_until.is_empty() && a.state != AdoptionState::Exempt {
            br; " " span.by { "asked to be exempt until " (day_words(&a.asked_until)) "; " a href="/exemptions" { "waits for an approver" } }
        }
    }
}

/// What the page of one standard shows.
pub struct StandardPage<'a> {
    /// The standard.
    pub standard: &'a Standard,
    /// Title of its pillar.
    pub pillar: &'a str,
    /// Workloads in alphabetical order, with their team and how far each is.
    pub workloads: &'a [(Workload, Team, Adopted)],
    /// How many keep it.
    pub prevalence: Prevalence,
    /// The reader may change it.
    pub may_change: bool,
}

/// One standard.
pub fn standard(p: &StandardPage<'_>) -> Markup {
    let s = p.standard;
    let mut facts = vec![("Pillar".to_owned(), bdi(p.pillar)), ("Adopted by".into(), prevalence("u-all", &p.prevalence))];
    facts.extend(super::change_fact(p.may_change, &format!("/standards/{}/edit", s.slug), "standard"));
    html! {
        (head(Head {
            kicker: vec![("Standards".into(), Some("/standards".into()))],
            title: s.statement.clone(),
            lead: super::lead(&s.why, s.archived_at.is_some()),
            facts,
        }))
        (section("how", "How it is checked", None, Tight(false), html! { p.prose { (bdi(&s.how)) } }))
        (section("workloads", "Workloads", Some(html! { "In alphabetical order, always." }), Tight(false), html! {
            @if p.workloads.is_empty() { p.say { "No workload yet." } } @else {
                (table(&Table {
                    caption: format!("How far workloads are with “{}”", s.statement),
                    columns: vec![Column::text("Workload"), Column::text("Team").class("lab"), Column::text("State"), Column::text("Said")],
                    rows: p.workloads.iter().map(|(w, t, a)| vec![
                        Cell::name(&w.name, Some(&format!("/workloads/{}", w.slug))).class("strong"),
                        Cell::name(&t.name, Some(&format!("/teams/{}", t.slug))),
                        Cell::new(state_of(a.state)),
                        Cell::new(said(a, &w.name)),
                    ]).collect(),
                    class: "stack flow".into(),
                    foot: None,
                }))
            }
        }))
    }
}

/// The form for a new standard, or for one that changes.
pub fn form(old: Option<&Standard>, pillars: &[(String, String)], sent: Option<(&Form, &[Fault])>, csrf: &str) -> Markup {
    let was = |name: &str, stored: Option<&str>| match sent.and_then(|(f, _)| f.opt(name)) {
        Some(typed) => typed.to_owned(),
        None => stored.unwrap_or("").to_owned(),
    };
    let options: Vec<(&str, &str)> = pillars.iter().map(|(k, t)| (k.as_str(), t.as_str())).collect();
    let (statement, why) = (was("statement", old.map(|s| s.statement.as_str())), was("why", old.map(|s| s.why.as_str())));
    let (how, pillar) = (was("how", old.map(|s| s.how.as_str())), was("pillar", old.map(|s| s.pillar.as_str())));
    let action = old.map_or_else(|| "/standards".to_owned(), |s| format!("/standards/{}/edit", s.slug));
    html! {
        (head(Head {
            kicker: vec![("Standards".into(), Some("/standards".into()))],
            title: if old.is_some() { "Change the standard".into() } else { "A new standard".into() },
            lead: html! { "Say what is expected in one line, why, and how two people would check it and find the same." },
            facts: vec![],
        }))
        (alert(sent))
        (html::form(&action, csrf, html! {
            @if let Some(s) = old { input type="hidden" name="version" value=(s.version); }
            (section("standard", "Standard", None, Tight(true), html! {
                (html::fields_one(&[
                    field(&Field { id: "statement", label: "What is agreed", hint: Some("One line: “Every alarm has a runbook.”"), value: &statement, error: error_at(sent, "statement").or_else(|| error_at(sent, "name")), required: true, ..Field::default() }),
                    field(&Field { id: "why", label: "Why", value: &why, kind: FieldKind::Textarea(3), error: error_at(sent, "why"), required: true, ..Field::default() }),
                    field(&Field { id: "how", label: "How it is checked", hint: Some("What somebody looks at, and when it is met."), value: &how, kind: FieldKind::Textarea(3), error: error_at(sent, "how"), required: true, ..Field::default() }),
                    field(&Field { id: "pillar", label: "Pillar", hint: Some("Its approvers decide on exemptions."), value: &pillar, kind: FieldKind::Select(&options), error: error_at(sent, "pillar"), ..Field::default() }),
                ]))
                div.btns.pane-gap { button.btn.primary type="submit" { @if old.is_some() { "Save the change" } @else { "Agree the standard" } } }
            }))
        }))
        @if let Some(s) = old { (away(s, csrf)) }
    }
}

fn away(s: &Standard, csrf: &str) -> Markup {
    let here = format!("/standards/{}", s.slug);
    let archived = s.archived_at.is_some();
    section(
        "away",
        if archived { "Bring it back" } else { "Put it away" },
        None,
        Tight(true),
        html! {
            @if archived {
                p.prose { "This standard was put away. Brought back, it is counted again." }
                (html::form(&format!("{here}/restoration"), csrf, html! { div.btns { button.btn type="submit" { "Bring the standard back" } } }))
            } @else {
                p.prose { "A standard that is put away is counted no more. What teams said of it stays." }
                (html::form(&format!("{here}/archival"), csrf, html! { div.btns { button.btn type="submit" { "Put the standard away" } } }))
            }
        },
    )
}

/// Standards on a workload's page.
pub fn of_workload(w: &Workload, all: &[(Standard, Adopted)], may_change: bool) -> Markup {
    section(
        "standards",
        "Standards",
        Some(html! { "How far this workload is with what we " a href="/standards" { "agreed on" } "." }),
        Tight(false),
        html! {
            @if all.is_empty() { p.say { "No standard has been agreed yet." } } @else {
                (table(&Table { caption: format!("Standards for {}", w.name), columns: heads(false), rows: all.iter().map(|(s, a)| row(s, a)).collect(), class: "stack flow".into(), foot: None }))
                @if may_change { p.more.noprint { a href={ "/workloads/" (w.slug) "/standards" } { "Say how far it is" } } }
            }
        },
    )
}

fn heads(acts: bool) -> Vec<Column> {
    let mut out = vec![Column::text("Standard"), Column::text("State"), Column::text("Said")];
    if acts {
        out.push(Column::text("Change"));
    }
    out
}

fn row(s: &Standard, a: &Adopted) -> Vec<Cell> {
    vec![
        Cell::name(&s.statement, Some(&format!("/standards/{}", s.slug))),
        Cell::new(state_of(a.state)),
        Cell::new(said(a, &s.statement)),
    ]
}

/// What the page on which a team keeps its answers needs.
pub struct KeepPage<'a> {
    /// The workload.
    pub workload: &'a Workload,
    /// Its team.
    pub team: &'a Team,
    /// Standards in use, and how far it is.
    pub standards: &'a [(Standard, Adopted)],
    /// The one that is answered now.
    pub chosen: Option<&'a str>,
    /// The reader may answer.
    pub may_change: bool,
    /// The reader may ask for exemptions.
    pub may_ask: bool,
    /// A refused form; its field `form` says which.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
}

/// The page on which a team says how far a workload is.
pub fn keep(p: &KeepPage<'_>) -> Markup {
    let w = p.workload;
    let here = format!("/workloads/{}/standards", w.slug);
    let chosen = p.standards.iter().find(|(s, _)| Some(s.slug.as_str()) == p.chosen);
    let may = p.may_change || p.may_ask;
    let rows = p.standards.iter().map(|(s, a)| {
        let mut cells = row(s, a);
        if may {
            cells.push(Cell::new(
                html! { a.btn.slim href={ (here) "?standard=" (s.slug) } { "Answer" span.vh { " " (s.statement) } } },
            ));
        }
        cells
    });
    html! {
        (head(Head {
            kicker: vec![(p.team.name.clone(), Some(format!("/teams/{}", p.team.slug))), (w.name.clone(), Some(format!("/workloads/{}", w.slug)))],
            title: "Standards of this workload".into(),
            lead: html! { "Say for each standard whether the workload keeps it, and where that can be seen. Where it cannot, ask to be exempt for a time." },
            facts: vec![("Standards".into(), html! { a href="/standards" { (p.standards.len()) " agreed" } })],
        }))
        (alert(p.sent))
        @if let Some((s, a)) = chosen {
            @if p.may_change { (answer(p, s, a, &here)) }
            @if p.may_ask && a.state != AdoptionState::Adopted { (super::exemptions::ask_form(&super::exemptions::AskForm { action: &format!("{here}/{}/exemption", s.slug), what: &s.statement, pillar: None, waits: &a.asked_until, sent: p.sent.filter(|(f, _)| f.opt("kind").is_some()), csrf: p.csrf })) }
        }
        (section("all", "All standards", None, Tight(false), html! {
            @if p.standards.is_empty() { p.say { "No standard has been agreed yet." } } @else {
                (table(&Table { caption: format!("Standards for {}", w.name), columns: heads(may), rows: rows.collect(), class: "stack flow".into(), foot: None }))
            }
        }))
    }
}

fn answer(p: &KeepPage<'_>, s: &Standard, a: &Adopted, here: &str) -> Markup {
    let sent = p.sent.filter(|(f, _)| f.opt("kind").is_none());
    let was = |name: &str, stored: &str| sent.map_or_else(|| stored.to_owned(), |(f, _)| f.get(name).to_owned());
    let kept = if a.state == AdoptionState::Adopted { "yes" } else { "no" };
    let note = if matches!(a.state, AdoptionState::Adopted | AdoptionState::NotYet) { a.reason.as_str() } else { "" };
    let (adopted, evidence, day, note) = (was("adopted", kept), was("evidence", &a.evidence), was("day", ""), was("note", note));
    section(
        "answer",
        &s.statement,
        Some(html! { (bdi(&s.how)) }),
        Tight(false),
        html::form(
            &format!("{here}/{}", s.slug),
            p.csrf,
            html! {
                input type="hidden" name="version" value=(a.version);
                (fields(&[
                    field(&Field { id: "adopted", label: "Does the workload keep it?", value: &adopted, kind: FieldKind::Select(&[("yes", "yes, adopted"), ("no", "not yet")]), error: error_at(sent, "adopted"), ..Field::default() }),
                    field(&Field { id: "evidence", label: "Where it can be seen", hint: Some("https://…; may stay empty."), value: &evidence, error: error_at(sent, "evidence"), ..Field::default() }),
                    field(&Field { id: "day", label: "Looked at", hint: Some("Empty: today."), value: &day, kind: FieldKind::Date, error: error_at(sent, "day"), ..Field::default() }),
                    field(&Field { id: "note", label: "Note", hint: Some("May stay empty."), value: &note, error: error_at(sent, "note"), ..Field::default() }),
                ]))
                div.btns.pane-gap {
                    button.btn.primary type="submit" { "Save the answer" }
                    a.small href=(here) { "Leave it as it is" }
                }
            },
        ),
    )
}
