//! The catalogue as JSON.

pub mod exemptions;
pub(crate) mod history;
pub(crate) mod import;
pub(crate) mod standards;
pub(crate) mod transactions;

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change};
use kernel::error::{Error, Result};
use kernel::time::Time;
use kernel::web::{App, Ctx, Idem, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::calendar::Sprint;
use crate::rules::{
    Group, GroupPatch, NewGroup, NewService, NewTeam, NewWorkload, Service, ServicePatch, Team, TeamPatch, Workload, WorkloadPatch,
    folded,
};
use crate::{acts, store};

#[derive(Deserialize)]
pub(crate) struct Paging {
    limit: Option<String>,
    cursor: Option<String>,
}

/// Cuts a whole list, which stands in its fixed order, into pages by a key of the row before.
fn cut<T>(rows: Vec<T>, p: &Paging, key: impl Fn(&T) -> String) -> Result<Page<T>> {
    let limit = kernel::api::limit(p.limit.as_deref(), 500)?;
    let after: Option<String> = p.cursor.as_deref().map(kernel::api::cursor).transpose()?;
    let start = match &after {
        None => 0,
        Some(a) => rows.iter().position(|r| key(r) == *a).map_or(rows.len(), |i| i + 1),
    };
    let take = usize::try_from(limit + 1).unwrap_or(usize::MAX);
    Ok(Page::cut(rows.into_iter().skip(start).take(take).collect(), limit, key))
}

pub(crate) async fn groups(State(app): State<App>, cx: Ctx, Query(p): Query<Paging>) -> Result<axum::Json<Page<Group>>> {
    cx.require_signed_in()?;
    let rows = app.read(&cx, |_, tx| store::groups(tx)).await?;
    Ok(axum::Json(cut(rows, &p, |g| g.slug.clone())?))
}

pub(crate) async fn group(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<axum::Json<Group>> {
    cx.require_signed_in()?;
    Ok(axum::Json(app.read(&cx, move |_, tx| store::group_by_slug(tx, &slug)).await?))
}

pub(crate) async fn make_group(State(app): State<App>, cx: Ctx, Json(new, idem): Json<NewGroup>) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| acts::make_group(cx, tx, &new)).await
}

pub(crate) async fn change_group(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Json(new, idem): Json<GroupPatch>,
) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| acts::patch_group(cx, tx, &slug, &new)).await
}

/// A sprint of a group's calendar.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SprintView {
    /// Its number.
    pub number: i64,
    /// First day, in the group's zone.
    pub first_day: String,
    /// First day after it.
    pub end_day: String,
    /// First moment.
    pub starts: Time,
    /// First moment after it.
    pub ends: Time,
    /// Nothing is reported for it.
    pub skipped: bool,
    /// It has ended.
    pub closed: bool,
}

fn view(s: &Sprint, now: Time) -> SprintView {
    SprintView {
        number: s.number,
        first_day: s.first_day.to_string(),
        end_day: s.end_day.to_string(),
        starts: s.starts,
        ends: s.ends,
        skipped: s.skipped,
        closed: s.ends <= now,
    }
}

pub(crate) async fn sprints(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Query(p): Query<Paging>,
) -> Result<axum::Json<Page<SprintView>>> {
    cx.require_signed_in()?;
    let limit = kernel::api::limit(p.limit.as_deref(), 500)?;
    let after: Option<i64> = p.cursor.as_deref().map(kernel::api::cursor).transpose()?;
    let rows = app
        .read(&cx, move |cx, tx| {
            let group = store::group_by_slug(tx, &slug)?;
            let calendar = store::calendar(tx, group.id)?;
            let first = after.map_or(group.first_number, |n| n.saturating_add(1));
            // The calendar has no end; what is listed ends with the six sprints after the present one.
            let last = calendar.at(cx.now).map_or(group.first_number, |s| s.number) + 6;
            let numbers = first..=last.min(first.saturating_add(limit));
            Ok(numbers.filter_map(|n| calendar.sprint(n)).map(|s| view(&s, cx.now)).collect::<Vec<_>>())
        })
        .await?;
    Ok(axum::Json(Page::cut(rows, limit, |s| s.number.to_string())))
}

