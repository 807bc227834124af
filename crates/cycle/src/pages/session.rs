//! One session before it begins: when, who, the agenda with where its minutes come from, how ready everybody is.

use html::{Button, Cell, Column, Field, Head, Markup, Table, Tight, Weight, bdi, button, field, head, html, section, table};
use kernel::error::Fault;
use kernel::web::Form;

use super::calendar::{ready_table, ready_words};
use super::state;
use crate::agenda::{AgendaItem, minutes};
use crate::forum::ForumKind;
use crate::plan::{Data, told};
use crate::session::{Session, SessionState, Who};

/// What the page of a session needs.
pub struct SessionPage<'a> {
    /// The session.
    pub session: &'a Session,
    /// Who runs it.
    pub facilitators: &'a [Who],
    /// Its agenda.
    pub agenda: &'a [AgendaItem],
    /// What is known before it.
    pub data: Option<&'a Data>,
    /// The reader runs it.
    pub may: bool,
    /// A refused form and what is wrong with it; its field `form` says which.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Why the last act could not be done.
    pub conflict: Option<&'a str>,
    /// Token for forms.
    pub csrf: &'a str,
    /// The way to its screen or its minutes, for the head.
    pub door: Option<Markup>,
    /// Acts and sections of the live part.
    pub more: Markup,
}

impl SessionPage<'_> {
    fn value<'a>(&'a self, form: &str, name: &str, stored: &'a str) -> &'a str {
        match self.sent {
            Some((sent, _)) if sent.get("form") == form => sent.get(name),
            _ => stored,
        }
    }

    fn wrong(&self, form: &str, name: &str) -> Option<&str> {
        let (sent, faults) = self.sent?;
        let fault = faults.iter().find(|f| f.at == name)?;
        (sent.get("form") == form).then_some(fault.message.as_str())
    }

    fn field(&self, form: &str, name: &str, label: &str, hint: Option<&str>, stored: &str) -> Markup {
        let id = format!("{form}-{name}");
        field(&Field {
            id: &id,
            name,
            label,
            hint,
            value: self.value(form, name, stored),
            error: self.wrong(form, name),
            ..Field::default()
        })
    }

    fn act(&self, form: &str, path: &str, label: &str, fields: Markup) -> Markup {
        html::form(
            &format!("{}/{path}", self.session.href()),
            self.csrf,
            html! {
                input type="hidden" name="form" value=(form);
                input type="hidden" name="version" value=(self.session.version);
                div.fields { (fields) }
                div.btns.pane-gap { (button(&Button { label, ..Button::default() })) }
            },
        )
    }
}

fn length(i: &AgendaItem) -> Markup {
    html! { @if i.exception { "–" } @else { (i.seconds / 60) @if i.seconds % 60 != 0 { ":" (format!("{:02}", i.seconds % 60)) } } }
}

/// What an item is about: where its minutes come from, and each cause with the way there.
pub(crate) fn about(i: &AgendaItem) -> Markup {
    html! {
        @if !i.why.is_empty() { (html::capital(&i.why)) }
        @for r in &i.reasons { br; " " span.small { @if r.href.is_empty() { (bdi(&r.words)) } @else { a href=(r.href) { (bdi(&r.words)) } } } }
    }
}

/// The agenda as a table with its sum.
pub fn agenda(items: &[AgendaItem]) -> Markup {
    let row = |i: &AgendaItem| vec![Cell::new(bdi(&i.title)), Cell::new(length(i)), Cell::new(about(i))];
    table(&Table {
        caption: "Agenda with planned minutes".into(),
        columns: vec![Column::text("Item"), Column { class: "num".into(), ..Column::text("Minutes") }, Column::text("About")],
        rows: items.iter().map(row).collect(),
        class: "stack".into(),
        foot: Some(vec![Cell::text("In all"), Cell::new(html! { (minutes(items)) }), Cell::none()]),
    })
}

