//! Templates of answers stay live in the reviews that use them, over HTTP on both engines.

use kernel::testing::{Answer, Client, TestApp};
use serde_json::{Value, json};

use crate::reviewing::{SMALL, answer, begun};
use crate::world::{owner, with};

crate::on_both! {
    a_template_answers_once_a_version_is_published;
    a_new_version_changes_every_review_that_uses_it;
    a_review_overrides_with_a_reason_and_takes_it_back;
    giving_a_template_up_brings_back_what_stood_there;
    two_templates_never_answer_one_question;
    a_publication_and_an_override_at_once_leave_one_of_them_told;
    more_reviews_than_one_step_all_follow;
    a_move_to_another_lens_keeps_what_lies_below;
    files_do_not_answer_over_a_template;
    only_the_owner_publishes_and_only_the_team_uses;
}

const TEMPLATES: &str = "/api/v1/reviews/templates";
const REVIEW: &str = "/api/v1/workloads/ledger/reviews/small";
const INDEX: &str = "/api/v1/workloads/index/reviews/small";

fn said(question: &str, choices: &[&str]) -> Value {
    json!({ "question": question, "said": { "choices": choices } })
}

async fn publish(c: &mut Client, slug: &str, why: &str, answers: &[Value]) -> Answer {
    let based_on = c.get(&format!("{TEMPLATES}/{slug}")).await.expect(200).json()["draft"]["version"].clone();
    let body = json!({ "based_on": based_on, "why": why, "answers": answers });
    c.json("POST", &format!("{TEMPLATES}/{slug}/versions"), &body).await
}

/// A template of the team Search with a first version.
async fn made(c: &mut Client, name: &str, answers: &[Value]) -> String {
    let new = json!({ "name": name, "lens": "small", "team": "search", "about": "For <all>." });
    let slug = c.json("POST", TEMPLATES, &new).await.expect(201).json()["slug"].as_str().unwrap().to_owned();
    publish(c, &slug, "As agreed.", answers).await.expect(201);
    slug
}

async fn uses(c: &mut Client, review: &str, slug: &str, left_out: &[&str]) -> Answer {
    c.json("PUT", &format!("{review}/templates/{slug}"), &json!({ "left_out": left_out })).await
}

async fn stands(c: &mut Client, review: &str, question: &str) -> Value {
    c.get(&format!("{review}/answers/{question}")).await.expect(200).json()
}

async fn index(c: &mut Client) {
    c.json("POST", "/api/v1/workloads/index/reviews", &json!({ "lens": "small" })).await.expect(201);
}

