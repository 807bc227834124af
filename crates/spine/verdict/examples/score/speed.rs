//! How long ten thousand verdicts of 26 points take on one core.

use std::hint::black_box;

use verdict::{Baseline, Judge, Options, Ratio, Target, Transform, individuals};

use crate::noise::Noise;

const METRICS: usize = 10_000;
const POINTS: usize = 26;
const ROUNDS: usize = 30;

/// Best and middle of many rounds, in milliseconds.
#[allow(clippy::disallowed_methods)] // The crate stands below the kernel, whose stopwatch it cannot use; this is no shipped code.
fn time(mut work: impl FnMut()) -> (f64, f64) {
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = std::time::Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    (rounds[0], rounds[ROUNDS / 2])
}

/// Prints the table.
pub(crate) fn measure() {
    let mut noise = Noise::new(26);
    let series: Vec<Vec<Option<f64>>> =
        (0..METRICS).map(|_| (0..POINTS).map(|_| Some(100.0 + 5.0 * noise.normal())).collect()).collect();
    let shares: Vec<Vec<Option<Ratio>>> = (0..METRICS)
        .map(|_| (0..POINTS).map(|_| Some(Ratio { part: (20.0 * noise.uniform()).floor(), whole: 40.0 })).collect())
        .collect();
    let options = Options { target: Some(Target::AtMost(110.0)), ..Options::default() };
    let frozen = Options { baseline: Some(Baseline { from: 0, len: 12 }), ..options.clone() };
    let logs = Options { transform: Transform::Log, ..options.clone() };
    let mut bench = Judge::new();
    let mut lean = |options: &Options| {
        time(|| {
            for values in &series {
                let _ = black_box(bench.individuals(black_box(values), options));
            }
        })
    };
    println!("{METRICS} metrics x {POINTS} points on one core, best and middle of {ROUNDS} rounds");
    let say = |name: &str, (best, middle): (f64, f64)| {
        println!("{name:<44} {best:>8.2} ms {middle:>8.2} ms   {:>7.0} ns each", best * 1e6 / METRICS as f64);
    };
    say("figures and signals, individuals", lean(&options));
    say("the same, frozen baseline", lean(&frozen));
    say("the same on logs", lean(&logs));
    let mut bench = Judge::new();
    let proportions = time(|| {
        for values in &shares {
            let _ = black_box(bench.proportions(black_box(values), &Options::default()));
        }
    });
    say("figures and signals, proportions", proportions);
    let sentences = time(|| {
        for values in &series {
            let _ = black_box(bench.individuals(black_box(values), &options).map(|figures| figures.sentence(&options)));
        }
    });
    say("with the sentence of each", sentences);
    let whole = time(|| {
        for values in &series {
            let _ = black_box(individuals(black_box(values), &options));
        }
    });
    say("whole verdicts: points, bands, all words", whole);
}
