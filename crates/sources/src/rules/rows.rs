//! Rows of a table or a list: which period each belongs to, and how the rows of a period become one number.

use jiff::civil::{Date, DateTime, Time as Hours};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::reading::{Asked, Reading};

/// How several numbers of a period become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Combine {
    /// The latest; the last one where rows have no time.
    Last,
    /// Their sum.
    Sum,
    /// Their mean.
    Mean,
    /// The middle one; of two middle ones the mean.
    Median,
    /// The greatest.
    Max,
    /// The least.
    Min,
    /// 95th percentile, nearest rank.
    P95,
    /// How many rows there are; no column is read.
    Count,
}

impl Combine {
    /// All, in the order of the form.
    pub const ALL: [Combine; 8] =
        [Combine::Last, Combine::Sum, Combine::Mean, Combine::Median, Combine::Max, Combine::Min, Combine::P95, Combine::Count];

    /// As it is stored and sent.
    pub fn key(self) -> &'static str {
        match self {
            Combine::Last => "last",
            Combine::Sum => "sum",
            Combine::Mean => "mean",
            Combine::Median => "median",
            Combine::Max => "max",
            Combine::Min => "min",
            Combine::P95 => "p95",
            Combine::Count => "count",
        }
    }

    /// As pages say it.
    pub fn words(self) -> &'static str {
        match self {
            Combine::Last => "the last of the period",
            Combine::Sum => "their sum",
            Combine::Mean => "their mean",
            Combine::Median => "their median",
            Combine::Max => "the greatest",
            Combine::Min => "the least",
            Combine::P95 => "their 95th percentile",
            Combine::Count => "how many there are",
        }
    }
}

/// What one row says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Figure {
    /// A number.
    Number(f64),
    /// A numerator and a denominator.
    Ratio(f64, f64),
    /// The row counts; what else it says is not read.
    One,
}

/// A row with the period it belongs to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed {
    /// Unix microseconds; where rows have no time, their order.
    pub at: i64,
    /// What it says.
    pub figure: Figure,
}

/// Reads the times of rows.
#[derive(Debug, Clone)]
pub struct Stamps {
    zone: TimeZone,
    format: Option<String>,
}

impl Stamps {
    /// `zone` is that of the periods; `format` is in the letters of strftime, such as `%d.%m.%Y`.
    pub fn new(zone: &str, format: &str) -> Self {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        Self { zone, format: Some(format.trim().to_owned()).filter(|f| !f.is_empty()) }
    }

    /// Unix microseconds of a date or a time. Without a format: RFC 3339, a date, a date and time of the zone, or Unix seconds
    /// or milliseconds.
    ///
    /// # Errors
    /// What was read instead, as a clause.
    pub fn read(&self, text: &str) -> Result<i64, String> {
        let text = text.trim();
        let shown = kernel::text::shown(text, 60);
        let found = match &self.format {
            Some(format) => self.by(format, text).ok_or_else(|| format!("“{shown}” is no time of the form {format}")),
            None => self.plain(text).ok_or_else(|| format!("“{shown}” is neither a date nor a time; say how it is written")),
        };
        found.and_then(|us| {
            let range = -62_135_596_800_000_000..=253_402_300_799_000_000;
            if range.contains(&us) { Ok(us) } else { Err(format!("“{shown}” is no time between the years 1 and 9999")) }
        })
    }

    fn by(&self, format: &str, text: &str) -> Option<i64> {
        let read = BrokenDownTime::parse(format, text).ok()?;
        if let Ok(at) = read.to_timestamp() {
            return Some(at.as_microsecond());
        }
        let hours = read.to_time().unwrap_or(Hours::midnight());
        self.local(read.to_date().ok()?.to_datetime(hours))
    }

    fn plain(&self, text: &str) -> Option<i64> {
        if let Ok(at) = text.parse::<jiff::Timestamp>() {
            return Some(at.as_microsecond());
        }
        if let Ok(number) = text.parse::<f64>() {
            // A year, a sprint or a share is no time: seconds since 1970 have nine digits from March 1973 on.
            return match number.abs() {
                n if n >= 1e14 => Some(number as i64),
                n if n >= 1e11 => Some((number * 1e3) as i64),
                n if n >= 1e8 => Some((number * 1e6) as i64),
                _ => None,
            };
        }
        let at = text.parse::<DateTime>().ok().or_else(|| Some(text.parse::<Date>().ok()?.at(0, 0, 0, 0)))?;
        self.local(at)
    }

    fn local(&self, at: DateTime) -> Option<i64> {
        self.zone.to_timestamp(at).ok().map(jiff::Timestamp::as_microsecond)
    }

