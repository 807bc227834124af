//! Verbs on sessions: add an extra one, move, call off, say who runs it, open, close; and what is read of them.

use kernel::db::Tx;
use kernel::error::{Error, Faults, Result};
use kernel::ids::{Id, Ref};
use kernel::text;
use kernel::time::Time;
use kernel::trail;
use kernel::web::Ctx;
use people::Role;
use serde::Serialize;

use super::{cadence, forum};
use crate::cadence::Occurrence;
use crate::forum::{Forum, ForumKind};
use crate::session::{
    Body, NewSession, Session, SessionMove, SessionOff, SessionRoles, SessionState, Signed, Who, long, starts, why,
};
use crate::store::session as store;

/// Records what was done with a session and announces it.
pub(crate) fn told(cx: &Ctx, tx: &mut dyn Tx, verb: &str, s: &Session, payload: &impl Serialize, reason: &str) -> Result<()> {
    trail::record(cx, tx, verb, &Ref::new("review-session", s.id), payload, reason)?;
    announce(tx, s);
    Ok(())
}

/// Tells open pages that something about a session has changed.
pub(crate) fn announce(tx: &mut dyn Tx, s: &Session) {
    tx.publish(&s.topic());
    tx.publish(&s.forum.topic());
}

fn newer(stood: &Session) -> Error {
    Error::Conflict(format!(
        "Somebody has changed this session since you opened it (version {} now). Nothing of yours was stored. Look at it, and try again.",
        stood.version
    ))
}

