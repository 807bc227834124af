//! Where a thing was imported from.

use kernel::time::Time;
use serde::Serialize;
use utoipa::ToSchema;

/// Source and file of an imported thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Origin {
    /// Where the file comes from.
    pub source: String,
    /// The file.
    pub file: String,
    /// A workload that only follows from a Component without a System.
    pub implied: bool,
    /// When it disappeared from its source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orphaned_at: Option<Time>,
}
