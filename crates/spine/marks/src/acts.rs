//! Verbs on marks: write, take back.

pub mod merge;

use kernel::db::Tx;
use kernel::error::{Error, Faults, Result};
use kernel::ids::{Id, Ref};
use kernel::text;
use kernel::trail;
use kernel::web::{Ctx, Right};
use people::rights;

use crate::mark::{Body, Mark, NewMark};
use crate::place::Place;
use crate::store;

/// What became of a mark that was put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Put {
    /// It is new.
    New(Mark),
    /// It was there with the same content.
    Same(Mark),
    /// It was there and says something else now.
    Changed(Mark),
    /// Somebody took it back; nothing was stored.
    TakenBack(Mark),
}

impl Put {
    /// The mark as it stands.
    pub fn mark(&self) -> &Mark {
        match self {
            Put::New(m) | Put::Same(m) | Put::Changed(m) | Put::TakenBack(m) => m,
        }
    }
}

fn told(
    cx: &Ctx,
    tx: &mut dyn Tx,
    verb: &str,
    mark: &Mark,
    team: Option<Id>,
    payload: &impl serde::Serialize,
    why: &str,
) -> Result<()> {
    trail::record(cx, tx, verb, &Ref::new("mark", mark.id), payload, why)?;
    if let Some(team) = team {
        tx.publish(&format!("team:{team}"));
    }
    Ok(())
}

/// Writes a mark under an origin; the same origin again is the same mark. `by` stands beside it.
///
/// # Errors
/// No right to write notes there.
pub fn put(cx: &Ctx, tx: &mut dyn Tx, origin: Option<&str>, place: &Place, body: &Body, by: &str) -> Result<Put> {
    place.require(cx)?;
    put_by(cx, tx, &rights::NOTES, origin, place, body, by)
}

/// The same by another right than that to write notes: for the room whose own act asks for it.
///
/// # Errors
/// No such right there.
pub fn put_by(cx: &Ctx, tx: &mut dyn Tx, right: &Right, origin: Option<&str>, place: &Place, body: &Body, by: &str) -> Result<Put> {
    cx.require_somewhere(right)?;
    place.allows(cx, right)?;
    let team = place.team.as_ref().map(|t| t.id);
    if let Some(mark) = store::claim(tx, origin, (place.on, &place.line), body, by, cx.now)? {
        told(cx, tx, "marked", &mark, team, body, "")?;
        return Ok(Put::New(mark));
    }
    let origin = origin.ok_or_else(|| Error::internal("a mark without an origin stood in its own way"))?;
    let before = store::by_origin(tx, origin)?.ok_or_else(|| Error::internal("a mark's origin is taken by none"))?;
    if before.taken_back.is_some() {
        return Ok(Put::TakenBack(before));
    }
    if before.says(body) {
        return Ok(Put::Same(before));
    }
    store::change(tx, &before, body)?;
    told(cx, tx, "changed", &before, team, &serde_json::json!({ "before": before, "after": body }), "")?;
    let after = store::one(tx, before.id)?.ok_or_else(|| Error::internal("a mark is gone"))?;
    Ok(Put::Changed(after))
}

/// Writes a mark as somebody sends it.
///
/// # Errors
/// No right; faults; [`Error::NotFound`]; [`Error::Conflict`] if the origin was taken back or is on another thing.
pub fn record(cx: &Ctx, tx: &mut dyn Tx, new: &NewMark) -> Result<Mark> {
    cx.require_somewhere(&rights::NOTES)?;
    let place = store::place(tx, new.on, &new.slug)?;
    place.require(cx)?;
    let body = new.check(cx.now)?;
    // An origin is a name that its sender chose; another team's is another mark.
    let subject = place.line.first().copied().ok_or_else(|| Error::internal("a place without a line"))?;
    let origin = new.origin.as_ref().map(|o| format!("sent:{subject}:{o}"));
    match put(cx, tx, origin.as_deref(), &place, &body, &cx.actor.name)? {
        Put::TakenBack(Mark { taken_back: Some(back), .. }) => Err(Error::Conflict(format!(
            "{} took this mark back: {} Send it under another origin if it happened after all.",
            back.by, back.reason
        ))),
        other => Ok(other.mark().clone()),
    }
}

/// Takes a mark back: it leaves the axes and stays on the list.
///
/// # Errors
/// No right; no reason; [`Error::NotFound`]; [`Error::Conflict`] if it was taken back already.
pub fn take_back(cx: &Ctx, tx: &mut dyn Tx, id: Id, reason: &str) -> Result<Mark> {
    cx.require_somewhere(&rights::NOTES)?;
    let before = store::one(tx, id)?.ok_or_else(|| Error::not_found("mark", id))?;
    let place = store::whose(tx, &before)?;
    place.require(cx)?;
    let mut faults = Faults::new();
    let reason = text::name(&mut faults, "reason", "The reason", reason);
    faults.done()?;
    end(cx, tx, &before, place.team.as_ref().map(|t| t.id), &reason)?;
    store::one(tx, id)?.ok_or_else(|| Error::internal("a mark is gone"))
}

/// Takes back the mark of an origin, if there is one: for the room that put it there.
///
/// # Errors
/// No right.
pub fn withdraw(cx: &Ctx, tx: &mut dyn Tx, origin: &str, place: &Place, reason: &str) -> Result<()> {
    place.require(cx)?;
    withdraw_by(cx, tx, &rights::NOTES, origin, place, reason)
}

/// The same by another right than that to write notes.
///
/// # Errors
/// No such right there.
pub fn withdraw_by(cx: &Ctx, tx: &mut dyn Tx, right: &Right, origin: &str, place: &Place, reason: &str) -> Result<()> {
    cx.require_somewhere(right)?;
    place.allows(cx, right)?;
    match store::by_origin(tx, origin)? {
        Some(mark) if mark.taken_back.is_none() => end(cx, tx, &mark, place.team.as_ref().map(|t| t.id), reason),
        _ => Ok(()),
    }
}

fn end(cx: &Ctx, tx: &mut dyn Tx, mark: &Mark, team: Option<Id>, reason: &str) -> Result<()> {
    if !store::take_back(tx, mark.id, &cx.actor.name, cx.now, reason)? {
        return Err(Error::Conflict("This mark was taken back already.".into()));
    }
    told(cx, tx, "took-back", mark, team, &serde_json::json!({ "mark": mark }), reason)
}
