//! The stream of a review: that something changed, and who has it open. A listener holds no thread and no connection to the
//! database; it is seen by the others while it listens, and gone with its connection.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use kernel::db::{Engine, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::web::{App, Ctx, Path, Query};
use serde::Deserialize;

use crate::acts::review as acts;
use crate::document::ReviewDocument;
use crate::pages::presence::people;
use crate::presence::{Here, Presence, Seat, together};
use crate::store::presence as store;

/// Comings and goings within this time are told together.
const SETTLE: Duration = Duration::from_millis(250);

/// An instance tells the others this often that its people are still there.
const RENEW: Duration = Duration::from_secs(5);

/// What another instance said counts for this long.
const COUNTS: Duration = Duration::from_secs(20);

/// A connection that has nothing to say is tried this often, so that one that broke without a word is noticed.
const TRY: Duration = Duration::from_secs(10);

#[derive(Deserialize)]
pub(crate) struct Listen {
    question: Option<String>,
}

/// Where the stream of a review is, for a reader who is on a question or, with an empty one, on the list of all.
pub(crate) fn address(workload: &str, lens: &str, question: &str) -> String {
    format!("/workloads/{workload}/reviews/{lens}/live?question={question}")
}

/// What is announced when somebody comes or goes.
fn topic(review: Id) -> String {
    format!("review-people:{review}")
}

/// The name of this instance among others.
pub(crate) fn instance(app: &App) -> String {
    let draw = || app.secret().map_or_else(|_| app.announced(), |s| s.chars().take(16).collect());
    app.state::<Presence>().instance(draw).to_owned()
}

/// Who is here on other instances.
pub(crate) fn others(cx: &Ctx, tx: &mut dyn Tx, review: Id, instance: &str) -> Result<Vec<Here>> {
    store::others(tx, review, instance, cx.now.minus(COUNTS))
}

/// Everybody who has the review open, with those of other instances.
pub(crate) fn everybody(app: &App, review: Id, others: Vec<Here>) -> Vec<Here> {
    let mut all = app.state::<Presence>().here(review);
    all.extend(others);
    together(all)
}

/// Tells listeners of changes, and other instances who is here, until nobody is.
async fn keep(app: App, review: Id) {
    let presence = app.state::<Presence>();
    let mut stopping = app.stopping();
    let mut quiet = Duration::ZERO;
    loop {
        tokio::select! {
            () = tokio::time::sleep(SETTLE) => {}
            _ = stopping.wait_for(|s| *s) => return,
        }
        let look = presence.look(review);
        quiet += SETTLE;
        let changed = look.changed;
        // The embedded engine has one instance, so there is nobody to tell but the pages of this one.
        if app.db.engine() == Engine::Sqlite {
            if changed {
                app.live.publish(&topic(review));
            }
        } else if changed || quiet >= RENEW {
            quiet = Duration::ZERO;
            let (me, here, now) = (instance(&app), look.here, app.now());
            let told = app.db.append(now, move |tx| {
                store::put(tx, review, &me, &here, (now, now.minus(COUNTS * 3)))?;
                if changed {
                    tx.publish(&topic(review));
                }
                Ok(())
            });
            if let Err(e) = told.await {
                tracing::warn!(error = ?e, "Who has a review open could not be told to other instances; it is tried again");
            }
        }
        if look.over {
            return;
        }
    }
}

/// The list of people as every page of the review shows it.
async fn drawn(app: &App, cx: &Ctx, (workload, lens): (&str, &str), review: Id) -> Result<String> {
    let (workload, lens, me) = (workload.to_owned(), lens.to_owned(), instance(app));
    let now = app.now();
    let (document, others) = app
        .read(cx, move |cx, tx| {
            let document = ReviewDocument::of(&acts::sheet(cx, tx, &workload, &lens)?);
            Ok((document, store::others(tx, review, &me, now.minus(COUNTS))?))
        })
        .await?;
    Ok(people(&everybody(app, review, others), &document).into_string())
}

/// Says at once, and after each change, what was announced until then (`version`); and who has the review open (`fragment`).
pub(crate) async fn live(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens)): Path<(String, String)>,
    Query(at): Query<Listen>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    cx.require_signed_in()?;
    let (w, l) = (workload.clone(), lens.clone());
    let (review, question) = app
        .read(&cx, move |cx, tx| {
            let sheet = acts::sheet(cx, tx, &w, &l)?;
            let missing = || Error::invalid("question", "Say which question you look at; an empty one is the list of all.");
            let wanted = at.question.as_deref().ok_or_else(missing)?;
            // A question that the lens does not have is no place to be seen at.
            let known = sheet.lens.file.lens.question(wanted).map(|q| q.id.clone());
            Ok((sheet.review, known.unwrap_or_default()))
        })
        .await?;
    let mut answers = app.live.listen(&acts::topic(&review));
    let mut people = app.live.listen(&topic(review.id));
    answers.mark_changed();
    people.mark_changed();
    let here = Here { name: cx.actor.name.clone(), who: cx.actor.key(), question };
    let (seat, first) = app.state::<Presence>().enter(review.id, here);
    if first {
        tokio::spawn(keep(app.clone(), review.id));
    }
    let listener =
        Listener { stopping: app.stopping(), answers, people, app, cx, review: review.id, at: (workload, lens), _seat: seat };
    Ok(Sse::new(stream::unfold(listener, Listener::next)).keep_alive(KeepAlive::new().interval(TRY)))
}

struct Listener {
    app: App,
    cx: Ctx,
    review: Id,
    at: (String, String),
    answers: tokio::sync::watch::Receiver<u64>,
    people: tokio::sync::watch::Receiver<u64>,
    stopping: tokio::sync::watch::Receiver<bool>,
    _seat: Seat,
}

impl Listener {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            let answered = tokio::select! {
                biased;
                _ = self.stopping.wait_for(|s| *s) => return None,
                changed = self.answers.changed() => { changed.ok()?; true }
                changed = self.people.changed() => { changed.ok()?; false }
            };
            if answered {
                self.answers.mark_unchanged();
                let event = Event::default().event("version").data(self.app.announced());
                return Some((Ok(event), self));
            }
            self.people.mark_unchanged();
            let name = topic(self.review);
            let (app, cx, at) = (&self.app, &self.cx, (self.at.0.as_str(), self.at.1.as_str()));
            // Everybody sees the same list, so it is drawn once however many look.
            match app.live.fragment(&name, "", || drawn(app, cx, at, self.review)).await {
                Ok(text) => {
                    let event = Event::default().event("fragment").data(text.replace('\r', ""));
                    return Some((Ok(event), self));
                }
                Err(e) => {
                    tracing::warn!(error = ?e, "Who has a review open could not be drawn; it is tried again with the next change")
                }
            }
        }
    }
}
