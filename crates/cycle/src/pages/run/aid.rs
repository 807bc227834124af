//! Beside what is talked about: the form that captures, what was captured, who is there.

use html::{FactsLook, Field, FieldKind, Markup, bdi, facts, field, html};

use super::{Audience, RunPage};
use crate::attendance::{count, lines};
use crate::capture::{Capture, CaptureKind};
use crate::running::Running;
use crate::session::SessionState;

/// Captures that the list shows; the others are in the minutes.
const SHOWN: usize = 8;

/// The id of the field that a fault's place names.
pub(super) fn field_of(at: &str) -> String {
    match at {
        "text" | "team" | "to" | "owner" | "due" | "why" => format!("capture-{at}"),
        other => other.to_owned(),
    }
}

/// What caused the next capture: the present item, or one of the team's signals. It follows the agenda.
pub fn cause(r: &Running) -> Markup {
    let item = r.current().map_or_else(|| r.session.title(), |i| i.title.clone());
    let team = r.under.as_ref().map(|u| u.team.slug.as_str());
    html! {
        div #live-cause data-fragment data-team=[team] {
            @if r.session.state == SessionState::Open {
                label for="capture-cause" { "Comes from" }
                select #capture-cause name="cause" form="capture" {
                    option value="" { (item) @if let Some(n) = r.session.sprint { ", sprint " (n) } }
                    @if let Some(u) = &r.under { @for s in &u.told.signals { option value={ (s.href) " " (s.title) } { (s.title) } } }
                }
            }
        }
    }
}

fn teams<'a>(r: &'a Running, none: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut out = vec![("", none)];
    out.extend(r.teams.iter().map(|t| (t.slug.as_str(), t.name.as_str())));
    out
}

/// The form that captures. Without script it shows every field; with it those of the kind that is chosen.
pub fn capture(p: &RunPage<'_>) -> Markup {
    let r = p.running;
    let kind = CaptureKind::read(p.value("capture", "kind", "")).unwrap_or(CaptureKind::Action);
    let team = r.under.as_ref().map_or("", |u| u.team.slug.as_str());
    let (whose, gets) = (teams(r, "no team"), teams(r, "choose a team"));
    let roles: Vec<(&str, &str)> = actions::action::Owner::ROLES.iter().map(|r| (r.key(), r.title())).collect();
    let one = |name: &'static str, label: &str, hint: Option<&str>, kind: FieldKind<'_>, stored: &str, of: &str| {
        let id = format!("capture-{name}");
        let value = p.value("capture", name, stored);
        html! { div data-of=(of) { (field(&Field { id: &id, name, label, hint, value, kind, error: p.wrong("capture", name), ..Field::default() })) } }
    };
    html! {
        form.noprint #capture action={ (r.session.href()) "/captures" } method="post" novalidate data-capture
            data-href={ "/api/v1" (r.session.href()) "/captures" } data-session=(r.session.id) {
            input type="hidden" name="csrf" value=(p.csrf);
            input type="hidden" name="form" value="capture";
            input type="hidden" name="key" value=(p.key);
            div.pane-h { h2 { "Capture" } span.small.mute data-unsent role="status" {} }
            fieldset {
                legend.vh { "What is it?" }
                div.pick {
                    @for k in CaptureKind::ALL {
                        label { input type="radio" name="kind" value=(k.key()) checked[k == kind] data-hotkey=(k.hotkey()); " " span { (k.title()) " " kbd { (k.hotkey()) } } }
                    }
                }
            }
            div.fields.one.pane-gap-s {
                (field(&Field {
                    id: "capture-text",
                    name: "text",
                    label: "What was said",
                    value: p.value("capture", "text", ""),
                    kind: FieldKind::Textarea(3),
                    error: p.wrong("capture", "text"),
                    ..Field::default()
                }))
            }
            div.fields.pane-gap-s {
                (one("team", "Whose", Some("Who does it, gives or speaks."), FieldKind::Select(&whose), team, "action connection decision tech-share win question"))
                (one("to", "Who receives", None, FieldKind::Select(&gets), "", "connection"))
                div data-of="action" {
                    (field(&Field { id: "capture-role", name: "role", label: "Who does it", value: p.value("capture", "role", "principal-engineer"), kind: FieldKind::Select(&roles), ..Field::default() }))
                }
                (one("owner", "Or by name", Some("A mail address for an action, a name for a tech share."), FieldKind::Text, "", "action tech-share"))
                (one("due", "Day", Some("The last day of an action, the day of a talk."), FieldKind::Date, "", "action tech-share"))
                (one("why", "Why", None, FieldKind::Text, "", "decision"))
            }
            div.pane-gap-s { (cause(r)) }
            div.btns.pane-gap-s {
                button class="btn primary" type="submit" { "Add " kbd { "Ctrl Enter" } }
            }
            ul.ruled.small data-queue hidden {}
        }
        @let last = p.mine.filter(|c| c.counts());
        form.noprint #undo action={ (r.session.href()) "/captures/back" } method="post" data-fetch data-target="undo" hidden[last.is_none()] {
            input type="hidden" name="csrf" value=(p.csrf);
            input type="hidden" name="form" value="undo";
            div.btns.pane-gap-s {
                button.btn type="submit" name="capture" value=(last.map(|c| c.id.to_string()).unwrap_or_default()) { "Undo the last" }
                span.hint data-last { @if let Some(c) = last { (bdi(&kernel::text::shown(&c.text, 60))) } }
            }
        }
    }
}

