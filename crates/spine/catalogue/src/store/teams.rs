//! Teams, and moves to another group that wait for the end of a sprint.

use kernel::db::{Row, Tx, Value};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::rules::names::{self, Kind};
use crate::rules::team::Team;

kernel::sql! {
    ALL = "SELECT t.id, t.slug, t.name, o.owner, t.made_at, t.lead_name, t.version, t.archived_at FROM team t \
        JOIN ownership o ON o.kind = 'team-group' AND o.thing = t.id AND o.until_time IS NULL ORDER BY t.folded COLLATE \"C\"";
    OF_GROUP = "SELECT t.id, t.slug, t.name, o.owner, t.made_at, t.lead_name, t.version, t.archived_at FROM team t \
        JOIN ownership o ON o.kind = 'team-group' AND o.thing = t.id AND o.until_time IS NULL \
        WHERE o.owner = $1::TEXT AND t.archived_at IS NULL ORDER BY t.folded COLLATE \"C\"";
    PAGE = "SELECT t.id, t.slug, t.name, o.owner, t.made_at, t.lead_name, t.version, t.archived_at FROM team t \
        JOIN ownership o ON o.kind = 'team-group' AND o.thing = t.id AND o.until_time IS NULL \
        WHERE t.archived_at IS NULL AND t.folded > $1::TEXT COLLATE \"C\" ORDER BY t.folded COLLATE \"C\" LIMIT $2::BIGINT";
    BY_ID = "SELECT t.id, t.slug, t.name, o.owner, t.made_at, t.lead_name, t.version, t.archived_at FROM team t \
        JOIN ownership o ON o.kind = 'team-group' AND o.thing = t.id AND o.until_time IS NULL WHERE t.id = $1::TEXT";
    BY_SLUG = "SELECT t.id, t.slug, t.name, o.owner, t.made_at, t.lead_name, t.version, t.archived_at FROM team t \
        JOIN ownership o ON o.kind = 'team-group' AND o.thing = t.id AND o.until_time IS NULL WHERE t.slug = $1::TEXT";
    BY_FOLDED = "SELECT name, slug FROM team WHERE folded = $1::TEXT";
    SLUGS = "SELECT slug FROM team ORDER BY slug COLLATE \"C\"";
    INSERT = "INSERT INTO team (id, slug, name, folded, lead_name, made_at, archived_at, archived_by, version) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::BIGINT, NULL, NULL, 1) ON CONFLICT DO NOTHING";
    UPDATE = "UPDATE team SET name = $3::TEXT, folded = $4::TEXT, lead_name = $5::TEXT, archived_at = $6::BIGINT, \
        archived_by = $7::TEXT, version = version + 1 WHERE id = $1::TEXT AND version = $2::BIGINT";
    MOVE_OF = "SELECT team, group_id, due, made_by FROM team_move WHERE team = $1::TEXT";
    DUE = "SELECT team, group_id, due, made_by FROM team_move WHERE due <= $1::BIGINT ORDER BY team COLLATE \"C\"";
    PUT_MOVE = "INSERT INTO team_move (team, group_id, due, made_by, made_at) \
        VALUES ($1::TEXT, $2::TEXT, $3::BIGINT, $4::TEXT, $5::BIGINT) ON CONFLICT (team) DO UPDATE SET \
        group_id = excluded.group_id, due = excluded.due, made_by = excluded.made_by, made_at = excluded.made_at";
    REMOVE_MOVE = "DELETE FROM team_move WHERE team = $1::TEXT";
}

fn read(row: &Row) -> Result<Team> {
    Ok(Team {
        id: row.id(0)?,
        slug: row.text(1)?,
        name: row.text(2)?,
        group: row.id(3)?,
        since: row.time(4)?,
        lead_name: row.text(5)?,
        version: row.int(6)?,
        archived_at: row.opt_time(7)?,
    })
}

/// Teams that are not archived, of a group or of all, in alphabetical order.
///
/// # Errors
/// The engine's.
pub fn teams(tx: &mut dyn Tx, group: Option<Id>) -> Result<Vec<Team>> {
    match group {
        Some(id) => tx.query(&OF_GROUP, &[id.into()])?.iter().map(read).collect(),
        None => Ok(all_teams(tx)?.into_iter().filter(|t| t.archived_at.is_none()).collect()),
    }
}

