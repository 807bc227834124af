//! Sittings as JSON.

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change as stored};
use kernel::error::Result;
use kernel::web::{App, Ctx, Json, Path};

use crate::acts::sitting as acts;
use crate::sitting::{NewAddendum, NewSitting, Sitting, SittingChange, SittingEnd};

type At = Path<(String, String)>;
type One = Path<(String, String, String)>;

pub(crate) async fn all(State(app): State<App>, cx: Ctx, Path((workload, lens)): At) -> Result<axum::Json<Page<Sitting>>> {
    cx.require_signed_in()?;
    let items = app.read(&cx, move |cx, tx| acts::list(cx, tx, &workload, &lens)).await?;
    Ok(axum::Json(Page { items, next: None }))
}

pub(crate) async fn one(State(app): State<App>, cx: Ctx, Path((workload, lens, number)): One) -> Result<axum::Json<Sitting>> {
    cx.require_signed_in()?;
    Ok(axum::Json(app.read(&cx, move |cx, tx| acts::one(cx, tx, (&workload, &lens), &number)).await?))
}

pub(crate) async fn begin(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens)): At,
    Json(new, idem): Json<NewSitting>,
) -> Result<Response> {
    stored(&app, &cx, idem, 201, move |cx, tx| acts::begin(cx, tx, (&workload, &lens), &new)).await
}

pub(crate) async fn change(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, number)): One,
    Json(new, idem): Json<SittingChange>,
) -> Result<Response> {
    stored(&app, &cx, idem, 200, move |cx, tx| acts::change(cx, tx, (&workload, &lens), &number, &new)).await
}

pub(crate) async fn close(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, number)): One,
    Json(end, idem): Json<SittingEnd>,
) -> Result<Response> {
    stored(&app, &cx, idem, 200, move |cx, tx| acts::close(cx, tx, (&workload, &lens), &number, &end)).await
}

pub(crate) async fn add(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, number)): One,
    Json(new, idem): Json<NewAddendum>,
) -> Result<Response> {
    stored(&app, &cx, idem, 201, move |cx, tx| acts::add(cx, tx, (&workload, &lens), &number, &new)).await
}
