//! Notices to all developers over HTTP, on both engines.

use std::time::Duration;

use cycle::ROOM;
use kernel::testing::TestApp;
use people::Role;
use serde_json::{Value, json};

use crate::on_both;
use crate::world::{owner, person, with};

on_both! {
    bad_input_names_its_place_and_sends_nothing;
    a_notice_is_acknowledged_by_the_leads_of_each_team;
    a_change_asks_again_and_what_is_superseded_stands_no_more;
    a_mandate_shows_how_far_each_workload_is;
    a_mandate_asks_nothing_of_what_is_exempt;
    teams_that_have_not_acknowledged_are_reminded_outside_quiet_hours;
    the_forms_are_shown_again_with_what_was_typed;
}

fn new(kind: &str) -> Value {
    json!({ "group": "shop", "kind": kind, "title": "TLS 1.2 is switched off", "body": "From **1 December** it is off.\n\n- Look at [the guide](/standards).",
        "to_do": "Say by when.", "acknowledge_by": "2026-11-20" })
}

async fn issue(t: &TestApp, body: &Value) -> Value {
    owner(t).json("POST", "/api/v1/notices", body).await.expect(201).json()
}

fn places(answer: &Value) -> Vec<&str> {
    answer["faults"].as_array().unwrap().iter().map(|f| f["at"].as_str().unwrap()).collect()
}

/// Runs the job of reminders.
async fn remind(t: &TestApp) {
    let job = ROOM.jobs.iter().find(|j| j.name == "notices").unwrap();
    (job.run)(&t.app).await.unwrap();
}

kernel::sql! {
    SAID = "SELECT title FROM message ORDER BY made_at, title COLLATE \"C\"";
}

/// Titles of all messages so far.
pub(crate) async fn said(t: &TestApp) -> Vec<String> {
    t.app.db.read(|tx| tx.query(&SAID, &[])?.iter().map(|r| r.text(0)).collect::<kernel::Result<Vec<_>>>()).await.unwrap()
}

async fn bad_input_names_its_place_and_sends_nothing(t: TestApp) {
    let mut c = owner(&t);
    let good = new("action-required");
    for (field, value, at) in [
        ("title", json!(""), "title"),
        ("body", json!(" "), "body"),
        ("body", json!("x".repeat(10_001)), "body"),
        ("to_do", json!(""), "to_do"),
        ("acknowledge_by", json!("2026-11-16"), "acknowledge_by"),
        ("acknowledge_by", json!("soon"), "acknowledge_by"),
        ("expires", json!("2026-11-18"), "expires"),
        ("kind", json!("mandate"), "effective"),
        ("standard", json!("x"), "standard"),
        ("group", json!("nobody"), "group"),
        ("teams", json!(["nobody"]), "teams"),
        ("tiers", json!(["9"]), "tiers"),
        ("supersedes", json!(7), "supersedes"),
    ] {
        let mut body = good.clone();
        body[field] = value;
        let answer = c.json("POST", "/api/v1/notices", &body).await.expect(422).json();
        assert_eq!(places(&answer), [at], "{answer}");
    }
    for body in [json!({ "kind": "rumour" }), json!([])] {
        c.json("POST", "/api/v1/notices", &body).await.expect(422);
    }
    c.get("/notices/1").await.expect(404);
    c.get("/api/v1/notices/x").await.expect(404);
    c.get("/api/v1/notices?cursor=zz").await.expect(422);
    c.get("/api/v1/notices?group=nobody").await.expect(422);
    c.get("/notices?view=rumour").await.expect(422);
    let mut lead = with(&t, "notices.acknowledge", Some("teams/checkout")).await;
    lead.json("POST", "/api/v1/notices", &good).await.expect(403);
    assert_eq!(said(&t).await, [""; 0]);
    // The number of a refused one is not lost to the next: numbers count what was issued.
    assert_eq!(issue(&t, &good).await["number"], 1);
    t.end().await;
}

