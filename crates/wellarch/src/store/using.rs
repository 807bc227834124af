//! SQL of reviews that use templates of answers.

use std::collections::BTreeMap;

use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use super::template::answers;
use crate::review::Review;
use crate::template::{FromTemplate, Overridden, Use};

kernel::sql! {
    USE = "INSERT INTO review_template (review, template, left_out, shown, by_name, at) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, 0, $4::TEXT, $5::BIGINT) ON CONFLICT (review, template) DO NOTHING";
    LEAVE = "UPDATE review_template SET left_out = $3::TEXT WHERE review = $1::TEXT AND template = $2::TEXT";
    NAMES = "SELECT t.id, t.slug, t.name, m.name, t.version FROM review_template u JOIN answer_template t ON t.id = u.template \
        JOIN team m ON m.id = t.team WHERE u.review = $1::TEXT";
    END = "DELETE FROM review_template WHERE review = $1::TEXT AND template = $2::TEXT";
    USES = "SELECT u.template, t.slug, t.version, v.body, v.by_name, u.left_out, u.shown FROM review_template u \
        JOIN answer_template t ON t.id = u.template JOIN answer_template_version v ON v.template = t.id AND v.version = t.version \
        WHERE u.review = $1::TEXT ORDER BY u.at, u.template COLLATE \"C\"";
    SHOW = "UPDATE review_template SET shown = $3::BIGINT WHERE review = $1::TEXT AND template = $2::TEXT";
    BEHIND = "SELECT r.id, r.workload, r.lens, r.digest, r.begun_by, r.begun_at FROM review_template u JOIN answer_template t ON t.id = u.template \
        JOIN review r ON r.id = u.review WHERE t.slug = $1::TEXT AND u.shown < t.version ORDER BY u.review COLLATE \"C\" LIMIT $2::BIGINT";
    LATE = "SELECT DISTINCT t.slug FROM answer_template t JOIN review_template u ON u.template = t.id WHERE u.shown < t.version LIMIT 20";
    COVER = "INSERT INTO review_covered (review, question, template, stood) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::BIGINT) \
        ON CONFLICT (review, question) DO NOTHING";
    UNCOVER = "DELETE FROM review_covered WHERE review = $1::TEXT AND question = $2::TEXT";
    OVERRIDE = "UPDATE review_covered SET reason = $3::TEXT, overridden_by = $4::TEXT, overridden_at = $5::BIGINT \
        WHERE review = $1::TEXT AND question = $2::TEXT AND overridden_by IS NULL";
    RELEASE = "UPDATE review_covered SET reason = NULL, overridden_by = NULL, overridden_at = NULL \
        WHERE review = $1::TEXT AND question = $2::TEXT AND overridden_by IS NOT NULL";
    STOOD = "UPDATE review_covered SET stood = $3::BIGINT WHERE review = $1::TEXT AND question = $2::TEXT";
    COVERED = "SELECT c.question, c.template, c.stood, c.reason, c.overridden_by, c.overridden_at, t.slug, t.name, m.name, t.version \
        FROM review_covered c JOIN answer_template t ON t.id = c.template JOIN team m ON m.id = t.team \
        WHERE c.review = $1::TEXT ORDER BY c.question COLLATE \"C\"";
    HERE = "SELECT u.template, u.shown, u.by_name, u.at, u.left_out, u.review FROM review_template u WHERE u.review = $1::TEXT \
        ORDER BY u.at, u.template COLLATE \"C\"";
    THERE = "SELECT u.template, u.shown, u.by_name, u.at, u.left_out, u.review, w.id, w.slug, r.lens FROM review_template u \
        JOIN review r ON r.id = u.review JOIN workload w ON w.id = r.workload \
        WHERE u.template = $1::TEXT AND w.slug COLLATE \"C\" > $2::TEXT ORDER BY w.slug COLLATE \"C\" LIMIT $3::BIGINT";
}

/// A question that a template answers, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) template: Id,
    /// Version of the answer that stood there before; nought without one.
    pub(crate) stood: i64,
    pub(crate) overridden: Option<Overridden>,
    pub(crate) from: FromTemplate,
}

/// That a review uses a template, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) template: Id,
    pub(crate) shown: i64,
    pub(crate) by: String,
    pub(crate) at: Time,
    pub(crate) left_out: Vec<String>,
    pub(crate) review: Id,
}

fn ids(text: &str) -> Result<Vec<String>> {
    serde_json::from_str(text).map_err(Error::internal)
}

fn line(r: &Row) -> Result<Line> {
    Ok(Line { template: r.id(0)?, shown: r.int(1)?, by: r.text(2)?, at: r.time(3)?, left_out: ids(r.str(4)?)?, review: r.id(5)? })
}

/// A review begins to use a template; false if it does already.
pub(crate) fn begin(tx: &mut dyn Tx, review: Id, template: Id, left_out: &[String], (by, at): (&str, Time)) -> Result<bool> {
    let left_out = serde_json::to_string(left_out).map_err(Error::internal)?;
    Ok(tx.execute(&USE, &[review.into(), template.into(), left_out.into(), by.into(), at.into()])? == 1)
}

