//! Live topics between instances on PostgreSQL.

use std::time::Duration;

use kernel::db::{Db, Engine};

use crate::stage::{NOW, Stage, put};

async fn publish(db: &Db, topics: &'static [&'static str]) {
    db.write(NOW, move |tx| {
        topics.iter().for_each(|t| tx.publish(t));
        Ok(())
    })
    .await
    .unwrap();
}

/// Until the poller of `at` is under way: it does not announce what was there before it.
async fn hears(from: &Db, at: &mut tokio::sync::watch::Receiver<u64>) {
    let hear = async {
        loop {
            publish(from, &["warm"]).await;
            if tokio::time::timeout(Duration::from_millis(200), at.changed()).await.is_ok() {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), hear).await.expect("the poller of the other instance");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_at_one_instance_is_told_at_the_other_and_a_laggard_gets_the_newest() {
    let s = Stage::on(Engine::Postgres);
    let (other, live) = s.another();
    let (mut warm, mut topic, mut last) = (live.listen("warm"), live.listen("team:1"), live.listen("last"));
    let silent = live.listen("team:2");
    hears(&s.db, &mut warm).await;
    for _ in 0..5 {
        publish(&s.db, &["team:1", "team:1"]).await;
    }
    let failed = s.db.write(NOW, |tx| {
        tx.publish("team:2");
        put(tx, "a")?;
        put(tx, "a")
    });
    assert!(failed.await.is_err());
    // Two, because topics found in one look are told in any order: with the second, the first look is over.
    for _ in 0..2 {
        publish(&s.db, &["last"]).await;
        tokio::time::timeout(Duration::from_secs(20), last.changed()).await.unwrap().unwrap();
    }
    // What came before is here too; several changes are one for who was not looking.
    assert!(topic.has_changed().unwrap());
    let version = *topic.borrow_and_update();
    assert!((1..=5).contains(&version), "{version}");
    assert!(!topic.has_changed().unwrap());
    assert!(!silent.has_changed().unwrap());
    other.close();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_lost_its_connection_looks_at_everything_again() {
    let s = Stage::on(Engine::Postgres);
    let mut topic = s.live.listen("team:1");
    let looked_again = async {
        // The first cut may come before the connection stands.
        loop {
            s.raw(CUT_ALL);
            if tokio::time::timeout(Duration::from_secs(3), topic.changed()).await.is_ok() {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), looked_again).await.expect("nobody said that news may be missing");
    assert_eq!(s.db.read(|tx| tx.one(&NOTES, &[])?.int(0)).await.unwrap(), 0, "somebody did publish something");
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_of_topics_do_not_pile_up() {
    let s = Stage::on(Engine::Postgres);
    s.raw("INSERT INTO topic_note SELECT 'n' || n, 't', n, 'gone' FROM generate_series(1, 100) n");
    // Notes are old by the time of the newest, so that no clock is asked.
    publish(&s.db, &["t"]).await;
    let tidied = async {
        while s.db.read(|tx| tx.one(&NOTES, &[])?.int(0)).await.unwrap() > 1 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), tidied).await.expect("old notes go");
}

const CUT_ALL: &str =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";

kernel::sql! {
    NOTES = "SELECT CAST(count(*) AS BIGINT) FROM topic_note";
}

/// Threads of this process.
fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").unwrap().count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_listeners_hold_no_thread_and_no_connection() {
    let s = Stage::on(Engine::Sqlite);
    publish(&s.db, &["team:1"]).await;
    let before = threads();
    let listeners: Vec<_> = (0..10_000)
        .map(|_| {
            let mut rx = s.live.listen("team:1");
            tokio::spawn(async move { rx.changed().await.is_ok() })
        })
        .collect();
    // All readers and the writer are still free.
    assert_eq!(s.count().await, 0);
    assert!(threads() <= before, "{} threads, {before} before", threads());
    publish(&s.db, &["team:1"]).await;
    for listener in listeners {
        assert!(listener.await.unwrap());
    }
}
