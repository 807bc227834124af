//! How many of how many, with an interval; nothing of fewer than five. Pure.

use serde::Serialize;
use utoipa::ToSchema;

/// Reviews below which no share is told: one of them could be told apart.
pub const LEAST: usize = 5;

/// The method and level of every interval.
pub const INTERVAL: &str = "Wilson, 95 %";

/// So many of the reviews that answered.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[schema(as = ReviewShare)]
pub struct Share {
    /// Fewer than five reviews answered: nothing more is told.
    pub few: bool,
    /// Reviews that answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<usize>,
    /// How many of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k: Option<usize>,
    /// k of n, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// Lower end of the interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lower: Option<f64>,
    /// Upper end of the interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper: Option<f64>,
    /// Reviews that said that it does not apply; they are not among n.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_applicable: Option<usize>,
}

impl Share {
    /// `k` of `n`, and how many it does not apply to.
    #[must_use]
    pub fn of(k: usize, n: usize, not_applicable: usize) -> Self {
        if n < LEAST {
            return Self { few: true, n: None, k: None, share: None, lower: None, upper: None, not_applicable: None };
        }
        let wide = |x: usize| u64::try_from(x).unwrap_or(u64::MAX);
        let (lower, upper) = verdict::wilson(wide(k), wide(n));
        #[allow(clippy::cast_precision_loss, reason = "counts of reviews are far below 2^52")]
        let share = k as f64 / n as f64;
        Self {
            few: false,
            n: Some(n),
            k: Some(k),
            share: Some(share),
            lower: Some(lower),
            upper: Some(upper),
            not_applicable: Some(not_applicable),
        }
    }

    /// k and n, if they are told.
    #[must_use]
    pub fn counts(&self) -> Option<(usize, usize)> {
        self.k.zip(self.n)
    }

    /// Those of n that are not among k.
    #[must_use]
    pub fn rest(&self) -> Self {
        match (self.counts(), self.not_applicable) {
            (Some((k, n)), na) => Self::of(n - k, n, na.unwrap_or(0)),
            (None, _) => *self,
        }
    }

    /// "5 of 9, 56 %, 27 to 81 %", or that there are too few.
    #[must_use]
    pub fn words(&self) -> String {
        let (Some((k, n)), Some(share), Some(lower), Some(upper)) = (self.counts(), self.share, self.lower, self.upper) else {
            return format!("fewer than {LEAST} reviews");
        };
        format!("{k} of {n}, {} %, {} to {} %", percent(share), percent(lower), percent(upper))
    }
}

/// Whole per cent.
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{:.0}", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_has_its_base_and_its_interval() {
        let s = Share::of(5, 9, 2);
        assert_eq!((s.words().as_str(), s.not_applicable), ("5 of 9, 56 %, 27 to 81 %", Some(2)));
        assert_eq!(s.rest().words(), "4 of 9, 44 %, 19 to 73 %");
    }

    #[test]
    fn nothing_is_told_of_fewer_than_five() {
        for n in 0..LEAST {
            let s = Share::of(n, n, 3);
            assert_eq!((s.words().as_str(), s.counts(), s.not_applicable), ("fewer than 5 reviews", None, None));
            assert_eq!((s.rest(), serde_json::to_value(s).unwrap()), (s, serde_json::json!({ "few": true })));
        }
        assert!(!Share::of(0, 5, 0).few);
    }
}
