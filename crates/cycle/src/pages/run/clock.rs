//! The clock of a running session and its agenda. A clock that never shames: no colour, no motion, no name; what is over is said in
//! words.

use html::{Markup, bdi, html};
use kernel::ids::Id;

use super::Audience;
use crate::agenda::{AgendaItem, ItemKind};
use crate::clock::{Pace, ahead, measured, minutes, seconds, spoken, standing};
use crate::running::Running;
use crate::session::SessionState;

/// What the script needs to let the time of an item run on: the server's now, what was used, what was planned, in milliseconds.
fn ticking(r: &Running, item: &AgendaItem, words: &str) -> Markup {
    let used = r.clock.of(item.id);
    let before = ahead(&r.plan(), &r.clock).behind - (seconds(used) - item.seconds).max(0);
    let label = format!("Time used for {}: {} of {}", item.title, spoken(seconds(used)), spoken(item.seconds));
    html! {
        p.clock role="timer" aria-label=(label) data-clock data-at=(r.now.micros() / 1000) data-used=(used.as_millis())
            data-planned=(item.seconds) data-before=(before) data-words=(words) data-running[r.clock.pace == Pace::Running] {
            (minutes(seconds(used)))
        }
    }
}

fn hour(at: kernel::time::Time, zone: &str) -> String {
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    at.jiff().to_zoned_datetime(zone).strftime("%H:%M").to_string()
}

/// A step that a button sends: the newest event that its page knows, and where to.
fn to(r: &Running, place: &str) -> String {
    format!("{}.{place}", r.clock.number)
}

fn steps(r: &Running) -> Markup {
    let id = |i: &AgendaItem| i.id.to_string();
    html! {
        div.btns.pane-gap-s {
            @if let Some(next) = r.next() {
                button class="btn primary row" type="submit" form="go" name="to" value=(to(r, &id(next))) data-hotkey="n" {
                    "Next: " (bdi(&next.title)) " " kbd { "n" }
                }
            }
            @if let Some(back) = r.back() {
                button.btn type="submit" form="go" name="to" value=(to(r, &id(back))) data-hotkey="b" { "Back" span.vh { " to " (bdi(&back.title)) } " " kbd { "b" } }
            }
            @if r.clock.pace == Pace::Paused {
                button.btn type="submit" form="go" name="to" value=(to(r, "resume")) { "Go on" }
            } @else {
                button.btn type="submit" form="go" name="to" value=(to(r, "pause")) { "Pause" }
            }
        }
        (html::disclosed("Close the session", r.next().is_none(), html! {
            p.small { "The reports of teams that were talked through are marked reviewed, decisions enter the ledger, and the minutes are made. They never change; what comes up later is an addendum." }
            @let left: Vec<&str> = r.agenda.iter().filter(|i| i.kind == ItemKind::Team && !r.clock.used.iter().any(|(id, _)| *id == i.id)).map(|i| i.title.as_str()).collect();
            @if !left.is_empty() { p.small { "Not talked about so far, and so left open: " (bdi(&crate::notice::named(&left))) "." } }
            div.btns.pane-gap-s { button class=(if r.next().is_none() { "btn primary" } else { "btn" }) type="submit" form="close" { "Close the session" } }
        }))
    }
}

/// The pane of the clock.
pub fn pane(r: &Running, audience: Audience) -> Markup {
    let s = &r.session;
    let zone = &s.forum.zone;
    let place = r.agenda.iter().position(|i| Some(i.id) == r.clock.current).map_or(0, |p| p + 1);
    let title = match (s.state, r.clock.pace) {
        (SessionState::Open, Pace::Paused) => "Paused",
        (SessionState::Open, _) => "Running",
        (SessionState::Closed, _) => "Closed",
        (SessionState::CalledOff, _) => "Called off",
        _ => "Not open yet",
    };
    html! {
        div.pane #live-clock data-fragment data-state=(s.state.words()) data-item=[r.current().map(|i| i.id.to_string())] data-words=(r.current().map_or(title, |i| i.title.as_str())) {
            div.pane-h { h2 { (title) } @if place > 0 { span.small.mute { "item " (place) " of " (r.agenda.len()) } } }
            @match (s.state, r.current()) {
                (SessionState::Open, Some(item)) => {
                    (ticking(r, item, &format!("for {}", item.title)))
                    @let used = r.used(item.id);
                    p.by { span data-measured { (measured(used, item.seconds)) } " for " (bdi(&item.title)) ". Planned end " (hour(s.ends, zone)) ", " span data-standing { (standing(ahead(&r.plan(), &r.clock).behind)) } "." }
                    @if audience == Audience::Run { (steps(r)) }
                },
                (SessionState::Open, None) => { p.prose { "The agenda has no item. Close the session, or build its agenda first next time." } @if audience == Audience::Run { (steps(r)) } },
                (SessionState::Closed, _) => {
                    p.by { "It took " (spoken(seconds(r.clock.total()))) ", planned were " (spoken(r.plan().iter().map(|(_, p)| p).sum())) "." }
                    div.btns.pane-gap-s { a class="btn primary" href={ (s.href()) "/minutes" } { "Read the minutes" } }
                },
                (SessionState::CalledOff, _) => p.prose { "This session was called off." },
                _ => {
                    p.by { (s.when()) "." }
                    @if audience == Audience::Run { div.btns.pane-gap-s { button class="btn primary" type="submit" form="open" { "Open the session" } } }
                    @else { p.prose.pane-gap-s { "The page follows by itself once it is open." } }
                },
            }
            @if audience == Audience::Run && s.state == SessionState::Open {
                p.more { a href={ (s.href()) "/screen" } target="_blank" rel="noopener" { "Shared screen" } ", " a href={ (s.href()) "/attendance" } { "attendance" } }
            }
        }
    }
}

