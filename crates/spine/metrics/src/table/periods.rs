//! Periods as tables name them: a sprint's number, a date, a week, a month.

use jiff::civil::{Date, ISOWeekDate, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which number of a date like 3/4/2026 is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DayOrder {
    /// 3 April.
    Day,
    /// 4 March.
    Month,
}

/// What a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// A sprint's number; `sure` if the text says so ("Sprint 22"), else it is a bare number.
    Sprint {
        /// Its number.
        number: i64,
        /// It says that it is a sprint.
        sure: bool,
    },
    /// A day.
    Day(Date),
    /// An ISO week, by its Monday.
    Week(Date),
    /// A month, by its first day.
    Month(Date),
    /// A month or week without a year: the latest one not after today.
    Guessed(Guess),
    /// A day whose numbers may be swapped: day first, month first.
    Either(Date, Date),
}

/// A period whose year was not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guess {
    /// An ISO week, by its Monday.
    Week(Date),
    /// A month, by its first day.
    Month(Date),
}

/// Months in English and German, by their first letters; long enough that none is two.
const MONTHS: [&[&str]; 12] = [
    &["january", "januar", "jan", "jänner"],
    &["february", "februar", "feb"],
    &["march", "märz", "mar", "mär", "mrz"],
    &["april", "apr"],
    &["may", "mai"],
    &["june", "juni", "jun"],
    &["july", "juli", "jul"],
    &["august", "aug"],
    &["september", "sept", "sep"],
    &["october", "oktober", "oct", "okt"],
    &["november", "nov"],
    &["december", "dezember", "dec", "dez"],
];

fn month(word: &str) -> Option<i8> {
    let at = MONTHS.iter().position(|names| names.contains(&word))?;
    i8::try_from(at + 1).ok()
}

fn date(year: i64, month: i64, day: i64) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn full_year(text: &str) -> Option<i64> {
    match text.len() {
        4 => text.parse().ok().filter(|y| (1990..2100).contains(y)),
        2 => text.parse::<i64>().ok().map(|y| 2000 + y),
        _ => None,
    }
}

fn monday(year: i64, week: i64) -> Option<Date> {
    let iso = ISOWeekDate::new(i16::try_from(year).ok()?, i8::try_from(week).ok()?, Weekday::Monday).ok()?;
    Some(iso.date())
}

/// Words and numbers of a text, without what parts them.
fn words(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut last = None;
    for c in text.to_lowercase().chars() {
        let kind = if c.is_ascii_digit() {
            Some(true)
        } else if c.is_alphabetic() {
            Some(false)
        } else {
            None
        };
        if let Some(kind) = kind {
            if last != Some(kind) || out.is_empty() {
                out.push(String::new());
            }
            if let Some(word) = out.last_mut() {
                word.push(c);
            }
        }
        last = kind;
    }
    out
}

/// What a text names, if it names a period and nothing else.
pub fn read(text: &str, order: Option<DayOrder>, today: Date) -> Option<Named> {
    let text = text.trim().trim_end_matches(':');
    if text.is_empty() || text.chars().count() > 40 {
        return None;
    }
    let parts = words(text);
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|w| !matches!(*w, "st" | "nd" | "rd" | "th" | "of")).collect();
    let n = |text: &str| text.parse::<i64>().ok();
    // A sign before a number makes it a number, not a period.
    let signed = text.starts_with(['-', '+', '\u{2212}', '=']) || text.contains(['%', '£', '€', '$']);
    if signed {
        return None;
    }
    match parts.as_slice() {
        ["sprint" | "s" | "iteration" | "it" | "spr", number] => {
            n(number).filter(|n| *n < 1_000_000).map(|number| Named::Sprint { number, sure: true })
        }
        [number] if text.bytes().all(|b| b.is_ascii_digit()) => {
            n(number).filter(|n| *n < 100_000).map(|number| Named::Sprint { number, sure: false })
        }
        ["w" | "kw" | "week" | "wk" | "cw" | "woche", week] => {
            let week = n(week)?;
            let this = i64::from(today.year());
            let found = monday(this, week).filter(|d| *d <= today).or_else(|| monday(this - 1, week))?;
            Some(Named::Guessed(Guess::Week(found)))
        }
        ["w" | "kw" | "week" | "wk" | "cw" | "woche", week, year] | [year, "w" | "kw" | "week" | "wk" | "cw", week]
            if year.len() == 4 =>
        {
            monday(full_year(year)?, n(week)?).map(Named::Week)
        }
        [name] if month(name).is_some() => {
            let m = i64::from(month(name)?);
            let this = i64::from(today.year());
            let found = date(this, m, 1).filter(|d| *d <= today).or_else(|| date(this - 1, m, 1))?;
            Some(Named::Guessed(Guess::Month(found)))
        }
        [name, year] | [year, name] if month(name).is_some() && year.bytes().all(|b| b.is_ascii_digit()) => {
            if year.len() == 4 || text.contains(['\'', '’', '-', '/']) && year.len() == 2 {
                date(full_year(year)?, i64::from(month(name)?), 1).map(Named::Month)
            } else {
                None
            }
        }
        [day, name, year] | [name, day, year] if month(name).is_some() && n(day).is_some_and(|d| d <= 31) => {
            date(full_year(year)?, i64::from(month(name)?), n(day)?).map(Named::Day)
        }
        [year, m] if year.len() == 4 && m.len() <= 2 && text.contains(['-', '/', '.']) && !text.contains(' ') => {
            // 2026.11 is a number with decimals.
            if text.contains('.') { None } else { date(full_year(year)?, n(m)?, 1).map(Named::Month) }
        }
        [m, year] if year.len() == 4 && m.len() <= 2 && text.contains('/') => date(full_year(year)?, n(m)?, 1).map(Named::Month),
        [year, m, day] if year.len() == 4 && numbers(&parts) => date(full_year(year)?, n(m)?, n(day)?).map(Named::Day),
        // A spreadsheet copies days with midnight behind them.
        [year, m, day, hours @ ..]
            if year.len() == 4 && hours.iter().all(|h| matches!(*h, "t" | "z" | "00" | "0" | "000")) && hours.len() > 1 =>
        {
            date(full_year(year)?, n(m)?, n(day)?).map(Named::Day)
        }
        [a, b, year] if numbers(&parts) && (year.len() == 4 || year.len() == 2) && text.contains(['/', '.', '-']) => {
            let (a, b, year) = (n(a)?, n(b)?, full_year(year)?);
            let (day_first, month_first) = (date(year, b, a), date(year, a, b));
            let points = text.contains('.');
            match (day_first, month_first, order) {
                (Some(d), _, _) if points => Some(Named::Day(d)),
                (Some(d), Some(m), None) if d != m => Some(Named::Either(d, m)),
                (Some(d), _, Some(DayOrder::Day)) => Some(Named::Day(d)),
                (_, Some(m), Some(DayOrder::Month)) => Some(Named::Day(m)),
                (Some(d), _, _) => Some(Named::Day(d)),
                (None, Some(m), _) => Some(Named::Day(m)),
                (None, None, _) => None,
            }
        }
        _ => None,
    }
}

