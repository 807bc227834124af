//! Sources as JSON.

pub(crate) mod feeds;

use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change};
use kernel::error::{Error, Result};
use kernel::web::{App, Ctx, Idem, Json, Path, Query};
use people::rights;
use serde::Deserialize;

use crate::rules::{BackfillOffer, NewSource, Run, Source, Trial};
use crate::{acts, jobs, store};

#[derive(Deserialize)]
pub(crate) struct Paging {
    limit: Option<String>,
    cursor: Option<String>,
}

pub(crate) async fn list(State(app): State<App>, cx: Ctx, Query(p): Query<Paging>) -> Result<axum::Json<Page<Source>>> {
    cx.require_signed_in()?;
    let limit = kernel::api::limit(p.limit.as_deref(), 500)?;
    let after: String = p.cursor.as_deref().map(kernel::api::cursor).transpose()?.unwrap_or_default();
    no_nul(&after)?;
    let rows = app.read(&cx, move |_, tx| store::page(tx, &after, limit + 1)).await?;
    Ok(axum::Json(Page::cut(rows, limit, store::page_key)))
}

/// A made-up cursor can hold what no engine stores.
fn no_nul(cursor: &str) -> Result<()> {
    if cursor.contains('\0') {
        return Err(Error::invalid("cursor", "The cursor is not one that this list gave. Begin without it."));
    }
    Ok(())
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<axum::Json<Source>> {
    cx.require_signed_in()?;
    Ok(axum::Json(app.read(&cx, move |_, tx| store::by_slug(tx, &slug)).await?))
}

pub(crate) async fn make(State(app): State<App>, cx: Ctx, Json(new, idem): Json<NewSource>) -> Result<Response> {
    cx.require_everywhere(&rights::SOURCES)?;
    new.clone().check()?.check_ground(&jobs::ground(&app))?;
    change(&app, &cx, idem, 201, move |cx, tx| acts::make(cx, tx, &new)).await
}

pub(crate) async fn alter(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Json(new, idem): Json<NewSource>,
) -> Result<Response> {
    cx.require_everywhere(&rights::SOURCES)?;
    new.check_ground(&jobs::ground(&app))?;
    change(&app, &cx, idem, 200, move |cx, tx| acts::change(cx, tx, &slug, &new)).await
}

pub(crate) async fn archive(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, idem: Idem) -> Result<Response> {
    change(&app, &cx, idem, 204, move |cx, tx| acts::archive(cx, tx, &slug)).await
}

/// Not kept for an `Idempotency-Key`: a repeated call is another run, and changes nothing that the first did not.
pub(crate) async fn run(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<axum::Json<Run>> {
    jobs::run_now(&app, &cx, &slug).await.map(axum::Json)
}

pub(crate) async fn trial(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<axum::Json<Trial>> {
    cx.require_everywhere(&rights::SOURCES)?;
    let source = app.read(&cx, move |_, tx| store::by_slug(tx, &slug)).await?;
    jobs::trial(&app, &cx, &source.sent(), Some(&source)).await.map(axum::Json)
}

pub(crate) async fn offer(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<axum::Json<BackfillOffer>> {
    cx.require_signed_in()?;
    let found = app.read(&cx, move |cx, tx| {
        let source = store::by_slug(tx, &slug)?;
        acts::offer(cx, tx, &source)
    });
    found.await.map(axum::Json)
}

pub(crate) async fn backfill(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, idem: Idem) -> Result<Response> {
    let wanted = slug.clone();
    let answer = change(&app, &cx, idem, 202, move |cx, tx| acts::ask_backfill(cx, tx, &slug)).await?;
    let source = app.read(&cx, move |_, tx| store::by_slug(tx, &wanted)).await?;
    // A repeated call with the same key asks for nothing new.
    if source.backfill.asked_at.is_some() {
        jobs::begin_backfill(&app, source, Duration::ZERO).await;
    }
    Ok(answer)
}

pub(crate) async fn runs(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Query(p): Query<Paging>,
) -> Result<axum::Json<Page<Run>>> {
    cx.require_signed_in()?;
    let limit = kernel::api::limit(p.limit.as_deref(), 200)?;
    let before: i64 = p.cursor.as_deref().map(kernel::api::cursor).transpose()?.unwrap_or(i64::MAX);
    let rows = app
        .read(&cx, move |_, tx| {
            let source = store::by_slug(tx, &slug)?;
            store::runs(tx, source.id, before, limit + 1)
        })
        .await?;
    Ok(axum::Json(Page::cut(rows, limit, |r| r.number.to_string())))
}
