//! Handlers of the forms that change a group, team, workload or service.

use axum::extract::State;
use axum::response::Response;
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other};
use people::rights;

use super::{faults_of, framed, group_of};
use crate::pages::edit::{self, Edit};
use crate::rules::{Environment, Link, NewService, NewTeam, NewWorkload, ServiceBody, SubjectKind, WorkloadBody};
use crate::{acts, store};

type Sent<'a> = Option<(&'a Form, &'a [Fault])>;

fn version(form: &Form) -> Option<i64> {
    form.get("version").parse().ok()
}

fn lines<'a>(form: &'a Form, name: &str) -> impl Iterator<Item = &'a str> {
    form.get(name).lines().map(str::trim).filter(|l| !l.is_empty())
}

fn links(form: &Form) -> Result<Vec<Link>> {
    let one = |(i, line): (usize, &str)| {
        let parts: Vec<&str> = line.splitn(3, ';').map(str::trim).collect();
        match parts.as_slice() {
            [kind, title, url] => Ok(Link { kind: (*kind).into(), title: (*title).into(), url: (*url).into() }),
            _ => Err(Error::invalid(
                "links",
                format!("Line {}: write kind; title; address, such as runbook; Refunds; https://…", i + 1),
            )),
        }
    };
    lines(form, "links").enumerate().map(one).collect()
}

fn environments(form: &Form) -> Result<Vec<Environment>> {
    let one = |(i, line): (usize, &str)| match line.split_once(';') {
        Some((name, tier)) => Ok(Environment { name: name.trim().into(), tier: tier.trim().into() }),
        None => Err(Error::invalid("environments", format!("Line {}: write name; tier, such as live; production", i + 1))),
    };
    lines(form, "environments").enumerate().map(one).collect()
}

fn workload_of(form: &Form) -> Result<NewWorkload> {
    let about = WorkloadBody {
        tier: form.get("tier").into(),
        lifecycle: form.get("lifecycle").into(),
        goal: form.get("goal").into(),
        protects: form.get("protects").into(),
        users: form.get("users").into(),
        money_an_hour: form.get("money_an_hour").into(),
        builds: form.get("builds").into(),
        runs: form.get("runs").into(),
        support_hours: form.get("support_hours").into(),
        hand_off: form.get("hand_off").into(),
        links: links(form)?,
    };
    Ok(NewWorkload { name: form.get("name").into(), team: form.get("team").into(), slug: None, about, version: version(form) })
}

fn service_of(form: &Form) -> Result<NewService> {
    let own = form.get("team").trim();
    let about =
        ServiceBody { repositories: lines(form, "repositories").map(str::to_owned).collect(), environments: environments(form)? };
    Ok(NewService {
        name: form.get("name").into(),
        workload: form.get("workload").into(),
        team: (!own.is_empty()).then(|| own.to_owned()),
        slug: None,
        about,
        version: version(form),
    })
}

async fn draw(app: &App, cx: &Ctx, kind: Option<SubjectKind>, slug: &str, sent: Sent<'_>) -> Result<html::Markup> {
    let slug = slug.to_owned();
    let csrf = cx.actor.csrf.clone();
    let e = Edit { sent, csrf: &csrf };
    Ok(match kind {
        None => {
            let g = app
                .read(cx, move |cx, tx| {
                    let g = store::group_by_slug(tx, &slug)?;
                    cx.require(&rights::GROUPS, g.id).map(|()| g)
                })
                .await?;
            framed(app, cx, &format!("Change {}", g.name), edit::group(&g, &e))
        }
        Some(SubjectKind::Team) => {
            let (t, groups, teams) = app
                .read(cx, move |cx, tx| {
                    let t = store::team_by_slug(tx, &slug)?;
                    t.require(cx, &rights::TEAMS)?;
                    Ok((t, store::groups(tx)?, store::teams(tx, None)?))
                })
                .await?;
            framed(app, cx, &format!("Change {}", t.name), edit::team(&t, &groups, &teams, &e))
        }
        Some(SubjectKind::Workload) => {
            let (w, teams, workloads) = app
                .read(cx, move |cx, tx| {
                    let w = store::workload_by_slug(tx, &slug)?;
                    store::team(tx, w.team)?.require(cx, &rights::TEAMS)?;
                    Ok((w, store::teams(tx, None)?, store::workloads(tx)?))
                })
                .await?;
            framed(app, cx, &format!("Change {}", w.name), edit::workload(&w, &teams, &workloads, &e))
        }
        Some(SubjectKind::Service) => {
            let (s, workloads, teams, services) = app
                .read(cx, move |cx, tx| {
                    let s = store::service_by_slug(tx, &slug)?;
                    store::team(tx, s.team)?.require(cx, &rights::TEAMS)?;
                    Ok((s, store::workloads(tx)?, store::teams(tx, None)?, store::services(tx)?))
                })
                .await?;
            framed(app, cx, &format!("Change {}", s.name), edit::service(&s, &workloads, &teams, &services, &e))
        }
    })
}

