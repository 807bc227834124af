//! The engine against a real server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

mod background;
mod outage;
mod units;

use super::*;
use crate::db::{Db, Place, Sql, Tx, Value};
use crate::testing::pg::{OwnCluster, PgDatabase, server};

const NOW: Time = Time(1_795_539_600_000_000);

/// As `sql!`, without the list of statements, which is for statements on both engines.
macro_rules! statements {
    ($( $name:ident = $text:expr; )+) => { $( static $name: Sql = Sql::new(stringify!($name), $text); )+ };
}

statements! {
    INSERT = "INSERT INTO t (id, n) VALUES ($1::TEXT, $2::BIGINT)";
    UPSERT = "INSERT INTO t (id, n) VALUES ($1::TEXT, $2::BIGINT) ON CONFLICT (id) DO UPDATE SET n = excluded.n";
    ALL = "SELECT id, n FROM t ORDER BY id COLLATE \"C\"";
    COUNT = "SELECT CAST(count(*) AS BIGINT) FROM t";
    SUM = "SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM t";
    ADD = "UPDATE t SET n = n + 1 WHERE id = $1::TEXT";
    BOOL = "SELECT n = 1 FROM t";
    REAL = "SELECT $1::FLOAT8, $2::TEXT, $3::BIGINT";
    SLEEP = "SELECT CAST(pg_sleep(20) AS TEXT)";
    CUT = "SELECT CAST(pg_terminate_backend(pg_backend_pid()) AS TEXT)";
    FAIL = "SELECT fail($1::TEXT)";
    DOOM = "INSERT INTO doomed (id) VALUES ($1::TEXT)";
    ISOLATION = "SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')";
    CHILD = "INSERT INTO child (id) VALUES ($1::TEXT)";
}

const KERNEL: &str = include_str!("../../../../migrations/0001_kernel.sql");
// Faults on demand: an error with a given code, and a link that the server cuts in COMMIT.
const TABLES: &str = "CREATE TABLE t (id TEXT PRIMARY KEY, n BIGINT NOT NULL); \
    CREATE TABLE child (id TEXT REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED); \
    CREATE FUNCTION fail(code TEXT) RETURNS BIGINT LANGUAGE plpgsql AS \
      $$ BEGIN RAISE EXCEPTION USING ERRCODE = code, MESSAGE = 'on purpose'; END $$; \
    CREATE TABLE doomed (id TEXT); \
    CREATE FUNCTION doom() RETURNS TRIGGER LANGUAGE plpgsql AS \
      $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(60); RETURN NULL; END $$; \
    CREATE CONSTRAINT TRIGGER doom AFTER INSERT ON doomed DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION doom();";

fn prepare(config: &PgConfig) -> Result<()> {
    let mut pg = connect_raw(config)?;
    pg.batch_execute(KERNEL)?;
    pg.batch_execute(TABLES)
}

fn database() -> PgDatabase {
    // Another text makes another template, also while the server of an earlier build still runs.
    let digest = crate::trail::merkle::hex_digest(format!("{KERNEL}{TABLES}").as_bytes());
    server().copy_of(&format!("engine_{}", &digest[..16]), prepare)
}

/// Each with ids of its own, as instances have.
fn open(config: &PgConfig) -> (Db, Live) {
    static SEED: AtomicU32 = AtomicU32::new(1);
    let live = Live::new();
    (
        Db::open(&Place::Postgres(config.clone()), IdSource::seeded(SEED.fetch_add(1, Ordering::SeqCst).into()), live.clone())
            .unwrap(),
        live,
    )
}

fn count(config: &PgConfig) -> i64 {
    connect_raw(config).unwrap().query(COUNT.text, &[], &[]).unwrap()[0].int(0).unwrap()
}

fn row(id: &str, n: i64) -> [Value; 2] {
    [id.into(), n.into()]
}

#[tokio::test]
async fn what_is_written_is_read_and_an_error_stores_nothing() {
    let pg = database();
    let (db, _) = open(pg.config());
    db.write(NOW, |tx| tx.execute(&INSERT, &row("a", 1))).await.unwrap();
    let e = db
        .write(NOW, |tx| {
            tx.execute(&INSERT, &row("b", 2))?;
            Err::<(), _>(Error::SignedOut)
        })
        .await;
    assert!(matches!(e, Err(Error::SignedOut)), "{e:?}");
    let rows = db.read(|tx| tx.query(&ALL, &[])).await.unwrap();
    assert_eq!(rows.iter().map(|r| r.0.clone()).collect::<Vec<_>>(), [row("a", 1).to_vec()]);
    db.close();
}

#[tokio::test]
async fn a_constraint_that_waits_for_commit_is_a_conflict_and_no_unknown_outcome() {
    let pg = database();
    let (db, _) = open(pg.config());
    let e = db.write(NOW, |tx| tx.execute(&CHILD, &["nobody".into()])).await;
    assert!(matches!(e, Err(Error::Conflict(_))), "{e:?}");
    db.close();
}

