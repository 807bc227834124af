//! A session while it runs: its clock, what it captures, who is there, what becomes of earlier actions.

use std::time::Duration;

use kernel::testing::{Client, TestApp};
use people::Role;
use serde_json::{Value, json};

use crate::world::{form, owner, person, settled};

crate::on_both! {
    a_session_runs_by_what_happened;
    what_is_captured_is_stored_once;
    a_capture_is_taken_back_by_whoever_made_it;
    earlier_actions_are_done_carried_or_dropped;
    whoever_holds_a_seat_says_that_they_are_here;
    a_deputy_runs_the_session;
    the_council_captures_too;
}

/// The first session of the group, opened; its address without `/api/v1`.
pub(crate) async fn opened(t: &TestApp) -> String {
    let at = format!("/sessions/{}", settled(t).await[0]);
    owner(t).json("POST", &format!("/api/v1{at}/opening"), &Value::Null).await.expect(200);
    at
}

pub(crate) async fn standing(c: &mut Client, at: &str) -> Value {
    c.get(&format!("/api/v1{at}/standing")).await.expect(200).json()
}

async fn step(c: &mut Client, at: &str, to: &str, seen: Option<i64>) -> kernel::testing::Answer {
    let mut body = json!({ "to": to });
    if let Some(seen) = seen {
        body["seen"] = json!(seen);
    }
    c.json("POST", &format!("/api/v1{at}/steps"), &body).await
}

/// Goes on until an item of that title.
pub(crate) async fn go(c: &mut Client, at: &str, title: &str) {
    let now = standing(c, at).await;
    let item = now["items"].as_array().unwrap().iter().find(|i| i["title"] == title).unwrap()["item"].clone();
    step(c, at, item.as_str().unwrap(), None).await.expect(200);
}

pub(crate) fn capture(key: &str, kind: &str, text: &str) -> Value {
    let mut body = json!({ "key": format!("session-{key}"), "kind": kind, "text": text });
    if kind == "action" {
        body["team"] = json!("search");
        body["owner"] = json!("principal-engineer");
    }
    if kind == "connection" {
        (body["team"], body["to"]) = (json!("checkout"), json!("search"));
    }
    body
}

fn faults(body: &Value) -> Vec<String> {
    body["faults"].as_array().unwrap().iter().map(|f| f["at"].as_str().unwrap().to_owned()).collect()
}

