//! Units of work over one SQL text. A handler awaits once, with a plain synchronous closure over `&mut dyn Tx`:
//!
//! - [`Db::read`]: a snapshot; cannot write.
//! - [`Db::write`]: all or nothing, serialisable. The closure may run several times on PostgreSQL, so it has no side
//!   effect but through its `Tx`; ids are drawn before the first try.
//! - [`Db::append`]: inserts and upserts by unique key only, for batches.
//!
//! An error inside the closure poisons its `Tx`: returning `Ok` afterwards counts as the error. After a failed COMMIT the
//! caller gets [`Error::OutcomeUnknown`], never a rerun.

pub mod postgres;
mod queue;
mod sql;
pub mod sqlite;
mod value;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::oneshot;

pub(crate) use queue::Queue;
pub use queue::{MAX_AGE, QUEUE};
pub use sql::Sql;
pub(crate) use sql::multi_row;
pub use value::{Row, Type, Value};

use crate::error::{Error, Result};
use crate::ids::{Id, IdBase, IdSource};
use crate::live::Live;
use crate::time::{Stopwatch, Time};

/// Which engine; only migrations and `doctor` may care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The embedded one.
    Sqlite,
    /// PostgreSQL 15 or newer.
    Postgres,
}

/// Where the data is.
#[derive(Debug, Clone)]
// There are a handful in a process; a box would be in every caller's way.
#[allow(clippy::large_enum_variant)]
pub enum Place {
    /// A database file; its folder exists.
    File(PathBuf),
    /// In memory, gone with the process; the name keeps several apart.
    Memory(String),
    /// `postgres://user@host/db?sslmode=..`
    Postgres(postgres::PgConfig),
}

