//! A review is begun and answered by several people, over HTTP on both engines.

use kernel::testing::{Client, TestApp};
use serde_json::{Value, json};

use crate::world::{owner, with};

crate::on_both! {
    an_answer_is_kept_with_who_when_and_what_follows;
    two_people_on_one_question_see_each_other;
    a_review_keeps_the_version_that_it_began_with;
    a_form_is_refused_with_what_was_typed;
    only_the_team_and_its_facilitator_answer;
}

pub(crate) const SMALL: &str = "lens: small\nname: Small\nversion: \"1\"\npillars:\n  - id: only\n    name: Only\n    questions:\n      - id: \
    Q-01\n        title: How one?\n        choices:\n          - { id: aaa, title: Tick a, what: w, why: y, first_step: Do a. (hours) }\n          - \
    { id: bbb, title: Tick b, what: w, why: y, first_step: Do b. (weeks) }\n        risk:\n          - { when: aaa && bbb, then: none }\n          \
    - { when: aaa, then: medium }\n          - { default: high }\n      - id: Q-02\n        title: How two?\n        choices:\n          - { id: \
    ccc, title: Tick c, what: w, why: y, first_step: Do c. (days) }\n        risk:\n          - { when: ccc, then: none }\n          - { default: \
    high }\n";

/// Publishes the small lens and begins a review of the ledger against it.
pub(crate) async fn begun(t: &TestApp) {
    let lens = json!({ "files": [{ "name": "small.yaml", "text": SMALL }] });
    owner(t).json("POST", "/api/v1/lenses", &lens).await.expect(201);
    owner(t).json("POST", "/api/v1/workloads/ledger/reviews", &json!({ "lens": "small" })).await.expect(201);
}

const REVIEW: &str = "/api/v1/workloads/ledger/reviews/small";

/// Answers a question of the small lens.
pub(crate) async fn answer(c: &mut Client, question: &str, based_on: i64, said: Value) -> kernel::testing::Answer {
    c.json("PUT", &format!("{REVIEW}/answers/{question}"), &json!({ "based_on": based_on, "said": said })).await
}

async fn an_answer_is_kept_with_who_when_and_what_follows(t: TestApp) {
    begun(&t).await;
    let mut c = with(&t, "reviews.answer", Some("checkout")).await;
    let q = answer(&mut c, "Q-01", 0, json!({ "choices": ["aaa"], "note": "as agreed" })).await.expect(200).json();
    assert_eq!((&q["standing"], &q["rule"], &q["answer"]["version"]), (&json!("medium"), &json!(2), &json!(1)));
    assert_eq!(q["lower"], json!([{ "add": ["bbb"], "remove": [], "then": "none" }]));
    assert_eq!((&q["answer"]["by"], &q["answer"]["at"]), (&json!("reviews.answer checkout"), &json!("2026-11-17T15:33:00Z")));
    let out = json!({ "does_not_apply": "out-of-scope" });
    assert_eq!(answer(&mut c, "Q-02", 0, out).await.expect(200).json()["standing"], "not-applicable");
    let none = answer(&mut c, "Q-01", 1, json!({ "none": true })).await.expect(200).json();
    assert_eq!((&none["standing"], &none["answer"]["version"]), (&json!("high"), &json!(2)));
    let review = c.get(REVIEW).await.expect(200).json();
    assert_eq!((&review["counts"]["answered"], &review["counts"]["high"]), (&json!(2), &json!(1)));
    assert_eq!(c.get(&format!("{REVIEW}/answers/Q-01")).await.expect(200).json(), none);
    // Each answer stays in the trail, whatever came after it.
    let page = owner(&t).get("/workloads/ledger/reviews/small/report").await.expect(200).text;
    let id = page.split("topic=review:").nth(1).unwrap().split('"').next().unwrap();
    let page = owner(&t).get(&format!("/api/v1/trail?kind=review&id={id}")).await.expect(200).json();
    let verbs: Vec<&str> = page["items"].as_array().unwrap().iter().map(|r| r["verb"].as_str().unwrap()).collect();
    assert_eq!(verbs, ["answered", "answered", "answered", "began"]);
    // Faults, each with its place; nothing is stored.
    for (said, at) in [
        (json!({ "choices": ["zzz"] }), "choices"),
        (json!({ "choices": ["aaa"], "none": true }), "none"),
        (json!({ "choices": ["aaa"], "does_not_apply": "constraint" }), "does_not_apply"),
        (json!({ "does_not_apply": "other" }), "note"),
    ] {
        assert_eq!(answer(&mut c, "Q-01", 2, said).await.expect(422).json()["faults"][0]["at"], at);
    }
    answer(&mut c, "Q-01", 7, json!({ "choices": ["aaa"] })).await.expect(422);
    answer(&mut c, "Q-01", -1, json!({ "choices": ["aaa"] })).await.expect(422);
    answer(&mut c, "Q-99", 0, json!({ "choices": ["aaa"] })).await.expect(404);
    assert_eq!(c.get(REVIEW).await.expect(200).json(), review);
    t.end().await;
}

