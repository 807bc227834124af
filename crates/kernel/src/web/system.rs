//! Health, figures, assets, live streams, the OpenAPI document, the trail: what the process itself offers.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::{Deserialize, Serialize};

use super::app::App;
use super::ctx::Ctx;
use super::json::Query;
use super::path::Path;
use super::sse::live;
use crate::api::{Doc, Page, limit_param, openapi, param, schema};
use crate::error::{Error, Result};
use crate::ids::{Id, Ref};
use crate::room::{Needs, Route};
use crate::trail;

/// The kernel's own routes.
pub static ROUTES: &[Route] = &[
    Route::system("GET", "/livez", Needs::Nobody, || get(|| async { "ok\n" })),
    Route::system("GET", "/readyz", Needs::Nobody, || get(ready)),
    Route::system("GET", "/metrics", Needs::Nobody, || get(metrics)),
    Route::system("GET", "/assets/{file}", Needs::Nobody, || get(asset)),
    Route::system("GET", "/live", Needs::SignedIn, || get(live)),
    Route::system("GET", "/api/v1/openapi.json", Needs::Nobody, || get(document)),
    Route::api(
        "GET",
        "/api/v1/trail",
        Needs::SignedIn,
        Doc::get("List records of the trail, newest first", schema::<Page<trail::Record>>).query(&[
            param("kind", "Kind of the thing, with `id`"),
            param("id", "Id of the thing, with `kind`"),
            limit_param(500),
            param("cursor", "`next` of the page before"),
        ]),
        || get(records),
    ),
    Route::api(
        "GET",
        "/api/v1/trail/verification",
        Needs::SignedIn,
        Doc::get("Recompute the whole trail", schema::<trail::Verified>),
        || get(verification),
    ),
];

#[derive(Serialize)]
struct Ready {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// 200 `ready` or `degraded`, 503 while stopping or without a database.
async fn ready(State(app): State<App>) -> Response {
    let answer = |code, status, reason| (code, axum::Json(Ready { status, reason })).into_response();
    if app.is_stopping() {
        return answer(StatusCode::SERVICE_UNAVAILABLE, "stopping", None);
    }
    match app.db.read(trail::oldest_pending).await {
        Err(_) => answer(StatusCode::SERVICE_UNAVAILABLE, "no database", None),
        Ok(oldest) => {
            let age = oldest.map_or(0, |t| app.now().since(t).as_secs());
            if age > 60 {
                let reason = format!("The oldest record of the trail has waited {age} s for its seal.");
                answer(StatusCode::OK, "degraded", Some(reason))
            } else {
                answer(StatusCode::OK, "ready", None)
            }
        }
    }
}

async fn metrics(State(app): State<App>) -> Response {
    let [read, write, append] = app.db.waiting().map(|n| i64::try_from(n).unwrap_or(i64::MAX));
    let text = app.metrics.text(&[
        ("queue_read", "Reads that wait", read),
        ("queue_write", "Writes that wait", write),
        ("queue_append", "Batches that wait", append),
        ("live_topics", "Topics that somebody listens to", i64::try_from(app.live.topics()).unwrap_or(0)),
    ]);
    ([("content-type", "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response()
}

async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Result<Response> {
    let path = format!("/assets/{file}");
    let Some(asset) = html::assets().iter().find(|a| a.path == path) else {
        return Err(Error::not_found("file", file));
    };
    let tag = format!("\"{file}\"");
    let fixed = [("cache-control", "public, max-age=31536000, immutable"), ("content-type", asset.content_type)];
    if headers.get("if-none-match").is_some_and(|v| v.as_bytes() == tag.as_bytes()) {
        return Ok((StatusCode::NOT_MODIFIED, fixed).into_response());
    }
    Ok((fixed, [("etag", tag)], asset.body).into_response())
}

async fn document(State(app): State<App>) -> impl IntoResponse {
    axum::Json(openapi::document(app.rooms, &app.config.url()))
}

#[derive(Deserialize)]
struct Which {
    kind: Option<String>,
    id: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

async fn records(State(app): State<App>, cx: Ctx, Query(which): Query<Which>) -> Result<axum::Json<Page<trail::Record>>> {
    cx.require_signed_in()?;
    let limit = crate::api::limit(which.limit.as_deref(), 500)?;
    let before: Option<Id> = which.cursor.as_deref().map(crate::api::cursor).transpose()?;
    let subject = match (which.kind, which.id) {
        (Some(kind), Some(id)) => Some(Ref { kind, id }),
        (None, None) => None,
        _ => return Err(Error::invalid("query", "Give kind and id together, or neither.")),
    };
    let rows = app.read(&cx, move |_, tx| trail::records(tx, subject.as_ref(), before, limit + 1)).await?;
    Ok(axum::Json(Page::cut(rows, limit, |r| r.id.to_string())))
}

async fn verification(State(app): State<App>, cx: Ctx) -> Result<axum::Json<trail::Verified>> {
    cx.require_signed_in()?;
    Ok(axum::Json(trail::verify_all(&app.db, cx.now).await?))
}
