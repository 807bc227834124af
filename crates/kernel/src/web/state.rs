//! What rooms keep in memory for one application: counters of attempts, caches. Not in a static, so that several
//! applications in one process (tests) do not share it.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// One value of each type.
#[derive(Default)]
pub(super) struct States(Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl States {
    pub(super) fn get<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default()));
        // The key is the type, so the value is of it.
        Arc::clone(kept).downcast().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[derive(Default)]
    struct A(AtomicU32);
    #[derive(Default)]
    struct B(AtomicU32);

    #[test]
    fn each_type_has_one_value_in_each_application() {
        let (one, other) = (States::default(), States::default());
        one.get::<A>().0.fetch_add(1, Ordering::Relaxed);
        one.get::<A>().0.fetch_add(1, Ordering::Relaxed);
        assert_eq!(one.get::<A>().0.load(Ordering::Relaxed), 2);
        assert_eq!(one.get::<B>().0.load(Ordering::Relaxed), 0);
        assert_eq!(other.get::<A>().0.load(Ordering::Relaxed), 0);
    }
}
