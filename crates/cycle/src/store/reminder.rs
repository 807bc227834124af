//! SQL of reminders, and of calendar addresses.

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::reminder::Reminder;

kernel::sql! {
    REMIND = "INSERT INTO forum_reminder (id, person, day, session, stage, body, at) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, \
        $5::BIGINT, $6::TEXT, $7::BIGINT) ON CONFLICT DO NOTHING";
    ALL = "SELECT person, day, body FROM forum_reminder ORDER BY id COLLATE \"C\" LIMIT 1000";
    FEED = "INSERT INTO forum_feed (person, digest, made_at) VALUES ($1::TEXT, $2::TEXT, $3::BIGINT) \
        ON CONFLICT (person) DO UPDATE SET digest = $2::TEXT, made_at = $3::BIGINT";
    FED = "SELECT person FROM forum_feed WHERE digest = $1::TEXT";
}

/// Notes that somebody is reminded; false if they were of this, or of anything today.
pub(crate) fn remind(tx: &mut dyn Tx, person: Id, day: &str, session: Id, r: &Reminder, now: Time) -> Result<bool> {
    let id = tx.id()?;
    let body = serde_json::to_string(r).map_err(Error::internal)?;
    Ok(tx.execute(&REMIND, &[id.into(), person.into(), day.into(), session.into(), r.stage.into(), body.into(), now.into()])? == 1)
}

/// Who was reminded on which day, the oldest thousand.
///
/// # Errors
/// The engine's.
pub fn all(tx: &mut dyn Tx) -> Result<Vec<(Id, String, Reminder)>> {
    let rows = tx.query(&ALL, &[])?;
    rows.iter().map(|r| Ok((r.id(0)?, r.text(1)?, serde_json::from_str(r.str(2)?).map_err(Error::internal)?))).collect()
}

/// Keeps the digest of a person's calendar address; the one before ends.
pub(crate) fn keep_feed(tx: &mut dyn Tx, person: Id, digest: &str, at: Time) -> Result<()> {
    tx.execute(&FEED, &[person.into(), digest.into(), at.into()]).map(|_| ())
}

/// Whose calendar address has this digest.
pub(crate) fn fed(tx: &mut dyn Tx, digest: &str) -> Result<Option<Id>> {
    tx.opt(&FED, &[digest.into()])?.map(|r| r.id(0)).transpose()
}
