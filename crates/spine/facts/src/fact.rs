//! What a fact is, and all facts of one workload. Pure.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use kernel::error::{Fault, Faults, Result};
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::keys;

/// Facts in one call at most.
pub const MOST: usize = 1_000;
/// Characters of a key at most.
pub const KEY: usize = 80;
/// Characters of an item, a word or a source at most.
pub const WORD: usize = 200;
/// A clock elsewhere may be this much ahead of ours.
const AHEAD: Duration = Duration::from_secs(300);

/// What was observed: yes or no, a number, a word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum FactValue {
    /// Yes or no.
    Yes(bool),
    /// A number in the unit of its key.
    Number(f64),
    /// A word, such as `aborted`.
    Word(String),
}

impl fmt::Display for FactValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FactValue::Yes(true) => f.write_str("yes"),
            FactValue::Yes(false) => f.write_str("no"),
            FactValue::Number(n) => write!(f, "{n}"),
            FactValue::Word(w) => f.write_str(w),
        }
    }
}

/// A fact as somebody sends it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFact {
    /// What it is about: `backup.restore.held_at`; small letters, digits, `.`, `-`, `_`, at most 80.
    pub key: String,
    /// Which of several: a service, a check; empty if there is one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub item: String,
    /// What was observed.
    pub value: FactValue,
    /// When it was so; now if absent. Never in the future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_at: Option<Time>,
    /// From when on it says nothing any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Time>,
    /// Who or what observed it, so that a person can ask there: `restore drill`, `nightly scan`.
    pub source: String,
    /// Where it can be looked up: `https://..`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
}

/// A fact as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Fact {
    /// What it is about.
    pub key: String,
    /// Which of several; empty if there is one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub item: String,
    /// What was observed.
    pub value: FactValue,
    /// When it was so.
    pub observed_at: Time,
    /// From when on it says nothing any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Time>,
    /// Who or what observed it.
    pub source: String,
    /// Where it can be looked up.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// Who sent it; empty for what is read from another ledger.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
}

/// True if it can be the key of a fact.
pub fn is_key(key: &str) -> bool {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_".contains(c);
    !key.is_empty() && key.len() <= KEY && key.chars().all(good)
}

fn word(faults: &mut Faults, at: &str, what: &str, text: &str) -> String {
    let text = text.trim();
    let n = text.chars().count();
    faults.check(n <= WORD, at, format!("{what} has {n} characters; at most {WORD} are taken."));
    faults.check(!text.chars().any(char::is_control), at, format!("{what} has a control character. Take it out."));
    text.to_owned()
}

fn value(faults: &mut Faults, key: &str, value: FactValue) -> FactValue {
    let known = keys::of(key);
    match value {
        FactValue::Number(n) if !n.is_finite() => {
            faults.add("value", "This number cannot be stored. Leave out what was not measured.");
            FactValue::Number(n)
        }
        FactValue::Word(w) => {
            let w = word(faults, "value", "The value", &w);
            faults.check(!w.is_empty(), "value", "The value is empty. Leave out what was not observed.");
            FactValue::Word(w)
        }
        value => value,
    }
    .checked(faults, known)
}

impl FactValue {
    fn checked(self, faults: &mut Faults, known: Option<&keys::Key>) -> Self {
        if let Some(key) = known {
            faults.check(key.kind.takes(&self), "value", format!("{} is {}; “{self}” is not.", key.key, key.kind.words()));
        }
        self
    }
}

impl NewFact {
    /// Checked, at a time.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(&self, now: Time) -> Result<Fact> {
        let mut faults = Faults::new();
        let key = self.key.trim().to_owned();
        let says = format!("A key has small letters, digits, dots, - and _, at most {KEY} of them, like backup.restore.held_at.");
        faults.check(is_key(&key), "key", says);
        if let Some(family) = keys::derived(&key) {
            faults.add("key", format!("{family} Change it there."));
        }
        let observed_at = self.observed_at.unwrap_or(now);
        faults.check(observed_at <= now.plus(AHEAD), "observed_at", "That time has not come yet. Say when it was observed.");
        if let Some(until) = self.valid_until {
            faults.check(until > observed_at, "valid_until", "It would end before it was observed. Leave it out if it has no end.");
        }
        let source = word(&mut faults, "source", "The source", &self.source);
        faults.check(!source.is_empty(), "source", "Say who or what observed it, so that a person can ask there.");
        let url = self.url.trim().to_owned();
        let web = url.is_empty() || url.starts_with("https://") || url.starts_with("http://");
        faults.check(web && url.len() <= 2_000, "url", "A link begins with https:// or http:// and has at most 2,000 characters.");
        let item = word(&mut faults, "item", "The item", &self.item);
        let value = value(&mut faults, &key, self.value.clone());
        faults.done()?;
        Ok(Fact { key, item, value, observed_at, valid_until: self.valid_until, source, url, by: String::new() })
    }
}

