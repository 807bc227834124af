//! SQL of feeds and their runs; decides nothing. Lists stand in the order of folded names, always.

use catalogue::plan::Plan;
use catalogue::rules::folded;
use catalogue::wanted::NewCalendar;
use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;
use serde::{Deserialize, Serialize};

use crate::rules::{Feed, FeedFrom, FeedLast, FeedOutcome, FeedRun, Health, KEPT};

kernel::sql! {
    IN_USE = "SELECT id, slug, name, body, every, version, made_at, made_by, anchored_at, archived_at, claimed_at, claimed_until, \
        runs, failures, last_started, last_ended, last_outcome, last_message, good_at FROM feed \
        WHERE archived_at IS NULL ORDER BY folded COLLATE \"C\", id COLLATE \"C\"";
    PAGE = "SELECT id, slug, name, body, every, version, made_at, made_by, anchored_at, archived_at, claimed_at, claimed_until, \
        runs, failures, last_started, last_ended, last_outcome, last_message, good_at FROM feed \
        WHERE archived_at IS NULL AND folded COLLATE \"C\" > $1::TEXT ORDER BY folded COLLATE \"C\" LIMIT $2::BIGINT";
    BY_SLUG = "SELECT id, slug, name, body, every, version, made_at, made_by, anchored_at, archived_at, claimed_at, claimed_until, \
        runs, failures, last_started, last_ended, last_outcome, last_message, good_at FROM feed WHERE slug = $1::TEXT";
    OF_ADDRESS = "SELECT id, name FROM feed WHERE address = $1::TEXT";
    NAMED = "SELECT id, name FROM feed WHERE folded = $1::TEXT";
    INSERT = "INSERT INTO feed (id, slug, folded, address, name, body, every, version, made_at, made_by, anchored_at, runs, failures) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::BIGINT, 1, $8::BIGINT, $9::TEXT, $8::BIGINT, 0, 0) \
        ON CONFLICT DO NOTHING";
    CHANGE = "UPDATE feed SET folded = $3::TEXT, address = $4::TEXT, name = $5::TEXT, body = $6::TEXT, every = $7::BIGINT, \
        version = version + 1, anchored_at = $8::BIGINT, failures = 0, claimed_at = NULL, claimed_until = NULL \
        WHERE id = $1::TEXT AND version = $2::BIGINT AND archived_at IS NULL";
    ARCHIVE = "UPDATE feed SET archived_at = $2::BIGINT, archived_by = $3::TEXT, folded = NULL, address = NULL, claimed_at = NULL, \
        claimed_until = NULL, version = version + 1 WHERE id = $1::TEXT AND archived_at IS NULL";
    CLAIM = "UPDATE feed SET claimed_at = $2::BIGINT, claimed_until = $3::BIGINT, runs = runs + 1 \
        WHERE id = $1::TEXT AND archived_at IS NULL AND (claimed_until IS NULL OR claimed_until <= $2::BIGINT) RETURNING runs";
    END = "UPDATE feed SET claimed_at = NULL, claimed_until = NULL, failures = $4::BIGINT, last_started = $3::BIGINT, \
        last_ended = $5::BIGINT, last_outcome = $6::TEXT, last_message = $7::TEXT, good_at = $8::BIGINT \
        WHERE id = $1::TEXT AND runs = $2::BIGINT AND claimed_at = $3::BIGINT";
    INSERT_RUN = "INSERT INTO feed_run (feed, number, started, ended, asked_by, outcome, message, counts, plan) VALUES ($1::TEXT, \
        $2::BIGINT, $3::BIGINT, $4::BIGINT, $5::TEXT, $6::TEXT, $7::TEXT, $8::TEXT, $9::TEXT) ON CONFLICT (feed, number) DO NOTHING";
    FORGET = "DELETE FROM feed_run WHERE feed = $1::TEXT AND number <= $2::BIGINT";
    RUNS = "SELECT number, started, ended, asked_by, outcome, message, counts FROM feed_run \
        WHERE feed = $1::TEXT AND number < $2::BIGINT ORDER BY number DESC LIMIT $3::BIGINT";
    PLAN_OF = "SELECT plan FROM feed_run WHERE feed = $1::TEXT AND number = $2::BIGINT";
}

