//! Forward-only migrations, one text for both engines, run at start with a backup before. A database that a newer
//! version has written is refused; a released migration whose text has changed is refused too.
//!
//! For SQLite the text is mapped: BIGINT to INTEGER, DOUBLE PRECISION to REAL, and STRICT is appended to each table.
//! Sections between `-- only sqlite` or `-- only postgres` and `-- end only` are for one engine.

use crate::db::{Engine, Place, postgres, sqlite};
use crate::error::{Error, Result};
use crate::room::{Migration, Room};
use crate::trail::merkle::hex_digest;

crate::sql! {
    /// What has been applied, by room.
    pub(crate) APPLIED = "SELECT room, number, digest FROM schema_migration";
    /// One more.
    pub(crate) INSERT_APPLIED = "INSERT INTO schema_migration (room, number, name, digest, applied_at) \
        VALUES ($1::TEXT, $2::BIGINT, $3::TEXT, $4::TEXT, $5::BIGINT)";
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migration (room TEXT NOT NULL, number BIGINT NOT NULL, \
    name TEXT NOT NULL, digest TEXT NOT NULL, applied_at BIGINT NOT NULL, PRIMARY KEY (room, number))";

/// A migration that is not applied yet.
#[derive(Debug)]
pub struct Pending {
    /// The room's name.
    pub room: &'static str,
    /// Which.
    pub migration: &'static Migration,
}

/// The text for one engine.
pub fn text_for(engine: Engine, sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() + 64);
    let mut only: Option<Engine> = None;
    for line in sql.lines() {
        match line.trim() {
            "-- only sqlite" => only = Some(Engine::Sqlite),
            "-- only postgres" => only = Some(Engine::Postgres),
            "-- end only" => only = None,
            _ if only.is_some_and(|e| e != engine) => {}
            trimmed if engine == Engine::Sqlite => {
                let line = line.replace("DOUBLE PRECISION", "REAL").replace("BIGINT", "INTEGER");
                let line = line.replace("COLLATE \"C\"", "COLLATE BINARY");
                // A table's closing line is `);` at the start of a line; only tables become STRICT.
                out.push_str(&if trimmed == ");" { line.replace(");", ") STRICT;") } else { line });
                out.push('\n');
            }
            _ => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    out
}

/// Compares what is applied with what the rooms bring.
///
/// # Errors
/// [`Error::Conflict`] if the database is newer than this program, or a released migration was changed.
fn plan(rooms: &[&'static Room], applied: &[(String, i64, String)]) -> Result<Vec<Pending>> {
    for (room, number, digest) in applied {
        let known = rooms.iter().find(|r| r.name == room).and_then(|r| r.migrations.iter().find(|m| m.number == *number));
        match known {
            None => {
                return Err(Error::Conflict(format!(
                    "The database was written by a newer version of bellwether (it has {room} migration {number}). \
                     Start that version, or restore a backup made before the upgrade."
                )));
            }
            Some(m) if hex_digest(m.sql.as_bytes()) != *digest => {
                return Err(Error::Conflict(format!(
                    "Migration {room} {number} ({}) is not the text that this database was made with. \
                     Start the version that made it.",
                    m.name
                )));
            }
            Some(_) => {}
        }
    }
    let mut pending = Vec::new();
    for room in rooms {
        for migration in room.migrations {
            if !applied.iter().any(|(r, n, _)| r == room.name && *n == migration.number) {
                pending.push(Pending { room: room.name, migration });
            }
        }
    }
    Ok(pending)
}

/// What would be applied; `fresh` tells that the database is empty.
#[derive(Debug)]
pub struct Plan {
    /// Nothing has ever been applied.
    pub fresh: bool,
    /// In order.
    pub pending: Vec<Pending>,
}

/// Looks without changing anything but the table of migrations itself.
///
/// # Errors
/// As [`run`].
pub fn look(place: &Place, rooms: &[&'static Room]) -> Result<Plan> {
    let mut session = Session::open(place)?;
    session.batch(TABLE)?;
    let applied = session.applied()?;
    Ok(Plan { fresh: applied.is_empty(), pending: plan(rooms, &applied)? })
}

/// Applies what is missing, each migration in a transaction of its own. Returns how many. Several instances may start
/// at once: the row of a migration is inserted first, and the second instance waits on it and then finds it done.
///
/// # Errors
/// [`Error::Conflict`] for a newer or a changed schema; [`Error::Internal`] with the engine's reason.
pub fn run(place: &Place, rooms: &[&'static Room], now: crate::time::Time) -> Result<usize> {
    let mut session = Session::open(place)?;
    session.batch(TABLE)?;
    let applied = session.applied()?;
    let pending = plan(rooms, &applied)?;
    let mut done = 0;
    for Pending { room, migration } in pending {
        session.batch("BEGIN")?;
        let result = session.insert(room, migration, now).and_then(|fresh| {
            if fresh { session.batch(&text_for(session.engine(), migration.sql)).map(|()| true) } else { Ok(false) }
        });
        match result {
            Ok(fresh) => {
                session.batch("COMMIT")?;
                done += usize::from(fresh);
            }
            Err(e) => {
                let _ = session.batch("ROLLBACK");
                return Err(Error::internal(format!("migration {room} {} {}: {e:?}", migration.number, migration.name)));
            }
        }
    }
    Ok(done)
}

enum Session {
    Sqlite(rusqlite::Connection),
    Postgres(Box<postgres::RawPg>),
}

impl Session {
    fn open(place: &Place) -> Result<Self> {
        Ok(match place {
            Place::Postgres(config) => Session::Postgres(Box::new(postgres::connect_raw(config)?)),
            _ => Session::Sqlite(sqlite::open(place)?),
        })
    }

    fn engine(&self) -> Engine {
        match self {
            Session::Sqlite(_) => Engine::Sqlite,
            Session::Postgres(_) => Engine::Postgres,
        }
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        match self {
            Session::Sqlite(conn) => conn.execute_batch(sql).map_err(Error::internal),
            Session::Postgres(pg) => pg.batch_execute(sql),
        }
    }

    fn applied(&mut self) -> Result<Vec<(String, i64, String)>> {
        match self {
            Session::Sqlite(conn) => {
                let mut s = conn.prepare(APPLIED.sqlite()).map_err(Error::internal)?;
                let rows = s.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).map_err(Error::internal)?;
                rows.collect::<rusqlite::Result<Vec<_>>>().map_err(Error::internal)
            }
            Session::Postgres(pg) => {
                pg.query(APPLIED.text, &[], &[])?.iter().map(|r| Ok((r.text(0)?, r.int(1)?, r.text(2)?))).collect()
            }
        }
    }

    /// Claims a migration; false if another instance has applied it meanwhile.
    fn insert(&mut self, room: &str, m: &Migration, now: crate::time::Time) -> Result<bool> {
        let digest = hex_digest(m.sql.as_bytes());
        match self {
            Session::Sqlite(conn) => conn
                .execute(INSERT_APPLIED.sqlite(), (room, m.number, m.name, digest, now.micros()))
                .map(|n| n == 1)
                .map_err(Error::internal),
            Session::Postgres(pg) => {
                let text = format!("{} ON CONFLICT DO NOTHING RETURNING number", INSERT_APPLIED.text);
                let params = [room.into(), m.number.into(), m.name.into(), digest.into(), now.into()];
                Ok(!pg.query(&text, &params, INSERT_APPLIED.types()?)?.is_empty())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_becomes_strict_for_sqlite_and_stays_for_postgres() {
        let sql = "CREATE TABLE t (\n  a BIGINT,\n  b DOUBLE PRECISION\n);\n-- only postgres\nGRANT x;\n-- end only\n";
        assert_eq!(text_for(Engine::Sqlite, sql), "CREATE TABLE t (\n  a INTEGER,\n  b REAL\n) STRICT;\n");
        assert!(text_for(Engine::Postgres, sql).contains("GRANT x;"));
    }

    static OLD: Room = Room {
        name: "t",
        routes: &[],
        migrations: &[Migration { number: 1, name: "one", sql: "SELECT 1" }],
        statements: &[],
        jobs: &[],
        rights: &[],
    };

    #[test]
    fn a_newer_database_is_refused_and_says_what_to_do() {
        let e = plan(&[&OLD], &[("t".into(), 2, "x".into())]).unwrap_err();
        assert!(e.to_string().contains("newer version"), "{e}");
    }

    #[test]
    fn a_changed_migration_is_refused() {
        let e = plan(&[&OLD], &[("t".into(), 1, "x".into())]).unwrap_err();
        assert!(e.to_string().contains("not the text"), "{e}");
    }

    #[test]
    fn only_what_is_missing_is_pending() {
        assert_eq!(plan(&[&OLD], &[]).unwrap().len(), 1);
        assert_eq!(plan(&[&OLD], &[("t".into(), 1, hex_digest(b"SELECT 1"))]).unwrap().len(), 0);
    }
}
