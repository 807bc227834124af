//! Rows about what became of things: owners with their times, why something was put away, what it was merged into.

use kernel::db::{Row, Tx, Value};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use super::origin;
use crate::rules::{
    Belonged, Entry, History, MergedInto, Named, PutAway, Service, Standing, Stretch, SubjectKind, Workload, owners,
    owners_of_service,
};
use crate::store::{service::service_of, workload::workload_of};

kernel::sql! {
    OWNERS = "SELECT o.team, t.slug, t.name, o.since, o.until FROM ownership o JOIN team t ON t.id = o.team \
        WHERE o.workload = $1::TEXT ORDER BY o.since, o.until NULLS LAST, o.id COLLATE \"C\"";
    PLACES = "SELECT p.workload, w.name, t.id, t.slug, t.name, p.since, p.until FROM service_place p JOIN workload w ON w.id = p.workload \
        LEFT JOIN team t ON t.id = p.team WHERE p.service = $1::TEXT ORDER BY p.since, p.until NULLS LAST, p.id COLLATE \"C\"";
    FIRST_OWNED = "UPDATE ownership SET since = $2::BIGINT WHERE workload = $1::TEXT AND until IS NULL";
    FIRST_PLACED = "UPDATE service_place SET since = $2::BIGINT WHERE service = $1::TEXT AND until IS NULL";
    END_PLACE = "UPDATE service_place SET until = $2::BIGINT WHERE service = $1::TEXT AND until IS NULL";
    INSERT_PLACE = "INSERT INTO service_place (id, service, workload, team, since, until) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::BIGINT, NULL)";
    WORKLOADS_AT = "SELECT w.id, w.slug, w.name, w.team, w.body, w.archived_at, w.version FROM ownership o JOIN workload w ON w.id = o.workload \
        WHERE o.team = $1::TEXT AND (o.until IS NULL OR o.until > $2::BIGINT) AND (o.since <= $2::BIGINT OR NOT EXISTS \
        (SELECT 1 FROM ownership e WHERE e.workload = o.workload AND e.since < o.since)) \
        AND (w.archived_at IS NULL OR w.archived_at > $2::BIGINT) ORDER BY w.folded COLLATE \"C\", w.id COLLATE \"C\"";
    SERVICES_AT = "SELECT s.id, s.slug, s.name, s.workload, coalesce(s.team, w.team), CASE WHEN s.team IS NULL THEN 0 ELSE 1 END, \
        s.body, s.archived_at, s.version FROM service_place p JOIN service s ON s.id = p.service JOIN workload w ON w.id = s.workload \
        LEFT JOIN ownership o ON o.workload = p.workload AND p.team IS NULL AND (o.until IS NULL OR o.until > $2::BIGINT) \
        AND (o.since <= $2::BIGINT OR NOT EXISTS (SELECT 1 FROM ownership e WHERE e.workload = o.workload AND e.since < o.since)) \
        WHERE coalesce(p.team, o.team) = $1::TEXT AND (p.until IS NULL OR p.until > $2::BIGINT) \
        AND (p.since <= $2::BIGINT OR NOT EXISTS (SELECT 1 FROM service_place e WHERE e.service = p.service AND e.since < p.since)) \
        AND (s.archived_at IS NULL OR s.archived_at > $2::BIGINT) ORDER BY s.folded COLLATE \"C\", s.id COLLATE \"C\"";
    TEAM_AWAY = "SELECT t.archived_at, t.archived_by, t.archived_why, i.slug, i.name, t.merged_into FROM team t \
        LEFT JOIN team i ON i.id = t.merged_into WHERE t.id = $1::TEXT";
    WORKLOAD_AWAY = "SELECT t.archived_at, t.archived_by, t.archived_why, i.slug, i.name, t.merged_into FROM workload t \
        LEFT JOIN workload i ON i.id = t.merged_into WHERE t.id = $1::TEXT";
    SERVICE_AWAY = "SELECT t.archived_at, t.archived_by, t.archived_why, i.slug, i.name, t.merged_into FROM service t \
        LEFT JOIN service i ON i.id = t.merged_into WHERE t.id = $1::TEXT";
    TEAM_WHY = "UPDATE team SET archived_why = $2::TEXT, merged_into = $3::TEXT WHERE id = $1::TEXT";
    WORKLOAD_WHY = "UPDATE workload SET archived_why = $2::TEXT, merged_into = $3::TEXT WHERE id = $1::TEXT";
    SERVICE_WHY = "UPDATE service SET archived_why = $2::TEXT, merged_into = $3::TEXT WHERE id = $1::TEXT";
    TEAM_LED = "UPDATE team SET merged_into = $2::TEXT WHERE merged_into = $1::TEXT";
    WORKLOAD_LED = "UPDATE workload SET merged_into = $2::TEXT WHERE merged_into = $1::TEXT";
    SERVICE_LED = "UPDATE service SET merged_into = $2::TEXT WHERE merged_into = $1::TEXT";
    EVERY_TEAM = "SELECT t.id, t.slug, t.name, g.name, t.archived_at, t.merged_into FROM team t JOIN review_group g ON g.id = t.group_id \
        ORDER BY t.folded COLLATE \"C\", t.id COLLATE \"C\"";
    EVERY_WORKLOAD = "SELECT w.id, w.slug, w.name, t.name, w.archived_at, w.merged_into FROM workload w JOIN team t ON t.id = w.team \
        ORDER BY w.folded COLLATE \"C\", w.id COLLATE \"C\"";
    EVERY_SERVICE = "SELECT s.id, s.slug, s.name, w.name, s.archived_at, s.merged_into FROM service s JOIN workload w ON w.id = s.workload \
        ORDER BY s.folded COLLATE \"C\", s.id COLLATE \"C\"";
    SERVICES_IN = "SELECT s.id, s.slug, s.name, s.workload, coalesce(s.team, w.team), CASE WHEN s.team IS NULL THEN 0 ELSE 1 END, \
        s.body, s.archived_at, s.version FROM service s JOIN workload w ON w.id = s.workload \
        WHERE s.workload = $1::TEXT ORDER BY s.folded COLLATE \"C\", s.id COLLATE \"C\"";
    WORKLOADS_IN = "SELECT id, slug, name, team, body, archived_at, version FROM workload WHERE team = $1::TEXT \
        ORDER BY folded COLLATE \"C\", id COLLATE \"C\"";
    SERVICES_OWNED = "SELECT s.id, s.slug, s.name, s.workload, s.team, 1, s.body, s.archived_at, s.version FROM service s \
        WHERE s.team = $1::TEXT ORDER BY s.folded COLLATE \"C\", s.id COLLATE \"C\"";
}

