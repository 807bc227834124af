//! SQL of single values and their ledger, for taking an entry back, and of a team's values for a file.

use kernel::db::{Row, Tx};
use kernel::error::Result;
use kernel::ids::Id;
use kernel::time::Time;

use crate::value::{Provenance, Value};

kernel::sql! {
    LAST = "SELECT number, numerator, denominator, version, way, actor, source, recorded_at, kept, note FROM metric_entry \
        WHERE metric = $1::TEXT AND subject = $2::TEXT AND starts = $3::BIGINT ORDER BY id COLLATE \"C\" DESC LIMIT $4::BIGINT";
    RESTORE = "UPDATE metric_value SET number = $4::FLOAT8, numerator = $5::FLOAT8, denominator = $6::FLOAT8, version = $7::BIGINT, \
        way = $8::TEXT, actor = $9::TEXT, source = $10::TEXT, recorded_at = $11::BIGINT, measured_at = $12::BIGINT, kept = $13::BIGINT, \
        note = $14::TEXT, note_by = $15::TEXT, note_at = $16::BIGINT \
        WHERE metric = $1::TEXT AND subject = $2::TEXT AND starts = $3::BIGINT";
    CORRECT = "INSERT INTO metric_entry (id, metric, subject, starts, number, numerator, denominator, version, way, actor, \
        source, recorded_at, kept, note) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::BIGINT, $5::FLOAT8, $6::FLOAT8, $7::FLOAT8, \
        $8::BIGINT, $9::TEXT, $10::TEXT, $11::TEXT, $12::BIGINT, $13::BIGINT, '')";
}

/// One entry of a value's ledger, with all that a value needs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Past {
    pub(crate) number: Option<f64>,
    pub(crate) numerator: Option<f64>,
    pub(crate) denominator: Option<f64>,
    pub(crate) version: i64,
    pub(crate) way: Provenance,
    pub(crate) actor: String,
    pub(crate) source: String,
    pub(crate) recorded_at: Time,
    pub(crate) kept: bool,
    pub(crate) note: String,
}

fn past(r: &Row) -> Result<Past> {
    Ok(Past {
        number: r.opt_real(0)?,
        numerator: r.opt_real(1)?,
        denominator: r.opt_real(2)?,
        version: r.int(3)?,
        way: Provenance::read(r.str(4)?),
        actor: r.text(5)?,
        source: r.text(6)?,
        recorded_at: r.time(7)?,
        kept: r.bool(8)?,
        note: r.text(9)?,
    })
}

/// What was recorded for one period, newest first.
pub(crate) fn last(tx: &mut dyn Tx, metric: &str, subject: Id, starts: Time, limit: i64) -> Result<Vec<Past>> {
    let rows = tx.query(&LAST, &[metric.into(), subject.into(), starts.into(), limit.into()])?;
    rows.iter().map(past).collect()
}

/// Puts a value in place of the one that counts, and writes the correction into the ledger under `actor`.
pub(crate) fn restore(tx: &mut dyn Tx, v: &Value, actor: &str, now: Time) -> Result<bool> {
    let mut row: Vec<kernel::db::Value> = vec![(&v.metric).into(), (&v.subject).into(), v.starts.into()];
    row.extend([v.number.into(), v.numerator.into(), v.denominator.into(), v.version.into(), v.way.key().into()]);
    row.extend([(&v.actor).into(), (&v.source).into(), v.recorded_at.into(), v.measured_at.into(), v.kept.into()]);
    row.extend([(&v.note).into(), (&v.note_by).into(), v.note_at.into()]);
    if tx.execute(&RESTORE, &row)? != 1 {
        return Ok(false);
    }
    let mut entry: Vec<kernel::db::Value> = vec![tx.id()?.into(), (&v.metric).into(), (&v.subject).into(), v.starts.into()];
    entry.extend([v.number.into(), v.numerator.into(), v.denominator.into(), v.version.into(), v.way.key().into()]);
    entry.extend([actor.into(), (&v.source).into(), now.into(), v.kept.into()]);
    tx.execute(&CORRECT, &entry)?;
    Ok(true)
}
