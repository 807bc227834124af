//! Backup and restore. A backup is one SQLite file, whichever engine it came from: `VACUUM INTO` for the embedded
//! database, a copy of every table in one REPEATABLE READ snapshot for PostgreSQL. So a backup of either can be restored
//! into either, and moving from one machine to several is a restore.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde::Serialize;

use crate::db::{Place, Row, Type, Value, postgres, sqlite};
use crate::error::{Error, Result};
use crate::ids::{Id, IdSource};
use crate::migrate;
use crate::room::Room;
use crate::time::Time;
use crate::trail;

/// Rows that are copied at once.
const CHUNK: usize = 500;

/// What was copied, and what the trail in the copy says.
#[derive(Debug, Clone, Serialize)]
pub struct Done {
    /// The file.
    pub file: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Tables.
    pub tables: usize,
    /// Rows of all tables.
    pub rows: u64,
    /// Keep this elsewhere: a cut tail of the trail shows only against it.
    pub checkpoint: trail::Checkpoint,
    /// Where the trail of the copy breaks. A broken trail is copied as it is: who has to find out what happened needs the copy
    /// more than anyone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trail_fault: Option<trail::Fault>,
}

/// Whether data whose trail is broken are put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// They are not.
    Refuse,
    /// They are: somebody knows, and wants them nevertheless.
    Accept,
}

