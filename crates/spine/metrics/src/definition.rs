//! What a metric is: its definition, with everything that a value needs to be understood later.

use kernel::error::{Faults, Result};
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use verdict::{Bounds, Direction, Options, Target, Transform};

/// How long one value covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PeriodKind {
    /// A day in the group's zone: `2026-11-24`.
    Day,
    /// An ISO week: `2026-W48`.
    Week,
    /// A sprint of the group's calendar: `22`.
    Sprint,
    /// A month in the organisation's zone: `2026-11`.
    Month,
}

impl PeriodKind {
    /// As it stands in texts.
    pub fn noun(self) -> &'static str {
        match self {
            PeriodKind::Day => "day",
            PeriodKind::Week => "week",
            PeriodKind::Sprint => "sprint",
            PeriodKind::Month => "month",
        }
    }
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SubjectKind {
    /// A team.
    Team,
    /// A workload.
    Workload,
    /// A service.
    Service,
}

/// The catalogue's word for a definition's subject.
pub fn kind_of(kind: SubjectKind) -> catalogue::SubjectKind {
    match kind {
        SubjectKind::Team => catalogue::SubjectKind::Team,
        SubjectKind::Workload => catalogue::SubjectKind::Workload,
        SubjectKind::Service => catalogue::SubjectKind::Service,
    }
}

/// How several values become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Aggregation {
    /// Added up.
    Sum,
    /// Arithmetic mean.
    Mean,
    /// The greatest.
    Max,
    /// The least.
    Min,
    /// The newest.
    Last,
    /// Numerators over denominators.
    Ratio,
    /// Percentiles: never combined by us; their owner recomputes them.
    None,
}

/// Which way is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// More is better.
    Up,
    /// Less is better.
    Down,
    /// Inside the target's band is better.
    Range,
    /// Neither.
    None,
}

/// Which chart judges the series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChartKind {
    /// XmR, for single values; right for nearly everything.
    #[default]
    Individuals,
    /// p chart: so many of so many, where each of them counts for itself: failed of all deployments.
    Proportion,
    /// c chart: how many in a period, where every period gives the same chances.
    Count,
    /// u chart: how many over something that differs: incidents per thousand requests.
    Rate,
    /// t chart: each value is the time from one rare event to the next.
    Gap,
}

impl ChartKind {
    /// True if it is no more than what this period's numerator and denominator say.
    pub fn wants_ratio(self) -> bool {
        matches!(self, ChartKind::Proportion | ChartKind::Rate)
    }

    /// As it stands in texts.
    pub fn words(self) -> &'static str {
        match self {
            ChartKind::Individuals => "single values (XmR)",
            ChartKind::Proportion => "a proportion (p chart)",
            ChartKind::Count => "a count (c chart)",
            ChartKind::Rate => "a rate (u chart)",
            ChartKind::Gap => "the time between rare events (t chart)",
        }
    }
}

fn is_individuals(kind: &ChartKind) -> bool {
    *kind == ChartKind::Individuals
}

/// What should be reached; at least one of the two.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// Least value that meets the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// Greatest value that meets the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
}

