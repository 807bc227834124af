//! Verbs on what people say without a name. They record nothing in the trail and announce nothing that would be stored: both
//! would say when.

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::web::{ActorId, Ctx};
use people::rights;

use crate::anonymous::{
    DAYS, FeedbackBallot, FeedbackTicket, LEAST, MOST, NewBoxQuestion, QuestionBox, SessionFeedback, number, put, ticket,
};
use crate::forum::ForumKind;
use crate::session::{Session, SessionState};
use crate::store::{anonymous as store, session};

/// True if who acts is one of those who are in the session.
pub(crate) fn takes_part(cx: &Ctx, tx: &mut dyn Tx, s: &Session) -> Result<bool> {
    if s.forum.kind == ForumKind::Council || s.forum.may_run(cx) {
        return Ok(cx.actor.id != ActorId::Anonymous);
    }
    if cx.actor.may(&rights::SESSION_PART, s.forum.group) {
        return Ok(true);
    }
    let teams = catalogue::store::teams(tx, s.forum.group)?;
    Ok(teams.iter().any(|t| cx.actor.may(&rights::SESSION_PART, Some(t.id))))
}

fn taking_part(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<Session> {
    let s = session::one(tx, id, cx.now)?;
    if takes_part(cx, tx, &s)? {
        return Ok(s);
    }
    let right = &rights::SESSION_PART;
    Err(Error::Forbidden(format!("You may not {}. That is for {}.", right.what, right.who)))
}

/// Puts a question into the box of a session.
///
/// # Errors
/// Nobody signed in, or not one of the group; a fault; [`Error::Conflict`] if the session is over; a full box.
pub fn ask(cx: &Ctx, tx: &mut dyn Tx, id: Id, new: &NewBoxQuestion) -> Result<Session> {
    cx.require_signed_in()?;
    let s = taking_part(cx, tx, id)?;
    let text = new.check()?;
    if matches!(s.state, SessionState::Closed | SessionState::CalledOff) {
        return Err(Error::Conflict(format!(
            "This session is {}. Put the question into the box of the next one.",
            s.state.words()
        )));
    }
    let (asked, mut all) = store::questions(tx, id)?;
    if asked >= MOST {
        return Err(Error::TooLarge(format!("The box holds {MOST} questions and is full.")));
    }
    if !put(&mut all, text) {
        return Err(Error::Conflict("The same question is in the box already.".into()));
    }
    if !store::ask(tx, id, asked, &all)? {
        return Err(Error::Busy);
    }
    Ok(s)
}

/// The box of a session.
///
/// # Errors
/// Nobody signed in; no such session.
pub fn questions(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<QuestionBox> {
    cx.require_signed_in()?;
    session::one(tx, id, cx.now)?;
    Ok(QuestionBox { questions: store::questions(tx, id)?.1 })
}

/// Begins to ask, after a session was closed, whether it was worth the time. `secret` was drawn for it and makes the tickets.
/// Called again it changes nothing.
///
/// # Errors
/// No right; the engine's.
pub fn open(cx: &Ctx, tx: &mut dyn Tx, s: &Session, secret: &str) -> Result<()> {
    cx.require_signed_in()?;
    if !s.is_run_by(cx) {
        s.forum.require(cx)?;
    }
    store::open(tx, s.id, secret, cx.now.plus(std::time::Duration::from_secs(DAYS * 86_400)))
}

/// What people said after a session; none if nobody was asked.
///
/// # Errors
/// Nobody signed in; no such session.
pub fn feedback(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<Option<SessionFeedback>> {
    cx.require_signed_in()?;
    session::one(tx, id, cx.now)?;
    let found = store::feedback(tx, id)?;
    Ok(found.map(|f| SessionFeedback::of(f.ends_at, f.answers, &f.counts, cx.now)))
}

/// The caller's ticket; none for programs, for whoever is not of the group, and when nobody is asked any more.
///
/// # Errors
/// Nobody signed in; no such session.
pub fn mine(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<Option<FeedbackTicket>> {
    cx.require_signed_in()?;
    let s = session::one(tx, id, cx.now)?;
    let (Some(person), true) = (cx.actor.person(), takes_part(cx, tx, &s)?) else { return Ok(None) };
    let Some(f) = store::feedback(tx, id)?.filter(|f| f.ends_at > cx.now && !f.secret.is_empty()) else { return Ok(None) };
    let ticket = ticket(&f.secret, person);
    let used = f.used.contains(&number(&f.secret, &ticket)?);
    Ok(Some(FeedbackTicket { ticket, used }))
}

/// Answers once whether a session was worth the time.
///
/// # Errors
/// Nobody signed in, or not one of the group; a ticket that was not given; [`Error::Conflict`] if it was used, or nobody is asked.
pub fn answer(cx: &Ctx, tx: &mut dyn Tx, id: Id, ballot: &FeedbackBallot) -> Result<()> {
    cx.require_signed_in()?;
    taking_part(cx, tx, id)?;
    let none = || Error::Conflict("Nobody is asked about this session any more, or not yet.".into());
    let f = store::feedback(tx, id)?.filter(|f| f.ends_at > cx.now && !f.secret.is_empty()).ok_or_else(none)?;
    let used = number(&f.secret, &ballot.ticket)?;
    if f.used.contains(&used) {
        return Err(Error::Conflict("This ticket was used: each answers once.".into()));
    }
    if store::answer(tx, id, &f, &used, ballot.worth.key())? { Ok(()) } else { Err(Error::Busy) }
}

/// Ends what is over: what makes and remembers tickets is removed, and counts of too few answers with it.
///
/// # Errors
/// No right; the engine's.
pub fn end(cx: &Ctx, tx: &mut dyn Tx) -> Result<()> {
    cx.require_everywhere(&rights::SESSIONS)?;
    for (session, answers, counts) in store::over(tx, cx.now)? {
        let enough = answers >= LEAST;
        store::end(tx, session, if enough { answers } else { 0 }, &if enough { counts } else { Default::default() })?;
    }
    Ok(())
}
