//! Groups.

use jiff::civil::Date;
use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::check_slug;

/// Teams that review together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Group {
    /// Its id.
    pub id: Id,
    /// In URLs.
    pub slug: String,
    /// As people wrote it.
    pub name: String,
    /// IANA zone in which its sprints begin and end.
    pub zone: String,
    /// Days of a sprint, unless the calendar says otherwise from some sprint on.
    pub sprint_days: i64,
    /// Number of the first sprint that is known.
    pub first_number: i64,
    /// Its first day.
    pub first_day: String,
    /// Raised with each change.
    pub version: i64,
}

/// A new group, or a changed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGroup {
    /// As people write it.
    pub name: String,
    /// IANA zone, `Europe/London`.
    pub zone: String,
    /// 7 to 42.
    #[serde(default = "fortnight")]
    pub sprint_days: i64,
    /// Number of the first sprint.
    #[serde(default = "one")]
    pub first_number: i64,
    /// Its first day, `2026-11-04`.
    pub first_day: String,
    /// In URLs; made from the name if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// The version that the caller saw; needed for a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

fn fortnight() -> i64 {
    14
}

fn one() -> i64 {
    1
}

impl NewGroup {
    /// Checks what somebody typed.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(mut self) -> Result<Self> {
        let mut faults = Faults::new();
        self.name = text::name(&mut faults, "name", "The group’s name", &self.name);
        self.zone = self.zone.trim().to_owned();
        faults.check(
            jiff::tz::TimeZone::get(&self.zone).is_ok(),
            "zone",
            format!("“{}” is no time zone. Write it like Europe/London.", self.zone),
        );
        faults.check((7..=42).contains(&self.sprint_days), "sprint_days", "A sprint has 7 to 42 days.");
        faults.check((0..100_000).contains(&self.first_number), "first_number", "The first sprint's number is 0 to 99999.");
        let day = self.first_day.trim().parse::<Date>();
        match day {
            Ok(d) if (1990..=2200).contains(&d.year()) => self.first_day = d.to_string(),
            _ => faults.add("first_day", format!("“{}” is no day. Write it like 2026-11-04.", self.first_day)),
        }
        check_slug(&mut faults, &mut self.slug, &self.name);
        faults.done().map(|()| self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_a_group_is_named() {
        let g = NewGroup {
            name: String::new(),
            zone: "Mars/Base".into(),
            sprint_days: 3,
            first_number: -1,
            first_day: "soon".into(),
            slug: Some("No".into()),
            version: None,
        };
        let kernel::Error::Invalid(faults) = g.check().unwrap_err() else { panic!() };
        let at: Vec<_> = faults.iter().map(|f| f.at.as_str()).collect();
        assert_eq!(at, ["name", "zone", "sprint_days", "first_number", "first_day", "slug"]);
    }
}
