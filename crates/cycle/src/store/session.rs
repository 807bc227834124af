//! SQL of sessions.

use std::collections::HashMap;

use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use super::forum;
use crate::cadence::Occurrence;
use crate::forum::Forum;
use crate::session::{Body, Session, Signed, Who};

kernel::sql! {
    ONE = "SELECT id, forum, occurrence, sprint, starts, ends, body, version, opened_by, opened_at, closed_by, closed_at, off_by, off_at, \
        changed_at FROM forum_session WHERE id = $1::TEXT";
    /// From a moment on, earliest first.
    COMING = "SELECT id, forum, occurrence, sprint, starts, ends, body, version, opened_by, opened_at, closed_by, closed_at, off_by, \
        off_at, changed_at FROM forum_session WHERE forum = $1::TEXT AND ends > $2::BIGINT \
        ORDER BY starts, id COLLATE \"C\" LIMIT $3::BIGINT";
    /// Latest first, before a place of that order.
    LATEST = "SELECT id, forum, occurrence, sprint, starts, ends, body, version, opened_by, opened_at, closed_by, closed_at, off_by, \
        off_at, changed_at FROM forum_session WHERE forum = $1::TEXT AND (starts, id) < ($2::BIGINT, $3::TEXT) \
        ORDER BY starts DESC, id COLLATE \"C\" DESC LIMIT $4::BIGINT";
    /// Of all forums, what begins in a stretch of time.
    BETWEEN = "SELECT id, forum, occurrence, sprint, starts, ends, body, version, opened_by, opened_at, closed_by, closed_at, off_by, \
        off_at, changed_at FROM forum_session WHERE starts > $1::BIGINT AND starts <= $2::BIGINT ORDER BY starts, id COLLATE \"C\"";
    OPEN_OF = "SELECT id, forum, occurrence, sprint, starts, ends, body, version, opened_by, opened_at, closed_by, closed_at, off_by, \
        off_at, changed_at FROM forum_session WHERE forum = $1::TEXT AND opened_at IS NOT NULL AND closed_at IS NULL ORDER BY starts";
    INSERT = "INSERT INTO forum_session (id, forum, occurrence, sprint, starts, ends, body, version, made_at, changed_at) VALUES ($1::TEXT, \
        $2::TEXT, $3::TEXT, $4::BIGINT, $5::BIGINT, $6::BIGINT, $7::TEXT, $8::BIGINT, $9::BIGINT, $9::BIGINT) \
        ON CONFLICT (forum, occurrence) DO NOTHING";
    /// Follows the cadence, while nobody has touched it.
    FOLLOW = "UPDATE forum_session SET sprint = $2::BIGINT, starts = $3::BIGINT, ends = $4::BIGINT, changed_at = $5::BIGINT \
        WHERE id = $1::TEXT AND version = 1";
    /// The cadence does not plan it any more, and nobody has touched it or left anything in it.
    FORGET = "DELETE FROM forum_session WHERE id = $1::TEXT AND version = 1 \
        AND NOT EXISTS (SELECT 1 FROM forum_box b WHERE b.session = forum_session.id) \
        AND NOT EXISTS (SELECT 1 FROM forum_attendance a WHERE a.session = forum_session.id) \
        AND NOT EXISTS (SELECT 1 FROM forum_reminder r WHERE r.session = forum_session.id) \
        AND NOT EXISTS (SELECT 1 FROM forum_agenda_item i WHERE i.session = forum_session.id)";
    CHANGE = "UPDATE forum_session SET starts = $3::BIGINT, ends = $4::BIGINT, body = $5::TEXT, version = version + 1, \
        changed_at = $6::BIGINT WHERE id = $1::TEXT AND version = $2::BIGINT AND opened_at IS NULL AND off_at IS NULL";
    ROLES = "UPDATE forum_session SET body = $3::TEXT, version = version + 1, changed_at = $4::BIGINT WHERE id = $1::TEXT \
        AND version = $2::BIGINT AND closed_at IS NULL AND off_at IS NULL";
    OFF = "UPDATE forum_session SET body = $3::TEXT, off_by = $4::TEXT, off_at = $5::BIGINT, version = version + 1, \
        changed_at = $5::BIGINT WHERE id = $1::TEXT AND version = $2::BIGINT AND opened_at IS NULL AND off_at IS NULL";
    OPEN = "UPDATE forum_session SET opened_by = $2::TEXT, opened_at = $3::BIGINT, version = version + 1, changed_at = $3::BIGINT \
        WHERE id = $1::TEXT AND opened_at IS NULL AND off_at IS NULL";
    CLOSE = "UPDATE forum_session SET closed_by = $2::TEXT, closed_at = $3::BIGINT, version = version + 1, changed_at = $3::BIGINT \
        WHERE id = $1::TEXT AND opened_at IS NOT NULL AND closed_at IS NULL";
    /// Says that somebody has touched it, so that it does not follow the cadence any more.
    TOUCH = "UPDATE forum_session SET version = version + 1, changed_at = $2::BIGINT WHERE id = $1::TEXT AND version = 1";
    HELD_BEFORE = "SELECT CAST(count(*) AS BIGINT) FROM forum_session WHERE forum = $1::TEXT AND opened_at IS NOT NULL AND starts < $2::BIGINT";
    NAMED = "SELECT id, name FROM person WHERE name = $1::TEXT AND deactivated_at IS NULL ORDER BY id COLLATE \"C\" LIMIT 2";
}

