//! Imports as JSON.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::api::change;
use kernel::error::Result;
use kernel::web::{App, Ctx, Json};
use people::rights;

use crate::acts::import::{self, Format};
use crate::wanted::NewImport;

pub(crate) async fn backstage(app: State<App>, cx: Ctx, sent: Json<NewImport>) -> Result<Response> {
    run(app, cx, Format::Backstage, sent).await
}

pub(crate) async fn catalogue(app: State<App>, cx: Ctx, sent: Json<NewImport>) -> Result<Response> {
    run(app, cx, Format::Catalogue, sent).await
}

async fn run(State(app): State<App>, cx: Ctx, format: Format, Json(new, idem): Json<NewImport>) -> Result<Response> {
    cx.require_somewhere(&rights::TEAMS)?;
    let dry_run = new.dry_run;
    // Files are parsed where a read would run, so that neither listeners nor the writer wait for it.
    let read = app.read(&cx, move |cx, _| import::read(cx, format, &new)).await?;
    if dry_run {
        let plan = app.read(&cx, move |cx, tx| import::preview(cx, tx, &read)).await?;
        return Ok(axum::Json(plan).into_response());
    }
    change(&app, &cx, idem, 200, move |cx, tx| import::import(cx, tx, &read)).await
}
