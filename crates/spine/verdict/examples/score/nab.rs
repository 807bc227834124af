//! NAB: the stretches in which people saw something odd in dense series. Most are spikes and outages that end again, so a search for
//! changes of level is asked more than it promises; the table says how far it gets.

use std::path::Path;

use verdict::{Baseline, Divisive, Judge, Options, changes};

use crate::data::{self, Windowed};
use crate::peer::{Otava, P, WINDOW};

/// Signals of a chart in a row, with at most this many calm values between them, are one alarm.
const QUIET: usize = 24;

/// Starts of alarms of an individuals chart whose baseline is the first tenth of the series.
fn chart(series: &Windowed) -> Vec<usize> {
    let mut bench = Judge::new();
    let len = series.values.len() / 10;
    let options = Options { baseline: Some(Baseline { from: 0, len }), ..Options::default() };
    if bench.individuals(&series.values, &options).is_err() {
        return Vec::new();
    }
    let mut out: Vec<usize> = Vec::new();
    let mut last = None;
    for (index, _) in bench.signals().iter().enumerate().skip(len).filter(|(_, s)| s.is_some()) {
        if last.is_none_or(|last| index > last + QUIET) {
            out.push(index);
        }
        last = Some(index);
    }
    out
}

fn line(all: &[Windowed], name: &str, found: &[Vec<usize>]) {
    let inside = |series: &Windowed, at: usize| series.windows.iter().any(|(from, to)| (*from..=*to).contains(&at));
    let told: usize = found.iter().map(Vec::len).sum();
    let good: usize = all.iter().zip(found).map(|(s, f)| f.iter().filter(|at| inside(s, **at)).count()).sum();
    let windows: usize = all.iter().map(|s| s.windows.len()).sum();
    let hit =
        |s: &Windowed, f: &[usize]| s.windows.iter().filter(|(from, to)| f.iter().any(|at| (*from..=*to).contains(at))).count();
    let hits: usize = all.iter().zip(found).map(|(s, f)| hit(s, f)).sum();
    let calm: usize = all.iter().zip(found).filter(|(s, _)| s.windows.is_empty()).map(|(_, f)| f.len()).sum();
    let (p, r) = (good as f64 / told.max(1) as f64, hits as f64 / windows.max(1) as f64);
    let f1 = if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 };
    println!("{name:<36} {f1:>6.3} {p:>6.3} {r:>6.3} {told:>8} {:>10} {calm:>10}", told - good);
}

/// Scores all series that are here.
pub(crate) fn score(folder: &Path, peer: Option<&Otava>) {
    let (all, missing) = data::nab(folder);
    let windows: usize = all.iter().map(|s| s.windows.len()).sum();
    println!("NAB: {} series with {windows} windows; {missing} files not here", all.len());
    println!(
        "P: told inside a window of all told; R: windows with one of all windows; calm: told in the series without a window\n"
    );
    if all.is_empty() {
        return;
    }
    println!("{:<36} {:>6} {:>6} {:>6} {:>8} {:>10} {:>10}", "", "F1", "P", "R", "told", "outside", "calm");
    let ours = |ask: Divisive| -> Vec<Vec<usize>> {
        all.iter().map(|s| changes(&s.values, &ask).unwrap_or_default().iter().map(|c| c.index).collect()).collect()
    };
    line(&all, "bellwether, E-divisive", &ours(Divisive::default()));
    line(&all, "the same without memory", &ours(Divisive { memory: false, ..Divisive::default() }));
    line(&all, "bellwether, individuals chart", &all.iter().map(chart).collect::<Vec<_>>());
    let values: Vec<Vec<f64>> = all.iter().map(|s| s.values.iter().copied().flatten().collect()).collect();
    for p in [P, 1e-5] {
        if let Some((found, seconds)) = peer.and_then(|peer| peer.changes(&values, WINDOW, p)) {
            line(&all, &format!("Otava 0.8.0, p {p}, window {WINDOW}"), &found);
            println!("{:<36} took {seconds:.1} s", "");
        }
    }
    println!();
}
