//! Feeds as JSON.

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change};
use kernel::error::{Error, Result};
use kernel::web::{App, Ctx, Idem, Json, Path, Query};
use people::rights;
use serde::Deserialize;

use super::{Paging, no_nul};
use crate::acts::feed as acts;
use crate::jobs;
use crate::rules::{Feed, FeedPreview, FeedRun, NewFeed};
use crate::store::feed as store;

pub(crate) async fn list(State(app): State<App>, cx: Ctx, Query(p): Query<Paging>) -> Result<axum::Json<Page<Feed>>> {
    cx.require_signed_in()?;
    let limit = kernel::api::limit(p.limit.as_deref(), 500)?;
    let after: String = p.cursor.as_deref().map(kernel::api::cursor).transpose()?.unwrap_or_default();
    no_nul(&after)?;
    let rows = app.read(&cx, move |_, tx| store::page(tx, &after, limit + 1)).await?;
    Ok(axum::Json(Page::cut(rows, limit, store::page_key)))
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<axum::Json<Feed>> {
    cx.require_signed_in()?;
    Ok(axum::Json(app.read(&cx, move |_, tx| store::by_slug(tx, &slug)).await?))
}

pub(crate) async fn make(State(app): State<App>, cx: Ctx, Json(new, idem): Json<NewFeed>) -> Result<Response> {
    cx.require_everywhere(&rights::SOURCES)?;
    new.clone().check()?.check_ground(&jobs::ground(&app))?;
    change(&app, &cx, idem, 201, move |cx, tx| acts::make(cx, tx, &new)).await
}

pub(crate) async fn alter(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Json(new, idem): Json<NewFeed>,
) -> Result<Response> {
    cx.require_everywhere(&rights::SOURCES)?;
    new.clone().check()?.check_ground(&jobs::ground(&app))?;
    change(&app, &cx, idem, 200, move |cx, tx| acts::change(cx, tx, &slug, &new)).await
}

pub(crate) async fn archive(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, idem: Idem) -> Result<Response> {
    change(&app, &cx, idem, 204, move |cx, tx| acts::archive(cx, tx, &slug)).await
}

#[derive(Deserialize)]
pub(crate) struct Confirmed {
    confirm_empty: Option<String>,
}

/// Not kept for an `Idempotency-Key`: a repeated call is another run, and changes nothing that the first did not.
pub(crate) async fn run(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Query(asked): Query<Confirmed>,
) -> Result<axum::Json<FeedRun>> {
    let confirmed = match asked.confirm_empty.as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Error::invalid("confirm_empty", "confirm_empty is true or false.")),
    };
    jobs::feeds::run_now(&app, &cx, &slug, confirmed).await.map(axum::Json)
}

pub(crate) async fn preview(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<axum::Json<FeedPreview>> {
    cx.require_everywhere(&rights::SOURCES)?;
    let feed = app.read(&cx, move |_, tx| store::by_slug(tx, &slug)).await?;
    acts::feed_in_use(&feed)?;
    jobs::feeds::preview(&app, &cx, &feed.sent(), Some(&feed)).await.map(axum::Json)
}

pub(crate) async fn runs(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Query(p): Query<Paging>,
) -> Result<axum::Json<Page<FeedRun>>> {
    cx.require_signed_in()?;
    let limit = kernel::api::limit(p.limit.as_deref(), 200)?;
    let before: i64 = p.cursor.as_deref().map(kernel::api::cursor).transpose()?.unwrap_or(i64::MAX);
    let rows = app
        .read(&cx, move |_, tx| {
            let feed = store::by_slug(tx, &slug)?;
            store::runs(tx, feed.id, before, limit + 1)
        })
        .await?;
    Ok(axum::Json(Page::cut(rows, limit, |r| r.number.to_string())))
}