async fn a_session_runs_by_what_happened(t: TestApp) {
    let mut c = owner(&t);
    let at = format!("/sessions/{}", settled(&t).await[0]);
    let run = c.get(&format!("{at}/run")).await.expect(200).text;
    assert!(run.contains("Open the session") && !run.contains("id=\"capture\""), "{run}");
    assert!(step(&mut c, &at, "next", None).await.expect(409).text.contains("planned"));
    c.form(&format!("{at}/opening"), &[]).await.expect(303);
    c.form(&format!("{at}/opening"), &[]).await.expect(409);
    let now = standing(&mut c, &at).await;
    assert_eq!((&now["pace"], &now["current"], &now["seen"]), (&json!("running"), &now["items"][0]["item"], &json!(1)));
    // Six minutes for five: over by one, said in words.
    t.clock.advance(Duration::from_secs(360));
    let now = standing(&mut c, &at).await;
    assert_eq!((&now["items"][0]["used"], &now["behind"], &now["used"]), (&json!(360), &json!(60), &json!(360)));
    for page in ["run", "screen"] {
        let text = c.get(&format!("{at}/{page}")).await.expect(200).text;
        assert!(text.contains(">6:00<") && text.contains("over by 1:00") && text.contains("1:00 behind plan"), "{page}: {text}");
    }
    // Whoever presses twice moves once; whoever looked at something else is told.
    let next = now["next"].as_str().unwrap().to_owned();
    c.form(&format!("{at}/steps"), &[("form", "go"), ("to", &format!("1.{next}"))]).await.expect(303);
    c.form(&format!("{at}/steps"), &[("form", "go"), ("to", &format!("1.{next}"))]).await.expect(303);
    assert_eq!(standing(&mut c, &at).await["seen"], 2);
    assert!(step(&mut c, &at, "back", Some(1)).await.expect(409).text.contains("Somebody else moved"));
    let page = c.form(&format!("{at}/steps"), &[("form", "go"), ("to", "1.back")]).await.expect(409).text;
    assert!(page.contains("That could not be done") && page.contains("live-clock"), "{page}");
    // A pause counts for nothing, and ends where the session goes on.
    t.clock.advance(Duration::from_secs(30));
    step(&mut c, &at, "pause", Some(2)).await.expect(200);
    step(&mut c, &at, "pause", None).await.expect(200);
    t.clock.advance(Duration::from_secs(600));
    let now = standing(&mut c, &at).await;
    assert_eq!((&now["pace"], &now["items"][1]["used"], &now["seen"]), (&json!("paused"), &json!(30), &json!(3)));
    assert!(c.get(&format!("{at}/run")).await.expect(200).text.contains("Go on"));
    step(&mut c, &at, "back", Some(3)).await.expect(200);
    t.clock.advance(Duration::from_secs(10));
    let now = standing(&mut c, &at).await;
    assert_eq!((&now["pace"], &now["items"][0]["used"], &now["used"]), (&json!("running"), &json!(370), &json!(400)));
    for (to, status) in [("back", 409), ("sideways", 422), ("", 422)] {
        step(&mut c, &at, to, None).await.expect(status);
    }
    let events = c.get(&format!("/api/v1{at}/events")).await.expect(200).json();
    let kinds: Vec<&str> = events["items"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["opened", "moved", "paused", "moved", "resumed"]);
    assert!(events["items"].as_array().unwrap().iter().all(|e| e["by"] == "Owner of the data folder"));
    c.get("/api/v1/sessions/nothing/standing").await.expect(404);
    c.get(&format!("{at}/live?as=nobody")).await.expect(422);
    t.end().await;
}

