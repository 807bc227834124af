//! The page of a workload's risks.

use html::{Cell, Column, Head, Markup, Table, Tight, bdi, head, html, plural, section, table};

use super::review::standing_mark;
use crate::document::Titled;
use crate::risks::{Improvement, Lowering, OpenRisk, WorkloadRisks};

/// A workload's risks by pillar, and what would be done first.
pub fn risks(team: &Titled, r: &WorkloadRisks) -> Markup {
    let here = format!("/workloads/{}/reviews", r.workload.slug);
    let n = r.high + r.medium;
    html! {
        (head(Head {
            kicker: vec![
                (team.name.clone(), Some(format!("/teams/{}", team.slug))),
                (r.workload.name.clone(), Some(here.clone())),
            ],
            title: if r.reviews == 0 { "Nothing was reviewed yet".to_owned() } else if n == 0 && r.unanswered > 0 { "No risk found so far".to_owned() } else if n == 0 { "No risk is open".to_owned() } else { format!("{} {} open", html::count_word_capital(n), plural(n, "risk is", "risks are")) },
            lead: html! {
                @if r.reviews == 0 { "Hold the workload against a lens first; without answers nothing is known, and nothing is good." }
                @else if r.unanswered > 0 { (html::count_word_capital(r.unanswered)) " " (plural(r.unanswered, "question is", "questions are")) " not answered, so this is not all there is." }
                @else { "Every question is answered." }
            },
            facts: vec![("High".into(), html! { b { (r.high) } }), ("Medium".into(), html! { (r.medium) }), ("To do".into(), html! { (r.improvements.len()) " " (plural(r.improvements.len(), "practice", "practices")) " not in place" })],
        }))
        @for pillar in &r.pillars {
            (section(&format!("pillar-{}", html::slug(&pillar.name)), &pillar.name, None, Tight(false), table(&Table {
                caption: format!("Risks of {}", pillar.name),
                columns: vec![Column::text("Question"), Column::text("Risk"), Column::text("Why"), Column::text("What would lower it")],
                rows: pillar.risks.iter().map(|x| risk(&here, x)).collect(),
                class: "stack flow".into(),
                foot: None,
            })))
        }
        @if !r.improvements.is_empty() {
            (section("improvements", "What to do first", Some(html! { "Practices that are not in place: high risks first, and of these what takes least." }), Tight(false), table(&Table {
                caption: "Improvements".into(),
                columns: vec![Column::text("Practice"), Column::text("First step"), Column::text("Effort").class("lab"), Column::text("Risk")],
                rows: r.improvements.iter().map(|i| improvement(&here, i)).collect(),
                class: "stack flow".into(),
                foot: None,
            })))
        }
    }
}

fn lowering(l: &Lowering) -> Markup {
    html! { "To " (l.then.words()) ": " @for (i, title) in l.choices.iter().enumerate() { @if i > 0 { "; " } "“" (bdi(title)) "”" } }
}

/// A row: question, risk, why, what would lower it.
pub(super) fn risk(here: &str, r: &OpenRisk) -> Vec<Cell> {
    vec![
        Cell::name(&r.title, Some(&format!("{here}/{}/questions/{}", r.lens, r.question))),
        Cell::new(standing_mark(r.standing)),
        Cell::new(html! { (bdi(&r.explanation)) @if !r.note.is_empty() { " " br; span.mute { (bdi(&r.note)) } } }),
        Cell::new(html! { ul.ruled { @for l in &r.lower { li { (lowering(l)) } } } }),
    ]
}

/// A row: practice, first step, effort, risk.
pub(super) fn improvement(here: &str, i: &Improvement) -> Vec<Cell> {
    vec![
        Cell::name(&i.title, Some(&format!("{here}/{}/questions/{}", i.lens, i.question))),
        Cell::new(bdi(&i.first_step)),
        i.effort.as_deref().map_or_else(Cell::none, Cell::text),
        Cell::new(standing_mark(i.standing)),
    ]
}

#[cfg(test)]
mod tests {
    use super::risks;
    use crate::document::Titled;
    use crate::review::Said;
    use crate::review::tests::said;
    use crate::risks::tests::risks as of;

    #[test]
    fn risks_say_why_and_what_would_lower_them() {
        let team = Titled { slug: "checkout".into(), name: "Checkout <x>".into() };
        let none = Said { none: true, note: "in <May>".into(), ..said(&["none"]) };
        let page = risks(&team, &of(&[("Q-01", said(&["aaa"])), ("Q-02", none)])).into_string();
        for part in [
            "Two risks are open",
            "Ledger &lt;core&gt;",
            "Checkout &lt;x&gt;",
            "How &lt;one&gt;?",
            "Rule 2 of 3",
            "To no risk: “",
            "in &lt;May&gt;",
            "Do b. (weeks)",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let empty = risks(&team, &of(&[])).into_string();
        let nothing = risks(&team, &crate::risks::WorkloadRisks::of(team.clone(), &[])).into_string();
        assert!(nothing.contains("Nothing was reviewed yet"), "{nothing}");
        assert!(empty.contains("No risk found so far") && empty.contains("Two questions are not answered"), "{empty}");
    }
}
