//! Evidence as JSON.

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change};
use kernel::error::Result;
use kernel::ids::Ref;
use kernel::web::{App, Ctx, Json, Path, Query};
use serde::Deserialize;

use crate::piece::{EvidencePiece, EvidenceRemoval, MOST};
use crate::{acts, store};

#[derive(Deserialize)]
pub(crate) struct Which {
    kind: String,
    id: String,
}

pub(crate) async fn about(State(app): State<App>, cx: Ctx, Query(on): Query<Which>) -> Result<axum::Json<Page<EvidencePiece>>> {
    cx.require_signed_in()?;
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    let items = app.read(&cx, move |_, tx| store::about(tx, &Ref::new(&on.kind, &on.id), most)).await?;
    Ok(axum::Json(Page { items, next: None }))
}

pub(crate) async fn one(State(app): State<App>, cx: Ctx, Path(id): Path<String>) -> Result<axum::Json<EvidencePiece>> {
    cx.require_signed_in()?;
    Ok(axum::Json(app.read(&cx, move |cx, tx| acts::one(cx, tx, &id)).await?))
}

pub(crate) async fn remove(
    State(app): State<App>,
    cx: Ctx,
    Path(id): Path<String>,
    Json(why, idem): Json<EvidenceRemoval>,
) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| acts::remove(cx, tx, &id, &why.reason)).await
}
