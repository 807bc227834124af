//! Rows of teams, and of the groups that they reviewed with.

use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use super::{bad_slug, missing};
use crate::rules::{Team, folded};

kernel::sql! {
    TEAMS = "SELECT id, slug, name, group_id, made_at, archived_at, version FROM team \
        WHERE archived_at IS NULL AND (CAST($1::TEXT AS TEXT) IS NULL OR group_id = $1::TEXT) ORDER BY folded COLLATE \"C\", id COLLATE \"C\"";
    TEAM_PAGE = "SELECT id, slug, name, group_id, made_at, archived_at, version FROM team \
        WHERE archived_at IS NULL AND folded COLLATE \"C\" > $1::TEXT ORDER BY folded COLLATE \"C\" LIMIT $2::BIGINT";
    TEAM = "SELECT id, slug, name, group_id, made_at, archived_at, version FROM team WHERE id = $1::TEXT";
    TEAM_BY_SLUG = "SELECT id, slug, name, group_id, made_at, archived_at, version FROM team WHERE slug = $1::TEXT";
    INSERT_TEAM = "INSERT INTO team (id, slug, folded, name, group_id, version, made_at, archived_at, archived_by) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, 1, $6::BIGINT, NULL, NULL) ON CONFLICT DO NOTHING";
    UPDATE_TEAM = "UPDATE team SET folded = $2::TEXT, name = $3::TEXT, group_id = $4::TEXT, version = version + 1 \
        WHERE id = $1::TEXT AND version = $5::BIGINT";
    pub(super) ARCHIVE_TEAM = "UPDATE team SET archived_at = $2::BIGINT, archived_by = $3::TEXT, version = version + 1 WHERE id = $1::TEXT AND archived_at IS NULL";
    pub(super) RESTORE_TEAM = "UPDATE team SET archived_at = NULL, archived_by = NULL, version = version + 1 \
        WHERE id = $1::TEXT AND archived_at IS NOT NULL";
    INSERT_MEMBERSHIP = "INSERT INTO team_membership (id, team, group_id, since, until) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::BIGINT, NULL)";
    END_MEMBERSHIP = "UPDATE team_membership SET until = $2::BIGINT WHERE team = $1::TEXT AND until IS NULL";
}

fn team_of(r: &Row) -> Result<Team> {
    Ok(Team {
        id: r.id(0)?,
        slug: r.text(1)?,
        name: r.text(2)?,
        group: r.id(3)?,
        since: r.time(4)?,
        archived_at: r.opt_time(5)?,
        version: r.int(6)?,
    })
}

/// Teams in use, of one group or of all.
///
/// # Errors
/// The engine's.
pub fn teams(tx: &mut dyn Tx, group: Option<Id>) -> Result<Vec<Team>> {
    tx.query(&TEAMS, &[group.into()])?.iter().map(team_of).collect()
}

/// A page of teams in use, after a folded name.
///
/// # Errors
/// The engine's.
pub fn team_page(tx: &mut dyn Tx, after: &str, limit: i64) -> Result<Vec<Team>> {
    tx.query(&TEAM_PAGE, &[after.into(), limit.into()])?.iter().map(team_of).collect()
}

/// A team by its id.
///
/// # Errors
/// [`Error::NotFound`].
pub fn team(tx: &mut dyn Tx, id: Id) -> Result<Team> {
    tx.opt(&TEAM, &[id.into()])?.as_ref().map_or_else(|| Err(Error::not_found("team", id)), team_of)
}

/// A team by its slug.
///
/// # Errors
/// [`Error::NotFound`].
pub fn team_by_slug(tx: &mut dyn Tx, slug: &str) -> Result<Team> {
    if bad_slug(slug) {
        return Err(missing("team", slug));
    }
    tx.opt(&TEAM_BY_SLUG, &[slug.into()])?.as_ref().map_or_else(|| Err(missing("team", slug)), team_of)
}

pub(crate) fn insert_team(tx: &mut dyn Tx, t: &Team) -> Result<bool> {
    let params = [t.id.into(), (&t.slug).into(), folded(&t.name).into(), (&t.name).into(), t.group.into(), t.since.into()];
    if tx.execute(&INSERT_TEAM, &params)? == 0 {
        return Ok(false);
    }
    join_group(tx, t.id, t.group, t.since).map(|()| true)
}

pub(crate) fn update_team(tx: &mut dyn Tx, t: &Team) -> Result<bool> {
    let params = [t.id.into(), folded(&t.name).into(), (&t.name).into(), t.group.into(), t.version.into()];
    Ok(tx.execute(&UPDATE_TEAM, &params)? == 1)
}

pub(crate) fn join_group(tx: &mut dyn Tx, team: Id, group: Id, now: Time) -> Result<()> {
    tx.execute(&END_MEMBERSHIP, &[team.into(), now.into()])?;
    let id = tx.id()?;
    tx.execute(&INSERT_MEMBERSHIP, &[id.into(), team.into(), group.into(), now.into()]).map(|_| ())
}
