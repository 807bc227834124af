//! A group: teams that review together, with one calendar.

use kernel::error::{Error, Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::calendar;

/// Teams that review together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Group {
    /// Its id.
    pub id: Id,
    /// Its place in addresses; never changes.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// IANA zone in which its sprints begin, as last agreed.
    pub zone: String,
    /// Days of a sprint, as last agreed.
    pub sprint_days: i64,
    /// When it reviews, in words; may be empty.
    pub cadence: String,
    /// Working agreement; may be empty.
    pub agreement: String,
    /// Counts changes, from 1.
    pub version: i64,
    /// When it was archived.
    pub archived_at: Option<Time>,
}

/// A group to be made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGroup {
    /// Its name, 1 to 200 characters, unique among groups.
    pub name: String,
    /// IANA zone, such as Europe/London.
    pub zone: String,
    /// Days of a sprint, 2 to 92; 14 if absent.
    #[serde(default = "two_weeks")]
    pub sprint_days: i64,
    /// Number of the first sprint in the calendar; 1 if absent.
    #[serde(default = "one")]
    pub first_number: i64,
    /// The day on which that sprint begins or began, such as 2026-11-16.
    pub first_day: String,
    /// When it reviews, in words.
    #[serde(default)]
    pub cadence: String,
    /// Working agreement.
    #[serde(default)]
    pub agreement: String,
}

fn two_weeks() -> i64 {
    14
}

fn one() -> i64 {
    1
}

/// A change of a group's words; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupChange {
    /// The version that the change was made from.
    pub version: i64,
    /// Its name.
    pub name: Option<String>,
    /// When it reviews, in words.
    pub cadence: Option<String>,
    /// Working agreement.
    pub agreement: Option<String>,
}

/// A change of a group's calendar from one sprint on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RhythmChange {
    /// The version that the change was made from.
    pub version: i64,
    /// The first sprint that the change shapes; none that is over.
    pub from: i64,
    /// Days of a sprint from then on, 2 to 92.
    pub days: i64,
    /// IANA zone from then on; the present one if absent.
    pub zone: Option<String>,
}

/// A sprint that passes without a report, or no longer does.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SkipChange {
    /// The version that the change was made from.
    pub version: i64,
    /// Why; needed to skip a sprint.
    #[serde(default)]
    pub reason: String,
    /// False takes it back.
    #[serde(default = "yes")]
    pub skipped: bool,
}

fn yes() -> bool {
    true
}

/// Collects the fault of one check beside others.
pub(crate) fn gather<T>(faults: &mut Faults, result: Result<T>) -> Option<T> {
    match result {
        Ok(v) => Some(v),
        Err(Error::Invalid(list)) => {
            for f in list {
                faults.add(f.at, f.message);
            }
            None
        }
        Err(e) => {
            faults.add("", e.to_string());
            None
        }
    }
}

impl NewGroup {
    /// Cleans and checks all fields; gives them with the first day.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault.
    pub fn checked(&self) -> Result<(NewGroup, jiff::civil::Date)> {
        let mut faults = Faults::new();
        let name = text::name(&mut faults, "name", "The group's name", &self.name);
        let zone = gather(&mut faults, calendar::check_zone("zone", &self.zone));
        gather(&mut faults, calendar::check_days("sprint_days", self.sprint_days));
        gather(&mut faults, calendar::check_number("first_number", self.first_number));
        let day = gather(&mut faults, calendar::check_day("first_day", &self.first_day));
        let cadence = text::prose(&mut faults, "cadence", "The cadence", &self.cadence);
        let agreement = text::prose(&mut faults, "agreement", "The working agreement", &self.agreement);
        faults.done()?;
        let (Some(zone), Some(day)) = (zone, day) else { return Err(Error::internal("a fault was lost")) };
        Ok((NewGroup { name, zone, cadence, agreement, first_day: day.to_string(), ..self.clone() }, day))
    }
}

impl Group {
    /// The group with a change, cleaned and checked.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault.
    pub fn changed(&self, change: &GroupChange) -> Result<Group> {
        let mut faults = Faults::new();
        let mut next = self.clone();
        if let Some(name) = &change.name {
            next.name = text::name(&mut faults, "name", "The group's name", name);
        }
        if let Some(cadence) = &change.cadence {
            next.cadence = text::prose(&mut faults, "cadence", "The cadence", cadence);
        }
        if let Some(agreement) = &change.agreement {
            next.agreement = text::prose(&mut faults, "agreement", "The working agreement", agreement);
        }
        faults.done()?;
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faults_of_a_new_group_are_named_at_once() {
        let bad = NewGroup {
            name: " ".into(),
            zone: "Europe/Lodnon".into(),
            sprint_days: 1,
            first_number: 0,
            first_day: "14 January".into(),
            cadence: String::new(),
            agreement: String::new(),
        };
        let Error::Invalid(faults) = bad.checked().unwrap_err() else { panic!() };
        let at: Vec<&str> = faults.iter().map(|f| f.at.as_str()).collect();
        assert_eq!(at, ["name", "zone", "sprint_days", "first_number", "first_day"]);
    }

    #[test]
    fn a_zone_gets_its_usual_spelling() {
        assert_eq!(calendar::check_zone("zone", " europe/london ").unwrap(), "Europe/London");
    }
}
