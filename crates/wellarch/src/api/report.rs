//! A review as CSV.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::error::Result;
use kernel::web::{App, Ctx, Path};

use crate::acts::review as acts;
use crate::document::ReviewDocument;
use crate::text;

pub(crate) async fn csv(State(app): State<App>, cx: Ctx, Path((workload, lens)): Path<(String, String)>) -> Result<Response> {
    cx.require_signed_in()?;
    let d = app.read(&cx, move |cx, tx| Ok(ReviewDocument::of(&acts::sheet(cx, tx, &workload, &lens)?))).await?;
    let file = format!("attachment; filename=\"{}-{}.csv\"", d.workload.slug, d.lens.slug);
    let head = [("content-type", "text/csv; charset=utf-8".to_owned()), ("content-disposition", file)];
    Ok((head, text::csv(&d)?).into_response())
}
