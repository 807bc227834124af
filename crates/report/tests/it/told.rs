//! What a report tells its session.

use kernel::testing::TestApp;
use kernel::web::{Actor, Ctx};
use report::told::NotableKind;

use crate::world::World;

/// What the report of Cargo's sprint tells of the metric “errors”, of which at most five are agreed.
async fn told(w: &World, sprint: i64) -> Vec<(NotableKind, String)> {
    let cx = Ctx::of(Actor::job("told", &[]), w.t.app.now(), "test");
    let told = w.t.app.read(&cx, move |cx, tx| {
        let group = catalogue::store::group_by_slug(tx, "port")?;
        report::acts::told::of_group(cx, tx, group.id, sprint)
    });
    let cargo = told.await.unwrap().into_iter().find(|(_, t)| t.slug == "cargo").unwrap().1;
    cargo.notable.into_iter().filter(|n| n.href == "/metrics/errors/cargo").map(|n| (n.kind, n.words)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_was_missed_before_is_no_news_whether_or_not_somebody_reviewed_it() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        w.says("errors", "cargo", 20, 4.0).await;
        w.says("errors", "cargo", 21, 9.0).await;
        assert_eq!(told(&w, 21).await, [(NotableKind::Crossing, "Title of errors misses its target (at most 5).".to_owned())]);
        w.says("errors", "cargo", 22, 8.0).await;
        let still = (NotableKind::Still, "Title of errors still misses its target (at most 5).".to_owned());
        assert_eq!(told(&w, 22).await, std::slice::from_ref(&still));
        w.freeze().await;
        assert_eq!(told(&w, 22).await, [still]);
        w.t.end().await;
    }
}
