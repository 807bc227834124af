//! A blind vote: each says once what they would tick, nobody sees it until it is closed, and nothing stored says who said what.

use std::collections::BTreeMap;

use kernel::db::Engine;
use kernel::testing::{Client, TestApp};
use people::Role;
use serde_json::{Value, json};

use crate::reviewing::begun;
use crate::world::{owner, person, stored, with, world};

crate::on_both! {
    each_votes_once_and_nobody_sees_it_before_the_end;
    too_few_votes_are_not_counted;
    a_vote_by_form_is_one_ballot;
}

const AT: &str = "/api/v1/workloads/ledger/reviews/small/answers/Q-01/votes";
const QUESTION: &str = "/workloads/ledger/reviews/small/questions/Q-01";

/// Tables in which anything about a vote could stand.
const TABLES: &[&str] = &["review", "trail", "topic_note", "idempotency", "outbox", "import"];

async fn ticket(c: &mut Client) -> String {
    c.get(&format!("{AT}/ticket")).await.expect(200).json()["ticket"].as_str().unwrap().to_owned()
}

fn ballot(ticket: &str, choices: &[&str]) -> Value {
    json!({ "ticket": ticket, "choices": choices, "none": choices.is_empty() })
}

async fn vote(c: &mut Client, choices: &[&str]) -> kernel::testing::Answer {
    let mine = ticket(c).await;
    c.json("POST", &format!("{AT}/ballots"), &ballot(&mine, choices)).await
}

/// Three people of the team.
async fn three(t: &TestApp) -> Vec<Client> {
    let mut out = Vec::new();
    for name in ["Priya Nair", "Samir Haddad", "Dora Lund"] {
        out.push(person(t, name, Role::Engineer).await.0);
    }
    out
}

