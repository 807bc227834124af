//! Loads how the process itself does.

use std::sync::OnceLock;

use jiff::tz::TimeZone;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::Id;
use kernel::time::Time;
use kernel::web::Ctx;

use super::forum;
use crate::forum::Forum;
use crate::health::{MOST, ProcessHealth, SessionHealth, Share, health, worth};
use crate::session::{Session, Signed};
use crate::store;

/// Says of a group's sprint how many values of its reviewed reports nobody typed, of how many.
pub type Automated = fn(&Ctx, &mut dyn Tx, group: Id, sprint: i64) -> Result<(i64, i64)>;

static AUTOMATED: OnceLock<Automated> = OnceLock::new();

/// Names who says it. Call it once, before serving; later calls change nothing.
pub fn provide(automated: Automated) {
    let _ = AUTOMATED.set(automated);
}

fn day(at: Time, zone: &str) -> String {
    at.jiff().to_zoned_datetime(TimeZone::get(zone).unwrap_or(TimeZone::UTC)).date().to_string()
}

/// Actions that were due since the session before, and those done by their day.
fn in_time(tx: &mut dyn Tx, s: &Session, group: Id, before: Option<Time>) -> Result<Share> {
    let zone = &s.forum.zone;
    let since = before.unwrap_or_else(|| s.starts.minus(std::time::Duration::from_secs(14 * 86_400)));
    let mut out = Share::default();
    for (due, state, at) in store::health::due(tx, group, &day(since, zone), &day(s.starts, zone))? {
        if state == "dropped" {
            continue;
        }
        out.n += 1;
        out.k += i64::from(state == "done" && day(at, zone) <= due);
    }
    Ok(out)
}

fn minutes(from: &Signed, to: &Signed) -> i64 {
    i64::try_from(to.at.since(from.at).as_secs() / 60).unwrap_or(0)
}

/// How the process of a forum does, over the sessions that were closed.
///
/// # Errors
/// Nobody signed in; no such group.
pub fn show(cx: &Ctx, tx: &mut dyn Tx, group: Option<&str>) -> Result<(Forum, ProcessHealth)> {
    cx.require_signed_in()?;
    let forum = forum(tx, group)?;
    let mut ids = store::health::closed(tx, &forum.key(), MOST)?;
    ids.reverse();
    let mut out = Vec::new();
    let mut before = None;
    for id in ids {
        let s = store::session::one(tx, id, cx.now)?;
        let (Some(opened), Some(closed)) = (&s.opened, &s.closed) else { continue };
        let used = minutes(opened, closed);
        let (mut done, mut automated) = (Share::default(), Share::default());
        if let Some(group) = forum.group {
            done = in_time(tx, &s, group, before)?;
            if let (Some(tell), Some(sprint)) = (AUTOMATED.get(), s.sprint) {
                let (k, n) = tell(cx, tx, group, sprint)?;
                automated = Share { k, n };
            }
        }
        let said = super::anonymous::feedback(cx, tx, id)?.map(|f| worth(&f.counts)).unwrap_or_default();
        before = Some(s.starts);
        out.push(SessionHealth {
            id,
            title: s.title(),
            starts: s.starts,
            planned: s.minutes(),
            used,
            overrun: used - s.minutes(),
            in_time: done,
            automated,
            worth: said,
        });
    }
    Ok((forum, health(out)))
}
