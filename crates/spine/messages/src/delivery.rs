//! A delivery: one message on its way to one receiver, at least once, under one id that never changes; and what becomes of it
//! after each try.

use std::time::Duration;

use kernel::ids::Id;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::message::Topic;

/// The kind of these rows in the outbox.
pub const KIND: &str = "delivery";

/// A message is given up once it is this old and was tried [`TRIES`] times.
pub const AGE: Duration = Duration::from_secs(48 * 3600);

/// Tries before a message is given up, however old it is: more than two hours and a half.
pub const TRIES: i64 = 10;

/// The longest that a receiver may ask us to wait.
pub const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// What stands in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// What is said.
    pub message: Id,
    /// By which channel.
    pub channel: Id,
    /// To whom, if the channel mails people.
    pub person: Option<Id>,
    /// To which address, if the channel mails addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

impl Sent {
    /// The lane of its receiver: what is made first arrives first, and one whose mailbox is full holds up nobody else.
    pub fn lane(&self) -> String {
        match (self.person, &self.address) {
            (Some(person), _) => format!("{}:{person}", self.channel),
            (None, Some(address)) => format!("{}:{address}", self.channel),
            (None, None) => self.channel.to_string(),
        }
    }
}

/// How a try ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver has it.
    Arrived,
    /// It does not have it, and may take it later.
    Later {
        /// What happened, as a sentence.
        why: String,
        /// What the receiver asked for, if it did.
        at_least: Option<Duration>,
    },
    /// It will not take it.
    Never {
        /// What happened, as a sentence.
        why: String,
    },
}

/// What an HTTP answer means. 408, 429 and the server's own faults pass; every other refusal stays.
pub fn answered(host: &str, status: u16, retry_after: Option<&str>, said: &str, now: Time) -> Outcome {
    let said = if said.is_empty() { String::new() } else { format!(": “{said}”") };
    let why = format!("{host} answered with status {status}{said}.");
    match status {
        200..=299 => Outcome::Arrived,
        408 | 429 | 500..=599 => Outcome::Later { why, at_least: retry_after.and_then(|text| asked(text, now)) },
        _ => Outcome::Never { why },
    }
}

/// `Retry-After` (RFC 9110, 10.2.3): seconds or a date; at most a day.
fn asked(text: &str, now: Time) -> Option<Duration> {
    let text = text.trim();
    let wait = match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let at = jiff::fmt::rfc2822::parse(text).ok()?;
            Time(at.timestamp().as_microsecond()).since(now)
        }
    };
    Some(wait.min(LONGEST))
}

/// Whether a message is given up after a try that failed: it is two days old, and was tried often enough.
pub fn is_over(made_at: Time, tries_before: i64, now: Time) -> bool {
    now.since(made_at) >= AGE && tries_before + 1 >= TRIES
}

/// How a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryState {
    /// It is tried, now or later.
    Waiting,
    /// The receiver has it.
    Arrived,
    /// It was given up; somebody decides.
    GivenUp,
    /// Somebody dropped it.
    Dropped,
}

impl DeliveryState {
    /// As pages write it.
    pub const fn words(self) -> &'static str {
        match self {
            DeliveryState::Waiting => "Waiting",
            DeliveryState::Arrived => "Arrived",
            DeliveryState::GivenUp => "Given up",
            DeliveryState::Dropped => "Dropped",
        }
    }
}

/// One message on its way to one receiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Delivery {
    /// Its id, the same in each try: receivers know a message that comes twice by it.
    pub id: Id,
    /// The message.
    pub message: Id,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub topic: Topic,
    /// Slug of the channel.
    pub channel: String,
    /// Name of the channel.
    pub channel_name: String,
    /// Name of the person who is mailed; absent if it goes to a channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The address that is mailed, for a channel of addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// How it stands.
    pub state: DeliveryState,
    /// When it was made.
    pub made_at: Time,
    /// When the next try is due, while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Time>,
    /// Tries so far; since somebody asked for another, if somebody did.
    pub tries: i64,
    /// When it arrived, was given up or was dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Time>,
    /// What the last try said, if it was no good one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// Why it was dropped.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// Why a message that was given up is dropped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Dismissal {
    /// The reason, for whoever looks for the message later.
    pub reason: String,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    const NOW: Time = Time(1_794_929_580_000_000);

    pub(crate) fn delivery(state: DeliveryState) -> Delivery {
        Delivery {
            id: Id::from_u128(3),
            message: Id::from_u128(7),
            title: "Minutes of <sprint> 22".into(),
            topic: Topic::Minutes,
            channel: "architects".into(),
            channel_name: "#architects <x>".into(),
            person: Some("Ada <Lovelace>".into()),
            address: None,
            state,
            made_at: NOW,
            due_at: (state == DeliveryState::Waiting).then_some(NOW),
            tries: 3,
            ended_at: (state != DeliveryState::Waiting).then_some(NOW),
            fault: (state != DeliveryState::Arrived).then(|| "chat.example answered with status 404: “<no> team”.".into()),
            reason: if state == DeliveryState::Dropped { "The room <is> gone.".into() } else { String::new() },
        }
    }

    #[test]
    fn an_answer_passes_stays_or_is_good() {
        for status in [200, 201, 202, 204] {
            assert_eq!(answered("a", status, None, "", NOW), Outcome::Arrived);
        }
        for status in [408, 429, 500, 502, 503, 504] {
            assert!(matches!(answered("a", status, None, "", NOW), Outcome::Later { at_least: None, .. }), "{status}");
        }
        for status in [300, 304, 400, 401, 403, 404, 410, 422] {
            assert!(matches!(answered("a", status, Some("5"), "", NOW), Outcome::Never { .. }), "{status}");
        }
        let Outcome::Never { why } = answered("chat.example", 404, None, "no_team", NOW) else { panic!() };
        assert_eq!(why, "chat.example answered with status 404: “no_team”.");
    }

    #[test]
    fn a_receiver_asks_for_seconds_or_names_a_time() {
        let wait = |text| match answered("a", 429, Some(text), "", NOW) {
            Outcome::Later { at_least, .. } => at_least.map(|d| d.as_secs()),
            other => panic!("{other:?}"),
        };
        assert_eq!(wait("30"), Some(30));
        assert_eq!(wait(" 0 "), Some(0));
        assert_eq!(wait("Tue, 17 Nov 2026 15:35:00 GMT"), Some(120));
        assert_eq!(wait("Tue, 17 Nov 2026 15:00:00 GMT"), Some(0));
        assert_eq!(wait("99999999"), Some(24 * 3600));
        assert_eq!(wait("soon"), None);
        assert_eq!(wait("-5"), None);
    }

    #[test]
    fn a_message_is_given_up_when_it_is_old_and_was_tried_often() {
        let after = |hours: u64| NOW.plus(Duration::from_secs(hours * 3600));
        assert!(!is_over(NOW, 9, after(47)));
        assert!(is_over(NOW, 9, after(48)));
        assert!(!is_over(NOW, 8, after(72)), "a server that slept gives its messages their tries");
    }
}
