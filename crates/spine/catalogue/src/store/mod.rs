//! SQL of the catalogue: reads for all rooms, writes for our acts. Decides nothing.

mod calendars;
mod groups;
mod owners;
mod services;
mod subjects;
mod teams;
mod workloads;

pub use calendars::{calendar, coming_sprints, current_sprint, last_closed_sprint, recent_sprints, sprint, sprint_of_team, sprints_until};
pub use groups::{all_groups, group, group_by_slug, groups, groups_page};
pub use owners::{Owner, Owned, owner_at, owners};
pub use services::{all_services, service, service_by_slug, services_of, services_of_team, services_page, team_of_service};
pub use subjects::{find, subject};
pub use teams::{Move, all_teams, move_of, team, team_by_slug, teams, teams_page};
pub use workloads::{all_workloads, team_of_workload, workload, workload_by_slug, workloads_of, workloads_page};

pub(crate) use calendars::write_calendar;
pub(crate) use groups::{insert_group, update_group};
pub(crate) use owners::{end_ownership, insert_owner};
pub(crate) use services::{insert_service, update_service};
pub(crate) use teams::{due_moves, insert_team, put_move, remove_move, update_team};
pub(crate) use workloads::{insert_workload, update_workload};

use kernel::db::Sql;

/// Every statement of the room.
pub(crate) const STATEMENTS: &[&[&Sql]] = &[
    calendars::STATEMENTS,
    groups::STATEMENTS,
    owners::STATEMENTS,
    services::STATEMENTS,
    teams::STATEMENTS,
    workloads::STATEMENTS,
];
