//! Pages of milestones: the list, one of them, what changed between two.

use html::{
    Button, Cell, Column, Field, FieldKind, Head, Markup, Table, Tight, Weight, bdi, button, field, fields, fields_one, head, html,
    plural, section, table,
};
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::{Form, clock, day};

use super::review::standing_mark;
use crate::document::{ReviewDocument, ReviewQuestion};
use crate::milestone::{Comparison, Milestone, QuestionChange};
use crate::review::Standing;

/// What the list needs.
pub struct MilestonesPage<'a> {
    /// The review as it stands.
    pub document: &'a ReviewDocument,
    /// Oldest first.
    pub milestones: &'a [Milestone],
    /// The reader may save one.
    pub may_save: bool,
    /// A refused form.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

/// What the page of a milestone needs.
pub struct MilestonePage<'a> {
    /// The review as it stood.
    pub document: &'a ReviewDocument,
    /// The milestone.
    pub milestone: &'a Milestone,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

fn here(d: &ReviewDocument) -> String {
    format!("/workloads/{}/reviews/{}", d.workload.slug, d.lens.slug)
}

fn kicker(d: &ReviewDocument) -> Vec<(String, Option<String>)> {
    vec![
        (d.team.name.clone(), Some(format!("/teams/{}", d.team.slug))),
        (d.workload.name.clone(), Some(format!("/workloads/{}/reviews", d.workload.slug))),
        (d.lens.name.clone(), Some(here(d))),
    ]
}

/// The milestones of a review, the form that saves one and the form that compares two.
pub fn milestones(p: &MilestonesPage<'_>) -> Markup {
    let at = format!("{}/milestones", here(p.document));
    let row = |m: &Milestone| {
        vec![
            Cell::name(&m.name, Some(&format!("{at}/{}", m.slug))),
            Cell::new(html! { (clock(m.at, p.now, p.zone)) }).class("nb"),
            Cell::new(bdi(&m.by)).class("by"),
            Cell::new(html! { code { (m.digest.chars().take(12).collect::<String>()) } }),
            Cell::new(
                html! { a href={ (here(p.document)) "/comparison?from=" (m.slug) } { "What changed since" span.vh { " " (m.name) } } },
            ),
        ]
    };
    html! {
        (head(Head {
            kicker: kicker(p.document),
            title: "Milestones".into(),
            lead: html! { "The review as it stood, whole, under a name. A milestone never changes; its digest is in the trail." },
            ..Head::default()
        }))
        (section("milestones", "Saved", Some(html! { "Newest first." }), Tight(false), html! {
            @if p.milestones.is_empty() {
                p.say { "None yet. Save one at the end of a review, so that the next can be compared with it." }
            } @else {
                (table(&Table {
                    caption: "Milestones, newest first".into(),
                    columns: vec![Column::text("Milestone"), Column::text("Saved"), Column::text("By"), Column::text("Digest"), Column::text("Compare")],
                    rows: p.milestones.iter().rev().map(row).collect(),
                    class: "stack flow".into(),
                    foot: None,
                }))
            }
        }))
        @if p.milestones.len() > 1 { (compared(p)) }
        @if p.may_save { (save(p, &at)) }
    }
}

fn compared(p: &MilestonesPage<'_>) -> Markup {
    let mut options: Vec<(&str, &str)> = p.milestones.iter().rev().map(|m| (m.slug.as_str(), m.name.as_str())).collect();
    let earlier = options.clone();
    options.insert(0, ("now", "Now"));
    section(
        "compare",
        "Compare two",
        None,
        Tight(false),
        html! {
            form action={ (here(p.document)) "/comparison" } method="get" {
                (fields(&[
                    field(&Field { id: "from", label: "From", kind: FieldKind::Select(&earlier), ..Field::default() }),
                    field(&Field { id: "to", label: "To", kind: FieldKind::Select(&options), ..Field::default() }),
                ]))
                div.btns.pane-gap { (button(&Button { label: "Show what changed", ..Button::default() })) }
            }
        },
    )
}

