//! Notices as JSON.

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change, cursor, limit};
use kernel::error::Result;
use kernel::web::{App, Ctx, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::acts::notice as acts;
use crate::notice::{NewAcknowledgement, NewNotice, Notice, NoticeChange, NoticeVersion, NoticeWithdrawal, OpenNotice, number_of};
use crate::store::notice as store;

/// A notice with everything that it ever said.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeView {
    /// The notice as it stands.
    #[serde(flatten)]
    notice: Notice,
    /// Newest first.
    versions: Vec<NoticeVersion>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    pub(crate) group: Option<String>,
    pub(crate) limit: Option<String>,
    pub(crate) cursor: Option<String>,
    pub(crate) view: Option<String>,
}

impl Which {
    pub(crate) fn before(&self) -> Result<i64> {
        self.cursor.as_deref().map_or(Ok(i64::MAX), cursor)
    }
}

pub(crate) async fn list(State(app): State<App>, cx: Ctx, Query(w): Query<Which>) -> Result<axum::Json<Page<Notice>>> {
    cx.require_signed_in()?;
    let (n, before) = (limit(w.limit.as_deref(), 100)?, w.before()?);
    let rows = app
        .read(&cx, move |cx, tx| {
            let named = w.group.as_deref().map(str::trim).filter(|g| !g.is_empty());
            let group = named.map(|g| catalogue::store::group_by_slug(tx, g)).transpose().map_err(|e| e.at("group"))?;
            acts::list(cx, tx, group.map(|g| g.id), before, n + 1)
        })
        .await?;
    Ok(axum::Json(Page::cut(rows, n, |n| n.number.to_string())))
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(number): Path<String>) -> Result<axum::Json<NoticeView>> {
    cx.require_signed_in()?;
    let number = number_of(&number)?;
    let found =
        app.read(&cx, move |cx, tx| Ok(NoticeView { notice: acts::show(cx, tx, number)?, versions: store::versions(tx, number)? }));
    found.await.map(axum::Json)
}

pub(crate) async fn of_team(State(app): State<App>, cx: Ctx, Path(team): Path<String>) -> Result<axum::Json<Page<OpenNotice>>> {
    cx.require_signed_in()?;
    let found = app.read(&cx, move |cx, tx| {
        let team = catalogue::store::team_by_slug(tx, &team)?;
        acts::open_for(cx, tx, &team)
    });
    Ok(axum::Json(Page { items: found.await?, next: None }))
}

pub(crate) async fn issue(State(app): State<App>, cx: Ctx, Json(new, idem): Json<NewNotice>) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| acts::issue(cx, tx, &new)).await
}

pub(crate) async fn alter(
    State(app): State<App>,
    cx: Ctx,
    Path(number): Path<String>,
    Json(new, idem): Json<NoticeChange>,
) -> Result<Response> {
    let number = number_of(&number)?;
    change(&app, &cx, idem, 200, move |cx, tx| acts::change(cx, tx, number, &new)).await
}

pub(crate) async fn acknowledge(
    State(app): State<App>,
    cx: Ctx,
    Path(number): Path<String>,
    Json(new, idem): Json<NewAcknowledgement>,
) -> Result<Response> {
    let number = number_of(&number)?;
    change(&app, &cx, idem, 201, move |cx, tx| acts::acknowledge(cx, tx, number, &new)).await
}

pub(crate) async fn withdraw(
    State(app): State<App>,
    cx: Ctx,
    Path(number): Path<String>,
    Json(said, idem): Json<NoticeWithdrawal>,
) -> Result<Response> {
    let number = number_of(&number)?;
    change(&app, &cx, idem, 200, move |cx, tx| acts::withdraw(cx, tx, number, &said)).await
}
