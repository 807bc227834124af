//! The trail, on both engines.

use std::sync::Arc;
use std::time::Duration;

use kernel::db::{Engine, Place};
use kernel::error::{Error, Result};
use kernel::ids::Ref;
use kernel::testing::TestApp;
use kernel::trail::{self, Checkpoint, Verified};
use kernel::web::{Actor, App, Boxed, Credential, Gate};

use crate::stage::{ENGINES, KERNEL, NOW, Stage, context, note, put};

kernel::sql! {
    JAM = "INSERT INTO trail_seal (number, previous, root, hash, members, at) VALUES ($1::BIGINT, '', '', '', 0, 0)";
    OF_SUBJECT = "SELECT id FROM trail WHERE kind = 'thing' AND subject = $1::TEXT";
}

/// Five records on things 1 to 5, each in a seal of its own.
async fn five(engine: Engine) -> Stage {
    let s = Stage::on(engine);
    for n in 1..=5 {
        s.db.write(NOW, move |tx| note(tx, n)).await.unwrap();
        s.seal().await;
    }
    s
}

fn first_fault(found: &Verified) -> String {
    found.first_fault.as_ref().map_or(String::new(), |f| format!("{} {}", f.seal, f.message))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_record_is_sealed_and_verifies() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        let acts = (0..100).map(|n| s.db.write(NOW, move |tx| note(tx, n)));
        assert!(futures_util::future::join_all(acts).await.into_iter().all(|a| a.is_ok()));
        s.sealed().await;
        let found = s.verify().await;
        assert!(found.valid, "{engine:?} {found:?}");
        assert_eq!((found.records, found.unsealed, found.redacted), (100, 0, 0));
        assert_eq!(found.checkpoint.number, i64::try_from(found.seals).unwrap());
        assert_eq!(trail::verify_all(&s.db, NOW).await.unwrap(), found);
        let thing = Ref::new("thing", 7);
        let of = s.db.read(move |tx| trail::records(tx, Some(&thing), None, 3)).await.unwrap();
        assert_eq!(of.len(), 1);
        assert_eq!(of[0].payload.as_ref().unwrap()["thing"], "7");
        assert!(of[0].seal.is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_is_stored_with_its_act_or_not_at_all() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        let failed = s.db.write(NOW, |tx| {
            put(tx, "a")?;
            note(tx, "a")?;
            put(tx, "a")
        });
        assert!(failed.await.is_err());
        assert!(s.db.read(|tx| trail::records(tx, None, None, 10)).await.unwrap().is_empty(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_change_is_found() {
    let id = |n: u32| format!("(SELECT id FROM trail WHERE subject = '{n}')");
    let mut changes: Vec<(String, String)> = ["actor", "verb", "kind", "subject", "reason", "request", "digest"]
        .map(|c| (c.into(), format!("UPDATE trail SET {c} = 'x' WHERE subject = '3'")))
        .into();
    let mut add = |what: &str, sql: String| changes.push((what.into(), sql));
    add("time", "UPDATE trail SET at = at + 1 WHERE subject = '3'".into());
    add("id", "UPDATE trail SET id = 'f' || substr(id, 2) WHERE subject = '3'".into());
    add("removed record", "DELETE FROM trail WHERE subject = '3'".into());
    add("payload", format!("UPDATE trail_payload SET body = '{{}}' WHERE record = {}", id(3)));
    add("payload removed in silence", format!("DELETE FROM trail_payload WHERE record = {}", id(3)));
    for column in ["previous", "root", "hash"] {
        add(column, format!("UPDATE trail_seal SET {column} = 'x' WHERE number = 3"));
    }
    add("size", "UPDATE trail_seal SET members = 2 WHERE number = 3".into());
    add("time of the seal", "UPDATE trail_seal SET at = at + 1 WHERE number = 3".into());
    add("removed seal", "DELETE FROM trail_member WHERE seal = 3; DELETE FROM trail_seal WHERE number = 3".into());
    add("seal removed, members left", "DELETE FROM trail_seal WHERE number = 3".into());
    add("tail of seals removed, members left", "DELETE FROM trail_seal WHERE number >= 3".into());
    add("removed member", "DELETE FROM trail_member WHERE seal = 3".into());
    add("renumbered member", "UPDATE trail_member SET position = 1 WHERE seal = 3".into());
    add(
        "member moved to another seal",
        "UPDATE trail_member SET seal = 4, position = 1 WHERE seal = 3; UPDATE trail_seal SET members = members - 1 WHERE number = 3; \
         UPDATE trail_seal SET members = 2 WHERE number = 4"
            .into(),
    );
    add(
        "inserted record",
        format!(
            "INSERT INTO trail SELECT 'forged', at, actor, verb, kind, 'x', reason, request, digest FROM trail WHERE subject = '3'; \
             INSERT INTO trail_payload SELECT 'forged', body FROM trail_payload WHERE record = {}; \
             INSERT INTO trail_member VALUES ('forged', 3, 1); UPDATE trail_seal SET members = 2 WHERE number = 3",
            id(3)
        ),
    );
    for engine in ENGINES {
        let s = five(engine).await;
        let before = s.verify().await;
        assert!(before.valid && before.seals == 5, "{engine:?} {before:?}");
        drop(s);
        for (what, sql) in &changes {
            let s = five(engine).await;
            s.raw(sql);
            let found = s.verify().await;
            assert!(!found.valid, "{engine:?}: {what} went unnoticed");
            assert!((3..=4).contains(&found.first_fault.as_ref().unwrap().seal), "{engine:?} {what}: {}", first_fault(&found));
            assert_eq!(trail::verify_all(&s.db, NOW).await.unwrap(), found);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seal_forged_in_itself_no_longer_fits_the_next_one() {
    for engine in ENGINES {
        let s = five(engine).await;
        // As if the forger had recomputed seal 3 from its members on: here with the hash of another.
        s.raw("UPDATE trail_seal SET hash = (SELECT x.hash FROM trail_seal x WHERE x.number = 2) WHERE number = 3");
        assert!(first_fault(&s.verify().await).contains("3 the seal itself was changed"));
        // A record that waited for its seal and was removed is missed as well.
        let s = five(engine).await;
        s.raw("INSERT INTO trail_pending (record) VALUES ('gone')");
        assert!(first_fault(&s.verify().await).contains("record gone waited"), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_tail_shows_against_a_checkpoint_kept_elsewhere_and_only_there() {
    for engine in ENGINES {
        let s = five(engine).await;
        let kept = s.db.read(trail::checkpoint).await.unwrap();
        let holds = |c: &Checkpoint| {
            let c = c.clone();
            s.db.read(move |tx| trail::holds(tx, &c))
        };
        assert!(holds(&kept).await.unwrap());
        assert!(holds(&Checkpoint { number: 0, hash: trail::GENESIS.into() }).await.unwrap());
        s.db.write(NOW, |tx| note(tx, 6)).await.unwrap();
        s.sealed().await;
        assert!(holds(&kept).await.unwrap(), "a trail that grew still holds an older checkpoint");
        s.raw(
            "DELETE FROM trail_payload WHERE record IN (SELECT record FROM trail_member WHERE seal >= 5); \
             DELETE FROM trail WHERE id IN (SELECT record FROM trail_member WHERE seal >= 5); \
             DELETE FROM trail_member WHERE seal >= 5; DELETE FROM trail_seal WHERE number >= 5",
        );
        let cut = s.verify().await;
        assert!(cut.valid && cut.seals == 4, "{engine:?} {cut:?}");
        assert!(!holds(&kept).await.unwrap());
        assert!(!holds(&Checkpoint { hash: "x".into(), ..cut.checkpoint }).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redaction_is_recorded_and_leaves_the_seals_intact() {
    for engine in ENGINES {
        let s = five(engine).await;
        let before = s.verify().await.checkpoint;
        let redact = |subject: &'static str| {
            s.db.write(NOW, move |tx| {
                let id = tx.one(&OF_SUBJECT, &[subject.into()])?.id(0)?;
                trail::redact(&context(), tx, id, "asked for by the person").map(|_| id)
            })
        };
        let id = redact("2").await.unwrap();
        assert!(matches!(redact("2").await, Err(Error::NotFound(_))), "{engine:?}");
        s.sealed().await;
        let found = s.verify().await;
        assert!(found.valid, "{engine:?} {found:?}");
        assert_eq!((found.redacted, found.records), (1, 6));
        assert!(s.db.read(move |tx| trail::holds(tx, &before)).await.unwrap());
        let about = Ref::new("record", id);
        let said = s.db.read(move |tx| trail::records(tx, Some(&about), None, 5)).await.unwrap();
        assert_eq!((said.len(), said[0].verb.as_str(), said[0].reason.as_str()), (1, "redacted", "asked for by the person"));
        let thing = Ref::new("thing", 2);
        let kept = s.db.read(move |tx| trail::records(tx, Some(&thing), None, 5)).await.unwrap();
        assert!(kept[0].payload.is_none() && !kept[0].digest.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sealers_do_no_harm() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        let (other, _) = s.another();
        let acts = async {
            for n in 0..60 {
                s.db.write(NOW, move |tx| note(tx, n)).await.unwrap();
            }
        };
        // Beside the sealers of both instances, two more that know no lease.
        let seal = |db: kernel::db::Db| async move {
            let (mut sealed, mut refused) = (0, 0);
            for _ in 0..60 {
                match db.append(NOW, |tx| trail::seal_pending(tx, NOW)).await {
                    Ok(n) => sealed += n,
                    Err(Error::Conflict(_) | Error::Busy) => refused += 1,
                    Err(e) => panic!("{e:?}"),
                }
            }
            (sealed, refused)
        };
        tokio::join!(acts, seal(s.db.clone()), seal(other.clone()));
        s.sealed().await;
        let found = s.verify().await;
        assert!(found.valid && found.records == 60 && found.unsealed == 0, "{engine:?} {found:?}");
        other.close();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_commit_is_sealed_later() {
    let s = Stage::on(Engine::Postgres);
    let Place::Postgres(config) = s.place.clone() else { panic!("PostgreSQL") };
    let late = tokio::task::spawn_blocking(move || {
        let mut late = kernel::db::postgres::connect_raw(&config).unwrap();
        // Older than all that follow by id and by time.
        let id = "00000000-0000-7000-8000-000000000000";
        let digest = trail::merkle::hex_digest(b"{}");
        late.batch_execute(&format!(
            "BEGIN; INSERT INTO trail VALUES ('{id}', 1, 'x', 'x', 'x', 'late', '', '', '{digest}'); \
             INSERT INTO trail_payload VALUES ('{id}', '{{}}'); INSERT INTO trail_pending VALUES ('{id}')"
        ))
        .unwrap();
        late
    });
    let mut late = late.await.unwrap();
    s.db.write(NOW, |tx| note(tx, "early")).await.unwrap();
    s.sealed().await;
    let before = s.db.read(trail::checkpoint).await.unwrap();
    tokio::task::spawn_blocking(move || late.batch_execute("COMMIT").unwrap()).await.unwrap();
    s.sealed().await;
    let found = s.verify().await;
    assert!(found.valid && found.unsealed == 0, "{found:?}");
    assert_eq!((found.checkpoint.number, found.records), (before.number + 1, 2));
    assert!(s.db.read(move |tx| trail::holds(tx, &before)).await.unwrap());
}

struct Nobody;

impl Gate for Nobody {
    fn actor<'a>(&'a self, _: &'a App, _: Credential) -> Boxed<'a, Result<Arc<Actor>>> {
        Box::pin(async { Ok(Arc::new(Actor::anonymous())) })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_waits_over_a_minute_is_reported_with_its_age_and_degrades_readiness() {
    for engine in ENGINES {
        let t = TestApp::new(engine, KERNEL, Nobody);
        let now = t.clock.now();
        // A seal after which there is no number left: from now on no sealer gets further.
        t.app.db.write(now, |tx| tx.execute(&JAM, &[i64::MAX.into()])).await.unwrap();
        let cx = kernel::web::Ctx::of(Actor::job("test", &[]), now, "r");
        t.app.db.write(now, move |tx| trail::record(&cx, tx, "did", &Ref::new("x", 1), &1, "").map(|_| ())).await.unwrap();
        let mut client = t.client();
        let ready = client.get("/readyz").await.expect(200).json();
        assert_eq!(ready["status"], "ready", "{engine:?}");
        t.clock.advance(Duration::from_secs(61));
        let late = client.get("/readyz").await.expect(200).json();
        assert_eq!(late["status"], "degraded", "{engine:?}");
        assert!(late["reason"].as_str().unwrap().contains("61 s"), "{late}");
        let now = t.clock.now();
        let found = t.app.db.read(move |tx| trail::verify(tx, now)).await.unwrap();
        assert_eq!((found.unsealed, found.oldest_unsealed_seconds), (1, Some(61)));
    }
}
