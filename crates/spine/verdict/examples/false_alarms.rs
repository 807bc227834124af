//! Measures how often the rules cry wolf on calm series, by the charts themselves, and prints the tables of
//! `src/false_alarm/tables.rs`.
//!
//!     cargo run --release -p bellwether-verdict --example false_alarms [RUNS]
//!
//! Each row is the number of values in the baseline and then, as probabilities for one value: rule 1 and all rules on any value of
//! the baseline, rule 1 and all rules on its last value, rule 1 on a value after it, all rules on the first value after it, and
//! all rules on the eighth and later ones.

#![allow(clippy::print_stdout)]

use verdict::{Baseline, Judge, Options, Signal};

/// Places after the baseline that are told apart; runs and windows reach back no further.
const PLACES: usize = 24;

/// A small generator (xorshift).
struct Noise(u64);

impl Noise {
    fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }

    fn exponential(&mut self) -> f64 {
        -self.uniform().ln()
    }
}

#[derive(Default)]
struct Tally {
    own: [u64; 2],
    last: [u64; 2],
    fresh: [[u64; 2]; PLACES],
}

fn measure(n: usize, runs: u64, one: &mut dyn FnMut(usize, &mut Judge, &Options) -> bool) -> Tally {
    // Four values are a baseline only where nobody froze one.
    let frozen = n > 4;
    let options = Options { baseline: frozen.then_some(Baseline { from: 0, len: n }), ..Options::default() };
    let mut bench = Judge::new();
    let mut tally = Tally::default();
    let mut done = 0;
    while done < runs {
        if !one(if frozen { n + PLACES } else { n + 1 }, &mut bench, &options) {
            continue;
        }
        done += 1;
        for (index, signal) in bench.signals().iter().enumerate().filter_map(|(i, s)| Some((i, (*s)?))) {
            let rule_1 = u64::from(matches!(signal, Signal::OutsideAbove | Signal::OutsideBelow));
            let add = |at: &mut [u64; 2]| *at = [at[0] + rule_1, at[1] + 1];
            if index < n {
                add(&mut tally.own);
            } else {
                add(&mut tally.fresh[index - n]);
            }
            if index + 1 == n {
                add(&mut tally.last);
            }
        }
    }
    tally
}

fn print(name: &str, sizes: &[usize], runs: u64, mut one: impl FnMut(usize, &mut Judge, &Options) -> bool) {
    println!("{name}");
    for &n in sizes {
        let runs = (runs * 36 / (n as u64 + PLACES as u64)).max(20_000);
        let tally = measure(n, runs, &mut one);
        let of = |count: u64, among: u64| format!("{:.5}", count as f64 / among as f64);
        let places = if n > 4 { PLACES } else { 1 };
        let late = if n > 4 { 7..PLACES } else { 0..1 };
        let row = [
            of(tally.own[0], runs * n as u64),
            of(tally.own[1], runs * n as u64),
            of(tally.last[0], runs),
            of(tally.last[1], runs),
            of(tally.fresh.iter().map(|at| at[0]).sum(), runs * places as u64),
            of(tally.fresh[0][1], runs),
            of(tally.fresh[late.clone()].iter().map(|at| at[1]).sum(), runs * late.len() as u64),
        ];
        println!("    ({n}.0, [{}]),", row.join(", "));
    }
}

fn main() {
    let runs = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(2_000_000);
    let mut noise = Noise(0x9E37_79B9_7F4A_7C15);
    let sizes = [4, 5, 6, 7, 8, 10, 11, 12, 14, 17, 20, 24, 36, 60, 100, 1000];
    let mut values = Vec::new();
    print("individuals, normal", &sizes, runs, |len, bench, options| {
        values.clear();
        values.extend((0..len).map(|_| Some(noise.normal())));
        bench.individuals(&values, options).is_ok()
    });
    print("counts around a million", &sizes, runs, |len, bench, options| {
        values.clear();
        values.extend((0..len).map(|_| Some((1e6 + 1e3 * noise.normal()).round())));
        bench.counts(&values, options).is_ok()
    });
    print("t chart, exponential gaps", &sizes, runs, |len, bench, options| {
        values.clear();
        values.extend((0..len).map(|_| Some(30.0 * noise.exponential())));
        bench.gaps(&values, None, options).is_ok()
    });
    // The mean matters little: from 8 to 200 the rates differ by a tenth at most.
    let stay = (30.0_f64 / 31.0).ln();
    print("g chart, mean 30", &sizes, runs, |len, bench, options| {
        values.clear();
        values.extend((0..len).map(|_| Some((noise.uniform().ln() / stay).floor())));
        bench.gap_counts(&values, None, options).is_ok()
    });
}
