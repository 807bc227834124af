//! One action: how it stands, what it did, what happened to it, and the forms that move it on.

use html::{
    Cell, Column, Columns, Field, FieldKind, Head, Mark, Markup, Spark, Tight, bdi, columns, field, fields_one, head, html,
    section, spark_big, table,
};
use jiff::civil::Date;
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::{Form, clock};

use super::{due_cell, form, origin_words, state_mark};
use crate::action::{Action, ActionState};
use crate::change::{Told, history};
use crate::effect::{Effect, EffectFinding};
use crate::view::{ActionView, carried_words};

/// What the page needs.
pub struct OnePage<'a> {
    /// The action in full.
    pub view: &'a ActionView,
    /// The form that changes it; none for who may not.
    pub form: Option<form::FormPage<'a>>,
    /// A refused change of state: the form, and why.
    pub refused: Option<(&'a Form, &'a [Fault])>,
    /// Slug and name of the trackers that it can be linked to.
    pub trackers: &'a [(String, String)],
    /// A refused link to an issue.
    pub unlinked: Option<(&'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
    /// Today, as due dates count.
    pub today: Date,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

fn effort_words(a: &Action) -> &'static str {
    a.content.effort.map_or("not said", |e| e.key())
}

fn facts(p: &OnePage<'_>) -> Vec<(String, Markup)> {
    let a = &p.view.action;
    let carried = carried_words(a.carried);
    vec![
        (
            "State".into(),
            html! { (state_mark(a, p.today)) @if !a.why.is_empty() && !a.state.is_open() { br; span.by { (bdi(&a.why)) } } },
        ),
        ("Who".into(), html! { (bdi(&a.content.owner.name)) }),
        ("Due".into(), html! { (due_cell(a, p.today)) @if !carried.is_empty() { br; span.by { (carried) } } }),
        (
            "Effort".into(),
            html! { (effort_words(a)) ", " (p.view.age_days) " " (html::plural(usize::try_from(p.view.age_days).unwrap_or(2), "day", "days")) " old" },
        ),
        ("From".into(), origin_words(&a.origin)),
    ]
}

fn lead(a: &Action) -> Markup {
    let c = &a.content;
    html! {
        @if !c.goal.is_empty() { "So that " (bdi(&c.goal)) ". " }
        @if !c.blocked_by.is_empty() && a.state.is_open() { "Waits for " (bdi(&c.blocked_by)) ". " }
        @if !c.issue.is_empty() { a href=(c.issue) rel="noreferrer" { "The issue elsewhere" } }
    }
}

fn figures(e: &Effect) -> Markup {
    let row = |p: &crate::effect::EffectPoint, side: &str| {
        vec![Cell::text(&p.period), Cell::text(side), Cell::figure(Some(&html::Figure::new(p.number, e.decimals, &e.unit)))]
    };
    let rows = e.before.iter().map(|p| row(p, "before")).chain(e.after.iter().map(|p| row(p, "since"))).collect();
    table(&html::Table {
        caption: format!("{} before and since", e.title),
        columns: vec![Column::text("Period"), Column::text("Side"), Column::num("Value")],
        rows,
        class: format!("k{}", e.decimals),
        foot: None,
    })
}

/// What became of the number that the action should move.
pub fn effect(e: &Effect) -> Markup {
    let values: Vec<Option<f64>> = e.before.iter().chain(&e.after).map(|p| Some(p.number)).collect();
    let last = match e.finding {
        EffectFinding::AsExpected => Mark::Better,
        EffectFinding::OtherWay => Mark::Worse,
        _ => Mark::Dot,
    };
    let ticks = if e.after.is_empty() { Vec::new() } else { vec![e.before.len()] };
    html! {
        p.prose {
            a href={ "/metrics/" (e.metric) "/" (e.subject.slug) } { (bdi(&e.title)) } " of " (bdi(&e.subject.name)) ", expected "
            (e.expected) ". " (e.words)
        }
        (spark_big(&Spark {
            id: "effect-spark".into(),
            values,
            limits: None,
            last,
            ticks,
            title: format!("{} before and since", e.title),
            desc: e.words.clone(),
        }))
        @if !(e.before.is_empty() && e.after.is_empty()) { (html::disclosure("The values", figures(e))) }
    }
}

