//! SQL of capacity for improvement.

use kernel::db::{Row, Tx};
use kernel::error::Result;
use kernel::ids::Id;

use crate::capacity::{Capacity, NewCapacity};
use kernel::time::Time;

kernel::sql! {
    /// Of a team, the newest statement of each sprint, latest sprint first.
    OF_TEAM = "SELECT t.slug, t.name, c.sprint, c.version, c.asked, c.agreed, c.used, c.note, c.by_name, c.at FROM team_capacity c \
        JOIN team t ON t.id = c.team WHERE c.team = $1::TEXT AND c.sprint < $2::BIGINT AND c.version = (SELECT MAX(o.version) \
        FROM team_capacity o WHERE o.team = c.team AND o.sprint = c.sprint) ORDER BY c.sprint DESC LIMIT $3::BIGINT";
    ONE = "SELECT t.slug, t.name, c.sprint, c.version, c.asked, c.agreed, c.used, c.note, c.by_name, c.at FROM team_capacity c \
        JOIN team t ON t.id = c.team WHERE c.team = $1::TEXT AND c.sprint = $2::BIGINT ORDER BY c.version DESC LIMIT 1";
    INSERT = "INSERT INTO team_capacity (team, sprint, version, asked, agreed, used, note, by_name, at) VALUES ($1::TEXT, $2::BIGINT, \
        $3::BIGINT, $4::BIGINT, $5::BIGINT, $6::BIGINT, $7::TEXT, $8::TEXT, $9::BIGINT) ON CONFLICT (team, sprint, version) DO NOTHING";
}

fn capacity(row: &Row) -> Result<Capacity> {
    Ok(Capacity {
        team: row.text(0)?,
        name: row.text(1)?,
        sprint: row.int(2)?,
        version: row.int(3)?,
        asked: row.opt_int(4)?,
        agreed: row.opt_int(5)?,
        used: row.opt_int(6)?,
        note: row.text(7)?,
        by: row.text(8)?,
        at: Some(row.time(9)?),
    })
}

/// What a team stated, latest sprint first, before a sprint.
///
/// # Errors
/// The engine's.
pub fn of_team(tx: &mut dyn Tx, team: Id, before: i64, limit: i64) -> Result<Vec<Capacity>> {
    tx.query(&OF_TEAM, &[team.into(), before.into(), limit.into()])?.iter().map(capacity).collect()
}

/// What a team stated for a sprint, if it has.
///
/// # Errors
/// The engine's.
pub fn one(tx: &mut dyn Tx, team: Id, sprint: i64) -> Result<Option<Capacity>> {
    tx.opt(&ONE, &[team.into(), sprint.into()])?.as_ref().map(capacity).transpose()
}

/// Keeps a statement; false if somebody else was faster.
pub(crate) fn insert(
    tx: &mut dyn Tx,
    team: Id,
    sprint: i64,
    new: &NewCapacity,
    note: &str,
    (by, at): (&str, Time),
) -> Result<bool> {
    let params = [
        team.into(),
        sprint.into(),
        (new.version + 1).into(),
        new.asked.into(),
        new.agreed.into(),
        new.used.into(),
        note.into(),
        by.into(),
        at.into(),
    ];
    Ok(tx.execute(&INSERT, &params)? == 1)
}
