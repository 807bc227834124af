//! The outbox: what has to leave the process is a row in the transaction of the act that causes it, sent at least once
//! by a leased job. Nothing is sent before its cause is committed. Within a lane (one receiver) messages leave in the order
//! in which they were made: one that waits for another try holds back those behind it, and no other lane.

use std::time::Duration;

use serde::Serialize;

use crate::db::{Row, Tx};
use crate::error::{Error, Result};
use crate::ids::Id;
use crate::time::Time;

crate::sql! {
    /// Puts a message in.
    pub(crate) PUT = "INSERT INTO outbox (id, kind, lane, body, made_at, due_at, tries) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::BIGINT, $5::BIGINT, 0)";
    /// What is due, of each lane the first.
    pub(crate) DUE = "SELECT o.id, o.lane, o.body, o.tries, o.made_at FROM outbox o WHERE o.kind = $1::TEXT AND o.sent_at IS NULL \
        AND o.given_up_at IS NULL AND o.due_at <= $2::BIGINT AND (o.lane = '' OR NOT EXISTS (SELECT 1 FROM outbox e \
        WHERE e.kind = $1::TEXT AND e.lane = o.lane AND e.sent_at IS NULL AND e.given_up_at IS NULL AND e.id COLLATE \"C\" < o.id)) \
        ORDER BY o.due_at, o.id COLLATE \"C\" LIMIT $3::BIGINT";
    /// Sent.
    pub(crate) SENT = "UPDATE outbox SET sent_at = $2::BIGINT, tries = tries + 1, last_fault = NULL WHERE id = $1::TEXT AND sent_at IS NULL";
    /// Not sent; later again.
    pub(crate) LATER = "UPDATE outbox SET due_at = $2::BIGINT, tries = tries + 1, last_fault = $3::TEXT \
        WHERE id = $1::TEXT AND sent_at IS NULL";
    /// Not sent, and not tried again by itself.
    pub(crate) GIVE_UP = "UPDATE outbox SET given_up_at = $2::BIGINT, tries = tries + 1, last_fault = $3::TEXT \
        WHERE id = $1::TEXT AND sent_at IS NULL";
    /// Tried again because somebody asks for it.
    pub(crate) AGAIN = "UPDATE outbox SET given_up_at = NULL, due_at = $2::BIGINT, tries = 0 \
        WHERE id = $1::TEXT AND given_up_at IS NOT NULL AND dropped_at IS NULL";
    /// Not tried again for good.
    pub(crate) DROP = "UPDATE outbox SET dropped_at = $2::BIGINT, note = $3::TEXT \
        WHERE id = $1::TEXT AND given_up_at IS NOT NULL AND dropped_at IS NULL";
    /// One message.
    pub(crate) ONE = "SELECT id, lane, body, made_at, due_at, tries, sent_at, given_up_at, dropped_at, last_fault, note FROM outbox \
        WHERE id = $1::TEXT AND kind = $2::TEXT";
    /// Of one lane, newest first.
    pub(crate) OF_LANE = "SELECT id, lane, body, made_at, due_at, tries, sent_at, given_up_at, dropped_at, last_fault, note FROM outbox \
        WHERE kind = $1::TEXT AND lane = $2::TEXT AND id COLLATE \"C\" < $3::TEXT ORDER BY id COLLATE \"C\" DESC LIMIT $4::BIGINT";
    /// Given up and not dropped, newest first.
    pub(crate) GIVEN_UP = "SELECT id, lane, body, made_at, due_at, tries, sent_at, given_up_at, dropped_at, last_fault, note FROM outbox \
        WHERE kind = $1::TEXT AND given_up_at IS NOT NULL AND dropped_at IS NULL AND id COLLATE \"C\" < $2::TEXT \
        ORDER BY id COLLATE \"C\" DESC LIMIT $3::BIGINT";
    /// How many wait.
    pub(crate) WAITING = "SELECT CAST(count(*) AS BIGINT) FROM outbox WHERE sent_at IS NULL AND given_up_at IS NULL";
    /// How many were given up and not dropped.
    pub(crate) DEAD = "SELECT CAST(count(*) AS BIGINT) FROM outbox WHERE kind = $1::TEXT AND given_up_at IS NOT NULL AND dropped_at IS NULL";
}

/// Between the first try and the second, give or take a fifth; doubled with each.
pub const FIRST_WAIT: Duration = Duration::from_secs(10);

/// The longest wait between two tries, give or take a fifth.
pub const LONGEST_WAIT: Duration = Duration::from_secs(6 * 3600);

/// After every id: where a list that goes backwards begins.
pub const NEWEST: &str = "g";

/// A message that is due.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its id; receivers use it to recognise a message that is sent twice.
    pub id: Id,
    /// Where it goes.
    pub lane: String,
    /// JSON.
    pub body: String,
    /// Earlier tries.
    pub tries: i64,
    /// When it was put in.
    pub made_at: Time,
}

/// A message and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: Id,
    /// Where it goes.
    pub lane: String,
    /// JSON.
    pub body: String,
    /// When it was put in.
    pub made_at: Time,
    /// When the next try is due, while it waits.
    pub due_at: Time,
    /// Tries so far; since somebody asked for another, if somebody did.
    pub tries: i64,
    /// When it was taken by the receiver.
    pub sent_at: Option<Time>,
    /// When it was given up.
    pub given_up_at: Option<Time>,
    /// When somebody dropped it.
    pub dropped_at: Option<Time>,
    /// What the last try said; none after a good one.
    pub fault: Option<String>,
    /// Why it was dropped.
    pub note: String,
}

