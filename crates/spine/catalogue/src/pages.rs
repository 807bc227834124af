//! Pages of groups, teams, workloads and services. Lists stand in alphabetical order, always.

mod away;
pub mod edit;
pub mod exemptions;
pub mod history;
pub mod import;
pub mod standards;
#[cfg(test)]
mod tests;
pub mod transactions;

use html::{Cell, Column, Field, FieldKind, Head, Markup, Table, Tight, bdi, field, fields, head, html, more, section, table};
use kernel::error::Fault;
use kernel::web::Form;

use crate::calendar::Sprint;
use crate::rules::{Group, Service, SubjectKind, Team, Workload, WorkloadBody};
use history::About;

fn names(caption: &str, first: &str, rows: Vec<Vec<Cell>>, second: &str) -> Markup {
    table(&Table {
        caption: caption.into(),
        columns: vec![Column::text(first), Column::text(second)],
        rows,
        class: "stack flow even".into(),
        foot: None,
    })
}

/// "4 Nov to 17 Nov 2026".
fn days(s: &Sprint) -> String {
    let last = s.end_day.yesterday().unwrap_or(s.end_day);
    format!("{} to {}", s.first_day.strftime("%-d %b"), last.strftime("%-d %b %Y"))
}

/// All groups.
pub fn groups(groups: &[Group], may_make: bool) -> Markup {
    html! {
        (head(Head { kicker: vec![], title: "Groups".into(), lead: html! { "A group is the teams that review together. It owns the calendar of sprints and the template of the report." }, facts: vec![] }))
        (section("groups", "All groups", None, Tight(false), html! {
            @if groups.is_empty() {
                (html::empty("Teams that review together will stand here, with their calendar of sprints.", may_make.then_some(("Make the first group", "/groups/new"))))
            } @else {
                (names("Groups", "Group", groups.iter().map(|g| vec![
                    Cell::name(&g.name, Some(&format!("/groups/{}", g.slug))).class("strong"),
                    Cell::text(&format!("sprints of {} days, {}", g.sprint_days, g.zone)),
                ]).collect(), "Calendar"))
                @if may_make { (more(html! { a href="/groups/new" data-new { "Make a group" } })) }
            }
        }))
    }
}

/// What a group's page shows.
pub struct GroupPage<'a> {
    /// The group.
    pub group: &'a Group,
    /// The present sprint and the next ones.
    pub sprints: &'a [Sprint],
    /// Its teams.
    pub teams: &'a [Team],
    /// Names of its facilitators.
    pub facilitators: &'a [String],
    /// The reader may change it.
    pub may_change: bool,
}

/// Where a thing is changed: a fact of its head, for those who may.
fn change_fact(may: bool, href: &str, noun: &str) -> Option<(String, Markup)> {
    may.then(|| ("Edit".into(), html! { a href=(href) data-edit { "Change the " (noun) " " kbd { "e" } } }))
}

/// The lead: what is said of the thing, and once that it is in no list any more.
fn lead(words: &str, archived: bool) -> Markup {
    html! { (words) @if archived { @if !words.is_empty() { " " } "This was put away. Its history stays; it stands in no list." } }
}

