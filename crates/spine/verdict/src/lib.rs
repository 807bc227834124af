#![doc = include_str!("../README.md")]

mod attributes;
mod baseline;
mod engine;
mod error;
mod false_alarm;
mod individuals;
mod json;
mod judge;
mod limits;
mod options;
mod reason;
mod result;
mod rules;
pub mod words;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod testing;

pub use attributes::{FEW, Ratio, counts, proportions, rates};
pub use baseline::{FEWEST, SETTLED};
pub use error::{Error, MAX_MAGNITUDE};
pub use individuals::individuals;
pub use json::{PointJson, VerdictJson};
pub use limits::{D2, D4, MIN_RANGES};
pub use options::{Baseline, Bounds, Chart, Direction, Options, Target, Transform};
pub use result::{Assurance, Judgement, LastChange, Limits, Point, Signal, Verdict};
pub use rules::RUN;
