//! Accounts and the organisation, and what may be typed into them. Pure.

use kernel::error::Faults;
use kernel::ids::Id;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Longest mail address (RFC 5321, 4.5.3.1.3).
pub const MAIL: usize = 254;

/// The organisation that this server is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Organisation {
    /// As it stands on reports; empty before the set-up.
    pub name: String,
    /// IANA zone in which months and quarters count; `UTC` before the set-up.
    pub zone: String,
    /// When it was set up; `None` before.
    pub set_up_at: Option<Time>,
    /// Counts its changes; 0 before the set-up.
    pub version: i64,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Person {
    /// Its id.
    pub id: Id,
    /// As pages write it.
    pub name: String,
    /// Mail address in lower case; unique.
    pub mail: String,
    /// IANA zone in which times are shown to this person.
    pub zone: String,
    /// When the invitation was made.
    pub invited_at: Time,
    /// When a password was first set; none yet if the invitation is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_at: Option<Time>,
    /// Since when the account cannot be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deactivated_at: Option<Time>,
    /// Counts the changes of the account; a change states the version that it was made from.
    pub version: i64,
}

/// How an account stands, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Can sign in.
    Active,
    /// The invitation is open.
    Invited,
    /// Cannot sign in any more.
    Deactivated,
}

impl Person {
    /// How the account stands.
    pub fn standing(&self) -> Standing {
        match (self.deactivated_at, self.accepted_at) {
            (Some(_), _) => Standing::Deactivated,
            (None, None) => Standing::Invited,
            (None, Some(_)) => Standing::Active,
        }
    }
}

/// Who is invited.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// Up to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// Mail address; unique.
    #[schema(min_length = 3, max_length = 254, format = "email")]
    pub mail: String,
    /// IANA zone; the organisation's if absent.
    #[serde(default)]
    pub zone: Option<String>,
}

/// The name as lists order it.
pub fn folded(name: &str) -> String {
    name.to_lowercase()
}

/// A mail address: lower case, one `@` with something on both sides, no blanks. Whether it exists is not asked.
pub fn mail(faults: &mut Faults, at: &str, text: &str) -> String {
    let text = text.trim().to_lowercase();
    let parts: Vec<&str> = text.split('@').collect();
    let good = matches!(parts.as_slice(), [user, host] if !user.is_empty() && !host.is_empty())
        && text.len() <= MAIL
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, ',' | ';' | '<' | '>' | '"'));
    let shown: String = text.chars().take(80).collect();
    faults.check(good, at, format!("“{shown}” is no mail address. Write it like ingrid.solberg@example.org."));
    text
}

/// An IANA zone, as `Europe/London`.
pub fn zone(faults: &mut Faults, at: &str, text: &str) -> String {
    let text = text.trim();
    let shown: String = text.chars().take(60).collect();
    match jiff::tz::TimeZone::get(text) {
        Ok(zone) => zone.iana_name().unwrap_or(text).to_owned(),
        Err(_) => {
            faults.add(at, format!("“{shown}” is no time zone. Write it like Europe/London or UTC."));
            text.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_addresses_are_folded_and_checked() {
        let mut f = Faults::new();
        assert_eq!(mail(&mut f, "mail", " Ingrid@Example.ORG "), "ingrid@example.org");
        assert!(f.is_empty());
        let long = format!("{}@b", "a".repeat(MAIL));
        let bad = ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@b, c@d", "<a@b>", long.as_str()];
        for text in bad {
            mail(&mut f, "mail", text);
        }
        assert_eq!(f.len(), bad.len());
    }

    #[test]
    fn zones_are_checked() {
        let mut f = Faults::new();
        assert_eq!(zone(&mut f, "zone", "Europe/London"), "Europe/London");
        assert_eq!(zone(&mut f, "zone", "UTC"), "UTC");
        assert!(f.is_empty());
        zone(&mut f, "zone", "Europe/Atlantis");
        assert_eq!(f.len(), 1);
    }
}