async fn what_is_captured_is_stored_once(t: TestApp) {
    let at = opened(&t).await;
    let api = format!("/api/v1{at}/captures");
    let (mut ana, _) = person(&t, "Ana", Role::Engineer, "teams/checkout").await;
    go(&mut owner(&t), &at, "Search").await;
    let kinds = ["action", "decision", "connection", "tech-share", "win", "question", "parking-lot"];
    for kind in kinds {
        let body = capture(kind, kind, &format!("About {kind} <b>"));
        let first = ana.json("POST", &api, &body).await.expect(201).json();
        let again = ana.json("POST", &api, &body).await.expect(201).json();
        assert_eq!(first, again, "{kind}");
        assert_eq!((&first["by"], &first["origin"]["url"]), (&json!("Ana"), &json!("/reports/search/23")), "{kind}");
    }
    let all = ana.get(&api).await.expect(200).json();
    let told: Vec<&str> = all["items"].as_array().unwrap().iter().map(|c| c["kind"].as_str().unwrap()).collect();
    assert_eq!(told, kinds);
    let page = ana.get(&format!("{api}?limit=3")).await.expect(200).json();
    let rest = ana.get(&format!("{api}?cursor={}", page["next"].as_str().unwrap())).await.expect(200).json();
    assert_eq!((page["items"].as_array().unwrap().len(), rest["items"].as_array().unwrap().len()), (3, 4));
    // The action stands in the register of the team that does it, and leads back.
    let actions = ana.get("/api/v1/actions?team=search").await.expect(200).json();
    let action = &actions["items"][0];
    assert_eq!(
        (&action["what"], &action["origin"]["kind"], &action["origin"]["url"]),
        (&json!("About action <b>"), &json!("session"), &json!(at))
    );
    // A key is for one capture of one person, with all that it says.
    let mut elsewhere = capture("action", "action", "About action <b>");
    elsewhere["due"] = json!("2027-01-18");
    ana.json("POST", &api, &elsewhere).await.expect(409);
    let other = capture("win", "win", "Something else");
    assert!(ana.json("POST", &api, &other).await.expect(409).text.contains("key was used"));
    let (mut ben, _) = person(&t, "Ben", Role::DeliveryLead, "teams/search").await;
    ben.json("POST", &api, &capture("win", "win", "About win <b>")).await.expect(409);
    // What is wrong is told at its field, and nothing of it is stored.
    for (mut body, wrong) in [
        (capture("new-1", "action", "x"), ["owner"].as_slice()),
        (capture("new-1", "win", " "), &["text"]),
        (capture("new-1", "win", "x"), &["team"]),
        (capture("new-1", "connection", "x"), &["to"]),
        (capture("new-1", "win", "x"), &["item"]),
    ] {
        match wrong[0] {
            "owner" => body["owner"] = json!("nobody@northmoor.example"),
            "team" => body["team"] = json!("nowhere"),
            "to" => body["to"] = json!("checkout"),
            "item" => body["item"] = json!("00000000-0000-7000-8000-000000000000"),
            _ => {}
        }
        assert_eq!(faults(&ana.json("POST", &api, &body).await.expect(422).json()), wrong, "{body}");
    }
    // The page without script: the same, by a form.
    let fields =
        [("form", "capture"), ("key", "form-0001"), ("kind", "connection"), ("text", "kept <i>"), ("team", "checkout"), ("to", "")];
    let page = form(&mut ana, &format!("{at}/captures"), &fields).await.expect(422).text;
    assert!(
        page.contains("kept &lt;i&gt;") && page.contains("Say which team receives.") && page.contains("value=\"form-0001\""),
        "{page}"
    );
    let fields = [
        ("form", "capture"),
        ("key", "form-0001"),
        ("kind", "parking-lot"),
        ("text", "by form"),
        ("to", "search"),
        ("role", "engineer"),
    ];
    form(&mut ana, &format!("{at}/captures"), &fields).await.expect(303);
    let list = ana.get(&format!("{at}/captures")).await.expect(200).text;
    assert!(list.contains("by form") && list.contains("About win &lt;b&gt;"), "{list}");
    // Who is in no team of the group reads.
    let (mut sam, _) = person(&t, "Sam", Role::Stakeholder, "").await;
    sam.json("POST", &api, &capture("new-2", "win", "x")).await.expect(403);
    let text = sam.get(&format!("{at}/run")).await.expect(200).text;
    assert!(text.contains("by form") && !text.contains("id=\"capture\""), "{text}");
    t.end().await;
}

async fn a_capture_is_taken_back_by_whoever_made_it(t: TestApp) {
    let at = opened(&t).await;
    let api = format!("/api/v1{at}/captures");
    let (mut ana, _) = person(&t, "Ana", Role::Engineer, "teams/checkout").await;
    let (mut ben, _) = person(&t, "Ben", Role::Engineer, "teams/search").await;
    let made = ana.json("POST", &api, &capture("action-1", "action", "Restore it")).await.expect(201).json();
    let back = format!("{api}/{}/withdrawal", made["id"].as_str().unwrap());
    assert!(ben.json("POST", &back, &Value::Null).await.expect(403).text.contains("Ana captured this"));
    let gone = ana.json("POST", &back, &Value::Null).await.expect(200).json();
    assert_eq!(gone["taken_back"]["by"], "Ana");
    ana.json("POST", &back, &Value::Null).await.expect(409);
    let action = ana.get(&format!("/api/v1{}", made["href"].as_str().unwrap())).await.expect(200).json();
    assert_eq!((&action["state"], &action["why"]), (&json!("dropped"), &json!("Taken back in “Review of sprint 23”.")));
    // By a form, and by whoever runs the session.
    let win = ben.json("POST", &api, &capture("win-1", "win", "It ran")).await.expect(201).json();
    let page = ben.get(&format!("{at}/run")).await.expect(200).text;
    assert!(page.contains("Undo the last") && page.contains(win["id"].as_str().unwrap()), "{page}");
    form(&mut ben, &format!("{at}/captures/back"), &[("form", "undo"), ("capture", win["id"].as_str().unwrap())]).await.expect(303);
    let lot = ben.json("POST", &api, &capture("lot-1", "parking-lot", "Later")).await.expect(201).json();
    owner(&t).form(&format!("{at}/captures/back"), &[("form", "back"), ("capture", lot["id"].as_str().unwrap())]).await.expect(303);
    assert!(!ben.get(&format!("{at}/run")).await.expect(200).text.contains("Later"));
    // An action that went on meanwhile is the register's.
    let made = ana.json("POST", &api, &capture("action-2", "action", "Measure it")).await.expect(201).json();
    let action = format!("/api/v1{}", made["href"].as_str().unwrap());
    ben.json("POST", &format!("{action}/state"), &json!({ "version": 1, "state": "in-progress" })).await.expect(200);
    let back = format!("{api}/{}/withdrawal", made["id"].as_str().unwrap());
    assert!(ana.json("POST", &back, &Value::Null).await.expect(409).text.contains("Ben has changed this action"));
    ana.json("POST", &format!("{api}/nothing/withdrawal"), &Value::Null).await.expect(404);
    t.end().await;
}

