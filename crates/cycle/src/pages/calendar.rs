//! Sessions of a forum: the next one with how ready everybody is, those ahead, those that were.

use html::{
    Button, Cell, Column, Field, FieldKind, Head, Markup, Table, Tight, bdi, button, field, head, html, more, section, table,
};
use kernel::error::Fault;
use kernel::web::Form;

use super::{readiness, state};
use crate::forum::{Forum, ForumKind};
use crate::plan::{Data, TeamData};
use crate::session::{Session, SessionState};

/// What the page of a forum's sessions needs.
pub struct CalendarPage<'a> {
    /// Whose they are.
    pub forum: &'a Forum,
    /// How often, in words; empty if nothing was settled.
    pub rhythm: &'a str,
    /// Open now or ahead, earliest first.
    pub ahead: &'a [Session],
    /// Over, latest first.
    pub past: &'a [Session],
    /// The page before, if there is one.
    pub earlier: Option<&'a str>,
    /// What is known before the next one.
    pub data: Option<&'a Data>,
    /// The reader runs them.
    pub may: bool,
    /// The refused form of an extra session.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
    /// Further sections, such as the calendar's address.
    pub more: Markup,
}

/// A team's report before a session: how far it is, and what is worth talking about.
pub(crate) fn ready_row(t: &TeamData) -> Vec<Cell> {
    let filled = html! { @if t.filled.n > 0 { (t.filled.k) " of " (t.filled.n) } };
    let href = (!t.href.is_empty()).then_some(t.href.as_str());
    vec![Cell::name(&t.name, href), Cell::new(readiness(t.readiness)), Cell::new(filled).class("nb"), Cell::text(&t.summary())]
}

/// The table of how far each report is, in the fixed order of teams.
pub fn ready_table(data: &Data) -> Markup {
    table(&Table {
        caption: "How far each report is".into(),
        columns: vec![
            Column::text("Team"),
            Column::text("Report"),
            Column { class: "lab".into(), ..Column::text("Rows filled") },
            Column::text("To talk about"),
        ],
        rows: data.teams.iter().map(ready_row).collect(),
        class: "stack flow".into(),
        foot: None,
    })
}

/// "Seven of ten reports are ready."
#[must_use]
pub fn ready_words(data: &Data) -> String {
    let (n, all) = (data.teams.iter().filter(|t| t.readiness.is_ready()).count(), data.teams.len());
    match (n, all) {
        (_, 0) => "The group has no team yet.".into(),
        _ if n == all => format!("All {} reports are ready.", html::count_word(all)),
        (0, _) => "No report is ready yet.".into(),
        _ => {
            format!("{} of {} reports {} ready.", html::count_word_capital(n), html::count_word(all), html::plural(n, "is", "are"))
        }
    }
}

fn row(s: &Session) -> Vec<Cell> {
    let moved = s.body.moved_from.is_some() && s.off.is_none();
    let who = s.body.facilitator.as_ref().map(|f| f.name.as_str()).unwrap_or("");
    vec![
        Cell::name(&s.title(), Some(&s.href())),
        Cell::text(&s.when()),
        Cell::new(html! {
            (state(s.state))
            @if moved { " " span.by { "moved" } }
            @if !s.body.why.is_empty() { " " span.by { (bdi(&s.body.why)) } }
        }),
        if who.is_empty() { Cell::none() } else { Cell::new(bdi(who)) },
    ]
}

fn list(caption: &str, all: &[Session]) -> Markup {
    let mut columns = vec![Column::text("Session"), Column::text("When"), Column::text("State")];
    // Only if somebody other than the group’s facilitator was named.
    if all.iter().any(|s| s.body.facilitator.is_some()) {
        columns.push(Column::text("Facilitator"));
    }
    table(&Table { caption: caption.into(), columns, rows: all.iter().map(row).collect(), class: "stack flow".into(), foot: None })
}

fn extra(p: &CalendarPage<'_>) -> Markup {
    let value = |name: &str| p.sent.map_or("", |(form, _)| form.get(name)).to_owned();
    let wrong = |name: &str| p.sent.and_then(|(_, faults)| faults.iter().find(|f| f.at == name)).map(|f| f.message.as_str());
    let (at, minutes, sprint, why) = (value("starts"), value("minutes"), value("sprint"), value("why"));
    let group = p.forum.kind == ForumKind::Group;
    let body = html::form(
        &p.forum.href(),
        p.csrf,
        html! {
            div.fields {
                (field(&Field { id: "starts", label: "Day and hour", hint: Some("Such as 2026-11-19 10:00, in the zone of the sessions."), value: &at, error: wrong("starts"), required: true, ..Field::default() }))
                (field(&Field { id: "minutes", label: "Minutes", hint: Some("As settled if empty."), value: &minutes, kind: FieldKind::Decimal, error: wrong("minutes"), ..Field::default() }))
                @if group {
                    (field(&Field { id: "sprint", label: "Sprint", hint: Some("The last that closed if empty."), value: &sprint, kind: FieldKind::Decimal, error: wrong("sprint"), ..Field::default() }))
                }
                (field(&Field { id: "why", label: "Why", value: &why, error: wrong("why"), required: true, ..Field::default() }))
            }
            div.btns.pane-gap { (button(&Button { label: "Plan it", ..Button::default() })) }
        },
    );
    html! {
        @if let Some((_, faults)) = p.sent { (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) }
        @if p.sent.is_some() { (body) } @else { (html::disclosure("Plan an extra session", body)) }
    }
}

