//! Verbs on the catalogue: make, change, put away.

mod away;
pub mod calendar;
pub mod exemptions;
pub mod import;
pub mod merge;
mod owner;
mod patch;
pub mod standards;
pub mod transactions;

use kernel::db::Tx;
use kernel::error::{Error, Fault, Result};
use kernel::ids::{Id, Ref};
use kernel::trail;
use kernel::web::Ctx;
use people::rights;

use crate::calendar::{Change, ChangeKind};
use crate::rules::{Group, NewGroup, NewService, NewTeam, NewWorkload, Service, Team, Workload, WorkloadBody};
use crate::{list, store};

pub use away::{archive, restore};
pub use owner::{hand_over_service, hand_over_workload};
pub(crate) use patch::group_form;
pub use patch::{patch_group, patch_service, patch_team, patch_workload};

fn taken(kind: &str, name: &str, slug: &str) -> Error {
    Error::Conflict(format!("There is a {kind} named “{name}”, or with the key “{slug}”, already. Choose another name."))
}

fn changed_meanwhile(kind: &str, name: &str, version: i64) -> Error {
    Error::Conflict(format!("The {kind} “{name}” is at version {version} meanwhile. Look at it, then change that version."))
}

fn told(cx: &Ctx, tx: &mut dyn Tx, verb: &str, kind: &str, id: Id, body: &impl serde::Serialize) -> Result<()> {
    trail::record(cx, tx, verb, &Ref::new(kind, id), body, "")?;
    tx.publish("catalogue");
    Ok(())
}

/// Makes a group.
///
/// # Errors
/// No right; faults; [`Error::Conflict`] if the name is taken.
pub fn make_group(cx: &Ctx, tx: &mut dyn Tx, new: &NewGroup) -> Result<Group> {
    cx.require_everywhere(&rights::GROUPS)?;
    let new = new.clone().check()?;
    let group = Group {
        id: tx.id()?,
        slug: new.slug.clone().unwrap_or_default(),
        name: new.name.clone(),
        zone: new.zone.clone(),
        sprint_days: new.sprint_days,
        first_number: new.first_number,
        first_day: new.first_day.clone(),
        working_agreement: new.working_agreement.clone(),
        version: 1,
    };
    if !store::insert_group(tx, &group, cx.now)? {
        return Err(taken("group", &group.name, &group.slug));
    }
    if let Some(changes) = &new.calendar {
        calendar::settle(cx, tx, &group, changes, true)?;
    }
    told(cx, tx, "made", "group", group.id, &new)?;
    Ok(group)
}

/// Changes a group. Its calendar's beginning moves only while no sprint has closed; later, lengths change from a sprint
/// that has not begun.
///
/// # Errors
/// No right; faults; [`Error::Conflict`] if somebody else changed it, or a closed sprint would move.
pub fn change_group(cx: &Ctx, tx: &mut dyn Tx, slug: &str, new: &NewGroup) -> Result<Group> {
    cx.require_signed_in()?;
    let old = store::group_by_slug(tx, slug)?;
    cx.require(&rights::GROUPS, old.id)?;
    let new = new.clone().check()?;
    let closed = store::last_closed_sprint(tx, old.id, cx.now)?;
    let none_closed = closed.is_none();
    let mut group = Group {
        name: new.name.clone(),
        zone: new.zone.clone(),
        working_agreement: new.working_agreement.clone(),
        version: new.version.unwrap_or(old.version),
        ..old.clone()
    };
    let moved = (new.first_number, &new.first_day, &new.zone) != (old.first_number, &old.first_day, &old.zone);
    match closed {
        None => {
            group.first_number = new.first_number;
            group.first_day = new.first_day.clone();
            group.sprint_days = new.sprint_days;
        }
        Some(s) if moved => {
            return Err(Error::Conflict(format!(
                "Sprint {} has closed, and a closed sprint never moves. Leave first sprint, first day and zone as they are; \
                 a new length applies from the next sprint.",
                s.number
            )));
        }
        Some(_) if new.calendar.is_some() && new.sprint_days != old.sprint_days => {
            return Err(Error::Conflict(format!(
                "Sprints of this calendar began with {} days, and a closed sprint never moves. Leave sprint_days at that and write the \
                 new length into the calendar, from a sprint that has not begun.",
                old.sprint_days
            )));
        }
        Some(_) if new.calendar.is_none() && new.sprint_days != store::calendar(tx, old.id)?.days_now(cx.now) => {
            let next = store::current_sprint(tx, old.id, cx.now)?.number + 1;
            let change = Change { number: next, kind: ChangeKind::Length(new.sprint_days) };
            store::insert_change(tx, old.id, change, &cx.actor.key(), cx.now)?;
        }
        Some(_) => {}
    }
    if !store::update_group(tx, &group)? {
        return Err(changed_meanwhile("group", &old.name, old.version));
    }
    if let Some(changes) = &new.calendar {
        calendar::settle(cx, tx, &group, changes, none_closed)?;
    }
    group.version += 1;
    told(cx, tx, "changed", "group", group.id, &new)?;
    calendar::moved(cx, tx, &group)?;
    Ok(group)
}