/// After a change: the thing's page, or the form with what was wrong.
pub(super) async fn answer(
    app: &App,
    cx: &Ctx,
    kind: Option<SubjectKind>,
    slug: &str,
    form: &Form,
    done: Result<String>,
) -> Result<Response> {
    match done {
        Ok(to) => Ok(see_other(&to)),
        Err(e) => {
            let faults = faults_of(e)?;
            Ok(refused(draw(app, cx, kind, slug, Some((form, &faults))).await?))
        }
    }
}

pub(crate) async fn group_form(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<Response> {
    Ok(page(draw(&app, &cx, None, &slug, None).await?))
}

pub(crate) async fn group(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, form: Form) -> Result<Response> {
    let (sent, name) = (form.clone(), slug.clone());
    let done = app
        .write(&cx, move |cx, tx| {
            let mut new = group_of(&sent)?;
            new.version = version(&sent);
            acts::change_group(cx, tx, &name, &new).map(|g| format!("/groups/{}", g.slug))
        })
        .await;
    answer(&app, &cx, None, &slug, &form, done).await
}

pub(crate) async fn team_form(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<Response> {
    Ok(page(draw(&app, &cx, Some(SubjectKind::Team), &slug, None).await?))
}

pub(crate) async fn team(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, form: Form) -> Result<Response> {
    let (sent, name) = (form.clone(), slug.clone());
    let done = app
        .write(&cx, move |cx, tx| {
            let new =
                NewTeam { name: sent.get("name").into(), group: sent.get("group").into(), slug: None, version: version(&sent) };
            acts::change_team(cx, tx, &name, &new).map(|t| format!("/teams/{}", t.slug))
        })
        .await;
    answer(&app, &cx, Some(SubjectKind::Team), &slug, &form, done).await
}

pub(crate) async fn workload_form(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<Response> {
    Ok(page(draw(&app, &cx, Some(SubjectKind::Workload), &slug, None).await?))
}

pub(crate) async fn workload(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, form: Form) -> Result<Response> {
    let (sent, name) = (form.clone(), slug.clone());
    let done = app
        .write(&cx, move |cx, tx| {
            acts::change_workload(cx, tx, &name, &workload_of(&sent)?).map(|w| format!("/workloads/{}", w.slug))
        })
        .await;
    answer(&app, &cx, Some(SubjectKind::Workload), &slug, &form, done).await
}

pub(crate) async fn service_form(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<Response> {
    Ok(page(draw(&app, &cx, Some(SubjectKind::Service), &slug, None).await?))
}

pub(crate) async fn service(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, form: Form) -> Result<Response> {
    let (sent, name) = (form.clone(), slug.clone());
    let done = app
        .write(&cx, move |cx, tx| acts::change_service(cx, tx, &name, &service_of(&sent)?).map(|s| format!("/services/{}", s.slug)))
        .await;
    answer(&app, &cx, Some(SubjectKind::Service), &slug, &form, done).await
}
