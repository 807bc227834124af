//! Reviews of many workloads, as JSON and CSV.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::api::{Page, cursor, limit};
use kernel::error::Result;
use kernel::web::{App, Ctx, Query};
use serde::Deserialize;

use crate::acts::consolidated as acts;
use crate::consolidated::{ConsolidatedMetrics, ConsolidatedWorkload, WorkloadMetric, csv as sheet};

/// Workloads of one page at most; each may have tens of questions for each lens.
pub(crate) const MOST: i64 = 100;

#[derive(Deserialize, Default, Clone)]
pub(crate) struct Asked {
    pub(crate) group: Option<String>,
    pub(crate) limit: Option<String>,
    pub(crate) cursor: Option<String>,
}

/// One page of workloads.
pub(crate) async fn load(app: &App, cx: &Ctx, asked: &Asked) -> Result<Page<ConsolidatedWorkload>> {
    cx.require_signed_in()?;
    let most = limit(asked.limit.as_deref(), MOST)?;
    let after = asked.cursor.as_deref().map(cursor::<String>).transpose()?;
    let group = asked.group.clone().filter(|g| !g.is_empty());
    app.read(cx, move |cx, tx| {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let (items, more) = acts::consolidated(cx, tx, group.as_deref(), after.as_deref(), most)?;
        let last = items.last().filter(|_| more).map(|w| w.workload.slug.clone());
        // The cursor is written as `Page::cut` writes it.
        let next = last.map(|slug| slug.bytes().map(|b| format!("{b:02x}")).collect());
        Ok(Page { items, next })
    })
    .await
}

pub(crate) async fn show(
    State(app): State<App>,
    cx: Ctx,
    Query(asked): Query<Asked>,
) -> Result<axum::Json<Page<ConsolidatedWorkload>>> {
    Ok(axum::Json(load(&app, &cx, &asked).await?))
}

pub(crate) async fn aws(State(app): State<App>, cx: Ctx, Query(asked): Query<Asked>) -> Result<axum::Json<ConsolidatedMetrics>> {
    let found = load(&app, &cx, &asked).await?;
    Ok(axum::Json(ConsolidatedMetrics { metrics: found.items.iter().map(WorkloadMetric::from).collect(), next_token: found.next }))
}

pub(crate) async fn csv(State(app): State<App>, cx: Ctx, Query(asked): Query<Asked>) -> Result<Response> {
    let found = load(&app, &cx, &asked).await?;
    let head = [("content-type", "text/csv; charset=utf-8"), ("content-disposition", "attachment; filename=\"reviews.csv\"")];
    Ok((head, sheet(&found.items)?).into_response())
}
