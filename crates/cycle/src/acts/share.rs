//! Verbs on tech shares: make one, change it, say that a team took it up; and what is read of them.

use catalogue::{Group, Team};
use jiff::civil::Date;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use kernel::trail;
use kernel::web::Ctx;
use people::rights;

use super::capture::origin;
use crate::capture::Capture;
use crate::session::Session;
use crate::share::{Adopted, Body, MOST, NewAdopted, NewTechShare, TechShare, TechShareChange};
use crate::store::share as rows;

/// Today in a group's zone.
fn today(cx: &Ctx, group: &Group) -> Result<Date> {
    Ok(cx.now.jiff().in_tz(&group.zone).map_err(Error::internal)?.date())
}

/// Makes sure that who acts is of a team of the group, or its facilitator.
pub(crate) fn belongs(cx: &Ctx, tx: &mut dyn Tx, group: &Group) -> Result<Vec<Team>> {
    let teams = catalogue::store::teams(tx, Some(group.id))?;
    if !teams.iter().any(|t| t.may(cx, &rights::SESSION_PART)) {
        cx.require(&rights::SESSION_PART, group.id)?;
    }
    Ok(teams)
}

fn of(teams: &[Team], slug: &str) -> Result<Option<Team>> {
    let slug = slug.trim();
    let shown = kernel::text::shown(slug, 60);
    match teams.iter().find(|t| t.slug == slug) {
        _ if slug.is_empty() => Ok(None),
        Some(found) => Ok(Some(found.clone())),
        None => Err(Error::invalid("team", format!("There is no team “{shown}” in this group."))),
    }
}

fn told(cx: &Ctx, tx: &mut dyn Tx, verb: &str, group: Id, id: Id, payload: &impl serde::Serialize) -> Result<()> {
    trail::record(cx, tx, verb, &Ref::new("tech-share", id), payload, "")?;
    tx.publish(&format!("group:{group}"));
    Ok(())
}

/// Makes a tech share.
///
/// # Errors
/// No right; every fault with its field.
pub fn add(cx: &Ctx, tx: &mut dyn Tx, new: &NewTechShare) -> Result<TechShare> {
    cx.require_somewhere(&rights::SESSION_PART)?;
    let group = catalogue::store::group_by_slug(tx, new.group.trim()).map_err(|e| e.at("group"))?;
    let teams = belongs(cx, tx, &group)?;
    let body = new.body.check()?;
    let mut faults = kernel::error::Faults::new();
    let from = new.origin.check(&mut faults);
    faults.done()?;
    let team = of(&teams, &new.team)?;
    let id = tx.id()?;
    rows::insert(tx, id, (group.id, team.map(|t| t.id)), &body, &from, (&cx.actor.name, cx.now))?;
    let made = rows::one(tx, id, today(cx, &group)?)?.0;
    told(cx, tx, "made", group.id, id, &made)?;
    Ok(made)
}

/// A capture of a session becomes a candidate; none for the council, whose sessions are of no group.
pub(crate) fn candidate(cx: &Ctx, tx: &mut dyn Tx, s: &Session, c: &Capture) -> Result<Option<Id>> {
    let Some(group) = s.forum.group else { return Ok(None) };
    let first = c.text.lines().next().unwrap_or_default();
    let title = kernel::text::shown(first, kernel::text::NAME);
    let about = if title == c.text { String::new() } else { c.text.clone() };
    let body = Body { title, about, owner: c.owner.clone(), day: c.due.clone(), ..Body::default() }.check()?;
    let team = match &c.team {
        Some(t) => Some(catalogue::store::team_by_slug(tx, &t.slug)?.id),
        None => None,
    };
    let id = tx.id()?;
    rows::insert(tx, id, (group, team), &body, &origin(s, &c.origin), (&c.by, cx.now))?;
    told(cx, tx, "made", group, id, &body)?;
    Ok(Some(id))
}

/// Changes what is said of a tech share.
///
/// # Errors
/// No right; every fault with its field; [`Error::Conflict`] if somebody changed it meanwhile.
pub fn change(cx: &Ctx, tx: &mut dyn Tx, id: Id, new: &TechShareChange) -> Result<TechShare> {
    cx.require_somewhere(&rights::SESSION_PART)?;
    let (stood, group) = rows::one(tx, id, Date::ZERO)?;
    let group = catalogue::store::group(tx, group)?;
    belongs(cx, tx, &group)?;
    let body = new.body.check()?;
    if !rows::change(tx, id, new.version, &body, (&cx.actor.name, cx.now))? {
        return Err(Error::Conflict(format!(
            "Somebody has changed this tech share since you opened it (version {} now). Nothing of yours was stored. Look at it, and \
             save again.",
            stood.version
        )));
    }
    let made = rows::one(tx, id, today(cx, &group)?)?.0;
    told(cx, tx, "changed", group.id, id, &serde_json::json!({ "before": stood.body, "after": made.body }))?;
    Ok(made)
}

/// Says that a team took something up from a tech share; a member of the team does, or the facilitator.
///
/// # Errors
/// No right; every fault with its field.
pub fn adopt(cx: &Ctx, tx: &mut dyn Tx, id: Id, new: &NewAdopted) -> Result<TechShare> {
    cx.require_somewhere(&rights::SESSION_PART)?;
    let (_, group) = rows::one(tx, id, Date::ZERO)?;
    let group = catalogue::store::group(tx, group)?;
    let teams = catalogue::store::teams(tx, Some(group.id))?;
    let team = of(&teams, &new.team)?.ok_or_else(|| Error::invalid("team", "Say which team took it up."))?;
    team.require(cx, &rights::SESSION_PART)?;
    let today = today(cx, &group)?;
    let (on, what) = new.check(today)?;
    let named = crate::capture::Named { slug: team.slug.clone(), name: team.name.clone() };
    let adopted = Adopted { team: named, on, what, by: cx.actor.name.clone(), at: cx.now };
    rows::adopt(tx, id, team.id, &adopted)?;
    told(cx, tx, "adopted", group.id, id, &adopted)?;
    Ok(rows::one(tx, id, today)?.0)
}

/// One tech share, with its group.
///
/// # Errors
/// Nobody signed in; [`Error::NotFound`].
pub fn one(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<(TechShare, Group, Vec<Team>)> {
    cx.require_signed_in()?;
    let (_, group) = rows::one(tx, id, Date::ZERO)?;
    let group = catalogue::store::group(tx, group)?;
    let teams = catalogue::store::teams(tx, Some(group.id))?;
    Ok((rows::one(tx, id, today(cx, &group)?)?.0, group, teams))
}

/// Tech shares of a group, newest first, before an id.
///
/// # Errors
/// Nobody signed in; no such group.
pub fn list(cx: &Ctx, tx: &mut dyn Tx, group: &str, before: Option<&str>, limit: i64) -> Result<(Group, Vec<TechShare>)> {
    cx.require_signed_in()?;
    let group = catalogue::store::group_by_slug(tx, group)?;
    let today = today(cx, &group)?;
    let found = rows::of_group(tx, group.id, before.unwrap_or(rows::NEWEST), limit.min(MOST), today)?;
    Ok((group, found))
}
