//! SQL of templates and reports; decides nothing.

pub mod digest;
pub mod lists;
pub mod questions;

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::document::{Document, Signature, Words};
use crate::template::Template;
pub use crate::template::VersionedTemplate;

kernel::sql! {
    TEMPLATE = "SELECT v.version, v.body, v.made_by, v.made_at, v.reason FROM template t \
        JOIN template_version v ON v.group_id = t.group_id AND v.version = t.version WHERE t.group_id = $1::TEXT";
    FIRST = "INSERT INTO template (group_id, version) VALUES ($1::TEXT, 1) ON CONFLICT (group_id) DO NOTHING";
    RAISE = "UPDATE template SET version = version + 1 WHERE group_id = $1::TEXT AND version = $2::BIGINT";
    INSERT_VERSION = "INSERT INTO template_version (group_id, version, body, reason, made_by, made_at) \
        VALUES ($1::TEXT, $2::BIGINT, $3::TEXT, $4::TEXT, $5::TEXT, $6::BIGINT)";
    INSERT_READY = "INSERT INTO report_ready (id, team, sprint, by_id, by_name, at, reopened_by, reopened_at) \
        VALUES ($1::TEXT, $2::TEXT, $3::BIGINT, $4::TEXT, $5::TEXT, $6::BIGINT, NULL, NULL)";
    READY = "SELECT id, by_name, at FROM report_ready WHERE team = $1::TEXT AND sprint = $2::BIGINT AND reopened_at IS NULL \
        ORDER BY id COLLATE \"C\" DESC LIMIT 1";
    READY_OF_SPRINT = "SELECT team, by_name, at FROM report_ready WHERE sprint = $1::BIGINT AND reopened_at IS NULL";
    REOPEN = "UPDATE report_ready SET reopened_by = $3::TEXT, reopened_at = $4::BIGINT \
        WHERE team = $1::TEXT AND sprint = $2::BIGINT AND reopened_at IS NULL";
    WORDS = "SELECT kind, body, version, by_name, at FROM report_words WHERE team = $1::TEXT AND sprint = $2::BIGINT";
    FIRST_WORDS = "INSERT INTO report_words (team, sprint, kind, body, version, by_name, at) \
        VALUES ($1::TEXT, $2::BIGINT, $3::TEXT, $4::TEXT, 1, $5::TEXT, $6::BIGINT) ON CONFLICT (team, sprint, kind) DO NOTHING";
    CHANGE_WORDS = "UPDATE report_words SET body = $4::TEXT, version = version + 1, by_name = $5::TEXT, at = $6::BIGINT \
        WHERE team = $1::TEXT AND sprint = $2::BIGINT AND kind = $3::TEXT AND version = $7::BIGINT";
    FREEZE = "INSERT INTO report_frozen (team, sprint, document, digest, reviewed_by, reviewed_at) \
        VALUES ($1::TEXT, $2::BIGINT, $3::TEXT, $4::TEXT, $5::TEXT, $6::BIGINT) ON CONFLICT (team, sprint) DO NOTHING";
    FROZEN = "SELECT document, digest FROM report_frozen WHERE team = $1::TEXT AND sprint = $2::BIGINT";
    REVIEWED_AT = "SELECT reviewed_at FROM report_frozen WHERE team = $1::TEXT AND sprint = $2::BIGINT";
    IS_FROZEN = "SELECT sprint FROM report_frozen WHERE team = $1::TEXT AND sprint = $2::BIGINT";
    FROZEN_BEFORE = "SELECT sprint FROM report_frozen WHERE team = $1::TEXT AND sprint < $2::BIGINT ORDER BY sprint DESC LIMIT $3::BIGINT";
}

/// The template in use; version 0 without sections if there is none.
///
/// # Errors
/// The engine's.
pub fn template(tx: &mut dyn Tx, group: Id) -> Result<VersionedTemplate> {
    Ok(match tx.opt(&TEMPLATE, &[group.into()])? {
        None => VersionedTemplate {
            version: 0,
            template: Template::default(),
            made_by: String::new(),
            made_at: Time(0),
            reason: String::new(),
        },
        Some(row) => VersionedTemplate {
            version: row.int(0)?,
            template: serde_json::from_str(&row.text(1)?).map_err(Error::internal)?,
            made_by: row.text(2)?,
            made_at: row.time(3)?,
            reason: row.text(4)?,
        },
    })
}

/// Makes version `from + 1` the one in use; false if another version is in use.
pub(crate) fn raise_template(tx: &mut dyn Tx, group: Id, from: i64) -> Result<bool> {
    let changed = if from == 0 { tx.execute(&FIRST, &[group.into()])? } else { tx.execute(&RAISE, &[group.into(), from.into()])? };
    Ok(changed == 1)
}

pub(crate) fn insert_template(tx: &mut dyn Tx, group: Id, v: &VersionedTemplate) -> Result<()> {
    let body = serde_json::to_string(&v.template).map_err(Error::internal)?;
    let params = [group.into(), v.version.into(), body.into(), (&v.reason).into(), (&v.made_by).into(), v.made_at.into()];
    tx.execute(&INSERT_VERSION, &params).map(|_| ())
}

