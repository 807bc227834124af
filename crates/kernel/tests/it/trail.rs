use kernel::db::Db;
use kernel::ids::Ref;
use kernel::live::Live;
use kernel::time::Time;
use kernel::trail;
use kernel::web::{Actor, Ctx};

use crate::sqlite::{Scratch, open};

async fn record(db: &Db, n: i64) {
    let cx = Ctx::of(Actor::job("test", &[]), Time(n * 1000), "r");
    db.write(Time(n * 1000), move |tx| {
        trail::record(&cx, tx, "changed", &Ref::new("thing", n), &serde_json::json!({ "n": n }), "because").map(|_| ())
    })
    .await
    .unwrap();
}

/// Changes the file behind the server's back, as somebody with access to the folder could.
fn tamper(scratch: &Scratch, sql: &str) {
    let conn = rusqlite::Connection::open(scratch.0.join("bellwether.db")).unwrap();
    conn.execute_batch(sql).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_record_is_sealed_with_its_group_and_verifies() {
    let scratch = Scratch::new();
    let db = open(&scratch.place(), &Live::new());
    for n in 1..=20 {
        record(&db, n).await;
    }
    let found = db.read(|tx| trail::verify(tx, Time(100))).await.unwrap();
    assert!(found.valid, "{found:?}");
    assert_eq!((found.records, found.unsealed), (20, 0));
    assert_eq!(found.checkpoint.number, i64::try_from(found.seals).unwrap());
    let newest = db.read(|tx| trail::records(tx, None, None, 3)).await.unwrap();
    assert_eq!(newest[0].subject, Ref::new("thing", 20));
    assert_eq!(newest[0].payload.as_ref().unwrap()["n"], 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_change_is_found() {
    for (what, sql) in [
        ("record", "UPDATE trail SET verb = 'kept' WHERE subject = '3'"),
        ("payload", "UPDATE trail_payload SET body = '{}' WHERE record = (SELECT id FROM trail WHERE subject = '3')"),
        ("who", "UPDATE trail SET actor = 'person:x' WHERE subject = '3'"),
        ("when", "UPDATE trail SET at = at + 1 WHERE subject = '3'"),
        ("root", "UPDATE trail_seal SET root = previous WHERE number = 3"),
        ("seal", "PRAGMA foreign_keys=OFF; DELETE FROM trail_member WHERE seal = 3; DELETE FROM trail_seal WHERE number = 3"),
        ("member", "PRAGMA foreign_keys=OFF; DELETE FROM trail_member WHERE seal = 3"),
    ] {
        let scratch = Scratch::new();
        let db = open(&scratch.place(), &Live::new());
        for n in 1..=5 {
            record(&db, n).await;
        }
        tamper(&scratch, sql);
        let found = db.read(|tx| trail::verify(tx, Time(100))).await.unwrap();
        assert!(!found.valid, "{what} went unnoticed");
        assert!(found.first_fault.is_some_and(|f| (3..=4).contains(&f.seal)), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_tail_shows_against_a_checkpoint_and_a_redaction_keeps_the_seals() {
    let scratch = Scratch::new();
    let db = open(&scratch.place(), &Live::new());
    for n in 1..=5 {
        record(&db, n).await;
    }
    let before = db.read(trail::checkpoint).await.unwrap();
    tamper(&scratch, "DELETE FROM trail_payload WHERE record = (SELECT id FROM trail WHERE subject = '2')");
    let found = db.read(|tx| trail::verify(tx, Time(100))).await.unwrap();
    assert!(found.valid);
    assert_eq!(found.redacted, 1);
    tamper(&scratch, "PRAGMA foreign_keys=OFF; DELETE FROM trail_member WHERE seal = 5; DELETE FROM trail_seal WHERE number = 5");
    let cut = db.read(|tx| trail::verify(tx, Time(100))).await.unwrap();
    assert!(cut.valid && cut.checkpoint != before);
    assert_eq!(cut.unsealed, 1);
}
