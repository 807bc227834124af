//! Before and after: how much a number has moved between two windows, with a 95 % interval.
//!
//! Three kinds of observations, a method for each: amounts and durations by the shift after Hodges and Lehmann, shares by
//! Newcombe's difference of two proportions, events by the exact ratio of two Poisson rates. All figures are "after against
//! before", so what is above nought (or above one, for a ratio) is higher after.

mod amounts;
mod events;
mod shares;
mod words;

pub use words::Wording;

use serde::{Deserialize, Serialize};

use crate::error::{Error, MAX_MAGNITUDE};

/// Observations a side from which an interval is given; below it there are figures only.
pub const FEWEST_A_SIDE: u64 = 5;
/// Observations a side from which a change is told in per cent.
pub const FEWEST_FOR_PERCENT: u64 = 20;
/// Amounts a side at most: all pairs of them are looked at.
pub const MOST_A_SIDE: usize = 2_000;

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Those that are counted.
    pub k: u64,
    /// All of them.
    pub n: u64,
}

/// So many events over so much time or work.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Events {
    /// How many.
    pub count: u64,
    /// Over how much: periods, requests, hours; above nought.
    pub exposure: f64,
    /// In how many periods they were counted.
    pub periods: u64,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sides<'a> {
    /// Durations or amounts, one for each event or period.
    Amounts {
        /// Before, in any order.
        before: &'a [f64],
        /// After, in any order.
        after: &'a [f64],
    },
    /// Proportions.
    Shares {
        /// Before.
        before: Share,
        /// After.
        after: Share,
    },
    /// Counts.
    Events {
        /// Before.
        before: Events,
        /// After.
        after: Events,
    },
}

/// How the effect was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Median of all differences between a value after and a value before; interval by the distribution of the rank sum.
    HodgesLehmann,
    /// Difference of two proportions; interval from their Wilson intervals.
    Newcombe,
    /// Ratio of two rates; interval exact, given how many events there were in all.
    PoissonRatio,
}

/// One window.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// Observations: amounts, or all those of which a share was counted, or periods in which events were.
    pub n: u64,
    /// Median of the amounts, share between 0 and 1, events for one unit of exposure. None if there is nothing.
    pub figure: Option<f64>,
    /// Those counted, for shares and events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
}

/// A 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower end.
    pub lower: f64,
    /// Upper end; none if nothing bounds it (a ratio to no events at all).
    pub upper: Option<f64>,
}

/// What may be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// Fewer than five observations on a side, or nothing to divide by.
    TooFew,
    /// Higher after: the interval lies above "no change".
    Higher,
    /// Lower after.
    Lower,
    /// The interval holds "no change".
    NoChange,
}

/// What a number did between two windows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// How it was found.
    pub method: Method,
    /// The window before.
    pub before: Side,
    /// The window after.
    pub after: Side,
    /// Shift in the unit of the amounts, difference of shares (between -1 and 1), ratio of rates. None below five a side.
    pub effect: Option<f64>,
    /// Its 95 % interval.
    pub interval: Option<Interval>,
    /// The same in per cent of before; none below twenty a side.
    pub percent: Option<f64>,
    /// What may be said.
    pub finding: Finding,
}

impl Effect {
    /// What the effect is when nothing has changed: nought, or one for a ratio.
    fn none(method: Method) -> f64 {
        if method == Method::PoissonRatio { 1.0 } else { 0.0 }
    }

    fn of(method: Method, sides: (Side, Side), found: Option<(Option<f64>, Interval)>, percent: Option<f64>) -> Self {
        let none = Self::none(method);
        let finding = match found {
            None => Finding::TooFew,
            Some((_, i)) if i.lower > none => Finding::Higher,
            Some((_, i)) if i.upper.is_some_and(|u| u < none) => Finding::Lower,
            Some(_) => Finding::NoChange,
        };
        let (before, after) = sides;
        let interval = found.map(|(_, i)| i);
        Self { method, before, after, effect: found.and_then(|(e, _)| e), interval, percent, finding }
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn float(n: u64) -> f64 {
    n as f64
}

/// Compares two windows.
///
/// # Errors
/// An amount that is not finite or too large, by its place (those after count on from those before); more than
/// [`MOST_A_SIDE`] of them; a part that is greater than its whole; an exposure that is not above nought.
pub fn compare(sides: &Sides<'_>) -> Result<Effect, Error> {
    match *sides {
        Sides::Amounts { before, after } => {
            let most = before.len().max(after.len());
            if most > MOST_A_SIDE {
                return Err(Error::TooMany { values: most, most: MOST_A_SIDE });
            }
            for (index, value) in before.iter().chain(after).enumerate() {
                if !value.is_finite() {
                    return Err(Error::NotFinite { index });
                }
                if value.abs() > MAX_MAGNITUDE {
                    return Err(Error::TooLarge { index });
                }
            }
            Ok(amounts::effect(before, after))
        }
        Sides::Shares { before, after } => {
            for (index, side) in [before, after].iter().enumerate() {
                if side.k > side.n {
                    return Err(Error::NotAShare { index });
                }
            }
            Ok(shares::effect(before, after))
        }
        Sides::Events { before, after } => {
            for (index, side) in [before, after].iter().enumerate() {
                if !(side.exposure.is_finite() && side.exposure > 0.0) {
                    return Err(Error::NotAShare { index });
                }
            }
            Ok(events::effect(before, after))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_compared_is_refused_with_its_place() {
        let bad = Sides::Amounts { before: &[1.0, 2.0], after: &[f64::NAN] };
        assert_eq!(compare(&bad), Err(Error::NotFinite { index: 2 }));
        assert_eq!(compare(&Sides::Amounts { before: &[1e101], after: &[] }), Err(Error::TooLarge { index: 0 }));
        let many = vec![1.0; MOST_A_SIDE + 1];
        assert!(matches!(compare(&Sides::Amounts { before: &many, after: &[] }), Err(Error::TooMany { .. })));
        let shares = Sides::Shares { before: Share { k: 1, n: 2 }, after: Share { k: 3, n: 2 } };
        assert_eq!(compare(&shares), Err(Error::NotAShare { index: 1 }));
        let none = Events { count: 1, exposure: 0.0, periods: 5 };
        assert_eq!(compare(&Sides::Events { before: none, after: none }), Err(Error::NotAShare { index: 0 }));
    }

    #[test]
    fn nothing_at_all_is_too_few() {
        let e = compare(&Sides::Amounts { before: &[], after: &[] }).unwrap();
        assert_eq!((e.finding, e.before.figure, e.effect), (Finding::TooFew, None, None));
        let zero = Share { k: 0, n: 0 };
        let e = compare(&Sides::Shares { before: zero, after: zero }).unwrap();
        assert_eq!((e.finding, e.after.figure), (Finding::TooFew, None));
    }
}