/// Sorts before every session of the same moment.
const LAST: &str = "~";

fn of_row(row: &Row, forum: Forum, now: Time) -> Result<Session> {
    let signed = |by: usize, at: usize| -> Result<Option<Signed>> {
        Ok(row.opt_text(by)?.zip(row.opt_time(at)?).map(|(by, at)| Signed { by, at }))
    };
    let (opened, closed, off) = (signed(8, 9)?, signed(10, 11)?, signed(12, 13)?);
    let ends = row.time(5)?;
    Ok(Session {
        id: row.id(0)?,
        forum,
        occurrence: row.text(2)?,
        sprint: row.opt_int(3)?,
        starts: row.time(4)?,
        ends,
        state: Session::state_of(opened.is_some(), closed.is_some(), off.is_some(), ends, now),
        body: serde_json::from_str(row.str(6)?).map_err(Error::internal)?,
        opened,
        closed,
        off,
        version: row.int(7)?,
        changed_at: row.time(14)?,
    })
}

fn body(b: &Body) -> Result<String> {
    serde_json::to_string(b).map_err(Error::internal)
}

/// A session, as it is at a moment.
///
/// # Errors
/// [`Error::NotFound`]; the engine's.
pub fn one(tx: &mut dyn Tx, id: Id, now: Time) -> Result<Session> {
    let row = tx.opt(&ONE, &[id.into()])?.ok_or_else(|| Error::not_found("session", id))?;
    let forum = forum::of_key(tx, row.str(1)?)?;
    of_row(&row, forum, now)
}

/// Sessions of a forum that end after a moment, earliest first.
///
/// # Errors
/// The engine's.
pub fn coming(tx: &mut dyn Tx, forum: &Forum, after: Time, now: Time, limit: i64) -> Result<Vec<Session>> {
    let rows = tx.query(&COMING, &[forum.key().into(), after.into(), limit.into()])?;
    rows.iter().map(|r| of_row(r, forum.clone(), now)).collect()
}

/// Sessions of a forum, latest first, before a place of that order.
///
/// # Errors
/// The engine's.
pub fn latest(tx: &mut dyn Tx, forum: &Forum, before: Option<(Time, Id)>, now: Time, limit: i64) -> Result<Vec<Session>> {
    let (at, id) = before.map_or((Time(i64::MAX), LAST.to_owned()), |(at, id)| (at, id.to_string()));
    let rows = tx.query(&LATEST, &[forum.key().into(), at.into(), id.into(), limit.into()])?;
    rows.iter().map(|r| of_row(r, forum.clone(), now)).collect()
}

/// Sessions of all forums that begin after a moment and not after another, earliest first.
///
/// # Errors
/// The engine's.
pub fn between(tx: &mut dyn Tx, after: Time, until: Time, now: Time) -> Result<Vec<Session>> {
    let rows = tx.query(&BETWEEN, &[after.into(), until.into()])?;
    let mut forums: HashMap<String, Forum> = HashMap::new();
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        let key = row.text(1)?;
        let forum = match forums.get(&key) {
            Some(known) => known.clone(),
            None => {
                let found = forum::of_key(tx, &key)?;
                forums.insert(key, found.clone());
                found
            }
        };
        out.push(of_row(row, forum, now)?);
    }
    Ok(out)
}

