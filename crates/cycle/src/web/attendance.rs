//! Handlers of the page on who is in the room.

use axum::extract::State;
use axum::response::Response;
use html::{Markup, Place};
use kernel::error::{Error, Fault, Faults, Result};
use kernel::ids::Id;
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other, shell};

use crate::acts::{attendance as acts, session};
use crate::api::session::id;
use crate::attendance::{NewObserver, NewSeat, Taken};
use crate::pages::attendance::{AttendancePage, page as drawn};

async fn draw(app: &App, cx: &Ctx, id: Id, sent: Option<(&Form, &[Fault])>) -> Result<Markup> {
    let (s, seats, own) = app
        .read(cx, move |cx, tx| {
            let s = session::one(cx, tx, id)?;
            let seats = acts::list(cx, tx, id)?;
            let own = acts::own(cx, tx, &s, &seats)?;
            Ok((s, seats, own))
        })
        .await?;
    let mut frame = shell(app, cx, "In the room", Place::Session, false);
    frame.foot.exports = vec![("JSON", format!("/api/v1/sessions/{id}/attendance"))];
    let may = s.is_run_by(cx);
    let body = drawn(&AttendancePage { session: &s, seats: &seats, own: &own, may, sent, csrf: &cx.actor.csrf });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn all(State(app): State<App>, cx: Ctx, Path(at): Path<String>) -> Result<Response> {
    cx.require_signed_in()?;
    Ok(page(draw(&app, &cx, id(&at)?, None).await?))
}

/// Seats as the form says them, each with the deputy's name that stands there.
fn changed(form: &Form) -> Vec<(String, NewSeat)> {
    let mut out = Vec::new();
    for (name, value) in &form.0 {
        if let (Some(key), Some(taken)) = (name.strip_prefix("taken."), Taken::read(value)) {
            let deputy = form.get(&format!("deputy.{key}")).to_owned();
            out.push((key.to_owned(), NewSeat { taken, deputy }));
        }
    }
    out
}

pub(crate) async fn save(State(app): State<App>, cx: Ctx, Path(at): Path<String>, form: Form) -> Result<Response> {
    let (id, sent) = (id(&at)?, changed(&form));
    let made = app
        .write(&cx, move |cx, tx| {
            let known = acts::list(cx, tx, id)?;
            let mut faults = Faults::new();
            for (key, said) in &sent {
                let stood = known.iter().find(|s| s.key == *key);
                // Whoever writes a name and says nothing else sends that deputy.
                let named = !said.deputy.trim().is_empty() && stood.is_none_or(|s| s.deputy != said.deputy.trim());
                let taken = if said.taken == Taken::Unsaid && named { Taken::Deputy } else { said.taken };
                let deputy = if taken == Taken::Deputy { said.deputy.clone() } else { String::new() };
                let new = &NewSeat { taken, deputy };
                if stood.is_some_and(|s| s.taken == new.taken && s.deputy == new.deputy.trim()) {
                    continue;
                }
                match acts::sit(cx, tx, id, key, new) {
                    Ok(_) => {}
                    Err(Error::Invalid(list)) => {
                        for f in list {
                            faults.add(format!("{}.{key}", f.at), f.message);
                        }
                    }
                    Err(e) => return Err(e),
                }
            }
            faults.done()
        })
        .await;
    match made {
        Ok(()) => Ok(see_other(&format!("/sessions/{id}/attendance"))),
        Err(Error::Invalid(faults)) => Ok(refused(draw(&app, &cx, id, Some((&form, &faults))).await?)),
        Err(e) => Err(e),
    }
}

pub(crate) async fn here(State(app): State<App>, cx: Ctx, Path(at): Path<String>, _: Form) -> Result<Response> {
    let id = id(&at)?;
    app.write(&cx, move |cx, tx| acts::here(cx, tx, id)).await?;
    Ok(see_other(&format!("/sessions/{id}/run")))
}

pub(crate) async fn observe(State(app): State<App>, cx: Ctx, Path(at): Path<String>, form: Form) -> Result<Response> {
    let (id, new) = (id(&at)?, NewObserver { name: form.get("name").to_owned() });
    match app.write(&cx, move |cx, tx| acts::observe(cx, tx, id, &new)).await {
        Ok(_) => Ok(see_other(&format!("/sessions/{id}/attendance"))),
        Err(Error::Invalid(faults)) => Ok(refused(draw(&app, &cx, id, Some((&form, &faults))).await?)),
        Err(e) => Err(e),
    }
}
