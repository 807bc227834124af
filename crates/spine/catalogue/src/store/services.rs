//! Services.

use kernel::db::{Row, Tx, Value};
use kernel::error::{Error, Result};
use kernel::ids::Id;

use super::{teams, workloads};
use crate::rules::names::{self, Kind};
use crate::rules::service::Service;
use crate::rules::team::Team;

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT s.id, s.slug, s.name, w.owner, t.owner, s.repositories, s.environments, s.made_at, s.version, s.archived_at \
             FROM service s JOIN ownership w ON w.kind = 'service-workload' AND w.thing = s.id AND w.until_time IS NULL \
             LEFT JOIN ownership t ON t.kind = 'service-team' AND t.thing = s.id AND t.until_time IS NULL ",
            $tail
        )
    };
}

kernel::sql! {
    ALL = select!("ORDER BY s.folded COLLATE \"C\"");
    OF_WORKLOAD = select!("WHERE w.owner = $1::TEXT AND s.archived_at IS NULL ORDER BY s.folded COLLATE \"C\"");
    OF_TEAM = select!("JOIN ownership o ON o.kind = 'workload-team' AND o.thing = w.owner AND o.until_time IS NULL \
        WHERE COALESCE(t.owner, o.owner) = $1::TEXT AND s.archived_at IS NULL ORDER BY s.folded COLLATE \"C\"");
    PAGE = select!("WHERE s.archived_at IS NULL AND s.folded > $1::TEXT COLLATE \"C\" ORDER BY s.folded COLLATE \"C\" LIMIT $2::BIGINT");
    BY_ID = select!("WHERE s.id = $1::TEXT");
    BY_SLUG = select!("WHERE s.slug = $1::TEXT");
    BY_FOLDED = "SELECT name, slug FROM service WHERE folded = $1::TEXT";
    SLUGS = "SELECT slug FROM service ORDER BY slug COLLATE \"C\"";
    INSERT = "INSERT INTO service (id, slug, name, folded, repositories, environments, made_at, archived_at, archived_by, version) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::BIGINT, NULL, NULL, 1) ON CONFLICT DO NOTHING";
    UPDATE = "UPDATE service SET name = $3::TEXT, folded = $4::TEXT, repositories = $5::TEXT, environments = $6::TEXT, \
        archived_at = $7::BIGINT, archived_by = $8::TEXT, version = version + 1 WHERE id = $1::TEXT AND version = $2::BIGINT";
}

fn read(row: &Row) -> Result<Service> {
    Ok(Service {
        id: row.id(0)?,
        slug: row.text(1)?,
        name: row.text(2)?,
        workload: row.id(3)?,
        team: row.opt_id(4)?,
        repositories: serde_json::from_str(&row.text(5)?).map_err(Error::internal)?,
        environments: serde_json::from_str(&row.text(6)?).map_err(Error::internal)?,
        since: row.time(7)?,
        version: row.int(8)?,
        archived_at: row.opt_time(9)?,
    })
}

/// All services, also archived ones, in alphabetical order.
///
/// # Errors
/// The engine's.
pub fn all_services(tx: &mut dyn Tx) -> Result<Vec<Service>> {
    tx.query(&ALL, &[])?.iter().map(read).collect()
}

/// Services of a workload that are not archived, in alphabetical order.
///
/// # Errors
/// The engine's.
pub fn services_of(tx: &mut dyn Tx, workload: Id) -> Result<Vec<Service>> {
    tx.query(&OF_WORKLOAD, &[workload.into()])?.iter().map(read).collect()
}

/// Services of a team that are not archived, in alphabetical order: its own, and those of its workloads that have no
/// team of their own.
///
/// # Errors
/// The engine's.
pub fn services_of_team(tx: &mut dyn Tx, team: Id) -> Result<Vec<Service>> {
    tx.query(&OF_TEAM, &[team.into()])?.iter().map(read).collect()
}

/// Services whose folded names follow `after`, at most `limit`.
///
/// # Errors
/// The engine's.
pub fn services_page(tx: &mut dyn Tx, after: &str, limit: i64) -> Result<Vec<Service>> {
    tx.query(&PAGE, &[after.into(), limit.into()])?.iter().map(read).collect()
}

/// The service with this id.
///
/// # Errors
/// [`Error::NotFound`].
pub fn service(tx: &mut dyn Tx, id: Id) -> Result<Service> {
    let row = tx.opt(&BY_ID, &[id.into()])?.ok_or_else(|| Error::NotFound("There is no such service.".into()))?;
    read(&row)
}

/// The service with this slug.
///
/// # Errors
/// [`Error::NotFound`] that names the nearest.
pub fn service_by_slug(tx: &mut dyn Tx, slug: &str) -> Result<Service> {
    match tx.opt(&BY_SLUG, &[slug.into()])? {
        Some(row) => read(&row),
        None => {
            let known = tx.query(&SLUGS, &[])?.iter().map(|r| r.text(0)).collect::<Result<Vec<_>>>()?;
            Err(names::unknown(Kind::Service, slug, known.iter().map(String::as_str)))
        }
    }
}

/// The team of a service now: its own, else its workload's.
///
/// # Errors
/// The engine's.
pub fn team_of_service(tx: &mut dyn Tx, s: &Service) -> Result<Team> {
    match s.team {
        Some(team) => teams::team(tx, team),
        None => {
            let workload = workloads::workload(tx, s.workload)?;
            teams::team(tx, workload.team)
        }
    }
}

/// Name and slug of the service whose name folds to this.
pub(super) fn named(tx: &mut dyn Tx, folded: &str) -> Result<Option<(String, String)>> {
    tx.opt(&BY_FOLDED, &[folded.into()])?.map(|r| Ok((r.text(0)?, r.text(1)?))).transpose()
}

fn lists(s: &Service) -> Result<[Value; 2]> {
    let repositories = serde_json::to_string(&s.repositories).map_err(Error::internal)?;
    let environments = serde_json::to_string(&s.environments).map_err(Error::internal)?;
    Ok([repositories.into(), environments.into()])
}

/// Inserts; false if slug or name is taken.
pub(crate) fn insert_service(tx: &mut dyn Tx, s: &Service) -> Result<bool> {
    let [repositories, environments] = lists(s)?;
    let folded = names::fold(&s.name);
    let params = [s.id.into(), (&s.slug).into(), (&s.name).into(), folded.into(), repositories, environments, s.since.into()];
    Ok(tx.execute(&INSERT, &params)? == 1)
}

/// Stores a change of version `s.version`; false if that is no longer the version.
pub(crate) fn update_service(tx: &mut dyn Tx, s: &Service, by: &str) -> Result<bool> {
    let [repositories, environments] = lists(s)?;
    let params: [Value; 8] = [
        s.id.into(),
        s.version.into(),
        (&s.name).into(),
        names::fold(&s.name).into(),
        repositories,
        environments,
        s.archived_at.into(),
        s.archived_at.map(|_| by).into(),
    ];
    Ok(tx.execute(&UPDATE, &params)? == 1)
}
