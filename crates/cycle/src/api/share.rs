//! Tech shares and what a group has in common, as JSON.

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change, cursor, limit};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::web::{App, Ctx, Json, Path, Query};
use serde::Deserialize;

use crate::acts::{portfolio, share as acts};
use crate::share::{NewAdopted, NewTechShare, TechShare, TechShareChange};
use crate::topics::{NewAnswer, Portfolio};

#[derive(Deserialize)]
pub(crate) struct Asked {
    limit: Option<String>,
    cursor: Option<String>,
}

fn share_id(text: &str) -> Result<Id> {
    text.parse().map_err(|_| Error::not_found("tech share", kernel::text::shown(text, 60)))
}

pub(crate) async fn list(
    State(app): State<App>,
    cx: Ctx,
    Path(group): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<axum::Json<Page<TechShare>>> {
    cx.require_signed_in()?;
    let most = limit(asked.limit.as_deref(), 200)?;
    let before = asked.cursor.as_deref().map(cursor::<Id>).transpose()?.map(|id| id.to_string());
    let (_, all) = app.read(&cx, move |cx, tx| acts::list(cx, tx, &group, before.as_deref(), most + 1)).await?;
    Ok(axum::Json(Page::cut(all, most, |s| s.id.to_string())))
}

pub(crate) async fn add(State(app): State<App>, cx: Ctx, Json(new, idem): Json<NewTechShare>) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| acts::add(cx, tx, &new)).await
}

pub(crate) async fn one(State(app): State<App>, cx: Ctx, Path(at): Path<String>) -> Result<axum::Json<TechShare>> {
    let id = share_id(&at)?;
    Ok(axum::Json(app.read(&cx, move |cx, tx| acts::one(cx, tx, id)).await?.0))
}

pub(crate) async fn edit(
    State(app): State<App>,
    cx: Ctx,
    Path(at): Path<String>,
    Json(new, idem): Json<TechShareChange>,
) -> Result<Response> {
    let id = share_id(&at)?;
    change(&app, &cx, idem, 200, move |cx, tx| acts::change(cx, tx, id, &new)).await
}

pub(crate) async fn adopt(
    State(app): State<App>,
    cx: Ctx,
    Path(at): Path<String>,
    Json(new, idem): Json<NewAdopted>,
) -> Result<Response> {
    let id = share_id(&at)?;
    change(&app, &cx, idem, 201, move |cx, tx| acts::adopt(cx, tx, id, &new)).await
}

pub(crate) async fn common(State(app): State<App>, cx: Ctx, Path(group): Path<String>) -> Result<axum::Json<Portfolio>> {
    cx.require_signed_in()?;
    let inner = app.clone();
    let found = app.read(&cx, move |cx, tx| {
        let gaps = portfolio::gaps(&inner, cx, tx, &group)?;
        portfolio::show(cx, tx, &group, gaps)
    });
    Ok(axum::Json(found.await?))
}

pub(crate) async fn answer(
    State(app): State<App>,
    cx: Ctx,
    Path(group): Path<String>,
    Json(new, idem): Json<NewAnswer>,
) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| portfolio::answer(cx, tx, &group, &new)).await
}
