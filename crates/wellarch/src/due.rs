//! When a workload's next review is due: so many months after its last milestone. Pure.

use jiff::civil::Date;
use kernel::error::{Error, Result};
use kernel::ical::DayEvent;
use kernel::ids::Id;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::document::Titled;

/// Months between reviews unless somebody says otherwise: each quarter.
pub const MONTHS: i64 = 3;

/// Months between reviews at most.
pub const MOST_MONTHS: i64 = 36;

/// How often reviews are due somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ReviewInterval)]
pub struct Interval {
    /// Name of the group in addresses, or `organisation`.
    pub place: String,
    /// Months from a workload's last milestone.
    pub months: i64,
    /// Raised with each change; nought if nobody has said anything and the default holds.
    pub version: i64,
    /// Who said so.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
}

/// How often reviews are to be due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewReviewInterval)]
pub struct NewInterval {
    /// Months, 1 to 36.
    pub months: i64,
}

impl NewInterval {
    /// Checked.
    ///
    /// # Errors
    /// At `months`.
    pub fn check(&self) -> Result<i64> {
        if (1..=MOST_MONTHS).contains(&self.months) {
            return Ok(self.months);
        }
        Err(Error::invalid(
            "months",
            format!("Reviews are due every 1 to {MOST_MONTHS} months; {} is not among them.", self.months),
        ))
    }
}

/// The day of a workload's next review, as a caller sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewReviewPlan)]
pub struct NewPlan {
    /// Such as 2026-12-03; empty to take the plan back.
    pub day: String,
}

impl NewPlan {
    /// The day, in the form in which it is stored; `today` is the earliest.
    ///
    /// # Errors
    /// At `day`.
    pub fn check(&self, today: Date) -> Result<String> {
        let text = self.day.trim();
        if text.is_empty() {
            return Ok(String::new());
        }
        let shown: String = text.chars().take(40).collect();
        let day: Date = text.parse().map_err(|_| Error::invalid("day", format!("“{shown}” is no day. Write it like {today}.")))?;
        if day < today {
            return Err(Error::invalid("day", format!("{day} is over. Plan the review for {today} or later.")));
        }
        if day.year() > today.year() + 5 {
            return Err(Error::invalid(
                "day",
                format!("{day} is more than five years away. Plan the next review, not one after it."),
            ));
        }
        Ok(day.to_string())
    }
}

/// A plan as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ReviewPlan)]
pub struct Plan {
    /// The day.
    pub day: String,
    /// Who planned it.
    pub by: String,
    /// When.
    pub at: Time,
    /// The day is over and no milestone was saved on it or after it.
    pub missed: bool,
}

/// Where the next review stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DueState {
    /// The workload has no milestone yet: its first review is due now.
    First,
    /// Not yet due.
    Later,
    /// Due today or before.
    Due,
}

/// When a workload's next review is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ReviewDue)]
pub struct Due {
    /// The workload.
    pub workload: Titled,
    /// Its team.
    pub team: Titled,
    /// Where it stands.
    pub state: DueState,
    /// Name of its last milestone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// When that was saved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_at: Option<Time>,
    /// Months between reviews here.
    pub months: i64,
    /// The day on which the next one is due; absent without a milestone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// Days since it was due; nought if it is not.
    pub overdue_days: i64,
    /// The day that was planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned: Option<Plan>,
}

/// What is known of a workload's reviews.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Id of the workload.
    pub workload: Option<Id>,
    /// Name and time of the last milestone of any of its reviews.
    pub last: Option<(String, Time)>,
    /// How many milestones there are.
    pub milestones: i64,
    /// Number, day, who and when of the newest plan.
    pub plan: Option<(i64, String, String, Time)>,
    /// Months, and the version and time of whatever says so.
    pub interval: (i64, i64, Time),
    /// IANA zone of its group.
    pub zone: String,
}

impl Default for Known {
    fn default() -> Self {
        let interval = (MONTHS, 0, Time(0));
        Self { workload: None, last: None, milestones: 0, plan: None, interval, zone: "UTC".into() }
    }
}

