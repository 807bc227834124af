//! SQL of trackers. Lists stand in the order of folded names, always.

use catalogue::rules::folded;
use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::tracker::{NewTracker, Tracker};

kernel::sql! {
    PAGE = "SELECT id, slug, name, body, version, made_at, made_by, archived_at, quiet_until, fault, fault_at, heard_at FROM tracker \
        WHERE archived_at IS NULL AND folded COLLATE \"C\" > $1::TEXT ORDER BY folded COLLATE \"C\" LIMIT $2::BIGINT";
    BY_SLUG = "SELECT id, slug, name, body, version, made_at, made_by, archived_at, quiet_until, fault, fault_at, heard_at FROM tracker \
        WHERE slug = $1::TEXT";
    BY_ID = "SELECT id, slug, name, body, version, made_at, made_by, archived_at, quiet_until, fault, fault_at, heard_at FROM tracker \
        WHERE id = $1::TEXT";
    COUNT = "SELECT CAST(count(*) AS BIGINT) FROM tracker WHERE archived_at IS NULL";
    INSERT = "INSERT INTO tracker (id, slug, folded, name, body, version, made_at, made_by, quiet_until, fault) VALUES ($1::TEXT, \
        $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, 1, $6::BIGINT, $7::TEXT, 0, '') ON CONFLICT DO NOTHING";
    NAMED = "SELECT id FROM tracker WHERE folded = $1::TEXT";
    CHANGE = "UPDATE tracker SET folded = $3::TEXT, name = $4::TEXT, body = $5::TEXT, version = version + 1, quiet_until = 0, fault = '', \
        fault_at = NULL WHERE id = $1::TEXT AND version = $2::BIGINT AND archived_at IS NULL";
    ARCHIVE = "UPDATE tracker SET archived_at = $2::BIGINT, archived_by = $3::TEXT, folded = NULL, version = version + 1 \
        WHERE id = $1::TEXT AND archived_at IS NULL";
    FAULT = "UPDATE tracker SET fault = $2::TEXT, fault_at = CASE WHEN fault = '' THEN $3::BIGINT ELSE fault_at END WHERE id = $1::TEXT";
    GOOD = "UPDATE tracker SET fault = '', fault_at = NULL WHERE id = $1::TEXT AND fault <> ''";
    QUIET = "UPDATE tracker SET quiet_until = $2::BIGINT WHERE id = $1::TEXT";
    HEARD = "UPDATE tracker SET heard_at = $2::BIGINT WHERE id = $1::TEXT";
}

fn tracker(r: &Row) -> Result<Tracker> {
    let new: NewTracker = serde_json::from_str(&r.text(3)?).map_err(Error::internal)?;
    Ok(Tracker {
        id: r.id(0)?,
        slug: r.text(1)?,
        name: r.text(2)?,
        kind: new.kind,
        url: new.url,
        project: new.project,
        secret: new.secret,
        hook_secret: new.hook_secret,
        issue_type: new.issue_type,
        version: r.int(4)?,
        made_at: r.time(5)?,
        made_by: r.text(6)?,
        archived_at: r.opt_time(7)?,
        quiet_until: r.time(8)?,
        fault: r.text(9)?,
        fault_at: r.opt_time(10)?,
        heard_at: r.opt_time(11)?,
    })
}

/// A page of trackers in use, after a folded name; an empty one begins.
///
/// # Errors
/// The engine's.
pub fn page(tx: &mut dyn Tx, after: &str, limit: i64) -> Result<Vec<Tracker>> {
    tx.query(&PAGE, &[after.into(), limit.into()])?.iter().map(tracker).collect()
}

/// The key by which [`page`] goes on.
pub fn page_key(t: &Tracker) -> String {
    folded(&t.name)
}

/// A tracker, also one that was put away.
///
/// # Errors
/// [`Error::NotFound`].
pub fn by_slug(tx: &mut dyn Tx, slug: &str) -> Result<Tracker> {
    let missing = || Error::not_found("tracker", kernel::text::shown(slug, 60));
    // A key that cannot exist is not asked for: it may hold what no engine stores.
    kernel::text::key("tracker", slug).map_err(|_| missing())?;
    tx.opt(&BY_SLUG, &[slug.into()])?.as_ref().map_or_else(|| Err(missing()), tracker)
}

/// A tracker by its id.
///
/// # Errors
/// [`Error::NotFound`].
pub fn by_id(tx: &mut dyn Tx, id: Id) -> Result<Tracker> {
    tx.opt(&BY_ID, &[id.into()])?.as_ref().map_or_else(|| Err(Error::not_found("tracker", id)), tracker)
}

/// How many are in use.
pub(crate) fn count(tx: &mut dyn Tx) -> Result<i64> {
    tx.one(&COUNT, &[])?.int(0)
}

fn body(new: &NewTracker) -> Result<String> {
    serde_json::to_string(&NewTracker { version: None, ..new.clone() }).map_err(Error::internal)
}

/// Adds a tracker; false if its key or its name is taken.
pub(crate) fn insert(tx: &mut dyn Tx, id: Id, new: &NewTracker, now: Time, by: &str) -> Result<bool> {
    let slug = new.slug.clone().unwrap_or_default();
    let params = [id.into(), slug.into(), folded(&new.name).into(), (&new.name).into(), body(new)?.into(), now.into(), by.into()];
    Ok(tx.execute(&INSERT, &params)? == 1)
}

/// The tracker in use of that name.
pub(crate) fn named(tx: &mut dyn Tx, name: &str) -> Result<Option<Id>> {
    tx.opt(&NAMED, &[folded(name).into()])?.map(|r| r.id(0)).transpose()
}

/// Changes a tracker; false if it is at another version.
pub(crate) fn change(tx: &mut dyn Tx, id: Id, from: i64, new: &NewTracker) -> Result<bool> {
    let params = [id.into(), from.into(), folded(&new.name).into(), (&new.name).into(), body(new)?.into()];
    Ok(tx.execute(&CHANGE, &params)? == 1)
}

/// Puts a tracker away; false if it is away already.
pub(crate) fn archive(tx: &mut dyn Tx, id: Id, now: Time, by: &str) -> Result<bool> {
    Ok(tx.execute(&ARCHIVE, &[id.into(), now.into(), by.into()])? == 1)
}

/// Notes what was wrong when it was asked; since when is the first of several.
pub(crate) fn fault(tx: &mut dyn Tx, id: Id, why: &str, now: Time) -> Result<()> {
    tx.execute(&FAULT, &[id.into(), why.into(), now.into()]).map(|_| ())
}

/// Notes that it answered.
pub(crate) fn good(tx: &mut dyn Tx, id: Id) -> Result<()> {
    tx.execute(&GOOD, &[id.into()]).map(|_| ())
}

/// Notes until when it wants not to be asked.
pub(crate) fn quiet(tx: &mut dyn Tx, id: Id, until: Time) -> Result<()> {
    tx.execute(&QUIET, &[id.into(), until.into()]).map(|_| ())
}

/// Notes that a webhook came.
pub(crate) fn heard(tx: &mut dyn Tx, id: Id, now: Time) -> Result<()> {
    tx.execute(&HEARD, &[id.into(), now.into()]).map(|_| ())
}
