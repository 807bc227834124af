//! The application that tests of rooms stand on.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use kernel::error::Result;
use kernel::room::Room;
use kernel::testing::TestApp;
use kernel::web::{Actor, App, Boxed, Credential, Gate};

static ROOMS: &[&Room] = &[&kernel::ROOM];

struct Nobody;

impl Gate for Nobody {
    fn actor<'a>(&'a self, _: &'a App, _: Credential) -> Boxed<'a, Result<Arc<Actor>>> {
        Box::pin(async { Ok(Arc::new(Actor::anonymous())) })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_of_a_test_serves_on_both_engines_and_starts_empty() {
    for engine in TestApp::ENGINES {
        let (a, b) = (TestApp::new(engine, ROOMS, Nobody), TestApp::new(engine, ROOMS, Nobody));
        assert_eq!(a.app.db.engine(), engine);
        let store = |t: &TestApp| {
            let (app, now) = (t.app.clone(), t.clock.now());
            async move { app.db.write(now, |tx| kernel::outbox::put(tx, TestApp::START, "mail", "", &1).map(|_| ())).await.unwrap() }
        };
        store(&a).await;
        assert_eq!(a.app.db.read(kernel::outbox::waiting).await.unwrap(), 1, "{engine:?}");
        assert_eq!(b.app.db.read(kernel::outbox::waiting).await.unwrap(), 0, "{engine:?}");
        let ready = b.client().get("/readyz").await.expect(200);
        assert!(ready.text.contains("ready"), "{}", ready.text);
        b.clock.advance(Duration::from_secs(60));
        assert_eq!(b.app.now(), TestApp::START.plus(Duration::from_secs(60)));
        b.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[should_panic(expected = "messages wait in the outbox")]
async fn a_message_that_nobody_sent_fails_the_test() {
    let t = TestApp::new(TestApp::ENGINES[0], ROOMS, Nobody);
    t.app.db.write(TestApp::START, |tx| kernel::outbox::put(tx, TestApp::START, "mail", "", &1).map(|_| ())).await.unwrap();
    t.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_gives_the_same_secrets() {
    let secret = |seed| TestApp::with(TestApp::ENGINES[0], ROOMS, Nobody).seed(seed).build().app.secret().unwrap();
    let all: BTreeSet<String> = [secret(1), secret(1), secret(2)].into();
    assert_eq!(all.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_learns_nothing_from_what_is_wrong_with_a_request() {
    let t = TestApp::new(TestApp::ENGINES[0], ROOMS, Nobody);
    let refused = t.client().get("/api/v1/trail?limit=none").await.expect(401);
    assert_eq!(refused.headers["content-type"], "application/problem+json");
    let missing = t.client().get("/assets/%FF").await;
    assert_eq!(missing.status, 404, "{}", missing.text);
}
