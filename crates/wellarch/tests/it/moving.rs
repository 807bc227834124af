//! A review moves to another version of its lens, over HTTP on both engines.

use kernel::testing::{Client, TestApp};
use serde_json::json;

use crate::reviewing::{SMALL, answer, begun};
use crate::world::{owner, with};

crate::on_both! {
    a_review_moves_with_a_milestone_and_loses_no_answer;
    what_cannot_be_done_changes_nothing;
}

const REVIEW: &str = "/api/v1/workloads/ledger/reviews/small";

/// Version 2: `bbb` is gone, `ddd` is new, `Q-02` has become `Q-03` and its choice `ccc` is `measured`.
fn second() -> String {
    let text = SMALL
        .replace("version: \"1\"", "version: \"2\"")
        .replace("{ id: bbb, title: Tick b,", "{ id: ddd, title: Tick d,")
        .replace("aaa && bbb", "aaa && ddd")
        .replace("Q-02", "Q-03")
        .replace("ccc", "measured");
    assert!(text.contains("ddd") && text.contains("measured"));
    text
}

async fn publish_second(t: &TestApp) -> String {
    t.clock.advance(std::time::Duration::from_secs(3_600));
    let lens = json!({ "files": [{ "name": "small.yaml", "text": second() }] });
    let made = owner(t).json("POST", "/api/v1/lenses", &lens).await.expect(201).json();
    made["version"]["digest"].as_str().unwrap().to_owned()
}

