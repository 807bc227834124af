//! Pages of reviews: all workloads, one workload, one review.

use html::{
    Button, Cell, Column, Field, FieldKind, Head, Markup, State, Table, Tight, Weight, bdi, button, field, fields_one, head, html,
    plural, section, state, state_as, table,
};
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::day;

use super::due::{due_words, plan};
use super::template::linked;
use crate::document::{ReviewCounts, ReviewDocument, ReviewPillar, ReviewQuestion};
use crate::due::{Due, DueState};
use crate::presence::Here;
use crate::published::LensVersion;
use crate::review::Standing;

/// A workload in the list.
pub struct ListRow {
    /// Slug and name of the team.
    pub team: (String, String),
    /// Slug and name of the workload.
    pub workload: (String, String),
    /// Reviews as (lens in addresses, name of the lens).
    pub reviews: Vec<(String, String)>,
    /// The reader may begin one.
    pub may_begin: bool,
    /// When the next one is due.
    pub due: Option<Due>,
}

/// What the page of a workload's reviews needs.
pub struct WorkloadPage<'a> {
    /// Slug and name.
    pub workload: (&'a str, &'a str),
    /// Slug and name of its team.
    pub team: (&'a str, &'a str),
    /// Its reviews.
    pub documents: &'a [ReviewDocument],
    /// All versions of all lenses.
    pub lenses: &'a [LensVersion],
    /// The reader may begin one, and plan the next.
    pub may_begin: bool,
    /// When the next one is due.
    pub due: &'a Due,
    /// The day that was typed where a plan was refused.
    pub day: &'a str,
    /// Why a form was refused.
    pub faults: &'a [Fault],
    /// Token for forms.
    pub csrf: &'a str,
}

/// What the page of a review needs.
pub struct ReviewPage<'a> {
    /// The review.
    pub document: &'a ReviewDocument,
    /// The reader may answer.
    pub may_answer: bool,
    /// The newest version of the lens, if it is another.
    pub newer: Option<&'a str>,
    /// Who has the review open.
    pub here: &'a [Here],
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

/// A standing as a mark with its word.
pub fn standing_mark(at: Standing) -> Markup {
    match at {
        Standing::High => state(State::High, None),
        Standing::Medium => state(State::Medium, None),
        Standing::None => state(State::NoRisk, None),
        Standing::NotApplicable => state(State::NotApplicable, None),
        Standing::Unanswered => state_as(State::Unknown, "Open"),
    }
}

/// All workloads with their reviews, in the order of teams.
pub fn reviews(rows: &[ListRow]) -> Markup {
    let row = |r: &ListRow| {
        let here = format!("/workloads/{}/reviews", r.workload.0);
        vec![
            Cell::name(&r.workload.1, Some(&here)),
            Cell::name(&r.team.1, Some(&format!("/teams/{}", r.team.0))),
            Cell::new(html! {
                @for (i, (slug, name)) in r.reviews.iter().enumerate() {
                    @if i > 0 { ", " }
                    a href={ (here) "/" (slug) } { (bdi(name)) }
                }
                @if r.reviews.is_empty() {
                    @if r.may_begin { a href=(here) { "Begin one" span.vh { " of " (r.workload.1) } } } @else { span.mute { "none yet" } }
                }
            }),
            r.due.as_ref().map_or_else(Cell::none, |d| Cell::new(due_words(d))),
        ]
    };
    let in_state = |s: DueState| rows.iter().filter(|r| r.due.as_ref().is_some_and(|d| d.state == s)).count();
    let (due, first) = (in_state(DueState::Due), in_state(DueState::First));
    html! {
        (head(Head {
            title: "Well-Architected reviews".into(),
            lead: html! { "Each workload is held against a lens, question by question, by the people who build and run it. Workloads stand in the order of their teams and are never ranked." },
            facts: vec![
                ("Workloads".into(), html! { (rows.len()) ", " (rows.iter().filter(|r| !r.reviews.is_empty()).count()) " reviewed" }),
                ("Lenses".into(), html! { a href="/lenses" { "what is asked" } }),
                ("Templates".into(), html! { a href="/reviews/templates" { "answers for many reviews" } }),
                ("Evidence".into(), html! { a href="/contradictions" { "where it contradicts an answer" } }),
                ("Together".into(), html! { a href="/prevalence" { "prevalence" } ", " a href="/reviews/consolidated" { "one report" } }),
                ("Due".into(), html! { (due) " " (plural(due, "workload", "workloads")) @if first > 0 { ", " (first) " without a milestone yet" } br; a href="/reviews/calendar" { "how often, and as a calendar" } }),
            ],
            ..Head::default()
        }))
        (section("reviews", "Workloads", None, Tight(false), html! {
            @if rows.is_empty() {
                (html::empty("There is no workload yet. A review is of one.", Some(("Open the catalogue", "/catalogue"))))
            } @else {
                (table(&Table {
                    caption: "Workloads and their reviews".into(),
                    columns: vec![Column::text("Workload"), Column::text("Team"), Column::text("Reviews against"), Column::text("Next review").class("lab")],
                    rows: rows.iter().map(row).collect(),
                    class: "stack flow".into(),
                    foot: None,
                }))
            }
        }))
    }
}

