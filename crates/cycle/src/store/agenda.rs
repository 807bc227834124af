//! SQL of agendas.

use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;

use crate::agenda::{AgendaItem, ItemKind};

kernel::sql! {
    ITEMS = "SELECT id, position, kind, team, title, seconds, exception, why, body, started_at, ended_at FROM forum_agenda_item \
        WHERE session = $1::TEXT ORDER BY position, id COLLATE \"C\"";
    INSERT = "INSERT INTO forum_agenda_item (id, session, position, kind, team, title, seconds, exception, why, body) VALUES ($1::TEXT, \
        $2::TEXT, $3::BIGINT, $4::TEXT, $5::TEXT, $6::TEXT, $7::BIGINT, $8::BIGINT, $9::TEXT, $10::TEXT) ON CONFLICT (id) DO NOTHING";
    PLAN = "UPDATE forum_agenda_item SET position = $2::BIGINT, seconds = $3::BIGINT, exception = $4::BIGINT, why = $5::TEXT, \
        body = $6::TEXT WHERE id = $1::TEXT";
    CLEAR = "DELETE FROM forum_agenda_item WHERE session = $1::TEXT AND started_at IS NULL";
}

fn item(row: &Row) -> Result<AgendaItem> {
    let kind = row.text(2)?;
    Ok(AgendaItem {
        id: row.id(0)?,
        position: row.int(1)?,
        kind: ItemKind::read(&kind).ok_or_else(|| Error::internal(format!("agenda kind {kind}")))?,
        team: row.opt_id(3)?,
        title: row.text(4)?,
        seconds: row.int(5)?,
        exception: row.bool(6)?,
        why: row.text(7)?,
        reasons: serde_json::from_str(row.str(8)?).map_err(Error::internal)?,
        started_at: row.opt_time(9)?,
        ended_at: row.opt_time(10)?,
    })
}

/// Items of a session in their order.
///
/// # Errors
/// The engine's.
pub fn items(tx: &mut dyn Tx, session: Id) -> Result<Vec<AgendaItem>> {
    tx.query(&ITEMS, &[session.into()])?.iter().map(item).collect()
}

/// Removes what was not begun.
pub(crate) fn clear(tx: &mut dyn Tx, session: Id) -> Result<()> {
    tx.execute(&CLEAR, &[session.into()]).map(|_| ())
}

/// Inserts an item.
pub(crate) fn insert(tx: &mut dyn Tx, session: Id, i: &AgendaItem) -> Result<()> {
    let params = [
        i.id.into(),
        session.into(),
        i.position.into(),
        i.kind.key().into(),
        i.team.into(),
        (&i.title).into(),
        i.seconds.into(),
        i64::from(i.exception).into(),
        (&i.why).into(),
        serde_json::to_string(&i.reasons).map_err(Error::internal)?.into(),
    ];
    tx.execute(&INSERT, &params).map(|_| ())
}

/// Plans an item anew.
pub(crate) fn plan(tx: &mut dyn Tx, i: &AgendaItem) -> Result<()> {
    let params = [
        i.id.into(),
        i.position.into(),
        i.seconds.into(),
        i64::from(i.exception).into(),
        (&i.why).into(),
        serde_json::to_string(&i.reasons).map_err(Error::internal)?.into(),
    ];
    tx.execute(&PLAN, &params).map(|_| ())
}
