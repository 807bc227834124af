//! What facts say: beside a choice, and where answers and facts part.

use facts::{Because, Judged, Weight};
use html::{Cell, Column, Head, Markup, State, Table, Tight, bdi, head, html, plural, section, state, state_as, table};
use kernel::time::Time;
use kernel::web::day;

use crate::against::{Contradiction, Parting};

/// What the page of contradictions needs.
pub struct ContradictionsPage<'a> {
    /// All of them, in the order of teams, workloads, lenses and questions.
    pub found: &'a [Contradiction],
    /// Reviews that were looked at.
    pub reviews: usize,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

/// A weight as a mark with its word.
pub fn weight_mark(weight: Weight) -> Markup {
    match weight {
        Weight::Contradicted => state(State::Contradicted, None),
        Weight::Supported => state(State::Supported, None),
        Weight::Stale => state_as(State::EvidenceStale, "Stale"),
        Weight::None => state_as(State::NoEvidence, "No evidence"),
    }
}

fn because(b: &Because, now: Time, zone: &str) -> Markup {
    html! {
        (bdi(&b.words)) ", "
        @if b.url.is_empty() { (bdi(&b.source)) } @else { a href=(b.url) rel="noreferrer" { (bdi(&b.source)) } }
        ", " (day(b.observed_at, now, zone))
    }
}

/// Lines beside a choice: what facts say of it, and which they are.
pub fn evidence(found: &Judged, now: Time, zone: &str) -> Markup {
    html! {
        @if found.because.is_empty() {
            p.ev { (weight_mark(found.weight)) span { "Nothing has said " @for (i, key) in found.missing.iter().enumerate() { @if i > 0 { ", " } code { (key) } } } }
        }
        @for (i, b) in found.because.iter().enumerate() {
            p.ev {
                @if i == 0 { (weight_mark(found.weight)) } @else { span {} }
                span { (because(b, now, zone)) }
            }
        }
    }
}

/// Where answers and evidence part, over all reviews.
pub fn contradictions(p: &ContradictionsPage<'_>) -> Markup {
    let n = |parting| p.found.iter().filter(|c| c.parting == parting).count();
    let against = n(Parting::Contradicted);
    html! {
        (head(Head {
            kicker: vec![("Well-Architected reviews".into(), Some("/reviews".into()))],
            title: match against {
                0 => "No answer is contradicted".into(),
                n => format!("{} {} contradicted", html::count_word_capital(n), plural(n, "answer is", "answers are")),
            },
            lead: html! { "Evidence never answers. It says where to look again: with the team, at the next review or before." },
            facts: vec![
                ("Contradicted".into(), html! { (against) }),
                ("Grown old".into(), html! { (n(Parting::Stale)) }),
                ("Not claimed".into(), html! { (n(Parting::Unclaimed)) }),
                ("Reviews".into(), html! { (p.reviews) }),
            ],
        }))
        @if p.found.is_empty() {
            (section("none", "Nothing parts", None, Tight(false), html! {
                @if p.reviews == 0 {
                    (html::empty("There is no review yet.", Some(("Open the reviews", "/reviews"))))
                } @else {
                    p.say { "Every answer that facts speak of agrees with them. Facts come in on each workload’s page of what is known." }
                }
            }))
        }
        @for parting in Parting::ALL {
            @let found: Vec<&Contradiction> = p.found.iter().filter(|c| c.parting == parting).collect();
            @if !found.is_empty() {
                @let id = match parting { Parting::Contradicted => "contradicted", Parting::Stale => "stale", Parting::Unclaimed => "unclaimed" };
                (section(id, parting.title(), Some(html! { "Workloads stand in the order of their teams." }), Tight(true), list(&found, p)))
            }
        }
    }
}