/// One group.
pub fn group(p: &GroupPage<'_>) -> Markup {
    let g = p.group;
    html! {
        (head(Head {
            kicker: vec![("Groups".into(), Some("/groups".into()))],
            title: g.name.clone(),
            lead: html! {},
            facts: vec![
                ("Calendar".into(), html! { "sprints of " (g.sprint_days) " days" br; (g.zone) }),
                ("Facilitator".into(), html! { @if p.facilitators.is_empty() { "nobody yet" } @for (i, n) in p.facilitators.iter().enumerate() { @if i > 0 { ", " } (bdi(n)) } }),
                ("Pages".into(), html! { a href={ "/overview/" (g.slug) } { "Overview" } ", " a href={ "/groups/" (g.slug) "/template" } { "Template" } }),
            ].into_iter().chain(change_fact(p.may_change, &format!("/groups/{}/edit", g.slug), "group")).collect(),
        }))
        (section("sprints", "Sprints", Some(html! { "The present one and what follows. A closed sprint never moves." }), Tight(false), html! {
            @if p.sprints.is_empty() {
                (html::empty("The first sprint has not begun yet.", None))
            } @else {
                (names("Sprints", "Sprint", p.sprints.iter().map(|s| vec![Cell::name(&format!("Sprint {}", s.number), None).class("strong"), Cell::text(&days(s))]).collect(), "Days"))
            }
        }))
        @if !g.working_agreement.is_empty() {
            (section("agreement", "Working agreement", Some(html! { "What the group agreed about how it works together." }), Tight(false), html! { @for line in g.working_agreement.lines().filter(|l| !l.trim().is_empty()) { p.prose { (bdi(line)) } } }))
        }
        (section("teams", "Teams", Some(html! { "In alphabetical order, always." }), Tight(false), html! {
            @if p.teams.is_empty() {
                (html::empty("The teams that review together will stand here.", Some(("Add teams", &format!("/teams/new?group={}", g.slug)))))
            } @else {
                (names("Teams", "Team", p.teams.iter().map(|t| vec![Cell::name(&t.name, Some(&format!("/teams/{}", t.slug))).class("strong"), Cell::new(html! { a href={ "/reports/" (t.slug) } { "report" } })]).collect(), "Report"))
            }
        }))
    }
}

/// All teams by group.
pub fn teams(groups: &[(Group, Vec<Team>)], about: &About<'_>, may_make: bool) -> Markup {
    html! {
        (head(Head { kicker: vec![], title: "Teams".into(), lead: html! { "Groups and teams stand in alphabetical order, always." }, facts: vec![("Agreed".into(), html! { a href="/standards" { "standards" } ", " a href="/exemptions" { "exemptions" } })] }))
        @if groups.is_empty() {
            (section("none", "No group yet", None, Tight(false), html::empty("Make a group first; its teams will stand here.", Some(("Make the first group", "/groups/new")))))
        }
        @for (g, teams) in groups {
            (section(&g.slug, &g.name, None, Tight(false), html! {
                @if teams.is_empty() {
                    (html::empty("No team belongs to this group yet.", may_make.then_some(("Add teams", "/teams/new"))))
                } @else {
                    (names(&format!("Teams of {}", g.name), "Team", teams.iter().map(|t| vec![Cell::new(html! { a href={ "/teams/" (t.slug) } { (bdi(&t.name)) } (history::mark(about, t.id)) }).class("strong"), Cell::new(html! { a href={ "/reports/" (t.slug) } { "report" } })]).collect(), "Report"))
                }
            }))
        }
        (more(html! { a href="/catalogue" { "Everything in the catalogue, also what was put away" } }))
    }
}

/// What a team's page shows.
pub struct TeamPage<'a> {
    /// The team.
    pub team: &'a Team,
    /// Its group.
    pub group: &'a Group,
    /// Role and name of each member.
    pub members: &'a [(String, String)],
    /// Its workloads with their services.
    pub workloads: &'a [(Workload, Vec<Service>)],
    /// What became of it.
    pub about: About<'a>,
    /// The reader may change it.
    pub may_change: bool,
    /// A refused form: what was sent and why.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
}

fn error_at<'a>(sent: Option<(&'a Form, &'a [Fault])>, at: &str) -> Option<&'a str> {
    sent.and_then(|(_, faults)| faults.iter().find(|f| f.at == at)).map(|f| f.message.as_str())
}

fn alert(sent: Option<(&Form, &[Fault])>) -> Markup {
    html! { @if let Some((_, faults)) = sent { (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) div.sub {} } }
}

