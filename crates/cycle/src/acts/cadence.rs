//! Verbs on what a forum settled about its sessions; and the plan that follows from it.

use catalogue::Group;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Ref;
use kernel::trail;
use kernel::web::{Actor, Ctx};
use people::rights;

use super::forum;
use crate::cadence::{AHEAD, Cadence, ForumCadence, NewCadence};
use crate::forum::Forum;
use crate::session::{Body, SessionState};
use crate::store;

/// What a forum settled; a proposal of version 0 if it has settled nothing. `group` is a group's name in addresses, none the
/// council.
///
/// # Errors
/// Nobody signed in; no such group.
pub fn show(cx: &Ctx, tx: &mut dyn Tx, group: Option<&str>) -> Result<(Forum, ForumCadence)> {
    cx.require_signed_in()?;
    let forum = forum(tx, group)?;
    let settled = settled(cx, tx, &forum)?;
    Ok((forum, settled))
}

pub(crate) fn settled(cx: &Ctx, tx: &mut dyn Tx, forum: &Forum) -> Result<ForumCadence> {
    if let Some(found) = store::cadence::of(tx, &forum.key())? {
        return Ok(found);
    }
    let today = cx.now.jiff().in_tz(&forum.zone).map_err(Error::internal)?.date();
    Ok(ForumCadence { cadence: Cadence::proposed(forum.kind, today), version: 0, by: String::new(), at: None })
}

/// Settles how often, how long and in which order; sessions ahead that nobody has touched follow.
///
/// # Errors
/// No right; every fault with its field; [`Error::Conflict`] if somebody else was faster.
pub fn settle(cx: &Ctx, tx: &mut dyn Tx, group: Option<&str>, new: &NewCadence) -> Result<ForumCadence> {
    cx.require_signed_in()?;
    let forum = forum(tx, group)?;
    forum.require(cx)?;
    let cadence = new.cadence.clone().check(forum.kind)?;
    let version = new.version.saturating_add(1);
    let stood = store::cadence::of(tx, &forum.key())?.map_or(0, |c| c.version);
    let by = &cx.actor.name;
    if stood != new.version || !store::cadence::insert(tx, &forum.key(), version, &cadence, (by, cx.now))? {
        return Err(Error::Conflict(format!(
            "Somebody has settled this since you opened it (version {stood} now). Nothing of yours was stored. Look at it, and save again."
        )));
    }
    let payload = serde_json::json!({ "forum": forum.slug, "version": version, "cadence": cadence });
    trail::record(cx, tx, "settled", &Ref::new("session-cadence", forum.key()), &payload, "")?;
    plan(cx, tx, &forum)?;
    Ok(ForumCadence { cadence, version, by: by.clone(), at: Some(cx.now) })
}

/// Plans a group's sessions anew when its calendar of sprints has changed. Whoever may change the calendar need not run sessions.
///
/// # Errors
/// Nobody acts; the engine's.
pub fn follow(cx: &Ctx, tx: &mut dyn Tx, group: &Group) -> Result<()> {
    cx.require_signed_in()?;
    let actor = Actor::job("cycle-plan", &[&rights::SESSIONS]);
    plan(&Ctx { actor: actor.into(), ..cx.clone() }, tx, &Forum::group(group))
}

/// Makes the sessions ahead what the cadence plans; those that somebody has touched stay as they are.
///
/// # Errors
/// No right; the engine's.
pub fn plan(cx: &Ctx, tx: &mut dyn Tx, forum: &Forum) -> Result<()> {
    forum.require(cx)?;
    let Some(settled) = store::cadence::of(tx, &forum.key())? else { return Ok(()) };
    let calendar = forum.group.map(|id| catalogue::store::calendar(tx, id)).transpose()?;
    let wanted = settled.cadence.planned(calendar.as_ref(), &forum.zone, cx.now, AHEAD);
    let known = store::session::coming(tx, forum, cx.now, cx.now, 1_000)?;
    let mut changed = false;
    for s in known.iter().filter(|s| s.version == 1 && s.state == SessionState::Planned && s.starts > cx.now) {
        match wanted.iter().find(|o| o.key == s.occurrence) {
            Some(o) if (o.starts, o.ends, o.sprint) == (s.starts, s.ends, s.sprint) => {}
            Some(o) => {
                store::session::follow(tx, s.id, o, cx.now)?;
                changed = true;
            }
            None => {
                if !store::session::forget(tx, s.id)? {
                    // Questions, seats and reminders stay, and whoever wanted to come is told.
                    super::session::drop_from_plan(cx, tx, s)?;
                }
                changed = true;
            }
        }
    }
    for o in wanted.iter().filter(|o| !known.iter().any(|s| s.occurrence == o.key)) {
        let id = tx.id()?;
        changed |= store::session::insert(tx, id, forum, o, &Body::default(), 1, cx.now)?;
    }
    if changed {
        tx.publish(&forum.topic());
    }
    Ok(())
}
