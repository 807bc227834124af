//! Forward-only migrations, one text for both engines, run at start with a backup before. A database that a newer
//! version has written is refused; a released migration whose text has changed is refused too.
//!
//! For SQLite the text is mapped: BIGINT to INTEGER, DOUBLE PRECISION to REAL, and STRICT is appended to each table.
//! Sections between `-- only sqlite` or `-- only postgres` and `-- end only` are for one engine.

use std::path::{Path, PathBuf};

use crate::backup;
use crate::db::{Engine, Place, postgres, sqlite};
use crate::error::{Error, Result};
use crate::ids::IdSource;
use crate::room::{Migration, Room};
use crate::time::Time;
use crate::trail::merkle::hex_digest;

crate::sql! {
    /// What has been applied, by room.
    pub(crate) APPLIED = "SELECT room, number, digest FROM schema_migration";
    /// One more, unless another instance was faster.
    pub(crate) CLAIM = "INSERT INTO schema_migration (room, number, name, digest, applied_at) \
        VALUES ($1::TEXT, $2::BIGINT, $3::TEXT, $4::TEXT, $5::BIGINT) ON CONFLICT DO NOTHING";
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
    session.make_table()?;
    let applied = session.applied()?;
    Ok(Plan { fresh: applied.is_empty(), pending: plan(rooms, &applied)? })
}

/// What was done to the tables.
#[derive(Debug, Default)]
pub struct Upgraded {
    /// Migrations applied.
    pub applied: usize,
    /// The backup made before, if there was anything to back up.
    pub backup: Option<PathBuf>,
}

