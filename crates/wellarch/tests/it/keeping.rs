//! Milestones: saved, never changed, compared, over HTTP on both engines.

use kernel::testing::{Client, TestApp};
use kernel::trail::merkle::hex_digest;
use serde_json::json;

use crate::reviewing::{answer, begun};
use crate::world::{owner, with};

crate::on_both! {
    a_milestone_stays_as_it_was_saved;
    two_milestones_are_compared;
    risks_follow_from_the_answers;
    a_report_is_read_in_four_forms;
}

const REVIEW: &str = "/workloads/ledger/reviews/small";

async fn a_milestone_stays_as_it_was_saved(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    answer(&mut c, "Q-01", 0, json!({ "choices": ["aaa"], "note": "then" })).await.expect(200);
    let api = format!("/api/v1{REVIEW}/milestones");
    let made = c.json("POST", &api, &json!({ "name": "Q3 2026" })).await.expect(201).json();
    assert_eq!(made["slug"], "q3-2026");
    let document = c.get(&format!("{api}/q3-2026")).await.expect(200);
    assert_eq!(hex_digest(document.text.as_bytes()), made["digest"].as_str().unwrap(), "the digest is of what is sent");
    answer(&mut c, "Q-01", 1, json!({ "choices": ["aaa", "bbb"] })).await.expect(200);
    assert_eq!(c.get(&format!("{api}/q3-2026")).await.expect(200).text, document.text);
    assert_eq!(document.json()["pillars"][0]["questions"][0]["standing"], "medium");
    let page = c.get(&format!("{REVIEW}/milestones/q3-2026")).await.expect(200).text;
    assert!(page.contains("Q3 2026") && page.contains("Medium") && page.contains("then"), "{page}");
    // The last milestone stands beside the question.
    let page = c.get(&format!("{REVIEW}/questions/Q-01")).await.expect(200).text;
    assert!(page.contains("At <bdi>Q3 2026"), "{page}");
    // The name is taken for good; without one, or called now, there is none.
    c.json("POST", &api, &json!({ "name": "Q3 2026" })).await.expect(409);
    for name in ["", "now"] {
        c.json("POST", &api, &json!({ "name": name })).await.expect(422);
    }
    c.get(&format!("{api}/q9")).await.expect(404);
    assert_eq!(c.get(&api).await.expect(200).json()["items"].as_array().unwrap().len(), 1);
    // Who answers does not save, and by form a refused name stays.
    let mut team = with(&t, "reviews.answer", Some("checkout")).await;
    team.json("POST", &api, &json!({ "name": "mine" })).await.expect(403);
    let mut search = with(&t, "milestones.write", Some("search")).await;
    search.json("POST", &api, &json!({ "name": "mine" })).await.expect(403);
    let page = c.get(&format!("{REVIEW}/milestones")).await.expect(200).text;
    let csrf = Client::csrf(&page);
    let form = |name: &'static str| [("csrf", csrf.clone()), ("name", name.to_owned())];
    for (name, status) in [("Q3  2026", 422), ("Q4 2026", 303)] {
        let fields = form(name);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let answered = c.form(&format!("{REVIEW}/milestones"), &fields).await.expect(status);
        assert!(status == 303 || answered.text.contains("value=\"Q3  2026\""), "{}", answered.text);
    }
    t.end().await;
}

