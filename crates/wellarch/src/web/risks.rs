//! Handlers of the page of a workload's risks: what is open, what is being done, and the two ways to answer a risk.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use decisions::decision::Acceptance;
use html::{Markup, Place};
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, Query, page, refused, see_other, shell};
use people::rights;
use serde::Deserialize;

use crate::acts::plan::{self as acts, NewImprovement};
use crate::pages::risks::{self as pages, RisksPage, View};

#[derive(Default, Deserialize)]
pub(crate) struct Which {
    view: Option<String>,
}

/// A form that was refused: of which lens and question, what was sent, and why.
type Sent<'a> = Option<(&'a str, &'a Form, &'a [Fault])>;

async fn drawn(app: &App, cx: &Ctx, workload: &str, view: View, sent: Sent<'_>) -> Result<Markup> {
    cx.require_signed_in()?;
    let slug = workload.to_owned();
    let p = app.read(cx, move |cx, tx| acts::planned(cx, tx, &slug, None)).await?;
    let title = format!("Risks of {}", p.workload.name);
    let topic = format!("/live?topic=team:{}", p.team.id);
    let mut frame = shell(app, cx, &title, Place::WellArchitected, false);
    frame.live = Some(&topic);
    frame.foot.exports = vec![("JSON", format!("/api/v1/workloads/{}/risks", p.workload.slug))];
    let acceptable: Vec<String> = p
        .documents
        .iter()
        .flat_map(|d| d.pillars.iter())
        .filter(|x| acts::may_accept(cx, &p.pillars, &x.id, &x.name))
        .map(|x| x.name.clone())
        .collect();
    let body = pages::risks(&RisksPage {
        team: (&p.team.slug, &p.team.name),
        risks: &p.risks,
        view,
        says_nothing: p.holds == crate::exposure::Holds::default(),
        may_plan: p.team.may(cx, &rights::ACTIONS),
        may_raise: cx.actor.may_somewhere(&rights::CONCERNS),
        acceptable: &acceptable,
        sent,
        csrf: &cx.actor.csrf,
        today: p.today,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn show(
    State(app): State<App>,
    cx: Ctx,
    Path(workload): Path<String>,
    Query(which): Query<Which>,
) -> Result<Response> {
    let view = View::read(which.view.as_deref().unwrap_or(""));
    Ok(page(drawn(&app, &cx, &workload, view, None).await?))
}

async fn again(
    app: &App,
    cx: &Ctx,
    (workload, view): (&str, View),
    (which, form): (&str, &Form),
    error: Error,
) -> Result<Response> {
    let (faults, conflict) = match error {
        Error::Invalid(faults) => (faults, false),
        Error::Conflict(message) => (vec![Fault::new("reason", message)], true),
        e => return Err(e),
    };
    let drawn = drawn(app, cx, workload, view, Some((which, form, &faults))).await?;
    Ok(if conflict { (StatusCode::CONFLICT, page(drawn)).into_response() } else { refused(drawn) })
}

pub(crate) async fn improve(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, question)): Path<(String, String, String)>,
    form: Form,
) -> Result<Response> {
    cx.require_somewhere(&rights::ACTIONS)?;
    let (w, view) = (workload.clone(), View::read(form.get("view")));
    let which = crate::plan::about(&lens, &question);
    let new = NewImprovement { question: question.clone(), choice: form.get("choice").into(), ..NewImprovement::default() };
    match app.write(&cx, move |cx, tx| acts::improve(cx, tx, (&w, &lens), &new)).await {
        Ok(_) => Ok(see_other(&format!("/workloads/{workload}/risks{}", view.query()))),
        Err(e) => again(&app, &cx, (&workload, view), (&which, &form), e).await,
    }
}

pub(crate) async fn accept(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, question)): Path<(String, String, String)>,
    form: Form,
) -> Result<Response> {
    cx.require_somewhere(&rights::RISKS)?;
    let (w, q, view) = (workload.clone(), question.clone(), View::read(form.get("view")));
    let which = crate::plan::about(&lens, &question);
    let said = Acceptance { reason: form.get("reason").into(), until: form.get("until").into() };
    match app.write(&cx, move |cx, tx| acts::accept(cx, tx, (&w, &lens), &q, &said)).await {
        Ok(_) => Ok(see_other(&format!("/workloads/{workload}/risks{}", view.query()))),
        Err(e) => again(&app, &cx, (&workload, view), (&which, &form), e).await,
    }
}