/// Brings the tables up to date. Data that exist are first backed up into `folder`, from either engine, as one SQLite
/// file that [`backup::restore`] puts into either. Several instances on PostgreSQL may start at once; each makes its own
/// backup. What others write between the backup and the migration is in the database, but not in the backup.
///
/// # Errors
/// [`Error::Conflict`] for a newer or a changed schema, nothing is changed then; [`Error::Internal`] with the engine's
/// reason, all migrations before the failed one are applied then.
pub fn upgrade(place: &Place, rooms: &[&'static Room], now: Time, ids: &IdSource, folder: &Path) -> Result<Upgraded> {
    let plan = look(place, rooms)?;
    if plan.pending.is_empty() {
        return Ok(Upgraded::default());
    }
    let mut done = Upgraded::default();
    if !plan.fresh && !matches!(place, Place::Memory(_)) {
        std::fs::create_dir_all(folder).map_err(|e| Error::internal(format!("{}: {e}", folder.display())))?;
        let id = ids.draw(now)?.nth(0).ok_or_else(|| Error::internal("no id"))?;
        let file = backup::automatic_name(folder, now, id);
        backup::backup(place, rooms, &file, now)?;
        done.backup = Some(file);
    }
    done.applied = apply(place, rooms, now)?;
    Ok(done)
}

/// As [`upgrade`], with the backup of a SQLite file in the folder `backups` beside it. Returns how many were applied.
///
/// # Errors
/// As [`upgrade`]; [`Error::Conflict`] for a PostgreSQL database that holds data and is to be changed, as no folder for
/// its backup is named here.
pub fn run(place: &Place, rooms: &[&'static Room], now: Time) -> Result<usize> {
    match place {
        Place::File(path) => Ok(upgrade(place, rooms, now, &IdSource::system(), &path.with_file_name("backups"))?.applied),
        Place::Memory(_) => apply(place, rooms, now),
        Place::Postgres(_) => {
            let plan = look(place, rooms)?;
            if !plan.fresh && !plan.pending.is_empty() {
                return Err(Error::Conflict(
                    "The PostgreSQL database holds data; back it up before its tables are changed.".into(),
                ));
            }
            apply(place, rooms, now)
        }
    }
}

/// What a database has: room, number and digest of each migration.
pub(crate) type Applied = Vec<(String, i64, String)>;

/// Applies what is missing, without a backup, each migration in a transaction of its own. Several instances may do so at
/// once: the row of a migration is inserted first; the second instance waits on it and then finds it done.
pub(crate) fn apply(place: &Place, rooms: &[&'static Room], now: Time) -> Result<usize> {
    let mut session = Session::open(place)?;
    session.make_table()?;
    let applied = session.applied()?;
    let mut done = 0;
    for pending in plan(rooms, &applied)? {
        session.batch(session.begin())?;
        match session.one(&pending, now) {
            Ok(fresh) => {
                session.batch("COMMIT")?;
                done += usize::from(fresh);
            }
            Err(e) => {
                let _ = session.batch("ROLLBACK");
                return Err(e);
            }
        }
    }
    Ok(done)
}

/// Gives an empty database exactly the tables that `applied` stands for, in the transaction that the session is in or,
/// without one, each migration by itself. For copies of databases that are older than this program.
fn apply_as(session: &mut Session, rooms: &[&'static Room], applied: &Applied, now: Time) -> Result<()> {
    session.batch(TABLE)?;
    let has = |p: &Pending| applied.iter().any(|(room, number, _)| room == p.room && *number == p.migration.number);
    // Also refuses what is newer than this program.
    plan(rooms, applied)?;
    for pending in plan(rooms, &[])?.iter().filter(|p| has(p)) {
        session.one(pending, now)?;
    }
    Ok(())
}

/// As [`apply_as`], into an open transaction on PostgreSQL.
pub(crate) fn make_postgres_as(
    pg: postgres::RawPg,
    rooms: &[&'static Room],
    applied: &Applied,
    now: Time,
) -> Result<postgres::RawPg> {
    let mut session = Session::Postgres(Box::new(pg));
    apply_as(&mut session, rooms, applied, now)?;
    match session {
        Session::Postgres(pg) => Ok(*pg),
        Session::Sqlite(_) => Err(Error::internal("not PostgreSQL")),
    }
}

/// As [`apply_as`], into a new SQLite file.
pub(crate) fn make_file_as(file: &Path, rooms: &[&'static Room], applied: &Applied, now: Time) -> Result<()> {
    apply_as(&mut Session::open(&Place::File(file.to_owned()))?, rooms, applied, now)
}

/// What is applied in a database, which is not changed.
pub(crate) fn applied(conn: &rusqlite::Connection) -> Result<Applied> {
    let mut s = conn.prepare(APPLIED.sqlite()).map_err(Error::internal)?;
    let rows = s.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).map_err(Error::internal)?;
    rows.collect::<rusqlite::Result<Vec<_>>>().map_err(Error::internal)
}

/// As [`applied`]; nothing for an empty database.
pub(crate) fn applied_postgres(pg: &mut postgres::RawPg) -> Result<Applied> {
    if pg.query("SELECT CAST(1 AS BIGINT) WHERE to_regclass('schema_migration') IS NOT NULL", &[], &[])?.is_empty() {
        return Ok(Vec::new());
    }
    pg.query(APPLIED.text, &[], &[])?.iter().map(|r| Ok((r.text(0)?, r.int(1)?, r.text(2)?))).collect()
}

/// Refuses what is newer than this program, or was made from another text.
pub(crate) fn check(rooms: &[&'static Room], applied: &Applied) -> Result<()> {
    plan(rooms, applied).map(|_| ())
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

    /// SQLite must take the write lock at once: a transaction that has read cannot wait for it.
    fn begin(&self) -> &'static str {
        match self {
            Session::Sqlite(_) => "BEGIN IMMEDIATE",
            Session::Postgres(_) => "BEGIN",
        }
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        match self {
            Session::Sqlite(conn) => conn.execute_batch(sql).map_err(Error::internal),
            Session::Postgres(pg) => pg.batch_execute(sql),
        }
    }

    /// PostgreSQL's IF NOT EXISTS is no lock: of two instances at the same moment one is refused, and finds the table when
    /// it asks again.
    fn make_table(&mut self) -> Result<()> {
        match self.batch(TABLE) {
            Err(_) if self.engine() == Engine::Postgres => self.batch(TABLE),
            done => done,
        }
    }

    fn applied(&mut self) -> Result<Applied> {
        match self {
            Session::Sqlite(conn) => applied(conn),
            Session::Postgres(pg) => applied_postgres(pg),
        }
    }

    /// One migration, inside a transaction; false if another instance has applied it meanwhile.
    fn one(&mut self, pending: &Pending, now: Time) -> Result<bool> {
        let Pending { room, migration } = pending;
        let done = self.claim(room, migration, now).and_then(|fresh| {
            if fresh {
                self.batch(&text_for(self.engine(), migration.sql))?;
            }
            Ok(fresh)
        });
        done.map_err(|e| Error::internal(format!("migration {room} {} {}: {e:?}", migration.number, migration.name)))
    }

    /// Claims a migration; false if another instance has applied it meanwhile.
    fn claim(&mut self, room: &str, m: &Migration, now: Time) -> Result<bool> {
        let digest = hex_digest(m.sql.as_bytes());
        match self {
            Session::Sqlite(conn) => conn
                .execute(CLAIM.sqlite(), (room, m.number, m.name, digest, now.micros()))
                .map(|n| n == 1)
                .map_err(Error::internal),
            Session::Postgres(pg) => {
                let params = [room.into(), m.number.into(), m.name.into(), digest.into(), now.into()];
                Ok(!pg.query(&format!("{} RETURNING number", CLAIM.text), &params, CLAIM.types()?)?.is_empty())
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
