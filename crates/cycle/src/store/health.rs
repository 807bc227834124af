//! SQL of the health of the process.

use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::Id;
use kernel::time::Time;

kernel::sql! {
    /// Sessions of a forum that were closed, latest first.
    CLOSED = "SELECT id FROM forum_session WHERE forum = $1::TEXT AND closed_at IS NOT NULL ORDER BY starts DESC, id COLLATE \"C\" DESC \
        LIMIT $2::BIGINT";
    /// Actions of a group's teams that were due in a stretch of days, as they stand: last day, state, when that was said.
    DUE = "SELECT v.due, v.state, v.at FROM team t JOIN action a ON a.team = t.id JOIN action_version v ON v.action = a.id \
        AND v.version = a.version WHERE t.group_id = $1::TEXT AND v.due COLLATE \"C\" > $2::TEXT AND v.due COLLATE \"C\" <= $3::TEXT ORDER BY a.id COLLATE \"C\"";
}

/// Ids of sessions of a forum that were closed, latest first.
pub(crate) fn closed(tx: &mut dyn Tx, forum: &str, limit: i64) -> Result<Vec<Id>> {
    tx.query(&CLOSED, &[forum.into(), limit.into()])?.iter().map(|r| r.id(0)).collect()
}

/// Actions of a group that were due after a day and not after another: last day, state, when that was said.
pub(crate) fn due(tx: &mut dyn Tx, group: Id, after: &str, until: &str) -> Result<Vec<(String, String, Time)>> {
    let rows = tx.query(&DUE, &[group.into(), after.into(), until.into()])?;
    rows.iter().map(|r| Ok((r.text(0)?, r.text(1)?, r.time(2)?))).collect()
}
