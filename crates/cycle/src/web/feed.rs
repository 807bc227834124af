//! Handlers of the calendar address.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use html::Place;
use kernel::error::Result;
use kernel::ical::mixed;
use kernel::web::{App, Ctx, Form, Path, Query, page, shell};
use serde::Deserialize;

use crate::acts::feed::{self as acts, Dated};

/// Whose sessions a calendar has.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    group: Option<String>,
}

/// The answer that a calendar program takes.
fn written(all: &Dated) -> Response {
    let head = [("content-type", "text/calendar; charset=utf-8"), ("content-disposition", "inline; filename=\"bellwether.ics\"")];
    (head, mixed("bellwether", &all.sessions, &all.days)).into_response()
}

pub(crate) async fn ical(State(app): State<App>, cx: Ctx, Query(asked): Query<Asked>) -> Result<Response> {
    cx.require_signed_in()?;
    let (group, url) = (asked.group.filter(|g| !g.is_empty()), app.config.url());
    let events = app.read(&cx, move |cx, tx| acts::events(cx, tx, group.as_deref(), &url)).await?;
    Ok(written(&events))
}

fn draw(app: &App, cx: &Ctx, address: Option<&str>) -> Response {
    let frame = shell(app, cx, "Sessions in your calendar", Place::Session, false);
    let body = crate::pages::calendar::feed(address, cx.actor.person().is_some(), &cx.actor.csrf);
    page(frame.page(html::html! {}, body))
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_signed_in()?;
    Ok(draw(&app, &cx, None))
}

/// The address is shown once: only its digest is kept.
pub(crate) async fn make(State(app): State<App>, cx: Ctx, _: Form) -> Result<Response> {
    let secret = app.secret()?;
    let kept = secret.clone();
    app.write(&cx, move |cx, tx| acts::make(cx, tx, &kept)).await?;
    let address = format!("{}/sessions/feed/{secret}", app.config.url());
    Ok(draw(&app, &cx, Some(&address)))
}

pub(crate) async fn feed(
    State(app): State<App>,
    cx: Ctx,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (group, url, now) = (asked.group.filter(|g| !g.is_empty()), app.config.url(), cx.now);
    let events = app.read(&cx, move |_, tx| acts::feed(tx, &code, group.as_deref(), &url, now)).await?;
    Ok(written(&events))
}
