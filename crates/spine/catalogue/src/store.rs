//! SQL of groups, teams, workloads, services; decides nothing. Lists stand in the order of folded names, always.

use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::calendar::{Calendar, Change, ChangeKind, Sprint};
use crate::rules::{Group, Service, ServiceBody, Subject, SubjectKind, Team, Workload, WorkloadBody, folded};

kernel::sql! {
    GROUPS = "SELECT id, slug, name, zone, sprint_days, first_number, first_day, version FROM review_group \
        ORDER BY folded COLLATE \"C\", id COLLATE \"C\"";
    GROUP = "SELECT id, slug, name, zone, sprint_days, first_number, first_day, version FROM review_group WHERE id = $1::TEXT";
    GROUP_BY_SLUG = "SELECT id, slug, name, zone, sprint_days, first_number, first_day, version FROM review_group WHERE slug = $1::TEXT";
    INSERT_GROUP = "INSERT INTO review_group (id, slug, folded, name, zone, sprint_days, first_number, first_day, version, made_at) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::BIGINT, $7::BIGINT, $8::TEXT, 1, $9::BIGINT) ON CONFLICT DO NOTHING";
    UPDATE_GROUP = "UPDATE review_group SET folded = $2::TEXT, name = $3::TEXT, zone = $4::TEXT, sprint_days = $5::BIGINT, \
        first_number = $6::BIGINT, first_day = $7::TEXT, version = version + 1 WHERE id = $1::TEXT AND version = $8::BIGINT";
    CHANGES = "SELECT number, kind, days FROM calendar_change WHERE group_id = $1::TEXT ORDER BY number, kind COLLATE \"C\"";
    INSERT_CHANGE = "INSERT INTO calendar_change (group_id, number, kind, days, made_by, made_at) \
        VALUES ($1::TEXT, $2::BIGINT, $3::TEXT, $4::BIGINT, $5::TEXT, $6::BIGINT) \
        ON CONFLICT (group_id, number, kind) DO UPDATE SET days = excluded.days, made_by = excluded.made_by, made_at = excluded.made_at";
    TEAMS = "SELECT id, slug, name, group_id, made_at, archived_at, version FROM team \
        WHERE archived_at IS NULL AND (CAST($1::TEXT AS TEXT) IS NULL OR group_id = $1::TEXT) ORDER BY folded COLLATE \"C\", id COLLATE \"C\"";
    TEAM_PAGE = "SELECT id, slug, name, group_id, made_at, archived_at, version FROM team \
        WHERE archived_at IS NULL AND folded > $1::TEXT ORDER BY folded COLLATE \"C\" LIMIT $2::BIGINT";
    TEAM = "SELECT id, slug, name, group_id, made_at, archived_at, version FROM team WHERE id = $1::TEXT";
    TEAM_BY_SLUG = "SELECT id, slug, name, group_id, made_at, archived_at, version FROM team WHERE slug = $1::TEXT";
    INSERT_TEAM = "INSERT INTO team (id, slug, folded, name, group_id, version, made_at, archived_at, archived_by) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, 1, $6::BIGINT, NULL, NULL) ON CONFLICT DO NOTHING";
    UPDATE_TEAM = "UPDATE team SET folded = $2::TEXT, name = $3::TEXT, group_id = $4::TEXT, version = version + 1 \
        WHERE id = $1::TEXT AND version = $5::BIGINT";
    ARCHIVE_TEAM = "UPDATE team SET archived_at = $2::BIGINT, archived_by = $3::TEXT, version = version + 1 WHERE id = $1::TEXT AND archived_at IS NULL";
    INSERT_MEMBERSHIP = "INSERT INTO team_membership (id, team, group_id, since, until) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::BIGINT, NULL)";
    END_MEMBERSHIP = "UPDATE team_membership SET until = $2::BIGINT WHERE team = $1::TEXT AND until IS NULL";
    WORKLOADS = "SELECT id, slug, name, team, body, archived_at, version FROM workload \
        WHERE archived_at IS NULL AND (CAST($1::TEXT AS TEXT) IS NULL OR team = $1::TEXT) ORDER BY folded COLLATE \"C\", id COLLATE \"C\"";
    WORKLOAD = "SELECT id, slug, name, team, body, archived_at, version FROM workload WHERE id = $1::TEXT";
    WORKLOAD_BY_SLUG = "SELECT id, slug, name, team, body, archived_at, version FROM workload WHERE slug = $1::TEXT";
    INSERT_WORKLOAD = "INSERT INTO workload (id, slug, folded, name, team, body, version, made_at, archived_at, archived_by) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, 1, $7::BIGINT, NULL, NULL) ON CONFLICT DO NOTHING";
    UPDATE_WORKLOAD = "UPDATE workload SET folded = $2::TEXT, name = $3::TEXT, team = $4::TEXT, body = $5::TEXT, version = version + 1 \
        WHERE id = $1::TEXT AND version = $6::BIGINT";
    ARCHIVE_WORKLOAD = "UPDATE workload SET archived_at = $2::BIGINT, archived_by = $3::TEXT, version = version + 1 WHERE id = $1::TEXT AND archived_at IS NULL";
    INSERT_OWNERSHIP = "INSERT INTO ownership (id, workload, team, since, until) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::BIGINT, NULL)";
    END_OWNERSHIP = "UPDATE ownership SET until = $2::BIGINT WHERE workload = $1::TEXT AND until IS NULL";
    SERVICES = "SELECT s.id, s.slug, s.name, s.workload, coalesce(s.team, w.team), CASE WHEN s.team IS NULL THEN 0 ELSE 1 END, s.body, s.archived_at, s.version \
        FROM service s JOIN workload w ON w.id = s.workload \
        WHERE s.archived_at IS NULL AND (CAST($1::TEXT AS TEXT) IS NULL OR s.workload = $1::TEXT) \
        AND (CAST($2::TEXT AS TEXT) IS NULL OR coalesce(s.team, w.team) = $2::TEXT) ORDER BY s.folded COLLATE \"C\", s.id COLLATE \"C\"";
    SERVICE_BY_SLUG = "SELECT s.id, s.slug, s.name, s.workload, coalesce(s.team, w.team), CASE WHEN s.team IS NULL THEN 0 ELSE 1 END, s.body, s.archived_at, s.version \
        FROM service s JOIN workload w ON w.id = s.workload WHERE s.slug = $1::TEXT";
    INSERT_SERVICE = "INSERT INTO service (id, slug, folded, name, workload, team, body, version, made_at, archived_at, archived_by) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::TEXT, 1, $8::BIGINT, NULL, NULL) ON CONFLICT DO NOTHING";
    UPDATE_SERVICE = "UPDATE service SET folded = $2::TEXT, name = $3::TEXT, workload = $4::TEXT, team = $5::TEXT, body = $6::TEXT, version = version + 1 \
        WHERE id = $1::TEXT AND version = $7::BIGINT";
    ARCHIVE_SERVICE = "UPDATE service SET archived_at = $2::BIGINT, archived_by = $3::TEXT, version = version + 1 WHERE id = $1::TEXT AND archived_at IS NULL";
}