fn progress(c: &ReviewCounts) -> Markup {
    html! { (c.answered) " of " (c.questions) }
}

/// The reviews of one workload, and the form that begins one.
pub fn workload(p: &WorkloadPage<'_>) -> Markup {
    let here = format!("/workloads/{}/reviews", p.workload.0);
    let row = |d: &ReviewDocument| {
        vec![
            Cell::name(&d.lens.name, Some(&format!("{here}/{}", d.lens.slug))),
            Cell::new(html! { (bdi(&d.lens.version)) }),
            Cell::new(progress(&d.counts)),
            Cell::new(html! { (d.counts.high) }),
            Cell::new(html! { (d.counts.medium) }),
        ]
    };
    let mut open: Vec<(&str, &str)> = Vec::new();
    for v in p.lenses {
        let begun = p.documents.iter().any(|d| d.lens.slug == v.slug);
        if !begun && !open.iter().any(|(slug, _)| *slug == v.slug) {
            open.push((&v.slug, &v.name));
        }
    }
    let wrong = p.faults.iter().find(|f| f.at != "day").map(|f| f.message.as_str());
    let day = p.faults.iter().find(|f| f.at == "day").map(|f| f.message.as_str());
    html! {
        (head(Head {
            kicker: vec![
                (p.team.1.to_owned(), Some(format!("/teams/{}", p.team.0))),
                (p.workload.1.to_owned(), Some(format!("/workloads/{}", p.workload.0))),
            ],
            title: "Well-Architected reviews".into(),
            facts: {
                let at = |page: &str| format!("/workloads/{}/{page}", p.workload.0);
                let mut out = vec![("Facts".into(), html! { a href=(at("facts")) { "what is known of it" } })];
                if !p.documents.is_empty() {
                    out.insert(0, ("Risks".into(), html! { a href=(at("risks")) { "by pillar, and what to do first" } }));
                }
                out
            },
            ..Head::default()
        }))
        (section("reviews", "Reviews", None, Tight(false), html! {
            @if p.documents.is_empty() {
                p.say { "This workload has not been held against a lens yet." }
            } @else {
                (table(&Table {
                    caption: "Reviews of this workload".into(),
                    columns: vec![
                        Column::text("Lens"),
                        Column::text("Version").class("lab"),
                        Column::text("Answered").class("lab"),
                        Column::text("High risks").class("lab"),
                        Column::text("Medium risks").class("lab"),
                    ],
                    rows: p.documents.iter().map(row).collect(),
                    class: "stack flow".into(),
                    foot: None,
                }))
            }
        }))
        (plan(p.due, &here, p.csrf, p.may_begin, p.day, day))
        @if p.may_begin { (html::more(html! { a href={ "/workloads/" (p.workload.0) "/review-imports" } { "Take a review in from AWS, Azure or another server" } })) }
        @if p.may_begin && !open.is_empty() {
            (section("begin", "Begin a review", Some(html! { "The review stays with the version of the lens that it began with." }), Tight(false), html::form(&here, p.csrf, html! {
                (fields_one(&[field(&Field { id: "lens", label: "Against", kind: FieldKind::Select(&open), error: wrong, ..Field::default() })]))
                div.btns.pane-gap { (button(&Button { label: "Begin the review", weight: Weight::Primary, ..Button::default() })) }
            })))
        } @else if let Some(wrong) = wrong {
            (html::error_line("lens-e", wrong))
        }
    }
}

