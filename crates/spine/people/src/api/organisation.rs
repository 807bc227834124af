//! The organisation.

use axum::extract::State;
use axum::response::Response;
use kernel::error::Result;
use kernel::web::{App, Ctx, Json};

use crate::acts::{self, NewOrganisation};
use crate::{Organisation, store};

pub(crate) async fn show(State(app): State<App>, cx: Ctx) -> Result<axum::Json<Organisation>> {
    cx.require_signed_in()?;
    Ok(axum::Json(app.read(&cx, |_, tx| store::organisation(tx)).await?))
}

pub(crate) async fn change(State(app): State<App>, cx: Ctx, Json(new, idem): Json<NewOrganisation>) -> Result<Response> {
    kernel::api::change(&app, &cx, idem, 200, move |cx, tx| acts::set_organisation(cx, tx, &new)).await
}
