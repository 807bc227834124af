//! Handlers of the page of one session.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use html::{Markup, Place};
use kernel::error::{Error, Fault, Faults, Result};
use kernel::ids::Id;
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other, shell};

use crate::acts::{agenda, agreement, anonymous, capacity, session as acts};
use crate::agenda::{AgendaEdit, PlannedItem};
use crate::agreement::WorkingAgreement;
use crate::anonymous::{FeedbackTicket, SessionFeedback};
use crate::api::session::id;
use crate::capacity::Capacity;
use crate::pages::session::{SessionPage, one as drawn};
use crate::pages::together;
use crate::session::{Session, SessionMove, SessionOff, SessionRoles, SessionState};

/// What stands around the agenda of a session.
struct Around {
    agreement: WorkingAgreement,
    questions: Vec<String>,
    takes_part: bool,
    feedback: Option<SessionFeedback>,
    ticket: Option<FeedbackTicket>,
    stated: Vec<Capacity>,
}

impl Around {
    fn sections(&self, s: &Session, sent: Option<(&Form, &[Fault])>, csrf: &str) -> Markup {
        let here = s.href();
        let of = |form: &str| sent.filter(|(f, _)| f.get("form") == form);
        let wrong = |form: &str| of(form).and_then(|(_, faults)| faults.first()).map(|f| f.message.as_str());
        let asks = self.takes_part && !matches!(s.state, SessionState::Closed | SessionState::CalledOff);
        let typed = of("box").map(|(f, _)| (f.get("text"), wrong("box").unwrap_or("")));
        let href = format!("/groups/{}/agreement", s.forum.slug);
        html::html! {
            @if let Some(f) = &self.feedback { (together::worth(&here, f, self.ticket.as_ref(), wrong("worth"), csrf)) }
            @if let Some(sprint) = s.sprint.filter(|_| !self.stated.is_empty()) { (together::capacities(&self.stated, sprint)) }
            (together::question_box(&here, &self.questions, asks, typed, csrf))
            @if s.forum.group.is_some() { (together::agreed(&self.agreement, &href)) }
        }
    }
}

async fn draw(app: &App, cx: &Ctx, id: Id, sent: Option<(&Form, &[Fault])>, conflict: Option<&str>) -> Result<Markup> {
    cx.require_signed_in()?;
    let (s, items, facilitators, data, around) = app
        .read(cx, move |cx, tx| {
            let (s, items) = agenda::show(cx, tx, id)?;
            let facilitators = acts::facilitators(cx, tx, &s)?;
            let data = if s.must_be_ahead().is_ok() { Some(agenda::known(cx, tx, &s)?) } else { None };
            let stated = match (s.forum.group, s.sprint) {
                (Some(group), Some(sprint)) => capacity::of_group(cx, tx, group, sprint)?,
                _ => Vec::new(),
            };
            let around = Around {
                agreement: agreement::current(tx, &s.forum)?,
                questions: anonymous::questions(cx, tx, id)?.questions,
                takes_part: anonymous::takes_part(cx, tx, &s)?,
                feedback: anonymous::feedback(cx, tx, id)?,
                ticket: anonymous::mine(cx, tx, id)?,
                stated,
            };
            Ok((s, items, facilitators, data, around))
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
        may: s.is_run_by(cx),
        sent,
        conflict,
        csrf: &cx.actor.csrf,
        door: crate::pages::run::door(&s, s.is_run_by(cx)),
        more: html::html! { (crate::pages::run::doors(&s, s.is_run_by(cx))) (around.sections(&s, sent, &cx.actor.csrf)) },
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn one(State(app): State<App>, cx: Ctx, Path(at): Path<String>) -> Result<Response> {
    Ok(page(draw(&app, &cx, id(&at)?, None, None).await?))
}

/// To the session's page, or the page again with what was refused.
pub(super) async fn done<T>(app: &App, cx: &Ctx, id: Id, form: &Form, done: Result<T>) -> Result<Response> {
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

/// A form has a place and minutes for each item; no minutes mean by exception.
fn planned(form: &Form) -> Result<AgendaEdit> {
    let mut faults = Faults::new();
    let mut items: Vec<(i64, PlannedItem)> = Vec::new();
    for (name, value) in &form.0 {
        let Some(id) = name.strip_prefix("place.").and_then(|id| id.parse::<Id>().ok()) else { continue };
        let mut number = |at: &str, text: &str| {
            let text = text.trim();
            let found = text.parse::<i64>().ok();
            faults.check(found.is_some(), at, format!("“{}” is no whole number.", kernel::text::shown(text, 40)));
            found.unwrap_or(0)
        };
        let place = number(name, value);
        let at = format!("minutes.{id}");
        let typed = form.get(&at);
        let minutes = if typed.trim().is_empty() { None } else { Some(number(&at, typed)) };
        items.push((place, PlannedItem { id, minutes }));
    }
    faults.done()?;
    items.sort_by_key(|(place, _)| *place);
    Ok(AgendaEdit { items: items.into_iter().map(|(_, item)| item).collect() })
}

pub(crate) async fn edit(State(app): State<App>, cx: Ctx, Path(at): Path<String>, form: Form) -> Result<Response> {
    let id = id(&at)?;
    let s = app.read(&cx, move |cx, tx| acts::one(cx, tx, id)).await?;
    s.forum.require(&cx)?;
    let made = match planned(&form) {
        Ok(new) => app.write(&cx, move |cx, tx| agenda::edit(cx, tx, id, &new)).await,
        Err(e) => Err(e),
    };
    // Places in the list mean nothing on the page.
    let made = made.map_err(|e| match e {
        Error::Invalid(faults) => Error::Invalid(
            faults
                .into_iter()
                .map(|f| Fault::new(if f.at.starts_with('/') { "items".to_owned() } else { f.at }, f.message))
                .collect(),
        ),
        e => e,
    });
    done(&app, &cx, id, &form, made).await
}

pub(crate) async fn fit(State(app): State<App>, cx: Ctx, Path(at): Path<String>, form: Form) -> Result<Response> {
    let id = id(&at)?;
    let made = app.write(&cx, move |cx, tx| agenda::fit(cx, tx, id)).await;
    done(&app, &cx, id, &form, made).await
}