/// What is stored as one text.
#[derive(Serialize, Deserialize)]
struct Body {
    from: FeedFrom,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    calendar: Option<NewCalendar>,
    overwrite: bool,
}

fn body(f: &Feed) -> Result<String> {
    let body = Body { from: f.from.clone(), group: f.group.clone(), calendar: f.calendar.clone(), overwrite: f.overwrite };
    serde_json::to_string(&body).map_err(Error::internal)
}

fn feed_of(r: &Row) -> Result<Feed> {
    let last = match (r.opt_time(14)?, r.opt_time(15)?, r.opt_text(16)?, r.opt_text(17)?) {
        (Some(started_at), Some(ended_at), Some(outcome), message) => {
            Some(FeedLast { started_at, ended_at, outcome: FeedOutcome::read(&outcome), message: message.unwrap_or_default() })
        }
        _ => None,
    };
    let body: Body = serde_json::from_str(r.str(3)?).map_err(Error::internal)?;
    let feed = Feed {
        id: r.id(0)?,
        slug: r.text(1)?,
        name: r.text(2)?,
        from: body.from,
        group: body.group,
        calendar: body.calendar,
        overwrite: body.overwrite,
        every_minutes: r.opt_int(4)?,
        version: r.int(5)?,
        made_at: r.time(6)?,
        made_by: r.text(7)?,
        health: Health::New,
        running_since: r.opt_time(10)?,
        failures: r.int(13)?,
        last,
        good_at: r.opt_time(18)?,
        next_run_at: None,
        archived_at: r.opt_time(9)?,
        anchored_at: r.time(8)?,
        claimed_until: r.opt_time(11)?,
        runs: r.int(12)?,
    };
    Ok(feed.derived())
}

/// All feeds in use.
///
/// # Errors
/// The engine's.
pub fn in_use(tx: &mut dyn Tx) -> Result<Vec<Feed>> {
    tx.query(&IN_USE, &[])?.iter().map(feed_of).collect()
}

/// A page of feeds in use, after a folded name.
///
/// # Errors
/// The engine's.
pub fn page(tx: &mut dyn Tx, after: &str, limit: i64) -> Result<Vec<Feed>> {
    tx.query(&PAGE, &[after.into(), limit.into()])?.iter().map(feed_of).collect()
}

/// The key by which [`page`] goes on.
pub fn page_key(feed: &Feed) -> String {
    folded(&feed.name)
}

/// A feed, also one that was put away.
///
/// # Errors
/// [`Error::NotFound`].
pub fn by_slug(tx: &mut dyn Tx, slug: &str) -> Result<Feed> {
    let missing = || Error::not_found("feed", kernel::text::shown(slug, 80));
    // A slug that cannot exist is not asked for: it may hold what no engine stores.
    if kernel::text::key("slug", slug).is_err() {
        return Err(missing());
    }
    tx.opt(&BY_SLUG, &[slug.into()])?.as_ref().map_or_else(|| Err(missing()), feed_of)
}

/// The feed in use of this address: id and name.
pub(crate) fn of_address(tx: &mut dyn Tx, address: &str) -> Result<Option<(Id, String)>> {
    tx.opt(&OF_ADDRESS, &[address.into()])?.map(|r| Ok((r.id(0)?, r.text(1)?))).transpose()
}

/// The feed in use of this name: id and name.
pub(crate) fn named(tx: &mut dyn Tx, name: &str) -> Result<Option<(Id, String)>> {
    tx.opt(&NAMED, &[folded(name).into()])?.map(|r| Ok((r.id(0)?, r.text(1)?))).transpose()
}

