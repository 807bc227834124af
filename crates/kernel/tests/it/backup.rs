//! Backup and restore on both engines, while others write.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use kernel::backup;
use kernel::db::{Engine, Place};
use kernel::error::Error;
use kernel::testing::pg::server;

use crate::stage::{COUNT, ENGINES, NOW, ROOMS, Scratch, Stage, note, open, put};

kernel::sql! {
    // An act stores a thing and a record of it.
    TORN = "SELECT CAST(count(*) AS BIGINT) FROM thing WHERE NOT EXISTS (SELECT 1 FROM trail t WHERE t.subject = thing.id)";
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_taken_while_others_write_is_one_moment_and_restores_into_either_engine() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        let (end, acts) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
        let writers: Vec<_> = (0..4)
            .map(|w| {
                let (db, end, acts) = (s.db.clone(), Arc::clone(&end), Arc::clone(&acts));
                tokio::spawn(async move {
                    for n in 0.. {
                        if end.load(Ordering::SeqCst) {
                            return;
                        }
                        let id = format!("{w}-{n}");
                        db.write(NOW, move |tx| put(tx, &id).and_then(|()| note(tx, &id))).await.unwrap();
                        acts.fetch_add(1, Ordering::SeqCst);
                    }
                })
            })
            .collect();
        while acts.load(Ordering::SeqCst) < 50 {
            tokio::task::yield_now().await;
        }
        let folder = Scratch::new();
        let file = folder.0.join("backup.db");
        let (place, to) = (s.place.clone(), file.clone());
        let before = acts.load(Ordering::SeqCst);
        let done = tokio::task::spawn_blocking(move || backup::backup(&place, ROOMS, &to, NOW)).await.unwrap().unwrap();
        let after = acts.load(Ordering::SeqCst);
        // Writing goes on after it too: a backup holds nobody up for good.
        while acts.load(Ordering::SeqCst) <= after {
            tokio::task::yield_now().await;
        }
        end.store(true, Ordering::SeqCst);
        for writer in writers {
            writer.await.unwrap();
        }
        assert!(done.rows > 0 && done.bytes > 0, "{engine:?} {done:?}");
        // It says what the trail's newest seal was, which the living trail still holds.
        assert!(s.db.read(move |tx| kernel::trail::holds(tx, &done.checkpoint)).await.unwrap());
        for target in ENGINES {
            let postgres = (target == Engine::Postgres).then(|| server().fresh_database());
            let folder = Scratch::new();
            let place = postgres.as_ref().map_or_else(|| folder.place(), |pg| Place::Postgres(pg.config().clone()));
            backup::restore(&file, &place, ROOMS, NOW, backup::Broken::Refuse).unwrap();
            let (db, _) = open(&place);
            let (things, torn) = db.read(|tx| Ok((tx.one(&COUNT, &[])?.int(0)?, tx.one(&TORN, &[])?.int(0)?))).await.unwrap();
            assert!(things >= i64::from(before), "{engine:?} to {target:?}: {things} of at least {before}");
            assert_eq!(torn, 0);
            let found = kernel::trail::verify_all(&db, NOW).await.unwrap();
            assert!(found.valid && found.records + found.unsealed == things.unsigned_abs(), "{found:?}");
            db.write(NOW, |tx| put(tx, "after").and_then(|()| note(tx, "after"))).await.unwrap();
            db.close();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_replaces_nothing_and_a_restore_neither() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        s.db.write(NOW, |tx| put(tx, "a")).await.unwrap();
        let folder = Scratch::new();
        let file = folder.0.join("backup.db");
        std::fs::write(&file, "something of value").unwrap();
        assert!(matches!(backup::backup(&s.place, ROOMS, &file, NOW), Err(Error::Conflict(_))), "{engine:?}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "something of value");
        let file = folder.0.join("good.db");
        backup::backup(&s.place, ROOMS, &file, NOW).unwrap();
        assert!(matches!(backup::restore(&file, &s.place, ROOMS, NOW, backup::Broken::Refuse), Err(Error::Conflict(_))));
        assert_eq!(s.count().await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_backup_is_refused_and_says_so() {
    let s = Stage::on(Engine::Sqlite);
    for n in 0..200 {
        s.db.write(NOW, move |tx| note(tx, n)).await.unwrap();
    }
    let folder = Scratch::new();
    let good = folder.0.join("good.db");
    backup::backup(&s.place, ROOMS, &good, NOW).unwrap();
    backup::inspect(&good).unwrap();
    let bytes = std::fs::read(&good).unwrap();
    let bad = folder.0.join("bad.db");
    let refused = |what: &str, content: &[u8]| {
        std::fs::write(&bad, content).unwrap();
        let target = Scratch::new();
        let e = backup::restore(&bad, &target.place(), ROOMS, NOW, backup::Broken::Refuse).expect_err(what);
        assert!(matches!(e, Error::Invalid(_)), "{what}: {e:?}");
        assert!(std::fs::read_dir(&target.0).unwrap().next().is_none(), "{what} left something");
    };
    refused("an empty file", b"");
    refused("a text", b"This is not a database, although it is longer than its header would be, which matters to SQLite.");
    refused("a file cut short", &bytes[..bytes.len() / 2]);
    let mut broken = bytes.clone();
    let middle = broken.len() / 2;
    broken[middle..middle + 4096].fill(0xAA);
    refused("a page of noise", &broken);
    // Sound for SQLite, but not what was sealed.
    std::fs::write(&bad, &bytes).unwrap();
    let conn = rusqlite::Connection::open(&bad).unwrap();
    conn.execute("UPDATE trail SET actor = 'person:x' WHERE subject = '7'", []).unwrap();
    drop(conn);
    let tampered = std::fs::read(&bad).unwrap();
    refused("a trail that was tampered with", &tampered);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_trail_is_copied_said_and_put_back_only_by_who_accepts_it() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        s.db.write(NOW, |tx| note(tx, 7)).await.unwrap();
        s.seal().await;
        let folder = Scratch::new();
        let sound = folder.0.join("sound.db");
        assert_eq!(backup::backup(&s.place, ROOMS, &sound, NOW).unwrap().trail_fault, None, "{engine:?}");
        let broken = folder.0.join("broken.db");
        std::fs::copy(&sound, &broken).unwrap();
        let conn = rusqlite::Connection::open(&broken).unwrap();
        assert_eq!(conn.execute("UPDATE trail SET actor = 'person:x' WHERE subject = '7'", []).unwrap(), 1);
        drop(conn);

        let postgres = (engine == Engine::Postgres).then(|| server().fresh_database());
        let target = Scratch::new();
        let place = postgres.as_ref().map_or_else(|| target.place(), |pg| Place::Postgres(pg.config().clone()));
        let refused = backup::restore(&broken, &place, ROOMS, NOW, backup::Broken::Refuse).unwrap_err();
        assert!(format!("{refused:?}").contains("--accept-broken-trail"), "{refused:?}");
        let put = backup::restore(&broken, &place, ROOMS, NOW, backup::Broken::Accept).unwrap();
        let fault = put.trail_fault.unwrap();
        // What was put back can be copied again, and says the same.
        let again = backup::backup(&place, ROOMS, &folder.0.join("again.db"), NOW).unwrap();
        assert_eq!(again.trail_fault, Some(fault), "{engine:?}");
        assert_eq!(again.rows, put.rows, "{engine:?}");
    }
}

#[test]
fn a_folder_without_a_database_is_named_and_not_filled() {
    let folder = Scratch::new();
    let e = backup::backup(&folder.place(), ROOMS, &folder.0.join("backup.db"), NOW).unwrap_err();
    assert!(matches!(e, Error::NotFound(_)), "{e:?}");
    assert!(std::fs::read_dir(&folder.0).unwrap().next().is_none());
    let pg = server().fresh_database();
    let e = backup::backup(&Place::Postgres(pg.config().clone()), ROOMS, &folder.0.join("backup.db"), NOW).unwrap_err();
    assert!(matches!(e, Error::NotFound(_)), "{e:?}");
}
