//! How units of work are tried, and tried again.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};

use super::*;
use crate::ids::Ref;
use crate::web::{Actor, Ctx};

#[tokio::test]
async fn each_kind_of_work_has_its_isolation() {
    let pg = database();
    for unnamed in [false, true] {
        let mut config = pg.config().clone();
        config.unnamed = unnamed;
        let (db, _) = open(&config);
        let ask = |tx: &mut dyn Tx| {
            let row = tx.one(&ISOLATION, &[])?;
            Ok((row.text(0)?, row.text(1)?))
        };
        let is = |level: &str, read_only: &str| (level.to_owned(), read_only.to_owned());
        assert_eq!(db.read(ask).await.unwrap(), is("repeatable read", "on"), "unnamed {unnamed}");
        assert_eq!(db.write(NOW, ask).await.unwrap(), is("serializable", "off"));
        assert_eq!(db.append(NOW, ask).await.unwrap(), is("read committed", "off"));
        db.close();
    }
}

#[tokio::test]
async fn a_unit_is_run_eight_times_with_the_same_ids_and_then_given_up() {
    for code in ["40001", "40P01"] {
        let pg = database();
        let (db, _) = open(pg.config());
        let ids = Arc::new(std::sync::Mutex::new(Vec::new()));
        let seen = Arc::clone(&ids);
        let given_up = db
            .write(NOW, move |tx| {
                let id = tx.id()?;
                seen.lock().unwrap().push(id);
                tx.execute(&INSERT, &row(&id.to_string(), 1))?;
                // What the closure makes of it does not matter.
                let _ = tx.query(&FAIL, &[code.into()]);
                Ok(())
            })
            .await;
        assert!(matches!(given_up, Err(Error::Busy)), "{code} {given_up:?}");
        let ids = ids.lock().unwrap();
        assert_eq!(ids.len(), TRIES as usize);
        assert_eq!(TRIES, 8);
        assert!(ids.iter().all(|id| *id == ids[0]));
        let counters = pg.config().counters();
        assert_eq!((counters.retries(), counters.given_up()), (7, 1));
        assert_eq!(count(pg.config()), 0);
        db.close();
    }
}

#[tokio::test]
async fn other_errors_are_not_tried_again() {
    let pg = database();
    let (db, _) = open(pg.config());
    for (code, expected) in [("23505", "Conflict"), ("53100", "NoSpace"), ("57014", "Busy"), ("P0001", "Internal")] {
        let runs = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&runs);
        let e = db
            .write(NOW, move |tx| {
                counted.fetch_add(1, Ordering::SeqCst);
                tx.query(&FAIL, &[code.into()])
            })
            .await
            .unwrap_err();
        assert!(format!("{e:?}").starts_with(expected), "{code}: {e:?}");
        assert_eq!(runs.load(Ordering::SeqCst), 1);
    }
    db.close();
}

#[tokio::test]
async fn of_two_batches_that_lock_each_other_out_both_are_stored() {
    let pg = database();
    let (db, _) = open(pg.config());
    db.write(NOW, |tx| tx.upsert(&INSERT, 1, vec![row("a", 0).to_vec(), row("b", 0).to_vec()])).await.unwrap();
    let both_hold_one = Arc::new(std::sync::Barrier::new(2));
    let batch = |first: &'static str, second: &'static str| {
        let (meet, met) = (Arc::clone(&both_hold_one), AtomicBool::new(false));
        db.append(NOW, move |tx| {
            tx.execute(&ADD, &[first.into()])?;
            if !met.swap(true, Ordering::SeqCst) {
                meet.wait();
            }
            tx.execute(&ADD, &[second.into()])
        })
    };
    let (x, y) = tokio::join!(batch("a", "b"), batch("b", "a"));
    assert!(x.is_ok() && y.is_ok(), "{x:?} {y:?}");
    assert_eq!(db.read(|tx| tx.one(&SUM, &[])?.int(0)).await.unwrap(), 4);
    assert!(pg.config().counters().retries() >= 1);
    db.close();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn batches_in_any_order_are_sorted_and_so_lock_nobody_out() {
    let pg = database();
    let (db, _) = open(pg.config());
    let batches = (0..40).map(|n: i64| {
        let mut rows: Vec<Vec<Value>> = (0..700).map(|k| row(&format!("k{k:03}"), n).to_vec()).collect();
        if n % 2 == 0 {
            rows.reverse();
        }
        db.append(NOW, move |tx| tx.upsert(&UPSERT, 1, rows.clone()))
    });
    let done = futures_util::future::join_all(batches).await;
    assert!(done.iter().all(|d| matches!(d, Ok(700))), "{done:?}");
    assert_eq!(pg.config().counters().retries(), 0);
    db.close();
}

#[tokio::test]
async fn at_most_eight_writes_run_at_once() {
    let pg = database();
    let (db, _) = open(pg.config());
    let (running, most) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let writes = (0..64).map(|_| {
        let (running, most) = (Arc::clone(&running), Arc::clone(&most));
        db.write(NOW, move |_| {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            // Until all workers have one, so that more than eight would show.
            for _ in 0..500 {
                if most.load(Ordering::SeqCst) >= 8 {
                    break;
                }
                std::thread::sleep(Duration::from_millis(10));
            }
            running.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        })
    });
    assert!(futures_util::future::join_all(writes).await.iter().all(|w| w.is_ok()));
    assert_eq!(most.load(Ordering::SeqCst), MOST_CONNECTIONS as u32);
    db.close();
}

/// Acts that record each in the trail read no record of others, so they do not meet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_of_the_trail_abort_no_act() {
    let pg = database();
    let (db, _) = open(pg.config());
    let cx = Ctx::of(Actor::job("test", &[]), NOW, "r");
    let mut done = 0;
    for _ in 0..10 {
        let acts = (0..64).map(|_| {
            let cx = cx.clone();
            db.write(NOW, move |tx| {
                let id = tx.id()?;
                tx.execute(&INSERT, &row(&id.to_string(), 1))?;
                crate::trail::record(&cx, tx, "made", &Ref::new("thing", id), &1, "").map(|_| ())
            })
        });
        done += futures_util::future::join_all(acts).await.iter().filter(|a| a.is_ok()).count() as u64;
    }
    let counters = pg.config().counters();
    println!("{done} acts, {} tried again", counters.retries());
    assert_eq!((done, counters.given_up()), (640, 0));
    // Eight connections: at most one in a hundred.
    assert!(counters.retries() * 100 <= done, "{} of {done} were tried again", counters.retries());
    db.close();
}

