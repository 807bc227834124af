//! A group “Shop” of teams “Checkout” and “Search”, a metric of teams with twelve weeks before and nine after a change, and people.

use kernel::db::{Engine, Tx};
use kernel::error::Result;
use kernel::room::Room;
use kernel::testing::{Client, TestApp};
use people::place::Place;
use people::{PeopleGate, ScopeKind};
use serde_json::{Value, json};

pub(crate) static ROOMS: &[&Room] = &[
    &kernel::ROOM,
    &people::ROOM,
    &catalogue::ROOM,
    &evidence::ROOM,
    &messages::ROOM,
    &trackers::ROOM,
    &marks::ROOM,
    &metrics::ROOM,
    &actions::ROOM,
    &decisions::ROOM,
    &council::ROOM,
];

fn places(tx: &mut dyn Tx) -> Result<Vec<Place>> {
    let mut out = Vec::new();
    for g in catalogue::store::groups(tx)? {
        out.push(Place { kind: ScopeKind::Group, id: g.id, slug: g.slug, name: g.name });
    }
    for t in catalogue::store::teams(tx, None)? {
        out.push(Place { kind: ScopeKind::Team, id: t.id, slug: t.slug, name: t.name });
    }
    Ok(out)
}

pub(crate) fn owner(t: &TestApp) -> Client {
    let mut client = t.client();
    client.owner = true;
    client
}

pub(crate) async fn world(engine: Engine) -> TestApp {
    filled(TestApp::new(engine, ROOMS, PeopleGate::new())).await
}

/// Fills a new application with the group, its teams and the metric.
pub(crate) async fn filled(t: TestApp) -> TestApp {
    people::place::provide(places);
    let mut c = owner(&t);
    let metric = json!({
        "key": "latency", "title": "Latency", "pillar": "performance", "unit": "s", "decimals": 1, "direction": "down",
        "period": "day", "subject": "team", "aggregation": "none"
    });
    for (path, body) in [
        ("groups", json!({ "name": "Shop", "zone": "Europe/London", "first_day": "2026-07-01" })),
        ("teams", json!({ "name": "Checkout", "group": "shop" })),
        ("teams", json!({ "name": "Search", "group": "shop" })),
        ("metrics", metric),
    ] {
        c.json("POST", &format!("/api/v1/{path}"), &body).await.expect(201);
    }
    t
}

/// Daily values: about 2.9 s in the first 24 days of October, about 1.4 s from the 27th to the 9th of November.
pub(crate) async fn values(t: &TestApp) {
    let mut all = Vec::new();
    let mut put = |period: String, number: f64| {
        all.push(json!({ "metric": "latency", "subject": "checkout", "period": period, "number": number }))
    };
    for day in 1..=24 {
        put(format!("2026-10-{day:02}"), 2.7 + f64::from(day % 5) * 0.1);
    }
    put("2026-10-25".into(), 99.0);
    for day in 27..=31 {
        put(format!("2026-10-{day:02}"), 1.2 + f64::from(day % 5) * 0.1);
    }
    for day in 1..=9 {
        put(format!("2026-11-{day:02}"), 1.2 + f64::from(day % 5) * 0.1);
    }
    owner(t).json("POST", "/api/v1/values", &json!({ "values": all })).await.expect(200);
}

/// A client with a token of some rights, each for one team or, without one, everywhere.
pub(crate) async fn with(t: &TestApp, rights: &[(&str, Option<&str>)]) -> Client {
    let mut scopes = Vec::new();
    for (right, team) in rights {
        let scope = match team {
            Some(team) => owner(t).get(&format!("/api/v1/teams/{team}")).await.expect(200).json()["id"].clone(),
            None => Value::Null,
        };
        scopes.push(if scope.is_null() { json!({ "right": right }) } else { json!({ "right": right, "scope": scope }) });
    }
    let body = json!({ "name": format!("{rights:?}").chars().take(100).collect::<String>(), "scopes": scopes });
    let made = owner(t).json("POST", "/api/v1/tokens", &body).await.expect(201).json();
    let mut client = t.client();
    client.bearer = made["secret"].as_str().map(str::to_owned);
    client
}

/// Somebody of the team “Checkout”.
pub(crate) async fn engineer(t: &TestApp) -> Client {
    with(t, &[("concerns.raise", Some("checkout")), ("actions.write", Some("checkout"))]).await
}

/// A member of the council.
pub(crate) async fn member(t: &TestApp) -> Client {
    with(t, &[("concerns.raise", None), ("council.decide", None)]).await
}

pub(crate) fn concern(title: &str) -> Value {
    json!({
        "team": "checkout",
        "content": {
            "title": title, "why_sre": "No single backlog holds both ends.", "why_important": "Four in ten quotes wait.",
            "involved": "Five days for each team.", "confirmed": "yes", "seen": "2.9 s in October", "metric": "latency",
            "subject": "checkout", "baseline_from": "2026-10-01", "hypothesis": "As quick as the afternoon", "direction": "down", "by": 1.4
        }
    })
}

/// Raises a concern as the owner.
pub(crate) async fn raised(t: &TestApp, title: &str) -> i64 {
    owner(t).json("POST", "/api/v1/concerns", &concern(title)).await.expect(201).json()["number"].as_i64().unwrap()
}

/// Moves a concern on from the version that it has.
pub(crate) async fn go(c: &mut Client, number: i64, to: &str, with: &Value) -> Value {
    let path = format!("/api/v1/concerns/{number}");
    let mut body = with.clone();
    body["to"] = json!(to);
    body["version"] = c.get(&path).await.expect(200).json()["version"].clone();
    c.json("POST", &format!("{path}/moves"), &body).await.expect(200).json()
}