fn entry(r: &Row) -> Result<Entry> {
    Ok(Entry {
        id: r.id(0)?,
        lane: r.text(1)?,
        body: r.text(2)?,
        made_at: r.time(3)?,
        due_at: r.time(4)?,
        tries: r.int(5)?,
        sent_at: r.opt_time(6)?,
        given_up_at: r.opt_time(7)?,
        dropped_at: r.opt_time(8)?,
        fault: r.opt_text(9)?,
        note: r.text(10)?,
    })
}

/// Puts a message into a lane of the outbox, inside the act's own unit of work.
///
/// # Errors
/// The engine's.
pub fn put(tx: &mut dyn Tx, now: Time, kind: &str, lane: &str, body: &impl Serialize) -> Result<Id> {
    let id = tx.id()?;
    let body = serde_json::to_string(body).map_err(Error::internal)?;
    tx.execute(&PUT, &[id.into(), kind.into(), lane.into(), body.into(), now.into()])?;
    Ok(id)
}

/// Up to `limit` messages of a kind that are due; of each lane only the one that was made first.
///
/// # Errors
/// The engine's.
pub fn due(tx: &mut dyn Tx, kind: &str, now: Time, limit: i64) -> Result<Vec<Message>> {
    let rows = tx.query(&DUE, &[kind.into(), now.into(), limit.into()])?;
    let message = |r: &Row| Ok(Message { id: r.id(0)?, lane: r.text(1)?, body: r.text(2)?, tries: r.int(3)?, made_at: r.time(4)? });
    rows.iter().map(message).collect()
}

/// Notes that a message was sent.
///
/// # Errors
/// The engine's.
pub fn sent(tx: &mut dyn Tx, id: Id, now: Time) -> Result<()> {
    tx.execute(&SENT, &[id.into(), now.into()]).map(|_| ())
}

/// How long until the next try: [`FIRST_WAIT`], doubled with each try, at most [`LONGEST_WAIT`], give or take a fifth, so
/// that what failed together does not come back together. The same message and try wait equally long.
pub fn wait(message: &Message) -> Duration {
    let doublings = u32::try_from(message.tries.clamp(0, 16)).unwrap_or(16);
    let middle = (FIRST_WAIT * 2u32.pow(doublings)).min(LONGEST_WAIT);
    // The id has 46 random bits above the 16 that count; a multiplication spreads them over the tries.
    let random = u64::try_from(message.id.as_u128() & u128::from(u64::MAX)).unwrap_or(0) >> 16;
    let spread = random.wrapping_add(message.tries.unsigned_abs()).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
    let thousandths = u32::try_from(800 + spread % 401).unwrap_or(1000);
    middle * thousandths / 1000
}

/// Notes a failure; the next try is due after [`wait`], or after `at_least` if the receiver asked for more.
///
/// # Errors
/// The engine's.
pub fn failed(tx: &mut dyn Tx, message: &Message, now: Time, at_least: Option<Duration>, why: &str) -> Result<()> {
    let due = now.plus(wait(message).max(at_least.unwrap_or_default()));
    tx.execute(&LATER, &[message.id.into(), due.into(), why.into()]).map(|_| ())
}

/// Notes a failure after which no try makes sense: the message stays, for somebody to look at.
///
/// # Errors
/// The engine's.
pub fn give_up(tx: &mut dyn Tx, id: Id, now: Time, why: &str) -> Result<()> {
    tx.execute(&GIVE_UP, &[id.into(), now.into(), why.into()]).map(|_| ())
}

/// A message that was given up is due again, with tries counted anew; false if it is not given up.
///
/// # Errors
/// The engine's.
pub fn again(tx: &mut dyn Tx, id: Id, now: Time) -> Result<bool> {
    Ok(tx.execute(&AGAIN, &[id.into(), now.into()])? == 1)
}

/// A message that was given up is dropped for good; false if it is not given up.
///
/// # Errors
/// The engine's.
pub fn drop(tx: &mut dyn Tx, id: Id, now: Time, why: &str) -> Result<bool> {
    Ok(tx.execute(&DROP, &[id.into(), now.into(), why.into()])? == 1)
}

/// One message of a kind; none if there is none.
///
/// # Errors
/// The engine's.
pub fn one(tx: &mut dyn Tx, kind: &str, id: Id) -> Result<Option<Entry>> {
    tx.opt(&ONE, &[id.into(), kind.into()])?.as_ref().map(entry).transpose()
}

/// Messages of one lane below an id, newest first; [`NEWEST`] begins.
///
/// # Errors
/// The engine's.
pub fn of_lane(tx: &mut dyn Tx, kind: &str, lane: &str, below: &str, limit: i64) -> Result<Vec<Entry>> {
    tx.query(&OF_LANE, &[kind.into(), lane.into(), below.into(), limit.into()])?.iter().map(entry).collect()
}

/// Messages that were given up and not dropped, below an id, newest first; [`NEWEST`] begins.
///
/// # Errors
/// The engine's.
pub fn given_up(tx: &mut dyn Tx, kind: &str, below: &str, limit: i64) -> Result<Vec<Entry>> {
    tx.query(&GIVEN_UP, &[kind.into(), below.into(), limit.into()])?.iter().map(entry).collect()
}

/// How many messages of a kind were given up and not dropped.
///
/// # Errors
/// The engine's.
pub fn dead(tx: &mut dyn Tx, kind: &str) -> Result<i64> {
    tx.one(&DEAD, &[kind.into()])?.int(0)
}

/// How many messages wait; the test fixture wants none at a test's end.
///
/// # Errors
/// The engine's.
pub fn waiting(tx: &mut dyn Tx) -> Result<i64> {
    tx.one(&WAITING, &[])?.int(0)
}
