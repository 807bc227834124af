//! One concern: what it says, what was decided, its work, before and after, what happened to it, and where it can go.

use html::{Cell, Column, Columns, FactsLook, Head, Markup, State, Tight, bdi, columns, head, html, section, table};
use kernel::time::Time;
use kernel::web::{clock, day};

use super::moves::{Moves, moves, who};
use super::results::{self, ResultPart};
use super::score::{ScorePart, score};
use super::stories::{StoriesPart, stories};
use super::{Sent, alike_list, score_words, state_mark};
use crate::concern::{Concern, Confirmed};
use crate::history::{Told, history};
use crate::moving::quarter_words;
use crate::state::{ConcernState, Way};
use crate::view::ConcernView;

/// What the page needs.
pub struct OnePage<'a> {
    /// The concern in full.
    pub view: &'a ConcernView,
    /// Title of its metric with what it is measured of, if it has one.
    pub metric: Option<&'a str>,
    /// What the hypothesis expects: "lower by 1.4 s".
    pub expected: &'a str,
    /// The ways on that the reader may go.
    pub ways: &'a [Way],
    /// The quarter that the form of the roadmap suggests.
    pub quarter: &'a str,
    /// Slug and name of the teams to which the reader may give a story.
    pub teams: &'a [(String, String)],
    /// Ids of the stories whose sprint the reader may set.
    pub pulls: &'a [kernel::ids::Id],
    /// Steps of the scale.
    pub scale: &'a [u32],
    /// The reader works on the concern: changes it, measures.
    pub may_work: bool,
    /// The reader decides for the council.
    pub may_decide: bool,
    /// A refused move.
    pub moved: Sent<'a>,
    /// A refused story.
    pub told: Sent<'a>,
    /// A refused score.
    pub scored: Sent<'a>,
    /// Somebody else was faster; what they did.
    pub conflict: Option<&'a str>,
    /// Token for forms.
    pub csrf: &'a str,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

fn lead(p: &OnePage<'_>) -> Markup {
    let c = &p.view.concern;
    let s = c.stories;
    html! {
        "Raised by " (bdi(&c.team.name)) " on " (day(c.made_at, p.now, p.zone))
        @if c.state != ConcernState::Raised { ", " (c.state.words()) " since " (day(c.moved_at, p.now, p.zone)) }
        "."
        @if s.all > 0 && c.state < ConcernState::Measured { " " (html::count_word_capital(s.closed)) " of " (html::count_word(s.all)) " " (html::plural(s.all, "story is", "stories are")) " closed." }
        @if let Some(r) = p.view.proof().filter(|_| c.state >= ConcernState::Done) { " " (bdi(&r.numbers.what)) ": " (r.numbers.headline) "." }
        @if c.state.is_aside() { " " (bdi(&c.course.reason)) }
    }
}

fn facts(p: &OnePage<'_>) -> Vec<(String, Markup)> {
    let c = &p.view.concern;
    let mut out = vec![
        (
            "State".into(),
            html! { (state_mark(c.state)) @if c.state == ConcernState::SentOn { br; "to " (bdi(&c.course.sent_to)) } },
        ),
        ("Raised by".into(), html! { (bdi(&c.made_by)) ", " (bdi(&c.team.name)) }),
        ("From".into(), actions::pages::origin_words(&c.origin)),
    ];
    if let Some(n) = c.course.decision {
        out.push(("Decided".into(), html! { a href={ "/decisions/" (n) } { "Decision " (n) } }));
    }
    if !c.course.quarter.is_empty() {
        out.push(("Roadmap".into(), html! { a href="/council/roadmap" { (quarter_words(&c.course.quarter)) } }));
    }
    out
}

fn says(p: &OnePage<'_>) -> Markup {
    let c = &p.view.concern.content;
    let row = |q: &str, a: &str| (q.to_owned(), html! { span.say { (bdi(a)) } });
    html! {
        h3 { "The three questions" }
        (html::facts(FactsLook::Wide, &[
            row("Why is this SRE?", &c.why_sre),
            row("Why is it important?", &c.why_important),
            row("What is involved?", &c.involved),
        ]))
    }
}

