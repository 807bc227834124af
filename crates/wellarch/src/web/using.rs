//! Handlers of the page of a review's templates.

use axum::extract::State;
use axum::response::Response;
use html::{Markup, Place};
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other, shell};
use people::rights;

use crate::acts::{review as reviews, using as acts};
use crate::document::ReviewDocument;
use crate::pages::using::{UsingPage, using};
use crate::store::template as templates;
use crate::template::NewUse;

/// Templates that are offered at most; the API takes any.
const OFFERED: i64 = 500;

async fn draw(app: &App, cx: &Ctx, (workload, lens): (&str, &str), sent: Option<(&Form, &[Fault])>) -> Result<Markup> {
    let (w, l) = (workload.to_owned(), lens.to_owned());
    let (sheet, used, mut offered) = app
        .read(cx, move |cx, tx| {
            let sheet = reviews::sheet(cx, tx, &w, &l)?;
            let used = acts::of(tx, &sheet.review, &sheet.lens)?;
            Ok((sheet, used, templates::page(tx, "", Some(&l), OFFERED)?))
        })
        .await?;
    offered.retain(|t| t.version > 0 && !used.iter().any(|u| u.template.slug == t.slug));
    let document = ReviewDocument::of(&sheet);
    let title = format!("Templates of {}", document.workload.name);
    let topic = format!("/live?topic={}", reviews::topic(&sheet.review));
    let mut frame = shell(app, cx, &title, Place::WellArchitected, false);
    frame.live = Some(&topic);
    frame.foot.exports = vec![("JSON", format!("/api/v1/workloads/{workload}/reviews/{lens}/templates"))];
    let body = using(&UsingPage {
        document: &document,
        used: &used,
        offered: &offered,
        may: sheet.team.may(cx, &rights::ANSWERS),
        sent,
        csrf: &cx.actor.csrf,
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path((workload, lens)): Path<(String, String)>) -> Result<Response> {
    cx.require_signed_in()?;
    Ok(page(draw(&app, &cx, (&workload, &lens), None).await?))
}

pub(crate) async fn begin(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    cx.require_somewhere(&rights::ANSWERS)?;
    let ids = form.get("left_out").split([',', '\n', ' ', '\r', '\t']).filter(|id| !id.is_empty());
    let new = NewUse { left_out: ids.map(str::to_owned).collect() };
    let (w, l, t) = (workload.clone(), lens.clone(), form.get("template").to_owned());
    match app.write(&cx, move |cx, tx| acts::begin(cx, tx, (&w, &l), &t, &new)).await {
        Ok(_) => Ok(see_other(&format!("/workloads/{workload}/reviews/{lens}/templates"))),
        Err(Error::Invalid(faults)) => Ok(refused(draw(&app, &cx, (&workload, &lens), Some((&form, &faults))).await?)),
        Err(Error::NotFound(message)) if message.contains("template") => {
            Ok(refused(draw(&app, &cx, (&workload, &lens), Some((&form, &[Fault::new("template", message)]))).await?))
        }
        Err(e) => Err(e),
    }
}

pub(crate) async fn end(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, template)): Path<(String, String, String)>,
) -> Result<Response> {
    cx.require_somewhere(&rights::ANSWERS)?;
    let (w, l) = (workload.clone(), lens.clone());
    app.write(&cx, move |cx, tx| acts::end(cx, tx, (&w, &l), &template).map(|_| ())).await?;
    Ok(see_other(&format!("/workloads/{workload}/reviews/{lens}/templates")))
}

/// Takes back that the review answers otherwise than its template.
pub(crate) async fn take_back(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, question)): Path<(String, String, String)>,
) -> Result<Response> {
    cx.require_somewhere(&rights::ANSWERS)?;
    let (w, l, q) = (workload.clone(), lens.clone(), question.clone());
    app.write(&cx, move |cx, tx| acts::take_back(cx, tx, (&w, &l), &q).map(|_| ())).await?;
    Ok(see_other(&format!("/workloads/{workload}/reviews/{lens}/questions/{question}")))
}
