//! Tables that people paste: out of a wiki (HTML, Confluence, MediaWiki), a spreadsheet, Markdown or a CSV file. Pure:
//! text in, cells with their places out; then what each cell means for metrics, periods and subjects that are known.
//! An empty cell is no value; nothing is ever read as 0 that does not say 0.

mod lines;
mod markup;
mod names;
pub mod number;
pub mod periods;
mod plan;
mod settle;
mod shape;
#[cfg(test)]
mod tests;
mod units;
mod walk;
mod words;

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use plan::{Cell, Doubt, Outcome, Plan, plan};
pub use shape::{Choices, Heading, Known, KnownMetric, KnownSprint, KnownSubject, Meaning};

/// Largest text, in bytes.
pub const MAX_TEXT: usize = 2 * 1024 * 1024;
/// Most rows of all tables of a text.
pub const MAX_ROWS: usize = 20_000;
/// Most columns.
pub const MAX_COLUMNS: usize = 200;
/// Most cells of all tables of a text.
pub const MAX_CELLS: usize = 400_000;

/// How a table was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// HTML, also the storage format of Confluence.
    Html,
    /// Wiki markup of Confluence and Jira.
    Confluence,
    /// MediaWiki.
    Mediawiki,
    /// Markdown.
    Markdown,
    /// Tab separated, as spreadsheets copy.
    Tabs,
    /// Comma or semicolon separated.
    Csv,
}

impl Format {
    /// As it stands in texts.
    pub fn words(self) -> &'static str {
        match self {
            Format::Html => "an HTML table",
            Format::Confluence => "Confluence markup",
            Format::Mediawiki => "MediaWiki markup",
            Format::Markdown => "a Markdown table",
            Format::Tabs => "a table from a spreadsheet",
            Format::Csv => "CSV",
        }
    }
}

/// One table: rows of clean text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// How it was written.
    pub format: Format,
    /// Cells by row.
    pub rows: Vec<Vec<String>>,
    /// Places of cells from which invisible direction marks were taken: row and column from 0.
    pub marked: Vec<(usize, usize)>,
}

/// Where a cell stands; shown counted from 1, headings included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot {
    /// Table from 0, of several.
    pub table: Option<usize>,
    /// Row from 0.
    pub row: usize,
    /// Column from 0.
    pub column: usize,
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(table) = self.table {
            write!(f, "table {}, ", table + 1)?;
        }
        write!(f, "row {}, column {}", self.row + 1, self.column + 1)
    }
}

/// True for characters that only steer the direction of text, or are invisible: they hide what a cell says.
pub fn invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{061c}' | '\u{00ad}')
}

/// A cell's text: one line, single spaces, nothing invisible; and whether something invisible was in it.
pub fn clean(text: &str) -> (String, bool) {
    let mut out = String::with_capacity(text.len());
    let mut hidden = false;
    for c in text.chars() {
        if invisible(c) {
            hidden = true;
        } else if c.is_whitespace() || c.is_control() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    (out, hidden)
}

/// Collects rows of one grid within the limits.
pub(crate) struct Builder {
    grid: Grid,
    cells: usize,
}

impl Builder {
    pub(crate) fn new(format: Format) -> Self {
        Self { grid: Grid { format, rows: Vec::new(), marked: Vec::new() }, cells: 0 }
    }

    pub(crate) fn row<S: AsRef<str>>(&mut self, cells: &[S]) -> Result<(), String> {
        if cells.len() > MAX_COLUMNS {
            return Err(format!("Row {} has {} columns; at most {MAX_COLUMNS} are read.", self.grid.rows.len() + 1, cells.len()));
        }
        if self.grid.rows.len() == MAX_ROWS {
            return Err(format!("The table has more than {MAX_ROWS} rows. Paste it in parts."));
        }
        self.cells += cells.len();
        if self.cells > MAX_CELLS {
            return Err(format!("The table has more than {MAX_CELLS} cells. Paste it in parts."));
        }
        let at = self.grid.rows.len();
        let mut row = Vec::with_capacity(cells.len());
        for (i, cell) in cells.iter().enumerate() {
            let (text, hidden) = clean(cell.as_ref());
            if hidden {
                self.grid.marked.push((at, i));
            }
            row.push(text);
        }
        self.grid.rows.push(row);
        Ok(())
    }

    pub(crate) fn done(mut self) -> Option<Grid> {
        while self.grid.rows.last().is_some_and(|r| r.iter().all(String::is_empty)) {
            self.grid.rows.pop();
        }
        (!self.grid.rows.is_empty()).then_some(self.grid)
    }
}

/// Reads every table of a text.
///
/// # Errors
/// Why nothing can be read, with how to mend it.
pub fn read(text: &str) -> Result<Vec<Grid>, String> {
    if text.len() > MAX_TEXT {
        return Err(format!("The text is larger than {} MiB. Paste it in parts.", MAX_TEXT / 1_048_576));
    }
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return Err("There is nothing to read. Paste a table with its headings.".into());
    }
    let grids = if markup::looks(text) {
        markup::read(text)?
    } else if lines::is_mediawiki(text) {
        lines::mediawiki(text)?
    } else if lines::is_confluence(text) {
        lines::confluence(text)?
    } else if lines::is_markdown(text) {
        lines::markdown(text)?
    } else {
        lines::separated(text)?.into_iter().collect()
    };
    if grids.is_empty() {
        return Err("There is no table in this text. Copy the table with its headings, or write it as CSV.".into());
    }
    let cells: usize = grids.iter().flat_map(|g| &g.rows).map(Vec::len).sum();
    let rows: usize = grids.iter().map(|g| g.rows.len()).sum();
    if cells > MAX_CELLS || rows > MAX_ROWS {
        return Err(format!("The tables have more than {MAX_ROWS} rows or {MAX_CELLS} cells. Paste them in parts."));
    }
    Ok(grids)
}
