//! Channels, messages and deliveries as JSON.

use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change, cursor, limit};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::outbox::NEWEST;
use kernel::web::{App, Ctx, Idem, Json, Path, Query};
use people::rights;
use serde::Deserialize;

use crate::channel::{Channel, NewChannel};
use crate::delivery::{Delivery, Dismissal};
use crate::message::Message;
use crate::{acts, jobs, store};

/// How long a test waits for the receiver; it goes on afterwards.
pub(crate) const WAIT: Duration = Duration::from_secs(8);

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Paging {
    pub(crate) limit: Option<String>,
    pub(crate) cursor: Option<String>,
}

impl Paging {
    /// The id after or below which a page goes on; `first` begins.
    pub(crate) fn id(&self, first: &str) -> Result<String> {
        self.cursor.as_deref().map_or_else(|| Ok(first.to_owned()), |c| cursor::<Id>(c).map(|id| id.to_string()))
    }
}

/// An id in an address; what is none is not found.
pub(crate) fn id_of(kind: &str, text: &str) -> Result<Id> {
    text.parse().map_err(|_| Error::not_found(kind, kernel::text::shown(text, 60)))
}

pub(crate) async fn list(State(app): State<App>, cx: Ctx, Query(p): Query<Paging>) -> Result<axum::Json<Page<Channel>>> {
    cx.require_signed_in()?;
    let n = limit(p.limit.as_deref(), 500)?;
    let after: String = p.cursor.as_deref().map(cursor).transpose()?.unwrap_or_default();
    if after.contains('\0') {
        return Err(Error::invalid("cursor", "The cursor is not one that this list gave. Begin without it."));
    }
    let rows = app.read(&cx, move |_, tx| store::channel::page(tx, &after, n + 1)).await?;
    Ok(axum::Json(Page::cut(rows, n, store::channel::page_key)))
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<axum::Json<Channel>> {
    cx.require_signed_in()?;
    Ok(axum::Json(app.read(&cx, move |_, tx| store::channel::by_slug(tx, &slug)).await?))
}

pub(crate) async fn make(State(app): State<App>, cx: Ctx, Json(new, idem): Json<NewChannel>) -> Result<Response> {
    cx.require_somewhere(&rights::CHANNELS)?;
    jobs::ground(&app).check(&new.clone().check()?.to)?;
    change(&app, &cx, idem, 201, move |cx, tx| acts::channel::make(cx, tx, &new)).await
}

pub(crate) async fn alter(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Json(new, idem): Json<NewChannel>,
) -> Result<Response> {
    cx.require_somewhere(&rights::CHANNELS)?;
    jobs::ground(&app).check(&new.clone().check()?.to)?;
    change(&app, &cx, idem, 200, move |cx, tx| acts::channel::change(cx, tx, &slug, &new)).await
}

pub(crate) async fn archive(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, idem: Idem) -> Result<Response> {
    change(&app, &cx, idem, 204, move |cx, tx| acts::channel::archive(cx, tx, &slug)).await
}

/// Sends a test and waits for how it ends, but not for long.
pub(crate) async fn tried(app: &App, cx: &Ctx, slug: String) -> Result<Delivery> {
    let id = app.write(cx, move |cx, tx| acts::channel::test(cx, tx, &slug)).await?;
    // The job takes it over if the receiver is slow.
    if let Ok(ended) = tokio::time::timeout(WAIT, jobs::now(app, id)).await {
        ended?;
    }
    Ok(app.read(cx, move |_, tx| store::delivery::one(tx, id)).await?.0)
}

/// Not kept for an `Idempotency-Key`: a repeated call is another test.
pub(crate) async fn test(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<axum::Json<Delivery>> {
    tried(&app, &cx, slug).await.map(axum::Json)
}

pub(crate) async fn deliveries(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Query(p): Query<Paging>,
) -> Result<axum::Json<Page<Delivery>>> {
    cx.require_signed_in()?;
    let n = limit(p.limit.as_deref(), 200)?;
    let below = p.id(NEWEST)?;
    let rows = app
        .read(&cx, move |_, tx| {
            let channel = store::channel::by_slug(tx, &slug)?;
            store::delivery::of_channel(tx, &channel, &below, n + 1)
        })
        .await?;
    Ok(axum::Json(Page::cut(rows, n, |d| d.id.to_string())))
}

pub(crate) async fn message(State(app): State<App>, cx: Ctx, Path(id): Path<String>) -> Result<axum::Json<Message>> {
    cx.require_signed_in()?;
    let id = id_of("message", &id)?;
    Ok(axum::Json(app.read(&cx, move |_, tx| store::message::one(tx, id)).await?))
}

pub(crate) async fn of_message(
    State(app): State<App>,
    cx: Ctx,
    Path(id): Path<String>,
    Query(p): Query<Paging>,
) -> Result<axum::Json<Page<Delivery>>> {
    cx.require_signed_in()?;
    let n = limit(p.limit.as_deref(), 200)?;
    let (id, after) = (id_of("message", &id)?, p.id("")?);
    let rows = app
        .read(&cx, move |_, tx| {
            store::message::one(tx, id)?;
            store::delivery::of_message(tx, id, &after, n + 1)
        })
        .await?;
    Ok(axum::Json(Page::cut(rows, n, |d| d.id.to_string())))
}

pub(crate) async fn given_up(State(app): State<App>, cx: Ctx, Query(p): Query<Paging>) -> Result<axum::Json<Page<Delivery>>> {
    cx.require_signed_in()?;
    let n = limit(p.limit.as_deref(), 200)?;
    let below = p.id(NEWEST)?;
    let rows = app.read(&cx, move |_, tx| store::delivery::given_up(tx, &below, n + 1)).await?;
    Ok(axum::Json(Page::cut(rows, n, |d| d.id.to_string())))
}

pub(crate) async fn delivery(State(app): State<App>, cx: Ctx, Path(id): Path<String>) -> Result<axum::Json<Delivery>> {
    cx.require_signed_in()?;
    let id = id_of("delivery", &id)?;
    Ok(axum::Json(app.read(&cx, move |_, tx| store::delivery::one(tx, id)).await?.0))
}

pub(crate) async fn retry(State(app): State<App>, cx: Ctx, Path(id): Path<String>, idem: Idem) -> Result<Response> {
    let id = id_of("delivery", &id)?;
    change(&app, &cx, idem, 200, move |cx, tx| acts::delivery::retry(cx, tx, id)).await
}

pub(crate) async fn drop(
    State(app): State<App>,
    cx: Ctx,
    Path(id): Path<String>,
    Json(said, idem): Json<Dismissal>,
) -> Result<Response> {
    let id = id_of("delivery", &id)?;
    change(&app, &cx, idem, 200, move |cx, tx| acts::delivery::drop(cx, tx, id, &said)).await
}
