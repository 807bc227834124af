//! Lead times as a handful of figures.

/// A distribution of lead times, in whole seconds as they came and in days as they are shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leads {
    /// How many lead times there are; at least one.
    pub n: u64,
    /// How many are below zero (a commit dated after the tag that contains it); they are kept, not dropped.
    pub negative: u64,
    /// Arithmetic mean in seconds.
    pub mean_s: f64,
    /// Middle value in seconds; of two middle values their mean.
    pub median_s: f64,
    /// Value in seconds at rank floor(0.85 (n - 1)), counted from 0: always a lead time that was measured.
    pub p85_s: i64,
    /// Value in seconds at rank floor(0.90 (n - 1)), counted from 0.
    pub p90_s: i64,
}

/// Seconds in a day, by which lead times in days are made.
pub(crate) const DAY: f64 = 86_400.0;

impl Leads {
    /// Figures of lead times in seconds, in any order; `None` for none, because no data is never 0.
    pub fn of(mut seconds: Vec<i64>) -> Option<Self> {
        seconds.sort_unstable();
        let n = seconds.len();
        let upper = *seconds.get(n / 2)?;
        let lower = if n.is_multiple_of(2) { seconds[n / 2 - 1] } else { upper };
        let sum: i128 = seconds.iter().map(|s| i128::from(*s)).sum();
        Some(Self {
            n: n as u64,
            negative: seconds.iter().take_while(|s| **s < 0).count() as u64,
            mean_s: sum as f64 / n as f64,
            median_s: (i128::from(lower) + i128::from(upper)) as f64 / 2.0,
            p85_s: seconds[(n - 1) * 85 / 100],
            p90_s: seconds[(n - 1) * 90 / 100],
        })
    }

    /// The median in days of 86,400 seconds.
    pub fn median_days(&self) -> f64 {
        self.median_s / DAY
    }

    /// The 85th percentile in days.
    pub fn p85_days(&self) -> f64 {
        self.p85_s as f64 / DAY
    }

    /// The 90th percentile in days.
    pub fn p90_days(&self) -> f64 {
        self.p90_s as f64 / DAY
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn even_and_odd_counts() {
        let one = Leads::of(vec![7]).unwrap();
        assert_eq!((one.n, one.median_s, one.p85_s, one.p90_s), (1, 7.0, 7, 7));
        let four = Leads::of(vec![40, -10, 20, 30]).unwrap();
        assert_eq!((four.median_s, four.negative, four.mean_s, four.p90_s), (25.0, 1, 20.0, 30));
        let eleven = Leads::of((0..11).rev().map(|x| x * 86_400).collect()).unwrap();
        assert_eq!((eleven.median_days(), eleven.p85_days(), eleven.p90_days()), (5.0, 8.0, 9.0));
        assert_eq!(Leads::of(vec![]), None);
    }

    proptest! {
        #[test]
        fn figures_keep_their_order(list in prop::collection::vec(-5_000_i64..5_000_000, 1..80)) {
            let leads = Leads::of(list.clone()).unwrap();
            prop_assert!(leads.p85_s <= leads.p90_s);
            prop_assert!(list.contains(&leads.p85_s) && list.contains(&leads.p90_s));
            let below = list.iter().filter(|s| (**s as f64) < leads.median_s).count();
            let above = list.iter().filter(|s| (**s as f64) > leads.median_s).count();
            prop_assert!(below * 2 <= list.len() && above * 2 <= list.len());
        }
    }
}
