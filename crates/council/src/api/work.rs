//! Scores, stories and results as JSON.

use axum::extract::State;
use axum::response::Response;
use kernel::api::change;
use kernel::error::Result;
use kernel::web::{App, Ctx, Json, Path};
use people::rights;
use serde::Serialize;
use utoipa::ToSchema;

use super::{action_of, number_of};
use crate::acts::{self, read, work};
use crate::result::{ConcernResult, Measured, NewResult};
use crate::store;
use crate::view::{NewStory, StorySprint};
use crate::wsjf::NewWsjf;

pub(crate) async fn score(
    State(app): State<App>,
    cx: Ctx,
    Path(number): Path<String>,
    Json(new, idem): Json<NewWsjf>,
) -> Result<Response> {
    cx.require_everywhere(&rights::COUNCIL)?;
    let number = number_of(&number)?;
    change(&app, &cx, idem, 200, move |cx, tx| acts::score(cx, tx, number, &new)).await
}

pub(crate) async fn story(
    State(app): State<App>,
    cx: Ctx,
    Path(number): Path<String>,
    Json(new, idem): Json<NewStory>,
) -> Result<Response> {
    cx.require_somewhere(&rights::CONCERNS)?;
    let number = number_of(&number)?;
    change(&app, &cx, idem, 201, move |cx, tx| work::add_story(cx, tx, number, &new)).await
}

pub(crate) async fn sprint(
    State(app): State<App>,
    cx: Ctx,
    Path((number, action)): Path<(String, String)>,
    Json(to, idem): Json<StorySprint>,
) -> Result<Response> {
    cx.require_somewhere(&rights::CONCERNS)?;
    let (number, action) = (number_of(&number)?, action_of(&action)?);
    change(&app, &cx, idem, 200, move |cx, tx| work::set_sprint(cx, tx, number, action, to)).await
}

/// Results of a concern.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConcernResults {
    /// Newest first.
    pub items: Vec<ConcernResult>,
}

pub(crate) async fn results(State(app): State<App>, cx: Ctx, Path(number): Path<String>) -> Result<axum::Json<ConcernResults>> {
    cx.require_signed_in()?;
    let number = number_of(&number)?;
    let items = app
        .read(&cx, move |_, tx| {
            store::one(tx, number)?;
            store::work::results(tx, number, read::most_results())
        })
        .await?;
    Ok(axum::Json(ConcernResults { items }))
}

pub(crate) async fn record(
    State(app): State<App>,
    cx: Ctx,
    Path(number): Path<String>,
    Json(new, idem): Json<NewResult>,
) -> Result<Response> {
    cx.require_somewhere(&rights::CONCERNS)?;
    let number = number_of(&number)?;
    change(&app, &cx, idem, 201, move |cx, tx| work::measure(cx, tx, number, &new)).await
}

pub(crate) async fn compare(
    State(app): State<App>,
    cx: Ctx,
    Path(number): Path<String>,
    Json(new, _): Json<NewResult>,
) -> Result<axum::Json<Measured>> {
    cx.require_signed_in()?;
    let number = number_of(&number)?;
    Ok(axum::Json(app.read(&cx, move |cx, tx| work::preview(cx, tx, number, &new)).await?))
}
