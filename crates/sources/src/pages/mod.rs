//! Pages of sources: the list, one source with its runs, the form.

mod asks;
pub mod feed;
pub mod form;
pub mod source;

use html::{
    Cell, Column, Head, Markup, State, Table, Tight, bdi, count_word_capital, head, html, more, plural, section, state_as, table,
};
use kernel::time::Time;
use kernel::web::clock;
use metrics::definition::Definition;

use crate::rules::{Health, Outcome, PeriodFate, Pulled, Source};

/// A source with the names of what it refers to.
#[derive(Debug, Clone)]
pub struct Named {
    /// The source.
    pub source: Source,
    /// Title of its metric.
    pub metric: String,
    /// Name of its subject.
    pub subject: String,
}

/// How a source does, as glyph and words.
pub(crate) fn health(s: &Source) -> Markup {
    match s.health {
        Health::New => state_as(State::Planned, "Not run yet"),
        Health::Running => state_as(State::InSprint, "Running"),
        Health::Archived => state_as(State::NotApplicable, "Put away"),
        Health::Failing => html! {
            (state_as(State::Attention, "Fails"))
            @if s.failures > 1 { br; span class="by nb" { (s.failures) " times in a row" } }
        },
        Health::Good if s.last.as_ref().is_some_and(|l| l.outcome == Outcome::Nothing) => {
            state_as(State::Steady, "Nothing to pull")
        }
        Health::Good => state_as(State::Pass, "Pulls"),
    }
}

/// How a run ended, as glyph and words. The accent is for what fails now, not for a past failure.
pub(crate) fn outcome(o: Outcome) -> Markup {
    match o {
        Outcome::Stored => state_as(State::Pass, "Stored"),
        Outcome::Unchanged => state_as(State::Steady, "Unchanged"),
        Outcome::Nothing => state_as(State::NotApplicable, "Nothing to pull"),
        Outcome::Failed => state_as(State::No, "Failed"),
    }
}

/// When it is due, or "at once".
pub(crate) fn next(s: &Source, now: Time, zone: &str) -> String {
    match s.next_run_at {
        None => "no more".into(),
        Some(at) if at <= now => "at once".into(),
        Some(at) => clock(at, now, zone),
    }
}

/// "Three of nine sources fail." and what that means.
fn lead(all: &[Named]) -> Markup {
    let n = all.len();
    let failing = all.iter().filter(|s| s.source.health == Health::Failing).count();
    html! {
        (count_word_capital(n)) " " (plural(n, "source pulls", "sources pull")) " values by " (plural(n, "itself", "themselves")) ". "
        @match failing {
            0 => "None of them fails.",
            k => { (count_word_capital(k)) " " (plural(k, "fails", "fail")) ": the last values stay, and go stale." }
        }
    }
}

/// All sources in use, in alphabetical order.
pub fn list(all: &[Named], may_make: bool, now: Time, zone: &str) -> Markup {
    let rows = all.iter().map(|n| {
        let s = &n.source;
        vec![
            Cell::new(html! {
                a href={ "/sources/" (s.slug) } { (bdi(&s.name)) }
                br; span.by { (bdi(&n.metric)) " for " (bdi(&n.subject)) }
            }),
            Cell::text(&s.pull.place()),
            Cell::new(html! { span.nb { (health(s)) } }),
            Cell::new(html! {
                @if let Some(last) = &s.last {
                    span.nb { (clock(last.ended_at, now, zone)) }
                    @if last.outcome == Outcome::Failed { br; span.by { (last.message) } }
                } @else { span.mute { "never" } }
            }),
            Cell::text(&next(s, now, zone)).class("nb"),
        ]
    });
    html! {
        (head(Head {
            kicker: vec![],
            title: "Sources".into(),
            lead: html! { @if !all.is_empty() { (lead(all)) } },
            facts: vec![],
        }))
        (section("sources", "All sources", Some(html! { "In alphabetical order, always. Each pulls one metric for one subject." }), Tight(false), html! {
            @if all.is_empty() {
                (html::empty(
                    "What pulls values by itself will stand here: a query, a figure of a git history, an address that answers in JSON, or a table, on a schedule.",
                    may_make.then_some(("Make the first source", "/sources/new")),
                ))
            } @else {
                (table(&Table {
                    caption: "Sources".into(),
                    columns: vec![
                        Column::text("Source"), Column::text("From"), Column::text("State"), Column::text("Last run").class("lab"),
                        Column::text("Next run").class("lab"),
                    ],
                    rows: rows.collect(),
                    class: "stack".into(),
                    foot: None,
                }))
                @if may_make { (more(html! { a href="/sources/new" { "Make a source" } })) }
            }
            p class="prose pane-gap-s" { "What keeps the catalogue from Backstage or git stands under " a href="/feeds" { "feeds" } "." }
        }))
    }
}

/// Periods that stand open; the others are one line until it is opened.
const OPEN: usize = 6;

/// What became of each period of a run, or would.
pub(crate) fn periods(caption: &str, d: &Definition, values: &[Pulled], would: bool, year: i16) -> Markup {
    let (open, rest) = values.split_at(values.len().min(OPEN));
    html! {
        (period_table(caption, d, open, would, year))
        @if !rest.is_empty() {
            @let words = format!("{} earlier {}", html::count_word_capital(rest.len()), plural(rest.len(), d.period.noun(), &format!("{}s", d.period.noun())));
            (html::disclosure(&words, period_table(&format!("{caption}, earlier ones"), d, rest, would, year)))
        }
    }
}

fn period_table(caption: &str, d: &Definition, values: &[Pulled], would: bool, year: i16) -> Markup {
    let fate = |f: PeriodFate| match (f, would) {
        (PeriodFate::Stored, true) => state_as(State::Planned, "Would be stored"),
        (PeriodFate::Stored, false) => state_as(State::Pass, "Stored"),
        (PeriodFate::Unchanged, _) => state_as(State::Steady, "Has it already"),
        (PeriodFate::Kept, _) => state_as(State::Exempt, "Stays as it is"),
        (PeriodFate::None, _) => state_as(State::Unknown, "No value"),
    };
    let row = |p: &Pulled| {
        vec![
            Cell::text(&html::capital(&metrics::period::words(d.period, &p.period, year))),
            Cell::figure(p.number.map(|x| html::Figure::new(x, d.decimals, &d.unit)).as_ref()),
            Cell::new(html! { span.nb { (fate(p.fate)) } }),
            Cell::text(&p.detail),
        ]
    };
    table(&Table {
        caption: caption.into(),
        columns: vec![
            Column::text(&html::capital(d.period.noun())),
            Column::num("Value"),
            Column::text("What becomes of it"),
            Column::text("Made from, or why there is none").short("From"),
        ],
        rows: values.iter().map(row).collect(),
        class: format!("stack flow k{}", d.decimals.min(1)),
        foot: None,
    })
}

#[cfg(test)]
mod tests;
