//! Verbs on who is in the room: say how a seat is taken, say that one is here, name an observer.

use catalogue::Team;
use kernel::db::Tx;
use kernel::error::{Error, Faults, Result};
use kernel::ids::{Id, Ref};
use kernel::text;
use kernel::trail;
use kernel::web::Ctx;
use people::{Role, rights};

use super::capture::take_part;
use super::session;
use crate::attendance::{self as rules, MOST_OBSERVERS, NewObserver, NewSeat, SEATED, Said, Seat, Taken};
use crate::session::{Session, SessionState};
use crate::store::{self, running as rows};

/// Teams of a session's forum, in their fixed order: of a group its own, of the council all.
pub(crate) fn teams(tx: &mut dyn Tx, s: &Session) -> Result<Vec<Team>> {
    let mut all = catalogue::store::teams(tx, s.forum.group)?;
    all.retain(|t| t.archived_at.is_none());
    Ok(all)
}

/// Seats of a session with what was said of them; the council has observers alone.
pub(crate) fn seats(tx: &mut dyn Tx, s: &Session, teams: &[Team]) -> Result<Vec<Seat>> {
    let mut held = Vec::new();
    if s.forum.group.is_some() {
        for team in teams {
            let people = people::store::roles_at(tx, team.id)?;
            held.push((team.clone(), people.into_iter().map(|(p, role)| (p.name, role)).collect()));
        }
    }
    Ok(rules::seats(&held, &rows::attendance(tx, s.id)?))
}

/// Whoever has a seat in a session: the leads of its group's teams, each once.
pub(crate) fn seated(tx: &mut dyn Tx, s: &Session) -> Result<Vec<Id>> {
    let mut out: Vec<Id> = Vec::new();
    if s.forum.group.is_some() {
        for team in teams(tx, s)? {
            let held = people::store::roles_at(tx, team.id)?;
            out.extend(held.into_iter().filter(|(_, role)| SEATED.contains(role)).map(|(p, _)| p.id));
        }
    }
    out.sort_unstable();
    out.dedup();
    Ok(out)
}

