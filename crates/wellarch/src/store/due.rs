//! SQL of when reviews are due.

use std::collections::HashMap;

use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::Id;
use kernel::time::Time;

use crate::due::Known;

kernel::sql! {
    INTERVALS = "SELECT place, months, version, by_name, at FROM review_interval ORDER BY place COLLATE \"C\"";
    INTERVAL = "SELECT place, months, version, by_name, at FROM review_interval WHERE place = $1::TEXT";
    SET = "INSERT INTO review_interval (place, months, version, by_name, at) VALUES ($1::TEXT, $2::BIGINT, 1, $3::TEXT, $4::BIGINT) \
        ON CONFLICT (place) DO UPDATE SET months = $2::BIGINT, version = review_interval.version + 1, by_name = $3::TEXT, at = $4::BIGINT";
    LAST = "SELECT r.workload, m.name, m.at, m.id FROM milestone m JOIN review r ON r.id = m.review \
        ORDER BY r.workload COLLATE \"C\", m.at, m.id COLLATE \"C\"";
    LAST_OF = "SELECT r.workload, m.name, m.at, m.id FROM milestone m JOIN review r ON r.id = m.review WHERE r.workload = $1::TEXT \
        ORDER BY r.workload COLLATE \"C\", m.at, m.id COLLATE \"C\"";
    PLANS = "SELECT p.workload, p.number, p.day, p.by_name, p.at FROM review_plan p WHERE p.number = \
        (SELECT MAX(o.number) FROM review_plan o WHERE o.workload = p.workload)";
    PLAN_OF = "SELECT p.workload, p.number, p.day, p.by_name, p.at FROM review_plan p WHERE p.workload = $1::TEXT AND p.number = \
        (SELECT MAX(o.number) FROM review_plan o WHERE o.workload = p.workload)";
    PLAN = "INSERT INTO review_plan (workload, number, day, by_name, at) VALUES ($1::TEXT, $2::BIGINT, $3::TEXT, $4::TEXT, $5::BIGINT) \
        ON CONFLICT (workload, number) DO NOTHING";
    FEED = "INSERT INTO review_feed (person, digest, made_at) VALUES ($1::TEXT, $2::TEXT, $3::BIGINT) \
        ON CONFLICT (person) DO UPDATE SET digest = $2::TEXT, made_at = $3::BIGINT";
    FED = "SELECT person FROM review_feed WHERE digest = $1::TEXT";
}

/// An interval as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) place: String,
    pub(crate) months: i64,
    pub(crate) version: i64,
    pub(crate) by: String,
    pub(crate) at: Time,
}

fn stored(row: &kernel::db::Row) -> Result<Stored> {
    Ok(Stored { place: row.text(0)?, months: row.int(1)?, version: row.int(2)?, by: row.text(3)?, at: row.time(4)? })
}

/// What somebody has said, by place.
pub(crate) fn intervals(tx: &mut dyn Tx) -> Result<Vec<Stored>> {
    tx.query(&INTERVALS, &[])?.iter().map(stored).collect()
}

/// What somebody has said for a place.
pub(crate) fn interval(tx: &mut dyn Tx, place: &str) -> Result<Option<Stored>> {
    tx.opt(&INTERVAL, &[place.into()])?.as_ref().map(stored).transpose()
}

/// Says how often reviews are due at a place.
pub(crate) fn set(tx: &mut dyn Tx, place: &str, months: i64, by: &str, at: Time) -> Result<()> {
    tx.execute(&SET, &[place.into(), months.into(), by.into(), at.into()]).map(|_| ())
}

/// Milestones and plans of all workloads, or of one.
pub(crate) fn known(tx: &mut dyn Tx, workload: Option<Id>) -> Result<HashMap<Id, Known>> {
    let mut out: HashMap<Id, Known> = HashMap::new();
    let (last, plans) = match workload {
        None => (tx.query(&LAST, &[])?, tx.query(&PLANS, &[])?),
        Some(id) => (tx.query(&LAST_OF, &[id.into()])?, tx.query(&PLAN_OF, &[id.into()])?),
    };
    for row in last {
        // In order of time, so the last one stays.
        let known = out.entry(row.id(0)?).or_default();
        known.last = Some((row.text(1)?, row.time(2)?));
        known.milestones += 1;
    }
    for row in plans {
        out.entry(row.id(0)?).or_default().plan = Some((row.int(1)?, row.text(2)?, row.text(3)?, row.time(4)?));
    }
    Ok(out)
}

/// Plans a day; false if somebody else has planned meanwhile.
pub(crate) fn plan(tx: &mut dyn Tx, workload: Id, number: i64, day: &str, (by, at): (&str, Time)) -> Result<bool> {
    Ok(tx.execute(&PLAN, &[workload.into(), number.into(), day.into(), by.into(), at.into()])? == 1)
}

/// Keeps the digest of a person's calendar address; the one before ends.
pub(crate) fn keep_feed(tx: &mut dyn Tx, person: Id, digest: &str, at: Time) -> Result<()> {
    tx.execute(&FEED, &[person.into(), digest.into(), at.into()]).map(|_| ())
}

/// Whose calendar address has this digest.
pub(crate) fn fed(tx: &mut dyn Tx, digest: &str) -> Result<Option<Id>> {
    tx.opt(&FED, &[digest.into()])?.map(|r| r.id(0)).transpose()
}
