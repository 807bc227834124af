//! Marks over HTTP, on both engines.
// Helpers of tests fail like tests.
#![allow(clippy::unwrap_used)]

use kernel::db::{Engine, Tx};
use kernel::error::Result;
use kernel::room::Room;
use kernel::testing::{Client, TestApp};
use people::place::Place;
use people::{PeopleGate, ScopeKind};
use serde_json::{Value, json};

static ROOMS: &[&Room] = &[&kernel::ROOM, &people::ROOM, &catalogue::ROOM, &marks::ROOM];

/// Runs a story on both engines, each as a test of its own.
macro_rules! on_both {
    ($( $name:ident; )+) => { $(
        mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                super::$name(super::world(kernel::db::Engine::Sqlite).await).await;
            }
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                super::$name(super::world(kernel::db::Engine::Postgres).await).await;
            }
        }
    )+ };
}

on_both! {
    the_same_origin_is_the_same_mark;
    a_mark_stands_on_the_axes_of_what_is_above_it;
    what_was_wrong_is_taken_back_and_stays_back;
    nobody_marks_what_is_not_theirs;
    pages_of_the_list_hold_each_mark_once;
    a_refused_form_is_shown_again_and_stores_nothing;
    marks_of_a_duplicate_stand_on_the_axis_of_the_one_that_stays;
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

fn owner(t: &TestApp) -> Client {
    let mut client = t.client();
    client.owner = true;
    client
}

/// A group “Shop” of teams “Checkout” and “Search”; Checkout has a workload “Ledger” with a service “ledger-api”.
async fn world(engine: Engine) -> TestApp {
    people::place::provide(places);
    let t = TestApp::new(engine, ROOMS, PeopleGate::new());
    let mut c = owner(&t);
    for (path, body) in [
        ("groups", json!({ "name": "Shop", "zone": "Europe/London", "first_day": "2026-01-07" })),
        ("teams", json!({ "name": "Checkout", "group": "shop" })),
        ("teams", json!({ "name": "Search", "group": "shop" })),
        ("workloads", json!({ "name": "Ledger", "team": "checkout", "about": {} })),
        ("services", json!({ "name": "ledger-api", "workload": "ledger", "about": {} })),
    ] {
        c.json("POST", &format!("/api/v1/{path}"), &body).await.expect(201);
    }
    t
}

async fn with_notes(t: &TestApp, team: &str) -> Client {
    let id = owner(t).get(&format!("/api/v1/teams/{team}")).await.expect(200).json()["id"].clone();
    let body = json!({ "name": format!("ci {team}"), "scopes": [{ "right": "notes.write", "scope": id }] });
    let made = owner(t).json("POST", "/api/v1/tokens", &body).await.expect(201).json();
    let mut client = t.client();
    client.bearer = made["secret"].as_str().map(str::to_owned);
    client
}

fn deployment(title: &str, at: &str, origin: Option<&str>) -> Value {
    let mut mark = json!({ "on": "service", "slug": "ledger-api", "kind": "deployment", "title": title, "at": at });
    if let Some(origin) = origin {
        mark["origin"] = json!(origin);
    }
    mark
}

async fn titles(t: &TestApp, on: &str, slug: &str) -> Vec<String> {
    let list = owner(t).get(&format!("/api/v1/marks?on={on}&slug={slug}")).await.expect(200).json();
    list["items"].as_array().unwrap().iter().map(|m| m["title"].as_str().unwrap().to_owned()).collect()
}

async fn the_same_origin_is_the_same_mark(t: TestApp) {
    let mut c = with_notes(&t, "checkout").await;
    let sent = deployment("2.4", "2026-02-03T10:00:00Z", Some("build-7"));
    let first = c.json("POST", "/api/v1/marks", &sent).await.expect(201).json();
    let again = c.json("POST", "/api/v1/marks", &sent).await.expect(201).json();
    assert_eq!(first, again);
    let other = deployment("2.4, again", "2026-02-04T10:00:00Z", Some("build-7"));
    let changed = c.json("POST", "/api/v1/marks", &other).await.expect(201).json();
    assert_eq!((&changed["id"], &changed["title"]), (&first["id"], &json!("2.4, again")));
    assert_eq!(titles(&t, "service", "ledger-api").await, ["2.4, again"]);
    // What is listed by time moved with it.
    let day = "/api/v1/marks?on=team&slug=checkout&from=2026-02-04T00:00:00Z&to=2026-02-05T00:00:00Z";
    assert_eq!(owner(&t).get(day).await.expect(200).json()["items"].as_array().unwrap().len(), 1);
    let trail = owner(&t).get(&format!("/api/v1/trail?kind=mark&id={}", first["id"].as_str().unwrap())).await.expect(200).json();
    let verbs: Vec<&str> = trail["items"].as_array().unwrap().iter().map(|r| r["verb"].as_str().unwrap()).collect();
    assert_eq!(verbs, ["changed", "marked"], "sending the same twice is no record");
    t.end().await;
}

async fn a_mark_stands_on_the_axes_of_what_is_above_it(t: TestApp) {
    let mut c = owner(&t);
    c.json("POST", "/api/v1/marks", &deployment("2.4", "2026-02-03T10:00:00Z", None)).await.expect(201);
    let notice = json!({ "on": "group", "slug": "shop", "kind": "notice", "title": "TLS 1.1 ends", "at": "2031-02-03T10:00:00Z" });
    c.json("POST", "/api/v1/marks", &notice).await.expect(201);
    for (on, slug) in [("service", "ledger-api"), ("workload", "ledger"), ("team", "checkout")] {
        assert_eq!(titles(&t, on, slug).await, ["2.4"], "{on}");
    }
    assert_eq!(titles(&t, "group", "shop").await, ["TLS 1.1 ends", "2.4"]);
    assert_eq!(titles(&t, "team", "search").await, [""; 0], "a sibling's chart shows nothing of it");
    let axis = |slug: &'static str, kind| {
        let app = t.app.clone();
        async move {
            let cx = kernel::web::Ctx::of(kernel::web::Actor::anonymous(), kernel::time::Time(0), "test");
            let read = move |_: &kernel::web::Ctx, tx: &mut dyn Tx| {
                let subject = catalogue::store::subject(tx, kind, slug)?;
                marks::store::of_axis(tx, &subject, kernel::time::Time(0), kernel::time::Time(i64::MAX))
            };
            app.read(&cx, read).await.unwrap().into_iter().map(|m| m.title).collect::<Vec<_>>()
        }
    };
    assert_eq!(axis("ledger-api", catalogue::rules::SubjectKind::Service).await, ["2.4", "TLS 1.1 ends"]);
    assert_eq!(axis("search", catalogue::rules::SubjectKind::Team).await, ["TLS 1.1 ends"], "a notice is for all of the group");
    t.end().await;
}