async fn two_milestones_are_compared(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    let api = format!("/api/v1{REVIEW}");
    answer(&mut c, "Q-01", 0, json!({ "choices": ["aaa"] })).await.expect(200);
    answer(&mut c, "Q-02", 0, json!({ "choices": ["ccc"] })).await.expect(200);
    c.json("POST", &format!("{api}/milestones"), &json!({ "name": "Q3" })).await.expect(201);
    answer(&mut c, "Q-01", 1, json!({ "choices": ["aaa", "bbb"] })).await.expect(200);
    answer(&mut c, "Q-02", 1, json!({ "none": true })).await.expect(200);
    t.clock.advance(std::time::Duration::from_secs(60));
    c.json("POST", &format!("{api}/milestones"), &json!({ "name": "Q4" })).await.expect(201);
    let found = c.get(&format!("{api}/comparison?from=q3&to=q4")).await.expect(200).json();
    assert_eq!((&found["resolved"], &found["new"]), (&json!(1), &json!(1)));
    let changes = &found["changes"];
    assert_eq!((&changes[0]["before"], &changes[0]["after"]), (&json!("medium"), &json!("none")));
    assert_eq!((&changes[0]["gained"], &changes[1]["lost"]), (&json!(["Tick b"]), &json!(["Tick c"])));
    assert_eq!((&found["from"]["counts"]["medium"], &found["to"]["counts"]["high"]), (&json!(1), &json!(1)));
    // Nothing has changed since the last one.
    let since = c.get(&format!("{api}/comparison?from=q4")).await.expect(200).json();
    assert_eq!((since["changes"].as_array().unwrap().len(), &since["to"]["name"]), (0, &json!("now")));
    let page = c.get(&format!("{REVIEW}/comparison?from=q3&to=q4")).await.expect(200).text;
    assert!(page.contains("From Q3 to Q4") && page.contains("<ins>"), "{page}");
    assert!(c.get(&format!("{REVIEW}/milestones")).await.expect(200).text.contains("Compare two"));
    c.get(&format!("{api}/comparison?from=nothing")).await.expect(404);
    t.end().await;
}

async fn risks_follow_from_the_answers(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    let at = "/api/v1/workloads/ledger/risks";
    let none = c.get(at).await.expect(200).json();
    assert_eq!((&none["high"], &none["unanswered"]), (&json!(0), &json!(2)));
    answer(&mut c, "Q-01", 0, json!({ "choices": ["aaa"] })).await.expect(200);
    answer(&mut c, "Q-02", 0, json!({ "none": true })).await.expect(200);
    let found = c.get(at).await.expect(200).json();
    assert_eq!((&found["high"], &found["medium"]), (&json!(1), &json!(1)));
    let practices: Vec<&str> = found["improvements"].as_array().unwrap().iter().map(|i| i["choice"].as_str().unwrap()).collect();
    assert_eq!(practices, ["ccc", "bbb"], "high first");
    let page = c.get("/workloads/ledger/risks").await.expect(200).text;
    assert!(page.contains("Two risks are open") && page.contains("Do c."), "{page}");
    answer(&mut c, "Q-02", 1, json!({ "choices": ["ccc"] })).await.expect(200);
    assert_eq!(c.get(at).await.expect(200).json()["high"], 0);
    // A workload without a review has no risks to show, and says so.
    c.get("/workloads/index/risks").await.expect(200);
    c.get("/workloads/nobody/risks").await.expect(404);
    t.end().await;
}

async fn a_report_is_read_in_four_forms(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    answer(&mut c, "Q-01", 0, json!({ "choices": ["aaa"], "note": "=1+1" })).await.expect(200);
    let page = c.get(&format!("{REVIEW}/report")).await.expect(200).text;
    for part in ["Review of Ledger", "0 high and 1 medium risks in 1 answered of 2", "Not in the register", "/report/markdown"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let markdown = c.get(&format!("{REVIEW}/report/markdown")).await.expect(200);
    assert!(markdown.headers["content-type"].to_str().unwrap().starts_with("text/markdown"));
    assert!(markdown.text.starts_with("# Ledger: Small\n"), "{}", markdown.text);
    let csv = c.get(&format!("/api/v1{REVIEW}/csv")).await.expect(200);
    assert_eq!(csv.text.lines().count(), 4, "{}", csv.text);
    assert!(csv.text.contains("'=1+1") && csv.headers["content-disposition"].to_str().unwrap().contains("ledger-small.csv"));
    c.get("/workloads/ledger/reviews/core/report").await.expect(404);
    t.end().await;
}
