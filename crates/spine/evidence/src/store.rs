//! SQL of pieces of evidence, and what things of all rooms are called.

use std::sync::OnceLock;

use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use kernel::time::Time;

use crate::piece::{EvidenceForm, EvidencePiece, EvidenceRemoved, joined, parts};

kernel::sql! {
    ADD = "INSERT INTO evidence (id, subject_kind, subject, team, topic, form, title, url, target_kind, target, media, bytes, digest, \
        by_name, at) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::TEXT, $8::TEXT, $9::TEXT, $10::TEXT, \
        $11::TEXT, $12::BIGINT, $13::TEXT, $14::TEXT, $15::BIGINT)";
    PART = "INSERT INTO evidence_part (evidence, number, body) VALUES ($1::TEXT, $2::BIGINT, $3::TEXT)";
    ONE = "SELECT id, subject_kind, subject, form, title, url, target_kind, target, media, bytes, digest, by_name, at, removed_by, \
        removed_at, reason, team, topic FROM evidence WHERE id = $1::TEXT";
    ABOUT = "SELECT id, subject_kind, subject, form, title, url, target_kind, target, media, bytes, digest, by_name, at, removed_by, \
        removed_at, reason, team, topic FROM evidence WHERE subject_kind = $1::TEXT AND subject = $2::TEXT \
        ORDER BY id COLLATE \"C\" LIMIT $3::BIGINT";
    BELOW = "SELECT id, subject_kind, subject, form, title, url, target_kind, target, media, bytes, digest, by_name, at, removed_by, \
        removed_at, reason, team, topic FROM evidence WHERE subject_kind = $1::TEXT AND subject COLLATE \"C\" >= $2::TEXT \
        AND subject COLLATE \"C\" < $3::TEXT ORDER BY subject COLLATE \"C\", id COLLATE \"C\" LIMIT $4::BIGINT";
    BODY = "SELECT body FROM evidence_part WHERE evidence = $1::TEXT ORDER BY number";
    REMOVE = "UPDATE evidence SET removed_by = $2::TEXT, removed_at = $3::BIGINT, reason = $4::TEXT WHERE id = $1::TEXT \
        AND removed_at IS NULL";
    DROP_PARTS = "DELETE FROM evidence_part WHERE evidence = $1::TEXT";
}

/// What a thing is called, and where its page is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// As pages name it.
    pub title: String,
    /// Its page.
    pub href: String,
}

/// Describes things of one kind by their id; none if there is no such thing.
pub struct Describer {
    /// The kind, as the trail names it.
    pub kind: &'static str,
    /// The function.
    pub describe: fn(&mut dyn Tx, &str) -> Result<Option<Described>>,
}

static OTHERS: OnceLock<&'static [Describer]> = OnceLock::new();

/// Tells this crate how things of higher rooms are described. Called once, before anything is opened.
pub fn provide(describers: &'static [Describer]) {
    let _ = OTHERS.set(describers);
}

/// Title and address of a thing; none if it is of no known kind, or not there.
///
/// # Errors
/// The engine's.
pub fn describe(tx: &mut dyn Tx, to: &Ref) -> Result<Option<Described>> {
    let own = ["team", "workload", "service"].contains(&to.kind.as_str());
    if own && kernel::text::key("id", &to.id).is_err() {
        return Ok(None);
    }
    let found = match to.kind.as_str() {
        "team" => catalogue::store::team_by_slug(tx, &to.id).map(|t| (t.name, format!("/teams/{}", t.slug))),
        "workload" => catalogue::store::workload_by_slug(tx, &to.id).map(|w| (w.name, format!("/workloads/{}", w.slug))),
        "service" => catalogue::store::service_by_slug(tx, &to.id).map(|s| (s.name, format!("/services/{}", s.slug))),
        kind => {
            let others = OTHERS.get().copied().unwrap_or_default();
            let Some(known) = others.iter().find(|d| d.kind == kind) else { return Ok(None) };
            return (known.describe)(tx, &to.id);
        }
    };
    match found {
        Ok((title, href)) => Ok(Some(Described { title, href })),
        Err(Error::NotFound(_)) => Ok(None),
        Err(e) => Err(e),
    }
}

/// A piece with what this crate alone needs of it.
pub struct Kept {
    /// The piece.
    pub piece: EvidencePiece,
    /// The team whose it is.
    pub team: Id,
    /// What is announced when it changes.
    pub(crate) topic: String,
}

