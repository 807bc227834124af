//! What SQLite itself does to a group: full disks, refused commits, ended transactions.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use super::*;
use crate::db::{Db, Engine, Sql, Tx};
use crate::ids::IdSource;
use crate::time::Time;

const NOW: Time = Time(1_795_539_600_000_000);

static PUT: Sql = Sql::new("PUT", "INSERT INTO thing (id, body) VALUES ($1::TEXT, $2::TEXT)");
static COUNT: Sql = Sql::new("COUNT", "SELECT CAST(count(*) AS BIGINT) FROM thing");

static SAY: Sql =
    Sql::new("SAY", "INSERT INTO thing (id, body) VALUES ($1::TEXT, $2::TEXT) ON CONFLICT (id) DO UPDATE SET body = excluded.body");
static REMOVE: Sql = Sql::new("REMOVE", "DELETE FROM thing WHERE id = $1::TEXT");

struct Folder(std::path::PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A database whose writer's connection is as `change` makes it.
fn opened(change: impl FnOnce(&mut Connection)) -> (Db, Place, Folder) {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let n = NEXT.fetch_add(1, Ordering::SeqCst);
    let folder = std::env::temp_dir().join(format!("bw-sqlite-{}-{n}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let place = Place::File(folder.join("bellwether.db"));
    crate::migrate::run(&place, &[&crate::ROOM], NOW).unwrap();
    let mut conn = open(&place).unwrap();
    conn.execute_batch("CREATE TABLE thing (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT").unwrap();
    change(&mut conn);
    let Running { read, write, append, empties, guard } = start_on(conn, &place, Live::new()).unwrap();
    let guard = Arc::new(std::sync::Mutex::new(Some(guard)));
    let db = Db { engine: Engine::Sqlite, read, write, append, ids: IdSource::seeded(1), guard, place: place.clone(), empties };
    (db, place, Folder(folder))
}

/// A disk with room for half a megabyte.
fn small_disk(conn: &mut Connection) {
    conn.execute_batch("PRAGMA max_page_count = 200").unwrap();
}

fn put(tx: &mut dyn Tx, id: &str, bytes: usize) -> Result<()> {
    tx.execute(&PUT, &[id.into(), "x".repeat(bytes).into()]).map(|_| ())
}

#[test]
fn a_statement_with_a_bound_limit_is_planned_once() {
    let (db, place, _folder) = opened(|_| {});
    let conn = open(&place).unwrap();
    let mut statement = conn.prepare("SELECT id FROM thing WHERE id > ?1 LIMIT ?2").unwrap();
    for n in 0..5 {
        let rows: Vec<String> = statement.query_map((n.to_string(), n), |r| r.get(0)).unwrap().map(|r| r.unwrap()).collect();
        assert!(rows.is_empty());
    }
    assert_eq!(statement.get_status(rusqlite::StatementStatus::RePrepare), 0);
    db.close();
}

async fn count(db: &Db) -> i64 {
    db.read(|tx| tx.one(&COUNT, &[])?.int(0)).await.unwrap()
}

/// Holds the writer until several units are queued behind it.
async fn hold(db: &Db) -> std::sync::mpsc::Sender<()> {
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let (started, begun) = tokio::sync::oneshot::channel();
    let started = std::sync::Mutex::new(Some(started));
    let db = db.clone();
    tokio::spawn(async move {
        db.write(NOW, move |tx| {
            put(tx, "holder", 10)?;
            started.lock().unwrap().take().map(|s| s.send(()));
            let _ = wait.lock().unwrap().recv();
            // So that those behind it come into a group without it.
            std::thread::sleep(GROUP_TIME);
            Ok(())
        })
        .await
    });
    begun.await.unwrap();
    go
}

async fn queued(db: &Db, work: impl Fn(&mut dyn Tx) -> Result<()> + Send + 'static) -> tokio::task::JoinHandle<Result<()>> {
    let before = db.waiting()[1];
    let own = db.clone();
    let task = tokio::spawn(async move { own.write(NOW, work).await });
    while db.waiting()[1] == before {
        tokio::task::yield_now().await;
    }
    task
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_fails_all_that_ran_in_the_group_and_those_still_queued_go_on() {
    let (db, _, _folder) = opened(small_disk);
    let go = hold(&db).await;
    let small = queued(&db, |tx| put(tx, "small", 10)).await;
    let fills = queued(&db, |tx| put(tx, "fills", 4_000_000)).await;
    let next = queued(&db, |tx| put(tx, "next", 10)).await;
    go.send(()).unwrap();
    let (small, fills, next) = (small.await.unwrap(), fills.await.unwrap(), next.await.unwrap());
    assert!(matches!(fills, Err(Error::NoSpace)), "{fills:?}");
    assert!(matches!(small, Err(Error::NoSpace)), "{small:?}");
    assert!(next.is_ok(), "{next:?}");
    assert_eq!(count(&db).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_swallowed_full_disk_the_next_statement_does_not_commit_alone() {
    let (db, _, _folder) = opened(small_disk);
    let swallowed = db
        .write(NOW, |tx| {
            put(tx, "before", 10)?;
            let _ = put(tx, "fills", 4_000_000);
            let _ = put(tx, "after", 10);
            Ok(())
        })
        .await;
    assert!(matches!(swallowed, Err(Error::NoSpace)), "{swallowed:?}");
    assert_eq!(count(&db).await, 0);
    db.write(NOW, |tx| put(tx, "room again", 10)).await.unwrap();
    assert_eq!(count(&db).await, 1);
}

#[test]
fn a_statement_outside_a_transaction_is_refused() {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch("CREATE TABLE thing (id TEXT, body TEXT)").unwrap();
    let mut tx = SqliteTx::on(&conn, IdSource::seeded(1).draw(NOW).unwrap());
    assert!(put(&mut tx, "alone", 1).is_err());
    let rows: i64 = conn.query_row("SELECT count(*) FROM thing", [], |r| r.get(0)).unwrap();
    assert_eq!(rows, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_commit_fails_every_caller_is_told_so_and_nothing_is_run_again() {
    // Commits that succeed before one is refused.
    static LEFT: AtomicU32 = AtomicU32::new(100);
    let (db, _, _folder) = opened(|conn| {
        conn.commit_hook(Some(|| LEFT.fetch_sub(1, Ordering::SeqCst) == 0)).unwrap();
    });
    db.write(NOW, |tx| put(tx, "first", 10)).await.unwrap();
    let go = hold(&db).await;
    let runs = Arc::new(AtomicU32::new(0));
    let mut tasks = Vec::new();
    for n in 0..3 {
        let runs = Arc::clone(&runs);
        let work = move |tx: &mut dyn Tx| {
            runs.fetch_add(1, Ordering::SeqCst);
            put(tx, &format!("unit {n}"), 10)
        };
        tasks.push(queued(&db, work).await);
    }
    let fails = queued(&db, |_| Err(Error::SignedOut)).await;
    // The unit that holds the writer is one.
    LEFT.store(1, Ordering::SeqCst);
    go.send(()).unwrap();
    let mut unknown = 0;
    for task in tasks {
        match task.await.unwrap() {
            Err(Error::OutcomeUnknown) => unknown += 1,
            Ok(()) => {}
            other => panic!("{other:?}"),
        }
    }
    // One that had failed by itself has its own answer.
    assert!(matches!(fails.await.unwrap(), Err(Error::SignedOut)));
    assert_eq!(runs.load(Ordering::SeqCst), 3);
    assert!(unknown >= 1);
    assert_eq!(count(&db).await, 2 + 3 - unknown);
    // The connection was replaced, and with it the hook.
    db.write(NOW, |tx| put(tx, "next", 10)).await.unwrap();
}

/// True if some file of the folder holds the words.
fn on_disk(folder: &std::path::Path, words: &str) -> bool {
    let files = std::fs::read_dir(folder).unwrap().map(|e| std::fs::read(e.unwrap().path()).unwrap());
    files.into_iter().any(|bytes| bytes.windows(words.len()).any(|w| w == words.as_bytes()))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_row_said_before_and_what_was_removed_is_in_no_file() {
    let (db, place, _folder) = opened(|_| {});
    let Place::File(file) = &place else { panic!() };
    let folder = file.parent().unwrap();
    let say = |words: &'static str| db.write(NOW, move |tx| tx.execute(&SAY, &["a".into(), words.into()]).map(|_| ()));
    say("nobody-may-read-this").await.unwrap();
    say("the second answer").await.unwrap();
    assert!(on_disk(folder, "nobody-may-read-this"), "the log has each step");
    db.forget_steps(NOW).await.unwrap();
    // The writer empties its log after it has answered.
    for _ in 0..100 {
        if !on_disk(folder, "nobody-may-read-this") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(!on_disk(folder, "nobody-may-read-this") && on_disk(folder, "the second answer"));
    db.write(NOW, |tx| tx.execute(&REMOVE, &["a".into()]).map(|_| ())).await.unwrap();
    db.close();
    assert!(!on_disk(folder, "the second answer"), "a removed row is overwritten");
}

#[test]
fn readers_neither_write_nor_checkpoint() {
    let (db, place, _folder) = opened(|_| {});
    let reader = open_reader(&place).unwrap();
    let setting = |name: &str| reader.query_row(&format!("PRAGMA {name}"), [], |r| r.get::<_, i64>(0)).unwrap();
    assert_eq!(setting("wal_autocheckpoint"), 0);
    assert_eq!(setting("query_only"), 1);
    assert!(reader.db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE).unwrap());
    drop(reader);
    db.close();
}
