//! The council's page: the board, and what was put aside this quarter.

use html::{BoardColumn, BoardEntry, Head, Markup, Tight, bdi, head, html, section};
use kernel::time::Time;
use kernel::web::day;

use crate::concern::Concern;
use crate::meeting::topics;
use crate::moving::quarter_words;
use crate::setting::Setting;
use crate::state::{Column, ConcernState};
use crate::view::in_column;

/// Entries of the last column that are drawn; the roadmap has all.
const LAST: usize = 8;

/// What the page needs.
pub struct BoardPage<'a> {
    /// Everything that is not put aside.
    pub concerns: &'a [Concern],
    /// What was rejected or sent on this quarter.
    pub aside: &'a [Concern],
    /// `2026-Q4`.
    pub quarter: &'a str,
    /// The council's own rules.
    pub setting: &'a Setting,
    /// Names of its members.
    pub members: &'a [String],
    /// Teams that have a member, and all of them.
    pub teams: (usize, usize),
    /// The next meeting with its address, if one is planned.
    pub meeting: Option<(String, String)>,
    /// Numbers of the concerns that the reader may move, each with the ways on that are open.
    pub ways: &'a [(i64, Vec<crate::state::Way>)],
    /// The reader may plan a meeting.
    pub may_plan: bool,
    /// The reader may raise a concern.
    pub may_raise: bool,
    /// The reader may change the rules.
    pub may_decide: bool,
    /// Token for forms.
    pub csrf: &'a str,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

/// Entries that the facts name one by one.
const NAMED: usize = 6;

/// What the council has not decided: the lead counts it, the facts name it.
fn undecided<'a>(p: &BoardPage<'a>) -> Vec<&'a Concern> {
    p.concerns.iter().filter(|c| c.state.is_intake()).collect()
}

fn lead(p: &BoardPage<'_>) -> Markup {
    let n = p.concerns.iter().filter(|c| !c.state.is_intake() && c.state != ConcernState::Roadmap).count();
    let waiting = undecided(p).len();
    let measured = p.concerns.iter().filter(|c| c.state == ConcernState::Measured).max_by_key(|c| c.moved_at);
    html! {
        @if p.concerns.is_empty() { "Nothing is on the board." }
        @else {
            (html::count_word_capital(n)) " " (html::plural(n, "concern is", "concerns are")) " under way and "
            (html::count_word(waiting)) " " (html::plural(waiting, "waits", "wait")) " for a decision."
            @if let Some(c) = measured { " " (c.name()) " is measured and waits to be presented." }
        }
    }
}

fn facts(p: &BoardPage<'_>) -> Vec<(String, Markup)> {
    let open = undecided(p);
    let mut out = Vec::new();
    let meeting = html! {
        @match &p.meeting {
            Some((when, to)) => { b { a href=(to) { (when) } } br; "open to everyone" },
            None => { "none planned" @if p.may_plan { ", " a href="/council/sessions" { "plan one" } } },
        }
    };
    out.push(("Next meeting".into(), meeting));
    let members = match p.members.len() {
        0 => html! { "nobody yet" },
        n => html! { (n) " from " (p.teams.0) " of " (p.teams.1) " " (html::plural(p.teams.1, "team", "teams")) },
    };
    out.push(("Members".into(), members));
    if !p.setting.champion.is_empty() {
        out.push(("Champion".into(), bdi(&p.setting.champion)));
    }
    let decide = html! {
        @if open.is_empty() { "nothing" }
        @for (i, c) in open.iter().take(NAMED).enumerate() { @if i > 0 { ", " } a href=(c.href()) { (c.name()) } }
        @if open.len() > NAMED { " and " (open.len() - NAMED) " more" }
    };
    out.push(("To decide".into(), decide));
    out
}

fn by(c: &Concern, p: &BoardPage<'_>) -> Markup {
    let since = day(c.moved_at, p.now, p.zone);
    html! {
        b { (c.name()) } " " (bdi(&c.team.name)) br;
        @match c.state {
            ConcernState::Raised => { "raised " (since) }
            ConcernState::Vetted | ConcernState::Stories | ConcernState::InSprint if c.stories.all > 0 => {
                (c.stories.closed) " of " (c.stories.all) " stories"
            }
            ConcernState::Roadmap => { (quarter_words(&c.course.quarter)) }
            other => { (other.words()) ", " (since) }
        }
        @if let Some(s) = c.wsjf.filter(|_| c.state < ConcernState::Done) { br; "WSJF " (html::number(s.score, 1)) }
    }
}

