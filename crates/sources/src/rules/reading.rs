//! Which periods a run asks for, and what becomes of each answer. No data is never 0.

use kernel::time::Time;
use metrics::definition::{Definition, PeriodKind};
use metrics::period::{Period, words};
use metrics::value::{NewValue, Provenance, Value, number_of};

use super::run::{Outcome, PeriodFate, Pulled, Trial};

/// A period in Unix microseconds, half-open: what a collector is asked for.
pub type Span = (i64, i64);

/// What a far end said for one period.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// A finite number.
    Number {
        /// In the source's unit, which is the metric's.
        value: f64,
        /// What it was made from.
        detail: String,
    },
    /// A numerator and a denominator, for a metric that is a ratio.
    Ratio {
        /// Counted events.
        numerator: f64,
        /// All events.
        denominator: f64,
        /// What they were made from.
        detail: String,
    },
    /// No number.
    None {
        /// Why, as a clause.
        why: String,
        /// There should be one: the source fails. Otherwise nothing happened in the period.
        fault: bool,
    },
}

/// A period as a collector is asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// From and to.
    pub span: Span,
    /// As it is written: `22`, `2026-W46`.
    pub label: String,
}

/// A period that a run asks for, with the value that is stored for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// The period.
    pub period: Period,
    /// What is stored, if anything.
    pub stored: Option<Value>,
}

impl Wanted {
    /// As a collector is asked for it.
    pub fn span(&self) -> Span {
        (self.period.starts.micros(), self.period.ends.micros())
    }

    /// The same with its name.
    pub fn asked(&self) -> Asked {
        Asked { span: self.span(), label: self.period.label.clone() }
    }
}

/// Which of the closed periods (oldest first) are asked for: the newest always, so that a late correction comes in; of the
/// others those without a value that have closed since `since`, or all of them without it.
pub fn wanted(closed: Vec<Period>, known: &[Value], since: Option<Time>) -> Vec<Wanted> {
    let last = closed.len();
    let with_value = closed.into_iter().enumerate().map(|(i, period)| {
        let stored = known.iter().find(|v| v.starts == period.starts && v.number.is_some()).cloned();
        (i + 1 == last, Wanted { period, stored })
    });
    with_value
        .filter(|(newest, w)| *newest || w.stored.is_none() && since.is_none_or(|t| w.period.ends > t))
        .map(|(_, w)| w)
        .collect()
}

/// What a run makes of its readings: what to store, and how to tell of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The run, but for who and when.
    pub trial: Trial,
    /// Values to record.
    pub values: Vec<NewValue>,
}

/// The year by which names of periods leave their year out.
pub fn year(now: Time) -> i16 {
    now.jiff().to_zoned_datetime(jiff::tz::TimeZone::UTC).year()
}

/// Longest sentence about a run, in characters.
const LONGEST: usize = 600;

/// Why a run failed as a whole: a sentence, cut to what a page can bear.
pub(crate) fn reason(text: &str) -> String {
    short(&sentence(text))
}

pub(super) fn short(text: &str) -> String {
    if text.chars().count() <= LONGEST { text.to_owned() } else { text.chars().take(LONGEST - 1).chain(['…']).collect() }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

pub(super) fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '…', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// How a run is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tense {
    /// It was done.
    Done,
    /// It is a dry run.
    Would,
}