/// One team.
pub fn team(p: &TeamPage<'_>) -> Markup {
    let t = p.team;
    let was = |name: &str| p.sent.map_or("", |(f, _)| f.get(name));
    html! {
        (head(Head {
            kicker: vec![(p.group.name.clone(), Some(format!("/groups/{}", p.group.slug)))],
            title: t.name.clone(),
            lead: lead("", t.archived_at.is_some()),
            facts: vec![
                ("Report".into(), html! { a href={ "/reports/" (t.slug) } { "the newest" } ", " a href={ "/values/" (t.slug) } { "values as a table" } }),
                ("What happened".into(), html! { a href={ "/teams/" (t.slug) "/marks" } { "marks on its charts" } }),
                ("Agreed".into(), html! { a href={ "/teams/" (t.slug) "/actions" } { "actions" } }),
                ("Group".into(), bdi(&p.group.name)),
            ].into_iter().chain(change_fact(p.may_change, &format!("/teams/{}/edit", t.slug), "team")).collect(),
        }))
        (alert(p.sent))
        (history::notice(&p.about, SubjectKind::Team, &format!("/teams/{}", t.slug), p.may_change))
        (section("members", "People", Some(html! { "Who does what in this team. Roles are given by the platform engineer." }), Tight(false), html! {
            @if p.members.is_empty() {
                (html::empty("Nobody has a role in this team yet.", Some(("Give a role", "/people"))))
            } @else {
                (names("Members", "Name", p.members.iter().map(|(role, name)| vec![Cell::name(name, None).class("strong"), Cell::text(role)]).collect(), "Role"))
            }
        }))
        (section("workloads", "Workloads", Some(html! { "What delivers value, with the services that are deployed for it." }), Tight(false), html! {
            @if p.workloads.is_empty() {
                p.say { "No workload yet. A workload is what delivers value to somebody: an online shop, a payment service." }
            } @else {
                (names("Workloads", "Workload", p.workloads.iter().map(|(w, services)| vec![
                    Cell::new(html! { a href={ "/workloads/" (w.slug) } { (bdi(&w.name)) } (history::mark(&p.about, w.id)) }).class("strong"),
                    Cell::new(html! { @if services.is_empty() { "no service yet" } @for (i, s) in services.iter().enumerate() { @if i > 0 { ", " } a href={ "/services/" (s.slug) } { (bdi(&s.name)) } (history::mark(&p.about, s.id)) } }),
                ]).collect(), "Services"))
            }
            @if p.may_change {
                div.sub {
                    (html::form(&format!("/teams/{}/workloads", t.slug), p.csrf, html! {
                        (fields(&[
                            field(&Field { id: "name", label: "Add a workload", hint: Some("Its name."), value: was("name"), error: error_at(p.sent, "name"), ..Field::default() }),
                            field(&Field { id: "goal", label: "Business goal", hint: Some("What it is for; may stay empty."), value: was("goal"), ..Field::default() }),
                        ]))
                        div.btns.pane-gap { button.btn type="submit" { "Add the workload" } }
                    }))
                }
            }
        }))
        (history::past(&p.about))
    }
}

