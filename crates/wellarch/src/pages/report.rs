//! The report of a review: to print, to send, to read afterwards.

use std::collections::BTreeMap;

use ::evidence::EvidencePiece;
use ::evidence::pages::in_short;
use html::{Cell, Column, FactsLook, Head, Markup, Table, Tight, bdi, facts, head, html, section, table};
use jiff::civil::Date;
use kernel::time::Time;
use kernel::web::day;

use super::review::standing_mark;
use super::risks::{accepted, action_words, burn, improvement, risk};
use super::template::linked;
use crate::document::{ReviewDocument, ReviewPillar};
use crate::plan::Stretch;
use crate::risks::{Improvement, WorkloadRisks};
use crate::sitting::Sitting;
use crate::text::stretch;

/// What the report needs.
pub struct ReportPage<'a> {
    /// The review.
    pub document: &'a ReviewDocument,
    /// What follows from it.
    pub risks: &'a WorkloadRisks,
    /// What the business says of the workload, as (term, words); empty ones are left out.
    pub context: &'a [(&'a str, &'a str)],
    /// Links and attachments beside its questions, by question.
    pub evidence: &'a BTreeMap<String, Vec<EvidencePiece>>,
    /// Its sittings, oldest first.
    pub sittings: &'a [Sitting],
    /// Today, as last days count.
    pub today: Date,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

/// The report of a review.
pub fn review_report(p: &ReportPage<'_>) -> Markup {
    let d = p.document;
    let reviews = format!("/workloads/{}/reviews", d.workload.slug);
    let context: Vec<(String, Markup)> =
        p.context.iter().filter(|(_, words)| !words.is_empty()).map(|(term, words)| ((*term).to_owned(), bdi(words))).collect();
    html! {
        (head(Head {
            kicker: vec![
                (d.team.name.clone(), Some(format!("/teams/{}", d.team.slug))),
                (d.workload.name.clone(), Some(reviews.clone())),
                (d.lens.name.clone(), Some(format!("{reviews}/{}", d.lens.slug))),
            ],
            title: format!("Review of {}", d.workload.name),
            lead: html! {
                (d.counts.high) " high and " (d.counts.medium) " medium risks in " (d.counts.answered) " answered of " (d.counts.questions) " questions."
            },
            facts: vec![
                ("As of".into(), html! { (day(p.now, p.now, p.zone)) }),
                ("Lens".into(), html! { (bdi(&d.lens.name)) ", version " (bdi(&d.lens.version)) }),
                ("Do not apply".into(), html! { (d.counts.not_applicable) }),
            ],
        }))
        @if !context.is_empty() {
            (section("context", "What it is for", None, Tight(false), facts(FactsLook::Wide, &context)))
        }
        (section("pillars", "By pillar", None, Tight(false), table(&Table {
            caption: "Answered questions and risks by pillar".into(),
            columns: vec![Column::text("Pillar"), Column::text("Answered").class("lab"), Column::text("High").class("lab"), Column::text("Medium").class("lab")],
            rows: d.pillars.iter().map(sums).collect(),
            class: "stack flow".into(),
            foot: None,
        })))
        @for pillar in &p.risks.pillars {
            (section(&format!("risks-{}", html::slug(&pillar.name)), &format!("Risks: {}", pillar.name), None, Tight(false), table(&Table {
                caption: format!("Risks of {}", pillar.name),
                columns: vec![
                    Column::text("Question"),
                    Column::text("Risk"),
                    Column::text("Why, and what would lower it"),
                    Column::text("What is done about it"),
                ],
                rows: pillar.risks.iter().map(|r| risk(&reviews, r, p.today)).collect(),
                class: "stack flow".into(),
                foot: None,
            })))
        }
        @if p.risks.burn.len() > 1 {
            (section("burn-up", "Found and closed", Some(html! { "A review that finds more is not a worse review." }), Tight(false), burn("burn", p.risks, p.today)))
        }
        @for when in Stretch::ALL {
            @let items = stretch(&p.risks.improvements, when);
            @if !items.is_empty() {
                (section(&html::slug(&when.words()), &when.words(), Some(html! { (explained(when)) }), Tight(false), planned(&reviews, &when.words(), &items, p.today)))
            }
        }
        @if p.risks.accepted > 0 { (section("accepted", "Accepted for a time", Some(html! { "These stay risks. They come back on their last day, or when the answer changes." }), Tight(false), accepted_table(p, &reviews))) }
        (super::evidence::parted(&crate::against::of(d), p.now, p.zone))
        @for pillar in &d.pillars { (answers(pillar, p.evidence, (p.now, p.zone))) }
        @for s in p.sittings {
            (section(&format!("sitting-{}", s.number), &format!("Sitting {}", s.number), None, Tight(true), super::sitting::told(s, p.now, p.zone)))
        }
    }
}

fn explained(when: Stretch) -> &'static str {
    match when {
        Stretch::NotPlanned => "Practices that are not in place and that nobody has taken on; high risks first.",
        Stretch::NoDate => "Somebody does it, without a day.",
        _ => "By the last day of its action.",
    }
}

