//! Rows of sessions.

use kernel::db::{Row, Tx};
use kernel::error::Result;
use kernel::ids::Id;
use kernel::time::Time;

use super::person::of_row;
use crate::person::Person;
use crate::session::Session;

kernel::sql! {
    /// An open session by the digest of its secret, with its person.
    pub(crate) BY_DIGEST = "SELECT s.id, s.person, s.made_at, s.seen_at, p.id, p.name, p.mail, p.zone, p.invited_at, \
        p.accepted_at, p.deactivated_at, p.version \
        FROM session s JOIN person p ON p.id = s.person WHERE s.digest = $1::TEXT AND s.ended_at IS NULL";
    /// Open sessions of a person, newest first.
    pub(crate) OF_PERSON = "SELECT id, person, made_at, seen_at FROM session \
        WHERE person = $1::TEXT AND ended_at IS NULL ORDER BY made_at DESC, id COLLATE \"C\" DESC";
    /// A new one.
    pub(crate) INSERT = "INSERT INTO session (id, digest, person, made_at, seen_at) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::BIGINT, $4::BIGINT)";
    /// Seen again.
    pub(crate) SEEN = "UPDATE session SET seen_at = $2::BIGINT WHERE id = $1::TEXT";
    /// Ends the one with that digest.
    pub(crate) END = "UPDATE session SET ended_at = $2::BIGINT, ended_by = $3::TEXT WHERE digest = $1::TEXT AND ended_at IS NULL";
    /// Ends one of a person by its id.
    pub(crate) END_ONE = "UPDATE session SET ended_at = $3::BIGINT, ended_by = $4::TEXT \
        WHERE id = $1::TEXT AND person = $2::TEXT AND ended_at IS NULL";
    /// Ends all of a person.
    pub(crate) END_ALL = "UPDATE session SET ended_at = $2::BIGINT, ended_by = $3::TEXT WHERE person = $1::TEXT AND ended_at IS NULL";
    /// Forgets those that nobody can use any more.
    pub(crate) FORGET = "DELETE FROM session WHERE made_at < $1::BIGINT";
}

fn of(row: &Row) -> Result<Session> {
    Ok(Session { id: row.id(0)?, person: row.id(1)?, made_at: row.time(2)?, seen_at: row.time(3)? })
}

/// The open session with that digest, and whose it is.
pub(crate) fn by_digest(tx: &mut dyn Tx, digest: &str) -> Result<Option<(Session, Person)>> {
    tx.opt(&BY_DIGEST, &[digest.into()])?.map(|r| Ok((of(&r)?, of_row(&r, 4)?))).transpose()
}

/// Sessions of a person that were not ended, newest first; they may have run out.
pub(crate) fn of_person(tx: &mut dyn Tx, person: Id) -> Result<Vec<Session>> {
    tx.query(&OF_PERSON, &[person.into()])?.iter().map(of).collect()
}

/// A new session.
pub(crate) fn insert(tx: &mut dyn Tx, id: Id, digest: &str, person: Id, at: Time) -> Result<()> {
    tx.execute(&INSERT, &[id.into(), digest.into(), person.into(), at.into()]).map(|_| ())
}

/// Remembers that it was used.
pub(crate) fn seen(tx: &mut dyn Tx, id: Id, at: Time) -> Result<()> {
    tx.execute(&SEEN, &[id.into(), at.into()]).map(|_| ())
}

/// Ends the session with that digest; false if there is none.
pub(crate) fn end(tx: &mut dyn Tx, digest: &str, at: Time, by: &str) -> Result<bool> {
    Ok(tx.execute(&END, &[digest.into(), at.into(), by.into()])? == 1)
}

/// Ends a session of a person; false if there is none.
pub(crate) fn end_one(tx: &mut dyn Tx, id: Id, person: Id, at: Time, by: &str) -> Result<bool> {
    Ok(tx.execute(&END_ONE, &[id.into(), person.into(), at.into(), by.into()])? == 1)
}

/// Ends all sessions of a person; how many.
pub(crate) fn end_all(tx: &mut dyn Tx, person: Id, at: Time, by: &str) -> Result<u64> {
    tx.execute(&END_ALL, &[person.into(), at.into(), by.into()])
}

/// Forgets sessions made before `before`.
pub(crate) fn forget(tx: &mut dyn Tx, before: Time) -> Result<u64> {
    tx.execute(&FORGET, &[before.into()])
}
