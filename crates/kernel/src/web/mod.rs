//! The edge: who asks ([`Ctx`]), what serves ([`App`]), how forms, JSON, errors and headers are read and written.

mod app;
mod ctx;
mod edge;
mod forms;
mod frame;
mod headers;
mod json;
mod metrics;
mod multipart;
mod path;
mod problem;
mod sse;
mod state;
mod system;
mod unlogged;

pub use app::{Address, App, Boxed, Credential, Gate, Inner, OwnerSocket, Parts, router};
pub use ctx::{Actor, ActorId, Ctx, Right, Scope};
pub use edge::links_below;
pub use forms::{Form, Upload};
pub use frame::{clock, day, moment, shell};
pub use headers::cookie;
pub use json::{Idem, Json, JsonWithFile, Query, parse};
pub use metrics::Metrics;
pub use path::Path;
pub use problem::{Failed, Problem};
pub use system::ROUTES;
pub use unlogged::Unlogged;

use axum::response::{IntoResponse, Response};

/// A redirect to a page after a form (303).
pub fn see_other(path: &str) -> Response {
    let location = axum::http::HeaderValue::from_str(path).unwrap_or(axum::http::HeaderValue::from_static("/"));
    (axum::http::StatusCode::SEE_OTHER, [("location", location)]).into_response()
}

/// A page (200).
pub fn page(markup: maud::Markup) -> Response {
    ([("content-type", "text/html; charset=utf-8")], markup.into_string()).into_response()
}

/// A page that shows again what was refused (422).
pub fn refused(markup: maud::Markup) -> Response {
    (axum::http::StatusCode::UNPROCESSABLE_ENTITY, page(markup)).into_response()
}
