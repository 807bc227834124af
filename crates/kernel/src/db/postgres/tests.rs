//! The engine against a real server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use super::*;
use crate::db::{Db, Place, Sql, Tx, Value};
use crate::testing::pg::{Cluster, PgDatabase, server};

const NOW: Time = Time(1_795_539_600_000_000);

crate::sql! {
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
    CHILD = "INSERT INTO child (id) VALUES ($1::TEXT)";
}

const TABLES: &str = "CREATE TABLE t (id TEXT PRIMARY KEY, n BIGINT NOT NULL); \
    CREATE TABLE child (id TEXT REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED);";

fn prepare(config: &PgConfig) -> Result<()> {
    let mut pg = connect_raw(config)?;
    pg.batch_execute(include_str!("../../../migrations/0001_kernel.sql"))?;
    pg.batch_execute(TABLES)
}

fn database() -> PgDatabase {
    server().copy_of("kernel_engine", prepare)
}

/// Each with ids of its own, as instances have.
fn open(config: &PgConfig) -> (Db, Live) {
    static SEED: AtomicU32 = AtomicU32::new(1);
    let live = Live::new();
    (Db::open(&Place::Postgres(config.clone()), IdSource::seeded(SEED.fetch_add(1, Ordering::SeqCst).into()), live.clone()).unwrap(), live)
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
async fn a_swallowed_error_stores_nothing_and_is_the_answer() {
    let pg = database();
    let (db, _) = open(pg.config());
    db.write(NOW, |tx| tx.execute(&INSERT, &row("a", 1))).await.unwrap();
    let e = db
        .write(NOW, |tx| {
            tx.execute(&INSERT, &row("b", 2))?;
            let _ = tx.execute(&INSERT, &row("a", 3));
            assert!(matches!(tx.query(&ALL, &[]), Err(Error::Conflict(_))));
            Ok(())
        })
        .await;
    assert!(matches!(e, Err(Error::Conflict(_))), "{e:?}");
    // A refused binding counts the same.
    let e = db
        .append(NOW, |tx| {
            tx.execute(&INSERT, &row("c", 2))?;
            let _ = tx.execute(&INSERT, &["d".into()]);
            Ok(())
        })
        .await;
    assert!(matches!(e, Err(Error::Internal(_))), "{e:?}");
    assert_eq!(count(pg.config()), 1);
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
async fn concurrent_increments_are_run_again_until_all_count() {
    let pg = database();
    let (db, _) = open(pg.config());
    db.write(NOW, |tx| tx.execute(&INSERT, &row("a", 0))).await.unwrap();
    let runs = Arc::new(AtomicU32::new(0));
    let tasks: Vec<_> = (0..24)
        .map(|_| {
            let (db, runs) = (db.clone(), Arc::clone(&runs));
            tokio::spawn(async move {
                let runs = Arc::clone(&runs);
                let work = move |tx: &mut dyn Tx| {
                    runs.fetch_add(1, Ordering::SeqCst);
                    tx.query(&SUM, &[])?;
                    tx.execute(&ADD, &["a".into()])
                };
                db.write(NOW, work).await
            })
        })
        .collect();
    let mut good = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => good += 1,
            Err(e) => assert!(matches!(e, Error::Busy), "{e:?}"),
        }
    }
    let sum = db.read(|tx| tx.one(&SUM, &[])?.int(0)).await.unwrap();
    assert_eq!(sum, good);
    let counters = pg.config().counters();
    // Every run beyond the first of each unit was counted, but for the last run of those given up.
    assert_eq!(u64::from(runs.load(Ordering::SeqCst)), 24 + counters.retries());
    assert!(counters.retries() > 0);
    assert_eq!(24 - counters.given_up(), good.unsigned_abs());
    db.close();
}

