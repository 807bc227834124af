//! Minutes: made when a session is closed, never changed, proved by the trail.

use kernel::testing::TestApp;
use kernel::trail::merkle::hex_digest;
use people::Role;
use serde_json::{Value, json};

use crate::running::{capture, go, opened};
use crate::world::{form, owner, person};

crate::on_both! {
    closing_makes_minutes_that_hold_everything;
    minutes_never_change_and_are_added_to;
}

async fn closing_makes_minutes_that_hold_everything(t: TestApp) {
    let at = opened(&t).await;
    let mut c = owner(&t);
    let notice = json!({ "kind": "information", "title": "TLS 1.2 <ends>", "body": "x", "acknowledge_by": "2026-12-04" });
    c.json("POST", "/api/v1/notices", &notice).await.expect(201);
    c.json("POST", "/api/v1/notices/1/acknowledgements", &json!({ "team": "search", "version": 1 })).await.expect(201);
    c.get(&format!("{at}/minutes")).await.expect(404);
    assert!(c.get(&format!("/api/v1{at}/minutes")).await.expect(404).text.contains("made when it is closed"));
    let (mut ana, _) = person(&t, "Ana", Role::Engineer, "teams/checkout").await;
    let api = format!("/api/v1{at}/captures");
    go(&mut c, &at, "Search").await;
    let mut decision = capture("decision", "decision", "One default for the client.\nFrom December on.");
    decision["why"] = json!("Both retry");
    let mut share = capture("tech-share", "tech-share", "Loading data out of hours");
    (share["owner"], share["due"]) = (json!("Aoife"), json!("2026-12-03"));
    for body in [
        decision,
        share,
        capture("win", "win", "It <ran>"),
        capture("action", "action", "Restore it"),
        capture("gone", "question", "No"),
    ] {
        ana.json("POST", &api, &body).await.expect(201);
    }
    let all = ana.get(&api).await.expect(200).json();
    let gone = all["items"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned();
    ana.json("POST", &format!("{api}/{gone}/withdrawal"), &Value::Null).await.expect(200);
    ana.json("POST", &format!("/api/v1{at}/presence"), &Value::Null).await.expect(200);
    ana.json("POST", &format!("/api/v1{at}/closing"), &Value::Null).await.expect(403);
    t.clock.advance(std::time::Duration::from_secs(600));
    let kept = c.json("POST", &format!("/api/v1{at}/closing"), &Value::Null).await.expect(200).json();
    let m = &kept["minutes"];
    let notices = "N-1, TLS 1.2 <ends>: 1 of 2 teams has acknowledged it; Checkout has until 4 Dec 2026.";
    assert_eq!(m["also"][0], json!({ "title": "Notices", "lines": [notices] }));
    let kinds: Vec<&str> = m["captures"].as_array().unwrap().iter().map(|c| c["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["decision", "tech-share", "win", "action"], "what was taken back is not there");
    // The decision is in the ledger, the tech share a candidate with its day.
    let ledger = c.get("/api/v1/decisions/1").await.expect(200).json();
    assert_eq!(
        (&ledger["title"], &ledger["why"], &ledger["origin"]["url"]),
        (&json!("One default for the client."), &json!("Both retry"), &json!(at))
    );
    assert_eq!(ledger["deciders"], json!(["Shop, Review of sprint 23"]));
    let shares = c.get("/api/v1/groups/shop/tech-shares").await.expect(200).json();
    assert_eq!(
        (&shares["items"][0]["day"], &shares["items"][0]["owner"], &shares["items"][0]["state"]),
        (&json!("2026-12-03"), &json!("Aoife"), &json!("planned"))
    );
    assert_eq!(m["captures"][1]["href"], json!(format!("/tech-shares/{}", shares["items"][0]["id"].as_str().unwrap())));
    // Planned and used; teams in their fixed order; who was there.
    let search = m["agenda"].as_array().unwrap().iter().find(|i| i["title"] == "Search").unwrap();
    assert_eq!((&search["used"], &search["reached"], &search["team"]["slug"]), (&json!(600), &json!(true), &json!("search")));
    let teams: Vec<&str> = m["teams"].as_array().unwrap().iter().map(|t| t["team"]["slug"].as_str().unwrap()).collect();
    assert_eq!(teams, ["checkout", "search"]);
    assert!(m["attendance"].as_array().unwrap().iter().any(|s| s["people"] == json!(["Ana"]) && s["taken"] == "present"));
    // As a page, Markdown and a table.
    let page = ana.get(&format!("{at}/minutes")).await.expect(200).text;
    for part in ["It &lt;ran&gt;", "Because: <bdi>Both retry", "10:00", "/decisions/1", kept["digest"].as_str().unwrap()] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let text = ana.get(&format!("{at}/minutes/markdown")).await.expect(200).text;
    assert!(text.starts_with("# Review of sprint 23, Shop") && text.contains("It \\<ran\\>"), "{text}");
    let table = ana.get(&format!("/api/v1{at}/minutes/csv")).await.expect(200).text;
    assert_eq!(table.matches("\r\n").count().max(table.matches('\n').count() - 1), 5, "{table}");
    // The page of the session leads there.
    assert!(ana.get(&at).await.expect(200).text.contains("Read the minutes"));
    assert!(ana.get(&format!("{at}/run")).await.expect(200).text.contains("Read the minutes"));
    assert!(ana.get(&format!("{at}/screen")).await.expect(200).text.contains("Thank you"));
    t.end().await;
}

async fn minutes_never_change_and_are_added_to(t: TestApp) {
    let at = opened(&t).await;
    let mut c = owner(&t);
    let (mut ana, _) = person(&t, "Ana", Role::Engineer, "teams/checkout").await;
    let api = format!("/api/v1{at}/captures");
    let win = capture("win", "win", "It ran");
    let stored = ana.json("POST", &api, &win).await.expect(201).json();
    c.form(&format!("{at}/closing"), &[]).await.expect(303);
    let document = c.get(&format!("/api/v1{at}/minutes/document")).await.expect(200).text;
    let digest = c.get(&format!("/api/v1{at}/minutes")).await.expect(200).json()["digest"].as_str().unwrap().to_owned();
    assert_eq!(hex_digest(document.as_bytes()), digest);
    let trail =
        c.get(&format!("/api/v1/trail?kind=session-minutes&id={}", at.strip_prefix("/sessions/").unwrap())).await.expect(200).text;
    assert!(trail.contains(&digest), "{trail}");
    // What was on its way when it was closed is answered, and what comes new is refused.
    assert_eq!(ana.json("POST", &api, &win).await.expect(201).json()["id"], stored["id"]);
    assert!(ana.json("POST", &api, &capture("late", "win", "Late")).await.expect(409).text.contains("addendum"));
    let back = format!("{api}/{}/withdrawal", stored["id"].as_str().unwrap());
    ana.json("POST", &back, &Value::Null).await.expect(409);
    ana.json("POST", &format!("/api/v1{at}/presence"), &Value::Null).await.expect(409);
    c.json("POST", &format!("/api/v1{at}/steps"), &json!({ "to": "back" })).await.expect(409);
    // An addendum stands beside it.
    let add = format!("/api/v1{at}/minutes/addenda");
    ana.json("POST", &add, &json!({ "text": "It was Tuesday." })).await.expect(201);
    t.clock.advance(std::time::Duration::from_secs(60));
    ana.json("POST", &add, &json!({ "text": " " })).await.expect(422);
    let page = form(&mut ana, &format!("{at}/minutes/addenda"), &[("text", "\u{7}")]).await.expect(422).text;
    assert!(page.contains("control character"), "{page}");
    form(&mut ana, &format!("{at}/minutes/addenda"), &[("text", "And <Wednesday>.")]).await.expect(303);
    let (mut sam, _) = person(&t, "Sam", Role::Stakeholder, "").await;
    sam.json("POST", &add, &json!({ "text": "x" })).await.expect(403);
    let kept = sam.get(&format!("/api/v1{at}/minutes")).await.expect(200).json();
    let texts: Vec<&str> = kept["addenda"].as_array().unwrap().iter().map(|a| a["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["It was Tuesday.", "And <Wednesday>."]);
    assert_eq!(c.get(&format!("/api/v1{at}/minutes/document")).await.expect(200).text, document);
    t.end().await;
}