/// Who marked it ready, if it is.
///
/// # Errors
/// The engine's.
pub fn ready(tx: &mut dyn Tx, team: Id, sprint: i64) -> Result<Option<Signature>> {
    let row = tx.opt(&READY, &[team.into(), sprint.into()])?;
    row.map(|r| Ok(Signature { name: r.text(1)?, at: r.time(2)? })).transpose()
}

/// Teams (by id) whose report of a sprint's number is ready.
///
/// # Errors
/// The engine's.
pub fn ready_of_sprint(tx: &mut dyn Tx, sprint: i64) -> Result<Vec<(Id, Signature)>> {
    let rows = tx.query(&READY_OF_SPRINT, &[sprint.into()])?;
    rows.iter().map(|r| Ok((r.id(0)?, Signature { name: r.text(1)?, at: r.time(2)? }))).collect()
}

pub(crate) fn insert_ready(tx: &mut dyn Tx, team: Id, sprint: i64, by: (&str, &str), now: Time) -> Result<()> {
    let id = tx.id()?;
    let params = [id.into(), team.into(), sprint.into(), by.0.into(), by.1.into(), now.into()];
    tx.execute(&INSERT_READY, &params).map(|_| ())
}

pub(crate) fn reopen(tx: &mut dyn Tx, team: Id, sprint: i64, by: &str, now: Time) -> Result<bool> {
    Ok(tx.execute(&REOPEN, &[team.into(), sprint.into(), by.into(), now.into()])? > 0)
}

/// The team's words: kind, text with author, version.
///
/// # Errors
/// The engine's.
pub fn words(tx: &mut dyn Tx, team: Id, sprint: i64) -> Result<Vec<(String, Words, i64)>> {
    let rows = tx.query(&WORDS, &[team.into(), sprint.into()])?;
    rows.iter().map(|r| Ok((r.text(0)?, Words { text: r.text(1)?, by: r.text(3)?, at: Some(r.time(4)?) }, r.int(2)?))).collect()
}

/// Stores words; false if they were changed since `version` (0 = not there yet).
pub(crate) fn put_words(tx: &mut dyn Tx, place: (Id, i64, &str), body: &str, version: i64, by: &str, now: Time) -> Result<bool> {
    let (team, sprint, kind) = place;
    let mut params = vec![team.into(), sprint.into(), kind.into(), body.into(), by.into(), now.into()];
    if version == 0 {
        return Ok(tx.execute(&FIRST_WORDS, &params)? == 1);
    }
    params.push(version.into());
    Ok(tx.execute(&CHANGE_WORDS, &params)? == 1)
}

/// Freezes a document; false if the report is frozen already.
pub(crate) fn freeze(tx: &mut dyn Tx, team: Id, sprint: i64, text: &str, digest: &str, by: &Signature) -> Result<bool> {
    let params = [team.into(), sprint.into(), text.into(), digest.into(), (&by.name).into(), by.at.into()];
    Ok(tx.execute(&FREEZE, &params)? == 1)
}

/// When a report was reviewed; none if it was not.
///
/// # Errors
/// The engine's.
pub fn reviewed_at(tx: &mut dyn Tx, team: Id, sprint: i64) -> Result<Option<Time>> {
    tx.opt(&REVIEWED_AT, &[team.into(), sprint.into()])?.map(|row| row.time(0)).transpose()
}

/// The frozen document as it was stored, byte for byte, with its digest.
///
/// # Errors
/// The engine's.
pub fn frozen_text(tx: &mut dyn Tx, team: Id, sprint: i64) -> Result<Option<(String, String)>> {
    tx.opt(&FROZEN, &[team.into(), sprint.into()])?.map(|r| Ok((r.text(0)?, r.text(1)?))).transpose()
}

/// The frozen document.
///
/// # Errors
/// The engine's; a document that cannot be read is a fault of ours.
pub fn frozen(tx: &mut dyn Tx, team: Id, sprint: i64) -> Result<Option<Document>> {
    let text = frozen_text(tx, team, sprint)?;
    text.map(|(body, _)| serde_json::from_str(&body).map_err(Error::internal)).transpose()
}

/// True if the report was reviewed.
///
/// # Errors
/// The engine's.
pub fn is_frozen(tx: &mut dyn Tx, team: Id, sprint: i64) -> Result<bool> {
    Ok(tx.opt(&IS_FROZEN, &[team.into(), sprint.into()])?.is_some())
}

/// Numbers of frozen reports before a sprint, newest first.
///
/// # Errors
/// The engine's.
pub fn frozen_before(tx: &mut dyn Tx, team: Id, sprint: i64, limit: i64) -> Result<Vec<i64>> {
    tx.query(&FROZEN_BEFORE, &[team.into(), sprint.into(), limit.into()])?.iter().map(|r| r.int(0)).collect()
}
