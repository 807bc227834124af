//! Verbs on a session while it runs: open it, go to an item, pause, go on; and how it stands. All of it is rows: an event each, with
//! who and when, so that either screen can be loaded anew and the server can be started again at any time.

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::web::Ctx;

use super::session::{self, run_by};
use super::{agenda, attendance, told};
use crate::agenda::AgendaItem;
use crate::capture::{Capture, Named};
use crate::clock::{Clock, EventKind, Pace, SessionEvent, clock};
use crate::plan::Data;
use crate::running::{NewMove, Running, Step};
use crate::session::{Session, SessionState};
use crate::store;

/// A session with its agenda and its clock.
pub(crate) fn stands(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<(Session, Vec<AgendaItem>, Clock)> {
    let (s, items) = agenda::show(cx, tx, id)?;
    let events = store::running::events(tx, id)?;
    Ok((s, items, clock(&events, cx.now)))
}

/// Everything that the screens of a session show.
///
/// # Errors
/// Nobody signed in; no such session.
pub fn show(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<Running> {
    cx.require_signed_in()?;
    let (session, agenda, clock) = stands(cx, tx, id)?;
    let current = agenda.iter().find(|i| Some(i.id) == clock.current);
    let under = match current.and_then(|i| i.team) {
        Some(team) => Some(told::under_review(cx, tx, &session, team)?),
        None => None,
    };
    let teams = attendance::teams(tx, &session)?;
    let seats = attendance::seats(tx, &session, &teams)?;
    let captures: Vec<Capture> = store::capture::of(tx, id)?;
    let facilitators = session::facilitators(cx, tx, &session)?.into_iter().map(|w| w.name).collect();
    Ok(Running {
        facilitators,
        teams: teams.iter().map(|t| Named { slug: t.slug.clone(), name: t.name.clone() }).collect(),
        seats,
        captures,
        treated: store::capture::treated(tx, id)?,
        under,
        agreement: told::agreement(cx, tx, &session)?,
        before: told::before(cx, tx, &session)?,
        session,
        agenda,
        clock,
        now: cx.now,
    })
}

fn happened(cx: &Ctx, tx: &mut dyn Tx, s: &Session, number: i64, kind: EventKind, item: Option<Id>) -> Result<()> {
    let e = SessionEvent { number, kind, item, by: cx.actor.name.clone(), at: cx.now };
    if !store::running::happen(tx, s.id, &e, &cx.actor.key())? {
        return Err(faster());
    }
    session::told(cx, tx, kind.key(), s, &e, "")
}

fn faster() -> Error {
    Error::Conflict("Somebody else moved the session at this moment. Look where it stands, and go on from there.".into())
}

/// Opens a session at the first item of its agenda; `data` is what is known, for a session whose agenda nobody has built.
///
/// # Errors
/// No right; [`Error::Conflict`] if it was opened or called off, or another of the forum is open.
pub fn open(cx: &Ctx, tx: &mut dyn Tx, id: Id, data: &Data) -> Result<Session> {
    cx.require_signed_in()?;
    let s = run_by(cx, tx, id)?;
    let mut items = store::agenda::items(tx, id)?;
    if items.is_empty() && s.must_be_ahead().is_ok() {
        items = agenda::make(cx, tx, &s, data)?;
    }
    let opened = session::open(cx, tx, id)?;
    let first = items.iter().find(|i| !i.exception).or(items.first()).map(|i| i.id);
    let e = SessionEvent { number: 1, kind: EventKind::Opened, item: first, by: cx.actor.name.clone(), at: cx.now };
    if !store::running::happen(tx, id, &e, &cx.actor.key())? {
        return Err(faster());
    }
    store::running::went(tx, None, first, cx.now)?;
    Ok(opened)
}

/// Refuses what needs an open session.
pub(crate) fn must_be_open(s: &Session) -> Result<()> {
    match s.state {
        SessionState::Open => Ok(()),
        SessionState::Closed => Err(Error::Conflict(
            "This session was closed, and its minutes never change. Write what came up later as an addendum.".into(),
        )),
        _ => Err(Error::Conflict(format!("This session is {}. Open it first.", s.state.words()))),
    }
}

/// Goes to an item, pauses or goes on. What is so already stays so: whoever presses twice, or sends it twice, moves once.
///
/// # Errors
/// No right; no such item; [`Error::Conflict`] if the session is not open, or somebody else moved it since `seen`.
pub fn step(cx: &Ctx, tx: &mut dyn Tx, id: Id, new: &NewMove) -> Result<()> {
    cx.require_signed_in()?;
    let s = run_by(cx, tx, id)?;
    must_be_open(&s)?;
    let (_, items, clock) = stands(cx, tx, id)?;
    let step = Step::of(new, &items, &clock)?;
    let (kind, item) = match step {
        Step::Stays => return Ok(()),
        Step::Goes(item) => (EventKind::Moved, Some(item)),
        Step::Pauses => (EventKind::Paused, None),
        Step::Resumes => (EventKind::Resumed, None),
    };
    if new.seen.is_some_and(|seen| seen != clock.number) {
        return Err(faster());
    }
    happened(cx, tx, &s, clock.number + 1, kind, item)?;
    if item.is_some() {
        store::running::went(tx, clock.current, item, cx.now)?;
        // A pause ends where the session goes on.
        if clock.pace == Pace::Paused {
            happened(cx, tx, &s, clock.number + 2, EventKind::Resumed, None)?;
        }
    }
    Ok(())
}

/// The events of a session, oldest first.
///
/// # Errors
/// Nobody signed in; no such session.
pub fn events(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<Vec<SessionEvent>> {
    cx.require_signed_in()?;
    session::one(cx, tx, id)?;
    store::running::events(tx, id)
}
