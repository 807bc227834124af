//! Risks of a workload as JSON.

use axum::extract::State;
use kernel::error::Result;
use kernel::web::{App, Ctx, Path};

use crate::acts::review as acts;
use crate::document::{ReviewDocument, Titled};
use crate::risks::WorkloadRisks;

/// The team and the risks of a workload, over all its reviews as they stand.
pub(crate) async fn load(app: &App, cx: &Ctx, workload: String) -> Result<(Titled, WorkloadRisks)> {
    app.read(cx, move |cx, tx| {
        let (workload, team, sheets) = acts::of_workload(cx, tx, &workload)?;
        let documents: Vec<ReviewDocument> = sheets.iter().map(ReviewDocument::of).collect();
        let workload = Titled { slug: workload.slug, name: workload.name };
        Ok((Titled { slug: team.slug, name: team.name }, WorkloadRisks::of(workload, &documents)))
    })
    .await
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(workload): Path<String>) -> Result<axum::Json<WorkloadRisks>> {
    cx.require_signed_in()?;
    Ok(axum::Json(load(&app, &cx, workload).await?.1))
}
