//! Metrics as JSON.

pub(crate) mod proposal;
pub(crate) mod table;

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change, idempotency};
use kernel::error::Result;
use kernel::time::Time;
use kernel::web::{App, Ctx, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::acts::{self, Redefinition};
use crate::baseline::NewBaseline;
use crate::definition::Definition;
use crate::store::{self, Versioned};
use crate::value::{NewValue, Value};

/// A batch.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// Up to 10,000.
    pub values: Vec<NewValue>,
    /// Name of the source, as it stands beside the value; the token's or person's name if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// Words on a value.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNote {
    /// Slug of the subject.
    pub subject: String,
    /// Period, as it is written.
    pub period: String,
    /// The words.
    pub note: String,
}

/// The series of one subject.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Series {
    /// Key of the metric.
    pub metric: String,
    /// Slug of the subject.
    pub subject: String,
    /// Oldest first.
    pub values: Vec<Value>,
}

#[derive(Deserialize)]
pub(crate) struct Paging {
    limit: Option<String>,
    cursor: Option<String>,
}

pub(crate) async fn list(State(app): State<App>, cx: Ctx, Query(p): Query<Paging>) -> Result<axum::Json<Page<Versioned>>> {
    cx.require_signed_in()?;
    let limit = kernel::api::limit(p.limit.as_deref(), 500)?;
    let after: String = p.cursor.as_deref().map(kernel::api::cursor).transpose()?.unwrap_or_default();
    let rows = app.read(&cx, move |_, tx| store::definitions(tx, &after, limit + 1)).await?;
    Ok(axum::Json(Page::cut(rows, limit, |v| v.definition.key.clone())))
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(key): Path<String>) -> Result<axum::Json<Versioned>> {
    cx.require_signed_in()?;
    Ok(axum::Json(app.read(&cx, move |_, tx| acts::definition(tx, &key)).await?))
}

pub(crate) async fn define(State(app): State<App>, cx: Ctx, Json(d, idem): Json<Definition>) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| acts::define(cx, tx, &d)).await
}

pub(crate) async fn redefine(
    State(app): State<App>,
    cx: Ctx,
    Path(key): Path<String>,
    Json(body, idem): Json<Redefinition>,
) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| acts::redefine(cx, tx, &key, &body)).await
}

pub(crate) async fn record(State(app): State<App>, cx: Ctx, Json(batch, idem): Json<Batch>) -> Result<Response> {
    let source = batch.source.unwrap_or_else(|| cx.actor.name.clone());
    let values = batch.values;
    idempotency::append(&app, &cx, idem, 200, move |cx, tx| acts::record(cx, tx, &values, acts::way_of(cx), source.trim())).await
}

#[derive(Deserialize)]
pub(crate) struct Which {
    subject: Option<String>,
    limit: Option<String>,
}

pub(crate) async fn values(
    State(app): State<App>,
    cx: Ctx,
    Path(key): Path<String>,
    Query(which): Query<Which>,
) -> Result<axum::Json<Series>> {
    cx.require_signed_in()?;
    let limit = kernel::api::limit(which.limit.as_deref(), 1000)?;
    let subject = which.subject.ok_or_else(|| {
        kernel::Error::invalid("subject", "Name the subject: ?subject= and the slug of a team, workload or service.")
    })?;
    let series = app
        .read(&cx, move |_, tx| {
            let d = acts::definition(tx, &key)?.definition;
            let found = catalogue::store::subject(tx, acts::kind_of(d.subject), &subject)?;
            let values = store::series(tx, &key, found.id, Time(i64::MAX), limit)?;
            Ok(Series { metric: d.key, subject: found.slug, values })
        })
        .await?;
    Ok(axum::Json(series))
}

pub(crate) async fn annotate(
    State(app): State<App>,
    cx: Ctx,
    Path(key): Path<String>,
    Json(new, idem): Json<NewNote>,
) -> Result<Response> {
    change(&app, &cx, idem, 204, move |cx, tx| {
        cx.require_signed_in()?;
        let d = acts::definition(tx, &key)?.definition;
        let subject = catalogue::store::subject(tx, acts::kind_of(d.subject), &new.subject)?;
        let period = acts::period_of(tx, &d, &subject, &new.period)?;
        acts::annotate(cx, tx, &subject, &key, &period, &new.note)
    })
    .await
}

/// A baseline for a subject.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BaselineFor {
    /// Slug of the subject.
    pub subject: String,
    /// First period, as it is written.
    pub period: String,
    /// Number of periods, 5 to 104.
    pub periods: i64,
    /// Why.
    pub reason: String,
}

pub(crate) async fn freeze(
    State(app): State<App>,
    cx: Ctx,
    Path(key): Path<String>,
    Json(new, idem): Json<BaselineFor>,
) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| {
        cx.require_signed_in()?;
        let d = acts::definition(tx, &key)?.definition;
        let subject = catalogue::store::subject(tx, acts::kind_of(d.subject), &new.subject)?;
        let body = NewBaseline { period: new.period.clone(), periods: new.periods, reason: new.reason.clone() };
        acts::freeze(cx, tx, &subject, &key, &body)
    })
    .await
}
