//! Questions about a report as JSON.

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::web::{App, Ctx, Json, Path};

use super::number;
use crate::acts::questions as acts;
use crate::questions::{NewAnswer, NewQuestion, Question};

pub(crate) async fn all(
    State(app): State<App>,
    cx: Ctx,
    Path((team, sprint)): Path<(String, String)>,
) -> Result<axum::Json<Page<Question>>> {
    cx.require_signed_in()?;
    let n = number(&sprint)?;
    let items = app
        .read(&cx, move |cx, tx| {
            let team = catalogue::store::team_by_slug(tx, &team)?;
            catalogue::store::sprint(tx, team.group, n)?;
            acts::of_report(cx, tx, &team, n)
        })
        .await?;
    Ok(axum::Json(Page { items, next: None }))
}

pub(crate) async fn ask(
    State(app): State<App>,
    cx: Ctx,
    Path((team, sprint)): Path<(String, String)>,
    Json(new, idem): Json<NewQuestion>,
) -> Result<Response> {
    let n = number(&sprint)?;
    change(&app, &cx, idem, 201, move |cx, tx| {
        cx.require_signed_in()?;
        let team = catalogue::store::team_by_slug(tx, &team)?;
        acts::ask(cx, tx, &team, n, &new)
    })
    .await
}

pub(crate) async fn answer(
    State(app): State<App>,
    cx: Ctx,
    Path((team, question)): Path<(String, String)>,
    Json(new, idem): Json<NewAnswer>,
) -> Result<Response> {
    let shown = kernel::text::shown(&question, 60);
    let id: Id = question.parse().map_err(|_| Error::not_found("question of this team", shown))?;
    change(&app, &cx, idem, 200, move |cx, tx| {
        cx.require_signed_in()?;
        let team = catalogue::store::team_by_slug(tx, &team)?;
        acts::answer(cx, tx, &team, id, &new)
    })
    .await
}