async fn action(t: &TestApp, what: &str, due: &str) -> String {
    let body = json!({ "team": "search", "what": what, "owner": "delivery-lead", "due": due });
    owner(t).json("POST", "/api/v1/actions", &body).await.expect(201).json()["id"].as_str().unwrap().to_owned()
}

async fn earlier_actions_are_done_carried_or_dropped(t: TestApp) {
    let (done, carried, dropped) =
        (action(&t, "Restore", "2026-11-20").await, action(&t, "Agree", "2026-11-20").await, action(&t, "Write", "").await);
    let at = opened(&t).await;
    let mut c = owner(&t);
    go(&mut c, &at, "Search").await;
    let page = c.get(&format!("{at}/run")).await.expect(200).text;
    assert!(page.contains("Actions from earlier reviews") && page.contains("Settle it"), "{page}");
    let treat = |id: &str| format!("/api/v1{at}/actions/{id}/treatment");
    for (body, wrong) in [
        (json!({ "how": "done", "words": " ", "version": 1 }), "words"),
        (json!({ "how": "dropped", "words": "", "version": 1 }), "words"),
        (json!({ "how": "carried", "words": "late", "version": 1 }), "due"),
        (json!({ "how": "carried", "words": "late", "due": "2026-11-20", "version": 1 }), "due"),
        (json!({ "how": "carried", "words": "", "due": "2026-12-18", "version": 1 }), "words"),
        (json!({ "how": "done", "words": "x", "due": "2026-12-18", "version": 1 }), "due"),
    ] {
        assert_eq!(faults(&c.json("POST", &treat(&carried), &body).await.expect(422).json()), [wrong], "{body}");
    }
    let told = |how: &str, due: &str| json!({ "how": how, "words": "as we saw", "due": due, "version": 1 });
    c.json("POST", &treat(&done), &told("done", "")).await.expect(200);
    c.json("POST", &treat(&done), &told("done", "")).await.expect(409);
    let moved = c.json("POST", &treat(&carried), &told("carried", "2026-12-18")).await.expect(200).json();
    assert_eq!((&moved["due"], &moved["team"]["slug"]), (&json!("2026-12-18"), &json!("search")));
    // By the form of the page: refused with what was typed, then stored.
    let how = format!("dropped.1.{dropped}");
    let words = format!("words.{dropped}");
    let page = c.form(&format!("{at}/treatments"), &[("form", "treat"), ("how", &how), (&words, "")]).await.expect(422).text;
    assert!(page.contains("Say why nobody will do it"), "{page}");
    c.form(&format!("{at}/treatments"), &[("form", "treat"), ("how", &how), (&words, "nobody needs it")]).await.expect(303);
    c.form(&format!("{at}/treatments"), &[("form", "treat"), ("how", "nonsense")]).await.expect(422);
    let of = |id: String| {
        let mut c = owner(&t);
        async move { c.get(&format!("/api/v1/actions/{id}")).await.expect(200).json() }
    };
    assert_eq!(of(done).await["state"], "done");
    assert_eq!((&of(carried.clone()).await["carried"], &of(carried).await["due"]), (&json!(1), &json!("2026-12-18")));
    assert_eq!(of(dropped).await["why"], "nobody needs it");
    // Another team's people do not decide it.
    let (mut ana, _) = person(&t, "Ana", Role::Engineer, "teams/checkout").await;
    let other = action(&t, "Other", "").await;
    ana.json("POST", &treat(&other), &told("dropped", "")).await.expect(403);
    t.end().await;
}

