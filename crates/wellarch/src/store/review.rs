//! SQL of reviews and their answers.

use std::collections::BTreeMap;

use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::review::{Review, ReviewAnswer, Said};
use crate::template::FromTemplate;

kernel::sql! {
    BEGIN = "INSERT INTO review (id, workload, lens, digest, begun_by, begun_at) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::BIGINT) ON CONFLICT (workload, lens) DO NOTHING";
    ONE = "SELECT id, workload, lens, digest, begun_by, begun_at FROM review WHERE workload = $1::TEXT AND lens = $2::TEXT";
    OF_WORKLOAD = "SELECT id, workload, lens, digest, begun_by, begun_at FROM review WHERE workload = $1::TEXT ORDER BY lens COLLATE \"C\"";
    ALL = "SELECT id, workload, lens, digest, begun_by, begun_at FROM review ORDER BY workload COLLATE \"C\", lens COLLATE \"C\"";
    ANSWER = "INSERT INTO review_answer (review, question, version, body, by_name, at) \
        VALUES ($1::TEXT, $2::TEXT, $3::BIGINT, $4::TEXT, $5::TEXT, $6::BIGINT) ON CONFLICT (review, question, version) DO NOTHING";
    TEMPLATE = "INSERT INTO review_answer (review, question, version, body, by_name, at, template, template_version) \
        VALUES ($1::TEXT, $2::TEXT, $3::BIGINT, $4::TEXT, $5::TEXT, $6::BIGINT, $7::TEXT, $8::BIGINT) \
        ON CONFLICT (review, question, version) DO NOTHING";
    EXACT = "SELECT a.version, a.body, a.by_name, a.at, t.slug, t.name, m.name, a.template_version FROM review_answer a \
        LEFT JOIN answer_template t ON t.id = a.template LEFT JOIN team m ON m.id = t.team \
        WHERE a.review = $1::TEXT AND a.question = $2::TEXT AND a.version = $3::BIGINT";
    VERSIONS = "SELECT a.version, a.body, a.by_name, a.at, t.slug, t.name, m.name, a.template_version FROM review_answer a \
        LEFT JOIN answer_template t ON t.id = a.template LEFT JOIN team m ON m.id = t.team \
        WHERE a.review = $1::TEXT AND a.question = $2::TEXT AND a.version < $3::BIGINT ORDER BY a.version DESC LIMIT $4::BIGINT";
    HISTORY = "SELECT a.question, a.version, a.body, a.by_name, a.at, t.slug, t.name, m.name, a.template_version FROM review_answer a \
        LEFT JOIN answer_template t ON t.id = a.template LEFT JOIN team m ON m.id = t.team \
        WHERE a.review = $1::TEXT ORDER BY a.at, a.question COLLATE \"C\", a.version LIMIT $2::BIGINT";
    NEWEST = "SELECT a.version, a.body, a.by_name, a.at, t.slug, t.name, m.name, a.template_version FROM review_answer a \
        LEFT JOIN answer_template t ON t.id = a.template LEFT JOIN team m ON m.id = t.team \
        WHERE a.review = $1::TEXT AND a.question = $2::TEXT ORDER BY a.version DESC LIMIT 1";
    ANSWERS = "SELECT a.question, a.version, a.body, a.by_name, a.at, t.slug, t.name, m.name, a.template_version FROM review_answer a \
        LEFT JOIN answer_template t ON t.id = a.template LEFT JOIN team m ON m.id = t.team WHERE a.review = $1::TEXT AND a.version = \
        (SELECT MAX(b.version) FROM review_answer b WHERE b.review = a.review AND b.question = a.question) \
        ORDER BY a.question COLLATE \"C\"";
}

pub(super) fn review(row: &Row) -> Result<Review> {
    Ok(Review {
        id: row.id(0)?,
        workload: row.id(1)?,
        lens: row.text(2)?,
        digest: row.text(3)?,
        begun_by: row.text(4)?,
        begun_at: row.time(5)?,
    })
}

pub(super) fn answered(row: &Row, from: usize) -> Result<ReviewAnswer> {
    let template = match (row.opt_text(from + 4)?, row.opt_text(from + 5)?, row.opt_text(from + 6)?, row.opt_int(from + 7)?) {
        (Some(slug), Some(name), Some(team), Some(version)) => Some(FromTemplate { slug, name, team, version }),
        _ => None,
    };
    Ok(ReviewAnswer {
        version: row.int(from)?,
        said: serde_json::from_str(&row.text(from + 1)?).map_err(Error::internal)?,
        by: row.text(from + 2)?,
        at: row.time(from + 3)?,
        template,
    })
}

