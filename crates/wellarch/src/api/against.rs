//! Where answers and evidence part, as JSON.

use axum::extract::State;
use kernel::api::{Page, cursor, limit};
use kernel::error::Result;
use kernel::web::{App, Ctx, Query};
use serde::Deserialize;

use crate::acts::against as acts;
use crate::against::Contradiction;

#[derive(Deserialize)]
pub(crate) struct Which {
    workload: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

pub(crate) async fn list(State(app): State<App>, cx: Ctx, Query(w): Query<Which>) -> Result<axum::Json<Page<Contradiction>>> {
    cx.require_signed_in()?;
    let n = limit(w.limit.as_deref(), 500)?;
    // The list is computed, so a page begins at a number of its rows.
    let from: usize = w.cursor.as_deref().map(cursor).transpose()?.unwrap_or(0);
    let rows = app.read(&cx, move |cx, tx| acts::all(cx, tx, w.workload.as_deref()).map_err(|e| e.at("workload"))).await?.0;
    let most = usize::try_from(n).unwrap_or(usize::MAX);
    let rows: Vec<(usize, Contradiction)> = rows.into_iter().enumerate().skip(from).take(most.saturating_add(1)).collect();
    let cut = Page::cut(rows, n, |(i, _)| (i + 1).to_string());
    Ok(axum::Json(Page { items: cut.items.into_iter().map(|(_, c)| c).collect(), next: cut.next }))
}
