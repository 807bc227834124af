//! Group commit on SQLite. Each group that records something makes one seal, so groups can be told apart from outside.

use std::time::Duration;

use kernel::db::{Engine, sqlite};
use kernel::error::{Error, Result};

use crate::stage::{Held, NOW, Stage, note, put, queued};

kernel::sql! {
    SEALS = "SELECT members FROM trail_seal ORDER BY number";
    SEAL_OF = "SELECT m.seal FROM trail t JOIN trail_member m ON m.record = t.id WHERE t.subject = $1::TEXT";
}

async fn seals(s: &Stage) -> Vec<i64> {
    s.db.read(|tx| tx.query(&SEALS, &[])?.iter().map(|r| r.int(0)).collect()).await.unwrap()
}

async fn seal_of(s: &Stage, subject: &'static str) -> Option<i64> {
    s.db.read(move |tx| tx.opt(&SEAL_OF, &[subject.into()])?.map(|r| r.int(0)).transpose()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_what_is_queued_and_at_most_64_units() {
    let s = Stage::on(Engine::Sqlite);
    let held = Held::new(&s.db).await;
    let mut tasks = Vec::new();
    for n in 0..200 {
        tasks.push(queued(&s.db, move |tx| note(tx, n)).await);
    }
    held.release().await;
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let seals = seals(&s).await;
    assert_eq!(seals.iter().sum::<i64>(), 200);
    assert!(seals.iter().all(|n| *n <= 64), "{seals:?}");
    assert!(seals.len() < 100, "nothing was grouped: {seals:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_20_ms_a_group_takes_no_further_unit() {
    let s = Stage::on(Engine::Sqlite);
    let held = Held::new(&s.db).await;
    let slow = queued(&s.db, |tx| {
        std::thread::sleep(Duration::from_millis(21));
        note(tx, "slow")
    });
    let slow = slow.await;
    let next = queued(&s.db, |tx| note(tx, "next")).await;
    held.release().await;
    slow.await.unwrap().unwrap();
    next.await.unwrap().unwrap();
    assert_eq!((seal_of(&s, "slow").await, seal_of(&s, "next").await), (Some(1), Some(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_never_waits_for_more() {
    let s = Stage::on(Engine::Sqlite);
    // Each is alone, and is answered before the next one is there.
    for n in 0..5 {
        s.db.write(NOW, move |tx| note(tx, n)).await.unwrap();
    }
    assert_eq!(seals(&s).await, [1, 1, 1, 1, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn within_one_group_only_the_unit_that_failed_is_undone() {
    let s = Stage::on(Engine::Sqlite);
    // A unit before or after may end up in another group on a slow machine; so as often as it takes, within reason.
    for round in 0..20 {
        let name = move |n: &str| format!("{round}-{n}");
        let held = Held::new(&s.db).await;
        let first = queued(&s.db, move |tx| note(tx, name("first")).and_then(|()| put(tx, &name("first")))).await;
        let fails = queued(&s.db, move |tx| -> Result<()> {
            note(tx, name("fails"))?;
            put(tx, &name("fails"))?;
            Err(Error::SignedOut)
        });
        let fails = fails.await;
        let panics = queued(&s.db, move |tx| {
            put(tx, &name("panics"))?;
            panic!("on purpose")
        });
        let panics = panics.await;
        let last = queued(&s.db, move |tx| note(tx, name("last"))).await;
        held.release().await;
        assert!(first.await.unwrap().is_ok() && last.await.unwrap().is_ok());
        assert!(matches!(fails.await.unwrap(), Err(Error::SignedOut)));
        assert!(panics.await.unwrap().is_err());
        assert_eq!(s.count().await, round + 1);
        if seals(&s).await.contains(&2) {
            let found = s.verify().await;
            assert!(found.valid && found.unsealed == 0, "{found:?}");
            return;
        }
    }
    panic!("the first and the last unit were never in one group");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealer_that_fails_undoes_no_unit_and_the_records_are_sealed_later() {
    let s = Stage::on(Engine::Sqlite);
    s.raw("ALTER TABLE trail_seal RENAME TO trail_seal_away");
    s.db.write(NOW, |tx| note(tx, "one").and_then(|()| put(tx, "one"))).await.unwrap();
    assert_eq!(s.count().await, 1);
    assert!(s.db.read(kernel::trail::oldest_pending).await.unwrap().is_some());
    s.raw("ALTER TABLE trail_seal_away RENAME TO trail_seal");
    s.db.write(NOW, |tx| note(tx, "two")).await.unwrap();
    assert_eq!(seals(&s).await, [2]);
    assert!(s.verify().await.valid);
}

#[tokio::test(flavor = "multi_thread")]
async fn records_left_pending_are_sealed_at_the_start_without_a_write() {
    let s = Stage::on(Engine::Sqlite);
    s.raw("ALTER TABLE trail_seal RENAME TO trail_seal_away");
    s.db.write(NOW, |tx| note(tx, "one")).await.unwrap();
    s.raw("ALTER TABLE trail_seal_away RENAME TO trail_seal");
    let (again, _) = s.another();
    s.sealed().await;
    let found = s.verify().await;
    assert!(found.valid && found.records == 1, "{found:?}");
    again.close();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_with_more_records_than_a_seal_takes_leaves_none_pending() {
    let s = Stage::on(Engine::Sqlite);
    s.db.write(NOW, |tx| (0..2500).try_for_each(|n| note(tx, n))).await.unwrap();
    assert_eq!(seals(&s).await, [1024, 1024, 452]);
    let found = s.verify().await;
    assert!(found.valid && found.unsealed == 0, "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_is_in_wal_mode_and_after_closing_nothing_is_left_beside_it() {
    let s = Stage::on(Engine::Sqlite);
    s.db.write(NOW, |tx| put(tx, "a")).await.unwrap();
    s.count().await;
    let kernel::db::Place::File(path) = &s.place else { panic!("a file") };
    let conn = sqlite::open_read_only(path).unwrap();
    let mode: String = conn.query_row("PRAGMA journal_mode", [], |r| r.get(0)).unwrap();
    assert_eq!(mode, "wal");
    drop(conn);
    // FULL: every commit is synced, also between checkpoints.
    let conn = sqlite::open(&s.place).unwrap();
    let level: i64 = conn.query_row("PRAGMA synchronous", [], |r| r.get(0)).unwrap();
    assert_eq!(level, 2);
    drop(conn);
    s.db.close();
    let left: Vec<_> = std::fs::read_dir(path.parent().unwrap()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["bellwether.db"]);
    let (again, _) = s.another();
    assert_eq!(again.read(|tx| tx.one(&crate::stage::COUNT, &[])?.int(0)).await.unwrap(), 1);
    again.close();
}
