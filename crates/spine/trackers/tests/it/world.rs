//! A group, what the configuration names, and a thing that is linked: an action, as its room would name it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};

use kernel::config::{Config, Secret};
use kernel::db::Engine;
use kernel::error::Result;
use kernel::ids::{Id, Ref};
use kernel::room::Room;
use kernel::testing::{Client, TestApp};
use kernel::web::{Actor, Ctx};
use people::{PeopleGate, rights};
use serde_json::{Value, json};
use trackers::acts::Thing;
use trackers::{Issue, NewIssueLink, ROOM};

static ROOMS: &[&Room] = &[&kernel::ROOM, &people::ROOM, &catalogue::ROOM, &evidence::ROOM, &messages::ROOM, &ROOM];

/// What webhooks are signed with.
pub(crate) const KEY: &str = "It's a Secret to Everybody";

/// Where the right holds in these stories.
const TEAM: Id = Id::from_u128(77);

pub(crate) fn config(far: SocketAddr) -> Config {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let at = std::env::temp_dir().join(format!("bw-trackers-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
    std::fs::create_dir_all(&at).unwrap();
    let mut config = Config::default();
    config.outgoing.allow = vec!["127.0.0.1/32".into()];
    config.outgoing.timeout_seconds = Some(1);
    config.public_url = Some("https://bellwether.example".into());
    for (name, value, scheme, hosts) in [
        ("github", "gh-t0ken", "bearer", vec![far.to_string()]),
        ("gitlab", "gl-t0ken", "header:PRIVATE-TOKEN", vec![far.to_string()]),
        ("jira", "j-t0ken", "basic:kofi@example.org", vec![far.to_string()]),
        ("hook", KEY, "key", vec![]),
    ] {
        let file = at.join(name);
        std::fs::write(&file, value).unwrap();
        config.secrets.push(Secret { name: name.into(), hosts, file, scheme: scheme.into() });
    }
    config
}

pub(crate) async fn world(engine: Engine, far: SocketAddr) -> TestApp {
    let t = TestApp::with(engine, ROOMS, PeopleGate::new()).config(config(far)).build();
    for (kind, project) in [("github", "harbour/payments"), ("gitlab", "harbour/core/payments"), ("jira", "PAY")] {
        let body = json!({ "name": kind, "kind": kind, "url": format!("http://{far}"), "project": project, "secret": kind, "hook_secret": "hook" });
        owner(&t).json("POST", "/api/v1/trackers", &body).await.expect(201);
    }
    t
}

pub(crate) fn owner(t: &TestApp) -> Client {
    let mut client = t.client();
    client.owner = true;
    client
}

pub(crate) fn action(n: u128) -> Ref {
    Ref::new("action", Id::from_u128(n))
}

fn cx(t: &TestApp) -> Ctx {
    Ctx::of(Actor::job("actions", &[&rights::ACTIONS]), t.app.now(), "test")
}

/// Links an action, or asks for an issue to be made from it.
pub(crate) async fn link(t: &TestApp, n: u128, tracker: &str, issue: Option<&str>) -> Result<()> {
    let new = NewIssueLink { tracker: tracker.into(), issue: issue.map(str::to_owned) };
    t.app
        .write(&cx(t), move |cx, tx| {
            let about = action(n);
            let thing = Thing {
                about: &about,
                right: (&rights::ACTIONS, TEAM),
                title: "Add <jitter>",
                body: "Goal: half the wake-ups",
                href: "/actions/x",
            };
            trackers::acts::link(cx, tx, &thing, &new)
        })
        .await
}

pub(crate) async fn unlink(t: &TestApp, n: u128, issue: Id) -> Result<()> {
    t.app
        .write(&cx(t), move |cx, tx| {
            let about = action(n);
            let thing = Thing { about: &about, right: (&rights::ACTIONS, TEAM), title: "", body: "", href: "/actions/x" };
            trackers::acts::unlink(cx, tx, &thing, issue)
        })
        .await
}

pub(crate) async fn issues(t: &TestApp, n: u128) -> Vec<Issue> {
    t.app.db.read(move |tx| trackers::store::issue::about(tx, &action(n))).await.unwrap()
}

/// State, word and since of the first issue of an action.
pub(crate) async fn stands(t: &TestApp, n: u128) -> (String, String, String) {
    let i = issues(t, n).await.remove(0);
    (i.state.key().into(), i.word, i.since.to_string())
}

pub(crate) async fn fault(t: &TestApp, tracker: &str) -> String {
    let v: Value = owner(t).get(&format!("/api/v1/trackers/{tracker}")).await.expect(200).json();
    v["fault"].as_str().unwrap_or("").to_owned()
}

pub(crate) fn words(a: &str, b: &str, c: &str) -> (String, String, String) {
    (a.into(), b.into(), c.into())
}
