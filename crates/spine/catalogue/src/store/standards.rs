//! Rows of standards, and of what teams say about them.

use kernel::db::{Row, Tx};
use kernel::error::Result;
use kernel::ids::Id;
use kernel::time::Time;

use super::{bad_slug, missing};
use crate::rules::folded;
use crate::standards::{Adoption, NewAdoption, Standard};

kernel::sql! {
    ALL = "SELECT id, slug, statement, why, pillar, how, archived_at, version FROM standard \
        WHERE archived_at IS NULL ORDER BY folded COLLATE \"C\", id COLLATE \"C\"";
    PAGE = "SELECT id, slug, statement, why, pillar, how, archived_at, version FROM standard \
        WHERE archived_at IS NULL AND folded COLLATE \"C\" > $1::TEXT ORDER BY folded COLLATE \"C\" LIMIT $2::BIGINT";
    BY_SLUG = "SELECT id, slug, statement, why, pillar, how, archived_at, version FROM standard WHERE slug = $1::TEXT";
    INSERT = "INSERT INTO standard (id, slug, folded, statement, why, pillar, how, version, made_at, archived_at, archived_by) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::TEXT, 1, $8::BIGINT, NULL, NULL) ON CONFLICT DO NOTHING";
    UPDATE = "UPDATE standard SET folded = $2::TEXT, statement = $3::TEXT, why = $4::TEXT, pillar = $5::TEXT, how = $6::TEXT, \
        version = version + 1 WHERE id = $1::TEXT AND version = $7::BIGINT";
    ARCHIVE = "UPDATE standard SET archived_at = $2::BIGINT, archived_by = $3::TEXT, version = version + 1 \
        WHERE id = $1::TEXT AND archived_at IS NULL";
    RESTORE = "UPDATE standard SET archived_at = NULL, archived_by = NULL, version = version + 1 \
        WHERE id = $1::TEXT AND archived_at IS NOT NULL";
    ADOPTIONS = "SELECT workload, standard, adopted, evidence, day, note, by_name, version FROM adoption \
        ORDER BY workload COLLATE \"C\", standard COLLATE \"C\"";
    OF_WORKLOAD = "SELECT workload, standard, adopted, evidence, day, note, by_name, version FROM adoption \
        WHERE workload = $1::TEXT ORDER BY standard COLLATE \"C\"";
    OF_STANDARD = "SELECT workload, standard, adopted, evidence, day, note, by_name, version FROM adoption \
        WHERE standard = $1::TEXT ORDER BY workload COLLATE \"C\"";
    SAY_FIRST = "INSERT INTO adoption (workload, standard, adopted, evidence, day, note, version, by_name, at) \
        VALUES ($1::TEXT, $2::TEXT, $3::BIGINT, $4::TEXT, $5::TEXT, $6::TEXT, 1, $7::TEXT, $8::BIGINT) \
        ON CONFLICT (workload, standard) DO NOTHING";
    SAY = "UPDATE adoption SET adopted = $3::BIGINT, evidence = $4::TEXT, day = $5::TEXT, note = $6::TEXT, by_name = $7::TEXT, \
        at = $8::BIGINT, version = version + 1 WHERE workload = $1::TEXT AND standard = $2::TEXT AND version = $9::BIGINT";
}

fn of(r: &Row) -> Result<Standard> {
    Ok(Standard {
        id: r.id(0)?,
        slug: r.text(1)?,
        statement: r.text(2)?,
        why: r.text(3)?,
        pillar: r.text(4)?,
        how: r.text(5)?,
        archived_at: r.opt_time(6)?,
        version: r.int(7)?,
    })
}

fn adoption_of(r: &Row) -> Result<Adoption> {
    Ok(Adoption {
        workload: r.id(0)?,
        standard: r.id(1)?,
        adopted: r.int(2)? == 1,
        evidence: r.text(3)?,
        day: r.text(4)?,
        note: r.text(5)?,
        by: r.text(6)?,
        version: r.int(7)?,
    })
}

