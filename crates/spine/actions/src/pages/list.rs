//! The register as a list: all teams in their fixed order, or one team with the form that adds.

use html::{Cell, Column, Field, FieldKind, Head, Markup, Tight, bdi, field, fields, head, html, plural, section, table};
use jiff::civil::Date;

use super::{due_cell, form, origin_words, progress_mark};
use crate::action::{Action, ActionState};
use crate::origin::OriginKind;
use crate::view::{carried_words, sums};

/// What a list is narrowed to, as it stands in the address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Narrowed {
    /// Slug of a team; empty for all.
    pub team: String,
    /// Key of a state, `unfinished`, or `all`.
    pub state: String,
    /// Key of an origin; empty for all.
    pub origin: String,
    /// Only what is late.
    pub late: bool,
    /// Only what the reader answers for.
    pub mine: bool,
}

/// The list of all teams.
pub struct ListPage<'a> {
    /// Slug and name of every team, in the fixed order.
    pub teams: &'a [(String, String)],
    /// In that order; within a team by last day.
    pub actions: &'a [Action],
    /// What it is narrowed to.
    pub narrowed: &'a Narrowed,
    /// Address of what follows, if there is more.
    pub next: Option<&'a str>,
    /// Open and late over all teams, whatever the list is narrowed to.
    pub open: (usize, usize),
    /// Today.
    pub today: Date,
    /// The reader is a person, who may have actions of their own.
    pub person: bool,
}

/// A table of actions in the order given.
pub fn actions_table(caption: &str, actions: &[&Action], today: Date) -> Markup {
    let row = |a: &&Action| {
        let carried = carried_words(a.carried);
        vec![
            Cell::new(html! {
                a href=(a.href()) { (bdi(&a.content.what)) }
                @if !a.content.goal.is_empty() { br; " " span.by { "Goal: " (bdi(&a.content.goal)) } }
                @if !a.content.blocked_by.is_empty() && a.state.is_open() { br; " " span.by { "waits for " (bdi(&a.content.blocked_by)) } }
            }),
            Cell::new(html! {
                span { (bdi(&a.content.owner.name)) @if let Some(w) = &a.workload { br; " " span.by { (bdi(&w.name)) } } }
            }),
            Cell::new(html! { (due_cell(a, today)) @if !carried.is_empty() { br; " " span.by { (carried) } } }).class("nb"),
            Cell::new(progress_mark(a)),
            Cell::new(origin_words(&a.origin)).class("by"),
        ]
    };
    table(&html::Table {
        caption: caption.to_owned(),
        columns: vec![
            Column::text("What"),
            Column::text("Who"),
            Column::text("Due").class("lab"),
            Column::text("State"),
            Column::text("From").class("lab"),
        ],
        rows: actions.iter().map(row).collect(),
        class: "stack flow words".into(),
        foot: None,
    })
}

fn filters(p: &ListPage<'_>) -> Markup {
    let mut teams = vec![("", "All teams")];
    teams.extend(p.teams.iter().map(|(slug, name)| (slug.as_str(), name.as_str())));
    let mut states = vec![("unfinished", "Open or in progress")];
    let words: Vec<(&str, String)> = ActionState::ALL.iter().map(|s| (s.key(), html::capital(s.words()))).collect();
    states.extend(words.iter().map(|(k, w)| (*k, w.as_str())));
    states.push(("all", "All"));
    let kinds: Vec<(&str, String)> = OriginKind::ALL.iter().map(|k| (k.key(), html::capital(k.words()))).collect();
    let mut origins = vec![("", "Anywhere")];
    origins.extend(kinds.iter().map(|(k, w)| (*k, w.as_str())));
    let n = p.narrowed;
    let mut all = vec![
        field(&Field { id: "team", label: "Team", value: &n.team, kind: FieldKind::Select(&teams), ..Field::default() }),
        field(&Field { id: "state", label: "State", value: &n.state, kind: FieldKind::Select(&states), ..Field::default() }),
        field(&Field {
            id: "origin",
            label: "Comes from",
            value: &n.origin,
            kind: FieldKind::Select(&origins),
            ..Field::default()
        }),
        field(&Field {
            id: "late",
            label: "Only what is late",
            value: "yes",
            kind: FieldKind::Checkbox(n.late),
            ..Field::default()
        }),
    ];
    if p.person {
        let hint = Some("By name, or by a role that you hold in the team.");
        all.push(field(&Field {
            id: "owner",
            label: "Only mine",
            hint,
            value: "me",
            kind: FieldKind::Checkbox(n.mine),
            ..Field::default()
        }));
    }
    html! {
        form.noprint action="/actions" method="get" {
            (fields(&all))
            div.btns.pane-gap-s { button.btn type="submit" { "Show" } }
        }
    }
}

