//! SQL of sources and their runs; decides nothing. Lists stand in the order of folded names, always.

pub mod feed;

use catalogue::rules::folded;
use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::rules::{Backfill, Health, Last, Outcome, Run, Source};

kernel::sql! {
    IN_USE = "SELECT id, slug, name, metric, subject, body, every, version, made_at, made_by, anchored_at, archived_at, claimed_at, \
        claimed_until, runs, failures, last_started, last_ended, last_outcome, last_message, good_at, backfill_at, backfill_by, \
        backfilled_at, backfill_message FROM source \
        WHERE archived_at IS NULL ORDER BY folded COLLATE \"C\", id COLLATE \"C\"";
    PAGE = "SELECT id, slug, name, metric, subject, body, every, version, made_at, made_by, anchored_at, archived_at, claimed_at, \
        claimed_until, runs, failures, last_started, last_ended, last_outcome, last_message, good_at, backfill_at, backfill_by, \
        backfilled_at, backfill_message FROM source \
        WHERE archived_at IS NULL AND folded COLLATE \"C\" > $1::TEXT ORDER BY folded COLLATE \"C\" LIMIT $2::BIGINT";
    BY_SLUG = "SELECT id, slug, name, metric, subject, body, every, version, made_at, made_by, anchored_at, archived_at, claimed_at, \
        claimed_until, runs, failures, last_started, last_ended, last_outcome, last_message, good_at, backfill_at, backfill_by, \
        backfilled_at, backfill_message FROM source WHERE slug = $1::TEXT";
    IN_SLOT = "SELECT name FROM source WHERE slot = $1::TEXT";
    INSERT = "INSERT INTO source (id, slug, folded, slot, name, metric, subject, body, every, version, made_at, made_by, anchored_at, \
        runs, failures) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::TEXT, $8::TEXT, $9::BIGINT, 1, \
        $10::BIGINT, $11::TEXT, $10::BIGINT, 0, 0) ON CONFLICT DO NOTHING";
    NAMED = "SELECT id FROM source WHERE folded = $1::TEXT";
    CHANGE = "UPDATE source SET folded = $3::TEXT, name = $4::TEXT, body = $5::TEXT, every = $6::BIGINT, version = version + 1, \
        anchored_at = $7::BIGINT, failures = 0, claimed_at = NULL, claimed_until = NULL \
        WHERE id = $1::TEXT AND version = $2::BIGINT AND archived_at IS NULL";
    ARCHIVE = "UPDATE source SET archived_at = $2::BIGINT, archived_by = $3::TEXT, folded = NULL, slot = NULL, claimed_at = NULL, \
        claimed_until = NULL, version = version + 1 WHERE id = $1::TEXT AND archived_at IS NULL";
    CLAIM = "UPDATE source SET claimed_at = $2::BIGINT, claimed_until = $3::BIGINT, runs = runs + 1 \
        WHERE id = $1::TEXT AND archived_at IS NULL AND (claimed_until IS NULL OR claimed_until <= $2::BIGINT) RETURNING runs";
    END = "UPDATE source SET claimed_at = NULL, claimed_until = NULL, failures = $4::BIGINT, last_started = $3::BIGINT, \
        last_ended = $5::BIGINT, last_outcome = $6::TEXT, last_message = $7::TEXT, good_at = $8::BIGINT \
        WHERE id = $1::TEXT AND runs = $2::BIGINT AND claimed_at = $3::BIGINT";
    ASK_BACKFILL = "UPDATE source SET backfill_at = $2::BIGINT, backfill_by = $3::TEXT \
        WHERE id = $1::TEXT AND archived_at IS NULL AND backfill_at IS NULL";
    END_BACKFILL = "UPDATE source SET backfill_at = NULL, backfill_by = NULL, backfilled_at = $2::BIGINT, backfill_message = $3::TEXT \
        WHERE id = $1::TEXT";
    INSERT_RUN = "INSERT INTO source_run (source, number, started, ended, asked_by, outcome, stored, message, body, backfill_from) \
        VALUES ($1::TEXT, $2::BIGINT, $3::BIGINT, $4::BIGINT, $5::TEXT, $6::TEXT, $7::BIGINT, $8::TEXT, $9::TEXT, $10::BIGINT) \
        ON CONFLICT (source, number) DO NOTHING";
    FORGET = "DELETE FROM source_run WHERE source = $1::TEXT AND number <= $2::BIGINT";
    RUNS = "SELECT number, started, ended, asked_by, outcome, stored, message, body, backfill_from FROM source_run \
        WHERE source = $1::TEXT AND number < $2::BIGINT ORDER BY number DESC LIMIT $3::BIGINT";
}

