//! Reviews that come from elsewhere or go there, as JSON and in others' forms.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::api::change;
use kernel::error::Result;
use kernel::web::{App, Ctx, Json, Path};

use crate::acts::moving as acts;
use crate::moving::NewImport;
use crate::moving::archive::ReviewArchive;

pub(crate) async fn import(
    State(app): State<App>,
    cx: Ctx,
    Path(workload): Path<String>,
    Json(new, idem): Json<NewImport>,
) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| acts::import(cx, tx, &workload, &new)).await
}

pub(crate) async fn archive(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens)): Path<(String, String)>,
) -> Result<axum::Json<ReviewArchive>> {
    cx.require_signed_in()?;
    Ok(axum::Json(app.read(&cx, move |cx, tx| acts::archive(cx, tx, &workload, &lens)).await?))
}

pub(crate) async fn azure(State(app): State<App>, cx: Ctx, Path((workload, lens)): Path<(String, String)>) -> Result<Response> {
    cx.require_signed_in()?;
    let text = app.read(&cx, move |cx, tx| acts::azure_csv(cx, tx, &workload, &lens)).await?;
    let head = [("content-type", "text/csv; charset=utf-8"), ("content-disposition", "attachment; filename=\"review.csv\"")];
    Ok((head, text).into_response())
}
