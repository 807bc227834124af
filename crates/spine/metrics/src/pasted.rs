//! A table to take values from, and what comes of it: said in a preview, then done.

use std::collections::BTreeSet;

use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::table::{Choices, Doubt, Format, Heading};

/// Most entries of each list of an answer; counts are of all.
pub const LISTED: usize = 500;

/// A table to take values from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Paste {
    /// The table: HTML, Confluence, MediaWiki, Markdown, tab separated or CSV.
    pub text: String,
    /// The sprint that a table without periods is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sprint: Option<i64>,
    /// How to read what can be read in several ways.
    #[serde(default)]
    pub choices: Choices,
    /// Values that are stored and may be replaced: `key` of each conflict.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub replace: BTreeSet<String>,
    /// All stored values may be replaced.
    #[serde(default)]
    pub replace_all: bool,
    /// Only say what would be taken.
    #[serde(default)]
    pub dry_run: bool,
}

/// A cell that is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NotTaken {
    /// Its place: "row 3, column 2".
    pub r#where: String,
    /// Why, and how to mend it.
    pub why: String,
}

/// What is done with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ValueFate {
    /// There was none.
    New,
    /// The stored one says the same.
    Same,
    /// Another is stored, and stays.
    Differs,
    /// Another is stored, and is replaced.
    Replaced,
}

/// What a cell becomes.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Becomes {
    /// Its place.
    pub r#where: String,
    /// For `replace`: metric, subject and period.
    pub key: String,
    /// Key of the metric.
    pub metric: String,
    /// Slug of the subject.
    pub subject: String,
    /// The period.
    pub period: String,
    /// As it was pasted.
    pub pasted: String,
    /// The number.
    pub number: f64,
    /// What is done with it.
    pub fate: ValueFate,
    /// The stored number, if there is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stored: Option<f64>,
    /// Where the stored one came from.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub stored_from: String,
}

/// What came of a table.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Pasted {
    /// Nothing was stored; this is what would be.
    pub dry_run: bool,
    /// How its tables are written.
    pub formats: Vec<Format>,
    /// Its headings and what they mean.
    pub headings: Vec<Heading>,
    /// Values stored.
    pub taken: usize,
    /// When they were; with it they can be taken back together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded_at: Option<Time>,
    /// Values that were stored already with the same number.
    pub unchanged: usize,
    /// Values that differ from stored ones, which stay.
    pub differing: usize,
    /// Empty cells.
    pub skipped: usize,
    /// Cells refused, all of them.
    pub refused_count: usize,
    /// Cells refused, the first 500.
    pub refused: Vec<NotTaken>,
    /// Values, those that differ first, the first 500.
    pub values: Vec<Becomes>,
    /// What may be meant otherwise.
    pub doubts: Vec<Doubt>,
    /// Numbers have two readings: say what stands before decimals.
    pub asks_decimal: bool,
    /// Dates have two readings: say what stands first.
    pub asks_first: bool,
}
