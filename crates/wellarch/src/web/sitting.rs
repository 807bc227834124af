//! Handlers of the page of sittings.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use html::{Markup, Place};
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other, shell};
use people::rights;

use crate::acts::{review as reviews, sitting as acts};
use crate::document::ReviewDocument;
use crate::pages::sitting::{SittingsPage, sittings};
use crate::sitting::{NewAddendum, NewSitting, SittingChange, SittingEnd};
use crate::web::live;

type At = Path<(String, String)>;
type One = Path<(String, String, String)>;

async fn draw(
    app: &App,
    cx: &Ctx,
    (workload, lens): (&str, &str),
    sent: Option<(&Form, &[Fault])>,
    conflict: Option<&str>,
) -> Result<Markup> {
    let (w, l, instance) = (workload.to_owned(), lens.to_owned(), live::instance(app));
    let (sheet, all, others) = app
        .read(cx, move |cx, tx| {
            let sheet = reviews::sheet(cx, tx, &w, &l)?;
            let others = live::others(cx, tx, sheet.review.id, &instance)?;
            Ok((sheet, acts::list(cx, tx, &w, &l)?, others))
        })
        .await?;
    let mut here: Vec<String> = live::everybody(app, sheet.review.id, others).into_iter().map(|h| h.name).collect();
    if !here.contains(&cx.actor.name) {
        here.insert(0, cx.actor.name.clone());
    }
    let document = ReviewDocument::of(&sheet);
    let title = format!("Sittings of {}", document.workload.name);
    let topic = format!("/live?topic={}", reviews::topic(&sheet.review));
    let mut frame = shell(app, cx, &title, Place::WellArchitected, false);
    frame.live = Some(&topic);
    frame.foot.exports = vec![("JSON", format!("/api/v1/workloads/{workload}/reviews/{lens}/sittings"))];
    let body = sittings(&SittingsPage {
        document: &document,
        sittings: &all,
        may: sheet.team.may(cx, &rights::ANSWERS),
        offered: (&cx.actor.name, &here.join("\n")),
        sent,
        conflict,
        csrf: &cx.actor.csrf,
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn all(State(app): State<App>, cx: Ctx, Path((workload, lens)): At) -> Result<Response> {
    cx.require_signed_in()?;
    Ok(page(draw(&app, &cx, (&workload, &lens), None, None).await?))
}

fn lines(form: &Form) -> Vec<String> {
    form.get("attendees").lines().map(str::to_owned).collect()
}

/// To the page of sittings, or the page again with what was refused.
async fn done<T>(app: &App, cx: &Ctx, (workload, lens): (&str, &str), form: &Form, done: Result<T>) -> Result<Response> {
    match done {
        Ok(_) => Ok(see_other(&format!("/workloads/{workload}/reviews/{lens}/sittings"))),
        Err(Error::Invalid(faults)) => Ok(refused(draw(app, cx, (workload, lens), Some((form, &faults)), None).await?)),
        Err(Error::Conflict(message)) => {
            let drawn = draw(app, cx, (workload, lens), Some((form, &[])), Some(&message)).await?;
            Ok((StatusCode::CONFLICT, page(drawn)).into_response())
        }
        Err(e) => Err(e),
    }
}

pub(crate) async fn begin(State(app): State<App>, cx: Ctx, Path((workload, lens)): At, form: Form) -> Result<Response> {
    let new = NewSitting { facilitator: Some(form.get("facilitator").to_owned()), attendees: lines(&form), began: None };
    let (w, l) = (workload.clone(), lens.clone());
    let made = app.write(&cx, move |cx, tx| acts::begin(cx, tx, (&w, &l), &new)).await;
    done(&app, &cx, (&workload, &lens), &form, made).await
}

pub(crate) async fn change(State(app): State<App>, cx: Ctx, Path((workload, lens, number)): One, form: Form) -> Result<Response> {
    let new = SittingChange {
        version: form.get("version").parse().unwrap_or(0),
        facilitator: form.get("facilitator").to_owned(),
        attendees: lines(&form),
        notes: form.get("notes").to_owned(),
    };
    let (w, l) = (workload.clone(), lens.clone());
    let made = app.write(&cx, move |cx, tx| acts::change(cx, tx, (&w, &l), &number, &new)).await;
    done(&app, &cx, (&workload, &lens), &form, made).await
}

pub(crate) async fn close(State(app): State<App>, cx: Ctx, Path((workload, lens, number)): One, form: Form) -> Result<Response> {
    let (w, l) = (workload.clone(), lens.clone());
    let made = app.write(&cx, move |cx, tx| acts::close(cx, tx, (&w, &l), &number, &SittingEnd::default())).await;
    done(&app, &cx, (&workload, &lens), &form, made).await
}

pub(crate) async fn add(State(app): State<App>, cx: Ctx, Path((workload, lens, number)): One, form: Form) -> Result<Response> {
    let (w, l, new) = (workload.clone(), lens.clone(), NewAddendum { text: form.get("text").to_owned() });
    let made = app.write(&cx, move |cx, tx| acts::add(cx, tx, (&w, &l), &number, &new)).await;
    done(&app, &cx, (&workload, &lens), &form, made).await
}
