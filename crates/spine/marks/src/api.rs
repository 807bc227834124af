//! Marks as JSON.

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change, cursor, limit};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;
use kernel::web::{App, Ctx, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::acts;
use crate::mark::{Mark, NewMark, PlaceKind};
use crate::store::{self, Window};

#[derive(Deserialize)]
pub(crate) struct Which {
    on: String,
    slug: String,
    from: Option<String>,
    to: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

/// Why a mark was wrong.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Retraction {
    /// In a sentence.
    pub(crate) reason: String,
}

fn time(name: &str, text: Option<&str>) -> Result<Option<Time>> {
    let read = |text: &str| Time::parse(text).map_err(|e| Error::invalid(name, e.to_string()));
    text.map(read).transpose()
}

/// Where the next page begins: the microsecond and the id of the last mark.
fn after(text: &str) -> Result<(Time, String)> {
    let bad = || Error::invalid("cursor", "The cursor is not one that this list gave. Begin without it.");
    let text: String = cursor(text)?;
    let (at, id) = text.split_once(' ').ok_or_else(bad)?;
    let (at, id): (i64, Id) = (at.parse().map_err(|_| bad())?, id.parse().map_err(|_| bad())?);
    Ok((Time(at), id.to_string()))
}

pub(crate) async fn list(State(app): State<App>, cx: Ctx, Query(w): Query<Which>) -> Result<axum::Json<Page<Mark>>> {
    cx.require_signed_in()?;
    let n = limit(w.limit.as_deref(), 500)?;
    let on = PlaceKind::read(&w.on)
        .ok_or_else(|| Error::invalid("on", "A mark is on a group, team, workload or service; write one of these words."))?;
    let from = time("from", w.from.as_deref())?.unwrap_or(Time(i64::MIN));
    let to = time("to", w.to.as_deref())?.unwrap_or(Time(i64::MAX));
    let mut window = Window::of(from, to);
    if let Some((at, id)) = w.cursor.as_deref().map(after).transpose()? {
        window = Window { from, to: Time(at.0.saturating_add(1)), last: id };
    }
    let rows = app
        .read(&cx, move |_, tx| {
            // What a query names is part of the input, as the document says: its fault has a place.
            let place = store::place(tx, on, &w.slug).map_err(|e| e.at("slug"))?;
            let subject = place.line.first().copied().ok_or_else(|| Error::internal("a place without a line"))?;
            store::below(tx, subject, &window, n + 1)
        })
        .await?;
    Ok(axum::Json(Page::cut(rows, n, |m| format!("{} {}", m.at.0, m.id))))
}

pub(crate) async fn record(State(app): State<App>, cx: Ctx, Json(new, idem): Json<NewMark>) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| acts::record(cx, tx, &new)).await
}

pub(crate) async fn take_back(
    State(app): State<App>,
    cx: Ctx,
    Path(id): Path<String>,
    Json(why, idem): Json<Retraction>,
) -> Result<Response> {
    let id = id_of(&id)?;
    change(&app, &cx, idem, 200, move |cx, tx| acts::take_back(cx, tx, id, &why.reason)).await
}

pub(crate) fn id_of(text: &str) -> Result<Id> {
    let shown = kernel::text::shown(text, 60);
    text.parse().map_err(|_| Error::not_found("mark", shown))
}
