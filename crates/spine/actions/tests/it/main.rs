//! The register over HTTP, on both engines.
// Helpers of tests fail like tests.
#![allow(clippy::unwrap_used)]

mod mine;
mod world;

use kernel::testing::{Client, TestApp};
use serde_json::{Value, json};

use mine::what_somebody_answers_for_is_listed_for_them_alone;
use world::{about, add, new, owner, sprints, with};

/// Runs a story on both engines, each as a test of its own.
macro_rules! on_both {
    ($( $name:ident; )+) => { $(
        mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                super::$name(super::world::world(kernel::db::Engine::Sqlite).await).await;
            }
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                super::$name(super::world::world(kernel::db::Engine::Postgres).await).await;
            }
        }
    )+ };
}

on_both! {
    bad_input_names_its_place_and_stores_nothing;
    an_action_is_carried_and_closed_with_evidence;
    two_who_close_at_once_are_told_apart;
    nobody_changes_what_is_not_theirs;
    lists_stand_by_team_and_day_and_are_cut_into_pages;
    a_done_action_marks_the_axis_and_shows_what_it_did;
    a_form_is_shown_again_with_what_was_typed;
    what_was_merged_or_put_away_keeps_its_actions;
    what_somebody_answers_for_is_listed_for_them_alone;
}

fn faults(answer: &Value) -> Vec<String> {
    answer["faults"].as_array().unwrap().iter().map(|f| f["at"].as_str().unwrap().to_owned()).collect()
}

async fn whats(t: &TestApp, query: &str) -> Vec<String> {
    let list = owner(t).get(&format!("/api/v1/actions?{query}")).await.expect(200).json();
    list["items"].as_array().unwrap().iter().map(|a| a["what"].as_str().unwrap().to_owned()).collect()
}

async fn bad_input_names_its_place_and_stores_nothing(t: TestApp) {
    let mut c = with(&t, "checkout", "actions.write").await;
    let long = "x".repeat(10_000);
    let of = |field: &str, value: Value| {
        let mut body = new("checkout", "x", "");
        body[field] = value;
        body
    };
    let cases = [
        (of("what", json!("")), "what"),
        (of("what", json!(long)), "what"),
        (of("what", json!("a\u{0}b")), "what"),
        (of("goal", json!(long)), "goal"),
        (of("blocked_by", json!("x".repeat(30_000))), "blocked_by"),
        (of("due", json!("0000-01-01")), "due"),
        (of("due", json!("9999-12-31")), "due"),
        (of("due", json!("2026-11-16")), "due"),
        (of("due", json!("soon")), "due"),
        (of("owner", json!("nobody@example.org")), "owner"),
        (of("owner", json!("facilitator")), "owner"),
        (of("owner", json!("a\u{0}@b")), "owner"),
        (of("owner", json!(long)), "owner"),
        (of("team", json!("nobody")), "team"),
        (of("workload", json!("nobody")), "workload"),
        (of("workload", json!("index")), "workload"),
        (of("issue", json!("javascript:alert(1)")), "issue"),
        (of("expected", json!({ "metric": "no-such", "direction": "up" })), "expected.metric"),
        (of("expected", json!({ "metric": "a\u{0}b", "direction": "up" })), "expected.metric"),
        (of("expected", json!({ "metric": "lead-time", "subject": "search", "direction": "up" })), "expected.subject"),
        (of("expected", json!({ "metric": "lead-time", "direction": "up", "by": -1 })), "expected.by"),
        (of("origin", json!({ "kind": "risk", "id": "core/A/b" })), "origin.kind"),
        (of("origin", json!({ "kind": "report", "url": "//evil.example" })), "origin.url"),
    ];
    for (body, at) in cases {
        let answer = c.json("POST", "/api/v1/actions", &body).await.expect(422).json();
        assert!(faults(&answer).contains(&at.to_owned()), "{at}: {answer}");
    }
    assert_eq!(whats(&t, "").await, [""; 0]);
    for query in
        ["state=begun", "origin=rumour", "team=nobody", "workload=nobody", "late=perhaps", "cursor=zz", "cursor=00", "limit=0"]
    {
        c.get(&format!("/api/v1/actions?{query}")).await.expect(422);
    }
    c.get("/api/v1/actions/x").await.expect(404);
    c.get("/actions/01900000-0000-7000-8000-000000000000").await.expect(404);
    t.end().await;
}

