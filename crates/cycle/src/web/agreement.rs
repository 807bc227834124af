//! Handlers of working agreements.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use html::{Markup, Place};
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other, shell};
use people::rights;

use crate::acts::agreement as acts;
use crate::agreement::NewAgreement;
use crate::pages::agreement::{AgreementPage, agreement};

async fn draw(app: &App, cx: &Ctx, group: &str, sent: Option<(&Form, &[Fault])>, conflict: Option<&str>) -> Result<Markup> {
    cx.require_signed_in()?;
    let slug = group.to_owned();
    let (forum, now, before, signs) = app
        .read(cx, move |cx, tx| {
            let (forum, now, before) = acts::show(cx, tx, Some(&slug))?;
            let teams = catalogue::store::teams(tx, forum.group)?;
            let signs: Vec<String> = teams.iter().filter(|t| t.may(cx, &rights::SIGN)).map(|t| t.slug.clone()).collect();
            Ok((forum, now, before, signs))
        })
        .await?;
    let title = format!("Working agreement of {}", forum.name);
    let topic = format!("/live?topic={}", forum.topic());
    let mut frame = shell(app, cx, &title, Place::Session, false);
    frame.live = Some(&topic);
    frame.foot.exports = vec![("JSON", format!("/api/v1/groups/{group}/agreements"))];
    let body = agreement(&AgreementPage {
        forum: &forum,
        now: &now,
        before: &before,
        may: forum.may_run(cx),
        signs: &signs,
        sent,
        conflict,
        csrf: &cx.actor.csrf,
        time: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(group): Path<String>) -> Result<Response> {
    Ok(page(draw(&app, &cx, &group, None, None).await?))
}

async fn done<T>(app: &App, cx: &Ctx, group: &str, form: &Form, done: Result<T>) -> Result<Response> {
    match done {
        Ok(_) => Ok(see_other(&format!("/groups/{group}/agreement"))),
        Err(Error::Invalid(faults)) => Ok(refused(draw(app, cx, group, Some((form, &faults)), None).await?)),
        Err(Error::Conflict(message)) => {
            let sent: Option<(&Form, &[Fault])> = form.opt("text").map(|_| (form, &[][..]));
            Ok((StatusCode::CONFLICT, page(draw(app, cx, group, sent, Some(&message)).await?)).into_response())
        }
        Err(e) => Err(e),
    }
}

pub(crate) async fn agree(State(app): State<App>, cx: Ctx, Path(group): Path<String>, form: Form) -> Result<Response> {
    let new = NewAgreement {
        text: form.get("text").to_owned(),
        why: form.get("why").to_owned(),
        version: form.get("version").parse().unwrap_or(-1),
    };
    let slug = group.clone();
    let made = app.write(&cx, move |cx, tx| acts::agree(cx, tx, Some(&slug), &new)).await;
    done(&app, &cx, &group, &form, made).await
}

pub(crate) async fn sign(State(app): State<App>, cx: Ctx, Path(team): Path<String>, form: Form) -> Result<Response> {
    let version = form.get("version").parse().unwrap_or(-1);
    let (team, group) = app
        .read(&cx, move |_, tx| {
            let team = catalogue::store::team_by_slug(tx, &team)?;
            let group = catalogue::store::group(tx, team.group)?.slug;
            Ok((team, group))
        })
        .await?;
    let made = app.write(&cx, move |cx, tx| acts::sign(cx, tx, &team, version)).await;
    done(&app, &cx, &group, &form, made).await
}
