//! A unit of work on a link.

use std::time::Duration;

use super::faults::Failure;
use super::link::Link;
use crate::db::{Kind, Notes, Row, Sql, Tx, Value, sort_and_merge};
use crate::error::{Error, Result};
use crate::ids::{Id, IdBase};
use crate::time::Stopwatch;

/// A read may take this long in all; longer ones keep the server from tidying up.
pub const READ_LIMIT: Duration = Duration::from_secs(5);

/// A statement of a write or an append may take this long; the server is told 10 s and gets a second to say so.
pub(super) const STEP_LIMIT: Duration = Duration::from_secs(11);

/// Rows per statement of a batch: few different numbers, so that few statements are prepared.
const LADDER: [usize; 5] = [500, 100, 20, 5, 1];

/// PostgreSQL counts parameters in 16 bits.
const MOST_PARAMS: usize = 65_535;

/// Statements of a batch that are under way at once.
const IN_FLIGHT: usize = 16;

/// The statement that begins a transaction; with its time limit where the session cannot hold one.
pub(super) fn begin(kind: Kind, unnamed: bool) -> &'static str {
    match (kind, unnamed) {
        (Kind::Read, false) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        (Kind::Write, false) => "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE",
        (Kind::Append, false) => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        (Kind::Read, true) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 5000",
        (Kind::Write, true) => "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE; SET LOCAL statement_timeout = 10000",
        (Kind::Append, true) => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL statement_timeout = 10000",
    }
}

/// A transaction that begins with its first statement. The owner ends it.
pub(super) struct PgTx<'a> {
    link: &'a mut Link,
    kind: Kind,
    begin: Option<&'static str>,
    failure: Option<Failure>,
    watch: Stopwatch,
    pub(super) notes: Notes,
}

impl<'a> PgTx<'a> {
    pub(super) fn new(link: &'a mut Link, kind: Kind, unnamed: bool, ids: IdBase) -> Self {
        let begin = Some(begin(kind, unnamed));
        Self { link, kind, begin, failure: None, watch: Stopwatch::start(), notes: Notes::new(ids) }
    }

    /// True once the server has been asked to begin.
    pub(super) fn has_begun(&self) -> bool {
        self.begin.is_none()
    }

    /// The first failure; it stays whatever the closure made of it.
    pub(super) fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// Stores the rows that announce topics, and commits. The last of them travel with COMMIT.
    pub(super) fn commit(mut self, note: &'static Sql, rows: &[Vec<Value>]) -> std::result::Result<(), Failure> {
        let chunks = chunks(rows);
        // What begins the transaction must be answered before COMMIT is sent.
        let (first, last) = match chunks.split_last() {
            Some((last, first)) if self.has_begun() || !first.is_empty() => (first, Some(*last)),
            _ => (&chunks[..], None),
        };
        for chunk in first {
            self.link.execute(note, &[chunk], self.begin.take(), STEP_LIMIT)?;
        }
        if !self.has_begun() {
            return Ok(());
        }
        self.link.commit(last.map(|rows| (note, rows)), STEP_LIMIT)
    }

    fn fail(&mut self, failure: Failure) -> Error {
        let seen = match &failure {
            Failure::Final(e) => e.clone(),
            // The closure sees busy; its owner runs it again.
            Failure::Again | Failure::Lost | Failure::Stale => Error::Busy,
        };
        self.failure = Some(failure);
        seen
    }

    fn step<T>(
        &mut self,
        sql: &'static Sql,
        f: impl FnOnce(&mut Link, Option<&str>, Duration) -> std::result::Result<T, Failure>,
    ) -> Result<T> {
        match &self.failure {
            Some(Failure::Final(e)) => return Err(e.clone()),
            Some(_) => return Err(Error::Busy),
            None => {}
        }
        let limit = match self.kind {
            Kind::Read => READ_LIMIT.saturating_sub(self.watch.elapsed()),
            Kind::Write | Kind::Append => STEP_LIMIT,
        };
        if limit.is_zero() {
            return Err(self.too_slow(sql));
        }
        let begin = self.begin.take();
        match f(self.link, begin, limit) {
            Ok(value) => Ok(value),
            Err(Failure::Lost) if self.kind == Kind::Read && self.watch.elapsed() >= READ_LIMIT => Err(self.too_slow(sql)),
            Err(failure) => Err(self.fail(failure)),
        }
    }

    fn too_slow(&mut self, sql: &Sql) -> Error {
        tracing::warn!(statement = sql.name, "A read took over {} s and was ended", READ_LIMIT.as_secs());
        self.fail(Failure::Final(Error::Busy))
    }

    fn check(&mut self, sql: &'static Sql, params: &[Value]) -> Result<()> {
        match self.failure {
            // The step says which.
            Some(_) => Ok(()),
            None => sql.check(params).map_err(|e| self.fail(Failure::Final(e))),
        }
    }
}

impl Tx for PgTx<'_> {
    fn query(&mut self, sql: &'static Sql, params: &[Value]) -> Result<Vec<Row>> {
        self.check(sql, params)?;
        self.step(sql, |link, begin, limit| link.query(sql, params, begin, limit))
    }

    fn execute(&mut self, sql: &'static Sql, params: &[Value]) -> Result<u64> {
        self.check(sql, params)?;
        self.step(sql, |link, begin, limit| link.execute_one(sql, params, begin, limit))
    }

    fn upsert(&mut self, sql: &'static Sql, key: usize, rows: Vec<Vec<Value>>) -> Result<u64> {
        let rows = sort_and_merge(key, rows);
        for row in &rows {
            self.check(sql, row)?;
        }
        let chunks = chunks(&rows);
        let mut changed = 0;
        for group in chunks.chunks(IN_FLIGHT) {
            changed += self.step(sql, |link, begin, limit| link.execute(sql, group, begin, limit))?;
        }
        Ok(changed)
    }

    fn id(&mut self) -> Result<Id> {
        self.notes.id()
    }

    fn publish(&mut self, topic: &str) {
        self.notes.publish(topic);
    }
}

/// Cuts rows into the steps of the ladder.
pub(super) fn chunks(rows: &[Vec<Value>]) -> Vec<&[Vec<Value>]> {
    let per_row = rows.first().map_or(1, |r| r.len().max(1));
    let mut rest = rows;
    let mut out = Vec::new();
    while !rest.is_empty() {
        let fits = |n: &usize| *n <= rest.len() && n * per_row <= MOST_PARAMS;
        let n = LADDER.into_iter().find(fits).unwrap_or(1);
        let (head, tail) = rest.split_at(n);
        out.push(head);
        rest = tail;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(rows: usize, columns: usize) -> Vec<usize> {
        let rows = vec![vec![Value::Null; columns]; rows];
        chunks(&rows).iter().map(|c| c.len()).collect()
    }

    #[test]
    fn batches_use_few_sizes_and_never_too_many_parameters() {
        assert_eq!(sizes(0, 3), [0usize; 0]);
        assert_eq!(sizes(1, 3), [1]);
        assert_eq!(sizes(627, 3), [500, 100, 20, 5, 1, 1]);
        assert_eq!(sizes(500, 200), [100, 100, 100, 100, 100]);
    }
}