fn group_of(r: &Row) -> Result<Group> {
    Ok(Group {
        id: r.id(0)?,
        slug: r.text(1)?,
        name: r.text(2)?,
        zone: r.text(3)?,
        sprint_days: r.int(4)?,
        first_number: r.int(5)?,
        first_day: r.text(6)?,
        version: r.int(7)?,
    })
}

/// All groups.
///
/// # Errors
/// The engine's.
pub fn groups(tx: &mut dyn Tx) -> Result<Vec<Group>> {
    tx.query(&GROUPS, &[])?.iter().map(group_of).collect()
}

/// A group by its id.
///
/// # Errors
/// [`Error::NotFound`].
pub fn group(tx: &mut dyn Tx, id: Id) -> Result<Group> {
    tx.opt(&GROUP, &[id.into()])?.as_ref().map_or_else(|| Err(Error::not_found("group", id)), group_of)
}

/// A group by its slug.
///
/// # Errors
/// [`Error::NotFound`].
pub fn group_by_slug(tx: &mut dyn Tx, slug: &str) -> Result<Group> {
    if bad_slug(slug) {
        return Err(missing("group", slug));
    }
    tx.opt(&GROUP_BY_SLUG, &[slug.into()])?.as_ref().map_or_else(|| Err(missing("group", slug)), group_of)
}

