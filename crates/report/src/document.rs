//! A sprint report as one document: what is shown, exported, frozen and proved. A reviewed report is rendered from its
//! frozen document and from nothing else.

use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::automation::SprintShare;
use crate::happened::{Happened, RowMark};
use crate::lists::{Entry, ListColumn, ListKind};
use crate::matrix::TransactionMatrix;
use crate::standards::ReportStandard;
use crate::work::ReportWork;

/// The state of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// The target is met, or without one the value lies within its natural limits.
    Pass,
    /// The target is missed, or a signal for the worse.
    Attention,
    /// No value.
    Unknown,
    /// Older than agreed.
    Stale,
    /// Agreed to begin later.
    NotYet,
    /// An approver of the pillar let the team off for a time.
    Exempt,
    /// The team ruled it out, for a reason.
    NotApplicable,
}

impl RowState {
    /// False for what begins later, is exempt or does not apply: it is neither attention nor missing, and no value is wanted.
    pub fn counts(self) -> bool {
        !matches!(self, RowState::NotYet | RowState::Exempt | RowState::NotApplicable)
    }
}

/// How far the report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Being filled in.
    Draft,
    /// Handed in by the team.
    Ready,
    /// Reviewed and frozen.
    Reviewed,
}

/// Name and slug.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Named {
    /// In URLs.
    pub slug: String,
    /// As people wrote it.
    pub name: String,
}

/// Who did something, when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Signature {
    /// Name at that time.
    pub name: String,
    /// When.
    pub at: Time,
}

/// One number with where it came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Figure {
    /// In the unit of the row.
    pub number: f64,
    /// Counted events, for a ratio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numerator: Option<f64>,
    /// All events, for a ratio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denominator: Option<f64>,
    /// The period in words, when it is not the report's sprint: "October".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub period: String,
    /// `typed`, `pushed`, `pulled`.
    pub way: String,
    /// Name of the person or the source.
    pub source: String,
    /// When it was measured.
    pub measured_at: Time,
    /// "Still 24".
    #[serde(default)]
    pub kept: bool,
    /// Version of the definition that it was recorded under.
    pub version: i64,
}

/// Natural limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Limits {
    /// Mean of the baseline.
    pub centre: f64,
    /// Lower natural limit.
    pub lower: f64,
    /// Upper natural limit.
    pub upper: f64,
    /// Values that they come from.
    pub n: usize,
    /// From fewer than twelve.
    pub provisional: bool,
}

/// What changed, as the verdict module says it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Changed {
    /// "243 higher".
    pub text: String,
    /// `better`, `worse` or `neutral`; only for a signal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judgement: Option<String>,
    /// "signal: outside 352 to 458".
    pub reason: String,
    /// How far beyond the limit, in sigmas; orders signals.
    pub strength: f64,
    /// Probability of a false alarm for this value.
    pub false_alarm: f64,
}

/// Words on a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Words {
    /// The words.
    pub text: String,
    /// Who wrote them.
    pub by: String,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
}

/// Why a row is exempt or does not apply, or what was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowExemption {
    /// The team's reason.
    pub reason: String,
    /// Who approved it; who ruled the row out or asked.
    pub by: String,
    /// Its last day, `2027-01-31`, in the group's zone; absent for what does not apply.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub until: String,
}

/// One metric of one subject.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Row {
    /// Key of the metric.
    pub metric: String,
    /// Version of the definition shown.
    pub version: i64,
    /// Title.
    pub title: String,
    /// A second line: detail or subject.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// The workload or service, if the row is not the team's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Named>,
    /// Unit.
    pub unit: String,
    /// Decimals shown.
    pub decimals: u8,
    /// This report's value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Figure>,
    /// The value before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Figure>,
    /// "not new since sprint 21", if this value stood in the report before.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub not_new: String,
    /// What changed.
    pub change: Changed,
    /// Natural limits, from five values on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<Limits>,
    /// The last periods, oldest first; null where there is no value.
    pub series: Vec<Option<f64>>,
    /// What happened in periods of the series.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<RowMark>,
    /// The target in words.
    pub target: String,
    /// The state.
    pub state: RowState,
    /// Why the state is what it is, where it is not plain.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Of a row that is exempt or does not apply: why, by whom, until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemption: Option<RowExemption>,
    /// An exemption that waits for a decision; the row still says what its value says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<RowExemption>,
    /// Words on the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Words>,
    /// The source that could replace typing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub could_come_from: String,
}

/// Rows of one pillar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Section {
    /// Key of the pillar.
    pub pillar: String,
    /// Its title.
    pub title: String,
    /// In the template's order.
    pub rows: Vec<Row>,
    /// Events, inventories and links, in the template's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<ListBlock>,
}

/// A list with what stands in it for this sprint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ListBlock {
    /// Key of the list.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Events, inventory or links.
    pub kind: ListKind,
    /// Its columns.
    pub columns: Vec<ListColumn>,
    /// Its entries.
    pub entries: Vec<Entry>,
    /// Stale if an entry has not been looked at for too long; else it passes.
    pub state: RowState,
    /// Why, where it is not plain.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// k of n.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Share {
    /// So many.
    pub k: usize,
    /// Of so many.
    pub n: usize,
}

/// The report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Document {
    /// Name of the organisation.
    pub organisation: String,
    /// The group that reviews it.
    pub group: Named,
    /// The team.
    pub team: Named,
    /// Number of the sprint.
    pub sprint: i64,
    /// "4 to 17 November 2026".
    pub dates: String,
    /// First moment of the sprint.
    pub starts: Time,
    /// First moment after it.
    pub ends: Time,
    /// Zone of the group, in which its times are shown.
    pub zone: String,
    /// How far it is.
    pub stage: Stage,
    /// Version of the template.
    pub template: i64,
    /// The finding in at most three sentences.
    pub lead: String,
    /// Sections by pillar.
    pub sections: Vec<Section>,
    /// Values that nobody typed, of all values.
    pub automated: Share,
    /// The same for the last six sprints of which there are values, oldest first, counted over the rows of this template.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub automation: Vec<SprintShare>,
    /// Rows with a value, of all rows that want one.
    pub filled: Share,
    /// However small.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub win: Option<Words>,
    /// One ask to the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<Words>,
    /// What was learnt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learnings: Option<Words>,
    /// Who handed it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready: Option<Signature>,
    /// Who reviewed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed: Option<Signature>,
    /// False alarms to expect among its rows.
    pub expected_false_alarms: f64,
    /// Critical transactions of the team's workloads, if the template says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matrix: Option<TransactionMatrix>,
    /// Standards of the organisation, by pillar, each with how far the team's workloads are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub standards: Vec<ReportStandard>,
    /// What happened in the sprint, by kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub happened: Vec<Happened>,
    /// What the team has agreed to do, from the register of actions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<ReportWork>,
    /// When the document was made.
    pub as_of: Time,
}

impl Document {
    /// All rows in order, with their pillar's title.
    pub fn rows(&self) -> impl Iterator<Item = (&str, &Row)> {
        self.sections.iter().flat_map(|s| s.rows.iter().map(move |r| (s.title.as_str(), r)))
    }
}
