//! Pages of the ledger.

use actions::action::day_words;
use actions::pages::origin_words;
use html::{
    Cell, Column, Field, FieldKind, Head, Markup, State, Tight, bdi, field, fields, fields_one, head, html, section, table,
};
use jiff::civil::Date;
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::{Form, day};

use crate::decision::{Decision, DecisionKind};

/// The list with search and the form that writes a decision down.
pub struct ListPage<'a> {
    /// Newest first.
    pub decisions: &'a [Decision],
    /// What was looked for.
    pub question: &'a str,
    /// Address of what follows, if there is more.
    pub next: Option<&'a str>,
    /// Slug and name of the teams for which the reader may decide.
    pub teams: &'a [(String, String)],
    /// The reader may write one down.
    pub may_decide: bool,
    /// A refused form.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
    /// Today, as last days count.
    pub today: Date,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

/// Whether a decision holds, in a mark and a word.
pub fn standing(d: &Decision, today: Date) -> Markup {
    match (d.kind, d.superseded_by, d.holds(today)) {
        (_, Some(by), _) => {
            html! { (html::state_as(State::Done, "Superseded")) br; " " span.by { "by " a href={ "/decisions/" (by) } { "decision " (by) } } }
        }
        (DecisionKind::AcceptedRisk, None, true) => {
            html! { (html::state_as(State::Exempt, "Accepted")) br; " " span.by { "until " (day_words(&d.review_by, today)) } }
        }
        (DecisionKind::AcceptedRisk, None, false) => {
            html! { (html::state_as(State::Stale, "Over")) br; " " span.by { "since " (day_words(&d.review_by, today)) } }
        }
        (DecisionKind::Decision, None, true) => html! {
            (html::state_as(State::Yes, "Holds"))
            @if !d.review_by.is_empty() { br; " " span.by { "look again by " (day_words(&d.review_by, today)) } }
        },
        (DecisionKind::Decision, None, false) => {
            html! { (html::state_as(State::Stale, "Look again")) br; " " span.by { "since " (day_words(&d.review_by, today)) } }
        }
    }
}

/// Deciders that a row names.
const NAMED: usize = 3;

/// "Ama, Ines, Kwame and 5 more"; the page of the decision names all.
fn named(deciders: &[String]) -> String {
    match deciders.len().checked_sub(NAMED) {
        None | Some(0) => html::listed(deciders),
        Some(more) => format!("{} and {more} more", deciders[..NAMED].join(", ")),
    }
}

fn row(d: &Decision, p: &ListPage<'_>) -> Vec<Cell> {
    let place = d.workload.as_ref().or(d.team.as_ref());
    vec![
        Cell::new(html! { b { "D-" (d.number) } }).class("nb"),
        Cell::new(html! {
            a.say href=(d.href()) { (bdi(&d.title)) }
            br; " " span.by { (d.kind.words()) @if let Some(w) = place { ", " (bdi(&w.name)) } }
        }),
        Cell::new(html! { span { (bdi(&named(&d.deciders))) br; " " span.by { (day(d.made_at, p.now, p.zone)) } } }),
        Cell::new(html! { (bdi(&d.why)) }),
        Cell::new(standing(d, p.today)),
    ]
}

/// All decisions.
pub fn all(p: &ListPage<'_>) -> Markup {
    html! {
        (head(Head {
            kicker: vec![],
            title: "Decisions".into(),
            lead: html! { "What was decided, why, by whom, and until when it holds. Nothing here changes; a later decision can take the place of an earlier one." },
            facts: vec![],
        }))
        @if let Some((_, faults)) = p.sent { (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) }
        (section("find", "Find", None, Tight(false), html! {
            form.noprint action="/decisions" method="get" role="search" {
                (fields_one(&[field(&Field { id: "q", label: "Words", hint: Some("All of them occur in title, decision or reason."), value: p.question, kind: FieldKind::Search, ..Field::default() })]))
                div.btns.pane-gap-s { button.btn type="submit" { "Find" } }
            }
        }))
        (section("decisions", "The ledger", Some(html! { "Newest first." }), Tight(false), html! {
            @if p.decisions.is_empty() && p.question.is_empty() {
                (html::empty("No decision was written down yet. What a team or a group settles stands here with its reason, so that nobody has to settle it twice.", None))
            } @else if p.decisions.is_empty() {
                (html::empty("No decision has all of these words. Try fewer of them.", None))
            } @else {
                (table(&html::Table {
                    caption: "Decisions, newest first".into(),
                    columns: vec![Column::text("No."), Column::text("Decision"), Column::text("Who"), Column::text("Why"), Column::text("State")],
                    rows: p.decisions.iter().map(|d| row(d, p)).collect(),
                    class: "stack flow".into(),
                    foot: None,
                }))
                @if let Some(next) = p.next { (html::more(html! { a href=(next) { "Older ones" } })) }
            }
        }))
        @if p.may_decide { (section("decide", "Write a decision down", None, Tight(false), form(p))) }
    }
}

