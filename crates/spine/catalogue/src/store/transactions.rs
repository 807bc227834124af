//! Rows of critical business transactions.

use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use super::body_text;
use crate::transactions::{NewTransaction, Transaction};

kernel::sql! {
    OF_WORKLOAD = "SELECT id, name, cover, by_name, at, version FROM critical_transaction \
        WHERE workload = $1::TEXT AND ended_at IS NULL ORDER BY id COLLATE \"C\"";
    ONE = "SELECT id, name, cover, by_name, at, version FROM critical_transaction \
        WHERE workload = $1::TEXT AND id = $2::TEXT AND ended_at IS NULL";
    INSERT = "INSERT INTO critical_transaction (id, workload, name, cover, version, made_at, by_name, at, ended_by, ended_at) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, 1, $5::BIGINT, $6::TEXT, $5::BIGINT, NULL, NULL) ON CONFLICT DO NOTHING";
    UPDATE = "UPDATE critical_transaction SET name = $3::TEXT, cover = $4::TEXT, by_name = $5::TEXT, at = $6::BIGINT, version = version + 1 \
        WHERE workload = $1::TEXT AND id = $2::TEXT AND version = $7::BIGINT AND ended_at IS NULL";
    END = "UPDATE critical_transaction SET ended_by = $3::TEXT, ended_at = $4::BIGINT \
        WHERE workload = $1::TEXT AND id = $2::TEXT AND ended_at IS NULL";
}

fn of(r: &Row) -> Result<Transaction> {
    Ok(Transaction {
        id: r.id(0)?,
        name: r.text(1)?,
        cover: serde_json::from_str(&r.text(2)?).map_err(Error::internal)?,
        by: r.text(3)?,
        at: r.time(4)?,
        version: r.int(5)?,
    })
}

/// Those of a workload, in the order in which they were written down.
///
/// # Errors
/// The engine's.
pub fn of_workload(tx: &mut dyn Tx, workload: Id) -> Result<Vec<Transaction>> {
    tx.query(&OF_WORKLOAD, &[workload.into()])?.iter().map(of).collect()
}

/// One by its id.
///
/// # Errors
/// [`Error::NotFound`].
pub fn one(tx: &mut dyn Tx, workload: Id, id: Id) -> Result<Transaction> {
    let row = tx.opt(&ONE, &[workload.into(), id.into()])?;
    row.as_ref().map_or_else(|| Err(Error::not_found("transaction of this workload", id)), of)
}

/// Stores a new one; false if its name stands in the list already.
pub(crate) fn insert(tx: &mut dyn Tx, workload: Id, t: &Transaction) -> Result<bool> {
    let row = [t.id.into(), workload.into(), (&t.name).into(), body_text(&t.cover)?.into(), t.at.into(), (&t.by).into()];
    Ok(tx.execute(&INSERT, &row)? == 1)
}

/// Changes one; false if it was changed or taken out since its version.
pub(crate) fn update(
    tx: &mut dyn Tx,
    (workload, id): (Id, Id),
    new: &NewTransaction,
    version: i64,
    by: &str,
    now: Time,
) -> Result<bool> {
    let cover = body_text(&new.cover)?;
    let row = [workload.into(), id.into(), (&new.name).into(), cover.into(), by.into(), now.into(), version.into()];
    Ok(tx.execute(&UPDATE, &row)? == 1)
}

/// Takes one out; false if it is not there.
pub(crate) fn end(tx: &mut dyn Tx, (workload, id): (Id, Id), by: &str, now: Time) -> Result<bool> {
    Ok(tx.execute(&END, &[workload.into(), id.into(), by.into(), now.into()])? == 1)
}