async fn a_notice_is_acknowledged_by_the_leads_of_each_team(t: TestApp) {
    let n = issue(&t, &new("action-required")).await;
    assert_eq!((&n["state"], n["teams"].as_array().unwrap().len()), (&json!("open"), 2));
    let (mut lead, _) = person(&t, "Lena Fischer", Role::DeliveryLead, "teams/checkout").await;
    let (mut engineer, _) = person(&t, "Ben Osei", Role::Engineer, "teams/checkout").await;
    let ack = json!({ "team": "checkout", "version": 1, "plan": "One line in the build file", "planned": "2026-11-28" });
    let at = "/api/v1/notices/1/acknowledgements";
    engineer.json("POST", at, &ack).await.expect(403);
    let mut other = ack.clone();
    other["team"] = json!("search");
    lead.json("POST", at, &other).await.expect(403);
    let mut bare = ack.clone();
    (bare["plan"], bare["planned"]) = (json!(""), json!(""));
    assert_eq!(places(&lead.json("POST", at, &bare).await.expect(422).json()), ["plan"]);
    assert!(lead.get("/api/v1/teams/checkout/notices").await.expect(200).text.contains("TLS 1.2"));
    let page = lead.get("/notices/N-1").await.expect(200).text;
    assert!(page.contains("Acknowledge for Checkout") && page.contains("<b>1 December</b>"), "{page}");
    let done = lead.json("POST", at, &ack).await.expect(201).json();
    assert_eq!(done["teams"][0]["acknowledged"]["by"], "Lena Fischer");
    lead.json("POST", at, &ack).await.expect(409);
    assert_eq!(lead.get("/api/v1/teams/checkout/notices").await.expect(200).json()["items"], json!([]));
    assert!(engineer.get("/notices?view=open").await.expect(200).text.contains("1 of 2 teams have acknowledged"));
    owner(&t).json("POST", at, &other).await.expect(201);
    let all = owner(&t).get("/api/v1/notices").await.expect(200).json();
    assert_eq!(all["items"][0]["state"], "done");
    assert!(!owner(&t).get("/notices?view=open").await.expect(200).text.contains("N-1"));
    t.end().await;
}

async fn a_change_asks_again_and_what_is_superseded_stands_no_more(t: TestApp) {
    issue(&t, &new("action-required")).await;
    let mut c = owner(&t);
    let ack = |version: i64| json!({ "team": "search", "version": version, "plan": "x" });
    c.json("POST", "/api/v1/notices/1/acknowledgements", &ack(1)).await.expect(201);
    let mut change = new("action-required");
    change.as_object_mut().unwrap().remove("group");
    change["acknowledge_by"] = json!("2026-12-04");
    (change["version"], change["reason"]) = (json!(1), json!(""));
    assert_eq!(places(&c.json("PUT", "/api/v1/notices/1", &change).await.expect(422).json()), ["reason"]);
    change["reason"] = json!("Billing asked for two weeks more.");
    let changed = c.json("PUT", "/api/v1/notices/1", &change).await.expect(200).json();
    assert_eq!((&changed["version"], changed["teams"][1].get("acknowledged")), (&json!(2), None), "everybody is asked again");
    c.json("PUT", "/api/v1/notices/1", &change).await.expect(422);
    change["title"] = json!("Other");
    c.json("PUT", "/api/v1/notices/1", &change).await.expect(409);
    c.json("POST", "/api/v1/notices/1/acknowledgements", &ack(1)).await.expect(409);
    let seen = c.get("/api/v1/notices/1").await.expect(200).json();
    assert_eq!(
        (seen["versions"].as_array().unwrap().len(), &seen["versions"][0]["why"]),
        (2, &json!("Billing asked for two weeks more."))
    );
    // Superseded once, by one.
    let mut next = new("information");
    next["supersedes"] = json!(1);
    assert_eq!(issue(&t, &next).await["supersedes"], 1);
    c.json("POST", "/api/v1/notices", &next).await.expect(409);
    assert_eq!(c.get("/api/v1/notices/1").await.expect(200).json()["state"], "superseded");
    c.json("POST", "/api/v1/notices/1/acknowledgements", &ack(2)).await.expect(409);
    // Withdrawn, with a reason.
    assert_eq!(
        places(&c.json("POST", "/api/v1/notices/2/withdrawal", &json!({ "reason": "" })).await.expect(422).json()),
        ["reason"]
    );
    let gone =
        c.json("POST", "/api/v1/notices/2/withdrawal", &json!({ "reason": "It was the wrong gateway." })).await.expect(200).json();
    assert_eq!(gone["state"], "withdrawn");
    c.json("POST", "/api/v1/notices/2/withdrawal", &json!({ "reason": "again" })).await.expect(409);
    assert!(c.get("/notices/2").await.expect(200).text.contains("It was the wrong gateway."));
    assert_eq!(
        said(&t).await,
        [
            "N-1 changed: TLS 1.2 is switched off",
            "N-1 issued: TLS 1.2 is switched off",
            "N-2 issued: TLS 1.2 is switched off",
            "N-2 withdrawn: TLS 1.2 is switched off"
        ]
    );
    t.end().await;
}