async fn a_template_answers_once_a_version_is_published(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    let new = |name: &str, lens: &str, team: &str| json!({ "name": name, "lens": lens, "team": team });
    for (body, at) in
        [(new("", "small", "search"), "name"), (new("Base", "nobody", "search"), "lens"), (new("Base", "small", "nobody"), "team")]
    {
        assert_eq!(c.json("POST", TEMPLATES, &body).await.expect(422).json()["faults"][0]["at"], at);
    }
    let t1 = c.json("POST", TEMPLATES, &new("Account baseline", "small", "search")).await.expect(201).json();
    assert_eq!((&t1["slug"], &t1["version"], &t1["draft"]["version"]), (&json!("account-baseline"), &json!(0), &json!(0)));
    c.json("POST", TEMPLATES, &new("Account baseline", "small", "search")).await.expect(409);
    let here = format!("{TEMPLATES}/account-baseline");
    // Nothing is published yet, so nothing can be used.
    assert_eq!(uses(&mut c, REVIEW, "account-baseline", &[]).await.expect(422).json()["faults"][0]["at"], "template");
    let empty = json!({ "based_on": 0, "why": "" });
    let faults = c.json("POST", &format!("{here}/versions"), &empty).await.expect(422).json()["faults"].clone();
    assert_eq!((&faults[0]["at"], &faults[1]["at"]), (&json!("why"), &json!("answers")));
    let draft = |based_on: i64, said: Value| json!({ "based_on": based_on, "said": said });
    let at = format!("{here}/draft/Q-01");
    assert_eq!(c.json("PUT", &at, &draft(0, json!({ "choices": ["zzz"] }))).await.expect(422).json()["faults"][0]["at"], "choices");
    assert_eq!(c.json("PUT", &at, &draft(0, json!({}))).await.expect(422).json()["faults"][0]["at"], "choices");
    c.json("PUT", &format!("{here}/draft/Q-99"), &draft(0, json!({ "none": true }))).await.expect(404);
    let drafted = c.json("PUT", &at, &draft(0, json!({ "choices": ["aaa"] }))).await.expect(200).json();
    assert_eq!(drafted["draft"]["version"], 1);
    // Somebody who saw the draft before is told, and nothing of theirs is stored.
    let late = c.json("PUT", &at, &draft(0, json!({ "choices": ["bbb"] }))).await.expect(409).json();
    assert!(late["detail"].as_str().unwrap().contains("version 1 now"), "{late}");
    c.json("POST", &format!("{here}/versions"), &json!({ "based_on": 0, "why": "Now." })).await.expect(409);
    let v =
        c.json("POST", &format!("{here}/versions"), &json!({ "based_on": 1, "why": "The new accounts." })).await.expect(201).json();
    assert_eq!(
        (&v["version"], &v["answers"][0]["question"], &v["by"]),
        (&json!(1), &json!("Q-01"), &json!("Owner of the data folder"))
    );
    // The same again is no version, and one question can be taken out of the draft.
    c.json("POST", &format!("{here}/versions"), &json!({ "based_on": 2, "why": "Again." })).await.expect(409);
    let out = c.json("PUT", &at, &json!({ "based_on": 2 })).await.expect(200).json();
    assert_eq!(out["draft"]["answers"], json!([]));
    let shown = c.get(&here).await.expect(200).json();
    assert_eq!((&shown["newest"]["version"], &shown["used"]), (&json!(1), &json!(0)));
    let named = c.json("PUT", &here, &json!({ "name": "Baseline", "about": "All <accounts>." })).await.expect(200).json();
    assert_eq!((&named["name"], &named["slug"]), (&json!("Baseline"), &json!("account-baseline")));
    assert_eq!(c.get(&format!("{TEMPLATES}?lens=other")).await.expect(200).json()["items"], json!([]));
    assert_eq!(c.get(&format!("{TEMPLATES}?lens=small")).await.expect(200).json()["items"][0]["name"], "Baseline");
    c.get(&format!("{TEMPLATES}/nobody")).await.expect(404);
    t.end().await;
}

