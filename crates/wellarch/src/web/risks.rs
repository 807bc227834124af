//! Handler of the page of a workload's risks.

use axum::extract::State;
use axum::response::Response;
use html::Place;
use kernel::error::Result;
use kernel::web::{App, Ctx, Path, page, shell};

use crate::api::risks::load;
use crate::pages::risks as pages;

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(workload): Path<String>) -> Result<Response> {
    cx.require_signed_in()?;
    let (team, risks) = load(&app, &cx, workload).await?;
    let title = format!("Risks of {}", risks.workload.name);
    let mut frame = shell(&app, &cx, &title, Place::WellArchitected, false);
    frame.foot.exports = vec![("JSON", format!("/api/v1/workloads/{}/risks", risks.workload.slug))];
    Ok(page(frame.page(html::html! {}, pages::risks(&team, &risks))))
}
