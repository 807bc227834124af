//! The embedded engine: WAL, `synchronous=FULL`, one writer thread, a pool of readers.
//!
//! Group commit: a group is what is queued now, at most 64 units or 20 ms; it never waits for more. Each unit runs in a
//! savepoint; `Err` or panic rolls back to it. If SQLite has ended the transaction itself (full disk, I/O error), all
//! that ran fail and those still queued go on. If COMMIT fails, every caller gets *outcome unknown*: after a failed
//! fsync the rows can be there after reopening. Answers go out after the commit. Only the writer checkpoints.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, ToSql, ffi};
use tokio::sync::oneshot;

use super::{Job, Kind, Notes, Place, Queue, Row, Running, Sql, Tx, Value, sort_and_merge};
use crate::error::{Error, Result};
use crate::ids::{Id, IdBase};
use crate::live::Live;
use crate::time::{Stopwatch, Time};
use crate::trail;

/// Units in one group at most.
pub const GROUP: usize = 64;

/// A group takes no further unit after this long.
pub const GROUP_TIME: Duration = Duration::from_millis(20);

/// A read that takes longer is ended: a reader of three seconds once let the WAL grow to 486 MB.
pub const READ_LIMIT: Duration = Duration::from_secs(3);

/// Opens a connection that may write. For the writer thread, migrations, backup and `doctor`.
///
/// # Errors
/// [`Error::Internal`] with SQLite's reason.
pub fn open(place: &Place) -> Result<Connection> {
    let conn = match place {
        Place::File(path) => Connection::open(path),
        Place::Memory(name) => Connection::open_with_flags(
            format!("file:/{name}?vfs=memdb"),
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_URI,
        ),
        Place::Postgres(_) => return Err(Error::internal("not a SQLite place")),
    }
    .map_err(|e| Error::internal(format!("cannot open the database: {e}")))?;
    conn.execute_batch(
        "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
         PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;",
    )
    .map_err(|e| Error::internal(format!("cannot set up the database: {e}")))?;
    conn.set_prepared_statement_cache_capacity(512);
    Ok(conn)
}

/// Opens a read-only connection on a file, which may belong to another process.
///
/// # Errors
/// [`Error::Internal`] with SQLite's reason.
pub fn open_read_only(path: &Path) -> Result<Connection> {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|e| Error::internal(format!("cannot open {}: {e}", path.display())))
}

struct Threads {
    queues: [Arc<Queue>; 2],
    threads: Vec<JoinHandle<()>>,
}