/// All in use, by their statement.
///
/// # Errors
/// The engine's.
pub fn all(tx: &mut dyn Tx) -> Result<Vec<Standard>> {
    tx.query(&ALL, &[])?.iter().map(of).collect()
}

/// At most `limit` in use after a statement, folded.
///
/// # Errors
/// The engine's.
pub fn page(tx: &mut dyn Tx, after: &str, limit: i64) -> Result<Vec<Standard>> {
    tx.query(&PAGE, &[after.into(), limit.into()])?.iter().map(of).collect()
}

/// One by its slug.
///
/// # Errors
/// [`kernel::Error::NotFound`].
pub fn by_slug(tx: &mut dyn Tx, slug: &str) -> Result<Standard> {
    if bad_slug(slug) {
        return Err(missing("standard", slug));
    }
    tx.opt(&BY_SLUG, &[slug.into()])?.as_ref().map_or_else(|| Err(missing("standard", slug)), of)
}

/// Stores a new one; false if slug or statement are taken.
pub(crate) fn insert(tx: &mut dyn Tx, s: &Standard, now: Time) -> Result<bool> {
    let row = [
        s.id.into(),
        (&s.slug).into(),
        folded(&s.statement).into(),
        (&s.statement).into(),
        (&s.why).into(),
        (&s.pillar).into(),
        (&s.how).into(),
        now.into(),
    ];
    Ok(tx.execute(&INSERT, &row)? == 1)
}

/// Changes one; false if it was changed since its version.
pub(crate) fn update(tx: &mut dyn Tx, s: &Standard) -> Result<bool> {
    let row = [
        s.id.into(),
        folded(&s.statement).into(),
        (&s.statement).into(),
        (&s.why).into(),
        (&s.pillar).into(),
        (&s.how).into(),
        s.version.into(),
    ];
    Ok(tx.execute(&UPDATE, &row)? == 1)
}

/// Puts one away; false if it is.
pub(crate) fn archive(tx: &mut dyn Tx, id: Id, by: &str, now: Time) -> Result<bool> {
    Ok(tx.execute(&ARCHIVE, &[id.into(), now.into(), by.into()])? == 1)
}

/// Brings one back; false if it is not away.
pub(crate) fn restore(tx: &mut dyn Tx, id: Id) -> Result<bool> {
    Ok(tx.execute(&RESTORE, &[id.into()])? == 1)
}

/// What was said of everything.
///
/// # Errors
/// The engine's.
pub fn adoptions(tx: &mut dyn Tx) -> Result<Vec<Adoption>> {
    tx.query(&ADOPTIONS, &[])?.iter().map(adoption_of).collect()
}

/// What was said of a workload.
///
/// # Errors
/// The engine's.
pub fn of_workload(tx: &mut dyn Tx, workload: Id) -> Result<Vec<Adoption>> {
    tx.query(&OF_WORKLOAD, &[workload.into()])?.iter().map(adoption_of).collect()
}

/// What was said of a standard.
///
/// # Errors
/// The engine's.
pub fn of_standard(tx: &mut dyn Tx, standard: Id) -> Result<Vec<Adoption>> {
    tx.query(&OF_STANDARD, &[standard.into()])?.iter().map(adoption_of).collect()
}

/// Stores what a team says; false if somebody said something else since `version` (0: nobody had).
pub(crate) fn say(
    tx: &mut dyn Tx,
    (workload, standard): (Id, Id),
    new: &NewAdoption,
    version: i64,
    by: &str,
    now: Time,
) -> Result<bool> {
    let mut row = vec![
        workload.into(),
        standard.into(),
        i64::from(new.adopted).into(),
        (&new.evidence).into(),
        (&new.day).into(),
        (&new.note).into(),
        by.into(),
        now.into(),
    ];
    if version == 0 {
        return Ok(tx.execute(&SAY_FIRST, &row)? == 1);
    }
    row.push(version.into());
    Ok(tx.execute(&SAY, &row)? == 1)
}