fn day_in(zone: &str, at: Time) -> Date {
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    at.jiff().to_zoned_datetime(zone).date()
}

/// The day so many months after another; the last day of the month where there is no such day.
fn months_after(day: Date, months: i64) -> Date {
    day.checked_add(jiff::Span::new().months(months.clamp(0, 1200))).unwrap_or(day)
}

impl Known {
    fn due_day(&self) -> Option<Date> {
        self.last.as_ref().map(|(_, at)| months_after(day_in(&self.zone, *at), self.interval.0))
    }

    /// When the next review is due, looked at now.
    #[must_use]
    pub fn due(&self, workload: Titled, team: Titled, now: Time) -> Due {
        let today = day_in(&self.zone, now);
        let due = self.due_day();
        let days = |day: Date| i64::from(day.until(today).map_or(0, |s| s.get_days()));
        let overdue_days = due.map_or(0, |d| days(d).max(0));
        let planned = self.plan.as_ref().filter(|(_, day, ..)| !day.is_empty()).and_then(|(_, day, by, at)| {
            let date: Date = day.parse().ok()?;
            let held = self.last.as_ref().is_some_and(|(_, at)| day_in(&self.zone, *at) >= date);
            (!held).then(|| Plan { day: day.clone(), by: by.clone(), at: *at, missed: date < today })
        });
        Due {
            workload,
            team,
            state: match due {
                None => DueState::First,
                Some(d) if d <= today => DueState::Due,
                Some(_) => DueState::Later,
            },
            last: self.last.as_ref().map(|(name, _)| name.clone()),
            last_at: self.last.as_ref().map(|(_, at)| *at),
            months: self.interval.0,
            due: due.map(|d| d.to_string()),
            overdue_days,
            planned,
        }
    }

