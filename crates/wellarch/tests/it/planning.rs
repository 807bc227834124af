//! Risks become actions or are accepted, and the report shows the plan: over HTTP on both engines.

use kernel::testing::{Client, TestApp};
use kernel::time::Time;
use serde_json::{Value, json};

use crate::reviewing::{answer, begun};
use crate::world::{owner, with};

crate::on_both! {
    a_practice_goes_into_the_register_once_and_leads_back;
    what_the_review_says_is_in_place_closes_nothing_by_itself;
    a_risk_is_accepted_until_its_answer_changes;
    only_who_may_plans_or_accepts;
    the_report_has_context_plan_and_what_is_accepted;
    risks_are_found_and_closed_over_time;
}

const REVIEW: &str = "/api/v1/workloads/ledger/reviews/small";
const PAGES: &str = "/workloads/ledger/reviews/small";

async fn at_risk(t: &TestApp) -> Client {
    begun(t).await;
    let mut c = with(t, "reviews.answer", Some("checkout")).await;
    answer(&mut c, "Q-01", 0, json!({ "choices": ["aaa"] })).await.expect(200);
    answer(&mut c, "Q-02", 0, json!({ "none": true })).await.expect(200);
    c
}

async fn improve(c: &mut Client, body: Value) -> kernel::testing::Answer {
    c.json("POST", &format!("{REVIEW}/improvements"), &body).await
}

async fn risks(t: &TestApp) -> Value {
    owner(t).get("/api/v1/workloads/ledger/risks").await.expect(200).json()
}

fn risk<'a>(all: &'a Value, question: &str) -> &'a Value {
    let pillars = all["pillars"].as_array().unwrap().iter();
    pillars.flat_map(|p| p["risks"].as_array().unwrap()).find(|r| r["question"] == question).unwrap()
}

