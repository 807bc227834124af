//! Putting away with a reason, and bringing back.

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Ref;
use kernel::trail;
use kernel::web::Ctx;
use people::rights;

use crate::rules::{NewReason, SubjectKind};
use crate::store;

/// Puts a team, workload or service away. Its history stays.
///
/// # Errors
/// No right; no reason; [`Error::Conflict`] if it is away already.
pub fn archive(cx: &Ctx, tx: &mut dyn Tx, kind: SubjectKind, slug: &str, new: &NewReason) -> Result<()> {
    cx.require_signed_in()?;
    let subject = store::subject_itself(tx, kind, slug)?;
    subject.team.require(cx, &rights::TEAMS)?;
    let reason = new.check()?;
    if !store::archive(tx, kind, subject.id, &cx.actor.key(), cx.now)? {
        return Err(Error::Conflict(format!("{} is put away already.", subject.name)));
    }
    store::put_why(tx, kind, subject.id, &reason, None)?;
    trail::record(cx, tx, "archived", &Ref::new(kind.key(), subject.id), &subject.slug, &reason)?;
    tx.publish("catalogue");
    Ok(())
}

/// Brings a team, workload or service back that was put away.
///
/// # Errors
/// No right; [`Error::Conflict`] if it is not away, or became part of another one.
pub fn restore(cx: &Ctx, tx: &mut dyn Tx, kind: SubjectKind, slug: &str) -> Result<()> {
    cx.require_signed_in()?;
    let subject = store::subject_itself(tx, kind, slug)?;
    subject.team.require(cx, &rights::TEAMS)?;
    if let Some(into) = store::history(tx, kind, subject.id)?.merged_into {
        return Err(Error::Conflict(format!(
            "{} became part of {}, which took over what was its own. Make a new {} if it has to stand alone.",
            subject.name,
            into.name,
            kind.key()
        )));
    }
    if !store::restore(tx, kind, subject.id)? {
        return Err(Error::Conflict(format!("{} is not put away.", subject.name)));
    }
    store::put_why(tx, kind, subject.id, "", None)?;
    super::told(cx, tx, "restored", kind.key(), subject.id, &subject.slug)
}
