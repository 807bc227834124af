//! The stream of a running session: its parts, drawn once for all who see the same. A listener holds no thread and no connection to the
//! database.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::web::{App, Ctx, Path, Query, links_below};
use serde::Deserialize;

use crate::acts::{running, session};
use crate::api::session::id;
use crate::pages::run::{Audience, parts};

/// A connection that has nothing to say is tried this often, so that one that broke without a word is noticed.
const TRY: Duration = Duration::from_secs(10);

#[derive(Deserialize)]
pub(crate) struct Listen {
    #[serde(rename = "as")]
    audience: Option<String>,
}

/// Where the stream of a session is, for one kind of reader.
pub(crate) fn address(session: Id, audience: Audience) -> String {
    format!("/sessions/{session}/live?as={}", audience.key())
}

/// The parts as they stand now.
async fn drawn(app: &App, cx: &Ctx, session: Id, audience: Audience) -> Result<String> {
    let cx = Ctx { now: app.now(), ..cx.clone() };
    let r = app.read(&cx, move |cx, tx| running::show(cx, tx, session)).await?;
    Ok(links_below(&app.config.base(), parts(&r, audience).into_string()))
}

/// Says at once what was announced until then (`version`), so that a page that was made before loads itself anew; and after each change
/// the parts of the page (`fragment`).
pub(crate) async fn live(
    State(app): State<App>,
    cx: Ctx,
    Path(at): Path<String>,
    Query(listen): Query<Listen>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    cx.require_signed_in()?;
    let session = id(&at)?;
    let wrong = || Error::invalid("as", "Say who listens: run, part or screen.");
    let audience = listen.audience.as_deref().and_then(Audience::read).ok_or_else(wrong)?;
    let s = app.read(&cx, move |cx, tx| session::one(cx, tx, session)).await?;
    // Buttons that somebody may not press are not drawn; that they may not is for the acts to say.
    let audience = if audience == Audience::Run && !s.is_run_by(&cx) { Audience::Part } else { audience };
    let changes = app.live.listen(&s.topic());
    let listener = Listener { stopping: app.stopping(), changes, topic: s.topic(), app, cx, session, audience, first: true };
    Ok(Sse::new(stream::unfold(listener, Listener::next)).keep_alive(KeepAlive::new().interval(TRY)))
}

struct Listener {
    app: App,
    cx: Ctx,
    session: Id,
    topic: String,
    audience: Audience,
    changes: tokio::sync::watch::Receiver<u64>,
    stopping: tokio::sync::watch::Receiver<bool>,
    first: bool,
}

impl Listener {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        if self.first {
            self.first = false;
            let event = Event::default().event("version").data(self.app.announced());
            return Some((Ok(event), self));
        }
        loop {
            tokio::select! {
                biased;
                _ = self.stopping.wait_for(|s| *s) => return None,
                changed = self.changes.changed() => changed.ok()?,
            }
            self.changes.mark_unchanged();
            let (app, cx, session, audience) = (&self.app, &self.cx, self.session, self.audience);
            match app.live.fragment(&self.topic, audience.key(), || drawn(app, cx, session, audience)).await {
                Ok(text) => {
                    let event = Event::default().event("fragment").data(text.replace('\r', ""));
                    return Some((Ok(event), self));
                }
                Err(e) => tracing::warn!(error = ?e, "The parts of a session could not be drawn; they are with its next change"),
            }
        }
    }
}
