//! Templates of answers as JSON.

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change as stored, cursor, limit};
use kernel::error::Result;
use kernel::web::{App, Ctx, Idem, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::acts::{template as acts, using};
use crate::store::template as store;
use crate::template::{
    AnswerTemplate, NewAnswerTemplate, NewDraftAnswer, NewTemplateVersion, NewUse, TemplateChange, TemplateUse, TemplateVersion,
    UsedTemplate,
};

/// A template with its newest version.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TemplateView {
    /// The template.
    #[serde(flatten)]
    template: AnswerTemplate,
    /// Its newest version; absent until one is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    newest: Option<TemplateVersion>,
}

#[derive(Deserialize)]
pub(crate) struct Cut {
    limit: Option<String>,
    cursor: Option<String>,
    lens: Option<String>,
}

pub(crate) async fn all(State(app): State<App>, cx: Ctx, Query(cut): Query<Cut>) -> Result<axum::Json<Page<AnswerTemplate>>> {
    cx.require_signed_in()?;
    let n = limit(cut.limit.as_deref(), 500)?;
    let after: String = cut.cursor.as_deref().map(cursor).transpose()?.unwrap_or_default();
    let rows = app.read(&cx, move |_, tx| store::page(tx, &after, cut.lens.as_deref(), n + 1)).await?;
    Ok(axum::Json(Page::cut(rows, n, |t| t.slug.clone())))
}

pub(crate) async fn make(State(app): State<App>, cx: Ctx, Json(new, idem): Json<NewAnswerTemplate>) -> Result<Response> {
    stored(&app, &cx, idem, 201, move |cx, tx| acts::make(cx, tx, &new)).await
}

pub(crate) async fn one(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<axum::Json<TemplateView>> {
    cx.require_signed_in()?;
    let (template, newest) = app.read(&cx, move |cx, tx| acts::one(cx, tx, &slug)).await?;
    Ok(axum::Json(TemplateView { template, newest }))
}

pub(crate) async fn change(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Json(new, idem): Json<TemplateChange>,
) -> Result<Response> {
    stored(&app, &cx, idem, 200, move |cx, tx| acts::change(cx, tx, &slug, &new)).await
}

pub(crate) async fn draft(
    State(app): State<App>,
    cx: Ctx,
    Path((slug, question)): Path<(String, String)>,
    Json(new, idem): Json<NewDraftAnswer>,
) -> Result<Response> {
    stored(&app, &cx, idem, 200, move |cx, tx| acts::draft(cx, tx, &slug, &question, &new)).await
}

pub(crate) async fn publish(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Json(new, idem): Json<NewTemplateVersion>,
) -> Result<Response> {
    let name = slug.clone();
    let answer = stored(&app, &cx, idem, 201, move |cx, tx| acts::publish(cx, tx, &slug, &new)).await?;
    acts::follow(&app, &cx, &name).await?;
    Ok(answer)
}

pub(crate) async fn versions(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Query(cut): Query<Cut>,
) -> Result<axum::Json<Page<TemplateVersion>>> {
    cx.require_signed_in()?;
    let n = limit(cut.limit.as_deref(), 500)?;
    let before: i64 = cut.cursor.as_deref().map(cursor).transpose()?.unwrap_or(i64::MAX);
    let read = move |_: &Ctx, tx: &mut dyn kernel::db::Tx| {
        let id = store::one(tx, &slug)?.id;
        store::versions(tx, id, before, n + 1)
    };
    Ok(axum::Json(Page::cut(app.read(&cx, read).await?, n, |v| v.version.to_string())))
}

pub(crate) async fn there(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Query(cut): Query<Cut>,
) -> Result<axum::Json<Page<TemplateUse>>> {
    cx.require_signed_in()?;
    let n = limit(cut.limit.as_deref(), 500)?;
    let after: String = cut.cursor.as_deref().map(cursor).transpose()?.unwrap_or_default();
    let rows = app.read(&cx, move |cx, tx| using::there(cx, tx, &slug, (&after, n + 1))).await?;
    Ok(axum::Json(Page::cut(rows, n, |u| u.workload.slug.clone())))
}

pub(crate) async fn here(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens)): Path<(String, String)>,
) -> Result<axum::Json<Page<UsedTemplate>>> {
    cx.require_signed_in()?;
    let items = app.read(&cx, move |cx, tx| using::here(cx, tx, &workload, &lens)).await?;
    Ok(axum::Json(Page { items, next: None }))
}

pub(crate) async fn begin(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, template)): Path<(String, String, String)>,
    Json(new, idem): Json<NewUse>,
) -> Result<Response> {
    stored(&app, &cx, idem, 200, move |cx, tx| using::begin(cx, tx, (&workload, &lens), &template, &new)).await
}

pub(crate) async fn end(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, template)): Path<(String, String, String)>,
    idem: Idem,
) -> Result<Response> {
    stored(&app, &cx, idem, 204, move |cx, tx| using::end(cx, tx, (&workload, &lens), &template)).await
}

pub(crate) async fn take_back(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, question)): Path<(String, String, String)>,
    idem: Idem,
) -> Result<Response> {
    stored(&app, &cx, idem, 204, move |cx, tx| using::take_back(cx, tx, (&workload, &lens), &question)).await
}