async fn what_was_wrong_is_taken_back_and_stays_back(t: TestApp) {
    let mut c = with_notes(&t, "checkout").await;
    let sent = deployment("2.4", "2026-02-03T10:00:00Z", Some("build-7"));
    let id = c.json("POST", "/api/v1/marks", &sent).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/marks/{id}/retraction");
    c.json("POST", &path, &json!({ "reason": " " })).await.expect(422);
    let back = c.json("POST", &path, &json!({ "reason": "a dry run" })).await.expect(200).json();
    assert_eq!(back["taken_back"]["reason"], "a dry run");
    c.json("POST", &path, &json!({ "reason": "twice" })).await.expect(409);
    let refused = c.json("POST", "/api/v1/marks", &sent).await.expect(409).json();
    assert!(refused["detail"].as_str().unwrap().contains("a dry run"), "{refused}");
    let page = owner(&t).get("/teams/checkout/marks").await.expect(200).text;
    assert!(page.contains("a dry run"));
    t.end().await;
}

async fn nobody_marks_what_is_not_theirs(t: TestApp) {
    let mut search = with_notes(&t, "search").await;
    let sent = deployment("2.4", "2026-02-03T10:00:00Z", Some("build-7"));
    search.json("POST", "/api/v1/marks", &sent).await.expect(403);
    let group = json!({ "on": "group", "slug": "shop", "kind": "notice", "title": "x" });
    search.json("POST", "/api/v1/marks", &group).await.expect(403);
    t.client().json("POST", "/api/v1/marks", &sent).await.expect(401);
    let id = owner(&t).json("POST", "/api/v1/marks", &sent).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    search.json("POST", &format!("/api/v1/marks/{id}/retraction"), &json!({ "reason": "x" })).await.expect(403);
    assert_eq!(titles(&t, "team", "checkout").await, ["2.4"]);
    t.end().await;
}