async fn a_mandate_shows_how_far_each_workload_is(t: TestApp) {
    let mut c = owner(&t);
    for (path, body) in [
        ("standards", json!({ "statement": "Images are signed", "why": "x", "how": "admission check", "pillar": "security" })),
        ("workloads", json!({ "name": "Ledger", "team": "checkout", "about": { "tier": "1", "lifecycle": "production" } })),
        ("workloads", json!({ "name": "Toy", "team": "search", "about": { "tier": "4" } })),
    ] {
        c.json("POST", &format!("/api/v1/{path}"), &body).await.expect(201);
    }
    let mut mandate = new("mandate");
    (mandate["effective"], mandate["standard"]) = (json!("2026-12-01"), json!("images-are-signed"));
    mandate["tiers"] = json!(["1", "2"]);
    let n = issue(&t, &mandate).await;
    assert_eq!(n["teams"].as_array().unwrap().len(), 1, "only teams with a workload of these tiers: {n}");
    assert_eq!(n["teams"][0]["workloads"][0], json!({ "workload": { "slug": "ledger", "name": "Ledger" } }));
    c.json("POST", "/api/v1/notices/1/acknowledgements", &json!({ "team": "checkout", "version": 1, "planned": "2026-11-28" }))
        .await
        .expect(201);
    let open = c.get("/api/v1/teams/checkout/notices").await.expect(200).json();
    assert_eq!(
        (&open["items"][0]["acknowledged"], &open["items"][0]["workloads"]),
        (&json!(true), &json!(["Ledger"])),
        "asked for until it is adopted"
    );
    let marks = c.get("/api/v1/marks?on=group&slug=shop").await.expect(200).text;
    assert!(marks.contains("TLS 1.2 is switched off"), "{marks}");
    let adopt = json!({ "version": 0, "adopted": true, "day": "2026-11-17", "evidence": "https://ci.example/1" });
    c.json("PUT", "/api/v1/workloads/ledger/standards/images-are-signed", &adopt).await.expect(200);
    assert_eq!(c.get("/api/v1/teams/checkout/notices").await.expect(200).json()["items"], json!([]));
    assert_eq!(c.get("/api/v1/notices/1").await.expect(200).json()["state"], "open", "not before its day");
    t.clock.advance(Duration::from_secs(14 * 86_400));
    assert_eq!(c.get("/api/v1/notices/1").await.expect(200).json()["state"], "in-force");
    let page = c.get("/notices/1").await.expect(200).text;
    assert!(
        page.contains("One of one workload") && page.contains("Adopted") && page.contains("/standards/images-are-signed"),
        "{page}"
    );
    t.end().await;
}

