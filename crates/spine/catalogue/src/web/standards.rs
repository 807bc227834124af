//! Handlers of standards, and of the page on which a team says how far a workload is.

use axum::extract::State;
use axum::response::Response;
use kernel::db::Tx;
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, Query, page, refused, see_other};
use people::rights;
use serde::Deserialize;

use super::exemptions::asked_of;
use super::framed;
use crate::acts::standards as acts;
use crate::pages::standards as draw;
use crate::rules::{Team, Workload};
use crate::standards::{Adopted, NewAdoption, NewStandard, Standard, prevalence};
use crate::store;
use crate::store::standards as rows;

type Sent<'a> = Option<(&'a Form, &'a [Fault])>;

fn pillars(tx: &mut dyn Tx) -> Result<Vec<(String, String)>> {
    Ok(people::place::pillars(tx)?.into_iter().map(|p| (p.slug, p.name)).collect())
}

fn faults_of(e: Error, field: &str) -> Result<Vec<Fault>> {
    match e {
        Error::Invalid(faults) => Ok(faults),
        Error::Conflict(message) | Error::TooLarge(message) => Ok(vec![Fault::new(field, message)]),
        e => Err(e),
    }
}

pub(crate) async fn list(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_signed_in()?;
    let (pillars, all) = app
        .read(&cx, |cx, tx| {
            let workloads = store::workloads(tx)?;
            let said = acts::said(cx, tx, &workloads)?;
            let count = |s: Standard| {
                let adopted: Vec<Adopted> = workloads.iter().map(|w| said.of(&s, w)).collect();
                (s, prevalence(adopted.iter()))
            };
            let all: Vec<_> = rows::all(tx)?.into_iter().map(count).collect();
            Ok((pillars(tx)?, all))
        })
        .await?;
    let body = draw::list(&pillars, &all, cx.actor.may_somewhere(&rights::STANDARDS));
    Ok(page(framed(&app, &cx, "Standards", body)))
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<Response> {
    cx.require_signed_in()?;
    let (standard, pillar, workloads) = app
        .read(&cx, move |cx, tx| {
            let s = rows::by_slug(tx, &slug)?;
            let workloads = store::workloads(tx)?;
            let said = acts::said(cx, tx, &workloads)?;
            let teams = store::teams(tx, None)?;
            let with_team = |w: Workload| {
                let team = teams.iter().find(|t| t.id == w.team)?.clone();
                let adopted = said.of(&s, &w);
                Some((w, team, adopted))
            };
            let found: Vec<(Workload, Team, Adopted)> = workloads.into_iter().filter_map(with_team).collect();
            let pillar = pillars(tx)?.into_iter().find(|(key, _)| *key == s.pillar).map_or_else(|| s.pillar.clone(), |(_, t)| t);
            Ok((s, pillar, found))
        })
        .await?;
    let body = draw::standard(&draw::StandardPage {
        standard: &standard,
        pillar: &pillar,
        workloads: &workloads,
        prevalence: prevalence(workloads.iter().map(|(_, _, a)| a)),
        may_change: cx.actor.may_somewhere(&rights::STANDARDS),
    });
    Ok(page(framed(&app, &cx, &standard.statement, body)))
}

fn standard_of(form: &Form) -> NewStandard {
    NewStandard {
        statement: form.get("statement").into(),
        why: form.get("why").into(),
        pillar: form.get("pillar").into(),
        how: form.get("how").into(),
        slug: None,
        version: form.get("version").parse().ok(),
    }
}

async fn form(app: &App, cx: &Ctx, slug: Option<String>, sent: Sent<'_>) -> Result<html::Markup> {
    let (old, pillars) = app
        .read(cx, move |cx, tx| {
            cx.require_somewhere(&rights::STANDARDS)?;
            let old = slug.as_deref().map(|slug| rows::by_slug(tx, slug)).transpose()?;
            Ok((old, pillars(tx)?))
        })
        .await?;
    let title = if old.is_some() { "Change the standard" } else { "A new standard" };
    Ok(framed(app, cx, title, draw::form(old.as_ref(), &pillars, sent, &cx.actor.csrf)))
}

pub(crate) async fn new_form(State(app): State<App>, cx: Ctx) -> Result<Response> {
    Ok(page(form(&app, &cx, None, None).await?))
}

pub(crate) async fn make(State(app): State<App>, cx: Ctx, sent: Form) -> Result<Response> {
    let new = standard_of(&sent);
    match app.write(&cx, move |cx, tx| acts::make(cx, tx, &new)).await {
        Ok(s) => Ok(see_other(&format!("/standards/{}", s.slug))),
        Err(e) => {
            let faults = faults_of(e, "statement")?;
            Ok(refused(form(&app, &cx, None, Some((&sent, &faults))).await?))
        }
    }
}

pub(crate) async fn edit_form(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<Response> {
    Ok(page(form(&app, &cx, Some(slug), None).await?))
}

pub(crate) async fn edit(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, sent: Form) -> Result<Response> {
    let (new, name) = (standard_of(&sent), slug.clone());
    match app.write(&cx, move |cx, tx| acts::change(cx, tx, &name, &new)).await {
        Ok(s) => Ok(see_other(&format!("/standards/{}", s.slug))),
        Err(e) => {
            let faults = faults_of(e, "statement")?;
            Ok(refused(form(&app, &cx, Some(slug), Some((&sent, &faults))).await?))
        }
    }
}

async fn moved(app: App, cx: Ctx, slug: String, away: bool) -> Result<Response> {
    let to = format!("/standards/{slug}");
    app.write(&cx, move |cx, tx| acts::put_away(cx, tx, &slug, away)).await?;
    Ok(see_other(&to))
}

pub(crate) async fn archive(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, _: Form) -> Result<Response> {
    moved(app, cx, slug, true).await
}

pub(crate) async fn restore(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, _: Form) -> Result<Response> {
    moved(app, cx, slug, false).await
}

/// Standards in use with how far a workload is.
pub(crate) fn of_workload(cx: &Ctx, tx: &mut dyn Tx, w: &Workload) -> Result<Vec<(Standard, Adopted)>> {
    let said = acts::said(cx, tx, std::slice::from_ref(w))?;
    Ok(rows::all(tx)?.into_iter().map(|s| (said.of(&s, w), s)).map(|(a, s)| (s, a)).collect())
}

async fn keep_page(app: &App, cx: &Ctx, slug: String, chosen: Option<&str>, sent: Sent<'_>) -> Result<html::Markup> {
    let (w, team, standards) = app
        .read(cx, move |cx, tx| {
            cx.require_signed_in()?;
            let w = store::workload_by_slug(tx, &slug)?;
            let team = store::team(tx, w.team)?;
            let standards = of_workload(cx, tx, &w)?;
            Ok((w, team, standards))
        })
        .await?;
    let body = draw::keep(&draw::KeepPage {
        workload: &w,
        team: &team,
        standards: &standards,
        chosen,
        may_change: team.may(cx, &rights::TEAMS),
        may_ask: team.may(cx, &rights::EXEMPTION),
        sent,
        csrf: &cx.actor.csrf,
    });
    Ok(framed(app, cx, &format!("Standards of {}", w.name), body))
}

#[derive(Deserialize)]
pub(crate) struct Chosen {
    standard: Option<String>,
}

pub(crate) async fn keep(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Query(chosen): Query<Chosen>,
) -> Result<Response> {
    Ok(page(keep_page(&app, &cx, slug, chosen.standard.as_deref(), None).await?))
}

fn adoption_of(form: &Form) -> Result<NewAdoption> {
    let adopted = match form.get("adopted") {
        "yes" => true,
        "no" => false,
        _ => return Err(Error::invalid("adopted", "Choose yes or not yet.")),
    };
    Ok(NewAdoption {
        adopted,
        evidence: form.get("evidence").into(),
        day: form.get("day").into(),
        note: form.get("note").into(),
        version: form.get("version").parse().ok(),
    })
}

async fn kept<T>(app: App, cx: Ctx, (workload, standard): (String, String), sent: Form, done: Result<T>) -> Result<Response> {
    match done {
        Ok(_) => Ok(see_other(&format!("/workloads/{workload}/standards"))),
        Err(e) => {
            let faults = faults_of(e, if sent.opt("kind").is_some() { "reason" } else { "adopted" })?;
            Ok(refused(keep_page(&app, &cx, workload, Some(&standard), Some((&sent, &faults))).await?))
        }
    }
}

pub(crate) async fn adopt(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, standard)): Path<(String, String)>,
    sent: Form,
) -> Result<Response> {
    let (form, w, s) = (sent.clone(), workload.clone(), standard.clone());
    let done = app
        .write(&cx, move |cx, tx| {
            cx.require_signed_in()?;
            let team = store::workload_by_slug(tx, &w).and_then(|w| store::team(tx, w.team))?;
            team.require(cx, &rights::TEAMS)?;
            acts::adopt(cx, tx, &w, &s, &adoption_of(&form)?)
        })
        .await;
    kept(app, cx, (workload, standard), sent, done).await
}

pub(crate) async fn ask(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, standard)): Path<(String, String)>,
    sent: Form,
) -> Result<Response> {
    let (form, w, s) = (sent.clone(), workload.clone(), standard.clone());
    let done = app.write(&cx, move |cx, tx| acts::ask(cx, tx, &w, &s, &asked_of(&form))).await;
    kept(app, cx, (workload, standard), sent, done).await
}
