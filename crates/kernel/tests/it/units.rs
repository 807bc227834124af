//! Units of work, on both engines.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kernel::db::{Engine, QUEUE, Tx, Value};
use kernel::error::{Error, Result};

use crate::sql::SUM;
use crate::stage::{COUNT, ENGINES, Held, IDS, Meeting, NOW, PUT_ALL, PUT_N, Stage, UPSERT, is_busy, put, queued, raw};

kernel::sql! {
    NONE_YET = "SELECT CAST(count(*) AS BIGINT) FROM thing WHERE t IS NULL";
    ADD_ONE = "UPDATE thing SET n = n + 1 WHERE id = $1::TEXT";
    SPIN = "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) \
        SELECT CAST(count(*) AS BIGINT) FROM n";
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_or_a_panic_stores_nothing_of_its_unit_and_all_of_the_others() {
    for engine in ENGINES {
        // One connection, so that the holder keeps all others waiting.
        let s = Stage::set(engine, |c| c.write_connections = 1);
        let held = Held::new(&s.db).await;
        let good = queued(&s.db, |tx| put(tx, "a")).await;
        let bad = queued(&s.db, |tx| {
            put(tx, "b")?;
            Err(Error::Conflict("no".into()))
        });
        let bad = bad.await;
        let panics = queued(&s.db, |tx| {
            put(tx, "c")?;
            panic!("on purpose")
        });
        let panics = panics.await;
        let last = queued(&s.db, |tx| put(tx, "d")).await;
        held.release().await;
        assert!(good.await.unwrap().is_ok());
        assert!(matches!(bad.await.unwrap(), Err(Error::Conflict(_))));
        assert!(matches!(panics.await.unwrap(), Err(Error::Internal(_))));
        assert!(last.await.unwrap().is_ok());
        let ids = s.db.read(|tx| tx.query(&IDS, &[])?.iter().map(|r| r.text(0)).collect::<Result<Vec<_>>>()).await.unwrap();
        assert_eq!(ids, ["a", "d"], "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swallowed_error_counts_as_the_error_and_stores_nothing() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        let result =
            s.db.write(NOW, |tx| {
                put(tx, "a")?;
                let _ = put(tx, "a");
                // Even a good statement afterwards is refused.
                assert!(put(tx, "b").is_err());
                assert!(tx.query(&COUNT, &[]).is_err());
                Ok(())
            })
            .await;
        assert!(matches!(result, Err(Error::Conflict(_))), "{engine:?} {result:?}");
        // A binding that was refused poisons as well.
        let result =
            s.db.append(NOW, |tx| {
                put(tx, "a")?;
                let _ = tx.execute(&PUT_N, &["b".into()]);
                Ok(())
            })
            .await;
        assert!(matches!(result, Err(Error::Internal(_))), "{engine:?} {result:?}");
        assert_eq!(s.count().await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closure_may_turn_the_engines_error_into_a_better_one() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        let result =
            s.db.write(NOW, |tx| {
                put(tx, "a")?;
                put(tx, "a").map_err(|_| Error::invalid("id", "There is one already."))
            })
            .await;
        assert!(matches!(result, Err(Error::Invalid(_))), "{engine:?} {result:?}");
        assert_eq!(s.count().await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn binding_refuses_the_same_on_both_engines() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        let good = [Value::from("a"), 1.into(), Value::Real(0.5), "ä".into()];
        for (place, bad) in [
            (0, Value::Int(7)),
            (0, Value::Real(7.0)),
            (0, Value::from("a\0b")),
            (1, Value::from("1")),
            (1, Value::from("")),
            (1, Value::Real(1.0)),
            (2, Value::Int(1)),
            (2, Value::from("0.5")),
            (2, Value::Real(f64::NAN)),
            (2, Value::Real(f64::INFINITY)),
            (2, Value::Real(f64::NEG_INFINITY)),
            (3, Value::from("\0")),
        ] {
            let mut params = good.clone();
            params[place] = bad.clone();
            let rows = vec![params.to_vec()];
            let result = s.db.write(NOW, move |tx| tx.execute(&PUT_ALL, &params)).await;
            assert!(result.is_err(), "{engine:?} took {bad:?}");
            let result = s.db.append(NOW, move |tx| tx.upsert(&PUT_ALL, 1, rows.clone())).await;
            assert!(result.is_err(), "{engine:?} took {bad:?} in a batch");
        }
        for params in [&good[..3], &[]] {
            let params = params.to_vec();
            assert!(s.db.write(NOW, move |tx| tx.execute(&PUT_ALL, &params)).await.is_err());
        }
        assert!(Value::try_from(u64::MAX).is_err());
        assert_eq!(s.count().await, 0);
        // The largest number is stored, and counting beyond it is an error and not another kind of number.
        let largest = [Value::from("max"), i64::MAX.into(), Value::Real(f64::MAX), Value::Null];
        s.db.write(NOW, move |tx| tx.execute(&PUT_ALL, &largest)).await.unwrap();
        assert!(s.db.write(NOW, |tx| tx.execute(&ADD_ONE, &["max".into()])).await.is_err(), "{engine:?}");
        s.db.write(NOW, move |tx| tx.execute(&PUT_ALL, &good)).await.unwrap();
        assert_eq!(s.count().await, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_cannot_write_and_sees_one_moment() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        assert!(s.db.read(|tx| put(tx, "a")).await.is_err());
        let place = s.place.clone();
        let counts =
            s.db.read(move |tx| {
                let before = tx.one(&COUNT, &[])?.int(0)?;
                raw(&place, "INSERT INTO thing (id) VALUES ('other') ON CONFLICT DO NOTHING");
                Ok((before, tx.one(&COUNT, &[])?.int(0)?))
            })
            .await
            .unwrap();
        assert_eq!(counts, (0, 0), "{engine:?}");
        assert_eq!(s.count().await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_that_takes_too_long_is_ended_and_others_go_on() {
    let one = |engine, many: bool| async move {
        let s = Stage::on(engine);
        let endless = s.db.read(move |tx| {
            // Many short statements hold a snapshot as well as one long one.
            if !many {
                return tx.one(&SPIN, &[])?.int(0);
            }
            loop {
                tx.one(&COUNT, &[])?;
            }
        });
        let endless = endless.await;
        assert!(is_busy(&endless), "{engine:?} {endless:?}");
        assert_eq!(s.count().await, 0);
    };
    // One long statement on PostgreSQL is tried beside its workers.
    tokio::join!(one(Engine::Sqlite, false), one(Engine::Sqlite, true), one(Engine::Postgres, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_run_side_by_side_two_for_each_core() {
    let readers = 2 * std::thread::available_parallelism().unwrap().get();
    for engine in ENGINES {
        let s = Stage::on(engine);
        let meeting = Meeting::of(readers.min(8));
        let reads = (0..readers.min(8)).map(|_| {
            let meeting = Arc::clone(&meeting);
            s.db.read(move |tx| {
                tx.one(&COUNT, &[])?;
                Ok(meeting.arrive())
            })
        });
        let met = futures_util::future::join_all(reads).await;
        assert!(met.into_iter().all(|m| m.unwrap()), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_finds_none_and_inserts_happens_once() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        let writes = (0..24).map(|n| {
            s.db.write(NOW, move |tx| {
                if tx.one(&NONE_YET, &[])?.int(0)? > 0 {
                    return Ok(0);
                }
                put(tx, &format!("only-{n}"))?;
                Ok(1)
            })
        });
        let done = futures_util::future::join_all(writes).await;
        let stored: i64 = done.iter().flatten().sum();
        assert!(done.iter().all(|d| d.is_ok() || is_busy(d)), "{engine:?} {done:?}");
        assert_eq!((stored, s.count().await), (1, 1), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_work_has_a_queue_of_256_and_beyond_it_is_refused_at_once() {
    for engine in ENGINES {
        let s = Stage::set(engine, |c| c.write_connections = 1);
        let held = Held::new(&s.db).await;
        let tasks: Vec<_> = (0..300)
            .map(|n| {
                let db = s.db.clone();
                tokio::spawn(async move { db.write(NOW, move |tx| put(tx, &format!("k{n}"))).await })
            })
            .collect();
        // The refused ones end while nothing moves.
        while tasks.iter().filter(|t| t.is_finished()).count() < 300 - QUEUE || s.db.waiting()[1] < QUEUE {
            tokio::task::yield_now().await;
        }
        // Another kind has a bound of its own.
        let batch = tokio::spawn({
            let db = s.db.clone();
            async move { db.append(NOW, |tx| put(tx, "batch")).await }
        });
        held.release().await;
        let (mut done, mut busy) = (0, 0);
        for task in tasks {
            match task.await.unwrap() {
                Ok(()) => done += 1,
                Err(Error::Busy) => busy += 1,
                Err(e) => panic!("{e:?}"),
            }
        }
        batch.await.unwrap().unwrap();
        assert_eq!((done, busy), (QUEUE, 300 - QUEUE), "{engine:?}");
        assert_eq!(s.count().await, QUEUE as i64 + 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_waited_five_seconds_is_refused_while_the_writer_is_still_stuck_and_never_runs() {
    let one = |engine| async move {
        let s = Stage::set(engine, |c| c.write_connections = 1);
        let held = Held::new(&s.db).await;
        let runs = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&runs);
        let late = s.db.write(NOW, move |tx| {
            counted.fetch_add(1, Ordering::SeqCst);
            put(tx, "late")
        });
        let late = tokio::time::timeout(Duration::from_secs(60), late).await.expect("an answer while the writer is stuck");
        assert!(is_busy(&late), "{engine:?} {late:?}");
        assert_eq!(s.db.waiting()[1], 0);
        held.release().await;
        s.db.write(NOW, |tx| put(tx, "next")).await.unwrap();
        assert_eq!(runs.load(Ordering::SeqCst), 0);
        assert_eq!(s.count().await, 1);
    };
    tokio::join!(one(Engine::Sqlite), one(Engine::Postgres));
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_come_from_the_seed_and_have_an_end() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        let ids = |tx: &mut dyn Tx| Ok([tx.id()?, tx.id()?]);
        let a = s.db.write(NOW, ids).await.unwrap();
        assert!(a[0] < a[1]);
        let too_many = s.db.write(NOW, |tx| (0..70_000).try_for_each(|_| tx.id().map(|_| ()))).await;
        assert!(matches!(too_many, Err(Error::TooLarge(_))), "{engine:?} {too_many:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_is_told_after_the_commit_and_only_then() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        let mut rx = s.live.listen("t");
        let seen = Arc::new(AtomicU32::new(0));
        let (inside, watch) = (Arc::clone(&seen), rx.clone());
        s.db.write(NOW, move |tx| {
            tx.publish("t");
            put(tx, "a")?;
            inside.store(u32::from(watch.has_changed().unwrap_or(true)), Ordering::SeqCst);
            Ok(())
        })
        .await
        .unwrap();
        assert_eq!(seen.load(Ordering::SeqCst), 0);
        assert_eq!(*rx.borrow_and_update(), 1);
        let failed = s.db.write(NOW, |tx| {
            tx.publish("t");
            put(tx, "a")
        });
        assert!(failed.await.is_err());
        assert!(!rx.has_changed().unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_sorted_and_of_equal_keys_keeps_the_last() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        let rows: Vec<Vec<Value>> = (0..1000).map(|i| vec![format!("k{}", i % 10).into(), Value::Int(i)]).collect();
        let changed = s.db.append(NOW, move |tx| tx.upsert(&UPSERT, 1, rows.clone())).await.unwrap();
        assert_eq!(changed, 10, "{engine:?}");
        let sum = s.db.read(|tx| tx.one(&SUM, &[])?.int(0)).await.unwrap();
        assert_eq!(sum, (990..1000).sum::<i64>());
    }
}