/// A slug that cannot exist is not asked for: it may hold what no engine stores.
fn bad_slug(slug: &str) -> bool {
    kernel::text::key("slug", slug).is_err()
}

fn missing(kind: &str, slug: &str) -> Error {
    Error::not_found(kind, slug.chars().filter(|c| !c.is_control()).take(80).collect::<String>())
}

pub(crate) fn insert_group(tx: &mut dyn Tx, g: &Group, now: Time) -> Result<bool> {
    let params = [
        g.id.into(),
        (&g.slug).into(),
        folded(&g.name).into(),
        (&g.name).into(),
        (&g.zone).into(),
        g.sprint_days.into(),
        g.first_number.into(),
        (&g.first_day).into(),
        now.into(),
    ];
    Ok(tx.execute(&INSERT_GROUP, &params)? == 1)
}

pub(crate) fn update_group(tx: &mut dyn Tx, g: &Group) -> Result<bool> {
    let params = [
        g.id.into(),
        folded(&g.name).into(),
        (&g.name).into(),
        (&g.zone).into(),
        g.sprint_days.into(),
        g.first_number.into(),
        (&g.first_day).into(),
        g.version.into(),
    ];
    Ok(tx.execute(&UPDATE_GROUP, &params)? == 1)
}

/// The group's calendar.
///
/// # Errors
/// [`Error::NotFound`].
pub fn calendar(tx: &mut dyn Tx, id: Id) -> Result<Calendar> {
    let group = group(tx, id)?;
    let rows = tx.query(&CHANGES, &[id.into()])?;
    let changes = rows
        .iter()
        .map(|r| {
            let kind = if r.text(1)? == "skip" { ChangeKind::Skip } else { ChangeKind::Length(r.int(2)?) };
            Ok(Change { number: r.int(0)?, kind })
        })
        .collect::<Result<Vec<_>>>()?;
    Calendar::new(&group, changes)
}

pub(crate) fn insert_change(tx: &mut dyn Tx, group: Id, c: Change, by: &str, now: Time) -> Result<()> {
    let (kind, days) = match c.kind {
        ChangeKind::Skip => ("skip", 0),
        ChangeKind::Length(days) => ("length", days),
    };
    let params = [group.into(), c.number.into(), kind.into(), days.into(), by.into(), now.into()];
    tx.execute(&INSERT_CHANGE, &params).map(|_| ())
}

/// A sprint by its number.
///
/// # Errors
/// [`Error::NotFound`].
pub fn sprint(tx: &mut dyn Tx, group: Id, number: i64) -> Result<Sprint> {
    calendar(tx, group)?.sprint(number).ok_or_else(|| Error::NotFound(format!("The group's calendar has no sprint {number}.")))
}

/// The sprint that runs now.
///
/// # Errors
/// [`Error::NotFound`] before the first.
pub fn current_sprint(tx: &mut dyn Tx, group: Id, now: Time) -> Result<Sprint> {
    calendar(tx, group)?.at(now).ok_or_else(|| Error::NotFound("The group's first sprint has not begun yet.".into()))
}

/// The newest sprint that has ended.
///
/// # Errors
/// [`Error::NotFound`] for an unknown group.
pub fn last_closed_sprint(tx: &mut dyn Tx, group: Id, now: Time) -> Result<Option<Sprint>> {
    Ok(calendar(tx, group)?.last_closed(now))
}

