//! Facts over HTTP, on both engines.
// Helpers of tests fail like tests.
#![allow(clippy::unwrap_used)]

use kernel::db::{Engine, Tx};
use kernel::error::Result;
use kernel::room::Room;
use kernel::testing::{Client, TestApp};
use people::place::Place;
use people::{PeopleGate, ScopeKind};
use serde_json::{Value, json};

static ROOMS: &[&Room] = &[&kernel::ROOM, &people::ROOM, &catalogue::ROOM, &metrics::ROOM, &facts::ROOM];
static FOLLOWERS: [catalogue::acts::merge::Follower; 2] = [metrics::acts::merge::FOLLOWER, facts::acts::merge::FOLLOWER];

/// Runs a story on both engines, each as a test of its own.
macro_rules! on_both {
    ($( $name:ident; )+) => { $(
        mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                super::$name(super::world(kernel::db::Engine::Sqlite).await).await;
            }
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                super::$name(super::world(kernel::db::Engine::Postgres).await).await;
            }
        }
    )+ };
}

on_both! {
    the_same_fact_twice_is_one_and_another_value_is_refused_whole;
    of_each_item_the_newest_is_listed_and_a_page_ends_where_the_next_begins;
    what_other_ledgers_know_stands_here_by_itself;
    what_was_recorded_over_time_is_listed_newest_first;
    nobody_records_for_another_team;
    a_refused_form_keeps_what_was_typed;
    facts_of_a_duplicate_go_to_the_one_that_stays;
}

fn places(tx: &mut dyn Tx) -> Result<Vec<Place>> {
    let teams = catalogue::store::teams(tx, None)?;
    Ok(teams.into_iter().map(|t| Place { kind: ScopeKind::Team, id: t.id, slug: t.slug, name: t.name }).collect())
}

fn owner(t: &TestApp) -> Client {
    let mut client = t.client();
    client.owner = true;
    client
}

/// Teams “Checkout” with a workload “Ledger”, and “Search” with “Index” and “Crawler”.
async fn world(engine: Engine) -> TestApp {
    people::place::provide(places);
    catalogue::acts::merge::provide(&FOLLOWERS);
    let t = TestApp::new(engine, ROOMS, PeopleGate::new());
    let mut c = owner(&t);
    for (path, body) in [
        ("groups", json!({ "name": "Shop", "zone": "Europe/London", "first_day": "2026-01-07" })),
        ("teams", json!({ "name": "Checkout", "group": "shop" })),
        ("teams", json!({ "name": "Search", "group": "shop" })),
        ("workloads", json!({ "name": "Ledger", "team": "checkout", "about": {} })),
        ("workloads", json!({ "name": "Index", "team": "search", "about": {} })),
        ("workloads", json!({ "name": "Crawler", "team": "search", "about": {} })),
    ] {
        c.json("POST", &format!("/api/v1/{path}"), &body).await.expect(201);
    }
    t
}

const LEDGER: &str = "/api/v1/workloads/ledger/facts";

fn fact(key: &str, item: &str, value: Value, at: &str) -> Value {
    json!({ "key": key, "item": item, "value": value, "observed_at": at, "source": "nightly scan" })
}

async fn send(c: &mut Client, facts: &[Value]) -> kernel::testing::Answer {
    c.json("POST", LEDGER, &json!({ "facts": facts })).await
}

async fn listed(c: &mut Client, path: &str) -> Vec<(String, String, Value)> {
    let page = c.get(path).await.expect(200).json();
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    page["items"].as_array().unwrap().iter().map(|f| (text(&f["key"]), text(&f["item"]), f["value"].clone())).collect()
}

