//! Every statement of every room against both engines, without running any: what would fail at the first click fails here.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};

use super::pg::server;
use crate::db::postgres::connect_raw;
use crate::db::{Place, Sql, multi_row, sqlite};
use crate::migrate;
use crate::room::Room;
use crate::time::Time;
use crate::trail::merkle::hex_digest;

/// What no statement may contain, with the reason; words in capitals, as statements are written.
const NOT_IN_STATEMENTS: &[(&str, &str)] = &[
    (" LIKE ", "the engines fold letters differently; search over tokens folded in Rust"),
    (" ILIKE ", "only PostgreSQL has it; search over tokens folded in Rust"),
    (" GLOB ", "only SQLite has it"),
    (" LOWER(", "SQLite folds ASCII only; fold in Rust"),
    (" UPPER(", "SQLite folds ASCII only; fold in Rust"),
    ("->", "no JSON in SQL: on TEXT it fails in PostgreSQL"),
    ("JSON", "no JSON in SQL"),
    (" FOR UPDATE", "SQLite has none; lock a row by a no-op UPDATE .. RETURNING"),
    ("SKIP LOCKED", "SQLite has none; take a lease"),
    ("ADVISORY", "poolers lose advisory locks; take a lease"),
    (" OR REPLACE ", "it deletes the old row; write ON CONFLICT"),
    (" OR IGNORE ", "write ON CONFLICT DO NOTHING"),
    ("NOW()", "the clock is an argument"),
    ("CURRENT_TIMESTAMP", "the clock is an argument"),
    ("RANDOM()", "ids are drawn before the first try"),
    ("ROWID", "only SQLite has it"),
];

/// What no migration may contain.
const NOT_IN_MIGRATIONS: &[(&str, &str)] = &[
    ("TRIGGER", "what happens is written where it happens"),
    ("SERIAL", "ids come from the application"),
    ("AUTOINCREMENT", "ids come from the application"),
    ("GENERATED", "ids come from the application"),
    ("DEFERRABLE", "a deferred foreign key would fail in COMMIT, for a whole group"),
    ("FUNCTION", "logic is in Rust"),
];

/// Tables that only grow.
const INSERT_ONLY: &[&str] = &["TRAIL", "TRAIL_SEAL", "TRAIL_MEMBER"];

