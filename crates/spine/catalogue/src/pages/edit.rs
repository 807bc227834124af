//! Forms that change a group, team, workload or service, and put one away.

use html::{Field, FieldKind, Head, Markup, Tight, field, fields, head, html, section};
use kernel::error::Fault;
use kernel::web::Form;

use super::away::{Choices, forms};
use super::{alert, error_at};
use crate::rules::{Environment, Group, Link, Service, SubjectKind, Team, Workload};

/// What a form shows beside the thing itself.
#[derive(Clone, Copy)]
pub struct Edit<'a> {
    /// The form as it was refused, and why.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
}

impl Edit<'_> {
    fn was(&self, name: &str, stored: &str) -> String {
        self.sent.and_then(|(f, _)| f.opt(name)).map_or_else(|| stored.to_owned(), str::to_owned)
    }

    fn one(&self, id: &str, label: &str, hint: Option<&str>, stored: &str, kind: FieldKind<'_>) -> Markup {
        let value = self.was(id, stored);
        let error = error_at(self.sent, id).or_else(|| error_at(self.sent, &format!("about.{id}")));
        field(&Field { id, label, hint, value: &value, kind, error, ..Field::default() })
    }

    /// A list that is typed one in a line; its faults name the line.
    fn lines(&self, id: &str, label: &str, hint: &str, stored: &[String]) -> Markup {
        let value = self.was(id, &stored.join("\n"));
        let prefix = format!("about.{id}.");
        let error = self.sent.and_then(|(_, faults)| faults.iter().find(|f| f.at == id || f.at.starts_with(&prefix)));
        let message = error.map(|f| f.message.as_str());
        field(&Field {
            id,
            label,
            hint: Some(hint),
            value: &value,
            kind: FieldKind::Textarea(4),
            error: message,
            ..Field::default()
        })
    }
}

fn page(way: (&str, String), name: &str, e: &Edit<'_>, version: i64, action: &str, body: Markup, rest: Markup) -> Markup {
    html! {
        (head(Head {
            kicker: vec![(way.0.into(), Some(way.1))],
            title: name.into(),
            lead: html! { "A change counts from now on; what was reported before keeps the name and owner that it had." },
            facts: vec![],
        }))
        (alert(e.sent))
        (html::form(action, e.csrf, html! {
            input type="hidden" name="version" value=(version);
            (body)
            (section("save", "Save", None, Tight(true), html! { div.btns { button.btn.primary type="submit" { "Save the change" } } }))
        }))
        (rest)
    }
}

/// A group.
pub fn group(g: &Group, e: &Edit<'_>) -> Markup {
    let (days, number) = (g.sprint_days.to_string(), g.first_number.to_string());
    let body = section(
        "group",
        "Group and calendar",
        Some(html! { "Once a sprint has closed, first sprint and zone stay; a new length applies from the next sprint." }),
        Tight(true),
        fields(&[
            e.one("name", "Name", None, &g.name, FieldKind::Text),
            e.one("zone", "Time zone", Some("Sprints begin and end in it."), &g.zone, FieldKind::Text),
            e.one("sprint_days", "Days of a sprint", None, &days, FieldKind::Decimal),
            e.one("first_number", "Number of the first sprint", None, &number, FieldKind::Decimal),
            e.one("first_day", "Its first day", Some("Like 2026-11-04."), &g.first_day, FieldKind::Date),
        ]),
    );
    let agreement = e.one(
        "working_agreement",
        "What the group agreed about how it works together",
        Some("Shown on the group’s page; plain text."),
        &g.working_agreement,
        FieldKind::Textarea(8),
    );
    let body = html! { (body) (section("agreement", "Working agreement", None, Tight(true), html::fields_one(&[agreement]))) };
    let here = format!("/groups/{}", g.slug);
    page((&g.name, here.clone()), "Change the group", e, g.version, &format!("{here}/edit"), body, html! {})
}

/// A team.
pub fn team(t: &Team, groups: &[Group], teams: &[Team], e: &Edit<'_>) -> Markup {
    let options: Vec<(&str, &str)> = groups.iter().map(|g| (g.slug.as_str(), g.name.as_str())).collect();
    let mine = groups.iter().find(|g| g.id == t.group).map_or("", |g| g.slug.as_str());
    let body = section(
        "team",
        "Team",
        Some(html! { "A team that changes its group takes the new calendar from its next sprint." }),
        Tight(true),
        fields(&[
            e.one("name", "Name", None, &t.name, FieldKind::Text),
            e.one("group", "Group", None, mine, FieldKind::Select(&options)),
        ]),
    );
    let here = format!("/teams/{}", t.slug);
    let others: Vec<(&str, &str)> = teams.iter().filter(|o| o.id != t.id).map(|o| (o.slug.as_str(), o.name.as_str())).collect();
    let rest = forms(SubjectKind::Team, &here, t.archived_at.is_some(), &Choices { teams: &[], others: &others }, e);
    page((&t.name, here.clone()), "Change the team", e, t.version, &format!("{here}/edit"), body, rest)
}

