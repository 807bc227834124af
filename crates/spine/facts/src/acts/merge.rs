//! What a workload takes over from its duplicate: its facts.

use catalogue::SubjectKind;
use catalogue::acts::merge::Follower;
use catalogue::rules::{Merging, Taken};
use kernel::db::Tx;
use kernel::error::Result;
use kernel::web::Ctx;

use crate::store;

/// For the list of rooms that follow a merge. Where both have a fact of the same moment, the one that stays keeps its own.
pub const FOLLOWER: Follower = Follower { against, take };

fn against(_: &Ctx, _: &mut dyn Tx, _: &Merging) -> Result<Vec<String>> {
    Ok(Vec::new())
}

fn take(_: &Ctx, tx: &mut dyn Tx, m: &Merging) -> Result<Vec<Taken>> {
    if m.from.kind != SubjectKind::Workload {
        return Ok(Vec::new());
    }
    let count = store::follow(tx, m.from.id, m.into.id)?;
    Ok(vec![Taken { what: "facts".into(), count }])
}
