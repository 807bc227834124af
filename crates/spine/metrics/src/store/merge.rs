//! SQL of what a subject takes over from its duplicate. Rows are copied: what the duplicate had stays with it.

use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::Id;

kernel::sql! {
    COLLISIONS = "SELECT f.metric, f.period FROM metric_value f JOIN metric_value i ON i.metric = f.metric AND i.starts = f.starts \
        WHERE f.subject = $1::TEXT AND i.subject = $2::TEXT ORDER BY f.metric COLLATE \"C\", f.starts LIMIT $3::BIGINT";
    ENTRIES = "INSERT INTO metric_entry (id, metric, subject, starts, number, numerator, denominator, version, way, actor, source, \
        recorded_at, kept, note) SELECT e.id, e.metric, $2::TEXT, e.starts, e.number, e.numerator, e.denominator, e.version, e.way, \
        e.actor, e.source, e.recorded_at, e.kept, e.note FROM metric_entry e WHERE e.subject = $1::TEXT AND NOT EXISTS \
        (SELECT 1 FROM metric_value v WHERE v.subject = $2::TEXT AND v.metric = e.metric AND v.starts = e.starts) \
        ON CONFLICT (subject, metric, starts, id) DO NOTHING";
    VALUES = "INSERT INTO metric_value (metric, subject, starts, ends, period, kind, number, numerator, denominator, version, way, \
        actor, source, recorded_at, measured_at, kept, note, note_by, note_at) SELECT f.metric, $2::TEXT, f.starts, f.ends, f.period, \
        f.kind, f.number, f.numerator, f.denominator, f.version, f.way, f.actor, f.source, f.recorded_at, f.measured_at, f.kept, \
        f.note, f.note_by, f.note_at FROM metric_value f WHERE f.subject = $1::TEXT ON CONFLICT (metric, subject, starts) DO NOTHING";
}

/// Metric and period of values that both have, at most so many.
///
/// # Errors
/// The engine's.
pub fn collisions(tx: &mut dyn Tx, from: Id, into: Id, most: i64) -> Result<Vec<(String, String)>> {
    tx.query(&COLLISIONS, &[from.into(), into.into(), most.into()])?.iter().map(|r| Ok((r.text(0)?, r.text(1)?))).collect()
}

/// Copies values, with their ledger, to a subject that has none of that metric and period; returns how many.
///
/// # Errors
/// The engine's.
pub fn copy(tx: &mut dyn Tx, from: Id, into: Id) -> Result<i64> {
    // The ledger first: it asks which values are missing.
    tx.execute(&ENTRIES, &[from.into(), into.into()])?;
    let copied = tx.execute(&VALUES, &[from.into(), into.into()])?;
    Ok(i64::try_from(copied).unwrap_or(i64::MAX))
}
