//! Imports load in chunks under an import id that nothing reads; one short transaction publishes it. An abort or a crash
//! leaves an unpublished import, which readers never see and `drop_stale` gives up.

use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::Id;
use crate::time::Time;
use crate::web::Ctx;

crate::sql! {
    /// Begins.
    pub(crate) BEGIN = "INSERT INTO import (id, kind, started_by, started_at, published_at, dropped_at, rows_loaded) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::BIGINT, NULL, NULL, 0)";
    /// Counts a chunk.
    pub(crate) LOADED = "UPDATE import SET rows_loaded = rows_loaded + $2::BIGINT \
        WHERE id = $1::TEXT AND published_at IS NULL AND dropped_at IS NULL";
    /// Publishes.
    pub(crate) PUBLISH = "UPDATE import SET published_at = $2::BIGINT \
        WHERE id = $1::TEXT AND published_at IS NULL AND dropped_at IS NULL";
    /// Gives up.
    pub(crate) DROP = "UPDATE import SET dropped_at = $2::BIGINT \
        WHERE id = $1::TEXT AND published_at IS NULL AND dropped_at IS NULL";
    /// Imports that a crash left open.
    pub(crate) STALE = "SELECT id FROM import WHERE published_at IS NULL AND dropped_at IS NULL AND started_at < $1::BIGINT";
}

/// Rows per chunk.
pub const CHUNK: usize = 1000;

/// Begins an import; rows loaded under its id are invisible until [`publish`].
///
/// # Errors
/// The engine's.
pub fn begin(cx: &Ctx, tx: &mut dyn Tx, kind: &str) -> Result<Id> {
    let id = tx.id()?;
    tx.execute(&BEGIN, &[id.into(), kind.into(), cx.actor.key().into(), cx.now.into()])?;
    Ok(id)
}

/// Counts a loaded chunk in the chunk's own unit of work.
///
/// # Errors
/// [`Error::Conflict`] if the import has been published or given up meanwhile.
pub fn loaded(tx: &mut dyn Tx, id: Id, rows: i64) -> Result<()> {
    open(tx.execute(&LOADED, &[id.into(), rows.into()])?)
}

/// Makes everything that was loaded under the id visible, at once.
///
/// # Errors
/// As [`loaded`].
pub fn publish(tx: &mut dyn Tx, id: Id, now: Time) -> Result<()> {
    open(tx.execute(&PUBLISH, &[id.into(), now.into()])?)
}

/// Gives an import up.
///
/// # Errors
/// As [`loaded`].
pub fn abort(tx: &mut dyn Tx, id: Id, now: Time) -> Result<()> {
    open(tx.execute(&DROP, &[id.into(), now.into()])?)
}

/// Gives up imports begun before `before`; returns their ids so that the room can delete what it loaded.
///
/// # Errors
/// The engine's.
pub fn drop_stale(tx: &mut dyn Tx, before: Time, now: Time) -> Result<Vec<Id>> {
    let ids = tx.query(&STALE, &[before.into()])?.iter().map(|r| r.id(0)).collect::<Result<Vec<_>>>()?;
    for id in &ids {
        tx.execute(&DROP, &[(*id).into(), now.into()])?;
    }
    Ok(ids)
}

fn open(changed: u64) -> Result<()> {
    if changed == 1 { Ok(()) } else { Err(Error::Conflict("This import was ended already. Begin a new one.".into())) }
}
