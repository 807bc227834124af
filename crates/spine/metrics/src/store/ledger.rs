//! SQL of single values and their ledger, for taking an entry back.

use kernel::db::{Row, Tx};
use kernel::error::Result;
use kernel::ids::Id;
use kernel::time::Time;

use crate::ledger::Past;
use crate::value::{Provenance, Value};

kernel::sql! {
    LAST = "SELECT id, undoes, number, numerator, denominator, version, way, actor, source, recorded_at, kept, note \
        FROM metric_entry WHERE metric = $1::TEXT AND subject = $2::TEXT AND starts = $3::BIGINT \
        ORDER BY id COLLATE \"C\" DESC LIMIT $4::BIGINT";
    ONE = "SELECT metric, subject, starts, ends, period, number, numerator, denominator, version, way, actor, source, \
        recorded_at, measured_at, kept, note, note_by, note_at FROM metric_value \
        WHERE metric = $1::TEXT AND subject = $2::TEXT AND starts = $3::BIGINT";
    NEWEST_MOMENT = "SELECT recorded_at FROM metric_entry WHERE subject = $1::TEXT AND actor = $2::TEXT AND undoes IS NULL \
        AND recorded_at >= $3::BIGINT ORDER BY recorded_at DESC LIMIT 1";
    OF_MOMENT = "SELECT metric, starts FROM metric_entry WHERE subject = $1::TEXT AND actor = $2::TEXT AND undoes IS NULL \
        AND recorded_at = $3::BIGINT ORDER BY metric COLLATE \"C\", starts";
    RESTORE = "UPDATE metric_value SET number = $4::FLOAT8, numerator = $5::FLOAT8, denominator = $6::FLOAT8, version = $7::BIGINT, \
        way = $8::TEXT, actor = $9::TEXT, source = $10::TEXT, recorded_at = $11::BIGINT, measured_at = $12::BIGINT, kept = $13::BIGINT, \
        note = $14::TEXT, note_by = $15::TEXT, note_at = $16::BIGINT \
        WHERE metric = $1::TEXT AND subject = $2::TEXT AND starts = $3::BIGINT";
    CORRECT = "INSERT INTO metric_entry (id, metric, subject, starts, number, numerator, denominator, version, way, actor, \
        source, recorded_at, kept, note, undoes) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::BIGINT, $5::FLOAT8, $6::FLOAT8, \
        $7::FLOAT8, $8::BIGINT, $9::TEXT, $10::TEXT, $11::TEXT, $12::BIGINT, $13::BIGINT, '', $14::TEXT)";
}

fn past(r: &Row) -> Result<Past> {
    Ok(Past {
        id: r.id(0)?,
        undoes: r.opt_id(1)?,
        number: r.opt_real(2)?,
        numerator: r.opt_real(3)?,
        denominator: r.opt_real(4)?,
        version: r.int(5)?,
        way: Provenance::read(r.str(6)?),
        actor: r.text(7)?,
        source: r.text(8)?,
        recorded_at: r.time(9)?,
        kept: r.bool(10)?,
        note: r.text(11)?,
    })
}

/// What was recorded for one period, newest first.
pub(crate) fn last(tx: &mut dyn Tx, metric: &str, subject: Id, starts: Time, limit: i64) -> Result<Vec<Past>> {
    let rows = tx.query(&LAST, &[metric.into(), subject.into(), starts.into(), limit.into()])?;
    rows.iter().map(past).collect()
}

/// The value that counts now, also if it was taken back and has no number.
pub(crate) fn one(tx: &mut dyn Tx, metric: &str, subject: Id, starts: Time) -> Result<Option<Value>> {
    tx.opt(&ONE, &[metric.into(), subject.into(), starts.into()])?.as_ref().map(super::value).transpose()
}

/// When somebody last recorded values of a subject, not before `since`.
pub(crate) fn newest_moment(tx: &mut dyn Tx, subject: Id, actor: &str, since: Time) -> Result<Option<Time>> {
    tx.opt(&NEWEST_MOMENT, &[subject.into(), actor.into(), since.into()])?.map(|r| r.time(0)).transpose()
}

/// Metric and first moment of what somebody recorded of a subject at one moment.
pub(crate) fn of_moment(tx: &mut dyn Tx, subject: Id, actor: &str, at: Time) -> Result<Vec<(String, Time)>> {
    let rows = tx.query(&OF_MOMENT, &[subject.into(), actor.into(), at.into()])?;
    rows.iter().map(|r| Ok((r.text(0)?, r.time(1)?))).collect()
}

/// Puts a value in place of the one that counts, and writes into the ledger that `actor` took the entry `undoes` back.
pub(crate) fn restore(tx: &mut dyn Tx, v: &Value, actor: &str, undoes: Id, now: Time) -> Result<bool> {
    let mut row: Vec<kernel::db::Value> = vec![(&v.metric).into(), (&v.subject).into(), v.starts.into()];
    row.extend([v.number.into(), v.numerator.into(), v.denominator.into(), v.version.into(), v.way.key().into()]);
    row.extend([(&v.actor).into(), (&v.source).into(), v.recorded_at.into(), v.measured_at.into(), v.kept.into()]);
    row.extend([(&v.note).into(), (&v.note_by).into(), v.note_at.into()]);
    if tx.execute(&RESTORE, &row)? != 1 {
        return Ok(false);
    }
    let mut entry: Vec<kernel::db::Value> = vec![tx.id()?.into(), (&v.metric).into(), (&v.subject).into(), v.starts.into()];
    entry.extend([v.number.into(), v.numerator.into(), v.denominator.into(), v.version.into(), v.way.key().into()]);
    entry.extend([actor.into(), (&v.source).into(), now.into(), v.kept.into(), undoes.into()]);
    tx.execute(&CORRECT, &entry)?;
    Ok(true)
}
