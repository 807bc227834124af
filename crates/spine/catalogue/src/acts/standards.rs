//! Verbs on standards: agree, change, put away; say how far a workload is; ask to be let off.

use std::collections::HashMap;

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use kernel::trail;
use kernel::web::Ctx;
use people::rights;

use super::{changed_meanwhile, exemptions, taken, told};
use crate::exemptions::{Asked, Exemption, Target};
use crate::rules::{Team, Workload};
use crate::standards::{Adopted, MOST, NewAdoption, NewStandard, Said, Standard, StandardPatch, adopted};
use crate::store;
use crate::store::standards as rows;

/// A pillar that nobody has is a fault of the field.
fn known_pillar(tx: &mut dyn Tx, key: &str) -> Result<()> {
    let all = people::place::pillars(tx)?;
    if all.iter().any(|p| p.slug == key) {
        return Ok(());
    }
    let shown = kernel::text::shown(key, 60);
    let keys: Vec<&str> = all.iter().map(|p| p.slug.as_str()).collect();
    Err(Error::invalid("pillar", format!("There is no pillar “{shown}”. There are {}.", keys.join(", "))))
}

/// Agrees a standard.
///
/// # Errors
/// No right; faults; [`Error::Conflict`] if it is there already, [`Error::TooLarge`] if the list is full.
pub fn make(cx: &Ctx, tx: &mut dyn Tx, new: &NewStandard) -> Result<Standard> {
    cx.require_somewhere(&rights::STANDARDS)?;
    let new = new.clone().check()?;
    known_pillar(tx, &new.pillar)?;
    if rows::all(tx)?.len() >= MOST {
        return Err(Error::TooLarge(format!("There are {MOST} standards already. Put away those that nobody needs any more.")));
    }
    let made = Standard {
        id: tx.id()?,
        slug: new.slug.clone().unwrap_or_default(),
        statement: new.statement.clone(),
        why: new.why.clone(),
        pillar: new.pillar.clone(),
        how: new.how.clone(),
        archived_at: None,
        version: 1,
    };
    if !rows::insert(tx, &made, cx.now)? {
        return Err(taken("standard", &made.statement, &made.slug));
    }
    told(cx, tx, "agreed", "standard", made.id, &new)?;
    Ok(made)
}

/// Changes a standard; what teams said of it stays.
///
/// # Errors
/// No right; faults; [`Error::Conflict`] if somebody else changed it.
pub fn change(cx: &Ctx, tx: &mut dyn Tx, slug: &str, new: &NewStandard) -> Result<Standard> {
    cx.require_somewhere(&rights::STANDARDS)?;
    let old = rows::by_slug(tx, slug)?;
    let new = new.clone().check()?;
    known_pillar(tx, &new.pillar)?;
    let mut made = Standard {
        statement: new.statement.clone(),
        why: new.why.clone(),
        pillar: new.pillar.clone(),
        how: new.how.clone(),
        version: new.version.unwrap_or(old.version),
        ..old.clone()
    };
    if !rows::update(tx, &made)? {
        return Err(changed_meanwhile("standard", &old.statement, old.version));
    }
    made.version += 1;
    told(cx, tx, "changed", "standard", made.id, &new)?;
    Ok(made)
}

/// Changes fields of a standard.
///
/// # Errors
/// As [`change`].
pub fn patch(cx: &Ctx, tx: &mut dyn Tx, slug: &str, patch: &StandardPatch) -> Result<Standard> {
    cx.require_somewhere(&rights::STANDARDS)?;
    let old = rows::by_slug(tx, slug)?;
    change(cx, tx, slug, &patch.onto(&old))
}

/// Puts a standard away, or brings it back; what teams said of it stays.
///
/// # Errors
/// No right; [`Error::Conflict`] if it is so already.
pub fn put_away(cx: &Ctx, tx: &mut dyn Tx, slug: &str, away: bool) -> Result<()> {
    cx.require_somewhere(&rights::STANDARDS)?;
    let s = rows::by_slug(tx, slug)?;
    let done = if away { rows::archive(tx, s.id, &cx.actor.key(), cx.now)? } else { rows::restore(tx, s.id)? };
    if !done {
        let how = if away { "put away already" } else { "not put away" };
        return Err(Error::Conflict(format!("The standard “{}” is {how}.", s.statement)));
    }
    told(cx, tx, if away { "archived" } else { "restored" }, "standard", s.id, &s.slug)
}