async fn a_new_version_changes_every_review_that_uses_it(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    index(&mut c).await;
    let slug = made(&mut c, "Account baseline", &[said("Q-01", &["aaa"]), said("Q-02", &["ccc"])]).await;
    answer(&mut c, "Q-01", 0, json!({ "choices": ["bbb"] })).await.expect(200);
    let used = uses(&mut c, REVIEW, &slug, &[]).await.expect(200).json();
    assert_eq!((&used["covers"], &used["shown"]), (&json!(["Q-01", "Q-02"]), &json!(1)));
    uses(&mut c, INDEX, &slug, &[]).await.expect(200);
    let q = stands(&mut c, REVIEW, "Q-01").await;
    assert_eq!(
        (&q["standing"], &q["answer"]["version"], &q["answer"]["said"]["choices"]),
        (&json!("medium"), &json!(2), &json!(["aaa"]))
    );
    assert_eq!(q["answer"]["template"], json!({ "slug": slug, "name": "Account baseline", "team": "Search", "version": 1 }));
    let saved = c.json("POST", &format!("{REVIEW}/milestones"), &json!({ "name": "Q4" })).await.expect(201).json();
    publish(&mut c, &slug, "Boundaries came.", &[said("Q-01", &["aaa", "bbb"]), said("Q-02", &["ccc"])]).await.expect(201);
    for review in [REVIEW, INDEX] {
        let q = stands(&mut c, review, "Q-01").await;
        assert_eq!((&q["standing"], &q["answer"]["template"]["version"]), (&json!("none"), &json!(2)), "{review}: {q}");
        // What says the same stays the answer that it was.
        let same = stands(&mut c, review, "Q-02").await;
        assert_eq!((&same["answer"]["version"], &same["answer"]["template"]["version"]), (&json!(1), &json!(1)));
        assert_eq!(same["template"]["template"]["version"], 2, "the template itself is further: {same}");
    }
    // Everything that reads answers sees it: history, prevalence, the report in each form, the archive, risks.
    let past = c.get(&format!("{REVIEW}/answers/Q-01/versions")).await.expect(200).json()["items"].clone();
    let from: Vec<&Value> = past.as_array().unwrap().iter().map(|a| &a["template"]["version"]).collect();
    assert_eq!(from, [&json!(2), &json!(1), &Value::Null]);
    let csv = c.get(&format!("{REVIEW}/csv")).await.expect(200).text;
    assert!(csv.contains("\"Search, template Account baseline, version 2\""), "{csv}");
    let report = c.get("/workloads/ledger/reviews/small/report/markdown").await.expect(200).text;
    assert!(report.contains("Search, template Account baseline, version 2"), "{report}");
    let archive = c.get(&format!("{REVIEW}/archive")).await.expect(200).json();
    assert_eq!(archive["answers"][2]["by"], "Search, template Account baseline, version 2");
    assert_eq!(c.get("/api/v1/workloads/ledger/risks").await.expect(200).json()["pillars"], json!([]));
    // The milestone is what was shown when it was saved.
    let kept = c.get(&format!("{REVIEW}/milestones/{}", saved["slug"].as_str().unwrap())).await.expect(200).json();
    assert_eq!(kept["pillars"][0]["questions"][0]["answer"]["template"]["version"], 1);
    // A version that answers less leaves the question to the review again.
    publish(&mut c, &slug, "No longer ours.", &[said("Q-02", &["ccc"])]).await.expect(201);
    let back = stands(&mut c, REVIEW, "Q-01").await;
    assert_eq!((&back["answer"]["said"]["choices"], &back["template"]), (&json!(["bbb"]), &Value::Null));
    assert_eq!(stands(&mut c, INDEX, "Q-01").await["standing"], "unanswered");
    let there = c.get(&format!("{TEMPLATES}/{slug}/reviews")).await.expect(200).json()["items"].clone();
    let names: Vec<&Value> = there.as_array().unwrap().iter().map(|u| &u["workload"]["slug"]).collect();
    assert_eq!(names, [&json!("index"), &json!("ledger")]);
    t.end().await;
}

async fn a_review_overrides_with_a_reason_and_takes_it_back(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    let slug = made(&mut c, "Account baseline", &[said("Q-01", &["aaa"])]).await;
    // Where no template answers, there is nothing to override.
    let put = |based_on: i64, choices: &[&str], reason: Option<&str>| json!({ "based_on": based_on, "said": { "choices": choices }, "override": reason });
    let at = format!("{REVIEW}/answers/Q-01");
    assert_eq!(c.json("PUT", &at, &put(0, &["aaa"], Some("x"))).await.expect(422).json()["faults"][0]["at"], "override");
    uses(&mut c, REVIEW, &slug, &[]).await.expect(200);
    let refused = c.json("PUT", &at, &put(1, &["bbb"], None)).await.expect(422).json();
    assert_eq!(refused["faults"][0]["at"], "override");
    assert!(refused["faults"][0]["message"].as_str().unwrap().contains("“Account baseline” of Search"), "{refused}");
    // Saying what the template says is no override.
    assert_eq!(c.json("PUT", &at, &put(1, &["aaa"], None)).await.expect(200).json()["answer"]["version"], 1);
    let q = c.json("PUT", &at, &put(1, &["bbb"], Some("An account of its own."))).await.expect(200).json();
    assert_eq!((&q["standing"], &q["answer"]["template"]), (&json!("high"), &Value::Null));
    assert_eq!(q["template"]["overridden"]["reason"], "An account of its own.");
    assert_eq!(q["template"]["says"]["choices"], json!(["aaa"]));
    // Both sides see it.
    let there = c.get(&format!("{TEMPLATES}/{slug}/reviews")).await.expect(200).json();
    assert_eq!(there["items"][0]["overrides"][0]["question"], "Q-01");
    assert_eq!(there["items"][0]["overrides"][0]["reason"], "An account of its own.");
    // It answers on without a reason anew, and a new version does not touch it.
    c.json("PUT", &at, &put(2, &["aaa", "bbb"], None)).await.expect(200);
    publish(&mut c, &slug, "Less.", &[json!({ "question": "Q-01", "said": { "none": true } })]).await.expect(201);
    let q = stands(&mut c, REVIEW, "Q-01").await;
    assert_eq!((&q["answer"]["version"], &q["template"]["says"]["none"]), (&json!(3), &json!(true)));
    c.json("DELETE", &format!("{at}/override"), &Value::Null).await.expect(204);
    let q = stands(&mut c, REVIEW, "Q-01").await;
    assert_eq!((&q["standing"], &q["answer"]["template"]["version"]), (&json!("high"), &json!(2)));
    assert_eq!(q["template"].get("overridden"), None);
    c.json("DELETE", &format!("{at}/override"), &Value::Null).await.expect(409);
    // Undo of an override is taking it back.
    c.json("PUT", &at, &put(4, &["aaa"], Some("Again."))).await.expect(200);
    let page = c.get("/workloads/ledger/reviews/small/questions/Q-01").await.expect(200).text;
    let csrf = Client::csrf(&page);
    let form = [("csrf", csrf.as_str()), ("based_on", "5"), ("act", "undo")];
    c.form("/workloads/ledger/reviews/small/questions/Q-01", &form).await.expect(303);
    let q = stands(&mut c, REVIEW, "Q-01").await;
    assert_eq!((&q["answer"]["template"]["version"], &q["template"].get("overridden")), (&json!(2), &None));
    // What a template says is not taken back by whoever published it, but overridden.
    let form = [("csrf", csrf.as_str()), ("based_on", "6"), ("act", "undo")];
    c.form("/workloads/ledger/reviews/small/questions/Q-01", &form).await.expect(409);
    t.end().await;
}

