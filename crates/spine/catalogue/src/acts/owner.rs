//! Changes of owner, with the day from which they count.

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use kernel::time::Time;
use kernel::trail;
use kernel::web::Ctx;
use people::rights;
use serde_json::json;

use crate::rules::{NewHandOver, Service, SubjectKind, Team, Workload};
use crate::store;

/// The new stretch has to begin after the present one did. The first owner counts from the beginning, so before a second one
/// any day is good.
fn begin(tx: &mut dyn Tx, kind: SubjectKind, id: Id, name: &str, at: Time, zone: &str) -> Result<()> {
    let Some((since, later)) = store::begun(tx, kind, id)? else { return Ok(()) };
    if at > since {
        return Ok(());
    }
    if later {
        let day = since.jiff().to_zoned_datetime(jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC));
        let day = day.strftime("%-d %b %Y");
        return Err(Error::invalid("since", format!("The present owner of {name} has had it since {day}. Name a later day.")));
    }
    store::begin_earlier(tx, kind, id, Time(at.0 - 1))
}

fn target(cx: &Ctx, tx: &mut dyn Tx, slug: &str) -> Result<Team> {
    let team = store::team_by_slug(tx, slug.trim()).map_err(|e| e.at("team"))?;
    team.require(cx, &rights::TEAMS)?;
    if team.archived_at.is_some() {
        return Err(Error::invalid("team", format!("{} is put away. Name a team in use.", team.name)));
    }
    Ok(team)
}

/// Gives a workload to another team, from a day on that has come. Who owned it before stays on record, and reports of sprints
/// that ended before name that team.
///
/// # Errors
/// No right in the old or the new team; a day that has not come, or lies before the present owner's; [`Error::Conflict`] if
/// the team owns it already.
pub fn hand_over_workload(cx: &Ctx, tx: &mut dyn Tx, slug: &str, new: &NewHandOver) -> Result<Workload> {
    cx.require_signed_in()?;
    let old = store::workload_by_slug(tx, slug)?;
    store::team(tx, old.team)?.require(cx, &rights::TEAMS)?;
    let team = target(cx, tx, &new.team)?;
    let reason = new.check()?;
    let zone = store::group(tx, team.group)?.zone;
    let at = new.starts(&zone, cx.now)?;
    if team.id == old.team {
        return Err(Error::Conflict(format!("{} owns {} already.", team.name, old.name)));
    }
    begin(tx, SubjectKind::Workload, old.id, &old.name, at, &zone)?;
    let mut workload = Workload { team: team.id, ..old };
    if !store::update_workload(tx, &workload)? {
        return Err(super::changed_meanwhile("workload", &workload.name, workload.version));
    }
    store::own(tx, workload.id, team.id, at)?;
    workload.version += 1;
    told(cx, tx, SubjectKind::Workload, workload.id, (&team.slug, at), &reason)?;
    Ok(workload)
}

/// Gives a service to a team of its own, or back to the team of its workload, as [`hand_over_workload`].
///
/// # Errors
/// As [`hand_over_workload`].
pub fn hand_over_service(cx: &Ctx, tx: &mut dyn Tx, slug: &str, new: &NewHandOver) -> Result<Service> {
    cx.require_signed_in()?;
    let old = store::service_by_slug(tx, slug)?;
    store::team(tx, old.team)?.require(cx, &rights::TEAMS)?;
    let workload = store::workload(tx, old.workload)?;
    let own = if new.team.trim().is_empty() { None } else { Some(target(cx, tx, &new.team)?) };
    let reason = new.check()?;
    let team = match &own {
        Some(team) => team.clone(),
        None => store::team(tx, workload.team)?,
    };
    let zone = store::group(tx, team.group)?.zone;
    let at = new.starts(&zone, cx.now)?;
    if own.is_some() == old.own_team && team.id == old.team {
        return Err(Error::Conflict(format!("{} answers for {} already.", team.name, old.name)));
    }
    begin(tx, SubjectKind::Service, old.id, &old.name, at, &zone)?;
    let mut service = Service { team: team.id, own_team: own.is_some(), ..old };
    if !store::update_service(tx, &service)? {
        return Err(super::changed_meanwhile("service", &service.name, service.version));
    }
    store::place(tx, service.id, service.workload, own.map(|t| t.id), at)?;
    service.version += 1;
    told(cx, tx, SubjectKind::Service, service.id, (&team.slug, at), &reason)?;
    Ok(service)
}

pub(super) fn told(cx: &Ctx, tx: &mut dyn Tx, kind: SubjectKind, id: Id, (team, at): (&str, Time), reason: &str) -> Result<()> {
    trail::record(cx, tx, "transferred", &Ref::new(kind.key(), id), &json!({ "team": team, "since": at }), reason)?;
    tx.publish("catalogue");
    Ok(())
}