    /// First and last day of a period, as placeholders write them.
    pub(crate) fn days(&self, (from, to): (i64, i64)) -> (String, String) {
        let day = |us: i64| {
            jiff::Timestamp::from_microsecond(us)
                .map_or_else(|_| String::new(), |t| t.to_zoned_datetime(self.zone.clone()).date().to_string())
        };
        (day(from), day(to - 1))
    }
}

/// Sorts rows into the periods that are asked for.
#[derive(Debug)]
pub struct Sorter<'a> {
    asked: &'a [Asked],
    stamps: Stamps,
    found: Vec<Vec<Placed>>,
    oldest: Option<i64>,
    rows: usize,
}

impl<'a> Sorter<'a> {
    /// For these periods, oldest first.
    pub fn new(asked: &'a [Asked], stamps: Stamps) -> Self {
        Self { asked, stamps, found: vec![Vec::new(); asked.len()], oldest: None, rows: 0 }
    }

    /// Takes a row with its time, or with the name of a period as bellwether writes it (`22`, `2026-W46`). Rows of other periods
    /// are left alone.
    ///
    /// # Errors
    /// The time cannot be read; a clause.
    pub fn take(&mut self, time: &str, figure: Option<Figure>) -> Result<(), String> {
        self.rows += 1;
        let named = self.asked.iter().position(|a| a.label == time.trim());
        if named.is_none() && is_label(time.trim(), self.asked) {
            return Ok(());
        }
        let at = match named {
            Some(i) => self.asked[i].span.0,
            None => self.stamps.read(time)?,
        };
        self.oldest = Some(self.oldest.map_or(at, |o| o.min(at)));
        let place = named.or_else(|| self.asked.iter().position(|a| (a.span.0..a.span.1).contains(&at)));
        if let (Some(i), Some(figure)) = (place, figure) {
            self.found[i].push(Placed { at, figure });
        }
        Ok(())
    }

    /// The reading of each period.
    pub fn done(self, combine: Option<Combine>) -> Vec<Reading> {
        let (oldest, rows) = (self.oldest, self.rows);
        self.asked
            .iter()
            .zip(self.found)
            .map(|(a, mut placed)| {
                if placed.is_empty() && combine == Some(Combine::Count) && oldest.is_none_or(|o| o >= a.span.1) {
                    return Reading::None { why: "what came begins later".into(), fault: false };
                }
                if placed.is_empty() && combine != Some(Combine::Count) {
                    return Reading::None { why: format!("none of the {rows} rows that came is of this period"), fault: true };
                }
                placed.sort_by_key(|p| p.at);
                combined(&placed, combine)
            })
            .collect()
    }
}

/// Whether this is the name of another period of the kind that is asked for: no time, and no fault.
fn is_label(text: &str, asked: &[Asked]) -> bool {
    let shape = |t: &str| t.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect::<String>();
    let digits = |t: &str| !t.is_empty() && t.len() < 7 && t.bytes().all(|b| b.is_ascii_digit());
    asked.first().is_some_and(|a| shape(text) == shape(&a.label) && a.label.len() < 10 || digits(text) && digits(&a.label))
}