fn lead(p: &CalendarPage<'_>) -> Markup {
    let next = p.ahead.iter().find(|s| matches!(s.state, SessionState::Planned | SessionState::Open));
    html! {
        @match next {
            Some(s) if s.state == SessionState::Open => { "The " a href=(s.href()) { (s.title().to_lowercase()) } " is open now." }
            Some(s) => { "Next: " a href=(s.href()) { (s.title().to_lowercase()) } " on " (s.when()) "." }
            None => "No session is planned.",
        }
        @if let Some(data) = p.data { @if !data.teams.is_empty() { " " (ready_words(data)) } }
    }
}

/// Sessions of a forum.
pub fn calendar(p: &CalendarPage<'_>) -> Markup {
    let f = p.forum;
    let settings = format!("{}/settings", f.href());
    let kicker = match f.kind {
        ForumKind::Group => {
            vec![("Review sessions".into(), Some("/sessions".into())), (f.name.clone(), Some(format!("/groups/{}", f.slug)))]
        }
        ForumKind::Council => vec![("Review sessions".into(), Some("/sessions".into()))],
    };
    let title = if f.kind == ForumKind::Group { format!("Sessions of {}", f.name) } else { "Sessions of the SRE council".into() };
    html! {
        (head(Head {
            kicker,
            title,
            lead: lead(p),
            facts: vec![
                ("How often".into(), html! { @if p.rhythm.is_empty() { "not settled" } @else { (p.rhythm) } }),
                ("Zone".into(), html! { (f.zone) }),
                ("Also".into(), html! {
                    @if f.kind == ForumKind::Group { a href={ "/groups/" (f.slug) "/agreement" } { "Working agreement" } ", " }
                    a href=(f.href().replace("/sessions", "/process-health")) { "health of the process" } ", "
                    a href="/sessions/feed" { "in your calendar" }
                }),
            ],
        }))
        @if let Some(data) = p.data {
            @if !data.teams.is_empty() {
                (section("ready", "Readiness", Some(html! { "Of the reports that the next session is about, in the fixed order of teams." }), Tight(false), ready_table(data)))
            }
        }
        (section("ahead", "Ahead", Some(html! { a href=(settings) { "How often, how long, in which order" } }), Tight(false), html! {
            @if p.ahead.is_empty() {
                @if p.may { (html::empty("No session is planned. Settle how often this forum meets, and the next six stand here.", Some(("Settle how often", &settings)))) }
                @else { p.say { "No session is planned. The facilitator settles how often this forum meets." } }
            } @else { (list("Sessions ahead", p.ahead)) }
            @if p.may { div.pane-gap { (extra(p)) } }
        }))
        (section("past", "Held", None, Tight(false), html! {
            @if p.past.is_empty() { p.say { "No session was held yet." } } @else { (list("Sessions that are over", p.past)) }
            @if let Some(href) = p.earlier { (more(html! { a href=(href) { "Earlier sessions" } })) }
        }))
        (p.more)
    }
}

/// Sessions in one's own calendar: the address that was just made, or the button that makes one.
pub fn feed(address: Option<&str>, person: bool, csrf: &str) -> Markup {
    html! {
        (head(Head {
            kicker: vec![("Review sessions".into(), Some("/sessions".into()))],
            title: "What has a day, in your calendar".into(),
            lead: html! { "Sessions of all groups and of the council, tech shares, last days of notices and of what you answer for, three months back and a year ahead. What is moved moves; sessions that are called off are crossed out." },
            ..Head::default()
        }))
        (section("feed", "Your address", None, Tight(false), html! {
            @if let Some(address) = address {
                p.say { "Give this address to your calendar program. It is shown once; an earlier address of yours has ended." }
                p { code { (address) } }
                p.by { "Whoever knows it can read what stands in it, and nothing else. Add ?group= and a group’s name in addresses for one group." }
            } @else if person {
                p.say { "A calendar program cannot sign in, so it reads an address that only you know. Making one ends the one before." }
                (html::form("/sessions/feed", csrf, html! { div.btns { (button(&Button { label: "Make my calendar address", ..Button::default() })) } }))
            } @else {
                p.say { "Programs with a token read /api/v1/sessions/calendar." }
            }
        }))
    }
}