/// What tells one metric of one subject from another.
fn slot(metric: &str, subject: &str) -> String {
    format!("{metric}/{subject}")
}

fn source_of(r: &Row) -> Result<Source> {
    let last = match (r.opt_time(16)?, r.opt_time(17)?, r.opt_text(18)?, r.opt_text(19)?) {
        (Some(started_at), Some(ended_at), Some(outcome), message) => {
            Some(Last { started_at, ended_at, outcome: Outcome::read(&outcome), message: message.unwrap_or_default() })
        }
        _ => None,
    };
    let source = Source {
        id: r.id(0)?,
        slug: r.text(1)?,
        name: r.text(2)?,
        metric: r.text(3)?,
        subject: r.text(4)?,
        pull: serde_json::from_str(&r.text(5)?).map_err(Error::internal)?,
        every_minutes: r.int(6)?,
        version: r.int(7)?,
        made_at: r.time(8)?,
        made_by: r.text(9)?,
        anchored_at: r.time(10)?,
        archived_at: r.opt_time(11)?,
        running_since: r.opt_time(12)?,
        claimed_until: r.opt_time(13)?,
        runs: r.int(14)?,
        failures: r.int(15)?,
        last,
        good_at: r.opt_time(20)?,
        health: Health::New,
        next_run_at: None,
        backfill: Backfill {
            asked_at: r.opt_time(21)?,
            asked_by: r.opt_text(22)?,
            ended_at: r.opt_time(23)?,
            message: r.opt_text(24)?,
        },
    };
    Ok(source.derived())
}

/// All sources in use.
///
/// # Errors
/// The engine's.
pub fn in_use(tx: &mut dyn Tx) -> Result<Vec<Source>> {
    tx.query(&IN_USE, &[])?.iter().map(source_of).collect()
}

/// A page of sources in use, after a folded name.
///
/// # Errors
/// The engine's.
pub fn page(tx: &mut dyn Tx, after: &str, limit: i64) -> Result<Vec<Source>> {
    tx.query(&PAGE, &[after.into(), limit.into()])?.iter().map(source_of).collect()
}

/// The key by which [`page`] goes on.
pub fn page_key(source: &Source) -> String {
    folded(&source.name)
}

/// A source, also one that was put away.
///
/// # Errors
/// [`Error::NotFound`].
pub fn by_slug(tx: &mut dyn Tx, slug: &str) -> Result<Source> {
    let missing = || Error::not_found("source", kernel::text::shown(slug, 80));
    // A slug that cannot exist is not asked for: it may hold what no engine stores.
    if kernel::text::key("slug", slug).is_err() {
        return Err(missing());
    }
    tx.opt(&BY_SLUG, &[slug.into()])?.as_ref().map_or_else(|| Err(missing()), source_of)
}

/// Name of the source in use that pulls this metric for this subject.
pub(crate) fn in_slot(tx: &mut dyn Tx, metric: &str, subject: &str) -> Result<Option<String>> {
    tx.opt(&IN_SLOT, &[slot(metric, subject).into()])?.map(|r| r.text(0)).transpose()
}

/// Id of the source in use that has this name.
pub(crate) fn named(tx: &mut dyn Tx, name: &str) -> Result<Option<Id>> {
    tx.opt(&NAMED, &[folded(name).into()])?.map(|r| r.id(0)).transpose()
}

fn body(pull: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(pull).map_err(Error::internal)
}

