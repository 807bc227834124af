//! SQL of what a group's overview asks of all its teams at once; decides nothing.

use std::collections::{HashMap, HashSet};

use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::Id;

use crate::document::{Signature, Words};

// CROSS JOIN names the order: the teams of the group, each with a look into an index, however much others have written.
kernel::sql! {
    WINS = "SELECT w.team, w.body, w.by_name, w.at FROM team t CROSS JOIN report_words w WHERE t.group_id = $1::TEXT \
        AND w.team = t.id AND w.sprint = $2::BIGINT AND w.kind = 'win' AND w.body <> ''";
    READY_OF_GROUP = "SELECT r.team, r.by_name, r.at FROM team t CROSS JOIN report_ready r WHERE t.group_id = $1::TEXT \
        AND r.team = t.id AND r.sprint = $2::BIGINT AND r.reopened_at IS NULL ORDER BY r.id COLLATE \"C\"";
    FROZEN_OF_GROUP = "SELECT f.team FROM team t CROSS JOIN report_frozen f WHERE t.group_id = $1::TEXT \
        AND f.team = t.id AND f.sprint = $2::BIGINT";
}

/// What each team of a group calls its win of a sprint.
pub(crate) fn wins(tx: &mut dyn Tx, group: Id, sprint: i64) -> Result<HashMap<Id, Words>> {
    let rows = tx.query(&WINS, &[group.into(), sprint.into()])?;
    rows.iter().map(|r| Ok((r.id(0)?, Words { text: r.text(1)?, by: r.text(2)?, at: Some(r.time(3)?) }))).collect()
}

/// Who handed in the reports of a group's sprint, by team.
pub(crate) fn ready(tx: &mut dyn Tx, group: Id, sprint: i64) -> Result<HashMap<Id, Signature>> {
    let rows = tx.query(&READY_OF_GROUP, &[group.into(), sprint.into()])?;
    rows.iter().map(|r| Ok((r.id(0)?, Signature { name: r.text(1)?, at: r.time(2)? }))).collect()
}

/// Teams of a group whose report of a sprint was reviewed.
pub(crate) fn frozen(tx: &mut dyn Tx, group: Id, sprint: i64) -> Result<HashSet<Id>> {
    tx.query(&FROZEN_OF_GROUP, &[group.into(), sprint.into()])?.iter().map(|r| r.id(0)).collect()
}
