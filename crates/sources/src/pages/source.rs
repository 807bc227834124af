//! One source: how it does, what it asks, its runs.

use html::{
    Cell, Column, FactsLook, Head, Live, Markup, State, Table, Tight, bdi, facts, head, html, live_form, more, plural, section,
    state_as, table,
};
use kernel::time::Time;
use kernel::web::{clock, day};
use metrics::definition::{Definition, SubjectKind};

use super::asks::asks;
use super::{health, next, outcome, periods};
use crate::rules::{BackfillOffer, Health, KEPT, Outcome, Reduce, Run, Source, Trial, every_words};

/// What a source's page shows.
#[derive(Clone)]
pub struct SourcePage<'a> {
    /// The source.
    pub source: &'a Source,
    /// Its metric.
    pub definition: &'a Definition,
    /// Name of its subject.
    pub subject: &'a str,
    /// Its runs, newest first.
    pub runs: &'a [Run],
    /// The runs shown begin with the newest.
    pub newest: bool,
    /// Where older runs are.
    pub older: Option<String>,
    /// What filling in the past would ask for.
    pub offer: &'a BackfillOffer,
    /// A dry run that was asked for.
    pub trial: Option<&'a Trial>,
    /// The reader may run and change it.
    pub may_change: bool,
    /// Token for forms.
    pub csrf: &'a str,
    /// Now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

fn subject_href(kind: SubjectKind, slug: &str) -> String {
    let folder = match kind {
        SubjectKind::Team => "teams",
        SubjectKind::Workload => "workloads",
        SubjectKind::Service => "services",
    };
    format!("/{folder}/{slug}")
}

/// What happened last, and what that means for the values.
fn lead(p: &SourcePage<'_>) -> Markup {
    let s = p.source;
    html! {
        @match (s.health, &s.last) {
            (Health::Archived, _) => { "Put away: it runs no more. Its values and its runs stay." }
            (Health::New, _) => { "It has not run yet. Its first run takes the newest " (p.definition.period.noun()) " that has closed." }
            (_, Some(last)) if last.outcome == Outcome::Failed => {
                @match p.runs.first().filter(|_| p.newest).map(|r| r.stored) {
                    Some(0) => "The last run failed, so no value changed. ",
                    Some(n) => {
                        "The last run failed: the newest " (p.definition.period.noun()) " has no value. "
                        (html::count_word_capital(n.try_into().unwrap_or(usize::MAX))) " earlier "
                        (plural(n.try_into().unwrap_or(usize::MAX), "value was", "values were")) " stored. "
                    }
                    None => "The last run failed. ",
                }
                @match s.good_at {
                    Some(at) => { "The last good one ended " (clock(at, p.now, p.zone)) "." }
                    None => "It has not had a good run yet.",
                }
            }
            (_, Some(last)) => (last.message),
            _ => "It runs for the first time.",
        }
    }
}

/// One source.
pub fn source(p: &SourcePage<'_>) -> Markup {
    let (s, d) = (p.source, p.definition);
    let year = crate::rules::year(p.now);
    html! {
        (head(Head {
            kicker: vec![("Sources".into(), Some("/sources".into()))],
            title: s.name.clone(),
            lead: lead(p),
            facts: vec![
                ("Metric".into(), html! { a href={ "/metrics/" (s.metric) "/" (s.subject) } { (bdi(&d.title)) } }),
                ("For".into(), html! { a href=(subject_href(d.subject, &s.subject)) { (bdi(p.subject)) } ", each " (d.period.noun()) }),
                ("Runs".into(), html! { (every_words(s.every_minutes)) }),
                ("Last run".into(), html! { @match &s.last { Some(l) => (clock(l.ended_at, p.now, p.zone)), None => "never" } }),
                ("Next run".into(), html! { (next(s, p.now, p.zone)) }),
            ],
        }))
        (section("now", "Now", Some(html! { "Trying it stores nothing." }), Tight(false), now(p)))
        @if let Some(past) = past(p) { (section("past", "The past", Some(html! { "What somebody typed or pushed always stays." }), Tight(false), past)) }
        @if let Some(t) = p.trial { (tried(t, d, year)) } @else { div id="tried" {} }
        @if p.newest && let Some(last) = p.runs.first().filter(|r| !r.values.is_empty()) {
            (section("last", "Last run", Some(html! { "Each period that it asked for, newest first." }), Tight(false),
                periods("Periods of the last run", d, &last.values, false, year)))
        }
        (section("runs", "Runs", Some(html! { "Newest first. The last " (KEPT) " are kept." }), Tight(false), runs(p)))
        (section("asks", "What it asks", Some(html! { "Version " (s.version) ", made by " (bdi(&s.made_by)) "." }), Tight(false), html! {
            (facts(FactsLook::Wide, &asks(&s.pull)))
            @if p.may_change && s.health != Health::Archived {
                (more(html! { a href={ "/sources/" (s.slug) "/change" } { "Change the source, or put it away" } }))
            }
        }))
    }
}

