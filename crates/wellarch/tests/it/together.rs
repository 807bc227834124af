//! What several reviews say together, over HTTP on both engines.

use kernel::testing::{Client, TestApp};
use serde_json::{Value, json};

use crate::reviewing::SMALL;
use crate::world::{owner, with};

crate::on_both! {
    prevalence_counts_practices_and_follows_each_answer;
    prevalence_looks_back_and_filters;
    a_filter_that_cannot_be_is_refused_with_its_place;
    one_report_of_all_has_each_workload_in_the_order_of_teams;
    reviews_are_due_planned_and_in_a_calendar;
    how_often_is_said_by_the_organisation_and_by_groups;
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

async fn one_report_of_all_has_each_workload_in_the_order_of_teams(t: TestApp) {
    seven(&t).await;
    let mut c = owner(&t);
    answer(&mut c, 2, "Q-01", 0, json!({ "choices": ["aaa"] })).await;
    let whole = c.get("/api/v1/reviews/consolidated?group=shop").await.expect(200).json();
    let names: Vec<&str> = whole["items"].as_array().unwrap().iter().map(|w| w["workload"]["slug"].as_str().unwrap()).collect();
    assert_eq!(names, ["w-0", "w-1", "w-2", "w-3", "w-4", "w-5", "w-6"], "workloads without a review are left out");
    let q = &whole["items"][2]["lenses"][0]["pillars"][0]["questions"][0];
    assert_eq!((&q["standing"], &q["missing"]), (&json!("medium"), &json!([{ "id": "bbb", "title": "Tick b" }])));
    // In pages.
    let (mut path, mut seen) = ("/api/v1/reviews/consolidated/aws?limit=3".to_owned(), Vec::new());
    loop {
        let page = c.get(&path).await.expect(200).json();
        seen.extend(page["Metrics"].as_array().unwrap().iter().map(|w| w["WorkloadId"].as_str().unwrap().to_owned()));
        let Some(next) = page["NextToken"].as_str() else { break };
        path = format!("/api/v1/reviews/consolidated/aws?limit=3&cursor={next}");
    }
    assert_eq!(seen, names);
    let csv = c.get("/api/v1/reviews/consolidated/csv").await.expect(200).text;
    assert!(csv.contains("W 2,Checkout,Small,1,Only,Q-01,How one?,medium risk,bbb,Tick b,not in place"), "{csv}");
    assert!(c.get("/reviews/consolidated").await.expect(200).text.contains("W 6"));
    assert!(c.get("/reviews/consolidated/markdown").await.expect(200).text.contains("- **medium risk** (Only): How one?"));
    for (query, at) in [("cursor=zz", "cursor"), ("cursor=6e6f", "cursor"), ("limit=101", "limit"), ("group=nobody", "group")] {
        let refused = c.get(&format!("/api/v1/reviews/consolidated?{query}")).await.expect(422).json();
        assert_eq!(refused["faults"][0]["at"], at, "{refused}");
    }
    t.end().await;
}

/// When the first workload's next review is due.
async fn due(c: &mut Client) -> Value {
    let all = c.get("/api/v1/reviews/due?group=shop").await.expect(200).json();
    all["items"].as_array().unwrap().iter().find(|d| d["workload"]["slug"] == "w-0").unwrap().clone()
}

/// The lines of iCalendar, unfolded.
fn lines(ical: &str) -> Vec<String> {
    assert!(ical.ends_with("\r\n") && ical.split("\r\n").all(|l| l.len() <= 75));
    ical.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
}

async fn reviews_are_due_planned_and_in_a_calendar(t: TestApp) {
    seven(&t).await;
    let mut c = owner(&t);
    let first = due(&mut c).await;
    assert_eq!((&first["workload"]["slug"], &first["state"], &first["months"]), (&json!("w-0"), &json!("first"), &json!(3)));
    // The clock stands on 17 November 2026. Five milestones, then a quarter passes.
    c.json("POST", "/api/v1/workloads/w-0/reviews/small/milestones", &json!({ "name": "Q4" })).await.expect(201);
    assert_eq!(due(&mut c).await["due"], "2027-02-17");
    t.clock.advance(std::time::Duration::from_secs(100 * 86_400));
    let late = due(&mut c).await;
    assert_eq!((&late["state"], &late["overdue_days"]), (&json!("due"), &json!(8)));
    assert!(c.get("/reviews").await.expect(200).text.contains("since 17 Feb 2027, 8 days"));
    // A day is planned by the team, and by nobody else; what is no day is refused and nothing changes.
    let mut lead = with(&t, "reviews.answer", Some("checkout")).await;
    let plan = "/api/v1/workloads/w-0/review-plan";
    for bad in ["2027-02-01", "someday", "2040-01-01", "\u{0}"] {
        assert_eq!(lead.json("PUT", plan, &json!({ "day": bad })).await.expect(422).json()["faults"][0]["at"], "day", "{bad}");
    }
    with(&t, "reviews.answer", Some("search")).await.json("PUT", plan, &json!({ "day": "2027-03-03" })).await.expect(403);
    assert!(due(&mut c).await["planned"].is_null());
    lead.json("PUT", plan, &json!({ "day": "2027-03-03" })).await.expect(200);
    let planned = due(&mut c).await["planned"].clone();
    assert_eq!((&planned["day"], &planned["missed"]), (&json!("2027-03-03"), &json!(false)));
    let page = c.get("/workloads/w-0/reviews").await.expect(200).text;
    let csrf = Client::csrf(&page);
    assert!(page.contains("Planned for 3 Mar 2027"), "{page}");
    let refused = c.form("/workloads/w-0/reviews/plan", &[("csrf", csrf.as_str()), ("day", "2020-01-01")]).await.expect(422).text;
    assert!(refused.contains("is over") && refused.contains("value=\"2020-01-01\""), "{refused}");
    // As a calendar: the same event under one name, with a higher number after each change.
    let mut ical = Vec::new();
    for (n, day) in [(0, "20270303"), (1, "20270310")] {
        if n == 1 {
            lead.json("PUT", plan, &json!({ "day": "2027-03-10" })).await.expect(200);
        }
        let text = c.get("/api/v1/reviews/calendar?group=shop").await.expect(200).text;
        let all = lines(&text);
        assert!(all.contains(&format!("DTSTART;VALUE=DATE:{day}")), "{text}");
        ical.push(all.iter().filter(|l| l.starts_with("UID:") || l.starts_with("SEQUENCE:")).cloned().collect::<Vec<_>>());
        assert_eq!(all.iter().filter(|l| *l == "BEGIN:VEVENT").count(), 1);
    }
    assert_eq!(ical[0][0], ical[1][0]);
    assert_eq!((ical[0][1].as_str(), ical[1][1].as_str()), ("SEQUENCE:2", "SEQUENCE:3"));
    // A planned day that passes without a milestone is said to have passed.
    t.clock.advance(std::time::Duration::from_secs(20 * 86_400));
    assert_eq!(due(&mut c).await["planned"]["missed"], true);
    lead.json("PUT", plan, &json!({ "day": "" })).await.expect(200);
    assert!(due(&mut c).await["planned"].is_null());
    t.end().await;
}

async fn how_often_is_said_by_the_organisation_and_by_groups(t: TestApp) {
    seven(&t).await;
    let mut c = owner(&t);
    c.json("POST", "/api/v1/workloads/w-0/reviews/small/milestones", &json!({ "name": "Q4" })).await.expect(201);
    let (all, group) = ("/api/v1/reviews/intervals", "/api/v1/groups/shop/review-interval");
    for months in [0, 37, -1] {
        c.json("PUT", all, &json!({ "months": months })).await.expect(422);
    }
    c.json("PUT", all, &json!({ "months": 6 })).await.expect(200);
    assert_eq!(due(&mut c).await["due"], "2027-05-17");
    let mut facilitator = with(&t, "calendar.write", None).await;
    facilitator.json("PUT", group, &json!({ "months": 1 })).await.expect(200);
    facilitator.json("PUT", all, &json!({ "months": 1 })).await.expect(403);
    with(&t, "reviews.answer", Some("checkout")).await.json("PUT", group, &json!({ "months": 2 })).await.expect(403);
    assert_eq!(due(&mut c).await["due"], "2026-12-17");
    let page = c.get("/api/v1/reviews/due?limit=2").await.expect(200).json();
    let names: Vec<&str> = page["items"].as_array().unwrap().iter().map(|d| d["workload"]["slug"].as_str().unwrap()).collect();
    assert_eq!(names, ["ledger", "w-0"], "in the order of teams, whatever is due");
    let next = format!("/api/v1/reviews/due?limit=2&cursor={}", page["next"].as_str().unwrap());
    assert_eq!(c.get(&next).await.expect(200).json()["items"][0]["workload"]["slug"], "w-1");
    let said = c.get(all).await.expect(200).json();
    let told: Vec<(Value, Value)> =
        said["items"].as_array().unwrap().iter().map(|i| (i["place"].clone(), i["months"].clone())).collect();
    assert_eq!(told, [(json!("organisation"), json!(6)), (json!("shop"), json!(1))]);
    let page = c.get("/reviews/calendar").await.expect(200).text;
    let csrf = Client::csrf(&page);
    let refused = c.form("/groups/shop/review-interval", &[("csrf", csrf.as_str()), ("months", "often")]).await.expect(422).text;
    assert!(refused.contains("is no number of months") && refused.contains("value=\"often\""), "{refused}");
    c.form("/reviews/interval", &[("csrf", csrf.as_str()), ("months", "4")]).await.expect(303);
    // A token and whoever owns the folder read the calendar by themselves; only people have an address of their own.
    c.form("/reviews/feed", &[("csrf", csrf.as_str())]).await.expect(403);
    for bad in ["0", "x", &"0".repeat(64), "%00"] {
        t.client().get(&format!("/reviews/feed/{bad}")).await.expect(404);
    }
    t.end().await;
}
