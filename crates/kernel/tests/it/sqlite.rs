use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use kernel::db::{Db, Place, Tx, Value};
use kernel::error::{Error, Result};
use kernel::ids::IdSource;
use kernel::live::Live;
use kernel::time::Time;

kernel::sql! {
    INSERT = "INSERT INTO lease (kind, holder, until) VALUES ($1::TEXT, $2::TEXT, $3::BIGINT)";
    UPSERT = "INSERT INTO lease (kind, holder, until) VALUES ($1::TEXT, $2::TEXT, $3::BIGINT) \
        ON CONFLICT (kind) DO UPDATE SET until = excluded.until";
    COUNT = "SELECT CAST(count(*) AS BIGINT) FROM lease";
    SPIN = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT CAST(count(*) AS BIGINT) FROM n";
}

pub(crate) struct Scratch(pub(crate) std::path::PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::SeqCst);
        let dir = std::env::temp_dir().join(format!("bw-kernel-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        Self(dir)
    }
    pub(crate) fn place(&self) -> Place {
        Place::File(self.0.join("bellwether.db"))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn open(place: &Place, live: &Live) -> Db {
    kernel::migrate::run(place, &[&kernel::ROOM], Time(1)).unwrap();
    Db::open(place, IdSource::seeded(1), live.clone()).unwrap()
}

async fn count(db: &Db) -> i64 {
    db.read(|tx| tx.one(&COUNT, &[])?.int(0)).await.unwrap()
}

fn put(tx: &mut dyn Tx, kind: &str) -> Result<()> {
    tx.execute(&INSERT, &[kind.into(), "h".into(), 1.into()]).map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_or_a_panic_undoes_only_its_own_unit() {
    let scratch = Scratch::new();
    let db = open(&scratch.place(), &Live::new());
    let good = db.write(Time(1), |tx| put(tx, "a"));
    let bad = db.write(Time(1), |tx| -> Result<()> {
        put(tx, "b")?;
        Err(Error::Conflict("no".into()))
    });
    let panics = db.write(Time(1), |tx| -> Result<()> {
        put(tx, "c")?;
        panic!("on purpose")
    });
    let (good, bad, panics) = tokio::join!(good, bad, panics);
    assert!(good.is_ok());
    assert!(matches!(bad, Err(Error::Conflict(_))));
    assert!(matches!(panics, Err(Error::Internal(_))));
    assert_eq!(count(&db).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swallowed_error_counts_as_the_error_and_stores_nothing() {
    let scratch = Scratch::new();
    let db = open(&scratch.place(), &Live::new());
    let result = db
        .write(Time(1), |tx| {
            put(tx, "a")?;
            let _ = put(tx, "a");
            // Even a good statement afterwards is refused.
            assert!(put(tx, "b").is_err());
            Ok(())
        })
        .await;
    assert!(result.is_err());
    assert_eq!(count(&db).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_kinds_nul_and_nan_are_refused_before_the_engine_sees_them() {
    let scratch = Scratch::new();
    let db = open(&scratch.place(), &Live::new());
    for (kind, until) in [
        (Value::Int(7), Value::Int(1)),
        (Value::from("a\0b"), Value::Int(1)),
        (Value::from("a"), Value::from("1")),
        (Value::from("a"), Value::Real(f64::NAN)),
    ] {
        let params = vec![kind, "h".into(), until];
        let result = db.write(Time(1), move |tx| tx.execute(&INSERT, &params).map(|_| ())).await;
        assert!(result.is_err());
    }
    assert_eq!(count(&db).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_cannot_write() {
    let scratch = Scratch::new();
    let db = open(&scratch.place(), &Live::new());
    assert!(db.read(|tx| put(tx, "a")).await.is_err());
    assert_eq!(count(&db).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_without_end_is_ended_and_others_go_on() {
    let scratch = Scratch::new();
    let db = open(&scratch.place(), &Live::new());
    let endless = db.read(|tx| tx.one(&SPIN, &[])?.int(0)).await;
    assert!(matches!(endless, Err(Error::Busy)), "{endless:?}");
    assert_eq!(count(&db).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_its_queue_a_write_is_refused_at_once_and_nothing_is_half_done() {
    let scratch = Scratch::new();
    let db = open(&scratch.place(), &Live::new());
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let blocker = {
        let db = db.clone();
        tokio::spawn(async move {
            db.write(Time(1), move |_| {
                let _ = wait.lock().unwrap().recv();
                Ok(())
            })
            .await
        })
    };
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    let tasks: Vec<_> = (0..300)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move { db.write(Time(1), move |tx| put(tx, &format!("k{n}"))).await })
        })
        .collect();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    go.send(()).unwrap();
    blocker.await.unwrap().unwrap();
    let (mut done, mut busy) = (0, 0);
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => done += 1,
            Err(Error::Busy) => busy += 1,
            Err(e) => panic!("{e:?}"),
        }
    }
    assert_eq!((done, busy), (256, 44));
    assert_eq!(count(&db).await, 256);
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_are_the_same_for_the_same_seed_and_a_topic_is_told_after_the_commit_only() {
    let scratch = Scratch::new();
    let live = Live::new();
    let db = open(&scratch.place(), &live);
    let mut rx = live.listen("t");
    let seen = Arc::new(AtomicU32::new(0));
    let inside = Arc::clone(&seen);
    let watch = rx.clone();
    db.write(Time(1), move |tx| {
        tx.publish("t");
        inside.store(u32::from(watch.has_changed().unwrap_or(true)), Ordering::SeqCst);
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(seen.load(Ordering::SeqCst), 0);
    assert_eq!(*rx.borrow_and_update(), 1);
    let failed = db
        .write(Time(1), |tx| -> Result<()> {
            tx.publish("t");
            Err(Error::Busy)
        })
        .await;
    assert!(failed.is_err());
    assert!(!rx.has_changed().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_keeps_the_last_of_equal_keys_and_the_data_survives_reopening() {
    let scratch = Scratch::new();
    {
        let db = open(&scratch.place(), &Live::new());
        let rows = |n: i64| (0..n).map(|i| vec![Value::from(format!("k{}", i % 10)), "h".into(), i.into()]).collect();
        let changed = db.append(Time(1), move |tx| tx.upsert(&UPSERT, 1, rows(1000))).await.unwrap();
        assert_eq!(changed, 10);
        db.close();
    }
    let db = open(&scratch.place(), &Live::new());
    assert_eq!(count(&db).await, 10);
}
