//! Made-up series without a change, and with one: false alarms beside power, for both.

use verdict::{Divisive, changes};

use crate::noise::Noise;
use crate::peer::{Otava, P, WINDOW};

/// Series of each kind.
const EACH: usize = 300;

struct Kind {
    name: &'static str,
    /// Where its change is, if it has one.
    at: Option<usize>,
    make: fn(&mut Noise) -> Vec<f64>,
}

fn stepped(noise: &mut Noise, len: usize, at: usize, step: f64) -> Vec<f64> {
    (0..len).map(|i| noise.normal() + if i >= at { step } else { 0.0 }).collect()
}

const KINDS: [Kind; 9] = [
    Kind { name: "white noise, 60 values", at: None, make: |n| n.slow(60, 0.0) },
    Kind { name: "white noise, 200 values", at: None, make: |n| n.slow(200, 0.0) },
    Kind { name: "slow noise (0.3), 100 values", at: None, make: |n| n.slow(100, 0.3) },
    Kind { name: "slow noise (0.6), 100 values", at: None, make: |n| n.slow(100, 0.6) },
    Kind { name: "lognormal noise, 100 values", at: None, make: |n| n.slow(100, 0.0).iter().map(|x| (0.8 * x).exp()).collect() },
    Kind { name: "step of 1.5 sigma, 40 of 60", at: Some(40), make: |n| stepped(n, 60, 40, 1.5) },
    Kind { name: "step of 2 sigma, 50 of 60", at: Some(50), make: |n| stepped(n, 60, 50, 2.0) },
    Kind { name: "step of 1 sigma, 100 of 200", at: Some(100), make: |n| stepped(n, 200, 100, 1.0) },
    Kind {
        name: "2 sigma from 50 to 70 of 120",
        at: Some(50),
        make: |n| (0..120).map(|i| n.normal() + if (50..70).contains(&i) { 2.0 } else { 0.0 }).collect(),
    },
];

/// Share of the series with a false alarm, or with the change found within five places; and changes told for each series.
fn cell(kind: &Kind, found: &[Vec<usize>]) -> String {
    let hit = |f: &Vec<usize>| kind.at.map_or(!f.is_empty(), |at| f.iter().any(|c| c.abs_diff(at) <= 5));
    let share = found.iter().filter(|f| hit(f)).count() as f64 / found.len() as f64;
    let told = found.iter().map(Vec::len).sum::<usize>() as f64 / found.len() as f64;
    format!("{:>5.1} %, {told:.2} told", 100.0 * share)
}

/// Prints the table.
pub(crate) fn score(peer: Option<&Otava>) {
    println!(
        "Made-up series, {EACH} of each kind: share with a false alarm, then share in which the change is found; told for each series\n"
    );
    println!("{:<32} {:<22} Otava 0.8.0, p {P}, window {WINDOW}", "", "bellwether");
    for (seed, kind) in (1..).zip(&KINDS) {
        let mut noise = Noise::new(seed);
        let series: Vec<Vec<f64>> = (0..EACH).map(|_| (kind.make)(&mut noise)).collect();
        let ours = series.iter().map(|s| {
            let values: Vec<_> = s.iter().copied().map(Some).collect();
            changes(&values, &Divisive::default()).unwrap_or_default().iter().map(|c| c.index).collect()
        });
        let ours: Vec<Vec<usize>> = ours.collect();
        let theirs =
            peer.and_then(|peer| peer.changes(&series, WINDOW, P)).map_or_else(String::new, |(found, _)| cell(kind, &found));
        println!(
            "{:<32} {:<22} {theirs}",
            format!("{}{}", if kind.at.is_some() { "found: " } else { "" }, kind.name),
            cell(kind, &ours)
        );
    }
    println!();
}
