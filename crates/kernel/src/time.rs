//! Time is explicit: stored in UTC to the microsecond, drawn once per request from one injected clock, shown in a zone
//! that the page names.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, Result};

/// A moment: microseconds since 1970-01-01T00:00:00Z. Written as RFC 3339 in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

impl Time {
    /// From microseconds since the epoch.
    pub const fn from_micros(us: i64) -> Self {
        Self(us)
    }

    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The same moment for arithmetic with zones and calendars. Times outside jiff's range (years -9999 to 9999) are
    /// clamped to its ends.
    pub fn jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX })
    }

    /// Reads RFC 3339 (`2026-11-24T17:00:00Z`, any offset).
    pub fn parse(text: &str) -> Result<Self> {
        text.parse::<jiff::Timestamp>()
            .map(|t| Self(t.as_microsecond()))
            .map_err(|_| Error::invalid("", format!("“{text}” is not a time. Write it like 2026-11-24T17:00:00Z.")))
    }

    /// Later by a duration.
    pub fn plus(self, by: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)))
    }

    /// Earlier by a duration.
    pub fn minus(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)))
    }

    /// From `earlier` to `self`; zero if `earlier` is later.
    pub fn since(self, earlier: Time) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.jiff())
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, s: S) -> std::result::Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        Time::parse(&text).map_err(|e| serde::de::Error::custom(e.to_string()))
    }
}

impl utoipa::PartialSchema for Time {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .format(Some(utoipa::openapi::schema::SchemaFormat::KnownFormat(utoipa::openapi::schema::KnownFormat::DateTime)))
            .into()
    }
}
impl utoipa::ToSchema for Time {}

/// The one clock. The shipped binary has only [`Clock::system`]; tests hold a settable one.
#[derive(Clone)]
pub struct Clock(Kind);

#[derive(Clone)]
enum Kind {
    System,
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Kind::System)
    }

    /// A clock that stands still until it is set: for tests and the demo's story.
    pub fn fixed(at: Time) -> Self {
        Self(Kind::Set(Arc::new(AtomicI64::new(at.0))))
    }

    /// Now.
    pub fn now(&self) -> Time {
        match &self.0 {
            Kind::System => system_now(),
            Kind::Set(at) => Time(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves a settable clock on; does nothing to the system's.
    pub fn advance(&self, by: Duration) {
        if let Kind::Set(at) = &self.0 {
            at.fetch_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }

    /// Sets a settable clock; does nothing to the system's.
    pub fn set(&self, to: Time) {
        if let Kind::Set(at) = &self.0 {
            at.store(to.0, Ordering::SeqCst);
        }
    }
}

// The one place that reads the machine's clock.
#[allow(clippy::disallowed_methods)]
fn system_now() -> Time {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// Measures how long something took. For logs, metrics and queue ages only, never for a decision that is stored.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts.
    #[allow(clippy::disallowed_methods)]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_and_reads_rfc_3339_to_the_microsecond() {
        let t = Time(1_795_539_600_000_001);
        assert_eq!(Time::parse(&t.to_string()).unwrap(), t);
        assert_eq!(Time::parse("2026-11-24T18:00:00+01:00").unwrap().to_string(), "2026-11-24T17:00:00Z");
    }

    #[test]
    fn refuses_what_is_not_a_time_and_says_how_to_write_it() {
        let e = Time::parse("yesterday").unwrap_err();
        assert!(e.to_string().contains("2026-11-24T17:00:00Z"), "{e}");
    }

    #[test]
    fn a_fixed_clock_moves_only_when_told() {
        let clock = Clock::fixed(Time(5));
        assert_eq!(clock.now(), Time(5));
        clock.advance(Duration::from_micros(3));
        assert_eq!(clock.now(), Time(8));
    }
}
