//! SQL of moves of a review to another version of its lens.

use std::collections::HashMap;

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::upgrade::Renamed;

kernel::sql! {
    MOVE = "UPDATE review SET digest = $3::TEXT WHERE id = $1::TEXT AND digest = $2::TEXT";
    LAST = "SELECT CAST(COALESCE(MAX(number), 0) AS BIGINT) FROM review_upgrade WHERE review = $1::TEXT";
    NOTE = "INSERT INTO review_upgrade (review, number, from_digest, to_digest, milestone, body, by_name, at) VALUES ($1::TEXT, $2::BIGINT, \
        $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::TEXT, $8::BIGINT) ON CONFLICT (review, number) DO NOTHING";
    THEN = "SELECT u.review, u.from_digest FROM review_upgrade u WHERE u.at >= $1::BIGINT AND u.number = \
        (SELECT MIN(o.number) FROM review_upgrade o WHERE o.review = u.review AND o.at >= $1::BIGINT)";
    TOP = "SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) FROM review_answer WHERE review = $1::TEXT AND question = $2::TEXT";
}

/// Moves a review; false if it is not on that version any more.
pub(crate) fn move_to(tx: &mut dyn Tx, review: Id, from: &str, to: &str) -> Result<bool> {
    Ok(tx.execute(&MOVE, &[review.into(), from.into(), to.into()])? == 1)
}

/// A move of a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moved {
    pub(crate) from: String,
    pub(crate) to: String,
    /// Name in addresses of the milestone that keeps the review as it stood.
    pub(crate) milestone: String,
    pub(crate) map: Vec<Renamed>,
    pub(crate) by: String,
    pub(crate) at: Time,
}

/// Notes a move; false if somebody else has moved it at the same time.
pub(crate) fn note(tx: &mut dyn Tx, review: Id, m: &Moved) -> Result<bool> {
    let number = tx.one(&LAST, &[review.into()])?.int(0)? + 1;
    let body = serde_json::to_string(&m.map).map_err(Error::internal)?;
    let params = [
        review.into(),
        number.into(),
        (&m.from).into(),
        (&m.to).into(),
        (&m.milestone).into(),
        body.into(),
        (&m.by).into(),
        m.at.into(),
    ];
    Ok(tx.execute(&NOTE, &params)? == 1)
}

/// Of reviews that have moved since a time, the version that they were on then.
pub(crate) fn then(tx: &mut dyn Tx, at: Time) -> Result<HashMap<Id, String>> {
    tx.query(&THEN, &[at.into()])?.iter().map(|r| Ok((r.id(0)?, r.text(1)?))).collect()
}

/// The number of the newest answer to a question; nought without one.
pub(crate) fn top(tx: &mut dyn Tx, review: Id, question: &str) -> Result<i64> {
    tx.one(&TOP, &[review.into(), question.into()])?.int(0)
}