async fn giving_a_template_up_brings_back_what_stood_there(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    answer(&mut c, "Q-01", 0, json!({ "choices": ["bbb"], "note": "ours" })).await.expect(200);
    let slug = made(&mut c, "Account baseline", &[said("Q-01", &["aaa"]), said("Q-02", &["ccc"])]).await;
    uses(&mut c, REVIEW, &slug, &[]).await.expect(200);
    c.json("DELETE", &format!("{REVIEW}/templates/{slug}"), &Value::Null).await.expect(204);
    let back = stands(&mut c, REVIEW, "Q-01").await;
    assert_eq!(
        (&back["answer"]["said"]["note"], &back["answer"]["version"], &back["template"]),
        (&json!("ours"), &json!(3), &Value::Null)
    );
    assert_eq!(stands(&mut c, REVIEW, "Q-02").await["standing"], "unanswered");
    c.json("DELETE", &format!("{REVIEW}/templates/{slug}"), &Value::Null).await.expect(404);
    assert_eq!(c.get(&format!("{REVIEW}/templates")).await.expect(200).json()["items"], json!([]));
    // What was overridden is the review's own and stays; leaving a question out gives only that one back.
    uses(&mut c, REVIEW, &slug, &[]).await.expect(200);
    let own = json!({ "based_on": 2, "said": { "none": true }, "override": "Not here." });
    c.json("PUT", &format!("{REVIEW}/answers/Q-02"), &own).await.expect(409);
    let own = json!({ "based_on": 3, "said": { "none": true }, "override": "Not here." });
    c.json("PUT", &format!("{REVIEW}/answers/Q-02"), &own).await.expect(200);
    let used = uses(&mut c, REVIEW, &slug, &["Q-01"]).await.expect(200).json();
    assert_eq!((&used["covers"], &used["left_out"]), (&json!(["Q-02"]), &json!(["Q-01"])));
    assert_eq!(stands(&mut c, REVIEW, "Q-01").await["answer"]["said"]["note"], "ours");
    c.json("DELETE", &format!("{REVIEW}/templates/{slug}"), &Value::Null).await.expect(204);
    let q = stands(&mut c, REVIEW, "Q-02").await;
    assert_eq!((&q["answer"]["said"]["none"], &q["answer"]["version"]), (&json!(true), &json!(4)));
    assert_eq!(uses(&mut c, REVIEW, &slug, &["Q-77"]).await.expect(422).json()["faults"][0]["at"], "left_out");
    t.end().await;
}

