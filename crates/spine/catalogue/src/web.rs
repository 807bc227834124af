//! Handlers of the catalogue's pages.

pub(crate) mod edit;
pub(crate) mod exemptions;
pub(crate) mod history;
pub(crate) mod import;
pub(crate) mod standards;
pub(crate) mod transactions;

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use html::Place;
use kernel::db::Tx;
use kernel::error::{Error, Fault, Result};
use kernel::ids::Id;
use kernel::time::Time;
use kernel::web::{App, Ctx, Form, Path, Query, page, refused, see_other, shell};
use people::{Role, rights};
use serde::Deserialize;

use crate::pages::history::About;
use crate::rules::{History, NewGroup, NewService, NewWorkload, ServiceBody, SubjectKind, WorkloadBody};
use crate::{acts, pages, store};

fn framed(app: &App, cx: &Ctx, title: &str, body: html::Markup) -> html::Markup {
    shell(app, cx, title, Place::Reports, false).page(html::html! {}, body)
}

pub(crate) async fn groups(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_signed_in()?;
    let groups = app.read(&cx, |_, tx| store::groups(tx)).await?;
    Ok(page(framed(&app, &cx, "Groups", pages::groups(&groups, cx.actor.may(&rights::GROUPS, None)))))
}

pub(crate) async fn group(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<Response> {
    cx.require_signed_in()?;
    let (group, sprints, teams, facilitators) = app
        .read(&cx, move |cx, tx| {
            let group = store::group_by_slug(tx, &slug)?;
            let calendar = store::calendar(tx, group.id)?;
            let from = calendar.at(cx.now).map_or(group.first_number, |s| s.number);
            let sprints: Vec<_> = (from..from + 7).filter_map(|n| calendar.sprint(n)).collect();
            let teams = store::teams(tx, Some(group.id))?;
            let facilitators = people::store::people_with_role(tx, Role::Facilitator, Some(group.id))?;
            Ok((group, sprints, teams, facilitators.into_iter().map(|p| p.name).collect::<Vec<_>>()))
        })
        .await?;
    let body = pages::group(&pages::GroupPage {
        group: &group,
        sprints: &sprints,
        teams: &teams,
        facilitators: &facilitators,
        may_change: cx.actor.may(&rights::GROUPS, Some(group.id)),
    });
    Ok(page(framed(&app, &cx, &group.name, body)))
}

fn today(cx: &Ctx) -> String {
    cx.now.jiff().strftime("%Y-%m-%d").to_string()
}

pub(crate) async fn new_group(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_everywhere(&rights::GROUPS)?;
    let body = pages::new_group(None, &cx.actor.csrf, &today(&cx));
    Ok(page(framed(&app, &cx, "A new group", body)))
}

/// Reads a group from a form; numbers that are none become faults.
pub fn group_of(form: &Form) -> Result<NewGroup> {
    let number = |name: &str| {
        form.get(name).trim().parse::<i64>().map_err(|_| Error::invalid(name, format!("“{}” is no whole number.", form.get(name))))
    };
    Ok(NewGroup {
        name: form.get("name").into(),
        zone: form.get("zone").into(),
        sprint_days: number("sprint_days")?,
        first_number: number("first_number")?,
        first_day: form.get("first_day").into(),
        working_agreement: form.get("working_agreement").into(),
        calendar: None,
        slug: None,
        version: None,
    })
}

fn faults_of(e: Error) -> Result<Vec<Fault>> {
    match e {
        Error::Invalid(faults) => Ok(faults),
        Error::Conflict(message) => Ok(vec![Fault::new("name", message)]),
        e => Err(e),
    }
}

pub(crate) async fn make_group(State(app): State<App>, cx: Ctx, form: Form) -> Result<Response> {
    cx.require_everywhere(&rights::GROUPS)?;
    let sent = form.clone();
    let made = app.write(&cx, move |cx, tx| acts::make_group(cx, tx, &group_of(&sent)?)).await;
    match made {
        Ok(group) => Ok(see_other(&format!("/groups/{}", group.slug))),
        Err(e) => {
            let faults = faults_of(e)?;
            let body = pages::new_group(Some((&form, &faults)), &cx.actor.csrf, &today(&cx));
            Ok(refused(framed(&app, &cx, "A new group", body)))
        }
    }
}

pub(crate) async fn teams(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_signed_in()?;
    let (groups, became) = app
        .read(&cx, |_, tx| {
            let became = Became { history: History::default(), orphans: store::orphans(tx)? };
            let groups = store::groups(tx)?;
            let groups = groups.into_iter().map(|g| store::teams(tx, Some(g.id)).map(|teams| (g, teams)));
            Ok((groups.collect::<Result<Vec<_>>>()?, became))
        })
        .await?;
    let body = pages::teams(&groups, &became.about(&cx), cx.actor.may_somewhere(&rights::TEAMS));
    Ok(page(framed(&app, &cx, "Teams", body)))
}

#[derive(Deserialize)]
pub(crate) struct Chosen {
    group: Option<String>,
}

/// A merged thing's address leads to what it became part of, unless the thing itself is asked for.
#[derive(Deserialize)]
pub(crate) struct Itself {
    itself: Option<String>,
}

impl Itself {
    fn leads(&self, became: &Became, kind: SubjectKind) -> Option<Response> {
        let into = became.history.merged_into.as_ref().filter(|_| self.itself.is_none())?;
        Some(see_other(&format!("/{}s/{}", kind.key(), into.slug)))
    }
}

pub(crate) async fn new_team(State(app): State<App>, cx: Ctx, Query(chosen): Query<Chosen>) -> Result<Response> {
    cx.require_somewhere(&rights::TEAMS)?;
    let groups = app.read(&cx, |_, tx| store::groups(tx)).await?;
    let body = pages::new_team(&groups, chosen.group.as_deref().unwrap_or(""), None, &cx.actor.csrf);
    Ok(page(framed(&app, &cx, "Add teams", body)))
}

pub(crate) async fn make_team(State(app): State<App>, cx: Ctx, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::TEAMS)?;
    let sent = form.clone();
    let made = app.write(&cx, move |cx, tx| acts::make_teams(cx, tx, sent.get("group"), sent.get("list"))).await;
    match made {
        Ok(_) => Ok(see_other(&format!("/groups/{}", form.get("group")))),
        Err(e) => {
            let faults = faults_of(e)?;
            let groups = app.read(&cx, |_, tx| store::groups(tx)).await?;
            let body = pages::new_team(&groups, "", Some((&form, &faults)), &cx.actor.csrf);
            Ok(refused(framed(&app, &cx, "Add teams", body)))
        }
    }
}

