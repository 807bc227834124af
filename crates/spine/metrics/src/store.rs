//! SQL of definitions, values and baselines; decides nothing.

pub mod ledger;
pub mod merge;

use kernel::db::{Row, Tx, Value as Db};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::baseline::{Frozen, Refusal};
use crate::definition::Definition;
pub use crate::definition::Versioned;
use crate::value::{Provenance, Value};

kernel::sql! {
    PILLARS = "SELECT key, title FROM pillar ORDER BY position, key COLLATE \"C\"";
    CLAIM = "INSERT INTO metric (key, version, made_at, archived_at, archived_by) \
        VALUES ($1::TEXT, 1, $2::BIGINT, NULL, NULL) ON CONFLICT (key) DO NOTHING";
    RAISE = "UPDATE metric SET version = version + 1 WHERE key = $1::TEXT AND version = $2::BIGINT";
    INSERT_VERSION = "INSERT INTO metric_version (metric, version, body, comparable, made_by, made_at) \
        VALUES ($1::TEXT, $2::BIGINT, $3::TEXT, $4::TEXT, $5::TEXT, $6::BIGINT)";
    DEFINITIONS = "SELECT m.key, m.version, v.body, v.made_at, v.made_by FROM metric m \
        JOIN metric_version v ON v.metric = m.key AND v.version = m.version \
        WHERE m.archived_at IS NULL AND m.key COLLATE \"C\" > $1::TEXT ORDER BY m.key COLLATE \"C\" LIMIT $2::BIGINT";
    DEFINITION = "SELECT m.key, m.version, v.body, v.made_at, v.made_by FROM metric m \
        JOIN metric_version v ON v.metric = m.key AND v.version = m.version WHERE m.key = $1::TEXT";
    SEAMS = "SELECT version, made_at, comparable FROM metric_version WHERE metric = $1::TEXT ORDER BY version";
    PUT = "INSERT INTO metric_value (metric, subject, starts, ends, period, kind, number, numerator, denominator, version, way, \
        actor, source, recorded_at, measured_at, kept, note, note_by, note_at) VALUES ($1::TEXT, $2::TEXT, $3::BIGINT, $4::BIGINT, \
        $5::TEXT, $6::TEXT, $7::FLOAT8, $8::FLOAT8, $9::FLOAT8, $10::BIGINT, $11::TEXT, $12::TEXT, $13::TEXT, $14::BIGINT, $15::BIGINT, \
        $16::BIGINT, $17::TEXT, $18::TEXT, $19::BIGINT) ON CONFLICT (metric, subject, starts) DO UPDATE SET ends = excluded.ends, \
        period = excluded.period, kind = excluded.kind, number = excluded.number, numerator = excluded.numerator, \
        denominator = excluded.denominator, version = excluded.version, way = excluded.way, actor = excluded.actor, \
        source = excluded.source, recorded_at = excluded.recorded_at, measured_at = excluded.measured_at, kept = excluded.kept, \
        note = CASE WHEN excluded.note = '' THEN metric_value.note ELSE excluded.note END, \
        note_by = CASE WHEN excluded.note = '' THEN metric_value.note_by ELSE excluded.note_by END, \
        note_at = CASE WHEN excluded.note = '' THEN metric_value.note_at ELSE excluded.note_at END";
    INSERT_ENTRY = "INSERT INTO metric_entry (id, metric, subject, starts, number, numerator, denominator, version, way, actor, \
        source, recorded_at, kept, note) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::BIGINT, $5::FLOAT8, $6::FLOAT8, $7::FLOAT8, \
        $8::BIGINT, $9::TEXT, $10::TEXT, $11::TEXT, $12::BIGINT, $13::BIGINT, $14::TEXT)";
    SET_NOTE = "UPDATE metric_value SET note = $4::TEXT, note_by = $5::TEXT, note_at = $6::BIGINT \
        WHERE metric = $1::TEXT AND subject = $2::TEXT AND starts = $3::BIGINT";
    OF_SUBJECT = "SELECT metric, subject, starts, ends, period, number, numerator, denominator, version, way, actor, source, \
        recorded_at, measured_at, kept, note, note_by, note_at FROM metric_value \
        WHERE subject = $1::TEXT AND starts >= $2::BIGINT AND ends <= $3::BIGINT \
        ORDER BY metric COLLATE \"C\", starts";
    RECORDED = "SELECT metric FROM metric_value WHERE subject = $1::TEXT AND starts >= $2::BIGINT GROUP BY metric \
        ORDER BY metric COLLATE \"C\"";
    SERIES = "SELECT metric, subject, starts, ends, period, number, numerator, denominator, version, way, actor, source, \
        recorded_at, measured_at, kept, note, note_by, note_at FROM metric_value \
        WHERE metric = $1::TEXT AND subject = $2::TEXT AND starts < $3::BIGINT ORDER BY starts DESC LIMIT $4::BIGINT";
    ENTRIES = "SELECT id, number, way, actor, source, recorded_at, version, note FROM metric_entry \
        WHERE metric = $1::TEXT AND subject = $2::TEXT AND starts = $3::BIGINT ORDER BY id COLLATE \"C\" DESC LIMIT $4::BIGINT";
    INSERT_BASELINE = "INSERT INTO metric_baseline (id, metric, subject, starts, periods, reason, made_by, made_at) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::BIGINT, $5::BIGINT, $6::TEXT, $7::TEXT, $8::BIGINT)";
    INSERT_REFUSAL = "INSERT INTO metric_refusal (subject, metric, starts, reason, made_by, made_at) \
        VALUES ($1::TEXT, $2::TEXT, $3::BIGINT, $4::TEXT, $5::TEXT, $6::BIGINT) ON CONFLICT (subject, metric, starts) DO NOTHING";
    REFUSALS = "SELECT metric, starts, reason, made_by, made_at FROM metric_refusal \
        WHERE subject = $1::TEXT AND metric = $2::TEXT ORDER BY starts";
    BASELINES = "SELECT metric, starts, periods, reason, made_by, made_at FROM metric_baseline \
        WHERE subject = $1::TEXT ORDER BY id COLLATE \"C\"";
}

