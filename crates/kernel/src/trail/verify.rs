//! Recomputes the whole trail and names the first fault.

use serde::Serialize;

use super::{Checkpoint, GENESIS, merkle, row_leaf, seal_hash, store};
use crate::db::Tx;
use crate::error::Result;
use crate::time::Time;

/// Seals that are checked per statement.
const STRIDE: i64 = 256;

/// Where the trail stops being true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
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

/// Recomputes every leaf, root and seal in one snapshot.
///
/// # Errors
/// The engine's; a fault in the trail is a result, not an error.
pub fn verify(tx: &mut dyn Tx, now: Time) -> Result<Verified> {
    let unsealed = tx.one(&store::UNSEALED, &[])?;
    let mut found = Verified {
        valid: true,
        records: 0,
        seals: 0,
        unsealed: u64::try_from(unsealed.int(0)?).unwrap_or(0),
        oldest_unsealed_seconds: unsealed.opt_time(1)?.map(|t| now.since(t).as_secs()),
        redacted: 0,
        checkpoint: Checkpoint { number: 0, hash: GENESIS.to_owned() },
        first_fault: None,
    };
    loop {
        let from = found.checkpoint.number;
        let seals = tx.query(&store::SEALS, &[from.into(), STRIDE.into()])?;
        let Some(last) = seals.last() else { break };
        let members = tx.query(&store::MEMBERS, &[from.into(), last.int(0)?.into()])?;
        let mut members = members.iter().peekable();
        for seal in &seals {
            let (number, previous, root, hash, size, at) =
                (seal.int(0)?, seal.text(1)?, seal.text(2)?, seal.text(3)?, seal.int(4)?, seal.int(5)?);
            let mut fault = None;
            let mut leaves = Vec::new();
            while let Some(row) = members.next_if(|row| row.int(0).is_ok_and(|s| s <= number)) {
                if row.int(1)? != i64::try_from(leaves.len()).unwrap_or(-1) {
                    fault.get_or_insert("its members are not numbered in order".to_owned());
                }
                match row.opt_text(11)? {
                    Some(body) if merkle::hex_digest(body.as_bytes()) != row.text(10)? => {
                        fault.get_or_insert(format!("the payload of record {} was changed", row.text(2)?));
                    }
                    Some(_) => {}
                    None => found.redacted += 1,
                }
                leaves.push(row_leaf(row, 2)?);
            }
            if fault.is_none() {
                fault = if number != found.checkpoint.number + 1 {
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
                };
            }
            if let Some(message) = fault {
                found.valid = false;
                found.first_fault = Some(Fault { seal: number, message });
                return Ok(found);
            }
            found.records += leaves.len() as u64;
            found.seals += 1;
            found.checkpoint = Checkpoint { number, hash };
        }
    }
    Ok(found)
}