async fn a_practice_goes_into_the_register_once_and_leads_back(t: TestApp) {
    at_risk(&t).await;
    let mut c = owner(&t);
    for (body, at) in [
        (json!({ "question": "Q-01", "choice": "zzz" }), "choice"),
        (json!({ "question": "Q-01", "choice": "aaa" }), "choice"),
        (json!({ "question": "Q-01", "choice": "bbb", "owner": "nobody@example.org" }), "owner"),
        (json!({ "question": "Q-01", "choice": "bbb", "due": "9999-01-01" }), "due"),
    ] {
        let told = improve(&mut c, body).await.expect(422).json();
        assert_eq!(told["faults"][0]["at"], at, "{told}");
    }
    improve(&mut c, json!({ "question": "Q-99", "choice": "bbb" })).await.expect(404);
    let made = improve(&mut c, json!({ "question": "Q-01", "choice": "bbb", "due": "2026-12-01" })).await.expect(201).json();
    assert_eq!(made["what"], "Tick b. First: Do b.");
    assert_eq!(
        (&made["effort"], &made["owner"]["role"], &made["workload"]["slug"]),
        (&json!("weeks"), &json!("principal-engineer"), &json!("ledger"))
    );
    assert_eq!(made["origin"]["kind"], "risk");
    c.get(made["origin"]["url"].as_str().unwrap()).await.expect(200);
    let told = improve(&mut c, json!({ "question": "Q-01", "choice": "bbb" })).await.expect(409).json();
    assert!(told["detail"].as_str().unwrap().contains(made["id"].as_str().unwrap()), "{told}");
    // Two at once: one of them is stored.
    let (mut one, mut two) = (owner(&t), owner(&t));
    let body = json!({ "question": "Q-02", "choice": "ccc" });
    let (a, b) = tokio::join!(improve(&mut one, body.clone()), improve(&mut two, body));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    let page = c.get("/workloads/ledger/risks").await.expect(200).text;
    for part in ["Principal engineer", "Open</a>", "2 practices not in place, 2 in the"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // What was dropped can be taken up again.
    let drop = json!({ "version": 1, "state": "dropped", "reason": "Not this year" });
    c.json("POST", &format!("/api/v1/actions/{}/state", made["id"].as_str().unwrap()), &drop).await.expect(200);
    let csrf = Client::csrf(&c.get("/workloads/ledger/risks").await.expect(200).text);
    let form = [("csrf", csrf.as_str()), ("choice", "bbb"), ("view", "due")];
    let next = c.form(&format!("{PAGES}/questions/Q-01/improvement"), &form).await.expect(303);
    assert_eq!(next.location(), "/workloads/ledger/risks?view=due");
    c.form(&format!("{PAGES}/questions/Q-01/improvement"), &form).await.expect(409);
    let reopen = json!({ "version": 2, "state": "open", "reason": "This year after all" });
    let told = c.json("POST", &format!("/api/v1/actions/{}/state", made["id"].as_str().unwrap()), &reopen).await.expect(409).json();
    assert!(told["detail"].as_str().unwrap().contains("Another action for this risk is open"), "{told}");
    t.end().await;
}

async fn what_the_review_says_is_in_place_closes_nothing_by_itself(t: TestApp) {
    actions::acts::provide(wellarch::acts::plan::says);
    let mut team = at_risk(&t).await;
    let mut c = owner(&t);
    let made = improve(&mut c, json!({ "question": "Q-01", "choice": "bbb" })).await.expect(201).json();
    let path = format!("/api/v1/actions/{}", made["id"].as_str().unwrap());
    assert_eq!(c.get(&path).await.expect(200).json().get("said"), None);
    answer(&mut team, "Q-01", 1, json!({ "choices": ["aaa", "bbb"] })).await.expect(200);
    let all = risks(&t).await;
    assert_eq!((&all["settled"][0]["action"]["state"], &all["settled"][0]["question"]), (&json!("open"), &json!("Q-01")));
    let page = c.get("/workloads/ledger/risks").await.expect(200).text;
    assert!(page.contains("In place, by the review") && page.contains("Nothing closes by itself"), "{page}");
    let said = c.get(&path).await.expect(200).json()["said"].clone();
    assert_eq!(said, "The review says it is in place: “How one?”, answered by reviews.answer checkout.");
    let page = c.get(&format!("/actions/{}", made["id"].as_str().unwrap())).await.expect(200).text;
    assert!(page.contains("answered by reviews.answer checkout.</textarea>"), "offered as evidence: {page}");
    let done = json!({ "version": 1, "state": "done", "evidence": { "words": said } });
    c.json("POST", &format!("{path}/state"), &done).await.expect(200);
    assert!(risks(&t).await.get("settled").is_none());
    t.end().await;
}

async fn accept(c: &mut Client, question: &str, until: &str) -> kernel::testing::Answer {
    let body = json!({ "question": question, "reason": "The partner keeps thirty days", "until": until });
    c.json("POST", &format!("{REVIEW}/acceptances"), &body).await
}

async fn a_risk_is_accepted_until_its_answer_changes(t: TestApp) {
    let mut team = at_risk(&t).await;
    let mut c = owner(&t);
    for until in ["", "2026-11-16", "2027-11-19", "soon"] {
        assert_eq!(accept(&mut c, "Q-01", until).await.expect(422).json()["faults"][0]["at"], "until", "{until}");
    }
    accept(&mut c, "Q-99", "2027-03-31").await.expect(404);
    let made = accept(&mut c, "Q-01", "2027-03-31").await.expect(201).json();
    assert_eq!((&made["kind"], &made["alternatives"]), (&json!("accepted-risk"), &json!(["Tick b"])));
    accept(&mut c, "Q-01", "2027-04-30").await.expect(409);
    let all = risks(&t).await;
    assert_eq!((&all["accepted"], &all["medium"]), (&json!(1), &json!(1)), "it stays a risk");
    assert_eq!(risk(&all, "Q-01")["accepted"]["until"], "2027-03-31");
    let page = c.get("/workloads/ledger/risks").await.expect(200).text;
    assert!(page.contains("Accepted") && page.contains("until 31 Mar 2027"), "{page}");
    // Its last day is over.
    t.clock.set(Time::parse("2027-04-01T12:00:00Z").unwrap());
    assert_eq!(risks(&t).await["accepted"], 0);
    t.clock.set(Time::parse("2026-12-01T12:00:00Z").unwrap());
    assert_eq!(risks(&t).await["accepted"], 1);
    // The answer is another, although it stands at the same risk.
    answer(&mut team, "Q-01", 1, json!({ "choices": ["aaa"], "note": "looked again" })).await.expect(200);
    assert_eq!(risks(&t).await["accepted"], 0);
    let csrf = Client::csrf(&c.get("/workloads/ledger/risks").await.expect(200).text);
    let form = |until: &'static str| [("csrf", csrf.clone()), ("reason", "Still so".into()), ("until", until.into())];
    let send = form("9999-01-01");
    let send: Vec<(&str, &str)> = send.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let refused = c.form(&format!("{PAGES}/questions/Q-01/acceptance"), &send).await.expect(422).text;
    assert!(refused.contains("href=\"#until-small-q-01\"") && refused.contains("Still so"), "{refused}");
    let send = form("2027-05-31");
    let send: Vec<(&str, &str)> = send.iter().map(|(k, v)| (*k, v.as_str())).collect();
    c.form(&format!("{PAGES}/questions/Q-01/acceptance"), &send).await.expect(303);
    let second = c.get("/api/v1/decisions/2").await.expect(200).json();
    assert_eq!(second["supersedes"], 1, "the ledger leads from one to the next");
    // What stands at no risk has nothing to accept.
    answer(&mut team, "Q-02", 1, json!({ "choices": ["ccc"] })).await.expect(200);
    assert_eq!(accept(&mut c, "Q-02", "2027-03-31").await.expect(422).json()["faults"][0]["at"], "question");
    improve(&mut c, json!({ "question": "Q-02", "choice": "ccc" })).await.expect(422);
    t.end().await;
}

async fn only_who_may_plans_or_accepts(t: TestApp) {
    let mut team = at_risk(&t).await;
    let body = json!({ "question": "Q-01", "choice": "bbb" });
    improve(&mut team, body.clone()).await.expect(403);
    let mut other = with(&t, "actions.write", Some("search")).await;
    improve(&mut other, body.clone()).await.expect(403);
    accept(&mut other, "Q-01", "2027-03-31").await.expect(403);
    let mut token = with(&t, "risks.accept", None).await;
    accept(&mut token, "Q-01", "2027-03-31").await.expect(403);
    t.client().json("POST", &format!("{REVIEW}/improvements"), &body).await.expect(401);
    let page = with(&t, "notes.write", Some("checkout")).await.get("/workloads/ledger/risks").await.expect(200).text;
    assert!(page.contains("Not planned") && !page.contains("Put into the register"), "{page}");
    let mut mine = with(&t, "actions.write", Some("checkout")).await;
    improve(&mut mine, body).await.expect(201);
    t.end().await;
}

async fn the_report_has_context_plan_and_what_is_accepted(t: TestApp) {
    at_risk(&t).await;
    let mut c = owner(&t);
    let workload = c.get("/api/v1/workloads/ledger").await.expect(200).json();
    let about = json!({ "version": workload["version"], "about": { "goal": "Ships leave on the tide" } });
    c.json("PATCH", "/api/v1/workloads/ledger", &about).await.expect(200);
    c.json("POST", "/api/v1/workloads/ledger/transactions", &json!({ "name": "Pay by card" })).await.expect(201);
    improve(&mut c, json!({ "question": "Q-01", "choice": "bbb", "due": "2026-12-01" })).await.expect(201);
    accept(&mut c, "Q-02", "2027-03-31").await.expect(201);
    let page = c.get(&format!("{PAGES}/report")).await.expect(200).text;
    for part in [
        "Ships leave on the tide",
        "Pay by card",
        "Within 30 days",
        "Principal engineer",
        "Not in the register",
        "Accepted for a time",
        "31 Mar 2027",
        "exposes the goal",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let text = c.get(&format!("{PAGES}/report/markdown")).await.expect(200).text;
    for part in [
        "- Goal: Ships leave on the tide",
        "- Critical transactions: Pay by card",
        "## Within 30 days",
        "Principal engineer by 2026-12-01",
        "## Accepted for a time",
        "until 2027-03-31",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let csv = c.get(&format!("{REVIEW}/csv")).await.expect(200).text;
    assert!(
        csv.contains("2026-12-01") && csv.contains("2027-03-31") && csv.lines().next().unwrap().contains(",action,owner,due,"),
        "{csv}"
    );
    let json = c.get(&format!("{REVIEW}/report")).await.expect(200).json();
    assert_eq!((&json["review"]["lens"]["slug"], &json["plan"]["accepted"]), (&json!("small"), &json!(1)));
    t.clock.set(Time::parse("2026-12-05T12:00:00Z").unwrap());
    let late = c.get(&format!("{PAGES}/report")).await.expect(200).text;
    assert!(late.contains("4 days late"), "{late}");
    t.end().await;
}

async fn risks_are_found_and_closed_over_time(t: TestApp) {
    let mut team = at_risk(&t).await;
    assert_eq!(risks(&t).await["burn"], json!([{ "day": "2026-11-17", "found": 2, "closed": 0 }]));
    t.clock.set(Time::parse("2026-12-20T12:00:00Z").unwrap());
    answer(&mut team, "Q-02", 1, json!({ "choices": ["ccc"] })).await.expect(200);
    let all = risks(&t).await;
    assert_eq!(all["burn"][1], json!({ "day": "2026-12-20", "found": 2, "closed": 1 }));
    let page = owner(&t).get("/workloads/ledger/risks").await.expect(200).text;
    assert!(page.contains("2 found") && page.contains("1 closed") && page.contains("Open now: 1."), "{page}");
    for view in ["due", "quick", "x"] {
        owner(&t).get(&format!("/workloads/ledger/risks?view={view}")).await.expect(200);
    }
    t.end().await;
}