pub(crate) async fn skip(
    State(app): State<App>,
    cx: Ctx,
    Path((slug, number)): Path<(String, String)>,
    idem: Idem,
) -> Result<Response> {
    let n: i64 = number.parse().map_err(|_| Error::not_found("sprint", &number))?;
    change(&app, &cx, idem, 204, move |cx, tx| acts::skip_sprint(cx, tx, &slug, n)).await
}

pub(crate) async fn teams(State(app): State<App>, cx: Ctx, Query(p): Query<Paging>) -> Result<axum::Json<Page<Team>>> {
    cx.require_signed_in()?;
    let limit = kernel::api::limit(p.limit.as_deref(), 500)?;
    let after: String = p.cursor.as_deref().map(kernel::api::cursor).transpose()?.unwrap_or_default();
    kernel::api::limit(p.limit.as_deref(), 500)?;
    if after.contains('\0') {
        return Err(Error::invalid("cursor", "The cursor is not one that this list gave. Begin without it."));
    }
    let rows = app.read(&cx, move |_, tx| store::team_page(tx, &after, limit + 1)).await?;
    Ok(axum::Json(Page::cut(rows, limit, |t| folded(&t.name))))
}

pub(crate) async fn team(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<axum::Json<Team>> {
    cx.require_signed_in()?;
    Ok(axum::Json(app.read(&cx, move |_, tx| store::team_by_slug(tx, &slug)).await?))
}

pub(crate) async fn make_team(State(app): State<App>, cx: Ctx, Json(new, idem): Json<NewTeam>) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| acts::make_team(cx, tx, &new)).await
}

pub(crate) async fn change_team(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Json(new, idem): Json<TeamPatch>,
) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| acts::patch_team(cx, tx, &slug, &new)).await
}

pub(crate) async fn workloads(State(app): State<App>, cx: Ctx, Query(p): Query<Paging>) -> Result<axum::Json<Page<Workload>>> {
    cx.require_signed_in()?;
    let rows = app.read(&cx, |_, tx| store::workloads(tx)).await?;
    Ok(axum::Json(cut(rows, &p, |w| w.slug.clone())?))
}

pub(crate) async fn workload(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<axum::Json<Workload>> {
    cx.require_signed_in()?;
    Ok(axum::Json(app.read(&cx, move |_, tx| store::workload_by_slug(tx, &slug)).await?))
}

pub(crate) async fn make_workload(State(app): State<App>, cx: Ctx, Json(new, idem): Json<NewWorkload>) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| acts::make_workload(cx, tx, &new)).await
}

pub(crate) async fn change_workload(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Json(new, idem): Json<WorkloadPatch>,
) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| acts::patch_workload(cx, tx, &slug, &new)).await
}

pub(crate) async fn services(State(app): State<App>, cx: Ctx, Query(p): Query<Paging>) -> Result<axum::Json<Page<Service>>> {
    cx.require_signed_in()?;
    let rows = app.read(&cx, |_, tx| store::services(tx)).await?;
    Ok(axum::Json(cut(rows, &p, |s| s.slug.clone())?))
}

pub(crate) async fn service(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<axum::Json<Service>> {
    cx.require_signed_in()?;
    Ok(axum::Json(app.read(&cx, move |_, tx| store::service_by_slug(tx, &slug)).await?))
}

pub(crate) async fn make_service(State(app): State<App>, cx: Ctx, Json(new, idem): Json<NewService>) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| acts::make_service(cx, tx, &new)).await
}

pub(crate) async fn change_service(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Json(new, idem): Json<ServicePatch>,
) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| acts::patch_service(cx, tx, &slug, &new)).await
}
