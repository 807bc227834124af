//! Reviews come from elsewhere and go there, over HTTP on both engines.

use kernel::testing::TestApp;
use serde_json::{Value, json};

use crate::reviewing::{SMALL, answer, begun};
use crate::world::{owner, with};

crate::on_both! {
    answers_of_aws_are_taken_whole_or_not_at_all;
    an_export_of_azure_becomes_a_review_and_an_export_again;
    an_archive_makes_the_same_review_elsewhere;
}

const IMPORTS: &str = "/api/v1/workloads/ledger/review-imports";
const REVIEW: &str = "/api/v1/workloads/ledger/reviews/small";

fn aws(dry_run: bool, accept: bool, text: &Value) -> Value {
    json!({ "kind": "aws-answers", "lens": "small", "dry_run": dry_run, "accept_unmapped": accept,
        "files": [{ "name": "answers.json", "text": text.to_string() }] })
}

async fn answers_of_aws_are_taken_whole_or_not_at_all(t: TestApp) {
    let mut c = owner(&t);
    c.json("POST", "/api/v1/lenses", &json!({ "files": [{ "name": "small.yaml", "text": SMALL }] })).await.expect(201);
    let listed = json!({ "WorkloadId": "w", "LensAlias": "small", "AnswerSummaries": [
        { "QuestionId": "Q-01", "SelectedChoices": ["aaa", "other"], "IsApplicable": true, "Risk": "MEDIUM" },
        { "QuestionId": "Q-02", "SelectedChoices": [], "IsApplicable": false, "Reason": "OUT_OF_SCOPE", "Risk": "NOT_APPLICABLE" },
        { "QuestionId": "Q-77", "SelectedChoices": ["x"], "IsApplicable": true, "Risk": "HIGH" } ] });
    let looked = c.json("POST", IMPORTS, &aws(true, false, &listed)).await.expect(200).json();
    assert_eq!((&looked["done"], &looked["taken"], &looked["new_review"]), (&json!(false), &json!(2), &json!(true)));
    let lost: Vec<(Value, Value)> =
        looked["unmapped"].as_array().unwrap().iter().map(|u| (u["question"].clone(), u["choice"].clone())).collect();
    assert_eq!(lost, [(json!("Q-01"), json!("other")), (json!("Q-77"), Value::Null)]);
    c.get(REVIEW).await.expect(404);
    // What has no counterpart keeps the rest out, until somebody says that it may.
    let refused = c.json("POST", IMPORTS, &aws(false, false, &listed)).await.expect(422).json();
    assert_eq!(refused["faults"].as_array().map(Vec::len), Some(3), "{refused}");
    c.get(REVIEW).await.expect(404);
    let mut lead = with(&t, "reviews.answer", Some("checkout")).await;
    with(&t, "reviews.answer", Some("search")).await.json("POST", IMPORTS, &aws(false, true, &listed)).await.expect(403);
    let taken = lead.json("POST", IMPORTS, &aws(false, true, &listed)).await.expect(200).json();
    assert_eq!((&taken["done"], &taken["taken"]), (&json!(true), &json!(2)));
    let review = c.get(REVIEW).await.expect(200).json();
    assert_eq!((&review["counts"]["medium"], &review["counts"]["not_applicable"]), (&json!(1), &json!(1)));
    // The same again is nothing new.
    let again = lead.json("POST", IMPORTS, &aws(false, true, &listed)).await.expect(200).json();
    assert_eq!((&again["taken"], &again["skipped"], &again["new_review"]), (&json!(0), &json!(2), &json!(false)));
    let faults = |v: Value| v["faults"][0]["at"].clone();
    for (body, at) in [
        (json!({ "kind": "aws-answers", "files": [{ "name": "a", "text": "{}" }] }), "lens"),
        (json!({ "kind": "aws-answers", "lens": "nobody", "files": [{ "name": "a", "text": "[]" }] }), "lens"),
        (aws(false, true, &json!({ "what": "is this" })), "files"),
        (json!({ "kind": "aws-answers", "lens": "small", "files": [] }), "files"),
        (json!({ "kind": "azure-war", "files": [{ "name": "a", "text": "a,b\n" }] }), "files"),
        (json!({ "kind": "archive", "files": [{ "name": "a", "text": "{}" }] }), "files"),
    ] {
        assert_eq!(faults(c.json("POST", IMPORTS, &body).await.expect(422).json()), at, "{body}");
    }
    assert_eq!(c.get(REVIEW).await.expect(200).json(), review);
    t.end().await;
}