/// One workload.
pub fn workload(
    w: &Workload,
    team: &Team,
    services: &[Service],
    about: &About<'_>,
    may_change: bool,
    sent: Option<(&Form, &[Fault])>,
    csrf: &str,
) -> Markup {
    let was = |name: &str| sent.map_or("", |(f, _)| f.get(name));
    let b = &w.body;
    let mut facts = vec![("Team".to_owned(), html! { a href={ "/teams/" (team.slug) } { (bdi(&team.name)) } })];
    let tier = if b.tier.is_empty() { String::new() } else { format!("tier {}", b.tier) };
    let kind = [tier.as_str(), b.lifecycle.as_str()].into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(", ");
    for (label, text) in [("Kind", &kind), ("Protects", &b.protects)] {
        if !text.is_empty() {
            facts.push((label.into(), html! { (text) }));
        }
    }
    facts.push(("Reviews".into(), html! { a href={ "/workloads/" (w.slug) "/reviews" } { "Well-Architected" } ", " a href={ "/workloads/" (w.slug) "/risks" } { "risks" } ", " a href={ "/decisions?workload=" (w.slug) } { "decisions" } }));
    facts.extend(change_fact(may_change, &format!("/workloads/{}/edit", w.slug), "workload"));
    html! {
        (head(Head {
            kicker: vec![(team.name.clone(), Some(format!("/teams/{}", team.slug)))],
            title: w.name.clone(),
            lead: lead(&b.goal, w.archived_at.is_some()),
            facts,
        }))
        (alert(sent))
        (history::notice(about, SubjectKind::Workload, &format!("/workloads/{}", w.slug), may_change))
        (section("services", "Services", Some(html! { "What is deployed." }), Tight(false), html! {
            @if services.is_empty() {
                p.say { "No service yet. A service is what is deployed: one repository or one unit of a larger one." }
            } @else {
                (names("Services", "Service", services.iter().map(|s| vec![Cell::new(html! { a href={ "/services/" (s.slug) } { (bdi(&s.name)) } (history::mark(about, s.id)) }).class("strong"), Cell::new(bdi(&s.body.repositories.join(", ")))]).collect(), "Repositories"))
            }
            @if may_change {
                div.sub {
                    (html::form(&format!("/workloads/{}/services", w.slug), csrf, html! {
                        (fields(&[
                            field(&Field { id: "name", label: "Add a service", hint: Some("Its name."), value: was("name"), error: error_at(sent, "name"), ..Field::default() }),
                            field(&Field { id: "repository", label: "Repository", hint: Some("https://…; may stay empty."), value: was("repository"), error: error_at(sent, "about.repositories.0"), ..Field::default() }),
                        ]))
                        div.btns.pane-gap { button.btn type="submit" { "Add the service" } }
                    }))
                }
            }
        }))
        (worth(b))
        @if !b.links.is_empty() {
            (section("links", "Links", None, Tight(false), html! { ul.ruled { @for l in &b.links { li { (l.kind) ": " a href=(l.url) rel="noreferrer" { (bdi(&l.title)) } } } } }))
        }
        (history::past(about))
    }
}

/// What it is worth, and who builds and runs it.
fn worth(b: &WorkloadBody) -> Markup {
    let rows = [
        ("Users", &b.users),
        ("An hour without it costs", &b.money_an_hour),
        ("Built by", &b.builds),
        ("Run by", &b.runs),
        ("Support hours", &b.support_hours),
        ("Hand-off", &b.hand_off),
    ];
    let said: Vec<_> = rows.into_iter().filter(|(_, text)| !text.is_empty()).collect();
    html! {
        @if !said.is_empty() {
            (section("worth", "What it is worth, and who runs it", None, Tight(false), names("What it is worth, and who runs it", "What", said.iter().map(|(what, text)| vec![Cell::name(what, None).class("strong"), Cell::new(bdi(text))]).collect(), "Said")))
        }
    }
}

/// One service.
pub fn service(s: &Service, workload: &Workload, team: &Team, about: &About<'_>, may_change: bool) -> Markup {
    html! {
        (head(Head {
            kicker: vec![(team.name.clone(), Some(format!("/teams/{}", team.slug))), (workload.name.clone(), Some(format!("/workloads/{}", workload.slug)))],
            title: s.name.clone(),
            lead: lead("", s.archived_at.is_some()),
            facts: vec![
                ("Team".into(), html! { a href={ "/teams/" (team.slug) } { (bdi(&team.name)) } @if s.own_team { ", its own" } }),
                ("Workload".into(), html! { a href={ "/workloads/" (workload.slug) } { (bdi(&workload.name)) } }),
            ].into_iter().chain(change_fact(may_change, &format!("/services/{}/edit", s.slug), "service")).collect(),
        }))
        (history::notice(about, SubjectKind::Service, &format!("/services/{}", s.slug), may_change))
        (section("where", "Where it lives", None, Tight(false), html! {
            @if s.body.repositories.is_empty() && s.body.environments.is_empty() { p.say { "Neither repository nor environment is known yet." } }
            ul.ruled {
                @for r in &s.body.repositories { li { (bdi(r)) } }
                @for e in &s.body.environments { li { (bdi(&e.name)) ", " (e.tier) } }
            }
        }))
        (history::past(about))
    }
}

