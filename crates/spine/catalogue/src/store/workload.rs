//! Rows of workloads, and of the teams that owned them.

use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use super::{bad_slug, body_text, missing};
use crate::rules::{Workload, WorkloadBody, folded};

kernel::sql! {
    WORKLOADS = "SELECT id, slug, name, team, body, archived_at, version FROM workload \
        WHERE archived_at IS NULL AND (CAST($1::TEXT AS TEXT) IS NULL OR team = $1::TEXT) ORDER BY folded COLLATE \"C\", id COLLATE \"C\"";
    WORKLOAD = "SELECT id, slug, name, team, body, archived_at, version FROM workload WHERE id = $1::TEXT";
    WORKLOAD_BY_SLUG = "SELECT id, slug, name, team, body, archived_at, version FROM workload WHERE slug = $1::TEXT";
    INSERT_WORKLOAD = "INSERT INTO workload (id, slug, folded, name, team, body, version, made_at, archived_at, archived_by) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, 1, $7::BIGINT, NULL, NULL) ON CONFLICT DO NOTHING";
    UPDATE_WORKLOAD = "UPDATE workload SET folded = $2::TEXT, name = $3::TEXT, team = $4::TEXT, body = $5::TEXT, version = version + 1 \
        WHERE id = $1::TEXT AND version = $6::BIGINT";
    pub(super) ARCHIVE_WORKLOAD = "UPDATE workload SET archived_at = $2::BIGINT, archived_by = $3::TEXT, version = version + 1 WHERE id = $1::TEXT AND archived_at IS NULL";
    pub(super) RESTORE_WORKLOAD = "UPDATE workload SET archived_at = NULL, archived_by = NULL, version = version + 1 \
        WHERE id = $1::TEXT AND archived_at IS NOT NULL";
    INSERT_OWNERSHIP = "INSERT INTO ownership (id, workload, team, since, until) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::BIGINT, NULL)";
    END_OWNERSHIP = "UPDATE ownership SET until = $2::BIGINT WHERE workload = $1::TEXT AND until IS NULL";
}

pub(super) fn workload_of(r: &Row) -> Result<Workload> {
    Ok(Workload {
        id: r.id(0)?,
        slug: r.text(1)?,
        name: r.text(2)?,
        team: r.id(3)?,
        body: serde_json::from_str(&r.text(4)?).map_err(Error::internal)?,
        archived_at: r.opt_time(5)?,
        version: r.int(6)?,
    })
}

/// Workloads in use of a team.
///
/// # Errors
/// The engine's.
pub fn workloads_of(tx: &mut dyn Tx, team: Id) -> Result<Vec<Workload>> {
    tx.query(&WORKLOADS, &[team.into()])?.iter().map(workload_of).collect()
}

/// All workloads in use.
///
/// # Errors
/// The engine's.
pub fn workloads(tx: &mut dyn Tx) -> Result<Vec<Workload>> {
    tx.query(&WORKLOADS, &[kernel::db::Value::Null])?.iter().map(workload_of).collect()
}

/// A workload by its id.
///
/// # Errors
/// [`Error::NotFound`].
pub fn workload(tx: &mut dyn Tx, id: Id) -> Result<Workload> {
    tx.opt(&WORKLOAD, &[id.into()])?.as_ref().map_or_else(|| Err(Error::not_found("workload", id)), workload_of)
}

/// A workload by its slug.
///
/// # Errors
/// [`Error::NotFound`].
pub fn workload_by_slug(tx: &mut dyn Tx, slug: &str) -> Result<Workload> {
    if bad_slug(slug) {
        return Err(missing("workload", slug));
    }
    tx.opt(&WORKLOAD_BY_SLUG, &[slug.into()])?.as_ref().map_or_else(|| Err(missing("workload", slug)), workload_of)
}

pub(crate) fn insert_workload(tx: &mut dyn Tx, w: &Workload, now: Time) -> Result<bool> {
    let body: &WorkloadBody = &w.body;
    let params = [
        w.id.into(),
        (&w.slug).into(),
        folded(&w.name).into(),
        (&w.name).into(),
        w.team.into(),
        body_text(body)?.into(),
        now.into(),
    ];
    if tx.execute(&INSERT_WORKLOAD, &params)? == 0 {
        return Ok(false);
    }
    own(tx, w.id, w.team, now).map(|()| true)
}

pub(crate) fn update_workload(tx: &mut dyn Tx, w: &Workload) -> Result<bool> {
    let params =
        [w.id.into(), folded(&w.name).into(), (&w.name).into(), w.team.into(), body_text(&w.body)?.into(), w.version.into()];
    Ok(tx.execute(&UPDATE_WORKLOAD, &params)? == 1)
}

pub(crate) fn own(tx: &mut dyn Tx, workload: Id, team: Id, now: Time) -> Result<()> {
    tx.execute(&END_OWNERSHIP, &[workload.into(), now.into()])?;
    let id = tx.id()?;
    tx.execute(&INSERT_OWNERSHIP, &[id.into(), workload.into(), team.into(), now.into()]).map(|_| ())
}