fn shares(p: &SessionPage<'_>) -> Markup {
    let s = p.session;
    let can = p.may && matches!(s.state, SessionState::Planned | SessionState::NotHeld);
    let build = |label: &str| {
        let form = html::form(
            &format!("{}/agenda", s.href()),
            p.csrf,
            html! { div.btns { (button(&Button { label, weight: if p.agenda.is_empty() { Weight::Primary } else { Weight::Plain }, ..Button::default() })) } },
        );
        html! { div.pane-gap { (form) } }
    };
    html! {
        @if p.agenda.is_empty() {
            p.say { "The agenda is built from the reports: what crossed a target, what really changed, first values, what has gone stale, and what is late." }
            @if can { (build("Build the agenda")) }
        } @else {
            @if s.state != SessionState::Closed { p.say { (told(p.agenda, s.minutes())) } }
            @if let Some(data) = p.data.filter(|d| d.false_alarms() >= 0.05) {
                p.by { "Among the real changes of all teams, about " (format!("{:.1}", data.false_alarms())) " false alarms are to be expected." }
            }
            div.pane-gap-s { (agenda(p.agenda)) }
            @if let Some(seed) = s.body.seed { p.by { "Order of teams drawn by lot with the seed " (seed) ", once: building the agenda again does not draw again." } }
            @if can { (build("Build it again from the data")) }
            @if p.may && s.state == SessionState::Open {
                div.pane-gap { (html::form(&format!("{}/fitting", s.href()), p.csrf, html! {
                    div.btns { (button(&Button { label: "Fit what is left", ..Button::default() })) span.hint { "Shares the time until the planned end among what was not begun." } }
                })) }
            }
            @if p.may && !matches!(s.state, SessionState::Closed | SessionState::CalledOff) { (by_hand(p)) }
        }
    }
}

/// The form that plans by hand what was not begun.
fn by_hand(p: &SessionPage<'_>) -> Markup {
    let sent = p.sent.filter(|(f, _)| f.get("form") == "plan");
    let input = |name: &str, stored: String, label: &str, title: &str| {
        let value = sent.and_then(|(f, _)| f.opt(name)).map_or(stored, str::to_owned);
        html! { input type="text" inputmode="numeric" id=(format!("plan-{name}")) name=(name) value=(value) aria-label={ (label) ": " (title) }; }
    };
    let row = |i: &AgendaItem| {
        let minutes = if i.exception { String::new() } else { (i.seconds / 60).to_string() };
        vec![
            Cell::new(bdi(&i.title)),
            Cell::new(input(&format!("place.{}", i.id), i.position.to_string(), "Place", &i.title)),
            Cell::new(input(&format!("minutes.{}", i.id), minutes, "Minutes", &i.title)),
        ]
    };
    let form = html::form(
        &format!("{}/plan", p.session.href()),
        p.csrf,
        html! {
            input type="hidden" name="form" value="plan";
            (table(&Table {
                caption: "Place and minutes of each item".into(),
                columns: vec![Column::text("Item"), Column::text("Place").class("lab"), Column::text("Minutes").class("lab")],
                rows: p.agenda.iter().filter(|i| i.started_at.is_none()).map(row).collect(),
                class: "stack flow".into(),
                foot: None,
            }))
            p.hint id="plan-items" { "No minutes mean by exception. Wins come first." }
            @for fault in sent.iter().flat_map(|(_, faults)| faults.iter()) { (html::error_line(&format!("plan-{}-e", fault.at), &fault.message)) }
            div.btns.pane-gap-s { (button(&Button { label: "Plan it so", ..Button::default() })) }
        },
    );
    html! { div.pane-gap-s { @if sent.is_some() { (form) } @else { (html::disclosure("Plan it by hand", form)) } } }
}