const EXPORT: &str = "Some Review - Nov 17 2023,,,,\r\nYour overall results,Critical,'1/4',,\r\n-----------,,,,\r\nCategory,Question,Answers,Selected Answer,Note\r\nReliability,How do you fail?,Slowly,Slowly,seen\r\nReliability,How do you fail?,Never,,\r\nReliability,How do you fail?,None of the above.,,\r\nSecurity,Who may?,Everybody,,\r\nSecurity,Who may?,None of the above.,None of the above.,\r\n";

async fn an_export_of_azure_becomes_a_review_and_an_export_again(t: TestApp) {
    let mut c = owner(&t);
    let body = |dry_run: bool, text: &str| json!({ "kind": "azure-war", "dry_run": dry_run, "files": [{ "name": "review.csv", "text": text }] });
    let looked = c.json("POST", IMPORTS, &body(true, EXPORT)).await.expect(200).json();
    assert_eq!((&looked["lens"], &looked["new_lens"], &looked["taken"]), (&json!("some-review"), &json!(true), &json!(2)));
    c.get("/api/v1/lenses/some-review").await.expect(404);
    // Its lens is published with it, so whoever may not publish lenses cannot take it in.
    with(&t, "reviews.answer", Some("checkout")).await.json("POST", IMPORTS, &body(false, EXPORT)).await.expect(403);
    c.get("/api/v1/lenses/some-review").await.expect(404);
    c.json("POST", IMPORTS, &body(false, EXPORT)).await.expect(200);
    let here = "/api/v1/workloads/ledger/reviews/some-review";
    let review = c.get(here).await.expect(200).json();
    assert_eq!((&review["counts"]["medium"], &review["counts"]["high"]), (&json!(1), &json!(1)));
    assert_eq!(c.get(&format!("{here}/azure-csv")).await.expect(200).text, EXPORT);
    // What is answered here stands in the export that goes back.
    let q = &review["pillars"][1]["questions"][0];
    let put = format!("{here}/answers/{}", q["id"].as_str().unwrap());
    let said = json!({ "choices": [q["choices"][0]["id"]], "note": "since May" });
    c.json("PUT", &put, &json!({ "based_on": 1, "said": said })).await.expect(200);
    let back = c.get(&format!("{here}/azure-csv")).await.expect(200).text;
    assert!(
        back.contains("Security,Who may?,Everybody,Everybody,since May\r\nSecurity,Who may?,None of the above.,,\r\n"),
        "{back}"
    );
    // A later export of the same assessment is a newer answer to the same lens.
    let later = EXPORT.replace("Nov 17 2023", "Feb 1 2024").replace("How do you fail?,Never,,", "How do you fail?,Never,Never,");
    let taken = c.json("POST", IMPORTS, &body(false, &later)).await.expect(200).json();
    assert_eq!((&taken["new_lens"], &taken["new_review"], &taken["taken"]), (&json!(false), &json!(false), &json!(2)));
    c.json("POST", "/api/v1/lenses", &json!({ "files": [{ "name": "small.yaml", "text": SMALL }] })).await.expect(201);
    c.json("POST", "/api/v1/workloads/ledger/reviews", &json!({ "lens": "small" })).await.expect(201);
    c.get(&format!("{REVIEW}/azure-csv")).await.expect(404);
    t.end().await;
}

