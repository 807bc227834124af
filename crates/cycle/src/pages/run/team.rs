//! The team under review: signals, prompts, actions of earlier reviews, risks, everything else counted, win and ask.

use actions::Action;
use html::{Field, FieldKind, Mark, Markup, Signal, Spark, State, bdi, field, html, signals};
use kernel::error::Fault;
use kernel::web::Form;

use super::Audience;
use crate::agenda::ItemKind;
use crate::capture::CaptureKind;
use crate::running::Running;
use crate::session::SessionState;
use crate::told::{How, Judged, ToldSignal};

/// The state beside a signal's word and the mark on its curve's last point.
pub(super) const fn look(j: Judged) -> (State, Mark) {
    match j {
        Judged::Worse => (State::Worse, Mark::Worse),
        Judged::Stale => (State::Stale, Mark::Dot),
        Judged::Better => (State::Better, Mark::Better),
    }
}

fn signal(s: &ToldSignal, n: usize) -> Signal {
    let (state, mark) = look(s.judged);
    Signal {
        subject: s.pillar.clone(),
        area: None,
        state,
        word: Some(s.judged.words().into()),
        what: s.what.clone(),
        href: Some(s.href.clone()),
        why: html! { @if s.says.is_empty() { (s.why) } @else { "“" (s.why) "” " (bdi(&s.says)) } },
        spark: (s.series.iter().flatten().count() > 1).then(|| Spark {
            id: format!("live-s{n}"),
            values: s.series.clone(),
            limits: s.limits,
            last: mark,
            ticks: Vec::new(),
            title: format!("{}, the last {} periods", s.title, s.series.len()),
            desc: s.what.clone(),
        }),
        by: None,
    }
}

/// What a part of the agenda that is no team's has to show: what was captured of its kind, and what the session has before it.
fn part(r: &Running, kind: ItemKind) -> Markup {
    let of = |kind: CaptureKind| r.captures.iter().filter(move |c| c.kind == kind && c.counts());
    let list = |kind: CaptureKind, none: &str| {
        html! {
            @if of(kind).next().is_none() { p.prose { (none) } }
            ul.ruled { @for c in of(kind) { li { (bdi(&c.text)) @if !c.beside().is_empty() { " " span.mute { (bdi(&c.beside())) } } } } }
        }
    };
    html! {
        @match kind {
            ItemKind::Wins => (list(CaptureKind::Win, "What went well? One win for each team, however small.")),
            ItemKind::TechShares => (list(CaptureKind::TechShare, "Who could tell the others something, and when?")),
            ItemKind::ParkingLot => (list(CaptureKind::ParkingLot, "Nothing was put off so far.")),
            ItemKind::Actions => {
                @if r.treated.is_empty() { p.prose { "What became of the actions that are late?" } }
                ul.ruled { @for t in &r.treated { li { b { (t.how.heading()) } ". " (bdi(&t.what)) " " span.mute { (bdi(&t.team.name)) } } } }
            },
            ItemKind::Close => p.prose { (html::capital(&counted(r))) " What do we take with us?" },
            _ => {},
        }
    }
}

fn counted(r: &Running) -> String {
    match r.counted() {
        0 => "nothing was captured.".into(),
        1 => "one thing was captured.".into(),
        n => format!("{} things were captured.", html::count_word(n)),
    }
}

