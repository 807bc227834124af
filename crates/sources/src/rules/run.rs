//! One run of a source, and what it found.

use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Runs of a source that are kept; older ones are forgotten.
pub const KEPT: i64 = 200;

/// Closed periods that a run by schedule looks back at.
pub const BACKFILL: usize = 26;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// At least one value was stored.
    Stored,
    /// The newest closed period has this value already.
    Unchanged,
    /// There is nothing to store: no closed period, no event in it, or a value that somebody typed.
    Nothing,
    /// There should be a value and there is none. The old one stays.
    Failed,
}

impl Outcome {
    /// As it is stored.
    pub fn key(self) -> &'static str {
        match self {
            Outcome::Stored => "stored",
            Outcome::Unchanged => "unchanged",
            Outcome::Nothing => "nothing",
            Outcome::Failed => "failed",
        }
    }

    /// As it was stored.
    pub fn read(key: &str) -> Self {
        match key {
            "stored" => Outcome::Stored,
            "unchanged" => Outcome::Unchanged,
            "nothing" => Outcome::Nothing,
            _ => Outcome::Failed,
        }
    }
}

/// What became of one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PeriodFate {
    /// Stored, or to be stored in a dry run.
    Stored,
    /// It has this value already.
    Unchanged,
    /// Somebody typed or pushed another value, which stays.
    Kept,
    /// There is no value.
    None,
}

/// One period of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Pulled {
    /// As it is written: `2026-W46`.
    pub period: String,
    /// What became of it.
    pub fate: PeriodFate,
    /// What the far end said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<f64>,
    /// What it was made from, or why there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Run {
    /// From 1 for each source.
    pub number: i64,
    /// When it began.
    pub started_at: Time,
    /// When it ended.
    pub ended_at: Time,
    /// Name of whoever asked for it; absent if its schedule did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<String>,
    /// It filled in the past, back to then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backfill_from: Option<Time>,
    /// How it ended.
    pub outcome: Outcome,
    /// How many values were stored.
    pub stored: i64,
    /// What happened, as a sentence.
    pub message: String,
    /// Each period that was asked for, newest first.
    pub values: Vec<Pulled>,
}

/// What a run would do now.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Trial {
    /// How it would end.
    pub outcome: Outcome,
    /// What would happen, as a sentence.
    pub message: String,
    /// Each period that was asked for, newest first; `stored` means that it would be.
    pub values: Vec<Pulled>,
}
