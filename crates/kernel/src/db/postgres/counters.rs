//! What the connections have met, for `/metrics` and for tests.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts since the start, shared by all connections of one [`super::PgConfig`].
#[derive(Debug, Default)]
pub struct Counters {
    retries: AtomicU64,
    given_up: AtomicU64,
    lost: AtomicU64,
    unknown: AtomicU64,
}

impl Counters {
    /// Tries of a unit of work that were run again: serialisation failures, deadlocks, lost links.
    pub fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }

    /// Units of work answered with busy after the last try.
    pub fn given_up(&self) -> u64 {
        self.given_up.load(Ordering::Relaxed)
    }

    /// Links that broke.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Commits whose end is not known.
    pub fn unknown(&self) -> u64 {
        self.unknown.load(Ordering::Relaxed)
    }

    pub(super) fn retried(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn gave_up(&self) {
        self.given_up.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn lost_link(&self) {
        self.lost.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn lost_commit(&self) {
        self.unknown.fetch_add(1, Ordering::Relaxed);
    }
}
