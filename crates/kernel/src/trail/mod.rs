//! The trail: every change as an append-only record, sealed into a chain that anybody can recompute.
//!
//! A hash chain inside serialisable transactions would make all writers meet on its head. So an act inserts its record and
//! a row in `trail_pending` in its own transaction and reads no other. One sealer takes what is pending and inserts a
//! seal: number, previous hash, Merkle root (RFC 6962) over its members. Unique numbers and unique members make two
//! sealers harmless; a late commit is sealed later. A cut tail shows only against a [`Checkpoint`] kept elsewhere.
//!
//! A record's leaf covers the digest of its payload, not the payload: personal text can be removed with every seal intact,
//! by [`redact`], which is a record too.

pub mod merkle;
mod store;
mod verify;

pub(crate) use store::STATEMENTS;

use serde::Serialize;

pub use verify::{Fault, Verified, kept_by_grants, verify, verify_all};

use crate::db::{Row, Tx, Value};
use crate::error::{Error, Result};
use crate::ids::{Id, Ref};
use crate::time::Time;
use crate::web::Ctx;

/// Previous hash of the first seal.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Records that one seal takes at most.
pub const SEAL_LIMIT: i64 = 1024;

/// What a record is made of, as its leaf covers it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Record {
    /// Its id; UUIDv7, so roughly in order of time.
    pub id: Id,
    /// When.
    pub at: Time,
    /// Who: `person:ID`, `token:ID`, `job:NAME`, `owner`, `anonymous`.
    pub actor: String,
    /// What was done, as a verb of the domain: `reviewed`.
    pub verb: String,
    /// To what.
    pub subject: Ref,
    /// Why, where the act asks for it.
    pub reason: String,
    /// SHA-256 of the payload's bytes, hex.
    pub digest: String,
    /// The seal that holds it; none yet if it is fresh.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seal: Option<i64>,
    /// What was stored, if it has not been redacted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<serde_json::Value>,
}

/// Number and hash of the newest seal: printed in exports, backups and minutes, so that a cut tail shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Checkpoint {
    /// Number of the seal; 0 if there is none yet.
    pub number: i64,
    /// Its hash.
    pub hash: String,
}

/// Records an act. Call it inside the act's own unit of work, once per thing changed.
///
/// # Errors
/// [`Error::Internal`] if the payload cannot be written as JSON; the engine's.
pub fn record(cx: &Ctx, tx: &mut dyn Tx, verb: &str, subject: &Ref, payload: &impl Serialize, reason: &str) -> Result<Id> {
    let id = tx.id()?;
    let body = serde_json::to_string(payload).map_err(Error::internal)?;
    let digest = merkle::hex_digest(body.as_bytes());
    tx.execute(
        &store::INSERT_RECORD,
        &[
            id.into(),
            cx.now.into(),
            cx.actor.key().into(),
            verb.into(),
            (&subject.kind).into(),
            (&subject.id).into(),
            reason.into(),
            cx.request.as_ref().into(),
            digest.into(),
        ],
    )?;
    tx.execute(&store::INSERT_PAYLOAD, &[id.into(), body.into()])?;
    tx.execute(&store::INSERT_PENDING, &[id.into()])?;
    Ok(id)
}

/// The bytes that a record's leaf hashes: its fields in order, each preceded by its length, so that no two records
/// have the same bytes.
fn leaf_bytes(fields: &[&str]) -> Vec<u8> {
    let mut out = Vec::with_capacity(fields.iter().map(|f| f.len() + 8).sum());
    for field in fields {
        out.extend_from_slice(&(field.len() as u64).to_be_bytes());
        out.extend_from_slice(field.as_bytes());
    }
    out
}

/// Leaf of a row `id, at, actor, verb, kind, subject, reason, request, digest` that starts at column `from`.
fn row_leaf(row: &Row, from: usize) -> Result<merkle::Hash> {
    let at = row.int(from + 1)?.to_string();
    let text = |i: usize| row.text(from + i);
    let (id, actor, verb, kind, subject, reason, request, digest) =
        (text(0)?, text(2)?, text(3)?, text(4)?, text(5)?, text(6)?, text(7)?, text(8)?);
    Ok(merkle::leaf(&leaf_bytes(&[&id, &at, &actor, &verb, &kind, &subject, &reason, &request, &digest])))
}

/// Hash of a seal over its number, its predecessor, its root, its size and its time.
fn seal_hash(number: i64, previous: &str, root: &str, members: i64, at: i64) -> String {
    merkle::hex_digest(&leaf_bytes(&[&number.to_string(), previous, root, &members.to_string(), &at.to_string()]))
}