/// The form for a new group.
pub fn new_group(sent: Option<(&Form, &[Fault])>, csrf: &str, today: &str) -> Markup {
    let was = |name: &str, none: &str| sent.map_or(none.to_owned(), |(f, _)| f.get(name).to_owned());
    let (name, zone, days, number, first) = (
        was("name", ""),
        was("zone", "Europe/London"),
        was("sprint_days", "14"),
        was("first_number", "1"),
        was("first_day", today),
    );
    html! {
        (head(Head { kicker: vec![("Groups".into(), Some("/groups".into()))], title: "A new group".into(), lead: html! { "The teams that review together, and the sprints in which they do." }, facts: vec![] }))
        (alert(sent))
        (section("group", "Group and calendar", Some(html! { "All of it but the first sprint can be changed later." }), Tight(false), html::form("/groups", csrf, html! {
            (fields(&[
                field(&Field { id: "name", label: "Name", value: &name, error: error_at(sent, "name"), ..Field::default() }),
                field(&Field { id: "zone", label: "Time zone", hint: Some("Sprints begin and end in it."), value: &zone, error: error_at(sent, "zone"), ..Field::default() }),
                field(&Field { id: "sprint_days", label: "Days of a sprint", value: &days, kind: FieldKind::Decimal, error: error_at(sent, "sprint_days"), ..Field::default() }),
                field(&Field { id: "first_number", label: "Number of the first sprint", value: &number, kind: FieldKind::Decimal, error: error_at(sent, "first_number"), ..Field::default() }),
                field(&Field { id: "first_day", label: "Its first day", hint: Some("Like 2026-11-04."), value: &first, kind: FieldKind::Date, error: error_at(sent, "first_day"), ..Field::default() }),
            ]))
            div.btns.pane-gap { button.btn.primary type="submit" { "Make the group" } }
        })))
    }
}

/// The form for new teams, one in a line.
pub fn new_team(groups: &[Group], chosen: &str, sent: Option<(&Form, &[Fault])>, csrf: &str) -> Markup {
    let was = |name: &str, none: &str| sent.map_or(none.to_owned(), |(f, _)| f.get(name).to_owned());
    let (list, group) = (was("list", ""), was("group", chosen));
    let options: Vec<(&str, &str)> = groups.iter().map(|g| (g.slug.as_str(), g.name.as_str())).collect();
    html! {
        (head(Head { kicker: vec![("Teams".into(), Some("/teams".into()))], title: "Add teams".into(), lead: html! { "From a sheet, a directory or your memory. Members and services can follow." }, facts: vec![] }))
        (alert(sent))
        (section("teams", "Teams", None, Tight(false), html! {
            @if groups.is_empty() {
                (html::empty("Teams belong to a group that reviews together.", Some(("Make the first group", "/groups/new"))))
            } @else {
                (html::form("/teams", csrf, html! {
                    (html::fields_one(&[
                        field(&Field { id: "group", label: "Group", value: &group, kind: FieldKind::Select(&options), error: error_at(sent, "group"), ..Field::default() }),
                        field(&Field { id: "list", label: "One team in a line", hint: Some("Team; workload. Semicolons or tabs. The workload may be missing."), value: &list, kind: FieldKind::Textarea(12), error: error_at(sent, "list"), ..Field::default() }),
                    ]))
                    div.btns.pane-gap { button.btn.primary type="submit" { "Add the teams" } }
                }))
            }
        }))
    }
}