#[tokio::test]
async fn a_link_that_breaks_in_commit_leaves_the_outcome_unknown_and_the_unit_is_not_run_again() {
    let pg = database();
    let (db, live) = open(pg.config());
    let listener = live.listen("t");
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let unknown = db
        .write(NOW, move |tx| {
            counted.fetch_add(1, Ordering::SeqCst);
            tx.publish("t");
            tx.execute(&DOOM, &["a".into()])
        })
        .await;
    assert!(matches!(unknown, Err(Error::OutcomeUnknown)), "{unknown:?}");
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    assert_eq!(pg.config().counters().unknown(), 1);
    assert!(!listener.has_changed().unwrap());
    db.write(NOW, |tx| tx.execute(&INSERT, &row("next", 1))).await.unwrap();
    db.close();
}

/// Stands between us and the server, and cuts the first link on which COMMIT was sent before its answer comes through.
fn proxy(port: u16) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let own = listener.local_addr().unwrap().port();
    let cut = Arc::new(AtomicBool::new(false));
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (mut client, mut server) = (client.unwrap(), TcpStream::connect(("127.0.0.1", port)).unwrap());
            let (mut answers, mut back) = (server.try_clone().unwrap(), client.try_clone().unwrap());
            let committing = Arc::new(AtomicBool::new(false));
            let (sent, cut) = (Arc::clone(&committing), Arc::clone(&cut));
            std::thread::spawn(move || {
                let mut buffer = [0; 65_536];
                while let Ok(n @ 1..) = client.read(&mut buffer) {
                    if buffer[..n].windows(7).any(|w| w == b"COMMIT\0") && !cut.swap(true, Ordering::SeqCst) {
                        sent.store(true, Ordering::SeqCst);
                    }
                    if server.write_all(&buffer[..n]).is_err() {
                        break;
                    }
                }
                let _ = server.shutdown(Shutdown::Both);
            });
            std::thread::spawn(move || {
                let mut buffer = [0; 65_536];
                while let Ok(n @ 1..) = answers.read(&mut buffer) {
                    if committing.load(Ordering::SeqCst) || back.write_all(&buffer[..n]).is_err() {
                        break;
                    }
                }
                let _ = back.shutdown(Shutdown::Both);
            });
        }
    });
    own
}

#[tokio::test]
async fn an_answer_to_commit_that_is_lost_leaves_the_outcome_unknown_although_the_row_is_stored_once() {
    let pg = database();
    let Some(cluster) = server().cluster() else { return };
    let mut config = cluster.tcp("127.0.0.1", pg.name(), "sslmode=disable").unwrap();
    config.port = proxy(cluster.port());
    let (db, _) = open(&config);
    let unknown = db.write(NOW, |tx| tx.execute(&INSERT, &row("a", 1))).await;
    assert!(matches!(unknown, Err(Error::OutcomeUnknown)), "{unknown:?}");
    assert_eq!(count(pg.config()), 1);
    // With the same key it is found to be there, and not stored twice.
    assert!(matches!(db.write(NOW, |tx| tx.execute(&INSERT, &row("a", 1))).await, Err(Error::Conflict(_))));
    assert_eq!(count(pg.config()), 1);
    db.close();
}
