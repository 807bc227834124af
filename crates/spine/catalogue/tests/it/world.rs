//! An application with the catalogue alone, on either engine.

use kernel::db::{Engine, Tx};
use kernel::error::Result;
use kernel::room::Room;
use kernel::testing::{Client, TestApp};
use people::place::Place;
use people::{PeopleGate, ScopeKind};
use serde_json::{Value, json};

static ROOMS: &[&Room] = &[&kernel::ROOM, &people::ROOM, &catalogue::ROOM];

/// Runs a story on both engines, each as a test of its own.
macro_rules! on_both {
    ($( $name:ident; )+) => { $(
        mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                super::$name(crate::world::app(kernel::db::Engine::Sqlite)).await;
            }
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                super::$name(crate::world::app(kernel::db::Engine::Postgres)).await;
            }
        }
    )+ };
}
pub(crate) use on_both;

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

pub(crate) fn app(engine: Engine) -> TestApp {
    people::place::provide(places);
    TestApp::new(engine, ROOMS, PeopleGate::new())
}

/// Whoever owns the data folder.
pub(crate) fn owner(t: &TestApp) -> Client {
    let mut client = t.client();
    client.owner = true;
    client
}

/// A program with one right somewhere.
pub(crate) async fn with_right(t: &TestApp, right: &str, scope: &Value) -> Client {
    let name = format!("{right} {scope}");
    let body = json!({ "name": name, "scopes": [{ "right": right, "scope": scope }] });
    let made = owner(t).json("POST", "/api/v1/tokens", &body).await.expect(201).json();
    let mut client = t.client();
    client.bearer = made["secret"].as_str().map(str::to_owned);
    client
}

/// Makes a group; returns its id.
pub(crate) async fn group(t: &TestApp, name: &str) -> Value {
    let new = json!({ "name": name, "zone": "Europe/London", "first_day": "2026-01-07" });
    owner(t).json("POST", "/api/v1/groups", &new).await.expect(201).json()["id"].clone()
}