/// One transaction, as a unit of work sees it.
pub trait Tx {
    /// Rows of a SELECT or of `.. RETURNING`.
    ///
    /// # Errors
    /// The engine's, after which the unit of work can only fail.
    fn query(&mut self, sql: &'static Sql, params: &[Value]) -> Result<Vec<Row>>;

    /// As [`Tx::query`], one row after the other: `f` sees a row only while it is called, so that a long answer needs no
    /// more memory than a row where the engine can do that. `f` runs no statement; its error ends the reading.
    ///
    /// # Errors
    /// As [`Tx::query`]; the error of `f`.
    fn each(&mut self, sql: &'static Sql, params: &[Value], f: &mut dyn FnMut(&Row) -> Result<()>) -> Result<()> {
        self.query(sql, params)?.iter().try_for_each(f)
    }

    /// Rows changed.
    ///
    /// # Errors
    /// As [`Tx::query`].
    fn execute(&mut self, sql: &'static Sql, params: &[Value]) -> Result<u64>;

    /// Runs a one-row `INSERT .. VALUES (..) [ON CONFLICT ..]` for many rows: a prepared loop on SQLite, multi-row
    /// VALUES on PostgreSQL. The first `key` values of a row are its unique key: rows are sorted by it, and of several
    /// rows with one key only the last is kept, so that concurrent batches lock in one order. Returns rows changed.
    ///
    /// # Errors
    /// As [`Tx::query`].
    fn upsert(&mut self, sql: &'static Sql, key: usize, rows: Vec<Vec<Value>>) -> Result<u64>;

    /// A new id, the same on every try.
    ///
    /// # Errors
    /// [`Error::TooLarge`] after 65,536 ids in one unit of work.
    fn id(&mut self) -> Result<Id>;

    /// Announces a change of `topic` to live pages, after the commit.
    fn publish(&mut self, topic: &str);
}

impl dyn Tx + '_ {
    /// The only row, or none.
    ///
    /// # Errors
    /// As [`Tx::query`].
    pub fn opt(&mut self, sql: &'static Sql, params: &[Value]) -> Result<Option<Row>> {
        Ok(self.query(sql, params)?.into_iter().next())
    }

    /// The only row.
    ///
    /// # Errors
    /// [`Error::Internal`] if there is none.
    pub fn one(&mut self, sql: &'static Sql, params: &[Value]) -> Result<Row> {
        self.opt(sql, params)?.ok_or_else(|| Error::internal(format!("{}: no row", sql.name)))
    }
}

/// Sorts rows by their first `key` values and keeps the last of equal keys.
pub(crate) fn sort_and_merge(key: usize, mut rows: Vec<Vec<Value>>) -> Vec<Vec<Value>> {
    fn order(a: &Value, b: &Value) -> std::cmp::Ordering {
        match (a, b) {
            (Value::Int(x), Value::Int(y)) => x.cmp(y),
            (Value::Text(x), Value::Text(y)) => x.cmp(y),
            (Value::Real(x), Value::Real(y)) => x.total_cmp(y),
            (Value::Null, Value::Null) => std::cmp::Ordering::Equal,
            (Value::Null, _) => std::cmp::Ordering::Less,
            (_, Value::Null) => std::cmp::Ordering::Greater,
            _ => std::cmp::Ordering::Equal,
        }
    }
    let by_key = |a: &Vec<Value>, b: &Vec<Value>| {
        a.iter().zip(b).take(key).map(|(x, y)| order(x, y)).find(|o| o.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
    };
    rows.sort_by(by_key);
    let mut kept: Vec<Vec<Value>> = Vec::with_capacity(rows.len());
    for row in rows {
        match kept.last_mut() {
            Some(last) if by_key(last, &row).is_eq() => *last = row,
            _ => kept.push(row),
        }
    }
    kept
}

/// Which kind of unit of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Read = 0,
    Write = 1,
    Append = 2,
}

/// The closure of a unit of work; it may run several times.
type Work = Box<dyn Fn(&mut dyn Tx) -> Result<()> + Send>;

/// A unit of work in a queue.
pub(crate) struct Job {
    pub(crate) kind: Kind,
    pub(crate) work: Work,
    pub(crate) ids: IdBase,
    pub(crate) now: Time,
    pub(crate) queued: Stopwatch,
    pub(crate) reply: oneshot::Sender<Result<()>>,
}

/// Hands out ids and remembers topics: the part of a `Tx` that both engines share.
pub(crate) struct Notes {
    ids: IdBase,
    next: u32,
    pub(crate) topics: Vec<String>,
}

impl Notes {
    pub(crate) fn new(ids: IdBase) -> Self {
        Self { ids, next: 0, topics: Vec::new() }
    }

    pub(crate) fn id(&mut self) -> Result<Id> {
        let id = self.ids.nth(self.next);
        self.next += 1;
        id.ok_or_else(|| Error::TooLarge("One step may make at most 65,536 things. Send it in parts.".into()))
    }

    pub(crate) fn publish(&mut self, topic: &str) {
        if !self.topics.iter().any(|t| t == topic) {
            self.topics.push(topic.to_owned());
        }
    }
}

/// The database, whichever it is. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    read: Arc<Queue>,
    write: Arc<Queue>,
    append: Arc<Queue>,
    ids: IdSource,
    guard: Arc<Mutex<Option<Box<dyn Send>>>>,
    place: Place,
    /// Set, the writer empties its log after the next commit.
    empties: Arc<AtomicBool>,
}

/// What an engine hands back when its threads run.
pub(crate) struct Running {
    pub(crate) read: Arc<Queue>,
    pub(crate) write: Arc<Queue>,
    pub(crate) append: Arc<Queue>,
    /// Set, the writer empties its log after the next commit.
    pub(crate) empties: Arc<AtomicBool>,
    /// Dropped last: joins the threads.
    pub(crate) guard: Box<dyn Send>,
}

impl Db {
    /// Opens the database and starts its threads. Run [`crate::migrate::run`] on the place before.
    ///
    /// # Errors
    /// [`Error::Internal`] with the reason if it cannot be opened.
    pub fn open(place: &Place, ids: IdSource, live: Live) -> Result<Self> {
        let (engine, running) = match place {
            Place::File(_) | Place::Memory(_) => (Engine::Sqlite, sqlite::start(place, live)?),
            Place::Postgres(config) => (Engine::Postgres, postgres::start(config, live)?),
        };
        let Running { read, write, append, empties, guard } = running;
        Ok(Self { engine, read, write, append, ids, guard: Arc::new(Mutex::new(Some(guard))), place: place.clone(), empties })
    }