fn planned(here: &str, when: &str, items: &[&Improvement], today: Date) -> Markup {
    let row = |i: &&Improvement| {
        let mut cells = improvement(here, i);
        cells.push(match &i.action {
            Some(a) => Cell::new(action_words(a, today)),
            None => Cell::text("nobody yet"),
        });
        cells
    };
    table(&Table {
        caption: format!("Practices to put in place: {when}"),
        columns: vec![
            Column::text("Practice"),
            Column::text("First step"),
            Column::text("Effort").class("lab"),
            Column::text("Risk"),
            Column::text("Who, by when"),
        ],
        rows: items.iter().map(row).collect(),
        class: "stack flow".into(),
        foot: None,
    })
}

fn accepted_table(p: &ReportPage<'_>, here: &str) -> Markup {
    let all = p.risks.pillars.iter().flat_map(|x| &x.risks);
    let rows = all.filter_map(|r| {
        let a = r.accepted.as_ref()?;
        let href = format!("{here}/{}/questions/{}", r.lens, r.question);
        Some(vec![Cell::name(&r.title, Some(&href)), Cell::new(standing_mark(r.standing)), Cell::new(accepted(a, p.today))])
    });
    table(&Table {
        caption: "Accepted risks".into(),
        columns: vec![Column::text("Question"), Column::text("Risk"), Column::text("By whom, until when, why")],
        rows: rows.collect(),
        class: "stack flow".into(),
        foot: None,
    })
}

fn sums(p: &ReviewPillar) -> Vec<Cell> {
    vec![
        Cell::new(bdi(&p.name)),
        Cell::new(html! { (p.counts.answered) " of " (p.counts.questions) }),
        Cell::new(html! { (p.counts.high) }),
        Cell::new(html! { (p.counts.medium) }),
    ]
}

fn answers(p: &ReviewPillar, evidence: &BTreeMap<String, Vec<EvidencePiece>>, (now, zone): (Time, &str)) -> Markup {
    let row = |q: &crate::document::ReviewQuestion| {
        let note = q.answer.as_ref().map_or("", |a| a.said.note.as_str());
        let from = q.answer.as_ref().and_then(|a| a.template.as_ref());
        let over = q.template.as_ref().and_then(|c| Some((c, c.overridden.as_ref()?)));
        vec![
            Cell::new(bdi(&q.title)),
            Cell::new(standing_mark(q.standing)),
            Cell::new(html! {
                (bdi(&crate::text::answered(q)))
                @if !note.is_empty() { " " br; span.mute { (bdi(note)) } }
                @if let Some(t) = from { " " br; span.by { "Answered by " (linked(t)) } }
                @if let Some((c, o)) = over { " " br; span.by { "Overrides " (linked(&c.template)) ": " (bdi(&o.reason)) " " (bdi(&o.by)) ", " (day(o.at, now, zone)) } }
                @if let Some(pieces) = evidence.get(&q.id) { " " br; "Evidence: " (in_short(pieces)) }
            }),
        ]
    };
    section(
        &format!("answers-{}", html::slug(&p.id)),
        &format!("Answers: {}", p.name),
        None,
        Tight(true),
        table(&Table {
            caption: format!("Answers of {}", p.name),
            columns: vec![Column::text("Question"), Column::text("Risk"), Column::text("Answer")],
            rows: p.questions.iter().map(row).collect(),
            class: "stack flow".into(),
            foot: None,
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::document;
    use crate::review::Said;
    use crate::review::tests::said;

    #[test]
    fn a_report_has_context_risks_plan_and_answers() {
        let d = document(&[("Q-01", Said { note: "as <agreed>".into(), ..said(&["aaa"]) })]);
        let risks = WorkloadRisks::of(d.workload.clone(), std::slice::from_ref(&d));
        let context = [("Goal", "Ships <leave>"), ("Users", "")];
        let draw = |d: &ReviewDocument, risks: &WorkloadRisks, context: &[(&str, &str)]| {
            let now = Time(1_795_000_000_000_000);
            let sittings = [crate::sitting::tests::sitting(4, true)];
            review_report(&ReportPage {
                document: d,
                risks,
                context,
                evidence: &BTreeMap::new(),
                sittings: &sittings,
                today: crate::plan::tests::today(),
                now,
                zone: "UTC",
            })
            .into_string()
        };
        let page = draw(&d, &risks, &context);
        for part in [
            "Ships &lt;leave&gt;",
            "0 high and 1 medium risks in 1 answered of 2",
            "Rule 2 of 3",
            "Not in the register",
            "nobody yet",
            "Tick &lt;a&gt;",
            "as &lt;agreed&gt;",
            "Sitting 4",
            "Maya &lt;O&gt; and Samir",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("Users") && !page.contains("Within 30 days"), "{page}");
        let plan = draw(&d, &crate::plan::tests::joined(), &context);
        for part in
            ["Late", "12 days late", "Accepted for a time", "Ingrid &lt;Solberg&gt;", "decision 7", "exposes the goal", "1 found"]
        {
            assert!(plan.contains(part), "{part}: {plan}");
        }
        let empty = document(&[]);
        let none = WorkloadRisks::of(empty.workload.clone(), std::slice::from_ref(&empty));
        assert!(draw(&empty, &none, &[]).contains("in 0 answered of 2"));
    }
}
