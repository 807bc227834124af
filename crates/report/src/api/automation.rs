//! How much of a report comes in by itself, and taking back what was typed, as JSON.

use axum::extract::State;
use axum::response::Response;
use kernel::api::change;
use kernel::error::Result;
use kernel::web::{App, Ctx, Json, Path, Query};
use serde::Deserialize;

use super::number;
use crate::acts::automation::of_team;
use crate::acts::entry::{TakeBack, take_back};
use crate::automation::Automation;

#[derive(Deserialize)]
pub(crate) struct Which {
    sprint: Option<String>,
}

pub(crate) async fn show(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Query(which): Query<Which>,
) -> Result<axum::Json<Automation>> {
    cx.require_signed_in()?;
    let sprint = which.sprint.as_deref().map(number).transpose()?;
    let found = app
        .read(&cx, move |cx, tx| {
            let team = catalogue::store::team_by_slug(tx, &slug)?;
            of_team(cx, tx, &team, sprint)
        })
        .await?;
    Ok(axum::Json(found.automation))
}

pub(crate) async fn withdraw(
    State(app): State<App>,
    cx: Ctx,
    Path((slug, sprint)): Path<(String, String)>,
    Json(which, idem): Json<TakeBack>,
) -> Result<Response> {
    let n = number(&sprint)?;
    change(&app, &cx, idem, 200, move |cx, tx| {
        cx.require_signed_in()?;
        let team = catalogue::store::team_by_slug(tx, &slug)?;
        take_back(cx, tx, &team, n, &which)
    })
    .await
}
