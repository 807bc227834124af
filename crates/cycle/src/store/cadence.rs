//! SQL of what forums settled about their sessions.

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::time::Time;

use crate::cadence::{Cadence, ForumCadence};

kernel::sql! {
    NEWEST = "SELECT version, body, by_name, at FROM forum_cadence WHERE forum = $1::TEXT ORDER BY version DESC LIMIT 1";
    INSERT = "INSERT INTO forum_cadence (forum, version, body, by_name, at) VALUES ($1::TEXT, $2::BIGINT, $3::TEXT, $4::TEXT, $5::BIGINT) \
        ON CONFLICT (forum, version) DO NOTHING";
    FORUMS = "SELECT forum FROM forum_cadence WHERE version = 1 ORDER BY forum COLLATE \"C\"";
}

/// What a forum settled; none if it has settled nothing.
///
/// # Errors
/// The engine's.
pub fn of(tx: &mut dyn Tx, forum: &str) -> Result<Option<ForumCadence>> {
    let Some(row) = tx.opt(&NEWEST, &[forum.into()])? else { return Ok(None) };
    let cadence: Cadence = serde_json::from_str(row.str(1)?).map_err(Error::internal)?;
    Ok(Some(ForumCadence { cadence, version: row.int(0)?, by: row.text(2)?, at: Some(row.time(3)?) }))
}

/// Keeps a new version; false if somebody else was faster.
pub(crate) fn insert(tx: &mut dyn Tx, forum: &str, version: i64, c: &Cadence, (by, at): (&str, Time)) -> Result<bool> {
    let body = serde_json::to_string(c).map_err(Error::internal)?;
    Ok(tx.execute(&INSERT, &[forum.into(), version.into(), body.into(), by.into(), at.into()])? == 1)
}

/// Forums that have settled something.
///
/// # Errors
/// The engine's.
pub fn forums(tx: &mut dyn Tx) -> Result<Vec<String>> {
    tx.query(&FORUMS, &[])?.iter().map(|r| r.text(0)).collect()
}