/// All teams, also archived ones, in alphabetical order.
///
/// # Errors
/// The engine's.
pub fn all_teams(tx: &mut dyn Tx) -> Result<Vec<Team>> {
    tx.query(&ALL, &[])?.iter().map(read).collect()
}

/// Teams whose folded names follow `after`, at most `limit`.
///
/// # Errors
/// The engine's.
pub fn teams_page(tx: &mut dyn Tx, after: &str, limit: i64) -> Result<Vec<Team>> {
    tx.query(&PAGE, &[after.into(), limit.into()])?.iter().map(read).collect()
}

/// The team with this id.
///
/// # Errors
/// [`Error::NotFound`].
pub fn team(tx: &mut dyn Tx, id: Id) -> Result<Team> {
    let row = tx.opt(&BY_ID, &[id.into()])?.ok_or_else(|| Error::NotFound("There is no such team.".into()))?;
    read(&row)
}

/// The team with this slug.
///
/// # Errors
/// [`Error::NotFound`] that names the nearest.
pub fn team_by_slug(tx: &mut dyn Tx, slug: &str) -> Result<Team> {
    match tx.opt(&BY_SLUG, &[slug.into()])? {
        Some(row) => read(&row),
        None => {
            let known = tx.query(&SLUGS, &[])?.iter().map(|r| r.text(0)).collect::<Result<Vec<_>>>()?;
            Err(names::unknown(Kind::Team, slug, known.iter().map(String::as_str)))
        }
    }
}

/// Name and slug of the team whose name folds to this.
pub(super) fn named(tx: &mut dyn Tx, folded: &str) -> Result<Option<(String, String)>> {
    tx.opt(&BY_FOLDED, &[folded.into()])?.map(|r| Ok((r.text(0)?, r.text(1)?))).transpose()
}

/// Inserts; false if slug or name is taken.
pub(crate) fn insert_team(tx: &mut dyn Tx, t: &Team) -> Result<bool> {
    let params = [t.id.into(), (&t.slug).into(), (&t.name).into(), names::fold(&t.name).into(), (&t.lead_name).into(), t.since.into()];
    Ok(tx.execute(&INSERT, &params)? == 1)
}

/// Stores a change of version `t.version`; false if that is no longer the version.
pub(crate) fn update_team(tx: &mut dyn Tx, t: &Team, by: &str) -> Result<bool> {
    let params: [Value; 7] = [
        t.id.into(),
        t.version.into(),
        (&t.name).into(),
        names::fold(&t.name).into(),
        (&t.lead_name).into(),
        t.archived_at.into(),
        t.archived_at.map(|_| by).into(),
    ];
    Ok(tx.execute(&UPDATE, &params)? == 1)
}

/// A move to another group that waits for the end of the running sprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The team.
    pub team: Id,
    /// The group it goes to.
    pub group: Id,
    /// When: the end of the sprint that ran when somebody decided it.
    pub due: Time,
    /// Who decided it, as the trail names them.
    pub made_by: String,
}

fn read_move(row: &Row) -> Result<Move> {
    Ok(Move { team: row.id(0)?, group: row.id(1)?, due: row.time(2)?, made_by: row.text(3)? })
}

/// The move that waits for a team, if any.
///
/// # Errors
/// The engine's.
pub fn move_of(tx: &mut dyn Tx, team: Id) -> Result<Option<Move>> {
    tx.opt(&MOVE_OF, &[team.into()])?.as_ref().map(read_move).transpose()
}

pub(crate) fn due_moves(tx: &mut dyn Tx, now: Time) -> Result<Vec<Move>> {
    tx.query(&DUE, &[now.into()])?.iter().map(read_move).collect()
}

pub(crate) fn put_move(tx: &mut dyn Tx, m: &Move, now: Time) -> Result<()> {
    tx.execute(&PUT_MOVE, &[m.team.into(), m.group.into(), m.due.into(), (&m.made_by).into(), now.into()]).map(|_| ())
}

pub(crate) fn remove_move(tx: &mut dyn Tx, team: Id) -> Result<()> {
    tx.execute(&REMOVE_MOVE, &[team.into()]).map(|_| ())
}
