//! Verbs on blind votes: open, cast, close; and what may be read of them.

use std::collections::{BTreeMap, BTreeSet};

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Ref;
use kernel::trail;
use kernel::web::Ctx;
use people::rights;

use super::review::{asked, held, place, topic};
use crate::lens::Question;
use crate::review::Review;
use crate::store::vote::{self as store, Stored};
use crate::vote::{Ballot, BlindVote, LEAST, MOST, Ticket, counts, number, ticket};

fn newest(tx: &mut dyn Tx, review: &Review, q: &Question) -> Result<Option<Stored>> {
    Ok(store::of(tx, review.id, &q.id, 1)?.into_iter().next())
}

fn opened(tx: &mut dyn Tx, review: &Review, q: &Question) -> Result<Stored> {
    let none = || Error::Conflict("No vote is open on this question. Whoever facilitates opens one.".into());
    newest(tx, review, q)?.filter(|s| s.vote.closed_at.is_none()).ok_or_else(none)
}

fn shown(q: &Question, s: Stored) -> BlindVote {
    let counts = if s.vote.closed_at.is_some() { counts(q, s.vote.ballots, &s.counts) } else { Vec::new() };
    BlindVote { counts, ..s.vote }
}

/// Opens a blind vote on a question. `secret` was drawn for it and makes its tickets.
///
/// # Errors
/// No right; no such review or question; [`Error::Conflict`] if one is open; too many.
pub fn open(cx: &Ctx, tx: &mut dyn Tx, (workload, lens): (&str, &str), id: &str, secret: &str) -> Result<BlindVote> {
    cx.require_somewhere(&rights::ANSWERS)?;
    let (workload, team) = place(tx, workload)?;
    team.require(cx, &rights::ANSWERS)?;
    let (review, kept) = held(tx, &workload, lens)?;
    let q = asked(&kept, id)?;
    let before = newest(tx, &review, q)?;
    if before.as_ref().is_some_and(|s| s.vote.closed_at.is_none()) {
        return Err(Error::Conflict("A vote is open on this question already. Close it first.".into()));
    }
    let number = before.map_or(1, |s| s.vote.number + 1);
    if number > MOST {
        return Err(Error::TooLarge(format!("There were {MOST} votes on this question already.")));
    }
    let (opened_by, opened_at) = (cx.actor.name.clone(), cx.now);
    let vote = BlindVote { number, opened_by, opened_at, ballots: 0, closed_by: None, closed_at: None, counts: Vec::new() };
    let made = Stored { id: tx.id()?, secret: secret.to_owned(), counts: BTreeMap::new(), used: BTreeSet::new(), vote };
    if !store::open(tx, (review.id, &q.id), &made)? {
        return Err(Error::Conflict("Somebody else has just opened a vote on this question.".into()));
    }
    let payload = serde_json::json!({ "question": q.id, "vote": made.vote.number });
    trail::record(cx, tx, "opened-vote", &Ref::new("review", review.id), &payload, "")?;
    tx.publish(&topic(&review));
    Ok(made.vote)
}

/// Says once what one would tick. Nothing is stored that says who did, or when; so this has no record in the trail, and
/// announces nothing that would be stored.
///
/// # Errors
/// No right; faults, a ticket that this vote did not give among them; [`Error::Conflict`] if none is open or the ticket was used.
pub fn cast(cx: &Ctx, tx: &mut dyn Tx, (workload, lens): (&str, &str), id: &str, ballot: &Ballot) -> Result<Review> {
    cx.require_somewhere(&rights::TAKE_PART)?;
    let (workload, team) = place(tx, workload)?;
    team.require(cx, &rights::TAKE_PART)?;
    let (review, kept) = held(tx, &workload, lens)?;
    let q = asked(&kept, id)?;
    let choices = ballot.check(q)?;
    let open = opened(tx, &review, q)?;
    let used = number(&open.secret, &ballot.ticket)?;
    if !store::cast(tx, &open, &used, &choices)? {
        return Err(Error::Conflict("This ticket was used: each votes once.".into()));
    }
    Ok(review)
}