fn save(p: &MilestonesPage<'_>, at: &str) -> Markup {
    let open = p.document.counts.questions - p.document.counts.answered;
    let wrong = p.sent.and_then(|(_, faults)| faults.first()).map(|f| f.message.as_str());
    let words = (open > 0).then(
        || html! { (open) " " (plural(open, "question is", "questions are")) " not answered yet; the milestone will say so." },
    );
    section(
        "save",
        "Save a milestone",
        words,
        Tight(false),
        html::form(
            at,
            p.csrf,
            html! {
                (fields_one(&[field(&Field {
                    id: "name",
                    label: "Name",
                    hint: Some("Such as Q4 2026. It cannot be changed afterwards."),
                    value: p.sent.map_or("", |(f, _)| f.get("name")),
                    error: wrong,
                    ..Field::default()
                })]))
                div.btns.pane-gap { (button(&Button { label: "Save the milestone", weight: Weight::Primary, ..Button::default() })) }
            },
        ),
    )
}

/// A milestone: the review as it stood, from the document alone.
pub fn milestone(p: &MilestonePage<'_>) -> Markup {
    let (d, m) = (p.document, p.milestone);
    let row = |q: &ReviewQuestion| {
        vec![Cell::new(bdi(&q.title)), Cell::new(standing_mark(q.standing)), Cell::new(answered(q)).class("by")]
    };
    html! {
        (head(Head {
            kicker: kicker(d).into_iter().chain([("Milestones".to_owned(), Some(format!("{}/milestones", here(d))))]).collect(),
            title: m.name.clone(),
            lead: html! { "The review as it stood on " (day(m.at, p.now, p.zone)) "." },
            facts: vec![
                ("Saved".into(), html! { (clock(m.at, p.now, p.zone)) " by " (bdi(&m.by)) }),
                ("Answered".into(), html! { (d.counts.answered) " of " (d.counts.questions) }),
                ("Risks".into(), html! { (d.counts.high) " high, " (d.counts.medium) " medium" }),
                ("Lens".into(), html! { "version " (bdi(&d.lens.version)) }),
                ("Digest".into(), html! { code { (m.digest.chars().take(12).collect::<String>()) } }),
            ],
        }))
        @for pillar in &d.pillars {
            (section(&format!("pillar-{}", html::slug(&pillar.id)), &pillar.name, None, Tight(true), table(&Table {
                caption: format!("Questions of {}", pillar.name),
                columns: vec![Column::text("Question"), Column::text("Risk"), Column::text("Answer")],
                rows: pillar.questions.iter().map(row).collect(),
                class: "stack flow".into(),
                foot: None,
            })))
        }
    }
}

/// What was in place, in words.
fn answered(q: &ReviewQuestion) -> Markup {
    let ticked: Vec<&str> = q.choices.iter().filter(|c| c.ticked).map(|c| c.title.as_str()).collect();
    let said = q.answer.as_ref().map(|a| &a.said);
    html! {
        @match said.and_then(|s| s.does_not_apply) {
            Some(why) => (why.words()),
            None if ticked.is_empty() && said.is_some_and(|s| s.none) => "None of these",
            None => @for (i, title) in ticked.iter().enumerate() { @if i > 0 { "; " } (bdi(title)) },
        }
        @if let Some(note) = said.map(|s| s.note.as_str()).filter(|n| !n.is_empty()) { " " br; span.mute { (bdi(note)) } }
    }
}

/// What changed between two states of a review.
pub fn comparison(d: &ReviewDocument, c: &Comparison, (now, zone): (Time, &str)) -> Markup {
    let n = c.changes.len();
    let sum = |label: &str, side: &crate::milestone::Side| {
        vec![
            Cell::new(html! { (label) " " (bdi(&side.name)) ", " (day(side.at, now, zone)) }),
            Cell::new(html! { (side.counts.answered) " of " (side.counts.questions) }),
            Cell::new(html! { (side.counts.high) }),
            Cell::new(html! { (side.counts.medium) }),
        ]
    };
    html! {
        (head(Head {
            kicker: kicker(d).into_iter().chain([("Milestones".to_owned(), Some(format!("{}/milestones", here(d))))]).collect(),
            title: format!("From {} to {}", c.from.name, c.to.name),
            lead: html! {
                @if n == 0 { "Nothing changed." } @else {
                    (html::count_word_capital(n)) " " (plural(n, "question", "questions")) " changed: "
                    (c.resolved) " " (plural(c.resolved, "risk", "risks")) " resolved, " (c.lowered) " lowered, " (c.raised) " raised, " (c.new) " new. A review that finds more is not a worse one."
                }
            },
            ..Head::default()
        }))
        (section("sums", "Risks", None, Tight(false), table(&Table {
            caption: "Answered questions and risks at both ends".into(),
            columns: vec![Column::text("State"), Column::text("Answered").class("lab"), Column::text("High").class("lab"), Column::text("Medium").class("lab")],
            rows: vec![sum("From", &c.from), sum("To", &c.to)],
            class: "stack flow".into(),
            foot: None,
        })))
        @if n > 0 {
            (section("changes", "What changed", None, Tight(false), table(&Table {
                caption: "Questions whose answer, risk or note changed".into(),
                columns: vec![Column::text("Question"), Column::text("Pillar"), Column::text("Before"), Column::text("After"), Column::text("Choices")],
                rows: c.changes.iter().map(changed).collect(),
                class: "stack flow".into(),
                foot: None,
            })))
        }
    }
}

