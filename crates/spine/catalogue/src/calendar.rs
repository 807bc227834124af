//! A group's calendar of sprints: number, first day, end day (half-open), in the group's zone. It is computed from where it
//! begins and from what was changed later; a closed sprint never moves, because changes apply from a sprint that has not
//! begun.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::rules::Group;

/// A sprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sprint {
    /// The group.
    pub group: Id,
    /// Its number.
    pub number: i64,
    /// First day.
    pub first_day: Date,
    /// First day after it.
    pub end_day: Date,
    /// First moment, in the group's zone.
    pub starts: Time,
    /// First moment after it.
    pub ends: Time,
    /// Nothing is reported for it.
    pub skipped: bool,
}

/// A later change of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// From this sprint on, or only this one.
    pub number: i64,
    /// What.
    pub kind: ChangeKind,
}

/// What changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// Sprints are so many days long from this one on.
    Length(i64),
    /// This sprint is skipped.
    Skip,
}

/// Sprints that a calendar knows at most: two centuries of weeks.
pub const MOST: i64 = 10_000;

/// The calendar.
#[derive(Debug, Clone)]
pub struct Calendar {
    group: Id,
    zone: TimeZone,
    first_number: i64,
    first_day: Date,
    days: i64,
    changes: Vec<Change>,
}

impl Calendar {
    /// From what is stored.
    ///
    /// # Errors
    /// [`Error::Internal`] if what is stored makes no calendar.
    pub fn new(group: &Group, mut changes: Vec<Change>) -> Result<Self> {
        changes.sort_by_key(|c| c.number);
        Ok(Self {
            group: group.id,
            zone: TimeZone::get(&group.zone).map_err(Error::internal)?,
            first_number: group.first_number,
            first_day: group.first_day.parse().map_err(Error::internal)?,
            days: group.sprint_days,
            changes,
        })
    }

    /// Later changes, by sprint.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Number of the first sprint.
    pub fn first(&self) -> i64 {
        self.first_number
    }

    fn days_of(&self, number: i64) -> i64 {
        let mut changed = self.changes.iter().filter(|c| c.number <= number).filter_map(|c| match c.kind {
            ChangeKind::Length(days) => Some(days),
            ChangeKind::Skip => None,
        });
        changed.next_back().unwrap_or(self.days)
    }

    /// Days of the sprint that runs now, or of the first.
    pub fn days_now(&self, now: Time) -> i64 {
        self.days_of(self.at(now).map_or(self.first_number, |s| s.number + 1))
    }

    /// First day of a sprint, by stretches of equal length.
    fn first_day_of(&self, number: i64) -> Option<Date> {
        let mut day = self.first_day;
        let mut at = self.first_number;
        let mut bounds: Vec<i64> = self.changes.iter().map(|c| c.number).filter(|n| *n > at && *n < number).collect();
        bounds.push(number);
        for bound in bounds {
            let days = (bound - at).checked_mul(self.days_of(at))?;
            day = day.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
            at = bound;
        }
        Some(day)
    }

    fn moment(&self, day: Date) -> Option<Time> {
        Some(Time(day.to_zoned_datetime(self.zone.clone()).ok()?.timestamp().as_microsecond()))
    }

    /// The sprint of a number.
    pub fn sprint(&self, number: i64) -> Option<Sprint> {
        if number < self.first_number || number - self.first_number >= MOST {
            return None;
        }
        let (first_day, end_day) = (self.first_day_of(number)?, self.first_day_of(number + 1)?);
        Some(Sprint {
            group: self.group,
            number,
            first_day,
            end_day,
            starts: self.moment(first_day)?,
            ends: self.moment(end_day)?,
            skipped: self.changes.iter().any(|c| c.number == number && c.kind == ChangeKind::Skip),
        })
    }

    /// The sprint that holds a moment.
    pub fn at(&self, now: Time) -> Option<Sprint> {
        let (mut low, mut high) = (self.first_number, self.first_number + MOST);
        if self.sprint(low)?.starts > now {
            return None;
        }
        // The last sprint that has begun.
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            match self.sprint(middle) {
                Some(s) if s.starts <= now => low = middle,
                _ => high = middle,
            }
        }
        self.sprint(low)
    }

    /// The newest sprint that has ended and was not skipped.
    pub fn last_closed(&self, now: Time) -> Option<Sprint> {
        let mut number = self.at(now)?.number - 1;
        loop {
            let s = self.sprint(number)?;
            if !s.skipped {
                return Some(s);
            }
            number -= 1;
        }
    }

    /// Up to `count` sprints that end with `number`, oldest first, skipped ones left out.
    pub fn until(&self, number: i64, count: usize) -> Vec<Sprint> {
        let mut out = Vec::new();
        let mut n = number;
        while out.len() < count {
            match self.sprint(n) {
                None => break,
                Some(s) if s.skipped => {}
                Some(s) => out.push(s),
            }
            n -= 1;
        }
        out.reverse();
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(zone: &str, days: i64, first: &str) -> Group {
        Group {
            id: Id::from_u128(1),
            slug: "g".into(),
            name: "G".into(),
            zone: zone.into(),
            sprint_days: days,
            first_number: 1,
            first_day: first.into(),
            working_agreement: String::new(),
            version: 1,
        }
    }

    fn calendar(zone: &str, changes: Vec<Change>) -> Calendar {
        Calendar::new(&group(zone, 14, "2026-01-14"), changes).unwrap()
    }

    #[test]
    fn sprints_follow_each_other_without_gap_also_when_clocks_change() {
        for zone in ["Europe/London", "America/New_York", "Australia/Lord_Howe", "UTC"] {
            let c = calendar(
                zone,
                vec![Change { number: 5, kind: ChangeKind::Length(21) }, Change { number: 9, kind: ChangeKind::Skip }],
            );
            for n in 1..200 {
                let (a, b) = (c.sprint(n).unwrap(), c.sprint(n + 1).unwrap());
                assert_eq!(a.ends, b.starts, "{zone} {n}");
                assert_eq!(a.end_day, b.first_day);
                assert_eq!(c.at(a.starts).unwrap().number, n);
                assert_eq!(c.at(Time(a.ends.0 - 1)).unwrap().number, n);
            }
        }
    }

    #[test]
    fn a_change_of_length_leaves_earlier_sprints_where_they_are() {
        let plain = calendar("UTC", vec![]);
        let changed = calendar("UTC", vec![Change { number: 6, kind: ChangeKind::Length(7) }]);
        for n in 1..6 {
            assert_eq!(plain.sprint(n), changed.sprint(n));
        }
        assert_eq!(changed.sprint(6).unwrap().end_day.to_string(), "2026-04-01");
    }

    #[test]
    fn before_the_first_there_is_none_and_skipped_ones_are_passed_over() {
        let c = calendar("UTC", vec![Change { number: 2, kind: ChangeKind::Skip }]);
        assert!(c.at(Time::parse("2026-01-13T23:59:59Z").unwrap()).is_none());
        assert_eq!(c.last_closed(Time::parse("2026-02-12T00:00:00Z").unwrap()).unwrap().number, 1);
        assert_eq!(c.until(3, 5).iter().map(|s| s.number).collect::<Vec<_>>(), [1, 3]);
        assert!(c.sprint(0).is_none() && c.sprint(20_000).is_none());
    }
}
