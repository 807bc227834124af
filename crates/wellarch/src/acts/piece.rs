//! Verbs on links and attachments beside a question: add; removal is the evidence room's.

use ::evidence::acts::About;
use ::evidence::piece::{EvidencePiece, MOST, NewEvidenceLink};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use kernel::web::Ctx;
use people::rights;

use super::review::{asked, held, place, topic};

/// What evidence names a question of a review by.
pub(crate) fn on(review: Id, question: &str) -> Ref {
    Ref::new("review-question", format!("{review}/{question}"))
}

/// Adds a link beside a question.
///
/// # Errors
/// No right; faults; no such review or question; too many.
pub fn link(cx: &Ctx, tx: &mut dyn Tx, (workload, lens): (&str, &str), id: &str, new: &NewEvidenceLink) -> Result<EvidencePiece> {
    cx.require_somewhere(&rights::TAKE_PART)?;
    let (workload, team) = place(tx, workload)?;
    team.require(cx, &rights::TAKE_PART)?;
    let (review, kept) = held(tx, &workload, lens)?;
    let about = About { on: on(review.id, &asked(&kept, id)?.id), team: &team, topic: topic(&review) };
    ::evidence::acts::link(cx, tx, &about, new)
}

/// Attaches a file beside a question.
///
/// # Errors
/// No right; faults; no such review or question; too many; [`kernel::Error::TooLarge`].
pub fn attach(
    cx: &Ctx,
    tx: &mut dyn Tx,
    (workload, lens): (&str, &str),
    id: &str,
    (name, bytes): (&str, Result<Vec<u8>>),
) -> Result<EvidencePiece> {
    cx.require_somewhere(&rights::TAKE_PART)?;
    let (workload, team) = place(tx, workload)?;
    team.require(cx, &rights::TAKE_PART)?;
    let (review, kept) = held(tx, &workload, lens)?;
    let about = About { on: on(review.id, &asked(&kept, id)?.id), team: &team, topic: topic(&review) };
    // What could not be read is told to those alone who may.
    let bytes = bytes?;
    if name.is_empty() && bytes.is_empty() {
        return Err(Error::invalid("file", "No file was chosen. Choose one."));
    }
    ::evidence::acts::attach(cx, tx, &about, (name, &bytes))
}

/// Links and attachments beside a question, oldest first, those that were removed among them.
///
/// # Errors
/// Nobody signed in; no such review or question.
pub fn list(cx: &Ctx, tx: &mut dyn Tx, (workload, lens): (&str, &str), id: &str) -> Result<Vec<EvidencePiece>> {
    cx.require_signed_in()?;
    let (workload, _) = place(tx, workload)?;
    let (review, kept) = held(tx, &workload, lens)?;
    ::evidence::store::about(tx, &on(review.id, &asked(&kept, id)?.id), i64::try_from(MOST).unwrap_or(i64::MAX))
}
