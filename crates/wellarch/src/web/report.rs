//! Handlers of the report of a review: page and Markdown.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use html::Place;
use kernel::error::Result;
use kernel::web::{App, Ctx, Path, page, shell};

use crate::acts::{review as acts, sitting as sittings};
use crate::document::ReviewDocument;
use crate::pages::report::{ReportPage, review_report};
use crate::risks::WorkloadRisks;
use crate::text;

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path((workload, lens)): Path<(String, String)>) -> Result<Response> {
    cx.require_signed_in()?;
    let here = format!("/workloads/{workload}/reviews/{lens}");
    let (sheet, document, held) = app
        .read(&cx, move |cx, tx| {
            let sheet = acts::sheet(cx, tx, &workload, &lens)?;
            let document = ReviewDocument::of(&sheet);
            Ok((sheet, document, sittings::list(cx, tx, &workload, &lens)?))
        })
        .await?;
    let risks = WorkloadRisks::of(document.workload.clone(), std::slice::from_ref(&document));
    let about = &sheet.workload.body;
    let context = [
        ("Goal", about.goal.as_str()),
        ("Protects", &about.protects),
        ("Users", &about.users),
        ("An hour without it", &about.money_an_hour),
    ];
    let title = format!("Review of {}", document.workload.name);
    let topic = format!("/live?topic={}", acts::topic(&sheet.review));
    let mut frame = shell(&app, &cx, &title, Place::WellArchitected, false);
    frame.live = Some(&topic);
    frame.foot.exports = vec![
        ("Markdown", format!("{here}/report/markdown")),
        ("CSV", format!("/api/v1{here}/csv")),
        ("JSON", format!("/api/v1{here}")),
    ];
    let body = review_report(&ReportPage {
        document: &document,
        risks: &risks,
        context: &context,
        sittings: &held,
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(page(frame.page(html::html! {}, body)))
}

pub(crate) async fn markdown(State(app): State<App>, cx: Ctx, Path((workload, lens)): Path<(String, String)>) -> Result<Response> {
    cx.require_signed_in()?;
    let (document, held) = app
        .read(&cx, move |cx, tx| {
            let document = ReviewDocument::of(&acts::sheet(cx, tx, &workload, &lens)?);
            Ok((document, sittings::list(cx, tx, &workload, &lens)?))
        })
        .await?;
    let whole = text::markdown(&document) + &text::minutes(&held);
    Ok(([("content-type", "text/markdown; charset=utf-8")], whole).into_response())
}
