//! The ledger of decisions over HTTP, on both engines.
// Helpers of tests fail like tests.
#![allow(clippy::unwrap_used)]

use kernel::db::{Engine, Tx};
use kernel::error::{Error, Result};
use kernel::room::Room;
use kernel::testing::{Client, TestApp};
use kernel::time::Time;
use kernel::web::{Actor, ActorId, Ctx, Scope};
use people::place::Place;
use people::{PeopleGate, ScopeKind};
use serde_json::{Value, json};

use decisions::Decision;
use decisions::acts::Accepting;
use decisions::decision::Acceptance;

static ROOMS: &[&Room] = &[
    &kernel::ROOM,
    &people::ROOM,
    &catalogue::ROOM,
    &trackers::ROOM,
    &marks::ROOM,
    &metrics::ROOM,
    &actions::ROOM,
    &decisions::ROOM,
];

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
    bad_input_names_its_place_and_takes_no_number;
    a_decision_is_written_once_and_superseded_once;
    the_ledger_is_searched_and_cut_into_pages;
    a_risk_is_accepted_by_an_approver_who_did_not_answer;
    the_form_is_shown_again_with_what_was_typed;
    decisions_go_along_with_a_merge;
}

fn places(tx: &mut dyn Tx) -> Result<Vec<Place>> {
    let mut out = Vec::new();
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

async fn world(engine: Engine) -> TestApp {
    people::place::provide(places);
    let t = TestApp::new(engine, ROOMS, PeopleGate::new());
    let mut c = owner(&t);
    for (path, body) in [
        ("groups", json!({ "name": "Shop", "zone": "Europe/London", "first_day": "2026-01-07" })),
        ("teams", json!({ "name": "Checkout", "group": "shop" })),
        ("teams", json!({ "name": "Search", "group": "shop" })),
        ("workloads", json!({ "name": "Ledger", "team": "checkout", "about": {} })),
    ] {
        c.json("POST", &format!("/api/v1/{path}"), &body).await.expect(201);
    }
    t
}

fn new(title: &str) -> Value {
    json!({ "title": title, "decided": "We keep one region.", "why": "A second costs more than an hour without it." })
}

fn places_of(answer: &Value) -> Vec<&str> {
    answer["faults"].as_array().unwrap().iter().map(|f| f["at"].as_str().unwrap()).collect()
}

async fn bad_input_names_its_place_and_takes_no_number(t: TestApp) {
    let mut c = owner(&t);
    let cases = [
        ("title", json!("a\nb"), "title"),
        ("why", json!("x".repeat(10_000)), "why"),
        ("decided", json!(" "), "decided"),
        ("review_by", json!("9999-01-01"), "review_by"),
        ("review_by", json!("0000-01-01"), "review_by"),
        ("deciders", json!(vec!["a"; 21]), "deciders"),
        ("alternatives", json!(["a\u{0}"]), "alternatives.0"),
        ("team", json!("nobody"), "team"),
        ("workload", json!("nobody"), "workload"),
        ("supersedes", json!(7), "supersedes"),
        ("origin", json!({ "kind": "session", "url": "javascript:alert(1)" }), "origin.url"),
    ];
    for (field, value, at) in cases {
        let mut body = new("x");
        body[field] = value;
        let answer = c.json("POST", "/api/v1/decisions", &body).await.expect(422).json();
        assert_eq!(places_of(&answer), [at], "{answer}");
    }
    let made = c.json("POST", "/api/v1/decisions", &new("One region")).await.expect(201).json();
    assert_eq!((&made["number"], &made["deciders"]), (&json!(1), &json!([made["made_by"]])));
    c.get("/api/v1/decisions/x").await.expect(404);
    c.get("/decisions/99").await.expect(404);
    c.get("/api/v1/decisions?kind=rumour").await.expect(422);
    c.get("/api/v1/decisions?cursor=zz").await.expect(422);
    t.client().json("POST", "/api/v1/decisions", &new("x")).await.expect(401);
    t.end().await;
}

async fn a_decision_is_written_once_and_superseded_once(t: TestApp) {
    let mut c = owner(&t);
    let mut first = new("One region");
    first["workload"] = json!("ledger");
    first["deciders"] = json!(["Maya Okafor", "Ingrid Solberg"]);
    first["review_by"] = json!("2027-06-30");
    let made = c.json("POST", "/api/v1/decisions", &first).await.expect(201).json();
    assert_eq!((&made["team"]["slug"], &made["workload"]["slug"]), (&json!("checkout"), &json!("ledger")));
    let mut second = new("Two regions");
    second["supersedes"] = json!(1);
    c.json("POST", "/api/v1/decisions", &second).await.expect(201);
    let told = c.json("POST", "/api/v1/decisions", &second).await.expect(409).json();
    assert!(told["detail"].as_str().unwrap().contains("superseded by decision 2"), "{told}");
    assert_eq!(c.get("/api/v1/decisions/1").await.expect(200).json()["superseded_by"], 2);
    let page = c.get("/decisions/1").await.expect(200).text;
    assert!(page.contains("Superseded") && page.contains("Maya Okafor and Ingrid Solberg"), "{page}");
    let token = json!({ "name": "search", "scopes": [{ "right": "decisions.write", "scope": c.get("/api/v1/teams/search").await.json()["id"] }] });
    let made = c.json("POST", "/api/v1/tokens", &token).await.expect(201).json();
    let mut search = t.client();
    search.bearer = made["secret"].as_str().map(str::to_owned);
    search.json("POST", "/api/v1/decisions", &first).await.expect(403);
    // What names no team is no team's lead's, to write or to put another in its place.
    search.json("POST", "/api/v1/decisions", &new("For all of us")).await.expect(403);
    let mut over = new("Three regions");
    (over["team"], over["supersedes"]) = (json!("search"), json!(2));
    search.json("POST", "/api/v1/decisions", &over).await.expect(403);
    over["supersedes"] = Value::Null;
    search.json("POST", "/api/v1/decisions", &over).await.expect(201);
    let trail = c.get("/api/v1/trail?kind=decision&id=1").await.expect(200).json();
    assert_eq!(trail["items"][0]["verb"], "decided");
    t.end().await;
}

async fn the_ledger_is_searched_and_cut_into_pages(t: TestApp) {
    let mut c = owner(&t);
    for n in 0..5 {
        c.json("POST", "/api/v1/decisions", &new(if n % 2 == 0 { "Ärger mit Zürich" } else { "Something else" })).await.expect(201);
    }
    let (mut seen, mut path) = (Vec::new(), "/api/v1/decisions?q=%C3%A4rger&limit=2".to_owned());
    loop {
        let page = c.get(&path).await.expect(200).json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|d| d["number"].as_i64().unwrap()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/decisions?q=%C3%A4rger&limit=2&cursor={next}");
    }
    assert_eq!(seen, [5, 3, 1]);
    let page = c.get("/decisions?q=else").await.expect(200).text;
    assert!(page.contains("Something else") && !page.contains("Zürich"), "{page}");
    t.end().await;
}

fn approver(name: &str, pillar: &str) -> Actor {
    Actor {
        id: ActorId::Person(kernel::ids::Id::from_u128(7)),
        name: name.into(),
        rights: vec![("risks.accept", Scope::Within(people::place::pillar_id(pillar)))],
        ..Actor::anonymous()
    }
}

async fn accept(t: &TestApp, actor: Actor, basis: &'static str, until: &str) -> Result<Decision> {
    let cx = Ctx::of(actor, TestApp::START, "test");
    let said = Acceptance { reason: "The partner keeps thirty days".into(), until: until.into() };
    t.app
        .write(&cx, move |cx, tx| {
            let workload = catalogue::store::workload_by_slug(tx, "ledger")?;
            let team = catalogue::store::team(tx, workload.team)?;
            let accepting = Accepting {
                workload: &workload,
                team: &team,
                pillar: Some("reliability"),
                about: "core/REL-01",
                basis,
                title: "Is recovery tested?",
                alternatives: vec!["Test it".into()],
                answered_by: "Maya",
                origin: actions::Origin::default(),
            };
            decisions::acts::accept(cx, tx, &accepting, &said)
        })
        .await
}

async fn a_risk_is_accepted_by_an_approver_who_did_not_answer(t: TestApp) {
    let refused = |done: Result<Decision>| done.unwrap_err().class().0;
    assert_eq!(refused(accept(&t, approver("Ama", "cost"), "3", "2027-03-31").await), 403, "another pillar");
    assert_eq!(refused(accept(&t, approver("Maya", "reliability"), "3", "2027-03-31").await), 403, "her own answer");
    let token = Actor { id: ActorId::Token(kernel::ids::Id::from_u128(8)), ..approver("ci", "reliability") };
    assert_eq!(refused(accept(&t, token, "3", "2027-03-31").await), 403, "a token");
    for until in ["", "2026-11-16", "2027-11-19", "9999-12-31", "0000-01-01"] {
        assert_eq!(refused(accept(&t, approver("Ama", "reliability"), "3", until).await), 422, "{until}");
    }
    let made = accept(&t, approver("Ama", "reliability"), "3", "2027-03-31").await.unwrap();
    assert_eq!(
        (made.number, made.why.as_str(), made.deciders.as_slice()),
        (1, "The partner keeps thirty days", ["Ama".to_owned()].as_slice())
    );
    match accept(&t, approver("Ama", "reliability"), "3", "2027-04-30").await {
        Err(Error::Conflict(told)) => {
            assert!(told.contains("Ama accepted this risk until 2027-03-31 already: decision 1"), "{told}")
        }
        other => panic!("{other:?}"),
    }
    // The answer is another: what was accepted is accepted anew, and the ledger leads on.
    let again = accept(&t, approver("Ama", "reliability"), "4", "2027-04-30").await.unwrap();
    assert_eq!((again.number, again.supersedes), (2, Some(1)));
    let page = owner(&t).get("/decisions").await.expect(200).text;
    assert!(page.contains("Accepted") && page.contains("Superseded"), "{page}");
    t.clock.set(Time::parse("2027-05-01T12:00:00Z").unwrap());
    assert!(owner(&t).get("/decisions/2").await.expect(200).text.contains("Over"));
    t.end().await;
}

async fn the_form_is_shown_again_with_what_was_typed(t: TestApp) {
    let mut c = owner(&t);
    let page = c.get("/decisions").await.expect(200).text;
    assert!(page.contains("No decision was written down yet"));
    let csrf = Client::csrf(&page);
    let send = |why: &'static str, supersedes: &'static str| {
        [
            ("csrf", csrf.clone()),
            ("title", "One region".into()),
            ("decided", "One".into()),
            ("why", why.into()),
            ("alternatives", "Two\n\nThree".into()),
            ("supersedes", supersedes.into()),
        ]
    };
    for (why, supersedes) in [("", ""), ("x", "soon"), ("x", "9")] {
        let fields = send(why, supersedes);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let page = c.form("/decisions", &fields).await.expect(422).text;
        assert!(page.contains("value=\"One region\""), "{page}");
    }
    let fields = send("Because", "");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    c.form("/decisions", &fields).await.expect(303);
    assert_eq!(c.get("/api/v1/decisions/1").await.json()["alternatives"], json!(["Two", "Three"]));
    t.end().await;
}

static FOLLOWERS: [catalogue::acts::merge::Follower; 1] = [decisions::acts::merge::FOLLOWER];

async fn decisions_go_along_with_a_merge(t: TestApp) {
    catalogue::acts::merge::provide(&FOLLOWERS);
    let mut c = owner(&t);
    let mut body = new("One region");
    body["workload"] = json!("ledger");
    c.json("POST", "/api/v1/decisions", &body).await.expect(201);
    c.json("POST", "/api/v1/workloads", &json!({ "name": "Books", "team": "search", "about": {} })).await.expect(201);
    let merge = json!({ "into": "books", "keep": false, "reason": "Two names of one" });
    let done = c.json("POST", "/api/v1/workloads/ledger/merge", &merge).await.expect(200).json();
    assert_eq!(done["taken"].as_array().unwrap().iter().find(|t| t["what"] == "decisions").unwrap()["count"], 1);
    let list = c.get("/api/v1/decisions?workload=books").await.expect(200).json();
    assert_eq!(list["items"][0]["team"]["slug"], "search");
    t.end().await;
}
