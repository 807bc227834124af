//! The peer of durable acts: one thread with rusqlite and nothing around it, which writes the rows that an act leaves
//! behind, in transactions of a given size. It knows its rows before it begins, so it measures SQLite and the disk.

use std::path::Path;
use std::time::Duration;

use kernel::time::Stopwatch;
use rusqlite::{Connection, types::Value};

/// A statement of the peer, with what it binds for the act of a number.
pub(crate) struct Step {
    pub(crate) sql: &'static str,
    pub(crate) bind: fn(&Act) -> Vec<Value>,
}

/// What the rows of an act are made of.
pub(crate) struct Act {
    /// Its id, a UUIDv7 as text.
    pub(crate) id: String,
    /// 64 hexadecimal digits.
    pub(crate) digest: String,
    /// Counts all acts.
    pub(crate) number: i64,
    /// Number of its group, and its place in it.
    pub(crate) group: i64,
    pub(crate) place: i64,
}

/// The rows of the trail that an act leaves behind: its record, its payload, its place in a seal. What only waits for the
/// sealer is gone afterwards and not among them.
pub(crate) static TRAIL: [Step; 3] = [
    Step {
        sql: "INSERT INTO trail (id, at, actor, verb, kind, subject, reason, request, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        bind: |a| {
            vec![
                text(&a.id),
                Value::Integer(1_790_000_000_000_000 + a.number),
                text("token:019a0000-0000-7000-8000-000000000001"),
                text("said"),
                text("report"),
                Value::Text(format!("019a0000-0000-7000-8000-{:012x}/6", a.number % 64)),
                text(""),
                text(&a.id),
                text(&a.digest),
            ]
        },
    },
    Step { sql: "INSERT INTO trail_payload (record, body) VALUES (?1, ?2)", bind: |a| vec![text(&a.id), text(PAYLOAD)] },
    Step {
        sql: "INSERT INTO trail_member (record, seal, position) VALUES (?1, ?2, ?3)",
        bind: |a| vec![text(&a.id), Value::Integer(a.group), Value::Integer(a.place)],
    },
];

/// What an act of the benchmarks puts into the trail.
pub(crate) const PAYLOAD: &str = r#"{"kind":"win","text":"Berths can be booked from a phone now.","version":7}"#;

const SEAL: &str = "INSERT INTO trail_seal (number, previous, root, hash, members, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

fn text(t: &str) -> Value {
    Value::Text(t.to_owned())
}

/// Opens a file as the kernel does.
///
/// # Errors
/// SQLite's.
pub(crate) fn open(file: &Path) -> anyhow::Result<Connection> {
    let conn = Connection::open(file)?;
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;",
    )?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}

/// Writes for `warm` and then for `span`, in groups whose mean size is `group`; returns acts a second of `span`.
///
/// # Errors
/// SQLite's.
pub(crate) fn rate(conn: &Connection, steps: &[&Step], group: f64, warm: Duration, span: Duration) -> anyhow::Result<f64> {
    let mut writer = Writer { conn, steps, number: 0, seals: 0, due: 0.0 };
    let watch = Stopwatch::start();
    while watch.elapsed() < warm {
        writer.group(group)?;
    }
    let (before, watch) = (writer.number, Stopwatch::start());
    while watch.elapsed() < span {
        writer.group(group)?;
    }
    let done = u32::try_from(writer.number - before)?;
    Ok(f64::from(done) / watch.elapsed().as_secs_f64())
}

struct Writer<'a> {
    conn: &'a Connection,
    steps: &'a [&'a Step],
    number: i64,
    seals: i64,
    /// Acts that the mean size still owes.
    due: f64,
}

impl Writer<'_> {
    /// One transaction.
    fn group(&mut self, mean: f64) -> anyhow::Result<()> {
        self.due += mean;
        let size = self.due.floor().max(1.0);
        self.due -= size;
        self.seals += 1;
        self.step("BEGIN IMMEDIATE")?;
        for place in 0..size as i64 {
            let act = self.act(place);
            for step in self.steps {
                self.conn.prepare_cached(step.sql)?.execute(rusqlite::params_from_iter((step.bind)(&act)))?;
            }
            self.number += 1;
        }
        let hash = digest(self.seals);
        let seal = rusqlite::params![self.seals, hash, hash, hash, size as i64, 1_790_000_000_000_000 + self.number];
        self.conn.prepare_cached(SEAL)?.execute(seal)?;
        self.step("COMMIT")
    }

    fn step(&self, sql: &str) -> anyhow::Result<()> {
        self.conn.prepare_cached(sql)?.raw_execute().map(|_| ()).map_err(Into::into)
    }

    fn act(&self, place: i64) -> Act {
        let (number, group) = (self.number, self.seals);
        Act { id: id(number), digest: digest(number), number, group, place }
    }
}

/// Grows with time and is scattered in its tail, as the ids of acts are.
pub(crate) fn id(number: i64) -> String {
    let n = number as u64;
    let tail = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let ms = 0x019a_0000_0000_u64 + n / 8;
    format!("{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}", ms >> 16, ms & 0xffff, tail & 0xfff, 0x8000 | (tail >> 20) & 0x3fff, tail >> 16)
}

/// Sixty-four digits without hashing: the peer has nothing to prove.
pub(crate) fn digest(number: i64) -> String {
    let n = (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    format!("{n:016x}{:016x}{:016x}{:016x}", n.rotate_left(17), n.rotate_left(31), n.rotate_left(47))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_look_like_ids_and_differ() {
        let ids: std::collections::BTreeSet<String> = (0..10_000).map(id).collect();
        assert_eq!(ids.len(), 10_000);
        assert!(ids.iter().all(|i| i.parse::<kernel::ids::Id>().is_ok()));
        assert_eq!(digest(1).len(), 64);
    }
}
