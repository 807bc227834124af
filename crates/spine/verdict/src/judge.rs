//! The workbench: judges one series after another without asking for memory each time.

use crate::attributes::{self, Ratio};
use crate::engine::{self, Fitted, Series};
use crate::error::Error;
use crate::figures::Figures;
use crate::gaps;
use crate::individuals;
use crate::options::Options;
use crate::result::{Point, Signal, Verdict};

/// Judges series one after another and keeps its buffers between them. The answer is [`Figures`]; the signals of the points are
/// kept until the next series.
///
/// A review of thousands of metrics wants the numbers of all and the words of few: this is for it. [`crate::individuals`] and its
/// siblings are the same with all words made.
#[derive(Debug, Default)]
pub struct Judge {
    pub(crate) shown: Vec<Option<f64>>,
    pub(crate) work: Vec<Option<f64>>,
    pub(crate) wholes: Vec<f64>,
    pub(crate) signals: Vec<Option<Signal>>,
}

impl Judge {
    /// An empty workbench.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Signals of the series that was judged last, one place for each period.
    #[must_use]
    pub fn signals(&self) -> &[Option<Signal>] {
        &self.signals
    }

    /// As [`crate::individuals`].
    ///
    /// # Errors
    /// The same.
    pub fn individuals(&mut self, values: &[Option<f64>], options: &Options) -> Result<Figures, Error> {
        individuals::judge(self, values, options, |_, _| ()).map(|(figures, ())| figures)
    }

    /// As [`crate::counts`].
    ///
    /// # Errors
    /// The same.
    pub fn counts(&mut self, values: &[Option<f64>], options: &Options) -> Result<Figures, Error> {
        attributes::judge_counts(self, values, options, |_, _| ()).map(|(figures, ())| figures)
    }

    /// As [`crate::proportions`].
    ///
    /// # Errors
    /// The same.
    pub fn proportions(&mut self, values: &[Option<Ratio>], options: &Options) -> Result<Figures, Error> {
        attributes::judge_proportions(self, values, options, |_, _| ()).map(|(figures, ())| figures)
    }

    /// As [`crate::rates`].
    ///
    /// # Errors
    /// The same.
    pub fn rates(&mut self, values: &[Option<Ratio>], options: &Options) -> Result<Figures, Error> {
        attributes::judge_rates(self, values, options, |_, _| ()).map(|(figures, ())| figures)
    }

    /// As [`crate::gaps()`].
    ///
    /// # Errors
    /// The same.
    pub fn gaps(&mut self, closed: &[Option<f64>], open: Option<f64>, options: &Options) -> Result<Figures, Error> {
        gaps::judge_gaps(self, closed, open, options, |_, _| ()).map(|(figures, ())| figures)
    }

    /// As [`crate::gap_counts`].
    ///
    /// # Errors
    /// The same.
    pub fn gap_counts(&mut self, closed: &[Option<f64>], open: Option<f64>, options: &Options) -> Result<Figures, Error> {
        gaps::judge_gap_counts(self, closed, open, options, |_, _| ()).map(|(figures, ())| figures)
    }
}

/// What a caller wants of the series while it stands on the workbench: the bands of each period, or nothing.
pub(crate) type Bands = Vec<Option<(f64, f64)>>;

/// Bands for a chart with points.
pub(crate) fn all_bands(series: &Series<'_>, fitted: Option<Fitted>) -> Bands {
    engine::bands(series, fitted).collect()
}

/// A verdict with all its words.
pub(crate) fn worded(
    shown: impl Iterator<Item = Option<f64>>,
    signals: &[Option<Signal>],
    (figures, bands): (Figures, Bands),
    options: &Options,
) -> Verdict {
    let points = shown.zip(signals).zip(bands).enumerate();
    let points = points.map(|(index, ((value, signal), band))| Point { index, value, signal: *signal, band });
    Verdict::of(&figures, points.collect(), options)
}
