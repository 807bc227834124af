//! The page of a team's marks.

use html::{Cell, Column, Field, FieldKind, Head, Markup, Table, Tight, field, fields, head, html, section, table};
use kernel::error::Fault;
use kernel::ids::Id;
use kernel::time::Time;
use kernel::web::{Form, clock};

use crate::mark::{Mark, MarkKind};

/// What the page needs.
pub struct MarksPage<'a> {
    /// Slug and name of the team.
    pub team: (&'a str, &'a str),
    /// Newest first.
    pub marks: &'a [Mark],
    /// What a mark can be on, as (value, label): the team, then its workloads and services.
    pub places: &'a [(String, String)],
    /// Name of what a mark is on, in the order of `marks`.
    pub on: &'a [String],
    /// There are older ones.
    pub more: bool,
    /// The reader may write.
    pub may_write: bool,
    /// A refused form.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// The mark that the refused form would take back; `None` if it would make one.
    pub back: Option<Id>,
    /// Token for forms.
    pub csrf: &'a str,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

/// The page of a team's marks.
pub fn marks_page(p: &MarksPage<'_>) -> Markup {
    html! {
        (head(Head {
            kicker: vec![(p.team.1.to_owned(), Some(format!("/teams/{}", p.team.0))), ("Marks".into(), None)],
            title: "What happened when".into(),
            lead: html! { "These marks stand on the time axis of every chart of the team, so that a change can be read beside what was done." },
            facts: vec![("Marks".into(), html! { (p.marks.len()) @if p.more { ", and older ones" } })],
        }))
        @if let Some((_, faults)) = p.sent {
            @let at = |f: &Fault| p.back.filter(|_| f.at == "reason").map_or_else(|| f.at.clone(), |id| format!("reason-{id}"));
            (html::alert(faults.iter().map(|f| (at(f), f.message.clone())).collect())) div.sub {}
        }
        @if p.may_write { (form(p)) }
        (section("marks", "Marks", Some(html! { "Newest first." }), Tight(false), html! {
            @if p.marks.is_empty() {
                (html::empty("Nothing is marked yet. Pipelines send deployments with “bellwether mark add” or POST /api/v1/marks; lists of events in reports and tags of git histories are marked by themselves.", None))
            } @else {
                (list(p))
            }
        }))
    }
}

fn list(p: &MarksPage<'_>) -> Markup {
    let mut columns = vec![Column::text("When"), Column::text("What"), Column::text("On"), Column::text("From")];
    if p.may_write {
        columns.push(Column::text("Wrong?"));
    }
    let row = |(m, on): (&Mark, &String)| {
        let mut cells = vec![
            Cell::new(
                html! { (clock(m.at, p.now, p.zone)) @if let Some(until) = m.until { " to " (clock(until, p.now, p.zone)) } },
            )
            .class("nb"),
            Cell::new(what(m, p)),
            Cell::new(html::bdi(on)),
            Cell::new(html::bdi(&m.made_by)).class("by"),
        ];
        if p.may_write {
            cells.push(Cell::new(retraction(m, p)));
        }
        cells
    };
    table(&Table {
        caption: "Marks, newest first".into(),
        columns,
        rows: p.marks.iter().zip(p.on).map(row).collect(),
        class: "stack flow".into(),
        foot: None,
    })
}

fn what(m: &Mark, p: &MarksPage<'_>) -> Markup {
    html! {
        @if m.url.is_empty() { (html::bdi(&m.title)) } @else { a href=(m.url) rel="noreferrer" { (html::bdi(&m.title)) } }
        " " span.mute { (m.kind.key()) }
        @if let Some(back) = &m.taken_back {
            br; span.small { "Taken back by " (html::bdi(&back.by)) ", " (clock(back.at, p.now, p.zone)) ": " (html::bdi(&back.reason)) }
        }
    }
}

fn retraction(m: &Mark, p: &MarksPage<'_>) -> Markup {
    if m.taken_back.is_some() {
        return html! {};
    }
    let id = format!("reason-{}", m.id);
    let sent = p.sent.filter(|_| p.back == Some(m.id));
    let was = sent.map_or("", |(f, _)| f.get("reason"));
    let wrong = sent.and_then(|(_, faults)| faults.first()).map(|f| f.message.as_str());
    html! {
        (html::disclosed("Take back", sent.is_some(), html::form(&format!("/teams/{}/marks/{}/retraction", p.team.0, m.id), p.csrf, html! {
            (field(&Field { id: &id, name: "reason", label: "Why it was wrong", value: was, error: wrong, ..Field::default() }))
            div.btns.pane-gap-s { button.btn.slim type="submit" { "Take back" span.vh { " " (m.title) } } }
        })))
    }
}

