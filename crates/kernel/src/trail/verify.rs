//! Recomputes the whole trail and names the first fault.

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use super::{Checkpoint, GENESIS, merkle, row_leaf, seal_hash, store};
use crate::db::postgres::{PgConfig, connect_raw};
use crate::db::{Db, Row, Tx};
use crate::error::Result;
use crate::time::Time;

/// Seals that are checked per statement.
const STRIDE: i64 = 64;

/// Where the trail stops being true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = TrailFault)]
pub struct Fault {
    /// Number of the seal.
    pub seal: i64,
    /// What is wrong, as a sentence.
    pub message: String,
}

/// What `verify` found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Verified {
    /// No fault in any seal.
    pub valid: bool,
    /// Sealed records that were recomputed.
    pub records: u64,
    /// Seals.
    pub seals: u64,
    /// Records that no seal holds yet.
    pub unsealed: u64,
    /// Age of the oldest unsealed record, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_unsealed_seconds: Option<u64>,
    /// Records whose payload was redacted.
    pub redacted: u64,
    /// Number and hash of the newest seal; keep it elsewhere to notice a cut tail.
    pub checkpoint: Checkpoint,
    /// The first fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_fault: Option<Fault>,
}

/// Whether PostgreSQL itself keeps this role from changing the trail. A superuser may change anything, whatever was granted.
///
/// # Errors
/// [`crate::Error::Internal`] if the server cannot be asked.
pub fn kept_by_grants(config: &PgConfig) -> Result<bool> {
    let rows = connect_raw(config)?.query(store::MAY_CHANGE, &[], &[])?;
    Ok(rows.iter().all(|row| row.text(0).is_ok_and(|may| may == "false")))
}

/// Recomputes every leaf, root and seal in one snapshot; for files, backups and tests. While serving, use [`verify_all`].
///
/// # Errors
/// The engine's; a fault in the trail is a result, not an error.
pub fn verify(tx: &mut dyn Tx, now: Time) -> Result<Verified> {
    let mut found = Verified::new();
    while stride(tx, &mut found)? {}
    rest(tx, now, &mut found)?;
    Ok(found)
}

/// As [`verify`], in many short reads, so that a long trail takes no long one. As the trail only grows, the answer is the
/// same.
///
/// # Errors
/// As [`verify`].
pub async fn verify_all(db: &Db, now: Time) -> Result<Verified> {
    let found = Arc::new(Mutex::new(Verified::new()));
    loop {
        let shared = Arc::clone(&found);
        let more = db
            .read(move |tx| {
                // A read that is run again begins with what the last good one found.
                let mut next = shared.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let more = stride(tx, &mut next)?;
                if !more {
                    // In the snapshot that has no further seal, so that no record counts twice or not at all.
                    rest(tx, now, &mut next)?;
                }
                *shared.lock().unwrap_or_else(PoisonError::into_inner) = next;
                Ok(more)
            })
            .await?;
        if !more {
            return Ok(found.lock().unwrap_or_else(PoisonError::into_inner).clone());
        }
    }
}

/// What is not in a seal, after the seals were looked through.
fn rest(tx: &mut dyn Tx, now: Time, found: &mut Verified) -> Result<()> {
    let unsealed = tx.one(&store::UNSEALED, &[])?;
    found.unsealed = u64::try_from(unsealed.int(0)?).unwrap_or(0);
    found.oldest_unsealed_seconds = unsealed.opt_time(1)?.map(|t| now.since(t).as_secs());
    if !found.valid {
        return Ok(());
    }
    if let Some(record) = tx.one(&store::PENDING_GONE, &[])?.opt_text(0)? {
        found.fail(0, format!("record {record} waited for its seal and was removed"));
    } else if let Some(seal) = tx.one(&store::STRAY_MEMBERS, &[])?.opt_int(0)? {
        found.fail(seal, "the seal was removed, its members are still there".to_owned());
    }
    Ok(())
}

impl Verified {
    fn new() -> Self {
        Self {
            valid: true,
            records: 0,
            seals: 0,
            unsealed: 0,
            oldest_unsealed_seconds: None,
            redacted: 0,
            checkpoint: Checkpoint { number: 0, hash: GENESIS.to_owned() },
            first_fault: None,
        }
    }

    fn fail(&mut self, seal: i64, message: String) {
        self.valid = false;
        self.first_fault = Some(Fault { seal, message });
    }
}

/// The next seals; false when there are none, or at the first fault.
fn stride(tx: &mut dyn Tx, found: &mut Verified) -> Result<bool> {
    let from = found.checkpoint.number;
    let seals = tx.query(&store::SEALS, &[from.into(), STRIDE.into()])?;
    let Some(last) = seals.last() else { return Ok(false) };
    let members = tx.query(&store::MEMBERS, &[from.into(), last.int(0)?.into()])?;
    let mut members = members.iter().peekable();
    for seal in &seals {
        let number = seal.int(0)?;
        let mut own = Vec::new();
        while let Some(row) = members.next_if(|row| row.int(0).is_ok_and(|s| s <= number)) {
            own.push(row);
        }
        if let Some(message) = fault(tx, seal, &own, found)? {
            found.fail(number, message);
            return Ok(false);
        }
        found.records += own.len() as u64;
        found.seals += 1;
        found.checkpoint = Checkpoint { number, hash: seal.text(3)? };
    }
    Ok(true)
}

/// What is wrong with a seal `number, previous, root, hash, members, at` and its members.
fn fault(tx: &mut dyn Tx, seal: &Row, members: &[&Row], found: &mut Verified) -> Result<Option<String>> {
    let (number, previous, root, hash, size, at) =
        (seal.int(0)?, seal.text(1)?, seal.text(2)?, seal.text(3)?, seal.int(4)?, seal.int(5)?);
    let mut leaves = Vec::with_capacity(members.len());
    for (position, row) in members.iter().enumerate() {
        if row.int(1)? != i64::try_from(position).unwrap_or(-1) {
            return Ok(Some("its members are not numbered in order".to_owned()));
        }
        let record = row.text(2)?;
        match row.opt_text(11)? {
            Some(body) if merkle::hex_digest(body.as_bytes()) != row.text(10)? => {
                return Ok(Some(format!("the payload of record {record} was changed")));
            }
            Some(_) => {}
            None if tx.opt(&store::REDACTED, &[(&record).into()])?.is_some() => found.redacted += 1,
            None => return Ok(Some(format!("the payload of record {record} is gone, and no record says who removed it"))),
        }
        leaves.push(row_leaf(row, 2)?);
    }
    Ok(if number != found.checkpoint.number + 1 {
        Some(format!("seal {} is missing", found.checkpoint.number + 1))
    } else if previous != found.checkpoint.hash {
        Some("it does not follow from the seal before it".to_owned())
    } else if i64::try_from(leaves.len()).unwrap_or(-1) != size {
        Some(format!("it says {size} records, but holds {}", leaves.len()))
    } else if hex::encode(merkle::root(&leaves)) != root {
        Some("a record in it was changed".to_owned())
    } else if seal_hash(number, &previous, &root, size, at) != hash {
        Some("the seal itself was changed".to_owned())
    } else {
        None
    })
}
