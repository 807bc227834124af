//! Why a series was refused. Every error names the place, so that a person can mend it.

use std::fmt;

/// The greatest magnitude of a value that is taken; beyond it sums could overflow.
pub const MAX_MAGNITUDE: f64 = 1e100;

/// A series or its options were refused. `index` counts from nought, as in the input.
#[derive(Debug, Clone, PartialEq)]
pub enum Error {
    /// The value is NaN or infinite.
    NotFinite {
        /// Place in the series.
        index: usize,
    },
    /// The value is further from nought than [`MAX_MAGNITUDE`].
    TooLarge {
        /// Place in the series.
        index: usize,
    },
    /// The value lies outside the natural bounds of its quantity.
    OutsideBounds {
        /// Place in the series.
        index: usize,
        /// The value that was refused.
        value: f64,
    },
    /// A chart on logs met a value that is not above nought.
    NotPositive {
        /// Place in the series.
        index: usize,
        /// The value that was refused.
        value: f64,
    },
    /// A part is greater than its whole, one of them is negative, or the whole is next to nothing.
    NotAShare {
        /// Place in the series.
        index: usize,
    },
    /// An event is before the one ahead of it.
    OutOfOrder {
        /// Place in the list of events.
        index: usize,
    },
    /// The baseline reaches outside the series or has no length.
    BaselineOutside {
        /// First index after the baseline.
        end: usize,
        /// Length of the series.
        len: usize,
    },
    /// The baseline holds fewer than five values.
    BaselineShort {
        /// How many it holds.
        values: usize,
    },
    /// The target is not a number, or its band is upside down.
    Target,
    /// A bound is not a number, or the least is above the greatest.
    Bounds,
    /// The multiplier of a share or rate is not a number above nought.
    Per,
    /// The share of an EWMA is not above nought and at most one.
    Share,
    /// What is asked of a dense series contradicts itself.
    Divisive,
    /// A series is too short to look for changes of level.
    NotDense {
        /// How many values it has.
        values: usize,
        /// How many it needs.
        fewest: usize,
    },
    /// More amounts on a side of a comparison than all pairs of can be looked at.
    TooMany {
        /// How many there are.
        values: usize,
        /// How many are taken.
        most: usize,
    },
}

impl Error {
    /// Place of the fault in the series, where the fault is one value.
    #[must_use]
    pub fn index(&self) -> Option<usize> {
        match self {
            Self::NotFinite { index }
            | Self::TooLarge { index }
            | Self::OutsideBounds { index, .. }
            | Self::NotPositive { index, .. }
            | Self::NotAShare { index }
            | Self::OutOfOrder { index } => Some(*index),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFinite { index } => {
                write!(f, "the value at index {index} is not a finite number; leave it out or correct it")
            }
            Self::TooLarge { index } => {
                write!(f, "the value at index {index} is too large: at most {MAX_MAGNITUDE:e} is taken")
            }
            Self::OutsideBounds { index, value } => write!(
                f,
                "the value at index {index} is {value}, outside what the quantity can be; correct the value or the bounds"
            ),
            Self::NotPositive { index, value } => {
                write!(f, "the value at index {index} is {value}, and logs need values above 0; correct it or use no transform")
            }
            Self::NotAShare { index } => {
                write!(
                    f,
                    "at index {index} the part must be from 0 to the whole (a rate: from 0), and the whole 0 or at least 1e-12"
                )
            }
            Self::OutOfOrder { index } => {
                write!(f, "the event at index {index} is earlier than the one before it; put the events in order of time")
            }
            Self::BaselineOutside { end, len } => {
                write!(f, "the baseline must have a length and end within the series: it ends at {end} of {len}")
            }
            Self::BaselineShort { values } => {
                write!(f, "the baseline holds {values} values and needs at least 5")
            }
            Self::Target => write!(f, "the target must be a finite number, and a band must go from low to high"),
            Self::Bounds => write!(f, "the bounds must be finite numbers, the least no greater than the greatest"),
            Self::Per => write!(f, "the multiplier of a share or rate must be a finite number above 0"),
            Self::Share => write!(f, "the share of the newest value in an average must be above 0 and at most 1"),
            Self::Divisive => write!(
                f,
                "changes of level need a probability between 0 and 1, a magnitude from 0, at least 2 values between two changes and a \
                 window of at least twice that"
            ),
            Self::NotDense { values, fewest } => {
                write!(f, "{values} values are too few to look for changes of level; {fewest} are needed")
            }
            Self::TooMany { values, most } => {
                write!(
                    f,
                    "{values} amounts on one side are too many to compare; at most {most} are taken, so choose a shorter window"
                )
            }
        }
    }
}

impl std::error::Error for Error {}