async fn pages_of_the_list_hold_each_mark_once(t: TestApp) {
    let mut c = owner(&t);
    // Several in the same microsecond, so that a page ends between them.
    for n in 0..7 {
        let at = if n < 5 { "2026-02-03T10:00:00Z" } else { "2026-02-04T10:00:00Z" };
        c.json("POST", "/api/v1/marks", &deployment(&format!("{n}"), at, None)).await.expect(201);
    }
    let mut seen = Vec::new();
    let mut path = "/api/v1/marks?on=team&slug=checkout&limit=2".to_owned();
    loop {
        let page = c.get(&path).await.expect(200).json();
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|m| m["title"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/marks?on=team&slug=checkout&limit=2&cursor={next}");
    }
    // Of the same microsecond the order is that of their ids.
    let (newest, rest) = seen.split_at_mut(2);
    newest.sort();
    rest.sort();
    assert_eq!((&*newest, &*rest), (&["5", "6"].map(String::from)[..], &["0", "1", "2", "3", "4"].map(String::from)[..]));
    c.get("/api/v1/marks?on=team&slug=checkout&cursor=zz").await.expect(422);
    c.get("/api/v1/marks?on=galaxy&slug=checkout").await.expect(422);
    let told = c.get("/api/v1/marks?on=team&slug=nobody").await.expect(422).json();
    assert_eq!(told["faults"][0]["at"], "slug", "{told}");
    t.end().await;
}

async fn a_refused_form_is_shown_again_and_stores_nothing(t: TestApp) {
    let mut c = owner(&t);
    let page = c.get("/teams/checkout/marks").await.expect(200).text;
    assert!(page.contains("bellwether mark add"), "an empty list says how marks come");
    let csrf = Client::csrf(&page);
    let fields = |at: &'static str, title: &'static str| {
        vec![
            ("csrf", csrf.clone()),
            ("kind", "incident".into()),
            ("on", "service ledger-api".into()),
            ("at", at.into()),
            ("title", title.into()),
        ]
    };
    let send = |fields: &[(&str, String)]| fields.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect::<Vec<_>>();
    for (at, title) in [("yesterday", "Ledger slow"), ("2999-01-01 10:00", "Ledger slow"), ("2026-02-03 10:00", " ")] {
        let sent = send(&fields(at, title));
        let sent: Vec<(&str, &str)> = sent.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let page = c.form("/teams/checkout/marks", &sent).await.expect(422).text;
        assert!(page.contains(&format!("value=\"{at}\"")), "what was typed stays: {page}");
    }
    assert_eq!(titles(&t, "team", "checkout").await, [""; 0]);
    // The other form of the page: what was typed stays beside its mark.
    let id =
        c.json("POST", "/api/v1/marks", &deployment("2.4", "2026-02-03T10:00:00Z", None)).await.expect(201).json()["id"].clone();
    let id = id.as_str().unwrap();
    let wrong =
        c.form(&format!("/teams/checkout/marks/{id}/retraction"), &[("csrf", &csrf), ("reason", "a\u{1}b")]).await.expect(422).text;
    assert!(wrong.contains(&format!("href=\"#reason-{id}\"")) && wrong.contains("<details class=\"figures\" open>"), "{wrong}");
    c.json("POST", &format!("/api/v1/marks/{id}/retraction"), &json!({ "reason": "a drill" })).await.expect(200);
    let sent = send(&fields("2026-02-03 10:00", "Ledger slow"));
    let sent: Vec<(&str, &str)> = sent.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    c.form("/teams/checkout/marks", &sent).await.expect(303);
    assert_eq!(titles(&t, "service", "ledger-api").await, ["Ledger slow", "2.4"]);
    t.end().await;
}

static FOLLOWERS: [catalogue::acts::merge::Follower; 1] = [marks::acts::merge::FOLLOWER];

async fn marks_of_a_duplicate_stand_on_the_axis_of_the_one_that_stays(t: TestApp) {
    catalogue::acts::merge::provide(&FOLLOWERS);
    let mut c = owner(&t);
    c.json("POST", "/api/v1/services", &json!({ "name": "ledger", "workload": "ledger", "about": {} })).await.expect(201);
    let mark =
        |slug: &str, title: &str, at: &str| json!({ "on": "service", "slug": slug, "kind": "release", "title": title, "at": at });
    let first = c.json("POST", "/api/v1/marks", &mark("ledger", "1.0", "2026-02-03T10:00:00Z")).await.expect(201).json();
    c.json("POST", "/api/v1/marks", &mark("ledger-api", "2.0", "2026-02-04T10:00:00Z")).await.expect(201);
    let body = json!({ "into": "ledger-api", "keep": false, "reason": "Two names of one" });
    let done = c.json("POST", "/api/v1/services/ledger/merge", &body).await.expect(200).json();
    assert_eq!(done["taken"].as_array().unwrap().iter().find(|t| t["what"] == "marks").unwrap()["count"], 1);
    assert_eq!(titles(&t, "service", "ledger-api").await, ["2.0", "1.0"]);
    assert_eq!(titles(&t, "workload", "ledger").await, ["2.0", "1.0"], "doubled or lost above");
    // One mark still: taken back, it leaves both axes.
    let path = format!("/api/v1/marks/{}/retraction", first["id"].as_str().unwrap());
    c.json("POST", &path, &json!({ "reason": "It was a rehearsal" })).await.expect(200);
    let list = c.get("/api/v1/marks?on=service&slug=ledger-api").await.expect(200).json();
    let back: Vec<_> = list["items"].as_array().unwrap().iter().filter(|m| m["taken_back"].is_object()).collect();
    assert!(back.len() == 1 && back[0]["title"] == "1.0", "{list}");
}