#[tokio::test]
async fn a_link_cut_before_commit_is_run_again_with_the_same_ids() {
    let pg = database();
    let (db, _) = open(pg.config());
    for kind in [Kind::Write, Kind::Append, Kind::Read] {
        let cut = Arc::new(AtomicBool::new(false));
        let ids = Arc::new(std::sync::Mutex::new(Vec::new()));
        let seen = Arc::clone(&ids);
        let work = move |tx: &mut dyn Tx| {
            let id = tx.id()?;
            seen.lock().unwrap().push(id);
            if kind != Kind::Read {
                tx.execute(&INSERT, &row(&id.to_string(), 1))?;
            }
            if !cut.swap(true, Ordering::SeqCst) {
                tx.query(&CUT, &[])?;
            }
            tx.query(&ALL, &[])
        };
        let done = match kind {
            Kind::Write => db.write(NOW, work).await,
            Kind::Append => db.append(NOW, work).await,
            Kind::Read => db.read(work).await,
        };
        done.unwrap();
        let ids = ids.lock().unwrap();
        assert_eq!(ids.len(), 2, "{kind:?}");
        assert_eq!(ids[0], ids[1]);
    }
    assert_eq!(count(pg.config()), 2);
    assert_eq!(pg.config().counters().lost(), 3);
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
async fn a_read_cannot_write_and_sees_one_moment() {
    let pg = database();
    let (db, _) = open(pg.config());
    let e = db.read(|tx| tx.execute(&INSERT, &row("a", 1))).await.unwrap_err();
    assert!(format!("{e:?}").contains("a read tried to write"), "{e:?}");
    let config = pg.config().clone();
    let counts = db
        .read(move |tx| {
            let before = tx.one(&COUNT, &[])?.int(0)?;
            connect_raw(&config)?.batch_execute("INSERT INTO t VALUES ('other', 1) ON CONFLICT DO NOTHING")?;
            Ok((before, tx.one(&COUNT, &[])?.int(0)?))
        })
        .await
        .unwrap();
    assert_eq!(counts, (0, 0));
    assert_eq!(count(pg.config()), 1);
    db.close();
}

#[tokio::test]
async fn a_statement_whose_begin_failed_cannot_commit_by_itself() {
    let pg = database();
    let (db, _) = open(pg.config());
    let config = pg.config().clone();
    tokio::task::spawn_blocking(move || {
        let mut link = link::Link::connect(&config, link::Role::Write, STEP_LIMIT).unwrap();
        // BEGIN is refused by the server, and the statement was sent with it.
        let e = link.execute_one(&INSERT, &row("a", 1), Some("BEGIN ISOLATION LEVEL NONSENSE"), STEP_LIMIT);
        assert!(matches!(e, Err(faults::Failure::Final(_))), "{e:?}");
    })
    .await
    .unwrap();
    assert_eq!(count(pg.config()), 0);
    db.close();
}

#[tokio::test]
async fn a_full_queue_refuses_at_once() {
    let pg = database();
    let mut config = pg.config().clone();
    config.write_connections = 1;
    let (db, _) = open(&config);
    let (hold, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    let (started, has_started) = tokio::sync::oneshot::channel();
    let started = std::sync::Mutex::new(Some(started));
    let first = tokio::spawn({
        let db = db.clone();
        async move {
            let work = move |_: &mut dyn Tx| {
                started.lock().unwrap().take().map(|s| s.send(()));
                let _ = held.lock().unwrap().recv();
                Ok(())
            };
            db.write(NOW, work).await
        }
    });
    has_started.await.unwrap();
    let waiting: Vec<_> = (0..crate::db::QUEUE)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move { db.write(NOW, move |tx| tx.execute(&INSERT, &row(&n.to_string(), 1))).await })
        })
        .collect();
    while db.waiting()[1] < crate::db::QUEUE {
        tokio::task::yield_now().await;
    }
    let e = db.write(NOW, |tx| tx.execute(&INSERT, &row("late", 1))).await;
    assert!(matches!(e, Err(Error::Busy)), "{e:?}");
    hold.send(()).unwrap();
    first.await.unwrap().unwrap();
    for task in waiting {
        task.await.unwrap().unwrap();
    }
    assert_eq!(count(pg.config()), crate::db::QUEUE as i64);
    db.close();
}

