//! Sprints of a group. Pure: rules and skipped numbers in, sprints out.
//!
//! A calendar is a list of rules "from number n on, sprints last d days and begin at midnight in zone z". Only the first
//! rule states a day. The end of a sprint is the start of the next one, also when the zone changes, so that no moment is
//! in two sprints or in none. A closed sprint never moves: see [`Calendar::with_rule`].

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;
use serde::Serialize;
use utoipa::ToSchema;

/// Shortest sprint, in days. Two, so that a change of zone (at most 26 hours) never turns a sprint around.
pub const SHORTEST: i64 = 2;
/// Longest sprint, in days.
pub const LONGEST: i64 = 92;
/// Highest number of a sprint.
pub const LAST_NUMBER: i64 = 99_999;

/// One rule of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The first sprint that it shapes.
    pub from: i64,
    /// Days of a sprint, [`SHORTEST`] to [`LONGEST`].
    pub days: i64,
    /// IANA zone in which sprints begin at midnight.
    pub zone: String,
}

/// One sprint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Sprint {
    /// Its group.
    pub group: Id,
    /// Its number.
    pub number: i64,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub first_day: Date,
    /// The day after its last day (half-open): the first day of the next sprint.
    #[schema(value_type = String, format = Date)]
    pub end_day: Date,
    /// First moment: midnight of the first day in the zone of the calendar.
    pub starts: Time,
    /// First moment after it: the start of the next sprint.
    pub ends: Time,
    /// It passes without a report.
    pub skipped: bool,
}

impl Sprint {
    /// True once it is over; from then on it never moves.
    pub fn closed(&self, now: Time) -> bool {
        self.ends <= now
    }

    /// The last day that belongs to it.
    pub fn last_day(&self) -> Date {
        self.end_day.yesterday().unwrap_or(self.end_day)
    }

    /// True if the moment lies in it.
    pub fn holds(&self, at: Time) -> bool {
        self.starts <= at && at < self.ends
    }
}

/// All sprints of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    group: Id,
    first_day: Date,
    rules: Vec<Rule>,
    skipped: BTreeMap<i64, String>,
}

/// Checks the length of a sprint.
///
/// # Errors
/// [`Error::Invalid`] that states the range.
pub fn check_days(at: &str, days: i64) -> Result<()> {
    if (SHORTEST..=LONGEST).contains(&days) {
        Ok(())
    } else {
        Err(Error::invalid(at, format!("A sprint has {SHORTEST} to {LONGEST} days, not {days}.")))
    }
}

/// Checks the number of a sprint.
///
/// # Errors
/// [`Error::Invalid`] that states the range.
pub fn check_number(at: &str, number: i64) -> Result<()> {
    if (1..=LAST_NUMBER).contains(&number) {
        Ok(())
    } else {
        Err(Error::invalid(at, format!("A sprint's number is 1 to {LAST_NUMBER}, not {number}.")))
    }
}

/// Checks an IANA zone and gives its usual spelling.
///
/// # Errors
/// [`Error::Invalid`] with an example.
pub fn check_zone(at: &str, zone: &str) -> Result<String> {
    let zone = zone.trim();
    match TimeZone::get(zone) {
        Ok(found) => Ok(found.iana_name().unwrap_or(zone).to_owned()),
        Err(_) => {
            let shown: String = zone.chars().take(60).collect();
            Err(Error::invalid(at, format!("“{shown}” is no time zone. Write it like Europe/London.")))
        }
    }
}

/// Reads a day, `2026-11-24`, between 2000 and 2199.
///
/// # Errors
/// [`Error::Invalid`] with an example.
pub fn check_day(at: &str, text: &str) -> Result<Date> {
    let text = text.trim();
    let shape = text.len() == 10 && text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    match text.parse::<Date>() {
        Ok(day) if shape && (2000..=2199).contains(&day.year()) => Ok(day),
        _ => {
            let shown: String = text.chars().take(40).collect();
            Err(Error::invalid(at, format!("“{shown}” is no day between 2000 and 2199. Write it like 2026-11-24.")))
        }
    }
}