fn line(c: &Capture, r: &Running) -> Markup {
    let zone = jiff::tz::TimeZone::get(&r.session.forum.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let at = c.at.jiff().to_zoned_datetime(zone).strftime("%H:%M").to_string();
    html! {
        b { (c.kind.title()) } ", " (at) ". "
        @if c.href.is_empty() { (bdi(&c.text)) } @else { a href=(c.href) { (bdi(&c.text)) } }
        @if !c.beside().is_empty() { " " span.mute { (bdi(&c.beside())) } }
    }
}

/// What was captured, newest first.
pub fn captured(r: &Running, audience: Audience) -> Markup {
    let counted: Vec<&Capture> = r.captures.iter().filter(|c| c.counts()).collect();
    let open = r.session.state == SessionState::Open;
    html! {
        div.pane-gap #live-captured data-fragment data-count=(counted.len()) {
            h3 { "Captured in this session: " (counted.len()) }
            @if counted.is_empty() { p.small.mute { "Nothing yet." } }
            ul.ruled {
                @for c in counted.iter().rev().take(SHOWN) {
                    li data-id=(c.id) {
                        (line(c, r))
                        @if audience == Audience::Run && open {
                            " " button.linkish type="submit" form="back" name="capture" value=(c.id) { "take back" span.vh { ": " (bdi(&c.text)) } }
                        }
                    }
                }
            }
            @if counted.len() > SHOWN { p.more { a href={ (r.session.href()) "/captures" } { "All " (counted.len()) } } }
        }
    }
}

/// Who is in the room, by role.
pub fn room(r: &Running) -> Markup {
    let (here, of) = count(&r.seats);
    let mut list: Vec<(String, Markup)> = lines(&r.seats).into_iter().map(|l| (l.title, bdi(&l.words))).collect();
    if !r.facilitators.is_empty() {
        list.push(("Facilitator".into(), bdi(&html::listed(&r.facilitators))));
    }
    html! {
        div.pane #live-room data-fragment {
            div.pane-h { h2 { "In the room" } @if of > 0 { span.small.mute { (here) " of " (of) } } }
            @if list.is_empty() { p.small.mute { "Nobody has said so yet." } } @else { (facts(FactsLook::Wide, &list)) }
        }
    }
}

/// The way in which somebody says that they are here.
pub fn here(p: &RunPage<'_>) -> Markup {
    let s = &p.running.session;
    html! {
        form.noprint action={ (s.href()) "/presence" } method="post" data-fetch data-target="live-room" {
            input type="hidden" name="csrf" value=(p.csrf);
            div.btns.pane-gap-s {
                button class="btn slim" type="submit" { "I am here" }
                a class="btn slim" href={ (s.href()) "/attendance" } { "By deputy, or absent" }
            }
        }
    }
}

/// All that was captured, on a page of its own.
pub fn all(r: &Running) -> Markup {
    html! {
        (html::head(html::Head {
            kicker: vec![(r.session.forum.name.clone(), Some(r.session.forum.href())), (r.session.title(), Some(format!("{}/run", r.session.href())))],
            title: "Captured in this session".into(),
            ..html::Head::default()
        }))
        @for (kind, list) in crate::capture::by_kind(&r.captures) {
            (html::section(kind.key(), kind.heading(), None, html::Tight(false), html! { ul.ruled { @for c in list { li { (line(c, r)) } } } }))
        }
        @if r.counted() == 0 { (html::section("none", "Nothing yet", None, html::Tight(false), html! { p.say { "Whatever is captured while the session runs stands here." } })) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::TakenBack;
    use crate::running::tests::running;

    #[test]
    fn a_capture_names_its_cause_and_the_list_has_no_more_than_it_shows() {
        let mut r = running(SessionState::Open);
        let text = cause(&r).into_string();
        assert!(text.contains("data-team=\"payments\"") && text.contains("Card payment &lt;p95&gt;"), "{text}");
        assert!(!cause(&running(SessionState::Closed)).into_string().contains("select"));
        r.captures[0].taken_back = Some(TakenBack { by: "Maya".into(), at: r.now });
        let text = captured(&r, Audience::Run).into_string();
        assert!(!text.contains("Words &lt;1&gt;") && text.contains("take back") && text.contains("data-count=\"6\""), "{text}");
        r.captures.extend((10..20).map(|n| crate::capture::tests::capture(n, CaptureKind::Win)));
        assert!(captured(&r, Audience::Part).into_string().contains("All 16"));
        assert!(all(&r).into_string().contains("Parking lot"));
        r.captures.clear();
        assert!(all(&r).into_string().contains("Nothing yet"));
    }

    #[test]
    fn the_room_is_told_by_role() {
        let text = room(&running(SessionState::Open)).into_string();
        assert!(
            text.contains("2 of 4") && text.contains("Documents by deputy Noor &lt;A&gt;") && text.contains("Ingrid &lt;S&gt;"),
            "{text}"
        );
        let mut r = running(SessionState::Open);
        (r.seats, r.facilitators) = (Vec::new(), Vec::new());
        assert!(room(&r).into_string().contains("Nobody has said so yet"));
        let p = RunPage {
            running: &r,
            audience: Audience::Part,
            may: true,
            mine: None,
            sent: None,
            conflict: None,
            key: "k",
            csrf: "t",
        };
        assert!(here(&p).into_string().contains("I am here"));
        assert!(capture(&p).into_string().contains("data-of=\"connection\""));
        assert_eq!((field_of("text"), field_of("capture")), ("capture-text".to_owned(), "capture".to_owned()));
    }
}
