//! Errors as answers: one page, one problem document (RFC 9457).

use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::error::{Error, Fault};

/// RFC 9457.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// A URL that names the kind of problem; its last part is stable.
    #[serde(rename = "type")]
    pub kind: String,
    /// Short and the same for each kind.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What is wrong here, and how to mend it.
    pub detail: String,
    /// Id of the request, as it stands in the server's log.
    pub instance: String,
    /// Each fault with its place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
}

/// Put into the answer's extensions by [`Error::into_response`]; the outermost layer writes it as a page or as a problem
/// document, because only it knows which of the two was asked for.
#[derive(Debug, Clone)]
pub struct Failed(pub Error);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.class().0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        if let Error::TooMany(seconds) = &self
            && let Ok(value) = HeaderValue::from_str(&seconds.to_string())
        {
            response.headers_mut().insert("retry-after", value);
        }
        if let Error::Busy = &self {
            response.headers_mut().insert("retry-after", HeaderValue::from_static("1"));
        }
        if let Error::SignedOut = &self {
            response.headers_mut().insert("www-authenticate", HeaderValue::from_static("Bearer realm=\"bellwether\""));
        }
        response.extensions_mut().insert(Failed(self));
        response
    }
}

impl Problem {
    /// The document for an error.
    pub fn of(error: &Error, base: &str, request: &str) -> Self {
        let (status, slug, title) = error.class();
        let faults = match error {
            Error::Invalid(faults) => faults.clone(),
            _ => Vec::new(),
        };
        Self {
            kind: format!("{base}/problems/{slug}"),
            title: title.to_owned(),
            status,
            detail: error.to_string(),
            instance: request.to_owned(),
            faults,
        }
    }
}