async fn two_templates_never_answer_one_question(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    let first = made(&mut c, "Account baseline", &[said("Q-01", &["aaa"])]).await;
    let second = made(&mut c, "Pipeline", &[said("Q-01", &["bbb"]), said("Q-02", &["ccc"])]).await;
    uses(&mut c, REVIEW, &first, &[]).await.expect(200);
    let refused = uses(&mut c, REVIEW, &second, &[]).await.expect(422).json();
    assert_eq!(refused["faults"][0]["at"], "left_out");
    let words = refused["faults"][0]["message"].as_str().unwrap();
    assert!(words.contains("“Account baseline” of Search answers Q-01, “How one?”"), "{words}");
    assert_eq!(stands(&mut c, REVIEW, "Q-02").await["standing"], "unanswered", "nothing was done by half");
    uses(&mut c, REVIEW, &second, &["Q-01"]).await.expect(200);
    assert_eq!(stands(&mut c, REVIEW, "Q-02").await["answer"]["template"]["slug"], second.as_str());
    // A later version of the first that answers it too is passed over there, and both sides say so.
    publish(&mut c, &first, "More.", &[said("Q-01", &["aaa"]), json!({ "question": "Q-02", "said": { "none": true } })])
        .await
        .expect(201);
    assert_eq!(stands(&mut c, REVIEW, "Q-02").await["standing"], "none");
    let there = c.get(&format!("{TEMPLATES}/{first}/reviews")).await.expect(200).json();
    assert_eq!(there["items"][0]["passed_over"], json!([{ "question": "Q-02", "template": "Pipeline" }]));
    // When the other is given up, the question falls to the one that waits; below both lies what stood there first.
    c.json("DELETE", &format!("{REVIEW}/templates/{second}"), &Value::Null).await.expect(204);
    let q = stands(&mut c, REVIEW, "Q-02").await;
    assert_eq!((&q["answer"]["template"]["slug"], &q["standing"]), (&json!(first), &json!("high")));
    c.json("DELETE", &format!("{REVIEW}/templates/{first}"), &Value::Null).await.expect(204);
    assert_eq!(stands(&mut c, REVIEW, "Q-02").await["standing"], "unanswered");
    // A template of another lens has nothing to say here.
    let other = SMALL.replace("lens: small", "lens: other");
    c.json("POST", "/api/v1/lenses", &json!({ "files": [{ "name": "other.yaml", "text": other }] })).await.expect(201);
    c.json("POST", TEMPLATES, &json!({ "name": "Else", "lens": "other", "team": "search" })).await.expect(201);
    assert_eq!(uses(&mut c, REVIEW, "else", &[]).await.expect(422).json()["faults"][0]["at"], "template");
    t.end().await;
}

async fn a_publication_and_an_override_at_once_leave_one_of_them_told(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    let slug = made(&mut c, "Account baseline", &[said("Q-01", &["aaa"])]).await;
    uses(&mut c, REVIEW, &slug, &[]).await.expect(200);
    for round in 0..6 {
        let version = stands(&mut c, REVIEW, "Q-01").await["answer"]["version"].as_i64().unwrap();
        let (mut one, mut two, name) = (owner(&t), owner(&t), slug.clone());
        let choices: &[&str] = if round % 2 == 0 { &["aaa", "bbb"] } else { &["aaa"] };
        let published = tokio::spawn(async move { publish(&mut one, &name, "Again.", &[said("Q-01", choices)]).await.status });
        let overridden = tokio::spawn(async move {
            let own = json!({ "based_on": version, "said": { "choices": ["bbb"] }, "override": "Ours is another." });
            two.json("PUT", &format!("{REVIEW}/answers/Q-01"), &own).await.status
        });
        let (published, overridden) = (published.await.unwrap(), overridden.await.unwrap());
        assert_eq!(published, 201, "a publication waits for nobody");
        let q = stands(&mut c, REVIEW, "Q-01").await;
        match overridden {
            200 => {
                assert_eq!((&q["answer"]["said"]["choices"], &q["answer"]["template"]), (&json!(["bbb"]), &Value::Null));
                assert_eq!(q["template"]["overridden"]["reason"], "Ours is another.");
                c.json("DELETE", &format!("{REVIEW}/answers/Q-01/override"), &Value::Null).await.expect(204);
            }
            409 => assert_eq!(q["answer"]["said"]["choices"], json!(choices), "{q}"),
            other => panic!("{other}"),
        }
        let q = stands(&mut c, REVIEW, "Q-01").await;
        assert_eq!(q["answer"]["said"]["choices"], json!(choices), "{q}");
    }
    t.end().await;
}