/// Says how far a workload is with a standard.
///
/// # Errors
/// No right; faults; [`Error::Conflict`] if somebody else said something meanwhile, or the standard is put away.
pub fn adopt(cx: &Ctx, tx: &mut dyn Tx, workload: &str, standard: &str, new: &NewAdoption) -> Result<Adopted> {
    cx.require_signed_in()?;
    let w = store::workload_by_slug(tx, workload)?;
    let team = store::team(tx, w.team)?;
    team.require(cx, &rights::TEAMS)?;
    let s = in_use(tx, standard)?;
    let today = exemptions::today(cx, tx, &team)?;
    let new = new.clone().check(today)?;
    let before = rows::of_workload(tx, w.id)?.into_iter().find(|a| a.standard == s.id);
    let version = new.version.unwrap_or_else(|| before.as_ref().map_or(0, |a| a.version));
    if !rows::say(tx, (w.id, s.id), &new, version, &cx.actor.name, cx.now)? {
        let by = before.map(|a| a.by).unwrap_or_default();
        return Err(Error::Conflict(format!("{by} said how far {} is meanwhile. Look at that, then say it again.", w.name)));
    }
    trail::record(cx, tx, "adopted", &Ref::new("standard", s.id), &(&w.slug, &new), &new.note)?;
    tx.publish(&format!("team:{}", team.id));
    tx.publish("catalogue");
    let said = rows::of_workload(tx, w.id)?.into_iter().find(|a| a.standard == s.id);
    let all = store::exemptions::of_team(tx, team.id)?;
    Ok(adopted(&s, &w, said.as_ref(), &all, today))
}

fn in_use(tx: &mut dyn Tx, slug: &str) -> Result<Standard> {
    let s = rows::by_slug(tx, slug)?;
    match s.archived_at {
        None => Ok(s),
        Some(_) => Err(Error::Conflict(format!("The standard “{}” is put away; nothing is said of it any more.", s.statement))),
    }
}

/// Asks for an exemption from a standard for a workload, or rules it out there.
///
/// # Errors
/// As [`exemptions::ask`].
pub fn ask(cx: &Ctx, tx: &mut dyn Tx, workload: &str, standard: &str, new: &Asked) -> Result<Exemption> {
    cx.require_signed_in()?;
    let w = store::workload_by_slug(tx, workload)?;
    let team = store::team(tx, w.team)?;
    team.require(cx, &rights::EXEMPTION)?;
    let s = in_use(tx, standard)?;
    let target = Target {
        subject: Some(w.id),
        metric: String::new(),
        standard: Some(s.id),
        pillar: s.pillar,
        title: format!("{}, {}", s.statement, w.name),
    };
    exemptions::ask(cx, tx, &team, &target, new)
}

/// What adoption is decided from, for workloads.
///
/// # Errors
/// The engine's.
pub fn said(cx: &Ctx, tx: &mut dyn Tx, workloads: &[Workload]) -> Result<Said> {
    cx.require_signed_in()?;
    let adoptions = match workloads {
        [one] => rows::of_workload(tx, one.id)?,
        _ => rows::adoptions(tx)?,
    };
    let mut out = Said { adoptions: adoptions.into_iter().map(|a| ((a.workload, a.standard), a)).collect(), ..Said::default() };
    let mut teams: Vec<Id> = workloads.iter().map(|w| w.team).collect();
    teams.sort_unstable();
    teams.dedup();
    let mut known: HashMap<Id, Team> = HashMap::new();
    if teams.len() > 1 {
        known = store::teams(tx, None)?.into_iter().map(|t| (t.id, t)).collect();
    }
    for id in teams {
        let team = match known.remove(&id) {
            Some(team) => team,
            None => store::team(tx, id)?,
        };
        out.today.insert(id, exemptions::today(cx, tx, &team)?);
        out.exemptions.insert(id, store::exemptions::of_team(tx, id)?);
    }
    Ok(out)
}
