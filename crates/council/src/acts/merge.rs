//! What a team takes over from its duplicate: the concerns that it raised.

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
        SubjectKind::Workload | SubjectKind::Service => return Ok(Vec::new()),
    };
    tx.publish("concerns");
    Ok(vec![Taken { what: "concerns".into(), count }])
}