fn confirmed(c: &Concern) -> Markup {
    let words = c.content.confirmed.words();
    html! {
        @match c.content.confirmed {
            Confirmed::Yes => (html::state_as(State::Yes, words)),
            Confirmed::No => (html::state_as(State::No, words)),
            Confirmed::NotYet | Confirmed::NotSaid => (html::state_as(State::Unknown, words)),
        }
        @if !c.content.seen.is_empty() { br; (bdi(&c.content.seen)) }
    }
}

fn evidence(p: &OnePage<'_>) -> Markup {
    let c = &p.view.concern;
    let t = &c.content;
    let mut rows = vec![("Can our data confirm it?".to_owned(), confirmed(c))];
    if let Some(title) = p.metric {
        let to = format!("/metrics/{}/{}", t.metric, t.subject);
        rows.push(("Metric".into(), html! { a href=(to) { (bdi(title)) } }));
    }
    let window = match (t.baseline_from.as_str(), t.baseline_until.as_str()) {
        ("", "") => String::new(),
        (from, "") => format!("from {from} to the change"),
        ("", until) => format!("until {until}"),
        (from, until) => format!("{from} to {until}"),
    };
    if !t.baseline.is_empty() || !window.is_empty() {
        rows.push((
            "Baseline".into(),
            html! { (bdi(&t.baseline)) @if !window.is_empty() { @if !t.baseline.is_empty() { br; } span.by { (window) } } },
        ));
    }
    let hypothesis = html! {
        @if t.hypothesis.is_empty() && p.expected.is_empty() { "Not said yet" }
        (bdi(&t.hypothesis))
        @if !p.expected.is_empty() { @if !t.hypothesis.is_empty() { br; } span.by { "The metric gets " (p.expected) } }
    };
    rows.push(("Hypothesis".into(), hypothesis));
    if !c.course.epic.is_empty() {
        let epic = html! { @if c.course.epic_url.is_empty() { (bdi(&c.course.epic)) } @else { a href=(c.course.epic_url) rel="noreferrer" { (bdi(&c.course.epic)) } } };
        rows.push(("Epic".into(), epic));
    }
    if !c.course.follows.is_empty() {
        rows.push(("What follows".into(), bdi(&c.course.follows)));
    }
    html! { h3 { "The evidence" } (html::facts(FactsLook::Wide, &rows)) }
}

fn told(t: &Told, p: &OnePage<'_>) -> Vec<Cell> {
    vec![
        Cell::text(&clock(t.at, p.now, p.zone)).class("nb"),
        Cell::new(bdi(&t.by)).class("by"),
        Cell::new(html! { (bdi(&t.says)) @if !t.why.is_empty() { br; " " span.by { (bdi(&t.why)) } } }),
    ]
}

fn conflict(words: &str) -> Markup {
    html! {
        div.alert role="alert" aria-labelledby="conflict-h" tabindex="-1" {
            h2 id="conflict-h" { "Somebody else moved it first" }
            p { (words) }
        }
    }
}