/// Closes the vote that is open: counts are shown if at least three voted, and what made and remembered tickets is removed.
///
/// # Errors
/// No right; no such review or question; [`Error::Conflict`] if none is open.
pub fn close(cx: &Ctx, tx: &mut dyn Tx, (workload, lens): (&str, &str), id: &str) -> Result<BlindVote> {
    cx.require_somewhere(&rights::ANSWERS)?;
    let (workload, team) = place(tx, workload)?;
    team.require(cx, &rights::ANSWERS)?;
    let (review, kept) = held(tx, &workload, lens)?;
    let q = asked(&kept, id)?;
    let open = opened(tx, &review, q)?;
    // What is not shown is not kept either.
    let counts = if open.vote.ballots >= LEAST { open.counts } else { BTreeMap::new() };
    if !store::close(tx, open.id, (&cx.actor.name, cx.now), &counts)? {
        return Err(Error::Conflict("Somebody else has just closed the vote.".into()));
    }
    let payload = serde_json::json!({ "question": q.id, "vote": open.vote.number });
    trail::record(cx, tx, "closed-vote", &Ref::new("review", review.id), &payload, "")?;
    tx.publish(&topic(&review));
    let vote = BlindVote { closed_by: Some(cx.actor.name.clone()), closed_at: Some(cx.now), ..open.vote };
    Ok(shown(q, Stored { id: open.id, secret: String::new(), counts, used: BTreeSet::new(), vote }))
}

/// Votes on a question, newest first.
///
/// # Errors
/// Nobody signed in; no such review or question.
pub fn list(cx: &Ctx, tx: &mut dyn Tx, (workload, lens): (&str, &str), id: &str) -> Result<Vec<BlindVote>> {
    cx.require_signed_in()?;
    let (workload, _) = place(tx, workload)?;
    let (review, kept) = held(tx, &workload, lens)?;
    let q = asked(&kept, id)?;
    let all = store::of(tx, review.id, &q.id, MOST)?;
    Ok(all.into_iter().map(|s| shown(q, s)).collect())
}

/// The newest vote on a question, with the reader's ticket if it is open and they may vote.
pub(crate) fn at(
    cx: &Ctx,
    tx: &mut dyn Tx,
    review: &Review,
    q: &Question,
    may: bool,
) -> Result<Option<(BlindVote, Option<Ticket>)>> {
    let Some(s) = newest(tx, review, q)? else { return Ok(None) };
    let mut mine = None;
    if let (None, true, Some(person)) = (s.vote.closed_at, may, cx.actor.person()) {
        let ticket = ticket(&s.secret, person);
        mine = Some(Ticket { used: s.used.contains(&number(&s.secret, &ticket)?), ticket });
    }
    Ok(Some((shown(q, s), mine)))
}

/// The caller's ticket for the vote that is open. Only people have one: a token is nobody who thinks something.
///
/// # Errors
/// No right; no such review or question; [`Error::NotFound`] if no vote is open or no person asks.
pub fn mine(cx: &Ctx, tx: &mut dyn Tx, (workload, lens): (&str, &str), id: &str) -> Result<Ticket> {
    cx.require_somewhere(&rights::TAKE_PART)?;
    let (workload, team) = place(tx, workload)?;
    team.require(cx, &rights::TAKE_PART)?;
    let (review, kept) = held(tx, &workload, lens)?;
    let q = asked(&kept, id)?;
    let found = at(cx, tx, &review, q, true)?.filter(|(v, _)| v.closed_at.is_none());
    let (_, ticket) = found.ok_or_else(|| Error::NotFound("There is no ticket: no vote is open on this question.".into()))?;
    ticket.ok_or_else(|| Error::NotFound("There is no ticket: only people vote, and each by their own account.".into()))
}