/// What became of the thing of a page, and which things of its lists are orphaned.
struct Became {
    history: History,
    orphans: BTreeMap<Id, Time>,
}

impl Became {
    fn of(tx: &mut dyn Tx, kind: SubjectKind, id: Id) -> Result<Self> {
        Ok(Self { history: store::history(tx, kind, id)?, orphans: store::orphans(tx)? })
    }

    fn about<'a>(&'a self, cx: &'a Ctx) -> About<'a> {
        About { history: &self.history, orphans: &self.orphans, zone: &cx.actor.zone, now: cx.now }
    }
}

struct TeamData {
    became: Became,
    team: crate::Team,
    group: crate::Group,
    members: Vec<(String, String)>,
    workloads: Vec<(crate::Workload, Vec<crate::Service>)>,
}

fn load_team(tx: &mut dyn Tx, slug: &str) -> Result<TeamData> {
    let team = store::team_by_slug(tx, slug)?;
    let group = store::group(tx, team.group)?;
    let mut members = Vec::new();
    for role in [Role::PrincipalEngineer, Role::DeliveryLead, Role::Engineer, Role::ProductOwner] {
        for person in people::store::people_with_role(tx, role, Some(team.id))? {
            members.push((role.title().to_owned(), person.name));
        }
    }
    let mut workloads = Vec::new();
    for w in store::workloads_of(tx, team.id)? {
        let services = store::services_of(tx, w.id)?;
        workloads.push((w, services));
    }
    let became = Became::of(tx, SubjectKind::Team, team.id)?;
    Ok(TeamData { became, team, group, members, workloads })
}

fn team_page(app: &App, cx: &Ctx, d: &TeamData, sent: Option<(&Form, &[Fault])>) -> html::Markup {
    let body = pages::team(&pages::TeamPage {
        team: &d.team,
        group: &d.group,
        members: &d.members,
        workloads: &d.workloads,
        about: d.became.about(cx),
        may_change: d.team.may(cx, &rights::TEAMS),
        sent,
        csrf: &cx.actor.csrf,
    });
    framed(app, cx, &d.team.name, body)
}

pub(crate) async fn team(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, Query(q): Query<Itself>) -> Result<Response> {
    cx.require_signed_in()?;
    let found = app.read(&cx, move |_, tx| load_team(tx, &slug)).await?;
    if let Some(other) = q.leads(&found.became, SubjectKind::Team) {
        return Ok(other);
    }
    Ok(page(team_page(&app, &cx, &found, None)))
}

