//! A group “Shop” with a team “Checkout”, and what the configuration names: addresses of receivers, keys, a server for mail.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use kernel::config::{Config, Mail, MailSecurity, Secret};
use kernel::db::{Engine, Tx};
use kernel::error::Result;
use kernel::ids::Id;
use kernel::room::Room;
use kernel::testing::{Client, TestApp};
use kernel::web::{Actor, Ctx};
use messages::{Block, NewMessage, ROOM, Topic, jobs};
use people::place::Place;
use people::{PeopleGate, ScopeKind};
use serde_json::{Value, json};

static ROOMS: &[&Room] = &[&kernel::ROOM, &people::ROOM, &catalogue::ROOM, &evidence::ROOM, &ROOM];

/// The key that signs, and the one before it.
pub(crate) const KEYS: [(&str, &str); 2] =
    [("hook-key", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), ("hook-key-old", "an older key of 22 bytes")];

fn places(tx: &mut dyn Tx) -> Result<Vec<Place>> {
    let mut out = Vec::new();
    for g in catalogue::store::groups(tx)? {
        out.push(Place { kind: ScopeKind::Group, id: g.id, slug: g.slug, name: g.name });
    }
    Ok(out)
}

/// A folder of its own for the files of secrets.
fn folder() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("bw-messages-{}-{n}", std::process::id()));
    std::fs::create_dir_all(&path).unwrap();
    path
}

/// Settings with a secret `NAME` for each address, and a server for mail.
pub(crate) fn config(hooks: &[(&str, SocketAddr)], mail: Option<SocketAddr>) -> Config {
    let at = folder();
    let secret = |name: &str, value: &str, hosts: &[String], scheme: &str| {
        let file = at.join(name);
        std::fs::write(&file, format!("{value}\n")).unwrap();
        Secret { name: name.into(), hosts: hosts.to_vec(), file, scheme: scheme.into() }
    };
    let mut config = Config::default();
    config.outgoing.allow = vec!["127.0.0.1/32".into()];
    config.public_url = Some("https://bellwether.example".into());
    for (name, address) in hooks {
        config.secrets.push(secret(name, &format!("http://{address}/T0KEN/{name}"), &[address.to_string()], "address"));
    }
    for (name, value) in KEYS {
        config.secrets.push(secret(name, value, &[], "key"));
    }
    if let Some(address) = mail {
        config.secrets.push(secret("smtp", "p4ssw0rd", &[address.to_string()], "basic:bellwether"));
        config.mail = Some(Mail {
            server: address.to_string(),
            from: "bellwether <bellwether@example.org>".into(),
            security: MailSecurity::None,
            secret: Some("smtp".into()),
        });
    }
    config
}

pub(crate) async fn world(engine: Engine, config: Config) -> TestApp {
    people::place::provide(places);
    let t = TestApp::with(engine, ROOMS, PeopleGate::new()).config(config).build();
    let mut c = owner(&t);
    for (path, body) in [
        ("groups", json!({ "name": "Shop", "zone": "Europe/London", "first_day": "2026-07-01" })),
        ("groups", json!({ "name": "Depot", "zone": "Europe/London", "first_day": "2026-07-01" })),
        ("teams", json!({ "name": "Checkout", "group": "shop" })),
    ] {
        c.json("POST", &format!("/api/v1/{path}"), &body).await.expect(201);
    }
    t
}

pub(crate) fn owner(t: &TestApp) -> Client {
    let mut client = t.client();
    client.owner = true;
    client
}

/// A client with a token of one right, for one group or everywhere.
pub(crate) async fn with(t: &TestApp, group: Option<&str>, right: &str) -> Client {
    let scope = match group {
        Some(g) => json!({ "right": right, "scope": owner(t).get(&format!("/api/v1/groups/{g}")).await.expect(200).json()["id"] }),
        None => json!({ "right": right }),
    };
    let body = json!({ "name": format!("{right} {group:?}"), "scopes": [scope] });
    let made = owner(t).json("POST", "/api/v1/tokens", &body).await.expect(201).json();
    let mut client = t.client();
    client.bearer = made["secret"].as_str().map(str::to_owned);
    client
}

pub(crate) async fn group(t: &TestApp, slug: &str) -> Id {
    owner(t).get(&format!("/api/v1/groups/{slug}")).await.expect(200).json()["id"].as_str().unwrap().parse().unwrap()
}

/// Makes a channel.
pub(crate) async fn channel(t: &TestApp, name: &str, group: Option<&str>, topics: &[&str], to: Value) -> Value {
    let body = json!({ "name": name, "group": group, "topics": topics, "to": to });
    owner(t).json("POST", "/api/v1/channels", &body).await.expect(201).json()
}

pub(crate) fn minutes(group: Option<Id>, n: usize) -> NewMessage {
    NewMessage {
        group,
        topic: Topic::Minutes,
        cause: format!("minutes:{n}"),
        title: format!("Minutes {n} & <more>"),
        blocks: vec![Block::paragraph("All is well."), Block::list(["Add jitter"]), Block::link("Actions", "/actions")],
        href: format!("/sessions/{n}"),
        channels: true,
        people: vec![],
    }
}

/// Sends a message as a room would; each a second after the other, so that they have an order.
pub(crate) async fn send(t: &TestApp, new: NewMessage) {
    t.clock.advance(std::time::Duration::from_secs(1));
    let cx = Ctx::of(Actor::job("cycle", &[]), t.app.now(), "test");
    t.app.write(&cx, move |cx, tx| messages::acts::send(cx, tx, &new)).await.unwrap();
}

pub(crate) async fn deliver(t: &TestApp) {
    jobs::deliver(&t.app).await.unwrap();
}

/// State and fault of each delivery by a channel, oldest first.
pub(crate) async fn states(t: &TestApp, slug: &str) -> Vec<(String, String)> {
    let page = owner(t).get(&format!("/api/v1/channels/{slug}/deliveries")).await.expect(200).json();
    let text = |v: &Value| v.as_str().unwrap_or("").to_owned();
    page["items"].as_array().unwrap().iter().rev().map(|d| (text(&d["state"]), text(&d["fault"]))).collect()
}

pub(crate) async fn words(t: &TestApp, slug: &str) -> Vec<String> {
    states(t, slug).await.into_iter().map(|(s, _)| s).collect()
}

pub(crate) fn faults(answer: &Value) -> Vec<&str> {
    answer["faults"].as_array().unwrap().iter().map(|f| f["at"].as_str().unwrap()).collect()
}