/// Checks a list; faults say which.
///
/// # Errors
/// None or too many; every fault of every fact, at `facts/N/field`.
pub fn check_all(new: &[NewFact], now: Time) -> Result<Vec<Fact>> {
    let mut faults = Faults::new();
    faults.check(!new.is_empty(), "facts", "There is no fact in it.");
    faults.check(new.len() <= MOST, "facts", format!("{} facts; at most {MOST} are taken at once. Send them in parts.", new.len()));
    faults.done()?;
    let mut out = Vec::with_capacity(new.len());
    let mut all: Vec<Fault> = Vec::new();
    for (i, fact) in new.iter().enumerate() {
        match fact.check(now) {
            Ok(fact) => out.push(fact),
            Err(kernel::Error::Invalid(list)) => {
                all.extend(list.into_iter().map(|f| Fault::new(format!("facts/{i}/{}", f.at), f.message)));
            }
            Err(e) => return Err(e),
        }
    }
    if all.is_empty() { Ok(out) } else { Err(kernel::Error::Invalid(all)) }
}

/// The newest facts of one workload: by key, each item once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts(BTreeMap<String, Vec<Fact>>);

impl Facts {
    /// Takes the newest of each key and item.
    pub fn new(facts: impl IntoIterator<Item = Fact>) -> Self {
        let mut out: BTreeMap<String, Vec<Fact>> = BTreeMap::new();
        for fact in facts {
            let items = out.entry(fact.key.clone()).or_default();
            match items.iter_mut().find(|f| f.item == fact.item) {
                Some(known) if known.observed_at >= fact.observed_at => {}
                Some(known) => *known = fact,
                None => items.push(fact),
            }
        }
        for items in out.values_mut() {
            items.sort_by(|a, b| a.item.cmp(&b.item));
        }
        Self(out)
    }

    /// All items of a key.
    pub fn of(&self, key: &str) -> &[Fact] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }

    /// All, by key, then item.
    pub fn all(&self) -> impl Iterator<Item = &Fact> {
        self.0.values().flatten()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const NOW: Time = Time(1_795_000_000_000_000);

    pub(crate) fn days_ago(n: u64) -> Time {
        NOW.minus(Duration::from_secs(n * 86_400))
    }

    pub(crate) fn fact(key: &str, item: &str, value: FactValue, days: u64) -> Fact {
        Fact {
            key: key.into(),
            item: item.into(),
            value,
            observed_at: days_ago(days),
            valid_until: None,
            source: "drill".into(),
            url: String::new(),
            by: "Maya".into(),
        }
    }

    fn new(key: &str, value: FactValue) -> NewFact {
        let source = "nightly scan".into();
        NewFact { key: key.into(), item: String::new(), value, observed_at: None, valid_until: None, source, url: String::new() }
    }

    fn faults(new: &NewFact) -> Vec<String> {
        match new.check(NOW) {
            Err(kernel::Error::Invalid(list)) => list.into_iter().map(|f| f.at).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_fact_is_of_now_unless_it_says_when() {
        let good = new("backup.restore.held_at", FactValue::Yes(true)).check(NOW).unwrap();
        assert_eq!((good.observed_at, good.source.as_str()), (NOW, "nightly scan"));
    }

    #[test]
    fn every_fault_has_its_place() {
        let bad = NewFact {
            observed_at: Some(NOW.plus(Duration::from_secs(3_600))),
            valid_until: Some(NOW),
            source: " ".into(),
            url: "javascript:alert(1)".into(),
            item: "x".repeat(201),
            ..new("Backup Restore", FactValue::Number(f64::NAN))
        };
        assert_eq!(faults(&bad), ["key", "observed_at", "valid_until", "source", "url", "item", "value"]);
    }

    #[test]
    fn a_known_key_has_its_kind_and_what_another_ledger_knows_is_changed_there() {
        assert_eq!(faults(&new("alert.actionable_percent", FactValue::Word("many".into()))), ["value"]);
        assert_eq!(faults(&new("breakglass.reviewed", FactValue::Number(1.0))), ["value"]);
        assert_eq!(faults(&new("transaction.covered.test", FactValue::Yes(true))), ["key"]);
        assert_eq!(faults(&new("metric.lead-time", FactValue::Number(1.0))), ["key"]);
        assert!(new("our.own", FactValue::Word("x".into())).check(NOW).is_ok(), "other keys may be sent too");
    }

    #[test]
    fn of_a_list_each_fault_says_which() {
        let list = [new("our.own", FactValue::Yes(true)), new("", FactValue::Yes(true))];
        let Err(kernel::Error::Invalid(found)) = check_all(&list, NOW) else { panic!() };
        assert_eq!(found[0].at, "facts/1/key");
        assert!(check_all(&[], NOW).is_err());
    }

    #[test]
    fn of_each_item_the_newest_counts() {
        let facts = Facts::new([
            fact("slo.met", "b", FactValue::Yes(true), 9),
            fact("slo.met", "a", FactValue::Yes(true), 9),
            fact("slo.met", "a", FactValue::Yes(false), 1),
            fact("slo.met", "b", FactValue::Yes(false), 20),
        ]);
        let found: Vec<(&str, &FactValue)> = facts.of("slo.met").iter().map(|f| (f.item.as_str(), &f.value)).collect();
        assert_eq!(found, [("a", &FactValue::Yes(false)), ("b", &FactValue::Yes(true))]);
        assert!(facts.of("slo.defined").is_empty());
    }
}
