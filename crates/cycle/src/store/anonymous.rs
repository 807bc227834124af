//! SQL of what people say without a name.

use std::collections::{BTreeMap, BTreeSet};

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

kernel::sql! {
    QUESTIONS = "SELECT asked, questions FROM forum_box WHERE session = $1::TEXT";
    FIRST = "INSERT INTO forum_box (session, asked, questions) VALUES ($1::TEXT, 0, '[]') ON CONFLICT (session) DO NOTHING";
    ASK = "UPDATE forum_box SET asked = asked + 1, questions = $3::TEXT WHERE session = $1::TEXT AND asked = $2::BIGINT";
    OPEN = "INSERT INTO forum_feedback (session, secret, answers, counts, ends_at) VALUES ($1::TEXT, $2::TEXT, 0, '{}', $3::BIGINT) \
        ON CONFLICT (session) DO NOTHING";
    FEEDBACK = "SELECT secret, answers, counts, ends_at, used FROM forum_feedback WHERE session = $1::TEXT";
    ANSWER = "UPDATE forum_feedback SET answers = answers + 1, counts = $3::TEXT, used = $4::TEXT WHERE session = $1::TEXT AND answers = $2::BIGINT \
        AND secret <> ''";
    OVER = "SELECT session, answers, counts FROM forum_feedback WHERE ends_at <= $1::BIGINT AND secret <> '' \
        ORDER BY session COLLATE \"C\" LIMIT 100";
    END = "UPDATE forum_feedback SET secret = '', used = '[]', counts = $2::TEXT, answers = $3::BIGINT WHERE session = $1::TEXT";
}

/// Counts of answers by kind.
pub(crate) type Counts = BTreeMap<String, i64>;

/// What is stored of the question after a session.
pub(crate) struct Feedback {
    pub(crate) secret: String,
    pub(crate) answers: i64,
    pub(crate) counts: Counts,
    pub(crate) ends_at: Time,
    /// Tickets that were used, in their own order.
    pub(crate) used: BTreeSet<String>,
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(Error::internal)
}

fn written(what: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(what).map_err(Error::internal)
}

/// How many questions were asked, and the questions.
pub(crate) fn questions(tx: &mut dyn Tx, session: Id) -> Result<(i64, Vec<String>)> {
    match tx.opt(&QUESTIONS, &[session.into()])? {
        Some(row) => Ok((row.int(0)?, read(row.str(1)?)?)),
        None => Ok((0, Vec::new())),
    }
}

/// Keeps the questions of a box of which so many were known; false if somebody else asked meanwhile.
pub(crate) fn ask(tx: &mut dyn Tx, session: Id, known: i64, all: &[String]) -> Result<bool> {
    tx.execute(&FIRST, &[session.into()])?;
    Ok(tx.execute(&ASK, &[session.into(), known.into(), written(&all)?.into()])? == 1)
}

/// Begins to ask after a session; nothing if it is asked already.
pub(crate) fn open(tx: &mut dyn Tx, session: Id, secret: &str, ends_at: Time) -> Result<()> {
    tx.execute(&OPEN, &[session.into(), secret.into(), ends_at.into()]).map(|_| ())
}

/// What is stored of the question after a session.
pub(crate) fn feedback(tx: &mut dyn Tx, session: Id) -> Result<Option<Feedback>> {
    let Some(row) = tx.opt(&FEEDBACK, &[session.into()])? else { return Ok(None) };
    Ok(Some(Feedback {
        secret: row.text(0)?,
        answers: row.int(1)?,
        counts: read(row.str(2)?)?,
        ends_at: row.time(3)?,
        used: read(row.str(4)?)?,
    }))
}

/// Uses a ticket and counts the answer; false if the ticket was used, or somebody else answered meanwhile. Stores nothing else.
pub(crate) fn answer(tx: &mut dyn Tx, session: Id, f: &Feedback, ticket: &str, worth: &str) -> Result<bool> {
    let (mut counts, mut used) = (f.counts.clone(), f.used.clone());
    if !used.insert(ticket.to_owned()) {
        return Ok(false);
    }
    *counts.entry(worth.to_owned()).or_default() += 1;
    let params = [session.into(), f.answers.into(), written(&counts)?.into(), written(&used)?.into()];
    Ok(tx.execute(&ANSWER, &params)? == 1)
}

/// What is over and still has its secret: session, answers, counts.
pub(crate) fn over(tx: &mut dyn Tx, now: Time) -> Result<Vec<(Id, i64, Counts)>> {
    tx.query(&OVER, &[now.into()])?.iter().map(|r| Ok((r.id(0)?, r.int(1)?, read(r.str(2)?)?))).collect()
}

/// Ends the question after a session: what made and remembered tickets is removed.
pub(crate) fn end(tx: &mut dyn Tx, session: Id, answers: i64, counts: &Counts) -> Result<()> {
    tx.execute(&END, &[session.into(), written(counts)?.into(), answers.into()]).map(|_| ())
}