/// Where an entry can go: one press where nothing is asked, else the way to the form.
fn moves(c: &Concern, p: &BoardPage<'_>) -> Markup {
    let Some((_, ways)) = p.ways.iter().find(|(n, _)| *n == c.number) else { return html! {} };
    html! {
        @if !ways.is_empty() {
            ul {
                @for w in ways {
                    li {
                        @let waits = super::moves::waits(c, c.state == ConcernState::Done, w);
                        @if !waits.is_empty() {
                            span.by { (w.label()) ": " (waits.to_lowercase()) }
                        } @else if w.asks() {
                            a href={ (c.href()) "#move-" (w.to.key()) } { (w.label()) "…" }
                        } @else {
                            (html::form(&format!("{}/moves", c.href()), p.csrf, html! {
                                input type="hidden" name="version" value=(c.version);
                                input type="hidden" name="to" value=(w.to.key());
                                input type="hidden" name="back" value="board";
                                button class="btn slim" type="submit" { (w.label()) span.vh { ": " (c.name()) } }
                            }))
                        }
                    }
                }
            }
        }
    }
}

fn columns(p: &BoardPage<'_>) -> Vec<BoardColumn> {
    let column = |col: Column| {
        let mut all = in_column(p.concerns, col);
        if col == Column::Roadmap {
            all.sort_by_key(|c| std::cmp::Reverse(c.moved_at));
            all.truncate(LAST);
        }
        BoardColumn {
            title: col.title().into(),
            most: match col {
                Column::InSprint => p.setting.most_in_sprint,
                Column::Measuring => p.setting.most_measuring,
                _ => None,
            },
            entries: all
                .into_iter()
                .map(|c| BoardEntry {
                    id: format!("c-{}", c.number),
                    title: c.content.title.clone(),
                    href: c.href(),
                    by: by(c, p),
                    moves: moves(c, p),
                })
                .collect(),
        }
    };
    Column::ALL.into_iter().map(column).collect()
}

fn aside(p: &BoardPage<'_>) -> Markup {
    html! {
        @if p.aside.is_empty() { "Nothing was rejected or sent on this quarter. " }
        @else {
            "Put aside this quarter: "
            @for (i, c) in p.aside.iter().enumerate() {
                @if i > 0 { ", " }
                (super::concern_link(c)) " (“" (bdi(&c.course.reason)) "”"
                @if c.state == ConcernState::SentOn { "; sent on to " (bdi(&c.course.sent_to)) } ")"
            }
            ". "
        }
        a href="/council/concerns?state=aside" { "All reasons" }
    }
}

