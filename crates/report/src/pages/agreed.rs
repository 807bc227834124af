//! What stands in a report beside its rows: the matrix of critical transactions, standards, and what happened in the sprint.

use catalogue::pages::transactions::{Covered, cell, columns};
use catalogue::standards::AdoptionState;
use html::{
    Cell, Column, FactsLook, Markup, State, Table, Tight, bdi, facts, folded_section, html, section, state, state_as, table,
};
use kernel::time::Time;
use kernel::web::day;

use crate::document::{Document, RowState};
use crate::happened::{self, Happened};
use crate::matrix::{self, CoverLook, CoveredTransaction, TransactionMatrix};
use crate::standards::{self, ReportStandard};

/// More than one workload stands in it, so that each line has to say whose it is.
fn several(m: &TransactionMatrix) -> bool {
    m.transactions.windows(2).any(|pair| pair[0].workload != pair[1].workload)
}

fn transaction(t: &CoveredTransaction, named: bool) -> Vec<Cell> {
    let of = |c: &CoverLook| {
        cell(&Covered {
            name: &t.name,
            kind: c.kind,
            covered: c.covered,
            evidence: &c.evidence,
            age_days: c.age_days,
            stale: c.stale,
        })
    };
    let first = html! { (bdi(&t.name)) @if named { br; " " span.by { (bdi(&t.workload.name)) } } };
    std::iter::once(Cell::new(first).class("strong")).chain(t.cover.iter().map(of)).collect()
}

/// The matrix of critical transactions, below the rows of its section.
pub(super) fn matrix_block(d: &Document, m: &TransactionMatrix, may_fill: bool) -> Markup {
    let mut heads = vec![Column::text("Transaction")];
    heads.extend(columns());
    let named = several(m);
    html! {
        div.sub {
            h3 { (bdi(&m.title)) " "
                @match m.state {
                    RowState::Stale => (state(State::Stale, None)),
                    RowState::Unknown => (state(State::Unknown, None)),
                    _ => {},
                }
            }
            @if m.transactions.is_empty() {
                p.small.mute { "No critical transaction has been written down: what a user must be able to do, and whether we would know if not." }
            } @else {
                (table(&Table {
                    caption: m.title.clone(),
                    columns: heads,
                    rows: m.transactions.iter().map(|t| transaction(t, named)).collect(),
                    class: "stack flow".into(),
                    foot: None,
                }))
                p.more { (html::capital(&matrix::counts(m))) "." @if m.state == RowState::Stale { " " (html::capital(&m.reason)) "." } }
            }
            @if may_fill { p.more.noprint { a href={ "/teams/" (d.team.slug) } { "Keep the matrix of each workload" } } }
        }
    }
}

fn standing(s: &ReportStandard) -> Markup {
    match standards::gravest(s) {
        AdoptionState::Adopted => state_as(State::Pass, "Kept"),
        AdoptionState::NotYet => state_as(State::No, "Not yet"),
        AdoptionState::Exempt => state(State::Exempt, None),
        AdoptionState::NotApplicable => state_as(State::NotApplicable, "Not appl."),
        AdoptionState::Unknown => state(State::Unknown, None),
    }
}

fn standard(s: &ReportStandard) -> Vec<Cell> {
    vec![
        Cell::new(html! { a href={ "/standards/" (s.slug) } { (bdi(&s.statement)) } br; " " span.by { (s.pillar_title) } })
            .class("strong"),
        Cell::new(standing(s)).class("nb"),
        Cell::new(html! {
            @let others = standards::others(s);
            // Of one workload its own line says all.
            @if s.workloads.len() > 1 || others.is_empty() { span.by { (html::capital(&standards::counted(s))) "." } br; " " }
            @for (i, (workload, words)) in others.iter().enumerate() {
                @if i > 0 { br; " " }
                (bdi(&workload.name)) ": " (bdi(words)) "."
            }
        }),
    ]
}

/// Standards of the organisation with how far the team's workloads are; nothing if there are none.
pub(super) fn standards_section(d: &Document) -> Markup {
    if d.standards.is_empty() {
        return html! {};
    }
    let everywhere = d.standards.iter().filter(|s| standards::gravest(s) == AdoptionState::Adopted).count();
    let words = format!("{everywhere} of {} kept by all workloads.", d.standards.len());
    let (kept, open): (Vec<&ReportStandard>, Vec<&ReportStandard>) =
        d.standards.iter().partition(|s| standards::others(s).is_empty());
    let body = html! {
        @if !open.is_empty() {
            (table(&Table {
                caption: "Standards that not all workloads keep".into(),
                columns: vec![Column::text("Standard"), Column::text("State"), Column::text("Workloads")],
                rows: open.iter().map(|s| standard(s)).collect(),
                class: "stack flow".into(),
                foot: None,
            }))
        }
        // What is kept needs no line of its own.
        @if !kept.is_empty() {
            p.more {
                "Kept: "
                @for (i, s) in kept.iter().enumerate() {
                    @if i > 0 { "; " }
                    a href={ "/standards/" (s.slug) } { (bdi(&s.statement)) }
                }
                "."
            }
        }
    };
    if open.is_empty() {
        return folded_section("standards", "Standards", html! { (words) }, Tight(true), words.trim_end_matches('.'), body);
    }
    section("standards", "Standards", Some(html! { (words) }), Tight(true), body)
}

