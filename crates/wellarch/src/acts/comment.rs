//! Verbs on comments: add; and what is read of a question's past.

use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::{Id, Ref};
use kernel::trail;
use kernel::web::Ctx;
use people::rights;

use super::review::{asked, held, place, topic};
use crate::comment::{NewComment, ReviewComment};
use crate::review::ReviewAnswer;
use crate::store::comment as store;

/// Says something about a question. A comment is never changed nor removed.
///
/// # Errors
/// No right; faults; no such review or question.
pub fn add(cx: &Ctx, tx: &mut dyn Tx, (workload, lens): (&str, &str), id: &str, new: &NewComment) -> Result<ReviewComment> {
    cx.require_somewhere(&rights::TAKE_PART)?;
    let (workload, team) = place(tx, workload)?;
    team.require(cx, &rights::TAKE_PART)?;
    let (review, kept) = held(tx, &workload, lens)?;
    let q = asked(&kept, id)?;
    let made = ReviewComment { id: tx.id()?, text: new.check()?, by: cx.actor.name.clone(), at: cx.now };
    store::add(tx, review.id, &q.id, &made)?;
    let payload = serde_json::json!({ "question": q.id, "comment": made });
    trail::record(cx, tx, "commented", &Ref::new("review", review.id), &payload, "")?;
    tx.publish(&topic(&review));
    Ok(made)
}

/// Comments on a question, newest first, older than `before`.
///
/// # Errors
/// Nobody signed in; no such review or question.
pub fn list(
    cx: &Ctx,
    tx: &mut dyn Tx,
    (workload, lens): (&str, &str),
    id: &str,
    (before, limit): (Option<Id>, i64),
) -> Result<Vec<ReviewComment>> {
    cx.require_signed_in()?;
    let (workload, _) = place(tx, workload)?;
    let (review, kept) = held(tx, &workload, lens)?;
    store::of(tx, review.id, &asked(&kept, id)?.id, before, limit)
}

/// Versions of the answer to a question, newest first, older than version `before`.
///
/// # Errors
/// Nobody signed in; no such review or question.
pub fn versions(
    cx: &Ctx,
    tx: &mut dyn Tx,
    (workload, lens): (&str, &str),
    id: &str,
    (before, limit): (i64, i64),
) -> Result<Vec<ReviewAnswer>> {
    cx.require_signed_in()?;
    let (workload, _) = place(tx, workload)?;
    let (review, kept) = held(tx, &workload, lens)?;
    crate::store::review::versions(tx, review.id, &asked(&kept, id)?.id, before, limit)
}
