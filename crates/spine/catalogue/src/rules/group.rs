//! Groups.

use jiff::civil::Date;
use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::check_slug;
use crate::calendar::{Change, ChangeKind, MOST};

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
    /// What the group agreed about how it works together.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub working_agreement: String,
    /// Raised with each change.
    pub version: i64,
}

/// A later change of a calendar, as files and REST write it: a skipped sprint, or a length from a sprint on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarChange {
    /// Number of the sprint.
    pub sprint: i64,
    /// Nothing is reported for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub skip: bool,
    /// Sprints are so many days long from this one on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<i64>,
}

impl CalendarChange {
    /// As the calendar takes it: a skip and a length may stand in one.
    pub fn changes(&self) -> Vec<Change> {
        let number = self.sprint;
        let skip = self.skip.then_some(Change { number, kind: ChangeKind::Skip });
        let length = self.days.map(|days| Change { number, kind: ChangeKind::Length(days) });
        skip.into_iter().chain(length).collect()
    }

    /// From what is stored: one for each sprint, in order.
    pub fn of(changes: &[Change]) -> Vec<Self> {
        let mut out: Vec<Self> = Vec::new();
        for c in changes {
            if out.last().is_none_or(|o| o.sprint != c.number) {
                out.push(Self { sprint: c.number, skip: false, days: None });
            }
            if let Some(last) = out.last_mut() {
                match c.kind {
                    ChangeKind::Skip => last.skip = true,
                    ChangeKind::Length(days) => last.days = Some(days),
                }
            }
        }
        out
    }
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
    /// What the group agreed about how it works together.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub working_agreement: String,
    /// All later changes of the calendar; absent leaves them as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Vec<CalendarChange>>,
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
        self.working_agreement = text::prose(&mut faults, "working_agreement", "The working agreement", &self.working_agreement);
        if let Some(changes) = &mut self.calendar {
            changes.sort();
            faults.check(changes.len() <= 1000, "calendar", "A calendar has at most 1000 changes.");
            for (i, c) in changes.iter().enumerate() {
                let at = format!("calendar.{i}");
                let later = c.sprint > self.first_number || (c.skip && c.sprint == self.first_number);
                faults.check(
                    later && c.sprint < self.first_number.saturating_add(MOST),
                    &at,
                    format!("Sprint {} is not in this calendar, which begins with {}.", c.sprint, self.first_number),
                );
                faults.check(c.days.is_none_or(|d| (7..=42).contains(&d)), &at, "A sprint has 7 to 42 days.");
                faults.check(c.skip || c.days.is_some(), &at, "Say skip: true, or days.");
                faults.check(
                    i == 0 || changes[i - 1].sprint != c.sprint,
                    &at,
                    format!("Sprint {} stands in the list twice.", c.sprint),
                );
            }
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
            working_agreement: String::new(),
            calendar: Some(vec![CalendarChange { sprint: 4, skip: false, days: None }]),
            slug: Some("No".into()),
            version: None,
        };
        let kernel::Error::Invalid(faults) = g.check().unwrap_err() else { panic!() };
        let at: Vec<_> = faults.iter().map(|f| f.at.as_str()).collect();
        assert_eq!(at, ["name", "zone", "sprint_days", "first_number", "first_day", "calendar.0", "slug"]);
    }
}