/// Where answers of one review and evidence part, for its report; nothing where they do not.
pub fn parted(found: &[Contradiction], now: Time, zone: &str) -> Markup {
    let row = |c: &Contradiction| {
        let to = format!("/workloads/{}/reviews/{}/questions/{}", c.workload.slug, c.lens.slug, c.question);
        vec![
            Cell::name(&c.title, Some(&to)),
            Cell::new(weight_mark(match c.parting {
                Parting::Contradicted => Weight::Contradicted,
                Parting::Stale => Weight::Stale,
                Parting::Unclaimed => Weight::Supported,
            })),
            Cell::new(html! { @if c.parting == Parting::Unclaimed { "not ticked" } @else { "ticked by " (bdi(&c.answered_by)) } }),
            Cell::new(html! { @for (i, b) in c.because.iter().enumerate() { @if i > 0 { br; } (because(b, now, zone)) } }),
        ]
    };
    html! {
        @if !found.is_empty() {
            (section("evidence", "Where answers and evidence part", Some(html! { "Evidence never answers; look again with the team." }), Tight(false), table(&Table {
                caption: "Choices whose answer and evidence part".into(),
                columns: vec![Column::text("Practice"), Column::text("Evidence").class("lab"), Column::text("Answer").class("lab"), Column::text("Facts")],
                rows: found.iter().map(row).collect(),
                class: "stack flow".into(),
                foot: None,
            })))
        }
    }
}

fn list(found: &[&Contradiction], p: &ContradictionsPage<'_>) -> Markup {
    let row = |c: &&Contradiction| {
        let to = format!("/workloads/{}/reviews/{}/questions/{}", c.workload.slug, c.lens.slug, c.question);
        vec![
            Cell::new(html! { b { (bdi(&c.workload.name)) } br; span.small { (bdi(&c.team.name)) } }),
            Cell::new(html! {
                a href=(to) { (bdi(&c.title)) } br;
                span.small { (bdi(&c.question_title)) @if !c.answered_by.is_empty() { ", answered by " (bdi(&c.answered_by)) } }
            }),
            Cell::new(html! { @for (i, b) in c.because.iter().enumerate() { @if i > 0 { br; } (because(b, p.now, p.zone)) } }),
        ]
    };
    table(&Table {
        caption: "Choices whose answer and evidence part".into(),
        columns: vec![Column::text("Workload"), Column::text("Practice"), Column::text("Evidence")],
        rows: found.iter().map(row).collect(),
        class: "stack flow".into(),
        foot: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::against::tests::weighed;
    use crate::review::tests::said;

    const NOW: Time = Time(1_795_000_000_000_000);

    fn page(found: &[Contradiction], reviews: usize) -> String {
        contradictions(&ContradictionsPage { found, reviews, now: NOW, zone: "UTC" }).into_string()
    }

    #[test]
    fn a_contradiction_says_who_answered_and_what_speaks_against_it() {
        let d = weighed(&[("Q-01", said(&["aaa"]))], &[("aaa", Weight::Contradicted), ("ccc", Weight::Supported)]);
        let drawn = page(&crate::against::of(&d), 1);
        for part in [
            "One answer is contradicted",
            "The answer says yes, the evidence says no",
            "The evidence says yes, the answer does not",
            "Age of the newest backup: 200 h &lt;db&gt;",
            "drill &lt;x&gt;",
            "Maya &lt;Okafor&gt;",
            "/workloads/ledger/reviews/small/questions/Q-01",
        ] {
            assert!(drawn.contains(part), "{part}: {drawn}");
        }
        assert!(page(&[], 0).contains("There is no review yet") && page(&[], 3).contains("agrees with them"));
    }

    #[test]
    fn a_report_shows_what_parts_and_nothing_where_nothing_does() {
        let d = weighed(&[("Q-01", said(&["aaa"]))], &[("aaa", Weight::Stale), ("ccc", Weight::Supported)]);
        let drawn = parted(&crate::against::of(&d), NOW, "UTC").into_string();
        assert!(drawn.contains("ticked by <bdi>Maya &lt;Okafor&gt;</bdi>") && drawn.contains("not ticked"), "{drawn}");
        assert!(parted(&[], NOW, "UTC").into_string().is_empty());
    }

    #[test]
    fn beside_a_choice_stand_weight_and_facts_or_what_nothing_has_said() {
        let none = Judged { weight: Weight::None, because: Vec::new(), missing: vec!["slo.met".into()] };
        let drawn = evidence(&none, NOW, "UTC").into_string();
        assert!(drawn.contains("No evidence") && drawn.contains("<code>slo.met</code>"), "{drawn}");
        for (weight, word) in [(Weight::Contradicted, "Contradicted"), (Weight::Supported, "Supported"), (Weight::Stale, "Stale")] {
            assert!(weight_mark(weight).into_string().contains(word));
        }
    }
}
