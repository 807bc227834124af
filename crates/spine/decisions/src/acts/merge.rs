//! What a team or workload takes over from its duplicate: its decisions.

use catalogue::SubjectKind;
use catalogue::acts::merge::Follower;
use catalogue::rules::{Merging, Taken};
use kernel::db::Tx;
use kernel::error::Result;
use kernel::web::Ctx;

use crate::store;

/// For the list of rooms that follow a merge.
pub const FOLLOWER: Follower = Follower { against, take };

fn against(_: &Ctx, _: &mut dyn Tx, _: &Merging) -> Result<Vec<String>> {
    Ok(Vec::new())
}

fn take(_: &Ctx, tx: &mut dyn Tx, m: &Merging) -> Result<Vec<Taken>> {
    let count = match m.from.kind {
        SubjectKind::Team => store::move_team(tx, m.from.id, m.into.id)?,
        SubjectKind::Workload => store::move_workload(tx, m.from.id, m.into.id, m.into.team.id)?,
        SubjectKind::Service => 0,
    };
    tx.publish("decisions");
    Ok(vec![Taken { what: "decisions".into(), count }])
}
