//! Stories whose issue stands in a tracker that is known here.

use kernel::config::{Config, Secret};
use kernel::db::Engine;
use kernel::testing::TestApp;
use people::PeopleGate;
use serde_json::json;

use crate::world::{ROOMS, filled, go, member, owner, raised};

/// A concern whose epic is vetted, so that stories can be cut.
async fn vetted(t: &TestApp) -> i64 {
    let number = raised(t, "Quotes wait for the nightly load").await;
    let mut m = member(t).await;
    go(&mut m, number, "presented", &json!({})).await;
    go(&mut m, number, "accepted", &json!({ "why": "Eight of nine", "deciders": ["Aoife"] })).await;
    go(&mut m, number, "epic", &json!({ "epic": "Loads out of hours" })).await;
    go(&mut m, number, "vetted", &json!({ "why": "It can be measured" })).await;
    number
}

pub(crate) async fn stories(engine: Engine) {
    let mut config = Config::default();
    let file = std::env::temp_dir().join(format!("bw-council-{}", std::process::id()));
    std::fs::write(&file, "t0ken").unwrap();
    config.secrets.push(Secret { name: "github".into(), hosts: vec!["api.github.com".into()], file, scheme: "bearer".into() });
    let t = filled(TestApp::with(engine, ROOMS, PeopleGate::new()).config(config).build()).await;
    let mut c = owner(&t);
    let tracker = json!({
        "name": "Payments", "kind": "github", "url": "https://api.github.com", "project": "harbour/payments", "secret": "github"
    });
    c.json("POST", "/api/v1/trackers", &tracker).await.expect(201);
    let number = vetted(&t).await;
    let path = format!("/api/v1/concerns/{number}/stories");
    let story = |what: &str, issue: &str| json!({ "team": "checkout", "what": what, "issue": issue });

    let made = c.json("POST", &path, &story("Move the load", "https://github.com/harbour/payments/issues/12")).await.expect(201);
    let made = made.json();
    let issue = &made["issues"][0];
    assert_eq!((issue["name"].as_str(), issue["state"].as_str()), (Some("12"), Some("unknown")), "{made}");
    // Another project, another host, no tracker: only a link.
    for url in ["https://github.com/harbour/other/issues/12", "https://example.org/harbour/payments/issues/12", ""] {
        let made = c.json("POST", &path, &story("Elsewhere", url)).await.expect(201).json();
        assert!(made.get("issues").is_none(), "{url}: {made}");
    }
    let page = c.get(&format!("/council/concerns/{number}")).await.expect(200).text;
    assert!(page.contains("Not read yet") && page.contains(">issues/12</bdi>") && page.contains("#12"), "{page}");

    // Another address takes its place; the one before is followed no more.
    let id = made["action"]["id"].as_str().unwrap();
    let mut edit = c.get(&format!("/api/v1/actions/{id}")).await.expect(200).json();
    let change = json!({
        "version": edit["version"].take(), "what": "Move the load", "owner": "principal-engineer", "goal": edit["goal"].take(),
        "issue": "https://github.com/harbour/payments/issues/13"
    });
    c.json("PUT", &format!("/api/v1/actions/{id}"), &change).await.expect(200);
    let view = c.get(&format!("/api/v1/concerns/{number}")).await.expect(200).json();
    let moved = view["work"].as_array().unwrap().iter().find(|s| s["action"]["id"] == id).unwrap();
    let names: Vec<_> = moved["issues"].as_array().unwrap().iter().map(|i| i["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["13"]);
    // Whoever looks at the concern sees it when an issue of one of its stories changes.
    trackers::acts::provide(actions::store::announce::issue_changed);
    let mut heard = t.app.live.listen(&format!("concern:{number}"));
    heard.mark_unchanged();
    let link = json!({ "tracker": "payments", "issue": "14" });
    c.json("POST", &format!("/api/v1/actions/{id}/issues"), &link).await.expect(201);
    assert!(heard.has_changed().unwrap());
    t.end().await;
}
