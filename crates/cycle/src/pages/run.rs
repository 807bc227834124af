//! A session while it runs, for whoever runs it and for everybody else in it: clock, team under review, capture, who is there, agenda.
//! Its parts are fragments that hold no token and nobody's name but what all may see, so that each is drawn once for all; the forms
//! that their buttons send stand beside them.

pub mod aid;
pub mod clock;
pub mod screen;
pub mod team;

use html::{Head, Markup, Tight, bdi, head, html, section};
use kernel::error::Fault;
use kernel::web::Form;

use crate::capture::Capture;
use crate::running::Running;
use crate::session::{Session, SessionState};

/// For whom a part is drawn: all of one kind see the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Runs the session: moves the agenda, says what becomes of actions.
    Run,
    /// Is in it: captures.
    Part,
    /// The projector.
    Screen,
}

impl Audience {
    /// All of them.
    pub const ALL: [Audience; 3] = [Audience::Run, Audience::Part, Audience::Screen];

    /// In addresses.
    pub fn key(self) -> &'static str {
        match self {
            Audience::Run => "run",
            Audience::Part => "part",
            Audience::Screen => "screen",
        }
    }

    /// As it stands in an address.
    pub fn read(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.key() == key)
    }
}

/// What the page of a running session needs.
pub struct RunPage<'a> {
    /// Everything that it shows.
    pub running: &'a Running,
    /// For whom.
    pub audience: Audience,
    /// The reader may capture.
    pub may: bool,
    /// The reader's newest capture, which can be taken back.
    pub mine: Option<&'a Capture>,
    /// A refused form and what is wrong with it; its field `form` says which.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Why the last act could not be done.
    pub conflict: Option<&'a str>,
    /// Key of the capture that the form would send without script.
    pub key: &'a str,
    /// Token for forms.
    pub csrf: &'a str,
}

impl RunPage<'_> {
    /// What stands in a field of the form of that name: what was sent, else what is stored.
    pub(super) fn value<'a>(&'a self, form: &str, name: &str, stored: &'a str) -> &'a str {
        match self.sent {
            Some((sent, _)) if sent.get("form") == form => sent.get(name),
            _ => stored,
        }
    }

    pub(super) fn wrong(&self, form: &str, name: &str) -> Option<&str> {
        let (sent, faults) = self.sent?;
        let fault = faults.iter().find(|f| f.at == name)?;
        (sent.get("form") == form).then_some(fault.message.as_str())
    }
}

/// An empty form with a token, whose fields and buttons stand elsewhere and name it.
fn sender(id: &str, action: &str, csrf: &str, target: &str) -> Markup {
    html! {
        form id=(id) action=(action) method="post" novalidate data-fetch data-target=(target) {
            input type="hidden" name="csrf" value=(csrf);
            input type="hidden" name="form" value=(id);
        }
    }
}

/// All parts that change while the session runs, for a stream.
pub fn parts(r: &Running, audience: Audience) -> Markup {
    match audience {
        Audience::Screen => screen::screen(r),
        _ => html! {
            (clock::pane(r, audience)) (team::pane(r)) (team::actions(r, audience, None)) (aid::cause(r)) (aid::captured(r, audience)) (aid::room(r))
            (clock::agenda(r, audience))
        },
    }
}

/// The working agreement, with its version if it has one.
fn agreement(r: &Running) -> Markup {
    html! {
        @if let Some(a) = &r.agreement {
            @let version = (a.version > 0).then(|| html! { "Version " (a.version) "." });
            (section("agreement", "Working agreement", version, Tight(false), html! {
                @for line in a.text.lines().filter(|l| !l.trim().is_empty()) { p.prose { (bdi(line)) } }
            }))
        }
    }
}

/// The one way on from a session, for the head of its page.
pub fn door(s: &Session, runs: bool) -> Option<Markup> {
    let (path, words) = match s.state {
        SessionState::Closed => ("minutes", "Read the minutes"),
        SessionState::CalledOff => return None,
        _ if runs => ("run", "Run the session"),
        _ => ("run", "Take part"),
    };
    Some(html! { a href={ (s.href()) "/" (path) } { (words) } })
}

/// The ways from the page of a session to its screens and its minutes.
pub fn doors(s: &Session, runs: bool) -> Markup {
    let at = |path: &str| format!("{}/{path}", s.href());
    html! {
        (section("doors", "The session itself", None, Tight(true), html! {
            @match s.state {
                SessionState::Closed => div.btns { a class="btn primary" href=(at("minutes")) { "Read the minutes" } },
                SessionState::CalledOff => p.prose { "It was called off." },
                _ => {
                    div.btns {
                        a class=(if s.state == SessionState::Open || runs { "btn primary" } else { "btn" }) href=(at("run")) { @if runs { "Run the session" } @else { "Take part" } }
                        a.btn href=(at("screen")) { "Shared screen" }
                        a.btn href=(at("attendance")) { "Who is in the room" }
                    }
                },
            }
        }))
    }
}

