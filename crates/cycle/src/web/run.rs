//! Handlers of a running session: the screen of whoever runs it, the one of everybody in it, the shared one, and what their forms do.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use html::{Markup, Place};
use kernel::db::Tx;
use kernel::error::{Error, Fault, Result};
use kernel::ids::Id;
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other, shell};

use crate::acts::{agenda, capture as captures, minutes, running};
use crate::api::session::id;
use crate::capture::{CaptureKind, NewCapture, newest_of};
use crate::pages::run::{Audience, RunPage, aid, page as drawn, screen as drawn_screen};
use crate::running::{NewMove, Running};
use crate::told::{How, NewTreatment};
use crate::web::live;

/// Keys of the page, first those of whoever runs it.
const KEYS: [(&str, &str); 10] = [
    ("Next item", "n"),
    ("Item before", "b"),
    ("Action, decision", "a d"),
    ("Connection", "c"),
    ("Tech share", "t"),
    ("Win", "w"),
    ("Question", "q"),
    ("Parking lot", "p"),
    ("Add what was typed", "Ctrl+Enter"),
    ("Leave the field", "Esc"),
];

struct Loaded {
    running: Running,
    audience: Audience,
    may: bool,
}

fn load(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<Loaded> {
    let running = running::show(cx, tx, id)?;
    let audience = if running.session.is_run_by(cx) { Audience::Run } else { Audience::Part };
    let may = captures::may(cx, tx, &running.session)?;
    Ok(Loaded { running, audience, may })
}

async fn draw(app: &App, cx: &Ctx, id: Id, sent: Option<(&Form, &[Fault])>, conflict: Option<&str>) -> Result<Markup> {
    cx.require_signed_in()?;
    let l = app.read(cx, move |cx, tx| load(cx, tx, id)).await?;
    let title = l.running.current().map_or_else(|| l.running.session.title(), |i| i.title.clone());
    let topic = live::address(id, l.audience);
    let mut frame = shell(app, cx, &title, Place::Session, false);
    frame.slim = true;
    frame.live = Some(&topic);
    let first = if l.audience == Audience::Run { 0 } else { 2 };
    if l.may || l.audience == Audience::Run {
        frame.keys = KEYS[first..].to_vec();
    }
    let key = app.secret()?.chars().take(32).collect::<String>();
    let key = sent.map(|(f, _)| f.get("key").to_owned()).filter(|k| !k.is_empty()).unwrap_or(key);
    let body = drawn(&RunPage {
        running: &l.running,
        audience: l.audience,
        may: l.may,
        mine: newest_of(&l.running.captures, &cx.actor.name),
        sent,
        conflict,
        key: &key,
        csrf: &cx.actor.csrf,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn run(State(app): State<App>, cx: Ctx, Path(at): Path<String>) -> Result<Response> {
    Ok(page(draw(&app, &cx, id(&at)?, None, None).await?))
}

pub(crate) async fn screen(State(app): State<App>, cx: Ctx, Path(at): Path<String>) -> Result<Response> {
    let id = id(&at)?;
    let r = app.read(&cx, move |cx, tx| running::show(cx, tx, id)).await?;
    let title = format!("{}, shared screen", r.session.title());
    let topic = live::address(id, Audience::Screen);
    let mut frame = shell(&app, &cx, &title, Place::None, false);
    (frame.wall, frame.bare, frame.slim) = (true, true, true);
    frame.live = Some(&topic);
    Ok(page(frame.page(html::html! {}, drawn_screen::page(&r))))
}

pub(crate) async fn captured(State(app): State<App>, cx: Ctx, Path(at): Path<String>) -> Result<Response> {
    let id = id(&at)?;
    let r = app.read(&cx, move |cx, tx| running::show(cx, tx, id)).await?;
    let topic = format!("/live?topic={}", r.session.topic());
    let mut frame = shell(&app, &cx, "Captured in this session", Place::Session, false);
    frame.live = Some(&topic);
    frame.foot.exports = vec![("JSON", format!("/api/v1/sessions/{id}/captures"))];
    Ok(page(frame.page(html::html! {}, aid::all(&r))))
}

/// To a page of the session, or its screen again with what was refused.
async fn done<T>(app: &App, cx: &Ctx, id: Id, form: &Form, done: Result<T>, then: &str) -> Result<Response> {
    match done {
        Ok(_) => Ok(see_other(&format!("/sessions/{id}/{then}"))),
        Err(Error::Invalid(faults)) => Ok(refused(draw(app, cx, id, Some((form, &faults)), None).await?)),
        Err(Error::Conflict(message)) => {
            let drawn = draw(app, cx, id, Some((form, &[])), Some(&message)).await?;
            Ok((StatusCode::CONFLICT, page(drawn)).into_response())
        }
        Err(e) => Err(e),
    }
}

pub(crate) async fn open(State(app): State<App>, cx: Ctx, Path(at): Path<String>, form: Form) -> Result<Response> {
    let id = id(&at)?;
    // What the data say is read first: a change that reads ten reports would meet everybody who writes.
    let data = app.read(&cx, move |cx, tx| agenda::look(cx, tx, id)).await?;
    let made = app.write(&cx, move |cx, tx| running::open(cx, tx, id, &data)).await;
    done(&app, &cx, id, &form, made, "run").await
}

/// A step as a button sends it: the newest event that its page knows, and where to.
fn step_of(form: &Form) -> NewMove {
    match form.get("to").split_once('.') {
        Some((seen, to)) => NewMove { to: to.to_owned(), seen: seen.parse().ok() },
        None => NewMove { to: form.get("to").to_owned(), seen: None },
    }
}

pub(crate) async fn step(State(app): State<App>, cx: Ctx, Path(at): Path<String>, form: Form) -> Result<Response> {
    let (id, new) = (id(&at)?, step_of(&form));
    let made = app.write(&cx, move |cx, tx| running::step(cx, tx, id, &new)).await;
    done(&app, &cx, id, &form, made, "run").await
}

/// A capture as the form sends it; fields that its kind does not have are left out, as without script all of them are shown.
fn capture_of(form: &Form) -> Result<NewCapture> {
    use CaptureKind::{Action, Connection, Decision, TechShare};
    let kind = CaptureKind::read(form.get("kind"));
    let kind = kind.ok_or_else(|| Error::invalid("kind", "Choose what it is: an action, a decision and so on."))?;
    let of =
        |kinds: &[CaptureKind], name: &str| if kinds.contains(&kind) { form.get(name).trim().to_owned() } else { String::new() };
    let named = of(&[Action, TechShare], "owner");
    let owner = if named.is_empty() { of(&[Action], "role") } else { named };
    let origin = form.get("cause").split_once(' ').map(|(url, words)| actions::Origin {
        kind: actions::OriginKind::Report,
        id: String::new(),
        url: url.to_owned(),
        words: words.to_owned(),
    });
    Ok(NewCapture {
        key: form.get("key").to_owned(),
        kind,
        text: form.get("text").to_owned(),
        team: form.get("team").to_owned(),
        to: of(&[Connection], "to"),
        owner,
        due: of(&[Action, TechShare], "due"),
        why: of(&[Decision], "why"),
        item: None,
        origin,
    })
}

pub(crate) async fn capture(State(app): State<App>, cx: Ctx, Path(at): Path<String>, form: Form) -> Result<Response> {
    let id = id(&at)?;
    let made = match capture_of(&form) {
        Ok(new) => app.write(&cx, move |cx, tx| captures::add(cx, tx, id, &new)).await,
        Err(e) => Err(e),
    };
    done(&app, &cx, id, &form, made, "run").await
}

pub(crate) async fn back(State(app): State<App>, cx: Ctx, Path(at): Path<String>, form: Form) -> Result<Response> {
    let id = id(&at)?;
    let capture = form.get("capture").parse::<Id>();
    let capture = capture.map_err(|_| Error::not_found("capture of this session", kernel::text::shown(form.get("capture"), 60)))?;
    let made = app.write(&cx, move |cx, tx| captures::take_back(cx, tx, id, capture)).await;
    done(&app, &cx, id, &form, made, "run").await
}

/// What became of an action, as a button sends it: how, the version that its page knows, which action.
fn treatment_of(form: &Form) -> Option<(Id, NewTreatment)> {
    let mut parts = form.get("how").splitn(3, '.');
    let (how, version, action) = (How::read(parts.next()?)?, parts.next()?.parse().ok()?, parts.next()?);
    let due = if how == How::Carried { form.get(&format!("due.{action}")).to_owned() } else { String::new() };
    Some((action.parse().ok()?, NewTreatment { how, words: form.get(&format!("words.{action}")).to_owned(), due, version }))
}

pub(crate) async fn treat(State(app): State<App>, cx: Ctx, Path(at): Path<String>, form: Form) -> Result<Response> {
    let id = id(&at)?;
    let sent = treatment_of(&form).ok_or_else(|| Error::invalid("how", "The form is not whole. Load the page anew."));
    let made = match sent {
        Ok((action, new)) => app.write(&cx, move |cx, tx| captures::treat(cx, tx, id, action, &new)).await,
        Err(e) => Err(e),
    };
    done(&app, &cx, id, &form, made, "run").await
}

pub(crate) async fn close(State(app): State<App>, cx: Ctx, Path(at): Path<String>, form: Form) -> Result<Response> {
    let id = id(&at)?;
    let (seal, secret) = (app.read(&cx, minutes::checkpoint).await?, app.secret()?);
    let made = app.write(&cx, move |cx, tx| minutes::close(cx, tx, id, &seal, &secret)).await;
    done(&app, &cx, id, &form, made, "minutes").await
}