fn told(t: &Told, p: &OnePage<'_>) -> Vec<Cell> {
    vec![
        Cell::text(&clock(t.at, p.now, p.zone)).class("nb"),
        Cell::new(bdi(&t.by)).class("by"),
        Cell::new(html! {
            @for (i, says) in t.says.iter().enumerate() { @if i > 0 { br; " " } (bdi(says)) }
            @if !t.why.is_empty() { br; " " span.by { (bdi(&t.why)) } }
        }),
    ]
}

/// The form of one change of state.
fn move_form(p: &OnePage<'_>, to: ActionState, primary: bool, label: &str) -> Markup {
    let a = &p.view.action;
    let sent = p.refused.filter(|(f, _)| f.get("state") == to.key());
    let was = |name: &str| sent.map_or("", |(f, _)| f.get(name));
    let wrong = |at: &str| sent.and_then(|(_, faults)| faults.iter().find(|f| f.at == at)).map(|f| f.message.as_str());
    let id = format!("reason-{}", to.key());
    let issue = p.view.issue_says();
    let said = p.view.said.as_deref().or(issue.as_deref()).unwrap_or("");
    let asks_why = to == ActionState::Dropped || !a.state.is_open();
    html::form(
        &format!("{}/state", a.href()),
        p.csrf,
        html! {
            input type="hidden" name="version" value=(a.version);
            input type="hidden" name="state" value=(to.key());
            @if to == ActionState::Done {
                (fields_one(&[
                    field(&Field { id: "evidence-words", label: "What shows that it is done", hint: Some("In a sentence; or the link below."), value: if was("evidence-words").is_empty() { said } else { was("evidence-words") }, kind: FieldKind::Textarea(2), error: wrong("evidence-words"), ..Field::default() }),
                    field(&Field { id: "evidence-url", label: "Link", hint: Some("https://… or a page of this server."), value: was("evidence-url"), error: wrong("evidence-url"), ..Field::default() }),
                ]))
            } @else if asks_why {
                (fields_one(&[field(&Field { id: &id, name: "reason", label: "Why", value: was("reason"), error: wrong("reason"), ..Field::default() })]))
            }
            div.btns.pane-gap-s {
                button class=(if primary { "btn primary" } else { "btn" }) type="submit" { (label) span.vh { ": " (a.content.what) } }
            }
        },
    )
}

fn moves(p: &OnePage<'_>) -> Markup {
    let a = &p.view.action;
    let placed = |f: &Fault| {
        let at = p.refused.map_or("", |(form, _)| form.get("state"));
        let id = if f.at == "reason" && at != "done" { format!("reason-{at}") } else { f.at.clone() };
        (id, f.message.clone())
    };
    html! {
        @if let Some((_, faults)) = p.refused { (html::alert(faults.iter().map(placed).collect())) }
        @if let Some(said) = p.view.said.as_deref().filter(|_| a.state.is_open()) { p.prose { (said) } }
        @if let Some(says) = p.view.issue_says() { p.prose { (bdi(&says)) " If that is true of the action too, say so." } }
        @if a.state.is_open() {
            (columns(Columns::Even, &[
                html! { h3 { "It is done" } (move_form(p, ActionState::Done, true, "Done")) },
                html! {
                    @if a.state == ActionState::Open { h3 { "Somebody is at it" } (move_form(p, ActionState::InProgress, false, "In progress")) }
                    @else { h3 { "Nobody is at it any more" } (move_form(p, ActionState::Open, false, "Open")) }
                    h3.pane-gap { "Nobody will do it" } (move_form(p, ActionState::Dropped, false, "Drop"))
                },
            ]))
        } @else {
            (move_form(p, ActionState::Open, false, "Open it again"))
        }
    }
}