fn kind(h: &Happened, zone: &str, now: Time) -> (String, Markup) {
    let rest = happened::unnamed(h);
    let words = html! {
        @for (i, m) in h.newest.iter().enumerate() {
            @if i > 0 { "; " }
            @if m.url.is_empty() { (bdi(&m.title)) } @else { a href=(m.url) rel="noreferrer" { (bdi(&m.title)) } }
            ", " (day(m.at, now, zone))
        }
        @if rest > 0 { "; and " (rest) " more" }
    };
    (html::capital(&happened::counted(h)), words)
}

/// What happened in the sprint, in a line for each kind; nothing if nobody marked anything.
pub(super) fn happened_section(d: &Document, now: Time) -> Markup {
    html! {
        @if !d.happened.is_empty() {
            (section("happened", "What happened", Some(html! { "In the sprint, as it was marked." }), Tight(true), html! {
                (facts(FactsLook::Wide, &d.happened.iter().map(|h| kind(h, &d.zone, now)).collect::<Vec<_>>()))
                p.more.noprint { a href={ "/teams/" (d.team.slug) "/marks" } { "All that is marked" } }
            }))
        }
    }
}

#[cfg(test)]
mod tests {
    use catalogue::transactions::CoverKind;
    use marks::MarkKind;

    use super::super::tests::{ESCAPED, HOSTILE, NOW, document, hides, row, shows};
    use super::*;
    use crate::document::{Named, Stage};
    use crate::happened::HappenedMark;
    use crate::standards::StandardOfWorkload;

    fn named(slug: &str) -> Named {
        Named { slug: slug.into(), name: HOSTILE.into() }
    }

    fn a_matrix(state: RowState, workloads: &[&str]) -> TransactionMatrix {
        let look = |kind| CoverLook {
            kind,
            covered: (kind != CoverKind::Alarm).then_some(kind == CoverKind::Dashboard),
            evidence: vec!["https://a.example/1".into()],
            day: "2026-01-02".into(),
            age_days: Some(318),
            stale: kind == CoverKind::Dashboard,
        };
        let of =
            |w: &&str| CoveredTransaction { workload: named(w), name: HOSTILE.into(), cover: CoverKind::ALL.map(look).to_vec() };
        TransactionMatrix {
            pillar: "operations".into(),
            title: HOSTILE.into(),
            fresh_days: Some(180),
            transactions: workloads.iter().map(of).collect(),
            state,
            reason: "of 1 of 1 something was not looked at".into(),
        }
    }

    #[test]
    fn the_matrix_says_what_is_stale_and_leads_to_the_evidence() {
        let mut d = document(vec![row("deployments", Some(101.0))], Stage::Draft);
        let one = matrix_block(&d, &a_matrix(RowState::Stale, &["shop"]), true);
        shows(&one, &["Stale", " was yes", "318 days ago", "href=\"https://a.example/1\"", "Unknown", ESCAPED, "Keep the matrix"]);
        shows(&one, &["1 identified: 0 tested, 0 on a dashboard", "Of 1 of 1 something was not looked at."]);
        hides(&matrix_block(&d, &a_matrix(RowState::Pass, &["shop"]), false), "Keep the matrix");
        shows(&matrix_block(&d, &a_matrix(RowState::Unknown, &[]), false), &["No critical transaction has been written down"]);
        // It stands in the section of its pillar, which is not folded then.
        d.matrix = Some(a_matrix(RowState::Pass, &["shop", "quay"]));
        let page = super::super::report(&d, &super::super::tests::around(false));
        shows(&page, &["2 identified"]);
        assert_eq!(page.0.matches("2 identified").count(), 1);
    }

    #[test]
    fn standards_name_who_does_not_keep_them_and_why() {
        let mut d = document(Vec::new(), Stage::Draft);
        assert_eq!(standards_section(&d).0, "");
        let of = |state, until: &str| StandardOfWorkload {
            workload: named("shop"),
            state,
            reason: HOSTILE.into(),
            by: "Nora".into(),
            until: until.into(),
            evidence: String::new(),
            day: String::new(),
        };
        let standard = |workloads| ReportStandard {
            slug: "two-factors".into(),
            statement: HOSTILE.into(),
            pillar: "security".into(),
            pillar_title: "Security".into(),
            workloads,
        };
        use AdoptionState::{Adopted, Exempt, NotApplicable, NotYet, Unknown};
        let all = [(NotYet, ""), (Exempt, "2027-01-31"), (NotApplicable, ""), (Unknown, "")];
        d.standards = all.map(|(state, until)| standard(vec![of(state, until), of(Adopted, "")])).to_vec();
        let text = standards_section(&d);
        shows(
            &text,
            &["exempt until 31 January 2027, approved by Nora", "not yet: ", "does not apply: ", "nobody has said", ESCAPED],
        );
        shows(&text, &["1 of 4 kept by all workloads.", "1 of 2 workloads keep it.", "1 of 1 workload keeps it."]);
        d.standards = vec![standard(vec![of(Adopted, "")])];
        shows(&standards_section(&d), &["1 of 1 kept by all workloads.", "Kept: <a href"]);
    }

    #[test]
    fn what_happened_stands_in_a_line_for_each_kind() {
        let mut d = document(Vec::new(), Stage::Draft);
        assert_eq!(happened_section(&d, NOW).0, "");
        let mark = |url: &str| HappenedMark { title: HOSTILE.into(), url: url.into(), at: NOW };
        d.happened = vec![
            Happened { kind: MarkKind::Deployment, count: 14, newest: vec![mark(""), mark("https://a.example/2")] },
            Happened { kind: MarkKind::Incident, count: 1, newest: vec![mark("")] },
        ];
        let text = happened_section(&d, NOW);
        shows(&text, &["14 deployments", "and 12 more", "1 incident", ESCAPED, "https://a.example/2", "/teams/intake/marks"]);
    }
}