async fn the_same_fact_twice_is_one_and_another_value_is_refused_whole(t: TestApp) {
    let mut c = owner(&t);
    let zero = fact("finding.open.critical", "", json!(0), "2026-02-03T03:00:00Z");
    assert_eq!(send(&mut c, std::slice::from_ref(&zero)).await.expect(201).json(), json!({ "recorded": 1, "same": 0 }));
    assert_eq!(send(&mut c, std::slice::from_ref(&zero)).await.expect(201).json(), json!({ "recorded": 0, "same": 1 }));
    let other = fact("finding.open.critical", "", json!(2), "2026-02-03T03:00:00Z");
    let good = fact("backup.age_hours", "", json!(7.5), "2026-02-03T03:00:00Z");
    let refused = send(&mut c, &[good, other]).await.expect(409).json();
    assert!(refused["detail"].as_str().unwrap().contains("is “0” already"), "{refused}");
    assert_eq!(listed(&mut c, LEDGER).await.len(), 1, "nothing of the refused call stays");
    let bad = [fact("finding.open.critical", "", json!("two"), "2999-01-01T00:00:00Z"), zero];
    let refused = send(&mut c, &bad).await.expect(422).json();
    let at: Vec<&str> = refused["faults"].as_array().unwrap().iter().map(|f| f["at"].as_str().unwrap()).collect();
    assert_eq!(at, ["facts/0/observed_at", "facts/0/value"]);
    let id = c.get("/api/v1/workloads/ledger").await.expect(200).json()["id"].clone();
    let trail = c.get(&format!("/api/v1/trail?kind=facts&id={}", id.as_str().unwrap())).await.expect(200).json();
    assert_eq!(trail["items"].as_array().unwrap().len(), 1, "the same again is no record: {trail}");
    t.end().await;
}

async fn of_each_item_the_newest_is_listed_and_a_page_ends_where_the_next_begins(t: TestApp) {
    let mut c = owner(&t);
    let mut facts = Vec::new();
    for (item, day, value) in [("a", "03", true), ("a", "05", false), ("b", "04", true), ("b", "02", false), ("c", "01", true)] {
        facts.push(fact("slo.met", item, json!(value), &format!("2026-02-{day}T00:00:00Z")));
    }
    send(&mut c, &facts).await.expect(201);
    let newest = [("a", false), ("b", true), ("c", true)].map(|(i, v)| ("slo.met".to_owned(), i.to_owned(), json!(v)));
    assert_eq!(listed(&mut c, LEDGER).await, newest);
    let first = c.get(&format!("{LEDGER}?limit=2")).await.expect(200).json();
    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    let next = first["next"].as_str().unwrap();
    assert_eq!(listed(&mut c, &format!("{LEDGER}?limit=2&cursor={next}")).await, newest[2..]);
    assert!(listed(&mut c, &format!("{LEDGER}?key=slo.defined")).await.is_empty());
    t.end().await;
}

async fn what_other_ledgers_know_stands_here_by_itself(t: TestApp) {
    let mut c = owner(&t);
    let pay = json!({ "name": "Pay", "cover": { "alarm": { "covered": true, "evidence": ["https://a.example/1"] } } });
    c.json("POST", "/api/v1/workloads/ledger/transactions", &pay).await.expect(201);
    let metric = json!({ "key": "lead-time", "title": "Lead time", "pillar": "operations", "unit": "h", "direction": "down",
        "period": "day", "subject": "team", "aggregation": "mean" });
    c.json("POST", "/api/v1/metrics", &metric).await.expect(201);
    for team in ["checkout", "search"] {
        let values: Vec<Value> = [("2026-02-01", 9), ("2026-02-02", 7)]
            .map(|(day, n)| json!({ "metric": "lead-time", "subject": team, "period": day, "number": n }))
            .to_vec();
        c.json("POST", "/api/v1/values", &json!({ "values": values })).await.expect(200);
    }
    let found = listed(&mut c, LEDGER).await;
    let expected = [
        ("delivery.lead_time_median_hours", "", json!(7.0)),
        ("metric.lead-time", "", json!(7.0)),
        ("transaction.covered.alarm", "Pay", json!(true)),
    ];
    assert_eq!(found, expected.map(|(k, i, v)| (k.to_owned(), i.to_owned(), v)));
    // A team of two workloads: its number says nothing of one of them.
    assert!(listed(&mut c, "/api/v1/workloads/index/facts").await.is_empty());
    let refused = send(&mut c, &[fact("transaction.covered.alarm", "Pay", json!(false), "2026-02-03T00:00:00Z")]).await;
    let refused = refused.expect(422).json();
    assert!(refused["faults"][0]["message"].as_str().unwrap().contains("matrix"), "{refused}");
    t.end().await;
}

async fn nobody_records_for_another_team(t: TestApp) {
    let id = owner(&t).get("/api/v1/teams/search").await.expect(200).json()["id"].clone();
    let body = json!({ "name": "ci", "scopes": [{ "right": "values.write", "scope": id }] });
    let made = owner(&t).json("POST", "/api/v1/tokens", &body).await.expect(201).json();
    let mut search = t.client();
    search.bearer = made["secret"].as_str().map(str::to_owned);
    let one = [fact("slo.met", "", json!(true), "2026-02-03T00:00:00Z")];
    send(&mut search, &one).await.expect(403);
    search.json("POST", "/api/v1/workloads/index/facts", &json!({ "facts": one })).await.expect(201);
    send(&mut t.client(), &one).await.expect(401);
    search.json("POST", "/api/v1/workloads/nothing/facts", &json!({ "facts": one })).await.expect(404);
    assert!(listed(&mut owner(&t), LEDGER).await.is_empty());
    t.end().await;
}

