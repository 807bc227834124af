//! The bounded queue before the workers. Each kind of work has its own bound, also where one thread does two kinds:
//! beyond it a request is refused at once. One that waited too long is refused instead of being done for nobody.

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
    jobs: VecDeque<(Ticket, Job)>,
    /// Of `jobs`, by kind.
    waiting: [usize; 3],
    next: u64,
    open: bool,
}

/// Finds a job again that may still wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ticket(u64);

impl State {
    /// The oldest job that is young enough; those before it are refused.
    fn take(&mut self) -> Option<Job> {
        while let Some((_, job)) = self.jobs.pop_front() {
            self.waiting[job.kind as usize] -= 1;
            if job.queued.elapsed() <= MAX_AGE {
                return Some(job);
            }
            refuse(job);
        }
        None
    }
}

impl Queue {
    pub(crate) fn new() -> Self {
        let state = State { jobs: VecDeque::new(), waiting: [0; 3], next: 0, open: true };
        Self { state: Mutex::new(state), ready: Condvar::new() }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // A panic while holding the lock cannot leave the queue half changed: push and pop are single steps.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn len(&self, kind: Kind) -> usize {
        self.lock().waiting[kind as usize]
    }

    pub(crate) fn push(&self, job: Job) -> Result<Ticket> {
        let mut state = self.lock();
        let kind = job.kind as usize;
        if !state.open || state.waiting[kind] >= QUEUE {
            return Err(Error::Busy);
        }
        let ticket = Ticket(state.next);
        state.next += 1;
        state.waiting[kind] += 1;
        state.jobs.push_back((ticket, job));
        drop(state);
        self.ready.notify_one();
        Ok(ticket)
    }

    /// Takes a job back that has waited too long, so that its caller has an answer while the worker is stuck; false if
    /// it is not waiting any more.
    pub(crate) fn withdraw(&self, ticket: Ticket) -> bool {
        let mut state = self.lock();
        let Some(place) = state.jobs.iter().position(|(t, _)| *t == ticket) else { return false };
        if let Some((_, job)) = state.jobs.remove(place) {
            state.waiting[job.kind as usize] -= 1;
            drop(state);
            refuse(job);
        }
        true
    }

    /// The next job that is young enough; waits for one. `None` when the queue is closed and empty.
    pub(crate) fn pop(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            match state.take() {
                Some(job) => return Some(job),
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
        match state.take() {
            Some(job) => Ok(Some(job)),
            None if state.open => Ok(None),
            None => Err(()),
        }
    }

    /// The next job that is there now.
    pub(crate) fn try_pop(&self) -> Option<Job> {
        self.lock().take()
    }

    pub(crate) fn close(&self) {
        self.lock().open = false;
        self.ready.notify_all();
    }
}

/// Answers a job that waited too long.
fn refuse(job: Job) {
    let what = if job.kind == Kind::Read { "read" } else { "write" };
    tracing::warn!(kind = ?job.kind, "A queued {what} waited over {} s and was refused", MAX_AGE.as_secs());
    let _ = job.reply.send(Err(Error::Busy));
}