fn link_line(l: &Link) -> String {
    format!("{}; {}; {}", l.kind, l.title, l.url)
}

/// A workload.
pub fn workload(w: &Workload, teams: &[Team], workloads: &[Workload], e: &Edit<'_>) -> Markup {
    let b = &w.body;
    let options: Vec<(&str, &str)> = teams.iter().map(|t| (t.slug.as_str(), t.name.as_str())).collect();
    let mine = teams.iter().find(|t| t.id == w.team).map_or("", |t| t.slug.as_str());
    let links: Vec<String> = b.links.iter().map(link_line).collect();
    let body = html! {
        (section("workload", "Workload", None, Tight(true), fields(&[
            e.one("name", "Name", None, &w.name, FieldKind::Text),
            e.one("team", "Team that owns it", None, mine, FieldKind::Select(&options)),
            e.one("tier", "Tier", Some("1 is the most important."), &b.tier, FieldKind::Text),
            e.one("lifecycle", "Lifecycle", Some("experimental, production, deprecated."), &b.lifecycle, FieldKind::Text),
        ])))
        (section("why", "What it is for", None, Tight(true), fields(&[
            e.one("goal", "Business goal", None, &b.goal, FieldKind::Text),
            e.one("protects", "What it protects", None, &b.protects, FieldKind::Text),
            e.one("users", "Who uses it", None, &b.users, FieldKind::Text),
            e.one("money_an_hour", "What an hour without it costs", Some("Like 500 to 2000 EUR, or not known."), &b.money_an_hour, FieldKind::Text),
        ])))
        (section("run", "Who builds and runs it", None, Tight(true), fields(&[
            e.one("builds", "Who builds it", Some("If not its team."), &b.builds, FieldKind::Text),
            e.one("runs", "Who runs it", Some("If not its team."), &b.runs, FieldKind::Text),
            e.one("support_hours", "Support hours", Some("When somebody answers."), &b.support_hours, FieldKind::Text),
            e.one("hand_off", "Hand-off", Some("How it passes from who builds it to who runs it, if they differ."), &b.hand_off, FieldKind::Text),
        ])))
        (section("links", "Links", None, Tight(true), html::fields_one(&[
            e.lines("links", "One link in a line", "Kind; title; https://… Kinds: dashboard, runbook, logs, alarms.", &links),
        ])))
    };
    let here = format!("/workloads/{}", w.slug);
    let others: Vec<(&str, &str)> = workloads.iter().filter(|o| o.id != w.id).map(|o| (o.slug.as_str(), o.name.as_str())).collect();
    let choices = Choices { teams: &options, others: &others };
    let rest = forms(SubjectKind::Workload, &here, w.archived_at.is_some(), &choices, e);
    page((&w.name, here.clone()), "Change the workload", e, w.version, &format!("{here}/edit"), body, rest)
}

fn environment_line(x: &Environment) -> String {
    format!("{}; {}", x.name, x.tier)
}

/// A service.
pub fn service(s: &Service, workloads: &[Workload], teams: &[Team], services: &[Service], e: &Edit<'_>) -> Markup {
    let options: Vec<(&str, &str)> = workloads.iter().map(|w| (w.slug.as_str(), w.name.as_str())).collect();
    let mine = workloads.iter().find(|w| w.id == s.workload).map_or("", |w| w.slug.as_str());
    let mut owners: Vec<(&str, &str)> = vec![("", "the workload’s team")];
    owners.extend(teams.iter().map(|t| (t.slug.as_str(), t.name.as_str())));
    let owner = if s.own_team { teams.iter().find(|t| t.id == s.team).map_or("", |t| t.slug.as_str()) } else { "" };
    let environments: Vec<String> = s.body.environments.iter().map(environment_line).collect();
    let body = html! {
        (section("service", "Service", None, Tight(true), fields(&[
            e.one("name", "Name", None, &s.name, FieldKind::Text),
            e.one("workload", "Workload", None, mine, FieldKind::Select(&options)),
            e.one("team", "Owner", None, owner, FieldKind::Select(&owners)),
        ])))
        (section("where", "Where it lives", None, Tight(true), fields(&[
            e.lines("repositories", "Repositories, one in a line", "https://…, ssh://… or a folder that git sources may read.", &s.body.repositories),
            e.lines("environments", "Environments, one in a line", "Name; tier. Tiers: production, staging, testing, development.", &environments),
        ])))
    };
    let here = format!("/services/{}", s.slug);
    let others: Vec<(&str, &str)> = services.iter().filter(|o| o.id != s.id).map(|o| (o.slug.as_str(), o.name.as_str())).collect();
    let choices = Choices { teams: &owners[1..], others: &others };
    let rest = forms(SubjectKind::Service, &here, s.archived_at.is_some(), &choices, e);
    page((&s.name, here.clone()), "Change the service", e, s.version, &format!("{here}/edit"), body, rest)
}
