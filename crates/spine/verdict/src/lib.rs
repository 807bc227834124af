//! What counts as a change: process behaviour charts and their rules.
//!
//! A pure library: values in, a verdict with its reason in words out; no clock and no input or output. See the README of this crate
//! for the formulas and their sources.

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
