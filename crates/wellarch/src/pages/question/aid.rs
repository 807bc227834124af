//! Beside a question: the risk that follows, what would lower it, what was answered before.

use html::{FactsLook, Markup, bdi, facts, html};
use kernel::web::clock;

use super::QuestionPage;
use crate::document::{LowerSet, ReviewQuestion};
use crate::lens::Question;
use crate::pages::review::standing_mark;
use crate::pages::risks::accepted;
use crate::pages::template::linked;
use crate::review::Standing;

/// Sets of choices that are told for each risk below.
const TOLD: usize = 3;

/// “Tick A (1), B (2); untick C (3)”.
fn change(set: &LowerSet, q: &Question) -> Markup {
    let part = |ids: &[String]| {
        html! {
            @for (i, id) in ids.iter().enumerate() {
                @if i > 0 { "; " }
                @match q.choice(id).map(|n| (n + 1, &q.choices[n])) {
                    Some((n, c)) => { (bdi(&c.title)) @if !c.none { " (" (n) ")" } },
                    None => (id),
                }
            }
        }
    };
    html! {
        @if !set.add.is_empty() { (part(&set.add)) }
        @if !set.remove.is_empty() { @if !set.add.is_empty() { "; " } "without " (part(&set.remove)) }
    }
}

/// What would lower the risk, as facts: to which risk, by what.
fn lower(p: &QuestionPage<'_>) -> Vec<(String, Markup)> {
    let mut out = Vec::new();
    for (then, term) in [(Standing::Medium, "To medium"), (Standing::None, "To none")] {
        let sets: Vec<&LowerSet> = p.shown.lower.iter().filter(|l| l.then == then).collect();
        if sets.is_empty() {
            continue;
        }
        let more = sets.len().saturating_sub(TOLD);
        out.push((
            term.to_owned(),
            html! {
                @for (i, set) in sets.iter().take(TOLD).enumerate() { @if i > 0 { br; "or " } (change(set, p.question)) }
                @if more > 0 { br; span.mute { "and " (more) " other " (html::plural(more, "way", "ways")) } }
            },
        ));
    }
    out
}

/// What was answered at the last milestone, and what has changed since.
fn previous(name: &str, before: &ReviewQuestion, p: &QuestionPage<'_>) -> Markup {
    let ticked: Vec<&str> = before.choices.iter().filter(|c| c.ticked).map(|c| c.title.as_str()).collect();
    let since = crate::milestone::change(&p.pillar.name, Some(before), Some(p.shown));
    html! {
        div.pane {
            div.pane-h { h2 { "At " (bdi(name)) } (standing_mark(before.standing)) }
            @if ticked.is_empty() { p.small.mute { "Nothing was ticked." } } @else {
                ul.ruled { @for title in &ticked { li { (bdi(title)) } } }
            }
            @match &since {
                None => p.small.mute.pane-gap-s { "Nothing has changed since." },
                Some(change) => {
                    p.small.pane-gap-s { "Since then: " (bdi(&crate::text::since(change))) "." }
                },
            }
        }
    }
}

/// What follows from the answer, and what was answered before.
pub(super) fn aid(p: &QuestionPage<'_>) -> Markup {
    let s = p.shown;
    html! {
        div.pane-h { h2 { "Resulting risk" } }
        p.big { (standing_mark(s.standing)) }
        @if let Some(a) = p.accepted { p.small.pane-gap-s { (accepted(a, p.today)) } }
        @match (&s.rule, &s.condition) {
            (Some(n), Some(when)) => {
                p.prose.pane-gap-s { "Rule " (n) " of " (s.rules) " decides: it is the first that holds." }
                p.by.pane-gap-s { code { (when.trim()) } " gives " (s.standing.words()) }
            },
            (Some(n), None) => p.prose.pane-gap-s { "No rule before the last holds, so rule " (n) " of " (s.rules) " decides: everything else gives " (s.standing.words()) "." },
            (None, _) if s.standing.is_risk() => p.prose.pane-gap-s { "No rule holds and there is no default, so the risk is high." },
            (None, _) if s.standing == Standing::NotApplicable => p.prose.pane-gap-s { "The question does not apply, so there is nothing to judge." },
            (None, _) => p.prose.pane-gap-s { "Nothing is ticked yet, so there is no risk and no all-clear." },
        }
        (facts(FactsLook::Plain, &lower(p)))
        @if let Some((name, before)) = p.previous { (previous(name, before, p)) }
        @match &s.answer {
            Some(a) => {
                div.pane {
                    div.pane-h { h2 { "The answer as it stands" } a.small href={ (p.here()) "/questions/" (s.id) "/history" } { "version " (a.version) } }
                    p.small { @match &a.template { Some(t) => (linked(t)), None => (bdi(&a.by)) } ", " (clock(a.at, p.now, p.zone)) ": " (bdi(&a.said.sentence(p.question))) "." }
                    @if !a.said.note.is_empty() { p.small.pane-gap-s { (bdi(&a.said.note)) } }
                }
            },
            None => {},
        }
    }
}