fn kept(row: &Row) -> Result<Kept> {
    let form = EvidenceForm::read(&row.text(3)?).ok_or_else(|| Error::internal("a piece of evidence of no form"))?;
    let removed = match (row.opt_text(13)?, row.opt_time(14)?, row.opt_text(15)?) {
        (Some(by), Some(at), Some(reason)) => Some(EvidenceRemoved { by, at, reason }),
        _ => None,
    };
    let piece = EvidencePiece {
        id: row.id(0)?,
        about: Ref { kind: row.text(1)?, id: row.text(2)? },
        form,
        title: row.text(4)?,
        url: row.text(5)?,
        to: (form == EvidenceForm::Thing).then_some(Ref { kind: row.text(6)?, id: row.text(7)? }),
        media: row.text(8)?,
        bytes: if form == EvidenceForm::File { Some(row.int(9)?) } else { None },
        digest: row.text(10)?,
        by: row.text(11)?,
        at: row.time(12)?,
        removed,
    };
    Ok(Kept { piece, team: row.id(16)?, topic: row.text(17)? })
}

/// Inserts a piece.
pub(crate) fn add(tx: &mut dyn Tx, k: &Kept) -> Result<()> {
    let p = &k.piece;
    let to = p.to.as_ref().map_or(("", ""), |to| (to.kind.as_str(), to.id.as_str()));
    let params = [
        p.id.into(),
        (&p.about.kind).into(),
        (&p.about.id).into(),
        k.team.into(),
        (&k.topic).into(),
        p.form.key().into(),
        (&p.title).into(),
        (&p.url).into(),
        to.0.into(),
        to.1.into(),
        (&p.media).into(),
        p.bytes.unwrap_or(0).into(),
        (&p.digest).into(),
        (&p.by).into(),
        p.at.into(),
    ];
    tx.execute(&ADD, &params).map(|_| ())
}

/// Stores the bytes of a file.
pub(crate) fn keep(tx: &mut dyn Tx, id: Id, bytes: &[u8]) -> Result<()> {
    let rows = parts(bytes).zip(0i64..).map(|(part, n)| vec![id.into(), n.into(), part.into()]).collect();
    tx.upsert(&PART, 2, rows).map(|_| ())
}

/// One piece.
///
/// # Errors
/// The engine's.
pub fn one(tx: &mut dyn Tx, id: Id) -> Result<Option<Kept>> {
    tx.opt(&ONE, &[id.into()])?.as_ref().map(kept).transpose()
}

/// Titles and addresses of things are those of today.
fn today(tx: &mut dyn Tx, mut piece: EvidencePiece) -> Result<EvidencePiece> {
    if let Some(to) = &piece.to
        && let Some(found) = describe(tx, to)?
    {
        piece.url = found.href;
        if piece.title.is_empty() {
            piece.title = found.title;
        }
    }
    Ok(piece)
}

/// Pieces about a thing, oldest first.
///
/// # Errors
/// The engine's.
pub fn about(tx: &mut dyn Tx, on: &Ref, limit: i64) -> Result<Vec<EvidencePiece>> {
    let rows = tx.query(&ABOUT, &[(&on.kind).into(), (&on.id).into(), limit.into()])?;
    rows.iter().map(|row| today(tx, kept(row)?.piece)).collect()
}

/// Pieces about things of a kind whose ids begin with a word and a slash, by thing, oldest first.
///
/// # Errors
/// The engine's.
pub fn below(tx: &mut dyn Tx, kind: &str, word: &str, limit: i64) -> Result<Vec<EvidencePiece>> {
    // What follows a slash in the order of bytes is a nought.
    let rows = tx.query(&BELOW, &[kind.into(), format!("{word}/").into(), format!("{word}0").into(), limit.into()])?;
    rows.iter().map(|row| today(tx, kept(row)?.piece)).collect()
}

/// The bytes of a file.
pub(crate) fn bytes(tx: &mut dyn Tx, id: Id) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    tx.each(&BODY, &[id.into()], &mut |row| joined(&mut out, &row.text(0)?))?;
    Ok(out)
}

/// Removes a piece and its bytes; false if it was removed before.
pub(crate) fn remove(tx: &mut dyn Tx, id: Id, (by, at): (&str, Time), reason: &str) -> Result<bool> {
    if tx.execute(&REMOVE, &[id.into(), by.into(), at.into(), reason.into()])? == 0 {
        return Ok(false);
    }
    tx.execute(&DROP_PARTS, &[id.into()]).map(|_| true)
}