async fn whoever_holds_a_seat_says_that_they_are_here(t: TestApp) {
    let at = opened(&t).await;
    let (mut maya, _) = person(&t, "Maya", Role::PrincipalEngineer, "teams/checkout").await;
    let (mut sam, _) = person(&t, "Sam", Role::Stakeholder, "").await;
    let list = |mut c: Client| {
        let at = at.clone();
        async move {
            let all = c.get(&format!("/api/v1{at}/attendance")).await.expect(200).json()["items"].clone();
            let line = |s: &Value| {
                format!("{} {} {}", s["key"].as_str().unwrap(), s["taken"].as_str().unwrap(), s["deputy"].as_str().unwrap_or(""))
            };
            all.as_array().unwrap().iter().map(line).collect::<Vec<_>>()
        }
    };
    assert_eq!(list(owner(&t)).await[0], "checkout.principal-engineer unsaid ");
    maya.json("POST", &format!("/api/v1{at}/presence"), &Value::Null).await.expect(200);
    form(&mut sam, &format!("{at}/presence"), &[]).await.expect(303);
    form(&mut sam, &format!("{at}/presence"), &[]).await.expect(303);
    let seat = |key: &str| format!("/api/v1{at}/attendance/{key}");
    maya.json("PUT", &seat("checkout.delivery-lead"), &json!({ "taken": "deputy", "deputy": "Noor <A>" })).await.expect(200);
    maya.json("PUT", &seat("search.delivery-lead"), &json!({ "taken": "absent" })).await.expect(403);
    maya.json("PUT", &seat("search.cook"), &json!({ "taken": "absent" })).await.expect(404);
    assert_eq!(
        faults(&maya.json("PUT", &seat("checkout.delivery-lead"), &json!({ "taken": "deputy" })).await.expect(422).json()),
        ["deputy"]
    );
    let mut c = owner(&t);
    c.form(&format!("{at}/attendance"), &[("taken.search.delivery-lead", "absent"), ("taken.search.principal-engineer", "unsaid")])
        .await
        .expect(303);
    let page = c
        .form(&format!("{at}/attendance"), &[("taken.search.delivery-lead", "deputy"), ("deputy.search.delivery-lead", " ")])
        .await
        .expect(422)
        .text;
    assert!(page.contains("The deputy is missing."), "{page}");
    // A name that is typed sends that deputy, so it is looked at.
    let typed = [("taken.search.principal-engineer", "unsaid"), ("deputy.search.principal-engineer", "Ada\u{1}")];
    let page = c.form(&format!("{at}/attendance"), &typed).await.expect(422).text;
    assert!(page.contains("control character"), "{page}");
    c.json("POST", &format!("/api/v1{at}/observers"), &json!({ "name": "Zoe" })).await.expect(201);
    form(&mut maya, &format!("{at}/observers"), &[("name", "Somebody else")]).await.expect(403);
    assert_eq!(
        list(owner(&t)).await,
        [
            "checkout.principal-engineer present ",
            "search.principal-engineer unsaid ",
            "checkout.delivery-lead deputy Noor <A>",
            "search.delivery-lead absent ",
            "observer.sam present ",
            "observer.zoe present ",
        ]
    );
    let page = maya.get(&format!("{at}/attendance")).await.expect(200).text;
    assert!(
        page.contains("Noor &lt;A&gt;")
            && page.contains("id=\"taken.checkout.delivery-lead\"")
            && !page.contains("id=\"taken.search.delivery-lead\""),
        "{page}"
    );
    assert!(c.get(&format!("{at}/run")).await.expect(200).text.contains("2 of 4"));
    t.end().await;
}