/// Up to `count` sprints that end with `number`, oldest first, skipped ones left out.
///
/// # Errors
/// [`Error::NotFound`] for an unknown group.
pub fn sprints_until(tx: &mut dyn Tx, group: Id, number: i64, count: usize) -> Result<Vec<Sprint>> {
    Ok(calendar(tx, group)?.until(number, count))
}

fn team_of(r: &Row) -> Result<Team> {
    Ok(Team {
        id: r.id(0)?,
        slug: r.text(1)?,
        name: r.text(2)?,
        group: r.id(3)?,
        since: r.time(4)?,
        archived_at: r.opt_time(5)?,
        version: r.int(6)?,
    })
}

/// Teams in use, of one group or of all.
///
/// # Errors
/// The engine's.
pub fn teams(tx: &mut dyn Tx, group: Option<Id>) -> Result<Vec<Team>> {
    tx.query(&TEAMS, &[group.into()])?.iter().map(team_of).collect()
}

/// A page of teams in use, after a folded name.
///
/// # Errors
/// The engine's.
pub fn team_page(tx: &mut dyn Tx, after: &str, limit: i64) -> Result<Vec<Team>> {
    tx.query(&TEAM_PAGE, &[after.into(), limit.into()])?.iter().map(team_of).collect()
}

/// A team by its id.
///
/// # Errors
/// [`Error::NotFound`].
pub fn team(tx: &mut dyn Tx, id: Id) -> Result<Team> {
    tx.opt(&TEAM, &[id.into()])?.as_ref().map_or_else(|| Err(Error::not_found("team", id)), team_of)
}

/// A team by its slug.
///
/// # Errors
/// [`Error::NotFound`].
pub fn team_by_slug(tx: &mut dyn Tx, slug: &str) -> Result<Team> {
    if bad_slug(slug) {
        return Err(missing("team", slug));
    }
    tx.opt(&TEAM_BY_SLUG, &[slug.into()])?.as_ref().map_or_else(|| Err(missing("team", slug)), team_of)
}

pub(crate) fn insert_team(tx: &mut dyn Tx, t: &Team) -> Result<bool> {
    let params = [t.id.into(), (&t.slug).into(), folded(&t.name).into(), (&t.name).into(), t.group.into(), t.since.into()];
    if tx.execute(&INSERT_TEAM, &params)? == 0 {
        return Ok(false);
    }
    join_group(tx, t.id, t.group, t.since).map(|()| true)
}

pub(crate) fn update_team(tx: &mut dyn Tx, t: &Team) -> Result<bool> {
    let params = [t.id.into(), folded(&t.name).into(), (&t.name).into(), t.group.into(), t.version.into()];
    Ok(tx.execute(&UPDATE_TEAM, &params)? == 1)
}

pub(crate) fn join_group(tx: &mut dyn Tx, team: Id, group: Id, now: Time) -> Result<()> {
    tx.execute(&END_MEMBERSHIP, &[team.into(), now.into()])?;
    let id = tx.id()?;
    tx.execute(&INSERT_MEMBERSHIP, &[id.into(), team.into(), group.into(), now.into()]).map(|_| ())
}

/// Puts a thing away; false if it is away already.
pub(crate) fn archive(tx: &mut dyn Tx, kind: SubjectKind, id: Id, by: &str, now: Time) -> Result<bool> {
    let sql = match kind {
        SubjectKind::Team => &ARCHIVE_TEAM,
        SubjectKind::Workload => &ARCHIVE_WORKLOAD,
        SubjectKind::Service => &ARCHIVE_SERVICE,
    };
    Ok(tx.execute(sql, &[id.into(), now.into(), by.into()])? == 1)
}

