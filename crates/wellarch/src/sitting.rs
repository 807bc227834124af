//! Sittings: one meeting at which a review was held, with its minutes. Pure.

use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Sittings of a review at most.
pub const MOST: usize = 200;
/// Attendees of a sitting at most.
pub const MOST_ATTENDEES: usize = 100;
/// Addenda of a sitting at most.
pub const MOST_ADDENDA: usize = 100;

/// A sitting to begin.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSitting {
    /// Name or mail address of who facilitates; you, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facilitator: Option<String>,
    /// Names or mail addresses of who attends, up to 100.
    #[serde(default)]
    pub attendees: Vec<String>,
    /// When it began; now if absent. Not in the future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<Time>,
}

/// An open sitting as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SittingChange {
    /// Version that you saw.
    pub version: i64,
    /// Name or mail address of who facilitates.
    pub facilitator: String,
    /// Names or mail addresses of who attends.
    pub attendees: Vec<String>,
    /// Minutes: what was said and agreed.
    #[serde(default)]
    pub notes: String,
}

/// The end of a sitting.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SittingEnd {
    /// When it ended; now if absent. Not before it began, not in the future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Time>,
}

/// Something that came up after a sitting was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAddendum {
    /// Plain text.
    pub text: String,
}

/// Who attends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attendee {
    /// Name.
    pub name: String,
    /// The account, if it is somebody who has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Id>,
}

/// What the minutes say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Minutes {
    /// Who facilitates.
    pub facilitator: Attendee,
    /// Who attends, in the order in which they were named.
    pub attendees: Vec<Attendee>,
    /// What was said and agreed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
}

/// What came up after a sitting was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Addendum {
    /// Plain text.
    pub text: String,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: Time,
}

/// That a sitting is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Closed {
    /// Who closed it.
    pub by: String,
    /// When the sitting ended.
    pub at: Time,
    /// SHA-256 of number, times and minutes as JSON; also in the trail.
    pub digest: String,
}

/// A sitting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Sitting {
    /// From 1, in the order in which they began.
    pub number: i64,
    /// Counts the changes while it is open.
    pub version: i64,
    /// Who opened it.
    pub begun_by: String,
    /// When it began.
    pub begun_at: Time,
    /// The minutes.
    pub minutes: Minutes,
    /// Set once it is closed: from then on nothing above changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Closed>,
    /// What came up later, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addenda: Vec<Addendum>,
}

impl Sitting {
    /// Names of who attended, as one list.
    pub fn names(&self) -> String {
        html::listed(&self.minutes.attendees.iter().map(|a| a.name.clone()).collect::<Vec<_>>())
    }

    /// What the digest is over.
    ///
    /// # Errors
    /// [`kernel::Error::Internal`] if it cannot be written.
    pub fn sealed(&self, ended: Time) -> Result<String> {
        let told = serde_json::json!({
            "number": self.number, "begun_by": self.begun_by, "begun_at": self.begun_at, "ended_at": ended, "minutes": self.minutes,
        });
        serde_json::to_string(&told).map_err(kernel::error::Error::internal)
    }
}

/// Names as they were typed, each once; empty ones are left out.
pub fn names(faults: &mut Faults, typed: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for name in typed.iter().filter(|n| !n.trim().is_empty()) {
        let name = text::name(faults, "attendees", "A name among the attendees", name);
        if !out.contains(&name) {
            out.push(name);
        }
    }
    let n = out.len();
    faults.check(n <= MOST_ATTENDEES, "attendees", format!("There are {n} names; at most {MOST_ATTENDEES} fit into one sitting."));
    out
}

/// Faults of a time at which a sitting began or ended.
pub fn timely(faults: &mut Faults, at: &str, time: Time, (after, now): (Option<Time>, Time)) {
    faults.check(time <= now, at, format!("{time} has not come yet. Leave it out for now."));
    if let Some(began) = after {
        faults.check(time >= began, at, format!("It ended at {time}, before it began at {began}."));
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn sitting(number: i64, closed: bool) -> Sitting {
        let at = Time(1_795_000_000_000_000);
        let who = |name: &str| Attendee { name: name.into(), person: None };
        Sitting {
            number,
            version: 2,
            begun_by: "Ingrid".into(),
            begun_at: at,
            minutes: Minutes {
                facilitator: who("Ingrid <S>"),
                attendees: vec![who("Maya <O>"), who("Samir")],
                notes: "We <agreed>\nto try.".into(),
            },
            closed: closed.then(|| Closed { by: "Ingrid".into(), at, digest: "0".repeat(64) }),
            addenda: if closed { vec![Addendum { text: "It was <Tuesday>.".into(), by: "Maya".into(), at }] } else { Vec::new() },
        }
    }

    #[test]
    fn names_stand_once_and_are_bounded() {
        let mut faults = Faults::new();
        let typed: Vec<String> = ["Maya", " Maya ", "", "Samir"].map(str::to_owned).to_vec();
        assert_eq!(names(&mut faults, &typed), ["Maya", "Samir"]);
        assert!(faults.is_empty());
        names(&mut faults, &(0..=MOST_ATTENDEES).map(|n| n.to_string()).collect::<Vec<_>>());
        names(&mut faults, &["a\u{7}b".to_owned()]);
        assert_eq!(faults.len(), 2);
    }

    #[test]
    fn a_sitting_ends_after_it_began_and_not_tomorrow() {
        let said = |time, after, now| {
            let mut faults = Faults::new();
            timely(&mut faults, "ended", Time(time), (after, Time(now)));
            faults.len()
        };
        assert_eq!((said(5, Some(Time(4)), 6), said(3, Some(Time(4)), 6), said(7, None, 6)), (0, 1, 1));
    }

    #[test]
    fn the_digest_is_over_everything_but_addenda() {
        let (mut one, other) = (sitting(1, true), sitting(1, true));
        one.addenda.clear();
        let end = one.begun_at;
        assert_eq!(one.sealed(end).unwrap(), other.sealed(end).unwrap());
        one.minutes.notes.push('x');
        assert_ne!(one.sealed(end).unwrap(), other.sealed(end).unwrap());
        assert_eq!(other.names(), "Maya <O> and Samir");
    }
}
