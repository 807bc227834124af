//! SQL of groups, calendars, teams, workloads and services, by noun; decides nothing. Lists stand in the order of folded
//! names, always.

mod calendar;
pub mod exemptions;
mod group;
mod imported;
mod service;
mod team;
mod workload;

use kernel::db::{Sql, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

pub use calendar::{calendar, current_sprint, last_closed_sprint, sprint, sprints_until};
pub(crate) use calendar::{drop_change, insert_change};
pub use group::{group, group_by_slug, groups};
pub(crate) use group::{insert_group, update_group};
pub(crate) use imported::{known, put_link};
pub use imported::{origin, orphans};
pub(crate) use service::{insert_service, update_service};
pub use service::{service_by_slug, services, services_of, services_of_team};
pub(crate) use team::{insert_team, join_group, update_team};
pub use team::{team, team_by_slug, team_page, teams};
pub(crate) use workload::{insert_workload, own, update_workload};
pub use workload::{workload, workload_by_slug, workloads, workloads_of};

use crate::rules::{Subject, SubjectKind};

/// Every statement, for the test that prepares all of them on both engines.
pub(crate) static ALL: &[&[&Sql]] = &[
    exemptions::STATEMENTS,
    group::STATEMENTS,
    calendar::STATEMENTS,
    team::STATEMENTS,
    workload::STATEMENTS,
    service::STATEMENTS,
    imported::STATEMENTS,
];

/// A slug that cannot exist is not asked for: it may hold what no engine stores.
fn bad_slug(slug: &str) -> bool {
    kernel::text::key("slug", slug).is_err()
}

fn missing(kind: &str, slug: &str) -> Error {
    Error::not_found(kind, slug.chars().filter(|c| !c.is_control()).take(80).collect::<String>())
}

/// Puts a thing away; false if it is away already.
pub(crate) fn archive(tx: &mut dyn Tx, kind: SubjectKind, id: Id, by: &str, now: Time) -> Result<bool> {
    let sql = match kind {
        SubjectKind::Team => &team::ARCHIVE_TEAM,
        SubjectKind::Workload => &workload::ARCHIVE_WORKLOAD,
        SubjectKind::Service => &service::ARCHIVE_SERVICE,
    };
    Ok(tx.execute(sql, &[id.into(), now.into(), by.into()])? == 1)
}

/// Brings a thing back; false if it is not away.
pub(crate) fn restore(tx: &mut dyn Tx, kind: SubjectKind, id: Id) -> Result<bool> {
    let sql = match kind {
        SubjectKind::Team => &team::RESTORE_TEAM,
        SubjectKind::Workload => &workload::RESTORE_WORKLOAD,
        SubjectKind::Service => &service::RESTORE_SERVICE,
    };
    Ok(tx.execute(sql, &[id.into()])? == 1)
}

fn body_text(body: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(body).map_err(Error::internal)
}

/// A team, workload or service by its slug, with the team that answers for it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn subject(tx: &mut dyn Tx, kind: SubjectKind, slug: &str) -> Result<Subject> {
    Ok(match kind {
        SubjectKind::Team => {
            let team = team_by_slug(tx, slug)?;
            Subject { kind, id: team.id, slug: team.slug.clone(), name: team.name.clone(), team }
        }
        SubjectKind::Workload => {
            let w = workload_by_slug(tx, slug)?;
            Subject { kind, id: w.id, slug: w.slug, name: w.name, team: team(tx, w.team)? }
        }
        SubjectKind::Service => {
            let s = service_by_slug(tx, slug)?;
            Subject { kind, id: s.id, slug: s.slug, name: s.name, team: team(tx, s.team)? }
        }
    })
}