async fn a_review_moves_with_a_milestone_and_loses_no_answer(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    answer(&mut c, "Q-01", 0, json!({ "choices": ["aaa", "bbb"], "note": "as agreed" })).await.expect(200);
    answer(&mut c, "Q-02", 0, json!({ "choices": ["ccc"] })).await.expect(200);
    assert!(!c.get("/workloads/ledger/reviews/small").await.expect(200).text.contains("See what would change"));
    let before = c.get(REVIEW).await.expect(200).json();
    let to = publish_second(&t).await;
    // The page says so, shows what would change, and nothing moves by looking.
    assert!(c.get("/workloads/ledger/reviews/small").await.expect(200).text.contains("See what would change"));
    let page = c.get("/workloads/ledger/reviews/small/upgrade").await.expect(200).text;
    for part in ["From version 1 to 2", "the question is gone", "value=\"Before version 2\"", "the choice is gone; it was ticked"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let looked = c.get(&format!("{REVIEW}/upgrade?to={to}")).await.expect(200).json();
    assert_eq!(
        (&looked["done"], &looked["questions"][0]["before"], &looked["questions"][0]["after"]),
        (&json!(false), &json!("none"), &json!("medium"))
    );
    let map = json!([{ "question": "Q-02", "to": "Q-03", "choices": [{ "from": "ccc", "to": "measured" }] }]);
    let dry = json!({ "milestone": "", "map": map, "dry_run": true });
    assert_eq!(
        c.json("POST", &format!("{REVIEW}/upgrade"), &dry).await.expect(200).json()["not_carried"].as_array().unwrap().len(),
        1
    );
    assert_eq!(c.get(REVIEW).await.expect(200).json(), before);
    // It moves: in one step there is the milestone, the version and the answers.
    let mut facilitator = with(&t, "milestones.write", Some("checkout")).await;
    let new = json!({ "milestone": "Before version 2", "map": map, "from": before["lens"]["digest"] });
    let done = facilitator.json("POST", &format!("{REVIEW}/upgrade"), &new).await.expect(200).json();
    assert_eq!((&done["done"], &done["carried"]), (&json!(true), &json!(2)));
    let after = c.get(REVIEW).await.expect(200).json();
    assert_eq!((&after["lens"]["version"], &after["lens"]["digest"]), (&json!("2"), &json!(to)));
    let questions = &after["pillars"][0]["questions"];
    assert_eq!((&questions[0]["standing"], &questions[0]["answer"]["said"]["choices"]), (&json!("medium"), &json!(["aaa"])));
    assert_eq!((&questions[0]["answer"]["said"]["note"], &questions[0]["answer"]["version"]), (&json!("as agreed"), &json!(2)));
    assert_eq!((&questions[1]["id"], &questions[1]["standing"]), (&json!("Q-03"), &json!("none")));
    let kept = c.get(&format!("{REVIEW}/milestones/before-version-2")).await.expect(200).json();
    assert_eq!(kept, before, "the milestone is the review as it stood");
    let compared = c.get(&format!("{REVIEW}/comparison?from=before-version-2")).await.expect(200).json();
    assert_eq!((&compared["from"]["lens_version"], &compared["to"]["lens_version"]), (&json!("1"), &json!("2")));
    // What the reviews said at the end of a day is told with the version of that day.
    t.clock.advance(std::time::Duration::from_secs(5 * 86_400));
    c.get("/api/v1/prevalence?lens=small&period=2026-11-17").await.expect(200);
    // There is nowhere to move from there, and back is a move as well.
    let nowhere = c.get(&format!("{REVIEW}/upgrade")).await.expect(422).json();
    assert_eq!(nowhere["faults"][0]["at"], "to");
    assert!(c.get("/workloads/ledger/reviews/small/upgrade").await.expect(200).text.contains("no other version to move to"));
    let back = json!({ "milestone": "Back", "to": before["lens"]["digest"], "map": [] });
    c.json("POST", &format!("{REVIEW}/upgrade"), &back).await.expect(200);
    let again = c.get(REVIEW).await.expect(200).json();
    assert_eq!(again["pillars"][0]["questions"][1]["standing"], "unanswered", "an old answer does not come back by itself");
    t.end().await;
}

async fn what_cannot_be_done_changes_nothing(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    answer(&mut c, "Q-01", 0, json!({ "choices": ["aaa"] })).await.expect(200);
    c.json("POST", &format!("{REVIEW}/milestones"), &json!({ "name": "Q4" })).await.expect(201);
    publish_second(&t).await;
    let before = c.get(REVIEW).await.expect(200).json();
    let upgrade = format!("{REVIEW}/upgrade");
    for (body, status, at) in [
        (json!({ "milestone": "" }), 422, "milestone"),
        (json!({ "milestone": "now" }), 422, "milestone"),
        (json!({ "milestone": "Q4" }), 409, ""),
        (json!({ "milestone": "A", "to": "00" }), 422, "to"),
        (json!({ "milestone": "A", "from": "00" }), 409, ""),
        (json!({ "milestone": "A", "map": [{ "question": "Q-09" }] }), 422, "map.0.question"),
        (json!({ "milestone": "A", "map": [{ "question": "Q-01", "to": "\u{0}" }] }), 422, "map.0.to"),
    ] {
        let answer = c.json("POST", &upgrade, &body).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text);
        if status == 422 {
            assert_eq!(answer.json()["faults"][0]["at"], at, "{body}: {}", answer.text);
        }
    }
    with(&t, "reviews.answer", Some("checkout")).await.json("POST", &upgrade, &json!({ "milestone": "A" })).await.expect(403);
    with(&t, "milestones.write", Some("search")).await.json("POST", &upgrade, &json!({ "milestone": "A" })).await.expect(403);
    let csrf = Client::csrf(&c.get("/workloads/ledger/reviews/small/upgrade").await.expect(200).text);
    let form = [("csrf", csrf.as_str()), ("milestone", "A <b>"), ("map", "Q-01 -> Q-02"), ("act", "move")];
    let page = c.form("/workloads/ledger/reviews/small/upgrade", &form).await.expect(422).text;
    assert!(page.contains("is no pair") && page.contains("A &lt;b&gt;") && page.contains("Q-01 -&gt; Q-02"), "{page}");
    let look = [("csrf", csrf.as_str()), ("milestone", "A"), ("map", "Q-02 = Q-03"), ("act", "look")];
    assert!(c.form("/workloads/ledger/reviews/small/upgrade", &look).await.expect(200).text.contains("Q-03"));
    assert_eq!(c.get(REVIEW).await.expect(200).json(), before);
    let milestones = c.get(&format!("{REVIEW}/milestones")).await.expect(200).json();
    assert_eq!(milestones["items"].as_array().map(Vec::len), Some(1), "no milestone was saved by what was refused");
    // Two at once: one moves the review, the other is told.
    let mut tasks = Vec::new();
    for n in 0..4 {
        let mut c = owner(&t);
        let body = json!({ "milestone": format!("M {n}"), "from": before["lens"]["digest"] });
        let upgrade = upgrade.clone();
        tasks.push(tokio::spawn(async move { c.json("POST", &upgrade, &body).await.status }));
    }
    let mut statuses: Vec<u16> = Vec::new();
    for task in tasks {
        statuses.push(task.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409]);
    let milestones = c.get(&format!("{REVIEW}/milestones")).await.expect(200).json();
    assert_eq!(milestones["items"].as_array().map(Vec::len), Some(2), "{milestones}");
    t.end().await;
}
