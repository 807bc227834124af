//! Handlers of the health of the process.

use axum::extract::State;
use axum::response::Response;
use html::Place;
use kernel::error::Result;
use kernel::web::{App, Ctx, Path, page, shell};

use crate::acts::health as acts;
use crate::pages::health::health;

async fn show(app: &App, cx: &Ctx, group: Option<String>) -> Result<Response> {
    let (forum, found) = app.read(cx, move |cx, tx| acts::show(cx, tx, group.as_deref())).await?;
    let (title, topic) = (format!("Health of the process of {}", forum.name), format!("/live?topic={}", forum.topic()));
    let mut frame = shell(app, cx, &title, Place::Session, false);
    frame.live = Some(&topic);
    frame.foot.exports = vec![("JSON", format!("/api/v1{}", forum.href().replace("/sessions", "/process-health")))];
    Ok(page(frame.page(html::html! {}, health(&forum, &found, cx.now, &cx.actor.zone))))
}

pub(crate) async fn group(State(app): State<App>, cx: Ctx, Path(group): Path<String>) -> Result<Response> {
    show(&app, &cx, Some(group)).await
}

pub(crate) async fn council(State(app): State<App>, cx: Ctx) -> Result<Response> {
    show(&app, &cx, None).await
}
