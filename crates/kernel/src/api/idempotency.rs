//! `Idempotency-Key`: the answer of a write is stored in the write's own transaction, so a repeated call gets the same
//! answer and changes nothing.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::db::Tx;
use crate::error::{Error, Result};
use crate::trail::merkle::hex_digest;
use crate::web::{App, Ctx, Idem};

crate::sql! {
    /// Claims a key.
    pub(crate) CLAIM = "INSERT INTO idempotency (key, digest, status, headers, body, made_at) \
        VALUES ($1::TEXT, $2::TEXT, 0, '', '', $3::BIGINT) ON CONFLICT (key) DO NOTHING";
    /// What was answered.
    pub(crate) STORED = "SELECT digest, status, body FROM idempotency WHERE key = $1::TEXT";
    /// Keeps the answer.
    pub(crate) KEEP = "UPDATE idempotency SET status = $2::BIGINT, body = $3::TEXT WHERE key = $1::TEXT";
    /// Forgets keys after a while.
    pub(crate) FORGET = "DELETE FROM idempotency WHERE made_at < $1::BIGINT";
}

/// Hours that a key is remembered.
pub const KEPT_HOURS: i64 = 24;

/// Runs a write and answers with its result as JSON; a call repeated with the same `Idempotency-Key` gets the stored
/// answer. `status` 204 answers without a body.
///
/// # Errors
/// The act's; [`Error::Conflict`] if the key was used with another body.
pub async fn change<T, F>(app: &App, cx: &Ctx, idem: Idem, status: u16, f: F) -> Result<Response>
where
    T: Serialize,
    F: Fn(&Ctx, &mut dyn Tx) -> Result<T> + Send + 'static,
{
    let (status, body) = app.write(cx, move |cx, tx| keep(cx, tx, &idem, status, &f)).await?;
    Ok(answer(status, body))
}

/// As [`change`], for answers with a secret that must not be stored: `add` puts it in after the commit. A repeated call
/// gets the stored answer too, so `add` has to tell by it (by a hint, by a digest) whether this call made the secret.
///
/// # Errors
/// As [`change`].
pub async fn change_and<T, F>(
    app: &App,
    cx: &Ctx,
    idem: Idem,
    status: u16,
    f: F,
    add: impl FnOnce(&mut serde_json::Value) + Send,
) -> Result<Response>
where
    T: Serialize,
    F: Fn(&Ctx, &mut dyn Tx) -> Result<T> + Send + 'static,
{
    let (status, body) = app.write(cx, move |cx, tx| keep(cx, tx, &idem, status, &f)).await?;
    let mut value = serde_json::from_str(&body).map_err(Error::internal)?;
    add(&mut value);
    Ok(answer(status, value.to_string()))
}

/// As [`change`], for batches: the closure runs in an `append`.
///
/// # Errors
/// As [`change`].
pub async fn append<T, F>(app: &App, cx: &Ctx, idem: Idem, status: u16, f: F) -> Result<Response>
where
    T: Serialize,
    F: Fn(&Ctx, &mut dyn Tx) -> Result<T> + Send + 'static,
{
    let (status, body) = app.append(cx, move |cx, tx| keep(cx, tx, &idem, status, &f)).await?;
    Ok(answer(status, body))
}

fn answer(status: u16, body: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    if status == StatusCode::NO_CONTENT {
        return status.into_response();
    }
    (status, [("content-type", "application/json")], body).into_response()
}

fn keep<T: Serialize>(
    cx: &Ctx,
    tx: &mut dyn Tx,
    idem: &Idem,
    status: u16,
    f: &impl Fn(&Ctx, &mut dyn Tx) -> Result<T>,
) -> Result<(u16, String)> {
    let write = |value: &T| serde_json::to_string(value).map_err(Error::internal);
    let Some(key) = &idem.key else {
        return Ok((status, write(&f(cx, tx)?)?));
    };
    // The actor is part of the key: nobody can read an answer that was given to somebody else.
    let key = hex_digest(format!("{} {key}", cx.actor.key()).as_bytes());
    let fresh = tx.execute(&CLAIM, &[key.as_str().into(), (&idem.digest).into(), cx.now.into()])? == 1;
    if !fresh {
        let row = tx.one(&STORED, &[key.as_str().into()])?;
        if row.text(0)? != idem.digest {
            return Err(Error::Conflict("This Idempotency-Key was used with another body. Use a new key for a new change.".into()));
        }
        return Ok((u16::try_from(row.int(1)?).unwrap_or(200), row.text(2)?));
    }
    let body = write(&f(cx, tx)?)?;
    tx.execute(&KEEP, &[key.into(), i64::from(status).into(), body.as_str().into()])?;
    Ok((status, body))
}