async fn a_refused_form_keeps_what_was_typed(t: TestApp) {
    let mut c = owner(&t);
    let here = "/workloads/ledger/facts";
    let page = c.get(here).await.expect(200).text;
    let csrf = Client::csrf(&page);
    let form = |value: &'static str, day: &'static str| {
        [
            ("csrf", csrf.clone()),
            ("key", "backup.age_hours".into()),
            ("value", value.into()),
            ("observed_at", day.into()),
            ("source", "Maya".into()),
        ]
    };
    for (value, day) in [("a lot", ""), ("3", "some day"), ("3", "2999-01-01")] {
        let sent = form(value, day);
        let sent: Vec<(&str, &str)> = sent.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let page = c.form(here, &sent).await.expect(422).text;
        assert!(page.contains(&format!("value=\"{value}\"")) && page.contains("role=\"alert\""), "{page}");
    }
    assert!(listed(&mut c, LEDGER).await.is_empty());
    let sent = form("3.5", "2026-02-03");
    let sent: Vec<(&str, &str)> = sent.iter().map(|(k, v)| (*k, v.as_str())).collect();
    c.form(here, &sent).await.expect(303);
    assert_eq!(listed(&mut c, LEDGER).await, [("backup.age_hours".to_owned(), String::new(), json!(3.5))]);
    assert!(c.get(here).await.expect(200).text.contains("Age of the newest backup"));
    t.end().await;
}

async fn facts_of_a_duplicate_go_to_the_one_that_stays(t: TestApp) {
    let mut c = owner(&t);
    let one = json!({ "facts": [fact("slo.met", "", json!(true), "2026-02-03T00:00:00Z")] });
    c.json("POST", "/api/v1/workloads/crawler/facts", &one).await.expect(201);
    let body = json!({ "into": "index", "keep": false, "reason": "Two names of one" });
    c.json("POST", "/api/v1/workloads/crawler/merge", &body).await.expect(200);
    assert_eq!(listed(&mut c, "/api/v1/workloads/index/facts").await.len(), 1);
    t.end().await;
}

async fn what_was_recorded_over_time_is_listed_newest_first(t: TestApp) {
    let mut c = owner(&t);
    let at = |day: &str, item: &str, n: f64| fact("backup.age_hours", item, json!(n), &format!("2026-02-{day}T03:00:00Z"));
    send(&mut c, &[at("03", "db", 3.0), at("05", "db", 5.0), at("04", "db", 4.0), at("06", "other", 6.0)]).await.expect(201);
    let past = format!("{LEDGER}/history?key=backup.age_hours&item=db");
    let values: Vec<Value> = listed(&mut c, &past).await.into_iter().map(|(_, _, v)| v).collect();
    assert_eq!(values, [json!(5.0), json!(4.0), json!(3.0)]);
    let first = c.get(&format!("{past}&limit=2")).await.expect(200).json();
    let rest = listed(&mut c, &format!("{past}&limit=2&cursor={}", first["next"].as_str().unwrap())).await;
    assert_eq!(rest.into_iter().map(|(_, _, v)| v).collect::<Vec<_>>(), [json!(3.0)]);
    let page = c.get("/workloads/ledger/facts").await.expect(200).text;
    assert!(page.contains("/workloads/ledger/facts/history?key=backup.age_hours&amp;item=db"), "{page}");
    let page = c.get("/workloads/ledger/facts/history?key=backup.age_hours&item=db").await.expect(200).text;
    assert!(page.contains("Over time") && page.matches("nightly scan").count() == 3, "{page}");
    assert!(c.get("/workloads/ledger/facts/history?key=metric.x").await.expect(200).text.contains("newest value"));
    for (query, at) in [("", "key"), ("?key=a%00b", "key"), (&format!("?key=a&item={}", "x".repeat(301)), "item")] {
        assert_eq!(c.get(&format!("{LEDGER}/history{query}")).await.expect(422).json()["faults"][0]["at"], at, "{query}");
    }
    c.get("/api/v1/workloads/nobody/facts/history?key=a").await.expect(404);
    t.client().get(&format!("{LEDGER}/history?key=a")).await.expect(401);
    t.end().await;
}
