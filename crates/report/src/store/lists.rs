//! SQL of list entries; decides nothing.

use catalogue::Team;
use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::lists::{Entry, NewEntry, TemplateList};

kernel::sql! {
    INSERT = "INSERT INTO report_entry (id, team, list, day, cells, version, made_at, by_name, at, ended_by, ended_at) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, 1, $6::BIGINT, $7::TEXT, $6::BIGINT, NULL, NULL)";
    CHANGE = "UPDATE report_entry SET day = $4::TEXT, cells = $5::TEXT, version = version + 1, by_name = $6::TEXT, at = $7::BIGINT \
        WHERE team = $1::TEXT AND list = $2::TEXT AND id = $3::TEXT AND version = $8::BIGINT AND ended_at IS NULL";
    END = "UPDATE report_entry SET ended_by = $4::TEXT, ended_at = $5::BIGINT \
        WHERE team = $1::TEXT AND list = $2::TEXT AND id = $3::TEXT AND ended_at IS NULL";
    ONE = "SELECT id, day, cells, by_name, at, version FROM report_entry \
        WHERE team = $1::TEXT AND list = $2::TEXT AND id = $3::TEXT AND ended_at IS NULL";
    OF_LIST = "SELECT id, day, cells, by_name, at, version FROM report_entry \
        WHERE team = $1::TEXT AND list = $2::TEXT AND ended_at IS NULL ORDER BY day COLLATE \"C\", id COLLATE \"C\" LIMIT $3::BIGINT";
    HAPPENED = "SELECT id, day, cells, by_name, at, version FROM report_entry WHERE team = $1::TEXT AND list = $2::TEXT \
        AND day >= $3::TEXT AND day < $4::TEXT AND ended_at IS NULL ORDER BY day COLLATE \"C\", id COLLATE \"C\" LIMIT $5::BIGINT";
    THERE = "SELECT id, day, cells, by_name, at, version FROM report_entry WHERE team = $1::TEXT AND list = $2::TEXT \
        AND made_at < $3::BIGINT AND (ended_at IS NULL OR ended_at >= $3::BIGINT) ORDER BY id COLLATE \"C\" LIMIT $4::BIGINT";
}

/// The list of that key in the template that the team's group agreed.
///
/// # Errors
/// [`Error::NotFound`], with the lists that there are.
pub fn list_of(tx: &mut dyn Tx, team: &Team, key: &str) -> Result<TemplateList> {
    let template = super::template(tx, team.group)?.template;
    let all: Vec<&TemplateList> = template.lists().collect();
    if let Some(found) = all.iter().find(|l| l.key == key) {
        return Ok((*found).clone());
    }
    let known: Vec<&str> = all.iter().map(|l| l.key.as_str()).collect();
    let hint = if known.is_empty() { "It has no lists.".to_owned() } else { format!("It has {}.", known.join(", ")) };
    let shown = kernel::text::shown(key, 60);
    Err(Error::NotFound(format!("The template of the group has no list “{shown}”. {hint}")))
}

fn entry(row: &Row) -> Result<Entry> {
    let day = row.text(1)?;
    Ok(Entry {
        id: row.id(0)?,
        day: (!day.is_empty()).then_some(day),
        cells: serde_json::from_str(&row.text(2)?).map_err(Error::internal)?,
        by: row.text(3)?,
        at: row.time(4)?,
        version: row.int(5)?,
    })
}

fn cells(new: &NewEntry) -> Result<String> {
    serde_json::to_string(&new.cells).map_err(Error::internal)
}

pub(crate) fn insert(tx: &mut dyn Tx, team: Id, list: &str, new: &NewEntry, by: &str, now: Time) -> Result<Id> {
    let id = tx.id()?;
    let day = new.day.as_deref().unwrap_or("");
    tx.execute(&INSERT, &[id.into(), team.into(), list.into(), day.into(), cells(new)?.into(), now.into(), by.into()])?;
    Ok(id)
}

/// Changes an entry; false if it was changed or taken out since `version`.
pub(crate) fn change(tx: &mut dyn Tx, place: (Id, &str, Id), new: &NewEntry, version: i64, by: &str, now: Time) -> Result<bool> {
    let day = new.day.as_deref().unwrap_or("");
    let params =
        [place.0.into(), place.1.into(), place.2.into(), day.into(), cells(new)?.into(), by.into(), now.into(), version.into()];
    Ok(tx.execute(&CHANGE, &params)? == 1)
}

/// Takes an entry out; false if it is not there.
pub(crate) fn end(tx: &mut dyn Tx, place: (Id, &str, Id), by: &str, now: Time) -> Result<bool> {
    Ok(tx.execute(&END, &[place.0.into(), place.1.into(), place.2.into(), by.into(), now.into()])? == 1)
}

/// One entry that is in use.
///
/// # Errors
/// The engine's.
pub fn one(tx: &mut dyn Tx, team: Id, list: &str, id: Id) -> Result<Option<Entry>> {
    tx.opt(&ONE, &[team.into(), list.into(), id.into()])?.as_ref().map(entry).transpose()
}

/// All entries that are in use, by day, then by age.
///
/// # Errors
/// The engine's.
pub fn of_list(tx: &mut dyn Tx, team: Id, list: &str, limit: i64) -> Result<Vec<Entry>> {
    tx.query(&OF_LIST, &[team.into(), list.into(), limit.into()])?.iter().map(entry).collect()
}

/// What happened on the days `[from, to)`.
///
/// # Errors
/// The engine's.
pub fn happened(tx: &mut dyn Tx, team: Id, list: &str, from: &str, to: &str, limit: i64) -> Result<Vec<Entry>> {
    tx.query(&HAPPENED, &[team.into(), list.into(), from.into(), to.into(), limit.into()])?.iter().map(entry).collect()
}

/// What was there at a moment.
///
/// # Errors
/// The engine's.
pub fn there(tx: &mut dyn Tx, team: Id, list: &str, at: Time, limit: i64) -> Result<Vec<Entry>> {
    tx.query(&THERE, &[team.into(), list.into(), at.into(), limit.into()])?.iter().map(entry).collect()
}
