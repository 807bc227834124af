//! The course of a concern to its result.

use kernel::testing::TestApp;
use serde_json::json;

use crate::faults;
use crate::world::{engineer, go, member, owner, raised, values};

/// A concern that is done, with a story of its own team that was closed with evidence.
async fn done(t: &TestApp) -> i64 {
    let (mut m, mut e) = (member(t).await, engineer(t).await);
    let n = raised(t, "The load slows the morning").await;
    go(&mut e, n, "presented", &json!({})).await;
    go(&mut m, n, "needs-information", &json!({ "why": "How many customers?" })).await;
    go(&mut e, n, "presented", &json!({ "why": "Four in ten" })).await;
    go(&mut m, n, "accepted", &json!({ "why": "8 of 9 members" })).await;
    go(&mut e, n, "epic", &json!({ "epic": "Move the load", "epic_url": "https://issues.example.org/DP-204" })).await;
    go(&mut m, n, "vetted", &json!({ "why": "Clear and small" })).await;
    let path = format!("/api/v1/concerns/{n}");
    let story = json!({ "team": "checkout", "what": "Load at two in the morning", "issue": "https://issues.example.org/7" });
    let made = e.json("POST", &format!("{path}/stories"), &story).await.expect(201).json();
    let action = made["action"]["id"].as_str().unwrap().to_owned();
    assert_eq!(
        (&made["action"]["origin"]["id"], &made["action"]["expected"]["metric"]),
        (&json!(n.to_string()), &json!("latency"))
    );
    go(&mut e, n, "stories", &json!({})).await;
    let version = e.get(&path).await.json()["version"].clone();
    let early =
        e.json("POST", &format!("{path}/moves"), &json!({ "version": version, "to": "in-sprint" })).await.expect(422).json();
    assert_eq!(faults(&early), ["to"], "no story is in a sprint yet");
    let bad = e.json("PUT", &format!("{path}/stories/{action}"), &json!({ "sprint": -3 })).await.expect(422).json();
    assert_eq!(faults(&bad), ["sprint"]);
    e.json("PUT", &format!("{path}/stories/{action}"), &json!({ "sprint": 9 })).await.expect(200);
    go(&mut e, n, "in-sprint", &json!({})).await;
    let close = json!({ "version": 1, "state": "done", "evidence": { "words": "Runs at two since 25 October", "url": "" } });
    e.json("POST", &format!("/api/v1/actions/{action}/state"), &close).await.expect(200);
    let stood = go(&mut e, n, "done", &json!({})).await;
    assert_eq!(stood["stories"], json!({ "all": 1, "closed": 1, "done": 1, "in_sprint": 1 }));
    n
}

fn result(environment: &str) -> serde_json::Value {
    json!({ "changed": "2026-10-25", "environment": environment, "also_changed": "Traffic was 4 % higher", "instrumented": ["An alert on it"] })
}

