//! Blind votes as JSON.

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change};
use kernel::error::Result;
use kernel::web::{App, Ctx, Idem, Json, Path, Unlogged};

use crate::acts::vote as acts;
use crate::vote::{Ballot, BlindVote, Ticket};
use crate::web::vote::counted;

type At = Path<(String, String, String)>;

pub(crate) async fn list(State(app): State<App>, cx: Ctx, Path((workload, lens, id)): At) -> Result<axum::Json<Page<BlindVote>>> {
    cx.require_signed_in()?;
    let items = app.read(&cx, move |cx, tx| acts::list(cx, tx, (&workload, &lens), &id)).await?;
    Ok(axum::Json(Page { items, next: None }))
}

pub(crate) async fn open(State(app): State<App>, cx: Ctx, Path((workload, lens, id)): At, idem: Idem) -> Result<Response> {
    let secret = app.secret()?;
    change(&app, &cx, idem, 201, move |cx, tx| acts::open(cx, tx, (&workload, &lens), &id, &secret)).await
}

pub(crate) async fn close(State(app): State<App>, cx: Ctx, Path((workload, lens, id)): At, idem: Idem) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| acts::close(cx, tx, (&workload, &lens), &id)).await
}

pub(crate) async fn mine(State(app): State<App>, cx: Ctx, Path((workload, lens, id)): At) -> Unlogged<Result<axum::Json<Ticket>>> {
    Unlogged(app.read(&cx, move |cx, tx| acts::mine(cx, tx, (&workload, &lens), &id)).await.map(axum::Json))
}

/// Takes no idempotency key: it would store when the call came. A ticket is one by itself.
pub(crate) async fn cast(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, id)): At,
    Json(ballot, _): Json<Ballot>,
) -> Unlogged<Result<axum::Json<Page<BlindVote>>>> {
    let counted = counted(&app, &cx, (&workload, &lens, &id), ballot).await;
    Unlogged(match counted {
        Ok(()) => list(State(app), cx, Path((workload, lens, id))).await,
        Err(e) => Err(e),
    })
}