/// What is talked about.
pub fn pane(r: &Running) -> Markup {
    html! {
        div #live-team data-fragment {
            @match (&r.under, r.current()) {
                (Some(u), _) => {
                    @let t = &u.told;
                    div.pane-h { h2 { (bdi(&u.team.name)) } @if !t.href.is_empty() { span.small.mute { @if !t.stage.is_empty() { (t.stage) ", " } a href=(t.href) { "full report" } } } }
                    @if !u.people.is_empty() { p.small.sec2 { (bdi(&u.people)) } }
                    @if !t.signals.is_empty() {
                        div.pane-gap {
                            h3 { "Signals" }
                            (signals(&t.signals.iter().enumerate().map(|(n, s)| signal(s, n)).collect::<Vec<_>>()))
                            @if t.more > 0 { p.more { a href=(t.href) { (t.more) " more in the report" } } }
                        }
                    } @else if !t.href.is_empty() { p.prose.pane-gap { "No signal: everything moved within its usual range." } }
                    @if !t.prompts.is_empty() { div.pane-gap { h3 { "Prompts from the data" } @for q in &t.prompts { p.prompt { (bdi(q)) } } } }
                    @if t.high > 0 || !t.rest.is_empty() {
                        div class="pane-gap cols c2" {
                            @if t.high > 0 {
                                div {
                                    h3 { "Open high risks: " (t.high) }
                                    ul.ruled { @for k in &t.risks { li { a href=(k.href) { (bdi(&k.title)) } " " span class=(if k.late { "over" } else { "mute" }) { (k.due) } } } }
                                    @if !t.risks_href.is_empty() { p.more { a href=(t.risks_href) { "All " (html::count_word(t.high)) " high risks" } } }
                                }
                            }
                            @if !t.rest.is_empty() { div { h3 { "Everything else" } ul.ruled { @for l in &t.rest { li { (bdi(l)) } } } } }
                        }
                    }
                    @if !t.win.is_empty() || !t.ask.is_empty() {
                        div class="pane-gap cols c2" {
                            @if !t.win.is_empty() { div { h3 { "Win" } p.say { (bdi(&t.win)) } } }
                            @if !t.ask.is_empty() { div { h3 { "Ask" } p.say { (bdi(&t.ask)) } } }
                        }
                    }
                },
                (None, Some(i)) => {
                    div.pane-h { h2 { (bdi(&i.title)) } }
                    @if !i.reasons.is_empty() {
                        ul.ruled { @for reason in &i.reasons { li { @if reason.href.is_empty() { (bdi(&reason.words)) } @else { a href=(reason.href) { (bdi(&reason.words)) } } } } }
                    }
                    (part(r, i.kind))
                },
                (None, None) => {
                    div.pane-h { h2 { (r.session.title()) } }
                    p.prose { "The agenda stands beside. Once the session is open, what is talked about stands here." }
                },
            }
        }
    }
}

fn day(due: &str) -> String {
    due.parse::<jiff::civil::Date>().map_or_else(|_| "no date yet".to_owned(), |d| d.strftime("%-d %b").to_string())
}

fn action(r: &Running, a: &Action, audience: Audience, sent: Option<(&Form, &[Fault])>) -> Markup {
    let id = a.id.to_string();
    let mine = sent.filter(|(form, _)| form.get("form") == "treat" && form.get("how").ends_with(&id));
    let value = |name: &str| mine.map_or("", |(form, _)| form.get(&format!("{name}.{id}")));
    let wrong = |name: &str| mine.and_then(|(_, f)| f.iter().find(|f| f.at == name)).map(|f| f.message.as_str());
    let today = r.now.jiff().in_tz(&r.session.forum.zone).map(|z| z.date()).ok();
    let late = today.and_then(|t| a.due_in(t)).filter(|d| *d < 0);
    let send = |how: How, words: &str| {
        html! { button class="btn slim" type="submit" form="treat" name="how" value={ (how.key()) "." (a.version) "." (id) } { (words) span.vh { ": " (bdi(&a.content.what)) } } }
    };
    html! {
        tr role="row" {
            th.plain scope="row" role="rowheader" {
                a href=(a.href()) { (bdi(&a.content.what)) } br; span.by { (bdi(&a.content.owner.name)) @if a.carried > 0 { ", " (actions::view::carried_words(a.carried)) } }
            }
            td.nb role="cell" data-l="Due" { div { (day(&a.content.due)) @if let Some(days) = late { br; span class="by over" { (html::days_words(days)) } } } }
            @if audience == Audience::Run {
                td role="cell" data-l="Today" {
                    (html::disclosed("Settle it", mine.is_some(), html! {
                        (bound(&id, "words", "What shows it, or why", value("words"), wrong("words"), FieldKind::Text))
                        (bound(&id, "due", "New last day, to carry it over", value("due"), wrong("due"), FieldKind::Date))
                        div.btns.pane-gap-s { (send(How::Done, "Done")) (send(How::Carried, "Carry")) (send(How::Dropped, "Drop")) }
                    }))
                }
            }
        }
    }
}