/// Judges readings, one for each wanted period in the same order (oldest first). The definition has its version; `year` is
/// the reader's, for the names of periods.
///
/// A value that a person typed or a token pushed for a period stays; one that was pulled gives way to another number, or to a
/// new version of the definition.
pub fn judge(
    (d, version): (&Definition, i64),
    subject: &str,
    wanted: &[Wanted],
    readings: Vec<Reading>,
    year: i16,
    tense: Tense,
) -> Judged {
    let mut values = Vec::new();
    let mut pulled = Vec::new();
    let mut newest = None;
    for (w, reading) in wanted.iter().zip(readings) {
        let said = match &reading {
            Reading::Ratio { numerator, denominator, .. } => ratio(d, subject, &w.period, (*numerator, *denominator)),
            // -0 and 0 are one number to people.
            Reading::Number { value: x, .. } => value(d, subject, &w.period, if *x == 0.0 { 0.0 } else { *x }),
            Reading::None { .. } => value(d, subject, &w.period, f64::NAN),
        };
        let (fate, number, detail, fault) = one(d, version, w, reading, &said);
        if fate == PeriodFate::Stored {
            values.push(said);
        }
        newest = Some((fate, fault, words(d.period, &w.period.label, year)));
        pulled.push(Pulled { period: w.period.label.clone(), fate, number, detail });
    }
    pulled.reverse();
    let stored = values.len();
    let shown = pulled.first().and_then(|p| p.number).map(|x| figure(x, d)).unwrap_or_default();
    let why = pulled.first().map(|p| p.detail.as_str()).unwrap_or_default();
    let (has, was, were) = match tense {
        Tense::Done => ("has", "was", "were"),
        Tense::Would => ("would have", "would be", "would be"),
    };
    let fill = |n: usize| match n {
        0 => String::new(),
        1 => format!("one earlier {} {was} filled in", d.period.noun()),
        n => format!("{n} earlier {}s {were} filled in", d.period.noun()),
    };
    let after = |n: usize| if n == 0 { String::new() } else { format!(" {}.", capital(&fill(n))) };
    let (outcome, message) = match newest {
        None => (Outcome::Nothing, none_closed(d.period).to_owned()),
        Some((PeriodFate::Stored, _, last)) => {
            let rest = if stored > 1 { format!("; {}", fill(stored - 1)) } else { String::new() };
            (Outcome::Stored, format!("{} {has} {shown}{rest}.", capital(&last)))
        }
        Some((_, true, last)) => (Outcome::Failed, format!("No value for {last}: {}{}", sentence(why), after(stored))),
        Some((fate, false, last)) => {
            let newest = match fate {
                PeriodFate::Unchanged => format!("{} still has {shown}.", capital(&last)),
                PeriodFate::Kept => format!("{}: {}", capital(&last), sentence(why)),
                _ => format!("Nothing to store for {last}: {}", sentence(why)),
            };
            let outcome = match (stored, fate) {
                (0, PeriodFate::Unchanged) => Outcome::Unchanged,
                (0, _) => Outcome::Nothing,
                _ => Outcome::Stored,
            };
            (outcome, format!("{newest}{}", after(stored)))
        }
    };
    Judged { trial: Trial { outcome, message: short(&message), values: pulled }, values }
}

fn none_closed(kind: PeriodKind) -> &'static str {
    match kind {
        PeriodKind::Sprint => "No sprint of the group’s calendar has closed yet, so there is nothing to pull.",
        _ => "No period has closed yet, so there is nothing to pull.",
    }
}

/// A number in the metric's unit, as sentences write it.
pub(super) fn figure(x: f64, d: &Definition) -> String {
    let number = format!("{x:.0$}", usize::from(d.decimals));
    match d.unit.as_str() {
        "" => number,
        "%" => format!("{number}%"),
        unit => format!("{number} {unit}"),
    }
}

fn value(d: &Definition, subject: &str, period: &Period, number: f64) -> NewValue {
    NewValue {
        metric: d.key.clone(),
        subject: subject.to_owned(),
        period: period.label.clone(),
        number: Some(number),
        numerator: None,
        denominator: None,
        unit: None,
        note: None,
        kept: false,
    }
}

fn ratio(d: &Definition, subject: &str, period: &Period, (k, n): (f64, f64)) -> NewValue {
    NewValue { number: None, numerator: Some(k), denominator: Some(n), ..value(d, subject, period, 0.0) }
}

fn one(d: &Definition, version: i64, w: &Wanted, reading: Reading, said: &NewValue) -> (PeriodFate, Option<f64>, String, bool) {
    let detail = match reading {
        Reading::None { why, fault } => return (PeriodFate::None, None, why, fault),
        Reading::Ratio { numerator, denominator, detail } => format!("{numerator} of {denominator}, {detail}"),
        Reading::Number { detail, .. } => detail,
    };
    let number = match number_of(d, said) {
        Ok(number) => number,
        Err(why) => return (PeriodFate::None, None, why, true),
    };
    match &w.stored {
        None => (PeriodFate::Stored, Some(number), detail, false),
        Some(old) if old.way == Provenance::Pulled => {
            let pair = (old.numerator, old.denominator) == (said.numerator, said.denominator);
            let same = old.number == Some(number) && pair && old.version == version;
            (if same { PeriodFate::Unchanged } else { PeriodFate::Stored }, Some(number), detail, false)
        }
        Some(old) => {
            let how = if old.way == Provenance::Typed { "typed by" } else { "pushed by" };
            let had = old.number.map(|x| figure(x, d)).unwrap_or_default();
            (PeriodFate::Kept, Some(number), format!("{had}, {how} {}, stays", old.source), false)
        }
    }
}

#[cfg(test)]
mod tests;