#[tokio::test]
async fn a_read_that_takes_too_long_is_ended() {
    let pg = database();
    let (db, _) = open(pg.config());
    let e = db.read(|tx| tx.query(&SLEEP, &[])).await;
    assert!(matches!(e, Err(Error::Busy)), "{e:?}");
    assert_eq!(pg.config().counters().retries(), 0);
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

#[tokio::test]
async fn topics_reach_this_instance_and_others() {
    let pg = database();
    let ((a, live_a), (b, live_b)) = (open(pg.config()), open(pg.config()));
    let (mut at_a, mut at_b) = (live_a.listen("team:1"), live_b.listen("team:1"));
    let mut other = live_b.listen("team:2");
    // The other instance looks at what is there when it starts without announcing it; so publish until it hears.
    let hear = async {
        loop {
            a.write(NOW, |tx| {
                tx.publish("team:1");
                Ok(())
            })
            .await
            .unwrap();
            if tokio::time::timeout(Duration::from_millis(200), at_b.changed()).await.is_ok() {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), hear).await.unwrap();
    assert!(at_a.has_changed().unwrap());
    at_a.mark_unchanged();
    // A unit that fails announces nothing.
    let failed = a.write(NOW, |tx| {
        tx.publish("team:2");
        Err::<(), _>(Error::SignedOut)
    });
    assert!(failed.await.is_err());
    b.write(NOW, |tx| {
        tx.execute(&INSERT, &row("a", 1))?;
        tx.publish("team:1");
        tx.publish("team:3");
        Ok(())
    })
    .await
    .unwrap();
    tokio::time::timeout(Duration::from_secs(20), at_a.changed()).await.unwrap().unwrap();
    assert!(!other.has_changed().unwrap());
    other.mark_unchanged();
    a.close();
    b.close();
}

#[tokio::test]
async fn pending_records_are_sealed_by_one_of_two_instances() {
    let pg = database();
    let (a, _) = open(pg.config());
    let (b, _) = open(pg.config());
    connect_raw(pg.config())
        .unwrap()
        .batch_execute(
            "INSERT INTO trail SELECT 'r' || n, 1, 'x', 'x', 'x', 'x', '', '', '' FROM generate_series(1, 40) n; \
             INSERT INTO trail_pending SELECT id FROM trail;",
        )
        .unwrap();
    let sealed = async {
        loop {
            let left = a.read(crate::trail::oldest_pending).await.unwrap();
            if left.is_none() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), sealed).await.unwrap();
    let rows = connect_raw(pg.config())
        .unwrap()
        .query("SELECT count(*), count(DISTINCT seal) FROM trail_member", &[], &[])
        .unwrap();
    assert_eq!((rows[0].int(0).unwrap(), rows[0].int(1).unwrap()), (40, 1));
    a.close();
    b.close();
}

#[test]
fn tls_checks_who_signed_and_for_which_host() {
    let Some(cluster) = server().cluster() else { return };
    let (right, wrong) = (cluster.authority(true), cluster.authority(false));
    let mode = |host: &str, mode: &str, ca: Option<&std::path::PathBuf>| {
        let ca = ca.map(|ca| format!("&sslrootcert={}", ca.display())).unwrap_or_default();
        let config = cluster.tcp(host, "postgres", &format!("sslmode={mode}{ca}")).unwrap();
        let sql = "SELECT CAST(CASE WHEN ssl THEN 1 ELSE 0 END AS BIGINT) FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        connect_raw(&config).and_then(|mut pg| pg.query(sql, &[], &[])?[0].int(0))
    };
    assert_eq!(mode("localhost", "verify-full", Some(&right)).unwrap(), 1);
    assert_eq!(mode("127.0.0.1", "verify-ca", Some(&right)).unwrap(), 1);
    assert_eq!(mode("127.0.0.1", "require", None).unwrap(), 1);
    assert_eq!(mode("127.0.0.1", "prefer", None).unwrap(), 1);
    assert_eq!(mode("127.0.0.1", "disable", None).unwrap(), 0);
    for (host, sslmode, ca) in [
        ("localhost", "verify-full", &wrong),
        ("127.0.0.1", "verify-full", &right),
        ("127.0.0.1", "verify-ca", &wrong),
        ("127.0.0.1", "require", &wrong),
    ] {
        let e = mode(host, sslmode, Some(ca)).unwrap_err();
        assert!(format!("{e:?}").contains("ertificate"), "{host} {sslmode}: {e:?}");
    }
}

#[test]
fn a_wrong_password_is_refused_without_showing_it() {
    let Some(cluster) = server().cluster() else { return };
    let url = format!("postgres://tester:hunter2@127.0.0.1:{}/postgres", cluster.port());
    let config = PgConfig::parse(&url).unwrap();
    let e = start(&config, Live::new()).err().unwrap();
    assert!(format!("{e:?}").contains("28P01"), "{e:?}");
    assert!(!format!("{e:?} {config:?}").contains("hunter2"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_loses_nothing_that_was_acknowledged_and_doubles_nothing() {
    let key = std::env::temp_dir().join(format!("killed-{}", std::process::id()));
    let cluster = Cluster::create(&key).unwrap();
    cluster.start().unwrap();
    let config = cluster.socket("postgres").unwrap();
    prepare(&config).unwrap();
    let (db, _) = open(&config);
    let end = Arc::new(AtomicBool::new(false));
    let acknowledged = Arc::new(AtomicU32::new(0));
    let clients: Vec<_> = (0..4)
        .map(|client| {
            let (db, end, total) = (db.clone(), Arc::clone(&end), Arc::clone(&acknowledged));
            tokio::spawn(async move {
                let (mut good, mut unsure) = (Vec::new(), Vec::new());
                let mut n = 0;
                while !end.load(Ordering::SeqCst) {
                    let id = format!("{client}-{n:06}");
                    n += 1;
                    let params = row(&id, 1);
                    match db.write(NOW, move |tx| tx.execute(&INSERT, &params)).await {
                        Ok(_) => {
                            total.fetch_add(1, Ordering::SeqCst);
                            good.push(id);
                        }
                        Err(Error::OutcomeUnknown) => unsure.push(id),
                        Err(Error::Busy) => {}
                        // A conflict would be a unit that was stored and then run again.
                        Err(e) => panic!("{id}: {e:?}"),
                    }
                }
                (good, unsure)
            })
        })
        .collect();
    let more = async |n: u32| {
        let goal = acknowledged.load(Ordering::SeqCst) + n;
        while acknowledged.load(Ordering::SeqCst) < goal {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    for _ in 0..2 {
        tokio::time::timeout(Duration::from_secs(60), more(200)).await.unwrap();
        cluster.kill().unwrap();
        cluster.start().unwrap();
    }
    tokio::time::timeout(Duration::from_secs(60), more(200)).await.unwrap();
    end.store(true, Ordering::SeqCst);
    let rows = connect_raw(&config).unwrap();
    let (mut good, mut unsure) = (Vec::new(), Vec::new());
    for client in clients {
        let (g, u) = client.await.unwrap();
        good.extend(g);
        unsure.extend(u);
    }
    let mut rows = rows;
    let stored: Vec<String> = rows.query(ALL.text, &[], &[]).unwrap().iter().map(|r| r.text(0).unwrap()).collect();
    drop(rows);
    let stored_set: std::collections::HashSet<_> = stored.iter().collect();
    let lost: Vec<_> = good.iter().filter(|id| !stored_set.contains(id)).collect();
    let known: std::collections::HashSet<_> = good.iter().chain(&unsure).collect();
    let unasked: Vec<_> = stored.iter().filter(|id| !known.contains(id)).collect();
    db.close();
    cluster.remove().unwrap();
    assert!(lost.is_empty(), "lost {lost:?}");
    assert!(unasked.is_empty(), "refused but stored {unasked:?}");
    assert_eq!(stored.len(), stored_set.len());
}

#[tokio::test]
async fn without_a_server_work_is_refused_and_never_hangs() {
    let key = std::env::temp_dir().join(format!("away-{}", std::process::id()));
    let cluster = Cluster::create(&key).unwrap();
    cluster.start().unwrap();
    let config = cluster.socket("postgres").unwrap();
    prepare(&config).unwrap();
    let (db, _) = open(&config);
    db.write(NOW, |tx| tx.execute(&INSERT, &row("a", 1))).await.unwrap();
    cluster.kill().unwrap();
    let e = db.write(NOW, |tx| tx.execute(&INSERT, &row("b", 1))).await;
    assert!(matches!(e, Err(Error::Busy)), "{e:?}");
    assert!(matches!(db.read(|tx| tx.query(&ALL, &[])).await, Err(Error::Busy)));
    cluster.start().unwrap();
    db.write(NOW, |tx| tx.execute(&INSERT, &row("c", 1))).await.unwrap();
    assert_eq!(db.read(|tx| tx.query(&ALL, &[])).await.unwrap().len(), 2);
    db.close();
    cluster.remove().unwrap();
}
