//! Handler of the page on which answers and evidence part.

use axum::extract::State;
use axum::response::Response;
use html::Place;
use kernel::error::Result;
use kernel::web::{App, Ctx, page, shell};

use crate::acts::against as acts;
use crate::pages::evidence::{ContradictionsPage, contradictions};

pub(crate) async fn show(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_signed_in()?;
    let (found, reviews) = app.read(&cx, |cx, tx| acts::all(cx, tx, None)).await?;
    let mut frame = shell(&app, &cx, "Answers and evidence", Place::WellArchitected, false);
    frame.foot.exports = vec![("JSON", "/api/v1/contradictions".to_owned())];
    let body = contradictions(&ContradictionsPage { found: &found, reviews, now: cx.now, zone: &cx.actor.zone });
    Ok(page(frame.page(html::html! {}, body)))
}
