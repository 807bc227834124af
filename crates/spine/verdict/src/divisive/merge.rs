//! Whether a split is more than chance, and the merge step that drops those that are not.

use super::{Change, Divisive};
use crate::limits::mean;
use crate::student;

/// Mean and sum of squared differences from it.
#[derive(Debug, Clone, Copy)]
struct Part {
    n: usize,
    mean: f64,
    squares: f64,
}

impl Part {
    fn of(values: &[f64]) -> Self {
        let mean = mean(values.iter().copied(), values.len());
        Self { n: values.len(), mean, squares: values.iter().map(|x| (x - mean) * (x - mean)).sum() }
    }
}

/// Student's t between two stretches with equal variance, by the sample standard deviation. 1 if it cannot be told.
pub(crate) fn plain(left: &[f64], right: &[f64]) -> f64 {
    between(Part::of(left), Part::of(right), 0.0)
}

/// The same for values of which each resembles the one before with correlation `memory`: n of them say no more than
/// n (1 - memory) / (1 + memory) that do not.
fn between(left: Part, right: Part, memory: f64) -> f64 {
    let worth = (1.0 - memory) / (1.0 + memory);
    let n = (left.n + right.n) as f64;
    let freedom = n * worth - 2.0;
    let difference = (left.mean - right.mean).abs();
    if left.n == 0 || right.n == 0 || freedom < 1.0 || difference == 0.0 {
        return 1.0;
    }
    let squares = left.squares + right.squares;
    if squares <= 0.0 {
        return 0.0;
    }
    let variance = squares / (n - 2.0 / worth).max(1.0);
    let spread = variance / worth * (1.0 / left.n as f64 + 1.0 / right.n as f64);
    student::two_sided(difference / spread.sqrt(), freedom)
}

/// How much each value resembles the one before, once the levels between the splits are taken away. The estimate of short stretches is
/// too low by about (1 + 3 r) / n for each mean that was taken away, which is put back. From nought to 0.99.
fn memory(values: &[f64], splits: &[usize]) -> f64 {
    let (mut products, mut squares, mut start) = (0.0, 0.0, 0);
    for end in splits.iter().copied().chain([values.len()]) {
        let part = &values[start..end];
        let mean = Part::of(part).mean;
        products += part.windows(2).map(|pair| (pair[0] - mean) * (pair[1] - mean)).sum::<f64>();
        squares += part.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>();
        start = end;
    }
    if squares <= 0.0 {
        return 0.0;
    }
    let r = products / squares;
    let put_back = (splits.len() + 1) as f64 * (1.0 + 3.0 * r) / values.len() as f64;
    (r + put_back).clamp(0.0, 0.99)
}

/// Drops the weakest change until all are believed: by its probability, then by its size. Probabilities come from the `scaled`
/// series, means from the `values`.
pub(crate) fn merge(values: &[f64], scaled: &[f64], splits: Vec<(usize, f64)>, ask: &Divisive) -> Vec<Change> {
    let mut places: Vec<usize> = splits.into_iter().map(|(at, _)| at).collect();
    let memory = if ask.memory { memory(scaled, &places) } else { 0.0 };
    let judge = |places: &[usize], k: usize| {
        let from = if k == 0 { 0 } else { places[k - 1] };
        let to = places.get(k + 1).copied().unwrap_or(values.len());
        let at = places[k];
        let level = |from: usize, to: usize| mean(values[from..to].iter().copied(), to - from);
        let p = between(Part::of(&scaled[from..at]), Part::of(&scaled[at..to]), memory);
        Change { index: at, before: level(from, at), after: level(at, to), p }
    };
    let mut changes: Vec<Change> = (0..places.len()).map(|k| judge(&places, k)).collect();
    loop {
        let Some(weakest) = by(&changes, |a, b| a.p.total_cmp(&b.p)) else { return changes };
        let drop = if changes[weakest].p < ask.p {
            match by(&changes, |a, b| size(b).total_cmp(&size(a))) {
                Some(smallest) if size(&changes[smallest]) <= ask.magnitude && ask.magnitude > 0.0 => smallest,
                _ => return changes,
            }
        } else {
            weakest
        };
        changes.remove(drop);
        places.remove(drop);
        // Only the neighbours of what is gone have other stretches now.
        for k in [drop.wrapping_sub(1), drop].into_iter().filter(|k| *k < places.len()) {
            changes[k] = judge(&places, k);
        }
    }
}

/// Changes that are large enough, without a merge step.
pub(crate) fn large_enough(values: &[f64], splits: Vec<(usize, f64)>, magnitude: f64) -> Vec<Change> {
    let ends: Vec<usize> = [0].into_iter().chain(splits.iter().map(|(at, _)| *at)).chain([values.len()]).collect();
    let level = |from: usize, to: usize| mean(values[from..to].iter().copied(), to - from);
    let changes = splits.iter().zip(ends.windows(3)).map(|((index, p), w)| Change {
        index: *index,
        before: level(w[0], w[1]),
        after: level(w[1], w[2]),
        p: *p,
    });
    changes.filter(|change| magnitude <= 0.0 || size(change) > magnitude).collect()
}

/// Place of the greatest by an order.
fn by(changes: &[Change], order: impl Fn(&Change, &Change) -> std::cmp::Ordering) -> Option<usize> {
    (0..changes.len()).max_by(|a, b| order(&changes[*a], &changes[*b]).then(b.cmp(a)))
}

/// The change as a share of the smaller mean; without measure if that is nought.
fn size(change: &Change) -> f64 {
    let smaller = change.before.abs().min(change.after.abs());
    let difference = (change.after - change.before).abs();
    if smaller > 0.0 { difference / smaller } else { f64::INFINITY }
}