/// The session of a forum that is open, if one is.
///
/// # Errors
/// The engine's.
pub fn open_of(tx: &mut dyn Tx, forum: &Forum, now: Time) -> Result<Option<Session>> {
    tx.query(&OPEN_OF, &[forum.key().into()])?.first().map(|r| of_row(r, forum.clone(), now)).transpose()
}

/// How many sessions of its forum were held before one.
pub(crate) fn held_before(tx: &mut dyn Tx, s: &Session) -> Result<i64> {
    tx.one(&HELD_BEFORE, &[s.forum.key().into(), s.starts.into()])?.int(0)
}

/// Plans a session; false if the forum has one of that name.
pub(crate) fn insert(tx: &mut dyn Tx, id: Id, forum: &Forum, o: &Occurrence, b: &Body, version: i64, now: Time) -> Result<bool> {
    let params = [
        id.into(),
        forum.key().into(),
        (&o.key).into(),
        o.sprint.into(),
        o.starts.into(),
        o.ends.into(),
        body(b)?.into(),
        version.into(),
        now.into(),
    ];
    Ok(tx.execute(&INSERT, &params)? == 1)
}

/// Moves a session that nobody has touched to where the cadence plans it.
pub(crate) fn follow(tx: &mut dyn Tx, id: Id, o: &Occurrence, now: Time) -> Result<()> {
    tx.execute(&FOLLOW, &[id.into(), o.sprint.into(), o.starts.into(), o.ends.into(), now.into()]).map(|_| ())
}

/// Forgets a session that nobody has touched; false if somebody left something in it.
pub(crate) fn forget(tx: &mut dyn Tx, id: Id) -> Result<bool> {
    Ok(tx.execute(&FORGET, &[id.into()])? == 1)
}

/// Moves a session; false if it is another version, open or called off.
pub(crate) fn change(tx: &mut dyn Tx, id: Id, seen: i64, (starts, ends): (Time, Time), b: &Body, now: Time) -> Result<bool> {
    Ok(tx.execute(&CHANGE, &[id.into(), seen.into(), starts.into(), ends.into(), body(b)?.into(), now.into()])? == 1)
}

/// Says who runs it and where; false if it is another version, closed or called off.
pub(crate) fn roles(tx: &mut dyn Tx, id: Id, seen: i64, b: &Body, now: Time) -> Result<bool> {
    Ok(tx.execute(&ROLES, &[id.into(), seen.into(), body(b)?.into(), now.into()])? == 1)
}

/// Calls it off; false if it is another version, open or called off.
pub(crate) fn call_off(tx: &mut dyn Tx, id: Id, seen: i64, b: &Body, (by, now): (&str, Time)) -> Result<bool> {
    Ok(tx.execute(&OFF, &[id.into(), seen.into(), body(b)?.into(), by.into(), now.into()])? == 1)
}

/// Opens it; false if it was opened or called off.
pub(crate) fn open(tx: &mut dyn Tx, id: Id, (by, now): (&str, Time)) -> Result<bool> {
    Ok(tx.execute(&OPEN, &[id.into(), by.into(), now.into()])? == 1)
}

/// Closes it; false if it is not open.
pub(crate) fn close(tx: &mut dyn Tx, id: Id, (by, now): (&str, Time)) -> Result<bool> {
    Ok(tx.execute(&CLOSE, &[id.into(), by.into(), now.into()])? == 1)
}

/// From now on it does not follow the cadence.
pub(crate) fn touch(tx: &mut dyn Tx, id: Id, now: Time) -> Result<()> {
    tx.execute(&TOUCH, &[id.into(), now.into()]).map(|_| ())
}

/// Who was meant: by mail address, by a name that one account has, or a name alone.
pub(crate) fn who(tx: &mut dyn Tx, typed: &str) -> Result<Who> {
    if typed.contains('@')
        && let Some(found) = people::store::person_by_mail(tx, &typed.to_lowercase())?
    {
        return Ok(Who { name: found.name, person: Some(found.id) });
    }
    let rows = tx.query(&NAMED, &[typed.into()])?;
    match rows.as_slice() {
        [only] => Ok(Who { name: only.text(1)?, person: Some(only.id(0)?) }),
        _ => Ok(Who { name: typed.to_owned(), person: None }),
    }
}
