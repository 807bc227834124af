//! Risks of a workload as JSON.

use axum::extract::State;
use kernel::error::Result;
use kernel::web::{App, Ctx, Path};

use crate::acts::plan as acts;
use crate::risks::WorkloadRisks;

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(workload): Path<String>) -> Result<axum::Json<WorkloadRisks>> {
    cx.require_signed_in()?;
    Ok(axum::Json(app.read(&cx, move |cx, tx| acts::planned(cx, tx, &workload, None)).await?.risks))
}