/// Skips a sprint that has not begun.
///
/// # Errors
/// No right; [`Error::Conflict`] for a sprint that has begun.
pub fn skip_sprint(cx: &Ctx, tx: &mut dyn Tx, slug: &str, number: i64) -> Result<()> {
    cx.require_signed_in()?;
    let group = store::group_by_slug(tx, slug)?;
    cx.require(&rights::CALENDAR, group.id)?;
    if store::sprint(tx, group.id, number)?.starts <= cx.now {
        return Err(Error::Conflict(format!("Sprint {number} has begun, so it cannot be skipped any more.")));
    }
    store::insert_change(tx, group.id, Change { number, kind: ChangeKind::Skip }, &cx.actor.key(), cx.now)?;
    told(cx, tx, "skipped", "sprint", group.id, &number)?;
    calendar::moved(cx, tx, &group)
}

/// Makes a team.
///
/// # Errors
/// As [`make_group`].
pub fn make_team(cx: &Ctx, tx: &mut dyn Tx, new: &NewTeam) -> Result<Team> {
    cx.require_signed_in()?;
    let group = store::group_by_slug(tx, &new.group).map_err(|e| e.at("group"))?;
    cx.require(&rights::TEAMS, group.id)?;
    let new = new.clone().check()?;
    let team = Team {
        id: tx.id()?,
        slug: new.slug.clone().unwrap_or_default(),
        name: new.name.clone(),
        group: group.id,
        since: cx.now,
        archived_at: None,
        version: 1,
    };
    if !store::insert_team(tx, &team)? {
        return Err(taken("team", &team.name, &team.slug));
    }
    told(cx, tx, "made", "team", team.id, &new)?;
    tx.publish("people");
    Ok(team)
}

/// Makes the teams of a list, all or none.
///
/// # Errors
/// Faults with their lines; no right in the group.
pub fn make_teams(cx: &Ctx, tx: &mut dyn Tx, group: &str, text: &str) -> Result<usize> {
    cx.require_signed_in()?;
    // The right before the list: who may not, learns nothing about what was pasted.
    let found = store::group_by_slug(tx, group).map_err(|e| e.at("group"))?;
    cx.require(&rights::TEAMS, found.id)?;
    let lines = list::read(text).map_err(Error::Invalid)?;
    let with_line = |line: usize, e: Error| match e {
        Error::Invalid(list) if list.iter().all(|f| f.at != "group") => {
            Error::Invalid(list.into_iter().map(|f| Fault::new("list", format!("Line {line}: {}", f.message))).collect())
        }
        Error::Conflict(message) => Error::invalid("list", format!("Line {line}: {message}")),
        e => e,
    };
    for l in &lines {
        let new = NewTeam { name: l.team.clone(), group: group.into(), slug: None, version: None };
        let team = make_team(cx, tx, &new).map_err(|e| with_line(l.line, e))?;
        if let Some(name) = &l.workload {
            let new = NewWorkload {
                name: name.clone(),
                team: team.slug.clone(),
                slug: None,
                about: WorkloadBody::default(),
                version: None,
            };
            make_workload(cx, tx, &new).map_err(|e| with_line(l.line, e))?;
        }
    }
    Ok(lines.len())
}

/// Changes a team: its name, or the group that it reviews with.
///
/// # Errors
/// No right in the old or the new group; [`Error::Conflict`] if somebody else changed it.
pub fn change_team(cx: &Ctx, tx: &mut dyn Tx, slug: &str, new: &NewTeam) -> Result<Team> {
    cx.require_signed_in()?;
    let old = store::team_by_slug(tx, slug)?;
    old.require(cx, &rights::TEAMS)?;
    let new = new.clone().check()?;
    let group = store::group_by_slug(tx, &new.group).map_err(|e| e.at("group"))?;
    if group.id != old.group {
        cx.require(&rights::TEAMS, group.id)?;
    }
    let mut team = Team { name: new.name.clone(), group: group.id, version: new.version.unwrap_or(old.version), ..old.clone() };
    if !store::update_team(tx, &team)? {
        return Err(changed_meanwhile("team", &old.name, old.version));
    }
    if group.id != old.group {
        store::join_group(tx, team.id, group.id, cx.now)?;
    }
    team.version += 1;
    told(cx, tx, "changed", "team", team.id, &new)?;
    Ok(team)
}

