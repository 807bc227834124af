//! SQL of groups, calendars, teams, workloads and services, by noun; decides nothing. Lists stand in the order of folded
//! names, always.

mod calendar;
pub mod exemptions;
mod group;
mod history;
mod imported;
mod service;
pub mod standards;
mod team;
pub mod transactions;
mod workload;

use kernel::db::{Sql, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

pub use calendar::{calendar, current_sprint, last_closed_sprint, sprint, sprints_until};
pub(crate) use calendar::{drop_change, insert_change};
pub use group::{group, group_by_slug, groups};
pub(crate) use group::{insert_group, update_group};
pub(crate) use history::{begin_earlier, begun, lead_on, merged_into, place, put_why, services_in, services_owned, workloads_in};
pub use history::{everything, history, services_at, workloads_at};
pub(crate) use imported::{known, put_link, rename_source};
pub use imported::{origin, orphans};
pub(crate) use service::{insert_service, update_service};
pub use service::{service, service_by_slug, services, services_of, services_of_team};
pub(crate) use team::{insert_team, join_group, update_team};
pub use team::{team, team_by_slug, team_page, teams};
pub(crate) use workload::{insert_workload, own, update_workload};
pub use workload::{workload, workload_by_slug, workloads, workloads_of};

use crate::rules::{Service, Subject, SubjectKind, Team, Workload};

/// Every statement, for the test that prepares all of them on both engines.
pub(crate) static ALL: &[&[&Sql]] = &[
    exemptions::STATEMENTS,
    group::STATEMENTS,
    calendar::STATEMENTS,
    team::STATEMENTS,
    workload::STATEMENTS,
    service::STATEMENTS,
    imported::STATEMENTS,
    history::STATEMENTS,
    standards::STATEMENTS,
    transactions::STATEMENTS,
];

/// A slug that cannot exist is not asked for: it may hold what no engine stores.
fn bad_slug(slug: &str) -> bool {
    kernel::text::key("slug", slug).is_err()
}

fn missing(kind: &str, slug: &str) -> Error {
    Error::not_found(kind, kernel::text::shown(slug, 80))
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

/// A team, workload or service by its slug, with the team that answers for it. What was merged leads to what it became part
/// of, so that whoever still sends values under the old name is heard.
///
/// # Errors
/// [`Error::NotFound`].
pub fn subject(tx: &mut dyn Tx, kind: SubjectKind, slug: &str) -> Result<Subject> {
    let (own, away) = found(tx, kind, slug)?;
    // What was merged was put away with it.
    let into = if away { merged_into(tx, kind, own.id)? } else { None };
    match (into, kind) {
        (None, _) => Ok(own),
        (Some(id), SubjectKind::Team) => team(tx, id).map(of_team),
        (Some(id), SubjectKind::Workload) => workload(tx, id).and_then(|w| of_workload(tx, w)),
        (Some(id), SubjectKind::Service) => service(tx, id).and_then(|s| of_service(tx, s)),
    }
}

/// The same, without following a merge.
pub(crate) fn subject_itself(tx: &mut dyn Tx, kind: SubjectKind, slug: &str) -> Result<Subject> {
    found(tx, kind, slug).map(|(own, _)| own)
}

fn found(tx: &mut dyn Tx, kind: SubjectKind, slug: &str) -> Result<(Subject, bool)> {
    Ok(match kind {
        SubjectKind::Team => {
            let t = team_by_slug(tx, slug)?;
            let away = t.archived_at.is_some();
            (of_team(t), away)
        }
        SubjectKind::Workload => {
            let w = workload_by_slug(tx, slug)?;
            let away = w.archived_at.is_some();
            (of_workload(tx, w)?, away)
        }
        SubjectKind::Service => {
            let s = service_by_slug(tx, slug)?;
            let away = s.archived_at.is_some();
            (of_service(tx, s)?, away)
        }
    })
}

fn of_team(t: Team) -> Subject {
    Subject { kind: SubjectKind::Team, id: t.id, slug: t.slug.clone(), name: t.name.clone(), team: t }
}

fn of_workload(tx: &mut dyn Tx, w: Workload) -> Result<Subject> {
    Ok(Subject { kind: SubjectKind::Workload, id: w.id, slug: w.slug, name: w.name, team: team(tx, w.team)? })
}

fn of_service(tx: &mut dyn Tx, s: Service) -> Result<Subject> {
    Ok(Subject { kind: SubjectKind::Service, id: s.id, slug: s.slug, name: s.name, team: team(tx, s.team)? })
}
