//! SQL of scores; decides nothing.

use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};

use super::By;
use crate::wsjf::{COUNCIL, Parts, Vote};

kernel::sql! {
    PUT = "INSERT INTO concern_score (concern, voter, by_name, body, at) VALUES ($1::BIGINT, $2::TEXT, $3::TEXT, $4::TEXT, $5::BIGINT) \
        ON CONFLICT (concern, voter) DO UPDATE SET by_name = excluded.by_name, body = excluded.body, at = excluded.at";
    BETWEEN = "SELECT concern, voter, by_name, body, at FROM concern_score WHERE concern >= $1::BIGINT AND concern <= $2::BIGINT \
        ORDER BY at DESC, voter COLLATE \"C\" LIMIT 10000";
}

/// Stores what somebody gives a concern; a second time replaces the first.
pub(crate) fn put(tx: &mut dyn Tx, number: i64, voter: &str, parts: &Parts, by: By<'_>) -> Result<()> {
    let body = serde_json::to_string(parts).map_err(Error::internal)?;
    tx.execute(&PUT, &[number.into(), voter.into(), by.name.into(), body.into(), by.at.into()]).map(|_| ())
}

/// Scores of concerns by number, newest first, at most 10,000.
///
/// # Errors
/// The engine's.
pub fn between(tx: &mut dyn Tx, least: i64, most: i64) -> Result<Vec<(i64, Vote)>> {
    let read = |r: &Row| {
        let council = r.text(1)? == COUNCIL;
        let parts: Parts = serde_json::from_str(&r.text(3)?).map_err(Error::internal)?;
        Ok((r.int(0)?, Vote { by: r.text(2)?, council, parts, at: r.time(4)? }))
    };
    tx.query(&BETWEEN, &[least.into(), most.into()])?.iter().map(read).collect()
}
