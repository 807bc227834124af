//! Periods as people write them: `2026-11-24`, `2026-W48`, `2026-11`, and a sprint's number.

use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use kernel::error::{Error, Result};
use kernel::time::Time;

use crate::definition::PeriodKind;

/// One period, half-open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// Which kind.
    pub kind: PeriodKind,
    /// As it is written.
    pub label: String,
    /// First moment.
    pub starts: Time,
    /// First moment after it.
    pub ends: Time,
}

fn zone(name: &str) -> Result<TimeZone> {
    TimeZone::get(name).map_err(|_| Error::internal(format!("unknown zone {name}")))
}

fn midnight(day: Date, tz: &TimeZone) -> Result<Time> {
    let moment =
        day.to_zoned_datetime(tz.clone()).map_err(|_| Error::invalid("period", format!("{day} does not exist in this zone.")))?;
    Ok(Time(moment.timestamp().as_microsecond()))
}

fn span(kind: PeriodKind, label: String, first: Date, end: Date, tz: &TimeZone) -> Result<Period> {
    Ok(Period { kind, label, starts: midnight(first, tz)?, ends: midnight(end, tz)? })
}

fn later(day: Date, days: i64) -> Result<Date> {
    day.checked_add(jiff::Span::new().days(days)).map_err(|_| Error::invalid("period", "That is too far away."))
}

/// A day in a zone.
///
/// # Errors
/// [`Error::Invalid`] at the end of the calendar.
pub fn day(date: Date, zone_name: &str) -> Result<Period> {
    span(PeriodKind::Day, date.to_string(), date, later(date, 1)?, &zone(zone_name)?)
}

/// The ISO week that holds a day.
///
/// # Errors
/// As [`day`].
pub fn week(date: Date, zone_name: &str) -> Result<Period> {
    let iso = date.iso_week_date();
    let first = ISOWeekDate::new(iso.year(), iso.week(), Weekday::Monday).map_err(Error::internal)?.date();
    span(PeriodKind::Week, format!("{}-W{:02}", iso.year(), iso.week()), first, later(first, 7)?, &zone(zone_name)?)
}

/// The month that holds a day.
///
/// # Errors
/// As [`day`].
pub fn month(date: Date, zone_name: &str) -> Result<Period> {
    let first = date.first_of_month();
    let end = later(date.last_of_month(), 1)?;
    span(PeriodKind::Month, format!("{}-{:02}", first.year(), first.month()), first, end, &zone(zone_name)?)
}

/// The period of a kind (not a sprint) that holds a moment.
///
/// # Errors
/// [`Error::Internal`] for a sprint: the group's calendar knows those.
pub fn holding(kind: PeriodKind, at: Time, zone_name: &str) -> Result<Period> {
    let date = at.jiff().to_zoned_datetime(zone(zone_name)?).date();
    match kind {
        PeriodKind::Day => day(date, zone_name),
        PeriodKind::Week => week(date, zone_name),
        PeriodKind::Month => month(date, zone_name),
        PeriodKind::Sprint => Err(Error::internal("sprints come from the group's calendar")),
    }
}

/// Reads a period that is no sprint.
///
/// # Errors
/// [`Error::Invalid`] that says how to write it.
pub fn read(kind: PeriodKind, text: &str, zone_name: &str) -> Result<Period> {
    let bad = |like: &str| {
        let shown: String = text.chars().take(40).collect();
        Error::invalid("period", format!("“{shown}” is no {}. Write it like {like}.", kind.noun()))
    };
    match kind {
        PeriodKind::Day => day(plain_date(text).ok_or_else(|| bad("2026-11-24"))?, zone_name),
        PeriodKind::Week => {
            let parse = || {
                let (year, week) = text.split_once("-W")?;
                if year.len() != 4 || week.len() != 2 {
                    return None;
                }
                ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, Weekday::Monday).ok()
            };
            week(parse().ok_or_else(|| bad("2026-W48"))?.date(), zone_name)
        }
        PeriodKind::Month => {
            let parse = || if text.len() == 7 { plain_date(&format!("{text}-01")) } else { None };
            month(parse().ok_or_else(|| bad("2026-11"))?, zone_name)
        }
        PeriodKind::Sprint => Err(bad("22")),
    }
}