fn changed(c: &QuestionChange) -> Vec<Cell> {
    let mark = |at: Option<Standing>| at.map_or_else(|| html! { span.mute { "not asked" } }, standing_mark);
    vec![
        Cell::new(bdi(&c.title)),
        Cell::new(bdi(&c.pillar)).class("by"),
        Cell::new(mark(c.before)),
        Cell::new(mark(c.after)),
        Cell::new(html! {
            ul {
                @for title in &c.gained { li { ins { (bdi(title)) } " is in place now" } }
                @for title in &c.lost { li { del { (bdi(title)) } " is not any more" } }
                @for title in &c.applies { li { (bdi(title)) ": whether it applies has changed" } }
                @if c.note { li { "The note is another." } }
            }
        }),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::document;
    use crate::milestone::tests::compared;
    use crate::review::Said;
    use crate::review::tests::said;

    const NOW: Time = Time(1_795_000_000_000_000);

    fn one(slug: &str) -> Milestone {
        Milestone { slug: slug.into(), name: format!("<{slug}>"), digest: "ab".repeat(32), by: "Ingrid <S>".into(), at: NOW }
    }

    #[test]
    fn the_list_compares_and_saves() {
        let d = document(&[("Q-01", said(&["aaa"]))]);
        let draw = |milestones: &[Milestone], may_save, sent: Option<(&Form, &[Fault])>| {
            let document = &d;
            super::milestones(&MilestonesPage { document, milestones, may_save, sent, csrf: "c", now: NOW, zone: "UTC" })
                .into_string()
        };
        let form = Form(vec![("name".into(), "Q3 <x>".into())]);
        let faults = [Fault::new("name", "It is <there>.")];
        let page = draw(&[one("q3"), one("q4")], true, Some((&form, &faults)));
        for part in [
            "&lt;q3&gt;",
            "Ingrid &lt;S&gt;",
            "comparison?from=q4",
            "value=\"now\"",
            "value=\"Q3 &lt;x&gt;\"",
            "It is &lt;there&gt;.",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let empty = draw(&[], false, None);
        assert!(empty.contains("None yet") && !empty.contains("<form"), "{empty}");
    }

    #[test]
    fn a_milestone_is_drawn_from_its_document() {
        let d = document(&[
            ("Q-01", Said { note: "as <agreed>".into(), ..said(&["aaa"]) }),
            ("Q-02", Said { none: true, ..said(&["none"]) }),
        ]);
        let page = super::milestone(&MilestonePage { document: &d, milestone: &one("q4"), now: NOW, zone: "UTC" }).into_string();
        for part in ["&lt;q4&gt;", "Tick &lt;a&gt;", "as &lt;agreed&gt;", "None of these", "abababababab", "1 high, 1 medium"] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }

    #[test]
    fn a_comparison_tells_what_was_gained_and_lost() {
        let d = document(&[]);
        let c = compared(
            &[("Q-01", said(&["aaa"])), ("Q-02", said(&["ccc"]))],
            &[("Q-01", Said { note: "n".into(), ..said(&["aaa", "bbb"]) })],
        );
        let page = super::comparison(&d, &c, (NOW, "UTC")).into_string();
        for part in [
            "From Q3 &lt;2026&gt; to now",
            "Two questions changed: 1 risk resolved, 0 lowered, 0 raised, 0 new",
            "<ins>",
            "<del>",
            "The note is another.",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let same = super::comparison(&d, &compared(&[], &[]), (NOW, "UTC")).into_string();
        assert!(same.contains("Nothing changed."));
    }
}