/// A pillar: key and title, in the organisation's order.
///
/// # Errors
/// The engine's.
pub fn pillars(tx: &mut dyn Tx) -> Result<Vec<(String, String)>> {
    tx.query(&PILLARS, &[])?.iter().map(|r| Ok((r.text(0)?, r.text(1)?))).collect()
}

fn versioned(row: &Row) -> Result<Versioned> {
    let definition = serde_json::from_str(row.str(2)?).map_err(Error::internal)?;
    Ok(Versioned { version: row.int(1)?, definition, made_at: row.time(3)?, made_by: row.text(4)? })
}

/// Claims a key; false if it is taken.
pub(crate) fn claim(tx: &mut dyn Tx, key: &str, now: Time) -> Result<bool> {
    Ok(tx.execute(&CLAIM, &[key.into(), now.into()])? == 1)
}

/// Raises the version from `from`; false if it is another.
pub(crate) fn raise(tx: &mut dyn Tx, key: &str, from: i64) -> Result<bool> {
    Ok(tx.execute(&RAISE, &[key.into(), from.into()])? == 1)
}

pub(crate) fn insert_version(
    tx: &mut dyn Tx,
    d: &Definition,
    version: i64,
    comparable: Option<&str>,
    by: &str,
    now: Time,
) -> Result<()> {
    let body = serde_json::to_string(d).map_err(Error::internal)?;
    let params = [(&d.key).into(), version.into(), body.into(), comparable.into(), by.into(), now.into()];
    tx.execute(&INSERT_VERSION, &params).map(|_| ())
}

/// Definitions in use, by key, after `after`.
///
/// # Errors
/// The engine's.
pub fn definitions(tx: &mut dyn Tx, after: &str, limit: i64) -> Result<Vec<Versioned>> {
    let mut out = Vec::new();
    tx.each(&DEFINITIONS, &[after.into(), limit.into()], &mut |row| {
        out.push(versioned(row)?);
        Ok(())
    })?;
    Ok(out)
}