/// One session.
///
/// # Errors
/// Nobody signed in; [`Error::NotFound`].
pub fn one(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<Session> {
    cx.require_signed_in()?;
    store::one(tx, id, cx.now)
}

/// A session that the caller may run.
pub(crate) fn run_by(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<Session> {
    cx.require_signed_in()?;
    let s = store::one(tx, id, cx.now)?;
    if !s.is_run_by(cx) {
        s.forum.require(cx)?;
    }
    Ok(s)
}

/// Who runs a session: whoever was named, else whoever is the group's facilitator.
///
/// # Errors
/// Nobody signed in; the engine's.
pub fn facilitators(cx: &Ctx, tx: &mut dyn Tx, s: &Session) -> Result<Vec<Who>> {
    cx.require_signed_in()?;
    if let Some(named) = &s.body.facilitator {
        return Ok(vec![named.clone()]);
    }
    let people = match s.forum.group {
        Some(id) => people::people_with_role(tx, Role::Facilitator, Some(id))?,
        None => Vec::new(),
    };
    Ok(people.into_iter().map(|p| Who { name: p.name, person: Some(p.id) }).collect())
}

/// Sessions of a forum, latest first, before a place of that order; `limit` at most.
///
/// # Errors
/// Nobody signed in; no such group.
pub fn list(
    cx: &Ctx,
    tx: &mut dyn Tx,
    group: Option<&str>,
    before: Option<(Time, Id)>,
    limit: i64,
) -> Result<(Forum, Vec<Session>)> {
    cx.require_signed_in()?;
    let forum = forum(tx, group)?;
    let found = store::latest(tx, &forum, before, cx.now, limit)?;
    Ok((forum, found))
}

/// Tells the channels of the group, and whoever has a seat, that a session is not when they think.
fn spread(cx: &Ctx, tx: &mut dyn Tx, s: &Session, what: &str, why: &str) -> Result<()> {
    let people = super::attendance::seated(tx, s)?;
    messages::acts::send(cx, tx, &crate::written::moved(s, what, why, people))
}

/// Plans an extra session.
///
/// # Errors
/// No right; every fault with its field.
pub fn add(cx: &Ctx, tx: &mut dyn Tx, group: Option<&str>, new: &NewSession) -> Result<Session> {
    cx.require_signed_in()?;
    let forum = forum(tx, group)?;
    forum.require(cx)?;
    let settled = cadence::settled(cx, tx, &forum)?.cadence;
    let mut faults = Faults::new();
    let at = starts(&mut faults, &new.starts, &forum.zone, cx.now);
    let long = long(&mut faults, new.minutes.unwrap_or(settled.minutes));
    let why = why(&mut faults, &new.why);
    let sprint = match (forum.kind, forum.group, new.sprint) {
        (ForumKind::Council, _, Some(_)) => {
            faults.add("sprint", "The council has no sprints. Leave it out.");
            None
        }
        (_, Some(id), None) => {
            let asked = at.filter(|_| faults.is_empty()).unwrap_or(cx.now);
            catalogue::store::last_closed_sprint(tx, id, asked)?.map(|s| s.number)
        }
        (_, Some(id), Some(n)) => {
            let known = catalogue::store::calendar(tx, id)?.sprint(n).is_some();
            faults.check(known, "sprint", format!("The group’s calendar has no sprint {n}."));
            Some(n)
        }
        _ => None,
    };
    faults.done()?;
    let starts = at.unwrap_or(cx.now);
    let id = tx.id()?;
    let o = Occurrence { key: format!("extra-{id}"), sprint, starts, ends: starts.plus(long) };
    let body = Body { why: why.clone(), ..Body::default() };
    if !store::insert(tx, id, &forum, &o, &body, 2, cx.now)? {
        return Err(Error::internal("an id that was drawn before"));
    }
    let made = store::one(tx, id, cx.now)?;
    told(cx, tx, "added", &made, &made, &why)?;
    spread(cx, tx, &made, "added", &why)?;
    Ok(made)
}

/// Moves a session to another time.
///
/// # Errors
/// No right; every fault with its field; [`Error::Conflict`] if it has begun, was called off, or somebody was faster.
pub fn shift(cx: &Ctx, tx: &mut dyn Tx, id: Id, new: &SessionMove) -> Result<Session> {
    cx.require_signed_in()?;
    let s = run_by(cx, tx, id)?;
    let mut faults = Faults::new();
    let at = starts(&mut faults, &new.starts, &s.forum.zone, cx.now);
    let long = long(&mut faults, new.minutes.unwrap_or_else(|| s.minutes()));
    let why = why(&mut faults, &new.why);
    faults.done()?;
    s.must_be_ahead()?;
    let starts = at.unwrap_or(s.starts);
    let body = Body { moved_from: Some(s.body.moved_from.unwrap_or(s.starts)), why: why.clone(), ..s.body.clone() };
    if !store::change(tx, id, new.version, (starts, starts.plus(long)), &body, cx.now)? {
        return Err(newer(&s));
    }
    let made = store::one(tx, id, cx.now)?;
    told(cx, tx, "moved", &made, &made, &why)?;
    spread(cx, tx, &made, "moved", &why)?;
    Ok(made)
}

/// Calls a session off.
///
/// # Errors
/// As [`shift`].
pub fn call_off(cx: &Ctx, tx: &mut dyn Tx, id: Id, new: &SessionOff) -> Result<Session> {
    cx.require_signed_in()?;
    let s = run_by(cx, tx, id)?;
    let mut faults = Faults::new();
    let why = why(&mut faults, &new.why);
    faults.done()?;
    s.must_be_ahead()?;
    let body = Body { why: why.clone(), ..s.body.clone() };
    if !store::call_off(tx, id, new.version, &body, (&cx.actor.name, cx.now))? {
        return Err(newer(&s));
    }
    let made = store::one(tx, id, cx.now)?;
    told(cx, tx, "called-off", &made, &made, &why)?;
    spread(cx, tx, &made, "called off", &why)?;
    Ok(made)
}

/// Calls a session off that the cadence does not plan any more, and in which somebody left something.
pub(crate) fn drop_from_plan(cx: &Ctx, tx: &mut dyn Tx, s: &Session) -> Result<()> {
    s.forum.require(cx)?;
    let why = "The rhythm or the calendar of sprints has changed, and this session is not planned any more.".to_owned();
    let body = Body { why: why.clone(), ..s.body.clone() };
    if store::call_off(tx, s.id, s.version, &body, (&cx.actor.name, cx.now))? {
        let made = store::one(tx, s.id, cx.now)?;
        told(cx, tx, "called-off", &made, &made, &why)?;
        spread(cx, tx, &made, "called off", &why)?;
    }
    Ok(())
}

/// Says who runs a session and where.
///
/// # Errors
/// As [`shift`]; a session that is open may still change hands.
pub fn appoint(cx: &Ctx, tx: &mut dyn Tx, id: Id, new: &SessionRoles) -> Result<Session> {
    cx.require_signed_in()?;
    let s = run_by(cx, tx, id)?;
    let mut faults = Faults::new();
    let mut named = |at: &str, what: &str, typed: &str| {
        let typed = typed.trim();
        (!typed.is_empty()).then(|| text::name(&mut faults, at, what, typed))
    };
    let facilitator = named("facilitator", "The facilitator", &new.facilitator);
    let deputy = named("deputy", "The deputy", &new.deputy);
    let place = named("place", "The place", &new.place).unwrap_or_default();
    faults.done()?;
    if matches!(s.state, SessionState::Closed | SessionState::CalledOff) {
        return Err(Error::Conflict(format!("This session is {}, so it stays as it is.", s.state.words())));
    }
    let body = Body {
        facilitator: facilitator.map(|f| store::who(tx, &f)).transpose()?,
        deputy: deputy.map(|d| store::who(tx, &d)).transpose()?,
        place,
        ..s.body.clone()
    };
    if !store::roles(tx, id, new.version, &body, cx.now)? {
        return Err(newer(&s));
    }
    let made = store::one(tx, id, cx.now)?;
    told(cx, tx, "appointed", &made, &made, "")?;
    Ok(made)
}

/// Opens a session. One of a forum is open at a time.
///
/// # Errors
/// No right; [`Error::Conflict`] if it was opened or called off, or another of the forum is open.
pub(crate) fn open(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<Session> {
    cx.require_signed_in()?;
    let s = run_by(cx, tx, id)?;
    if let Some(other) = store::open_of(tx, &s.forum, cx.now)?.filter(|o| o.id != id) {
        return Err(Error::Conflict(format!("“{}” of {} is still open. Close it first.", other.title(), other.forum.name)));
    }
    if !store::open(tx, id, (&cx.actor.name, cx.now))? {
        let by = s.opened.as_ref().or(s.off.as_ref()).map_or("Somebody", |o| o.by.as_str());
        let did = if s.off.is_some() { "called this session off" } else { "opened this session already" };
        return Err(Error::Conflict(format!("{by} {did}.")));
    }
    let opened = Signed { by: cx.actor.name.clone(), at: cx.now };
    told(cx, tx, "opened", &s, &opened, "")?;
    store::one(tx, id, cx.now)
}

/// Closes a session, and asks from now on whether it was worth the time. `secret` was drawn for that.
///
/// # Errors
/// No right; [`Error::Conflict`] if it is not open.
pub(crate) fn close(cx: &Ctx, tx: &mut dyn Tx, id: Id, secret: &str) -> Result<Session> {
    cx.require_signed_in()?;
    let s = run_by(cx, tx, id)?;
    if !store::close(tx, id, (&cx.actor.name, cx.now))? {
        return Err(Error::Conflict(format!("This session is {}; only an open one is closed.", s.state.words())));
    }
    super::anonymous::open(cx, tx, &s, secret)?;
    let closed = Signed { by: cx.actor.name.clone(), at: cx.now };
    told(cx, tx, "closed", &s, &closed, "")?;
    store::one(tx, id, cx.now)
}