/// A review: how far it is, and every question with where it stands.
pub fn review(p: &ReviewPage<'_>) -> Markup {
    let d = p.document;
    let here = format!("/workloads/{}/reviews/{}", d.workload.slug, d.lens.slug);
    let open = d.counts.questions - d.counts.answered;
    html! {
        (head(Head {
            kicker: vec![
                (d.team.name.clone(), Some(format!("/teams/{}", d.team.slug))),
                (d.workload.name.clone(), Some(format!("/workloads/{}/reviews", d.workload.slug))),
            ],
            title: d.lens.name.clone(),
            lead: html! {
                @if open == 0 { "Every question is answered." } @else { (html::count_word_capital(open)) " " (plural(open, "question is", "questions are")) " open." }
                " A risk is what the rules of the lens say of the ticks; each says why."
            },
            facts: vec![
                ("Answered".into(), html! { b { (progress(&d.counts)) } @if d.counts.not_applicable > 0 { "; " (d.counts.not_applicable) " do not apply" } }),
                ("Risks".into(), html! { (d.counts.high) " high, " (d.counts.medium) " medium" }),
                ("Report".into(), html! { a href={ (here) "/report" } { "to read, print and send" } }),
                ("Milestones".into(), html! { a href={ (here) "/milestones" } { "saved states, and what changed" } }),
                ("Lens".into(), html! {
                    a href={ "/lenses/" (d.lens.slug) "?version=" (d.lens.digest) } { "version " (bdi(&d.lens.version)) }
                    ", begun " (day(d.begun_at, p.now, p.zone)) " by " (bdi(&d.begun_by))
                }),
            ],
        }))
        @if let Some(newer) = p.newer {
            p.say { "There is version " (bdi(newer)) " of the lens; this review stays with version " (bdi(&d.lens.version)) ". " a href={ (here) "/upgrade" } { "See what would change" } "." }
        }
        @if let Some(first) = d.first_open().filter(|_| p.may_answer) {
            (html::buttons(&[Button {
                label: if d.counts.answered == 0 { "Answer the first question" } else { "Go on with the next open question" },
                weight: Weight::Primary,
                href: Some(&format!("{here}/questions/{first}")),
                ..Button::default()
            }]))
            div.sub {}
        }
        @for pillar in &d.pillars {
            @let id = format!("pillar-{}", html::slug(&pillar.id));
            @let words = html! { (progress(&pillar.counts)) " answered; " (pillar.counts.high) " high, " (pillar.counts.medium) " medium" };
            (section(&id, &pillar.name, Some(words), Tight(true), questions(pillar, &here, p)))
        }
        (super::presence::people(p.here, d))
        p.more { a href={ (here) "/sittings" } { "Sittings and their minutes" } ", " a href={ (here) "/templates" } { "templates that answer questions here" } }
    }
}

