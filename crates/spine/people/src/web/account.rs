//! One's own account.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use html::Markup;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::web::{Address, App, Ctx, Form, Path, Query, cookie, page, see_other};
use serde::Deserialize;

use super::{Refusal, told, with_session};
use crate::acts::{self, OwnChange};
use crate::api::id;
use crate::code;
use crate::grant::Grant;
use crate::pages::Sent;
use crate::pages::account::{self as pages, AccountPage};
use crate::person::Person;
use crate::place::{self, Place};
use crate::session::Session;
use crate::store;

struct Loaded {
    person: Person,
    roles: Vec<Grant>,
    places: Vec<Place>,
    sessions: Vec<Session>,
    this: Option<kernel::ids::Id>,
}

fn load(cx: &Ctx, tx: &mut dyn Tx, secret: Option<&str>) -> Result<Loaded> {
    let id = acts::own_id(cx)?;
    let person = store::person(tx, id)?.ok_or_else(|| Error::not_found("account", id))?;
    let mut sessions = store::session::of_person(tx, id)?;
    sessions.retain(|s| s.holds(cx.now));
    let this = match secret {
        Some(secret) => store::session::by_digest(tx, &code::digest(secret))?.map(|(s, _)| s.id),
        None => None,
    };
    Ok(Loaded { person, roles: store::grant::grants_of(tx, id)?, places: place::all(tx)?, sessions, this })
}

async fn draw(app: &App, cx: &Ctx, headers: &HeaderMap, done: Option<&str>, sent: Sent<'_>) -> Result<Markup> {
    let secret = cookie(headers, "session").map(str::to_owned);
    let d = app.read(cx, move |cx, tx| load(cx, tx, secret.as_deref())).await?;
    let body = pages::account(&AccountPage {
        person: &d.person,
        roles: &d.roles,
        places: &d.places,
        sessions: &d.sessions,
        this: d.this,
        sent,
        cx,
    });
    let done = match done {
        Some("saved") => Some(("Saved", "Your name and zone stand on every page from now on.")),
        Some("password") => Some(("Password changed", "You stay signed in here; everywhere else you have to sign in again.")),
        Some("ended") => Some(("Ended", "That browser has to sign in again.")),
        _ => None,
    };
    Ok(told(app, cx, "Your account", done, body))
}

/// `?done=`
#[derive(Deserialize)]
pub(crate) struct Done {
    done: Option<String>,
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, headers: HeaderMap, Query(q): Query<Done>) -> Result<Response> {
    cx.require_signed_in()?;
    Ok(page(draw(&app, &cx, &headers, q.done.as_deref(), Sent(None)).await?))
}

pub(crate) async fn change(State(app): State<App>, cx: Ctx, headers: HeaderMap, form: Form) -> Result<Response> {
    let own = OwnChange {
        name: Some(form.get("name").into()),
        zone: Some(form.get("zone").into()),
        version: form.get("version").parse().unwrap_or(0),
    };
    match app.write(&cx, move |cx, tx| acts::change_me(cx, tx, &own)).await {
        Ok(_) => Ok(see_other("/account?done=saved")),
        Err(e) => {
            let refusal = Refusal::of(e, "name")?;
            let sent = Sent(Some((&form, &refusal.faults)));
            Ok(refusal.answer(draw(&app, &cx, &headers, None, sent).await?))
        }
    }
}

pub(crate) async fn password(
    State(app): State<App>,
    cx: Ctx,
    Address(address): Address,
    headers: HeaderMap,
    form: Form,
) -> Result<Response> {
    match acts::change_password(&app, &cx, address, form.get("current"), form.get("new")).await {
        Ok(signed_in) => Ok(with_session(see_other("/account?done=password"), &app, &signed_in.secret)),
        Err(e) => {
            let refusal = Refusal::of(e, "current")?;
            let none = Form::default();
            let sent = Sent(Some((&none, &refusal.faults)));
            Ok(refusal.answer(draw(&app, &cx, &headers, None, sent).await?))
        }
    }
}

pub(crate) async fn end(State(app): State<App>, cx: Ctx, Path(session): Path<String>, _: Form) -> Result<Response> {
    let id = id("open session of yours", &session)?;
    app.write(&cx, move |cx, tx| acts::end_session(cx, tx, id)).await?;
    Ok(see_other("/account?done=ended"))
}