fn stretches(rows: &[Row]) -> Result<Vec<Stretch<Named>>> {
    rows.iter().map(|r| Ok(Stretch { of: (r.id(0)?, r.text(1)?, r.text(2)?), since: r.time(3)?, until: r.opt_time(4)? })).collect()
}

fn owned(tx: &mut dyn Tx, workload: Id) -> Result<Vec<Stretch<Named>>> {
    stretches(&tx.query(&OWNERS, &[workload.into()])?)
}

fn placed(tx: &mut dyn Tx, service: Id) -> Result<Vec<Stretch<Belonged>>> {
    let mut out = Vec::new();
    for r in tx.query(&PLACES, &[service.into()])? {
        let of = match r.opt_id(2)? {
            Some(team) => Belonged::Team((team, r.text(3)?, r.text(4)?)),
            None => Belonged::Workload(r.text(1)?, owned(tx, r.id(0)?)?),
        };
        out.push(Stretch { of, since: r.time(5)?, until: r.opt_time(6)? });
    }
    Ok(out)
}

/// When the present stretch of a workload or service began, and whether another came before it.
pub(crate) fn begun(tx: &mut dyn Tx, kind: SubjectKind, id: Id) -> Result<Option<(Time, bool)>> {
    let times: Vec<Time> = match kind {
        SubjectKind::Team => Vec::new(),
        SubjectKind::Workload => owned(tx, id)?.iter().map(|s| s.since).collect(),
        SubjectKind::Service => placed(tx, id)?.iter().map(|s| s.since).collect(),
    };
    Ok(times.last().map(|t| (*t, times.len() > 1)))
}

/// The first stretch of a workload or service begins earlier, as a later one is known to have.
pub(crate) fn begin_earlier(tx: &mut dyn Tx, kind: SubjectKind, id: Id, since: Time) -> Result<()> {
    let sql = if kind == SubjectKind::Workload { &FIRST_OWNED } else { &FIRST_PLACED };
    tx.execute(sql, &[id.into(), since.into()]).map(|_| ())
}

/// A service belongs to this workload from then on, or to a team of its own.
pub(crate) fn place(tx: &mut dyn Tx, service: Id, workload: Id, own: Option<Id>, since: Time) -> Result<()> {
    tx.execute(&END_PLACE, &[service.into(), since.into()])?;
    let id = tx.id()?;
    tx.execute(&INSERT_PLACE, &[id.into(), service.into(), workload.into(), own.into(), since.into()]).map(|_| ())
}

/// Workloads that a team owned at that moment and that were in use then. The first owner counts from the beginning.
///
/// # Errors
/// The engine's.
pub fn workloads_at(tx: &mut dyn Tx, team: Id, at: Time) -> Result<Vec<Workload>> {
    tx.query(&WORKLOADS_AT, &[team.into(), at.into()])?.iter().map(workload_of).collect()
}

