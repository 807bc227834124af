//! A team's values as a table: pasted in, taken back, and out as CSV.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::api::change;
use kernel::error::Result;
use kernel::web::{App, Ctx, Json, Path, Query};
use serde::Deserialize;

use crate::acts::file;
use crate::acts::paste::{self, Paste};
use crate::acts::undo::{self, Withdrawal};

pub(crate) async fn paste(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Json(new, idem): Json<Paste>,
) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| {
        cx.require_signed_in()?;
        let team = catalogue::store::team_by_slug(tx, &slug)?;
        paste::paste(cx, tx, &team, &new)
    })
    .await
}

pub(crate) async fn withdraw(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Json(which, idem): Json<Withdrawal>,
) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| {
        cx.require_signed_in()?;
        let team = catalogue::store::team_by_slug(tx, &slug)?;
        undo::withdraw_now(cx, tx, &team, &which)
    })
    .await
}

#[derive(Deserialize)]
pub(crate) struct OfMetric {
    metric: Option<String>,
}

pub(crate) async fn csv(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Query(which): Query<OfMetric>,
) -> Result<Response> {
    cx.require_signed_in()?;
    let (slug, text) = app
        .read(&cx, move |cx, tx| {
            let team = catalogue::store::team_by_slug(tx, &slug)?;
            let text = file::csv(cx, tx, &team, which.metric.as_deref())?;
            Ok((team.slug, text))
        })
        .await?;
    let named = format!("attachment; filename=\"{slug}-values.csv\"");
    Ok(([("content-type", "text/csv; charset=utf-8".to_owned()), ("content-disposition", named)], text).into_response())
}
