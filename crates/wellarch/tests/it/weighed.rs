//! Facts beside answers: they support, contradict, grow old, and never answer; over HTTP on both engines.

use kernel::testing::{Client, TestApp};
use serde_json::{Value, json};

use crate::world::owner;

crate::on_both! {
    facts_stand_beside_a_choice_and_never_tick_it;
    where_answer_and_evidence_part_is_listed;
    a_milestone_keeps_what_was_known;
}

const LENS: &str = "lens: small\nname: Small\nversion: \"1\"\npillars:\n  - id: only\n    name: Only\n    questions:\n      - id: Q-01\n        \
    title: How one?\n        choices:\n          - id: restore\n            title: A restore is rehearsed\n            what: w\n            why: y\n            \
    first_step: Do it. (hours)\n            evidence:\n              supported: { all: [ { fact: backup.restore.held_at, op: exists, max_age: 183d } ] }\n              \
    contradicted: { any: [ { fact: backup.age_hours, op: gt, value: 192, max_age: 30d } ] }\n          - id: access\n            title: Rights are \
    narrow\n            what: w\n            why: y\n            first_step: Do it. (hours)\n            maps: { aws: [SEC03-BP02] }\n          - { id: \
    other, title: Other, what: w, why: y, first_step: Do c. (days) }\n        risk:\n          - { when: restore, then: none }\n          - { default: high }\n";

const REVIEW: &str = "/api/v1/workloads/ledger/reviews/small";

async fn begun(t: &TestApp) -> Client {
    let mut c = owner(t);
    let lens = json!({ "files": [{ "name": "small.yaml", "text": LENS }] });
    c.json("POST", "/api/v1/lenses", &lens).await.expect(201);
    c.json("POST", "/api/v1/workloads/ledger/reviews", &json!({ "lens": "small" })).await.expect(201);
    c
}

async fn tell(c: &mut Client, key: &str, item: &str, value: Value, at: &str) {
    let fact = json!({ "key": key, "item": item, "value": value, "observed_at": at, "source": "nightly scan", "url": "https://scan.example/7" });
    c.json("POST", "/api/v1/workloads/ledger/facts", &json!({ "facts": [fact] })).await.expect(201);
}

async fn weights(c: &mut Client) -> Vec<Value> {
    let q = c.get(&format!("{REVIEW}/answers/Q-01")).await.expect(200).json();
    q["choices"].as_array().unwrap().iter().map(|c| c["evidence"]["weight"].clone()).collect()
}

async fn tick(c: &mut Client, based_on: i64, choices: &[&str]) -> Value {
    let body = json!({ "based_on": based_on, "said": { "choices": choices } });
    c.json("PUT", &format!("{REVIEW}/answers/Q-01"), &body).await.expect(200).json()
}

async fn facts_stand_beside_a_choice_and_never_tick_it(t: TestApp) {
    let mut c = begun(&t).await;
    assert_eq!(weights(&mut c).await, [json!("none"), Value::Null, Value::Null], "what no rule is about has no evidence at all");
    tell(&mut c, "backup.restore.held_at", "", json!(true), "2026-11-01T10:00:00Z").await;
    assert_eq!(weights(&mut c).await[0], "supported");
    let q = c.get(&format!("{REVIEW}/answers/Q-01")).await.expect(200).json();
    assert_eq!((&q["standing"], &q["choices"][0]["ticked"]), (&json!("unanswered"), &json!(false)), "evidence answers nothing");
    let page = c.get("/workloads/ledger/reviews/small/questions/Q-01").await.expect(200).text;
    assert!(page.contains("A restore was rehearsed") && page.contains("https://scan.example/7"), "{page}");
    tell(&mut c, "backup.age_hours", "db", json!(200), "2026-11-16T10:00:00Z").await;
    assert_eq!(weights(&mut c).await[0], "contradicted", "what speaks against it weighs more");
    tell(&mut c, "backup.age_hours", "db", json!(3), "2026-11-17T10:00:00Z").await;
    assert_eq!(weights(&mut c).await[0], "supported", "the newest counts");
    tell(&mut c, "requirement.sec03-bp02", "iam_admin", json!(false), "2026-11-17T10:00:00Z").await;
    assert_eq!(weights(&mut c).await[1], "contradicted", "a scan speaks by the requirement that the choice maps to");
    let answered = tick(&mut c, 0, &["restore", "access"]).await;
    assert_eq!(answered, c.get(&format!("{REVIEW}/answers/Q-01")).await.expect(200).json());
    assert_eq!(answered["standing"], "none", "the risk follows the answer alone");
    t.end().await;
}

async fn where_answer_and_evidence_part_is_listed(t: TestApp) {
    let mut c = begun(&t).await;
    let page = c.get("/contradictions").await.expect(200).text;
    assert!(page.contains("No answer is contradicted"), "{page}");
    tick(&mut c, 0, &["restore", "other"]).await;
    tell(&mut c, "backup.age_hours", "", json!(400), "2026-11-16T10:00:00Z").await;
    tell(&mut c, "requirement.sec03-bp02", "iam_admin", json!(true), "2026-11-16T10:00:00Z").await;
    let found = c.get("/api/v1/contradictions").await.expect(200).json();
    let told: Vec<(&str, &str)> = found["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|x| (x["parting"].as_str().unwrap(), x["choice"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("contradicted", "restore"), ("unclaimed", "access")]);
    assert_eq!(found["items"][0]["because"][0]["words"], "Age of the newest backup: 400 h");
    let first = c.get("/api/v1/contradictions?limit=1").await.expect(200).json();
    let next = first["next"].as_str().unwrap();
    let rest = c.get(&format!("/api/v1/contradictions?limit=1&cursor={next}")).await.expect(200).json();
    assert_eq!((&rest["items"][0]["choice"], &rest["next"]), (&json!("access"), &Value::Null));
    let other = c.get("/api/v1/contradictions?workload=nothing").await.expect(422).json();
    assert_eq!(other["faults"][0]["at"], "workload");
    let page = c.get("/contradictions").await.expect(200).text;
    assert!(page.contains("One answer is contradicted") && page.contains("A restore is rehearsed"), "{page}");
    t.client().get("/api/v1/contradictions").await.expect(401);
    t.end().await;
}

async fn a_milestone_keeps_what_was_known(t: TestApp) {
    let mut c = begun(&t).await;
    tick(&mut c, 0, &["restore"]).await;
    tell(&mut c, "backup.age_hours", "", json!(400), "2026-11-16T10:00:00Z").await;
    c.json("POST", &format!("{REVIEW}/milestones"), &json!({ "name": "Then" })).await.expect(201);
    tell(&mut c, "backup.age_hours", "", json!(2), "2026-11-17T10:00:00Z").await;
    let then = c.get(&format!("{REVIEW}/milestones/then")).await.expect(200).json();
    assert_eq!(then["pillars"][0]["questions"][0]["choices"][0]["evidence"]["weight"], "contradicted");
    assert_eq!(weights(&mut c).await[0], "none", "nothing speaks against it any more, and nothing for it");
    t.end().await;
}
