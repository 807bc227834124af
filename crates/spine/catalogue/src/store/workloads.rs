//! Workloads.

use kernel::db::{Row, Tx, Value};
use kernel::error::{Error, Result};
use kernel::ids::Id;

use super::teams;
use crate::rules::names::{self, Kind};
use crate::rules::team::Team;
use crate::rules::workload::{Lifecycle, Money, Workload, WorkloadFacts};

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT w.id, w.slug, w.name, o.owner, w.tier, w.lifecycle, w.goal, w.users, w.money_low, w.money_high, w.currency, \
             w.builds, w.runs, w.support_hours, w.hand_off, w.links, w.made_at, w.version, w.archived_at FROM workload w \
             JOIN ownership o ON o.kind = 'workload-team' AND o.thing = w.id AND o.until_time IS NULL ",
            $tail
        )
    };
}

kernel::sql! {
    ALL = select!("ORDER BY w.folded COLLATE \"C\"");
    OF_TEAM = select!("WHERE o.owner = $1::TEXT AND w.archived_at IS NULL ORDER BY w.folded COLLATE \"C\"");
    PAGE = select!("WHERE w.archived_at IS NULL AND w.folded > $1::TEXT COLLATE \"C\" ORDER BY w.folded COLLATE \"C\" LIMIT $2::BIGINT");
    BY_ID = select!("WHERE w.id = $1::TEXT");
    BY_SLUG = select!("WHERE w.slug = $1::TEXT");
    BY_FOLDED = "SELECT name, slug FROM workload WHERE folded = $1::TEXT";
    SLUGS = "SELECT slug FROM workload ORDER BY slug COLLATE \"C\"";
    INSERT = "INSERT INTO workload (id, slug, name, folded, tier, lifecycle, goal, users, money_low, money_high, currency, builds, \
        runs, support_hours, hand_off, links, made_at, archived_at, archived_by, version) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, \
        $4::TEXT, $5::BIGINT, $6::TEXT, $7::TEXT, $8::TEXT, $9::BIGINT, $10::BIGINT, $11::TEXT, $12::TEXT, $13::TEXT, $14::TEXT, \
        $15::TEXT, $16::TEXT, $17::BIGINT, NULL, NULL, 1) ON CONFLICT DO NOTHING";
    UPDATE = "UPDATE workload SET name = $3::TEXT, folded = $4::TEXT, tier = $5::BIGINT, lifecycle = $6::TEXT, goal = $7::TEXT, \
        users = $8::TEXT, money_low = $9::BIGINT, money_high = $10::BIGINT, currency = $11::TEXT, builds = $12::TEXT, \
        runs = $13::TEXT, support_hours = $14::TEXT, hand_off = $15::TEXT, links = $16::TEXT, archived_at = $17::BIGINT, \
        archived_by = $18::TEXT, version = version + 1 WHERE id = $1::TEXT AND version = $2::BIGINT";
}

fn read(row: &Row) -> Result<Workload> {
    let money = match (row.opt_int(8)?, row.opt_int(9)?) {
        (Some(low), Some(high)) => Some(Money { low, high, currency: row.text(10)? }),
        _ => None,
    };
    let lifecycle = row.text(5)?;
    Ok(Workload {
        id: row.id(0)?,
        slug: row.text(1)?,
        name: row.text(2)?,
        team: row.id(3)?,
        facts: WorkloadFacts {
            tier: row.opt_int(4)?,
            lifecycle: Lifecycle::read(&lifecycle).ok_or_else(|| Error::internal(format!("lifecycle {lifecycle}")))?,
            goal: row.text(6)?,
            users: row.text(7)?,
            money,
            builds: row.text(11)?,
            runs: row.text(12)?,
            support_hours: row.text(13)?,
            hand_off: row.text(14)?,
            links: serde_json::from_str(&row.text(15)?).map_err(Error::internal)?,
        },
        since: row.time(16)?,
        version: row.int(17)?,
        archived_at: row.opt_time(18)?,
    })
}