fn form(p: &MarksPage<'_>) -> Markup {
    let sent = p.sent.filter(|_| p.back.is_none());
    let was = |name: &str| sent.map_or("", |(f, _)| f.get(name));
    let wrong = |at: &str| sent.and_then(|(_, faults)| faults.iter().find(|f| f.at == at)).map(|f| f.message.as_str());
    let kinds: Vec<(&str, String)> = MarkKind::ALL.iter().map(|k| (k.key(), html::capital(k.key()))).collect();
    let kinds: Vec<(&str, &str)> = kinds.iter().map(|(k, l)| (*k, l.as_str())).collect();
    let places: Vec<(&str, &str)> = p.places.iter().map(|(v, l)| (v.as_str(), l.as_str())).collect();
    let parts = [
        field(&Field {
            id: "kind",
            label: "Kind",
            value: was("kind"),
            kind: FieldKind::Select(&kinds),
            error: wrong("kind"),
            ..Field::default()
        }),
        field(&Field {
            id: "title",
            label: "What happened",
            hint: Some("In a few words; they stand on the axis."),
            value: was("title"),
            error: wrong("title"),
            ..Field::default()
        }),
        field(&Field {
            id: "on",
            label: "On",
            value: was("on"),
            kind: FieldKind::Select(&places),
            error: wrong("on"),
            ..Field::default()
        }),
        field(&Field {
            id: "at",
            label: "When",
            hint: Some("Like 2026-11-24 14:30, in your zone. Empty is now."),
            value: was("at"),
            error: wrong("at"),
            ..Field::default()
        }),
        field(&Field {
            id: "url",
            label: "Read more at",
            hint: Some("https://… or nothing."),
            value: was("url"),
            error: wrong("url"),
            ..Field::default()
        }),
    ];
    section(
        "mark",
        "Mark something",
        None,
        Tight(false),
        html::form(
            &format!("/teams/{}/marks", p.team.0),
            p.csrf,
            html! {
                (fields(&parts))
                div.btns.pane-gap { button.btn.primary type="submit" { "Mark it" } }
            },
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mark::{PlaceKind, TakenBack};

    fn mark(n: u128, back: bool) -> Mark {
        Mark {
            id: Id::from_u128(n),
            on: PlaceKind::Service,
            subject: Id::from_u128(9),
            kind: MarkKind::Deployment,
            title: "ledger <2.4>".into(),
            url: "https://ci.example.org/7".into(),
            at: Time(1_795_000_000_000_000),
            until: None,
            made_by: "pipeline".into(),
            made_at: Time(1_795_000_000_000_000),
            taken_back: back.then(|| TakenBack { by: "Dora".into(), at: Time(1_795_000_100_000_000), reason: "a drill".into() }),
        }
    }

    fn draw(marks: &[Mark], may_write: bool) -> String {
        let on = vec!["ledger-api".to_owned(); marks.len()];
        marks_page(&MarksPage {
            team: ("checkout", "Checkout"),
            marks,
            places: &[("team checkout".into(), "Checkout".into())],
            on: &on,
            more: false,
            may_write,
            sent: None,
            back: None,
            csrf: "c",
            now: Time(1_795_000_200_000_000),
            zone: "UTC",
        })
        .into_string()
    }

    #[test]
    fn a_mark_says_what_where_and_from_whom() {
        let page = draw(&[mark(1, false)], false);
        for part in ["ledger &lt;2.4&gt;", "ledger-api", "pipeline", "https://ci.example.org/7", "deployment"] {
            assert!(page.contains(part), "{part}");
        }
        assert!(!page.contains("<form"), "who may not write sees no form");
    }

    #[test]
    fn what_was_taken_back_says_by_whom_and_is_not_offered_again() {
        let page = draw(&[mark(1, true)], true);
        assert!(page.contains("Taken back by") && page.contains("a drill"));
        assert!(!page.contains("retraction"));
        assert!(draw(&[mark(1, false)], true).contains("/retraction"));
    }

    #[test]
    fn an_empty_list_says_how_marks_come() {
        assert!(draw(&[], true).contains("bellwether mark add"));
    }
}