    /// Which engine runs below.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Where the data is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Jobs waiting, for `/metrics`: read, write, append.
    pub fn waiting(&self) -> [usize; 3] {
        [self.read.len(Kind::Read), self.write.len(Kind::Write), self.append.len(Kind::Append)]
    }

    /// A snapshot of the data; writing in it is an error.
    ///
    /// # Errors
    /// The closure's; [`Error::Busy`] if 256 reads wait already or this one waited 5 s.
    pub async fn read<T, F>(&self, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut dyn Tx) -> Result<T> + Send + 'static,
    {
        // No id is ever drawn in a read.
        self.submit(&self.read, Kind::Read, Time(0), IdSource::seeded(0).draw(Time(0))?, f).await
    }

    /// A serialisable change, all or nothing, durable when this returns `Ok`.
    ///
    /// # Errors
    /// The closure's (nothing is stored then); [`Error::Busy`]; [`Error::OutcomeUnknown`] if COMMIT failed.
    pub async fn write<T, F>(&self, now: Time, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut dyn Tx) -> Result<T> + Send + 'static,
    {
        self.submit(&self.write, Kind::Write, now, self.ids.draw(now)?, f).await
    }

    /// A batch of inserts and upserts by unique key; all or nothing, durable when this returns `Ok`.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub async fn append<T, F>(&self, now: Time, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut dyn Tx) -> Result<T> + Send + 'static,
    {
        self.submit(&self.append, Kind::Append, now, self.ids.draw(now)?, f).await
    }

    /// Takes what rows said before out of the log in front of SQLite's file, which otherwise keeps each step until it is overwritten.
    /// Rows that were removed are overwritten in the file as well. PostgreSQL's log and its vacuum are its administrator's.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub async fn forget_steps(&self, now: Time) -> Result<()> {
        if self.engine == Engine::Postgres {
            return Ok(());
        }
        self.empties.store(true, Ordering::SeqCst);
        // It stores nothing, so it draws no id: both engines go on with the same ones.
        self.submit(&self.write, Kind::Write, now, IdSource::seeded(0).draw(Time(0))?, |_| Ok(())).await
    }

    async fn submit<T, F>(&self, queue: &Queue, kind: Kind, now: Time, ids: IdBase, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut dyn Tx) -> Result<T> + Send + 'static,
    {
        let slot = Arc::new(Mutex::new(None));
        let out = Arc::clone(&slot);
        let work = Box::new(move |tx: &mut dyn Tx| {
            let value = f(tx)?;
            *out.lock().map_err(|_| Error::internal("answer slot poisoned"))? = Some(value);
            Ok(())
        });
        let (reply, mut answer) = oneshot::channel();
        let ticket = queue.push(Job { kind, work, ids, now, queued: Stopwatch::start(), reply })?;
        let answered = match tokio::time::timeout(MAX_AGE, &mut answer).await {
            Ok(answered) => answered,
            // Still waiting: refused now, however long the worker is stuck. Else it runs, and its end is waited for.
            Err(_) if queue.withdraw(ticket) => return Err(Error::Busy),
            Err(_) => answer.await,
        };
        // A dropped sender means that the thread died while it held the job: whether it committed is not known.
        answered.unwrap_or(Err(if kind == Kind::Read { Error::Busy } else { Error::OutcomeUnknown }))?;
        let value = slot.lock().map_err(|_| Error::internal("answer slot poisoned"))?.take();
        value.ok_or_else(|| Error::internal("a unit of work ended without an answer"))
    }

    /// Takes no more work, finishes what is queued, closes the database.
    pub fn close(&self) {
        for queue in [&self.read, &self.write, &self.append] {
            queue.close();
        }
        if let Ok(mut guard) = self.guard.lock() {
            guard.take();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_sorted_by_key_and_the_last_of_equal_keys_wins() {
        let row = |k: &str, n: i64| vec![Value::from(k), Value::Int(n)];
        let rows = sort_and_merge(1, vec![row("b", 1), row("a", 2), row("b", 3)]);
        assert_eq!(rows, vec![row("a", 2), row("b", 3)]);
    }
}