fn questions(pillar: &ReviewPillar, here: &str, p: &ReviewPage<'_>) -> Markup {
    let row = |q: &ReviewQuestion| {
        let who = q.answer.as_ref();
        vec![
            Cell::name(&q.title, Some(&format!("{here}/questions/{}", q.id))),
            Cell::new(standing_mark(q.standing)),
            who.map_or_else(Cell::none, |a| {
                Cell::new(html! {
                @match &a.template { Some(t) => (linked(t)), None => (bdi(&a.by)) } ", " (day(a.at, p.now, p.zone))
                @if let Some(c) = q.template.as_ref().filter(|c| c.overridden.is_some()) { br; " overrides " (linked(&c.template)) }
            }).class("by")
            }),
        ]
    };
    table(&Table {
        caption: format!("Questions of {}", pillar.name),
        columns: vec![Column::text("Question"), Column::text("Risk"), Column::text("Answered by")],
        rows: pillar.questions.iter().map(row).collect(),
        class: "stack flow".into(),
        foot: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::document;
    use crate::published::built_in;
    use crate::review::Said;
    use crate::review::tests::said;

    const NOW: Time = Time(1_795_000_000_000_000);

    #[test]
    fn a_standing_is_a_mark_and_a_word() {
        for (at, word) in [
            (Standing::High, "High"),
            (Standing::Medium, "Medium"),
            (Standing::None, "None"),
            (Standing::NotApplicable, "Not applicable"),
            (Standing::Unanswered, "Open"),
        ] {
            assert!(standing_mark(at).into_string().contains(&format!("<span>{word}</span>")), "{word}");
        }
    }

    #[test]
    fn the_list_names_workloads_and_leads_to_their_reviews() {
        let row = |name: &str, reviews: &[(&str, &str)], may_begin| ListRow {
            team: ("checkout".into(), "Checkout".into()),
            workload: (html::slug(name), name.into()),
            reviews: reviews.iter().map(|(s, n)| ((*s).to_owned(), (*n).to_owned())).collect(),
            may_begin,
            due: Some(crate::due::tests::due(Some("2026-08-01T00:00:00Z"), None, "2026-11-17T00:00:00Z")),
        };
        let rows = [row("Ledger <x>", &[("core", "Core lens")], false), row("Index", &[], true), row("Old", &[], false)];
        let page = reviews(&rows).into_string();
        for part in [
            "Ledger &lt;x&gt;",
            "/workloads/ledger-x/reviews/core",
            "Begin one",
            "none yet",
            "never ranked",
            "since 1 Nov 2026, 16 days",
            "3 workloads",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(reviews(&[]).into_string().contains("There is no workload yet"));
    }

    #[test]
    fn a_workload_offers_the_lenses_that_it_was_not_held_against() {
        let lenses: Vec<LensVersion> = built_in().unwrap().iter().map(|k| k.version(true)).collect();
        let d = document(&[("Q-01", said(&["aaa"]))]);
        let draw = |documents: &[ReviewDocument], may_begin, faults: &[Fault]| {
            let (workload_, team) = (("ledger", "Ledger <core>"), ("checkout", "Checkout"));
            let due = &crate::due::tests::due(None, None, "2026-11-17T00:00:00Z");
            let day = "";
            workload(&WorkloadPage {
                workload: workload_,
                team,
                documents,
                lenses: &lenses,
                may_begin,
                due,
                day,
                faults,
                csrf: "c",
            })
            .into_string()
        };
        let page = draw(std::slice::from_ref(&d), true, &[Fault::new("lens", "Go on <with> it.")]);
        for part in ["Small &lt;lens&gt;", "1 of 2", "value=\"core\"", "Go on &lt;with&gt; it.", "Ledger &lt;core&gt;"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!draw(&[], false, &[]).contains("<form"));
    }

    #[test]
    fn a_review_shows_where_each_question_stands() {
        let draw = |d: &ReviewDocument, may_answer| {
            review(&ReviewPage { document: d, may_answer, newer: Some("2 <b>"), here: &[], now: NOW, zone: "UTC" }).into_string()
        };
        let page = draw(&document(&[("Q-01", said(&["aaa"]))]), true);
        for part in [
            "There is version <bdi>2 &lt;b&gt;</bdi>",
            "How &lt;one&gt;?",
            "Medium",
            "Maya &lt;Okafor&gt;",
            "Go on with the next open question",
            "One question is open.",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let none = Said { none: true, ..Said::default() };
        let done = draw(&document(&[("Q-01", none.clone()), ("Q-02", Said { choices: vec!["none".into()], ..none })]), true);
        assert!(done.contains("Every question is answered.") && !done.contains("next open"));
        assert!(!draw(&document(&[]), false).contains("Answer the first"));
    }
}