fn form(p: &ListPage<'_>) -> Markup {
    let was = |name: &str| p.sent.map_or("", |(f, _)| f.get(name));
    let wrong = |at: &str| p.sent.and_then(|(_, faults)| faults.iter().find(|f| f.at == at)).map(|f| f.message.as_str());
    let mut teams = vec![("", "No team in particular")];
    teams.extend(p.teams.iter().map(|(slug, name)| (slug.as_str(), name.as_str())));
    let one = |id: &'static str, label: &'static str, hint: Option<&'static str>, kind: FieldKind<'_>| {
        field(&Field { id, label, hint, value: was(id), kind, error: wrong(id), ..Field::default() })
    };
    html::form(
        "/decisions",
        p.csrf,
        html! {
            (fields_one(&[
                one("title", "Title", Some("Up to 200 characters."), FieldKind::Text),
                one("decided", "What was decided", None, FieldKind::Textarea(3)),
                one("why", "Why", None, FieldKind::Textarea(3)),
                one("alternatives", "What else was considered", Some("One a line, or nothing."), FieldKind::Textarea(2)),
                one("deciders", "Who decided", Some("One name a line; you, if nobody is named."), FieldKind::Textarea(2)),
            ]))
            (fields(&[
                one("whose", "Team", None, FieldKind::Select(&teams)),
                one("review_by", "Look again by", Some("A day, or nothing."), FieldKind::Date),
                one("supersedes", "Supersedes", Some("Number of an earlier decision, or nothing."), FieldKind::Text),
            ]))
            div.btns.pane-gap { button.btn.primary type="submit" { "Write it down" } }
        },
    )
}

/// One decision.
pub fn one(d: &Decision, today: Date, now: Time, zone: &str) -> Markup {
    let mut kicker = vec![("Decisions".to_owned(), Some("/decisions".to_owned()))];
    if let Some(t) = &d.team {
        kicker.push((t.name.clone(), Some(format!("/teams/{}", t.slug))));
    }
    if let Some(w) = &d.workload {
        kicker.push((w.name.clone(), Some(format!("/workloads/{}", w.slug))));
    }
    html! {
        (head(Head {
            kicker,
            title: d.title.clone(),
            lead: html! { (bdi(&d.decided)) },
            facts: vec![
                ("Number".into(), html! { b { (d.number) } ", " (d.kind.words()) }),
                ("State".into(), standing(d, today)),
                ("Decided by".into(), html! { (bdi(&html::listed(&d.deciders))) }),
                ("Written down".into(), html! { (bdi(&d.made_by)) ", " (day(d.made_at, now, zone)) }),
                ("From".into(), origin_words(&d.origin)),
            ],
        }))
        (section("why", "Why", None, Tight(false), html! { p.prose { (bdi(&d.why)) } }))
        @if !d.alternatives.is_empty() {
            (section("alternatives", "What else was considered", None, Tight(false), html! { ul.ruled { @for a in &d.alternatives { li { (bdi(a)) } } } }))
        }
        @if let Some(old) = d.supersedes {
            (section("supersedes", "In place of", None, Tight(true), html! { p.prose { a href={ "/decisions/" (old) } { "Decision " (old) } } }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::tests::{decision, today};

    const NOW: Time = Time(1_795_000_000_000_000);

    fn page(decisions: &[Decision], question: &str, sent: Option<(&Form, &[Fault])>) -> String {
        let teams = [("payments".to_owned(), "Payments <x>".to_owned())];
        all(&ListPage {
            decisions,
            question,
            next: Some("/decisions?cursor=1"),
            teams: &teams,
            may_decide: true,
            sent,
            csrf: "c",
            today: today(),
            now: NOW,
            zone: "UTC",
        })
        .into_string()
    }

    #[test]
    fn the_ledger_says_what_was_decided_by_whom_and_until_when() {
        let page_ = page(&[decision(2)], "", None);
        for part in [
            "<b>D-2</b>",
            "Files have &lt;no&gt; second copy",
            "Ingrid &lt;Solberg&gt;",
            "Accepted",
            "until 31 Mar 2027",
            "The partner keeps 30 days",
            "Older ones",
        ] {
            assert!(page_.contains(part), "{part}: {page_}");
        }
        assert!(!page_.contains("<br><span"), "on a narrow screen nothing breaks the line, so a space parts the words: {page_}");
        let many = Decision { deciders: ["Ama", "Ines", "Kwame", "Maya", "Sofia"].map(str::to_owned).to_vec(), ..decision(2) };
        assert!(page(&[many], "", None).contains("Ama, Ines, Kwame and 2 more"));
        assert!(page(&[], "", None).contains("No decision was written down yet"));
        assert!(page(&[], "x", None).contains("No decision has all of these words"));
        let sent = Form(vec![("title".into(), "<t>".into())]);
        let refused = page(&[], "", Some((&sent, &[Fault::new("why", "Say why.")])));
        assert!(refused.contains("&lt;t&gt;") && refused.contains("href=\"#why\""), "{refused}");
    }

    #[test]
    fn a_decision_shows_its_reason_and_what_else_was_considered() {
        let d = Decision { supersedes: Some(1), superseded_by: Some(9), ..decision(2) };
        let page = one(&d, today(), NOW, "UTC").into_string();
        for part in ["We bear it.", "A second &lt;bucket&gt;", "/decisions/1", "Superseded", "/decisions/9", "Payments &lt;x&gt;"] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }

    #[test]
    fn what_is_over_or_due_for_another_look_says_so() {
        let later: Date = "2027-04-01".parse().unwrap();
        assert!(standing(&decision(1), later).into_string().contains("Over"));
        let plain = Decision { kind: DecisionKind::Decision, ..decision(1) };
        assert!(standing(&plain, later).into_string().contains("Look again"));
        assert!(standing(&plain, today()).into_string().contains("Holds"));
    }
}