fn workload_of(r: &Row) -> Result<Workload> {
    Ok(Workload {
        id: r.id(0)?,
        slug: r.text(1)?,
        name: r.text(2)?,
        team: r.id(3)?,
        body: serde_json::from_str(&r.text(4)?).map_err(Error::internal)?,
        archived_at: r.opt_time(5)?,
        version: r.int(6)?,
    })
}

/// Workloads in use of a team.
///
/// # Errors
/// The engine's.
pub fn workloads_of(tx: &mut dyn Tx, team: Id) -> Result<Vec<Workload>> {
    tx.query(&WORKLOADS, &[team.into()])?.iter().map(workload_of).collect()
}

/// All workloads in use.
///
/// # Errors
/// The engine's.
pub fn workloads(tx: &mut dyn Tx) -> Result<Vec<Workload>> {
    tx.query(&WORKLOADS, &[kernel::db::Value::Null])?.iter().map(workload_of).collect()
}

/// A workload by its id.
///
/// # Errors
/// [`Error::NotFound`].
pub fn workload(tx: &mut dyn Tx, id: Id) -> Result<Workload> {
    tx.opt(&WORKLOAD, &[id.into()])?.as_ref().map_or_else(|| Err(Error::not_found("workload", id)), workload_of)
}

/// A workload by its slug.
///
/// # Errors
/// [`Error::NotFound`].
pub fn workload_by_slug(tx: &mut dyn Tx, slug: &str) -> Result<Workload> {
    if bad_slug(slug) {
        return Err(missing("workload", slug));
    }
    tx.opt(&WORKLOAD_BY_SLUG, &[slug.into()])?.as_ref().map_or_else(|| Err(missing("workload", slug)), workload_of)
}

fn body_text(body: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(body).map_err(Error::internal)
}

pub(crate) fn insert_workload(tx: &mut dyn Tx, w: &Workload, now: Time) -> Result<bool> {
    let body: &WorkloadBody = &w.body;
    let params = [
        w.id.into(),
        (&w.slug).into(),
        folded(&w.name).into(),
        (&w.name).into(),
        w.team.into(),
        body_text(body)?.into(),
        now.into(),
    ];
    if tx.execute(&INSERT_WORKLOAD, &params)? == 0 {
        return Ok(false);
    }
    own(tx, w.id, w.team, now).map(|()| true)
}

pub(crate) fn update_workload(tx: &mut dyn Tx, w: &Workload) -> Result<bool> {
    let params =
        [w.id.into(), folded(&w.name).into(), (&w.name).into(), w.team.into(), body_text(&w.body)?.into(), w.version.into()];
    Ok(tx.execute(&UPDATE_WORKLOAD, &params)? == 1)
}

pub(crate) fn own(tx: &mut dyn Tx, workload: Id, team: Id, now: Time) -> Result<()> {
    tx.execute(&END_OWNERSHIP, &[workload.into(), now.into()])?;
    let id = tx.id()?;
    tx.execute(&INSERT_OWNERSHIP, &[id.into(), workload.into(), team.into(), now.into()]).map(|_| ())
}

fn service_of(r: &Row) -> Result<Service> {
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
    Ok(tx.execute(&INSERT_SERVICE, &params)? == 1)
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

/// A team, workload or service by its slug, with the team that answers for it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn subject(tx: &mut dyn Tx, kind: SubjectKind, slug: &str) -> Result<Subject> {
    Ok(match kind {
        SubjectKind::Team => {
            let team = team_by_slug(tx, slug)?;
            Subject { kind, id: team.id, slug: team.slug.clone(), name: team.name.clone(), team }
        }
        SubjectKind::Workload => {
            let w = workload_by_slug(tx, slug)?;
            Subject { kind, id: w.id, slug: w.slug, name: w.name, team: team(tx, w.team)? }
        }
        SubjectKind::Service => {
            let s = service_by_slug(tx, slug)?;
            Subject { kind, id: s.id, slug: s.slug, name: s.name, team: team(tx, s.team)? }
        }
    })
}