/// Issues that it is linked to, and the form that links another or makes one.
fn issues(p: &OnePage<'_>) -> Markup {
    let to = format!("{}/issues", p.view.action.href());
    let was = |name: &str| p.unlinked.map_or("", |(f, _)| f.get(name));
    let wrong = |at: &str| p.unlinked.and_then(|(_, faults)| faults.iter().find(|f| f.at == at)).map(|f| f.message.as_str());
    let offered: Vec<(&str, &str)> = p.trackers.iter().map(|(slug, name)| (slug.as_str(), name.as_str())).collect();
    html! {
        @if let Some((_, faults)) = p.unlinked { (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) }
        @if !p.view.issues.is_empty() {
            (trackers::pages::issues("Issues that this action is linked to", &p.view.issues, p.form.is_some().then_some((to.as_str(), p.csrf)), p.now, p.zone))
        }
        @for name in &p.view.asked { p.prose { "An issue in " (bdi(name)) " is being made from this action." } }
        @if p.form.is_some() && !offered.is_empty() {
            (html::form(&to, p.csrf, html! {
                (html::fields(&[
                    field(&Field { id: "tracker", label: "Tracker", value: was("tracker"), kind: FieldKind::Select(&offered), error: wrong("tracker"), ..Field::default() }),
                    field(&Field { id: "issue-name", name: "issue", label: "Issue that exists", hint: Some("Its number, key or address. Leave it empty to make one."), value: was("issue"), error: wrong("issue-name"), ..Field::default() }),
                ]))
                div.btns.pane-gap-s {
                    button.btn type="submit" name="how" value="link" { "Link it" }
                    button.btn type="submit" name="how" value="make" { "Make an issue from this action" }
                }
            }))
        }
    }
}