fn now(p: &SourcePage<'_>) -> Markup {
    let s = p.source;
    html! {
        p { (health(s)) }
        @if let (Health::Failing, Some(last)) = (s.health, &s.last) { p class="prose pane-gap-s" { (last.message) } }
        @if let Some(since) = s.running_since { p class="prose pane-gap-s" { "It runs since " (clock(since, p.now, p.zone)) "." } }
        @if p.may_change && s.health != Health::Archived {
            div class="btns pane-gap-s" {
                (live_form(&format!("/sources/{}/trial", s.slug), p.csrf, Live { target: Some("tried"), autosave: false }, html! {
                    button class="btn primary" type="submit" { "Try it" }
                }))
                (html::form(&format!("/sources/{}/run", s.slug), p.csrf, html! {
                    button.btn type="submit" disabled[s.health == Health::Running] { "Run it now" }
                }))
            }
        }
    }
}

/// The offer to fill in the past, and how it went. `None` where there is nothing to say.
fn past(p: &SourcePage<'_>) -> Option<Markup> {
    let (s, o) = (p.source, p.offer);
    let noun = p.definition.period.noun();
    let may = p.may_change && s.health != Health::Archived && p.newest;
    if let (Some(at), by) = (s.backfill.asked_at, s.backfill.asked_by.as_deref().unwrap_or("somebody")) {
        return Some(html! {
            p { (state_as(State::InSprint, "Being filled in")) }
            p class="prose pane-gap-s" { "Asked for by " (bdi(by)) ", " (clock(at, p.now, p.zone)) ". It runs as a job; this page follows it." }
        });
    }
    let last = s.backfill.ended_at.zip(s.backfill.message.as_deref());
    let from = o.from.filter(|_| o.missing > 0 && may);
    (last.is_some() || from.is_some()).then(|| {
        html! {
            @if let Some((at, message)) = last { p.prose { "The last try ended " (clock(at, p.now, p.zone)) ". " (message) } }
            @if let Some(from) = from {
                p class={ "prose" @if last.is_some() { " pane-gap-s" } } {
                    (html::count_word_capital(o.periods)) " " (plural(o.periods, noun, &format!("{noun}s"))) " of the last " (o.sprints) " sprints "
                    (plural(o.periods, "has", "have")) " closed, back to " (day(from, p.now, p.zone)) ". "
                    (html::count_word_capital(o.missing)) " of them " (plural(o.missing, "has", "have")) " no value"
                    @if last.is_none() { "; with them the first report already shows what is usual" } "."
                }
                div class="btns pane-gap-s" {
                    (html::form(&format!("/sources/{}/backfill", s.slug), p.csrf, html! {
                        button.btn type="submit" { @if last.is_some() { "Fill in the past again" } @else { "Fill in the past" } }
                    }))
                }
            }
        }
    })
}

/// The answer of a dry run.
pub(crate) fn tried(t: &Trial, d: &Definition, year: i16) -> Markup {
    section(
        "tried",
        "Tried just now",
        Some(html! { "Nothing was stored." }),
        Tight(false),
        html! {
            p {
                @match t.outcome {
                    Outcome::Stored => (html::state_as(html::State::Planned, "Would be stored")),
                    o => (outcome(o)),
                }
            }
            p class="prose pane-gap-s" { (t.message) }
            @if !t.values.is_empty() { div.pane-gap-s { (periods("Periods of the dry run", d, &t.values, true, year)) } }
        },
    )
}

fn runs(p: &SourcePage<'_>) -> Markup {
    if p.runs.is_empty() {
        return html::empty("Each run will stand here with what it stored, or why it failed.", None);
    }
    let rows = p.runs.iter().map(|r| {
        vec![
            Cell::new(html! {
                span.nb { (clock(r.ended_at, p.now, p.zone)) }
                @if r.backfill_from.is_some() { br; span.by { "filled in the past" } }
                @if let Some(by) = &r.asked_by { br; span.by { "asked for by " (bdi(by)) } }
            }),
            Cell::new(html! { span.nb { (outcome(r.outcome)) } }),
            Cell::text(&r.message),
        ]
    });
    html! {
        (table(&Table {
            caption: "Runs".into(),
            columns: vec![Column::text("Ended"), Column::text("Outcome"), Column::text("What happened")],
            rows: rows.collect(),
            class: "stack flow".into(),
            foot: None,
        }))
        @if !p.newest || p.older.is_some() {
            (more(html! {
                @if !p.newest { a href={ "/sources/" (p.source.slug) "#runs" } { "Newest runs" } " " }
                @if let Some(cursor) = &p.older { a href={ "/sources/" (p.source.slug) "?before=" (cursor) "#runs" } { "Older runs" } }
            }))
        }
    }
}

pub(crate) fn points_words(r: Reduce) -> &'static str {
    match r {
        Reduce::Last => "the last point counts",
        Reduce::Mean => "the mean of its points",
        Reduce::Max => "the greatest of its points",
        Reduce::Min => "the least of its points",
        Reduce::Sum => "the sum of its points",
        Reduce::P95 => "the 95th percentile of its points",
    }
}
