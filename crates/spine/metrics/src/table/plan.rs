//! What each cell of a table becomes: a value with metric, subject and period, or a refusal with its place.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::number::{self, DecimalSign};
use super::periods;
use super::shape::{Choices, Heading, Known, Reader};
use super::walk::Table;
use super::{Format, Grid, Spot};
use crate::definition::SubjectKind;

/// What a cell becomes.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A number.
    Number(f64),
    /// So many of so many.
    Pair(f64, f64),
    /// Nothing, and why.
    Refused(String),
    /// Nothing until somebody says how to read it.
    Asked(String),
}

/// One cell that is not empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Where it stands.
    pub spot: Spot,
    /// Key of its metric; empty if none was found.
    pub metric: String,
    /// What is measured: kind and slug.
    pub subject: Option<(SubjectKind, String)>,
    /// Its period as it is written; empty if none was found.
    pub period: String,
    /// As it was pasted.
    pub text: String,
    /// Words of a column for notes, with the first value of a row.
    pub note: Option<String>,
    /// What it becomes.
    pub outcome: Outcome,
}

/// Something that was read, but may be meant in another way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Doubt {
    /// Where.
    pub r#where: String,
    /// What.
    pub what: String,
}

/// What a text comes to.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// How its tables are written.
    pub formats: Vec<Format>,
    /// Their headings.
    pub headings: Vec<Heading>,
    /// Cells that are not empty, in the order of the text.
    pub cells: Vec<Cell>,
    /// What may be meant otherwise.
    pub doubts: Vec<Doubt>,
    /// Cells without a value where there might be one.
    pub empty: usize,
    /// Numbers have two readings: say what stands before decimals.
    pub asks_decimal: bool,
    /// Dates have two readings: say what stands first.
    pub asks_first: bool,
}

/// Most doubts that are listed.
const MOST_DOUBTS: usize = 200;

impl Plan {
    pub(super) fn doubt(&mut self, place: String, what: String) {
        if self.doubts.len() < MOST_DOUBTS && !self.doubts.iter().any(|d| d.what == what) {
            self.doubts.push(Doubt { r#where: place, what });
        }
    }
}

/// Says what every cell of the tables becomes.
pub fn plan(grids: &[Grid], known: &Known, choices: &Choices) -> Plan {
    let mut out = Plan::default();
    for (t, grid) in grids.iter().enumerate() {
        out.formats.push(grid.format);
        let several = grids.len() > 1;
        let prefix = if several { format!("t{}", t + 1) } else { String::new() };
        let choices = seen(grid, choices);
        let reader = Reader::new(known, &choices);
        let place = if several { format!("table {}", t + 1) } else { "the table".into() };
        match reader.shape(grid, &prefix) {
            None => out.doubt(place, "No heading and no first cell names a metric; nothing of this table is taken.".into()),
            Some(shaped) => Table::new(grid, several.then_some(t), &reader, shaped).read(&mut out),
        }
        for (row, column) in grid.marked.iter().take(20) {
            let spot = Spot { table: several.then_some(t), row: *row, column: *column };
            out.doubt(spot.to_string(), format!("Invisible characters were taken out at {spot}."));
        }
    }
    once(&mut out);
    out
}

/// What the table itself says about conventions, where nobody said it.
fn seen(grid: &Grid, choices: &Choices) -> Choices {
    let mut out = choices.clone();
    let cells = || grid.rows.iter().flatten();
    if out.first.is_none() {
        out.first = alone(cells().filter_map(|c| periods::evidence(c)));
    }
    if out.decimal.is_none() {
        let head = grid.rows.first().map_or("", |r| r.first().map_or("", String::as_str));
        out.decimal = if grid.format == Format::Csv && head == "metric" {
            // The columns of our own files: numbers in them have a point.
            Some(DecimalSign::Point)
        } else {
            alone(cells().filter(|c| periods::evidence(c).is_none() && !dated(c)).filter_map(|c| number::evidence(c)))
        };
    }
    out
}

/// 24.11.2026 is a date, no number.
fn dated(text: &str) -> bool {
    text.matches(['.', '/', '-']).count() == 2 && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '/' | '-'))
}

/// The one thing that is said, if all say the same.
fn alone<T: PartialEq + Copy>(mut said: impl Iterator<Item = T>) -> Option<T> {
    let first = said.next()?;
    said.all(|s| s == first).then_some(first)
}

/// The same metric, subject and period twice: equal repetitions count once, others are refused with the first place.
fn once(out: &mut Plan) {
    let mut first: HashMap<(String, String, String), (Outcome, Spot)> = HashMap::new();
    let mut drop = Vec::new();
    for (i, cell) in out.cells.iter_mut().enumerate() {
        if !matches!(cell.outcome, Outcome::Number(_) | Outcome::Pair(..)) {
            continue;
        }
        let subject = cell.subject.as_ref().map_or_else(String::new, |s| s.1.clone());
        match first.get(&(cell.metric.clone(), subject.clone(), cell.period.clone())) {
            None => {
                first.insert((cell.metric.clone(), subject, cell.period.clone()), (cell.outcome.clone(), cell.spot));
            }
            Some((outcome, _)) if *outcome == cell.outcome => drop.push(i),
            Some((_, spot)) => {
                cell.outcome =
                    Outcome::Refused(format!("The same metric and period stand at {spot} with another number. Keep one."));
            }
        }
    }
    let mut at = 0;
    let mut drop = drop.into_iter().peekable();
    out.cells.retain(|_| {
        let gone = drop.peek() == Some(&at);
        if gone {
            drop.next();
        }
        at += 1;
        !gone
    });
}