/// All teams.
pub fn all(p: &ListPage<'_>) -> Markup {
    let (open, late) = p.open;
    html! {
        (head(Head {
            kicker: vec![],
            title: if p.narrowed.mine { "My actions".into() } else { "Actions".into() },
            lead: html! {
                @if p.narrowed.mine { "What you answer for in every team, by name or by your role. It is for you: nobody can ask for somebody else’s." }
                @else { "Who does what, for which goal, by when. One register for reviews, reports, incidents and whatever else finds work; teams stand in their fixed order." }
            },
            facts: {
                let mut out = vec![("Open".into(), html! { b { (open) } @if p.narrowed.mine { " in all teams" } }), ("Late".into(), html! { (late) @if p.narrowed.mine { " in all teams" } })];
                if p.person && !p.narrowed.mine {
                    out.push(("Yours".into(), html! { a href="/actions?owner=me" { "what you answer for" } }));
                }
                out
            },
        }))
        (section("filters", "Which", None, Tight(false), filters(p)))
        @if p.actions.is_empty() {
            (section("actions", "Actions", None, Tight(false), html::empty("No action is like that. Teams put theirs into the register on their own page, reviews from their risks.", None)))
        }
        @for (slug, name) in p.teams {
            @let own: Vec<&Action> = p.actions.iter().filter(|a| a.team.slug == *slug).collect();
            @if !own.is_empty() {
                @let (open, late) = sums(own.iter().copied(), p.today);
                @let words = html! { @if open > 0 { (open) " open" @if late > 0 { ", " (late) " late" } "." } " " a href={ "/teams/" (slug) "/actions" } { "This team’s" } };
                (section(&format!("team-{slug}"), name, Some(words), Tight(true), actions_table(&format!("Actions of {name}"), &own, p.today)))
            }
        }
        @if let Some(next) = p.next {
            (section("more", "More", None, Tight(true), html::more(html! { a href=(next) { "The next page" } })))
        }
    }
}

/// The page of one team.
pub struct TeamPage<'a> {
    /// Slug and name.
    pub team: (&'a str, &'a str),
    /// What is not finished, by last day.
    pub open: &'a [Action],
    /// What was finished or dropped lately, newest first.
    pub closed: &'a [Action],
    /// The form that adds; none for who may not.
    pub form: Option<form::FormPage<'a>>,
    /// Today.
    pub today: Date,
}

/// One team.
pub fn team(p: &TeamPage<'_>) -> Markup {
    let (open, late) = sums(p.open, p.today);
    let all: Vec<&Action> = p.open.iter().collect();
    let closed: Vec<&Action> = p.closed.iter().collect();
    html! {
        (head(Head {
            kicker: vec![(p.team.1.to_owned(), Some(format!("/teams/{}", p.team.0))), ("Actions".into(), Some("/actions".into()))],
            title: if open == 0 { "No action is open".to_owned() } else { format!("{} {} open", html::count_word_capital(open), plural(open, "action is", "actions are")) },
            lead: html! {
                @if late > 0 { (html::count_word_capital(late)) " " (plural(late, "is", "are")) " late. " }
                "What is open returns on the team’s report until it is done or dropped."
            },
            facts: vec![("Open".into(), html! { b { (open) } }), ("Late".into(), html! { (late) })],
        }))
        @if let Some(f) = &p.form { (form::refusals(f)) }
        (section("open", "Open", Some(html! { "By last day; what has none stands last." }), Tight(false), html! {
            @if all.is_empty() { (html::empty("Nothing is agreed. What a report, a review or an incident asks for can be put here, with an owner and a day.", None)) }
            @else { (actions_table(&format!("Open actions of {}", p.team.1), &all, p.today)) }
        }))
        @if let Some(f) = &p.form { (section("add", "Put an action into the register", None, Tight(false), form::add(f))) }
        @if !closed.is_empty() {
            (section("closed", "Finished or dropped", Some(html! { "The newest of the last half year." }), Tight(false), actions_table(&format!("Closed actions of {}", p.team.1), &closed, p.today)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::tests::{action, today};

    fn page(actions: &[Action], next: Option<&str>) -> String {
        let teams = [("accounts".to_owned(), "Accounts".to_owned()), ("payments".to_owned(), "Payments <x>".to_owned())];
        let narrowed = Narrowed { state: "unfinished".into(), ..Narrowed::default() };
        all(&ListPage { teams: &teams, actions, narrowed: &narrowed, next, open: (2, 1), today: today(), person: true })
            .into_string()
    }

    #[test]
    fn the_list_stands_by_team_and_says_who_does_what_by_when() {
        let mut late = action(2);
        late.content.due = "2026-11-01".into();
        late.carried = 3;
        late.content.blocked_by = "a <range>".into();
        let page = page(&[late, action(1)], Some("/actions?cursor=1"));
        for part in [
            "Payments &lt;x&gt;",
            "Restore the ledger, timed",
            "Goal: ",
            "Principal engineer",
            "29 days late",
            "carried 3 times",
            "in 18 days",
            "a &lt;range&gt;",
            "The next page",
            "2 open, 1 late",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("Overdue"), "the day says that it is late, the state does not say it again: {page}");
        assert!(!page.contains("id=\"team-accounts\""), "a team without actions has no section: {page}");
    }

    #[test]
    fn a_table_leads_to_each_action_and_to_where_it_comes_from() {
        let mut a = action(7);
        a.origin.url = "/reports/payments/12".into();
        a.origin.words = "Sprint <12>".into();
        let table = actions_table("Open <ones>", &[&a], today()).into_string();
        for part in
            ["/actions/00000000-0000-0000-0000-000000000007", "/reports/payments/12", "Sprint &lt;12&gt;", "Open &lt;ones&gt;"]
        {
            assert!(table.contains(part), "{part}: {table}");
        }
    }

    #[test]
    fn an_empty_register_says_how_actions_come() {
        assert!(page(&[], None).contains("Teams put theirs into the register"));
    }

    #[test]
    fn a_team_has_its_open_ones_the_form_and_what_was_closed() {
        let done = Action { state: ActionState::Done, ..action(3) };
        let draw = |open: &[Action], form: Option<form::FormPage<'_>>| {
            team(&TeamPage { team: ("payments", "Payments <x>"), open, closed: std::slice::from_ref(&done), form, today: today() })
                .into_string()
        };
        let fields = super::super::sample::Parts::new();
        let page = draw(&[action(1)], Some(fields.page(None)));
        for part in ["One action is open", "Finished or dropped", "Put it into the register", "name=\"owner\""] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let page = draw(&[], None);
        assert!(page.contains("No action is open") && !page.contains("<form"), "{page}");
    }
}
