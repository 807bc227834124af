//! Live topics: a commit publishes (topic, version); a listener is an async stream and holds no thread and no connection
//! to the database. A listener that falls behind gets the newest version, not every one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

/// The topics of this process. Cheap to clone.
#[derive(Clone, Default)]
pub struct Live(Arc<Mutex<HashMap<String, watch::Sender<u64>>>>);

impl Live {
    /// No topic yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, watch::Sender<u64>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Announces a change; called after the commit.
    pub fn publish(&self, topic: &str) {
        let mut topics = self.lock();
        if let Some(sender) = topics.get(topic) {
            if sender.receiver_count() == 0 {
                topics.remove(topic);
            } else {
                sender.send_modify(|version| *version += 1);
            }
        }
    }

    /// Listens to a topic. The version counts the changes since the first listener came; only its change matters.
    pub fn listen(&self, topic: &str) -> watch::Receiver<u64> {
        self.lock().entry(topic.to_owned()).or_insert_with(|| watch::channel(0).0).subscribe()
    }

    /// Topics somebody listens to, for `/metrics`.
    pub fn topics(&self) -> usize {
        self.lock().values().filter(|s| s.receiver_count() > 0).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_sees_that_something_changed_and_a_laggard_sees_it_once() {
        let live = Live::new();
        let mut rx = live.listen("team:1");
        live.publish("team:1");
        live.publish("team:1");
        live.publish("team:2");
        assert!(rx.has_changed().unwrap());
        assert_eq!(*rx.borrow_and_update(), 2);
        assert!(!rx.has_changed().unwrap());
    }

    #[test]
    fn a_topic_without_listeners_is_forgotten() {
        let live = Live::new();
        drop(live.listen("a"));
        live.publish("a");
        assert_eq!(live.lock().len(), 0);
    }
}
