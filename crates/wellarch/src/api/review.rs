//! Reviews as JSON.

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change};
use kernel::error::Result;
use kernel::web::{App, Ctx, Json, Path};

use crate::acts::review::{self as acts, NewReview};
use crate::document::{ReviewDocument, ReviewQuestion};
use crate::review::NewReviewAnswer;

pub(crate) async fn of_workload(
    State(app): State<App>,
    cx: Ctx,
    Path(workload): Path<String>,
) -> Result<axum::Json<Page<ReviewDocument>>> {
    cx.require_signed_in()?;
    let items = app
        .read(&cx, move |cx, tx| Ok(acts::of_workload(cx, tx, &workload)?.2.iter().map(ReviewDocument::of).collect::<Vec<_>>()))
        .await?;
    Ok(axum::Json(Page { items, next: None }))
}

pub(crate) async fn begin(
    State(app): State<App>,
    cx: Ctx,
    Path(workload): Path<String>,
    Json(new, idem): Json<NewReview>,
) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| Ok(ReviewDocument::of(&acts::begin(cx, tx, &workload, &new)?))).await
}

pub(crate) async fn one(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens)): Path<(String, String)>,
) -> Result<axum::Json<ReviewDocument>> {
    cx.require_signed_in()?;
    let document = app.read(&cx, move |cx, tx| Ok(ReviewDocument::of(&acts::sheet(cx, tx, &workload, &lens)?))).await?;
    Ok(axum::Json(document))
}

pub(crate) async fn question(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, question)): Path<(String, String, String)>,
) -> Result<axum::Json<ReviewQuestion>> {
    cx.require_signed_in()?;
    let found = app
        .read(&cx, move |cx, tx| {
            let document = ReviewDocument::of(&acts::sheet(cx, tx, &workload, &lens)?);
            document.question(&question).map(|(_, q)| q.clone())
        })
        .await?;
    Ok(axum::Json(found))
}

pub(crate) async fn answer(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, question)): Path<(String, String, String)>,
    Json(new, idem): Json<NewReviewAnswer>,
) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| acts::answer(cx, tx, (&workload, &lens), &question, &new)).await
}
