//! How a table is laid out: which row holds the headings, and what each heading means.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Grid;
use super::names::{Match, Names};
use super::number::DecimalSign;
use super::periods::{self, DayOrder, Named};
use super::words::word;
use crate::definition::{PeriodKind, SubjectKind};

/// A metric that a heading may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownMetric {
    /// Key.
    pub key: String,
    /// Title.
    pub title: String,
    /// Unit; may be empty.
    pub unit: String,
    /// How long one value covers.
    pub period: PeriodKind,
    /// What is measured.
    pub subject: SubjectKind,
    /// It keeps numerator and denominator.
    pub ratio: bool,
}

/// Something that is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownSubject {
    /// Team, workload or service.
    pub kind: SubjectKind,
    /// In URLs.
    pub slug: String,
    /// As people wrote it.
    pub name: String,
}

/// A sprint of the group's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownSprint {
    /// Number.
    pub number: i64,
    /// First day.
    pub first: Date,
    /// The day after its last.
    pub end: Date,
}

/// What a table is read against.
#[derive(Debug, Clone)]
pub struct Known {
    /// Metrics in use.
    pub metrics: Vec<KnownMetric>,
    /// The team, its workloads and services.
    pub subjects: Vec<KnownSubject>,
    /// Its calendar up to today.
    pub sprints: Vec<KnownSprint>,
    /// The sprint that a table without periods is for.
    pub sprint: Option<i64>,
    /// Today, for months and weeks without a year.
    pub today: Date,
}

/// What a person said about a table that can be read in several ways.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Choices {
    /// What stands before decimals: `point` or `comma`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimal: Option<DecimalSign>,
    /// What stands first in 3/4/2026: `day` or `month`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<DayOrder>,
    /// What a heading means: its words or its id (such as `c2`), and the key of a metric, or an empty text to leave it out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, String>,
}

/// What a heading means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Meaning {
    /// A metric, by key.
    Metric {
        /// Its key.
        key: String,
        /// By key, title or choice; else by similar words.
        sure: bool,
    },
    /// The period of each row, or, where periods stand side by side, one of them.
    Period,
    /// Team, workload or service of each row.
    Subject,
    /// The metric of each row.
    Names,
    /// The number of each row.
    Number,
    /// The numerator of each row.
    Numerator,
    /// The denominator of each row.
    Denominator,
    /// The unit of each row.
    Unit,
    /// Words on the value.
    Note,
    /// Similar to several metrics, by key.
    Several {
        /// Their keys.
        keys: Vec<String>,
    },
    /// Means a metric that another heading means already.
    Twice {
        /// Its key.
        key: String,
        /// The other heading's id.
        with: String,
    },
    /// Left out on purpose.
    Left,
    /// Nothing that is known.
    Unknown,
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Heading {
    /// `c2` for the second column, `r3` for the third row, `t2c1` in the second table.
    pub id: String,
    /// Its words.
    pub text: String,
    /// What it means.
    pub meaning: Meaning,
}

/// How a table is laid out. Columns and rows from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Metrics side by side, a row for each period.
    Across,
    /// Periods side by side, a row for each metric, which is named in a column.
    Down(usize),
    /// One value a row.
    Long,
    /// A name and a number a row, without headings.
    Pairs,
}

/// A table with what its headings mean.
pub(super) struct Shaped {
    pub(super) layout: Layout,
    /// Row of the headings; data begin behind it. `None` without headings.
    pub(super) head: Option<usize>,
    /// One for each column, or for each row if periods stand side by side (then by row from 0).
    pub(super) headings: Vec<Heading>,
}