pub(crate) async fn whole_course(t: TestApp) {
    values(&t).await;
    let n = done(&t).await;
    let (mut m, mut e) = (member(&t).await, engineer(&t).await);
    let path = format!("/api/v1/concerns/{n}");
    let preview = e.json("POST", &format!("{path}/comparison"), &result("production")).await.expect(200).json();
    assert_eq!(
        (&preview["method"], &preview["finding"], &preview["before"]["n"], &preview["after"]["n"]),
        (&json!("hodges-lehmann"), &json!("lower"), &json!(24), &json!(14))
    );
    assert_eq!(e.get(&format!("{path}/results")).await.expect(200).json()["items"], json!([]), "a look records nothing");
    let made = e.json("POST", &format!("{path}/results"), &result("production")).await.expect(201).json();
    let numbers = &made["numbers"];
    assert_eq!(numbers["headline"], "1.5 s lower");
    assert!(numbers["against"].as_str().unwrap().contains("lower by 1.4 s; it was reached"), "{numbers}");
    assert!(numbers.get("percent").is_none(), "fourteen after are too few for per cent");
    assert!(
        numbers["upper"].as_f64().unwrap() < 0.0
            && numbers["before"]["points"].as_array().unwrap().iter().all(|p| p["number"] != 99.0)
    );
    assert_eq!(made["said"]["instrumented"], json!(["An alert on it"]));
    let stood = go(&mut m, n, "measured", &json!({ "why": "Confirmed by the council" })).await;
    assert_eq!(stood["state"], "measured");
    go(&mut e, n, "result-presented", &json!({ "why": "At the meeting of 17 November" })).await;
    let bad =
        m.json("POST", &format!("{path}/moves"), &json!({ "version": 14, "to": "roadmap", "why": "x", "quarter": "soon" })).await;
    assert!([409, 422].contains(&bad.status), "{}", bad.text);
    let stood = go(&mut m, n, "roadmap", &json!({ "quarter": "2027-Q1", "why": "Heavy loads run out of hours" })).await;
    assert_eq!(
        (&stood["course"]["quarter"], &stood["course"]["follows"]),
        (&json!("2027-Q1"), &json!("Heavy loads run out of hours"))
    );
    let map = owner(&t).get("/api/v1/council/roadmap").await.expect(200).json();
    assert_eq!((&map["quarters"][0]["quarter"], &map["quarters"][0]["planned"][0]["number"]), (&json!("2027-Q1"), &json!(n)));
    assert_eq!(map["quarters"][1]["measured"][0]["words"], "Latency of Checkout: 1.5 s lower");
    let text = owner(&t).get("/council/roadmap/markdown").await.expect(200).text;
    assert!(text.contains("## Q1 2027") && text.contains("1.5 s lower"), "{text}");
    assert_eq!(owner(&t).get("/api/v1/council/roadmap/csv").await.expect(200).text.lines().count(), 4);
    assert!(owner(&t).get("/council/roadmap").await.expect(200).text.contains("Heavy loads run out of hours"));
    let page = owner(&t).get(&format!("/council/concerns/{n}")).await.expect(200).text;
    for part in [
        "1.5 s lower",
        "Move the load",
        "issues.example.org/7",
        "Confirmed by the council",
        "Load at two in the morning",
        "Traffic was 4 % higher",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let team = owner(&t).get("/teams/checkout/actions").await.expect(200).text;
    assert!(team.contains("C-1: The load slows the morning") || team.contains("Load at two in the morning"), "{team}");
    t.end().await;
}

pub(crate) async fn elsewhere(t: TestApp) {
    values(&t).await;
    let n = done(&t).await;
    let (mut m, mut e) = (member(&t).await, engineer(&t).await);
    let path = format!("/api/v1/concerns/{n}");
    let bad = e.json("POST", &format!("{path}/results"), &json!({ "environment": "moon" })).await.expect(422).json();
    assert_eq!(faults(&bad), ["environment", "changed"]);
    e.json("POST", &format!("{path}/results"), &result("pre-production")).await.expect(201);
    let version = m.get(&path).await.json()["version"].clone();
    let closing = json!({ "version": version, "to": "measured", "why": "It held in the test" });
    assert_eq!(faults(&m.json("POST", &format!("{path}/moves"), &closing).await.expect(422).json()), ["to"]);
    let page = owner(&t).get(&format!("/council/concerns/{n}")).await.expect(200).text;
    assert!(
        page.contains("Before production: shown, but it closes nothing") && page.contains("Waits for a result from production"),
        "{page}"
    );
    t.end().await;
}

pub(crate) async fn typed(t: TestApp) {
    let n = done(&t).await;
    let mut e = engineer(&t).await;
    let path = format!("/api/v1/concerns/{n}/results");
    let of = |kind: &str, before: &str, after: &str| json!({ "environment": "production", "typed": kind, "typed_what": "Uploads that fail, %", "typed_before": before, "typed_after": after });
    let bad = e.json("POST", &path, &of("shares", "34 von 500", "x")).await.expect(422).json();
    assert_eq!(faults(&bad), ["typed_before", "typed_after"]);
    let made = e.json("POST", &path, &of("shares", "34 of 500", "10 of 480")).await.expect(201).json();
    assert_eq!((&made["numbers"]["method"], &made["numbers"]["headline"]), (&json!("newcombe"), &json!("4.7 points lower")));
    let made = e.json("POST", &path, &of("events", "9 in 4", "0 in 4")).await.expect(201).json();
    assert_eq!(
        (&made["numbers"]["finding"], made["numbers"].get("lower")),
        (&json!("too-few"), None),
        "below five a side there are figures only"
    );
    let all = e.get(&path).await.expect(200).json();
    assert_eq!(all["items"].as_array().unwrap().len(), 2, "a later result stands beside the earlier");
    // Without values in the metric there is nothing to compare, and it is said.
    let bare = e.json("POST", &path, &result("production")).await.expect(201).json();
    assert_eq!(bare["numbers"]["finding"], "too-few");
    t.end().await;
}

pub(crate) async fn marked(t: TestApp) {
    values(&t).await;
    let n = done(&t).await;
    let (mut m, mut e) = (member(&t).await, engineer(&t).await);
    let path = format!("/api/v1/concerns/{n}");
    e.json("POST", &format!("{path}/results"), &result("production")).await.expect(201);
    let marks = |list: serde_json::Value| {
        list["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|m| m["url"] == format!("/council/concerns/{n}") && m.get("taken_back").is_none_or(serde_json::Value::is_null))
            .count()
    };
    let listed = "/api/v1/marks?on=team&slug=checkout";
    go(&mut m, n, "measured", &json!({ "why": "Confirmed" })).await;
    assert_eq!(marks(owner(&t).get(listed).await.expect(200).json()), 1);
    go(&mut e, n, "result-presented", &json!({ "why": "Today" })).await;
    go(&mut m, n, "measured", &json!({ "why": "A number was wrong" })).await;
    assert_eq!(marks(owner(&t).get(listed).await.expect(200).json()), 1, "a step back that keeps it measured keeps the mark");
    go(&mut m, n, "done", &json!({ "why": "Measure again" })).await;
    assert_eq!(marks(owner(&t).get(listed).await.expect(200).json()), 0);
    go(&mut m, n, "measured", &json!({ "why": "Confirmed again" })).await;
    assert_eq!(marks(owner(&t).get(listed).await.expect(200).json()), 1, "measured anew is marked anew");
    t.end().await;
}
