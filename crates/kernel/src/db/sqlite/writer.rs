//! Group commit: a group is what is queued now, at most 64 units or 20 ms; it never waits for more. Each unit runs in a
//! savepoint; `Err` or panic rolls back to it. If SQLite has ended the transaction itself (full disk, I/O error), all
//! that ran fail and those still queued go on. If COMMIT fails, every caller gets *outcome unknown*: after a failed
//! fsync the rows can be there after reopening. Answers go out after the commit. Only this thread checkpoints.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::open;
use super::tx::{SqliteTx, run, step};
use crate::db::{Job, Place, Queue};
use crate::error::{Error, Result};
use crate::ids::{IdBase, IdSource};
use crate::live::Live;
use crate::time::{Stopwatch, Time};
use crate::trail;

/// Units in one group at most.
pub const GROUP: usize = 64;

/// A group takes no further unit after this long.
pub const GROUP_TIME: Duration = Duration::from_millis(20);

/// How long records wait that a group could not seal, if no other group comes.
const SEAL_AGAIN: Duration = Duration::from_secs(5);

pub(super) struct Writer {
    conn: Connection,
    place: Place,
    queue: Arc<Queue>,
    live: Live,
    /// Set, the log is emptied after the next commit.
    empties: Arc<AtomicBool>,
    /// Records may be pending that no group has sealed: after a fault of the sealer, or from a restored backup.
    unsealed: bool,
}

/// A unit that ran, with its answer, until the group's commit.
struct Ran {
    reply: oneshot::Sender<Result<()>>,
    result: Result<()>,
    topics: Vec<String>,
}

impl Writer {
    pub(super) fn new(conn: Connection, place: Place, queue: Arc<Queue>, live: Live, empties: Arc<AtomicBool>) -> Self {
        Self { conn, place, queue, live, empties, unsealed: true }
    }

    /// Until the queue is closed and empty.
    pub(super) fn run(&mut self) {
        self.seal_rest();
        loop {
            let job = if self.unsealed { self.queue.pop_within(SEAL_AGAIN) } else { self.queue.pop().map(Some).ok_or(()) };
            match job {
                Ok(Some(first)) => {
                    self.group(first);
                    if self.empties.swap(false, Ordering::SeqCst) && !self.empty() {
                        // Somebody reads what is in the log: the next commit tries again.
                        self.empties.store(true, Ordering::SeqCst);
                    }
                }
                Ok(None) => self.seal_rest(),
                Err(()) => return,
            }
        }
    }

