//! How long a session holds. Pure.

use std::time::Duration;

use kernel::ids::Id;
use kernel::time::Time;
use kernel::trail::merkle::hex_digest;
use serde::Serialize;
use utoipa::ToSchema;

const DAY: u64 = 24 * 60 * 60;

/// A session that is not used for this long ends.
pub const IDLE: Duration = Duration::from_secs(14 * DAY);

/// A session ends after this long in any case.
pub const TOTAL: Duration = Duration::from_secs(90 * DAY);

/// The time of use is written at most this often.
pub const SEEN_EVERY: Duration = Duration::from_secs(60 * 60);

/// A browser that is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Session {
    /// Its id; not the secret.
    pub id: Id,
    /// Whose.
    pub person: Id,
    /// Signed in at.
    pub made_at: Time,
    /// Last used, to the hour.
    pub seen_at: Time,
}

impl Session {
    /// The moment from which it no longer holds, unless it is used before.
    pub fn ends(&self) -> Time {
        self.seen_at.plus(IDLE).min(self.made_at.plus(TOTAL))
    }

    /// True if it holds.
    pub fn holds(&self, now: Time) -> bool {
        now < self.ends()
    }

    /// True if the time of use is old enough to be written again.
    pub fn is_due(&self, now: Time) -> bool {
        now.since(self.seen_at) >= SEEN_EVERY
    }
}

/// The token that forms of a session carry: it cannot be turned back into the secret.
pub fn csrf(secret: &str) -> String {
    hex_digest(format!("csrf{secret}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_when_idle_or_old() {
        let at = |days: u64| Time(0).plus(Duration::from_secs(days * DAY));
        let s = Session { id: Id::from_u128(1), person: Id::from_u128(2), made_at: at(0), seen_at: at(0) };
        assert!(s.holds(at(13)));
        assert!(!s.holds(at(14)));
        let used = Session { seen_at: at(85), ..s };
        assert!(used.holds(at(89)));
        assert!(!used.holds(at(90)));
        assert!(s.is_due(Time(0).plus(SEEN_EVERY)) && !s.is_due(Time(1)));
    }

    #[test]
    fn the_form_token_is_not_the_digest() {
        assert_ne!(csrf("x"), hex_digest(b"x"));
        assert_eq!(csrf("x").len(), 64);
    }
}