/// All workloads, also archived ones, in alphabetical order.
///
/// # Errors
/// The engine's.
pub fn all_workloads(tx: &mut dyn Tx) -> Result<Vec<Workload>> {
    tx.query(&ALL, &[])?.iter().map(read).collect()
}

/// Workloads that a team owns now and that are not archived, in alphabetical order.
///
/// # Errors
/// The engine's.
pub fn workloads_of(tx: &mut dyn Tx, team: Id) -> Result<Vec<Workload>> {
    tx.query(&OF_TEAM, &[team.into()])?.iter().map(read).collect()
}

/// Workloads whose folded names follow `after`, at most `limit`.
///
/// # Errors
/// The engine's.
pub fn workloads_page(tx: &mut dyn Tx, after: &str, limit: i64) -> Result<Vec<Workload>> {
    tx.query(&PAGE, &[after.into(), limit.into()])?.iter().map(read).collect()
}

/// The workload with this id.
///
/// # Errors
/// [`Error::NotFound`].
pub fn workload(tx: &mut dyn Tx, id: Id) -> Result<Workload> {
    let row = tx.opt(&BY_ID, &[id.into()])?.ok_or_else(|| Error::NotFound("There is no such workload.".into()))?;
    read(&row)
}

/// The workload with this slug.
///
/// # Errors
/// [`Error::NotFound`] that names the nearest.
pub fn workload_by_slug(tx: &mut dyn Tx, slug: &str) -> Result<Workload> {
    match tx.opt(&BY_SLUG, &[slug.into()])? {
        Some(row) => read(&row),
        None => {
            let known = tx.query(&SLUGS, &[])?.iter().map(|r| r.text(0)).collect::<Result<Vec<_>>>()?;
            Err(names::unknown(Kind::Workload, slug, known.iter().map(String::as_str)))
        }
    }
}

/// The team that owns a workload now.
///
/// # Errors
/// The engine's.
pub fn team_of_workload(tx: &mut dyn Tx, w: &Workload) -> Result<Team> {
    teams::team(tx, w.team)
}

/// Name and slug of the workload whose name folds to this.
pub(super) fn named(tx: &mut dyn Tx, folded: &str) -> Result<Option<(String, String)>> {
    tx.opt(&BY_FOLDED, &[folded.into()])?.map(|r| Ok((r.text(0)?, r.text(1)?))).transpose()
}

fn facts(f: &WorkloadFacts) -> Result<[Value; 12]> {
    let links = serde_json::to_string(&f.links).map_err(Error::internal)?;
    Ok([
        f.tier.into(),
        f.lifecycle.key().into(),
        (&f.goal).into(),
        (&f.users).into(),
        f.money.as_ref().map(|m| m.low).into(),
        f.money.as_ref().map(|m| m.high).into(),
        f.money.as_ref().map_or("", |m| m.currency.as_str()).into(),
        (&f.builds).into(),
        (&f.runs).into(),
        (&f.support_hours).into(),
        (&f.hand_off).into(),
        links.into(),
    ])
}

/// Inserts; false if slug or name is taken.
pub(crate) fn insert_workload(tx: &mut dyn Tx, w: &Workload) -> Result<bool> {
    let mut params: Vec<Value> = vec![w.id.into(), (&w.slug).into(), (&w.name).into(), names::fold(&w.name).into()];
    params.extend(facts(&w.facts)?);
    params.push(w.since.into());
    Ok(tx.execute(&INSERT, &params)? == 1)
}

/// Stores a change of version `w.version`; false if that is no longer the version.
pub(crate) fn update_workload(tx: &mut dyn Tx, w: &Workload, by: &str) -> Result<bool> {
    let mut params: Vec<Value> = vec![w.id.into(), w.version.into(), (&w.name).into(), names::fold(&w.name).into()];
    params.extend(facts(&w.facts)?);
    params.extend([w.archived_at.into(), w.archived_at.map(|_| by).into()]);
    Ok(tx.execute(&UPDATE, &params)? == 1)
}