/// Inserts a review; false if the workload has one against that lens.
pub(crate) fn begin(tx: &mut dyn Tx, r: &Review) -> Result<bool> {
    let params = [r.id.into(), r.workload.into(), (&r.lens).into(), (&r.digest).into(), (&r.begun_by).into(), r.begun_at.into()];
    Ok(tx.execute(&BEGIN, &params)? == 1)
}

/// The review of a workload against a lens.
///
/// # Errors
/// The engine's.
pub fn one(tx: &mut dyn Tx, workload: Id, lens: &str) -> Result<Option<Review>> {
    if super::bad_slug(lens) {
        return Ok(None);
    }
    tx.opt(&ONE, &[workload.into(), lens.into()])?.as_ref().map(review).transpose()
}

/// Reviews of a workload, by lens.
///
/// # Errors
/// The engine's.
pub fn of_workload(tx: &mut dyn Tx, workload: Id) -> Result<Vec<Review>> {
    tx.query(&OF_WORKLOAD, &[workload.into()])?.iter().map(review).collect()
}

/// All reviews.
///
/// # Errors
/// The engine's.
pub fn all(tx: &mut dyn Tx) -> Result<Vec<Review>> {
    tx.query(&ALL, &[])?.iter().map(review).collect()
}

/// Inserts a version of an answer; false if somebody else has that version already.
pub(crate) fn answer(
    tx: &mut dyn Tx,
    review: Id,
    question: &str,
    version: i64,
    said: &Said,
    (by, at): (&str, Time),
) -> Result<bool> {
    let body = serde_json::to_string(said).map_err(Error::internal)?;
    let params = [review.into(), question.into(), version.into(), body.into(), by.into(), at.into()];
    Ok(tx.execute(&ANSWER, &params)? == 1)
}

/// Inserts what a template says as a version of an answer; false if somebody else has that version already.
pub(crate) fn from_template(
    tx: &mut dyn Tx,
    review: Id,
    (question, version): (&str, i64),
    said: &Said,
    (by, at): (&str, Time),
    (template, of): (Id, i64),
) -> Result<bool> {
    let body = serde_json::to_string(said).map_err(Error::internal)?;
    let params = [review.into(), question.into(), version.into(), body.into(), by.into(), at.into(), template.into(), of.into()];
    Ok(tx.execute(&TEMPLATE, &params)? == 1)
}

/// That very version of an answer.
///
/// # Errors
/// The engine's.
pub fn version(tx: &mut dyn Tx, review: Id, question: &str, version: i64) -> Result<Option<ReviewAnswer>> {
    tx.opt(&EXACT, &[review.into(), question.into(), version.into()])?.map(|row| answered(&row, 0)).transpose()
}

/// Versions of an answer, newest first, older than `before`.
///
/// # Errors
/// The engine's.
pub fn versions(tx: &mut dyn Tx, review: Id, question: &str, before: i64, limit: i64) -> Result<Vec<ReviewAnswer>> {
    let params = [review.into(), question.into(), before.into(), limit.into()];
    tx.query(&VERSIONS, &params)?.iter().map(|row| answered(row, 0)).collect()
}

/// Answers of a review in the order in which they were given, with their questions; all versions.
///
/// # Errors
/// The engine's.
pub fn history(tx: &mut dyn Tx, review: Id, limit: i64) -> Result<Vec<(String, ReviewAnswer)>> {
    tx.query(&HISTORY, &[review.into(), limit.into()])?.iter().map(|row| Ok((row.text(0)?, answered(row, 1)?))).collect()
}

/// The newest answer to a question.
///
/// # Errors
/// The engine's.
pub fn newest(tx: &mut dyn Tx, review: Id, question: &str) -> Result<Option<ReviewAnswer>> {
    tx.opt(&NEWEST, &[review.into(), question.into()])?.map(|row| answered(&row, 0)).transpose()
}

/// The newest answers of a review by question.
///
/// # Errors
/// The engine's.
pub fn answers(tx: &mut dyn Tx, review: Id) -> Result<BTreeMap<String, ReviewAnswer>> {
    tx.query(&ANSWERS, &[review.into()])?.iter().map(|row| Ok((row.text(0)?, answered(row, 1)?))).collect()
}
