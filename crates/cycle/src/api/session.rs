//! Sessions as JSON.

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change, cursor, limit};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;
use kernel::web::{App, Ctx, Idem, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::acts::{agenda, session as acts};
use crate::agenda::{AgendaEdit, AgendaItem};
use crate::plan::{Data, told};
use crate::session::{NewSession, Session, SessionMove, SessionOff, SessionRoles};

/// A page of sessions that is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    pub(super) limit: Option<String>,
    pub(super) cursor: Option<String>,
}

/// The agenda of a session.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SessionAgenda {
    /// How it shares the time, in words.
    pub words: String,
    /// In their order.
    pub items: Vec<AgendaItem>,
}

/// A session with its agenda.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SessionView {
    /// The session.
    #[serde(flatten)]
    pub session: Session,
    /// Its agenda; empty until somebody builds it.
    pub agenda: Vec<AgendaItem>,
}

impl SessionAgenda {
    fn of(s: &Session, items: Vec<AgendaItem>) -> Self {
        Self { words: told(&items, s.minutes()), items }
    }
}

/// The id that an address names.
pub(crate) fn id(text: &str) -> Result<Id> {
    text.parse().map_err(|_| Error::not_found("session", kernel::text::shown(text, 60)))
}

/// The place in the order of a list that a cursor names.
fn place(text: &str) -> Result<(Time, Id)> {
    let text: String = cursor(text)?;
    let bad = || Error::invalid("cursor", "The cursor is not one that this list gave. Begin without it.");
    let (at, id) = text.split_once(' ').ok_or_else(bad)?;
    Ok((Time(at.parse().map_err(|_| bad())?), id.parse().map_err(|_| bad())?))
}

async fn listed(app: &App, cx: &Ctx, group: Option<String>, asked: Asked) -> Result<axum::Json<Page<Session>>> {
    cx.require_signed_in()?;
    let most = limit(asked.limit.as_deref(), 500)?;
    let before = asked.cursor.as_deref().map(place).transpose()?;
    let (_, all) = app.read(cx, move |cx, tx| acts::list(cx, tx, group.as_deref(), before, most + 1)).await?;
    Ok(axum::Json(Page::cut(all, most, |s| format!("{} {}", s.starts.micros(), s.id))))
}

pub(crate) async fn of_group(
    State(app): State<App>,
    cx: Ctx,
    Path(group): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<axum::Json<Page<Session>>> {
    listed(&app, &cx, Some(group), asked).await
}

pub(crate) async fn of_council(State(app): State<App>, cx: Ctx, Query(asked): Query<Asked>) -> Result<axum::Json<Page<Session>>> {
    listed(&app, &cx, None, asked).await
}

pub(crate) async fn add_to_group(
    State(app): State<App>,
    cx: Ctx,
    Path(group): Path<String>,
    Json(new, idem): Json<NewSession>,
) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| acts::add(cx, tx, Some(&group), &new)).await
}

pub(crate) async fn add_to_council(State(app): State<App>, cx: Ctx, Json(new, idem): Json<NewSession>) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| acts::add(cx, tx, None, &new)).await
}

pub(crate) async fn one(State(app): State<App>, cx: Ctx, Path(at): Path<String>) -> Result<axum::Json<SessionView>> {
    let id = id(&at)?;
    let (session, agenda) = app.read(&cx, move |cx, tx| agenda::show(cx, tx, id)).await?;
    Ok(axum::Json(SessionView { session, agenda }))
}

pub(crate) async fn data(State(app): State<App>, cx: Ctx, Path(at): Path<String>) -> Result<axum::Json<Data>> {
    let id = id(&at)?;
    Ok(axum::Json(app.read(&cx, move |cx, tx| agenda::look(cx, tx, id)).await?))
}

pub(crate) async fn appoint(
    State(app): State<App>,
    cx: Ctx,
    Path(at): Path<String>,
    Json(new, idem): Json<SessionRoles>,
) -> Result<Response> {
    let id = id(&at)?;
    change(&app, &cx, idem, 200, move |cx, tx| acts::appoint(cx, tx, id, &new)).await
}

pub(crate) async fn shift(
    State(app): State<App>,
    cx: Ctx,
    Path(at): Path<String>,
    Json(new, idem): Json<SessionMove>,
) -> Result<Response> {
    let id = id(&at)?;
    change(&app, &cx, idem, 200, move |cx, tx| acts::shift(cx, tx, id, &new)).await
}

pub(crate) async fn call_off(
    State(app): State<App>,
    cx: Ctx,
    Path(at): Path<String>,
    Json(new, idem): Json<SessionOff>,
) -> Result<Response> {
    let id = id(&at)?;
    change(&app, &cx, idem, 200, move |cx, tx| acts::call_off(cx, tx, id, &new)).await
}

pub(crate) async fn build(State(app): State<App>, cx: Ctx, Path(at): Path<String>, idem: Idem) -> Result<Response> {
    let id = id(&at)?;
    // What the data say is read first: a change that reads ten reports would meet everybody who writes.
    let data = app.read(&cx, move |cx, tx| agenda::look(cx, tx, id)).await?;
    change(&app, &cx, idem, 200, move |cx, tx| {
        let items = agenda::build(cx, tx, id, &data)?;
        Ok(SessionAgenda::of(&acts::one(cx, tx, id)?, items))
    })
    .await
}

pub(crate) async fn edit(
    State(app): State<App>,
    cx: Ctx,
    Path(at): Path<String>,
    Json(new, idem): Json<AgendaEdit>,
) -> Result<Response> {
    let id = id(&at)?;
    change(&app, &cx, idem, 200, move |cx, tx| {
        let items = agenda::edit(cx, tx, id, &new)?;
        Ok(SessionAgenda::of(&acts::one(cx, tx, id)?, items))
    })
    .await
}

pub(crate) async fn fit(State(app): State<App>, cx: Ctx, Path(at): Path<String>, idem: Idem) -> Result<Response> {
    let id = id(&at)?;
    change(&app, &cx, idem, 200, move |cx, tx| {
        let items = agenda::fit(cx, tx, id)?;
        Ok(SessionAgenda::of(&acts::one(cx, tx, id)?, items))
    })
    .await
}
