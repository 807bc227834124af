//! A unit of work on a connection.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql, ffi};

use super::READ_LIMIT;
use crate::db::{Job, Kind, Notes, Row, Sql, Tx, Value, sort_and_merge};
use crate::error::{Error, Result};
use crate::ids::{Id, IdBase};
use crate::time::Stopwatch;

/// Runs one of the statements that begin and end transactions and savepoints.
pub(super) fn step(conn: &Connection, text: &'static str) -> Result<()> {
    let done = conn.prepare_cached(text).and_then(|mut s| s.raw_execute().map(|_| ()));
    done.map_err(|e| engine_error(text, &e))
}

/// Runs the closure of a job; a panic is an error, an error inside it stays one. `since`: when a read began.
pub(super) fn run(conn: &Connection, job: &Job, since: Option<Stopwatch>) -> (Result<()>, Vec<String>) {
    let read_only = job.kind == Kind::Read;
    let mut tx = SqliteTx { conn, poison: None, notes: Notes::new(job.ids), read_only, since };
    let result =
        catch_unwind(AssertUnwindSafe(|| (job.work)(&mut tx))).unwrap_or_else(|_| Err(Error::internal("a unit of work panicked")));
    let result = match tx.poison {
        // The closure may have turned the engine's error into a better one, but not into success.
        Some(poison) => result.and(Err(poison)),
        None => result,
    };
    (result, tx.notes.topics)
}

/// A transaction on a connection that somebody else begins and ends.
pub(crate) struct SqliteTx<'a> {
    conn: &'a Connection,
    poison: Option<Error>,
    notes: Notes,
    read_only: bool,
    since: Option<Stopwatch>,
}

impl<'a> SqliteTx<'a> {
    /// For the sealer, backup and `verify`, whose callers hold the connection themselves.
    pub(crate) fn on(conn: &'a Connection, ids: IdBase) -> Self {
        Self { conn, poison: None, notes: Notes::new(ids), read_only: false, since: None }
    }

    /// The first error; it stays whatever the closure made of it.
    pub(super) fn into_poison(self) -> Option<Error> {
        self.poison
    }

    fn ready(&mut self, sql: &Sql, params: &[Value]) -> Result<()> {
        if let Some(e) = &self.poison {
            return Err(e.clone());
        }
        // SQLite ends a transaction itself when the disk is full; the next statement would commit alone.
        if self.conn.is_autocommit() {
            return Err(self.poisoned(Error::internal("the transaction has ended")));
        }
        // Many short statements hold a snapshot as long as one long one.
        if self.since.is_some_and(|s| s.elapsed() > READ_LIMIT) {
            return Err(self.poisoned(Error::Busy));
        }
        sql.check(params).map_err(|e| self.poisoned(e))
    }

    fn poisoned(&mut self, e: Error) -> Error {
        self.poison = Some(e.clone());
        e
    }

    fn failed(&mut self, sql: &Sql, e: &rusqlite::Error) -> Error {
        let e = if self.read_only && e.sqlite_error_code() == Some(ffi::ErrorCode::ReadOnly) {
            Error::internal(format!("{}: a read tried to write", sql.name))
        } else {
            engine_error(sql.name, e)
        };
        self.poisoned(e)
    }
}

/// What users may know of SQLite's error; the rest is logged.
fn engine_error(what: &str, e: &rusqlite::Error) -> Error {
    use ffi::ErrorCode as C;
    match e.sqlite_error_code() {
        Some(C::ConstraintViolation) => {
            tracing::debug!(statement = what, error = %e, "A constraint refused a row");
            Error::Conflict("That is in conflict with what is stored already.".into())
        }
        Some(C::DiskFull) => {
            tracing::error!(statement = what, "The disk is full");
            Error::NoSpace
        }
        Some(C::OperationInterrupted | C::DatabaseBusy | C::DatabaseLocked) => Error::Busy,
        _ => Error::internal(format!("{what}: {e}")),
    }
}