fn changes(p: &SessionPage<'_>) -> Markup {
    let s = p.session;
    let name = |w: &Option<Who>| w.as_ref().map(|w| w.name.clone()).unwrap_or_default();
    let (facilitator, deputy, typed) = (name(&s.body.facilitator), name(&s.body.deputy), s.typed());
    let ahead = matches!(s.state, SessionState::Planned | SessionState::NotHeld);
    let shown = |form: &str, label: &str, body: Markup| {
        let sent = p.sent.is_some_and(|(f, _)| f.get("form") == form);
        html! { div.pane-gap-s { @if sent { (body) } @else { (html::disclosure(label, body)) } } }
    };
    html! {
        (shown("roles", "Who runs it, and where", p.act("roles", "roles", "Save who and where", html! {
            (p.field("roles", "facilitator", "Facilitator", Some("A name or mail address; the group’s facilitator if empty."), &facilitator))
            (p.field("roles", "deputy", "Deputy", None, &deputy))
            (p.field("roles", "place", "Room or link", None, &s.body.place))
        })))
        @if ahead {
            (shown("move", "Move it", p.act("move", "move", "Move it", html! {
                (p.field("move", "starts", "New day and hour", Some("Such as 2026-11-19 10:00, in the zone of the sessions."), &typed))
                (p.field("move", "minutes", "Minutes", Some("As they were if empty."), ""))
                (p.field("move", "why", "Why", None, ""))
            })))
            (shown("off", "Call it off", p.act("off", "calling-off", "Call it off", p.field("off", "why", "Why", Some("Everybody who looks for it reads this."), ""))))
        }
    }
}

