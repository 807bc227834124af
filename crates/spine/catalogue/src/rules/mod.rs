//! What a catalogue is made of, by noun.

mod group;
mod history;
mod merge;
mod origin;
mod patch;
mod service;
mod team;
mod workload;

use kernel::error::Faults;
use kernel::ids::Id;
use kernel::text;

pub use group::{CalendarChange, Group, NewGroup};
pub use history::{
    Belonged, Entry, History, MergedInto, Named, Owner, PutAway, Show, Standing, Stretch, owners, owners_of_service,
};
pub use merge::{Merged, Merging, NewHandOver, NewMerge, NewReason, Taken, filled};
pub use origin::Origin;
pub use patch::{GroupPatch, ServiceBodyPatch, ServicePatch, TeamPatch, WorkloadBodyPatch, WorkloadPatch};
pub use service::{Environment, NewService, Service, ServiceBody};
pub use team::{NewTeam, Team};
pub use workload::{Link, NewWorkload, Workload, WorkloadBody};

/// What a metric can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubjectKind {
    /// A team.
    Team,
    /// A workload.
    Workload,
    /// A service.
    Service,
}

impl SubjectKind {
    /// The word.
    pub fn key(self) -> &'static str {
        match self {
            SubjectKind::Team => "team",
            SubjectKind::Workload => "workload",
            SubjectKind::Service => "service",
        }
    }
}

/// A team, workload or service, with the team that answers for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Which kind.
    pub kind: SubjectKind,
    /// Its id.
    pub id: Id,
    /// In URLs.
    pub slug: String,
    /// As people wrote it.
    pub name: String,
    /// The team.
    pub team: Team,
}

pub(crate) fn check_slug(faults: &mut Faults, slug: &mut Option<String>, name: &str) {
    match slug.as_deref().map(str::trim).filter(|s| !s.is_empty()) {
        None => *slug = Some(text::slug(name)),
        Some(s) => match text::key("slug", s) {
            Ok(s) => *slug = Some(s),
            Err(e) => faults.add("slug", e.to_string()),
        },
    }
}

pub(crate) fn check_url(faults: &mut Faults, at: String, url: &str, schemes: &[&str]) {
    let good = url.len() <= 2000 && schemes.iter().any(|s| url.starts_with(s)) && !url.chars().any(|c| c.is_control() || c == ' ');
    faults.check(
        good,
        at,
        format!("“{}” is no address. Write it like {}example.org/path.", url.chars().take(60).collect::<String>(), schemes[0]),
    );
}

/// The form of a name in which two names are the same and by which lists are ordered.
pub fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_the_same_are_the_same() {
        assert_eq!(folded(" Claims  Intake "), folded("claims intake"));
    }
}
