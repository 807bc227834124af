//! Verdicts for ten thousand metrics of 26 points on one core, beside a plain pass over the same series: the mean, the mean
//! moving range, and whether a point lies outside the limits, without any of the rules, charts, words and refusals.

use std::hint::black_box;

use kernel::time::Stopwatch;
use verdict::{Judge, Options, Target};

use crate::figure::{Aim, Figure};
use crate::noise::Noise;
use crate::plan::Plan;

const METRICS: usize = 10_000;
const POINTS: usize = 26;

/// Series of the seed: around a level, some with a change of level, some with a missing period.
fn series(seed: u64) -> Vec<Vec<Option<f64>>> {
    let mut noise = Noise::new(seed);
    let mut one = || {
        let level = 20.0 + 400.0 * noise.uniform();
        let shift = if noise.uniform() < 0.1 { 0.3 } else { 0.0 };
        let missing = if noise.uniform() < 0.1 { (noise.uniform() * POINTS as f64) as usize } else { POINTS };
        let mut at = |i: usize| {
            let moved = if i >= POINTS - 4 { 1.0 + shift } else { 1.0 };
            let value = level * moved * (1.0 + 0.05 * noise.normal());
            (i != missing).then_some(value)
        };
        (0..POINTS).map(&mut at).collect()
    };
    (0..METRICS).map(|_| one()).collect()
}

/// Points outside of limits that come from the first twelve values.
fn plain(values: &[Option<f64>]) -> usize {
    let (mut sum, mut n) = (0.0, 0.0);
    let (mut ranges, mut pairs) = (0.0, 0.0);
    let mut before: Option<f64> = None;
    for v in values.iter().take(12) {
        if let Some(x) = v {
            sum += x;
            n += 1.0;
            if let Some(b) = before {
                ranges += f64::abs(x - b);
                pairs += 1.0;
            }
        }
        before = *v;
    }
    let (mean, reach) = (sum / n, 3.0 / 1.128 * ranges / pairs);
    values.iter().flatten().filter(|x| f64::abs(*x - mean) > reach).count()
}

/// Milliseconds of the best of many passes: what the work costs when nobody else has the core.
fn best(plan: &Plan, mut pass: impl FnMut()) -> f64 {
    let mut best = f64::INFINITY;
    let whole = Stopwatch::start();
    while best.is_infinite() || whole.elapsed() < plan.span / 2 {
        let watch = Stopwatch::start();
        pass();
        best = best.min(watch.elapsed().as_secs_f64() * 1e3);
    }
    best
}

pub(crate) fn run(plan: &Plan) -> anyhow::Result<Vec<Figure>> {
    let options = Options { target: Some(Target::AtMost(500.0)), ..Options::default() };
    let mut lean = Figure::absolute("10,000 verdicts of 26 points, figures and signals", Aim::AtMost(10.0), "ms");
    let mut each = Figure::absolute("one of them", Aim::None, "ns");
    let mut beside = Figure::ratio_of("its time beside mean and moving range alone", Aim::None, "ms");
    let mut worded = Figure::absolute("the same with the sentence of each", Aim::None, "ms");
    let mut signals = 0;
    for round in 0..plan.rounds {
        let all = series(26 + round as u64);
        let mut bench = Judge::new();
        let refused = all.iter().filter(|v| bench.individuals(v, &options).is_err()).count();
        anyhow::ensure!(refused == 0, "{refused} series were refused");
        let ours = best(plan, || {
            for values in &all {
                let _ = black_box(bench.individuals(black_box(values), &options));
            }
        });
        let peer = best(plan, || {
            for values in &all {
                black_box(plain(black_box(values)));
            }
        });
        lean.one(ours);
        each.one(ours * 1e6 / METRICS as f64);
        beside.pair(ours, peer);
        worded.one(best(plan, || {
            for values in &all {
                let _ = black_box(bench.individuals(black_box(values), &options).map(|figures| figures.sentence(&options)));
            }
        }));
        signals = all.iter().filter(|v| bench.individuals(v, &options).is_ok_and(|f| f.newest.signal.is_some())).count();
    }
    lean.note = format!("on one core, the best pass of each round; {signals} newest values of the last round are signals");
    Ok(vec![lean, each, beside, worded])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_pass_finds_what_lies_far_outside() {
        let mut values: Vec<Option<f64>> = (0..20).map(|i| Some(100.0 + f64::from(i % 3))).collect();
        assert_eq!(plain(&values), 0);
        values[19] = Some(200.0);
        values[3] = None;
        assert_eq!(plain(&values), 1);
    }

    #[test]
    fn it_runs() {
        let figures = run(&Plan::tiny()).unwrap();
        assert!(figures.iter().all(|f| f.ratio().is_finite() && f.ratio() > 0.0), "{figures:?}");
    }
}
