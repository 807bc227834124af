//! Standards, and how far workloads are, as JSON.

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change};
use kernel::error::Result;
use kernel::web::{App, Ctx, Idem, Json, Path, Query};
use serde::Serialize;
use utoipa::ToSchema;

use super::Paging;
use crate::acts::standards as acts;
use crate::exemptions::Asked;
use crate::rules::folded;
use crate::standards::{Adopted, NewAdoption, NewStandard, Prevalence, Standard, StandardPatch, prevalence};
use crate::store;
use crate::store::standards as rows;

/// A standard with how many workloads keep it.
#[derive(Serialize, ToSchema)]
pub(crate) struct StandardView {
    #[serde(flatten)]
    standard: Standard,
    /// How many workloads keep it.
    prevalence: Prevalence,
}

pub(crate) async fn all(State(app): State<App>, cx: Ctx, Query(p): Query<Paging>) -> Result<axum::Json<Page<StandardView>>> {
    cx.require_signed_in()?;
    let limit = kernel::api::limit(p.limit.as_deref(), 500)?;
    let after: String = p.cursor.as_deref().map(kernel::api::cursor).transpose()?.unwrap_or_default();
    let found = app
        .read(&cx, move |cx, tx| {
            let workloads = store::workloads(tx)?;
            let said = acts::said(cx, tx, &workloads)?;
            let count = |standard: Standard| {
                let adopted: Vec<Adopted> = workloads.iter().map(|w| said.of(&standard, w)).collect();
                StandardView { standard, prevalence: prevalence(adopted.iter()) }
            };
            Ok(rows::page(tx, &after, limit + 1)?.into_iter().map(count).collect::<Vec<_>>())
        })
        .await?;
    Ok(axum::Json(Page::cut(found, limit, |v| folded(&v.standard.statement))))
}

pub(crate) async fn one(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<axum::Json<StandardView>> {
    cx.require_signed_in()?;
    let view = app
        .read(&cx, move |cx, tx| {
            let standard = rows::by_slug(tx, &slug)?;
            let workloads = store::workloads(tx)?;
            let said = acts::said(cx, tx, &workloads)?;
            let adopted: Vec<Adopted> = workloads.iter().map(|w| said.of(&standard, w)).collect();
            Ok(StandardView { standard, prevalence: prevalence(adopted.iter()) })
        })
        .await?;
    Ok(axum::Json(view))
}

pub(crate) async fn make(State(app): State<App>, cx: Ctx, Json(new, idem): Json<NewStandard>) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| acts::make(cx, tx, &new)).await
}

pub(crate) async fn patch(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Json(new, idem): Json<StandardPatch>,
) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| acts::patch(cx, tx, &slug, &new)).await
}

pub(crate) async fn archive(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, idem: Idem) -> Result<Response> {
    change(&app, &cx, idem, 204, move |cx, tx| acts::put_away(cx, tx, &slug, true)).await
}

pub(crate) async fn restore(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, idem: Idem) -> Result<Response> {
    change(&app, &cx, idem, 204, move |cx, tx| acts::put_away(cx, tx, &slug, false)).await
}

pub(crate) async fn of_workload(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<axum::Json<Page<Adopted>>> {
    cx.require_signed_in()?;
    let items = app
        .read(&cx, move |cx, tx| {
            let w = store::workload_by_slug(tx, &slug)?;
            let said = acts::said(cx, tx, std::slice::from_ref(&w))?;
            Ok(rows::all(tx)?.iter().map(|s| said.of(s, &w)).collect::<Vec<_>>())
        })
        .await?;
    Ok(axum::Json(Page { items, next: None }))
}

pub(crate) async fn of_standard(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<axum::Json<Page<Adopted>>> {
    cx.require_signed_in()?;
    let items = app
        .read(&cx, move |cx, tx| {
            let s = rows::by_slug(tx, &slug)?;
            let workloads = store::workloads(tx)?;
            let said = acts::said(cx, tx, &workloads)?;
            Ok(workloads.iter().map(|w| said.of(&s, w)).collect::<Vec<_>>())
        })
        .await?;
    Ok(axum::Json(Page { items, next: None }))
}

pub(crate) async fn adopt(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, standard)): Path<(String, String)>,
    Json(new, idem): Json<NewAdoption>,
) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| acts::adopt(cx, tx, &workload, &standard, &new)).await
}

pub(crate) async fn ask(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, standard)): Path<(String, String)>,
    Json(new, idem): Json<Asked>,
) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| acts::ask(cx, tx, &workload, &standard, &new)).await
}
