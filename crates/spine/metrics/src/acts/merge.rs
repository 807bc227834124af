//! What a workload or service takes over from its duplicate: values with their provenance and their ledger.

use catalogue::acts::merge::Follower;
use catalogue::rules::{Merging, Taken};
use kernel::db::Tx;
use kernel::error::Result;
use kernel::web::Ctx;

use crate::store;

/// Most values that a refusal names.
const NAMED: i64 = 5;

/// For the list of rooms that follow a merge. A team keeps its values: they are of another team than the one that stays.
pub const FOLLOWER: Follower = Follower { against, take };

fn follows(m: &Merging) -> bool {
    m.from.kind != catalogue::SubjectKind::Team
}

fn against(_: &Ctx, tx: &mut dyn Tx, m: &Merging) -> Result<Vec<String>> {
    if m.keep || !follows(m) {
        return Ok(Vec::new());
    }
    let mut both = store::merge::collisions(tx, m.from.id, m.into.id, NAMED + 1)?;
    if both.is_empty() {
        return Ok(Vec::new());
    }
    let more = if both.len() > 5 { " and more" } else { "" };
    both.truncate(5);
    let named: Vec<String> = both.into_iter().map(|(metric, period)| format!("{metric} in {period}")).collect();
    Ok(vec![format!(
        "{} and {} both have values of {}{more}. Say that the one that stays keeps its own, or take one of each back first.",
        m.from.name,
        m.into.name,
        named.join(", ")
    )])
}

fn take(_: &Ctx, tx: &mut dyn Tx, m: &Merging) -> Result<Vec<Taken>> {
    if !follows(m) {
        return Ok(Vec::new());
    }
    let count = store::merge::copy(tx, m.from.id, m.into.id)?;
    tx.publish(&format!("team:{}", m.into.team.id));
    Ok(vec![Taken { what: "values".into(), count }])
}
