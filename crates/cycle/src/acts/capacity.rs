//! Verbs on capacity for improvement: state it; and what is read of it.

use catalogue::Team;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use kernel::trail;
use kernel::web::Ctx;
use people::rights;

use crate::capacity::{Capacity, NewCapacity};
use crate::store::capacity as store;

/// How far ahead capacity is stated.
const AHEAD: std::time::Duration = std::time::Duration::from_secs(366 * 86_400);

/// Nothing said.
fn bare(team: &Team, sprint: i64) -> Capacity {
    Capacity { team: team.slug.clone(), name: team.name.clone(), sprint, ..Capacity::default() }
}

/// States the capacity of a team for a sprint of its group's calendar.
///
/// # Errors
/// No right; every fault with its field; no such sprint; [`Error::Conflict`] if the team is put away, the sprint more than a year ahead,
/// or somebody else was faster.
pub fn state(cx: &Ctx, tx: &mut dyn Tx, team: &Team, sprint: i64, new: &NewCapacity) -> Result<Capacity> {
    team.require(cx, &rights::CAPACITY)?;
    if team.archived_at.is_some() {
        return Err(Error::Conflict(format!("{} is put away. Bring it back first.", team.name)));
    }
    let stands = catalogue::store::sprint(tx, team.group, sprint)?;
    if stands.starts > cx.now.plus(AHEAD) {
        return Err(Error::Conflict(format!("Sprint {sprint} begins more than a year from now. State it once it is nearer.")));
    }
    let note = new.check()?;
    let stood = store::one(tx, team.id, sprint)?;
    let version = stood.as_ref().map_or(0, |c| c.version);
    if version != new.version || !store::insert(tx, team.id, sprint, new, &note, (&cx.actor.name, cx.now))? {
        let by = stood.map_or_else(|| "Somebody".to_owned(), |c| c.by);
        return Err(Error::Conflict(format!(
            "{by} has stated it since you opened it (version {version} now). Nothing of yours was stored. Look at it, and save again."
        )));
    }
    let made = store::one(tx, team.id, sprint)?.unwrap_or_else(|| bare(team, sprint));
    trail::record(cx, tx, "stated", &Ref::new("team-capacity", format!("{}/{sprint}", team.id)), &made, "")?;
    tx.publish(&format!("team:{}", team.id));
    tx.publish(&format!("group:{}", team.group));
    Ok(made)
}

/// What a team stated for a sprint.
///
/// # Errors
/// Nobody signed in; no such sprint.
pub fn one(cx: &Ctx, tx: &mut dyn Tx, team: &Team, sprint: i64) -> Result<Capacity> {
    cx.require_signed_in()?;
    catalogue::store::sprint(tx, team.group, sprint)?;
    Ok(store::one(tx, team.id, sprint)?.unwrap_or_else(|| bare(team, sprint)))
}

/// What a team stated, latest sprint first, before a sprint.
///
/// # Errors
/// Nobody signed in.
pub fn list(cx: &Ctx, tx: &mut dyn Tx, team: &Team, before: Option<i64>, limit: i64) -> Result<Vec<Capacity>> {
    cx.require_signed_in()?;
    store::of_team(tx, team.id, before.unwrap_or(i64::MAX), limit)
}

/// What each team of a group stated for a sprint, in the fixed order of teams.
///
/// # Errors
/// Nobody signed in.
pub fn of_group(cx: &Ctx, tx: &mut dyn Tx, group: Id, sprint: i64) -> Result<Vec<Capacity>> {
    cx.require_signed_in()?;
    let mut out = Vec::new();
    for team in catalogue::store::teams(tx, Some(group))? {
        out.push(store::one(tx, team.id, sprint)?.unwrap_or_else(|| bare(&team, sprint)));
    }
    Ok(out)
}