/// One definition, the version in use.
///
/// # Errors
/// The engine's.
pub fn definition(tx: &mut dyn Tx, key: &str) -> Result<Option<Versioned>> {
    // A key that cannot exist is not asked for: it may hold what no engine stores.
    if kernel::text::key("key", key).is_err() {
        return Ok(None);
    }
    tx.opt(&DEFINITION, &[key.into()])?.as_ref().map(versioned).transpose()
}

/// When each version began, and why it is comparable with the one before, if somebody said so.
///
/// # Errors
/// The engine's.
pub fn seams(tx: &mut dyn Tx, key: &str) -> Result<Vec<(i64, Time, Option<String>)>> {
    tx.query(&SEAMS, &[key.into()])?.iter().map(|r| Ok((r.int(0)?, r.time(1)?, r.opt_text(2)?))).collect()
}

fn value(row: &Row) -> Result<Value> {
    Ok(Value {
        metric: row.text(0)?,
        subject: row.text(1)?,
        starts: row.time(2)?,
        ends: row.time(3)?,
        period: row.text(4)?,
        number: row.opt_real(5)?,
        numerator: row.opt_real(6)?,
        denominator: row.opt_real(7)?,
        version: row.int(8)?,
        way: Provenance::read(row.str(9)?),
        actor: row.text(10)?,
        source: row.text(11)?,
        recorded_at: row.time(12)?,
        measured_at: row.time(13)?,
        kept: row.bool(14)?,
        note: row.text(15)?,
        note_by: row.text(16)?,
        note_at: row.opt_time(17)?,
    })
}

/// Stores values (upsert by metric, subject, period) and their ledger entries.
pub(crate) fn put(tx: &mut dyn Tx, kind: &str, values: &[Value]) -> Result<()> {
    let mut rows = Vec::with_capacity(values.len());
    let mut entries = Vec::with_capacity(values.len());
    for v in values {
        let (key, way): (Vec<Db>, &str) = (vec![(&v.metric).into(), (&v.subject).into(), v.starts.into()], v.way.key());
        let mut entry: Vec<Db> = vec![tx.id()?.into()];
        entry.extend(key.iter().cloned());
        entry.extend([v.number.into(), v.numerator.into(), v.denominator.into(), v.version.into(), way.into()]);
        entry.extend([(&v.actor).into(), (&v.source).into(), v.recorded_at.into(), v.kept.into(), (&v.note).into()]);
        entries.push(entry);
        let mut row = key;
        row.extend([v.ends.into(), (&v.period).into(), kind.into(), v.number.into(), v.numerator.into(), v.denominator.into()]);
        row.extend([v.version.into(), way.into(), (&v.actor).into(), (&v.source).into(), v.recorded_at.into()]);
        row.extend([v.measured_at.into(), v.kept.into(), (&v.note).into(), (&v.note_by).into(), v.note_at.into()]);
        rows.push(row);
    }
    tx.upsert(&PUT, 3, rows)?;
    tx.upsert(&INSERT_ENTRY, 1, entries).map(|_| ())
}

/// Sets the note of a value; false if there is no such value.
pub(crate) fn set_note(tx: &mut dyn Tx, v: (&str, &str, Time), note: &str, by: &str, now: Time) -> Result<bool> {
    let params = [v.0.into(), v.1.into(), v.2.into(), note.into(), by.into(), now.into()];
    Ok(tx.execute(&SET_NOTE, &params)? == 1)
}

/// All values of a subject whose periods lie in `[from, to)`, by metric, then time.
///
/// # Errors
/// The engine's.
pub fn of_subject(tx: &mut dyn Tx, subject: Id, from: Time, to: Time) -> Result<Vec<Value>> {
    let mut out = Vec::new();
    tx.each(&OF_SUBJECT, &[subject.into(), from.into(), to.into()], &mut |row| {
        out.push(value(row)?);
        Ok(())
    })?;
    Ok(out)
}