/// Who is in the room.
///
/// # Errors
/// Nobody signed in; no such session.
pub fn list(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<Vec<Seat>> {
    cx.require_signed_in()?;
    let s = session::one(cx, tx, id)?;
    let teams = teams(tx, &s)?;
    seats(tx, &s, &teams)
}

/// Keys of the seats that whoever acts may change.
///
/// # Errors
/// Nobody signed in; the engine's.
pub fn own(cx: &Ctx, tx: &mut dyn Tx, s: &Session, seats: &[Seat]) -> Result<Vec<String>> {
    cx.require_signed_in()?;
    let teams = teams(tx, s)?;
    let mine = |seat: &&Seat| {
        let team = seat.team.as_ref().and_then(|t| teams.iter().find(|x| x.slug == t.slug));
        s.is_run_by(cx) || team.is_some_and(|t| t.may(cx, &rights::SESSION_PART))
    };
    Ok(seats.iter().filter(|s| s.role.is_some()).filter(mine).map(|s| s.key.clone()).collect())
}

fn must_not_be_over(s: &Session) -> Result<()> {
    match s.state {
        SessionState::Closed => {
            Err(Error::Conflict("This session was closed, and its minutes never change. Write an addendum instead.".into()))
        }
        SessionState::CalledOff => Err(Error::Conflict("This session was called off.".into())),
        _ => Ok(()),
    }
}

fn say(cx: &Ctx, tx: &mut dyn Tx, s: &Session, said: &Said) -> Result<()> {
    rows::sit(tx, s.id, said)?;
    let payload = serde_json::json!({ "seat": said.key, "name": said.name, "taken": said.taken, "deputy": said.deputy });
    trail::record(cx, tx, "attended", &Ref::new("review-session", s.id), &payload, "")?;
    session::announce(tx, s);
    Ok(())
}

fn said(cx: &Ctx, key: &str, name: &str, taken: Taken, deputy: String) -> Said {
    Said { key: key.to_owned(), name: name.to_owned(), taken, deputy, by: cx.actor.name.clone(), at: cx.now }
}

/// Says how a seat is taken: a member of its team, or who runs the session.
///
/// # Errors
/// No right; no such seat; faults; [`Error::Conflict`] if the session is over.
pub fn sit(cx: &Ctx, tx: &mut dyn Tx, id: Id, key: &str, new: &NewSeat) -> Result<Seat> {
    cx.require_signed_in()?;
    let s = store::session::one(tx, id, cx.now)?;
    let teams = take_part(cx, tx, &s)?;
    let known = seats(tx, &s, &teams)?;
    let seat = known.iter().find(|seat| seat.key == key);
    let seat = seat.ok_or_else(|| Error::not_found("seat of this session", text::shown(key, 80)))?;
    let own = seat.team.as_ref().and_then(|t| teams.iter().find(|x| x.slug == t.slug));
    match own {
        Some(team) if !s.is_run_by(cx) => team.require(cx, &rights::SESSION_PART)?,
        None if !s.is_run_by(cx) && !seat.people.contains(&cx.actor.name) => s.forum.require(cx)?,
        _ => {}
    }
    let deputy = new.check()?;
    must_not_be_over(&s)?;
    let name = if seat.role.is_none() { seat.holders() } else { String::new() };
    say(cx, tx, &s, &said(cx, key, &name, new.taken, deputy))?;
    let now = seats(tx, &s, &teams)?.into_iter().find(|seat| seat.key == key);
    // An observer who is not there any more has no seat.
    Ok(now.unwrap_or_else(|| Seat { taken: new.taken, ..seat.clone() }))
}

/// Says that whoever acts is here: in each seat that they hold, else as an observer.
///
/// # Errors
/// Nobody signed in; [`Error::Conflict`] if the session is over; too many observers.
pub fn here(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<Vec<Seat>> {
    cx.require_signed_in()?;
    let s = store::session::one(tx, id, cx.now)?;
    must_not_be_over(&s)?;
    let all = teams(tx, &s)?;
    let mut keys = Vec::new();
    if let (Some(person), Some(_)) = (cx.actor.person(), s.forum.group) {
        let held = people::grants_of(tx, person)?;
        let holds = |team: &Team, role: Role| held.iter().any(|g| g.role == role && g.scope == Some(team.id));
        for role in SEATED {
            keys.extend(all.iter().filter(|t| holds(t, role)).map(|t| rules::key(t, role)));
        }
    }
    for key in &keys {
        say(cx, tx, &s, &said(cx, key, "", Taken::Present, String::new()))?;
    }
    if keys.is_empty() {
        put_observer(cx, tx, &s, &all, &cx.actor.name.clone())?;
    }
    seats(tx, &s, &all)
}

fn put_observer(cx: &Ctx, tx: &mut dyn Tx, s: &Session, teams: &[Team], name: &str) -> Result<()> {
    let key = rules::observer_key(name);
    let known = seats(tx, s, teams)?;
    let n = known.iter().filter(|seat| seat.role.is_none()).count();
    if n >= MOST_OBSERVERS && !known.iter().any(|seat| seat.key == key) {
        return Err(Error::TooLarge(format!("There are {MOST_OBSERVERS} observers in this session already.")));
    }
    say(cx, tx, s, &said(cx, &key, name, Taken::Present, String::new()))
}

/// Names an observer: who runs the session names anybody, everybody names themselves.
///
/// # Errors
/// No right; faults; [`Error::Conflict`] if the session is over.
pub fn observe(cx: &Ctx, tx: &mut dyn Tx, id: Id, new: &NewObserver) -> Result<Vec<Seat>> {
    cx.require_signed_in()?;
    let s = store::session::one(tx, id, cx.now)?;
    let mut faults = Faults::new();
    let typed = new.name.trim();
    let name = if typed.is_empty() { cx.actor.name.clone() } else { text::name(&mut faults, "name", "The name", typed) };
    faults.done()?;
    if name != cx.actor.name && !s.is_run_by(cx) {
        s.forum.require(cx)?;
    }
    must_not_be_over(&s)?;
    let all = teams(tx, &s)?;
    put_observer(cx, tx, &s, &all, &name)?;
    seats(tx, &s, &all)
}
