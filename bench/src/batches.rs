//! Batches of values: `POST /api/v1/values` with 1,000 values a call, beside one thread that inserts the same rows in
//! transactions of 1,000.

use std::cell::Cell;
use std::fmt::Write;
use std::rc::Rc;
use std::time::Duration;

use kernel::db::Place;
use kernel::migrate;
use kernel::time::{Clock, Stopwatch, Time};
use rusqlite::Connection;

use crate::figure::{Aim, Figure};
use crate::folder::Folder;
use crate::load::{Make, block_on, closed};
use crate::plan::Plan;
use crate::server::Server;
use crate::thread;
use crate::world::{self, DAILY};

/// Values of a call: ten metrics of twenty teams on five days.
const SIZE: usize = 1000;
const TEAMS: usize = 20;
const DAYS: i64 = 5;

/// Batches whose values differ in metric, team or day; more are not sent in a run.
const BLOCKS: i64 = 3;

const DAY: i64 = 86_400_000_000;

pub(crate) fn run(plan: &Plan) -> anyhow::Result<Vec<Figure>> {
    let mut out = Vec::new();
    for (clients, least) in [(1, 0.4), (4, 0.5)] {
        let name = format!("values in batches of 1,000, {clients} {}", if clients == 1 { "client" } else { "clients" });
        let mut figure = Figure::ratio_of(name, Aim::AtLeast(least), "values a second");
        for _ in 0..plan.rounds {
            figure.pair(ours(plan, clients)?, peer(plan)?);
        }
        out.push(figure);
    }
    Ok(out)
}

/// The values of the batch of a number: team, metric, day (microseconds of its first moment), number.
fn batch(n: i64, today: i64) -> impl Iterator<Item = (usize, usize, i64, f64)> {
    let (block, back) = (n % BLOCKS, n / BLOCKS);
    let from = today / DAY - 1 - back * DAYS;
    (0..TEAMS).flat_map(move |t| {
        let team = usize::try_from(block).unwrap_or(0) * TEAMS + t;
        (0..DAILY).flat_map(move |m| (0..DAYS).map(move |d| (team, m, (from - d) * DAY, ((team * 31 + m * 7) % 90) as f64 + 0.5)))
    })
}

fn body(n: i64, today: i64) -> String {
    let mut out = String::with_capacity(SIZE * 80);
    out.push_str("{\"values\":[");
    for (i, (team, metric, day, number)) in batch(n, today).enumerate() {
        let date = Time(day).jiff().strftime("%Y-%m-%d");
        let comma = if i == 0 { "" } else { "," };
        let _ = write!(
            out,
            "{comma}{{\"metric\":\"daily-{metric}\",\"subject\":\"team-{team:02}\",\"period\":\"{date}\",\"number\":{number}}}"
        );
    }
    out.push_str("]}");
    out
}

/// Values a second.
fn ours(plan: &Plan, clients: usize) -> anyhow::Result<f64> {
    let folder = Folder::new()?;
    let server = Server::start(&plan.binary, folder.path(), None)?;
    let today = Clock::system().now().micros();
    block_on(async {
        let target = world::fill(&server, folder.path()).await?;
        // Made before, so that the clients cost little while they send.
        let most = 60 * (plan.warm + plan.span).as_millis().max(50) / 1000 + 20;
        let bodies: Vec<Vec<u8>> =
            (0..i64::try_from(most)?).map(|n| target.request("POST", "/api/v1/values", &body(n, today))).collect();
        let next = Cell::new(0);
        let made = Rc::new(bodies);
        let make: Rc<Make> = Rc::new(move |_, _| {
            next.set(next.get() + 1);
            made[(next.get() - 1) % made.len()].clone()
        });
        Ok(closed(&target, clients, plan.warm, plan.span, make).await?.rate * SIZE as f64)
    })?
}

const VALUE: &str = "INSERT INTO metric_value (metric, subject, starts, ends, period, kind, number, numerator, denominator, version, way, \
    actor, source, recorded_at, measured_at, kept, note, note_by, note_at) \
    VALUES (?1, ?2, ?3, ?4, ?5, 'day', ?6, NULL, NULL, 1, 'pushed', ?7, 'bench', ?8, ?8, 0, '', '', NULL)";

