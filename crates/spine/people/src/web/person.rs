//! One account, as others see it and the platform engineer changes it.

use axum::extract::State;
use axum::response::Response;
use html::Markup;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::web::{App, Ctx, Form, Path, page, see_other};

use super::{Refusal, framed};
use crate::acts::{self, Change};
use crate::api::id;
use crate::grant::{Grant, NewGrant};
use crate::pages::Sent;
use crate::pages::link::{GivenLink, links};
use crate::pages::person::{self as pages, PersonPage};
use crate::person::Person;
use crate::place::{self, Place};
use crate::role::Role;
use crate::{rights, store};

struct Loaded {
    person: Person,
    roles: Vec<Grant>,
    places: Vec<Place>,
    protected: Option<&'static str>,
}

fn load(tx: &mut dyn Tx, id: Id) -> Result<Loaded> {
    let person = store::person(tx, id)?.ok_or_else(|| Error::not_found("account", id))?;
    let roles = store::grant::grants_of(tx, id)?;
    Ok(Loaded { person, roles, places: place::all(tx)?, protected: acts::protected(tx, id)? })
}

async fn draw(app: &App, cx: &Ctx, id: Id, sent: Sent<'_>) -> Result<Markup> {
    let d = app.read(cx, move |_, tx| load(tx, id)).await?;
    let body = pages::person(&PersonPage {
        person: &d.person,
        roles: &d.roles,
        places: &d.places,
        protected: d.protected,
        may_change: cx.actor.may(&rights::PEOPLE, None),
        sent,
        cx,
    });
    Ok(framed(app, cx, &d.person.name, body))
}

/// After an act: back to the account, or the account with what was refused.
async fn answer<T>(app: &App, cx: &Ctx, id: Id, form: &Form, at: &str, done: Result<T>) -> Result<Response> {
    match done {
        Ok(_) => Ok(see_other(&format!("/people/{id}"))),
        Err(e) => {
            let refusal = Refusal::of(e, at)?;
            Ok(refusal.answer(draw(app, cx, id, Sent(Some((form, &refusal.faults)))).await?))
        }
    }
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(person): Path<String>) -> Result<Response> {
    cx.require_signed_in()?;
    Ok(page(draw(&app, &cx, id("account", &person)?, Sent(None)).await?))
}

pub(crate) async fn change(State(app): State<App>, cx: Ctx, Path(person): Path<String>, form: Form) -> Result<Response> {
    let id = id("account", &person)?;
    let new = Change {
        name: Some(form.get("name").into()),
        mail: Some(form.get("mail").into()),
        zone: Some(form.get("zone").into()),
        version: form.get("version").parse().unwrap_or(0),
    };
    let done = app.write(&cx, move |cx, tx| acts::change_person(cx, tx, id, &new)).await;
    answer(&app, &cx, id, &form, "name", done).await
}

pub(crate) async fn grant(State(app): State<App>, cx: Ctx, Path(person): Path<String>, form: Form) -> Result<Response> {
    let id = id("account", &person)?;
    let sent = form.clone();
    let done = app
        .write(&cx, move |cx, tx| {
            cx.require_everywhere(&rights::PEOPLE)?;
            if sent.get("role").is_empty() {
                return Err(Error::invalid("role", "Choose a role from the list."));
            }
            let role = Role::parse(sent.get("role"))?;
            let scope = match sent.get("scope") {
                "" => None,
                text => Some(text.parse().map_err(|_| Error::invalid("scope", "Choose a group or team from the list."))?),
            };
            acts::grant_role(cx, tx, id, &NewGrant { role, scope })
        })
        .await;
    answer(&app, &cx, id, &form, "role", done).await
}

pub(crate) async fn revoke(
    State(app): State<App>,
    cx: Ctx,
    Path((person, grant)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    let (id, grant) = (id("account", &person)?, id("role of this person", &grant)?);
    let done = app.write(&cx, move |cx, tx| acts::revoke_role(cx, tx, id, grant)).await;
    answer(&app, &cx, id, &form, "roles", done).await
}

pub(crate) async fn link(State(app): State<App>, cx: Ctx, Path(person): Path<String>, form: Form) -> Result<Response> {
    let id = id("account", &person)?;
    let secret = app.secret()?;
    let drawn = secret.clone();
    let made = app
        .write(&cx, move |cx, tx| {
            let link = acts::reset_link(cx, tx, id, &drawn)?;
            Ok((store::person(tx, id)?, link))
        })
        .await;
    match made {
        Ok((Some(p), link)) => {
            let given = GivenLink { person: Some(p.id), name: p.name, mail: p.mail };
            let body = links(&[(given, link.shown(&app.config.url(), &secret))], &cx);
            Ok(page(framed(&app, &cx, "A new link", body)))
        }
        Ok((None, _)) => Err(Error::not_found("account", id)),
        Err(e) => answer::<()>(&app, &cx, id, &form, "standing", Err(e)).await,
    }
}

pub(crate) async fn deactivate(State(app): State<App>, cx: Ctx, Path(person): Path<String>, form: Form) -> Result<Response> {
    let id = id("account", &person)?;
    let done = app.write(&cx, move |cx, tx| acts::deactivate(cx, tx, id)).await;
    answer(&app, &cx, id, &form, "standing", done).await
}

pub(crate) async fn reactivate(State(app): State<App>, cx: Ctx, Path(person): Path<String>, form: Form) -> Result<Response> {
    let id = id("account", &person)?;
    let done = app.write(&cx, move |cx, tx| acts::reactivate(cx, tx, id)).await;
    answer(&app, &cx, id, &form, "standing", done).await
}