async fn two_people_on_one_question_see_each_other(t: TestApp) {
    begun(&t).await;
    let mut maya = with(&t, "reviews.answer", Some("checkout")).await;
    let mut samir = owner(&t);
    // Both have the page open; one is faster.
    let page = samir.get("/workloads/ledger/reviews/small/questions/Q-01").await.expect(200).text;
    assert!(
        page.contains("data-live=\"/workloads/ledger/reviews/small/live?question=Q-01"),
        "an answer reaches whoever looks: {page}"
    );
    answer(&mut maya, "Q-01", 0, json!({ "choices": ["aaa"] })).await.expect(200);
    let csrf = Client::csrf(&page);
    let form = [("csrf", csrf.as_str()), ("based_on", "0"), ("choice", "bbb"), ("note", "mine"), ("act", "next")];
    let answered = samir.form("/workloads/ledger/reviews/small/questions/Q-01", &form).await.expect(409).text;
    for part in [
        "reviews.answer checkout has answered",
        "ticked “Tick a”",
        "mine",
        "value=\"bbb\" checked",
        "name=\"based_on\" value=\"1\"",
    ] {
        assert!(answered.contains(part), "{part}: {answered}");
    }
    let problem = answer(&mut samir, "Q-01", 0, json!({ "choices": ["bbb"] })).await.expect(409).json();
    assert!(problem["detail"].as_str().unwrap().contains("ticked “Tick a”"), "{problem}");
    assert_eq!(maya.get(&format!("{REVIEW}/answers/Q-01")).await.expect(200).json()["answer"]["said"]["choices"], json!(["aaa"]));
    // Having seen it, it can be answered anew; the first answer is not lost.
    let again = [("csrf", csrf.as_str()), ("based_on", "1"), ("choice", "aaa"), ("choice", "bbb"), ("act", "next")];
    let next = samir.form("/workloads/ledger/reviews/small/questions/Q-01", &again).await.expect(303);
    assert_eq!(next.location(), "/workloads/ledger/reviews/small/questions/Q-02");
    let all = samir.get(&format!("{REVIEW}/answers/Q-01")).await.expect(200).json();
    assert_eq!((&all["standing"], &all["answer"]["version"]), (&json!("none"), &json!(2)));
    // Many at once: one of them is stored, the others are told.
    let mut tasks = Vec::new();
    for n in 0..8 {
        let mut c = owner(&t);
        tasks.push(tokio::spawn(async move {
            answer(&mut c, "Q-02", 0, json!({ "none": true, "note": format!("from {n}") })).await.status
        }));
    }
    let mut answered = Vec::new();
    for task in tasks {
        answered.push(task.await.unwrap());
    }
    answered.sort_unstable();
    assert_eq!(answered, [200, 409, 409, 409, 409, 409, 409, 409]);
    t.end().await;
}

