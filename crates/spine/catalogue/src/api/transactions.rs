//! Critical transactions as JSON.

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::web::{App, Ctx, Idem, Json, Path};
use people::rights;

use crate::acts::transactions as acts;
use crate::store;
use crate::store::transactions as rows;
use crate::transactions::{NewTransaction, Transaction};

pub(crate) async fn all(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<axum::Json<Page<Transaction>>> {
    cx.require_signed_in()?;
    let items = app
        .read(&cx, move |_, tx| {
            let w = store::workload_by_slug(tx, &slug)?;
            rows::of_workload(tx, w.id)
        })
        .await?;
    Ok(axum::Json(Page { items, next: None }))
}

pub(crate) async fn add(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Json(new, idem): Json<NewTransaction>,
) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| acts::add(cx, tx, &slug, &new)).await
}

fn id_of(text: &str) -> Result<Id> {
    let shown = || kernel::text::shown(text, 60);
    text.parse().map_err(|_| Error::not_found("transaction of this workload", shown()))
}

pub(crate) async fn put(
    State(app): State<App>,
    cx: Ctx,
    Path((slug, id)): Path<(String, String)>,
    Json(new, idem): Json<NewTransaction>,
) -> Result<Response> {
    cx.require_somewhere(&rights::TEAMS)?;
    let id = id_of(&id)?;
    change(&app, &cx, idem, 200, move |cx, tx| acts::change(cx, tx, &slug, id, &new)).await
}

pub(crate) async fn take_out(
    State(app): State<App>,
    cx: Ctx,
    Path((slug, id)): Path<(String, String)>,
    idem: Idem,
) -> Result<Response> {
    cx.require_somewhere(&rights::TEAMS)?;
    let id = id_of(&id)?;
    change(&app, &cx, idem, 204, move |cx, tx| acts::take_out(cx, tx, &slug, id)).await
}