#[tokio::test]
async fn what_only_one_engine_takes_is_refused() {
    let pg = database();
    let (db, _) = open(pg.config());
    for bad in [
        [Value::Real(f64::NAN), "a".into(), 1.into()],
        [Value::Real(1.0), "a\0b".into(), 1.into()],
        [Value::Real(1.0), 1.into(), 1.into()],
        [Value::Real(1.0), "a".into(), "1".into()],
    ] {
        let shown = format!("{bad:?}");
        assert!(db.read(move |tx| tx.query(&REAL, &bad)).await.is_err(), "{shown}");
    }
    let good = [Value::Real(0.5), "ä".into(), Value::Null];
    let rows = db.read(move |tx| tx.query(&REAL, &good)).await.unwrap();
    assert_eq!(rows[0].0, [Value::Real(0.5), "ä".into(), Value::Null]);
    db.write(NOW, |tx| tx.execute(&INSERT, &row("a", 1))).await.unwrap();
    let e = db.read(|tx| tx.query(&BOOL, &[])).await.unwrap_err();
    assert!(format!("{e:?}").contains("has type bool"), "{e:?}");
    db.close();
}

#[tokio::test]
async fn a_statement_whose_begin_failed_cannot_commit_by_itself() {
    let pg = database();
    let (db, _) = open(pg.config());
    let config = pg.config().clone();
    tokio::task::spawn_blocking(move || {
        let mut link = link::Link::connect(&config, link::Role::Write, STEP_LIMIT).unwrap();
        // Prepared by now, so that the next time it travels with BEGIN.
        link.execute_one(&INSERT, &row("a", 1), Some("BEGIN READ WRITE"), STEP_LIMIT).unwrap();
        link.rollback(STEP_LIMIT);
        let e = link.execute_one(&INSERT, &row("a", 1), Some("BEGIN ISOLATION LEVEL NONSENSE"), STEP_LIMIT);
        assert!(matches!(e, Err(faults::Failure::Final(_))), "{e:?}");
    })
    .await
    .unwrap();
    assert_eq!(count(pg.config()), 0);
    db.close();
}

#[tokio::test]
async fn a_panic_is_an_error_and_the_worker_goes_on() {
    let pg = database();
    let mut config = pg.config().clone();
    config.write_connections = 1;
    let (db, _) = open(&config);
    let e = db
        .write(NOW, |tx| {
            tx.execute(&INSERT, &row("a", 1))?;
            if tx.id().is_ok() {
                panic!("on purpose");
            }
            Ok(())
        })
        .await;
    assert!(matches!(e, Err(Error::Internal(_))), "{e:?}");
    db.write(NOW, |tx| tx.execute(&INSERT, &row("b", 1))).await.unwrap();
    assert_eq!(count(pg.config()), 1);
    db.close();
}

#[tokio::test]
async fn batches_keep_the_last_of_equal_keys_and_come_whole() {
    let pg = database();
    for unnamed in [false, true] {
        let mut config = pg.config().clone();
        config.unnamed = unnamed;
        let (db, _) = open(&config);
        let rows: Vec<Vec<Value>> = (0..1700).map(|n| row(&format!("k{}", n % 850), n).to_vec()).collect();
        let changed = db.append(NOW, move |tx| tx.upsert(&UPSERT, 1, rows.clone())).await.unwrap();
        assert_eq!(changed, 850);
        // Each key keeps its second number: 850 to 1699.
        assert_eq!(db.read(|tx| tx.one(&SUM, &[])?.int(0)).await.unwrap(), (850..1700).sum::<i64>());
        // A fault in a late chunk stores nothing of the early ones.
        let rows: Vec<Vec<Value>> = (0..700).map(|n| row(&format!("j{n:03}"), 1).to_vec()).chain([row("k1", 1).to_vec()]).collect();
        let e = db.append(NOW, move |tx| tx.upsert(&INSERT, 1, rows.clone())).await;
        assert!(matches!(e, Err(Error::Conflict(_))), "{e:?}");
        assert_eq!(count(pg.config()), 850);
        db.close();
    }
}

#[tokio::test]
async fn a_table_changed_below_prepared_statements_is_no_error() {
    static STAR: Sql = Sql::new("STAR", "SELECT * FROM t");
    let pg = database();
    let mut config = pg.config().clone();
    config.read_connections = 1;
    let (db, _) = open(&config);
    db.write(NOW, |tx| tx.execute(&INSERT, &row("a", 1))).await.unwrap();
    assert_eq!(db.read(|tx| tx.one(&STAR, &[])).await.unwrap().0.len(), 2);
    connect_raw(&config).unwrap().batch_execute("ALTER TABLE t ADD COLUMN extra TEXT").unwrap();
    assert_eq!(db.read(|tx| tx.one(&STAR, &[])).await.unwrap().0.len(), 3);
    db.close();
}
