//! Merging of duplicates, putting away with a reason, and handing over: what is sent and what comes of it.

use kernel::error::{Error, Faults, Result};
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Subject;

fn because(faults: &mut Faults, reason: &str, what: &str) -> String {
    let said = text::prose(faults, "reason", "The reason", reason);
    faults.check(!said.trim().is_empty(), "reason", format!("Say why {what}: those who miss it will ask."));
    said
}

/// Why something is put away.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewArchival)]
pub struct NewReason {
    /// The reason, shown on the thing's page.
    pub reason: String,
}

impl NewReason {
    /// Checks what somebody typed.
    ///
    /// # Errors
    /// A reason that is missing or too long.
    pub fn check(&self) -> Result<String> {
        let mut faults = Faults::new();
        let said = because(&mut faults, &self.reason, "it is put away");
        faults.done().map(|()| said)
    }
}

/// A merge, as it is asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMerge {
    /// Slug of the one that stays.
    pub into: String,
    /// Why; shown on both pages.
    pub reason: String,
    /// Where both have a value of the same metric and period, the one that stays keeps its own. Otherwise the merge is
    /// refused and names them.
    #[serde(default)]
    pub keep: bool,
}

impl NewMerge {
    /// Checks the reason.
    ///
    /// # Errors
    /// A reason that is missing or too long.
    pub fn check(&self) -> Result<String> {
        let mut faults = Faults::new();
        let said = because(&mut faults, &self.reason, "they are one");
        faults.check(!self.into.trim().is_empty(), "into", "Name the one that stays.");
        faults.done().map(|()| said)
    }
}

/// Two things of which the first becomes part of the second.
#[derive(Debug, Clone)]
pub struct Merging {
    /// The duplicate.
    pub from: Subject,
    /// The one that stays.
    pub into: Subject,
    /// Where both have a value, the one that stays keeps its own.
    pub keep: bool,
}

/// How many things of a kind the one that stays takes over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TakenOver)]
pub struct Taken {
    /// The word, in the plural: `values`.
    pub what: String,
    /// How many.
    pub count: i64,
}

/// What a merge did.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Merged {
    /// Slug of the duplicate; its address leads to the other.
    pub from: String,
    /// Slug of the one that stays.
    pub into: String,
    /// What it takes over.
    pub taken: Vec<Taken>,
}

/// A change of owner, as it is asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHandOver {
    /// Slug of the team that owns it from then on; of a service empty: the team of its workload.
    pub team: String,
    /// First day, `2026-11-02`, in the zone of that team's group; now if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Why, if there is something to say.
    #[serde(default)]
    pub reason: String,
}

impl NewHandOver {
    /// First moment of the new owner.
    ///
    /// # Errors
    /// A day that is none, or has not come.
    pub fn starts(&self, zone: &str, now: Time) -> Result<Time> {
        let Some(day) = self.since.as_deref().map(str::trim).filter(|d| !d.is_empty()) else { return Ok(now) };
        let wrong = || {
            Error::invalid("since", format!("“{}” is no day. Write it like 2026-11-02.", day.chars().take(40).collect::<String>()))
        };
        let date: jiff::civil::Date = day.parse().map_err(|_| wrong())?;
        if !(1990..=2200).contains(&date.year()) {
            return Err(wrong());
        }
        let at = date.in_tz(zone).map_err(|_| wrong())?.timestamp();
        let at = Time(at.as_microsecond());
        if at > now {
            return Err(Error::invalid(
                "since",
                format!("{day} has not come yet. Hand it over on that day, or name one that has come."),
            ));
        }
        Ok(at)
    }

    /// Checks the reason.
    ///
    /// # Errors
    /// A reason that is too long.
    pub fn check(&self) -> Result<String> {
        let mut faults = Faults::new();
        let said = text::prose(&mut faults, "reason", "The reason", &self.reason);
        faults.done().map(|()| said)
    }
}

/// What people say about a thing, filled up from its duplicate: what is absent or empty is taken over, lists take what they
/// have not. At most `most` members of a list.
pub fn filled(into: &Value, from: &Value, most: usize) -> Value {
    let (Some(a), Some(b)) = (into.as_object(), from.as_object()) else { return into.clone() };
    let mut out = a.clone();
    for (name, theirs) in b {
        match (out.get_mut(name), theirs) {
            (None, _) => drop(out.insert(name.clone(), theirs.clone())),
            (Some(Value::String(own)), Value::String(text)) if own.is_empty() => text.clone_into(own),
            (Some(Value::Array(own)), Value::Array(list)) => {
                for one in list {
                    if own.len() < most && !own.contains(one) {
                        own.push(one.clone());
                    }
                }
            }
            _ => {}
        }
    }
    Value::Object(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_missing_is_filled_and_lists_are_joined() {
        let into = json!({ "goal": "Sells", "tier": "", "links": [1, 2] });
        let from = json!({ "goal": "Other", "tier": "1", "links": [2, 3, 4], "runs": "us" });
        let expected = json!({ "goal": "Sells", "tier": "1", "links": [1, 2, 3], "runs": "us" });
        assert_eq!(filled(&into, &from, 3), expected);
        assert_eq!(filled(&expected, &json!({}), 3), expected);
    }

    #[test]
    fn a_hand_over_begins_with_a_day_that_has_come() {
        let now = Time::parse("2026-11-17T15:33:00Z").unwrap();
        let on = |day: &str| NewHandOver { since: Some(day.into()), ..NewHandOver::default() }.starts("America/New_York", now);
        assert_eq!(on("2026-11-17").unwrap(), Time::parse("2026-11-17T05:00:00Z").unwrap());
        assert_eq!(on("").unwrap(), now);
        for bad in ["2026-11-18", "soon", "0001-01-01", "2026-02-30"] {
            assert!(on(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_reason_is_asked_for() {
        assert!(NewReason { reason: "  ".into() }.check().is_err());
        assert_eq!(NewReason { reason: "Replaced".into() }.check().unwrap(), "Replaced");
        assert!(NewMerge { into: "a".into(), ..NewMerge::default() }.check().is_err());
    }
}