/// A metric's definition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Key in URLs and in code, such as `latency-p95`.
    pub key: String,
    /// As it stands in reports.
    pub title: String,
    /// What exactly is counted or measured, in a few words under the title.
    #[serde(default)]
    pub detail: String,
    /// Key of its pillar.
    pub pillar: String,
    /// Unit as it is shown: `ms`, `%`, `h`, `£k`; empty for counts.
    #[serde(default)]
    pub unit: String,
    /// Decimals shown, 0 to 4.
    #[serde(default)]
    pub decimals: u8,
    /// Which way is good.
    pub direction: Way,
    /// How long one value covers.
    pub period: PeriodKind,
    /// What is measured.
    pub subject: SubjectKind,
    /// How shorter periods and several subjects become one value.
    pub aggregation: Aggregation,
    /// What should be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Goal>,
    /// Least value that the quantity can have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<f64>,
    /// Greatest value that the quantity can have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub greatest: Option<f64>,
    /// Days after which a value is stale; none if it never is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fresh_days: Option<u32>,
    /// Limits on logs, for durations and cost.
    #[serde(default)]
    pub logs: bool,
    /// Which chart judges the series.
    #[serde(default, skip_serializing_if = "is_individuals")]
    pub chart: ChartKind,
    /// What the team is after, of which this number is one sign.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub goal: String,
    /// What one would see if the goal came nearer.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub signal: String,
    /// Which decision the number informs.
    #[serde(default)]
    pub decision: String,
    /// Key of the metric that must not get worse while this gets better.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counter_metric: Option<String>,
    /// The source that could replace typing, as a sentence.
    #[serde(default)]
    pub could_come_from: String,
}

impl Definition {
    /// Checks a definition as somebody typed it.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(mut self) -> Result<Self> {
        let mut faults = Faults::new();
        if let Err(kernel::Error::Invalid(list)) = text::key("key", &self.key) {
            for f in list {
                faults.add(f.at, f.message);
            }
        }
        self.title = text::name(&mut faults, "title", "The title", &self.title);
        self.detail = text::prose(&mut faults, "detail", "The detail", &self.detail);
        self.goal = text::prose(&mut faults, "goal", "The goal", &self.goal);
        self.signal = text::prose(&mut faults, "signal", "The signal", &self.signal);
        self.decision = text::prose(&mut faults, "decision", "The decision", &self.decision);
        self.could_come_from = text::prose(&mut faults, "could_come_from", "The hint", &self.could_come_from);
        self.unit = self.unit.trim().to_owned();
        faults.check(
            self.unit.chars().count() <= 12 && !self.unit.chars().any(char::is_control),
            "unit",
            "The unit has at most 12 characters, such as ms or %.",
        );
        faults.check(self.decimals <= 4, "decimals", "At most 4 decimals are shown.");
        faults.check(
            self.fresh_days.is_none_or(|d| (1..=3660).contains(&d)),
            "fresh_days",
            "A value is fresh for 1 to 3660 days; leave it out if it never goes stale.",
        );
        let sound = |x: Option<f64>| x.is_none_or(|x| x.is_finite() && x.abs() <= 1e15);
        faults.check(sound(self.least), "least", "The least value is a number up to 1e15.");
        faults.check(sound(self.greatest), "greatest", "The greatest value is a number up to 1e15.");
        if let (Some(low), Some(high)) = (self.least, self.greatest) {
            faults.check(low <= high, "least", format!("The least value {low} is above the greatest {high}."));
        }
        if let Some(goal) = self.target {
            faults.check(
                goal.at_least.is_some() || goal.at_most.is_some(),
                "target",
                "A target says at_least, at_most or both; leave it out if there is none.",
            );
            faults.check(sound(goal.at_least) && sound(goal.at_most), "target", "A target is a number up to 1e15.");
            if let (Some(low), Some(high)) = (goal.at_least, goal.at_most) {
                faults.check(low <= high, "target", format!("at_least {low} is above at_most {high}."));
            }
        }
        if self.chart.wants_ratio() {
            let words = self.chart.words();
            faults.check(
                self.aggregation == Aggregation::Ratio,
                "chart",
                format!("The chart of {words} needs numerator and denominator: choose ratio as aggregation, or another chart."),
            );
        }
        faults.check(
            self.chart == ChartKind::Individuals || !self.logs,
            "logs",
            "Logs belong to the chart of single values; the other charts know how their values spread.",
        );
        faults.check(
            self.counter_metric.as_deref() != Some(self.key.as_str()),
            "counter_metric",
            "A metric cannot be its own counter-metric.",
        );
        faults.done().map(|()| self)
    }

    /// What the verdict module is asked.
    pub fn options(&self) -> Options {
        Options {
            direction: match self.direction {
                Way::Up => Direction::Up,
                Way::Down => Direction::Down,
                Way::Range => Direction::Range,
                Way::None => Direction::None,
            },
            target: self.target.and_then(|g| match (g.at_least, g.at_most) {
                (Some(low), Some(high)) => Some(Target::Band { low, high }),
                (Some(low), None) => Some(Target::AtLeast(low)),
                (None, Some(high)) => Some(Target::AtMost(high)),
                (None, None) => None,
            }),
            bounds: Bounds { min: self.least, max: self.greatest },
            decimals: self.decimals,
            unit: self.unit.clone(),
            period_noun: self.period.noun().to_owned(),
            transform: if self.logs { Transform::Log } else { Transform::None },
            // As a ratio becomes a number when it is recorded.
            per: if self.unit == "%" { 100.0 } else { 1.0 },
            ..Options::default()
        }
    }

    /// The target in words: "at most 500 ms", "none set".
    pub fn target_words(&self) -> String {
        let show = |x: f64| html::with_unit(x, self.decimals, &self.unit);
        match self.target.map(|g| (g.at_least, g.at_most)) {
            Some((Some(low), Some(high))) => format!("{} to {}", html::number(low, self.decimals), show(high)),
            Some((Some(low), None)) => format!("at least {}", show(low)),
            Some((None, Some(high))) => format!("at most {}", show(high)),
            _ => "none set".into(),
        }
    }
}

