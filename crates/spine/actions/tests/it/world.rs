//! A group “Shop” of teams “Checkout” and “Search”, a workload of each, a metric of teams, and tokens of one right.

use actions::ROOM;
use kernel::db::{Engine, Tx};
use kernel::error::Result;
use kernel::room::Room;
use kernel::testing::{Client, TestApp};
use people::place::Place;
use people::{PeopleGate, ScopeKind};
use serde_json::{Value, json};

static ROOMS: &[&Room] = &[&kernel::ROOM, &people::ROOM, &catalogue::ROOM, &trackers::ROOM, &marks::ROOM, &metrics::ROOM, &ROOM];

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
    people::place::provide(places);
    let t = TestApp::new(engine, ROOMS, PeopleGate::new());
    let mut c = owner(&t);
    let metric = json!({
        "key": "lead-time", "title": "Lead time", "pillar": "operations", "unit": "h", "decimals": 1, "direction": "down",
        "period": "sprint", "subject": "team", "aggregation": "sum"
    });
    for (path, body) in [
        ("groups", json!({ "name": "Shop", "zone": "Europe/London", "first_day": "2026-07-01" })),
        ("teams", json!({ "name": "Checkout", "group": "shop" })),
        ("teams", json!({ "name": "Search", "group": "shop" })),
        ("workloads", json!({ "name": "Ledger", "team": "checkout", "about": {} })),
        ("workloads", json!({ "name": "Index", "team": "search", "about": {} })),
        ("metrics", metric),
    ] {
        c.json("POST", &format!("/api/v1/{path}"), &body).await.expect(201);
    }
    t
}

/// A client with a token of one right for one team.
pub(crate) async fn with(t: &TestApp, team: &str, right: &str) -> Client {
    let id = owner(t).get(&format!("/api/v1/teams/{team}")).await.expect(200).json()["id"].clone();
    let body = json!({ "name": format!("{right} {team}"), "scopes": [{ "right": right, "scope": id }] });
    let made = owner(t).json("POST", "/api/v1/tokens", &body).await.expect(201).json();
    let mut client = t.client();
    client.bearer = made["secret"].as_str().map(str::to_owned);
    client
}

pub(crate) fn new(team: &str, what: &str, due: &str) -> Value {
    json!({ "team": team, "what": what, "owner": "principal-engineer", "goal": "30 minutes is a fact", "due": due })
}

pub(crate) fn about(team: &str, workload: &str) -> Value {
    json!({ "team": team, "what": "x", "owner": "engineer", "workload": workload })
}

pub(crate) async fn add(c: &mut Client, body: &Value) -> Value {
    c.json("POST", "/api/v1/actions", body).await.expect(201).json()
}

/// Values of Checkout's lead time from a sprint on.
pub(crate) async fn sprints(t: &TestApp, first: usize, numbers: &[f64]) {
    let value = |(i, n): (usize, &f64)| json!({ "metric": "lead-time", "subject": "checkout", "period": (first + i).to_string(), "number": n });
    let values: Vec<Value> = numbers.iter().enumerate().map(value).collect();
    owner(t).json("POST", "/api/v1/values", &json!({ "values": values })).await.expect(200);
}