async fn an_archive_makes_the_same_review_elsewhere(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    let mut maya = with(&t, "reviews.answer", Some("checkout")).await;
    answer(&mut maya, "Q-01", 0, json!({ "choices": ["aaa"] })).await.expect(200);
    t.clock.advance(std::time::Duration::from_secs(60));
    answer(&mut c, "Q-01", 1, json!({ "choices": ["aaa", "bbb"], "note": "since <May>" })).await.expect(200);
    c.json("POST", &format!("{REVIEW}/milestones"), &json!({ "name": "Q4" })).await.expect(201);
    let newer = SMALL.replace("How two?", "How many?").replace("version: \"1\"", "version: \"2\"");
    t.clock.advance(std::time::Duration::from_secs(60));
    c.json("POST", "/api/v1/lenses", &json!({ "files": [{ "name": "small.yaml", "text": newer }] })).await.expect(201);
    c.json("POST", &format!("{REVIEW}/upgrade"), &json!({ "milestone": "Before 2" })).await.expect(200);
    let said = json!({ "text": "Who <holds> the keys?" });
    c.json("POST", &format!("{REVIEW}/answers/Q-01/comments"), &said).await.expect(201);
    c.json("POST", &format!("{REVIEW}/sittings"), &json!({ "attendees": ["Ana <x>"] })).await.expect(201);
    c.json("POST", &format!("{REVIEW}/sittings/1/closing"), &json!({})).await.expect(200);
    c.json("POST", &format!("{REVIEW}/sittings/1/addenda"), &json!({ "text": "It was Tuesday." })).await.expect(201);
    let link = json!({ "title": "Runbook", "url": "https://example.org/runbook" });
    c.json("POST", &format!("{REVIEW}/answers/Q-02/links"), &link).await.expect(201);
    let archive = c.get(&format!("{REVIEW}/archive")).await.expect(200).json();
    assert_eq!((archive["lenses"].as_array().map(Vec::len), archive["answers"].as_array().map(Vec::len)), (Some(2), Some(2)));
    // The other workload stands for the other server; there the lens is published already.
    let imports = "/api/v1/workloads/index/review-imports";
    let body = |dry_run: bool, a: &Value| json!({ "kind": "archive", "dry_run": dry_run, "files": [{ "name": "ledger.json", "text": a.to_string() }] });
    let looked = c.json("POST", imports, &body(true, &archive)).await.expect(200).json();
    assert_eq!((&looked["done"], &looked["new_lens"], &looked["taken"]), (&json!(false), &json!(false), &json!(1)));
    for (at, value) in [
        ("/digest", json!("00")),
        ("/answers/0/version", json!(2)),
        ("/milestones/0/document", json!("{}")),
        ("/begun_at", json!("2030-01-01T00:00:00Z")),
        ("/comments/0/question", json!("Q-77")),
        ("/sittings/0/minutes/facilitator/name", json!("other")),
    ] {
        let mut spoilt = archive.clone();
        *spoilt.pointer_mut(at).unwrap() = value;
        let refused = c.json("POST", imports, &body(false, &spoilt)).await.expect(422).json();
        assert_eq!(refused["faults"][0]["at"], "files", "{refused}");
    }
    c.get("/api/v1/workloads/index/reviews/small").await.expect(404);
    with(&t, "reviews.answer", Some("search")).await.json("POST", imports, &body(false, &archive)).await.expect(403);
    c.json("POST", imports, &body(false, &archive)).await.expect(200);
    // The same review: answers with who and when, milestones byte for byte, moves.
    let mut again = c.get("/api/v1/workloads/index/reviews/small/archive").await.expect(200).json();
    again["workload"] = archive["workload"].clone();
    again["team"] = archive["team"].clone();
    assert_eq!(again, archive);
    let there = c.get("/api/v1/workloads/index/reviews/small/milestones").await.expect(200).json();
    assert_eq!(there, c.get(&format!("{REVIEW}/milestones")).await.expect(200).json());
    c.json("POST", imports, &body(false, &archive)).await.expect(409);
    // A file is named and not carried along; whoever takes the rest says so.
    let mut more = archive.clone();
    more["evidence"].as_array_mut().unwrap().push(json!({ "question": "Q-02", "title": "plan.pdf", "digest": "ab12",
        "by": "Ana", "at": "2026-11-17T15:33:00Z" }));
    c.json("POST", "/api/v1/workloads", &json!({ "name": "Third", "team": "search", "about": {} })).await.expect(201);
    let third = "/api/v1/workloads/third/review-imports";
    let refused = c.json("POST", third, &body(false, &more)).await.expect(422).json();
    assert!(refused["faults"][0]["message"].as_str().unwrap().contains("attach it again (ab12)"), "{refused}");
    let mut taken = body(false, &more);
    taken["accept_unmapped"] = json!(true);
    c.json("POST", third, &taken).await.expect(200);
    let pieces = c.get("/api/v1/workloads/third/reviews/small/archive").await.expect(200).json()["evidence"].clone();
    assert_eq!(pieces, archive["evidence"]);
    assert!(c.get("/workloads/index/reviews/small").await.expect(200).text.contains("How many?"));
    t.end().await;
}
