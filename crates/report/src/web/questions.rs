//! Handlers of the page on which readers ask and the team answers.

use axum::extract::State;
use axum::response::Response;
use html::Place;
use kernel::error::{Error, Fault, Result};
use kernel::ids::Id;
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other, shell};
use people::rights;

use super::number;
use crate::acts::{self, questions};
use crate::pages::questions::{QuestionsPage, questions_page};
use crate::questions::{NewAnswer, NewQuestion};

async fn draw(app: &App, cx: &Ctx, slug: &str, sprint: i64, sent: Option<(&Form, &[Fault])>) -> Result<html::Markup> {
    let slug = slug.to_owned();
    let (team, document, found) = app
        .read(cx, move |cx, tx| {
            cx.require_signed_in()?;
            let team = catalogue::store::team_by_slug(tx, &slug)?;
            let document = acts::show(cx, tx, &team, sprint)?;
            let found = questions::of_report(cx, tx, &team, sprint)?;
            Ok((team, document, found))
        })
        .await?;
    let title = format!("{}, questions on sprint {sprint}", team.name);
    let frame = shell(app, cx, &title, Place::Reports, false);
    let body = questions_page(&QuestionsPage {
        document: &document,
        questions: &found,
        may_answer: team.may(cx, &rights::NOTES),
        sent,
        csrf: &cx.actor.csrf,
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path((team, sprint)): Path<(String, String)>) -> Result<Response> {
    Ok(page(draw(&app, &cx, &team, number(&sprint)?, None).await?))
}

async fn after<T>(app: &App, cx: &Ctx, team: &str, sprint: i64, form: &Form, done: Result<T>) -> Result<Response> {
    let faults = match done {
        Ok(_) => return Ok(see_other(&format!("/reports/{team}/{sprint}/questions"))),
        Err(Error::Invalid(faults)) => faults,
        Err(Error::Conflict(message) | Error::TooLarge(message)) => vec![Fault::new("text", message)],
        Err(e) => return Err(e),
    };
    Ok(refused(draw(app, cx, team, sprint, Some((form, &faults))).await?))
}

pub(crate) async fn ask(
    State(app): State<App>,
    cx: Ctx,
    Path((team, sprint)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    let n = number(&sprint)?;
    let (sent, slug) = (form.clone(), team.clone());
    let done = app
        .write(&cx, move |cx, tx| {
            cx.require_signed_in()?;
            let team = catalogue::store::team_by_slug(tx, &slug)?;
            // The field holds metric and subject, which never contain a blank.
            let (metric, subject) = sent.get("row").split_once(' ').unwrap_or((sent.get("row"), ""));
            let new = NewQuestion { metric: metric.into(), subject: subject.into(), text: sent.get("text").into() };
            questions::ask(cx, tx, &team, n, &new)
        })
        .await;
    after(&app, &cx, &team, n, &form, done).await
}

pub(crate) async fn answer(
    State(app): State<App>,
    cx: Ctx,
    Path((team, sprint, question)): Path<(String, String, String)>,
    form: Form,
) -> Result<Response> {
    let n = number(&sprint)?;
    let id: Id = question.parse().map_err(|_| Error::not_found("question of this team", &question))?;
    let (sent, slug) = (form.clone(), team.clone());
    let done = app
        .write(&cx, move |cx, tx| {
            cx.require_signed_in()?;
            let team = catalogue::store::team_by_slug(tx, &slug)?;
            questions::answer(cx, tx, &team, id, &NewAnswer { text: sent.get("text").into() })
        })
        .await;
    after(&app, &cx, &team, n, &form, done).await
}
