//! Tells background threads to end, at once instead of after their pause.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

#[derive(Default)]
pub(super) struct Stop {
    stopped: Mutex<bool>,
    woken: Condvar,
}

impl Stop {
    pub(super) fn set(&self) {
        *self.stopped.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.woken.notify_all();
    }

    /// Waits; true if it is time to end.
    pub(super) fn wait(&self, pause: Duration) -> bool {
        let guard = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        *self.woken.wait_timeout_while(guard, pause, |stopped| !*stopped).unwrap_or_else(PoisonError::into_inner).0
    }
}
