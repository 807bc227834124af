//! Figures from git itself: commits, authors as a number, tags, and the time from a commit to its first release.
//!
//! A run reads a history once (`git rev-list` over all that the revision and the tags reach, one list of the tags) and
//! works out the rest in memory: [`History`]. Nothing here keeps a name or an address of a person. All functions
//! block, so an asynchronous caller runs them on a thread for blocking work.
//!
//! **Lead time** of a commit: from its committer time to the creation of the first tag, by creation time, that contains
//! it. A tag was created when its tagger says so, a light tag when its commit was committed. A commit dated after its
//! tag gives a negative time, which is kept and counted. Commits of branches that were released but never merged count
//! too. Percentiles are measured values: the one at rank floor(p (n - 1)).

use std::path::Path;

mod ask;
mod error;
mod files;
mod graph;
mod history;
mod leads;
mod location;
mod repo;
mod run;
mod settings;
mod tags;
#[cfg(test)]
mod tests;

pub(crate) use ask::{Local, ask, reach, settings};
pub use error::GitError;
pub(crate) use files::{Files, Most};
pub use history::{Among, GitFacts, History, PeriodFacts, PeriodLead};
pub use leads::Leads;
pub use location::Location;
pub use repo::Repo;
pub use settings::{HttpsHeader, Settings};
pub use tags::Tag;

/// Figures of the whole history of `rev` in the repository at `path` (top folder of a working copy, or bare).
///
/// For the command line: the path is taken as it is, no roots are checked. Errors: see [`GitError`].
pub fn facts(path: &Path, rev: &str) -> Result<GitFacts, GitError> {
    Ok(Repo::at(path, &Settings::default())?.history(rev)?.facts())
}

/// Figures of one period, from `from_us` up to but without `to_us` (Unix microseconds), of `branch_or_rev` at `path`.
///
/// For several periods read the history once, with [`Repo::history`], and ask [`History::period`] for each. The path is
/// taken as it is; a location from a configuration goes through [`Repo::open`]. Errors: see [`GitError`].
pub fn collect(path: &Path, branch_or_rev: &str, from_us: i64, to_us: i64) -> Result<PeriodFacts, GitError> {
    Repo::at(path, &Settings::default())?.history(branch_or_rev)?.period(from_us, to_us)
}
