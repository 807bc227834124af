//! Reviews that come from elsewhere or go there: answers of the AWS tool, exports of Azure's review, our own archive. Pure.

pub mod archive;
pub mod aws;
pub mod azure;

use kernel::error::Error;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::published::LensFile;

/// Whose files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ReviewImportKind)]
pub enum ImportKind {
    /// Bodies of the API of the AWS Well-Architected Tool, or its consolidated report.
    AwsAnswers,
    /// A CSV export of Azure's Well-Architected review.
    AzureWar,
    /// A review with everything that belongs to it, as bellwether writes it.
    Archive,
}

/// A review to take in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewReviewImport)]
pub struct NewImport {
    /// Whose files.
    pub kind: ImportKind,
    /// The files; one for `azure-war` and `archive`.
    pub files: Vec<LensFile>,
    /// Name in addresses of the lens that answers are for; needed for `aws-answers`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lens: Option<String>,
    /// Take the rest although something has no counterpart; what has none is listed in any case.
    #[serde(default)]
    pub accept_unmapped: bool,
    /// Only say what would be taken.
    #[serde(default)]
    pub dry_run: bool,
}

/// What cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ImportRefused)]
pub struct Refused {
    /// File and place.
    pub r#where: String,
    /// Why, and how to mend it.
    pub why: String,
}

/// What has no counterpart in the lens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ImportUnmapped)]
pub struct Unmapped {
    /// File and place.
    pub r#where: String,
    /// The question, as the file names it.
    pub question: String,
    /// The choice, as the file names it; absent if the whole answer is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<String>,
    /// Why.
    pub why: String,
}

/// What was taken, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ReviewImport)]
pub struct Imported {
    /// True if it was stored; false if it was only looked at.
    pub done: bool,
    /// Name of the lens in addresses.
    pub lens: String,
    /// Digest of its version.
    pub digest: String,
    /// The version was not there before.
    pub new_lens: bool,
    /// The workload had no review against this lens before.
    pub new_review: bool,
    /// Answers that are taken.
    pub taken: usize,
    /// Questions that nobody has answered, and answers that are there already.
    pub skipped: usize,
    /// What has no counterpart in the lens.
    pub unmapped: Vec<Unmapped>,
}

/// The first reason of a refusal, in a line.
pub(crate) fn reason(e: &Error) -> String {
    match e {
        Error::Invalid(faults) => faults.iter().map(|f| f.message.as_str()).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}
