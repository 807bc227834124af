//! What a workload or service takes over from its duplicate: its place on the axes.

use catalogue::SubjectKind;
use catalogue::acts::merge::Follower;
use catalogue::rules::{Merging, Taken};
use kernel::db::Tx;
use kernel::error::Result;
use kernel::web::Ctx;

use crate::store;

/// For the list of rooms that follow a merge. A mark stays on what it was put on and shows on the axis of the other too; what a team
/// did stays the team's.
pub const FOLLOWER: Follower = Follower { against, take };

fn against(_: &Ctx, _: &mut dyn Tx, _: &Merging) -> Result<Vec<String>> {
    Ok(Vec::new())
}

fn take(_: &Ctx, tx: &mut dyn Tx, m: &Merging) -> Result<Vec<Taken>> {
    if m.from.kind == SubjectKind::Team {
        return Ok(Vec::new());
    }
    let count = store::follow(tx, m.from.id, m.into.id)?;
    Ok(vec![Taken { what: "marks".into(), count }])
}