/// One concern.
pub fn one(p: &OnePage<'_>) -> Markup {
    let c = &p.view.concern;
    let proven = p.view.proof().is_some();
    let cut = c.state >= ConcernState::Vetted;
    html! {
        (head(Head {
            kicker: vec![("SRE council".into(), Some("/council".into())), (c.name(), None)],
            title: c.content.title.clone(),
            lead: lead(p),
            facts: facts(p),
        }))
        @if let Some(words) = p.conflict { (conflict(words)) }
        (p.moved.summary()) (p.told.summary()) (p.scored.summary())
        (section("concern", &c.name(), Some(html! {
            "As it was raised."
            @if p.may_work && !c.state.is_aside() { " " a href={ (c.href()) "/text" } data-edit { "Change it" } }
        }), Tight(false), columns(Columns::Even, &[says(p), evidence(p)])))
        @if !p.view.alike.is_empty() {
            (section("alike", "Others like it", Some(html! { "They share words with it; nothing more is claimed." }), Tight(false), alike_list(&p.view.alike)))
        }
        @if p.may_decide || !p.view.votes.is_empty() {
            (section("score", "Score", Some(html! { "Cost of delay over size. It orders concerns." @if let Some(s) = &c.wsjf { " " (score_words(s)) "." } }), Tight(false),
                score(&ScorePart { concern: c, votes: &p.view.votes, scale: p.scale, may: p.may_decide && !c.state.is_aside(), sent: p.scored, csrf: p.csrf, now: p.now, zone: p.zone })))
        }
        @if cut {
            (section("stories", "Stories", Some(html! { "Each is of one team and stands in its register of actions." }), Tight(false),
                stories(&StoriesPart { concern: c, work: &p.view.work, teams: p.teams, pulls: p.pulls, sent: p.told, csrf: p.csrf, now: p.now, zone: p.zone })))
            (section("results", "Before and after", Some(html! { "Only a result from production closes the concern." }), Tight(false), html! {
                (results::results(&ResultPart { concern: c, all: &p.view.results, now: p.now, zone: p.zone }))
                @if p.may_work { div.btns.pane-gap { a.btn href={ (c.href()) "/results" } { "Compare before and after" } } }
            }))
        }
        (section("moves", "Where it goes", Some(html! { "Each move is kept with who, when and why." }), Tight(false), html! {
            @if p.ways.is_empty() { (who(c)) }
            @else { (moves(&Moves { concern: c, ways: p.ways, quarter: p.quarter, sent: p.moved, csrf: p.csrf }, proven)) }
        }))
        (section("history", "What happened to it", Some(html! { "Newest first." }), Tight(false), table(&html::Table {
            caption: "Changes and moves, newest first".into(),
            columns: vec![Column::text("When"), Column::text("Who"), Column::text("What")],
            rows: history(&p.view.versions).iter().map(|t| told(t, p)).collect(),
            class: "stack flow".into(),
            foot: None,
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concern::Course;
    use crate::concern::tests::concern;
    use crate::moving::ConcernVersion;

    fn view(state: ConcernState) -> ConcernView {
        let c = concern(21, state);
        let first = ConcernVersion {
            version: 1,
            state,
            content: c.content.clone(),
            course: Course::default(),
            why: "because <x>".into(),
            by: "Aoife <Brennan>".into(),
            at: c.made_at,
        };
        ConcernView {
            concern: c,
            ways: Vec::new(),
            work: Vec::new(),
            votes: Vec::new(),
            results: Vec::new(),
            alike: vec![crate::pages::sample::alike()],
            versions: vec![first],
        }
    }

    fn draw(view: &ConcernView, may: bool, conflict: Option<&str>) -> String {
        let ways = if may { view.concern.state.ways() } else { Vec::new() };
        let teams = if may { vec![("quotes".to_owned(), "Quote & <Buy>".to_owned())] } else { Vec::new() };
        one(&OnePage {
            view,
            metric: Some("Latency <p95> of Quotes"),
            expected: "lower by 1.4 s",
            ways: &ways,
            quarter: "2027-Q1",
            teams: &teams,
            pulls: &[],
            scale: &[1, 2, 3],
            may_work: may,
            may_decide: may,
            moved: Sent::default(),
            told: Sent::default(),
            scored: Sent::default(),
            conflict,
            csrf: "c",
            now: Time(1_795_000_000_000_000),
            zone: "UTC",
        })
        .into_string()
    }

    #[test]
    fn a_concern_says_everything_and_offers_the_ways_on() {
        let page = draw(&view(ConcernState::Presented), true, None);
        for part in [
            "No single backlog holds both ends.",
            "Latency &lt;p95&gt; of Quotes",
            "The metric gets lower by 1.4 s",
            "2026-09-01 to 2026-11-04",
            "Retries &lt;x&gt;",
            "because &lt;x&gt;",
            "move-accepted",
            "/council/concerns/21/text",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("id=\"stories\""), "nothing is cut before the epic is vetted");
        let read = draw(&view(ConcernState::InSprint), false, None);
        assert!(!read.contains("<form") && read.contains("id=\"stories\"") && read.contains("move it on"), "{read}");
    }

    #[test]
    fn who_was_slower_sees_what_stands_now() {
        let fresh = draw(&view(ConcernState::Raised), true, None);
        assert!(fresh.contains("Raised by") && !fresh.contains("raised since"), "what is raised says so once: {fresh}");
        let page = draw(&view(ConcernState::Accepted), true, Some("Pradeep changed C-21."));
        assert!(page.contains("Somebody else moved it first") && page.contains("Pradeep changed C-21."), "{page}");
    }
}