async fn more_reviews_than_one_step_all_follow(t: TestApp) {
    let mut c = owner(&t);
    c.json("POST", "/api/v1/lenses", &json!({ "files": [{ "name": "small.yaml", "text": SMALL }] })).await.expect(201);
    let slug = made(&mut c, "Account baseline", &[said("Q-01", &["aaa"])]).await;
    let many = wellarch::template::STEP + 3;
    let mut reviews = Vec::new();
    for n in 0..many {
        let name = format!("Shard {n:02}");
        let w =
            c.json("POST", "/api/v1/workloads", &json!({ "name": name, "team": "search", "about": {} })).await.expect(201).json();
        let review = format!("/api/v1/workloads/{}/reviews", w["slug"].as_str().unwrap());
        c.json("POST", &review, &json!({ "lens": "small" })).await.expect(201);
        reviews.push(format!("{review}/small"));
        uses(&mut c, &reviews[n], &slug, &[]).await.expect(200);
    }
    publish(&mut c, &slug, "More.", &[said("Q-01", &["aaa", "bbb"])]).await.expect(201);
    for review in &reviews {
        assert_eq!(stands(&mut c, review, "Q-01").await["answer"]["template"]["version"], 2);
    }
    let all = c.get("/api/v1/prevalence?lens=small").await.expect(200).json();
    let choice = &all["pillars"][0]["questions"][0]["choices"][1];
    assert!(choice.to_string().contains(&many.to_string()), "{choice}");
    let page = c.get(&format!("{TEMPLATES}/{slug}/reviews?limit=10")).await.expect(200).json();
    assert_eq!(page["items"].as_array().unwrap().len(), 10);
    let next = format!("{TEMPLATES}/{slug}/reviews?limit=100&cursor={}", page["next"].as_str().unwrap());
    assert_eq!(c.get(&next).await.expect(200).json()["items"].as_array().unwrap().len(), many - 10);
    t.end().await;
}

async fn a_move_to_another_lens_keeps_what_lies_below(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    answer(&mut c, "Q-01", 0, json!({ "choices": ["bbb"] })).await.expect(200);
    let slug = made(&mut c, "Account baseline", &[said("Q-01", &["aaa"]), said("Q-02", &["ccc"])]).await;
    uses(&mut c, REVIEW, &slug, &[]).await.expect(200);
    // The next version of the lens calls bbb eee, and does not ask Q-02 any more.
    let cut = SMALL.find("      - id: Q-02").unwrap_or_else(|| SMALL.find("Q-02").unwrap());
    let newer = SMALL[..cut].replace("version: \"1\"", "version: \"2\"").replace("bbb", "eee");
    c.json("POST", "/api/v1/lenses", &json!({ "files": [{ "name": "small.yaml", "text": newer }] })).await.expect(201);
    let body = json!({ "milestone": "Before 2", "map": [{ "question": "Q-01", "choices": [{ "from": "bbb", "to": "eee" }] }] });
    c.json("POST", &format!("{REVIEW}/upgrade"), &body).await.expect(200);
    let q = stands(&mut c, REVIEW, "Q-01").await;
    assert_eq!((&q["answer"]["said"]["choices"], &q["answer"]["template"]["slug"]), (&json!(["aaa"]), &json!(slug)));
    let used = c.get(&format!("{REVIEW}/templates")).await.expect(200).json();
    assert_eq!((&used["items"][0]["covers"], &used["items"][0]["lacking"][0]["question"]), (&json!(["Q-01"]), &json!("Q-02")));
    c.json("DELETE", &format!("{REVIEW}/templates/{slug}"), &Value::Null).await.expect(204);
    assert_eq!(stands(&mut c, REVIEW, "Q-01").await["answer"]["said"]["choices"], json!(["eee"]));
    t.end().await;
}

