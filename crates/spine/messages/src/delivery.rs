//! A delivery: one message on its way to one receiver, at least once, under one id that never changes.

use kernel::ids::Id;
use serde::{Deserialize, Serialize};

/// The kind of these rows in the outbox.
pub const KIND: &str = "delivery";

/// What stands in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// What is said.
    pub message: Id,
    /// By which channel.
    pub channel: Id,
    /// To whom, if the channel mails people.
    pub person: Option<Id>,
}

/// The lane of a receiver: what is made first arrives first, and a person whose mailbox is full holds up nobody else.
pub fn lane(channel: Id, person: Option<Id>) -> String {
    person.map_or_else(|| channel.to_string(), |p| format!("{channel}:{p}"))
}
