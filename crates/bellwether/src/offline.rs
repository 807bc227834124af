//! Commands that need no server: useful in anybody's CI. JSON with `--json`; exit 0 good, 1 the input has faults.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use serde_json::json;
use verdict::{Direction, Options, VerdictJson};

use crate::cli::Out;

/// Which way is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Way {
    /// More is better
    Up,
    /// Less is better
    Down,
    /// Neither
    None,
}

/// `bellwether verdict`.
#[derive(Debug, Args)]
pub struct VerdictArgs {
    /// CSV file with a header line
    file: PathBuf,
    /// Column with the values; empty cells are periods without a value
    #[arg(long)]
    column: String,
    /// Which way is good
    #[arg(long, value_enum, default_value = "none")]
    direction: Way,
    /// Decimals in the sentence; as many as the column has if left out
    #[arg(long)]
    decimals: Option<u8>,
}

/// Values of a column in order; an empty cell is a missing period.
///
/// # Errors
/// A missing column or a cell that is no number, with its line.
pub fn column(text: &str, name: &str) -> anyhow::Result<(Vec<Option<f64>>, u8)> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().context("the file has no header line")?.clone();
    let Some(at) = header.iter().position(|h| h == name) else {
        bail!("line 1: there is no column “{name}”. The columns are {}.", header.iter().collect::<Vec<_>>().join(", "));
    };
    let (mut values, mut decimals) = (Vec::new(), 0);
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = record.get(at).unwrap_or("");
        if cell.is_empty() {
            values.push(None);
            continue;
        }
        let n: f64 = cell.parse().map_err(|_| anyhow::anyhow!("line {line}: “{cell}” is no number."))?;
        if !n.is_finite() {
            bail!("line {line}: “{cell}” is no number that can be judged. Leave the cell empty for a period without a value.");
        }
        let places = cell.split_once('.').map_or(0, |(_, d)| d.bytes().take_while(u8::is_ascii_digit).count());
        decimals = decimals.max(u8::try_from(places.min(4)).unwrap_or(4));
        values.push(Some(n));
    }
    Ok((values, decimals))
}

/// Judges a column.
///
/// # Errors
/// Faults of the file.
pub fn verdict(out: Out, args: &VerdictArgs) -> anyhow::Result<ExitCode> {
    let shown = args.file.display();
    let text = std::fs::read_to_string(&args.file).with_context(|| format!("{shown} cannot be read"))?;
    let (values, decimals) = column(&text, &args.column).with_context(|| shown.to_string())?;
    let direction = match args.direction {
        Way::Up => Direction::Up,
        Way::Down => Direction::Down,
        Way::None => Direction::None,
    };
    let options = Options { direction, decimals: args.decimals.unwrap_or(decimals), ..Options::default() };
    let found = verdict::individuals(&values, &options).map_err(|e| anyhow::anyhow!("{shown}: {e}"))?;
    let answer = VerdictJson::from(&found);
    if out.json {
        out.json(&answer)?;
    } else {
        out.text(&answer.verdict)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Facts of a git history.
///
/// # Errors
/// A path that is no repository, a revision that is not in it.
pub fn git_facts(out: Out, path: &Path, rev: &str) -> anyhow::Result<ExitCode> {
    let facts = sources::git::facts(path, rev)?;
    if out.json {
        out.json(&facts)?;
    } else {
        out.thing(&json!(facts))?;
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_keeps_its_gaps_and_its_decimals() {
        let (values, decimals) = column("week,ms\n1,4.25\n2,\n3,5\n", "ms").unwrap();
        assert_eq!(values, [Some(4.25), None, Some(5.0)]);
        assert_eq!(decimals, 2);
    }

    #[test]
    fn faults_name_column_and_line() {
        assert!(column("a,b\n1,2\n", "c").unwrap_err().to_string().contains("The columns are a, b"));
        assert!(column("a\nx\n", "a").unwrap_err().to_string().contains("line 2"));
        assert!(column("a\ninf\n", "a").is_err());
    }
}
