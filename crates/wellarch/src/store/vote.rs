//! SQL of blind votes.

use std::collections::{BTreeMap, BTreeSet};

use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::vote::BlindVote;

kernel::sql! {
    OPEN = "INSERT INTO review_vote (id, review, question, number, secret, ballots, counts, opened_by, opened_at) VALUES ($1::TEXT, \
        $2::TEXT, $3::TEXT, $4::BIGINT, $5::TEXT, 0, '{}', $6::TEXT, $7::BIGINT) ON CONFLICT (review, question, number) DO NOTHING";
    OF = "SELECT id, secret, number, opened_by, opened_at, ballots, closed_by, closed_at, counts, used FROM review_vote WHERE review = $1::TEXT \
        AND question = $2::TEXT ORDER BY number DESC LIMIT $3::BIGINT";
    BALLOT = "UPDATE review_vote SET ballots = ballots + 1, counts = $3::TEXT, used = $4::TEXT WHERE id = $1::TEXT AND ballots = $2::BIGINT \
        AND closed_at IS NULL";
    CLOSE = "UPDATE review_vote SET secret = '', used = '[]', counts = $4::TEXT, closed_by = $2::TEXT, closed_at = $3::BIGINT WHERE id = $1::TEXT AND closed_at IS NULL";
}

/// A vote as it is stored, without its counts.
pub(crate) struct Stored {
    /// Its id.
    pub(crate) id: Id,
    /// What makes its tickets; empty once it is closed.
    pub(crate) secret: String,
    /// Votes by choice.
    pub(crate) counts: BTreeMap<String, i64>,
    /// Tickets that were used, in their own order.
    pub(crate) used: BTreeSet<String>,
    /// The rest.
    pub(crate) vote: BlindVote,
}

fn stored(row: &Row) -> Result<Stored> {
    let vote = BlindVote {
        number: row.int(2)?,
        opened_by: row.text(3)?,
        opened_at: row.time(4)?,
        ballots: row.int(5)?,
        closed_by: row.opt_text(6)?,
        closed_at: row.opt_time(7)?,
        counts: Vec::new(),
    };
    let counts = serde_json::from_str(row.str(8)?).map_err(Error::internal)?;
    let used = serde_json::from_str(row.str(9)?).map_err(Error::internal)?;
    Ok(Stored { id: row.id(0)?, secret: row.text(1)?, counts, used, vote })
}

/// Inserts a vote; false if its number is taken.
pub(crate) fn open(tx: &mut dyn Tx, (review, question): (Id, &str), s: &Stored) -> Result<bool> {
    let v = &s.vote;
    let params = [
        s.id.into(),
        review.into(),
        question.into(),
        v.number.into(),
        (&s.secret).into(),
        (&v.opened_by).into(),
        v.opened_at.into(),
    ];
    Ok(tx.execute(&OPEN, &params)? == 1)
}

/// Votes on a question, newest first.
pub(crate) fn of(tx: &mut dyn Tx, review: Id, question: &str, limit: i64) -> Result<Vec<Stored>> {
    tx.query(&OF, &[review.into(), question.into(), limit.into()])?.iter().map(stored).collect()
}

/// Uses a ticket and counts what was said with it; false if it was used before. Stores nothing else.
pub(crate) fn cast(tx: &mut dyn Tx, s: &Stored, ticket: &str, choices: &[String]) -> Result<bool> {
    let (mut counts, mut used) = (s.counts.clone(), s.used.clone());
    if !used.insert(ticket.to_owned()) {
        return Ok(false);
    }
    for choice in choices {
        *counts.entry(choice.clone()).or_default() += 1;
    }
    let params = [s.id.into(), s.vote.ballots.into(), written(&counts)?.into(), written(&used)?.into()];
    Ok(tx.execute(&BALLOT, &params)? == 1)
}

fn written(what: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(what).map_err(Error::internal)
}

/// Closes a vote with these counts and forgets its tickets; false if it is closed.
pub(crate) fn close(tx: &mut dyn Tx, vote: Id, (by, at): (&str, Time), counts: &BTreeMap<String, i64>) -> Result<bool> {
    Ok(tx.execute(&CLOSE, &[vote.into(), by.into(), at.into(), written(counts)?.into()])? == 1)
}
