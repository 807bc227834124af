//! SQL of comments.

use kernel::db::{Row, Tx};
use kernel::error::Result;
use kernel::ids::Id;

use crate::comment::ReviewComment;
use crate::moving::archive::ArchivedComment;

kernel::sql! {
    ADD = "INSERT INTO review_comment (id, review, question, words, by_name, at) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, \
        $5::TEXT, $6::BIGINT)";
    ALL = "SELECT question, words, by_name, at FROM review_comment WHERE review = $1::TEXT ORDER BY id COLLATE \"C\" LIMIT $2::BIGINT";
    OF = "SELECT id, words, by_name, at FROM review_comment WHERE review = $1::TEXT AND question = $2::TEXT AND \
        id COLLATE \"C\" < $3::TEXT ORDER BY id COLLATE \"C\" DESC LIMIT $4::BIGINT";
}

fn comment(row: &Row) -> Result<ReviewComment> {
    Ok(ReviewComment { id: row.id(0)?, text: row.text(1)?, by: row.text(2)?, at: row.time(3)? })
}

/// Inserts a comment.
pub(crate) fn add(tx: &mut dyn Tx, review: Id, question: &str, c: &ReviewComment) -> Result<()> {
    let params = [c.id.into(), review.into(), question.into(), (&c.text).into(), (&c.by).into(), c.at.into()];
    tx.execute(&ADD, &params).map(|_| ())
}

/// Comments on a question, newest first, older than `before`.
///
/// # Errors
/// The engine's.
pub fn of(tx: &mut dyn Tx, review: Id, question: &str, before: Option<Id>, limit: i64) -> Result<Vec<ReviewComment>> {
    let before = before.unwrap_or(Id::from_u128(u128::MAX));
    tx.query(&OF, &[review.into(), question.into(), before.into(), limit.into()])?.iter().map(comment).collect()
}

/// Comments on all questions of a review, oldest first.
pub(crate) fn all(tx: &mut dyn Tx, review: Id, limit: i64) -> Result<Vec<ArchivedComment>> {
    let one = |r: &Row| Ok(ArchivedComment { question: r.text(0)?, text: r.text(1)?, by: r.text(2)?, at: r.time(3)? });
    tx.query(&ALL, &[review.into(), limit.into()])?.iter().map(one).collect()
}
