//! What a chart is asked: direction, target, bounds, baseline and the words it speaks.

use serde::{Deserialize, Serialize};

use crate::error::{Error, MAX_MAGNITUDE};

/// Which way is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// More is better.
    Up,
    /// Less is better.
    Down,
    /// Nearer to the target band is better.
    Range,
    /// Neither; a signal is neutral.
    #[default]
    None,
}

/// Kind of chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Chart {
    /// XmR: one measured value for each period.
    #[default]
    Individuals,
    /// p chart: so many of so many.
    Proportion,
    /// c chart: counts over equal opportunity.
    Count,
    /// u chart: counts over unequal opportunity.
    Rate,
    /// t chart: the time between rare events.
    Gap,
    /// g chart: the number of chances between rare events.
    #[serde(rename = "gap_count")]
    GapCount,
}

/// What the metric should reach, in its own unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// This or less.
    AtMost(f64),
    /// This or more.
    AtLeast(f64),
    /// From `low` to `high`, both included.
    Band {
        /// Least that meets the target.
        low: f64,
        /// Greatest that meets the target.
        high: f64,
    },
}

impl Target {
    /// Whether `value` meets the target; the edge itself meets it.
    #[must_use]
    pub fn met(self, value: f64) -> bool {
        let (low, high) = self.span();
        low <= value && value <= high
    }

    /// Least and greatest value that meet the target; an open end is infinite and is never handed out.
    pub(crate) fn span(self) -> (f64, f64) {
        match self {
            Self::AtMost(most) => (f64::NEG_INFINITY, most),
            Self::AtLeast(least) => (least, f64::INFINITY),
            Self::Band { low, high } => (low, high),
        }
    }
}

/// The stretch of periods from which limits are computed, as indices into the series. Frozen by a person, or the first
/// twelve values when nobody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// First period.
    pub from: usize,
    /// Number of periods; one without a value counts as a period but not as a value.
    pub len: usize,
}

impl Baseline {
    /// First index after the baseline.
    #[must_use]
    pub fn end(self) -> usize {
        self.from.saturating_add(self.len)
    }

    /// Whether the period at `index` belongs to it.
    #[must_use]
    pub fn holds(self, index: usize) -> bool {
        (self.from..self.end()).contains(&index)
    }
}

/// What the quantity can be at all: nought below for a duration, 0 and 100 for a percentage.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Bounds {
    /// Least possible value.
    pub min: Option<f64>,
    /// Greatest possible value.
    pub max: Option<f64>,
}

/// Scale on which limits are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transform {
    /// The values as they are.
    #[default]
    None,
    /// Natural logs, for durations and cost, which are skewed. Centre and limits are given back in the metric's unit.
    Log,
}

/// How a series is judged and worded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Which way is good.
    pub direction: Direction,
    /// What should be reached, if anything was agreed.
    pub target: Option<Target>,
    /// What the quantity can be.
    pub bounds: Bounds,
    /// A frozen baseline; without one the first twelve values serve.
    pub baseline: Option<Baseline>,
    /// Decimals in which the metric is shown.
    pub decimals: u8,
    /// Unit of the metric; differences of "%" are called points.
    pub unit: String,
    /// What one period is called, in the singular: "sprint".
    pub period_noun: String,
    /// Scale of the limits; only for [`crate::individuals`].
    pub transform: Transform,
    /// Multiplier of shares and rates: 1, 100 for per cent, 1000 for "per 1,000". Not used by the other charts.
    pub per: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            direction: Direction::None,
            target: None,
            bounds: Bounds::default(),
            baseline: None,
            decimals: 0,
            unit: String::new(),
            period_noun: "period".to_owned(),
            transform: Transform::None,
            per: 1.0,
        }
    }
}

impl Options {
    /// Refuses options that contradict themselves or do not fit a series of `len` periods.
    pub(crate) fn check(&self, len: usize) -> Result<(), Error> {
        let sound = |x: f64| x.is_finite() && x.abs() <= MAX_MAGNITUDE;
        let target_sound = match self.target {
            None => true,
            Some(Target::AtMost(t) | Target::AtLeast(t)) => sound(t),
            Some(Target::Band { low, high }) => sound(low) && sound(high) && low <= high,
        };
        if !target_sound {
            return Err(Error::Target);
        }
        let Bounds { min, max } = self.bounds;
        let upside_down = matches!((min, max), (Some(low), Some(high)) if low > high);
        if upside_down || min.into_iter().chain(max).any(|bound| !sound(bound)) {
            return Err(Error::Bounds);
        }
        if !(self.per.is_finite() && self.per > 0.0 && self.per <= 1e12) {
            return Err(Error::Per);
        }
        match self.baseline {
            Some(baseline) if baseline.len == 0 || baseline.end() > len => Err(Error::BaselineOutside { end: baseline.end(), len }),
            _ => Ok(()),
        }
    }
}