async fn a_mandate_asks_nothing_of_what_is_exempt(t: TestApp) {
    let mut c = owner(&t);
    for (path, body) in [
        ("standards", json!({ "statement": "Images are signed", "why": "x", "how": "admission check", "pillar": "security" })),
        ("workloads", json!({ "name": "Ledger", "team": "checkout" })),
        ("workloads", json!({ "name": "Toy", "team": "checkout" })),
        ("workloads", json!({ "name": "Old", "team": "checkout" })),
    ] {
        c.json("POST", &format!("/api/v1/{path}"), &body).await.expect(201);
    }
    let mut mandate = new("mandate");
    (mandate["effective"], mandate["standard"], mandate["teams"]) =
        (json!("2026-12-01"), json!("images-are-signed"), json!(["checkout"]));
    issue(&t, &mandate).await;
    let standard = |w: &str| format!("/api/v1/workloads/{w}/standards/images-are-signed");
    let out = json!({ "kind": "not-applicable", "reason": "It has no <image>" });
    c.json("POST", &format!("{}/exemption", standard("toy")), &out).await.expect(201);
    let ask = json!({ "kind": "exempt", "reason": "It is switched off in January", "until": "2027-01-31" });
    let asked = c.json("POST", &format!("{}/exemption", standard("old")), &ask).await.expect(201).json();
    let adopt = json!({ "version": 0, "adopted": true, "day": "2026-11-17", "evidence": "https://ci.example/1" });
    c.json("PUT", &standard("ledger"), &adopt).await.expect(200);
    let ack = json!({ "team": "checkout", "version": 1, "plan": "x" });
    c.json("POST", "/api/v1/notices/1/acknowledgements", &ack).await.expect(201);
    let open = c.get("/api/v1/teams/checkout/notices").await.expect(200).json();
    assert_eq!(open["items"][0]["workloads"], json!(["Old"]), "what is only asked for does not count yet");
    let (mut approver, _) = person(&t, "Omar Haddad", Role::Approver, "").await;
    let yes = json!({ "approve": true, "reason": "Until it is gone" });
    let at = format!("/api/v1/exemptions/{}/decision", asked["id"].as_str().unwrap());
    approver.json("POST", &at, &yes).await.expect(200);
    assert_eq!(c.get("/api/v1/teams/checkout/notices").await.expect(200).json()["items"], json!([]));
    let page = c.get("/notices/1").await.expect(200).text;
    for part in [
        "One of three workloads has adopted it, two are exempt.",
        "Does not apply",
        "It has no &lt;image&gt;",
        "Exempt",
        "until 31 Jan 2027; <bdi>Omar Haddad",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // Once it is over, the workload is asked again.
    t.clock.advance(Duration::from_secs(80 * 86_400));
    let open = c.get("/api/v1/teams/checkout/notices").await.expect(200).json();
    assert_eq!(open["items"][0]["workloads"], json!(["Old"]));
    t.end().await;
}

async fn teams_that_have_not_acknowledged_are_reminded_outside_quiet_hours(t: TestApp) {
    let (mut lead, _) = person(&t, "Lena Fischer", Role::DeliveryLead, "teams/checkout").await;
    issue(&t, &new("information")).await;
    lead.json("POST", "/api/v1/notices/1/acknowledgements", &json!({ "team": "checkout", "version": 1 })).await.expect(201);
    let issued = "N-1 issued: TLS 1.2 is switched off";
    // Tuesday 17 November, 15:33 in London: three days before.
    remind(&t).await;
    remind(&t).await;
    assert_eq!(said(&t).await, [issued, "N-1 waits for Search"], "once, and not the team that has");
    // 18:33: quiet hours; then a day on which nobody is reminded.
    t.clock.advance(Duration::from_secs(3 * 3600));
    remind(&t).await;
    t.clock.advance(Duration::from_secs(21 * 3600));
    remind(&t).await;
    assert_eq!(said(&t).await.len(), 2);
    // One day before.
    t.clock.advance(Duration::from_secs(86_400));
    remind(&t).await;
    assert_eq!(said(&t).await.len(), 3);
    // A week late.
    t.clock.advance(Duration::from_secs(8 * 86_400));
    remind(&t).await;
    assert_eq!(said(&t).await.len(), 4);
    t.end().await;
}

async fn the_forms_are_shown_again_with_what_was_typed(t: TestApp) {
    let mut c = owner(&t);
    let mut sent =
        vec![("kind", "action-required"), ("title", "<T>"), ("body", "x"), ("whose", "shop"), ("acknowledge_by", "2026-11-20")];
    let page = c.form("/notices", &sent).await.expect(422).text;
    assert!(page.contains("value=\"&lt;T&gt;\"") && page.contains("href=\"#to_do\""), "{page}");
    sent.push(("to_do", "Say by when."));
    assert_eq!(c.form("/notices", &sent).await.expect(303).location(), "/notices/1");
    let refused =
        c.form("/notices/1/acknowledgements", &[("team", "search"), ("version", "1"), ("plan", "")]).await.expect(422).text;
    assert!(refused.contains("href=\"#plan\""), "{refused}");
    c.form("/notices/1/acknowledgements", &[("team", "search"), ("version", "1"), ("plan", "Do it")]).await.expect(303);
    sent.push(("version", "1"));
    assert!(c.form("/notices/1", &sent).await.expect(422).text.contains("href=\"#reason\""));
    sent.extend([("reason", "Clearer"), ("why", "Because")]);
    assert_eq!(c.form("/notices/1", &sent).await.expect(303).location(), "/notices/1");
    assert!(c.form("/notices/1/withdrawal", &[("why-withdrawn", "")]).await.expect(422).text.contains("href=\"#why-withdrawn\""));
    c.form("/notices/1/withdrawal", &[("why-withdrawn", "Wrong")]).await.expect(303);
    assert!(c.get("/notices").await.expect(200).text.contains("Withdrawn"));
    t.end().await;
}
