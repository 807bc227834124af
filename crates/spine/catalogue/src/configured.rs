//! Groups, teams, workloads and services as code.

use kernel::configured::{Action, Configured, read, write};
use kernel::db::Tx;
use kernel::error::Result;
use serde_json::Value;

use crate::rules::{NewGroup, NewService, NewTeam, NewWorkload};
use crate::{acts, store};

/// The kinds of this room, in the order in which they refer to each other.
pub static CONFIGURED: [Configured; 4] = [
    Configured {
        kind: "groups",
        noun: "group",
        key: "slug",
        export: groups,
        check: |v| {
            let new = read::<NewGroup>(v)?.check()?;
            // No list and an empty one say the same in a file: the calendar has no later change.
            write(&NewGroup { calendar: new.calendar.filter(|c| !c.is_empty()), ..new })
        },
        apply: |cx, tx, v, action| {
            let mut new: NewGroup = read(v.clone())?;
            new.calendar.get_or_insert_default();
            match action {
                Action::Create => acts::make_group(cx, tx, &new).map(|_| ()),
                _ => acts::change_group(cx, tx, new.slug.as_deref().unwrap_or(""), &new).map(|_| ()),
            }
        },
    },
    Configured {
        kind: "teams",
        noun: "team",
        key: "slug",
        export: teams,
        check: |v| write(&read::<NewTeam>(v)?.check()?),
        apply: |cx, tx, v, action| {
            let new: NewTeam = read(v.clone())?;
            match action {
                Action::Create => acts::make_team(cx, tx, &new).map(|_| ()),
                _ => acts::change_team(cx, tx, new.slug.as_deref().unwrap_or(""), &new).map(|_| ()),
            }
        },
    },
    Configured {
        kind: "workloads",
        noun: "workload",
        key: "slug",
        export: workloads,
        check: |v| write(&read::<NewWorkload>(v)?.check()?),
        apply: |cx, tx, v, action| {
            let new: NewWorkload = read(v.clone())?;
            match action {
                Action::Create => acts::make_workload(cx, tx, &new).map(|_| ()),
                _ => acts::change_workload(cx, tx, new.slug.as_deref().unwrap_or(""), &new).map(|_| ()),
            }
        },
    },
    Configured {
        kind: "services",
        noun: "service",
        key: "slug",
        export: services,
        check: |v| write(&read::<NewService>(v)?.check()?),
        apply: |cx, tx, v, action| {
            let new: NewService = read(v.clone())?;
            match action {
                Action::Create => acts::make_service(cx, tx, &new).map(|_| ()),
                _ => acts::change_service(cx, tx, new.slug.as_deref().unwrap_or(""), &new).map(|_| ()),
            }
        },
    },
];

fn groups(tx: &mut dyn Tx) -> Result<Vec<Value>> {
    store::groups(tx)?.into_iter().map(|g| write(&acts::group_form(tx, g)?)).collect()
}

fn teams(tx: &mut dyn Tx) -> Result<Vec<Value>> {
    let groups = store::groups(tx)?;
    let slug = |id| groups.iter().find(|g| g.id == id).map(|g| g.slug.clone()).unwrap_or_default();
    let form = |t: crate::Team| NewTeam { name: t.name, group: slug(t.group), slug: Some(t.slug), version: None };
    store::teams(tx, None)?.into_iter().map(|t| write(&form(t))).collect()
}

/// Slug of a team in use; an archived one is not in the file, so neither is what only it owns.
fn team_slugs(tx: &mut dyn Tx) -> Result<Vec<(kernel::ids::Id, String)>> {
    Ok(store::teams(tx, None)?.into_iter().map(|t| (t.id, t.slug)).collect())
}

fn workloads(tx: &mut dyn Tx) -> Result<Vec<Value>> {
    let teams = team_slugs(tx)?;
    let form = |w: crate::Workload| {
        let (_, team) = teams.iter().find(|(id, _)| *id == w.team)?;
        Some(NewWorkload { name: w.name, team: team.clone(), slug: Some(w.slug), about: w.body, version: None })
    };
    store::workloads(tx)?.into_iter().filter_map(form).map(|w| write(&w)).collect()
}

fn services(tx: &mut dyn Tx) -> Result<Vec<Value>> {
    let teams = team_slugs(tx)?;
    let workloads = store::workloads(tx)?;
    let form = |s: crate::Service| {
        let workload = workloads.iter().find(|w| w.id == s.workload && teams.iter().any(|(id, _)| *id == w.team))?;
        let own = if s.own_team { Some(teams.iter().find(|(id, _)| *id == s.team)?.1.clone()) } else { None };
        Some(NewService {
            name: s.name,
            workload: workload.slug.clone(),
            team: own,
            slug: Some(s.slug),
            about: s.body,
            version: None,
        })
    };
    store::services(tx)?.into_iter().filter_map(form).map(|s| write(&s)).collect()
}
