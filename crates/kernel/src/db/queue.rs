//! The bounded queue before each kind of worker. Beyond its length a request is refused at once; a request that waited
//! too long is refused instead of being done for nobody.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::{Job, Kind};
use crate::error::{Error, Result};

/// Jobs that may wait per kind of work.
pub const QUEUE: usize = 256;

/// A job older than this is answered with [`Error::Busy`] instead of being run.
pub const MAX_AGE: Duration = Duration::from_secs(5);

pub(crate) struct Queue {
    state: Mutex<State>,
    ready: Condvar,
}

struct State {
    jobs: VecDeque<Job>,
    open: bool,
}

impl Queue {
    pub(crate) fn new() -> Self {
        Self { state: Mutex::new(State { jobs: VecDeque::new(), open: true }), ready: Condvar::new() }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // A panic while holding the lock cannot leave the queue half changed: push and pop are single steps.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().jobs.len()
    }

    pub(crate) fn push(&self, job: Job) -> Result<()> {
        let mut state = self.lock();
        if !state.open || state.jobs.len() >= QUEUE {
            return Err(Error::Busy);
        }
        state.jobs.push_back(job);
        drop(state);
        self.ready.notify_one();
        Ok(())
    }

    /// The next job that is young enough; waits for one. `None` when the queue is closed and empty.
    pub(crate) fn pop(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            match state.jobs.pop_front() {
                Some(job) => {
                    if let Some(job) = young(job) {
                        return Some(job);
                    }
                }
                None if !state.open => return None,
                None => state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// As [`Queue::pop`], but gives up after `wait`: `Ok(None)` then, `Err(())` when closed and empty.
    pub(crate) fn pop_within(&self, wait: Duration) -> std::result::Result<Option<Job>, ()> {
        let mut state = self.lock();
        if state.jobs.is_empty() && state.open {
            state = self.ready.wait_timeout(state, wait).unwrap_or_else(PoisonError::into_inner).0;
        }
        while let Some(job) = state.jobs.pop_front() {
            if let Some(job) = young(job) {
                return Ok(Some(job));
            }
        }
        if state.open { Ok(None) } else { Err(()) }
    }

    /// The next job that is there now.
    pub(crate) fn try_pop(&self) -> Option<Job> {
        let mut state = self.lock();
        while let Some(job) = state.jobs.pop_front() {
            if let Some(job) = young(job) {
                return Some(job);
            }
        }
        None
    }

    pub(crate) fn close(&self) {
        self.lock().open = false;
        self.ready.notify_all();
    }
}

/// Answers a job that waited too long.
fn young(job: Job) -> Option<Job> {
    if job.queued.elapsed() <= MAX_AGE {
        return Some(job);
    }
    tracing::warn!(kind = ?job.kind, "A queued {} waited over 5 s and was refused", if job.kind == Kind::Read { "read" } else { "write" });
    let _ = job.reply.send(Err(Error::Busy));
    None
}