/// Says anew which questions of a template a review leaves out.
pub(crate) fn leave(tx: &mut dyn Tx, review: Id, template: Id, left_out: &[String]) -> Result<()> {
    let left_out = serde_json::to_string(left_out).map_err(Error::internal)?;
    tx.execute(&LEAVE, &[review.into(), template.into(), left_out.into()]).map(|_| ())
}

/// What the templates of a review are called, each in its newest version.
pub(crate) fn names(tx: &mut dyn Tx, review: Id) -> Result<Vec<(Id, FromTemplate)>> {
    let one = |r: &Row| Ok((r.id(0)?, FromTemplate { slug: r.text(1)?, name: r.text(2)?, team: r.text(3)?, version: r.int(4)? }));
    tx.query(&NAMES, &[review.into()])?.iter().map(one).collect()
}

/// A review uses a template no more; false if it did not.
pub(crate) fn end(tx: &mut dyn Tx, review: Id, template: Id) -> Result<bool> {
    Ok(tx.execute(&END, &[review.into(), template.into()])? == 1)
}

/// Templates of a review with what their newest versions say, in the order in which they were taken up.
pub(crate) fn uses(tx: &mut dyn Tx, review: Id) -> Result<Vec<Use>> {
    let one = |r: &Row| {
        Ok(Use {
            template: r.id(0)?,
            slug: r.text(1)?,
            version: r.int(2)?,
            answers: answers(r.str(3)?)?,
            by: r.text(4)?,
            left_out: ids(r.str(5)?)?.into_iter().collect(),
            shown: r.int(6)?,
        })
    };
    tx.query(&USES, &[review.into()])?.iter().map(one).collect()
}

/// The review's answers show that version of a template now.
pub(crate) fn show(tx: &mut dyn Tx, review: Id, template: Id, version: i64) -> Result<()> {
    tx.execute(&SHOW, &[review.into(), template.into(), version.into()]).map(|_| ())
}

/// Reviews that show an older version of a template.
pub(crate) fn behind(tx: &mut dyn Tx, slug: &str, limit: i64) -> Result<Vec<Review>> {
    tx.query(&BEHIND, &[slug.into(), limit.into()])?.iter().map(super::review::review).collect()
}

/// Templates of which some review shows an older version.
pub(crate) fn late(tx: &mut dyn Tx) -> Result<Vec<String>> {
    tx.query(&LATE, &[])?.iter().map(|r| r.text(0)).collect()
}

/// A template answers a question from now on; false if one does already.
pub(crate) fn cover(tx: &mut dyn Tx, review: Id, question: &str, template: Id, stood: i64) -> Result<bool> {
    Ok(tx.execute(&COVER, &[review.into(), question.into(), template.into(), stood.into()])? == 1)
}

/// No template answers a question any more.
pub(crate) fn uncover(tx: &mut dyn Tx, review: Id, question: &str) -> Result<()> {
    tx.execute(&UNCOVER, &[review.into(), question.into()]).map(|_| ())
}

/// The review says something else; false if it does already, or no template answers.
pub(crate) fn override_(tx: &mut dyn Tx, review: Id, question: &str, o: &Overridden) -> Result<bool> {
    let params = [review.into(), question.into(), (&o.reason).into(), (&o.by).into(), o.at.into()];
    Ok(tx.execute(&OVERRIDE, &params)? == 1)
}

/// The template says it again; false if it does.
pub(crate) fn release(tx: &mut dyn Tx, review: Id, question: &str) -> Result<bool> {
    Ok(tx.execute(&RELEASE, &[review.into(), question.into()])? == 1)
}

/// What stood there before has another version now.
pub(crate) fn stood(tx: &mut dyn Tx, review: Id, question: &str, version: i64) -> Result<()> {
    tx.execute(&STOOD, &[review.into(), question.into(), version.into()]).map(|_| ())
}

/// Questions of a review that templates answer.
pub(crate) fn covered(tx: &mut dyn Tx, review: Id) -> Result<BTreeMap<String, Held>> {
    let one = |r: &Row| {
        let overridden = match (r.opt_text(3)?, r.opt_text(4)?, r.opt_time(5)?) {
            (Some(reason), Some(by), Some(at)) => Some(Overridden { reason, by, at }),
            _ => None,
        };
        let from = FromTemplate { slug: r.text(6)?, name: r.text(7)?, team: r.text(8)?, version: r.int(9)? };
        Ok((r.text(0)?, Held { template: r.id(1)?, stood: r.int(2)?, overridden, from }))
    };
    tx.query(&COVERED, &[review.into()])?.iter().map(one).collect()
}

/// Templates that a review uses.
pub(crate) fn here(tx: &mut dyn Tx, review: Id) -> Result<Vec<Line>> {
    tx.query(&HERE, &[review.into()])?.iter().map(line).collect()
}

/// Reviews that use a template, by the workload's name in addresses, after one: how, the workload's slug and the lens.
pub(crate) fn there(tx: &mut dyn Tx, template: Id, after: &str, limit: i64) -> Result<Vec<(Line, String, String)>> {
    let rows = tx.query(&THERE, &[template.into(), after.into(), limit.into()])?;
    rows.iter().map(|r| Ok((line(r)?, r.text(7)?, r.text(8)?))).collect()
}
