//! An application with the catalogue alone, on either engine.

use std::net::IpAddr;

use kernel::db::{Engine, Tx};
use kernel::error::Result;
use kernel::ids::Id;
use kernel::room::Room;
use kernel::testing::{Client, TestApp};
use kernel::web::{Actor, ActorId, Ctx, Scope};
use people::code::LinkKind;
use people::place::Place;
use people::{NewGrant, NewPerson, PeopleGate, Role, ScopeKind};
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
    for (key, title) in [("security", "Security"), ("operations", "Operational excellence")] {
        out.push(Place { kind: ScopeKind::Pillar, id: people::place::pillar_id(key), slug: key.into(), name: title.into() });
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

/// Somebody with an account and roles, signed in; the second is the token of their forms.
pub(crate) async fn person(t: &TestApp, name: &str, roles: &[(Role, Option<Id>)]) -> (Client, String) {
    let link = t.app.secret().unwrap();
    let new = NewPerson { name: name.into(), mail: format!("{}@example.org", kernel::text::slug(name)), zone: None };
    let owner = Actor {
        id: ActorId::Owner,
        rights: people::rights::ALL.iter().map(|r| (r.key, Scope::All)).collect(),
        ..Actor::anonymous()
    };
    let (made, roles) = (link.clone(), roles.to_vec());
    let act = move |cx: &Ctx, tx: &mut dyn Tx| {
        let (person, _) = people::acts::invite(cx, tx, &new, &made)?;
        for (role, scope) in &roles {
            people::acts::grant_role(cx, tx, person.id, &NewGrant { role: *role, scope: *scope })?;
        }
        Ok(())
    };
    t.app.write(&Ctx::of(owner, t.app.now(), "world"), act).await.unwrap();
    let (nobody, here) = (Ctx::of(Actor::anonymous(), t.app.now(), "world"), IpAddr::from([192, 0, 2, 1]));
    let word = "the tide comes in twice a day";
    let signed = people::acts::use_link(&t.app, &nobody, here, LinkKind::Invitation, &link, word).await.unwrap();
    let mut client = t.client();
    client.cookie = Some(format!("session={}", signed.secret));
    (client, people::session::csrf(&signed.secret))
}