/// All forums with the session that comes next, or is open.
pub fn forums(all: &[(Forum, Option<Session>)]) -> Markup {
    let row = |(f, next): &(Forum, Option<Session>)| {
        let when = next
            .as_ref()
            .map_or_else(Cell::none, |s| Cell::new(html! { a href=(s.href()) { (s.title()) } br; " " span.by { (s.when()) } }));
        vec![
            Cell::name(&f.name, Some(&f.href())),
            when,
            next.as_ref().map_or_else(|| Cell::text("none planned"), |s| Cell::new(state(s.state))),
        ]
    };
    let open: Vec<&str> = all
        .iter()
        .filter(|(_, s)| s.as_ref().is_some_and(|s| s.state == SessionState::Open))
        .map(|(f, _)| f.name.as_str())
        .collect();
    html! {
        (head(Head {
            title: "Review sessions".into(),
            lead: html! {
                @if open.is_empty() { "No session is open now." } @else { "Open now: " (bdi(&html::listed(&open))) "." }
            },
            ..Head::default()
        }))
        (section("forums", "Next", Some(html! { "Each group reviews its sprint; the council meets on its own." }), Tight(false), html! {
            @if all.is_empty() { (html::empty("A group’s next session will stand here. There is no group yet.", Some(("Make a group", "/groups")))) }
            @else {
                (table(&Table {
                    caption: "Forums with their next session".into(),
                    columns: vec![Column::text("Forum"), Column::text("Next session"), Column::text("State")],
                    rows: all.iter().map(row).collect(),
                    class: "stack flow".into(),
                    foot: None,
                }))
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use kernel::ids::Id;

    use super::*;
    use crate::agenda::{Reason, ReasonKind};
    use crate::forum::tests::forum;
    use crate::plan::{Count, Readiness};
    use crate::session::tests::session;

    pub(crate) fn data() -> Data {
        let reason = Reason { kind: ReasonKind::Change, words: "p95 <243> higher".into(), href: "/x".into() };
        let a = TeamData {
            readiness: Readiness::Ready,
            filled: Count { k: 28, n: 30 },
            href: "/reports/pay/22".into(),
            reasons: vec![reason],
            ..TeamData::bare(Id::from_u128(1), "pay", "Payments <P>")
        };
        Data { teams: vec![a, TeamData::bare(Id::from_u128(2), "docs", "Documents")], ..Data::default() }
    }

    fn draw(ahead: &[Session], past: &[Session], data: Option<&Data>, may: bool, sent: Option<(&Form, &[Fault])>) -> String {
        let f = forum();
        let p = CalendarPage {
            forum: &f,
            rhythm: "2 days after",
            ahead,
            past,
            earlier: Some("?before=x"),
            data,
            may,
            sent,
            csrf: "c",
            more: html! {},
        };
        calendar(&p).into_string()
    }

    #[test]
    fn the_next_session_comes_first_with_how_ready_everybody_is() {
        let page = draw(&[session(SessionState::Planned)], &[session(SessionState::Closed)], Some(&data()), true, None);
        for part in [
            "Digital &lt;E&gt;",
            "Next: ",
            "Thursday 19 November 2026, 10:00 to 12:00",
            "One of two reports is ready.",
            "Payments &lt;P&gt;",
            "28 of 30",
            "one real change",
            "not known yet",
            "Not begun",
            "Earlier sessions",
            "Plan an extra session",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(ready_table(&Data::default()).into_string().contains("Rows filled"));
        assert!(draw(&[session(SessionState::Open)], &[], None, false, None).contains("is open now"));
    }

    #[test]
    fn an_empty_calendar_says_what_fills_it() {
        let page = draw(&[], &[], None, true, None);
        assert!(page.contains("Settle how often") && page.contains("No session was held yet."), "{page}");
        assert!(!draw(&[], &[], None, false, None).contains("<form"), "a reader plans nothing");
        assert!(forums(&[]).into_string().contains("There is no group yet"));
        let page = forums(&[(forum(), Some(session(SessionState::Open))), (Forum::council("UTC"), None)]).into_string();
        assert!(page.contains("Open now: <bdi>Digital &lt;E&gt;</bdi>") && page.contains("none planned"), "{page}");
        assert!(feed(Some("https://x/sessions/feed/1"), true, "c").into_string().contains("shown once"));
        assert!(feed(None, true, "c").into_string().contains("<form") && !feed(None, false, "c").into_string().contains("<form"));
        assert_eq!(ready_words(&Data::default()), "The group has no team yet.");
    }

    #[test]
    fn a_refused_session_keeps_what_was_typed() {
        let form = Form(vec![("starts".into(), "<tomorrow>".into())]);
        let page = draw(&[], &[], None, true, Some((&form, &[Fault::new("starts", "No <day>.")])));
        assert!(page.contains("value=\"&lt;tomorrow&gt;\"") && page.matches("No &lt;day&gt;.").count() == 2, "{page}");
    }
}
