//! The page that shows what another version of a lens would change in a review, and moves it there.

use html::{
    Button, Cell, Column, Field, FieldKind, Head, Markup, Table, Tight, Weight, bdi, button, field, fields, fields_one, head, html,
    plural, section, table,
};
use kernel::error::Fault;

use super::review::standing_mark;
use crate::published::LensVersion;
use crate::upgrade::{ChoiceFate, Fate, NotCarried, QuestionFate, Upgrade};

/// What the page needs.
pub struct UpgradePage<'a> {
    /// Slug and name.
    pub workload: (&'a str, &'a str),
    /// Name of the lens in addresses, name.
    pub lens: (&'a str, &'a str),
    /// The version that the review is on.
    pub digest: &'a str,
    /// All versions, oldest first.
    pub versions: &'a [LensVersion],
    /// What would change; none if that cannot be told.
    pub found: Option<&'a Upgrade>,
    /// Digest of the version that is looked at; the newest if none.
    pub to: Option<&'a str>,
    /// The milestone's name as it was typed.
    pub milestone: Option<&'a str>,
    /// The table of renamed ids as it was typed.
    pub map: &'a str,
    /// The reader may move the review.
    pub may: bool,
    /// Why it was refused.
    pub faults: &'a [Fault],
    /// Token for forms.
    pub csrf: &'a str,
}

fn fate(f: Fate) -> &'static str {
    match f {
        Fate::New => "new",
        Fate::Gone => "gone",
        Fate::Renamed => "another id",
        Fate::Changed => "changed",
        Fate::Same => "the same",
    }
}

fn choice(c: &ChoiceFate) -> Markup {
    html! {
        li {
            span.mute { (fate(c.fate)) ": " }
            @if let Some(before) = &c.title_before { del { (bdi(before)) } " " ins { (bdi(&c.title)) } }
            @else if c.fate == Fate::Gone { del { (bdi(&c.title)) } }
            @else if c.fate == Fate::New { ins { (bdi(&c.title)) } }
            @else { (bdi(&c.title)) }
            @if c.ticked { span.by { " ticked today" } }
        }
    }
}

