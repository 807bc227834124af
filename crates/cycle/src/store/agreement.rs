//! SQL of working agreements.

use kernel::db::{Row, Tx};
use kernel::error::Result;
use kernel::ids::Id;
use kernel::time::Time;

use crate::agreement::WorkingAgreement;

kernel::sql! {
    ALL = "SELECT version, body, why, by_name, at FROM forum_agreement WHERE forum = $1::TEXT ORDER BY version DESC LIMIT $2::BIGINT";
    INSERT = "INSERT INTO forum_agreement (forum, version, body, why, by_name, at) VALUES ($1::TEXT, $2::BIGINT, $3::TEXT, $4::TEXT, \
        $5::TEXT, $6::BIGINT) ON CONFLICT (forum, version) DO NOTHING";
    SIGN = "INSERT INTO forum_signature (forum, version, team, by_key, by_name, at) VALUES ($1::TEXT, $2::BIGINT, $3::TEXT, $4::TEXT, \
        $5::TEXT, $6::BIGINT) ON CONFLICT (forum, version, team) DO NOTHING";
    SIGNED = "SELECT team, by_name, at FROM forum_signature WHERE forum = $1::TEXT AND version = $2::BIGINT ORDER BY team COLLATE \"C\"";
}

fn of(row: &Row) -> Result<WorkingAgreement> {
    Ok(WorkingAgreement {
        version: row.int(0)?,
        text: row.text(1)?,
        why: row.text(2)?,
        by: row.text(3)?,
        at: Some(row.time(4)?),
        signatures: Vec::new(),
    })
}

/// Versions of a forum's agreement, newest first, without signatures.
///
/// # Errors
/// The engine's.
pub fn versions(tx: &mut dyn Tx, forum: &str, limit: i64) -> Result<Vec<WorkingAgreement>> {
    tx.query(&ALL, &[forum.into(), limit.into()])?.iter().map(of).collect()
}

/// Keeps a new version; false if somebody else was faster.
pub(crate) fn insert(
    tx: &mut dyn Tx,
    forum: &str,
    version: i64,
    (text, why): (&str, &str),
    (by, at): (&str, Time),
) -> Result<bool> {
    Ok(tx.execute(&INSERT, &[forum.into(), version.into(), text.into(), why.into(), by.into(), at.into()])? == 1)
}

/// Signs a version for a team; false if somebody has.
pub(crate) fn sign(tx: &mut dyn Tx, forum: &str, version: i64, team: Id, (key, name): (&str, &str), at: Time) -> Result<bool> {
    Ok(tx.execute(&SIGN, &[forum.into(), version.into(), team.into(), key.into(), name.into(), at.into()])? == 1)
}

/// Who signed a version, by team.
///
/// # Errors
/// The engine's.
pub fn signed(tx: &mut dyn Tx, forum: &str, version: i64) -> Result<Vec<(Id, String, Time)>> {
    tx.query(&SIGNED, &[forum.into(), version.into()])?.iter().map(|r| Ok((r.id(0)?, r.text(1)?, r.time(2)?))).collect()
}
