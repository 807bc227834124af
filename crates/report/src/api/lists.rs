//! List entries as JSON.

use axum::extract::State;
use axum::response::Response;
use catalogue::Team;
use kernel::api::{Page, change};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::web::{App, Ctx, Idem, Json, Path, Query};
use serde::Deserialize;

use crate::acts::lists as acts;
use crate::lists::{Entry, NewEntry, TemplateList};
use crate::store::lists as entries;

#[derive(Deserialize)]
pub(crate) struct Paging {
    limit: Option<String>,
    cursor: Option<String>,
}

fn place(tx: &mut dyn Tx, team: &str, list: &str) -> Result<(Team, TemplateList)> {
    let team = catalogue::store::team_by_slug(tx, team)?;
    let list = acts::list_of(tx, &team, list)?;
    Ok((team, list))
}

fn id_of(text: &str) -> Result<Id> {
    text.parse().map_err(|_| Error::not_found("entry of this list", kernel::text::shown(text, 60)))
}

pub(crate) async fn all(
    State(app): State<App>,
    cx: Ctx,
    Path((team, list)): Path<(String, String)>,
    Query(p): Query<Paging>,
) -> Result<axum::Json<Page<Entry>>> {
    cx.require_signed_in()?;
    let limit = kernel::api::limit(p.limit.as_deref(), 500)?;
    let after: Option<Id> = p.cursor.as_deref().map(kernel::api::cursor).transpose()?;
    let rows = app
        .read(&cx, move |_, tx| {
            let (team, list) = place(tx, &team, &list)?;
            entries::of_list(tx, team.id, &list.key, i64::try_from(crate::lists::MOST_ENTRIES).unwrap_or(500))
        })
        .await?;
    let start = after.map_or(0, |id| rows.iter().position(|e| e.id == id).map_or(rows.len(), |i| i + 1));
    let rest: Vec<Entry> = rows.into_iter().skip(start).collect();
    Ok(axum::Json(Page::cut(rest, limit, |e| e.id.to_string())))
}

pub(crate) async fn add(
    State(app): State<App>,
    cx: Ctx,
    Path((team, list)): Path<(String, String)>,
    Json(new, idem): Json<NewEntry>,
) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| {
        cx.require_signed_in()?;
        let (team, list) = place(tx, &team, &list)?;
        acts::add(cx, tx, &team, &list, &new)
    })
    .await
}

pub(crate) async fn put(
    State(app): State<App>,
    cx: Ctx,
    Path((team, list, entry)): Path<(String, String, String)>,
    Json(new, idem): Json<NewEntry>,
) -> Result<Response> {
    let id = id_of(&entry)?;
    change(&app, &cx, idem, 200, move |cx, tx| {
        cx.require_signed_in()?;
        let (team, list) = place(tx, &team, &list)?;
        acts::change(cx, tx, &team, &list, id, &new)
    })
    .await
}

pub(crate) async fn take_out(
    State(app): State<App>,
    cx: Ctx,
    Path((team, list, entry)): Path<(String, String, String)>,
    idem: Idem,
) -> Result<Response> {
    let id = id_of(&entry)?;
    change(&app, &cx, idem, 204, move |cx, tx| {
        cx.require_signed_in()?;
        let (team, list) = place(tx, &team, &list)?;
        acts::take_out(cx, tx, &team, &list, id)
    })
    .await
}
