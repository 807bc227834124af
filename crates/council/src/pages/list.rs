//! Concerns by words and state; reasons of those that were put aside stand with them.

use html::{Cell, Column, Field, FieldKind, Head, Markup, Tight, bdi, field, fields, head, html, section, table};
use kernel::time::Time;
use kernel::web::day;

use super::{concern_link, state_mark};
use crate::concern::Concern;
use crate::state::ConcernState;

/// What the page needs.
pub struct ListPage<'a> {
    /// Newest first.
    pub concerns: &'a [Concern],
    /// What was looked for.
    pub question: &'a str,
    /// State, or `board`, or `aside`; empty for all.
    pub state: &'a str,
    /// Slug of the team; empty for all.
    pub team: &'a str,
    /// Slug and name of all teams, in their fixed order.
    pub teams: &'a [(String, String)],
    /// Address of what follows, if there is more.
    pub next: Option<&'a str>,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

fn row(c: &Concern, p: &ListPage<'_>) -> Vec<Cell> {
    vec![
        Cell::new(html! { (concern_link(c)) br; " " span.by { (bdi(&c.team.name)) ", " (day(c.made_at, p.now, p.zone)) } }),
        Cell::new(html! { (state_mark(c.state)) br; " " span.by { "since " (day(c.moved_at, p.now, p.zone)) } }),
        Cell::new(html! {
            @if c.course.reason.is_empty() { (bdi(&kernel::text::shown(&c.content.why_important, 160))) }
            @else {
                (bdi(&c.course.reason))
                @if c.state == ConcernState::SentOn { " " span.by { "Sent on to " (bdi(&c.course.sent_to)) } }
            }
        }),
    ]
}

/// The list with its search.
pub fn list(p: &ListPage<'_>) -> Markup {
    let mut states = vec![("", "All"), ("board", "On the board"), ("aside", "Rejected or sent on")];
    states.extend(ConcernState::ALL.iter().map(|s| (s.key(), s.words())));
    let teams: Vec<(&str, &str)> =
        std::iter::once(("", "All")).chain(p.teams.iter().map(|(s, n)| (s.as_str(), n.as_str()))).collect();
    let plain = p.question.is_empty() && p.state.is_empty() && p.team.is_empty();
    html! {
        (head(Head {
            kicker: vec![("SRE council".into(), Some("/council".into()))],
            title: "Concerns".into(),
            lead: html! { "Everything that was ever raised, with what became of it. Reasons are kept, so that nothing has to be decided twice without a new fact." },
            facts: vec![],
        }))
        (section("find", "Find", None, Tight(false), html! {
            form.noprint action="/council/concerns" method="get" role="search" {
                (fields(&[
                    field(&Field { id: "q", label: "Words", hint: Some("Each has to occur in the concern, its reason or its epic; a beginning is enough."), value: p.question, kind: FieldKind::Search, ..Field::default() }),
                    field(&Field { id: "state", label: "State", value: p.state, kind: FieldKind::Select(&states), ..Field::default() }),
                    field(&Field { id: "team", label: "Raised by", value: p.team, kind: FieldKind::Select(&teams), ..Field::default() }),
                ]))
                div.btns.pane-gap-s { button.btn type="submit" { "Find" } }
            }
        }))
        (section("concerns", "Concerns", Some(html! { "Newest first." }), Tight(false), html! {
            @if p.concerns.is_empty() && plain {
                (html::empty("No concern has been raised yet. Bring the one that worries you most.", Some(("Raise a concern", "/council/concerns/new"))))
            } @else if p.concerns.is_empty() {
                (html::empty("No concern has all of that. Try fewer words, or another state.", None))
            } @else {
                (table(&html::Table {
                    caption: "Concerns, newest first".into(),
                    columns: vec![Column::text("Concern"), Column::text("State"), Column::text("Why")],
                    rows: p.concerns.iter().map(|c| row(c, p)).collect(),
                    class: "stack flow".into(),
                    foot: None,
                }))
                @if let Some(next) = p.next { (html::more(html! { a href=(next) { "Older ones" } })) }
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concern::Course;
    use crate::concern::tests::concern;

    fn draw(concerns: &[Concern], question: &str) -> String {
        let teams = [("quotes".to_owned(), "Quote & <Buy>".to_owned())];
        list(&ListPage {
            concerns,
            question,
            state: "",
            team: "",
            teams: &teams,
            next: Some("/council/concerns?cursor=3"),
            now: Time(1_795_000_000_000_000),
            zone: "UTC",
        })
        .into_string()
    }

    #[test]
    fn what_was_rejected_stands_with_its_reason() {
        let course = Course { reason: "Our data cannot <show> it".into(), ..Course::default() };
        let page = draw(&[Concern { course, ..concern(18, ConcernState::Rejected) }, concern(19, ConcernState::Raised)], "");
        for part in ["cannot &lt;show&gt; it", "C-18", "Four in ten quotes", "Older ones"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(draw(&[], "").contains("No concern has been raised yet"));
        assert!(draw(&[], "x").contains("No concern has all of that"));
    }
}
