//! When reviews are due, as JSON and iCalendar.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::api::{Page, change, cursor, limit};
use kernel::error::{Error, Result};
use kernel::ical::{DayEvent, calendar};
use kernel::web::{App, Ctx, Json, Path, Query};

use super::consolidated::Asked;
use crate::acts::due as acts;
use crate::due::{Due, Interval, NewInterval, NewPlan};

/// Workloads of one page at most.
pub(crate) const MOST: i64 = 500;

pub(crate) async fn list(State(app): State<App>, cx: Ctx, Query(asked): Query<Asked>) -> Result<axum::Json<Page<Due>>> {
    cx.require_signed_in()?;
    let most = limit(asked.limit.as_deref(), MOST)?;
    let after = asked.cursor.as_deref().map(cursor::<String>).transpose()?;
    let group = asked.group.filter(|g| !g.is_empty());
    let mut all = app.read(&cx, move |cx, tx| acts::list(cx, tx, group.as_deref())).await?;
    if let Some(after) = after {
        let at = all.iter().position(|d| d.workload.slug == after);
        let bad = || Error::invalid("cursor", "The cursor is not one that this list gave. Begin without it.");
        all.drain(..=at.ok_or_else(bad)?);
    }
    Ok(axum::Json(Page::cut(all, most, |d| d.workload.slug.clone())))
}

/// The answer that a calendar program takes.
pub(crate) fn written(events: &[DayEvent]) -> Response {
    let head = [("content-type", "text/calendar; charset=utf-8"), ("content-disposition", "inline; filename=\"reviews.ics\"")];
    (head, calendar("Well-Architected reviews", events)).into_response()
}

pub(crate) async fn ical(State(app): State<App>, cx: Ctx, Query(asked): Query<Asked>) -> Result<Response> {
    cx.require_signed_in()?;
    let (group, url) = (asked.group.filter(|g| !g.is_empty()), app.config.url());
    let events = app.read(&cx, move |cx, tx| acts::events(cx, tx, group.as_deref(), &url)).await?;
    Ok(written(&events))
}

pub(crate) async fn intervals(State(app): State<App>, cx: Ctx) -> Result<axum::Json<Page<Interval>>> {
    cx.require_signed_in()?;
    let items = app.read(&cx, acts::intervals).await?;
    Ok(axum::Json(Page { items, next: None }))
}

pub(crate) async fn set_all(State(app): State<App>, cx: Ctx, Json(new, idem): Json<NewInterval>) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| acts::set_all(cx, tx, &new)).await
}

pub(crate) async fn set_group(
    State(app): State<App>,
    cx: Ctx,
    Path(group): Path<String>,
    Json(new, idem): Json<NewInterval>,
) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| acts::set_group(cx, tx, &group, &new)).await
}

pub(crate) async fn plan(
    State(app): State<App>,
    cx: Ctx,
    Path(workload): Path<String>,
    Json(new, idem): Json<NewPlan>,
) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| acts::plan(cx, tx, &workload, &new)).await
}