/// One number of several rows, in their order.
pub fn combined(placed: &[Placed], combine: Option<Combine>) -> Reading {
    let n = placed.len();
    let from = if n == 1 { "from one row".to_owned() } else { format!("from {n} rows") };
    if combine == Some(Combine::Count) {
        return Reading::Number { value: n as f64, detail: if n == 1 { "one row".into() } else { format!("{n} rows") } };
    }
    let Some(last) = placed.last() else { return Reading::None { why: "no row has a number".into(), fault: true } };
    if combine.is_none() && n > 1 {
        let why = format!("{n} rows are of this period, one is wanted. Say how several become one: sum, mean, last or another");
        return Reading::None { why, fault: true };
    }
    let ratios: Option<Vec<(f64, f64)>> =
        placed.iter().map(|p| if let Figure::Ratio(k, n) = p.figure { Some((k, n)) } else { None }).collect();
    if let Some(ratios) = ratios {
        // Ratios pool; a mean of shares would weigh a quiet day like a busy one.
        let (numerator, denominator) = match combine {
            None | Some(Combine::Last) => ratios[n - 1],
            _ => ratios.iter().fold((0.0, 0.0), |(a, b), (k, n)| (a + k, b + n)),
        };
        return Reading::Ratio { numerator, denominator, detail: from };
    }
    let mut numbers: Vec<f64> =
        placed.iter().filter_map(|p| if let Figure::Number(x) = p.figure { Some(x) } else { None }).collect();
    let sum: f64 = numbers.iter().sum();
    let value = match (combine, last.figure) {
        (None | Some(Combine::Last), Figure::Number(x)) => x,
        (Some(Combine::Sum), _) => sum,
        (Some(Combine::Mean), _) => sum / n as f64,
        (how, _) => {
            numbers.sort_by(f64::total_cmp);
            match how {
                Some(Combine::Max) => numbers[n - 1],
                Some(Combine::Min) => numbers[0],
                Some(Combine::P95) => numbers[(n * 95).div_ceil(100).max(1) - 1],
                _ => (numbers[(n - 1) / 2] + numbers[n / 2]) / 2.0,
            }
        }
    };
    Reading::Number { value, detail: from }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    fn asked() -> Vec<Asked> {
        // 2026-11-09 and 2026-11-16, both Mondays in UTC.
        [(1_794_182_400_000_000, "2026-W46"), (1_794_787_200_000_000, "2026-W47")]
            .map(|(from, label)| Asked { span: (from, from + 7 * DAY), label: label.into() })
            .to_vec()
    }

    fn stamps() -> Stamps {
        Stamps::new("UTC", "")
    }

    #[test]
    fn times_are_read_in_the_forms_that_are_named_and_no_others() {
        let s = stamps();
        for text in
            ["2026-11-09", "2026-11-09T00:00:00Z", "2026-11-09T01:00:00+01:00", "2026-11-09 00:00", "1794182400", "1794182400000"]
        {
            assert_eq!(s.read(text), Ok(1_794_182_400_000_000), "{text}");
        }
        for text in ["", "09.11.2026", "yesterday", "2026", "46", "NaN", "1e300", "2026-13-01"] {
            assert!(s.read(text).is_err(), "{text}");
        }
        let german = Stamps::new("Europe/Berlin", "%d.%m.%Y");
        assert_eq!(german.read("09.11.2026"), Ok(1_794_182_400_000_000 - 3_600_000_000));
        assert!(german.read("11/09/2026").unwrap_err().contains("%d.%m.%Y"));
        assert_eq!(Stamps::new("UTC", "%d.%m.%Y %H:%M").read("09.11.2026 12:00"), Ok(1_794_182_400_000_000 + DAY / 2));
    }

    #[test]
    fn rows_go_into_half_open_periods_by_time_or_by_name() {
        let asked = asked();
        let mut sorter = Sorter::new(&asked, stamps());
        for (time, x) in [
            ("2026-11-08T23:59:59Z", 1.0),
            ("2026-11-09", 2.0),
            ("2026-11-15T23:59:59Z", 3.0),
            ("2026-W47", 4.0),
            ("2026-W12", 5.0),
        ] {
            sorter.take(time, Some(Figure::Number(x))).unwrap();
        }
        let done = sorter.done(Some(Combine::Sum));
        assert!(
            matches!(&done[..], [Reading::Number { value: a, .. }, Reading::Number { value: b, .. }] if (*a, *b) == (5.0, 4.0)),
            "{done:?}"
        );
        let mut sorter = Sorter::new(&asked, stamps());
        assert!(sorter.take("soon", None).is_err());
        assert!(matches!(&sorter.done(None)[1], Reading::None { fault: true, .. }));
    }

    #[test]
    fn a_count_of_nothing_is_nought_only_where_the_rows_reach() {
        let asked = asked();
        let mut sorter = Sorter::new(&asked, stamps());
        sorter.take("2026-11-10", Some(Figure::One)).unwrap();
        let done = sorter.done(Some(Combine::Count));
        assert!(matches!(&done[1], Reading::Number { value, .. } if *value == 0.0), "{done:?}");
        let mut sorter = Sorter::new(&asked, stamps());
        sorter.take("2026-11-17", Some(Figure::One)).unwrap();
        assert!(matches!(&sorter.done(Some(Combine::Count))[0], Reading::None { fault: false, .. }));
        assert!(Sorter::new(&asked, stamps()).done(Some(Combine::Count)).iter().all(|r| matches!(r, Reading::None { .. })));
    }

    #[test]
    fn several_become_one_only_if_somebody_said_how() {
        let placed: Vec<Placed> =
            [4.0, 1.0, 3.0, 2.0].iter().enumerate().map(|(i, x)| Placed { at: i as i64, figure: Figure::Number(*x) }).collect();
        assert!(matches!(combined(&placed, None), Reading::None { fault: true, .. }));
        for (how, expected) in [
            (Combine::Last, 2.0),
            (Combine::Sum, 10.0),
            (Combine::Mean, 2.5),
            (Combine::Median, 2.5),
            (Combine::Max, 4.0),
            (Combine::Min, 1.0),
            (Combine::P95, 4.0),
            (Combine::Count, 4.0),
        ] {
            assert!(matches!(combined(&placed, Some(how)), Reading::Number { value, .. } if value == expected), "{how:?}");
        }
        let ratios = [Figure::Ratio(1.0, 10.0), Figure::Ratio(9.0, 90.0)].map(|figure| Placed { at: 0, figure });
        assert!(
            matches!(combined(&ratios, Some(Combine::Mean)), Reading::Ratio { numerator, denominator, .. } if (numerator, denominator) == (10.0, 100.0))
        );
    }
}