    /// Moves everything from the WAL into the database file.
    pub(super) fn checkpoint(&self) {
        if let Err(e) = self.conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)") {
            tracing::warn!(error = %e, "The last checkpoint failed; the next start makes up for it");
        }
    }

    /// Empties the log if nobody reads from it now; waits for nobody.
    fn empty(&self) -> bool {
        let done = self.conn.busy_timeout(Duration::ZERO).and_then(|()| {
            let busy: i64 = self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get(0))?;
            Ok(busy == 0)
        });
        if let Err(e) = self.conn.busy_timeout(super::BUSY) {
            tracing::error!(error = %e, "The database no longer waits for others");
        }
        done.unwrap_or(false)
    }

    fn group(&mut self, first: Job) {
        if let Err(e) = step(&self.conn, "BEGIN IMMEDIATE") {
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
                return self.ended(ran);
            }
            if ran.len() < GROUP && watch.elapsed() < GROUP_TIME {
                next = self.queue.try_pop();
            }
        }
        if ran.iter().all(|r| r.result.is_err()) {
            self.undo();
            return self.answer(ran, None);
        }
        self.seal(now, ids);
        if self.conn.is_autocommit() {
            return self.ended(ran);
        }
        match step(&self.conn, "COMMIT") {
            Ok(()) => self.answer(ran, None),
            Err(e) => {
                tracing::error!(error = ?e, units = ran.len(), "COMMIT failed; it is not known what is stored");
                self.answer(ran, Some(&Error::OutcomeUnknown));
                self.reopen();
            }
        }
    }

    /// Runs a unit in its savepoint. In autocommit afterwards, the group's transaction is over and stores nothing.
    fn unit(&mut self, job: &Job) -> (Result<()>, Vec<String>) {
        if let Err(e) = step(&self.conn, "SAVEPOINT unit") {
            return (Err(e), Vec::new());
        }
        let (result, topics) = run(&self.conn, job, None);
        if self.conn.is_autocommit() {
            return (result, Vec::new());
        }
        let closed = match &result {
            Ok(()) => step(&self.conn, "RELEASE unit"),
            Err(_) => step(&self.conn, "ROLLBACK TO unit").and_then(|()| step(&self.conn, "RELEASE unit")),
        };
        if let Err(e) = closed {
            // Without this a failed unit's rows could be committed with the group.
            tracing::error!(error = ?e, "Could not end a unit of work; giving the group up");
            self.undo();
            return (result.and(Err(e)), Vec::new());
        }
        let topics = if result.is_ok() { topics } else { Vec::new() };
        (result, topics)
    }

    /// Seals what the group put into the trail, in a savepoint of its own: a fault here must not undo the units.
    fn seal(&mut self, now: Time, ids: IdBase) {
        self.unsealed = true;
        if step(&self.conn, "SAVEPOINT seal").is_err() {
            return;
        }
        let mut tx = SqliteTx::on(&self.conn, ids);
        let sealed = catch_unwind(AssertUnwindSafe(|| {
            while trail::seal_pending(&mut tx, now)? as i64 >= trail::SEAL_LIMIT {}
            Ok(())
        }));
        let sealed = sealed.unwrap_or_else(|_| Err(Error::internal("the sealer panicked")));
        let closed = match sealed.and_then(|()| tx.into_poison().map_or(Ok(()), Err)) {
            Ok(()) => {
                self.unsealed = false;
                step(&self.conn, "RELEASE seal")
            }
            Err(e) => {
                tracing::error!(error = ?e, "Sealing failed; the records stay pending");
                if self.conn.is_autocommit() {
                    return;
                }
                step(&self.conn, "ROLLBACK TO seal").and_then(|()| step(&self.conn, "RELEASE seal"))
            }
        };
        if let Err(e) = closed {
            tracing::error!(error = ?e, "Could not end the sealer's savepoint; giving the group up");
            self.unsealed = true;
            self.undo();
        }
    }

    /// Seals what is pending without a group. The seal has the time of the newest record in it, which is all that is
    /// known here of the clock.
    fn seal_rest(&mut self) {
        let Ok(ids) = IdSource::seeded(0).draw(Time(0)) else { return };
        if step(&self.conn, "BEGIN IMMEDIATE").is_err() {
            return;
        }
        match trail::pending_times(&mut SqliteTx::on(&self.conn, ids)) {
            Ok(Some((_, newest))) => self.seal(newest, ids),
            Ok(None) => self.unsealed = false,
            Err(e) => tracing::error!(error = ?e, "Could not look for records to seal"),
        }
        if !self.conn.is_autocommit()
            && let Err(e) = step(&self.conn, "COMMIT")
        {
            tracing::error!(error = ?e, "COMMIT of a seal failed");
            self.reopen();
        }
    }

    /// Answers a group whose transaction is over: nothing of it is stored.
    fn ended(&self, ran: Vec<Ran>) {
        let full = ran.iter().any(|r| matches!(r.result, Err(Error::NoSpace)));
        let why = if full { Error::NoSpace } else { Error::internal("SQLite ended the transaction") };
        tracing::error!(error = ?why, units = ran.len(), "A group of writes was given up; nothing of it is stored");
        self.answer(ran, Some(&why));
    }

    /// Answers when the group has ended; `all` overrides the success of units.
    fn answer(&self, ran: Vec<Ran>, all: Option<&Error>) {
        for unit in ran {
            let result = match all {
                Some(e) => unit.result.and(Err(e.clone())),
                None => unit.result,
            };
            // First the news: who has the answer may rely on nothing older being kept (a session that was just ended).
            if result.is_ok() {
                for topic in &unit.topics {
                    self.live.publish(topic);
                }
            }
            let _ = unit.reply.send(result);
        }
    }

    /// Rolls the group back, at the price of the connection if need be: what was given up must not be committed later.
    fn undo(&mut self) {
        if step(&self.conn, "ROLLBACK").is_err() && !self.conn.is_autocommit() {
            self.reopen();
        }
    }

    /// After a failed BEGIN or COMMIT the connection's view of the files is not to be trusted.
    fn reopen(&mut self) {
        self.unsealed = true;
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