fn numbers(parts: &[&str]) -> bool {
    parts.iter().all(|p| p.bytes().all(|b| b.is_ascii_digit()) && p.len() <= 4)
}

/// What a date says about the order of its table: 24/11/2026 has the day first.
pub fn evidence(text: &str) -> Option<DayOrder> {
    let parts = words(text);
    let [a, b, year] = parts.as_slice() else { return None };
    if !text.contains('/') && !text.contains('-') || full_year(year).is_none() || a.len() > 2 || b.len() > 2 {
        return None;
    }
    let (a, b) = (a.parse::<u8>().ok()?, b.parse::<u8>().ok()?);
    match (a, b) {
        (13..=31, 1..=12) => Some(DayOrder::Day),
        (1..=12, 13..=31) => Some(DayOrder::Month),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn periods_are_read_as_tables_name_them() {
        let today = day("2026-11-25");
        for (text, expected) in [
            ("Sprint 22", Named::Sprint { number: 22, sure: true }),
            ("S22", Named::Sprint { number: 22, sure: true }),
            ("22", Named::Sprint { number: 22, sure: false }),
            ("2026-11-24", Named::Day(day("2026-11-24"))),
            ("2026-11-24 00:00:00", Named::Day(day("2026-11-24"))),
            ("24 Nov 2026", Named::Day(day("2026-11-24"))),
            ("Nov 24th, 2026", Named::Day(day("2026-11-24"))),
            ("24.11.2026", Named::Day(day("2026-11-24"))),
            ("24/11/2026", Named::Day(day("2026-11-24"))),
            ("11/24/2026", Named::Day(day("2026-11-24"))),
            ("03.04.26", Named::Day(day("2026-04-03"))),
            ("03/04/2026", Named::Either(day("2026-04-03"), day("2026-03-04"))),
            ("2026-11", Named::Month(day("2026-11-01"))),
            ("11/2026", Named::Month(day("2026-11-01"))),
            ("November 2026", Named::Month(day("2026-11-01"))),
            ("Nov-26", Named::Month(day("2026-11-01"))),
            ("März 2026", Named::Month(day("2026-03-01"))),
            ("October", Named::Guessed(Guess::Month(day("2026-10-01")))),
            ("December", Named::Guessed(Guess::Month(day("2025-12-01")))),
            ("2026-W48", Named::Week(day("2026-11-23"))),
            ("KW 48/2026", Named::Week(day("2026-11-23"))),
            ("Week 52", Named::Guessed(Guess::Week(day("2025-12-22")))),
        ] {
            assert_eq!(read(text, None, today), Some(expected), "{text}");
        }
        for text in [
            "",
            "Maybe",
            "31 Feb 2026",
            "2026-13",
            "p95",
            "-5",
            "5%",
            "2026.11",
            "1.5",
            "W54 2026",
            "May be",
            "5 May",
            "99/99/2026",
        ] {
            assert_eq!(read(text, None, today), None, "{text}");
        }
    }

    #[test]
    fn the_order_is_told_or_seen() {
        let today = day("2026-11-25");
        assert_eq!(read("03/04/2026", Some(DayOrder::Day), today), Some(Named::Day(day("2026-04-03"))));
        assert_eq!(read("03/04/2026", Some(DayOrder::Month), today), Some(Named::Day(day("2026-03-04"))));
        assert_eq!(evidence("24/11/2026"), Some(DayOrder::Day));
        assert_eq!(evidence("11/24/2026"), Some(DayOrder::Month));
        assert_eq!(evidence("03/04/2026"), None);
    }
}
