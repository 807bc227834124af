//! Facts as JSON.

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change, cursor, limit};
use kernel::error::Result;
use kernel::time::Time;
use kernel::web::{App, Ctx, Json, Path, Query};
use serde::Deserialize;

use crate::acts::{self, NewFacts};
use crate::fact::Fact;

#[derive(Deserialize)]
pub(crate) struct Which {
    key: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

/// Where a page begins: the place of a fact in the list, which has an order of its own.
fn place(f: &Fact) -> String {
    format!("{}\u{1f}{}", f.key, f.item)
}

pub(crate) async fn list(
    State(app): State<App>,
    cx: Ctx,
    Path(workload): Path<String>,
    Query(w): Query<Which>,
) -> Result<axum::Json<Page<Fact>>> {
    cx.require_signed_in()?;
    let n = limit(w.limit.as_deref(), 500)?;
    let after: Option<String> = w.cursor.as_deref().map(cursor).transpose()?;
    let rows = app
        .read(&cx, move |cx, tx| {
            let (_, _, facts) = acts::of_workload(cx, tx, &workload)?;
            let wanted = |f: &&Fact| w.key.as_ref().is_none_or(|k| f.key == *k) && after.as_ref().is_none_or(|a| place(f) > *a);
            let most = usize::try_from(n).unwrap_or(usize::MAX).saturating_add(1);
            Ok(facts.all().filter(wanted).take(most).cloned().collect::<Vec<_>>())
        })
        .await?;
    Ok(axum::Json(Page::cut(rows, n, place)))
}

/// Which fact's past.
#[derive(Deserialize)]
pub(crate) struct Whose {
    key: Option<String>,
    item: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

pub(crate) async fn past(
    State(app): State<App>,
    cx: Ctx,
    Path(workload): Path<String>,
    Query(w): Query<Whose>,
) -> Result<axum::Json<Page<Fact>>> {
    cx.require_signed_in()?;
    let n = limit(w.limit.as_deref(), 500)?;
    let before: i64 = w.cursor.as_deref().map(cursor).transpose()?.unwrap_or(i64::MAX);
    let rows = app
        .read(&cx, move |cx, tx| {
            let (key, item) = (w.key.as_deref().unwrap_or(""), w.item.as_deref().unwrap_or(""));
            Ok(acts::past(cx, tx, &workload, (key, item), (Time(before), n + 1))?.2)
        })
        .await?;
    Ok(axum::Json(Page::cut(rows, n, |f| f.observed_at.0.to_string())))
}

pub(crate) async fn record(
    State(app): State<App>,
    cx: Ctx,
    Path(workload): Path<String>,
    Json(new, idem): Json<NewFacts>,
) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| acts::record(cx, tx, &workload, &new)).await
}
