//! What is read of a group's calendar of sessions.

use catalogue::Group;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::web::Ctx;

use crate::agenda::AgendaItem;
use crate::forum::Forum;
use crate::session::{Session, SessionState};
use crate::store;

/// Sessions that are looked through for the next one.
const MOST: i64 = 20;

/// The session of a group that is open, or the next one that is planned, with its agenda.
///
/// # Errors
/// Nobody signed in; the engine's.
pub fn next(cx: &Ctx, tx: &mut dyn Tx, group: &Group) -> Result<Option<(Session, Vec<AgendaItem>)>> {
    cx.require_signed_in()?;
    let forum = Forum::group(group);
    let open = store::session::open_of(tx, &forum, cx.now)?;
    let coming = match open {
        Some(open) => Some(open),
        None => {
            let all = store::session::coming(tx, &forum, cx.now, cx.now, MOST)?;
            all.into_iter().find(|s| s.state == SessionState::Planned)
        }
    };
    coming.map(|s| Ok((store::agenda::items(tx, s.id)?, s))).transpose().map(|found| found.map(|(items, s)| (s, items)))
}
