//! SQL of questions; decides nothing.

use kernel::db::{Row, Tx};
use kernel::error::Result;
use kernel::ids::Id;
use kernel::time::Time;

use crate::questions::{Answer, Question};

kernel::sql! {
    INSERT = "INSERT INTO report_question (id, team, sprint, metric, subject, body, by_name, at, answer, answered_by, answered_at) \
        VALUES ($1::TEXT, $2::TEXT, $3::BIGINT, $4::TEXT, $5::TEXT, $6::TEXT, $7::TEXT, $8::BIGINT, '', '', NULL)";
    ANSWER = "UPDATE report_question SET answer = $3::TEXT, answered_by = $4::TEXT, answered_at = $5::BIGINT \
        WHERE team = $1::TEXT AND id = $2::TEXT AND answered_at IS NULL";
    ONE = "SELECT id, sprint, metric, subject, body, by_name, at, answer, answered_by, answered_at FROM report_question \
        WHERE team = $1::TEXT AND id = $2::TEXT";
    OF_REPORT = "SELECT id, sprint, metric, subject, body, by_name, at, answer, answered_by, answered_at FROM report_question \
        WHERE team = $1::TEXT AND sprint = $2::BIGINT ORDER BY id COLLATE \"C\" LIMIT $3::BIGINT";
}

fn question(row: &Row) -> Result<Question> {
    let answered_at = row.opt_time(9)?;
    let (answer, by) = (row.text(7)?, row.text(8)?);
    Ok(Question {
        id: row.id(0)?,
        sprint: row.int(1)?,
        metric: row.text(2)?,
        subject: row.text(3)?,
        text: row.text(4)?,
        by: row.text(5)?,
        at: row.time(6)?,
        answer: answered_at.map(|at| Answer { text: answer, by, at }),
    })
}

pub(crate) fn insert(tx: &mut dyn Tx, team: Id, q: &Question) -> Result<()> {
    let params = [
        q.id.into(),
        team.into(),
        q.sprint.into(),
        (&q.metric).into(),
        (&q.subject).into(),
        (&q.text).into(),
        (&q.by).into(),
        q.at.into(),
    ];
    tx.execute(&INSERT, &params).map(|_| ())
}

/// Stores an answer; false if there is one already.
pub(crate) fn answer(tx: &mut dyn Tx, team: Id, id: Id, text: &str, by: &str, now: Time) -> Result<bool> {
    Ok(tx.execute(&ANSWER, &[team.into(), id.into(), text.into(), by.into(), now.into()])? == 1)
}

/// One question of a team.
///
/// # Errors
/// The engine's.
pub fn one(tx: &mut dyn Tx, team: Id, id: Id) -> Result<Option<Question>> {
    tx.opt(&ONE, &[team.into(), id.into()])?.as_ref().map(question).transpose()
}

/// Questions about a report, oldest first.
///
/// # Errors
/// The engine's.
pub fn of_report(tx: &mut dyn Tx, team: Id, sprint: i64, limit: i64) -> Result<Vec<Question>> {
    tx.query(&OF_REPORT, &[team.into(), sprint.into(), limit.into()])?.iter().map(question).collect()
}