/// One session.
pub fn one(p: &SessionPage<'_>) -> Markup {
    let s = p.session;
    let people: Vec<&str> = p.facilitators.iter().map(|f| f.name.as_str()).collect();
    let running = html! { @if people.is_empty() { "nobody is named" } @else { (bdi(&html::listed(&people))) } };
    let mut facts = vec![("State".into(), state(s.state)), ("Facilitator".into(), running)];
    if let Some(d) = &s.body.deputy {
        facts.push(("Deputy".into(), bdi(&d.name)));
    }
    if !s.body.place.is_empty() {
        let link = s.body.place.starts_with("https://");
        facts.push((
            "Where".into(),
            html! { @if link { a href=(s.body.place) rel="noreferrer" { (bdi(&s.body.place)) } } @else { (bdi(&s.body.place)) } },
        ));
    }
    if let Some(door) = &p.door {
        facts.push(("Go on".into(), door.clone()));
    }
    let name = if s.forum.kind == ForumKind::Group { s.forum.name.clone() } else { "SRE council".to_owned() };
    html! {
        (head(Head {
            kicker: vec![("Review sessions".into(), Some("/sessions".into())), (name, Some(s.forum.href()))],
            title: s.title(),
            lead: html! {
                (s.when()) "."
                @if let Some(from) = s.body.moved_from.filter(|_| s.off.is_none()) { " Moved from " (s.at(from)) ": " (bdi(&s.body.why)) "." }
                @if let Some(off) = &s.off { " Called off by " (bdi(&off.by)) ": " (bdi(&s.body.why)) "." }
                @if let Some(data) = p.data { @if !data.teams.is_empty() && s.state == SessionState::Planned { " " (ready_words(data)) } }
            },
            facts,
        }))
        @if let Some(conflict) = p.conflict {
            div.alert role="alert" aria-labelledby="conflict" tabindex="-1" { h2 id="conflict" { "That could not be done" } p { (bdi(conflict)) } }
        }
        @if let Some((form, faults)) = p.sent {
            (html::alert(faults.iter().map(|f| (format!("{}-{}", form.get("form"), f.at), f.message.clone())).collect()))
        }
        (section("agenda", "Agenda", Some(html! { (s.minutes()) " minutes. Order of teams changes with each session." }), Tight(false), shares(p)))
        @if let Some(data) = p.data {
            @if !data.teams.is_empty() {
                (section("ready", "Readiness", Some(html! { "In the fixed order of teams." }), Tight(false), ready_table(data)))
            }
        }
        @if p.may && !matches!(s.state, SessionState::Closed | SessionState::CalledOff) {
            (section("changes", "Change", None, Tight(false), changes(p)))
        }
        (p.more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agenda::tests::item;
    use crate::agenda::{ItemKind, Reason, ReasonKind};
    use crate::plan::{Readiness, TeamData};
    use crate::session::tests::session;
    use kernel::ids::Id;

    fn items() -> Vec<AgendaItem> {
        let reason = Reason { kind: ReasonKind::Change, words: "p95 <243> higher".into(), href: "/metrics/p95/pay".into() };
        let team =
            AgendaItem { reasons: vec![reason], why: "one real change".into(), ..item(2, ItemKind::Team, "Payments <P>", 14) };
        let out = AgendaItem { why: "by exception: nothing new".into(), ..item(3, ItemKind::Team, "Documents", 0) };
        vec![item(1, ItemKind::Wins, "Wins, one per team", 5), team, out]
    }

    fn draw(s: &Session, agenda: &[AgendaItem], may: bool, sent: Option<(&Form, &[Fault])>, conflict: Option<&str>) -> String {
        let team =
            TeamData { readiness: Readiness::Draft, false_alarms: 0.4, ..TeamData::bare(Id::from_u128(1), "pay", "Payments <P>") };
        let (data, who) = (Data { teams: vec![team], ..Data::default() }, [Who { name: "Ingrid <S>".into(), person: None }]);
        let p = SessionPage {
            session: s,
            facilitators: &who,
            agenda,
            data: Some(&data),
            may,
            sent,
            conflict,
            csrf: "c",
            door: Some(html! { "The door" }),
            more: html! {},
        };
        one(&p).into_string()
    }

    #[test]
    fn an_agenda_says_where_its_minutes_come_from() {
        let page = draw(&session(SessionState::Planned), &items(), true, None, None);
        for part in [
            "Review of sprint 22",
            "Room &lt;4&gt;",
            "Payments &lt;P&gt;",
            "href=\"/metrics/p95/pay\"",
            "p95 &lt;243&gt; higher",
            "By exception: nothing new",
            "about 0.4 false alarms",
            "One of two teams have a slot; one goes by exception: Documents.",
            "Build it again",
            "The door",
            "Call it off",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(agenda(&items()).into_string().contains(">19<"));
        assert!(about(&items()[1]).into_string().starts_with("One real change"));
        assert!(draw(&session(SessionState::Open), &items(), true, None, None).contains("Fit what is left"));
        let closed = draw(&session(SessionState::Closed), &items(), true, None, None);
        assert!(!closed.contains("<form"), "what is over stays as it is");
    }

    #[test]
    fn a_session_without_agenda_says_what_one_is_made_from() {
        let page = draw(&session(SessionState::Planned), &[], true, None, Some("It is <over>."));
        assert!(page.contains("Build the agenda") && page.contains("It is &lt;over&gt;."), "{page}");
        assert!(!draw(&session(SessionState::Planned), &[], false, None, None).contains("<form"));
        assert!(draw(&session(SessionState::CalledOff), &[], false, None, None).contains("Called off by"));
    }

    #[test]
    fn a_refused_plan_keeps_what_was_typed() {
        let form = Form(vec![("form".into(), "plan".into()), (format!("minutes.{}", items()[1].id), "<ten>".into())]);
        let faults = [Fault::new("items", "Wins <first>.")];
        let page = draw(&session(SessionState::Planned), &items(), true, Some((&form, &faults)), None);
        assert!(page.contains("value=\"&lt;ten&gt;\"") && page.contains("#plan-items"), "{page}");
        assert_eq!(page.matches("Wins &lt;first&gt;.").count(), 2, "{page}");
    }

    #[test]
    fn a_refused_move_keeps_what_was_typed() {
        let form = Form(vec![("form".into(), "move".into()), ("starts".into(), "<soon>".into())]);
        let page = draw(&session(SessionState::Planned), &[], true, Some((&form, &[Fault::new("starts", "No <day>.")])), None);
        assert!(
            page.contains("value=\"&lt;soon&gt;\"")
                && page.matches("No &lt;day&gt;.").count() == 2
                && page.contains("#move-starts"),
            "{page}"
        );
    }
}