async fn files_do_not_answer_over_a_template(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    let slug = made(&mut c, "Account baseline", &[said("Q-01", &["aaa"])]).await;
    uses(&mut c, REVIEW, &slug, &[]).await.expect(200);
    let listed = json!({ "WorkloadId": "w", "LensAlias": "small", "AnswerSummaries": [
        { "QuestionId": "Q-01", "SelectedChoices": ["bbb"], "IsApplicable": true, "Risk": "HIGH" },
        { "QuestionId": "Q-02", "SelectedChoices": ["ccc"], "IsApplicable": true, "Risk": "NONE" } ] });
    let body = |accept: bool| {
        json!({ "kind": "aws-answers", "lens": "small", "accept_unmapped": accept,
            "files": [{ "name": "answers.json", "text": listed.to_string() }] })
    };
    let imports = "/api/v1/workloads/ledger/review-imports";
    let refused = c.json("POST", imports, &body(false)).await.expect(422).json();
    assert!(refused["faults"][0]["message"].as_str().unwrap().contains("template Account baseline"), "{refused}");
    assert_eq!(c.json("POST", imports, &body(true)).await.expect(200).json()["taken"], 1);
    assert_eq!(stands(&mut c, REVIEW, "Q-01").await["answer"]["said"]["choices"], json!(["aaa"]));
    assert_eq!(stands(&mut c, REVIEW, "Q-02").await["standing"], "none");
    t.end().await;
}

async fn only_the_owner_publishes_and_only_the_team_uses(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    let mut theirs = with(&t, "answer-templates.write", Some("search")).await;
    let mut others = with(&t, "answer-templates.write", Some("checkout")).await;
    let mut team = with(&t, "reviews.answer", Some("checkout")).await;
    let mut elsewhere = with(&t, "reviews.answer", Some("search")).await;
    let new = json!({ "name": "Account baseline", "lens": "small", "team": "search" });
    others.json("POST", TEMPLATES, &new).await.expect(403);
    theirs.json("POST", TEMPLATES, &new).await.expect(201);
    publish(&mut others, "account-baseline", "x", &[said("Q-01", &["aaa"])]).await.expect(403);
    publish(&mut theirs, "account-baseline", "x", &[said("Q-01", &["aaa"])]).await.expect(201);
    let draft = json!({ "based_on": 0, "said": { "none": true } });
    others.json("PUT", &format!("{TEMPLATES}/account-baseline/draft/Q-01"), &draft).await.expect(403);
    others.json("PUT", &format!("{TEMPLATES}/account-baseline"), &json!({ "name": "Mine" })).await.expect(403);
    uses(&mut elsewhere, REVIEW, "account-baseline", &[]).await.expect(403);
    uses(&mut theirs, REVIEW, "account-baseline", &[]).await.expect(403);
    uses(&mut team, REVIEW, "account-baseline", &[]).await.expect(200);
    let own = json!({ "based_on": 1, "said": { "choices": ["bbb"] }, "override": "Ours." });
    elsewhere.json("PUT", &format!("{REVIEW}/answers/Q-01"), &own).await.expect(403);
    team.json("PUT", &format!("{REVIEW}/answers/Q-01"), &own).await.expect(200);
    elsewhere.json("DELETE", &format!("{REVIEW}/answers/Q-01/override"), &Value::Null).await.expect(403);
    elsewhere.json("DELETE", &format!("{REVIEW}/templates/account-baseline"), &Value::Null).await.expect(403);
    team.json("DELETE", &format!("{REVIEW}/templates/account-baseline"), &Value::Null).await.expect(204);
    // Each act stands in the trail, with what it was.
    let id = c.get(&format!("{TEMPLATES}/account-baseline")).await.expect(200).json()["id"].as_str().unwrap().to_owned();
    let page = c.get(&format!("/api/v1/trail?kind=answer-template&id={id}")).await.expect(200).json();
    let verbs: Vec<&str> = page["items"].as_array().unwrap().iter().map(|r| r["verb"].as_str().unwrap()).collect();
    assert!(verbs.len() == 2 && verbs.contains(&"published") && verbs.contains(&"made"), "{verbs:?}");
    t.end().await;
}
