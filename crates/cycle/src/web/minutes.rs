//! Handlers of minutes.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use html::{Markup, Place};
use kernel::error::{Error, Fault, Result};
use kernel::ids::Id;
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other, shell};

use crate::acts::{capture, minutes as acts};
use crate::api::session::id;
use crate::minutes::NewAddendum;
use crate::pages::minutes::{MinutesPage, page as drawn};
use crate::written;

async fn draw(app: &App, cx: &Ctx, id: Id, sent: Option<(&Form, &[Fault])>) -> Result<Markup> {
    let (s, kept, may) = app
        .read(cx, move |cx, tx| {
            let (s, kept) = acts::show(cx, tx, id)?;
            let may = capture::may(cx, tx, &s)?;
            Ok((s, kept, may))
        })
        .await?;
    let may_raise = cx.actor.may_somewhere(&people::rights::CONCERNS);
    let title = format!("Minutes of the {}", s.title().to_lowercase());
    let topic = format!("/live?topic={}", s.topic());
    let mut frame = shell(app, cx, &title, Place::Session, false);
    frame.live = Some(&topic);
    let at = format!("/sessions/{id}/minutes");
    frame.foot.exports =
        vec![("Markdown", format!("{at}/markdown")), ("CSV", format!("/api/v1{at}/csv")), ("JSON", format!("/api/v1{at}"))];
    let body = drawn(&MinutesPage { href: &s.href(), kept: &kept, may, may_raise, sent, csrf: &cx.actor.csrf, now: cx.now });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn one(State(app): State<App>, cx: Ctx, Path(at): Path<String>) -> Result<Response> {
    cx.require_signed_in()?;
    Ok(page(draw(&app, &cx, id(&at)?, None).await?))
}

pub(crate) async fn markdown(State(app): State<App>, cx: Ctx, Path(at): Path<String>) -> Result<Response> {
    let id = id(&at)?;
    let (_, kept) = app.read(&cx, move |cx, tx| acts::show(cx, tx, id)).await?;
    Ok(([("content-type", "text/markdown; charset=utf-8")], written::markdown(&kept)).into_response())
}

pub(crate) async fn add(State(app): State<App>, cx: Ctx, Path(at): Path<String>, form: Form) -> Result<Response> {
    let (id, new) = (id(&at)?, NewAddendum { text: form.get("text").to_owned() });
    match app.write(&cx, move |cx, tx| acts::add(cx, tx, id, &new)).await {
        Ok(_) => Ok(see_other(&format!("/sessions/{id}/minutes"))),
        Err(Error::Invalid(faults)) => Ok(refused(draw(&app, &cx, id, Some((&form, &faults))).await?)),
        Err(e) => Err(e),
    }
}
