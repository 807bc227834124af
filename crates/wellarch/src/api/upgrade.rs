//! Moves of a review to another version of its lens, as JSON.

use axum::extract::State;
use axum::response::Response;
use kernel::api::change;
use kernel::error::Result;
use kernel::web::{App, Ctx, Json, Path, Query};
use serde::Deserialize;

use crate::acts::{review, upgrade as acts};
use crate::upgrade::{NewUpgrade, Upgrade};

#[derive(Deserialize, Default)]
pub(crate) struct To {
    pub(crate) to: Option<String>,
}

pub(crate) async fn look(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens)): Path<(String, String)>,
    Query(asked): Query<To>,
) -> Result<axum::Json<Upgrade>> {
    cx.require_signed_in()?;
    let new = NewUpgrade { to: asked.to.filter(|t| !t.is_empty()), ..NewUpgrade::default() };
    let found = app
        .read(&cx, move |cx, tx| {
            let sheet = review::sheet(cx, tx, &workload, &lens)?;
            acts::look(cx, tx, &sheet, &new)
        })
        .await?;
    Ok(axum::Json(found))
}

pub(crate) async fn upgrade(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens)): Path<(String, String)>,
    Json(new, idem): Json<NewUpgrade>,
) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| acts::upgrade(cx, tx, &workload, &lens, &new)).await
}
