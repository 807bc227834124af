//! Rows of calendars, and sprints by way of them.

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use super::group;
use crate::calendar::{Calendar, Change, ChangeKind, Sprint};

kernel::sql! {
    CHANGES = "SELECT number, kind, days FROM calendar_change WHERE group_id = $1::TEXT ORDER BY number, kind COLLATE \"C\"";
    INSERT_CHANGE = "INSERT INTO calendar_change (group_id, number, kind, days, made_by, made_at) \
        VALUES ($1::TEXT, $2::BIGINT, $3::TEXT, $4::BIGINT, $5::TEXT, $6::BIGINT) \
        ON CONFLICT (group_id, number, kind) DO UPDATE SET days = excluded.days, made_by = excluded.made_by, made_at = excluded.made_at";
    DROP_CHANGE = "DELETE FROM calendar_change WHERE group_id = $1::TEXT AND number = $2::BIGINT AND kind = $3::TEXT";
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

/// Takes a change back that has not begun.
pub(crate) fn drop_change(tx: &mut dyn Tx, group: Id, c: Change) -> Result<()> {
    let kind = if c.kind == ChangeKind::Skip { "skip" } else { "length" };
    tx.execute(&DROP_CHANGE, &[group.into(), c.number.into(), kind.into()]).map(|_| ())
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
