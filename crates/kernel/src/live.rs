//! Live topics: a commit publishes (topic, version); a listener is an async stream and holds no thread and no connection
//! to the database. A listener that falls behind gets the newest version, not every one. A fragment of a page is rendered
//! once per (topic, version, audience), however many listen.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OnceCell, watch};

use crate::error::Result;

/// The topics of this process. Cheap to clone.
#[derive(Clone, Default)]
pub struct Live(Arc<Mutex<HashMap<String, Topic>>>, Arc<AtomicU64>);

/// Somebody listens, or did until the last change.
struct Topic {
    version: watch::Sender<u64>,
    /// Of the present version, by audience.
    fragments: HashMap<String, Arc<OnceCell<Arc<str>>>>,
}

impl Live {
    /// No topic yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Topic>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Announces a change; called after the commit.
    pub fn publish(&self, topic: &str) {
        self.1.fetch_add(1, Ordering::SeqCst);
        let mut topics = self.lock();
        if let Some(found) = topics.get_mut(topic) {
            if found.version.receiver_count() == 0 {
                topics.remove(topic);
            } else {
                found.fragments.clear();
                found.version.send_modify(|version| *version += 1);
            }
        }
    }

    /// Announces that anything may have changed: news of others were missed.
    pub fn publish_all(&self) {
        self.1.fetch_add(1, Ordering::SeqCst);
        let mut topics = self.lock();
        topics.retain(|_, t| t.version.receiver_count() > 0);
        for topic in topics.values_mut() {
            topic.fragments.clear();
            topic.version.send_modify(|version| *version += 1);
        }
    }

    /// Changes announced so far, of all topics. Whoever read before it moved on knows everything that was announced.
    pub fn announced(&self) -> u64 {
        self.1.load(Ordering::SeqCst)
    }

    /// Listens to a topic. The version counts the changes since the first listener came; only its change matters.
    pub fn listen(&self, topic: &str) -> watch::Receiver<u64> {
        let mut topics = self.lock();
        let new = || Topic { version: watch::channel(0).0, fragments: HashMap::new() };
        topics.entry(topic.to_owned()).or_insert_with(new).version.subscribe()
    }

    /// The fragment of the topic's present version for an audience (all who may see the same). Whoever asks first renders
    /// it, the others wait for that; a failure is the answer of the one who met it, and the next one tries again. `render`
    /// reads the database after it was called, so it shows the present version or a newer one.
    ///
    /// # Errors
    /// Those of `render`.
    pub async fn fragment<F>(&self, topic: &str, audience: &str, render: impl FnOnce() -> F) -> Result<Arc<str>>
    where
        F: Future<Output = Result<String>>,
    {
        let cell = match self.lock().get_mut(topic) {
            Some(found) => Arc::clone(found.fragments.entry(audience.to_owned()).or_default()),
            // Nobody listens, so nobody would clear it.
            None => Arc::default(),
        };
        cell.get_or_try_init(async || Ok(render().await?.into())).await.cloned()
    }

    /// Topics somebody listens to, for `/metrics`.
    pub fn topics(&self) -> usize {
        self.lock().values().filter(|t| t.version.receiver_count() > 0).count()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::error::Error;

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
    fn after_a_gap_every_listener_looks_again() {
        let live = Live::new();
        let (mut a, b) = (live.listen("a"), live.listen("b"));
        drop(b);
        live.publish_all();
        assert!(a.has_changed().unwrap());
        assert_eq!((*a.borrow_and_update(), live.lock().len(), live.announced()), (1, 1, 1));
    }

    #[test]
    fn what_nobody_hears_is_counted_too() {
        let live = Live::new();
        live.publish("team:1");
        assert_eq!(live.clone().announced(), 1);
    }

    #[test]
    fn a_topic_without_listeners_is_forgotten() {
        let live = Live::new();
        drop(live.listen("a"));
        live.publish("a");
        assert_eq!(live.lock().len(), 0);
    }

    #[tokio::test]
    async fn a_fragment_is_rendered_once_per_version_and_audience() {
        let live = Live::new();
        let _rx = live.listen("team:1");
        let count = Arc::new(AtomicU32::new(0));
        let ask = |audience: &'static str| {
            let (live, count) = (live.clone(), Arc::clone(&count));
            async move {
                let render = || async {
                    // Lets the others come while it is under way.
                    tokio::task::yield_now().await;
                    Ok(format!("{audience} {}", count.fetch_add(1, Ordering::SeqCst)))
                };
                live.fragment("team:1", audience, render).await.unwrap()
            }
        };
        let all = futures_util::future::join_all((0..100).map(|_| ask("members"))).await;
        assert!(all.iter().all(|f| &**f == "members 0"), "{all:?}");
        assert_eq!(&*ask("guests").await, "guests 1");
        live.publish("team:1");
        assert_eq!(&*ask("members").await, "members 2");
        assert_eq!(&*ask("members").await, "members 2");
    }

    #[tokio::test]
    async fn a_fragment_that_failed_is_tried_again_and_one_without_listeners_is_not_kept() {
        let live = Live::new();
        let rx = live.listen("a");
        assert!(live.fragment("a", "", async || Err(Error::Busy)).await.is_err());
        assert_eq!(&*live.fragment("a", "", async || Ok("one".into())).await.unwrap(), "one");
        drop(rx);
        live.publish("a");
        assert_eq!(&*live.fragment("a", "", async || Ok("two".into())).await.unwrap(), "two");
        assert_eq!(&*live.fragment("a", "", async || Ok("three".into())).await.unwrap(), "three");
    }
}
