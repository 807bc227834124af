//! What a chart answers.

use serde::{Deserialize, Serialize};

use crate::figures::Figures;
use crate::options::{Baseline, Chart, Direction, Options};
use crate::reason;
use crate::words;

/// Natural process limits in the unit of the metric.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Mean of the baseline; the geometric mean on logs; the pooled share or rate on p and u charts; on a t chart the usual gap
    /// (the mean of the transformed gaps, in their unit).
    pub centre: f64,
    /// Lower limit, after clipping.
    pub lower: f64,
    /// Upper limit, after clipping.
    pub upper: f64,
    /// Mean moving range on the scale of the chart (logs of the value on logs, gap^(1/3.6) on a t chart); nought on p, c, u and g
    /// charts, which have none.
    pub mr_mean: f64,
    /// Upper limit of a moving range, 3.267 times its mean, on the same scale.
    pub mr_limit: f64,
    /// How many values they come from.
    pub n: usize,
    /// They come from fewer than twelve values, so only rule 1 is used.
    pub provisional: bool,
    /// The lower limit stops where the quantity ends.
    pub clipped_low: bool,
    /// The upper limit stops where the quantity ends.
    pub clipped_high: bool,
    /// The values behind them do not vary at all, so they have no width.
    pub flat: bool,
}

/// Why a value is a signal. Where several rules hold, the first of this order is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// Rule 1: above the upper limit.
    OutsideAbove,
    /// Rule 1: below the lower limit.
    OutsideBelow,
    /// Rule 2: at least the eighth value in a row above the mean.
    RunAbove,
    /// Rule 2: at least the eighth value in a row below the mean.
    RunBelow,
    /// Rule 3: this and at least two of the three values before it are nearer to the upper limit than to the mean.
    NearUpper,
    /// Rule 3: the same at the lower limit.
    NearLower,
}

impl Signal {
    /// Whether it points above the mean.
    #[must_use]
    pub fn is_above(self) -> bool {
        matches!(self, Self::OutsideAbove | Self::RunAbove | Self::NearUpper)
    }
}

/// One period of the series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Place in the series.
    pub index: usize,
    /// Its value, in the unit of the metric; none for a period without data.
    pub value: Option<f64>,
    /// Why it is a signal, if it is one. Periods before the baseline are not judged.
    pub signal: Option<Signal>,
    /// Limits at this period, lower and upper; none before the baseline. They differ from period to period on p and u charts.
    pub band: Option<(f64, f64)>,
}

/// A signal in the light of the metric's direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Judgement {
    /// A change for the better.
    Better,
    /// A change for the worse.
    Worse,
    /// A change that the direction does not judge.
    Neutral,
}

impl Judgement {
    /// "better", "worse" or "neither better nor worse".
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Neutral => "neither better nor worse",
        }
    }
}

/// What the limits promise about the target, if nothing changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    /// Both limits meet the target.
    AlwaysMet,
    /// No value within the limits meets it.
    NeverMet,
    /// Some do and some do not, by chance.
    HitAndMiss,
    /// Nothing was agreed.
    NoTarget,
    /// There are no limits yet.
    Unknown,
}

/// Why a new baseline is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proposal {
    /// A run of at least eight shows that the limits describe a level of the past.
    Run {
        /// How many values in a row.
        length: usize,
        /// Above the mean, or below it.
        above: bool,
    },
    /// A frozen baseline of fewer than twelve values can be filled up.
    Fill,
}

impl Proposal {
    /// As a sentence.
    #[must_use]
    pub fn sentence(self) -> String {
        match self {
            Self::Run { length, above } => format!(
                "{} values in a row {} the mean: the limits no longer describe the present level.",
                words::capitalised(&words::count(length)),
                if above { "above" } else { "below" }
            ),
            Self::Fill => "The baseline has fewer than twelve values and can now be filled up to twelve.".to_owned(),
        }
    }
}

/// What happened in the newest period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LastChange {
    /// Why the newest value is a signal, if it is one.
    pub signal: Option<Signal>,
    /// Better or worse; only for a signal.
    pub judgement: Option<Judgement>,
    /// The difference in words: "243 higher", "unchanged", "first value", "no value".
    pub text: String,
    /// Why it counts or does not: "signal: outside 352 to 458", "within 352 to 458", "limits from the fifth sprint on".
    pub reason: String,
    /// How far beyond the limit, in sigmas (a third of the way from the mean to a limit), nought for rules 2 and 3 and for
    /// limits without width, at most a million. Orders signals.
    pub strength: f64,
    /// Index at which the pattern behind the signal began.
    pub since: Option<usize>,
    /// Index of the value that the text compares with.
    pub compared_with: Option<usize>,
    /// Whether the newest value meets the target; none without either.
    pub target_met: Option<bool>,
    /// `Worse` if the target was met by the value before and is missed now, `Better` for the reverse.
    pub crossed: Option<Judgement>,
}

/// The whole answer about one series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
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
    /// Every period, in order.
    pub points: Vec<Point>,
    /// The newest period.
    pub last: LastChange,
    /// Limits against target.
    pub assurance: Assurance,
    /// A new baseline for a person to accept with a reason.
    pub proposed_baseline: Option<Baseline>,
    /// Why that baseline is proposed, as a sentence.
    pub proposal: Option<String>,
    /// Probability that rule 1 calls the newest value a signal although nothing changed; nought if it was not judged.
    pub false_alarm: f64,
    /// The same for all rules in force; a review that lists runs too should add this one up.
    pub false_alarm_all_rules: f64,
    /// How many signals to expect among all judged points of this chart if nothing changed, by all rules in force.
    pub expected_false_alarms: f64,
    /// What a reader should know about the limits, as sentences.
    pub notes: Vec<String>,
}

impl Verdict {
    /// The newest change as one sentence: "243 higher, worse; signal: outside 352 to 458."
    #[must_use]
    pub fn sentence(&self) -> String {
        reason::sentence(&self.last.text, self.last.judgement, &self.last.reason)
    }

    /// Puts figures into words, beside the points of the chart.
    pub(crate) fn of(figures: &Figures, points: Vec<Point>, options: &Options) -> Self {
        let newest = &figures.newest;
        Self {
            chart: figures.chart,
            direction: figures.direction,
            n: figures.n,
            limits: figures.limits,
            baseline: figures.baseline,
            points,
            last: LastChange {
                signal: newest.signal,
                judgement: newest.judgement,
                text: figures.text(options),
                reason: figures.reason(options),
                strength: newest.strength,
                since: newest.since,
                compared_with: newest.compared_with,
                target_met: newest.target_met,
                crossed: newest.crossed,
            },
            assurance: figures.assurance,
            proposed_baseline: figures.proposed_baseline,
            proposal: figures.proposal.map(Proposal::sentence),
            false_alarm: figures.false_alarm,
            false_alarm_all_rules: figures.false_alarm_all_rules,
            expected_false_alarms: figures.expected_false_alarms,
            notes: figures.notes(options),
        }
    }
}
