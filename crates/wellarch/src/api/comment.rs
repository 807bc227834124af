//! Comments on a question and versions of its answer as JSON.

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change, cursor, limit};
use kernel::error::Result;
use kernel::ids::Id;
use kernel::web::{App, Ctx, Json, Path, Query};
use serde::Deserialize;

use crate::acts::comment as acts;
use crate::comment::{NewComment, ReviewComment};
use crate::review::ReviewAnswer;

type At = Path<(String, String, String)>;

#[derive(Deserialize)]
pub(crate) struct Cut {
    limit: Option<String>,
    cursor: Option<String>,
}

pub(crate) async fn list(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, question)): At,
    Query(cut): Query<Cut>,
) -> Result<axum::Json<Page<ReviewComment>>> {
    cx.require_signed_in()?;
    let n = limit(cut.limit.as_deref(), 500)?;
    let before: Option<Id> = cut.cursor.as_deref().map(cursor).transpose()?;
    let rows = app.read(&cx, move |cx, tx| acts::list(cx, tx, (&workload, &lens), &question, (before, n + 1))).await?;
    Ok(axum::Json(Page::cut(rows, n, |c| c.id.to_string())))
}

pub(crate) async fn add(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, question)): At,
    Json(new, idem): Json<NewComment>,
) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| acts::add(cx, tx, (&workload, &lens), &question, &new)).await
}

pub(crate) async fn versions(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, question)): At,
    Query(cut): Query<Cut>,
) -> Result<axum::Json<Page<ReviewAnswer>>> {
    cx.require_signed_in()?;
    let n = limit(cut.limit.as_deref(), 500)?;
    let before: i64 = cut.cursor.as_deref().map(cursor).transpose()?.unwrap_or(i64::MAX);
    let rows = app.read(&cx, move |cx, tx| acts::versions(cx, tx, (&workload, &lens), &question, (before, n + 1))).await?;
    Ok(axum::Json(Page::cut(rows, n, |a| a.version.to_string())))
}
