//! Bad input and missing rights: refused with the place and the remedy, nothing stored.

use kernel::testing::TestApp;
use serde_json::{Value, json};

use crate::world::{World, instant};

fn source() -> Value {
    json!({ "name": "Latency", "metric": "latency", "subject": "payments", "every_minutes": 60, "pull": instant("https://mon.example.org") })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_a_source_is_named_and_nothing_is_made() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let outside = json!({ "kind": "git", "location": "/etc", "what": "commits" });
        let days = json!({ "kind": "git", "location": "https://code.example.org/a", "what": "median-lead-days" });
        let mut secret = instant("https://mon.example.org");
        secret["secret"] = "nowhere".into();
        for (field, value, at, words) in [
            ("name", json!(""), "name", "missing"),
            ("name", json!("a\u{0}b"), "name", "control character"),
            ("slug", json!("new"), "slug", "address of the form"),
            ("slug", json!("No Key"), "slug", "is no key"),
            ("metric", json!("nowhere"), "metric", "There is no metric “nowhere”"),
            ("metric", json!("a\u{0}b"), "", ""),
            ("subject", json!("nowhere"), "subject", "there is no team “nowhere”"),
            ("every_minutes", json!(14), "every_minutes", "15 to 44640 minutes"),
            ("every_minutes", json!(44_641), "every_minutes", "15 to 44640 minutes"),
            ("pull", instant("mon.example.org"), "pull.url", "Write it like https://"),
            ("pull", instant("https://me:pa55@mon.example.org"), "pull.url", "name a secret"),
            ("pull", secret, "pull.secret", "[[secret]]"),
            ("pull", outside, "pull.location", "roots in [git] in the configuration"),
            ("pull", days, "pull.what", "Choose a metric in days"),
        ] {
            let mut new = source();
            new[field] = value.clone();
            let refused = w.post("/api/v1/sources", &new).await.expect(422);
            let faults = refused.json()["faults"].clone();
            assert!(
                faults[0]["at"].as_str().unwrap().contains(at) && refused.text.contains(words),
                "{field} {value}: {}",
                refused.text
            );
            assert!(!refused.text.contains("pa55"));
        }
        for body in [json!({}), json!({ "name": "x" }), json!({ "pull": 5 }), json!([])] {
            w.post("/api/v1/sources", &body).await.expect(422);
        }
        assert_eq!(w.get("/api/v1/sources").await.json()["items"], json!([]));
        for path in ["nowhere", "No%20Key", "a%00b", "%FF"] {
            for (method, tail) in [
                ("GET", ""),
                ("GET", "/runs"),
                ("POST", "/run"),
                ("POST", "/trial"),
                ("POST", "/archival"),
                ("GET", "/backfill"),
                ("POST", "/backfill"),
            ] {
                let answer = w.client("engineer").json(method, &format!("/api/v1/sources/{path}{tail}"), &Value::Null).await;
                assert_eq!(answer.status, 404, "{method} {path}{tail}: {}", answer.text);
            }
        }
        for query in ["limit=0", "limit=501", "cursor=zz", "cursor=6100"] {
            w.get(&format!("/api/v1/sources?{query}")).await.expect(422);
        }
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_slots_and_versions_are_taken_once() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let made = w.post("/api/v1/sources", &source()).await.expect(201).json();
        assert_eq!((made["slug"].as_str(), made["version"].as_i64()), (Some("latency"), Some(1)));
        let mut other = source();
        other["name"] = "Another".into();
        let refused = w.post("/api/v1/sources", &other).await.expect(409);
        assert!(refused.text.contains("“Latency” pulls latency for payments already"), "{}", refused.text);
        other["subject"] = "search".into();
        other["name"] = "LATENCY".into();
        let refused = w.post("/api/v1/sources", &other).await.expect(409);
        assert!(refused.text.contains("Choose another name"), "{}", refused.text);
        other["name"] = "Another".into();
        w.post("/api/v1/sources", &other).await.expect(201);

        let patch = |slug: &'static str, body: Value| {
            let mut client = w.client("engineer");
            async move { client.json("PATCH", &format!("/api/v1/sources/{slug}"), &body).await }
        };
        let mut change = source();
        change["every_minutes"] = 90.into();
        change["version"] = 1.into();
        assert_eq!(patch("latency", change.clone()).await.expect(200).json()["version"], 2);
        let late = patch("latency", change.clone()).await.expect(409);
        assert!(late.text.contains("at version 2 meanwhile"), "{}", late.text);
        change["version"] = Value::Null;
        change["name"] = "Another".into();
        patch("latency", change.clone()).await.expect(409);
        change["name"] = "Latency".into();
        change["subject"] = "search".into();
        assert!(patch("latency", change.clone()).await.expect(422).text.contains("stay"));
        change["subject"] = "payments".into();
        change["slug"] = "other".into();
        assert!(patch("latency", change).await.expect(422).text.contains("The key “latency” stays"));

        // Put away, its name and its place are free again, its key is not.
        w.post("/api/v1/sources/latency/archival", &Value::Null).await.expect(204);
        w.post("/api/v1/sources/latency/archival", &Value::Null).await.expect(409);
        w.post("/api/v1/sources", &source()).await.expect(409);
        let mut again = source();
        again["slug"] = "latency-2".into();
        w.post("/api/v1/sources", &again).await.expect(201);
        assert_eq!(w.source("latency").await["health"], "archived");
        let listed = w.get("/api/v1/sources").await.json();
        let slugs: Vec<&str> = listed["items"].as_array().unwrap().iter().map(|s| s["slug"].as_str().unwrap()).collect();
        assert_eq!(slugs, ["another", "latency-2"]);
        let first = w.get("/api/v1/sources?limit=1").await.json();
        let rest = w.get(&format!("/api/v1/sources?cursor={}", first["next"].as_str().unwrap())).await.json();
        assert_eq!(rest["items"][0]["slug"], "latency-2");
        let verbs = w.get(&format!("/api/v1/trail?kind=source&id={}", made["id"].as_str().unwrap())).await.json();
        let mut verbs: Vec<&str> = verbs["items"].as_array().unwrap().iter().map(|r| r["verb"].as_str().unwrap()).collect();
        // All of one moment of the clock, so in no order.
        verbs.sort_unstable();
        assert_eq!(verbs, ["archived", "changed", "made"]);
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_signed_in_reads_and_the_platform_engineer_changes() {
    let w = World::new(TestApp::ENGINES[0]).await;
    w.post("/api/v1/sources", &source()).await.expect(201);
    w.feed("Portal", json!({ "kind": "backstage-api", "url": "https://portal.example" })).await;
    for route in sources::ROOM.routes {
        let path = route.path.replace("{source}", "latency").replace("{feed}", "portal");
        let mut status = Vec::new();
        for who in ["nobody", "reader", "member"] {
            let answer = match (route.method, path.starts_with("/api/")) {
                ("GET", _) => w.client(who).get(&path).await,
                (_, false) => w.client(who).form(&path, &[]).await,
                (method, true) => w.client(who).json(method, &path, &json!({ "broken": true })).await,
            };
            status.push(answer.status);
        }
        let reads = route.method == "GET" && !path.ends_with("/new") && !path.ends_with("/change");
        let expected = if reads { [401, 200, 200] } else { [401, 403, 403] };
        assert_eq!(status, expected, "{} {path}", route.method);
    }
    assert_eq!(w.source("latency").await["version"], 1);
    w.t.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_changes_nothing_when_it_is_applied() {
    use kernel::configured::{Action, apply, export, plan};
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        w.post("/api/v1/sources", &source()).await.expect(201);
        w.feed("Portal", json!({ "kind": "git", "url": "git@code.example:estate", "paths": ["a/**/*.yaml"] })).await;
        let kinds = || sources::configured::CONFIGURED.iter().collect::<Vec<_>>();
        let text = w.t.app.db.read(move |tx| export(&kinds(), tx)).await.unwrap();
        let same = text.clone();
        let found = w.t.app.db.read(move |tx| plan(&kinds(), tx, &same)).await.unwrap();
        assert!(found.steps.len() == 2 && found.steps.iter().all(|s| s.action == Action::Unchanged), "{text}\n{found:?}");
        let changed = text.replace("every_minutes: 60", "every_minutes: 90").replace("a/**/*.yaml", "b/**/*.yaml");
        let cx = kernel::web::Ctx::of(kernel::web::Actor::job("test", &[&people::rights::SOURCES]), w.t.app.now(), "x");
        let done = w.t.app.write(&cx, move |cx, tx| apply(&kinds(), cx, tx, &changed)).await.unwrap();
        assert_eq!(done.steps[0].action, Action::Change);
        assert_eq!(w.source("latency").await["every_minutes"], 90);
        assert_eq!(done.steps[1].action, Action::Change);
        assert_eq!(w.feed_of("portal").await["from"]["paths"], json!(["b/**/*.yaml"]));
        w.t.end().await;
    }
}
