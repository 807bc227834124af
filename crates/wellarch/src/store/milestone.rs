//! SQL of milestones.

use kernel::db::{Row, Tx};
use kernel::error::Result;
use kernel::ids::Id;

use crate::milestone::Milestone;

kernel::sql! {
    SAVE = "INSERT INTO milestone (id, review, slug, name, document, digest, by_name, at) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, \
        $4::TEXT, $5::TEXT, $6::TEXT, $7::TEXT, $8::BIGINT) ON CONFLICT (review, slug) DO NOTHING";
    LIST = "SELECT slug, name, digest, by_name, at FROM milestone WHERE review = $1::TEXT ORDER BY at, id COLLATE \"C\" \
        LIMIT $2::BIGINT";
    ONE = "SELECT slug, name, digest, by_name, at, document FROM milestone WHERE review = $1::TEXT AND slug = $2::TEXT";
    NEWEST = "SELECT slug, name, digest, by_name, at, document FROM milestone WHERE review = $1::TEXT \
        ORDER BY at DESC, id COLLATE \"C\" DESC LIMIT 1";
}

fn milestone(row: &Row) -> Result<Milestone> {
    Ok(Milestone { slug: row.text(0)?, name: row.text(1)?, digest: row.text(2)?, by: row.text(3)?, at: row.time(4)? })
}

/// Inserts a milestone; false if the review has one of that name.
pub(crate) fn save(tx: &mut dyn Tx, id: Id, review: Id, m: &Milestone, document: &str) -> Result<bool> {
    let params = [
        id.into(),
        review.into(),
        (&m.slug).into(),
        (&m.name).into(),
        document.into(),
        (&m.digest).into(),
        (&m.by).into(),
        m.at.into(),
    ];
    Ok(tx.execute(&SAVE, &params)? == 1)
}

/// Milestones of a review, oldest first.
///
/// # Errors
/// The engine's.
pub fn list(tx: &mut dyn Tx, review: Id, limit: i64) -> Result<Vec<Milestone>> {
    tx.query(&LIST, &[review.into(), limit.into()])?.iter().map(milestone).collect()
}

/// A milestone with its document.
///
/// # Errors
/// The engine's.
pub fn one(tx: &mut dyn Tx, review: Id, slug: &str) -> Result<Option<(Milestone, String)>> {
    if super::bad_slug(slug) {
        return Ok(None);
    }
    tx.opt(&ONE, &[review.into(), slug.into()])?.map(|row| Ok((milestone(&row)?, row.text(5)?))).transpose()
}

/// The newest milestone with its document.
///
/// # Errors
/// The engine's.
pub fn newest(tx: &mut dyn Tx, review: Id) -> Result<Option<(Milestone, String)>> {
    tx.opt(&NEWEST, &[review.into()])?.map(|row| Ok((milestone(&row)?, row.text(5)?))).transpose()
}
