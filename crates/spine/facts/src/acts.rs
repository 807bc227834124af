//! Verbs on facts: record.

pub mod merge;

use catalogue::{Team, Workload};
use kernel::db::Tx;
use kernel::error::{Error, Faults, Result};
use kernel::ids::Ref;
use kernel::time::Time;
use kernel::trail;
use kernel::web::Ctx;
use people::rights;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::fact::{Fact, Facts, NewFact, check_all};
use crate::store;

/// Facts to record: all or none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFacts {
    /// 1 to 1,000.
    pub facts: Vec<NewFact>,
}

/// What became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FactsRecorded {
    /// New ones.
    pub recorded: usize,
    /// Those that were there already.
    pub same: usize,
}

/// Characters of a key or an item that is asked for at most.
const LONGEST: usize = 300;

/// A workload with its team.
pub(crate) fn place(tx: &mut dyn Tx, workload: &str) -> Result<(Workload, Team)> {
    let workload = catalogue::store::workload_by_slug(tx, workload)?;
    let team = catalogue::store::team(tx, workload.team)?;
    Ok((workload, team))
}

/// What open pages listen to.
pub fn topic(workload: &Workload) -> String {
    format!("facts:{}", workload.id)
}

/// What was recorded of a fact over time, newest first, observed before a time.
///
/// # Errors
/// Nobody signed in; no such workload; a key that no fact can have.
pub fn past(
    cx: &Ctx,
    tx: &mut dyn Tx,
    workload: &str,
    (key, item): (&str, &str),
    (before, limit): (Time, i64),
) -> Result<(Workload, Team, Vec<Fact>)> {
    cx.require_signed_in()?;
    let (workload, team) = place(tx, workload)?;
    let mut faults = Faults::new();
    for (at, text) in [("key", key), ("item", item)] {
        faults.check(!text.contains('\0') && text.chars().count() <= LONGEST, at, "No fact is called so.");
    }
    faults.check(!key.is_empty(), "key", "Say which fact, such as key=backup.age_hours.");
    faults.done()?;
    let found = store::past(tx, workload.id, (key, item), before, limit)?;
    Ok((workload, team, found))
}

/// Records facts of a workload, all or none. The same fact again is no news.
///
/// # Errors
/// No right to record values of the team; faults; [`Error::Conflict`] if another value stands for the same moment.
pub fn record(cx: &Ctx, tx: &mut dyn Tx, workload: &str, new: &NewFacts) -> Result<FactsRecorded> {
    cx.require_somewhere(&rights::VALUES)?;
    let (workload, team) = place(tx, workload)?;
    team.require(cx, &rights::VALUES)?;
    let mut facts = check_all(&new.facts, cx.now)?;
    let mut out = FactsRecorded { recorded: 0, same: 0 };
    let mut added = Vec::new();
    for f in &mut facts {
        f.by.clone_from(&cx.actor.name);
        if store::add(tx, workload.id, f, cx.now)? {
            out.recorded += 1;
            added.push(&*f);
            continue;
        }
        let known = store::same(tx, workload.id, f)?.ok_or_else(|| Error::internal("a fact is there and is not"))?;
        if known.value != f.value || known.valid_until != f.valid_until {
            let item = if f.item.is_empty() { String::new() } else { format!(" ({})", f.item) };
            return Err(Error::Conflict(format!(
                "{}{item} of {} is “{}” already, by {}; you sent “{}”. Facts do not change: send what is so now with its own time. Nothing \
                 was stored.",
                f.key, f.observed_at, known.value, known.by, f.value
            )));
        }
        out.same += 1;
    }
    if !added.is_empty() {
        let payload = serde_json::json!({ "workload": workload.slug, "facts": added });
        trail::record(cx, tx, "observed", &Ref::new("facts", workload.id), &payload, "")?;
        tx.publish(&topic(&workload));
    }
    Ok(out)
}

/// The newest facts of a workload.
///
/// # Errors
/// Nobody signed in; no such workload.
pub fn of_workload(cx: &Ctx, tx: &mut dyn Tx, workload: &str) -> Result<(Workload, Team, Facts)> {
    cx.require_signed_in()?;
    let (workload, team) = place(tx, workload)?;
    let facts = store::of_workload(tx, &workload, cx.now)?;
    Ok((workload, team, facts))
}
