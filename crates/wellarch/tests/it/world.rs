//! What stories over HTTP share: a group with two teams, each with a workload.

use std::collections::BTreeMap;

use kernel::db::{Engine, Sql, Tx};
use kernel::error::Result;
use kernel::ids::Id;
use kernel::room::Room;
use kernel::testing::{Client, TestApp};
use kernel::web::{Actor, ActorId, Ctx, Scope};
use people::code::LinkKind;
use people::place::Place;
use people::{NewGrant, NewPerson, PeopleGate, Role, ScopeKind};
use serde_json::{Value, json};

static ROOMS: &[&Room] = &[
    &kernel::ROOM,
    &people::ROOM,
    &catalogue::ROOM,
    &evidence::ROOM,
    &marks::ROOM,
    &metrics::ROOM,
    &facts::ROOM,
    &trackers::ROOM,
    &actions::ROOM,
    &decisions::ROOM,
    &wellarch::ROOM,
];

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

/// Somebody with an account and a role for the team Checkout, signed in; and their id.
pub(crate) async fn person(t: &TestApp, name: &'static str, role: Role) -> (Client, Id) {
    let team = owner(t).get("/api/v1/teams/checkout").await.expect(200).json()["id"].as_str().unwrap().parse::<Id>().unwrap();
    let (app, secret) = (&t.app, t.app.secret().unwrap());
    let mail = format!("{}@northmoor.example", kernel::text::slug(name));
    let drawn = secret.clone();
    let cx = Ctx::of(all_rights(), app.now(), "world");
    let made = app.write(&cx, move |cx, tx| {
        let new = NewPerson { name: name.into(), mail: mail.clone(), zone: None };
        let (person, _) = people::acts::invite(cx, tx, &new, &drawn)?;
        people::acts::grant_role(cx, tx, person.id, &NewGrant { role, scope: Some(team) })?;
        Ok(person.id)
    });
    let id = made.await.unwrap();
    let nobody = Ctx::of(Actor::anonymous(), app.now(), "world");
    let here = std::net::IpAddr::from([192, 0, 2, 1]);
    let password = "correct horse battery staple";
    let signed = people::acts::use_link(app, &nobody, here, LinkKind::Invitation, &secret, password).await.unwrap();
    let mut client = t.client();
    client.cookie = Some(format!("session={}", signed.secret));
    (client, id)
}

fn all_rights() -> Actor {
    let rights: Vec<_> = people::rights::ALL.iter().map(|r| (r.key, Scope::All)).collect();
    Actor { id: ActorId::Owner, name: "owner".into(), rights, ..Actor::anonymous() }
}

/// Everything that is stored in tables whose names begin with one of these, row by row in the order in which it lies there.
pub(crate) async fn stored(t: &TestApp, tables: &'static [&'static str]) -> BTreeMap<String, Vec<String>> {
    let texts = ROOMS.iter().flat_map(|r| r.migrations).flat_map(|m| m.sql.split("CREATE TABLE ").skip(1));
    let named = texts.map(|text| text.split_whitespace().next().unwrap().to_owned());
    let gone = |name: &String| {
        let drop = format!("DROP TABLE {name};");
        ROOMS.iter().flat_map(|r| r.migrations).any(|m| m.sql.contains(&drop))
    };
    let wanted: Vec<String> = named.filter(|n| tables.iter().any(|t| n.starts_with(t)) && !gone(n)).collect();
    let read = t.app.db.read(move |tx| {
        let mut out = BTreeMap::new();
        for table in &wanted {
            let sql: &'static Sql = Box::leak(Box::new(Sql::new("DUMP", format!("SELECT * FROM {table}").leak())));
            out.insert(table.clone(), tx.query(sql, &[])?.iter().map(|r| format!("{:?}", r.0)).collect());
        }
        Ok(out)
    });
    read.await.unwrap()
}
