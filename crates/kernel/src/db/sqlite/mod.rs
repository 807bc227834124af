//! The embedded engine: WAL, `synchronous=FULL`, one writer thread, a pool of readers. How writes are grouped stands in
//! `writer`.

mod tx;
mod writer;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

pub(crate) use tx::{Bound, SqliteTx};
pub use writer::{GROUP, GROUP_TIME};

use self::tx::{run, step};
use self::writer::Writer;
use super::{Place, Queue, Running};
use crate::error::{Error, Result};
use crate::live::Live;
use crate::time::Stopwatch;

/// A read that takes longer is ended: a reader of three seconds once let the WAL grow to 486 MB.
pub const READ_LIMIT: Duration = Duration::from_secs(3);

/// How long a connection waits for another that holds the file's lock.
const BUSY: Duration = Duration::from_secs(5);

/// Instructions of SQLite's machine between two looks at the watch of a read: well under a millisecond.
const LOOK_EVERY: i32 = 20_000;

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
    set_up(&conn).map_err(|e| Error::internal(format!("cannot set up the database: {e}")))?;
    // Without it a statement with a bound LIMIT is planned anew each time that it runs, which cost a sixth of a page.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(Error::internal)?;
    conn.set_prepared_statement_cache_capacity(512);
    Ok(conn)
}

fn set_up(conn: &Connection) -> rusqlite::Result<()> {
    conn.busy_timeout(BUSY)?;
    // SQLite does not wait for whoever changes the journal's mode at the same moment, as two processes do that start
    // together on a new file.
    let watch = Stopwatch::start();
    while let Err(e) = conn.execute_batch("PRAGMA journal_mode = WAL") {
        let busy = matches!(e.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked));
        if !busy || watch.elapsed() > BUSY {
            return Err(e);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    conn.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; \
         PRAGMA secure_delete = ON;",
    )
}

/// Opens a read-only connection on a file, which may belong to another process.
///
/// # Errors
/// [`Error::Internal`] with SQLite's reason.
pub fn open_read_only(path: &Path) -> Result<Connection> {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|e| Error::internal(format!("cannot open {}: {e}", path.display())))
}

/// A connection of the pool: it neither writes nor checkpoints, also not when it is the last to be closed.
fn open_reader(place: &Place) -> Result<Connection> {
    let conn = open(place)?;
    conn.execute_batch("PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0;").map_err(Error::internal)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(Error::internal)?;
    Ok(conn)
}

struct Threads {
    queues: [Arc<Queue>; 2],
    /// The writer last, so that its connection is the last to be closed and takes the WAL away.
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
    start_on(open(place)?, place, live)
}

/// Starts the threads with a given connection for the writer; after a failed COMMIT it opens its own.
fn start_on(conn: Connection, place: &Place, live: Live) -> Result<Running> {
    let read = Arc::new(Queue::new());
    // One thread writes and appends; the queue bounds each kind by itself.
    let write = Arc::new(Queue::new());
    let spawn = |name: &str, body: Box<dyn FnOnce() + Send>| {
        std::thread::Builder::new().name(name.into()).spawn(body).map_err(Error::internal)
    };
    let mut guard = Threads { queues: [Arc::clone(&read), Arc::clone(&write)], threads: Vec::new() };
    let (close, readers_gone) = std::sync::mpsc::channel::<()>();
    for n in 0..readers() {
        let mut conn = open_reader(place)?;
        let (queue, close) = (Arc::clone(&read), close.clone());
        let body = move || {
            reader(&mut conn, &queue);
            drop((conn, close));
        };
        guard.threads.push(spawn(&format!("db-reader-{n}"), Box::new(body))?);
    }
    drop(close);
    let empties = Arc::new(AtomicBool::new(false));
    let mut writer = Writer::new(conn, place.clone(), Arc::clone(&write), live, Arc::clone(&empties));
    let body = move || {
        writer.run();
        // Ends with an error when the last reader has dropped its end.
        let _ = readers_gone.recv();
        writer.checkpoint();
    };
    guard.threads.push(spawn("db-writer", Box::new(body))?);
    Ok(Running { read, append: Arc::clone(&write), write, empties, guard: Box::new(guard) })
}

/// Connections that read: two for each core, as one may wait for the disk while the other works.
fn readers() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from) * 2
}

fn reader(conn: &mut Connection, queue: &Queue) {
    while let Some(job) = queue.pop() {
        let watch = Stopwatch::start();
        if let Err(e) = conn.progress_handler(LOOK_EVERY, Some(move || watch.elapsed() > READ_LIMIT)) {
            tracing::error!(error = %e, "A read has no time limit");
        }
        let result = step(conn, "BEGIN").and_then(|()| run(conn, &job, Some(watch)).0);
        if !conn.is_autocommit() {
            let _ = step(conn, "ROLLBACK");
        }
        if matches!(result, Err(Error::Busy)) && watch.elapsed() > READ_LIMIT {
            tracing::warn!("A read took over {} s and was ended", READ_LIMIT.as_secs());
        }
        let _ = job.reply.send(result);
    }
}
