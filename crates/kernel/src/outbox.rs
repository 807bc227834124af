//! The outbox: what has to leave the process is a row in the transaction of the act that causes it, sent at least once
//! by a leased job. Nothing is sent before its cause is committed.

use std::time::Duration;

use serde::Serialize;

use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::Id;
use crate::time::Time;

crate::sql! {
    /// Puts a message in.
    pub(crate) PUT = "INSERT INTO outbox (id, kind, body, made_at, due_at, tries, sent_at, last_fault) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::BIGINT, $4::BIGINT, 0, NULL, NULL)";
    /// What is due.
    pub(crate) DUE = "SELECT id, body, tries FROM outbox WHERE kind = $1::TEXT AND sent_at IS NULL AND due_at <= $2::BIGINT \
        ORDER BY due_at, id COLLATE \"C\" LIMIT $3::BIGINT";
    /// Sent.
    pub(crate) SENT = "UPDATE outbox SET sent_at = $2::BIGINT, tries = tries + 1, last_fault = NULL WHERE id = $1::TEXT";
    /// Not sent; later again.
    pub(crate) LATER = "UPDATE outbox SET due_at = $2::BIGINT, tries = tries + 1, last_fault = $3::TEXT WHERE id = $1::TEXT";
    /// How many wait.
    pub(crate) WAITING = "SELECT CAST(count(*) AS BIGINT) FROM outbox WHERE sent_at IS NULL";
}

/// Between the first try and the second; doubled with each.
pub const FIRST_WAIT: Duration = Duration::from_secs(10);

/// The longest wait between two tries.
pub const LONGEST_WAIT: Duration = Duration::from_secs(6 * 3600);

/// A message that is due.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its id; receivers use it to recognise a message that is sent twice.
    pub id: Id,
    /// JSON.
    pub body: String,
    /// Earlier tries.
    pub tries: i64,
}

/// Puts a message into the outbox, inside the act's own unit of work.
///
/// # Errors
/// The engine's.
pub fn put(tx: &mut dyn Tx, now: Time, kind: &str, body: &impl Serialize) -> Result<Id> {
    let id = tx.id()?;
    let body = serde_json::to_string(body).map_err(Error::internal)?;
    tx.execute(&PUT, &[id.into(), kind.into(), body.into(), now.into()])?;
    Ok(id)
}

/// Up to `limit` messages of a kind that are due.
///
/// # Errors
/// The engine's.
pub fn due(tx: &mut dyn Tx, kind: &str, now: Time, limit: i64) -> Result<Vec<Message>> {
    let rows = tx.query(&DUE, &[kind.into(), now.into(), limit.into()])?;
    rows.iter().map(|r| Ok(Message { id: r.id(0)?, body: r.text(1)?, tries: r.int(2)? })).collect()
}

/// Notes that a message was sent.
///
/// # Errors
/// The engine's.
pub fn sent(tx: &mut dyn Tx, id: Id, now: Time) -> Result<()> {
    tx.execute(&SENT, &[id.into(), now.into()]).map(|_| ())
}

/// Notes a failure; the next try is due after [`FIRST_WAIT`], doubled with each try, at most [`LONGEST_WAIT`].
///
/// # Errors
/// The engine's.
pub fn failed(tx: &mut dyn Tx, message: &Message, now: Time, why: &str) -> Result<()> {
    let doublings = u32::try_from(message.tries.clamp(0, 16)).unwrap_or(16);
    let due = now.plus((FIRST_WAIT * 2u32.pow(doublings)).min(LONGEST_WAIT));
    tx.execute(&LATER, &[message.id.into(), due.into(), why.into()]).map(|_| ())
}

/// How many messages wait; the test fixture wants none at a test's end.
///
/// # Errors
/// The engine's.
pub fn waiting(tx: &mut dyn Tx) -> Result<i64> {
    tx.one(&WAITING, &[])?.int(0)
}