async fn a_deputy_runs_the_session(t: TestApp) {
    let at = format!("/sessions/{}", settled(&t).await[0]);
    let (mut ana, _) = person(&t, "Ana", Role::Engineer, "teams/checkout").await;
    ana.json("POST", &format!("/api/v1{at}/opening"), &Value::Null).await.expect(403);
    let roles = json!({ "facilitator": "Ingrid", "deputy": "ana@northmoor.example", "place": "", "version": 1 });
    owner(&t).json("PUT", &format!("/api/v1{at}/roles"), &roles).await.expect(200);
    ana.json("POST", &format!("/api/v1{at}/opening"), &Value::Null).await.expect(200);
    assert!(ana.get(&format!("{at}/run")).await.expect(200).text.contains("data-hotkey=\"n\""));
    ana.json("POST", &format!("/api/v1{at}/captures"), &capture("decided", "decision", "We pin it")).await.expect(201);
    step(&mut ana, &at, "next", None).await.expect(200);
    form(&mut ana, &format!("{at}/closing"), &[]).await.expect(303);
    form(&mut ana, &format!("{at}/closing"), &[]).await.expect(409);
    let minutes = ana.get(&format!("/api/v1{at}/minutes")).await.expect(200).json();
    assert_eq!(
        (&minutes["minutes"]["facilitator"], &minutes["minutes"]["captures"][0]["href"]),
        (&json!("Ingrid"), &json!("/decisions/1"))
    );
    let (mut ben, _) = person(&t, "Ben", Role::Engineer, "teams/search").await;
    step(&mut ben, &at, "next", None).await.expect(403);
    t.end().await;
}

async fn the_council_captures_too(t: TestApp) {
    let mut c = owner(&t);
    let new = json!({ "starts": "2026-11-26T10:00", "minutes": 60, "why": "A first one" });
    let made = c.json("POST", "/api/v1/council/sessions", &new).await.expect(201).json();
    let at = format!("/sessions/{}", made["id"].as_str().unwrap());
    c.json("POST", &format!("/api/v1{at}/opening"), &Value::Null).await.expect(200);
    let (mut ana, _) = person(&t, "Ana", Role::Engineer, "teams/checkout").await;
    let api = format!("/api/v1{at}/captures");
    for kind in ["action", "tech-share", "question"] {
        ana.json("POST", &api, &capture(kind, kind, "Of the council")).await.expect(201);
    }
    let (mut sam, _) = person(&t, "Sam", Role::Stakeholder, "").await;
    sam.json("POST", &api, &capture("other", "win", "x")).await.expect(403);
    // A member of the council is in no team, runs its sessions, and writes down what it decides; whoever only takes part does not.
    let (mut mira, _) = person(&t, "Mira", Role::CouncilMember, "").await;
    ana.json("POST", &api, &capture("decision-1", "decision", "We pay")).await.expect(403);
    mira.json("POST", &api, &capture("decision-2", "decision", "We measure first")).await.expect(201);
    c.json("POST", &format!("/api/v1{at}/closing"), &Value::Null).await.expect(200);
    let minutes = sam.get(&format!("/api/v1{at}/minutes")).await.expect(200).json();
    assert_eq!(minutes["minutes"]["captures"].as_array().unwrap().len(), 4);
    let ledger = sam.get("/api/v1/decisions/1").await.expect(200).json();
    assert_eq!((&ledger["title"], ledger.get("team")), (&json!("We measure first"), None));
    assert_eq!(minutes["minutes"]["teams"], json!([]), "the council reviews no reports");
    t.end().await;
}