fn row(r: &Running, i: &AgendaItem, audience: Audience) -> Markup {
    let (current, reached) = (Some(i.id) == r.clock.current, r.clock.used.iter().any(|(id, _)| *id == i.id));
    let open = r.session.state == SessionState::Open;
    let class = if current && open {
        "cur"
    } else if reached {
        "done"
    } else {
        ""
    };
    let used = r.used(i.id);
    let over = used > i.seconds && reached;
    html! {
        tr class=(class) aria-current=[(current && open).then_some("step")] {
            th.plain scope="row" {
                @if audience == Audience::Run && open && !current {
                    button.linkish type="submit" form="go" name="to" value=(to(r, &i.id.to_string())) { (bdi(&i.title)) }
                } @else { (bdi(&i.title)) }
                @if i.exception { br; " " span.by { "by exception" } }
                @else if !i.reasons.is_empty() && !i.why.is_empty() { br; " " span.by { (i.why) } }
            }
            td.num { @if i.exception { "–" } @else { (i.seconds / 60) @if i.seconds % 60 != 0 { ":" (format!("{:02}", i.seconds % 60)) } } }
            td class=(if over { "num over" } else { "num" }) data-used-now[current && open] { @if reached { (minutes(used)) } }
        }
    }
}

/// The agenda with planned and used minutes.
pub fn agenda(r: &Running, audience: Audience) -> Markup {
    let planned: i64 = r.agenda.iter().map(|i| i.seconds).sum();
    let total = r.clock.total();
    html! {
        div.pane #live-agenda data-fragment {
            div.pane-h { h2 { "Agenda" } span.small.mute { "minutes" } }
            @if r.agenda.is_empty() { p.prose { "Nobody has built the agenda yet. It is built when the session is opened." } } @else {
                table.agenda {
                    caption.vh { "Agenda with planned and used minutes" }
                    thead { tr { th scope="col" { "Item" } th.num scope="col" { "Plan" } th.num scope="col" { "Used" } } }
                    tbody { @for i in &r.agenda { (row(r, i, audience)) } }
                    tfoot { tr { th scope="row" { "In all" } td.num { (planned / 60) } td.num data-total=(total.as_millis()) { (minutes(seconds(total))) } } }
                }
                @if audience == Audience::Run && r.session.state == SessionState::Open {
                    p.more { a href=(r.session.href()) { "Fit what is left" } }
                }
            }
        }
    }
}

/// The present item, for a title.
pub fn title(r: &Running) -> (String, Option<Id>) {
    r.current().map_or_else(|| (r.session.title(), None), |i| (i.title.clone(), Some(i.id)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::running::tests::running;

    #[test]
    fn what_is_over_is_said_in_words_and_no_colour_shames() {
        let mut r = running(SessionState::Open);
        r.agenda[1].seconds = 433;
        let text = pane(&r, Audience::Run).into_string();
        assert!(text.contains("7 minutes 13 seconds, over by 1:05") && text.contains("behind plan"), "{text}");
        assert!(!text.contains("attention") && !text.contains("alert"), "{text}");
        assert!(text.contains("and so left open: <bdi>Quiet</bdi>."), "{text}");
        assert_eq!(title(&r).0, "Payments <x>");
    }

    #[test]
    fn the_agenda_marks_what_is_done_and_where_it_stands() {
        let text = agenda(&running(SessionState::Open), Audience::Part).into_string();
        for part in ["class=\"done\"", "aria-current=\"step\"", ">5:10<", ">8:18<", "by exception", ">13:28<"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let mut empty = running(SessionState::Planned);
        empty.agenda.clear();
        assert!(agenda(&empty, Audience::Run).into_string().contains("Nobody has built"));
    }
}
