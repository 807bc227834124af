//! Which runs are under way in this process, and how many may ask at once.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kernel::ids::Id;
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore, watch};

use crate::rules::{FeedFrom, Pull};

/// Servers of one kind that are asked at once.
const SERVERS: usize = 8;

/// Histories that are read at once: each takes memory and a processor.
const HISTORIES: usize = 2;

/// Catalogues that are read at once.
const CATALOGUES: usize = 2;

/// One for each application.
pub(super) struct Running {
    seats: Arc<Mutex<HashSet<Id>>>,
    taken: watch::Sender<usize>,
    places: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    /// One for each kind, so that servers that hang hold up no other kind.
    prometheus: Arc<Semaphore>,
    json: Arc<Semaphore>,
    tables: Arc<Semaphore>,
    datadog: Arc<Semaphore>,
    histories: Arc<Semaphore>,
    /// Of feeds, which take longer than a number.
    catalogues: Arc<Semaphore>,
}

impl Default for Running {
    fn default() -> Self {
        Self {
            seats: Arc::default(),
            taken: watch::Sender::new(0),
            places: Mutex::default(),
            prometheus: Arc::new(Semaphore::new(SERVERS)),
            json: Arc::new(Semaphore::new(SERVERS)),
            tables: Arc::new(Semaphore::new(SERVERS)),
            datadog: Arc::new(Semaphore::new(SERVERS)),
            histories: Arc::new(Semaphore::new(HISTORIES)),
            catalogues: Arc::new(Semaphore::new(CATALOGUES)),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A source's seat among those under way; given back when it is dropped.
pub(super) struct Seat {
    id: Id,
    seats: Arc<Mutex<HashSet<Id>>>,
    taken: watch::Sender<usize>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = lock(&self.seats);
        seats.remove(&self.id);
        self.taken.send_replace(seats.len());
    }
}

impl Running {
    /// A seat for a source; `None` if it has one.
    pub(super) fn sit(&self, id: Id) -> Option<Seat> {
        let mut seats = lock(&self.seats);
        let seat = seats.insert(id).then(|| Seat { id, seats: Arc::clone(&self.seats), taken: self.taken.clone() });
        self.taken.send_replace(seats.len());
        seat
    }

    /// Waits until no seat is taken.
    pub(super) async fn settled(&self) {
        // The sender is in self, so it cannot be gone.
        let _ = self.taken.subscribe().wait_for(|n| *n == 0).await;
    }

    /// Waits for a place among those that ask. Closed only with the process, so `None` is never met.
    pub(super) async fn slot(&self, pull: &Pull) -> Option<OwnedSemaphorePermit> {
        let slots = match pull {
            Pull::Prometheus(_) => &self.prometheus,
            Pull::Json(_) => &self.json,
            Pull::Csv(_) => &self.tables,
            Pull::Datadog(_) => &self.datadog,
            Pull::Git(_) => &self.histories,
        };
        Arc::clone(slots).acquire_owned().await.ok()
    }

    /// Waits until nobody else in this process reads the same repository: sources of one clone go one after the other.
    pub(super) async fn alone(&self, pull: &Pull) -> Option<OwnedMutexGuard<()>> {
        let Pull::Git(g) = pull else { return None };
        Some(self.at(&g.location).await)
    }

    /// The same for a feed, with a place among those that are read. Closed only with the process, so `None` is never met.
    pub(super) async fn catalogue(&self, from: &FeedFrom) -> Option<(OwnedMutexGuard<()>, OwnedSemaphorePermit)> {
        let alone = self.at(from.address()).await;
        Some((alone, Arc::clone(&self.catalogues).acquire_owned().await.ok()?))
    }

    async fn at(&self, location: &str) -> OwnedMutexGuard<()> {
        let place = {
            let mut places = lock(&self.places);
            places.retain(|_, place| Arc::strong_count(place) > 1);
            Arc::clone(places.entry(location.to_owned()).or_default())
        };
        place.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Git, What};

    fn git(location: &str) -> Pull {
        Pull::Git(Git { location: location.into(), what: What::Tags, branch: String::new(), secret: None })
    }

    #[tokio::test]
    async fn a_source_has_one_seat_and_gives_it_back() {
        let running = Running::default();
        let id = Id::from_u128(1);
        let seat = running.sit(id).unwrap();
        assert!(running.sit(id).is_none());
        let other = running.sit(Id::from_u128(2));
        drop(seat);
        assert!(running.sit(id).is_some());
        drop(other);
        running.settled().await;
    }

    #[tokio::test]
    async fn sources_of_one_repository_go_one_after_the_other() {
        let running = Running::default();
        let first = running.alone(&git("/a")).await;
        let _other = running.alone(&git("/b")).await;
        let place = Arc::clone(&lock(&running.places)["/a"]);
        assert!(place.try_lock().is_err());
        drop(first);
        assert!(place.try_lock().is_ok());
        drop(place);
        let _again = running.alone(&git("/b2")).await;
        assert!(!lock(&running.places).contains_key("/a"), "places that nobody uses are forgotten");
    }
}