async fn an_action_is_carried_and_closed_with_evidence(t: TestApp) {
    let mut c = with(&t, "checkout", "actions.write").await;
    let made = add(&mut c, &new("checkout", "Restore the ledger", "2026-12-18")).await;
    assert_eq!(
        (&made["state"], &made["owner"]["name"], &made["version"]),
        (&json!("open"), &json!("Principal engineer"), &json!(1))
    );
    let path = format!("/api/v1/actions/{}", made["id"].as_str().unwrap());
    let edit = |version: i64, due: &str, reason: &str| json!({ "version": version, "what": "Restore the ledger", "owner": "principal-engineer", "goal": "30 minutes is a fact", "due": due, "reason": reason });
    let told = c.json("PUT", &path, &edit(1, "2027-01-15", "")).await.expect(422).json();
    assert_eq!(faults(&told), ["reason"]);
    let moved = c.json("PUT", &path, &edit(1, "2027-01-15", "The supplier is late")).await.expect(200).json();
    assert_eq!((&moved["carried"], &moved["version"]), (&json!(1), &json!(2)));
    let same = c.json("PUT", &path, &edit(2, "2027-01-15", "")).await.expect(200).json();
    assert_eq!(same["version"], 2, "what changes nothing is no change");
    let state = format!("{path}/state");
    c.json("POST", &state, &json!({ "version": 2, "state": "in-progress" })).await.expect(200);
    let told = c.json("POST", &state, &json!({ "version": 3, "state": "done" })).await.expect(422).json();
    assert_eq!(faults(&told), ["evidence.words"]);
    let evidence = json!({ "words": "Restored in 22 minutes", "url": "https://ci.example.org/7" });
    let done = c.json("POST", &state, &json!({ "version": 3, "state": "done", "evidence": evidence })).await.expect(200).json();
    assert_eq!((&done["state"], &done["evidence"]["words"]), (&json!("done"), &json!("Restored in 22 minutes")));
    c.json("PUT", &path, &edit(4, "", "x")).await.expect(409);
    c.json("POST", &state, &json!({ "version": 4, "state": "open" })).await.expect(422);
    c.json("POST", &state, &json!({ "version": 4, "state": "open", "reason": "It was another ledger" })).await.expect(200);
    c.json("POST", &state, &json!({ "version": 5, "state": "dropped", "reason": "The ledger is gone" })).await.expect(200);
    let view = c.get(&path).await.expect(200).json();
    let states: Vec<&str> = view["versions"].as_array().unwrap().iter().map(|v| v["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["open", "open", "in-progress", "done", "open", "dropped"]);
    assert_eq!(view["versions"][1]["why"], "The supplier is late");
    let trail = owner(&t).get(&format!("/api/v1/trail?kind=action&id={}", made["id"].as_str().unwrap())).await.expect(200).json();
    let mut verbs: Vec<&str> = trail["items"].as_array().unwrap().iter().map(|r| r["verb"].as_str().unwrap()).collect();
    verbs.sort_unstable();
    assert_eq!(verbs, ["changed", "done", "dropped", "in-progress", "open", "opened"]);
    let page = owner(&t).get(&format!("/actions/{}", made["id"].as_str().unwrap())).await.expect(200).text;
    for part in ["Restored in 22 minutes", "The supplier is late", "carried once", "Carried over: 2027-01-15, was 2026-12-18"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    t.end().await;
}

async fn two_who_close_at_once_are_told_apart(t: TestApp) {
    let mut c = owner(&t);
    let made = add(&mut c, &new("checkout", "Rotate the key", "2026-12-18")).await;
    let path = format!("/api/v1/actions/{}/state", made["id"].as_str().unwrap());
    let (mut one, mut two) = (with(&t, "checkout", "actions.write").await, owner(&t));
    let done = json!({ "version": 1, "state": "done", "evidence": { "words": "rotated" } });
    let dropped = json!({ "version": 1, "state": "dropped", "reason": "no key any more" });
    let (a, b) = tokio::join!(one.json("POST", &path, &done), two.json("POST", &path, &dropped));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let loser = if a.status == 409 { a } else { b };
    let told = loser.json()["detail"].as_str().unwrap().to_owned();
    assert!(told.contains("changed this action since you opened it") && told.contains("version 2"), "{told}");
    let view = c.get(&format!("/api/v1/actions/{}", made["id"].as_str().unwrap())).await.expect(200).json();
    assert_eq!(view["versions"].as_array().unwrap().len(), 2, "one of them was stored");
    c.json("POST", &path, &json!({ "version": 9, "state": "open", "reason": "x" })).await.expect(422);
    t.end().await;
}

async fn nobody_changes_what_is_not_theirs(t: TestApp) {
    let mut search = with(&t, "search", "actions.write").await;
    search.json("POST", "/api/v1/actions", &new("checkout", "x", "")).await.expect(403);
    t.client().json("POST", "/api/v1/actions", &new("checkout", "x", "")).await.expect(401);
    let made = add(&mut owner(&t), &new("checkout", "Ours", "")).await;
    let path = format!("/api/v1/actions/{}", made["id"].as_str().unwrap());
    let drop = json!({ "version": 1, "state": "dropped", "reason": "x" });
    search.json("POST", &format!("{path}/state"), &drop).await.expect(403);
    search.json("PUT", &path, &json!({ "version": 1, "what": "x", "owner": "engineer" })).await.expect(403);
    let mut reader = with(&t, "checkout", "notes.write").await;
    reader.json("POST", &format!("{path}/state"), &drop).await.expect(403);
    reader.get(&path).await.expect(200);
    assert_eq!(whats(&t, "team=checkout").await, ["Ours"]);
    t.end().await;
}

async fn lists_stand_by_team_and_day_and_are_cut_into_pages(t: TestApp) {
    let mut c = owner(&t);
    for (team, what, due) in [
        ("search", "S1", "2026-11-20"),
        ("checkout", "C none", ""),
        ("checkout", "C later", "2027-01-31"),
        ("checkout", "C soon", "2026-11-18"),
        ("checkout", "C also soon", "2026-11-18"),
    ] {
        let mut body = new(team, what, due);
        if what == "C later" {
            body["origin"] = json!({ "kind": "incident", "id": "412", "url": "/x", "words": "Incident 412" });
        }
        add(&mut c, &body).await;
    }
    // Of the same day and microsecond the order is that of their ids.
    let settled = |mut seen: Vec<String>| {
        seen[..2].sort();
        seen
    };
    let all = ["C also soon", "C soon", "C later", "C none", "S1"];
    assert_eq!(settled(whats(&t, "").await), all);
    let mut seen = Vec::new();
    let mut path = "/api/v1/actions?limit=2".to_owned();
    loop {
        let page = c.get(&path).await.expect(200).json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|a| a["what"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/actions?limit=2&cursor={next}");
    }
    assert_eq!(settled(seen), all, "each once, in the same order");
    assert_eq!(whats(&t, "origin=incident").await, ["C later"]);
    assert_eq!(whats(&t, "late=yes").await, [""; 0]);
    t.clock.advance(std::time::Duration::from_secs(2 * 86_400));
    assert_eq!(settled(whats(&t, "late=yes").await), ["C also soon", "C soon"]);
    assert_eq!(whats(&t, "state=done").await, [""; 0]);
    let page = c.get("/actions").await.expect(200).text;
    assert!(page.find("id=\"team-checkout\"").unwrap() < page.find("id=\"team-search\"").unwrap(), "teams in their fixed order");
    assert!(page.contains("4 open, 2 late") && page.contains("1 day late"), "{page}");
    let csv = c.get("/api/v1/actions/csv?team=checkout").await.expect(200).text;
    assert_eq!(csv.lines().count(), 5, "{csv}");
    assert!(c.get("/actions?late=yes&team=search").await.expect(200).text.contains("No action is like that"));
    t.end().await;
}

async fn a_done_action_marks_the_axis_and_shows_what_it_did(t: TestApp) {
    let mut c = owner(&t);
    // It is sprint 10; values of sprints from 11 on are those since.
    let calm = [20.0, 18.0, 20.0, 18.0, 20.0, 18.0];
    sprints(&t, 1, &calm).await;
    let mut body = new("checkout", "Cache the query", "2027-12-18");
    body["expected"] = json!({ "metric": "lead-time", "direction": "down", "by": 5 });
    let made = add(&mut c, &body).await;
    assert_eq!(made["expected"]["subject"], "checkout", "of its own team, if nobody says more");
    let path = format!("/api/v1/actions/{}", made["id"].as_str().unwrap());
    assert_eq!(c.get(&path).await.expect(200).json()["effect"]["finding"], "not-done");
    // A facilitator of the group may too, although notes are not theirs to write.
    let mut facilitator = with(&t, "checkout", "actions.write").await;
    let done = json!({ "version": 1, "state": "done", "evidence": { "words": "cached" } });
    facilitator.json("POST", &format!("{path}/state"), &done).await.expect(200);
    let marks = c.get("/api/v1/marks?on=team&slug=checkout").await.expect(200).json();
    assert_eq!((&marks["items"][0]["kind"], &marks["items"][0]["title"]), (&json!("action"), &json!("Cache the query")));
    t.clock.advance(std::time::Duration::from_secs(200 * 86_400));
    sprints(&t, 11, &[7.0, 8.0, 7.0]).await;
    let effect = c.get(&path).await.expect(200).json()["effect"].clone();
    assert_eq!(
        (&effect["finding"], &effect["words"]),
        (&json!("too-early"), &json!("3 of 8 points since. Before that nothing is claimed."))
    );
    let page = c.get(&format!("/actions/{}", made["id"].as_str().unwrap())).await.expect(200).text;
    assert!(page.contains("3 of 8 points since"), "{page}");
    sprints(&t, 14, &[7.0, 8.0, 7.0, 8.0, 7.0]).await;
    let effect = c.get(&path).await.expect(200).json()["effect"].clone();
    assert_eq!(effect["finding"], "as-expected", "{effect}");
    assert_eq!((effect["before"].as_array().unwrap().len(), effect["after"].as_array().unwrap().len()), (6, 8));
    // Opened again, the mark leaves the axis. The first token is over by now.
    let mut facilitator = with(&t, "checkout", "actions.write").await;
    facilitator
        .json("POST", &format!("{path}/state"), &json!({ "version": 2, "state": "open", "reason": "The cache was off" }))
        .await
        .expect(200);
    let marks = c.get("/api/v1/marks?on=team&slug=checkout").await.expect(200).json();
    assert!(marks["items"][0]["taken_back"].is_object(), "{marks}");
    facilitator
        .json("POST", &format!("{path}/state"), &json!({ "version": 3, "state": "done", "evidence": { "words": "on" } }))
        .await
        .expect(200);
    let marks = c.get("/api/v1/marks?on=team&slug=checkout").await.expect(200).json();
    assert_eq!(marks["items"].as_array().unwrap().len(), 2, "done again is another mark");
    t.end().await;
}

async fn a_form_is_shown_again_with_what_was_typed(t: TestApp) {
    let mut c = owner(&t);
    let page = c
        .get("/teams/checkout/actions?what=Look+at+p95&origin=report&url=/reports/checkout/22&from=Sprint+22")
        .await
        .expect(200)
        .text;
    assert!(page.contains("value=\"Look at p95\"") && page.contains("Comes from") && page.contains("Sprint 22"), "{page}");
    let csrf = Client::csrf(&page);
    let sent = |what: &'static str, due: &'static str| {
        vec![
            ("csrf", csrf.clone()),
            ("what", what.into()),
            ("due", due.into()),
            ("owner", "engineer".into()),
            ("expected", "lead-time checkout".into()),
            ("direction", "down".into()),
            ("origin-kind", "report".into()),
            ("origin-url", "/reports/checkout/22".into()),
            ("origin-words", "Sprint 22".into()),
        ]
    };
    async fn post(c: &mut Client, path: &str, fields: &[(&str, String)], status: u16) -> String {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        c.form(path, &fields).await.expect(status).text
    }
    let refused = post(&mut c, "/teams/checkout/actions", &sent("", "9999-01-01"), 422).await;
    for part in ["value=\"9999-01-01\"", "Two fields need another look", "value=\"Sprint 22\""] {
        assert!(refused.contains(part), "{part}: {refused}");
    }
    post(&mut c, "/teams/checkout/actions", &sent("Look at p95", "2026-12-01"), 303).await;
    post(&mut c, "/teams/nobody/actions", &sent("x", ""), 404).await;
    let list = c.get("/api/v1/actions?team=checkout").await.expect(200).json();
    let a = &list["items"][0];
    assert_eq!(
        (&a["origin"]["words"], &a["expected"]["metric"], &a["owner"]["role"]),
        (&json!("Sprint 22"), &json!("lead-time"), &json!("engineer"))
    );
    let here = format!("/actions/{}", a["id"].as_str().unwrap());
    let page = c.get(&here).await.expect(200).text;
    let csrf = Client::csrf(&page);
    let state = |version: &str, state: &str, words: &str| {
        vec![
            ("csrf", csrf.clone()),
            ("version", version.to_owned()),
            ("state", state.to_owned()),
            ("evidence-words", words.to_owned()),
        ]
    };
    let refused = post(&mut c, &format!("{here}/state"), &state("1", "done", " "), 422).await;
    assert!(refused.contains("href=\"#evidence-words\""), "{refused}");
    let edit = |version: &str, due: &str| {
        vec![
            ("csrf", csrf.clone()),
            ("version", version.to_owned()),
            ("what", "Look at p95".into()),
            ("owner", "engineer".to_owned()),
            ("due", due.to_owned()),
            ("expected", "lead-time checkout".into()),
            ("by", "many".into()),
        ]
    };
    let refused = post(&mut c, &here, &edit("1", "2026-12-01"), 422).await;
    assert!(refused.contains("“many” is no number"), "{refused}");
    post(&mut c, &format!("{here}/state"), &state("1", "done", "It was a cold cache"), 303).await;
    let late = post(&mut c, &format!("{here}/state"), &state("1", "dropped", ""), 409).await;
    assert!(late.contains("since you opened it"), "{late}");
    t.end().await;
}

static FOLLOWERS: [catalogue::acts::merge::Follower; 1] = [actions::acts::merge::FOLLOWER];

async fn what_was_merged_or_put_away_keeps_its_actions(t: TestApp) {
    catalogue::acts::merge::provide(&FOLLOWERS);
    let mut c = owner(&t);
    let mut body = new("checkout", "About the ledger", "");
    body["workload"] = json!("ledger");
    add(&mut c, &body).await;
    c.json("POST", "/api/v1/workloads", &json!({ "name": "Books", "team": "checkout", "about": {} })).await.expect(201);
    let merge = |into: &str| json!({ "into": into, "keep": false, "reason": "Two names of one" });
    let done = c.json("POST", "/api/v1/workloads/ledger/merge", &merge("books")).await.expect(200).json();
    assert_eq!(done["taken"].as_array().unwrap().iter().find(|t| t["what"] == "actions").unwrap()["count"], 1);
    assert_eq!(whats(&t, "workload=books").await, ["About the ledger"]);
    let refused = c.json("POST", "/api/v1/actions", &about("checkout", "ledger")).await.expect(422).json();
    assert_eq!(faults(&refused), ["workload"], "nothing new on what was put away");
    c.json("POST", "/api/v1/teams/checkout/merge", &merge("search")).await.expect(200);
    assert_eq!(whats(&t, "team=search").await, ["About the ledger"]);
    let refused = c.json("POST", "/api/v1/actions", &new("checkout", "x", "")).await.expect(422).json();
    assert_eq!(faults(&refused), ["team"]);
    c.json("POST", "/api/v1/teams/search/archival", &json!({})).await;
    assert!(c.get("/actions").await.expect(200).text.contains("About the ledger"), "what was put away keeps its actions");
    t.end().await;
}
