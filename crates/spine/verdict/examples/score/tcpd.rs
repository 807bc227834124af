//! TCPD: where five people each saw a change.

use std::path::Path;

use verdict::{Divisive, changes};

use crate::data::{self, Annotated};
use crate::measure::{self, MARGIN};
use crate::peer::{Otava, P, WINDOW};

/// A way to find changes, and what it found in each series.
type Row = (String, Vec<Vec<usize>>);

/// The changes of all dimensions together.
fn ours(series: &Annotated, ask: &Divisive) -> Vec<usize> {
    let each = series.dimensions.iter().flat_map(|d| changes(d, ask).unwrap_or_default());
    let mut all: Vec<usize> = each.map(|c| c.index).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn otava(otava: &Otava, all: &[Annotated], p: f64) -> Option<Row> {
    let dimensions: Vec<Vec<f64>> = all.iter().flat_map(|s| &s.dimensions).map(|d| d.iter().copied().flatten().collect()).collect();
    let (found, _) = otava.changes(&dimensions, WINDOW, p)?;
    let mut found = found.into_iter();
    let together = all.iter().map(|series| {
        let mut all: Vec<usize> = found.by_ref().take(series.dimensions.len()).flatten().collect();
        all.sort_unstable();
        all.dedup();
        all
    });
    Some((format!("Otava 0.8.0, p {p}, window {WINDOW}"), together.collect()))
}

fn line(all: &[Annotated], (name, found): &Row) {
    let scores: Vec<_> = all.iter().zip(found).map(|(series, found)| measure::score(&series.annotators, found)).collect();
    let mean = |of: &dyn Fn(usize) -> f64| (0..all.len()).map(of).sum::<f64>() / all.len() as f64;
    let told_where = |calm: usize| -> usize { all.iter().zip(found).filter(|(s, _)| s.calm() >= calm).map(|(_, f)| f.len()).sum() };
    println!(
        "{name:<36} {:>6.3} {:>6.3} {:>6.3} {:>8} {:>10} {:>10}",
        mean(&|i| scores[i].f1()),
        mean(&|i| scores[i].precision),
        mean(&|i| scores[i].recall),
        told_where(0),
        told_where(5),
        told_where(3)
    );
}

/// Prints the table.
fn table(all: &[Annotated], peer: Option<&Otava>) {
    let of = |name: &str, ask: Divisive| -> Row { (name.to_owned(), all.iter().map(|s| ours(s, &ask)).collect()) };
    let mut rows = vec![
        of("bellwether, E-divisive", Divisive::default()),
        of("the same without memory", Divisive { memory: false, ..Divisive::default() }),
        ("nothing told at all".to_owned(), vec![Vec::new(); all.len()]),
    ];
    rows.extend([P, 1e-4, 1e-5].into_iter().filter_map(|p| otava(peer?, all, p)));
    println!("{:<36} {:>6} {:>6} {:>6} {:>8} {:>10} {:>10}", "", "F1", "P", "R", "told", "all calm", "most calm");
    rows.iter().for_each(|row| line(all, row));
    println!("\n{:<24} {:>6} {:>6}   {:<22} Otava", "series", "values", "calm", "bellwether");
    let peer = rows.iter().find(|(name, _)| name.starts_with("Otava"));
    for (i, series) in all.iter().enumerate() {
        let cell = |row: &Row| format!("{} told, F1 {:.2}", row.1[i].len(), measure::score(&series.annotators, &row.1[i]).f1());
        println!(
            "{:<24} {:>6} {:>4}/{}   {:<22} {}",
            series.name,
            series.dimensions.first().map_or(0, Vec::len),
            series.calm(),
            series.annotators.len(),
            cell(&rows[0]),
            peer.map_or_else(String::new, cell)
        );
    }
    println!();
}

/// Scores all series that are here.
pub(crate) fn score(folder: &Path, peer: Option<&Otava>) {
    let (all, missing) = data::tcpd(folder);
    println!("TCPD: {} series with five annotators each, margin {MARGIN}; {missing} files not here", all.len());
    println!("told: changes in all series; all calm, most calm: those in series where five, or at least three, see no change\n");
    if !all.is_empty() {
        table(&all, peer);
    }
}
