//! What a metric can be about: a team, a workload, a service.

use kernel::ids::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::names::Kind;
use super::team::Team;

/// Which kind of subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SubjectKind {
    /// A team.
    Team,
    /// A workload.
    Workload,
    /// A service.
    Service,
}

impl SubjectKind {
    /// The noun.
    pub const fn key(self) -> &'static str {
        self.kind().key()
    }

    /// As a kind of the catalogue.
    pub const fn kind(self) -> Kind {
        match self {
            SubjectKind::Team => Kind::Team,
            SubjectKind::Workload => Kind::Workload,
            SubjectKind::Service => Kind::Service,
        }
    }
}

/// A team, workload or service with the team that it belongs to now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Subject {
    /// Its kind.
    pub kind: SubjectKind,
    /// Its id.
    pub id: Id,
    /// Its place in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The team whose rights hold for it.
    pub team: Team,
}
