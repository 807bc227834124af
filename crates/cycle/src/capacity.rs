//! Capacity for improvement: what a team asked for, what was agreed, what was used, in hours of people. Pure.

use kernel::error::{Faults, Result};
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Hours that one statement may name.
pub const MOST: i64 = 10_000;

/// What a team states for a sprint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCapacity {
    /// Hours of people that the team asked for; absent if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<i64>,
    /// Hours that were agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreed: Option<i64>,
    /// Hours that were used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<i64>,
    /// What took its place, or what it went into; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The version that you saw; 0 if nothing was said.
    #[serde(default)]
    pub version: i64,
}

/// What a team stated.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TeamCapacity)]
pub struct Capacity {
    /// Name of the team in addresses.
    pub team: String,
    /// Its name.
    pub name: String,
    /// Number of the sprint.
    pub sprint: i64,
    /// Hours of people that the team asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<i64>,
    /// Hours that were agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreed: Option<i64>,
    /// Hours that were used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<i64>,
    /// In the team's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Counts the statements; 0 if nothing was said.
    pub version: i64,
    /// Who stated it last.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
}

impl NewCapacity {
    /// Checks what somebody stated.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(&self) -> Result<String> {
        let mut faults = Faults::new();
        for (at, what, value) in
            [("asked", "asked for", self.asked), ("agreed", "agreed", self.agreed), ("used", "used", self.used)]
        {
            let good = value.is_none_or(|v| (0..=MOST).contains(&v));
            faults.check(good, at, format!("The hours {what} are a whole number from 0 to {MOST}."));
        }
        let note = text::prose(&mut faults, "note", "The note", &self.note);
        faults.done().map(|()| note)
    }
}

pub(crate) fn hours(n: i64) -> String {
    format!("{n} {}", html::plural(usize::try_from(n).unwrap_or(2), "hour", "hours"))
}

impl Capacity {
    /// The gap in words: what was not agreed of what was asked for, what was not used of what was agreed; empty without one.
    #[must_use]
    pub fn gap(&self) -> String {
        let mut out = Vec::new();
        if let (Some(asked), Some(agreed)) = (self.asked, self.agreed)
            && agreed < asked
        {
            out.push(format!("{} less agreed than asked for", hours(asked - agreed)));
        }
        match (self.agreed, self.used) {
            (Some(agreed), Some(used)) if used < agreed => {
                out.push(format!("{} of what was agreed not used", hours(agreed - used)))
            }
            (Some(agreed), Some(used)) if used > agreed => out.push(format!("{} more used than agreed", hours(used - agreed))),
            _ => {}
        }
        html::capital(&out.join("; "))
    }

    /// True if nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.asked.is_none() && self.agreed.is_none() && self.used.is_none()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn capacity(asked: Option<i64>, agreed: Option<i64>, used: Option<i64>) -> Capacity {
        let version = i64::from(asked.is_some() || agreed.is_some() || used.is_some());
        Capacity {
            team: "pay".into(),
            name: "Payments <P>".into(),
            sprint: 22,
            asked,
            agreed,
            used,
            note: "An <outage>".into(),
            version,
            by: "Maya <O>".into(),
            at: None,
        }
    }

    #[test]
    fn the_gap_is_said_in_words() {
        let gap = |a, b, c| capacity(a, b, c).gap();
        assert_eq!(gap(Some(40), Some(24), Some(23)), "16 hours less agreed than asked for; 1 hour of what was agreed not used");
        assert_eq!(gap(Some(8), Some(8), Some(9)), "1 hour more used than agreed");
        assert_eq!(
            [gap(None, None, None), gap(Some(8), None, None), gap(Some(8), Some(8), Some(8)), gap(None, Some(4), None)],
            [""; 4]
        );
        assert!(capacity(None, None, None).is_empty());
    }

    #[test]
    fn hours_are_whole_and_not_below_nought() {
        let new = |used| NewCapacity { used: Some(used), ..NewCapacity::default() }.check();
        assert!(new(0).is_ok() && new(MOST).is_ok() && new(-1).is_err() && new(MOST + 1).is_err());
    }
}
