//! The shared screen: what is talked about, in type that the last row reads, without a control. It follows the facilitator's screen.

use html::{Markup, Spark, bdi, html, spark_big};

use super::team::look;
use crate::agenda::ItemKind;
use crate::capture::{Capture, CaptureKind};
use crate::clock::{Pace, ahead, measured, minutes, seconds, spoken, standing};
use crate::running::Running;
use crate::session::SessionState;

/// Signals, captures and lines that a screen shows: what can be read from the last row.
const SHOWN: usize = 4;

/// What fits a line or three of a screen that does not scroll.
fn short(text: &str) -> String {
    let cut = kernel::text::shown(text, 90);
    if cut.len() < text.len() { format!("{}…", cut.trim_end()) } else { cut }
}

fn about(r: &Running) -> Markup {
    let of = |kind: CaptureKind| r.captures.iter().filter(move |c| c.kind == kind && c.counts());
    let told = |list: Vec<&Capture>| {
        html! { ul { @for c in list.iter().rev().take(SHOWN * 2) { li { (bdi(&c.text)) @if let Some(t) = &c.team { " " span.mute { (bdi(&t.name)) } } } } } }
    };
    html! {
        @if let Some(u) = &r.under {
            ul.sigs {
                @for (n, s) in u.told.signals.iter().take(SHOWN).enumerate() {
                    li {
                        (html::state_as(look(s.judged).0, s.judged.words()))
                        span {
                            (bdi(&s.what))
                            @if s.series.iter().flatten().count() > 1 {
                                br; (spark_big(&Spark {
                                    id: format!("screen-s{n}"),
                                    values: s.series.clone(),
                                    limits: s.limits,
                                    last: look(s.judged).1,
                                    ticks: Vec::new(),
                                    title: s.title.clone(),
                                    desc: s.what.clone(),
                                }))
                            }
                        }
                    }
                }
            }
            @if u.told.signals.is_empty() { p.win { "No signal: everything moved within its usual range." } }
            @if !u.told.win.is_empty() { p.win { (bdi(&u.told.win)) } }
            @if !u.told.ask.is_empty() { p { b { "Ask: " } (bdi(&u.told.ask)) } }
        } @else {
            @match r.current().map(|i| i.kind) {
                Some(ItemKind::Wins) => (told(of(CaptureKind::Win).collect())),
                Some(ItemKind::TechShares) => (told(of(CaptureKind::TechShare).collect())),
                Some(ItemKind::ParkingLot) => (told(of(CaptureKind::ParkingLot).collect())),
                Some(ItemKind::Notices) => { @for b in &r.before { ul { @for l in b.lines.iter().take(SHOWN * 2) { li { (bdi(l)) } } } } },
                _ => { @if let Some(i) = r.current() { ul { @for reason in i.reasons.iter().take(SHOWN * 2) { li { (bdi(&reason.words)) } } } } },
            }
        }
    }
}

/// The screen: one fragment that is drawn once for all that show it.
pub fn screen(r: &Running) -> Markup {
    let s = &r.session;
    let place = r.agenda.iter().position(|i| Some(i.id) == r.clock.current).map_or(0, |p| p + 1);
    let last: Vec<&Capture> = r.captures.iter().filter(|c| c.counts()).collect();
    let first = place <= 1;
    html! {
        div.panes #live-screen data-fragment {
            @match (s.state, r.current()) {
                (SessionState::Open, Some(item)) => {
                    @let used = r.used(item.id);
                    @let behind = ahead(&r.plan(), &r.clock).behind;
                    section.pane.w1 aria-label="What is talked about" {
                        div.pane-h { h2 { (bdi(&item.title)) } @if r.clock.pace == Pace::Paused { span { "paused" } } }
                        @if first { @if let Some(a) = &r.agreement { @for line in a.text.lines().filter(|l| !l.trim().is_empty()) { p.win { (bdi(line)) } } } }
                        (about(r))
                    }
                    section.pane aria-label="Clock" {
                        div.pane-h { h2 { "Time" } span { (place) " of " (r.agenda.len()) } }
                        p.clock role="timer" aria-label={ "Time used for " (item.title) ": " (spoken(used)) " of " (spoken(item.seconds)) } data-clock
                            data-at=(r.now.micros() / 1000) data-used=(r.clock.of(item.id).as_millis()) data-planned=(item.seconds)
                            data-before=(behind - (used - item.seconds).max(0)) data-running[r.clock.pace == Pace::Running] { (minutes(used)) }
                        p { span data-measured { (measured(used, item.seconds)) } ", " span data-standing { (standing(behind)) } }
                        @if let Some(next) = r.next() { p.mute { "Next: " (bdi(&next.title)) } }
                    }
                    section.pane aria-label="Captured" {
                        div.pane-h { h2 { "Captured" } span { (last.len()) } }
                        ul { @for c in last.iter().rev().take(SHOWN) { li { span { b { (c.kind.title()) } " " (bdi(&short(&c.text))) } } } }
                    }
                },
                (SessionState::Closed, _) => {
                    section.pane.w1 aria-label="Closed" {
                        div.pane-h { h2 { "Thank you" } }
                        p.win { "The session is closed. It took " (spoken(seconds(r.clock.total()))) "; " (last.len()) " " (html::plural(last.len(), "thing was", "things were")) " captured." }
                        p.mute { "The minutes stand at " (s.href()) "/minutes" }
                    }
                },
                _ => {
                    section.pane.w1 aria-label="Before the session" {
                        div.pane-h { h2 { (s.title()) } }
                        p.win { (s.when()) }
                        @if let Some(a) = &r.agreement { @for line in a.text.lines().filter(|l| !l.trim().is_empty()) { p.win { (bdi(line)) } } }
                    }
                    section.pane aria-label="Agenda" {
                        div.pane-h { h2 { "Agenda" } }
                        ul { @for i in r.agenda.iter().filter(|i| !i.exception) { li { span { (bdi(&i.title)) } span.mute { (i.seconds / 60) } } } }
                    }
                },
            }
        }
    }
}

/// The page around it.
pub fn page(r: &Running) -> Markup {
    html! {
        (html::head(html::Head {
            kicker: vec![(r.session.forum.name.clone(), None), (r.session.when(), None)],
            title: r.session.title(),
            ..html::Head::default()
        }))
        (screen(r))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::running::tests::running;

    #[test]
    fn the_screen_has_no_control_and_everything_that_is_talked_about() {
        let text = page(&running(SessionState::Open)).into_string();
        for part in
            [">8:18<", "Payments &lt;x&gt;", "Card payment &lt;p95&gt;", "Next: <bdi>Close", "Words &lt;7&gt;", "A &lt;morning&gt;"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        for control in ["<button", "<form", "<input", "<select"] {
            assert!(!text.contains(control), "{control}");
        }
    }

    #[test]
    fn before_and_after_it_says_what_comes_and_what_came() {
        let before = screen(&running(SessionState::Planned)).into_string();
        assert!(before.contains("We look at &lt;systems&gt;.") && before.contains("Wins, one per team"), "{before}");
        let after = screen(&running(SessionState::Closed)).into_string();
        assert!(after.contains("Thank you") && after.contains("7 things were captured"), "{after}");
        let mut r = running(SessionState::Open);
        r.under = None;
        for kind in [ItemKind::Wins, ItemKind::TechShares, ItemKind::ParkingLot, ItemKind::Notices, ItemKind::Close] {
            r.agenda[1].kind = kind;
            assert!(screen(&r).into_string().contains("live-screen"));
        }
    }
}