/// Reads metrics and periods of headings.
pub(super) struct Reader<'a> {
    pub(super) known: &'a Known,
    pub(super) choices: &'a Choices,
    names: Names,
    by_key: HashMap<&'a str, &'a KnownMetric>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(known: &'a Known, choices: &'a Choices) -> Self {
        let by_key = known.metrics.iter().map(|m| (m.key.as_str(), m)).collect();
        Self { known, choices, names: Names::new(&known.metrics), by_key }
    }

    /// The metric of a key.
    pub(super) fn by_key(&self, key: &str) -> Option<&'a KnownMetric> {
        self.by_key.get(key).copied()
    }

    /// What somebody said about a heading.
    fn chosen(&self, id: &str, text: &str) -> Option<Meaning> {
        let columns = &self.choices.columns;
        let said = columns.get(id).or_else(|| columns.get(text).filter(|_| !text.is_empty()))?;
        if said.is_empty() {
            return Some(Meaning::Left);
        }
        self.by_key.contains_key(said.as_str()).then(|| Meaning::Metric { key: said.clone(), sure: true })
    }

    fn metric(&self, text: &str) -> Option<Meaning> {
        let key = |i: &usize| self.known.metrics[*i].key.clone();
        match self.names.find(text) {
            Match::Sure(i) => Some(Meaning::Metric { key: key(&i), sure: true }),
            Match::Likely(i) => Some(Meaning::Metric { key: key(&i), sure: false }),
            Match::Several(list) => Some(Meaning::Several { keys: list.iter().map(key).collect() }),
            Match::None => None,
        }
    }

    fn heading(&self, id: String, text: &str) -> Heading {
        let meaning = self
            .chosen(&id, text)
            // A metric of that very title comes before a word that means a column.
            .or_else(|| self.metric(text).filter(|m| matches!(m, Meaning::Metric { sure: true, .. })))
            .or_else(|| word(text))
            .or_else(|| self.metric(text))
            .unwrap_or(Meaning::Unknown);
        Heading { id, text: text.to_owned(), meaning }
    }

    fn is_period(&self, text: &str) -> bool {
        periods::read(text, self.choices.first, self.known.today).is_some()
    }

    /// Lays a table out; `None` if nothing in it names a metric.
    pub(super) fn shape(&self, grid: &Grid, prefix: &str) -> Option<Shaped> {
        let width = grid.rows.iter().map(Vec::len).max().unwrap_or(0);
        let across = |r: usize| -> Vec<Heading> {
            let cell = |c: usize| grid.rows[r].get(c).map_or("", String::as_str);
            (0..width).map(|c| self.heading(format!("{prefix}c{}", c + 1), cell(c))).collect()
        };
        let count = |headings: &[Heading], f: &dyn Fn(&Meaning) -> bool| headings.iter().filter(|h| f(&h.meaning)).count();
        let metric = |m: &Meaning| matches!(m, Meaning::Metric { .. } | Meaning::Several { .. });
        let mut best: Option<(usize, Shaped)> = None;
        for r in 0..grid.rows.len().min(5) {
            let headings = across(r);
            let named = count(&headings, &|m| *m == Meaning::Names) == 1;
            let numbered = count(&headings, &|m| matches!(m, Meaning::Number | Meaning::Numerator)) >= 1;
            if named && numbered {
                return Some(Shaped { layout: Layout::Long, head: Some(r), headings });
            }
            // A row of data may name one metric in its first cell; headings name things beyond it.
            let metrics = count(&headings, &metric);
            let behind = headings.iter().skip(1).any(|h| metric(&h.meaning));
            if metrics > 0 && behind && best.as_ref().is_none_or(|b| b.0 < metrics) {
                best = Some((metrics, Shaped { layout: Layout::Across, head: Some(r), headings }));
            }
            if let Some((score, shaped)) = self.down(grid, r, prefix)
                && best.as_ref().is_none_or(|b| b.0 < score)
            {
                best = Some((score, shaped));
            }
        }
        best.map(|(_, shaped)| shaped).or_else(|| self.pairs(grid, prefix))
    }

    /// Names of metrics in a column, from a row on.
    fn rows(&self, grid: &Grid, column: usize, from: usize, prefix: &str) -> Vec<Heading> {
        let text = |row: &[String]| row.get(column).cloned().unwrap_or_default();
        let heading = |(r, row): (usize, &Vec<String>)| {
            let id = format!("{prefix}r{}", r + 1);
            if r < from {
                return Heading { id, text: text(row), meaning: Meaning::Left };
            }
            let name = text(row);
            let found = self.chosen(&id, &name).or_else(|| self.metric(&name)).unwrap_or(Meaning::Unknown);
            Heading { id, text: name, meaning: found }
        };
        grid.rows.iter().enumerate().map(heading).collect()
    }

    fn known_rows(headings: &[Heading]) -> usize {
        headings.iter().filter(|h| matches!(h.meaning, Meaning::Metric { .. } | Meaning::Several { .. })).count()
    }

    fn down(&self, grid: &Grid, r: usize, prefix: &str) -> Option<(usize, Shaped)> {
        let periods = grid.rows[r].iter().skip(1).filter(|c| self.is_period(c)).count();
        if periods == 0 || grid.rows.len() > 2_000 {
            return None;
        }
        // The names stand before the first period.
        let first = grid.rows[r].iter().skip(1).position(|c| self.is_period(c))? + 1;
        let (score, column, headings) = (0..first.min(4))
            .map(|c| (c, self.rows(grid, c, r + 1, prefix)))
            .map(|(c, h)| (Self::known_rows(&h), c, h))
            .max_by_key(|(score, c, _)| (*score, usize::MAX - c))?;
        (score > 0).then_some((score + periods, Shaped { layout: Layout::Down(column), head: Some(r), headings }))
    }

    fn pairs(&self, grid: &Grid, prefix: &str) -> Option<Shaped> {
        let width = grid.rows.iter().map(Vec::len).max().unwrap_or(0);
        if !(2..=3).contains(&width) || grid.rows.len() > 2_000 {
            return None;
        }
        let headings = self.rows(grid, 0, 0, prefix);
        (Self::known_rows(&headings) > 0).then_some(Shaped { layout: Layout::Pairs, head: None, headings })
    }

    /// The period that a text names for a metric, as it is written, and a doubt about it.
    pub(super) fn period(&self, metric: &KnownMetric, text: &str) -> Result<(String, Option<String>), Why> {
        let shown: String = text.chars().take(40).collect();
        let none = || Why::Refused(format!("“{shown}” names no sprint, date, week or month."));
        let named = periods::read(text, self.choices.first, self.known.today).ok_or_else(none)?;
        let (named, doubt) = match named {
            Named::Guessed(periods::Guess::Month(d)) => {
                (Named::Month(d), Some(format!("“{shown}” has no year; taken as {}-{:02}.", d.year(), d.month())))
            }
            Named::Guessed(periods::Guess::Week(d)) => {
                let iso = d.iso_week_date();
                (Named::Week(d), Some(format!("“{shown}” has no year; taken as {}-W{:02}.", iso.year(), iso.week())))
            }
            other => (other, None),
        };
        let kept = |what: &str| {
            Why::Refused(format!("“{shown}” is a {what}; {} has one value each {}.", metric.title, metric.period.noun()))
        };
        let label = match (metric.period, named) {
            (_, Named::Either(a, b)) => {
                return Err(Why::Asked(format!("“{shown}” may be {a} or {b}. Say whether day or month stands first.")));
            }
            (PeriodKind::Sprint, Named::Sprint { number, .. }) => match self.known.sprints.iter().any(|s| s.number == number) {
                true => number.to_string(),
                false => return Err(Why::Refused(format!("The calendar has no sprint {number} that has begun."))),
            },
            (PeriodKind::Sprint, Named::Day(d)) => match self.known.sprints.iter().find(|s| s.first <= d && d < s.end) {
                Some(s) => s.number.to_string(),
                None => return Err(Why::Refused(format!("No sprint of the calendar has the day {d}."))),
            },
            (PeriodKind::Month, Named::Month(d) | Named::Day(d)) => format!("{}-{:02}", d.year(), d.month()),
            (PeriodKind::Week, Named::Week(d) | Named::Day(d)) => {
                let iso = d.iso_week_date();
                format!("{}-W{:02}", iso.year(), iso.week())
            }
            (PeriodKind::Day, Named::Day(d)) => d.to_string(),
            (_, Named::Sprint { .. }) => return Err(kept("sprint")),
            (_, Named::Month(_)) => return Err(kept("month")),
            (_, Named::Week(_)) => return Err(kept("week")),
            (_, Named::Guessed(_)) => return Err(none()),
        };
        Ok((label, doubt))
    }

    /// The metric of that name, for a row that names it.
    pub(super) fn named(&self, text: &str) -> Option<Meaning> {
        self.chosen("", text).or_else(|| self.metric(text))
    }
}

/// Why a period is none.
pub(super) enum Why {
    Refused(String),
    Asked(String),
}
