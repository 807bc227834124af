//! Links and attachments beside a question as JSON.

use ::evidence::piece::{EvidencePiece, NewAttachment, NewEvidenceLink, decoded};
use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change};
use kernel::error::Result;
use kernel::web::{App, Ctx, Json, JsonWithFile, Path};

use crate::acts::piece as acts;

type At = Path<(String, String, String)>;

pub(crate) async fn list(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, id)): At,
) -> Result<axum::Json<Page<EvidencePiece>>> {
    cx.require_signed_in()?;
    let items = app.read(&cx, move |cx, tx| acts::list(cx, tx, (&workload, &lens), &id)).await?;
    Ok(axum::Json(Page { items, next: None }))
}

pub(crate) async fn link(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, id)): At,
    Json(new, idem): Json<NewEvidenceLink>,
) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| acts::link(cx, tx, (&workload, &lens), &id, &new)).await
}

pub(crate) async fn attach(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, id)): At,
    JsonWithFile(new, idem): JsonWithFile<NewAttachment>,
) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| acts::attach(cx, tx, (&workload, &lens), &id, (&new.name, decoded(&new)))).await
}
