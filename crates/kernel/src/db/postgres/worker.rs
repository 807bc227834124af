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
                    // First the news: who has the answer may rely on nothing older being kept.
                    for topic in &topics {
                        self.shared.live.publish(topic);
                    }
                    let _ = job.reply.send(Ok(()));
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
        let shared = Arc::clone(&self.shared);
        let (kind, counters) = (self.kind, shared.config.counters());
        for attempt in 1..=TRIES {
            let link = match self.link(job, &mut jitter) {
                Ok(link) => link,
                Err(e) => return (Err(e), false),
            };
            let failure = match attempt_unit(link, job, kind, &shared) {
                Tried::Ended(result, open) => {
                    if matches!(result, Err(Error::OutcomeUnknown)) {
                        counters.lost_commit();
                    }
                    return (result, open);
                }
                Tried::Again(failure) => failure,
            };
            match failure {
                Failure::Stale => link.forget_statements(),
                Failure::Lost => {
                    self.link = None;
                    counters.lost_link();
                }
                Failure::Again | Failure::Final(_) => {}
            }
            if attempt < TRIES {
                counters.retried();
                std::thread::sleep(jitter.around(Duration::from_millis(1 << attempt)));
            }
        }
        tracing::warn!(?kind, "A unit of work was given up after {TRIES} tries");
        counters.gave_up();
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
    let result =
        catch_unwind(AssertUnwindSafe(|| (job.work)(&mut tx))).unwrap_or_else(|_| Err(Error::internal("a unit of work panicked")));
    let begun = tx.has_begun();
    let result = match tx.failure().cloned() {
        None => result,
        Some(Failure::Final(e)) => result.and(Err(e)),
        Some(again) => {
            if begun {
                link.rollback(STEP_LIMIT);
            }
            return Tried::Again(again);
        }
    };
    match (kind, result) {
        (Kind::Read, result) => Tried::Ended(result.map(|()| Vec::new()), begun),
        (_, Ok(())) => {
            let topics = std::mem::take(&mut tx.notes.topics);
            let rows = topics::rows(job.ids, job.now, &shared.instance, &topics);
            match tx.commit(&topics::NOTE, &rows) {
                Ok(()) => Tried::Ended(Ok(topics), false),
                Err(failure) => {
                    // Harmless after a COMMIT that was refused: there is no transaction any more.
                    link.rollback(STEP_LIMIT);
                    match failure {
                        Failure::Final(e) => Tried::Ended(Err(e), false),
                        again => Tried::Again(again),
                    }
                }
            }
        }
        (_, Err(e)) => {
            if begun {
                link.rollback(STEP_LIMIT);
            }
            Tried::Ended(Err(e), false)
        }
    }
}

/// Spreads waits, so that units that have met once do not meet again. Xorshift (Marsaglia 2003), seeded by the ids.
pub(super) struct Jitter(u64);

impl Jitter {
    pub(super) fn new(ids: IdBase) -> Self {
        // The low 64 bits of an id are random but for 16 bits that count; the state must not be zero.
        Self(ids.nth(0).map_or(1, |id| (id.as_u128() as u64) | 1))
    }

    /// Between half and one and a half of `wait`.
    pub(super) fn around(&mut self, wait: Duration) -> Duration {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        wait / 2 + wait.mul_f64((self.0 >> 11) as f64 / (1u64 << 53) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::IdSource;
    use crate::time::Time;

    #[test]
    fn jitter_stays_around_the_wait_and_differs_between_units() {
        let draw = |seed| {
            let mut jitter = Jitter::new(IdSource::seeded(seed).draw(Time(0)).unwrap());
            (0..50).map(|_| jitter.around(Duration::from_millis(8))).collect::<Vec<_>>()
        };
        let (a, b) = (draw(1), draw(2));
        assert!(a.iter().all(|w| (4..=12).contains(&w.as_millis())), "{a:?}");
        assert_ne!(a, b);
    }
}
