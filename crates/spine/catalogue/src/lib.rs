// STOP: read ../STOP.md: the lead has finished this room in lead/. Stop writing and report.
//! Catalogue.

pub mod rules;
pub mod store;

pub use rules::calendar::{self, Calendar, Rule, Sprint};
pub use rules::group::Group;
pub use rules::names::Kind;
pub use rules::service::{Environment, Service, Tier};
pub use rules::subject::{Subject, SubjectKind};
pub use rules::team::Team;
pub use rules::workload::{Lifecycle, Link, LinkKind, Workload};

use kernel::room::{Migration, Room};

/// The room.
pub static ROOM: Room = Room {
    name: "catalogue",
    routes: &[],
    migrations: &[Migration { number: 1, name: "catalogue", sql: include_str!("../migrations/0001_catalogue.sql") }],
    statements: store::STATEMENTS,
    jobs: &[],
    rights: &[],
};
