//! The sealer beside the workers.

use super::*;

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
