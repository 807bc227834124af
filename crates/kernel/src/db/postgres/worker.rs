//! A thread that takes units of work from a queue and runs them on its own connection.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::config::PgConfig;
use super::faults::Failure;
use super::link::{Link, Role};
use super::topics;
use super::tx::{PgTx, STEP_LIMIT};
use crate::db::queue::MAX_AGE;
use crate::db::{Job, Kind, Queue};
use crate::error::{Error, Result};
use crate::ids::IdBase;
use crate::live::Live;

/// Tries of one unit of work before the caller is told that the server is busy.
pub const TRIES: u32 = 8;

/// What all threads of one database share.
pub(super) struct Shared {
    pub(super) config: PgConfig,
    pub(super) live: Live,
    /// Tells this process's topic notes from those of others.
    pub(super) instance: String,
    away: AtomicBool,
}

impl Shared {
    pub(super) fn new(config: PgConfig, live: Live, instance: String) -> Self {
        Self { config, live, instance, away: AtomicBool::new(false) }
    }

    /// Connects; an outage is logged once, not by each thread and attempt.
    pub(super) fn connect(&self, role: Role, limit: Duration) -> Result<Link> {
        let link = Link::connect(&self.config, role, limit.min(self.config.connect_timeout));
        match &link {
            Ok(_) if self.away.swap(false, Ordering::Relaxed) => tracing::info!("The database is back"),
            Err(Error::Internal(why)) if !self.away.swap(true, Ordering::Relaxed) => {
                tracing::error!(error = why, "The database is away; trying again");
            }
            _ => {}
        }
        link
    }
}

pub(super) struct Worker {
    pub(super) shared: Arc<Shared>,
    pub(super) queue: Arc<Queue>,
    pub(super) kind: Kind,
    pub(super) link: Option<Link>,
}

/// How one try ended.
enum Tried {
    /// The answer, and whether a transaction is still to be ended.
    Ended(Result<Vec<String>>, bool),
    Again(Failure),
}

impl Worker {
    /// Until the queue is closed and empty.
    pub(super) fn run(mut self) {
        while let Some(job) = self.queue.pop() {
            let (result, open) = self.unit(&job);
            match result {
                Ok(topics) => {
                    let _ = job.reply.send(Ok(()));
                    for topic in &topics {
                        self.shared.live.publish(topic);
                    }
                }
                Err(e) => {
                    let _ = job.reply.send(Err(e));
                }
            }
            if open && let Some(link) = &mut self.link {
                // Only a read gets here: its answer need not wait for this.
                link.rollback(STEP_LIMIT);
            }
            self.link.take_if(|link| link.is_broken());
        }
    }

    fn unit(&mut self, job: &Job) -> (Result<Vec<String>>, bool) {
        let mut jitter = Jitter::new(job.ids);
        for attempt in 1..=TRIES {
            let link = match self.link(job, &mut jitter) {
                Ok(link) => link,
                Err(e) => return (Err(e), false),
            };
            let failure = match attempt_unit(link, job, self.kind, &self.shared) {
                Tried::Ended(result, open) => {
                    if matches!(result, Err(Error::OutcomeUnknown)) {
                        self.shared.config.counters().lost_commit();
                    }
                    return (result, open);
                }
                Tried::Again(failure) => failure,
            };
            match failure {
                Failure::Stale => link.forget_statements(),
                Failure::Lost => {
                    self.link = None;
                    self.shared.config.counters().lost_link();
                }
                Failure::Again | Failure::Final(_) => {}
            }
            if attempt < TRIES {
                self.shared.config.counters().retried();
                std::thread::sleep(jitter.around(Duration::from_millis(1 << attempt)));
            }
        }
        tracing::warn!(kind = ?self.kind, "A unit of work was given up after {TRIES} tries");
        self.shared.config.counters().gave_up();
        (Err(Error::Busy), false)
    }

    /// The link, made anew if need be, for as long as the job may still wait.
    fn link(&mut self, job: &Job, jitter: &mut Jitter) -> Result<&mut Link> {
        self.link.take_if(|link| link.is_broken());
        let mut pause = Duration::from_millis(25);
        while self.link.is_none() {
            let left = MAX_AGE.saturating_sub(job.queued.elapsed());
            if left.is_zero() {
                return Err(Error::Busy);
            }
            match self.shared.connect(role(self.kind), left) {
                Ok(link) => self.link = Some(link),
                Err(_) => {
                    std::thread::sleep(jitter.around(pause).min(left));
                    pause = (pause * 2).min(Duration::from_millis(500));
                }
            }
        }
        self.link.as_mut().ok_or(Error::Busy)
    }
}

pub(super) fn role(kind: Kind) -> Role {
    match kind {
        Kind::Read => Role::Read,
        Kind::Write | Kind::Append => Role::Write,
    }
}

/// One try: the closure, then its end. A failure that the server wants repeated counts more than what the closure made
/// of it; a final one only turns `Ok` into itself.
fn attempt_unit(link: &mut Link, job: &Job, kind: Kind, shared: &Shared) -> Tried {
    let mut tx = PgTx::new(link, kind, shared.config.unnamed, job.ids);
    let result = catch_unwind(AssertUnwindSafe(|| (job.work)(&mut tx)))
        .unwrap_or_else(|_| Err(Error::internal("a unit of work panicked")));
    let failure = tx.failure().cloned();
    let result = match (failure, kind) {
        (Some(Failure::Final(e)), _) => result.and(Err(e)),
        (Some(again), _) => {
            if tx.has_begun() {
                link.rollback(STEP_LIMIT);
            }
            return Tried::Again(again);
        }
        (None, Kind::Read) => result,
        (None, Kind::Write | Kind::Append) => match result {
            Ok(()) => return commit(link_of(tx), job, shared),
            Err(e) => Err(e),
        },
    };
    let begun = tx.has_begun();
    if kind == Kind::Read {
        return Tried::Ended(result.map(|()| Vec::new()), begun);
    }
    if begun {
        link.rollback(STEP_LIMIT);
    }
    Tried::Ended(result.map(|()| Vec::new()), false)
}
