//! When sources run by themselves, and what a killed server leaves behind.

use std::time::Duration;

use kernel::testing::TestApp;
use kernel::web::{Actor, Ctx};
use people::rights;
use serde_json::json;

use crate::far::{Far, Play, sample};
use crate::world::{World, instant};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn a_source_runs_in_its_slots_and_sooner_after_a_failure() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let far = Far::start(sample("5")).await;
        let slug = w.make("Latency", "latency", "payments", instant(&far.url())).await;
        let count = || async { w.runs(&slug).await.len() };
        assert_eq!(w.source(&slug).await["health"], "new");
        w.tick().await;
        w.tick().await;
        assert_eq!(count().await, 1, "one slot, one run");
        assert_eq!(w.source(&slug).await["next_run_at"], "2026-11-17T16:33:00Z");
        w.t.clock.advance(59 * MINUTE);
        w.tick().await;
        assert_eq!(count().await, 1);
        far.now(Play::Half);
        w.t.clock.advance(3 * MINUTE);
        w.tick().await;
        assert_eq!(count().await, 2);
        // Two minutes late, so the try after five minutes is at 16:40, the next slot at 17:33.
        let retries =
            [("2026-11-17T16:40:00Z", 5), ("2026-11-17T16:50:00Z", 10), ("2026-11-17T17:10:00Z", 20), ("2026-11-17T17:33:00Z", 23)];
        for (n, (at, wait)) in retries.into_iter().enumerate() {
            assert_eq!(w.source(&slug).await["next_run_at"], at, "after {} failures", n + 1);
            w.t.clock.advance(wait * MINUTE);
            w.tick().await;
            assert_eq!(count().await, n + 3);
        }
        far.now(sample("6"));
        w.t.clock.advance(60 * MINUTE);
        w.tick().await;
        let source = w.source(&slug).await;
        assert_eq!(
            (source["failures"].as_i64(), source["next_run_at"].as_str()),
            (Some(0), Some("2026-11-17T19:33:00Z")),
            "{source}"
        );
        // By hand at any time, with a name; the slots stay where they are.
        w.t.clock.advance(7 * MINUTE);
        let run = w.run(&slug).await;
        assert_eq!(run["asked_by"], "Ann engineer");
        assert!(w.runs(&slug).await[1].get("asked_by").is_none());
        assert_eq!(w.source(&slug).await["next_run_at"], "2026-11-17T19:33:00Z");
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_a_killed_server_left_is_told_and_the_source_runs_again() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let far = Far::start(sample("5")).await;
        let slug = w.make("Latency", "latency", "payments", instant(&far.url())).await;
        // What a killed server has done: the claim, and nothing more.
        let job = || Ctx::of(Actor::job("collector", &[&rights::SOURCES]), w.t.app.now(), "x");
        let claim = || {
            let slug = slug.clone();
            let (app, cx) = (w.t.app.clone(), job());
            async move {
                app.write(&cx, move |cx, tx| sources::acts::claim(cx, tx, &slug, 3 * MINUTE).map(|c| c.map(|c| c.number))).await
            }
        };
        assert_eq!(claim().await.unwrap(), Some(1));
        assert_eq!(claim().await.unwrap(), None);
        w.tick().await;
        assert!(w.runs(&slug).await.is_empty(), "somebody else has it");
        assert_eq!(w.source(&slug).await["health"], "running");
        w.t.clock.advance(4 * MINUTE);
        w.tick().await;
        let runs = w.runs(&slug).await;
        assert_eq!((runs[0]["outcome"].as_str(), runs[0]["number"].as_i64()), (Some("stored"), Some(2)));
        assert_eq!((runs[1]["outcome"].as_str(), runs[1]["number"].as_i64()), (Some("failed"), Some(1)));
        assert!(runs[1]["message"].as_str().unwrap().contains("The server stopped"), "{}", runs[1]);
        assert_eq!(w.source(&slug).await["health"], "good");
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_is_paged_and_kept_to_its_number() {
    let w = World::new(TestApp::ENGINES[0]).await;
    let far = Far::start(sample("5")).await;
    let slug = w.make("Latency", "latency", "payments", instant(&far.url())).await;
    for _ in 0..203 {
        w.run(&slug).await;
    }
    let (mut numbers, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = w.get(&format!("/api/v1/sources/{slug}/runs?limit=90{cursor}")).await.expect(200).json();
        numbers.extend(page["items"].as_array().unwrap().iter().map(|r| r["number"].as_i64().unwrap()));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(numbers, (4..=203).rev().collect::<Vec<_>>());
    let page = w.get(&format!("/sources/{slug}")).await.expect(200).text;
    assert!(page.contains("Older runs") && page.contains("before=179"), "{page}");
    let older = w.get(&format!("/sources/{slug}?before=29")).await.expect(200).text;
    assert!(older.contains("Newest runs") && !older.contains("Older runs"));
    w.t.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn before_anything_has_closed_nobody_is_asked() {
    let w = World::new(TestApp::ENGINES[0]).await;
    let far = Far::start(sample("5")).await;
    let group = json!({ "name": "Young", "zone": "UTC", "sprint_days": 14, "first_number": 1, "first_day": "2026-11-16" });
    w.post("/api/v1/groups", &group).await.expect(201);
    w.post("/api/v1/teams", &json!({ "name": "Fresh", "group": "young" })).await.expect(201);
    let slug = w.make("Lead", "lead", "fresh", instant(&far.url())).await;
    let run = w.run(&slug).await;
    assert_eq!(run["outcome"], "nothing");
    assert!(run["message"].as_str().unwrap().starts_with("No sprint of the group’s calendar has closed yet"), "{run}");
    assert!(far.seen().is_empty());
    w.t.end().await;
}
