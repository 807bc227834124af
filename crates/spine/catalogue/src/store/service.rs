//! Rows of services.

use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use super::{bad_slug, body_text, missing};
use crate::rules::{Service, ServiceBody, folded};

kernel::sql! {
    SERVICES = "SELECT s.id, s.slug, s.name, s.workload, coalesce(s.team, w.team), CASE WHEN s.team IS NULL THEN 0 ELSE 1 END, s.body, s.archived_at, s.version \
        FROM service s JOIN workload w ON w.id = s.workload \
        WHERE s.archived_at IS NULL AND (CAST($1::TEXT AS TEXT) IS NULL OR s.workload = $1::TEXT) \
        AND (CAST($2::TEXT AS TEXT) IS NULL OR coalesce(s.team, w.team) = $2::TEXT) ORDER BY s.folded COLLATE \"C\", s.id COLLATE \"C\"";
    SERVICE = "SELECT s.id, s.slug, s.name, s.workload, coalesce(s.team, w.team), CASE WHEN s.team IS NULL THEN 0 ELSE 1 END, s.body, s.archived_at, s.version \
        FROM service s JOIN workload w ON w.id = s.workload WHERE s.id = $1::TEXT";
    SERVICE_BY_SLUG = "SELECT s.id, s.slug, s.name, s.workload, coalesce(s.team, w.team), CASE WHEN s.team IS NULL THEN 0 ELSE 1 END, s.body, s.archived_at, s.version \
        FROM service s JOIN workload w ON w.id = s.workload WHERE s.slug = $1::TEXT";
    INSERT_SERVICE = "INSERT INTO service (id, slug, folded, name, workload, team, body, version, made_at, archived_at, archived_by) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::TEXT, 1, $8::BIGINT, NULL, NULL) ON CONFLICT DO NOTHING";
    UPDATE_SERVICE = "UPDATE service SET folded = $2::TEXT, name = $3::TEXT, workload = $4::TEXT, team = $5::TEXT, body = $6::TEXT, version = version + 1 \
        WHERE id = $1::TEXT AND version = $7::BIGINT";
    pub(super) ARCHIVE_SERVICE = "UPDATE service SET archived_at = $2::BIGINT, archived_by = $3::TEXT, version = version + 1 WHERE id = $1::TEXT AND archived_at IS NULL";
    pub(super) RESTORE_SERVICE = "UPDATE service SET archived_at = NULL, archived_by = NULL, version = version + 1 \
        WHERE id = $1::TEXT AND archived_at IS NOT NULL";
}

pub(super) fn service_of(r: &Row) -> Result<Service> {
    Ok(Service {
        id: r.id(0)?,
        slug: r.text(1)?,
        name: r.text(2)?,
        workload: r.id(3)?,
        team: r.id(4)?,
        own_team: r.bool(5)?,
        body: serde_json::from_str(&r.text(6)?).map_err(Error::internal)?,
        archived_at: r.opt_time(7)?,
        version: r.int(8)?,
    })
}

/// Services in use of a workload.
///
/// # Errors
/// The engine's.
pub fn services_of(tx: &mut dyn Tx, workload: Id) -> Result<Vec<Service>> {
    tx.query(&SERVICES, &[workload.into(), kernel::db::Value::Null])?.iter().map(service_of).collect()
}

/// Services in use that a team answers for.
///
/// # Errors
/// The engine's.
pub fn services_of_team(tx: &mut dyn Tx, team: Id) -> Result<Vec<Service>> {
    tx.query(&SERVICES, &[kernel::db::Value::Null, team.into()])?.iter().map(service_of).collect()
}

/// All services in use.
///
/// # Errors
/// The engine's.
pub fn services(tx: &mut dyn Tx) -> Result<Vec<Service>> {
    tx.query(&SERVICES, &[kernel::db::Value::Null, kernel::db::Value::Null])?.iter().map(service_of).collect()
}

/// A service by its id.
///
/// # Errors
/// [`Error::NotFound`].
pub fn service(tx: &mut dyn Tx, id: Id) -> Result<Service> {
    tx.opt(&SERVICE, &[id.into()])?.as_ref().map_or_else(|| Err(Error::not_found("service", id)), service_of)
}

/// A service by its slug.
///
/// # Errors
/// [`Error::NotFound`].
pub fn service_by_slug(tx: &mut dyn Tx, slug: &str) -> Result<Service> {
    if bad_slug(slug) {
        return Err(missing("service", slug));
    }
    tx.opt(&SERVICE_BY_SLUG, &[slug.into()])?.as_ref().map_or_else(|| Err(missing("service", slug)), service_of)
}

pub(crate) fn insert_service(tx: &mut dyn Tx, s: &Service, now: Time) -> Result<bool> {
    let body: &ServiceBody = &s.body;
    let params = [
        s.id.into(),
        (&s.slug).into(),
        folded(&s.name).into(),
        (&s.name).into(),
        s.workload.into(),
        s.own_team.then_some(s.team).into(),
        body_text(body)?.into(),
        now.into(),
    ];
    if tx.execute(&INSERT_SERVICE, &params)? == 0 {
        return Ok(false);
    }
    super::place(tx, s.id, s.workload, s.own_team.then_some(s.team), now).map(|()| true)
}

pub(crate) fn update_service(tx: &mut dyn Tx, s: &Service) -> Result<bool> {
    let params = [
        s.id.into(),
        folded(&s.name).into(),
        (&s.name).into(),
        s.workload.into(),
        s.own_team.then_some(s.team).into(),
        body_text(&s.body)?.into(),
        s.version.into(),
    ];
    Ok(tx.execute(&UPDATE_SERVICE, &params)? == 1)
}