fn plain_date(text: &str) -> Option<Date> {
    // jiff also reads week dates and compact forms; one spelling per period keeps keys unique.
    let shape =
        text.len() == 10 && text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    if shape { text.parse().ok() } else { None }
}

/// Reads a sprint's number: `22`, also `sprint 22` or `S22`.
///
/// # Errors
/// [`Error::Invalid`].
pub fn sprint_number(text: &str) -> Result<i64> {
    let digits = text.trim().trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == ' ' || c == '-');
    match digits.parse::<i64>() {
        Ok(n) if (0..1_000_000).contains(&n) => Ok(n),
        _ => {
            let shown: String = text.chars().take(40).collect();
            Err(Error::invalid("period", format!("“{shown}” is no sprint. Write its number, like 22.")))
        }
    }
}

/// A period in words for a report: "October", "week 48", "24 Nov"; `year` is added when it is not the reader's.
pub fn words(kind: PeriodKind, label: &str, this_year: i16) -> String {
    let year = |y: &str| if y == this_year.to_string() { String::new() } else { format!(" {y}") };
    const MONTHS: [&str; 12] =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    let month = |m: &str| m.parse::<usize>().ok().and_then(|m| MONTHS.get(m.wrapping_sub(1)).copied());
    let parts: Vec<&str> = label.split('-').collect();
    match (kind, parts.as_slice()) {
        (PeriodKind::Sprint, _) => format!("sprint {label}"),
        (PeriodKind::Month, [y, m]) => month(m).map_or_else(|| label.to_owned(), |name| format!("{name}{}", year(y))),
        (PeriodKind::Week, [y, w]) => format!("week {}{}", w.trim_start_matches('W').trim_start_matches('0'), year(y)),
        (PeriodKind::Day, [y, m, d]) => {
            month(m).map_or_else(|| label.to_owned(), |name| format!("{} {}{}", d.trim_start_matches('0'), &name[..3], year(y)))
        }
        _ => label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_half_open_in_their_zone_also_when_clocks_change() {
        let hours = |p: &Period| p.ends.since(p.starts).as_secs() / 3600;
        let spring = read(PeriodKind::Day, "2026-03-29", "Europe/London").unwrap();
        let autumn = read(PeriodKind::Day, "2026-10-25", "Europe/London").unwrap();
        assert_eq!((hours(&spring), hours(&autumn)), (23, 25));
        let month = read(PeriodKind::Month, "2026-12", "Europe/London").unwrap();
        assert_eq!(hours(&month), 31 * 24);
        let week = read(PeriodKind::Week, "2026-W53", "UTC").unwrap();
        assert_eq!(week.starts.to_string(), "2026-12-28T00:00:00Z");
    }

    #[test]
    fn each_period_has_one_spelling() {
        for (kind, bad) in [
            (PeriodKind::Day, "20261124"),
            (PeriodKind::Day, "2026-11-31"),
            (PeriodKind::Day, "2026-W48-1"),
            (PeriodKind::Week, "2026-48"),
            (PeriodKind::Week, "2026-W54"),
            (PeriodKind::Week, "2026-W1"),
            (PeriodKind::Month, "2026-13"),
            (PeriodKind::Month, "2026-1"),
            (PeriodKind::Month, "November"),
        ] {
            let e = read(kind, bad, "UTC").unwrap_err().to_string();
            assert!(e.contains("Write it like"), "{bad}: {e}");
        }
    }

    #[test]
    fn sprints_are_numbers() {
        assert_eq!(sprint_number("22").unwrap(), 22);
        assert_eq!(sprint_number("Sprint 22").unwrap(), 22);
        for bad in ["", "x", "-1x", "22.5", "99999999"] {
            assert!(sprint_number(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn words_name_the_period() {
        assert_eq!(words(PeriodKind::Month, "2026-10", 2026), "October");
        assert_eq!(words(PeriodKind::Month, "2025-10", 2026), "October 2025");
        assert_eq!(words(PeriodKind::Week, "2026-W05", 2026), "week 5");
        assert_eq!(words(PeriodKind::Day, "2026-11-04", 2026), "4 Nov");
    }
}
