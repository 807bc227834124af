//! Verbs on sittings: begin, change while open, close, add to a closed one; and what is read of them.

use kernel::db::Tx;
use kernel::error::{Error, Faults, Result};
use kernel::ids::{Id, Ref};
use kernel::text;
use kernel::trail;
use kernel::trail::merkle::hex_digest;
use kernel::web::Ctx;
use people::rights;

use super::review::{find, place, topic};
use crate::review::Review;
use crate::sitting::{
    Addendum, Closed, MOST, MOST_ADDENDA, Minutes, NewAddendum, NewSitting, Sitting, SittingChange, SittingEnd, names, timely,
};
use crate::store::sitting as store;

fn minutes(tx: &mut dyn Tx, facilitator: &str, attendees: &[String], notes: String) -> Result<Minutes> {
    let attendees = attendees.iter().map(|typed| store::attendee(tx, typed)).collect::<Result<Vec<_>>>()?;
    Ok(Minutes { facilitator: store::attendee(tx, facilitator)?, attendees, notes })
}

fn told(cx: &Ctx, tx: &mut dyn Tx, verb: &str, (review, id): (&Review, Id), payload: &serde_json::Value) -> Result<()> {
    trail::record(cx, tx, verb, &Ref::new("sitting", id), payload, "")?;
    tx.publish(&topic(review));
    Ok(())
}

fn one_of(tx: &mut dyn Tx, review: &Review, number: &str) -> Result<(Id, Sitting)> {
    let shown = || kernel::text::shown(number, 60);
    let wanted: Option<i64> = number.parse().ok();
    let found = store::of(tx, review.id)?.into_iter().find(|(_, s)| Some(s.number) == wanted);
    found.ok_or_else(|| Error::not_found("sitting of this review", shown()))
}

/// Begins a sitting of a review. One is open at a time.
///
/// # Errors
/// No right; faults; no such review; [`Error::Conflict`] if one is open; too many.
pub fn begin(cx: &Ctx, tx: &mut dyn Tx, (workload, lens): (&str, &str), new: &NewSitting) -> Result<Sitting> {
    cx.require_somewhere(&rights::ANSWERS)?;
    let (workload, team) = place(tx, workload)?;
    team.require(cx, &rights::ANSWERS)?;
    let review = find(tx, &workload, lens)?;
    let mut faults = Faults::new();
    let facilitator = match &new.facilitator {
        Some(typed) => text::name(&mut faults, "facilitator", "The facilitator", typed),
        None => cx.actor.name.clone(),
    };
    let attendees = names(&mut faults, &new.attendees);
    let begun_at = new.began.unwrap_or(cx.now);
    timely(&mut faults, "began", begun_at, (None, cx.now));
    faults.done()?;
    let all = store::of(tx, review.id)?;
    if let Some((_, open)) = all.iter().find(|(_, s)| s.closed.is_none()) {
        return Err(Error::Conflict(format!("Sitting {} is still open. Go on with it, or close it first.", open.number)));
    }
    if all.len() >= MOST {
        return Err(Error::TooLarge(format!("There are {MOST} sittings of this review already.")));
    }
    let number = all.last().map_or(1, |(_, s)| s.number + 1);
    let minutes = minutes(tx, &facilitator, &attendees, String::new())?;
    let (begun_by, version) = (cx.actor.name.clone(), 1);
    let made = Sitting { number, version, begun_by, begun_at, minutes, closed: None, addenda: Vec::new() };
    let id = tx.id()?;
    if !store::begin(tx, id, review.id, &made)? {
        return Err(Error::Conflict(format!("Somebody else has just opened sitting {number}. Go on with it.")));
    }
    told(cx, tx, "began", (&review, id), &serde_json::json!({ "review": review.id, "sitting": made }))?;
    Ok(made)
}

