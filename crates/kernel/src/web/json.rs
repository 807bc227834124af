//! JSON bodies and query strings with errors that say where.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::app::App;
use super::forms::Form;
use crate::error::{Error, Result};
use crate::trail::merkle::hex_digest;

/// What makes a repeated call recognisable: the caller's `Idempotency-Key` and what was sent with it.
#[derive(Debug, Clone, Default)]
pub struct Idem {
    /// Key with method and path; `None` if the caller sent none.
    pub key: Option<String>,
    /// SHA-256 of the body.
    pub digest: String,
}

impl Idem {
    fn of(parts: &Parts, body: &[u8]) -> Result<Self> {
        let key = match parts.headers.get("idempotency-key") {
            None => None,
            Some(value) => {
                let text = value.to_str().unwrap_or("").trim();
                if text.is_empty() || text.len() > 200 {
                    return Err(Error::Unreadable("Idempotency-Key has 1 to 200 visible ASCII characters.".into()));
                }
                Some(format!("{} {} {text}", parts.method, parts.uri.path()))
            }
        };
        Ok(Self { key, digest: hex_digest(body) })
    }
}

impl FromRequestParts<App> for Idem {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        Self::of(parts, b"")
    }
}

/// A JSON body with what makes the call recognisable.
#[derive(Debug)]
pub struct Json<T>(pub T, pub Idem);

pub(super) async fn read_body(req: Request, limit: usize) -> Result<bytes::Bytes> {
    let stated = req.headers().get("content-length").and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<usize>().ok());
    let too_large = || Error::TooLarge(format!("The body is larger than {} MiB. Send it in parts.", limit / 1_048_576));
    if stated.is_some_and(|n| n > limit) {
        return Err(too_large());
    }
    axum::body::to_bytes(req.into_body(), limit).await.map_err(|e| {
        let mut source: Option<&dyn std::error::Error> = Some(&e);
        while let Some(inner) = source {
            if inner.is::<http_body_util::LengthLimitError>() {
                return too_large();
            }
            source = inner.source();
        }
        Error::Unreadable("The body ended before it was complete.".into())
    })
}

fn is_json(req: &Request) -> Result<()> {
    let kind = req.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    if kind != "application/json" && !kind.ends_with("+json") {
        return Err(Error::WrongMedia("Send the body as Content-Type: application/json.".into()));
    }
    Ok(())
}

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Error;

    async fn from_request(req: Request, app: &App) -> Result<Self> {
        is_json(&req)?;
        read_json(req, app.config.max_body).await
    }
}

async fn read_json<T: DeserializeOwned>(req: Request, limit: usize) -> Result<Json<T>> {
    let (parts, body) = req.into_parts();
    let bytes = read_body(Request::from_parts(parts.clone(), body), limit).await?;
    let idem = Idem::of(&parts, &bytes)?;
    Ok(Json(parse(&bytes)?, idem))
}

/// A file of 10 MB as Base64, and a little for what stands around it.
const WITH_FILE: usize = 14 * 1024 * 1024 + 64 * 1024;

/// As [`Json`], for a body that carries a file as Base64, whatever is configured for others.
#[derive(Debug)]
pub struct JsonWithFile<T>(pub T, pub Idem);

impl<T: DeserializeOwned> FromRequest<App> for JsonWithFile<T> {
    type Rejection = Error;

    async fn from_request(req: Request, _: &App) -> Result<Self> {
        is_json(&req)?;
        read_json(req, WITH_FILE).await.map(|Json(body, idem)| Self(body, idem))
    }
}

/// Reads JSON.
///
/// # Errors
/// [`Error::Unreadable`] if it is no JSON or no UTF-8, [`Error::Invalid`] if it has not the fields that are needed; both
/// with line and column.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    if std::str::from_utf8(bytes).is_err() {
        return Err(Error::Unreadable("The body is not UTF-8. Send UTF-8.".into()));
    }
    serde_json::from_slice(bytes).map_err(|e| {
        let place = format!("line {}, column {}", e.line(), e.column());
        let what = e.to_string();
        let what = what.split(" at line ").next().unwrap_or("").to_owned();
        if e.is_data() {
            Error::invalid(place, format!("The body has a fault: {what}."))
        } else {
            Error::Unreadable(format!("The body is no JSON ({place}): {what}."))
        }
    })
}

/// The query string as a type.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        // Strict where axum's is lenient: bad UTF-8 is refused, not replaced.
        let form = Form::parse(parts.uri.query().unwrap_or("").as_bytes())?;
        let known: serde_json::Map<String, serde_json::Value> =
            form.0.into_iter().map(|(k, v)| (k, serde_json::Value::String(v))).collect();
        serde_json::from_value(serde_json::Value::Object(known))
            .map(Self)
            .map_err(|e| Error::invalid("query", format!("The query string has a fault: {e}.")))
    }
}
