//! Handlers of the report of a review: page and Markdown.

use std::collections::BTreeMap;

use ::evidence::EvidencePiece;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use html::Place;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::web::{App, Ctx, Path, page, shell};

use crate::acts::plan::{self as plans, Planned};
use crate::acts::{review as acts, sitting as sittings};
use crate::document::ReviewDocument;
use crate::pages::report::{ReportPage, review_report};
use crate::sitting::Sitting;
use crate::text;

/// The plan of one review, the review, and its sittings.
fn load(cx: &Ctx, tx: &mut dyn Tx, workload: &str, lens: &str) -> Result<(Planned, ReviewDocument, Vec<Sitting>)> {
    let mut plan = plans::planned(cx, tx, workload, Some(lens))?;
    let document = plan.documents.pop().ok_or_else(|| Error::internal("a review that is gone"))?;
    Ok((plan, document, sittings::list(cx, tx, workload, lens)?))
}

/// What the business says of the workload, as (term, words).
fn context(plan: &Planned) -> Vec<(&'static str, String)> {
    let h = &plan.holds;
    vec![
        ("Goal", h.goal.clone()),
        ("Protects", h.protects.clone()),
        ("Users", h.users.clone()),
        ("Critical transactions", h.transactions.join("; ")),
        ("An hour without it", h.money_an_hour.clone()),
    ]
}

/// Links and attachments that a report names at most.
const PIECES: i64 = 2_000;

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path((workload, lens)): Path<(String, String)>) -> Result<Response> {
    cx.require_signed_in()?;
    let here = format!("/workloads/{workload}/reviews/{lens}");
    let (plan, document, held, (topic, pieces)) = app
        .read(&cx, move |cx, tx| {
            let (plan, document, held) = load(cx, tx, &workload, &lens)?;
            let review = acts::find(tx, &plan.workload, &lens)?;
            let pieces = ::evidence::store::below(tx, "review-question", &review.id.to_string(), PIECES)?;
            Ok((plan, document, held, (acts::topic(&review), pieces)))
        })
        .await?;
    let mut evidence: BTreeMap<String, Vec<EvidencePiece>> = BTreeMap::new();
    for piece in pieces.into_iter().filter(|p| p.removed.is_none()) {
        let question = piece.about.id.split_once('/').map_or("", |(_, q)| q).to_owned();
        evidence.entry(question).or_default().push(piece);
    }
    let context = context(&plan);
    let context: Vec<(&str, &str)> = context.iter().map(|(term, words)| (*term, words.as_str())).collect();
    let title = format!("Review of {}", document.workload.name);
    let topic = format!("/live?topic={topic}");
    let mut frame = shell(&app, &cx, &title, Place::WellArchitected, false);
    frame.live = Some(&topic);
    frame.foot.exports = vec![
        ("Markdown", format!("{here}/report/markdown")),
        ("CSV", format!("/api/v1{here}/csv")),
        ("JSON", format!("/api/v1{here}/report")),
    ];
    let body = review_report(&ReportPage {
        document: &document,
        risks: &plan.risks,
        context: &context,
        evidence: &evidence,
        sittings: &held,
        today: plan.today,
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(page(frame.page(html::html! {}, body)))
}

pub(crate) async fn markdown(State(app): State<App>, cx: Ctx, Path((workload, lens)): Path<(String, String)>) -> Result<Response> {
    cx.require_signed_in()?;
    let (plan, document, held) = app.read(&cx, move |cx, tx| load(cx, tx, &workload, &lens)).await?;
    let whole = text::markdown(&document, &plan.risks, &context(&plan)) + &text::minutes(&held);
    Ok(([("content-type", "text/markdown; charset=utf-8")], whole).into_response())
}