/// Writes a backup; the server may run meanwhile.
///
/// # Errors
/// [`Error::Conflict`] if the file exists; [`Error::Internal`] with the reason otherwise. A half-written file is removed.
pub fn backup(place: &Place, rooms: &[&'static Room], to: &Path, now: Time) -> Result<Done> {
    if to.exists() {
        return Err(Error::Conflict(format!("{} exists already. Name a file that does not.", to.display())));
    }
    if let Place::File(path) = place
        && !path.exists()
    {
        return Err(Error::NotFound(format!("There is no database {}. Name the folder that has one.", path.display())));
    }
    let partial = to.with_extension("partial");
    remove(&partial);
    let result = match place {
        Place::Postgres(config) => from_postgres(config, rooms, &partial, now),
        _ => sqlite::open(place).and_then(|conn| {
            let name = partial.to_str().ok_or_else(|| Error::Unreadable("The file's name is not UTF-8.".into()))?;
            conn.execute("VACUUM INTO ?1", [name]).map(|_| ()).map_err(Error::internal)
        }),
    };
    let result = result.and_then(|()| keep(&partial, to)).and_then(|()| inspect(to).inspect_err(|_| remove(to)));
    if result.is_err() {
        remove(&partial);
    }
    result
}

/// Gives a complete file its name, so that it is there after a power cut too.
fn keep(partial: &Path, name: &Path) -> Result<()> {
    let sync = |path: &Path| std::fs::File::open(path).and_then(|f| f.sync_all());
    let folder = name.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    sync(partial).and_then(|()| std::fs::rename(partial, name)).and_then(|()| sync(folder)).map_err(Error::internal)
}

/// Removes a half-written file and what SQLite keeps beside it.
fn remove(file: &Path) {
    for side in ["", "-wal", "-shm", "-journal"] {
        let _ = std::fs::remove_file(format!("{}{side}", file.display()));
    }
}

/// Reads a backup through: integrity, counts, trail. A broken trail is part of the answer.
///
/// # Errors
/// [`Error::Invalid`] if it is no database or is damaged.
pub fn inspect(file: &Path) -> Result<Done> {
    let shown = file.display().to_string();
    let bad = |e: &dyn std::fmt::Display| Error::invalid(&shown, format!("{shown} is no sound backup: {e}."));
    let bytes = std::fs::metadata(file).map_err(|e| bad(&e))?.len();
    let conn = sqlite::open_read_only(file)?;
    let check: String = conn.query_row("PRAGMA integrity_check", [], |r| r.get(0)).map_err(|e| bad(&e))?;
    if check != "ok" {
        return Err(bad(&check));
    }
    let tables = tables(&conn).map_err(|e| bad(&e))?;
    let mut rows = 0;
    for table in &tables {
        let n: i64 = conn.query_row(&format!("SELECT count(*) FROM \"{}\"", table.name), [], |r| r.get(0)).map_err(|e| bad(&e))?;
        rows += u64::try_from(n).unwrap_or(0);
    }
    let verified = verify_file(&conn).map_err(|e| match e {
        Error::Internal(why) => bad(&why),
        other => other,
    })?;
    Ok(Done {
        file: file.to_owned(),
        bytes,
        tables: tables.len(),
        rows,
        checkpoint: verified.checkpoint,
        trail_fault: verified.first_fault,
    })
}

/// Verifies the trail of a database file that no server has to run for.
///
/// # Errors
/// The engine's.
pub fn verify_file(conn: &Connection) -> Result<trail::Verified> {
    conn.execute_batch("BEGIN").map_err(Error::internal)?;
    let mut tx = sqlite::SqliteTx::on(conn, IdSource::seeded(0).draw(Time(0))?);
    let found = trail::verify(&mut tx, Time(0));
    let _ = conn.execute_batch("ROLLBACK");
    found
}

/// Puts a backup in place of nothing: the target must be empty.
///
/// # Errors
/// [`Error::Conflict`] if the target holds data; [`Error::Invalid`] if the backup is damaged, is newer than this program, or has
/// a broken trail that nobody accepted.
pub fn restore(from: &Path, place: &Place, rooms: &[&'static Room], now: Time, broken: Broken) -> Result<Done> {
    let found = inspect(from)?;
    if let (Some(fault), Broken::Refuse) = (&found.trail_fault, broken) {
        let shown = from.display().to_string();
        return Err(Error::invalid(
            &shown,
            format!(
                "The trail of {shown} breaks at seal {}: {} Take an older backup, or add --accept-broken-trail to put it back as it is.",
                fault.seal, fault.message
            ),
        ));
    }
    match place {
        Place::Memory(_) => Err(Error::internal("cannot restore into memory")),
        Place::File(path) => {
            if path.exists() {
                return Err(Error::Conflict(format!(
                    "{} exists. Move the old data folder away first; nothing was changed.",
                    path.display()
                )));
            }
            let partial = path.with_extension("partial");
            remove(&partial);
            // The backup itself is the backup from before the migrations. They refuse a newer schema, before the file gets
            // its name.
            let done = std::fs::copy(from, &partial)
                .map_err(Error::internal)
                .and_then(|_| migrate::apply(&Place::File(partial.clone()), rooms, now))
                .and_then(|_| keep(&partial, path));
            remove(&partial);
            done?;
            Ok(found)
        }
        Place::Postgres(config) => into_postgres(from, config, rooms, now).map(|()| found),
    }
}

struct Table {
    name: String,
    columns: Vec<(String, Type)>,
}

/// Tables in the order in which they were made, so that what is referred to comes first.
fn tables(conn: &Connection) -> rusqlite::Result<Vec<Table>> {
    let mut names = conn.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'schema_migration' ORDER BY rowid",
    )?;
    let names = names.query_map([], |r| r.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    names
        .into_iter()
        .map(|name| {
            let mut info = conn.prepare(&format!("PRAGMA table_info(\"{name}\")"))?;
            let columns = info
                .query_map([], |r| {
                    let kind = match r.get::<_, String>(2)?.as_str() {
                        "INTEGER" => Type::Int,
                        "REAL" => Type::Real,
                        _ => Type::Text,
                    };
                    Ok((r.get(1)?, kind))
                })?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(Table { name, columns })
        })
        .collect()
}

fn column_list(table: &Table) -> String {
    table.columns.iter().map(|(c, _)| format!("\"{c}\"")).collect::<Vec<_>>().join(", ")
}

fn from_postgres(config: &postgres::PgConfig, rooms: &[&'static Room], to: &Path, now: Time) -> Result<()> {
    let mut pg = postgres::connect_raw(config)?;
    pg.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
    // The tables that are there, which before an upgrade are not yet those that this program wants.
    let applied = migrate::applied_postgres(&mut pg)?;
    if applied.is_empty() {
        return Err(Error::NotFound("The PostgreSQL database holds nothing that could be backed up.".into()));
    }
    migrate::make_file_as(to, rooms, &applied, now)?;
    let conn = sqlite::open(&Place::File(to.to_owned()))?;
    conn.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA foreign_keys = OFF; BEGIN").map_err(Error::internal)?;
    for table in tables(&conn).map_err(Error::internal)? {
        let columns = column_list(&table);
        let marks = (1..=table.columns.len()).map(|n| format!("?{n}")).collect::<Vec<_>>().join(", ");
        let insert = format!("INSERT INTO \"{}\" ({columns}) VALUES ({marks})", table.name);
        pg.batch_execute(&format!("DECLARE copy CURSOR FOR SELECT {columns} FROM \"{}\"", table.name))?;
        loop {
            let rows = pg.query(&format!("FETCH {CHUNK} FROM copy"), &[], &[])?;
            if rows.is_empty() {
                break;
            }
            let mut statement = conn.prepare_cached(&insert).map_err(Error::internal)?;
            for row in rows {
                statement.execute(rusqlite::params_from_iter(row.0.iter().map(sqlite::Bound))).map_err(Error::internal)?;
            }
        }
        pg.batch_execute("CLOSE copy")?;
    }
    pg.batch_execute("COMMIT")?;
    conn.execute_batch("COMMIT").map_err(Error::internal)?;
    let broken: i64 = conn.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |r| r.get(0)).map_err(Error::internal)?;
    if broken == 0 { Ok(()) } else { Err(Error::internal(format!("{broken} rows of the copy refer to nothing"))) }
}

/// All or nothing: tables of the backup's age and its rows in one transaction, then the migrations that came after it.
fn into_postgres(from: &Path, config: &postgres::PgConfig, rooms: &[&'static Room], now: Time) -> Result<()> {
    let conn = sqlite::open_read_only(from)?;
    let applied = migrate::applied(&conn)?;
    migrate::check(rooms, &applied)?;
    let mut pg = postgres::connect_raw(config)?;
    if !migrate::applied_postgres(&mut pg)?.is_empty() {
        return Err(Error::Conflict("The PostgreSQL database holds data already. Name an empty one.".into()));
    }
    pg.batch_execute("BEGIN")?;
    let mut pg = migrate::make_postgres_as(pg, rooms, &applied, now)?;
    // A row may refer to one that is copied after it.
    let keys = pg.query(FOREIGN_KEYS, &[], &[])?.iter().map(|r| Ok((r.text(0)?, r.text(1)?))).collect::<Result<Vec<_>>>()?;
    for (table, key) in &keys {
        pg.batch_execute(&format!("ALTER TABLE {table} ALTER CONSTRAINT \"{key}\" DEFERRABLE INITIALLY DEFERRED"))?;
    }
    for table in tables(&conn).map_err(Error::internal)? {
        let columns = column_list(&table);
        let mut statement = conn.prepare(&format!("SELECT {columns} FROM \"{}\"", table.name)).map_err(Error::internal)?;
        let mut rows = statement.query([]).map_err(Error::internal)?;
        let mut chunk: Vec<Row> = Vec::new();
        while let Some(row) = rows.next().map_err(Error::internal)? {
            let values = (0..table.columns.len())
                .map(|i| {
                    Ok(match row.get_ref(i).map_err(Error::internal)? {
                        ValueRef::Integer(n) => Value::Int(n),
                        ValueRef::Real(x) => Value::Real(x),
                        ValueRef::Text(t) => Value::Text(String::from_utf8_lossy(t).into_owned()),
                        _ => Value::Null,
                    })
                })
                .collect::<Result<Vec<_>>>()?;
            chunk.push(Row(values));
            // PostgreSQL counts parameters in 16 bits.
            if chunk.len() == CHUNK || (chunk.len() + 1) * table.columns.len() > 65_535 {
                insert(&mut pg, &table, &columns, std::mem::take(&mut chunk))?;
            }
        }
        insert(&mut pg, &table, &columns, chunk)?;
    }
    pg.batch_execute("SET CONSTRAINTS ALL IMMEDIATE")?;
    for (table, key) in &keys {
        pg.batch_execute(&format!("ALTER TABLE {table} ALTER CONSTRAINT \"{key}\" NOT DEFERRABLE"))?;
    }
    pg.batch_execute("COMMIT")?;
    migrate::apply(&Place::Postgres(config.clone()), rooms, now).map(|_| ())
}

const FOREIGN_KEYS: &str = "SELECT CAST(CAST(conrelid AS regclass) AS TEXT), CAST(conname AS TEXT) FROM pg_constraint \
    WHERE contype = 'f' AND connamespace = CAST(current_schema() AS regnamespace)";

fn insert(pg: &mut postgres::RawPg, table: &Table, columns: &str, rows: Vec<Row>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let width = table.columns.len();
    let mut text = format!("INSERT INTO \"{}\" ({columns}) VALUES ", table.name);
    let mut types = Vec::with_capacity(rows.len() * width);
    let mut params = Vec::with_capacity(rows.len() * width);
    for (r, row) in rows.into_iter().enumerate() {
        text.push_str(if r == 0 { "(" } else { ", (" });
        for (c, value) in row.0.into_iter().enumerate() {
            let cast = match table.columns[c].1 {
                Type::Text => "TEXT",
                Type::Int => "BIGINT",
                Type::Real => "FLOAT8",
            };
            text.push_str(&format!("{}${}::{cast}", if c == 0 { "" } else { ", " }, r * width + c + 1));
            types.push(table.columns[c].1);
            params.push(value);
        }
        text.push(')');
    }
    pg.query(&text, &params, &types).map(|_| ())
}

/// A name for the backup that is made before a migration: sorted by time, and another for each instance.
pub fn automatic_name(folder: &Path, now: Time, id: Id) -> PathBuf {
    let stamp = now.jiff().strftime("%Y%m%dT%H%M%SZ").to_string();
    // The last 16 bits of an id count; those before them are random.
    let random = (id.as_u128() >> 16) as u32;
    folder.join(format!("before-upgrade-{stamp}-{random:08x}.db"))
}
