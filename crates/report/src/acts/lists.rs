//! Verbs on list entries: add, change, look at again, take out.

use catalogue::{Sprint, Team};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use kernel::time::Time;
use kernel::trail;
use kernel::web::Ctx;
use people::rights;

use crate::document::ListBlock;
use crate::lists::{self, Entry, ListKind, MOST_ENTRIES, NewEntry, TemplateList};
use crate::store::lists as entries;
pub use crate::store::lists::list_of;

fn told(cx: &Ctx, tx: &mut dyn Tx, verb: &str, team: &Team, id: Id, payload: &impl serde::Serialize) -> Result<()> {
    trail::record(cx, tx, verb, &Ref::new("entry", id), payload, "")?;
    tx.publish(&format!("team:{}", team.id));
    Ok(())
}

/// The group's zone, and today there.
fn today(cx: &Ctx, tx: &mut dyn Tx, team: &Team) -> Result<(String, jiff::civil::Date)> {
    let zone = catalogue::store::group(tx, team.group)?.zone;
    let today = cx.now.jiff().in_tz(&zone).map_err(Error::internal)?.date();
    Ok((zone, today))
}

fn origin(id: Id) -> String {
    format!("entry:{id}")
}

/// Puts an event on the team's axes if its list says so.
fn mark(cx: &Ctx, tx: &mut dyn Tx, team: &Team, list: &TemplateList, (id, new, zone): (Id, &NewEntry, &str)) -> Result<()> {
    if let Some(body) = lists::mark_of(list, new, zone) {
        marks::acts::put(cx, tx, Some(&origin(id)), &marks::place::Place::team(team), &body, &cx.actor.name)?;
    }
    Ok(())
}

/// A list as the report of a sprint shows it.
///
/// # Errors
/// The engine's.
pub(super) fn block(tx: &mut dyn Tx, team: &Team, list: &TemplateList, sprint: &Sprint, now: Time) -> Result<ListBlock> {
    let most = i64::try_from(MOST_ENTRIES).map_err(Error::internal)?;
    let found = match list.kind {
        ListKind::Events => {
            let (from, to) = (sprint.first_day.to_string(), sprint.end_day.to_string());
            entries::happened(tx, team.id, &list.key, &from, &to, most)?
        }
        // A sprint that is still reported shows what is there now; an old one what was there at its end.
        ListKind::Inventory | ListKind::Links => entries::there(tx, team.id, &list.key, now.max(sprint.ends), most)?,
    };
    Ok(lists::block(list, found, now))
}

/// Adds an entry.
///
/// # Errors
/// No right; faults of the entry; [`Error::TooLarge`] if the list is full.
pub fn add(cx: &Ctx, tx: &mut dyn Tx, team: &Team, list: &TemplateList, new: &NewEntry) -> Result<Entry> {
    team.require(cx, &rights::NOTES)?;
    let (zone, today) = today(cx, tx, team)?;
    let new = lists::check(list, new, today)?;
    let most = i64::try_from(MOST_ENTRIES).map_err(Error::internal)?;
    if entries::of_list(tx, team.id, &list.key, most)?.len() >= MOST_ENTRIES {
        return Err(Error::TooLarge(format!(
            "{} holds {MOST_ENTRIES} entries already. Take out what is of no use any more.",
            list.title
        )));
    }
    let id = entries::insert(tx, team.id, &list.key, &new, &cx.actor.name, cx.now)?;
    mark(cx, tx, team, list, (id, &new, &zone))?;
    told(cx, tx, "added", team, id, &serde_json::json!({ "list": list.key, "day": new.day, "cells": new.cells }))?;
    Ok(Entry { id, day: new.day, cells: new.cells, by: cx.actor.name.clone(), at: cx.now, version: 1 })
}

/// Changes an entry. The same content again says that somebody looked at it: its age begins anew.
///
/// # Errors
/// No right; faults; [`Error::NotFound`]; [`Error::Conflict`] with what somebody else wrote meanwhile.
pub fn change(cx: &Ctx, tx: &mut dyn Tx, team: &Team, list: &TemplateList, id: Id, new: &NewEntry) -> Result<Entry> {
    team.require(cx, &rights::NOTES)?;
    let before = entries::one(tx, team.id, &list.key, id)?.ok_or_else(|| Error::not_found("entry of this list", id))?;
    let (zone, today) = today(cx, tx, team)?;
    let new = lists::check(list, new, today)?;
    let version = new.version.unwrap_or(before.version);
    if !entries::change(tx, (team.id, &list.key, id), &new, version, &cx.actor.name, cx.now)? {
        let theirs: Vec<String> = before.cells.values().cloned().collect();
        return Err(Error::Conflict(format!(
            "{} changed this entry meanwhile to “{}”. Nothing of yours was stored; load it again and change that.",
            before.by,
            theirs.join("; ")
        )));
    }
    mark(cx, tx, team, list, (id, &new, &zone))?;
    told(cx, tx, "changed", team, id, &serde_json::json!({ "before": before, "day": new.day, "cells": new.cells }))?;
    Ok(Entry { id, day: new.day, cells: new.cells, by: cx.actor.name.clone(), at: cx.now, version: version + 1 })
}

/// Takes an entry out. Reports that were frozen keep it.
///
/// # Errors
/// No right; [`Error::NotFound`].
pub fn take_out(cx: &Ctx, tx: &mut dyn Tx, team: &Team, list: &TemplateList, id: Id) -> Result<()> {
    team.require(cx, &rights::NOTES)?;
    if !entries::end(tx, (team.id, &list.key, id), &cx.actor.name, cx.now)? {
        return Err(Error::not_found("entry of this list", id));
    }
    marks::acts::withdraw(cx, tx, &origin(id), &marks::place::Place::team(team), "Its entry was taken out of the list.")?;
    told(cx, tx, "took-out", team, id, &serde_json::json!({ "list": list.key }))
}