/// One action.
pub fn one(p: &OnePage<'_>) -> Markup {
    let a = &p.view.action;
    let mut kicker = vec![
        (a.team.name.clone(), Some(format!("/teams/{}", a.team.slug))),
        ("Actions".to_owned(), Some(format!("/teams/{}/actions", a.team.slug))),
    ];
    if let Some(w) = &a.workload {
        kicker.push((w.name.clone(), Some(format!("/workloads/{}", w.slug))));
    }
    html! {
        (head(Head { kicker, title: a.content.what.clone(), lead: lead(a), facts: facts(p) }))
        @if let Some(f) = &p.form { (form::refusals(f)) }
        @if let Some(e) = &a.content.evidence {
            (section("evidence", "What shows it", None, Tight(false), html! {
                @if !e.words.is_empty() { p.prose { (bdi(&e.words)) } }
                @if !e.url.is_empty() { p.prose { a href=(e.url) rel="noreferrer" { (bdi(&e.url)) } } }
            }))
        }
        @if let Some(e) = &p.view.effect { (section("effect", "What it did to the number", Some(html! { "The period in which it was done counts to neither side." }), Tight(false), effect(e))) }
        @if !(p.view.issues.is_empty() && p.view.asked.is_empty() && (p.form.is_none() || p.trackers.is_empty())) {
            (section("issues", "Issues elsewhere", Some(html! { "Followed in their trackers; they never close the action." }), Tight(false), issues(p)))
        }
        @if p.form.is_some() { (section("state", "How far it is", None, Tight(false), moves(p))) }
        @if let Some(f) = p.form.as_ref().filter(|_| a.state.is_open()) {
            (section("change", "Change it", Some(html! { "A day that moves back is counted, with its reason." }), Tight(false), form::edit(f, a.version)))
        }
        (section("history", "What happened to it", Some(html! { "Newest first." }), Tight(false), table(&html::Table {
            caption: "Changes, newest first".into(),
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
    use crate::action::tests::{action, today};
    use crate::action::{Evidence, Named};
    use crate::change::ActionVersion;
    use crate::effect::EffectPoint;

    fn view(state: ActionState) -> ActionView {
        let mut a = action(1);
        a.state = state;
        a.content.issue = "https://issues.example.org/7".into();
        let first = ActionVersion {
            version: 1,
            content: a.content.clone(),
            state: ActionState::Open,
            why: String::new(),
            by: "Maya <Okafor>".into(),
            at: a.made_at,
        };
        ActionView {
            due_in_days: a.due_in(today()),
            age_days: 1,
            versions: vec![first],
            effect: None,
            said: None,
            issues: vec![],
            asked: vec![],
            action: a,
        }
    }

    fn draw(view: &ActionView, may: bool, refused: Option<(&Form, &[Fault])>) -> String {
        let parts = super::super::sample::Parts::new();
        let form = may.then(|| parts.page(None));
        let now = Time(1_795_000_000_000_000);
        let trackers = [("payments".to_owned(), "Payments <issues>".to_owned())];
        one(&OnePage { view, form, refused, trackers: &trackers, unlinked: None, csrf: "c", today: today(), now, zone: "UTC" })
            .into_string()
    }

    #[test]
    fn an_open_action_says_who_by_when_and_offers_the_ways_on() {
        let page = draw(&view(ActionState::Open), true, None);
        for part in [
            "Restore the ledger, timed",
            "So that",
            "Principal engineer",
            "1 day old",
            "Put into the register",
            "Maya &lt;Okafor&gt;",
            "evidence-words",
            "Drop",
            "Save the change",
            "https://issues.example.org/7",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let read = draw(&view(ActionState::Open), false, None);
        assert!(!read.contains("<form"), "who may not change it sees no form");
        let said = ActionView { said: Some("The review says it is in place.".into()), ..view(ActionState::Open) };
        let said = draw(&said, true, None);
        assert!(said.contains("The review says it is in place.</textarea>"), "{said}");
    }

    #[test]
    fn an_issue_that_is_done_offers_to_close_the_action_and_closes_nothing() {
        let issue = trackers::Issue {
            id: kernel::ids::Id::from_u128(6),
            tracker: "payments".into(),
            tracker_name: "Payments <issues>".into(),
            kind: trackers::TrackerKind::Github,
            name: "12".into(),
            url: "https://github.com/harbour/payments/issues/12".into(),
            title: "Restore <it>".into(),
            state: trackers::IssueState::Done,
            word: "closed as completed".into(),
            since: Time(1_794_929_580_000_000),
            read_at: None,
            etag: String::new(),
        };
        let v = ActionView { issues: vec![issue], asked: vec!["Other <t>".into()], ..view(ActionState::Open) };
        let page = draw(&v, true, None);
        for part in [
            "Payments &lt;issues&gt; says that #12 is “closed as completed” since 17 Nov 2026.",
            "If that is true of the action too, say so.",
            "Restore &lt;it&gt;",
            "is being made from this action",
            "Make an issue from this action",
            "/issues/00000000-0000-0000-0000-000000000006/removal",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!draw(&ActionView { action: view(ActionState::Done).action, ..v }, true, None).contains("If that is true"));
    }

    #[test]
    fn a_refused_change_of_state_is_shown_at_its_form() {
        let form = Form(vec![("state".into(), "dropped".into()), ("reason".into(), " ".into())]);
        let faults = [Fault::new("reason", "Say why nobody will do it.")];
        let page = draw(&view(ActionState::Open), true, Some((&form, &faults)));
        assert!(page.contains("href=\"#reason-dropped\"") && page.matches("Say why nobody will do it.").count() == 2, "{page}");
    }

    #[test]
    fn a_done_one_has_its_evidence_and_its_effect() {
        let mut v = view(ActionState::Done);
        v.action.content.evidence = Some(Evidence { words: "22 <minutes>".into(), url: "/reports/payments/12".into() });
        let points = |n: usize| (0..n).map(|i| EffectPoint { period: i.to_string(), number: 7.5 }).collect::<Vec<_>>();
        v.effect = Some(Effect {
            metric: "lead-time".into(),
            title: "Lead <time>".into(),
            unit: "h".into(),
            decimals: 1,
            subject: Named { slug: "payments".into(), name: "Payments".into() },
            expected: "lower".into(),
            before: points(5),
            after: points(3),
            finding: EffectFinding::TooEarly,
            words: "3 of 8 points since. Before that nothing is claimed.".into(),
        });
        let page = draw(&v, true, None);
        for part in
            ["22 &lt;minutes&gt;", "3 of 8 points since", "Lead &lt;time&gt;", "Open it again", "/metrics/lead-time/payments"]
        {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("Save the change"), "what is closed is opened before it is changed: {page}");
        assert!(effect(v.effect.as_ref().unwrap()).into_string().contains("7.5"));
    }
}