/// A field of a form that stands elsewhere.
fn bound(id: &str, name: &str, label: &str, value: &str, error: Option<&str>, kind: FieldKind<'_>) -> Markup {
    let at = format!("{name}.{id}");
    field(&Field { id: &at, label, value, error, kind, form: Some("treat"), ..Field::default() })
}

/// Open actions of the team under review.
pub fn actions(r: &Running, audience: Audience, sent: Option<(&Form, &[Fault])>) -> Markup {
    let list: &[Action] = r.under.as_ref().map_or(&[], |u| &u.actions);
    let open = r.session.state == SessionState::Open;
    let audience = if open { audience } else { Audience::Part };
    html! {
        div.pane-gap #live-actions data-fragment {
            @if !list.is_empty() {
                h3 { "Actions from earlier reviews" }
                table.stack role="table" {
                    caption.vh { "Open actions of the team" }
                    thead role="rowgroup" { tr role="row" { th scope="col" role="columnheader" { "Action" } th scope="col" role="columnheader" { "Due" } @if audience == Audience::Run { th scope="col" role="columnheader" { "Today" } } } }
                    tbody role="rowgroup" { @for a in list { (action(r, a, audience, sent)) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::running::tests::running;

    #[test]
    fn a_team_is_told_by_its_data() {
        let text = pane(&running(SessionState::Open)).into_string();
        for part in [
            "Card payment &lt;p95&gt;: 655 ms",
            "“One day makes &lt;this&gt; number.”",
            "<svg",
            "2 more in the report",
            "waking for?",
            "Open high risks: 4",
            "16 values within",
            "The nightly &lt;file&gt;",
            "A &lt;morning&gt;",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn other_parts_show_what_was_captured_of_their_kind() {
        let mut r = running(SessionState::Open);
        r.under = None;
        for (kind, part) in [
            (ItemKind::Wins, "Words &lt;5&gt;"),
            (ItemKind::TechShares, "Words &lt;4&gt;"),
            (ItemKind::ParkingLot, "Words &lt;7&gt;"),
            (ItemKind::Actions, "Carried over"),
            (ItemKind::Close, "Seven things were captured."),
        ] {
            r.agenda[1].kind = kind;
            let text = pane(&r).into_string();
            assert!(text.contains(part), "{part}: {text}");
        }
        r.clock.current = None;
        assert!(pane(&r).into_string().contains("Once the session is open"));
    }

    #[test]
    fn only_whoever_runs_it_says_what_became_of_an_action() {
        let mut r = running(SessionState::Open);
        let (content, origin) = actions::NewAction {
            team: "payments".into(),
            what: "Restore <the> ledger".into(),
            owner: "principal-engineer".into(),
            workload: None,
            goal: String::new(),
            due: "2026-11-12".into(),
            blocked_by: String::new(),
            effort: None,
            expected: None,
            issue: String::new(),
            origin: actions::Origin::default(),
        }
        .check(actions::action::Owner::role(people::Role::PrincipalEngineer), jiff::civil::date(2026, 11, 1))
        .unwrap();
        let a = Action {
            id: kernel::ids::Id::from_u128(4),
            team: actions::action::Named { slug: "payments".into(), name: "Payments".into() },
            workload: None,
            origin,
            content,
            state: actions::ActionState::Open,
            carried: 3,
            why: String::new(),
            made_by: "Maya".into(),
            made_at: r.now,
            changed_by: "Maya".into(),
            changed_at: r.now,
            version: 2,
        };
        r.under.as_mut().unwrap().actions = vec![a.clone()];
        let how = format!("carried.2.{}", a.id);
        let form = Form(vec![
            ("form".into(), "treat".into()),
            ("how".into(), how.clone()),
            (format!("words.{}", a.id), "kept <b>".into()),
        ]);
        let faults = [Fault::new("due", "Say until <when>.")];
        let text = actions(&r, Audience::Run, Some((&form, &faults))).into_string();
        for part in [how.as_str(), "carried 3 times", "days late", "kept &lt;b&gt;", "Say until &lt;when&gt;.", "form=\"treat\""] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!actions(&r, Audience::Part, None).into_string().contains("form=\"treat\""));
    }
}
