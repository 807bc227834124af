//! Exemptions of rows as JSON.

use axum::extract::State;
use axum::response::Response;
use catalogue::exemptions::Asked;
use kernel::api::change;
use kernel::error::Result;
use kernel::web::{App, Ctx, Json, Path};

use crate::acts::exemptions as acts;

pub(crate) async fn ask(
    State(app): State<App>,
    cx: Ctx,
    Path((team, metric, subject)): Path<(String, String, String)>,
    Json(new, idem): Json<Asked>,
) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| {
        cx.require_signed_in()?;
        let team = catalogue::store::team_by_slug(tx, &team)?;
        acts::ask(cx, tx, &team, (&metric, &subject), &new)
    })
    .await
}