fn later(day: Date, days: i64) -> Option<Date> {
    day.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

fn midnight(day: Date, zone: &str) -> Option<Time> {
    // Where midnight does not exist the day begins after the gap; where it comes twice, with the first.
    let zone = TimeZone::get(zone).ok()?;
    Some(Time(day.to_zoned_datetime(zone).ok()?.timestamp().as_microsecond()))
}

impl Calendar {
    /// A calendar from stored rules; they are put in order.
    ///
    /// # Errors
    /// [`Error::Internal`] without any rule.
    pub fn new(group: Id, first_day: Date, mut rules: Vec<Rule>, skipped: BTreeMap<i64, String>) -> Result<Self> {
        rules.sort_by_key(|r| r.from);
        if rules.is_empty() {
            return Err(Error::internal(format!("group {group} has no calendar")));
        }
        Ok(Self { group, first_day, rules, skipped })
    }

    /// Its group.
    pub fn group(&self) -> Id {
        self.group
    }

    /// Its rules, by number.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Its skipped sprints with the reasons.
    pub fn skipped(&self) -> &BTreeMap<i64, String> {
        &self.skipped
    }

    /// First day of the first sprint.
    pub fn first_day(&self) -> Date {
        self.first_day
    }

    /// Number of the first sprint.
    pub fn first_number(&self) -> i64 {
        self.rules.first().map_or(1, |r| r.from)
    }

    /// The rule that was agreed for the latest sprints.
    pub fn newest(&self) -> (&str, i64) {
        self.rules.last().map_or(("UTC", 14), |r| (r.zone.as_str(), r.days))
    }

    /// First day and zone of a number; `None` before the first sprint and beyond the end of the calendar.
    fn begin(&self, number: i64) -> Option<(Date, &Rule)> {
        let mut day = self.first_day;
        let mut rule = self.rules.first()?;
        if number < rule.from || number > LAST_NUMBER + 1 {
            return None;
        }
        for next in self.rules.iter().skip(1).take_while(|r| r.from <= number) {
            day = later(day, (next.from - rule.from).checked_mul(rule.days)?)?;
            rule = next;
        }
        Some((later(day, (number - rule.from).checked_mul(rule.days)?)?, rule))
    }

    /// The sprint with this number; `None` before the first and beyond [`LAST_NUMBER`].
    pub fn sprint_number(&self, number: i64) -> Option<Sprint> {
        if number > LAST_NUMBER {
            return None;
        }
        let (first_day, rule) = self.begin(number)?;
        let (end_day, next) = self.begin(number + 1)?;
        Some(Sprint {
            group: self.group,
            number,
            first_day,
            end_day,
            starts: midnight(first_day, &rule.zone)?,
            ends: midnight(end_day, &next.zone)?,
            skipped: self.skipped.contains_key(&number),
        })
    }

    /// The sprint that holds a moment; `None` before the first.
    pub fn sprint_at(&self, at: Time) -> Option<Sprint> {
        // The last number that has begun, by halving: starts grow with numbers.
        let begun = |n: i64| self.begin(n).and_then(|(day, r)| midnight(day, &r.zone)).is_some_and(|s| s <= at);
        let (mut low, mut high) = (self.first_number(), LAST_NUMBER);
        if !begun(low) {
            return None;
        }
        while low < high {
            let middle = low + (high - low + 1) / 2;
            if begun(middle) { low = middle } else { high = middle - 1 }
        }
        self.sprint_number(low).filter(|s| s.holds(at))
    }

    /// The running sprint, or the first if the calendar has not begun.
    pub fn current(&self, now: Time) -> Option<Sprint> {
        self.sprint_at(now).or_else(|| self.sprint_number(self.first_number()).filter(|s| now < s.starts))
    }

    /// The last sprint that is over and was not skipped.
    pub fn last_closed(&self, now: Time) -> Option<Sprint> {
        let running = self.sprint_at(now)?;
        self.until(running.number - 1, 1).pop()
    }

    /// The last `k` sprints that have begun and were not skipped, the running one among them; oldest first.
    pub fn recent(&self, now: Time, k: usize) -> Vec<Sprint> {
        self.sprint_at(now).map_or_else(Vec::new, |s| self.until(s.number, k))
    }

    /// The last `k` sprints up to and with `number` that were not skipped; oldest first.
    pub fn until(&self, number: i64, k: usize) -> Vec<Sprint> {
        let mut out: Vec<Sprint> =
            (self.first_number()..=number).rev().filter(|n| !self.skipped.contains_key(n)).take(k).filter_map(|n| self.sprint_number(n)).collect();
        out.reverse();
        out
    }

    /// `k` sprints from the running one on (or from the first), the skipped ones among them.
    pub fn coming(&self, now: Time, k: usize) -> Vec<Sprint> {
        let from = self.current(now).map_or(self.first_number(), |s| s.number);
        (from..).take(k).map_while(|n| self.sprint_number(n)).collect()
    }

    /// The calendar with a new or changed rule.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a length or zone that is none; [`Error::Conflict`] if a closed sprint would move or the
    /// running one would end in the past.
    pub fn with_rule(&self, rule: Rule, now: Time) -> Result<Self> {
        check_days("days", rule.days)?;
        let rule = Rule { zone: check_zone("zone", &rule.zone)?, ..rule };
        if rule.from < self.first_number() || rule.from > LAST_NUMBER {
            return Err(Error::invalid(
                "from",
                format!("A change begins with one of the sprints {} to {LAST_NUMBER}.", self.first_number()),
            ));
        }
        let mut next = self.clone();
        match next.rules.iter_mut().find(|r| r.from == rule.from) {
            Some(old) => *old = rule,
            None => next.rules.push(rule),
        }
        next.rules.sort_by_key(|r| r.from);
        next.tidy();
        self.must_keep(&next, now)?;
        Ok(next)
    }

    /// Drops rules that say what the one before says already.
    fn tidy(&mut self) {
        self.rules.dedup_by(|later, earlier| later.days == earlier.days && later.zone == earlier.zone);
    }

    /// Refuses a calendar in which a closed sprint differs, the running one begins elsewhere or would be over already.
    ///
    /// # Errors
    /// [`Error::Conflict`] that names the sprint.
    pub fn must_keep(&self, next: &Calendar, now: Time) -> Result<()> {
        let Some(running) = self.sprint_at(now) else { return Ok(()) };
        let moved = |n: i64| {
            Error::Conflict(format!(
                "Sprint {n} is over, and a closed sprint never moves. Changes begin with sprint {} at the earliest.",
                running.number
            ))
        };
        if next.first_number() != self.first_number() || next.first_day != self.first_day {
            if self.first_number() < running.number {
                return Err(moved(self.first_number()));
            }
            return Err(Error::Conflict(format!("Sprint {} has begun, so its first day and its number stay.", running.number)));
        }
        // Only numbers from which a rule changed can differ; sprints between two rules follow from their ends.
        let mut numbers: Vec<i64> = self.rules.iter().chain(&next.rules).flat_map(|r| [r.from - 1, r.from]).collect();
        numbers.push(running.number - 1);
        numbers.sort_unstable();
        for n in numbers.into_iter().filter(|n| (self.first_number()..running.number).contains(n)) {
            if self.sprint_number(n) != next.sprint_number(n) {
                return Err(moved(n));
            }
        }
        for n in self.skipped.keys().chain(next.skipped.keys()).copied().filter(|n| *n < running.number) {
            if self.skipped.contains_key(&n) != next.skipped.contains_key(&n) {
                return Err(moved(n));
            }
        }
        let then = next.sprint_number(running.number).ok_or_else(|| moved(running.number))?;
        if then.starts != running.starts || then.first_day != running.first_day {
            return Err(Error::Conflict(format!("Sprint {} has begun, so its start stays. Begin with sprint {}.", running.number, running.number + 1)));
        }
        if then.closed(now) {
            return Err(Error::Conflict(format!(
                "With this length sprint {} would have been over already. Begin with sprint {}.",
                running.number,
                running.number + 1
            )));
        }
        Ok(())
    }

    /// The calendar with a sprint skipped, or with `None` no longer skipped.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a number that the calendar does not have; [`Error::Conflict`] for a closed sprint.
    pub fn with_skip(&self, number: i64, reason: Option<&str>, now: Time) -> Result<Self> {
        let sprint = self
            .sprint_number(number)
            .ok_or_else(|| Error::invalid("number", format!("The calendar has no sprint {number}.")))?;
        if sprint.closed(now) {
            return Err(Error::Conflict(format!("Sprint {number} is over, and a closed sprint never changes.")));
        }
        let mut next = self.clone();
        match reason {
            Some(reason) => next.skipped.insert(number, reason.to_owned()),
            None => next.skipped.remove(&number),
        };
        Ok(next)
    }
}
