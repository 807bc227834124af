//! Milestones as JSON.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use kernel::api::{Page, change};
use kernel::error::Result;
use kernel::web::{App, Ctx, Json, Path, Query};
use serde::Deserialize;

use crate::acts::milestone as acts;
use crate::milestone::{Comparison, Milestone, NewMilestone};

#[derive(Deserialize)]
pub(crate) struct Ends {
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
}

pub(crate) async fn all(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens)): Path<(String, String)>,
) -> Result<axum::Json<Page<Milestone>>> {
    cx.require_signed_in()?;
    let items = app.read(&cx, move |cx, tx| Ok(acts::list(cx, tx, &workload, &lens)?.1)).await?;
    Ok(axum::Json(Page { items, next: None }))
}

pub(crate) async fn save(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens)): Path<(String, String)>,
    Json(new, idem): Json<NewMilestone>,
) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| acts::save(cx, tx, &workload, &lens, &new)).await
}

/// The very bytes whose digest is in the trail.
pub(crate) async fn one(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, milestone)): Path<(String, String, String)>,
) -> Result<Response> {
    cx.require_signed_in()?;
    let (.., text) = app.read(&cx, move |cx, tx| acts::one(cx, tx, &workload, &lens, &milestone)).await?;
    Ok(([(CONTENT_TYPE, "application/json")], text).into_response())
}

pub(crate) async fn comparison(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens)): Path<(String, String)>,
    Query(ends): Query<Ends>,
) -> Result<axum::Json<Comparison>> {
    cx.require_signed_in()?;
    let found = app
        .read(&cx, move |cx, tx| {
            let sheet = crate::acts::review::sheet(cx, tx, &workload, &lens)?;
            acts::comparison(cx, tx, &sheet, ends.from.as_deref().unwrap_or(""), ends.to.as_deref().unwrap_or(""))
        })
        .await?;
    Ok(axum::Json(found))
}
