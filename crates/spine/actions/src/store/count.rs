//! How many actions are open and late.

use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::Id;

kernel::sql! {
    COUNTS = "SELECT a.team, CAST(COUNT(*) AS BIGINT), CAST(SUM(CASE WHEN v.due <> '' AND v.due COLLATE \"C\" < $1::TEXT THEN 1 ELSE 0 END) AS BIGINT) \
        FROM action a JOIN action_version v ON v.action = a.id AND v.version = a.version \
        WHERE v.state IN ('open', 'in-progress') GROUP BY a.team ORDER BY a.team COLLATE \"C\"";
    COUNTS_OF = "SELECT CAST(COUNT(*) AS BIGINT), CAST(SUM(CASE WHEN v.due <> '' AND v.due COLLATE \"C\" < $2::TEXT THEN 1 ELSE 0 END) AS BIGINT) \
        FROM action a JOIN action_version v ON v.action = a.id AND v.version = a.version \
        WHERE a.team = $1::TEXT AND v.state IN ('open', 'in-progress')";
    OPEN_OF = "SELECT CAST(COUNT(*) AS BIGINT) FROM action a JOIN action_version v ON v.action = a.id AND v.version = a.version \
        WHERE a.team = $1::TEXT AND v.state IN ('open', 'in-progress')";
}

/// How many actions of each team are open, and how many of these were due before a day: team, open, late. Teams without any are
/// not in it.
///
/// # Errors
/// The engine's.
pub fn counts(tx: &mut dyn Tx, day: &str) -> Result<Vec<(Id, usize, usize)>> {
    let count = |n: i64| usize::try_from(n).unwrap_or(0);
    tx.query(&COUNTS, &[day.into()])?.iter().map(|r| Ok((r.id(0)?, count(r.int(1)?), count(r.int(2)?)))).collect()
}

/// The same of one team: open, late.
///
/// # Errors
/// The engine's.
pub fn counts_of(tx: &mut dyn Tx, team: Id, day: &str) -> Result<(usize, usize)> {
    let row = tx.one(&COUNTS_OF, &[team.into(), day.into()])?;
    // Of no rows there is no sum.
    Ok((usize::try_from(row.int(0)?).unwrap_or(0), usize::try_from(row.opt_int(1)?.unwrap_or(0)).unwrap_or(0)))
}

/// How many actions of a team are open.
pub(crate) fn open_of(tx: &mut dyn Tx, team: Id) -> Result<usize> {
    Ok(usize::try_from(tx.one(&OPEN_OF, &[team.into()])?.int(0)?).unwrap_or(0))
}
