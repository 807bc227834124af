//! Changes of single fields: what is stored is the base, what is absent stays.

use kernel::db::Tx;
use kernel::error::Result;
use kernel::web::Ctx;
use people::rights;

use crate::rules::{
    CalendarChange, Group, GroupPatch, NewGroup, NewService, NewTeam, NewWorkload, Service, ServicePatch, Team, TeamPatch,
    Workload, WorkloadPatch,
};
use crate::store;

/// A group as somebody would write it, with its calendar.
///
/// # Errors
/// The engine's.
pub(crate) fn group_form(tx: &mut dyn Tx, g: Group) -> Result<NewGroup> {
    let changes = CalendarChange::of(store::calendar(tx, g.id)?.changes());
    Ok(NewGroup {
        name: g.name,
        zone: g.zone,
        sprint_days: g.sprint_days,
        first_number: g.first_number,
        first_day: g.first_day,
        working_agreement: g.working_agreement,
        calendar: (!changes.is_empty()).then_some(changes),
        slug: Some(g.slug),
        version: None,
    })
}

/// Changes fields of a group.
///
/// # Errors
/// As [`super::change_group`].
pub fn patch_group(cx: &Ctx, tx: &mut dyn Tx, slug: &str, patch: &GroupPatch) -> Result<Group> {
    cx.require_signed_in()?;
    let old = store::group_by_slug(tx, slug)?;
    cx.require(&rights::GROUPS, old.id)?;
    // The length that counts now, so that a change of the name changes no length.
    let days = store::calendar(tx, old.id)?.days_now(cx.now);
    let base = NewGroup { sprint_days: if patch.calendar.is_some() { old.sprint_days } else { days }, ..group_form(tx, old)? };
    super::change_group(cx, tx, slug, &patch.onto(base))
}

/// Changes fields of a team.
///
/// # Errors
/// As [`super::change_team`].
pub fn patch_team(cx: &Ctx, tx: &mut dyn Tx, slug: &str, patch: &TeamPatch) -> Result<Team> {
    cx.require_signed_in()?;
    let old = store::team_by_slug(tx, slug)?;
    old.require(cx, &rights::TEAMS)?;
    let group = store::group(tx, old.group)?.slug;
    let base = NewTeam { name: old.name, group, slug: Some(old.slug), version: None };
    super::change_team(cx, tx, slug, &patch.onto(base))
}

/// Changes fields of a workload.
///
/// # Errors
/// As [`super::change_workload`].
pub fn patch_workload(cx: &Ctx, tx: &mut dyn Tx, slug: &str, patch: &WorkloadPatch) -> Result<Workload> {
    cx.require_signed_in()?;
    let old = store::workload_by_slug(tx, slug)?;
    let team = store::team(tx, old.team)?;
    team.require(cx, &rights::TEAMS)?;
    let base = NewWorkload { name: old.name, team: team.slug, slug: Some(old.slug), about: old.body, version: None };
    super::change_workload(cx, tx, slug, &patch.onto(base))
}

/// Changes fields of a service.
///
/// # Errors
/// As [`super::change_service`].
pub fn patch_service(cx: &Ctx, tx: &mut dyn Tx, slug: &str, patch: &ServicePatch) -> Result<Service> {
    cx.require_signed_in()?;
    let old = store::service_by_slug(tx, slug)?;
    let team = store::team(tx, old.team)?;
    team.require(cx, &rights::TEAMS)?;
    let base = NewService {
        name: old.name,
        workload: store::workload(tx, old.workload)?.slug,
        team: old.own_team.then_some(team.slug),
        slug: Some(old.slug),
        about: old.body,
        version: None,
    };
    super::change_service(cx, tx, slug, &patch.onto(base))
}
