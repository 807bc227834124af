//! Codes that work once: the set-up code that the server prints, invitations and resets as links. Pure.

use std::fmt;
use std::time::Duration;

use kernel::error::Error;
use kernel::ids::Id;
use kernel::time::Time;
use kernel::trail::merkle::hex_digest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::words::WORDS;

const DAY: u64 = 24 * 60 * 60;

/// What a code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Makes the first account.
    SetUp,
    /// Sets the first password of an account.
    Invitation,
    /// Sets a new password.
    Reset,
}

impl Kind {
    /// As it is stored.
    pub const fn key(self) -> &'static str {
        match self {
            Kind::SetUp => "set-up",
            Kind::Invitation => "invitation",
            Kind::Reset => "reset",
        }
    }

    /// How long a code holds. A set-up code is made anew at each start until one is used.
    pub const fn holds(self) -> Duration {
        match self {
            Kind::SetUp | Kind::Invitation => Duration::from_secs(7 * DAY),
            Kind::Reset => Duration::from_secs(DAY),
        }
    }

    /// What is said of a code that is unknown, used or too old; the same for all three, so that nothing can be learnt.
    pub fn refused(self) -> Error {
        Error::NotFound(match self {
            Kind::SetUp => "This code is not the one that the server printed, or it was used. Look at the last line that the \
                            server wrote when it started; starting it again prints a new code."
                .into(),
            Kind::Invitation => {
                "This invitation was used, replaced, or is older than 7 days. Ask the platform engineer for a new link.".into()
            }
            Kind::Reset => {
                "This link was used, replaced, or is older than 24 hours. Ask the platform engineer for a new one.".into()
            }
        })
    }
}

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LinkKind {
    /// Sets the first password of an account.
    Invitation,
    /// Sets a new password.
    Reset,
}

impl LinkKind {
    /// Path of the page that takes the secret.
    pub fn path(self, secret: &str) -> String {
        format!("/{self}/{secret}")
    }
}

impl From<LinkKind> for Kind {
    fn from(kind: LinkKind) -> Self {
        match kind {
            LinkKind::Invitation => Kind::Invitation,
            LinkKind::Reset => Kind::Reset,
        }
    }
}

impl fmt::Display for LinkKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Kind::from(*self).key())
    }
}

/// An unused code as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OneTime {
    /// Whose; none for the set-up code.
    pub person: Option<Id>,
    /// From when on it no longer works.
    pub expires_at: Time,
}

/// What is stored of a code.
pub fn digest(code: &str) -> String {
    hex_digest(code.as_bytes())
}

/// True if `text` looks like the secret part of a link: 64 hexadecimal digits. Anything else is not looked up.
pub fn is_secret(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// A set-up code such as `HARE-22074815-OAK` from eight random bytes: 8 + 26 + 8 bits, which is 2^42 codes.
pub fn set_up_code(random: [u8; 8]) -> String {
    let [first, last, rest @ ..] = random;
    let number = rest.iter().fold(0u64, |n, b| n << 8 | u64::from(*b)) % 100_000_000;
    format!("{}-{number:08}-{}", WORDS[usize::from(first)], WORDS[usize::from(last)])
}

/// A set-up code as somebody types it, in the form in which it was made: upper case, hyphens for blanks.
pub fn tidy_set_up(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c == '-').filter(|p| !p.is_empty()).collect::<Vec<_>>().join("-").to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn links_lead_to_the_page_of_their_kind() {
        assert_eq!(LinkKind::Invitation.path("x"), "/invitation/x");
        assert_eq!(serde_json::to_value(LinkKind::Reset).unwrap(), LinkKind::Reset.to_string());
    }

    #[test]
    fn words_are_256_short_unlike_each_other() {
        let mut words: Vec<&str> = WORDS.to_vec();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), 256);
        assert!(words.iter().all(|w| (3..=6).contains(&w.len()) && w.bytes().all(|b| b.is_ascii_uppercase())), "{words:?}");
    }

    proptest! {
        #[test]
        fn a_set_up_code_has_three_parts_and_survives_typing(random: [u8; 8]) {
            let code = set_up_code(random);
            let parts: Vec<&str> = code.split('-').collect();
            prop_assert_eq!(parts.len(), 3);
            prop_assert!(WORDS.contains(&parts[0]) && WORDS.contains(&parts[2]));
            prop_assert!(parts[1].len() == 8 && parts[1].bytes().all(|b| b.is_ascii_digit()));
            prop_assert_eq!(tidy_set_up(&format!("  {} ", code.to_lowercase().replace('-', " "))), code);
        }

        #[test]
        fn only_64_hexadecimal_digits_are_looked_up(text in ".{0,80}") {
            prop_assert_eq!(is_secret(&text), text.len() == 64 && text.chars().all(|c| "0123456789abcdef".contains(c)));
        }
    }
}
