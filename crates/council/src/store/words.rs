//! SQL of the words of concerns; decides nothing.

use kernel::db::Tx;
use kernel::error::Result;

use crate::alike;
use crate::concern::{Content, Course};

kernel::sql! {
    PUT = "INSERT INTO concern_word (word, concern) VALUES ($1::TEXT, $2::BIGINT) ON CONFLICT DO NOTHING";
    DROP = "DELETE FROM concern_word WHERE concern = $1::BIGINT";
    WITH = "SELECT concern FROM concern_word WHERE word COLLATE \"C\" >= $1::TEXT AND word COLLATE \"C\" < $2::TEXT \
        GROUP BY concern ORDER BY concern DESC LIMIT $3::BIGINT";
    COUNT = "SELECT CAST(COUNT(*) AS BIGINT) FROM concern";
}

/// Concerns of one word that are looked at.
const MOST: i64 = 10_000;

/// Stores the words of a new concern.
pub(crate) fn put(tx: &mut dyn Tx, number: i64, content: &Content) -> Result<()> {
    put_all(tx, number, content, &Course::default())
}

/// Stores the words of a concern in place of those that it had.
pub(crate) fn put_all(tx: &mut dyn Tx, number: i64, content: &Content, course: &Course) -> Result<()> {
    tx.execute(&DROP, &[number.into()])?;
    let text = format!("{}\n{}\n{}\n{}\nc-{number}", content.text(), course.reason, course.sent_to, course.epic);
    for word in alike::words(&text) {
        tx.execute(&PUT, &[word.into(), number.into()])?;
    }
    Ok(())
}

/// Concerns that have a word which begins so, newest first.
///
/// # Errors
/// The engine's.
pub fn beginning(tx: &mut dyn Tx, word: &str) -> Result<Vec<i64>> {
    between(tx, word, &format!("{word}\u{10FFFF}"))
}

/// Concerns that have just this word, newest first.
///
/// # Errors
/// The engine's.
pub fn with(tx: &mut dyn Tx, word: &str) -> Result<Vec<i64>> {
    between(tx, word, &format!("{word}\u{1}"))
}

fn between(tx: &mut dyn Tx, from: &str, to: &str) -> Result<Vec<i64>> {
    tx.query(&WITH, &[from.into(), to.into(), MOST.into()])?.iter().map(|r| r.int(0)).collect()
}

/// How many concerns there are.
///
/// # Errors
/// The engine's.
pub fn concerns(tx: &mut dyn Tx) -> Result<usize> {
    Ok(usize::try_from(tx.one(&COUNT, &[])?.int(0)?).unwrap_or(0))
}