/// False if slug, name or address are taken.
pub(crate) fn insert(tx: &mut dyn Tx, f: &Feed) -> Result<bool> {
    let params = [
        f.id.into(),
        (&f.slug).into(),
        folded(&f.name).into(),
        f.from.address().into(),
        (&f.name).into(),
        body(f)?.into(),
        f.every_minutes.into(),
        f.made_at.into(),
        (&f.made_by).into(),
    ];
    Ok(tx.execute(&INSERT, &params)? == 1)
}

/// False if the feed is at another version, or was put away.
pub(crate) fn change(tx: &mut dyn Tx, f: &Feed, from: i64) -> Result<bool> {
    let params = [
        f.id.into(),
        from.into(),
        folded(&f.name).into(),
        f.from.address().into(),
        (&f.name).into(),
        body(f)?.into(),
        f.every_minutes.into(),
        f.anchored_at.into(),
    ];
    Ok(tx.execute(&CHANGE, &params)? == 1)
}

/// False if it was put away already.
pub(crate) fn archive(tx: &mut dyn Tx, id: Id, by: &str, now: Time) -> Result<bool> {
    Ok(tx.execute(&ARCHIVE, &[id.into(), now.into(), by.into()])? == 1)
}

/// Takes a feed for one run; its number, or `None` if somebody else runs it.
pub(crate) fn claim(tx: &mut dyn Tx, id: Id, now: Time, until: Time) -> Result<Option<i64>> {
    tx.opt(&CLAIM, &[id.into(), now.into(), until.into()])?.map(|r| r.int(0)).transpose()
}

/// Stores how a run ended and gives the feed back. False if the feed was changed, put away or taken over meanwhile; then nothing
/// is stored.
pub(crate) fn end(tx: &mut dyn Tx, id: Id, run: &FeedRun, plan: Option<&Plan>, kept: (i64, Option<Time>)) -> Result<bool> {
    let (failures, good_at) = kept;
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
    insert_run(tx, id, run, plan).map(|()| true)
}

/// Stores a run and forgets those that are too old.
pub(crate) fn insert_run(tx: &mut dyn Tx, id: Id, run: &FeedRun, plan: Option<&Plan>) -> Result<()> {
    let plan = plan.map(serde_json::to_string).transpose().map_err(Error::internal)?;
    let params = [
        id.into(),
        run.number.into(),
        run.started_at.into(),
        run.ended_at.into(),
        run.asked_by.clone().into(),
        run.outcome.key().into(),
        (&run.message).into(),
        serde_json::to_string(&run.counts).map_err(Error::internal)?.into(),
        plan.into(),
    ];
    tx.execute(&INSERT_RUN, &params)?;
    tx.execute(&FORGET, &[id.into(), (run.number - KEPT).into()]).map(|_| ())
}

/// Runs of a feed before a number, newest first.
///
/// # Errors
/// The engine's.
pub fn runs(tx: &mut dyn Tx, id: Id, before: i64, limit: i64) -> Result<Vec<FeedRun>> {
    let rows = tx.query(&RUNS, &[id.into(), before.into(), limit.into()])?;
    rows.iter()
        .map(|r| {
            Ok(FeedRun {
                number: r.int(0)?,
                started_at: r.time(1)?,
                ended_at: r.time(2)?,
                asked_by: r.opt_text(3)?,
                outcome: FeedOutcome::read(&r.text(4)?),
                message: r.text(5)?,
                counts: serde_json::from_str(r.str(6)?).map_err(Error::internal)?,
            })
        })
        .collect()
}

/// What a run did to each thing, cut; `None` if it read not everything, or is forgotten.
///
/// # Errors
/// The engine's.
pub fn plan_of(tx: &mut dyn Tx, id: Id, number: i64) -> Result<Option<Plan>> {
    let Some(row) = tx.opt(&PLAN_OF, &[id.into(), number.into()])? else { return Ok(None) };
    row.opt_text(0)?.map(|t| serde_json::from_str(&t).map_err(Error::internal)).transpose()
}
