//! What stories share: a group “Shop” of teams “Checkout” and “Search”, people in it, tokens.

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

pub(crate) static ROOMS: &[&Room] = &[
    &kernel::ROOM,
    &people::ROOM,
    &catalogue::ROOM,
    &evidence::ROOM,
    &messages::ROOM,
    &trackers::ROOM,
    &marks::ROOM,
    &metrics::ROOM,
    &facts::ROOM,
    &actions::ROOM,
    &decisions::ROOM,
    &cycle::ROOM,
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
    let pillar = "security";
    out.push(Place { kind: ScopeKind::Pillar, id: people::place::pillar_id(pillar), slug: pillar.into(), name: "Security".into() });
    Ok(out)
}

/// Whoever owns the data folder.
pub(crate) fn owner(t: &TestApp) -> Client {
    let mut client = t.client();
    client.owner = true;
    client
}

/// A group “Shop” of teams “Checkout” and “Search”, with sprints of 14 days from 7 January 2026.
pub(crate) async fn world(engine: Engine) -> TestApp {
    people::place::provide(places);
    let t = TestApp::new(engine, ROOMS, PeopleGate::new());
    let mut c = owner(&t);
    for (path, body) in [
        ("groups", json!({ "name": "Shop", "zone": "Europe/London", "first_day": "2026-01-07" })),
        ("teams", json!({ "name": "Checkout", "group": "shop" })),
        ("teams", json!({ "name": "Search", "group": "shop" })),
    ] {
        c.json("POST", &format!("/api/v1/{path}"), &body).await.expect(201);
    }
    t
}

/// A token with one right, within a team or group or everywhere.
pub(crate) async fn with(t: &TestApp, right: &str, place: Option<&str>) -> Client {
    let scope = match place {
        Some(place) => owner(t).get(&format!("/api/v1/{place}")).await.expect(200).json()["id"].clone(),
        None => Value::Null,
    };
    let mut held = json!({ "right": right });
    if !scope.is_null() {
        held["scope"] = scope;
    }
    let name = format!("{right} {}", place.unwrap_or("everywhere"));
    let made = owner(t).json("POST", "/api/v1/tokens", &json!({ "name": name, "scopes": [held] })).await.expect(201).json();
    let mut client = t.client();
    client.bearer = made["secret"].as_str().map(str::to_owned);
    client
}

/// Somebody with an account and a role at a place such as `teams/checkout`, signed in; and their id.
pub(crate) async fn person(t: &TestApp, name: &'static str, role: Role, place: &str) -> (Client, Id) {
    let scope = match role.scope() {
        ScopeKind::Organisation => None,
        ScopeKind::Pillar => Some(people::place::pillar_id("security")),
        _ => {
            Some(owner(t).get(&format!("/api/v1/{place}")).await.expect(200).json()["id"].as_str().unwrap().parse::<Id>().unwrap())
        }
    };
    let (app, secret) = (&t.app, t.app.secret().unwrap());
    let mail = format!("{}@northmoor.example", kernel::text::slug(name));
    let drawn = secret.clone();
    let cx = Ctx::of(all_rights(), app.now(), "world");
    let made = app.write(&cx, move |cx, tx| {
        let new = NewPerson { name: name.into(), mail: mail.clone(), zone: None };
        let (person, _) = people::acts::invite(cx, tx, &new, &drawn)?;
        people::acts::grant_role(cx, tx, person.id, &NewGrant { role, scope })?;
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

pub(crate) fn all_rights() -> Actor {
    let rights: Vec<_> = people::rights::ALL.iter().map(|r| (r.key, Scope::All)).collect();
    Actor { id: ActorId::Owner, name: "owner".into(), rights, ..Actor::anonymous() }
}

/// What a group settles in most stories: two days after each sprint at ten, for two hours.
pub(crate) fn cadence(version: i64) -> Value {
    json!({
        "version": version, "rhythm": { "every": "sprint", "days_after": 2 }, "time": "10:00", "minutes": 120, "least": 4, "usual": 10,
        "agenda": [{ "kind": "wins", "minutes": 5 }, { "kind": "notices", "minutes": 6 }, { "kind": "actions", "minutes": 8 },
            { "kind": "team" }, { "kind": "tech-shares", "minutes": 6 }, { "kind": "parking-lot", "minutes": 5 }, { "kind": "close", "minutes": 2 }],
        "quiet": { "from": "18:00", "until": "08:00" },
    })
}

/// Settles a cadence; ids of the six sessions ahead, earliest first.
pub(crate) async fn settled(t: &TestApp) -> Vec<String> {
    let mut c = owner(t);
    c.json("PUT", "/api/v1/groups/shop/cadence", &cadence(0)).await.expect(200);
    let mut all = c.get("/api/v1/groups/shop/sessions").await.expect(200).json()["items"].as_array().unwrap().clone();
    all.reverse();
    all.iter().map(|s| s["id"].as_str().unwrap().to_owned()).collect()
}

/// A form that a person sends from a page of theirs.
pub(crate) async fn form(c: &mut Client, path: &str, fields: &[(&str, &str)]) -> kernel::testing::Answer {
    let page = c.get("/sessions").await.expect(200).text;
    let at = page.find("name=\"csrf\" value=\"").map(|i| i + 19).unwrap();
    let token = page[at..].split('"').next().unwrap().to_owned();
    let fields: Vec<(&str, &str)> = std::iter::once(("csrf", token.as_str())).chain(fields.iter().copied()).collect();
    c.form(path, &fields).await
}

/// What the rooms of reports and reviews would tell: Checkout improved its lead time, Search struggles with it.
pub(crate) static TOLD: cycle::acts::told::Tellers = cycle::acts::told::Tellers {
    team: |_, _, _, _| Ok(cycle::told::Told::default()),
    review: |_, _, _, _| Ok(cycle::minutes::ReportFate::NotReady),
    findings: |_, tx, group, _| {
        let teams = catalogue::store::teams(tx, Some(group))?;
        let judged = [cycle::told::Judged::Better, cycle::told::Judged::Worse];
        let of = |(t, judged): (&catalogue::Team, cycle::told::Judged)| cycle::topics::Finding {
            team: t.id,
            key: "metric:lead-time".into(),
            title: "Lead time".into(),
            judged,
        };
        Ok(teams.iter().zip(judged).map(of).collect())
    },
    shared: |_, _, _, _| Ok(Vec::new()),
};
