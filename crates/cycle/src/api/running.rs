//! A running session as JSON: where it stands, steps, captures, attendance, minutes.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::api::{Page, change, cursor, limit};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::web::{App, Ctx, Idem, Json, Path, Query};
use serde::Deserialize;

use super::session::id;
use crate::acts::{agenda, attendance, capture as captures, minutes, running};
use crate::attendance::{NewObserver, NewSeat, Seat};
use crate::capture::{Capture, NewCapture};
use crate::clock::SessionEvent;
use crate::minutes::{Kept, NewAddendum};
use crate::running::{NewMove, SessionStanding};
use crate::told::NewTreatment;
use crate::written;

type At = Path<String>;
type One = Path<(String, String)>;

#[derive(Deserialize)]
pub(crate) struct Asked {
    limit: Option<String>,
    cursor: Option<String>,
}

fn inner(what: &'static str, text: &str) -> Result<Id> {
    text.parse().map_err(|_| Error::not_found(what, kernel::text::shown(text, 60)))
}

pub(crate) async fn standing(State(app): State<App>, cx: Ctx, Path(at): At) -> Result<axum::Json<SessionStanding>> {
    let id = id(&at)?;
    let r = app.read(&cx, move |cx, tx| running::show(cx, tx, id)).await?;
    Ok(axum::Json(SessionStanding::of(&r)))
}

pub(crate) async fn events(State(app): State<App>, cx: Ctx, Path(at): At) -> Result<axum::Json<Page<SessionEvent>>> {
    let id = id(&at)?;
    let items = app.read(&cx, move |cx, tx| running::events(cx, tx, id)).await?;
    Ok(axum::Json(Page { items, next: None }))
}

pub(crate) async fn open(State(app): State<App>, cx: Ctx, Path(at): At, idem: Idem) -> Result<Response> {
    let id = id(&at)?;
    let data = app.read(&cx, move |cx, tx| agenda::look(cx, tx, id)).await?;
    change(&app, &cx, idem, 200, move |cx, tx| running::open(cx, tx, id, &data)).await
}

pub(crate) async fn step(State(app): State<App>, cx: Ctx, Path(at): At, Json(new, idem): Json<NewMove>) -> Result<Response> {
    let id = id(&at)?;
    change(&app, &cx, idem, 200, move |cx, tx| {
        running::step(cx, tx, id, &new)?;
        Ok(SessionStanding::of(&running::show(cx, tx, id)?))
    })
    .await
}

pub(crate) async fn list(
    State(app): State<App>,
    cx: Ctx,
    Path(at): At,
    Query(asked): Query<Asked>,
) -> Result<axum::Json<Page<Capture>>> {
    let id = id(&at)?;
    let most = limit(asked.limit.as_deref(), 500)?;
    let after = asked.cursor.as_deref().map(cursor::<i64>).transpose()?.unwrap_or(0);
    let all = app.read(&cx, move |cx, tx| captures::list(cx, tx, id, after, most + 1)).await?;
    Ok(axum::Json(Page::cut(all, most, |c| c.number.to_string())))
}

pub(crate) async fn capture(State(app): State<App>, cx: Ctx, Path(at): At, Json(new, idem): Json<NewCapture>) -> Result<Response> {
    let id = id(&at)?;
    change(&app, &cx, idem, 201, move |cx, tx| captures::add(cx, tx, id, &new)).await
}

pub(crate) async fn take_back(State(app): State<App>, cx: Ctx, Path((at, capture)): One, idem: Idem) -> Result<Response> {
    let (id, capture) = (id(&at)?, inner("capture of this session", &capture)?);
    change(&app, &cx, idem, 200, move |cx, tx| captures::take_back(cx, tx, id, capture)).await
}

pub(crate) async fn treat(
    State(app): State<App>,
    cx: Ctx,
    Path((at, action)): One,
    Json(new, idem): Json<NewTreatment>,
) -> Result<Response> {
    let (id, action) = (id(&at)?, inner("action", &action)?);
    change(&app, &cx, idem, 200, move |cx, tx| captures::treat(cx, tx, id, action, &new)).await
}

pub(crate) async fn seats(State(app): State<App>, cx: Ctx, Path(at): At) -> Result<axum::Json<Page<Seat>>> {
    let id = id(&at)?;
    let items = app.read(&cx, move |cx, tx| attendance::list(cx, tx, id)).await?;
    Ok(axum::Json(Page { items, next: None }))
}

pub(crate) async fn sit(
    State(app): State<App>,
    cx: Ctx,
    Path((at, seat)): One,
    Json(new, idem): Json<NewSeat>,
) -> Result<Response> {
    let id = id(&at)?;
    change(&app, &cx, idem, 200, move |cx, tx| attendance::sit(cx, tx, id, &seat, &new)).await
}

pub(crate) async fn here(State(app): State<App>, cx: Ctx, Path(at): At, idem: Idem) -> Result<Response> {
    let id = id(&at)?;
    change(&app, &cx, idem, 200, move |cx, tx| Ok(Page { items: attendance::here(cx, tx, id)?, next: None })).await
}

pub(crate) async fn observe(State(app): State<App>, cx: Ctx, Path(at): At, Json(new, idem): Json<NewObserver>) -> Result<Response> {
    let id = id(&at)?;
    change(&app, &cx, idem, 201, move |cx, tx| Ok(Page { items: attendance::observe(cx, tx, id, &new)?, next: None })).await
}

pub(crate) async fn close(State(app): State<App>, cx: Ctx, Path(at): At, idem: Idem) -> Result<Response> {
    let id = id(&at)?;
    let (seal, secret) = (app.read(&cx, minutes::checkpoint).await?, app.secret()?);
    change(&app, &cx, idem, 200, move |cx, tx| minutes::close(cx, tx, id, &seal, &secret)).await
}

pub(crate) async fn minutes(State(app): State<App>, cx: Ctx, Path(at): At) -> Result<axum::Json<Kept>> {
    let id = id(&at)?;
    Ok(axum::Json(app.read(&cx, move |cx, tx| minutes::show(cx, tx, id)).await?.1))
}

pub(crate) async fn document(State(app): State<App>, cx: Ctx, Path(at): At) -> Result<Response> {
    let id = id(&at)?;
    let text = app.read(&cx, move |cx, tx| minutes::text(cx, tx, id)).await?;
    Ok(([("content-type", "application/json")], text).into_response())
}

pub(crate) async fn csv(State(app): State<App>, cx: Ctx, Path(at): At) -> Result<Response> {
    let id = id(&at)?;
    let (_, kept) = app.read(&cx, move |cx, tx| minutes::show(cx, tx, id)).await?;
    Ok(([("content-type", "text/csv; charset=utf-8")], written::csv(&kept.minutes)?).into_response())
}

pub(crate) async fn add(State(app): State<App>, cx: Ctx, Path(at): At, Json(new, idem): Json<NewAddendum>) -> Result<Response> {
    let id = id(&at)?;
    change(&app, &cx, idem, 201, move |cx, tx| minutes::add(cx, tx, id, &new)).await
}
