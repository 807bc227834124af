//! E-divisive means: where a dense series changed its level.
//!
//! Sources: D. S. Matteson and N. A. James 2014 (energy distance, split and right end, recursion, permutation test); Fleming and
//! others 2023, the "Hunter" paper (Student's t instead of permutations, a merge step). Ours: the sample standard deviation, the
//! test between the two parts that made the split, and the correction for values that resemble their neighbours.

mod energy;
mod merge;

use crate::engine;
use crate::error::Error;
use crate::options::Bounds;
use crate::seed::Xorshift;
use energy::Split;

/// From this many values a series is dense, and E-divisive says more than the rules of a chart.
pub const DENSE: usize = 30;

/// How a split is told from chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// Student's t between the two parts, then a merge step over all splits.
    Student,
    /// The share of shuffled stretches that split at least as well; no merge step. `p` can be no less than 1 / (rounds + 1).
    Permutation {
        /// How often each stretch is shuffled.
        rounds: u32,
        /// The same seed gives the same answer.
        seed: u64,
    },
}

/// What is asked of a dense series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Divisive {
    /// How a split is told from chance.
    pub test: Test,
    /// Greatest probability by chance at which a change is believed.
    pub p: f64,
    /// Least change that is told, as a share of the smaller of the two means; nought for any.
    pub magnitude: f64,
    /// Fewest values between two changes, at least two.
    pub least: usize,
    /// Fewest values of a series.
    pub fewest: usize,
    /// A longer series is looked at in windows of this many values, each half over the one before.
    pub window: usize,
    /// Whether values that resemble their neighbours count for less, as they should: else a slow wave is a string of changes.
    pub memory: bool,
}

impl Default for Divisive {
    fn default() -> Self {
        Self { test: Test::Student, p: 0.001, magnitude: 0.0, least: 5, fewest: DENSE, window: 1000, memory: true }
    }
}

/// A change of level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Index of the first value of the new level.
    pub index: usize,
    /// Mean since the change before.
    pub before: f64,
    /// Mean until the next change.
    pub after: f64,
    /// Probability of such a difference by chance.
    pub p: f64,
}

/// The changes of level in a dense series, oldest first. A missing period is left out, never filled.
///
/// # Errors
/// A value that is not finite or too large, with its index; fewer values than asked for; an ask that contradicts itself.
pub fn changes(values: &[Option<f64>], ask: &Divisive) -> Result<Vec<Change>, Error> {
    let sound = ask.p > 0.0 && ask.p < 1.0 && ask.magnitude >= 0.0 && ask.magnitude.is_finite();
    if !sound || ask.least < 2 || ask.window < 2 * ask.least {
        return Err(Error::Divisive);
    }
    let present = engine::check(values, Bounds::default())?;
    if present.n < ask.fewest {
        return Err(Error::NotDense { values: present.n, fewest: ask.fewest });
    }
    let (places, dense): (Vec<usize>, Vec<f64>) =
        values.iter().enumerate().filter_map(|(index, value)| Some((index, (*value)?))).unzip();
    let scaled = scaled(&dense);
    let splits = split(&scaled, ask);
    let kept = match ask.test {
        Test::Student => merge::merge(&dense, &scaled, splits, ask),
        Test::Permutation { .. } => merge::large_enough(&dense, splits, ask.magnitude),
    };
    Ok(kept.into_iter().map(|change| Change { index: places[change.index], ..change }).collect())
}

/// Where a series most likely changed its level, if it did at all: the split with the greatest energy distance, with at least
/// `least` values on either side. For the question "since when" after a signal; it is no test.
///
/// # Errors
/// A value that is not finite or too large, with its index.
pub fn likeliest_start(values: &[Option<f64>], least: usize) -> Result<Option<usize>, Error> {
    engine::check(values, Bounds::default())?;
    let (places, dense): (Vec<usize>, Vec<f64>) =
        values.iter().enumerate().filter_map(|(index, value)| Some((index, (*value)?))).unzip();
    let whole = energy::Energy::default().split_whole(&scaled(&dense), least.max(2));
    Ok(whole.map(|at| places[at]))
}

/// Probability of a difference like that between the means of two samples by chance: Student's t, two-sided, equal variance, sample
/// standard deviation. 1 if it cannot be told.
///
/// # Errors
/// A number that is not finite or too large, with its index in `left` followed by `right`.
pub fn chance_of_difference(left: &[f64], right: &[f64]) -> Result<f64, Error> {
    let both: Vec<_> = left.iter().chain(right).copied().map(Some).collect();
    engine::check(&both, Bounds::default())?;
    let scaled = scaled(&both.into_iter().flatten().collect::<Vec<_>>());
    Ok(merge::plain(&scaled[..left.len()], &scaled[left.len()..]))
}

/// The same series moved and stretched to lie between nought and one, so that sums of distances neither overflow nor vanish.
/// Neither energy distances nor t see the difference.
fn scaled(values: &[f64]) -> Vec<f64> {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let width = high - low;
    if width > 0.0 { values.iter().map(|x| (x - low) / width).collect() } else { vec![0.0; values.len()] }
}

/// Splits window after window; the places of all splits in order.
fn split(values: &[f64], ask: &Divisive) -> Vec<(usize, f64)> {
    let mut energy = energy::Energy::default();
    let mut shuffle = match ask.test {
        Test::Permutation { seed, .. } => Xorshift::new(seed),
        Test::Student => Xorshift::new(0),
    };
    let mut out: Vec<(usize, f64)> = Vec::new();
    let mut start = 0;
    while start < values.len() {
        let end = (start + ask.window).min(values.len());
        let mut found = split_window(&values[start..end], ask, &mut energy, &mut shuffle);
        found.iter_mut().for_each(|(at, _)| *at += start);
        let last = found.last().map_or(0, |(at, _)| *at);
        out.append(&mut found);
        if end == values.len() {
            break;
        }
        // A window begins at the last change at the earliest, so that none is found twice.
        start = last.max(start + ask.window / 2);
    }
    out
}

/// Splits one window again and again, as long as a split is not by chance.
fn split_window(values: &[f64], ask: &Divisive, energy: &mut energy::Energy, shuffle: &mut Xorshift) -> Vec<(usize, f64)> {
    let mut out = Vec::new();
    let mut open = vec![(0, values.len())];
    while let Some((start, end)) = open.pop() {
        let Some(best) = energy.split(&values[start..end], ask.least) else { continue };
        let p = match ask.test {
            Test::Student => merge::plain(&values[start..start + best.at], &values[start + best.at..start + best.end]),
            Test::Permutation { rounds, .. } => permuted(&values[start..end], best, rounds, ask.least, energy, shuffle),
        };
        if p < ask.p {
            let at = start + best.at;
            out.push((at, p));
            open.extend([(start, at), (at, end)]);
        }
    }
    out.sort_by_key(|(at, _)| *at);
    out
}

/// The share of shuffled stretches that split at least as well as the stretch itself, which counts as one of them.
fn permuted(values: &[f64], best: Split, rounds: u32, least: usize, energy: &mut energy::Energy, shuffle: &mut Xorshift) -> f64 {
    let mut deck = values.to_vec();
    let mut as_good = 1_u32;
    for _ in 0..rounds {
        for last in (1..deck.len()).rev() {
            deck.swap(last, shuffle.below(last + 1));
        }
        as_good += u32::from(energy.split(&deck, least).is_some_and(|split| split.q >= best.q));
    }
    f64::from(as_good) / (f64::from(rounds) + 1.0)
}

#[cfg(test)]
mod tests;