fn question(q: &QuestionFate) -> Vec<Cell> {
    let what: Vec<&str> = [
        (!matches!(q.fate, Fate::Changed)).then_some(fate(q.fate)),
        q.title_before.as_ref().map(|_| "another title"),
        q.rules.then_some("other rules"),
        (!q.choices.is_empty()).then_some("other choices"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let what = if what.is_empty() { "another risk".to_owned() } else { html::listed(&what) };
    vec![
        Cell::new(html! {
            @if let Some(before) = &q.title_before { del { (bdi(before)) } " " ins { (bdi(&q.title)) } } @else { (bdi(&q.title)) }
            br; " " span.by { (bdi(&q.pillar)) ", " @if let Some(old) = &q.id_before { del { (bdi(old)) } " " } (bdi(&q.id)) }
        }),
        Cell::new(html! { (html::capital(&what)) @if !q.choices.is_empty() { ul.ruled { @for c in &q.choices { (choice(c)) } } } }),
        Cell::new(q.before.map_or_else(|| html! { span.mute { "not asked" } }, standing_mark)),
        Cell::new(q.after.map_or_else(|| html! { span.mute { "not asked" } }, standing_mark)),
    ]
}

fn lost(l: &NotCarried) -> Vec<Cell> {
    vec![
        Cell::new(bdi(&l.title)),
        Cell::new(html! { (bdi(&l.question)) @if let Some(c) = &l.choice { ", " (bdi(c)) } }),
        Cell::new(html! { (l.why) }),
    ]
}

fn differences(u: &Upgrade) -> Markup {
    let explain = html! {
        (u.same) " " (plural(u.same, "question stays", "questions stay")) " as " (plural(u.same, "it is", "they are")) ". The risk afterwards is what today’s answers would give."
    };
    html! {
        (section("differences", "What differs", Some(explain), Tight(false), html! {
            @if u.questions.is_empty() { p.say { "No question differs, and no risk would change." } }
            @else {
                (table(&Table {
                    caption: "Questions that differ".into(),
                    columns: vec![Column::text("Question"), Column::text("What differs"), Column::text("Risk today").class("lab"), Column::text("Afterwards").class("lab")],
                    rows: u.questions.iter().map(question).collect(),
                    class: "stack flow".into(),
                    foot: None,
                }))
            }
        }))
        (section("answers", "What becomes of the answers", Some(html! { "Nothing is lost: the milestone keeps the review as it stands, and every answer stays in the history." }), Tight(false), html! {
            p.say { (html::count_word_capital(u.carried)) " " (plural(u.carried, "answer is", "answers are")) " carried over." }
            @if !u.not_carried.is_empty() {
                (table(&Table {
                    caption: "What cannot be carried over".into(),
                    columns: vec![Column::text("Cannot be carried over"), Column::text("Question, choice").class("lab"), Column::text("Why")],
                    rows: u.not_carried.iter().map(lost).collect(),
                    class: "stack flow".into(),
                    foot: None,
                }))
            }
        }))
    }
}

/// The page.
pub fn upgrade(p: &UpgradePage<'_>) -> Markup {
    let here = format!("/workloads/{}/reviews/{}", p.workload.0, p.lens.0);
    let now = p.versions.iter().find(|v| v.digest == p.digest).map_or("", |v| v.version.as_str());
    let title = p.found.map_or_else(
        || format!("Another version of {}", p.lens.1),
        |u| format!("From version {} to {}", u.from.version, u.to.version),
    );
    html! {
        (head(Head {
            kicker: vec![
                (p.workload.1.to_owned(), Some(format!("/workloads/{}/reviews", p.workload.0))),
                (p.lens.1.to_owned(), Some(here.clone())),
            ],
            title,
            lead: html! { "A review stays with the version of its lens until somebody moves it. Look at what would change first; then the review is saved as a milestone and its answers follow by the ids of questions and choices." },
            facts: vec![("The review is on".into(), html! { "version " (bdi(now)) })],
        }))
        (html::alert(p.faults.iter().map(|f| (if f.at.starts_with("map") { "map".to_owned() } else { f.at.clone() }, f.message.clone())).collect()))
        @if let Some(u) = p.found { (differences(u)) }
        @else if p.faults.iter().any(|f| f.at == "to") { p.say { "There is no other version to move to." } }
        @if p.may { (form(p, &here)) }
    }
}

fn form(p: &UpgradePage<'_>, here: &str) -> Markup {
    let mut options: Vec<(&str, &str)> =
        p.versions.iter().rev().filter(|v| v.digest != p.digest).map(|v| (v.digest.as_str(), v.version.as_str())).collect();
    options.dedup();
    let wrong = |at: &str| {
        let mine = |f: &&Fault| f.at == at || (at == "map" && f.at.starts_with("map"));
        p.faults.iter().find(mine).map(|f| f.message.as_str())
    };
    let suggested = p.found.map(|u| u.milestone.as_str()).unwrap_or_default();
    section(
        "move",
        "Move the review",
        Some(
            html! { "Ids that are others in the newer version: one line each, OLD = NEW for a question, OLD/choice = choice for a choice of a question." },
        ),
        Tight(false),
        html! {
            @if options.is_empty() { p.say { "The lens has no other version." } }
            @else {
                (html::form(&format!("{here}/upgrade"), p.csrf, html! {
                    input type="hidden" name="from" value=(p.digest);
                    (fields(&[
                        field(&Field { id: "to", label: "To version", kind: FieldKind::Select(&options), value: p.to.unwrap_or(""), error: wrong("to"), ..Field::default() }),
                        field(&Field { id: "milestone", label: "Name of the milestone that keeps it as it stands", value: p.milestone.unwrap_or(suggested), error: wrong("milestone"), ..Field::default() }),
                    ]))
                    (fields_one(&[field(&Field { id: "map", label: "Renamed ids", kind: FieldKind::Textarea(4), value: p.map, error: wrong("map"), ..Field::default() })]))
                    div.btns.pane-gap {
                        (button(&Button { label: "Show what would change", sends: Some(("act", "look")), ..Button::default() }))
                        (button(&Button { label: "Save the milestone and move the review", weight: Weight::Primary, sends: Some(("act", "move")), ..Button::default() }))
                    }
                }))
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::ReviewAnswer;
    use crate::review::tests::{said, small};
    use crate::upgrade::plan;
    use crate::upgrade::tests::newer;
    use kernel::time::Time;

    #[test]
    fn differences_stand_before_the_move() {
        let answer = ReviewAnswer { template: None, version: 1, said: said(&["aaa", "bbb"]), by: "Maya".into(), at: Time(0) };
        let answers = [("Q-01".to_owned(), answer)].into_iter().collect();
        let found = plan(&small(), &newer(), &answers, &[]).unwrap().upgrade;
        let versions = [small().version(false), newer().version(false)];
        let draw = |found, may, faults: &[Fault]| {
            upgrade(&UpgradePage {
                workload: ("ledger", "Ledger <core>"),
                lens: ("small", "Small <lens>"),
                digest: &versions[0].digest,
                versions: &versions,
                found,
                to: None,
                milestone: None,
                map: "Q-02 = <x>",
                may,
                faults,
                csrf: "c",
            })
            .into_string()
        };
        let page = draw(Some(&found), true, &[Fault::new("map.0.to", "There is no <x>.")]);
        for part in [
            "From version 1 to 2",
            "<del><bdi>Tick &lt;a&gt;</bdi></del> <ins><bdi>Tick a and mean it</bdi></ins>",
            "the choice is gone; it was ticked",
            "value=\"Before version 2\"",
            "There is no &lt;x&gt;.",
            "href=\"#map\"",
            "One answer is carried over",
            "Ledger &lt;core&gt;",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!draw(Some(&found), false, &[]).contains("<form"));
        assert!(
            draw(None, false, &[Fault::new("to", "The review is on that version already.")])
                .contains("no other version to move to")
        );
    }
}