const ENTRY: &str = "INSERT INTO metric_entry (id, metric, subject, starts, number, numerator, denominator, version, way, actor, source, \
    recorded_at, kept, note) VALUES (?1, ?2, ?3, ?4, ?5, NULL, NULL, 1, 'pushed', ?6, 'bench', ?7, 0, '')";

/// Values a second of the thread: the value, its entry in the ledger, and for each batch what the trail keeps of it.
fn peer(plan: &Plan) -> anyhow::Result<f64> {
    let folder = Folder::new()?;
    let file = folder.file("peer.db");
    migrate::run(&Place::File(file.clone()), bellwether::rooms::ALL, Clock::system().now())?;
    let conn = thread::open(&file)?;
    let today = Clock::system().now().micros();
    // The text is made outside of what is measured; the peer has nothing to read or to write as JSON.
    let text = body(0, today);
    let mut n = 0;
    let mut spent = Duration::ZERO;
    let mut measured = 0;
    while spent < plan.warm + plan.span {
        let rows = rows(n, today);
        let watch = Stopwatch::start();
        write_batch(&conn, n, &rows, &text)?;
        if spent >= plan.warm {
            measured += rows.len();
        }
        spent += watch.elapsed();
        n += 1;
    }
    Ok(measured as f64 / (spent - plan.warm).as_secs_f64())
}

struct Row {
    id: String,
    metric: String,
    subject: String,
    starts: i64,
    period: String,
    number: f64,
}

fn rows(n: i64, today: i64) -> Vec<Row> {
    let row = |(i, (team, metric, day, number)): (usize, (usize, usize, i64, f64))| Row {
        id: thread::id(n * SIZE as i64 + i as i64),
        metric: world::daily(metric),
        subject: format!("019a0000-0000-7000-8000-{team:012x}"),
        starts: day,
        period: Time(day).jiff().strftime("%Y-%m-%d").to_string(),
        number,
    };
    batch(n, today).enumerate().map(row).collect()
}

fn write_batch(conn: &Connection, n: i64, rows: &[Row], text: &str) -> anyhow::Result<()> {
    let actor = "token:019a0000-0000-7000-8000-000000000001";
    conn.prepare_cached("BEGIN IMMEDIATE")?.raw_execute()?;
    let mut value = conn.prepare_cached(VALUE)?;
    for r in rows {
        value.execute(rusqlite::params![r.metric, r.subject, r.starts, r.starts + DAY, r.period, r.number, actor, n])?;
    }
    let mut entry = conn.prepare_cached(ENTRY)?;
    for r in rows {
        entry.execute(rusqlite::params![r.id, r.metric, r.subject, r.starts, r.number, actor, n])?;
    }
    let (id, digest) = (format!("{}z", thread::id(n)), thread::digest(n));
    conn.prepare_cached("INSERT INTO trail (id, at, actor, verb, kind, subject, reason, request, digest) VALUES (?1, ?2, ?3, 'recorded', 'values', 'bench', '', ?1, ?4)")?
        .execute(rusqlite::params![id, n, actor, digest])?;
    conn.prepare_cached("INSERT INTO trail_payload (record, body) VALUES (?1, ?2)")?.execute(rusqlite::params![id, text])?;
    conn.prepare_cached("INSERT INTO trail_member (record, seal, position) VALUES (?1, ?2, 0)")?
        .execute(rusqlite::params![id, n + 1])?;
    conn.prepare_cached("INSERT INTO trail_seal (number, previous, root, hash, members, at) VALUES (?1, ?2, ?2, ?2, 1, ?1)")?
        .execute(rusqlite::params![n + 1, digest])?;
    conn.prepare_cached("COMMIT")?.raw_execute()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_of_many_batches_has_a_key_of_its_own() {
        let mut keys = std::collections::BTreeSet::new();
        for n in 0..30 {
            assert_eq!(batch(n, 1_790_000_000_000_000).count(), SIZE);
            keys.extend(batch(n, 1_790_000_000_000_000).map(|(t, m, d, _)| (t, m, d)));
        }
        assert_eq!(keys.len(), 30 * SIZE);
        assert!(serde_json::from_str::<metrics::api::Batch>(&body(0, 1_790_000_000_000_000)).is_ok());
    }
}