async fn a_review_keeps_the_version_that_it_began_with(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    c.json("POST", "/api/v1/workloads/ledger/reviews", &json!({ "lens": "small" })).await.expect(409);
    c.json("POST", "/api/v1/workloads/ledger/reviews", &json!({ "lens": "nobody" })).await.expect(404);
    c.json("POST", "/api/v1/workloads/ledger/reviews", &json!({ "lens": "core", "version": "00" })).await.expect(422);
    t.clock.advance(std::time::Duration::from_secs(60));
    let newer = json!({ "files": [{ "name": "small.yaml", "text": SMALL.replace("How one?", "How now?") }] });
    c.json("POST", "/api/v1/lenses", &newer).await.expect(201);
    let review = c.get(REVIEW).await.expect(200).json();
    assert_eq!(review["pillars"][0]["questions"][0]["title"], "How one?");
    // What comes with the program is kept with the review that begins with it.
    let core = c.json("POST", "/api/v1/workloads/index/reviews", &json!({ "lens": "core" })).await.expect(201).json();
    let lens = c.get("/api/v1/lenses/core").await.expect(200).json();
    assert_eq!((&core["lens"]["digest"], &lens["version"]["built_in"]), (&lens["version"]["digest"], &json!(true)));
    assert!(lens["version"]["at"].is_string(), "it is stored now: {lens}");
    let listed = c.get("/api/v1/workloads/index/reviews").await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    for path in ["/reviews", "/workloads/index/reviews", "/workloads/index/reviews/core", "/workloads/ledger/reviews/small"] {
        c.get(path).await.expect(200);
    }
    let first = core["pillars"][0]["questions"][0]["id"].as_str().unwrap();
    let page = c.get(&format!("/workloads/index/reviews/core/questions/{first}")).await.expect(200).text;
    assert!(page.contains("Save and go on"));
    c.get("/workloads/index/reviews/small").await.expect(404);
    c.get("/workloads/index/reviews/core/questions/nothing").await.expect(404);
    t.end().await;
}

async fn a_form_is_refused_with_what_was_typed(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    let at = "/workloads/ledger/reviews/small/questions/Q-01";
    let csrf = Client::csrf(&c.get(at).await.expect(200).text);
    let form = [("csrf", csrf.as_str()), ("based_on", "0"), ("choice", "aaa"), ("none", "yes"), ("note", "kept <b>")];
    let page = c.form(at, &form).await.expect(422).text;
    assert!(page.contains("None of these clears the others") && page.contains("kept &lt;b&gt;"), "{page}");
    c.form(at, &[("csrf", csrf.as_str()), ("based_on", "x")]).await.expect(422);
    let out = [("csrf", csrf.as_str()), ("based_on", "0"), ("choice", "aaa"), ("absent.bbb", "constraint"), ("act", "stay")];
    assert_eq!(c.form(at, &out).await.expect(303).location(), at);
    let q = c.get(&format!("{REVIEW}/answers/Q-01")).await.expect(200).json();
    assert_eq!((&q["standing"], &q["choices"][1]["not_applicable"]), (&json!("none"), &json!("constraint")));
    let last = [("csrf", csrf.as_str()), ("based_on", "0"), ("choice", "ccc"), ("act", "next")];
    let done = c.form("/workloads/ledger/reviews/small/questions/Q-02", &last).await.expect(303);
    assert_eq!(done.location(), "/workloads/ledger/reviews/small");
    // Begun by form: against what there is, and not twice.
    let begin = |lens: &'static str| [("csrf", csrf.clone()), ("lens", lens.to_owned())];
    for (lens, status) in [("serverless", 303), ("serverless", 422), ("nobody", 422)] {
        let fields = begin(lens);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        c.form("/workloads/ledger/reviews", &fields).await.expect(status);
    }
    t.end().await;
}

async fn only_the_team_and_its_facilitator_answer(t: TestApp) {
    begun(&t).await;
    let mut search = with(&t, "reviews.answer", Some("search")).await;
    answer(&mut search, "Q-01", 0, json!({ "choices": ["aaa"] })).await.expect(403);
    search.json("POST", "/api/v1/workloads/ledger/reviews", &json!({ "lens": "core" })).await.expect(403);
    let mut values = with(&t, "values.write", Some("checkout")).await;
    answer(&mut values, "Q-01", 0, json!({ "choices": ["aaa"] })).await.expect(403);
    answer(&mut t.client(), "Q-01", 0, json!({ "choices": ["aaa"] })).await.expect(401);
    assert_eq!(values.get(REVIEW).await.expect(200).json()["counts"]["answered"], 0, "everyone signed in reads");
    let page = values.get("/workloads/ledger/reviews/small/questions/Q-01").await.expect(200).text;
    assert!(!page.contains("Save and go on"), "who may not answer gets no form");
    t.end().await;
}
