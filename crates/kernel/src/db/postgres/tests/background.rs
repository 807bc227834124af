//! The threads beside the workers: topics between instances, and the sealer.

use super::*;

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
    let rows =
        connect_raw(pg.config()).unwrap().query("SELECT count(*), count(DISTINCT seal) FROM trail_member", &[], &[]).unwrap();
    assert_eq!((rows[0].int(0).unwrap(), rows[0].int(1).unwrap()), (40, 1));
    a.close();
    b.close();
}
