//! Around sessions: reminders, the calendar address, how the process does.

use std::time::Duration;

use kernel::ids::Id;
use kernel::testing::{Client, TestApp};
use kernel::time::Time;
use people::Role;
use serde_json::{Value, json};

use crate::world::{owner, person, settled, with};

crate::on_both! {
    teams_that_are_not_ready_are_reminded_once_a_day_and_not_at_night;
    a_calendar_program_reads_by_a_secret_address;
    the_process_is_judged_over_sessions_and_never_by_team;
}

/// Runs every job of the room once.
async fn jobs(t: &TestApp) {
    for job in cycle::ROOM.jobs {
        kernel::jobs::once(&t.app, job, "a test").await.unwrap();
    }
}

/// Who was reminded: person, day, stage, teams.
async fn reminded(t: &TestApp) -> Vec<(Id, String, i64, Vec<String>)> {
    let read = t.app.db.read(cycle::store::reminder::all);
    read.await.unwrap().into_iter().map(|(person, day, r)| (person, day, r.stage, r.teams)).collect()
}

async fn teams_that_are_not_ready_are_reminded_once_a_day_and_not_at_night(t: TestApp) {
    settled(&t).await;
    let (_, maya) = person(&t, "Maya Okafor", Role::PrincipalEngineer, "teams/checkout").await;
    let (_, dan) = person(&t, "Daniel Price", Role::DeliveryLead, "teams/search").await;
    let (_, _) = person(&t, "Priya Nair", Role::Engineer, "teams/checkout").await;
    let at = |text: &str| t.clock.set(Time::parse(text).unwrap());
    // The session is on Thursday 26 November at ten; nobody tells this world that a report is ready.
    at("2026-11-23T09:00:00Z");
    jobs(&t).await;
    assert!(reminded(&t).await.is_empty(), "three days before is at ten");
    at("2026-11-23T19:00:00Z");
    jobs(&t).await;
    assert!(reminded(&t).await.is_empty(), "it is quiet from six in the evening");
    at("2026-11-24T08:30:00Z");
    jobs(&t).await;
    let mut told = reminded(&t).await;
    told.sort_by_key(|(id, ..)| *id != maya);
    let wanted = [(maya, "checkout"), (dan, "search")].map(|(id, team)| (id, "2026-11-24".to_owned(), 3, vec![team.to_owned()]));
    assert_eq!(told, wanted, "leads, not everybody, each for the own team");
    t.clock.advance(Duration::from_secs(3600));
    jobs(&t).await;
    assert_eq!(reminded(&t).await.len(), 2, "once");
    at("2026-11-25T10:15:00Z");
    jobs(&t).await;
    assert_eq!(reminded(&t).await.iter().filter(|(_, _, stage, _)| *stage == 1).count(), 2);
    at("2026-11-26T11:00:00Z");
    jobs(&t).await;
    assert_eq!(reminded(&t).await.len(), 4, "nobody is reminded once it has begun");
    // A group that does not want it is left alone.
    let mut quiet = crate::world::cadence(1);
    quiet["remind"] = json!(false);
    owner(&t).json("PUT", "/api/v1/groups/shop/cadence", &quiet).await.expect(200);
    at("2026-12-08T12:00:00Z");
    jobs(&t).await;
    assert_eq!(reminded(&t).await.len(), 4);
    t.end().await;
}

