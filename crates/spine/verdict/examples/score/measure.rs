//! The measure of the Turing Change Point Dataset's benchmark: F1 with a margin, over several annotators.
//!
//! Source: G. J. J. van den Burg and C. K. I. Williams 2020. The start of the series counts as a change for everybody; precision is
//! against the marks of all annotators together, recall is the mean over annotators; a mark and a change match within five places, each
//! once, nearest first.

/// Places by which a change may miss the mark.
pub(crate) const MARGIN: usize = 5;

/// How well changes agree with the annotators.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Score {
    pub(crate) precision: f64,
    pub(crate) recall: f64,
}

impl Score {
    pub(crate) fn f1(self) -> f64 {
        let sum = self.precision + self.recall;
        if sum > 0.0 { 2.0 * self.precision * self.recall / sum } else { 0.0 }
    }
}

/// How many of the marks have a change of their own near them.
fn matched(marks: &[usize], changes: &[usize]) -> usize {
    let mut left = changes.to_vec();
    let mut count = 0;
    for mark in marks {
        let near = left.iter().enumerate().filter(|(_, c)| c.abs_diff(*mark) <= MARGIN);
        if let Some((place, _)) = near.min_by_key(|(_, c)| (c.abs_diff(*mark), **c)) {
            left.remove(place);
            count += 1;
        }
    }
    count
}

fn with_start(marks: impl IntoIterator<Item = usize>) -> Vec<usize> {
    let mut all: Vec<usize> = std::iter::once(0).chain(marks).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Scores the changes of one series.
pub(crate) fn score(annotators: &[Vec<usize>], changes: &[usize]) -> Score {
    let changes = with_start(changes.iter().copied());
    let together = with_start(annotators.iter().flatten().copied());
    let recall = |marks: &Vec<usize>| {
        let marks = with_start(marks.iter().copied());
        matched(&marks, &changes) as f64 / marks.len() as f64
    };
    Score {
        precision: matched(&together, &changes) as f64 / changes.len() as f64,
        recall: annotators.iter().map(recall).sum::<f64>() / annotators.len().max(1) as f64,
    }
}
