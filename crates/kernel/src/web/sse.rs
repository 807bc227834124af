//! Live topics as server-sent events: `GET /live?topic=..`. A listener is an async stream; it holds no thread and no
//! connection to the database.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use serde::Deserialize;

use super::app::App;
use super::ctx::Ctx;
use super::json::Query;
use crate::error::{Error, Result};

#[derive(Deserialize)]
pub(super) struct Listen {
    topic: String,
}

/// Says at once, and after each change of the topic, what was announced until then. A page that was made before asks again.
pub(super) async fn live(
    State(app): State<App>,
    cx: Ctx,
    Query(listen): Query<Listen>,
) -> Result<Sse<impl Stream<Item = std::result::Result<Event, Infallible>>>> {
    cx.require_signed_in()?;
    if listen.topic.is_empty() || listen.topic.len() > 200 {
        return Err(Error::invalid("topic", "Name a topic of 1 to 200 characters."));
    }
    let mut rx = app.live.listen(&listen.topic);
    rx.mark_changed();
    let stopping = app.stopping();
    let events = stream::unfold((rx, stopping, app), |(mut rx, mut stopping, app)| async move {
        tokio::select! {
            changed = rx.changed() => changed.ok()?,
            _ = stopping.wait_for(|s| *s) => return None,
        }
        rx.mark_unchanged();
        let event = Event::default().event("version").data(app.announced());
        Some((Ok(event), (rx, stopping, app)))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))))
}
