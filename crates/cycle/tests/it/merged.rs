//! A team that is another under a second name: what it said, stated and was asked follows.

use kernel::testing::TestApp;
use people::Role;
use serde_json::json;

use crate::running::{capture, opened};
use crate::world::{owner, person};

crate::on_both! {
    what_the_duplicate_said_is_that_of_the_team_that_stays;
}

static FOLLOWERS: [catalogue::acts::merge::Follower; 2] = [actions::acts::merge::FOLLOWER, cycle::acts::merge::FOLLOWER];

async fn what_the_duplicate_said_is_that_of_the_team_that_stays(t: TestApp) {
    catalogue::acts::merge::provide(&FOLLOWERS);
    let at = opened(&t).await;
    let mut c = owner(&t);
    let (mut ana, _) = person(&t, "Ana", Role::Engineer, "teams/search").await;
    let mut said = capture("one", "question", "Which budget?");
    said["team"] = json!("search");
    ana.json("POST", &format!("/api/v1{at}/captures"), &said).await.expect(201);
    let share = json!({ "group": "shop", "team": "search", "body": { "title": "Loading data" } });
    let share = c.json("POST", "/api/v1/tech-shares", &share).await.expect(201).json();
    let share = format!("/api/v1/tech-shares/{}", share["id"].as_str().unwrap());
    c.json("POST", &format!("{share}/adoptions"), &json!({ "team": "search", "what": "The window" })).await.expect(201);
    for (sprint, team, asked) in [(23, "search", 40), (23, "checkout", 24), (24, "search", 8)] {
        let hours = json!({ "version": 0, "asked": asked });
        c.json("PUT", &format!("/api/v1/teams/{team}/capacity/{sprint}"), &hours).await.expect(200);
    }
    let mut notice = json!({ "group": "shop", "kind": "information", "title": "TLS", "body": "x", "acknowledge_by": "2026-12-04" });
    notice["teams"] = json!(["search"]);
    c.json("POST", "/api/v1/notices", &notice).await.expect(201);
    c.json("POST", "/api/v1/notices/1/acknowledgements", &json!({ "team": "search", "version": 1 })).await.expect(201);

    let merge = json!({ "into": "checkout", "keep": false, "reason": "Two names of one" });
    let done = c.json("POST", "/api/v1/teams/search/merge", &merge).await.expect(200).json();
    let count = |what: &str| done["taken"].as_array().unwrap().iter().find(|t| t["what"] == what).map(|t| t["count"].clone());
    for (what, n) in [("statements of capacity", 1), ("tech shares", 2), ("captures", 1), ("acknowledgements", 1)] {
        assert_eq!(count(what), Some(json!(n)), "{what}: {done}");
    }
    let captures = c.get(&format!("/api/v1{at}/captures")).await.expect(200).json();
    assert_eq!(captures["items"][0]["team"]["slug"], "checkout");
    let share = c.get(&share).await.expect(200).json();
    assert_eq!((&share["team"]["slug"], &share["adopted"][0]["team"]["slug"]), (&json!("checkout"), &json!("checkout")));
    let hours = |of: &serde_json::Value| of["asked"].clone();
    let own = c.get("/api/v1/teams/checkout/capacity/23").await.expect(200).json();
    let taken = c.get("/api/v1/teams/checkout/capacity/24").await.expect(200).json();
    assert_eq!((hours(&own), hours(&taken)), (json!(24), json!(8)), "what both stated stays as the team that stays stated it");
    let n = c.get("/api/v1/notices/1").await.expect(200).json();
    assert_eq!(n["teams"][0]["team"]["slug"], "checkout", "{n}");
    assert!(n["teams"][0]["acknowledged"].is_object(), "{n}");
    t.end().await;
}
