//! Proposed baselines as JSON.

use axum::extract::State;
use axum::response::Response;
use kernel::api::change;
use kernel::error::Result;
use kernel::web::{App, Ctx, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::acts::{self, proposal};
use crate::baseline::{NewRefusal, Proposed};

#[derive(Deserialize)]
pub(crate) struct Which {
    subject: String,
}

/// What is proposed, if anything is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ProposalOffer {
    /// Absent if the limits describe the present level, or the proposal was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<Proposed>,
}

/// A refusal and what it is about.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefusalFor {
    /// Slug of the subject.
    subject: String,
    /// First period of what was proposed, as it is written.
    period: String,
    /// Why the limits should stay as they are.
    reason: String,
}

pub(crate) async fn show(
    State(app): State<App>,
    cx: Ctx,
    Path(key): Path<String>,
    Query(w): Query<Which>,
) -> Result<axum::Json<ProposalOffer>> {
    cx.require_signed_in()?;
    let proposal = app
        .read(&cx, move |cx, tx| {
            let d = acts::definition(tx, &key)?.definition;
            let subject = catalogue::store::subject(tx, acts::kind_of(d.subject), &w.subject)?;
            proposal::look(cx, tx, &subject, &key)
        })
        .await?;
    Ok(axum::Json(ProposalOffer { proposal }))
}

pub(crate) async fn refuse(
    State(app): State<App>,
    cx: Ctx,
    Path(key): Path<String>,
    Json(new, idem): Json<RefusalFor>,
) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| {
        cx.require_signed_in()?;
        let d = acts::definition(tx, &key)?.definition;
        let subject = catalogue::store::subject(tx, acts::kind_of(d.subject), &new.subject)?;
        let refusal = NewRefusal { period: new.period.clone(), reason: new.reason.clone() };
        proposal::refuse(cx, tx, &subject, &key, &refusal)
    })
    .await
}
