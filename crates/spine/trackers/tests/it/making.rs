//! Issues that are made from a thing: once, whatever happens in between.

use std::time::Duration;

use kernel::db::Engine;
use kernel::error::Error;
use trackers::jobs;

use crate::far::{Far, Trouble};
use crate::world::{fault, issues, link, owner, stands, words, world};

on_both! {
    an_issue_is_made_in_each_program_with_a_link_back;
    an_answer_that_is_lost_makes_no_second_issue;
    a_sender_that_ends_in_the_middle_makes_no_second_issue;
    what_a_tracker_refuses_can_be_asked_for_again;
}

async fn an_issue_is_made_in_each_program_with_a_link_back(engine: Engine) {
    for (kind, name, secret) in [
        ("github", "1", "Bearer gh-t0ken"),
        ("gitlab", "1", "gl-t0ken"),
        ("jira", "PAY-1", "Basic a29maUBleGFtcGxlLm9yZzpqLXQwa2Vu"),
    ] {
        let far = Far::start().await;
        let t = world(engine, far.address).await;
        link(&t, 1, kind, None).await.unwrap();
        // Asked for twice, before and after it was made.
        assert!(matches!(link(&t, 1, kind, None).await, Err(Error::Conflict(_))), "{engine:?} {kind}");
        jobs::make(&t.app).await.unwrap();
        assert!(matches!(link(&t, 1, kind, None).await, Err(Error::Conflict(_))));
        jobs::make(&t.app).await.unwrap();
        let made = far.issues();
        assert_eq!(made.len(), 1, "{kind}");
        assert_eq!(made[0].title, "Add <jitter>");
        assert!(made[0].text.contains("Goal: half the wake-ups") && made[0].text.contains("https://bellwether.example/actions/x"));
        assert!(far.secrets().iter().all(|s| s == secret), "{:?}", far.secrets());
        jobs::follow(&t.app).await.unwrap();
        let found = issues(&t, 1).await;
        assert_eq!((found[0].name.as_str(), found[0].title.as_str(), found[0].state.key()), (name, "Add <jitter>", "open"));
        // Another thing gets an issue of its own.
        link(&t, 2, kind, None).await.unwrap();
        jobs::make(&t.app).await.unwrap();
        assert_eq!(far.issues().len(), 2);
        t.end().await;
    }
}

async fn an_answer_that_is_lost_makes_no_second_issue(engine: Engine) {
    for kind in ["github", "gitlab", "jira"] {
        let far = Far::start().await;
        let t = world(engine, far.address).await;
        far.trouble(&[Trouble::Silent], 0);
        link(&t, 1, kind, None).await.unwrap();
        jobs::make(&t.app).await.unwrap();
        assert_eq!(far.issues().len(), 1, "{engine:?} {kind}");
        assert!(issues(&t, 1).await.is_empty());
        assert!(fault(&t, kind).await.contains("within 1 s"), "{}", fault(&t, kind).await);
        t.clock.advance(Duration::from_secs(120));
        jobs::make(&t.app).await.unwrap();
        assert_eq!(far.issues().len(), 1, "found by its marker");
        assert_eq!(issues(&t, 1).await.len(), 1);
        assert_eq!(fault(&t, kind).await, "");
        t.end().await;
    }
}

async fn a_sender_that_ends_in_the_middle_makes_no_second_issue(engine: Engine) {
    let far = Far::start().await;
    let t = world(engine, far.address).await;
    far.trouble(&[Trouble::Silent], 0);
    link(&t, 1, "github", None).await.unwrap();
    let app = t.app.clone();
    let run = tokio::spawn(async move { jobs::make(&app).await });
    while far.issues().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // The issue is made, and nobody noted that.
    run.abort();
    assert!(run.await.unwrap_err().is_cancelled());
    jobs::make(&t.app).await.unwrap();
    assert_eq!(far.issues().len(), 1, "{engine:?}");
    assert_eq!(issues(&t, 1).await[0].name, "1");
    t.end().await;
}

async fn what_a_tracker_refuses_can_be_asked_for_again(engine: Engine) {
    let far = Far::start().await;
    let t = world(engine, far.address).await;
    far.trouble(&[Trouble::Refuse], 0);
    link(&t, 1, "github", None).await.unwrap();
    jobs::make(&t.app).await.unwrap();
    assert!(far.issues().is_empty() && issues(&t, 1).await.is_empty(), "{engine:?}");
    assert!(fault(&t, "github").await.contains("Validation Failed"));
    let page = owner(&t).get("/trackers/github").await.expect(200).text;
    assert!(page.contains("Fails") && page.contains("Validation Failed"), "{page}");
    link(&t, 1, "github", None).await.unwrap();
    jobs::make(&t.app).await.unwrap();
    jobs::follow(&t.app).await.unwrap();
    assert_eq!(stands(&t, 1).await, words("open", "open", "2026-11-01T10:00:00Z"));
    t.end().await;
}