pub(crate) struct Bound<'a>(pub(crate) &'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Int(n) => ValueRef::Integer(*n),
            Value::Real(x) => ValueRef::Real(*x),
            Value::Text(t) => ValueRef::Text(t.as_bytes()),
        }))
    }
}

/// Reads a row into `out`, whose texts keep their buffers.
fn read_row(row: &rusqlite::Row<'_>, out: &mut Row) -> rusqlite::Result<()> {
    for (i, place) in out.0.iter_mut().enumerate() {
        match (row.get_ref(i)?, &mut *place) {
            (ValueRef::Text(t), Value::Text(kept)) => {
                kept.clear();
                kept.push_str(&text(t));
            }
            (ValueRef::Text(t), _) => *place = Value::Text(text(t).into_owned()),
            (ValueRef::Integer(n), _) => *place = Value::Int(n),
            (ValueRef::Real(x), _) => *place = Value::Real(x),
            (ValueRef::Null | ValueRef::Blob(_), _) => *place = Value::Null,
        }
    }
    Ok(())
}

/// What SQLite calls text need not be UTF-8 if another program wrote it.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

fn empty(columns: usize) -> Row {
    Row(vec![Value::Null; columns])
}

impl Tx for SqliteTx<'_> {
    fn query(&mut self, sql: &'static Sql, params: &[Value]) -> Result<Vec<Row>> {
        self.ready(sql, params)?;
        let rows = (|| {
            let mut statement = self.conn.prepare_cached(sql.sqlite())?;
            let columns = statement.column_count();
            let read = |row: &rusqlite::Row<'_>| {
                let mut out = empty(columns);
                read_row(row, &mut out).map(|()| out)
            };
            let params = rusqlite::params_from_iter(params.iter().map(Bound));
            statement.query_map(params, read)?.collect::<rusqlite::Result<Vec<_>>>()
        })();
        rows.map_err(|e| self.failed(sql, &e))
    }

    fn each(&mut self, sql: &'static Sql, params: &[Value], f: &mut dyn FnMut(&Row) -> Result<()>) -> Result<()> {
        self.ready(sql, params)?;
        let ended = (|| {
            let mut statement = self.conn.prepare_cached(sql.sqlite())?;
            let mut out = empty(statement.column_count());
            let mut rows = statement.query(rusqlite::params_from_iter(params.iter().map(Bound)))?;
            while let Some(row) = rows.next()? {
                read_row(row, &mut out)?;
                if let Err(e) = f(&out) {
                    return Ok(Err(e));
                }
            }
            Ok(Ok(()))
        })();
        ended.map_err(|e| self.failed(sql, &e))?
    }

    fn execute(&mut self, sql: &'static Sql, params: &[Value]) -> Result<u64> {
        self.ready(sql, params)?;
        let changed = (|| {
            let mut statement = self.conn.prepare_cached(sql.sqlite())?;
            statement.execute(rusqlite::params_from_iter(params.iter().map(Bound)))
        })();
        changed.map(|n| n as u64).map_err(|e| self.failed(sql, &e))
    }

    fn upsert(&mut self, sql: &'static Sql, key: usize, rows: Vec<Vec<Value>>) -> Result<u64> {
        let rows = sort_and_merge(key, rows);
        for row in &rows {
            self.ready(sql, row)?;
        }
        let changed = (|| {
            let mut statement = self.conn.prepare_cached(sql.sqlite())?;
            let mut changed = 0;
            for row in &rows {
                changed += statement.execute(rusqlite::params_from_iter(row.iter().map(Bound)))?;
            }
            Ok(changed)
        })();
        changed.map(|n| n as u64).map_err(|e: rusqlite::Error| self.failed(sql, &e))
    }

    fn id(&mut self) -> Result<Id> {
        self.notes.id()
    }

    fn publish(&mut self, topic: &str) {
        self.notes.publish(topic);
    }
}
