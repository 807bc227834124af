//! Merging of duplicates. The duplicate stays under its name, put away, and leads to the one that it became part of; that one
//! takes over what belonged to it. What rooms above hold about a thing they take over themselves: the binary names them once.

use std::sync::OnceLock;

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Ref;
use kernel::trail;
use kernel::web::Ctx;
use people::rights;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::owner;
use crate::rules::{Merged, Merging, NewMerge, Service, SubjectKind, Taken, Workload, filled};
use crate::store;

/// Most links, repositories or environments of one thing, as forms allow them.
const LIST: usize = 50;
/// Most obstacles that a refusal names.
const NAMED: usize = 10;

/// What a room above does when two things are merged.
#[derive(Debug, Clone, Copy)]
pub struct Follower {
    /// What stands in the way, as sentences that say how to mend it; changes nothing.
    pub against: fn(&Ctx, &mut dyn Tx, &Merging) -> Result<Vec<String>>,
    /// Takes over what belongs to the duplicate, and counts it.
    pub take: fn(&Ctx, &mut dyn Tx, &Merging) -> Result<Vec<Taken>>,
}

static FOLLOWERS: OnceLock<&'static [Follower]> = OnceLock::new();

/// Names the rooms that hold something about things of the catalogue. Call it once, before serving; later calls change
/// nothing.
pub fn provide(followers: &'static [Follower]) {
    let _ = FOLLOWERS.set(followers);
}

/// Makes a workload part of another workload, a service of another service, a team of another team.
///
/// # Errors
/// No right for both; no reason; [`Error::Conflict`] if one of them is put away, or if something stands in the way: it is
/// named.
pub fn merge(cx: &Ctx, tx: &mut dyn Tx, kind: SubjectKind, slug: &str, new: &NewMerge) -> Result<Merged> {
    cx.require_signed_in()?;
    let from = store::subject_itself(tx, kind, slug)?;
    from.team.require(cx, &rights::TEAMS)?;
    let reason = new.check()?;
    let into = store::subject_itself(tx, kind, new.into.trim()).map_err(|e| e.at("into"))?;
    into.team.require(cx, &rights::TEAMS)?;
    if from.id == into.id {
        return Err(Error::invalid("into", format!("{} cannot become part of itself. Name another {}.", from.name, kind.key())));
    }
    for (end, field) in [(&from, "from"), (&into, "into")] {
        if store::history(tx, kind, end.id)?.put_away.is_some() {
            let message = format!("{} is put away. Bring it back first.", end.name);
            return Err(if field == "into" { Error::invalid("into", message) } else { Error::Conflict(message) });
        }
    }
    let m = Merging { from, into, keep: new.keep };
    let followers = FOLLOWERS.get().copied().unwrap_or_default();
    let mut against = Vec::new();
    for f in followers {
        against.extend((f.against)(cx, tx, &m)?);
    }
    if !against.is_empty() {
        let more = against.len().saturating_sub(NAMED);
        against.truncate(NAMED);
        if more > 0 {
            against.push(format!("And {more} more."));
        }
        return Err(Error::Conflict(against.join(" ")));
    }
    let mut taken = take(cx, tx, &m)?;
    for f in followers {
        taken.extend((f.take)(cx, tx, &m)?);
    }
    taken.retain(|t| t.count > 0);
    store::archive(tx, kind, m.from.id, &cx.actor.key(), cx.now)?;
    store::put_why(tx, kind, m.from.id, &reason, Some(m.into.id))?;
    store::lead_on(tx, kind, m.from.id, m.into.id)?;
    let done = Merged { from: m.from.slug.clone(), into: m.into.slug.clone(), taken };
    for end in [&m.from, &m.into] {
        let body = json!({ "from": m.from.slug, "into": m.into.slug, "keep": m.keep, "taken": done.taken });
        trail::record(cx, tx, "merged", &Ref::new(kind.key(), end.id), &body, &reason)?;
    }
    tx.publish("catalogue");
    Ok(done)
}

fn joined<T: Serialize + DeserializeOwned>(into: &T, from: &T) -> Result<T> {
    let value = |body: &T| serde_json::to_value(body).map_err(Error::internal);
    serde_json::from_value(filled(&value(into)?, &value(from)?, LIST)).map_err(Error::internal)
}

fn counted(what: &str, count: usize) -> Taken {
    Taken { what: what.into(), count: i64::try_from(count).unwrap_or(i64::MAX) }
}

/// What the catalogue itself holds.
fn take(cx: &Ctx, tx: &mut dyn Tx, m: &Merging) -> Result<Vec<Taken>> {
    match m.from.kind {
        SubjectKind::Team => {
            let workloads = store::workloads_in(tx, m.from.id)?;
            let services = store::services_owned(tx, m.from.id)?;
            let out = vec![counted("workloads", workloads.len()), counted("services", services.len())];
            for w in workloads {
                let w = Workload { team: m.into.id, ..w };
                store::update_workload(tx, &w)?;
                store::own(tx, w.id, m.into.id, cx.now)?;
                owner::told(cx, tx, SubjectKind::Workload, w.id, (&m.into.slug, cx.now), "")?;
            }
            for s in services {
                let s = Service { team: m.into.id, ..s };
                store::update_service(tx, &s)?;
                store::place(tx, s.id, s.workload, Some(m.into.id), cx.now)?;
                owner::told(cx, tx, SubjectKind::Service, s.id, (&m.into.slug, cx.now), "")?;
            }
            Ok(out)
        }
        SubjectKind::Workload => {
            let (from, into) = (store::workload(tx, m.from.id)?, store::workload(tx, m.into.id)?);
            let body = joined(&into.body, &from.body)?;
            if body != into.body {
                store::update_workload(tx, &Workload { body, ..into.clone() })?;
            }
            let services = store::services_in(tx, from.id)?;
            let out = vec![counted("services", services.len())];
            for s in services {
                let own = s.own_team.then_some(s.team);
                let s = Service { workload: into.id, ..s };
                store::update_service(tx, &s)?;
                store::place(tx, s.id, into.id, own, cx.now)?;
                let body = json!({ "workload": into.slug });
                trail::record(cx, tx, "transferred", &Ref::new("service", s.id), &body, "")?;
            }
            Ok(out)
        }
        SubjectKind::Service => {
            let (from, into) = (store::service(tx, m.from.id)?, store::service(tx, m.into.id)?);
            let body = joined(&into.body, &from.body)?;
            if body != into.body {
                store::update_service(tx, &Service { body, ..into })?;
            }
            Ok(Vec::new())
        }
    }
}