/// Makes a workload.
///
/// # Errors
/// As [`make_group`].
pub fn make_workload(cx: &Ctx, tx: &mut dyn Tx, new: &NewWorkload) -> Result<Workload> {
    cx.require_signed_in()?;
    let team = store::team_by_slug(tx, &new.team).map_err(|e| e.at("team"))?;
    team.require(cx, &rights::TEAMS)?;
    let new = new.clone().check()?;
    let workload = Workload {
        id: tx.id()?,
        slug: new.slug.clone().unwrap_or_default(),
        name: new.name.clone(),
        team: team.id,
        body: new.about.clone(),
        archived_at: None,
        version: 1,
    };
    if !store::insert_workload(tx, &workload, cx.now)? {
        return Err(taken("workload", &workload.name, &workload.slug));
    }
    told(cx, tx, "made", "workload", workload.id, &new)?;
    Ok(workload)
}

/// Changes a workload; a new owner begins now, the old one stays on record.
///
/// # Errors
/// As [`change_team`].
pub fn change_workload(cx: &Ctx, tx: &mut dyn Tx, slug: &str, new: &NewWorkload) -> Result<Workload> {
    cx.require_signed_in()?;
    let old = store::workload_by_slug(tx, slug)?;
    store::team(tx, old.team)?.require(cx, &rights::TEAMS)?;
    let new = new.clone().check()?;
    let team = store::team_by_slug(tx, &new.team).map_err(|e| e.at("team"))?;
    if team.id != old.team {
        team.require(cx, &rights::TEAMS)?;
    }
    let mut workload = Workload {
        name: new.name.clone(),
        team: team.id,
        body: new.about.clone(),
        version: new.version.unwrap_or(old.version),
        ..old.clone()
    };
    if !store::update_workload(tx, &workload)? {
        return Err(changed_meanwhile("workload", &old.name, old.version));
    }
    if team.id != old.team {
        store::own(tx, workload.id, team.id, cx.now)?;
    }
    workload.version += 1;
    told(cx, tx, "changed", "workload", workload.id, &new)?;
    Ok(workload)
}

/// The owner that a service states for itself, if any.
fn own_team(tx: &mut dyn Tx, new: &NewService) -> Result<Option<Team>> {
    new.team.as_deref().map(|slug| store::team_by_slug(tx, slug).map_err(|e| e.at("team"))).transpose()
}

/// Makes a service.
///
/// # Errors
/// As [`make_group`].
pub fn make_service(cx: &Ctx, tx: &mut dyn Tx, new: &NewService) -> Result<Service> {
    cx.require_signed_in()?;
    let workload = store::workload_by_slug(tx, &new.workload).map_err(|e| e.at("workload"))?;
    store::team(tx, workload.team)?.require(cx, &rights::TEAMS)?;
    let new = new.clone().check()?;
    let own = own_team(tx, &new)?;
    let service = Service {
        id: tx.id()?,
        slug: new.slug.clone().unwrap_or_default(),
        name: new.name.clone(),
        workload: workload.id,
        team: own.as_ref().map_or(workload.team, |t| t.id),
        own_team: own.is_some(),
        body: new.about.clone(),
        archived_at: None,
        version: 1,
    };
    if !store::insert_service(tx, &service, cx.now)? {
        return Err(taken("service", &service.name, &service.slug));
    }
    told(cx, tx, "made", "service", service.id, &new)?;
    Ok(service)
}

/// Changes a service.
///
/// # Errors
/// As [`change_team`].
pub fn change_service(cx: &Ctx, tx: &mut dyn Tx, slug: &str, new: &NewService) -> Result<Service> {
    cx.require_signed_in()?;
    let old = store::service_by_slug(tx, slug)?;
    store::team(tx, old.team)?.require(cx, &rights::TEAMS)?;
    let new = new.clone().check()?;
    let workload = store::workload_by_slug(tx, &new.workload).map_err(|e| e.at("workload"))?;
    if workload.id != old.workload {
        store::team(tx, workload.team)?.require(cx, &rights::TEAMS)?;
    }
    let own = own_team(tx, &new)?;
    let mut service = Service {
        name: new.name.clone(),
        workload: workload.id,
        team: own.as_ref().map_or(workload.team, |t| t.id),
        own_team: own.is_some(),
        body: new.about.clone(),
        version: new.version.unwrap_or(old.version),
        ..old.clone()
    };
    if !store::update_service(tx, &service)? {
        return Err(changed_meanwhile("service", &old.name, old.version));
    }
    if (service.workload, own.as_ref().map(|t| t.id)) != (old.workload, old.own_team.then_some(old.team)) {
        store::place(tx, service.id, service.workload, own.map(|t| t.id), cx.now)?;
    }
    service.version += 1;
    told(cx, tx, "changed", "service", service.id, &new)?;
    Ok(service)
}
