//! What several reviews say together, over HTTP on both engines.

use kernel::testing::{Client, TestApp};
use serde_json::{Value, json};

use crate::reviewing::SMALL;
use crate::world::{owner, with};

crate::on_both! {
    prevalence_counts_practices_and_follows_each_answer;
    prevalence_looks_back_and_filters;
    a_filter_that_cannot_be_is_refused_with_its_place;
}

const ALL: &str = "/api/v1/prevalence?lens=small";

/// Seven workloads of the team Checkout with a review of the small lens each; `w-0` to `w-6`.
async fn seven(t: &TestApp) {
    let mut c = owner(t);
    let lens = json!({ "files": [{ "name": "small.yaml", "text": SMALL }] });
    c.json("POST", "/api/v1/lenses", &lens).await.expect(201);
    for i in 0..7 {
        let tier = if i < 5 { "1" } else { "2" };
        let workload = json!({ "name": format!("W {i}"), "team": "checkout", "about": { "tier": tier } });
        c.json("POST", "/api/v1/workloads", &workload).await.expect(201);
        let begin = json!({ "lens": "small" });
        c.json("POST", &format!("/api/v1/workloads/w-{i}/reviews"), &begin).await.expect(201);
    }
}

async fn answer(c: &mut Client, i: usize, question: &str, based_on: i64, said: Value) {
    let path = format!("/api/v1/workloads/w-{i}/reviews/small/answers/{question}");
    c.json("PUT", &path, &json!({ "based_on": based_on, "said": said })).await.expect(200);
}

/// k and n of the first choice of the first question.
fn first(found: &Value) -> (Value, Value) {
    let share = &found["pillars"][0]["questions"][0]["choices"][0]["in_place"];
    (share["k"].clone(), share["n"].clone())
}

async fn prevalence_counts_practices_and_follows_each_answer(t: TestApp) {
    seven(&t).await;
    let mut c = owner(&t);
    let empty = c.get(ALL).await.expect(200).json();
    assert_eq!((&empty["reviews"], &empty["interval"]), (&json!(0), &json!("Wilson, 95 %")));
    assert!(c.get("/prevalence?lens=small").await.expect(200).text.contains("No review yet"));
    for i in 0..4 {
        answer(&mut c, i, "Q-01", 0, json!({ "choices": ["aaa"] })).await;
    }
    let few = c.get(ALL).await.expect(200).json();
    assert_eq!(few["pillars"][0]["questions"][0]["high"], json!({ "few": true }), "four reviews are too few to be told");
    answer(&mut c, 4, "Q-01", 0, json!({ "none": true })).await;
    answer(&mut c, 5, "Q-01", 0, json!({ "does_not_apply": "out-of-scope" })).await;
    let five = c.get(ALL).await.expect(200).json();
    assert_eq!(first(&five), (json!(4), json!(5)));
    let high = &five["pillars"][0]["questions"][0]["high"];
    assert_eq!((&high["k"], &high["n"], &high["not_applicable"]), (&json!(1), &json!(5), &json!(1)));
    // What is kept in memory follows: an answer just now, one after a while, one after a long while.
    for (n, wait) in [1, 200, 4_000].into_iter().enumerate() {
        answer(
            &mut c,
            4,
            "Q-01",
            1 + i64::try_from(n).unwrap(),
            json!({ "choices": if n % 2 == 0 { json!(["aaa"]) } else { json!(["bbb"]) } }),
        )
        .await;
        let k = if n % 2 == 0 { 5 } else { 4 };
        assert_eq!(first(&c.get(ALL).await.expect(200).json()), (json!(k), json!(5)), "{n}");
        t.clock.advance(std::time::Duration::from_secs(wait));
        assert_eq!(first(&c.get(ALL).await.expect(200).json()), (json!(k), json!(5)), "{n}");
    }
    let page = c.get("/prevalence?lens=small").await.expect(200).text;
    for part in ["Tick a", "5 of 5, 100 %", "not applicable to 1"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("Checkout") && !page.contains("W 4"), "no team and no workload is named: {page}");
    let csv = c.get("/api/v1/prevalence/csv?lens=small").await.expect(200).text;
    assert!(csv.starts_with("kind,pillar,") && csv.contains("choice,Only,Q-01,How one?,aaa,Tick a,in place,5,5,1,1.0000"), "{csv}");
    // Whoever reads nothing else may read this; nobody without an account does.
    with(&t, "values.write", Some("search")).await.get(ALL).await.expect(200);
    t.client().get(ALL).await.expect(401);
    t.end().await;
}

async fn prevalence_looks_back_and_filters(t: TestApp) {
    seven(&t).await;
    let mut c = owner(&t);
    for i in 0..7 {
        answer(&mut c, i, "Q-01", 0, json!({ "choices": ["aaa"] })).await;
    }
    // The clock stands in November 2026. In January they say something else.
    t.clock.advance(std::time::Duration::from_secs(60 * 86_400));
    for i in 0..6 {
        answer(&mut c, i, "Q-01", 1, json!({ "choices": ["bbb"] })).await;
    }
    for (query, expected) in [
        ("", (json!(1), json!(7))),
        ("&period=2026-Q4", (json!(7), json!(7))),
        ("&period=2026-12-31", (json!(7), json!(7))),
        ("&period=2027-12", (json!(1), json!(7))),
        ("&tier=1", (json!(0), json!(5))),
        ("&tier=1&period=2026-12", (json!(5), json!(5))),
        ("&tier=2", (Value::Null, Value::Null)),
        ("&group=shop", (json!(1), json!(7))),
    ] {
        // Twice: the second comes from memory.
        for _ in 0..2 {
            assert_eq!(first(&c.get(&format!("{ALL}{query}")).await.expect(200).json()), expected, "{query}");
        }
    }
    assert_eq!(c.get(&format!("{ALL}&period=2026-Q3")).await.expect(200).json()["reviews"], 0);
    c.json("POST", "/api/v1/groups", &json!({ "name": "Quay", "zone": "UTC", "first_day": "2026-01-07" })).await.expect(201);
    assert_eq!(c.get(&format!("{ALL}&group=quay")).await.expect(200).json()["reviews"], 0);
    // A workload that is put away does not count any more.
    c.json("POST", "/api/v1/workloads/w-6/archival", &json!({ "reason": "sold" })).await.expect(204);
    assert_eq!(first(&c.get(ALL).await.expect(200).json()), (json!(0), json!(6)));
    t.end().await;
}

async fn a_filter_that_cannot_be_is_refused_with_its_place(t: TestApp) {
    seven(&t).await;
    let mut c = owner(&t);
    for (query, status, says) in [
        ("lens=small&period=2026-13", 422, "2026-Q3"),
        ("lens=small&period=%3Cx%3E", 422, "2026-Q3"),
        ("lens=small&version=00", 422, "no version of that digest"),
        ("lens=nobody", 422, "nobody"),
        ("lens=small&group=nobody", 422, "nobody"),
        ("lens=%00", 422, "lens"),
        ("lens=small&tier=%00", 200, "small"),
    ] {
        let answer = c.get(&format!("/api/v1/prevalence?{query}")).await;
        assert_eq!(answer.status, status, "{query}: {}", answer.text);
        assert!(answer.text.contains(says), "{query}: {}", answer.text);
    }
    let page = c.get("/prevalence?lens=small&period=2026-13").await.expect(422).text;
    assert!(page.contains("is no period") && page.contains("value=\"2026-13\""), "{page}");
    t.end().await;
}
