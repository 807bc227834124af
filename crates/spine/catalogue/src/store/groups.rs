//! Groups.

use std::collections::HashMap;

use kernel::db::{Row, Tx, Value};
use kernel::error::{Error, Result};
use kernel::ids::Id;

use super::calendars;
use crate::rules::calendar::Rule;
use crate::rules::group::Group;
use crate::rules::names::{self, Kind};

kernel::sql! {
    ALL = "SELECT id, slug, name, cadence, agreement, version, archived_at FROM team_group ORDER BY folded COLLATE \"C\"";
    PAGE = "SELECT id, slug, name, cadence, agreement, version, archived_at FROM team_group \
        WHERE archived_at IS NULL AND folded > $1::TEXT COLLATE \"C\" ORDER BY folded COLLATE \"C\" LIMIT $2::BIGINT";
    BY_ID = "SELECT id, slug, name, cadence, agreement, version, archived_at FROM team_group WHERE id = $1::TEXT";
    BY_SLUG = "SELECT id, slug, name, cadence, agreement, version, archived_at FROM team_group WHERE slug = $1::TEXT";
    BY_FOLDED = "SELECT name, slug FROM team_group WHERE folded = $1::TEXT";
    SLUGS = "SELECT slug FROM team_group ORDER BY slug COLLATE \"C\"";
    INSERT = "INSERT INTO team_group (id, slug, name, folded, cadence, agreement, made_at, archived_at, archived_by, version) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::BIGINT, NULL, NULL, 1) ON CONFLICT DO NOTHING";
    UPDATE = "UPDATE team_group SET name = $3::TEXT, folded = $4::TEXT, cadence = $5::TEXT, agreement = $6::TEXT, \
        archived_at = $7::BIGINT, archived_by = $8::TEXT, version = version + 1 WHERE id = $1::TEXT AND version = $2::BIGINT";
}

fn read(row: &Row, rules: &HashMap<Id, Rule>) -> Result<Group> {
    let id = row.id(0)?;
    let rule = rules.get(&id).ok_or_else(|| Error::internal(format!("group {id} has no calendar")))?;
    Ok(Group {
        id,
        slug: row.text(1)?,
        name: row.text(2)?,
        zone: rule.zone.clone(),
        sprint_days: rule.days,
        cadence: row.text(3)?,
        agreement: row.text(4)?,
        version: row.int(5)?,
        archived_at: row.opt_time(6)?,
    })
}

fn one(tx: &mut dyn Tx, row: &Row) -> Result<Group> {
    let id = row.id(0)?;
    let rules = calendars::newest_of(tx, id)?.into_iter().map(|r| (id, r)).collect();
    read(row, &rules)
}

/// Groups that are not archived, in alphabetical order.
///
/// # Errors
/// The engine's.
pub fn groups(tx: &mut dyn Tx) -> Result<Vec<Group>> {
    Ok(all_groups(tx)?.into_iter().filter(|g| g.archived_at.is_none()).collect())
}

/// All groups, also archived ones, in alphabetical order.
///
/// # Errors
/// The engine's.
pub fn all_groups(tx: &mut dyn Tx) -> Result<Vec<Group>> {
    let rules = calendars::newest(tx)?;
    tx.query(&ALL, &[])?.iter().map(|r| read(r, &rules)).collect()
}

/// Groups whose folded names follow `after`, at most `limit`.
///
/// # Errors
/// The engine's.
pub fn groups_page(tx: &mut dyn Tx, after: &str, limit: i64) -> Result<Vec<Group>> {
    let rules = calendars::newest(tx)?;
    tx.query(&PAGE, &[after.into(), limit.into()])?.iter().map(|r| read(r, &rules)).collect()
}

/// The group with this id.
///
/// # Errors
/// [`Error::NotFound`].
pub fn group(tx: &mut dyn Tx, id: Id) -> Result<Group> {
    let row = tx.opt(&BY_ID, &[id.into()])?.ok_or_else(|| Error::NotFound("There is no such group.".into()))?;
    one(tx, &row)
}

/// The group with this slug.
///
/// # Errors
/// [`Error::NotFound`] that names the nearest.
pub fn group_by_slug(tx: &mut dyn Tx, slug: &str) -> Result<Group> {
    match tx.opt(&BY_SLUG, &[slug.into()])? {
        Some(row) => one(tx, &row),
        None => {
            let known = slugs(tx)?;
            Err(names::unknown(Kind::Group, slug, known.iter().map(String::as_str)))
        }
    }
}

fn slugs(tx: &mut dyn Tx) -> Result<Vec<String>> {
    tx.query(&SLUGS, &[])?.iter().map(|r| r.text(0)).collect()
}

/// Name and slug of the group whose name folds to this.
pub(super) fn named(tx: &mut dyn Tx, folded: &str) -> Result<Option<(String, String)>> {
    tx.opt(&BY_FOLDED, &[folded.into()])?.map(|r| Ok((r.text(0)?, r.text(1)?))).transpose()
}

/// Inserts; false if slug or name is taken.
pub(crate) fn insert_group(tx: &mut dyn Tx, g: &Group, now: kernel::time::Time) -> Result<bool> {
    let folded = names::fold(&g.name);
    let params = [g.id.into(), (&g.slug).into(), (&g.name).into(), folded.into(), (&g.cadence).into(), (&g.agreement).into(), now.into()];
    Ok(tx.execute(&INSERT, &params)? == 1)
}

/// Stores a change of version `g.version`; false if that is no longer the version.
pub(crate) fn update_group(tx: &mut dyn Tx, g: &Group, by: &str) -> Result<bool> {
    let params: [Value; 8] = [
        g.id.into(),
        g.version.into(),
        (&g.name).into(),
        names::fold(&g.name).into(),
        (&g.cadence).into(),
        (&g.agreement).into(),
        g.archived_at.into(),
        g.archived_at.map(|_| by).into(),
    ];
    Ok(tx.execute(&UPDATE, &params)? == 1)
}
