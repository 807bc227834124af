//! SQL of published lenses.

use std::sync::Arc;

use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::time::Time;

use crate::published::{Kept, LensFile, LensVersion, built_in, kept};

kernel::sql! {
    PUBLISH = "INSERT INTO lens_version (digest, slug, name, version, form, origin, pillars, questions, choices, rules, published_by, \
        published_at) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::BIGINT, $8::BIGINT, $9::BIGINT, \
        $10::BIGINT, $11::TEXT, $12::BIGINT) ON CONFLICT (digest) DO NOTHING";
    PART = "INSERT INTO lens_part (digest, number, name, body) VALUES ($1::TEXT, $2::BIGINT, $3::TEXT, $4::TEXT)";
    ALL = "SELECT digest, slug, name, version, form, origin, pillars, questions, choices, rules, published_by, published_at \
        FROM lens_version ORDER BY slug COLLATE \"C\", published_at, digest COLLATE \"C\"";
    OF = "SELECT digest, slug, name, version, form, origin, pillars, questions, choices, rules, published_by, published_at \
        FROM lens_version WHERE slug = $1::TEXT ORDER BY published_at, digest COLLATE \"C\"";
    ONE = "SELECT digest, slug, name, version, form, origin, pillars, questions, choices, rules, published_by, published_at \
        FROM lens_version WHERE digest = $1::TEXT";
    PARTS = "SELECT name, body FROM lens_part WHERE digest = $1::TEXT ORDER BY number";
}

fn version(row: &Row) -> Result<LensVersion> {
    Ok(LensVersion {
        digest: row.text(0)?,
        slug: row.text(1)?,
        name: row.text(2)?,
        version: row.text(3)?,
        form: row.text(4)?,
        built_in: row.text(5)? == "built-in",
        pillars: row.int(6)?,
        questions: row.int(7)?,
        choices: row.int(8)?,
        rules: row.int(9)?,
        by: row.text(10)?,
        at: Some(row.time(11)?),
    })
}

/// Inserts a version with its files; false if it is there already.
pub(crate) fn publish(tx: &mut dyn Tx, kept: &Kept, v: &LensVersion, now: Time) -> Result<bool> {
    let params = [
        (&v.digest).into(),
        (&v.slug).into(),
        (&v.name).into(),
        (&v.version).into(),
        (&v.form).into(),
        (if v.built_in { "built-in" } else { "imported" }).into(),
        v.pillars.into(),
        v.questions.into(),
        v.choices.into(),
        v.rules.into(),
        (&v.by).into(),
        now.into(),
    ];
    if tx.execute(&PUBLISH, &params)? == 0 {
        return Ok(false);
    }
    for (i, part) in kept.parts.iter().enumerate() {
        let number = i64::try_from(i).unwrap_or(i64::MAX);
        tx.execute(&PART, &[(&v.digest).into(), number.into(), (&part.name).into(), (&part.text).into()])?;
    }
    Ok(true)
}

/// The version of that digest, stored or built in.
///
/// # Errors
/// The engine's.
pub fn one(tx: &mut dyn Tx, digest: &str) -> Result<Option<LensVersion>> {
    if let Some(stored) = tx.opt(&ONE, &[digest.into()])? {
        return version(&stored).map(Some);
    }
    Ok(built_in()?.iter().find(|k| k.digest == digest).map(|k| k.version(true)))
}

/// All versions of a lens, oldest first; what comes with this program is the newest of its own.
///
/// # Errors
/// [`Error::NotFound`].
pub fn versions(tx: &mut dyn Tx, slug: &str) -> Result<Vec<LensVersion>> {
    let missing = || Error::not_found("lens", kernel::text::shown(slug, 60));
    if super::bad_slug(slug) {
        return Err(missing());
    }
    let mut out: Vec<LensVersion> = tx.query(&OF, &[slug.into()])?.iter().map(version).collect::<Result<_>>()?;
    with_own(&mut out)?;
    out.retain(|v| v.slug == slug);
    if out.is_empty() { Err(missing()) } else { Ok(out) }
}

/// All versions of all lenses: those of the program first, then by name in addresses, each oldest first.
///
/// # Errors
/// The engine's.
pub fn all(tx: &mut dyn Tx) -> Result<Vec<LensVersion>> {
    let mut out: Vec<LensVersion> = tx.query(&ALL, &[])?.iter().map(version).collect::<Result<_>>()?;
    with_own(&mut out)?;
    let own = built_in()?;
    out.sort_by_key(|v| own.iter().position(|k| k.slug == v.slug).unwrap_or(usize::MAX));
    Ok(out)
}

/// Moves what comes with the program to the end of its versions.
fn with_own(out: &mut Vec<LensVersion>) -> Result<()> {
    for kept in built_in()? {
        let stored = out.iter().position(|v| v.digest == kept.digest).map(|i| out.remove(i));
        out.push(stored.unwrap_or_else(|| kept.version(true)));
    }
    Ok(())
}

/// What a version says.
///
/// # Errors
/// The engine's.
pub fn read(tx: &mut dyn Tx, v: &LensVersion) -> Result<Arc<Kept>> {
    kept(&v.digest, &v.slug, || {
        let rows = tx.query(&PARTS, &[(&v.digest).into()])?;
        rows.iter().map(|r| Ok(LensFile { name: r.text(0)?, text: r.text(1)? })).collect()
    })
}

/// What the version of that digest says.
///
/// # Errors
/// The engine's; [`Error::Internal`] if there is none, as a review keeps its lens.
pub(crate) fn of_digest(tx: &mut dyn Tx, digest: &str) -> Result<Arc<Kept>> {
    let version = one(tx, digest)?.ok_or_else(|| Error::internal("a review whose lens is gone"))?;
    read(tx, &version)
}