async fn a_calendar_program_reads_by_a_secret_address(t: TestApp) {
    let ids = settled(&t).await;
    let (mut priya, _) = person(&t, "Priya Nair", Role::Engineer, "teams/checkout").await;
    owner(&t)
        .json("POST", &format!("/api/v1/sessions/{}/calling-off", ids[1]), &json!({ "why": "A holiday", "version": 1 }))
        .await
        .expect(200);
    let mut c = owner(&t);
    let notice =
        json!({ "group": "shop", "kind": "information", "title": "TLS 1.2; ends", "body": "x", "acknowledge_by": "2026-12-04" });
    c.json("POST", "/api/v1/notices", &notice).await.expect(201);
    let share = json!({ "group": "shop", "body": { "title": "Loading data", "owner": "Ana", "day": "2026-12-03" } });
    c.json("POST", "/api/v1/tech-shares", &share).await.expect(201);
    for (owner, due) in [("engineer", "2026-12-18"), ("delivery-lead", "2026-12-19")] {
        let action = json!({ "team": "checkout", "what": format!("Due of {owner}"), "owner": owner, "due": due });
        c.json("POST", "/api/v1/actions", &action).await.expect(201);
    }
    let rest = priya.get("/api/v1/sessions/calendar?group=shop").await.expect(200).text;
    for part in [
        "DTSTART;VALUE=DATE:20261203\r\n",
        "SUMMARY:Tech share: Loading data by Ana\r\n",
        "DTSTART;VALUE=DATE:20261204\r\n",
        "SUMMARY:N-1 acknowledge: TLS 1.2\\; ends\r\n",
        "SUMMARY:Due: Due of engineer\r\n",
    ] {
        assert!(rest.contains(part), "{part}: {rest}");
    }
    assert!(!rest.contains("delivery-lead"), "only what whoever reads it answers for");
    assert!(rest.contains("DTSTART:20261126T100000Z\r\n") && rest.contains("Review of sprint 23\\, Shop"), "{rest}");
    assert_eq!((rest.matches("BEGIN:VEVENT").count(), rest.matches("STATUS:CANCELLED").count()), (9, 1));
    priya.get("/api/v1/sessions/calendar?group=nobody").await.expect(422);
    let csrf = Client::csrf(&priya.get("/sessions/feed").await.expect(200).text);
    let address = |page: &str| page.split("/sessions/feed/").nth(1).unwrap()[..64].to_owned();
    let first = address(&priya.form("/sessions/feed", &[("csrf", &csrf)]).await.expect(200).text);
    let mut nobody = t.client();
    let calendar = nobody.get(&format!("/sessions/feed/{first}")).await.expect(200);
    assert_eq!(calendar.text.replace("http://127.0.0.1:8080", ""), rest.replace("http://127.0.0.1:8080", ""));
    let second = address(&priya.form("/sessions/feed", &[("csrf", &csrf)]).await.expect(200).text);
    nobody.get(&format!("/sessions/feed/{first}")).await.expect(404);
    nobody.get(&format!("/sessions/feed/{second}?group=shop")).await.expect(200);
    nobody.get("/sessions/feed/made-up").await.expect(404);
    let mut token = with(&t, "values.write", Some("teams/checkout")).await;
    assert!(!token.get("/api/v1/sessions/calendar").await.expect(200).text.contains("Due:"), "a token answers for nothing");
    t.end().await;
}

async fn the_process_is_judged_over_sessions_and_never_by_team(t: TestApp) {
    let ids = settled(&t).await;
    let mut c = owner(&t);
    assert_eq!(c.get("/api/v1/groups/shop/process-health").await.expect(200).json()["sessions"], json!([]));
    for (what, due, done) in [("One", "2026-11-24", true), ("Two", "2026-11-25", false), ("Three", "2026-12-24", true)] {
        let new = json!({ "team": "checkout", "what": what, "owner": "engineer", "due": due });
        let made = c.json("POST", "/api/v1/actions", &new).await.expect(201).json();
        if done {
            let body = json!({ "version": 1, "state": "done", "evidence": { "words": "Seen" } });
            c.json("POST", &format!("/api/v1/actions/{}/state", made["id"].as_str().unwrap()), &body).await.expect(200);
        }
    }
    t.clock.set(Time::parse("2026-11-26T10:00:00Z").unwrap());
    c.json("POST", &format!("/api/v1/sessions/{}/opening", ids[0]), &Value::Null).await.expect(200);
    t.clock.advance(Duration::from_secs(127 * 60));
    c.json("POST", &format!("/api/v1/sessions/{}/closing", ids[0]), &Value::Null).await.expect(200);
    let health = c.get("/api/v1/groups/shop/process-health").await.expect(200).json();
    let s = &health["sessions"][0];
    assert_eq!((&s["used"], &s["overrun"], &s["in_time"]), (&json!(127), &json!(7), &json!({ "k": 1, "n": 2 })));
    assert_eq!(health["trends"][0]["values"], json!([7.0]));
    let page = c.get("/groups/shop/process-health").await.expect(200).text;
    assert!(page.contains("127 of 120, 7 min over") && page.contains("1 of 2"), "{page}");
    assert!(!page.contains("Checkout") && !page.contains("Search"), "no team is named: {page}");
    c.get("/council/process-health").await.expect(200);
    c.get("/api/v1/council/process-health").await.expect(200);
    t.end().await;
}