/// False if slug, name or slot are taken.
pub(crate) fn insert(tx: &mut dyn Tx, s: &Source) -> Result<bool> {
    let params = [
        s.id.into(),
        (&s.slug).into(),
        folded(&s.name).into(),
        slot(&s.metric, &s.subject).into(),
        (&s.name).into(),
        (&s.metric).into(),
        (&s.subject).into(),
        body(&s.pull)?.into(),
        s.every_minutes.into(),
        s.made_at.into(),
        (&s.made_by).into(),
    ];
    Ok(tx.execute(&INSERT, &params)? == 1)
}

/// False if the source is at another version, or was put away.
pub(crate) fn change(tx: &mut dyn Tx, s: &Source, from: i64) -> Result<bool> {
    let params = [
        s.id.into(),
        from.into(),
        folded(&s.name).into(),
        (&s.name).into(),
        body(&s.pull)?.into(),
        s.every_minutes.into(),
        s.anchored_at.into(),
    ];
    Ok(tx.execute(&CHANGE, &params)? == 1)
}

/// False if it was put away already.
pub(crate) fn archive(tx: &mut dyn Tx, id: Id, by: &str, now: Time) -> Result<bool> {
    Ok(tx.execute(&ARCHIVE, &[id.into(), now.into(), by.into()])? == 1)
}

/// False if it is asked for already, or the source was put away.
pub(crate) fn ask_backfill(tx: &mut dyn Tx, id: Id, by: &str, now: Time) -> Result<bool> {
    Ok(tx.execute(&ASK_BACKFILL, &[id.into(), now.into(), by.into()])? == 1)
}

/// Stores how filling in the past ended.
pub(crate) fn end_backfill(tx: &mut dyn Tx, id: Id, run: &Run) -> Result<()> {
    tx.execute(&END_BACKFILL, &[id.into(), run.ended_at.into(), (&run.message).into()]).map(|_| ())
}

/// Takes a source for one run; its number, or `None` if somebody else runs it.
pub(crate) fn claim(tx: &mut dyn Tx, id: Id, now: Time, until: Time) -> Result<Option<i64>> {
    tx.opt(&CLAIM, &[id.into(), now.into(), until.into()])?.map(|r| r.int(0)).transpose()
}

/// Stores how a run ended and gives the source back. False if the source was changed, put away or taken over meanwhile; then
/// nothing is stored.
pub(crate) fn end(tx: &mut dyn Tx, id: Id, run: &Run, failures: i64, good_at: Option<Time>) -> Result<bool> {
    let params = [
        id.into(),
        run.number.into(),
        run.started_at.into(),
        failures.into(),
        run.ended_at.into(),
        run.outcome.key().into(),
        (&run.message).into(),
        good_at.into(),
    ];
    if tx.execute(&END, &params)? == 0 {
        return Ok(false);
    }
    insert_run(tx, id, run).map(|()| true)
}

/// Stores a run and forgets those that are too old.
pub(crate) fn insert_run(tx: &mut dyn Tx, id: Id, run: &Run) -> Result<()> {
    let params = [
        id.into(),
        run.number.into(),
        run.started_at.into(),
        run.ended_at.into(),
        run.asked_by.clone().into(),
        run.outcome.key().into(),
        run.stored.into(),
        (&run.message).into(),
        body(&run.values)?.into(),
        run.backfill_from.into(),
    ];
    tx.execute(&INSERT_RUN, &params)?;
    tx.execute(&FORGET, &[id.into(), (run.number - crate::rules::KEPT).into()]).map(|_| ())
}

/// Runs of a source before a number, newest first.
///
/// # Errors
/// The engine's.
pub fn runs(tx: &mut dyn Tx, id: Id, before: i64, limit: i64) -> Result<Vec<Run>> {
    let rows = tx.query(&RUNS, &[id.into(), before.into(), limit.into()])?;
    rows.iter()
        .map(|r| {
            Ok(Run {
                number: r.int(0)?,
                started_at: r.time(1)?,
                ended_at: r.time(2)?,
                asked_by: r.opt_text(3)?,
                outcome: Outcome::read(&r.text(4)?),
                stored: r.int(5)?,
                message: r.text(6)?,
                values: serde_json::from_str(&r.text(7)?).map_err(Error::internal)?,
                backfill_from: r.opt_time(8)?,
            })
        })
        .collect()
}