/// Keys of the metrics that a subject has values of since a time, in order.
///
/// # Errors
/// The engine's.
pub fn recorded(tx: &mut dyn Tx, subject: Id, since: Time) -> Result<Vec<String>> {
    tx.query(&RECORDED, &[subject.into(), since.into()])?.iter().map(|row| row.text(0)).collect()
}

/// The newest `limit` values of a metric that began before `before`, oldest first.
///
/// # Errors
/// The engine's.
pub fn series(tx: &mut dyn Tx, metric: &str, subject: Id, before: Time, limit: i64) -> Result<Vec<Value>> {
    let rows = tx.query(&SERIES, &[metric.into(), subject.into(), before.into(), limit.into()])?;
    rows.iter().rev().map(value).collect()
}

/// One entry of a value's ledger.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct Entry {
    /// Its id.
    pub id: Id,
    /// The number then.
    pub number: Option<f64>,
    /// How it came in.
    pub way: Provenance,
    /// Who.
    pub actor: String,
    /// Name of the source or person.
    pub source: String,
    /// When.
    pub recorded_at: Time,
    /// Version of the definition.
    pub version: i64,
    /// Words on it.
    pub note: String,
}

/// What was recorded for one period, newest first.
///
/// # Errors
/// The engine's.
pub fn entries(tx: &mut dyn Tx, metric: &str, subject: Id, starts: Time, limit: i64) -> Result<Vec<Entry>> {
    let rows = tx.query(&ENTRIES, &[metric.into(), subject.into(), starts.into(), limit.into()])?;
    rows.iter()
        .map(|r| {
            Ok(Entry {
                id: r.id(0)?,
                number: r.opt_real(1)?,
                way: Provenance::read(&r.text(2)?),
                actor: r.text(3)?,
                source: r.text(4)?,
                recorded_at: r.time(5)?,
                version: r.int(6)?,
                note: r.text(7)?,
            })
        })
        .collect()
}

pub(crate) fn insert_baseline(tx: &mut dyn Tx, subject: Id, f: &Frozen) -> Result<()> {
    let id = tx.id()?;
    let params = [
        id.into(),
        (&f.metric).into(),
        subject.into(),
        f.starts.into(),
        f.periods.into(),
        (&f.reason).into(),
        (&f.made_by).into(),
        f.made_at.into(),
    ];
    tx.execute(&INSERT_BASELINE, &params).map(|_| ())
}

/// Baselines that people froze for a subject; of several for one metric the last counts.
///
/// # Errors
/// The engine's.
pub fn baselines(tx: &mut dyn Tx, subject: Id) -> Result<Vec<Frozen>> {
    let rows = tx.query(&BASELINES, &[subject.into()])?;
    rows.iter()
        .map(|r| {
            Ok(Frozen {
                metric: r.text(0)?,
                starts: r.time(1)?,
                periods: r.int(2)?,
                reason: r.text(3)?,
                made_by: r.text(4)?,
                made_at: r.time(5)?,
            })
        })
        .collect()
}

/// Stores a refusal; false if the same was refused already.
pub(crate) fn insert_refusal(tx: &mut dyn Tx, subject: Id, r: &Refusal) -> Result<bool> {
    let params = [
        subject.into(),
        r.metric.as_str().into(),
        r.starts.into(),
        r.reason.as_str().into(),
        r.made_by.as_str().into(),
        r.made_at.into(),
    ];
    Ok(tx.execute(&INSERT_REFUSAL, &params)? == 1)
}

/// Baselines that were proposed for a metric of a subject and refused.
///
/// # Errors
/// The engine's.
pub fn refusals(tx: &mut dyn Tx, subject: Id, metric: &str) -> Result<Vec<Refusal>> {
    let read = |r: &Row| {
        Ok(Refusal { metric: r.text(0)?, starts: r.time(1)?, reason: r.text(2)?, made_by: r.text(3)?, made_at: r.time(4)? })
    };
    tx.query(&REFUSALS, &[subject.into(), metric.into()])?.iter().map(read).collect()
}
