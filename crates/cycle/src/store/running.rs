//! SQL of what happens while a session runs: its events, who is there, and its minutes.

use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::attendance::{Said, Taken};
use crate::clock::{EventKind, SessionEvent};
use crate::minutes::{Addendum, Kept};

kernel::sql! {
    EVENTS = "SELECT number, kind, item, by_name, at FROM forum_event WHERE session = $1::TEXT ORDER BY number";
    EVENT = "INSERT INTO forum_event (session, number, kind, item, by_key, by_name, at) VALUES ($1::TEXT, $2::BIGINT, $3::TEXT, \
        $4::TEXT, $5::TEXT, $6::TEXT, $7::BIGINT) ON CONFLICT (session, number) DO NOTHING";
    BEGUN = "UPDATE forum_agenda_item SET started_at = COALESCE(started_at, $2::BIGINT), ended_at = NULL WHERE id = $1::TEXT";
    LEFT = "UPDATE forum_agenda_item SET ended_at = $2::BIGINT WHERE id = $1::TEXT";
    ATTENDANCE = "SELECT seat, name, taken, deputy, by_name, at FROM forum_attendance WHERE session = $1::TEXT \
        ORDER BY seat COLLATE \"C\"";
    SIT = "INSERT INTO forum_attendance (session, seat, name, taken, deputy, by_name, at) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, \
        $4::TEXT, $5::TEXT, $6::TEXT, $7::BIGINT) ON CONFLICT (session, seat) DO UPDATE SET name = excluded.name, \
        taken = excluded.taken, deputy = excluded.deputy, by_name = excluded.by_name, at = excluded.at";
    KEEP = "INSERT INTO forum_minutes (session, body, digest, at) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::BIGINT) \
        ON CONFLICT (session) DO NOTHING";
    MINUTES = "SELECT body, digest FROM forum_minutes WHERE session = $1::TEXT";
    ADD = "INSERT INTO forum_addendum (id, session, words, by_name, at) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::BIGINT)";
    ADDENDA = "SELECT words, by_name, at FROM forum_addendum WHERE session = $1::TEXT ORDER BY id COLLATE \"C\"";
}

fn event(row: &Row) -> Result<SessionEvent> {
    let kind = row.text(1)?;
    Ok(SessionEvent {
        number: row.int(0)?,
        kind: EventKind::read(&kind).ok_or_else(|| Error::internal(format!("a session has the event {kind}")))?,
        item: row.opt_id(2)?,
        by: row.text(3)?,
        at: row.time(4)?,
    })
}

/// Events of a session in their order.
///
/// # Errors
/// The engine's.
pub fn events(tx: &mut dyn Tx, session: Id) -> Result<Vec<SessionEvent>> {
    tx.query(&EVENTS, &[session.into()])?.iter().map(event).collect()
}

/// Adds an event; false if there is one of that number.
pub(crate) fn happen(tx: &mut dyn Tx, session: Id, e: &SessionEvent, by_key: &str) -> Result<bool> {
    let params = [session.into(), e.number.into(), e.kind.key().into(), e.item.into(), by_key.into(), (&e.by).into(), e.at.into()];
    Ok(tx.execute(&EVENT, &params)? == 1)
}

/// An item is reached; one is left.
pub(crate) fn went(tx: &mut dyn Tx, left: Option<Id>, reached: Option<Id>, at: Time) -> Result<()> {
    if let Some(left) = left {
        tx.execute(&LEFT, &[left.into(), at.into()])?;
    }
    if let Some(reached) = reached {
        tx.execute(&BEGUN, &[reached.into(), at.into()])?;
    }
    Ok(())
}

/// What was said of seats.
pub(crate) fn attendance(tx: &mut dyn Tx, session: Id) -> Result<Vec<Said>> {
    let read = |r: &Row| {
        let taken = r.text(2)?;
        Ok(Said {
            key: r.text(0)?,
            name: r.text(1)?,
            taken: Taken::read(&taken).ok_or_else(|| Error::internal(format!("a seat is {taken}")))?,
            deputy: r.text(3)?,
            by: r.text(4)?,
            at: r.time(5)?,
        })
    };
    tx.query(&ATTENDANCE, &[session.into()])?.iter().map(read).collect()
}

/// Says something of a seat, in place of what was said before.
pub(crate) fn sit(tx: &mut dyn Tx, session: Id, s: &Said) -> Result<()> {
    let params =
        [session.into(), (&s.key).into(), (&s.name).into(), s.taken.key().into(), (&s.deputy).into(), (&s.by).into(), s.at.into()];
    tx.execute(&SIT, &params).map(|_| ())
}

/// Keeps the minutes of a session; false if it has some.
pub(crate) fn keep(tx: &mut dyn Tx, session: Id, body: &str, digest: &str, at: Time) -> Result<bool> {
    Ok(tx.execute(&KEEP, &[session.into(), body.into(), digest.into(), at.into()])? == 1)
}

/// The minutes of a session as their stored text and its digest; none while it is not closed.
pub(crate) fn minutes_text(tx: &mut dyn Tx, session: Id) -> Result<Option<(String, String)>> {
    tx.opt(&MINUTES, &[session.into()])?.map(|r| Ok((r.text(0)?, r.text(1)?))).transpose()
}

/// The minutes of a session with what came up later; none while it is not closed.
///
/// # Errors
/// The engine's.
pub fn minutes(tx: &mut dyn Tx, session: Id) -> Result<Option<Kept>> {
    let Some((body, digest)) = minutes_text(tx, session)? else { return Ok(None) };
    let minutes = serde_json::from_str(&body).map_err(Error::internal)?;
    Ok(Some(Kept { digest, minutes, addenda: addenda(tx, session)? }))
}

/// What came up after a session was closed, oldest first.
pub(crate) fn addenda(tx: &mut dyn Tx, session: Id) -> Result<Vec<Addendum>> {
    let read = |r: &Row| Ok(Addendum { text: r.text(0)?, by: r.text(1)?, at: r.time(2)? });
    tx.query(&ADDENDA, &[session.into()])?.iter().map(read).collect()
}

/// Adds what came up later.
pub(crate) fn add(tx: &mut dyn Tx, id: Id, session: Id, a: &Addendum) -> Result<()> {
    tx.execute(&ADD, &[id.into(), session.into(), (&a.text).into(), (&a.by).into(), a.at.into()]).map(|_| ())
}
