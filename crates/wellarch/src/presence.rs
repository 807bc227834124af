//! Who has a review open, and which question: kept in memory while their page listens, in no record. Pure, but for the lock.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use kernel::ids::Id;
use serde::{Deserialize, Serialize};

/// Names that a page shows at most; the others are counted.
pub const SHOWN: usize = 40;

/// Somebody who has a review open.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Here {
    /// Name, as it stands in the masthead.
    pub name: String,
    /// Who, as the trail names them; two windows are one person.
    pub who: String,
    /// Id of the question; empty for the list of all questions.
    pub question: String,
}

#[derive(Default)]
struct Open {
    seats: BTreeMap<u64, Here>,
    changed: bool,
    kept: bool,
}

#[derive(Default)]
struct Inner {
    next: u64,
    reviews: HashMap<Id, Open>,
}

/// Everybody who has a review open on this instance.
#[derive(Default)]
pub struct Presence {
    inner: Arc<Mutex<Inner>>,
    instance: OnceLock<String>,
}

/// A place at a review; whoever drops it has left.
pub struct Seat {
    inner: Arc<Mutex<Inner>>,
    review: Id,
    number: u64,
}

fn lock(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(open) = lock(&self.inner).reviews.get_mut(&self.review) {
            open.seats.remove(&self.number);
            open.changed = true;
        }
    }
}

/// What [`Presence::look`] found.
#[derive(Debug, PartialEq, Eq)]
pub struct Look {
    /// Who is here.
    pub here: Vec<Here>,
    /// Somebody came, left or went on since the last look.
    pub changed: bool,
    /// Nobody is here any more, and nobody has to look again.
    pub over: bool,
}

impl Presence {
    /// Takes a seat. True if nobody keeps an eye on this review yet: whoever is told so has to.
    pub fn enter(&self, review: Id, here: Here) -> (Seat, bool) {
        let mut inner = lock(&self.inner);
        inner.next += 1;
        let number = inner.next;
        let open = inner.reviews.entry(review).or_default();
        open.seats.insert(number, here);
        open.changed = true;
        let first = !std::mem::replace(&mut open.kept, true);
        (Seat { inner: Arc::clone(&self.inner), review, number }, first)
    }

    /// Who is at a review, and whether that has changed since this was last asked.
    pub fn look(&self, review: Id) -> Look {
        let mut inner = lock(&self.inner);
        let Some(open) = inner.reviews.get_mut(&review) else { return Look { here: Vec::new(), changed: false, over: true } };
        let look = Look { here: people(open), changed: std::mem::take(&mut open.changed), over: open.seats.is_empty() };
        if look.over {
            inner.reviews.remove(&review);
        }
        look
    }

    /// Who is at a review.
    pub fn here(&self, review: Id) -> Vec<Here> {
        lock(&self.inner).reviews.get(&review).map_or_else(Vec::new, people)
    }

    /// The name of this instance among others, drawn once.
    pub fn instance(&self, draw: impl FnOnce() -> String) -> &str {
        self.instance.get_or_init(draw)
    }
}

/// Each person once, at the question that they opened last.
fn people(open: &Open) -> Vec<Here> {
    let latest: BTreeMap<&str, &Here> = open.seats.values().map(|h| (h.who.as_str(), h)).collect();
    together(latest.into_values().cloned().collect())
}

/// People of several instances, each once, by name.
pub fn together(mut all: Vec<Here>) -> Vec<Here> {
    all.sort();
    all.dedup_by(|a, b| a.who == b.who);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here(name: &str, question: &str) -> Here {
        Here { name: name.into(), who: format!("person:{name}"), question: question.into() }
    }

    #[test]
    fn people_come_go_on_and_leave() {
        let presence = Presence::default();
        let review = Id::from_u128(1);
        assert!(presence.look(review).over);
        let (maya, first) = presence.enter(review, here("Maya", "Q-01"));
        let (ana, again) = presence.enter(review, here("Ana", ""));
        assert!(first && !again);
        let look = presence.look(review);
        assert!(look.changed && !look.over);
        assert_eq!(look.here, [here("Ana", ""), here("Maya", "Q-01")]);
        assert!(!presence.look(review).changed, "nothing happened since");
        // A second window of the same person: the question opened last counts.
        let (second, _) = presence.enter(review, here("Maya", "Q-02"));
        assert_eq!(presence.here(review), [here("Ana", ""), here("Maya", "Q-02")]);
        drop(maya);
        drop(second);
        assert_eq!(presence.here(review), [here("Ana", "")]);
        drop(ana);
        let look = presence.look(review);
        assert!(look.over && look.changed);
        assert!(presence.enter(review, here("Maya", "")).1, "somebody has to look again");
        assert!(presence.here(Id::from_u128(2)).is_empty());
    }

    #[test]
    fn people_of_several_instances_stand_once() {
        assert_eq!(together(vec![here("B", "1"), here("A", ""), here("B", "2")]).len(), 2);
    }

    #[test]
    fn an_instance_has_one_name() {
        let presence = Presence::default();
        assert_eq!(presence.instance(|| "a".into()), presence.instance(|| "b".into()));
    }
}
