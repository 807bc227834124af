//! Rows of groups.

use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use super::{bad_slug, missing};
use crate::rules::{Group, folded};

kernel::sql! {
    GROUPS = "SELECT id, slug, name, zone, sprint_days, first_number, first_day, version, working_agreement FROM review_group \
        ORDER BY folded COLLATE \"C\", id COLLATE \"C\"";
    GROUP = "SELECT id, slug, name, zone, sprint_days, first_number, first_day, version, working_agreement FROM review_group WHERE id = $1::TEXT";
    GROUP_BY_SLUG = "SELECT id, slug, name, zone, sprint_days, first_number, first_day, version, working_agreement FROM review_group WHERE slug = $1::TEXT";
    INSERT_GROUP = "INSERT INTO review_group (id, slug, folded, name, zone, sprint_days, first_number, first_day, version, made_at, \
        working_agreement) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::BIGINT, $7::BIGINT, $8::TEXT, 1, $9::BIGINT, $10::TEXT) ON CONFLICT DO NOTHING";
    UPDATE_GROUP = "UPDATE review_group SET folded = $2::TEXT, name = $3::TEXT, zone = $4::TEXT, sprint_days = $5::BIGINT, \
        first_number = $6::BIGINT, first_day = $7::TEXT, working_agreement = $9::TEXT, version = version + 1 \
        WHERE id = $1::TEXT AND version = $8::BIGINT";
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
        working_agreement: r.text(8)?,
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
        (&g.working_agreement).into(),
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
        (&g.working_agreement).into(),
    ];
    Ok(tx.execute(&UPDATE_GROUP, &params)? == 1)
}
