//! Verbs on critical transactions: write down, change, take out.

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use kernel::trail;
use kernel::web::Ctx;
use people::rights;

use super::exemptions;
use crate::rules::{Team, Workload};
use crate::store;
use crate::store::transactions as rows;
use crate::transactions::{MOST, NewTransaction, Transaction};

fn told(cx: &Ctx, tx: &mut dyn Tx, verb: &str, team: &Team, id: Id, body: &impl serde::Serialize) -> Result<()> {
    trail::record(cx, tx, verb, &Ref::new("transaction", id), body, "")?;
    tx.publish(&format!("team:{}", team.id));
    tx.publish("catalogue");
    Ok(())
}

fn twice(name: &str) -> Error {
    Error::invalid("name", format!("“{name}” stands in the list already. Change that entry, or choose another name."))
}

/// The workload and its team, if whoever acts may change them.
fn place(cx: &Ctx, tx: &mut dyn Tx, workload: &str) -> Result<(Workload, Team)> {
    let w = store::workload_by_slug(tx, workload)?;
    let team = store::team(tx, w.team)?;
    team.require(cx, &rights::TEAMS)?;
    Ok((w, team))
}

/// Writes a transaction down.
///
/// # Errors
/// No right; faults; [`Error::TooLarge`] if the list is full.
pub fn add(cx: &Ctx, tx: &mut dyn Tx, workload: &str, new: &NewTransaction) -> Result<Transaction> {
    cx.require_signed_in()?;
    let (w, team) = place(cx, tx, workload)?;
    let new = new.clone().check(exemptions::today(cx, tx, &team)?)?;
    if rows::of_workload(tx, w.id)?.len() >= MOST {
        return Err(Error::TooLarge(format!("{} has {MOST} critical transactions already. Take out those that are not.", w.name)));
    }
    let made = Transaction { id: tx.id()?, name: new.name, cover: new.cover, by: cx.actor.name.clone(), at: cx.now, version: 1 };
    if !rows::insert(tx, w.id, &made)? {
        return Err(twice(&made.name));
    }
    told(cx, tx, "added", &team, made.id, &(&w.slug, &made))?;
    Ok(made)
}

/// Changes a transaction and what covers it.
///
/// # Errors
/// No right; faults; [`Error::Conflict`] if somebody else changed it.
pub fn change(cx: &Ctx, tx: &mut dyn Tx, workload: &str, id: Id, new: &NewTransaction) -> Result<Transaction> {
    cx.require_signed_in()?;
    let (w, team) = place(cx, tx, workload)?;
    let new = new.clone().check(exemptions::today(cx, tx, &team)?)?;
    let all = rows::of_workload(tx, w.id)?;
    let before = rows::one(tx, w.id, id)?;
    if all.iter().any(|t| t.id != id && t.name == new.name) {
        return Err(twice(&new.name));
    }
    let version = new.version.unwrap_or(before.version);
    if !rows::update(tx, (w.id, id), &new, version, &cx.actor.name, cx.now)? {
        return Err(Error::Conflict(format!(
            "{} changed “{}” meanwhile; it is at version {}. Look at it, then change that version.",
            before.by, before.name, before.version
        )));
    }
    let made = Transaction { id, name: new.name, cover: new.cover, by: cx.actor.name.clone(), at: cx.now, version: version + 1 };
    told(cx, tx, "changed", &team, id, &(&w.slug, &made))?;
    Ok(made)
}

/// Takes a transaction out; frozen reports keep it.
///
/// # Errors
/// No right; [`Error::NotFound`].
pub fn take_out(cx: &Ctx, tx: &mut dyn Tx, workload: &str, id: Id) -> Result<()> {
    cx.require_signed_in()?;
    let (w, team) = place(cx, tx, workload)?;
    let before = rows::one(tx, w.id, id)?;
    if !rows::end(tx, (w.id, id), &cx.actor.name, cx.now)? {
        return Err(Error::not_found("transaction of this workload", id));
    }
    told(cx, tx, "took-out", &team, id, &(&w.slug, &before.name))
}