impl Drop for Threads {
    fn drop(&mut self) {
        for queue in &self.queues {
            queue.close();
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

pub(crate) fn start(place: &Place, live: Live) -> Result<Running> {
    let read = Arc::new(Queue::new());
    let write = Arc::new(Queue::new());
    let mut threads = Vec::new();
    let spawn = |name: &str, body: Box<dyn FnOnce() + Send>| {
        std::thread::Builder::new().name(name.into()).spawn(body).map_err(Error::internal)
    };
    let mut writer = Writer { conn: open(place)?, place: place.clone(), queue: Arc::clone(&write), live };
    threads.push(spawn("db-writer", Box::new(move || writer.run()))?);
    let readers = std::thread::available_parallelism().map_or(2, usize::from) * 2;
    for n in 0..readers {
        let mut conn = open(place)?;
        conn.execute_batch("PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0;").map_err(Error::internal)?;
        let queue = Arc::clone(&read);
        threads.push(spawn(&format!("db-reader-{n}"), Box::new(move || reader(&mut conn, &queue)))?);
    }
    let guard = Box::new(Threads { queues: [Arc::clone(&read), Arc::clone(&write)], threads });
    Ok(Running { read, append: Arc::clone(&write), write, guard })
}

fn reader(conn: &mut Connection, queue: &Queue) {
    while let Some(job) = queue.pop() {
        let watch = Stopwatch::start();
        let over = move || watch.elapsed() > READ_LIMIT;
        if let Err(e) = conn.progress_handler(20_000, Some(over)) {
            tracing::error!(error = %e, "A read has no time limit");
        }
        let result = begin(conn, "BEGIN").and_then(|()| run(conn, &job).0);
        if !conn.is_autocommit() {
            let _ = conn.execute_batch("ROLLBACK");
        }
        let result = match result {
            Err(Error::Busy) if watch.elapsed() > READ_LIMIT => {
                tracing::warn!("A read took over {} s and was ended", READ_LIMIT.as_secs());
                Err(Error::Busy)
            }
            other => other,
        };
        let _ = job.reply.send(result);
    }
}

fn begin(conn: &Connection, text: &'static str) -> Result<()> {
    let done = conn.prepare_cached(text).and_then(|mut s| s.raw_execute().map(|_| ()));
    done.map_err(|e| engine_error("BEGIN", &e))
}

/// Runs the closure of a job; a panic is an error, an error inside it stays one.
fn run(conn: &Connection, job: &Job) -> (Result<()>, Vec<String>) {
    let mut tx = SqliteTx { conn, poison: None, notes: Notes::new(job.ids), read_only: job.kind == Kind::Read };
    let result =
        catch_unwind(AssertUnwindSafe(|| (job.work)(&mut tx))).unwrap_or_else(|_| Err(Error::internal("a unit of work panicked")));
    let result = match tx.poison {
        // The closure may have turned the engine's error into a better one, but not into success.
        Some(poison) => result.and(Err(poison)),
        None => result,
    };
    (result, tx.notes.topics)
}

struct Writer {
    conn: Connection,
    place: Place,
    queue: Arc<Queue>,
    live: Live,
}

/// A unit that ran, with its answer, until the group's commit.
struct Ran {
    reply: oneshot::Sender<Result<()>>,
    result: Result<()>,
    topics: Vec<String>,
}

impl Writer {
    fn run(&mut self) {
        while let Some(first) = self.queue.pop() {
            self.group(first);
        }
        let _ = self.conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    fn group(&mut self, first: Job) {
        if let Err(e) = begin(&self.conn, "BEGIN IMMEDIATE") {
            let _ = first.reply.send(Err(e));
            self.reopen();
            return;
        }
        let watch = Stopwatch::start();
        let now = first.now;
        let ids = first.ids;
        let mut ran: Vec<Ran> = Vec::new();
        let mut next = Some(first);
        while let Some(job) = next.take() {
            let (result, topics) = self.unit(&job);
            ran.push(Ran { reply: job.reply, result, topics });
            if self.conn.is_autocommit() {
                // SQLite gave the transaction up: nothing of this group is stored.
                return answer(ran, Some(&Error::internal("SQLite ended the transaction")), &self.live);
            }
            if ran.len() < GROUP && watch.elapsed() < GROUP_TIME {
                next = self.queue.try_pop();
            }
        }
        if ran.iter().all(|r| r.result.is_err()) {
            let _ = self.conn.execute_batch("ROLLBACK");
            return answer(ran, None, &self.live);
        }
        self.seal(now, ids);
        if self.conn.is_autocommit() {
            return answer(ran, Some(&Error::internal("SQLite ended the transaction")), &self.live);
        }
        match begin(&self.conn, "COMMIT") {
            Ok(()) => answer(ran, None, &self.live),
            Err(e) => {
                tracing::error!(error = %e, units = ran.len(), "COMMIT failed; it is not known what is stored");
                answer(ran, Some(&Error::OutcomeUnknown), &self.live);
                self.reopen();
            }
        }
    }

    fn unit(&self, job: &Job) -> (Result<()>, Vec<String>) {
        if let Err(e) = begin(&self.conn, "SAVEPOINT unit") {
            return (Err(e), Vec::new());
        }
        let (result, topics) = run(&self.conn, job);
        if self.conn.is_autocommit() {
            return (result.and(Err(Error::internal("SQLite ended the transaction"))), Vec::new());
        }
        if result.is_ok() {
            return (begin(&self.conn, "RELEASE unit"), topics);
        }
        let undone = begin(&self.conn, "ROLLBACK TO unit").and_then(|()| begin(&self.conn, "RELEASE unit"));
        if let Err(e) = undone {
            // Without this the failed unit's rows could be committed with the group.
            tracing::error!(error = %e, "Could not undo a unit of work; giving the group up");
            let _ = self.conn.execute_batch("ROLLBACK");
        }
        (result, Vec::new())
    }

    /// Seals what the group put into the trail, in a savepoint of its own: a fault here must not undo the units.
    fn seal(&self, now: Time, ids: IdBase) {
        if begin(&self.conn, "SAVEPOINT seal").is_err() {
            return;
        }
        let mut tx = SqliteTx { conn: &self.conn, poison: None, notes: Notes::new(ids), read_only: false };
        let sealed = catch_unwind(AssertUnwindSafe(|| trail::seal_pending(&mut tx, now)))
            .unwrap_or_else(|_| Err(Error::internal("the sealer panicked")));
        match (sealed, tx.poison) {
            (Ok(_), None) => {
                let _ = begin(&self.conn, "RELEASE seal");
            }
            (Err(e), _) | (Ok(_), Some(e)) => {
                tracing::error!(error = ?e, "Sealing failed; the records stay pending");
                if !self.conn.is_autocommit() {
                    let _ = begin(&self.conn, "ROLLBACK TO seal").and_then(|()| begin(&self.conn, "RELEASE seal"));
                }
            }
        }
    }

    /// After a failed BEGIN or COMMIT the connection's view of the files is not to be trusted.
    fn reopen(&mut self) {
        if matches!(self.place, Place::Memory(_)) {
            let _ = self.conn.execute_batch("ROLLBACK");
            return;
        }
        match open(&self.place) {
            Ok(conn) => self.conn = conn,
            Err(e) => {
                tracing::error!(error = ?e, "Could not reopen the database; trying again with the next write");
                if !self.conn.is_autocommit() {
                    let _ = self.conn.execute_batch("ROLLBACK");
                }
            }
        }
    }
}

/// Answers after the commit; `all` overrides what the units returned.
fn answer(ran: Vec<Ran>, all: Option<&Error>, live: &Live) {
    for unit in ran {
        let result = match all {
            Some(e) => unit.result.and(Err(e.clone())),
            None => unit.result,
        };
        // First the news: who has the answer may rely on nothing older being kept (a session that was just ended).
        if result.is_ok() {
            for topic in &unit.topics {
                live.publish(topic);
            }
        }
        let _ = unit.reply.send(result);
    }
}

/// A transaction on a connection that somebody else begins and ends.
pub(crate) struct SqliteTx<'a> {
    conn: &'a Connection,
    poison: Option<Error>,
    notes: Notes,
    read_only: bool,
}

impl<'a> SqliteTx<'a> {
    /// For migrations, backup and `verify`, which hold their connection themselves.
    pub(crate) fn on(conn: &'a Connection, ids: IdBase) -> Self {
        Self { conn, poison: None, notes: Notes::new(ids), read_only: false }
    }

    fn ready(&mut self, sql: &Sql, params: &[Value]) -> Result<()> {
        if let Some(e) = &self.poison {
            return Err(e.clone());
        }
        if self.conn.is_autocommit() {
            return Err(self.poisoned(Error::internal("the transaction has ended")));
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

fn read_row(row: &rusqlite::Row<'_>, columns: usize) -> rusqlite::Result<Row> {
    let mut out = Vec::with_capacity(columns);
    for i in 0..columns {
        out.push(match row.get_ref(i)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(n) => Value::Int(n),
            ValueRef::Real(x) => Value::Real(x),
            ValueRef::Text(t) => Value::Text(String::from_utf8_lossy(t).into_owned()),
            ValueRef::Blob(_) => Value::Null,
        });
    }
    Ok(Row(out))
}

impl Tx for SqliteTx<'_> {
    fn query(&mut self, sql: &'static Sql, params: &[Value]) -> Result<Vec<Row>> {
        self.ready(sql, params)?;
        let rows = (|| {
            let mut statement = self.conn.prepare_cached(sql.sqlite())?;
            let columns = statement.column_count();
            statement
                .query_map(rusqlite::params_from_iter(params.iter().map(Bound)), |row| read_row(row, columns))?
                .collect::<rusqlite::Result<Vec<_>>>()
        })();
        rows.map_err(|e| self.failed(sql, &e))
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
