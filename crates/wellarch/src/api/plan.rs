//! Improvements, accepted risks and the report of a review as JSON.

use axum::extract::State;
use axum::response::Response;
use decisions::decision::Acceptance;
use kernel::api::change;
use kernel::error::Result;
use kernel::web::{App, Ctx, Json, Path};
use people::rights;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::acts::plan as acts;
use crate::acts::plan::NewImprovement;
use crate::document::ReviewDocument;
use crate::risks::WorkloadRisks;

/// A risk to accept, and what the approver says.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAcceptance {
    /// Id of the question; it stands at a risk.
    pub(crate) question: String,
    /// Why the business bears it.
    pub(crate) reason: String,
    /// Its last day, `2027-03-31`; at most 366 days ahead.
    pub(crate) until: String,
}

/// The report of a review: the review as it stands, its risks and what is being done about them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReviewReport {
    /// The review.
    pub(crate) review: ReviewDocument,
    /// Risks with exposed things, actions, accepted risks; and improvements with theirs.
    pub(crate) plan: WorkloadRisks,
}

pub(crate) async fn improve(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens)): Path<(String, String)>,
    Json(new, idem): Json<NewImprovement>,
) -> Result<Response> {
    cx.require_somewhere(&rights::ACTIONS)?;
    change(&app, &cx, idem, 201, move |cx, tx| acts::improve(cx, tx, (&workload, &lens), &new)).await
}

pub(crate) async fn accept(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens)): Path<(String, String)>,
    Json(new, idem): Json<NewAcceptance>,
) -> Result<Response> {
    cx.require_somewhere(&rights::RISKS)?;
    let said = Acceptance { reason: new.reason, until: new.until };
    change(&app, &cx, idem, 201, move |cx, tx| acts::accept(cx, tx, (&workload, &lens), new.question.trim(), &said)).await
}

pub(crate) async fn report(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens)): Path<(String, String)>,
) -> Result<axum::Json<ReviewReport>> {
    cx.require_signed_in()?;
    let p = app.read(&cx, move |cx, tx| acts::planned(cx, tx, &workload, Some(&lens))).await?;
    let review = p.documents.into_iter().next().ok_or_else(|| kernel::Error::internal("a review that is gone"))?;
    Ok(axum::Json(ReviewReport { review, plan: p.risks }))
}