/// Migrates both engines, prepares every statement of the rooms on both, and checks the texts against what the house has
/// agreed on. Give all rooms, lowest first.
///
/// # Panics
/// With the list of everything that is wrong.
#[track_caller]
pub fn prepare_all(rooms: &[&'static Room]) {
    let faults = prepare_faults(rooms);
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// As [`prepare_all`], as a list.
pub fn prepare_faults(rooms: &[&'static Room]) -> Vec<String> {
    let mut faults = Vec::new();
    for room in rooms {
        for sql in room.statements.iter().copied().flatten() {
            let text = flat(sql.text);
            faults.extend(found(&text, NOT_IN_STATEMENTS).map(|f| format!("{} {}: {f}", room.name, sql.name)));
            for table in INSERT_ONLY {
                let changes =
                    [format!(" UPDATE {table} "), format!(" DELETE FROM {table} ")].iter().any(|c| text.contains(c.as_str()));
                if changes || (text.contains(&format!(" INTO {table} ")) && text.contains(" DO UPDATE ")) {
                    faults.push(format!("{} {}: {table} is insert-only", room.name, sql.name));
                }
            }
        }
        for migration in room.migrations {
            let text = flat(&without_comments(migration.sql));
            faults.extend(found(&text, NOT_IN_MIGRATIONS).map(|f| format!("{} migration {}: {f}", room.name, migration.name)));
        }
    }
    let columns = on_sqlite(rooms, &mut faults);
    on_postgres(rooms, &columns, &mut faults);
    faults
}

/// In capitals, with single spaces, without what stands in quotes.
fn flat(text: &str) -> String {
    let mut out = String::from(" ");
    let mut quoted = false;
    for c in text.chars() {
        quoted ^= c == '\'';
        match c {
            _ if quoted => {}
            c if c.is_whitespace() && out.ends_with(' ') => {}
            c if c.is_whitespace() => out.push(' '),
            c => out.extend(c.to_uppercase()),
        }
    }
    out.push(' ');
    out
}

fn without_comments(text: &str) -> String {
    text.lines().map(|l| l.split("--").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

fn found<'a>(text: &'a str, banned: &'a [(&'a str, &'a str)]) -> impl Iterator<Item = String> + 'a {
    banned.iter().filter(|(word, _)| text.contains(word)).map(|(word, why)| format!("{}: {why}", word.trim()))
}

fn statements(rooms: &[&'static Room]) -> impl Iterator<Item = (&'static Room, &'static Sql)> {
    rooms.iter().copied().flat_map(|room| room.statements.iter().copied().flatten().map(move |sql| (room, *sql)))
}

/// Numbers of columns by statement, in order; none where it could not be prepared.
fn on_sqlite(rooms: &[&'static Room], faults: &mut Vec<String>) -> Vec<Option<usize>> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let place = Place::Memory(format!("prepare-{}", NEXT.fetch_add(1, Ordering::Relaxed)));
    // Held open, or the database would be gone with the migration's connection.
    let conn = match sqlite::open(&place).and_then(|conn| migrate::run(&place, rooms, Time(0)).map(|_| conn)) {
        Ok(conn) => conn,
        Err(e) => {
            faults.push(format!("SQLite: {e:?}"));
            return Vec::new();
        }
    };
    let loose = "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 \
                 AND name NOT LIKE 'sqlite%' AND name <> 'schema_migration'";
    let mut loose = conn.prepare(loose).expect("a list of tables");
    for name in loose.query_map([], |r| r.get::<_, String>(0)).expect("tables").flatten() {
        faults.push(format!("table {name} is not STRICT on SQLite: write its closing `);` on a line of its own"));
    }
    statements(rooms)
        .map(|(room, sql)| {
            let fault = match (sql.types(), conn.prepare(sql.sqlite())) {
                (Err(e), _) => format!("{e:?}"),
                (_, Err(e)) => format!("SQLite: {e}"),
                (Ok(types), Ok(s)) if types.len() != s.parameter_count() => {
                    format!("{} parameters stated, SQLite sees {}", types.len(), s.parameter_count())
                }
                (_, Ok(s)) => return Some(s.column_count()),
            };
            faults.push(format!("{} {}: {fault}", room.name, sql.name));
            None
        })
        .collect()
}

fn on_postgres(rooms: &[&'static Room], columns: &[Option<usize>], faults: &mut Vec<String>) {
    let text: String = rooms.iter().flat_map(|r| r.migrations).map(|m| m.sql).collect();
    let key = format!("prepare_{}", &hex_digest(text.as_bytes())[..16]);
    let pg = server().copy_of(&key, |config| migrate::run(&Place::Postgres(config.clone()), rooms, Time(0)).map(|_| ()));
    let mut raw = connect_raw(pg.config()).expect("a connection");
    let kinds = "SELECT table_name || '.' || column_name || ' is ' || data_type FROM information_schema.columns \
                 WHERE table_schema = current_schema() AND data_type NOT IN ('text', 'bigint', 'double precision')";
    for row in raw.query(kinds, &[], &[]).expect("columns") {
        faults.push(format!("{}: use TEXT, BIGINT or DOUBLE PRECISION", row.text(0).unwrap_or_default()));
    }
    let mut names = BTreeSet::new();
    for (n, (room, sql)) in statements(rooms).enumerate() {
        if !names.insert((room.name, sql.name, sql.text)) {
            faults.push(format!("{} {}: listed twice", room.name, sql.name));
        }
        match raw.prepare(sql, 1) {
            Err(e) => faults.push(format!("{} {}: PostgreSQL: {e:?}", room.name, sql.name)),
            Ok(found) => {
                if let Some(Some(expected)) = columns.get(n)
                    && *expected != found
                {
                    faults.push(format!("{} {}: {expected} columns on SQLite, {found} on PostgreSQL", room.name, sql.name));
                }
            }
        }
        // As a batch sends it, where the text allows that.
        if sql.text.contains("VALUES (")
            && multi_row(sql.text, 2).is_ok()
            && let Err(e) = raw.prepare(sql, 2)
        {
            faults.push(format!("{} {} with two rows: PostgreSQL: {e:?}", room.name, sql.name));
        }
    }
}
