//! The lean answer: every number of a verdict, and no word before somebody asks for it.

use crate::false_alarm;
use crate::options::{Baseline, Chart, Direction, Options};
use crate::reason;
use crate::result::{Assurance, Judgement, Limits, Proposal, Signal};

/// The newest period in numbers. All is empty if that period has no value: unknown is neither a change nor steady.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Newest {
    /// Its place in the series.
    pub index: Option<usize>,
    /// Its value in the unit of the metric.
    pub value: Option<f64>,
    /// Why it is a signal, if it is one.
    pub signal: Option<Signal>,
    /// Better or worse; only for a signal.
    pub judgement: Option<Judgement>,
    /// How far beyond the limit, in sigmas; nought for rules 2 and 3 and for limits without width, at most a million.
    pub strength: f64,
    /// Index at which the pattern behind the signal began.
    pub since: Option<usize>,
    /// Index of the value before it.
    pub compared_with: Option<usize>,
    /// The value before it.
    pub before: Option<f64>,
    /// Whether it meets the target; none without either.
    pub target_met: Option<bool>,
    /// `Worse` if the target was met by the value before and is missed now, `Better` for the reverse.
    pub crossed: Option<Judgement>,
}

/// What the words need beside the public figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Facts {
    /// Periods since the newest value.
    pub(crate) age: usize,
    /// The newest value is a gap that still grows.
    pub(crate) open: bool,
    /// The whole of the newest value, on p and u charts.
    pub(crate) few: Option<f64>,
    /// A value of the baseline lies outside the limits it helped to set.
    pub(crate) unsettled: bool,
    /// The newest value is one of the baseline's own.
    pub(crate) own: bool,
    /// The newest value lies outside the limits, whether or not that counts.
    pub(crate) differs: bool,
    /// How many values the pattern behind the signal has.
    pub(crate) length: usize,
    /// How far the newest value is from the mean, in sigmas, above or below.
    pub(crate) distance: Option<f64>,
    /// Moving ranges behind the limits.
    pub(crate) ranges: usize,
}

/// Every number of the answer about one series. Words are made on demand, with the options that it was judged by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Kind of chart.
    pub chart: Chart,
    /// The direction it was judged by.
    pub direction: Direction,
    /// How many periods have a value.
    pub n: usize,
    /// Limits that hold for the newest value; none below five values.
    pub limits: Option<Limits>,
    /// The periods from which the limits come.
    pub baseline: Option<Baseline>,
    /// The newest period.
    pub newest: Newest,
    /// Limits against target.
    pub assurance: Assurance,
    /// A new baseline for a person to accept with a reason.
    pub proposed_baseline: Option<Baseline>,
    /// Why that baseline is proposed.
    pub proposal: Option<Proposal>,
    /// Probability that rule 1 calls the newest value a signal although nothing changed; nought if it was not judged.
    pub false_alarm: f64,
    /// The same for all rules in force.
    pub false_alarm_all_rules: f64,
    /// How many signals to expect among all judged points if nothing changed, by all rules in force.
    pub expected_false_alarms: f64,
    pub(crate) facts: Facts,
}

impl Figures {
    /// The difference in words: "243 higher", "unchanged", "first value", "no value".
    #[must_use]
    pub fn text(&self, options: &Options) -> String {
        reason::text(self, options)
    }

    /// Why it counts or does not: "signal: outside 352 to 458", "limits from the fifth sprint on".
    #[must_use]
    pub fn reason(&self, options: &Options) -> String {
        reason::reason(self, options)
    }

    /// The newest change as one sentence: "243 higher, worse; signal: outside 352 to 458."
    #[must_use]
    pub fn sentence(&self, options: &Options) -> String {
        reason::sentence(&self.text(options), self.newest.judgement, &self.reason(options))
    }

    /// What a reader should know about the limits, as sentences.
    #[must_use]
    pub fn notes(&self, options: &Options) -> Vec<String> {
        reason::notes(self, options)
    }

    /// Probability that a value as far from the mean as the newest, or a pattern like its signal, turns up although nothing
    /// changed. None if it was not judged. For ordering; see [`crate::discoveries`].
    #[must_use]
    pub fn chance(&self) -> Option<f64> {
        let limits = self.limits.as_ref().filter(|_| self.newest.index.is_some())?;
        Some(false_alarm::chance(self, limits))
    }
}
