//! What stories over HTTP share: a group with two teams, each with a workload.

use kernel::db::{Engine, Tx};
use kernel::error::Result;
use kernel::room::Room;
use kernel::testing::{Client, TestApp};
use people::place::Place;
use people::{PeopleGate, ScopeKind};
use serde_json::{Value, json};

static ROOMS: &[&Room] = &[&kernel::ROOM, &people::ROOM, &catalogue::ROOM, &metrics::ROOM, &facts::ROOM, &wellarch::ROOM];

/// Runs a story on both engines, each as a test of its own.
#[macro_export]
macro_rules! on_both {
    ($( $name:ident; )+) => { $(
        mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                super::$name($crate::world::world(kernel::db::Engine::Sqlite).await).await;
            }
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                super::$name($crate::world::world(kernel::db::Engine::Postgres).await).await;
            }
        }
    )+ };
}

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

/// Whoever owns the data folder.
pub(crate) fn owner(t: &TestApp) -> Client {
    let mut client = t.client();
    client.owner = true;
    client
}

/// A group “Shop” of teams “Checkout” and “Search”; Checkout has the workload “Ledger”, Search has “Index”.
pub(crate) async fn world(engine: Engine) -> TestApp {
    people::place::provide(places);
    let t = TestApp::new(engine, ROOMS, PeopleGate::new());
    let mut c = owner(&t);
    for (path, body) in [
        ("groups", json!({ "name": "Shop", "zone": "Europe/London", "first_day": "2026-01-07" })),
        ("teams", json!({ "name": "Checkout", "group": "shop" })),
        ("teams", json!({ "name": "Search", "group": "shop" })),
        ("workloads", json!({ "name": "Ledger", "team": "checkout", "about": {} })),
        ("workloads", json!({ "name": "Index", "team": "search", "about": {} })),
    ] {
        c.json("POST", &format!("/api/v1/{path}"), &body).await.expect(201);
    }
    t
}

/// A token with one right, within a team or everywhere.
pub(crate) async fn with(t: &TestApp, right: &str, team: Option<&str>) -> Client {
    let scope = match team {
        Some(team) => owner(t).get(&format!("/api/v1/teams/{team}")).await.expect(200).json()["id"].clone(),
        None => Value::Null,
    };
    let mut held = json!({ "right": right });
    if !scope.is_null() {
        held["scope"] = scope;
    }
    let name = format!("{right} {}", team.unwrap_or("everywhere"));
    let made = owner(t).json("POST", "/api/v1/tokens", &json!({ "name": name, "scopes": [held] })).await.expect(201).json();
    let mut client = t.client();
    client.bearer = made["secret"].as_str().map(str::to_owned);
    client
}