    /// The day for a calendar program: the planned one, else the due one; none if there is neither. `url` is the address of the
    /// workload's reviews.
    #[must_use]
    pub fn event(&self, due: &Due, url: &str) -> Option<DayEvent> {
        let planned = due.planned.as_ref().filter(|p| !p.missed);
        let (day, words) = match (planned, &due.due) {
            (Some(p), _) => (p.day.as_str(), "planned"),
            (None, Some(day)) => (day.as_str(), "due"),
            (None, None) => return None,
        };
        let last = due.last.as_deref().map_or_else(|| "No milestone yet.".to_owned(), |name| format!("Last milestone: {name}."));
        let changed = [self.plan.as_ref().map(|p| p.3), self.last.as_ref().map(|l| l.1), Some(self.interval.2)];
        Some(DayEvent {
            uid: format!("review-{}@bellwether", self.workload?),
            changed_at: changed.into_iter().flatten().max().unwrap_or(Time(0)),
            // Each of these only grows, so their sum grows with every change of the day.
            sequence: self.plan.as_ref().map_or(0, |p| p.0) + self.milestones + self.interval.1,
            day: day.parse().ok()?,
            summary: format!("Well-Architected review of {} ({words})", due.workload.name),
            description: format!("Team {}. {last} Reviews are due every {} months.", due.team.name, due.months),
            url: url.to_owned(),
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        Time::parse(text).unwrap()
    }

    fn titled(name: &str) -> Titled {
        Titled { slug: kernel::text::slug(name), name: name.into() }
    }

    fn known(last: Option<&str>, plan: Option<&str>) -> Known {
        Known {
            workload: Some(Id::from_u128(7)),
            last: last.map(|t| ("Q3 <2026>".to_owned(), at(t))),
            milestones: i64::from(last.is_some()),
            plan: plan.map(|day| (2, day.to_owned(), "Ingrid".to_owned(), at("2026-11-01T00:00:00Z"))),
            interval: (3, 0, Time(0)),
            zone: "Europe/London".into(),
        }
    }

    pub(crate) fn due(last: Option<&str>, plan: Option<&str>, now: &str) -> Due {
        known(last, plan).due(titled("Ledger <core>"), titled("Checkout"), at(now))
    }

    #[test]
    fn a_review_is_due_so_many_months_after_the_last_milestone() {
        let state = |last: Option<&str>, now: &str| {
            let d = due(last, None, now);
            (d.state, d.due, d.overdue_days)
        };
        assert_eq!(state(None, "2026-11-17T00:00:00Z"), (DueState::First, None, 0));
        let some = |t: &str| Some(t.to_owned());
        let last = Some("2026-08-17T10:00:00Z");
        assert_eq!(state(last, "2026-11-16T23:00:00Z"), (DueState::Later, some("2026-11-17"), 0));
        assert_eq!(state(last, "2026-11-17T08:00:00Z"), (DueState::Due, some("2026-11-17"), 0));
        assert_eq!(state(last, "2026-11-29T08:00:00Z"), (DueState::Due, some("2026-11-17"), 12));
        // The day is that of the group: half past eleven in the evening in UTC is the next day in London's summer.
        assert_eq!(state(Some("2026-06-30T23:30:00Z"), "2026-07-02T00:00:00Z").1, some("2026-10-01"));
        assert_eq!(state(Some("2026-11-30T12:00:00Z"), "2026-12-01T00:00:00Z").1, some("2027-02-28"), "no 30 February");
    }

    #[test]
    fn a_plan_holds_until_its_milestone_and_is_missed_without_one() {
        let plan = |last: &str, day: &str, now: &str| due(Some(last), Some(day), now).planned.map(|p| p.missed);
        assert_eq!(plan("2026-08-17T10:00:00Z", "2026-12-03", "2026-12-03T22:00:00Z"), Some(false));
        assert_eq!(plan("2026-08-17T10:00:00Z", "2026-12-03", "2026-12-04T01:00:00Z"), Some(true));
        assert_eq!(plan("2026-12-03T10:00:00Z", "2026-12-03", "2026-12-04T01:00:00Z"), None, "it was held");
        assert_eq!(plan("2026-08-17T10:00:00Z", "", "2026-12-04T01:00:00Z"), None, "it was taken back");
    }

    #[test]
    fn a_plan_is_a_day_from_today_on() {
        let today = jiff::civil::date(2026, 11, 17);
        let check = |day: &str| NewPlan { day: day.into() }.check(today);
        assert_eq!((check(" 2026-11-17 ").unwrap(), check(" ").unwrap()), ("2026-11-17".to_owned(), String::new()));
        for (bad, says) in
            [("2026-11-16", "is over"), ("2033-01-01", "five years"), ("tomorrow", "is no day"), ("2026-02-30", "is no day")]
        {
            assert!(matches!(check(bad), Err(Error::Invalid(f)) if f[0].at == "day" && f[0].message.contains(says)), "{bad}");
        }
        assert!(NewInterval { months: 0 }.check().is_err() && NewInterval { months: 37 }.check().is_err());
        assert_eq!(NewInterval { months: 6 }.check().unwrap(), 6);
    }

    #[test]
    fn a_calendar_has_the_planned_day_else_the_due_one_and_counts_changes() {
        let event = |k: &Known, now: &str| k.event(&k.due(titled("Ledger"), titled("Checkout"), at(now)), "https://x/reviews");
        let last = Some("2026-08-17T10:00:00Z");
        let due = event(&known(last, None), "2026-11-01T00:00:00Z").unwrap();
        assert_eq!((due.day.to_string().as_str(), due.sequence), ("2026-11-17", 1));
        assert!(due.uid.starts_with("review-") && due.summary.contains("Ledger (due)"));
        let planned = event(&known(last, Some("2026-12-03")), "2026-11-01T00:00:00Z").unwrap();
        assert_eq!((planned.day.to_string().as_str(), planned.sequence, &planned.uid), ("2026-12-03", 3, &due.uid));
        assert!(planned.changed_at > due.changed_at);
        let missed = event(&known(last, Some("2026-12-03")), "2026-12-05T00:00:00Z").unwrap();
        assert_eq!(missed.day.to_string(), "2026-11-17");
        assert!(event(&known(None, None), "2026-12-05T00:00:00Z").is_none());
    }
}
