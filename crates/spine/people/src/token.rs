//! Service tokens: how they look, what they may do, how long they hold. Pure.

use std::time::Duration;

use kernel::error::Faults;
use kernel::ids::Id;
use kernel::time::Time;
use kernel::trail::merkle::hex_digest;
use kernel::web::Scope;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rights;
use crate::role::covers;

/// Each token begins with this, so that scanners for leaked secrets can find it.
pub const PREFIX: &str = "bw_";

/// Hexadecimal digits after [`PREFIX`]: 160 bits.
pub const DIGITS: usize = 40;

/// Digits after [`PREFIX`] that are stored and shown; 128 bits stay secret.
const HINT: usize = 8;

/// Longest life in days.
pub const DAYS: i64 = 366;

/// Days that a token holds if nothing is said.
pub const DAYS_DEFAULT: i64 = 90;

/// One right at one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenScope {
    /// Key of a right, such as `values.write`.
    #[schema(schema_with = rights::schema)]
    pub right: String,
    /// Id of the group or team where it holds; absent for everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Id>,
}

/// A token as it is shown; never with its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Token {
    /// Its id.
    pub id: Id,
    /// What it is for.
    pub name: String,
    /// How it begins, so that it can be told apart.
    pub hint: String,
    /// Who made it, as the trail names actors: `person:ID` or `owner`.
    pub made_by: String,
    /// When.
    pub made_at: Time,
    /// From when on it no longer works.
    pub expires_at: Time,
    /// The last day on which it was used, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_day: Option<String>,
    /// Since when it is revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Time>,
    /// What it may do, as far as its maker still may.
    pub scopes: Vec<TokenScope>,
}

/// A token to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What it is for; up to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// Days that it holds: 1 to 366; 90 if absent.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 366)]
    pub days: Option<i64>,
    /// What it may do: rights of its maker, at most 100.
    #[schema(min_items = 1, max_items = 100)]
    pub scopes: Vec<TokenScope>,
}

impl Token {
    /// True if it works, apart from what its maker may.
    pub fn holds(&self, now: Time) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

/// A token from random hexadecimal digits (at least 40).
pub fn of_secret(hex: &str) -> String {
    format!("{PREFIX}{}", &hex[..DIGITS.min(hex.len())])
}

/// The beginning that may be shown.
pub fn hint(token: &str) -> String {
    token.chars().take(PREFIX.len() + HINT).collect()
}

/// What is stored of a token.
pub fn digest(token: &str) -> String {
    hex_digest(token.as_bytes())
}

/// True if `text` looks like a token; anything else is not looked up.
pub fn is_token(text: &str) -> bool {
    text.strip_prefix(PREFIX)
        .is_some_and(|d| d.len() == DIGITS && d.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)))
}

/// Checks what a token is to do against what its maker may.
pub fn check(faults: &mut Faults, new: &NewToken, maker: &[(&'static str, Scope)]) {
    let days = new.days.unwrap_or(DAYS_DEFAULT);
    faults.check((1..=DAYS).contains(&days), "days", format!("A token holds 1 to {DAYS} days, not {days}."));
    let n = new.scopes.len();
    faults.check(n >= 1, "scopes", "A token needs at least one right.");
    faults.check(n <= 100, "scopes", format!("A token has at most 100 rights, not {n}."));
    for (i, s) in new.scopes.iter().take(100).enumerate() {
        let at = format!("scopes/{i}");
        let shown: String = s.right.chars().take(60).collect();
        match rights::by_key(&s.right) {
            None => {
                let keys: Vec<&str> = rights::ALL.iter().map(|r| r.key).collect();
                faults.add(at, format!("There is no right “{shown}”. Use one of {}.", keys.join(", ")));
            }
            Some(right) if !covers(maker, right.key, scope_of(s)) => {
                faults.add(
                    at,
                    format!("You may not {} there yourself, so a token of yours may not either. Take the right out.", right.what),
                );
            }
            Some(_) => {}
        }
    }
}

fn scope_of(s: &TokenScope) -> Scope {
    s.scope.map_or(Scope::All, Scope::Within)
}

/// What a token may do now: its scopes, as far as its maker (`None`: whoever owns the data folder) still holds them.
pub fn rights_of(scopes: &[TokenScope], maker: Option<&[(&'static str, Scope)]>) -> Vec<(&'static str, Scope)> {
    scopes
        .iter()
        .filter_map(|s| rights::by_key(&s.right).map(|r| (r.key, scope_of(s))))
        .filter(|(key, scope)| maker.is_none_or(|m| covers(m, key, *scope)))
        .collect()
}

/// How long a token holds.
pub fn life(new: &NewToken) -> Duration {
    let days = u64::try_from(new.days.unwrap_or(DAYS_DEFAULT)).unwrap_or(0);
    Duration::from_secs(days * 24 * 60 * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(scopes: &[(&str, Option<u128>)]) -> NewToken {
        let scopes = scopes.iter().map(|(r, s)| TokenScope { right: (*r).into(), scope: s.map(Id::from_u128) }).collect();
        NewToken { name: "n".into(), days: None, scopes }
    }

    fn faults(new: &NewToken, maker: &[(&'static str, Scope)]) -> usize {
        let mut f = Faults::new();
        check(&mut f, new, maker);
        f.len()
    }

    #[test]
    fn a_token_can_do_no_more_than_its_maker() {
        let here = Scope::Within(Id::from_u128(1));
        let maker = [(rights::VALUES.key, here)];
        assert_eq!(faults(&new(&[("values.write", Some(1))]), &maker), 0);
        assert_eq!(faults(&new(&[("values.write", Some(2))]), &maker), 1);
        assert_eq!(faults(&new(&[("values.write", None)]), &maker), 1);
        assert_eq!(faults(&new(&[("reports.ready", Some(1))]), &maker), 1);
        assert_eq!(faults(&new(&[("nonsense", Some(1))]), &maker), 1);
        assert_eq!(faults(&new(&[]), &maker), 1);
        assert_eq!(faults(&NewToken { days: Some(0), ..new(&[("values.write", Some(1))]) }, &maker), 1);
    }

    #[test]
    fn what_the_maker_loses_the_token_loses() {
        let scopes = new(&[("values.write", Some(1)), ("notes.write", Some(1))]).scopes;
        let here = Scope::Within(Id::from_u128(1));
        assert_eq!(rights_of(&scopes, Some(&[(rights::NOTES.key, Scope::All)])), [(rights::NOTES.key, here)]);
        assert_eq!(rights_of(&scopes, None).len(), 2);
    }

    #[test]
    fn a_token_can_be_told_by_its_beginning() {
        let token = of_secret(&"0123456789abcdef".repeat(4));
        assert!(is_token(&token), "{token}");
        assert_eq!(hint(&token), "bw_01234567");
        assert!(!is_token("bw_") && !is_token(&token.to_uppercase()) && !is_token(&format!("{token}0")));
    }
}