/// A definition with its version.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Versioned {
    /// From 1.
    pub version: i64,
    /// The definition.
    pub definition: Definition,
    /// When this version was made.
    pub made_at: Time,
    /// By whom.
    pub made_by: String,
}

#[cfg(test)]
pub(crate) fn sample() -> Definition {
    Definition {
        key: "latency-p95".into(),
        title: "Latency, p95".into(),
        detail: String::new(),
        pillar: "performance".into(),
        unit: "ms".into(),
        decimals: 0,
        direction: Way::Down,
        period: PeriodKind::Sprint,
        subject: SubjectKind::Team,
        aggregation: Aggregation::None,
        target: Some(Goal { at_least: None, at_most: Some(500.0) }),
        least: Some(0.0),
        greatest: None,
        fresh_days: Some(30),
        logs: false,
        chart: ChartKind::Individuals,
        goal: String::new(),
        signal: String::new(),
        decision: String::new(),
        counter_metric: None,
        could_come_from: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_definition_passes_and_speaks_of_its_target() {
        let d = sample().check().unwrap();
        assert!(d.target_words().starts_with("at most 500"), "{}", d.target_words());
        assert_eq!(d.options().target, Some(Target::AtMost(500.0)));
    }

    #[test]
    fn a_chart_of_proportions_needs_a_ratio_and_no_logs() {
        let places = |d: Definition| match d.check() {
            Err(kernel::Error::Invalid(faults)) => faults.into_iter().map(|f| f.at).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(places(Definition { chart: ChartKind::Proportion, ..sample() }), ["chart"]);
        assert_eq!(places(Definition { chart: ChartKind::Count, logs: true, ..sample() }), ["logs"]);
        let sound = Definition { chart: ChartKind::Rate, aggregation: Aggregation::Ratio, ..sample() };
        assert!(sound.check().is_ok());
    }

    #[test]
    fn every_fault_is_named() {
        let d = Definition {
            key: "No Key".into(),
            title: " ".into(),
            decimals: 9,
            target: Some(Goal { at_least: Some(2.0), at_most: Some(1.0) }),
            least: Some(f64::NAN),
            counter_metric: Some("No Key".into()),
            ..sample()
        };
        let kernel::Error::Invalid(faults) = d.check().unwrap_err() else { panic!("not invalid") };
        let at: Vec<&str> = faults.iter().map(|f| f.at.as_str()).collect();
        assert_eq!(at, ["key", "title", "decimals", "least", "target", "counter_metric"]);
    }
}
