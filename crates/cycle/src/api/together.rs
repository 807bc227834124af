//! Working agreements, what is said without a name, and capacity, as JSON.

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change, cursor, limit};
use kernel::error::{Error, Result};
use kernel::web::{App, Ctx, Json, Path, Query, Unlogged};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::session::{Asked, id};
use crate::acts::{agreement, anonymous, capacity, health};
use crate::agreement::{NewAgreement, WorkingAgreement};
use crate::anonymous::{FeedbackBallot, FeedbackTicket, NewBoxQuestion, QuestionBox, SessionFeedback};
use crate::capacity::{Capacity, NewCapacity};
use crate::health::ProcessHealth;

/// Which version is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSignature {
    /// The version that you read.
    pub version: i64,
}

/// The question after a session: what people said, and your ticket while it is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FeedbackView {
    /// What people said; absent if nobody was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feedback: Option<SessionFeedback>,
    /// Your ticket; absent for programs and when nobody is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<FeedbackTicket>,
}

/// The sprint that an address names.
pub(crate) fn number(text: &str) -> Result<i64> {
    text.parse().map_err(|_| Error::not_found("sprint", kernel::text::shown(text, 40)))
}

pub(crate) async fn agreements(
    State(app): State<App>,
    cx: Ctx,
    Path(group): Path<String>,
) -> Result<axum::Json<Page<WorkingAgreement>>> {
    let (_, now, before) = app.read(&cx, move |cx, tx| agreement::show(cx, tx, Some(&group))).await?;
    Ok(axum::Json(Page { items: std::iter::once(now).chain(before).collect(), next: None }))
}

pub(crate) async fn agree(
    State(app): State<App>,
    cx: Ctx,
    Path(group): Path<String>,
    Json(new, idem): Json<NewAgreement>,
) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| agreement::agree(cx, tx, Some(&group), &new)).await
}

pub(crate) async fn sign(
    State(app): State<App>,
    cx: Ctx,
    Path(team): Path<String>,
    Json(new, idem): Json<NewSignature>,
) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| {
        let team = catalogue::store::team_by_slug(tx, &team)?;
        agreement::sign(cx, tx, &team, new.version)
    })
    .await
}

pub(crate) async fn questions(State(app): State<App>, cx: Ctx, Path(at): Path<String>) -> Result<axum::Json<QuestionBox>> {
    let id = id(&at)?;
    Ok(axum::Json(app.read(&cx, move |cx, tx| anonymous::questions(cx, tx, id)).await?))
}

/// Takes no idempotency key: it would store when the call came. The same question twice is one.
pub(crate) async fn ask(
    State(app): State<App>,
    cx: Ctx,
    Path(at): Path<String>,
    Json(new, _): Json<NewBoxQuestion>,
) -> Unlogged<Result<axum::Json<QuestionBox>>> {
    Unlogged(asked(&app, &cx, &at, new).await)
}

async fn asked(app: &App, cx: &Ctx, at: &str, new: NewBoxQuestion) -> Result<axum::Json<QuestionBox>> {
    let id = id(at)?;
    let s = app.write_unnamed(cx, move |cx, tx| anonymous::ask(cx, tx, id, &new)).await?;
    // To open pages of this instance alone: a topic of the commit would store when.
    app.live.publish(&s.topic());
    Ok(axum::Json(app.read(cx, move |cx, tx| anonymous::questions(cx, tx, id)).await?))
}

async fn view(app: &App, cx: &Ctx, at: &str) -> Result<axum::Json<FeedbackView>> {
    let id = id(at)?;
    let (feedback, ticket) =
        app.read(cx, move |cx, tx| Ok((anonymous::feedback(cx, tx, id)?, anonymous::mine(cx, tx, id)?))).await?;
    Ok(axum::Json(FeedbackView { feedback, ticket }))
}

pub(crate) async fn feedback(
    State(app): State<App>,
    cx: Ctx,
    Path(at): Path<String>,
) -> Unlogged<Result<axum::Json<FeedbackView>>> {
    Unlogged(view(&app, &cx, &at).await)
}

/// Takes no idempotency key, as [`ask`].
pub(crate) async fn answer(
    State(app): State<App>,
    cx: Ctx,
    Path(at): Path<String>,
    Json(ballot, _): Json<FeedbackBallot>,
) -> Unlogged<Result<axum::Json<FeedbackView>>> {
    Unlogged(answered(&app, &cx, &at, ballot).await)
}

async fn answered(app: &App, cx: &Ctx, at: &str, ballot: FeedbackBallot) -> Result<axum::Json<FeedbackView>> {
    let id = id(at)?;
    app.write_unnamed(cx, move |cx, tx| anonymous::answer(cx, tx, id, &ballot)).await?;
    view(app, cx, at).await
}

pub(crate) async fn capacities(
    State(app): State<App>,
    cx: Ctx,
    Path(team): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<axum::Json<Page<Capacity>>> {
    cx.require_signed_in()?;
    let most = limit(asked.limit.as_deref(), 500)?;
    let before = asked.cursor.as_deref().map(cursor::<i64>).transpose()?;
    let all = app
        .read(&cx, move |cx, tx| {
            let team = catalogue::store::team_by_slug(tx, &team)?;
            capacity::list(cx, tx, &team, before, most + 1)
        })
        .await?;
    Ok(axum::Json(Page::cut(all, most, |c| c.sprint.to_string())))
}

pub(crate) async fn capacity_of(
    State(app): State<App>,
    cx: Ctx,
    Path((team, sprint)): Path<(String, String)>,
) -> Result<axum::Json<Capacity>> {
    cx.require_signed_in()?;
    let sprint = number(&sprint)?;
    let found = app.read(&cx, move |cx, tx| {
        let team = catalogue::store::team_by_slug(tx, &team)?;
        capacity::one(cx, tx, &team, sprint)
    });
    Ok(axum::Json(found.await?))
}

pub(crate) async fn state_capacity(
    State(app): State<App>,
    cx: Ctx,
    Path((team, sprint)): Path<(String, String)>,
    Json(new, idem): Json<NewCapacity>,
) -> Result<Response> {
    let sprint = number(&sprint)?;
    change(&app, &cx, idem, 200, move |cx, tx| {
        let team = catalogue::store::team_by_slug(tx, &team)?;
        capacity::state(cx, tx, &team, sprint, &new)
    })
    .await
}

pub(crate) async fn health_of_group(
    State(app): State<App>,
    cx: Ctx,
    Path(group): Path<String>,
) -> Result<axum::Json<ProcessHealth>> {
    Ok(axum::Json(app.read(&cx, move |cx, tx| health::show(cx, tx, Some(&group))).await?.1))
}

pub(crate) async fn health_of_council(State(app): State<App>, cx: Ctx) -> Result<axum::Json<ProcessHealth>> {
    Ok(axum::Json(app.read(&cx, |cx, tx| health::show(cx, tx, None)).await?.1))
}
