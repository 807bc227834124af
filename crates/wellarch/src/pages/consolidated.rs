//! The report over many workloads: in the order of teams, each with its own risks.

use html::{Cell, Column, Head, Markup, Table, Tight, bdi, disclosure, head, html, more, section, table};

use super::review::standing_mark;
use crate::consolidated::{ConsolidatedLens, ConsolidatedPillar, ConsolidatedQuestion, ConsolidatedWorkload};

/// The report; `next` is the address of the following page.
pub fn consolidated(all: &[ConsolidatedWorkload], next: Option<&str>) -> Markup {
    html! {
        (head(Head {
            kicker: vec![("Well-Architected reviews".into(), Some("/reviews".into()))],
            title: "Reviews of many workloads".into(),
            lead: html! { "For each workload its lenses, and for each pillar the questions at a risk with the practices that are not in place. Workloads stand in the order of their teams and are never ranked." },
            facts: vec![
                ("Workloads".into(), html! { (all.len()) @if next.is_some() { " on this page" } }),
                ("Together".into(), html! { a href="/prevalence" { "what all of them say" } }),
            ],
        }))
        @if all.is_empty() {
            (section("none", "No review yet", None, Tight(false), html::empty("Risks of each workload that was held against a lens will stand here.", Some(("See all workloads", "/reviews")))))
        }
        @for w in all { (workload(w)) }
        @if let Some(next) = next { (more(html! { a href=(next) { "The following workloads" } })) }
    }
}

fn workload(w: &ConsolidatedWorkload) -> Markup {
    let here = format!("/workloads/{}/reviews", w.workload.slug);
    section(
        &format!("w-{}", w.workload.slug),
        &w.workload.name,
        Some(html! { a href={ "/teams/" (w.team.slug) } { (bdi(&w.team.name)) } }),
        Tight(false),
        html! { @for l in &w.lenses { (lens(&here, l)) } },
    )
}

fn lens(here: &str, l: &ConsolidatedLens) -> Markup {
    let at = format!("{here}/{}", l.lens.slug);
    let row = |p: &ConsolidatedPillar| {
        vec![
            Cell::new(bdi(&p.name)),
            Cell::new(html! { (p.counts.answered) " of " (p.counts.questions) }),
            Cell::new(html! { (p.counts.high) }),
            Cell::new(html! { (p.counts.medium) }),
            Cell::new(html! { (p.counts.not_applicable) }),
        ]
    };
    let risks: Vec<(&ConsolidatedPillar, &ConsolidatedQuestion)> =
        l.pillars.iter().flat_map(|p| p.questions.iter().filter(|q| q.standing.is_risk()).map(move |q| (p, q))).collect();
    let risk = |(p, q): &(&ConsolidatedPillar, &ConsolidatedQuestion)| {
        vec![
            Cell::name(&q.title, Some(&format!("{at}/questions/{}", q.id))),
            Cell::new(standing_mark(q.standing)),
            Cell::new(bdi(&p.name)),
            Cell::new(html! { ul.ruled { @for m in &q.missing { li { (bdi(&m.title)) } } } }),
        ]
    };
    html! {
        h3 { a href=(at) { (bdi(&l.lens.name)) } ", version " (bdi(&l.lens.version)) }
        (table(&Table {
            caption: format!("Pillars of {}", l.lens.name),
            columns: vec![
                Column::text("Pillar"),
                Column::text("Answered").class("lab"),
                Column::text("High").class("lab"),
                Column::text("Medium").class("lab"),
                Column::text("Not applicable").class("lab"),
            ],
            rows: l.pillars.iter().map(row).collect(),
            class: "stack flow".into(),
            foot: None,
        }))
        @if !risks.is_empty() {
            (disclosure(&format!("{} {} at a risk", risks.len(), html::plural(risks.len(), "question", "questions")), table(&Table {
                caption: format!("Risks of {}", l.lens.name),
                columns: vec![Column::text("Question"), Column::text("Risk"), Column::text("Pillar"), Column::text("Not in place")],
                rows: risks.iter().map(risk).collect(),
                class: "stack flow".into(),
                foot: None,
            })))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::consolidated;
    use crate::consolidated::tests::sample;

    #[test]
    fn workloads_stand_with_their_own_risks() {
        let page = consolidated(&[sample()], Some("/reviews/consolidated?cursor=61")).into_string();
        for part in
            ["Ledger &lt;core&gt;", "How &lt;one&gt;?", "Tick b", "never ranked", "cursor=61", "1 question at a risk", "1 of 2"]
        {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(consolidated(&[], None).into_string().contains("No review yet"));
    }
}
