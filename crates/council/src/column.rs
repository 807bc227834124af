//! The columns of the board. Pure.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A column of the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ConcernColumn)]
pub enum Column {
    /// Raised, presented, or waiting for information.
    Raised,
    /// Accepted; an epic is being written.
    Accepted,
    /// The epic is vetted; stories are being cut.
    Vetted,
    /// Stories are in sprints.
    InSprint,
    /// Done; values since are being collected.
    Measuring,
    /// Measured.
    Measured,
    /// On the roadmap.
    Roadmap,
}

impl Column {
    /// All, from left to right.
    pub const ALL: [Column; 7] =
        [Column::Raised, Column::Accepted, Column::Vetted, Column::InSprint, Column::Measuring, Column::Measured, Column::Roadmap];

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Column::Raised => "Raised",
            Column::Accepted => "Accepted",
            Column::Vetted => "Epic vetted",
            Column::InSprint => "Stories in sprint",
            Column::Measuring => "Measuring",
            Column::Measured => "Measured",
            Column::Roadmap => "On the roadmap",
        }
    }

    /// As it is stored and sent.
    pub fn key(self) -> &'static str {
        match self {
            Column::Raised => "raised",
            Column::Accepted => "accepted",
            Column::Vetted => "vetted",
            Column::InSprint => "in-sprint",
            Column::Measuring => "measuring",
            Column::Measured => "measured",
            Column::Roadmap => "roadmap",
        }
    }
}
