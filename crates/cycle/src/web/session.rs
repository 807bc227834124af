//! Handlers of the page of one session.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use html::{Markup, Place};
use kernel::error::{Error, Fault, Result};
use kernel::ids::Id;
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other, shell};

use crate::acts::{agenda, session as acts};
use crate::api::session::id;
use crate::pages::session::{SessionPage, one as drawn};
use crate::session::{SessionMove, SessionOff, SessionRoles};

async fn draw(app: &App, cx: &Ctx, id: Id, sent: Option<(&Form, &[Fault])>, conflict: Option<&str>) -> Result<Markup> {
    cx.require_signed_in()?;
    let (s, items, facilitators, data) = app
        .read(cx, move |cx, tx| {
            let (s, items) = agenda::show(cx, tx, id)?;
            let facilitators = acts::facilitators(cx, tx, &s)?;
            let data = if s.must_be_ahead().is_ok() { Some(agenda::known(cx, tx, &s)?) } else { None };
            Ok((s, items, facilitators, data))
        })
        .await?;
    let title = format!("{} of {}", s.title(), s.forum.name);
    let topic = format!("/live?topic={}", s.topic());
    let mut frame = shell(app, cx, &title, Place::Session, false);
    frame.live = Some(&topic);
    frame.foot.exports = vec![("JSON", format!("/api/v1{}", s.href()))];
    let body = drawn(&SessionPage {
        session: &s,
        facilitators: &facilitators,
        agenda: &items,
        data: data.as_ref(),
        may: s.forum.may_run(cx),
        sent,
        conflict,
        csrf: &cx.actor.csrf,
        more: html::html! {},
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn one(State(app): State<App>, cx: Ctx, Path(at): Path<String>) -> Result<Response> {
    Ok(page(draw(&app, &cx, id(&at)?, None, None).await?))
}

/// To the session's page, or the page again with what was refused.
async fn done<T>(app: &App, cx: &Ctx, id: Id, form: &Form, done: Result<T>) -> Result<Response> {
    match done {
        Ok(_) => Ok(see_other(&format!("/sessions/{id}"))),
        Err(Error::Invalid(faults)) => Ok(refused(draw(app, cx, id, Some((form, &faults)), None).await?)),
        Err(Error::Conflict(message)) => {
            let drawn = draw(app, cx, id, Some((form, &[])), Some(&message)).await?;
            Ok((StatusCode::CONFLICT, page(drawn)).into_response())
        }
        Err(e) => Err(e),
    }
}

fn version(form: &Form) -> i64 {
    form.get("version").parse().unwrap_or(0)
}

pub(crate) async fn shift(State(app): State<App>, cx: Ctx, Path(at): Path<String>, form: Form) -> Result<Response> {
    let id = id(&at)?;
    let typed = form.get("minutes").trim();
    let minutes = if typed.is_empty() { None } else { Some(typed.parse().unwrap_or(0)) };
    let new =
        SessionMove { starts: form.get("starts").to_owned(), minutes, why: form.get("why").to_owned(), version: version(&form) };
    let made = app.write(&cx, move |cx, tx| acts::shift(cx, tx, id, &new)).await;
    done(&app, &cx, id, &form, made).await
}

pub(crate) async fn call_off(State(app): State<App>, cx: Ctx, Path(at): Path<String>, form: Form) -> Result<Response> {
    let id = id(&at)?;
    let new = SessionOff { why: form.get("why").to_owned(), version: version(&form) };
    let made = app.write(&cx, move |cx, tx| acts::call_off(cx, tx, id, &new)).await;
    done(&app, &cx, id, &form, made).await
}

pub(crate) async fn appoint(State(app): State<App>, cx: Ctx, Path(at): Path<String>, form: Form) -> Result<Response> {
    let id = id(&at)?;
    let text = |name: &str| form.get(name).to_owned();
    let new =
        SessionRoles { facilitator: text("facilitator"), deputy: text("deputy"), place: text("place"), version: version(&form) };
    let made = app.write(&cx, move |cx, tx| acts::appoint(cx, tx, id, &new)).await;
    done(&app, &cx, id, &form, made).await
}

pub(crate) async fn build(State(app): State<App>, cx: Ctx, Path(at): Path<String>, form: Form) -> Result<Response> {
    let id = id(&at)?;
    let data = app.read(&cx, move |cx, tx| agenda::look(cx, tx, id)).await?;
    let made = app.write(&cx, move |cx, tx| agenda::build(cx, tx, id, &data)).await;
    done(&app, &cx, id, &form, made).await
}

pub(crate) async fn fit(State(app): State<App>, cx: Ctx, Path(at): Path<String>, form: Form) -> Result<Response> {
    let id = id(&at)?;
    let made = app.write(&cx, move |cx, tx| agenda::fit(cx, tx, id)).await;
    done(&app, &cx, id, &form, made).await
}
