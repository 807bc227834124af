//! What forums settled, as JSON.

use axum::extract::State;
use axum::response::Response;
use kernel::api::change;
use kernel::error::Result;
use kernel::web::{App, Ctx, Json, Path};

use crate::acts::cadence as acts;
use crate::cadence::{ForumCadence, NewCadence};

async fn show(app: &App, cx: &Ctx, group: Option<String>) -> Result<axum::Json<ForumCadence>> {
    Ok(axum::Json(app.read(cx, move |cx, tx| acts::show(cx, tx, group.as_deref())).await?.1))
}

pub(crate) async fn group(State(app): State<App>, cx: Ctx, Path(group): Path<String>) -> Result<axum::Json<ForumCadence>> {
    show(&app, &cx, Some(group)).await
}

pub(crate) async fn council(State(app): State<App>, cx: Ctx) -> Result<axum::Json<ForumCadence>> {
    show(&app, &cx, None).await
}

pub(crate) async fn settle_group(
    State(app): State<App>,
    cx: Ctx,
    Path(group): Path<String>,
    Json(new, idem): Json<NewCadence>,
) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| acts::settle(cx, tx, Some(&group), &new)).await
}

pub(crate) async fn settle_council(State(app): State<App>, cx: Ctx, Json(new, idem): Json<NewCadence>) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| acts::settle(cx, tx, None, &new)).await
}
