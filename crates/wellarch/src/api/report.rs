//! A review as CSV.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::error::{Error, Result};
use kernel::web::{App, Ctx, Path};

use crate::acts::plan as acts;
use crate::text;

pub(crate) async fn csv(State(app): State<App>, cx: Ctx, Path((workload, lens)): Path<(String, String)>) -> Result<Response> {
    cx.require_signed_in()?;
    let plan = app.read(&cx, move |cx, tx| acts::planned(cx, tx, &workload, Some(&lens))).await?;
    let d = plan.documents.first().ok_or_else(|| Error::internal("a review that is gone"))?;
    let file = format!("attachment; filename=\"{}-{}.csv\"", d.workload.slug, d.lens.slug);
    let head = [("content-type", "text/csv; charset=utf-8".to_owned()), ("content-disposition", file)];
    Ok((head, text::csv(d, &plan.risks)?).into_response())
}
