//! Verbs on evidence: link, attach, remove; and what is read of it.

use catalogue::Team;
use kernel::db::Tx;
use kernel::error::{Error, Faults, Result};
use kernel::ids::{Id, Ref};
use kernel::text;
use kernel::time::Time;
use kernel::trail;
use kernel::trail::merkle::hex_digest;
use kernel::web::Ctx;
use people::rights;

use crate::piece::{EvidenceForm, EvidencePiece, MOST, NewEvidenceLink, checked};
use crate::store::{self, Kept};

/// What evidence is added to: the thing, whose team it is, what to announce.
#[derive(Debug, Clone)]
pub struct About<'a> {
    /// The thing.
    pub on: Ref,
    /// Its team.
    pub team: &'a Team,
    /// The topic of its page.
    pub topic: String,
}

fn room_for_one(tx: &mut dyn Tx, on: &Ref) -> Result<()> {
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    if store::about(tx, on, most)?.len() >= MOST {
        return Err(Error::TooLarge(format!("There are {MOST} pieces of evidence here already; no more fit.")));
    }
    Ok(())
}

fn add(cx: &Ctx, tx: &mut dyn Tx, about: &About<'_>, piece: EvidencePiece) -> Result<EvidencePiece> {
    let kept = Kept { piece, team: about.team.id, topic: about.topic.clone() };
    store::add(tx, &kept)?;
    trail::record(cx, tx, "added", &Ref::new("evidence", kept.piece.id), &kept.piece, "")?;
    tx.publish(&about.topic);
    Ok(kept.piece)
}

fn blank(cx: &Ctx, tx: &mut dyn Tx, about: &About<'_>, form: EvidenceForm, title: String) -> Result<EvidencePiece> {
    Ok(EvidencePiece {
        id: tx.id()?,
        about: about.on.clone(),
        form,
        title,
        url: String::new(),
        to: None,
        media: String::new(),
        bytes: None,
        digest: String::new(),
        by: cx.actor.name.clone(),
        at: cx.now,
        removed: None,
    })
}

/// Adds a link to an address or to a thing of bellwether.
///
/// # Errors
/// No right; faults; [`Error::TooLarge`] if there are too many pieces.
pub fn link(cx: &Ctx, tx: &mut dyn Tx, about: &About<'_>, new: &NewEvidenceLink) -> Result<EvidencePiece> {
    about.team.require(cx, &rights::TAKE_PART)?;
    let (title, url) = new.check()?;
    room_for_one(tx, &about.on)?;
    let form = if new.to.is_some() { EvidenceForm::Thing } else { EvidenceForm::Link };
    let mut piece = EvidencePiece { url, to: new.to.clone(), ..blank(cx, tx, about, form, title)? };
    if let Some(to) = &new.to {
        let unknown =
            || Error::invalid("to", "There is no such thing, or none of this kind can be linked. Give its address instead.");
        let found = store::describe(tx, to)?.ok_or_else(unknown)?;
        piece.url = found.href;
        if piece.title.is_empty() {
            piece.title = found.title;
        }
    }
    add(cx, tx, about, piece)
}

/// Adds a link as another server had it, with who added it there and when.
///
/// # Errors
/// No right; faults; [`Error::TooLarge`] if there are too many pieces.
pub fn carry(cx: &Ctx, tx: &mut dyn Tx, about: &About<'_>, new: &NewEvidenceLink, (by, at): (&str, Time)) -> Result<EvidencePiece> {
    about.team.require(cx, &rights::TAKE_PART)?;
    let (title, url) = new.check()?;
    room_for_one(tx, &about.on)?;
    let piece = EvidencePiece { url, by: by.to_owned(), at, ..blank(cx, tx, about, EvidenceForm::Link, title)? };
    add(cx, tx, about, piece)
}

/// Attaches a file.
///
/// # Errors
/// No right; faults; [`Error::TooLarge`] if it is, or if there are too many pieces.
pub fn attach(cx: &Ctx, tx: &mut dyn Tx, about: &About<'_>, (name, bytes): (&str, &[u8])) -> Result<EvidencePiece> {
    about.team.require(cx, &rights::TAKE_PART)?;
    let (name, media) = checked(name, bytes)?;
    room_for_one(tx, &about.on)?;
    let piece = EvidencePiece {
        media: media.to_owned(),
        bytes: i64::try_from(bytes.len()).ok(),
        digest: hex_digest(bytes),
        ..blank(cx, tx, about, EvidenceForm::File, name)?
    };
    let id = piece.id;
    let piece = add(cx, tx, about, piece)?;
    store::keep(tx, id, bytes)?;
    Ok(piece)
}

fn found(tx: &mut dyn Tx, id: &str) -> Result<Kept> {
    let shown = || kernel::text::shown(id, 60);
    let missing = || Error::not_found("piece of evidence", shown());
    let id: Id = id.parse().map_err(|_| missing())?;
    store::one(tx, id)?.ok_or_else(missing)
}

/// Removes a piece, with a reason. What it was stays; the bytes of a file do not.
///
/// # Errors
/// No right; no reason; no such piece; [`Error::Conflict`] if it was removed before.
pub fn remove(cx: &Ctx, tx: &mut dyn Tx, id: &str, reason: &str) -> Result<EvidencePiece> {
    cx.require_somewhere(&rights::TAKE_PART)?;
    let kept = found(tx, id)?;
    catalogue::store::team(tx, kept.team)?.require(cx, &rights::TAKE_PART)?;
    let mut faults = Faults::new();
    let reason = text::name(&mut faults, "reason", "The reason", reason);
    faults.done()?;
    let id = kept.piece.id;
    if !store::remove(tx, id, (&cx.actor.name, cx.now), &reason)? {
        return Err(Error::Conflict("This piece of evidence was removed already.".into()));
    }
    trail::record(cx, tx, "removed", &Ref::new("evidence", id), &serde_json::json!({ "digest": kept.piece.digest }), &reason)?;
    tx.publish(&kept.topic);
    store::one(tx, id)?.map(|k| k.piece).ok_or_else(|| Error::internal("a piece of evidence is gone"))
}

/// One piece.
///
/// # Errors
/// Nobody signed in; no such piece.
pub fn one(cx: &Ctx, tx: &mut dyn Tx, id: &str) -> Result<EvidencePiece> {
    cx.require_signed_in()?;
    Ok(found(tx, id)?.piece)
}

/// The bytes of an attached file, for those who may add one.
///
/// # Errors
/// No right; no such file, or it was removed.
pub fn file(cx: &Ctx, tx: &mut dyn Tx, id: &str) -> Result<(EvidencePiece, Vec<u8>)> {
    cx.require_somewhere(&rights::TAKE_PART)?;
    let kept = found(tx, id)?;
    catalogue::store::team(tx, kept.team)?.require(cx, &rights::TAKE_PART)?;
    let piece = kept.piece;
    if piece.form != EvidenceForm::File || piece.removed.is_some() {
        return Err(Error::NotFound(format!("There is no file behind “{}”.", piece.title)));
    }
    let bytes = store::bytes(tx, piece.id)?;
    Ok((piece, bytes))
}