/// The page.
pub fn page(p: &RunPage<'_>) -> Markup {
    let r = p.running;
    let s = &r.session;
    let at = |path: &str| format!("{}/{path}", s.href());
    html! {
        (head(Head {
            kicker: vec![
                (s.forum.name.clone(), Some(s.forum.href())),
                (s.title(), Some(s.href())),
                (s.when(), None),
            ],
            title: s.title(),
            ..Head::default()
        }))
        @if let Some(conflict) = p.conflict {
            div.alert role="alert" aria-labelledby="conflict" tabindex="-1" { h2 id="conflict" { "That could not be done" } p { (bdi(conflict)) } }
        }
        @if let Some((_, faults)) = p.sent { (html::alert(faults.iter().map(|f| (aid::field_of(&f.at), f.message.clone())).collect())) }
        @if p.audience == Audience::Run {
            (sender("go", &at("steps"), p.csrf, "live-clock"))
            (sender("treat", &at("treatments"), p.csrf, "live-actions"))
            (sender("back", &at("captures/back"), p.csrf, "live-captured"))
            form id="open" action=(at("opening")) method="post" { input type="hidden" name="csrf" value=(p.csrf); }
            form id="close" action=(at("closing")) method="post" { input type="hidden" name="csrf" value=(p.csrf); }
        }
        div class="live four" {
            section.a-side aria-label="Clock" { (clock::pane(r, p.audience)) }
            section.a-main aria-label="What is talked about" {
                (team::pane(r))
                (team::actions(r, p.audience, p.sent))
            }
            section.a-aid aria-label="Capture and attendance" {
                @if p.may && s.state == SessionState::Open { (aid::capture(p)) }
                (aid::captured(r, p.audience))
                (aid::room(r))
                @if s.state != SessionState::Closed { (aid::here(p)) }
                @for b in &r.before {
                    div.pane { div.pane-h { h2 { (b.title) } } ul.ruled { @for l in &b.lines { li { (bdi(l)) } } } }
                }
            }
            section.a-list aria-label="Agenda" { (clock::agenda(r, p.audience)) }
        }
        (agreement(r))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::running::tests::running;

    fn drawn(state: SessionState, audience: Audience, sent: Option<(&Form, &[Fault])>) -> String {
        let r = running(state);
        let mine = r.captures.last();
        page(&RunPage {
            running: &r,
            audience,
            may: true,
            mine,
            sent,
            conflict: sent.map(|_| "It was <closed>."),
            key: "0b0e2a9e-1111",
            csrf: "t",
        })
        .into_string()
    }

    #[test]
    fn whoever_runs_it_has_the_keys_and_everybody_sees_the_same() {
        let run = drawn(SessionState::Open, Audience::Run, None);
        for part in [
            ">8:18<",
            "of 14 minutes",
            "data-hotkey=\"n\"",
            "Next: <bdi>Close",
            "Payments &lt;x&gt;",
            "We look at &lt;systems&gt;.",
            "N-31: 8 of 10",
            "name=\"key\" value=\"0b0e2a9e-1111\"",
            "Words &lt;1&gt;",
        ] {
            assert!(run.contains(part), "{part}: {run}");
        }
        let part = drawn(SessionState::Open, Audience::Part, None);
        assert!(!part.contains("data-hotkey=\"n\"") && part.contains(">8:18<") && part.contains("name=\"kind\""), "{part}");
        assert!(!part.contains("<x>") && !run.contains("<x>"));
    }

    #[test]
    fn a_session_is_opened_and_once_closed_leads_to_its_minutes() {
        let before = drawn(SessionState::Planned, Audience::Run, None);
        assert!(before.contains("Open the session") && !before.contains("name=\"kind\""), "{before}");
        let after = drawn(SessionState::Closed, Audience::Run, None);
        assert!(after.contains("/minutes") && !after.contains("form=\"close\""), "{after}");
    }

    #[test]
    fn the_page_of_a_session_leads_to_its_screens_or_its_minutes() {
        let of = |state, runs| doors(&crate::session::tests::session(state), runs).into_string();
        assert!(of(SessionState::Planned, true).contains("Run the session") && of(SessionState::Open, false).contains("Take part"));
        assert!(of(SessionState::Closed, true).contains("/minutes") && !of(SessionState::CalledOff, true).contains("href"));
    }

    #[test]
    fn a_refused_capture_keeps_what_was_typed() {
        let fields = [("form", "capture"), ("kind", "connection"), ("text", "kept <b>"), ("team", "documents")];
        let form = Form(fields.map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec());
        let faults = [Fault::new("to", "Say which team <receives>.")];
        let text = drawn(SessionState::Open, Audience::Part, Some((&form, &faults)));
        assert!(text.contains("kept &lt;b&gt;") && text.matches("Say which team &lt;receives&gt;.").count() == 2, "{text}");
        assert!(text.contains("It was &lt;closed&gt;."));
    }

    #[test]
    fn parts_hold_no_token_and_nothing_of_one_person() {
        for state in [SessionState::Planned, SessionState::Open, SessionState::Closed] {
            for audience in Audience::ALL {
                let text = parts(&running(state), audience).into_string();
                assert!(!text.contains("csrf") && !text.contains("<form"), "{text}");
                assert!(text.contains("data-fragment"));
                assert_eq!(Audience::read(audience.key()), Some(audience));
            }
        }
    }
}
