//! Imports, on both engines.

use std::time::Duration;

use kernel::error::Error;
use kernel::ids::Id;
use kernel::imports;

use crate::stage::{ALL_LOADED, ENGINES, LOAD_ROW, NOW, PUBLISHED_ROWS, Stage, UNLOAD_ROWS, context};

async fn begin(s: &Stage) -> Id {
    s.db.write(NOW, |tx| imports::begin(&context(), tx, "things")).await.unwrap()
}

/// One chunk in a unit of work of its own.
async fn load(s: &Stage, id: Id, from: i64, rows: i64) -> kernel::Result<()> {
    s.db.append(NOW, move |tx| {
        imports::loaded(tx, id, rows)?;
        tx.upsert(&LOAD_ROW, 2, (from..from + rows).map(|n| vec![id.into(), n.into()]).collect()).map(|_| ())
    })
    .await
}

async fn seen(s: &Stage) -> i64 {
    s.db.read(|tx| tx.one(&PUBLISHED_ROWS, &[])?.int(0)).await.unwrap()
}

async fn stored(s: &Stage) -> i64 {
    s.db.read(|tx| tx.one(&ALL_LOADED, &[])?.int(0)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_an_import_is_seen_until_all_of_it_is() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        let id = begin(&s).await;
        for chunk in 0..3 {
            let rows = imports::CHUNK as i64;
            load(&s, id, chunk * rows, rows).await.unwrap();
            assert_eq!(seen(&s).await, 0, "{engine:?}");
        }
        s.db.write(NOW, move |tx| imports::publish(tx, id, NOW)).await.unwrap();
        assert_eq!(seen(&s).await, 3 * imports::CHUNK as i64, "{engine:?}");
        // It is over: no further row, no second publication, no abort.
        assert!(matches!(load(&s, id, 9_000, 1).await, Err(Error::Conflict(_))));
        assert!(matches!(s.db.write(NOW, move |tx| imports::publish(tx, id, NOW)).await, Err(Error::Conflict(_))));
        assert!(matches!(s.db.write(NOW, move |tx| imports::abort(tx, id, NOW)).await, Err(Error::Conflict(_))));
        assert_eq!(seen(&s).await, 3 * imports::CHUNK as i64);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_was_aborted_is_never_seen() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        let id = begin(&s).await;
        load(&s, id, 0, 10).await.unwrap();
        s.db.write(NOW, move |tx| imports::abort(tx, id, NOW)).await.unwrap();
        assert!(matches!(load(&s, id, 10, 10).await, Err(Error::Conflict(_))), "{engine:?}");
        assert!(matches!(s.db.write(NOW, move |tx| imports::publish(tx, id, NOW)).await, Err(Error::Conflict(_))));
        assert_eq!(seen(&s).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_a_crash_left_open_is_given_up_with_its_rows_and_others_stay() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        let (left, done) = (begin(&s).await, begin(&s).await);
        load(&s, left, 0, 10).await.unwrap();
        load(&s, done, 0, 5).await.unwrap();
        s.db.write(NOW, move |tx| imports::publish(tx, done, NOW)).await.unwrap();
        // The process ends here without a word; the next one finds it.
        let (next, _) = s.another();
        let drop_before = |before| {
            next.write(NOW, move |tx| {
                let ids = imports::drop_stale(tx, before, NOW)?;
                for id in &ids {
                    tx.execute(&UNLOAD_ROWS, &[(*id).into()])?;
                }
                Ok(ids)
            })
        };
        // One that may still be under way is left alone.
        assert_eq!(drop_before(NOW).await.unwrap(), [], "{engine:?}");
        let later = NOW.plus(Duration::from_secs(1));
        assert_eq!(drop_before(later).await.unwrap(), [left]);
        assert_eq!((seen(&s).await, stored(&s).await), (5, 5));
        assert_eq!(drop_before(later).await.unwrap(), []);
        // Should the loader be alive after all, it learns that it is too late.
        assert!(matches!(load(&s, left, 10, 1).await, Err(Error::Conflict(_))));
        next.close();
    }
}