/// Changes who facilitates, who attends and the minutes of an open sitting.
///
/// # Errors
/// No right; faults; no such sitting; [`Error::Conflict`] if it is closed, or somebody has changed it since.
pub fn change(cx: &Ctx, tx: &mut dyn Tx, (workload, lens): (&str, &str), number: &str, new: &SittingChange) -> Result<Sitting> {
    cx.require_somewhere(&rights::ANSWERS)?;
    let (workload, team) = place(tx, workload)?;
    team.require(cx, &rights::ANSWERS)?;
    let review = find(tx, &workload, lens)?;
    let (id, before) = one_of(tx, &review, number)?;
    let mut faults = Faults::new();
    let facilitator = text::name(&mut faults, "facilitator", "The facilitator", &new.facilitator);
    let attendees = names(&mut faults, &new.attendees);
    let notes = text::prose(&mut faults, "notes", "The minutes", &new.notes);
    faults.done()?;
    if let Some(closed) = &before.closed {
        return Err(Error::Conflict(format!(
            "{} closed this sitting, so it does not change any more. Write an addendum.",
            closed.by
        )));
    }
    let minutes = minutes(tx, &facilitator, &attendees, notes)?;
    if !store::change(tx, id, new.version, &minutes)? {
        return Err(Error::Conflict(format!(
            "Somebody has changed this sitting since you opened it (version {} now). Nothing of yours was stored. Look at it, and save again.",
            before.version
        )));
    }
    let made = Sitting { version: before.version + 1, minutes, ..before };
    told(cx, tx, "changed", (&review, id), &serde_json::json!({ "sitting": made }))?;
    Ok(made)
}

/// Closes a sitting: from now on its minutes never change.
///
/// # Errors
/// No right; faults; no such sitting; [`Error::Conflict`] if it is closed.
pub fn close(cx: &Ctx, tx: &mut dyn Tx, (workload, lens): (&str, &str), number: &str, end: &SittingEnd) -> Result<Sitting> {
    cx.require_somewhere(&rights::ANSWERS)?;
    let (workload, team) = place(tx, workload)?;
    team.require(cx, &rights::ANSWERS)?;
    let review = find(tx, &workload, lens)?;
    let (id, before) = one_of(tx, &review, number)?;
    let at = end.ended.unwrap_or(cx.now);
    let mut faults = Faults::new();
    timely(&mut faults, "ended", at, (Some(before.begun_at), cx.now));
    faults.done()?;
    let closed = Closed { by: cx.actor.name.clone(), at, digest: hex_digest(before.sealed(at)?.as_bytes()) };
    if !store::close(tx, id, &closed)? {
        let by = before.closed.map_or_else(|| "Somebody".to_owned(), |c| c.by);
        return Err(Error::Conflict(format!("{by} closed this sitting already.")));
    }
    let made = Sitting { closed: Some(closed), ..before };
    told(cx, tx, "closed", (&review, id), &serde_json::json!({ "sitting": made }))?;
    Ok(made)
}

/// Adds what came up after a sitting was closed.
///
/// # Errors
/// No right; faults; no such sitting; [`Error::Conflict`] if it is still open; too many.
pub fn add(cx: &Ctx, tx: &mut dyn Tx, (workload, lens): (&str, &str), number: &str, new: &NewAddendum) -> Result<Sitting> {
    cx.require_somewhere(&rights::ANSWERS)?;
    let (workload, team) = place(tx, workload)?;
    team.require(cx, &rights::ANSWERS)?;
    let review = find(tx, &workload, lens)?;
    let (id, mut sitting) = one_of(tx, &review, number)?;
    let mut faults = Faults::new();
    let text = text::prose(&mut faults, "text", "The addendum", &new.text);
    faults.check(!text.is_empty(), "text", "The addendum is empty. Type what came up later.");
    faults.done()?;
    if sitting.closed.is_none() {
        return Err(Error::Conflict("The sitting is still open. Write it into the minutes.".into()));
    }
    if sitting.addenda.len() >= MOST_ADDENDA {
        return Err(Error::TooLarge(format!("There are {MOST_ADDENDA} addenda to this sitting already.")));
    }
    let made = Addendum { text, by: cx.actor.name.clone(), at: cx.now };
    let own = tx.id()?;
    store::add(tx, own, id, &made)?;
    told(cx, tx, "added", (&review, id), &serde_json::json!({ "addendum": made }))?;
    sitting.addenda.push(made);
    Ok(sitting)
}

/// Sittings of a review, oldest first.
///
/// # Errors
/// Nobody signed in; no such review.
pub fn list(cx: &Ctx, tx: &mut dyn Tx, workload: &str, lens: &str) -> Result<Vec<Sitting>> {
    cx.require_signed_in()?;
    let (workload, _) = place(tx, workload)?;
    let review = find(tx, &workload, lens)?;
    Ok(store::of(tx, review.id)?.into_iter().map(|(_, s)| s).collect())
}

/// One sitting.
///
/// # Errors
/// Nobody signed in; no such review or sitting.
pub fn one(cx: &Ctx, tx: &mut dyn Tx, (workload, lens): (&str, &str), number: &str) -> Result<Sitting> {
    cx.require_signed_in()?;
    let (workload, _) = place(tx, workload)?;
    let review = find(tx, &workload, lens)?;
    Ok(one_of(tx, &review, number)?.1)
}