/// The board.
pub fn board(p: &BoardPage<'_>) -> Markup {
    let agenda = topics(p.concerns);
    html! {
        (head(Head {
            kicker: vec![("SRE council".into(), None), (quarter_words(p.quarter), None)],
            title: "SRE council".into(),
            lead: lead(p),
            facts: facts(p),
        }))
        section.sec id="board" aria-labelledby="h-board" data-fragment {
            header.full { h2 id="h-board" { "From concern to result" } }
            div.full {
                @if p.concerns.is_empty() {
                    (html::empty(
                        "No concern has been raised yet. Bring the one that worries you most, and say whether our data can confirm it.",
                        p.may_raise.then_some(("Raise a concern", "/council/concerns/new")),
                    ))
                } @else {
                    @if p.may_raise { div.btns { a.btn.primary href="/council/concerns/new" data-new { "Raise a concern" } } }
                    div.pane-gap { (html::board(&columns(p))) }
                }
                p.more {
                    (aside(p)) " "
                    "Arrow keys walk over the board, " kbd { "m" } " opens the menu of where a concern can go; nothing needs dragging."
                }
                p.more {
                    a href="/council/concerns" { "Find concerns" } " · " a href="/council/roadmap" { "Roadmap" } " · "
                    a href="/council/sessions" { "Meetings" } " · "
                    a href="/council/rules" { @if p.may_decide { "Change remit and rules" } @else { "Remit and rules" } }
                }
            }
        }
        @if !agenda.is_empty() {
            (section("agenda", if p.meeting.is_some() { "For the next meeting" } else { "Waits for a meeting" }, Some(html! { "Open to everyone; nobody is required to come." }), Tight(false), html! {
                ul.ruled {
                    @for t in &agenda { li { (t.part.words()) ": " a href=(t.href) { (bdi(&t.title)) } } }
                }
            }))
        }
        (section("remit", "What the council takes on", None, Tight(false), html! {
            (html::columns(html::Columns::Even, &[
                html! { h3 { "In its remit" } p.prose { (bdi(&p.setting.remit)) } },
                html! { h3 { "Sent on" } p.prose { (bdi(&p.setting.not_remit)) } },
            ]))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concern::Course;
    use crate::concern::tests::concern;

    fn draw(concerns: &[Concern], aside: &[Concern], may: bool) -> String {
        let ways: Vec<_> = concerns.iter().map(|c| (c.number, if may { c.state.ways() } else { Vec::new() })).collect();
        let setting = Setting { champion: "Pradeep <Nair>".into(), most_in_sprint: Some(1), ..Setting::default() };
        board(&BoardPage {
            concerns,
            aside,
            quarter: "2026-Q4",
            setting: &setting,
            members: &["Maya".to_owned()],
            teams: (1, 10),
            meeting: Some(("Thu 3 Dec".into(), "/sessions/1".into())),
            ways: &ways,
            may_plan: may,
            may_raise: may,
            may_decide: may,
            csrf: "c",
            now: Time(1_795_000_000_000_000),
            zone: "UTC",
        })
        .into_string()
    }

    #[test]
    fn the_board_has_a_column_for_each_stage_and_a_menu_for_each_entry() {
        let states =
            [ConcernState::Raised, ConcernState::Presented, ConcernState::InSprint, ConcernState::InSprint, ConcernState::Measured];
        let all: Vec<Concern> = states.iter().zip(1..).map(|(s, n)| concern(n, *s)).collect();
        let page = draw(&all, &[], true);
        for part in [
            "Three concerns are under way and two wait for a decision. C-5 is measured",
            "2 of 1, over",
            "The load slows the &lt;morning’s&gt; quotes",
            "Quote &amp; &lt;Buy&gt;",
            "Pradeep &lt;Nair&gt;",
            "1 from 1 of 10 teams",
            "href=\"/council/concerns/2#move-accepted\"",
            "name=\"to\" value=\"presented\"",
            "Q4 2026",
            "Present the result: <a href=\"/council/concerns/5\">",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!draw(&all, &[], false).contains("<details"), "who may not move one has no menu");
    }

    #[test]
    fn lead_and_facts_mean_the_same_by_to_decide_and_a_meeting_that_nobody_planned_is_said() {
        let all: Vec<Concern> = (1..=8).map(|n| concern(n, ConcernState::Raised)).collect();
        let page = draw(&all, &[], true);
        assert!(page.contains("eight wait for a decision.") && page.contains("C-6</a> and 2 more"), "{page}");
        assert!(page.contains("For the next meeting"));
        let setting = Setting::default();
        let bare = |may_plan| BoardPage {
            concerns: &all,
            aside: &[],
            quarter: "2026-Q4",
            setting: &setting,
            members: &[],
            teams: (0, 1),
            meeting: None,
            ways: &[],
            may_plan,
            may_raise: false,
            may_decide: false,
            csrf: "c",
            now: Time(1_795_000_000_000_000),
            zone: "UTC",
        };
        let page = board(&bare(true)).into_string();
        for part in ["none planned, <a href=\"/council/sessions\">plan one</a>", "Waits for a meeting"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!board(&bare(false)).into_string().contains("plan one"));
    }

    #[test]
    fn an_empty_board_says_what_will_stand_there_and_what_was_put_aside_keeps_its_reason() {
        assert!(draw(&[], &[], true).contains("No concern has been raised yet"));
        let course = Course { reason: "Not <reliability>".into(), sent_to: "The guild".into(), ..Course::default() };
        let c = Concern { course, ..concern(3, ConcernState::SentOn) };
        let page = draw(&[], &[c], false);
        assert!(page.contains("Not &lt;reliability&gt;") && page.contains("sent on to <bdi>The guild"), "{page}");
    }
}