pub(crate) async fn make_workload(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, form: Form) -> Result<Response> {
    let new = NewWorkload {
        name: form.get("name").into(),
        team: slug.clone(),
        slug: None,
        about: WorkloadBody { goal: form.get("goal").into(), ..WorkloadBody::default() },
        version: None,
    };
    match app.write(&cx, move |cx, tx| acts::make_workload(cx, tx, &new)).await {
        Ok(w) => Ok(see_other(&format!("/workloads/{}", w.slug))),
        // The team stands in the address here, not in a field: an unknown one is a missing page.
        Err(Error::Invalid(f)) if f.iter().any(|f| f.at == "team") => Err(Error::not_found("team", slug)),
        Err(e) => {
            let faults = faults_of(e)?;
            let found = app.read(&cx, move |_, tx| load_team(tx, &slug)).await?;
            Ok(refused(team_page(&app, &cx, &found, Some((&form, &faults)))))
        }
    }
}

type WorkloadData = (crate::Workload, crate::Team, Vec<crate::Service>, Became, Agreed);

/// What was agreed about a workload.
struct Agreed {
    transactions: Vec<crate::transactions::Transaction>,
    standards: Vec<(crate::standards::Standard, crate::standards::Adopted)>,
    today: jiff::civil::Date,
}

fn load_workload(cx: &Ctx, tx: &mut dyn Tx, slug: &str) -> Result<WorkloadData> {
    let w = store::workload_by_slug(tx, slug)?;
    let team = store::team(tx, w.team)?;
    let services = store::services_of(tx, w.id)?;
    let became = Became::of(tx, SubjectKind::Workload, w.id)?;
    let agreed = Agreed {
        transactions: store::transactions::of_workload(tx, w.id)?,
        standards: standards::of_workload(cx, tx, &w)?,
        today: acts::exemptions::today(cx, tx, &team)?,
    };
    Ok((w, team, services, became, agreed))
}

fn workload_page(app: &App, cx: &Ctx, d: &WorkloadData, sent: Option<(&Form, &[Fault])>) -> html::Markup {
    let (w, team, services, became, agreed) = d;
    let may = team.may(cx, &rights::TEAMS);
    let body = html::html! {
        (pages::workload(w, team, services, &became.about(cx), may, sent, &cx.actor.csrf))
        (pages::transactions::of_workload(w, &agreed.transactions, may, agreed.today))
        (pages::standards::of_workload(w, &agreed.standards, may || team.may(cx, &rights::EXEMPTION)))
    };
    framed(app, cx, &w.name, body)
}

pub(crate) async fn workload(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Query(q): Query<Itself>,
) -> Result<Response> {
    cx.require_signed_in()?;
    let found = app.read(&cx, move |cx, tx| load_workload(cx, tx, &slug)).await?;
    if let Some(other) = q.leads(&found.3, SubjectKind::Workload) {
        return Ok(other);
    }
    Ok(page(workload_page(&app, &cx, &found, None)))
}

pub(crate) async fn make_service(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, form: Form) -> Result<Response> {
    let repository = form.get("repository").trim();
    let new = NewService {
        name: form.get("name").into(),
        workload: slug.clone(),
        team: None,
        slug: None,
        about: ServiceBody {
            repositories: if repository.is_empty() { Vec::new() } else { vec![repository.to_owned()] },
            environments: Vec::new(),
        },
        version: None,
    };
    match app.write(&cx, move |cx, tx| acts::make_service(cx, tx, &new)).await {
        Ok(s) => Ok(see_other(&format!("/services/{}", s.slug))),
        Err(Error::Invalid(f)) if f.iter().any(|f| f.at == "workload") => Err(Error::not_found("workload", slug)),
        Err(e) => {
            let faults = faults_of(e)?;
            let found = app.read(&cx, move |cx, tx| load_workload(cx, tx, &slug)).await?;
            Ok(refused(workload_page(&app, &cx, &found, Some((&form, &faults)))))
        }
    }
}

pub(crate) async fn service(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Query(q): Query<Itself>,
) -> Result<Response> {
    cx.require_signed_in()?;
    let (s, w, team, became) = app
        .read(&cx, move |_, tx| {
            let s = store::service_by_slug(tx, &slug)?;
            let w = store::workload(tx, s.workload)?;
            let team = store::team(tx, s.team)?;
            let became = Became::of(tx, SubjectKind::Service, s.id)?;
            Ok((s, w, team, became))
        })
        .await?;
    if let Some(other) = q.leads(&became, SubjectKind::Service) {
        return Ok(other);
    }
    let body = pages::service(&s, &w, &team, &became.about(&cx), team.may(&cx, &rights::TEAMS));
    Ok(page(framed(&app, &cx, &s.name, body)))
}