/// Seals what is pending; returns how many records. Runs in its own savepoint (SQLite) or transaction under a lease
/// (PostgreSQL, READ COMMITTED).
///
/// # Errors
/// The engine's; a second sealer at the same moment is refused by the unique number and tries again later.
pub fn seal_pending(tx: &mut dyn Tx, now: Time) -> Result<usize> {
    let rows = tx.query(&store::PENDING, &[SEAL_LIMIT.into()])?;
    if rows.is_empty() {
        return Ok(0);
    }
    let (last, previous) = match tx.opt(&store::LAST_SEAL, &[])? {
        Some(row) => (row.int(0)?, row.text(1)?),
        None => (0, GENESIS.to_owned()),
    };
    let leaves = rows.iter().map(|row| row_leaf(row, 0)).collect::<Result<Vec<_>>>()?;
    let root = hex::encode(merkle::root(&leaves));
    let number = last.checked_add(1).ok_or_else(|| Error::internal("the seals have used up their numbers"))?;
    let members = i64::try_from(rows.len()).map_err(Error::internal)?;
    let hash = seal_hash(number, &previous, &root, members, now.micros());
    tx.execute(&store::INSERT_SEAL, &[number.into(), previous.into(), root.into(), hash.into(), members.into(), now.into()])?;
    let mut places: Vec<Vec<Value>> = Vec::with_capacity(rows.len());
    for (position, row) in rows.iter().enumerate() {
        places.push(vec![row.text(0)?.into(), number.into(), Value::try_from(position)?]);
    }
    tx.upsert(&store::INSERT_MEMBER, 1, places)?;
    for row in &rows {
        tx.execute(&store::DELETE_PENDING, &[row.text(0)?.into()])?;
    }
    Ok(rows.len())
}

/// The newest seal.
///
/// # Errors
/// The engine's.
pub fn checkpoint(tx: &mut dyn Tx) -> Result<Checkpoint> {
    Ok(match tx.opt(&store::LAST_SEAL, &[])? {
        Some(row) => Checkpoint { number: row.int(0)?, hash: row.text(1)? },
        None => Checkpoint { number: 0, hash: GENESIS.to_owned() },
    })
}

/// When the oldest record was made that still waits for the sealer.
///
/// # Errors
/// The engine's.
pub fn oldest_pending(tx: &mut dyn Tx) -> Result<Option<Time>> {
    Ok(pending_times(tx)?.map(|(oldest, _)| oldest))
}

/// Times of the oldest and the newest record that wait for the sealer.
pub(crate) fn pending_times(tx: &mut dyn Tx) -> Result<Option<(Time, Time)>> {
    let row = tx.one(&store::PENDING_TIMES, &[])?;
    Ok(row.opt_time(0)?.zip(row.opt_time(1)?))
}

/// True if the trail still holds what a checkpoint says that was kept elsewhere; false if its tail was cut, or rewritten.
///
/// # Errors
/// The engine's.
pub fn holds(tx: &mut dyn Tx, kept: &Checkpoint) -> Result<bool> {
    if kept.number == 0 {
        return Ok(kept.hash == GENESIS);
    }
    Ok(tx.opt(&store::SEAL, &[kept.number.into()])?.is_some_and(|row| row.text(0).is_ok_and(|hash| hash == kept.hash)))
}

/// Verb of the record that says that a payload was removed.
pub const REDACTED: &str = "redacted";

/// Removes what was recorded with `id`, because it holds personal text; the record, its digest and its seal stay. That it
/// was removed, by whom and why, is a record of its own.
///
/// # Errors
/// [`Error::NotFound`] if there is no such record, or it was redacted already.
pub fn redact(cx: &Ctx, tx: &mut dyn Tx, id: Id, reason: &str) -> Result<Id> {
    if tx.execute(&store::DELETE_PAYLOAD, &[id.into()])? == 0 {
        return Err(Error::not_found("record with a payload", id));
    }
    record(cx, tx, REDACTED, &Ref::new("record", id), &serde_json::json!({}), reason)
}

/// Newest records first, `limit` at most, older than `before`; of one subject, or of all.
///
/// # Errors
/// The engine's.
pub fn records(tx: &mut dyn Tx, subject: Option<&Ref>, before: Option<Id>, limit: i64) -> Result<Vec<Record>> {
    let before = before.unwrap_or(Id::from_u128(u128::MAX));
    let rows = match subject {
        Some(s) => tx.query(&store::OF_SUBJECT, &[(&s.kind).into(), (&s.id).into(), before.into(), limit.into()])?,
        None => tx.query(&store::NEWEST, &[before.into(), limit.into()])?,
    };
    rows.iter()
        .map(|row| {
            Ok(Record {
                id: row.id(0)?,
                at: row.time(1)?,
                actor: row.text(2)?,
                verb: row.text(3)?,
                subject: Ref { kind: row.text(4)?, id: row.text(5)? },
                reason: row.text(6)?,
                digest: row.text(7)?,
                seal: row.opt_int(8)?,
                payload: row.opt_text(9)?.and_then(|b| serde_json::from_str(&b).ok()),
            })
        })
        .collect()
}
