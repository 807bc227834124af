//! What a team takes over from its duplicate: signatures, capacity, tech shares, captures, acknowledgements, and its place in the
//! audience of notices.

use catalogue::SubjectKind;
use catalogue::acts::merge::Follower;
use catalogue::rules::{Merging, Taken};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::web::Ctx;

use super::notice::MOST;
use crate::store::{self, merge as rows};

/// For the list of rooms that follow a merge.
pub const FOLLOWER: Follower = Follower { against, take };

fn against(_: &Ctx, _: &mut dyn Tx, _: &Merging) -> Result<Vec<String>> {
    Ok(Vec::new())
}

fn take(cx: &Ctx, tx: &mut dyn Tx, m: &Merging) -> Result<Vec<Taken>> {
    cx.require_signed_in()?;
    if m.from.kind != SubjectKind::Team {
        return Ok(Vec::new());
    }
    let (from, into) = (m.from.id, m.into.id);
    let counts = [
        ("signatures", rows::signatures(tx, from, into)?),
        ("statements of capacity", rows::capacity(tx, from, into)?),
        ("tech shares", rows::shares(tx, from, into)?),
        ("captures", rows::captured(tx, from, into)?),
        ("acknowledgements", rows::acknowledged(tx, from, into)?),
    ];
    audiences(tx, m)?;
    tx.publish(super::notice::TOPIC);
    let taken = |(what, n): (&str, u64)| Taken { what: what.into(), count: i64::try_from(n).unwrap_or(i64::MAX) };
    Ok(counts.map(taken).into())
}

/// A notice that names the duplicate asks the team that stays.
fn audiences(tx: &mut dyn Tx, m: &Merging) -> Result<()> {
    for row in store::notice::standing(tx, None, MOST)? {
        let mut c = row.notice.content;
        let Some(place) = c.teams.iter().position(|t| *t == m.from.slug) else { continue };
        c.teams[place].clone_from(&m.into.slug);
        c.teams.sort();
        c.teams.dedup();
        rows::meant(tx, row.notice.number, &serde_json::to_string(&c).map_err(Error::internal)?)?;
    }
    Ok(())
}
