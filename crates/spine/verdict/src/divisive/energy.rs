//! The split of a stretch with the greatest energy distance.

/// The best split of a stretch: the values before `at` against those from `at` to before `end`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Split {
    pub(crate) at: usize,
    pub(crate) end: usize,
    /// Scaled energy distance.
    pub(crate) q: f64,
}

/// Buffers that one stretch after another uses.
#[derive(Debug, Default)]
pub(crate) struct Energy {
    /// Sum of distances among the values before each place.
    left: Vec<f64>,
    /// Sum of distances among the values from each place to the present end.
    right: Vec<f64>,
    /// 1 / k.
    inverse: Vec<f64>,
}

impl Energy {
    /// The best of all splits and right ends that leave `least` values on either side (at least two). None if the stretch is too
    /// short.
    ///
    /// With m values on the left, n on the right, and D the mean distance of pairs, q = m n / (m + n) (2 D(left, right) - D(left) -
    /// D(right)). Sums of distances are carried from one right end to the next, so that time grows with the square of the length
    /// and room with the length.
    pub(crate) fn split(&mut self, values: &[f64], least: usize) -> Option<Split> {
        self.search(values, least, 2 * least)
    }

    /// The best split of the whole stretch, with its end as the only right end.
    pub(crate) fn split_whole(&mut self, values: &[f64], least: usize) -> Option<usize> {
        self.search(values, least, values.len()).map(|split| split.at)
    }

    fn search(&mut self, values: &[f64], least: usize, first_end: usize) -> Option<Split> {
        let n = values.len();
        if n < 2 * least {
            return None;
        }
        self.prepare(n);
        let mut best: Option<Split> = None;
        for end in 1..=n {
            let newest = values[end - 1];
            // Distances of the newest value to those before it, summed up from the nearest to the farthest.
            let mut sum = 0.0;
            for (value, right) in values[..end - 1].iter().zip(&mut self.right[..end - 1]).rev() {
                sum += (newest - value).abs();
                *right += sum;
            }
            self.left[end] = self.left[end - 1] + sum;
            if end >= first_end {
                let split = self.best_at(end, least);
                if best.is_none_or(|b| split.q > b.q) {
                    best = Some(split);
                }
            }
        }
        best
    }

    fn prepare(&mut self, n: usize) {
        self.left.clear();
        self.left.resize(n + 1, 0.0);
        self.right.clear();
        self.right.resize(n, 0.0);
        for k in self.inverse.len()..=n {
            self.inverse.push(if k == 0 { 0.0 } else { 1.0 / k as f64 });
        }
    }

    /// The best split for one right end; of equal ones the first.
    #[inline]
    fn best_at(&self, end: usize, least: usize) -> Split {
        let all = self.left[end];
        let mut best = (f64::NEG_INFINITY, least);
        for at in least..=end - least {
            let (left, right) = (self.left[at], self.right[at]);
            let (m, n) = (at as f64, (end - at) as f64);
            let across = all - left - right;
            let q = across - left * n * self.inverse[at - 1] - right * m * self.inverse[end - at - 1];
            if q > best.0 {
                best = (q, at);
            }
        }
        Split { at: best.1, end, q: 2.0 * best.0 * self.inverse[end] }
    }
}