/// Services that a team answered for at that moment, as [`workloads_at`].
///
/// # Errors
/// The engine's.
pub fn services_at(tx: &mut dyn Tx, team: Id, at: Time) -> Result<Vec<Service>> {
    tx.query(&SERVICES_AT, &[team.into(), at.into()])?.iter().map(service_of).collect()
}

fn away(kind: SubjectKind) -> &'static kernel::db::Sql {
    match kind {
        SubjectKind::Team => &TEAM_AWAY,
        SubjectKind::Workload => &WORKLOAD_AWAY,
        SubjectKind::Service => &SERVICE_AWAY,
    }
}

/// What became of a thing.
///
/// # Errors
/// [`Error::NotFound`].
pub fn history(tx: &mut dyn Tx, kind: SubjectKind, id: Id) -> Result<History> {
    let row = tx.opt(away(kind), &[id.into()])?.ok_or_else(|| Error::not_found(kind.key(), id))?;
    let put_away = match row.opt_time(0)? {
        Some(at) => Some(PutAway { at, by: row.text(1)?, reason: row.text(2)? }),
        None => None,
    };
    let merged_into = match row.opt_id(5)? {
        Some(_) => Some(MergedInto { slug: row.text(3)?, name: row.text(4)? }),
        None => None,
    };
    let owners = match kind {
        SubjectKind::Team => Vec::new(),
        SubjectKind::Workload => owners(&owned(tx, id)?),
        SubjectKind::Service => owners_of_service(&placed(tx, id)?),
    };
    Ok(History { origin: origin(tx, id)?, put_away, merged_into, owners })
}

/// What a thing was merged into.
pub(crate) fn merged_into(tx: &mut dyn Tx, kind: SubjectKind, id: Id) -> Result<Option<Id>> {
    tx.opt(away(kind), &[id.into()])?.map_or(Ok(None), |r| r.opt_id(5))
}

/// Stores why a thing was put away, and what it was merged into.
pub(crate) fn put_why(tx: &mut dyn Tx, kind: SubjectKind, id: Id, why: &str, into: Option<Id>) -> Result<()> {
    let sql = match kind {
        SubjectKind::Team => &TEAM_WHY,
        SubjectKind::Workload => &WORKLOAD_WHY,
        SubjectKind::Service => &SERVICE_WHY,
    };
    tx.execute(sql, &[id.into(), why.into(), into.into()]).map(|_| ())
}

/// What was merged into `from` leads to `into`.
pub(crate) fn lead_on(tx: &mut dyn Tx, kind: SubjectKind, from: Id, into: Id) -> Result<()> {
    let sql = match kind {
        SubjectKind::Team => &TEAM_LED,
        SubjectKind::Workload => &WORKLOAD_LED,
        SubjectKind::Service => &SERVICE_LED,
    };
    tx.execute(sql, &[from.into(), into.into()]).map(|_| ())
}

/// Everything of the catalogue with how it stands: teams, workloads, services, each in alphabetical order.
///
/// # Errors
/// The engine's.
pub fn everything(tx: &mut dyn Tx) -> Result<Vec<Entry>> {
    let orphans = super::orphans(tx)?;
    let mut out = Vec::new();
    for (kind, sql) in
        [(SubjectKind::Team, &EVERY_TEAM), (SubjectKind::Workload, &EVERY_WORKLOAD), (SubjectKind::Service, &EVERY_SERVICE)]
    {
        for r in tx.query(sql, &[])? {
            let (standing, since) = Standing::of(r.opt_time(4)?, r.opt_id(5)?.is_some(), orphans.get(&r.id(0)?).copied());
            out.push(Entry { kind, slug: r.text(1)?, name: r.text(2)?, belongs_to: r.text(3)?, standing, since });
        }
    }
    Ok(out)
}

/// All services of a workload, also those that were put away.
pub(crate) fn services_in(tx: &mut dyn Tx, workload: Id) -> Result<Vec<Service>> {
    tx.query(&SERVICES_IN, &[workload.into()])?.iter().map(service_of).collect()
}

/// All workloads of a team, also those that were put away.
pub(crate) fn workloads_in(tx: &mut dyn Tx, team: Id) -> Result<Vec<Workload>> {
    tx.query(&WORKLOADS_IN, &[team.into()])?.iter().map(workload_of).collect()
}

/// All services that state this team as their own, also those that were put away.
pub(crate) fn services_owned(tx: &mut dyn Tx, team: Id) -> Result<Vec<Service>> {
    tx.query(&SERVICES_OWNED, &[Value::from(team)])?.iter().map(service_of).collect()
}
