//! Stories of people through HTTP, each on both engines.
// Helpers of tests fail like tests.
#![allow(clippy::unwrap_used)]

mod account;
mod api;
mod import;
mod limits;
mod links;
mod person;
mod roles;
mod sign_in;
mod start;
mod tokens;

use kernel::config::Config;
use kernel::db::{Engine, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::room::Room;
use kernel::testing::{Client, TestApp};
use kernel::web::{App, Ctx};
use people::place::Place;
use people::{PeopleGate, ScopeKind, acts};
use serde_json::{Value, json};

static ROOMS: &[&Room] = &[&kernel::ROOM, &people::ROOM];

/// Runs a story on both engines, each as a test of its own.
macro_rules! on_both {
    ($( $(#[$doc:meta])* $name:ident; )+) => { $(
        $(#[$doc])*
        mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                super::$name(crate::app(kernel::db::Engine::Sqlite)).await;
            }
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                super::$name(crate::app(kernel::db::Engine::Postgres)).await;
            }
        }
    )+ };
}
pub(crate) use on_both;

/// A group.
const GROUP: Id = Id::from_u128(0x10);
/// A team.
const TEAM: Id = Id::from_u128(0x11);
/// Another team.
const OTHER: Id = Id::from_u128(0x12);

const PASSWORD: &str = "a long sentence";

fn places(_: &mut dyn Tx) -> Result<Vec<Place>> {
    let place = |kind, id, slug: &str, name: &str| Place { kind, id, slug: slug.into(), name: name.into() };
    Ok(vec![
        place(ScopeKind::Group, GROUP, "digital", "Digital Engineering"),
        place(ScopeKind::Team, TEAM, "payments", "Payments"),
        place(ScopeKind::Team, OTHER, "billing", "Billing"),
    ])
}

/// As the binary's: a page, with a link for signing in.
fn error_page(_: &App, cx: &Ctx, error: &Error) -> html::Markup {
    html::html! { h1 { (error.class().2) } p { (error) } a href=(people::sign_in_path(&cx.asked)) { "Sign in" } }
}

fn app(engine: Engine) -> TestApp {
    configured(engine, Config::default())
}

fn configured(engine: Engine, config: Config) -> TestApp {
    people::place::provide(places);
    TestApp::with(engine, ROOMS, PeopleGate::new()).config(config).error_page(error_page).build()
}

/// The first account, signed in: a platform engineer.
async fn first(t: &TestApp) -> Client {
    let code = acts::setup_code(&t.app).await.unwrap().unwrap();
    let mut client = t.client();
    let fields = [("code", code.as_str()), ("name", "Ingrid Solberg"), ("mail", "ingrid@example.org"), ("password", PASSWORD)];
    client.form("/start", &fields).await.expect(303);
    client
}

/// The path of a link, without scheme and host.
fn path_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest[rest.find('/').unwrap_or(0)..].to_owned()
}

/// Invites somebody; returns the account's id and the path of the link.
async fn invite(admin: &mut Client, name: &str, mail: &str) -> (String, String) {
    let made = admin.json("POST", "/api/v1/people", &json!({ "name": name, "mail": mail })).await.expect(201).json();
    (text(&made["person"]["id"]), path_of(made["link"]["url"].as_str().unwrap()))
}

/// Somebody who is signed in, with roles as `(role, scope)`.
async fn person(t: &TestApp, admin: &mut Client, mail: &str, roles: &[(&str, Option<Id>)]) -> (String, Client) {
    let (id, link) = invite(admin, "Maya Okafor", mail).await;
    let mut client = t.client();
    client.form(&link, &[("password", PASSWORD)]).await.expect(303);
    for (role, scope) in roles {
        give(admin, &id, role, *scope).await;
    }
    (id, client)
}

/// Gives a role; returns its id.
async fn give(admin: &mut Client, person: &str, role: &str, scope: Option<Id>) -> String {
    let body = json!({ "role": role, "scope": scope });
    let made = admin.json("POST", &format!("/api/v1/people/{person}/roles"), &body).await.expect(201).json();
    text(&made["id"])
}

/// Posts a form from a page, with its token.
async fn post(client: &mut Client, page: &str, path: &str, fields: &[(&str, &str)]) -> kernel::testing::Answer {
    let csrf = Client::csrf(&client.get(page).await.expect(200).text);
    let mut all = vec![("csrf", csrf.as_str())];
    all.extend_from_slice(fields);
    client.form(path, &all).await
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// How many rows the trail has.
async fn records(client: &mut Client) -> usize {
    client.get("/api/v1/trail?limit=500").await.expect(200).json()["items"].as_array().unwrap().len()
}