async fn each_votes_once_and_nobody_sees_it_before_the_end(t: TestApp) {
    begun(&t).await;
    let mut lead = person(&t, "Maya Okafor", Role::PrincipalEngineer).await.0;
    let mut team = three(&t).await;
    team[0].get(&format!("{AT}/ticket")).await.expect(404);
    let opened = lead.json("POST", AT, &Value::Null).await.expect(201).json();
    assert_eq!((&opened["number"], &opened["counts"]), (&json!(1), &json!([])));
    lead.json("POST", AT, &Value::Null).await.expect(409);
    for (c, choices) in team.iter_mut().zip([&["aaa"][..], &["aaa", "bbb"], &[]]) {
        let answer = vote(c, choices).await.expect(200);
        assert!(answer.headers.get("x-request-id").is_none(), "no id of a request");
        assert_eq!(answer.json()["items"][0]["counts"], json!([]), "nobody sees it before the end");
        vote(c, choices).await.expect(409);
    }
    // What is no ballot is refused with its place, and is no vote.
    let mine = ticket(&mut lead).await;
    for (body, at) in [
        (ballot("", &["aaa"]), "ticket"),
        (ballot(&mine.replace('a', "b"), &["aaa"]), "ticket"),
        (ballot(&mine, &["zzz"]), "choices"),
        (json!({ "ticket": mine, "choices": ["aaa"], "none": true }), "none"),
        (json!({ "ticket": mine }), "choices"),
    ] {
        assert_eq!(lead.json("POST", &format!("{AT}/ballots"), &body).await.expect(422).json()["faults"][0]["at"], at);
    }
    assert_eq!(lead.get(AT).await.expect(200).json()["items"][0]["ballots"], 3);
    let closed = lead.json("POST", &format!("{AT}/closing"), &Value::Null).await.expect(200).json();
    let told: Vec<(&str, i64)> = closed["counts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| (c["choice"].as_str().unwrap(), c["votes"].as_i64().unwrap()))
        .collect();
    assert_eq!(told, [("aaa", 2), ("bbb", 1), ("(none)", 1)]);
    lead.json("POST", &format!("{AT}/ballots"), &ballot(&mine, &["aaa"])).await.expect(409);
    lead.json("POST", &format!("{AT}/closing"), &Value::Null).await.expect(409);
    // The trail knows that there was a vote, and no more.
    let trail = owner(&t).get("/api/v1/trail?limit=500").await.expect(200).json();
    let votes: Vec<&Value> =
        trail["items"].as_array().unwrap().iter().filter(|r| r["verb"].as_str().unwrap().ends_with("-vote")).collect();
    assert_eq!(votes.len(), 2);
    assert!(votes.iter().all(|r| r["payload"] == json!({ "question": "Q-01", "vote": 1 })), "{votes:?}");
    // A ticket of one vote is none of the next; a token has none; another team has none.
    lead.json("POST", AT, &Value::Null).await.expect(201);
    lead.json("POST", &format!("{AT}/ballots"), &ballot(&mine, &["aaa"])).await.expect(422);
    let mut token = with(&t, "reviews.take-part", Some("checkout")).await;
    token.get(&format!("{AT}/ticket")).await.expect(404);
    let mut search = with(&t, "reviews.take-part", Some("search")).await;
    search.get(&format!("{AT}/ticket")).await.expect(403);
    team[0].json("POST", &format!("{AT}/closing"), &Value::Null).await.expect(403);
    t.end().await;
}

async fn too_few_votes_are_not_counted(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    c.json("POST", AT, &Value::Null).await.expect(201);
    for c in &mut three(&t).await[..2] {
        vote(c, &["aaa"]).await.expect(200);
    }
    let closed = c.json("POST", &format!("{AT}/closing"), &Value::Null).await.expect(200).json();
    assert_eq!((&closed["ballots"], &closed["counts"]), (&json!(2), &json!([])));
    let kept = stored(&t, TABLES).await;
    assert!(kept["review_vote"][0].contains("Text(\"{}\")"), "what is not shown is not kept: {kept:?}");
    assert!(c.get(QUESTION).await.expect(200).text.contains("Fewer than 3 voted"));
    t.end().await;
}

async fn a_vote_by_form_is_one_ballot(t: TestApp) {
    begun(&t).await;
    let mut lead = person(&t, "Maya Okafor", Role::PrincipalEngineer).await.0;
    let csrf = Client::csrf(&lead.get(QUESTION).await.expect(200).text);
    lead.form(&format!("{QUESTION}/votes"), &[("csrf", &csrf)]).await.expect(303);
    let again = lead.form(&format!("{QUESTION}/votes"), &[("csrf", &csrf)]).await.expect(409).text;
    assert!(again.contains("Close it first") || again.contains("Blind vote"), "{again}");
    let page = lead.get(QUESTION).await.expect(200).text;
    let mine = page.split("name=\"ticket\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let form = |more: &[(&'static str, &'static str)]| [&[("csrf", csrf.as_str()), ("ticket", mine.as_str())], more].concat();
    let refused = lead.form(&format!("{QUESTION}/votes/ballots"), &form(&[])).await.expect(422).text;
    assert!(refused.contains("Nothing is ticked"), "{refused}");
    lead.form(&format!("{QUESTION}/votes/ballots"), &form(&[("choice", "aaa")])).await.expect(303);
    lead.form(&format!("{QUESTION}/votes/ballots"), &form(&[("choice", "aaa")])).await.expect(409);
    let page = lead.get(QUESTION).await.expect(200).text;
    assert!(page.contains("You have voted.") && page.contains("1 vote<"), "{page}");
    let mut engineer = person(&t, "Dora Lund", Role::Engineer).await.0;
    let page = engineer.get(QUESTION).await.expect(200).text;
    assert!(page.contains("name=\"ticket\"") && !page.contains("/votes/closing"), "{page}");
    lead.form(&format!("{QUESTION}/votes/closing"), &[("csrf", &csrf)]).await.expect(303);
    t.end().await;
}

/// Everything about votes that is stored after three people said so, in an order of their own.
async fn told(engine: Engine, said: [&[&str]; 3], order: [usize; 3], close: bool) -> BTreeMap<String, Vec<String>> {
    let t = world(engine).await;
    begun(&t).await;
    let mut team = three(&t).await;
    owner(&t).json("POST", AT, &Value::Null).await.expect(201);
    for n in order {
        vote(&mut team[n], said[n]).await.expect(200);
    }
    if close {
        owner(&t).json("POST", &format!("{AT}/closing"), &Value::Null).await.expect(200);
    }
    let out = stored(&t, TABLES).await;
    t.end().await;
    out
}

/// The same ids, the same people, the same order: whoever said what, the same is stored. So nothing in it says who.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_is_the_same_whoever_said_what() {
    for engine in TestApp::ENGINES {
        for close in [false, true] {
            let one = told(engine, [&["aaa"], &["bbb"], &[]], [0, 1, 2], close).await;
            let other = told(engine, [&[], &["aaa"], &["bbb"]], [0, 1, 2], close).await;
            let turned = told(engine, [&["aaa"], &["bbb"], &[]], [2, 0, 1], close).await;
            assert_eq!(one["review_vote"], turned["review_vote"], "{engine:?}: nothing says who came when");
            for table in one.keys().filter(|table| !table.starts_with("trail_") && *table != "topic_note") {
                assert_eq!(one[table], other[table], "{engine:?} {table}");
            }
            assert_eq!(one["review_vote"].len(), 1);
            assert_eq!(one["idempotency"], [""; 0]);
            // Nothing was recorded or announced for a ballot: one opening, one closing at most.
            assert_eq!(one["trail"].iter().filter(|r| r.contains("-vote")).count(), 1 + usize::from(close));
            for rows in one.iter().filter(|(table, _)| table.starts_with("review_vote")).map(|(_, rows)| rows) {
                assert!(!rows.iter().any(|r| ["Priya", "Samir", "Dora"].iter().any(|name| r.contains(name))), "{rows:?}");
            }
            if close {
                assert!(one["review_vote"][0].contains("Text(\"[]\")"), "what remembers tickets is removed");
                assert!(one["review_vote"][0].contains("Text(\"\")"), "and what made them: {:?}", one["review_vote"]);
            } else {
                assert!(!one["review_vote"][0].contains("Text(\"[]\")"), "each votes once");
            }
        }
    }
}
