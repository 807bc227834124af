//! What a team or workload takes over from its duplicate: its actions, with everything that happened to them.

use catalogue::SubjectKind;
use catalogue::acts::merge::Follower;
use catalogue::rules::{Merging, Taken};
use kernel::db::Tx;
use kernel::error::Result;
use kernel::web::Ctx;

use super::once;
use crate::origin::OriginKind;
use crate::store;

/// For the list of rooms that follow a merge.
pub const FOLLOWER: Follower = Follower { against, take };

/// Actions about risks of one workload that are looked at.
const MOST: i64 = 10_000;

fn against(_: &Ctx, _: &mut dyn Tx, _: &Merging) -> Result<Vec<String>> {
    Ok(Vec::new())
}

fn take(_: &Ctx, tx: &mut dyn Tx, m: &Merging) -> Result<Vec<Taken>> {
    let count = match m.from.kind {
        SubjectKind::Team => store::move_team(tx, m.from.id, m.into.id)?,
        SubjectKind::Workload => {
            let count = store::move_workload(tx, m.from.id, m.into.id, m.into.team.id)?;
            // One for each risk may be open; where both had one, both stay and the next must wait for either.
            for a in store::of_origin(tx, m.into.id, OriginKind::Risk, MOST)?.iter().filter(|a| a.state.is_open()) {
                if let Some(once) = once(Some(m.into.id), &a.origin) {
                    store::free(tx, a.id)?;
                    store::claim(tx, a.id, &once)?;
                }
            }
            count
        }
        SubjectKind::Service => 0,
    };
    tx.publish("actions");
    Ok(vec![Taken { what: "actions".into(), count }])
}
