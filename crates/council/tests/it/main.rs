//! The council over HTTP, on both engines.
// Helpers of tests fail like tests.
#![allow(clippy::unwrap_used)]

mod followed;
mod measured;
mod pages;
mod world;

use kernel::testing::TestApp;
use serde_json::{Value, json};

use world::{concern, engineer, go, member, owner, raised, with};

/// Runs a story on both engines, each as a test of its own.
macro_rules! on_both {
    ($( $name:ident in $place:path; )+) => { $(
        mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                use $place as story;
                story(super::world::world(kernel::db::Engine::Sqlite).await).await;
            }
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                use $place as story;
                story(super::world::world(kernel::db::Engine::Postgres).await).await;
            }
        }
    )+ };
}

on_both! {
    bad_input_names_its_place_and_takes_no_number in crate::bad_input;
    a_concern_goes_from_one_end_to_the_other in crate::measured::whole_course;
    a_result_from_elsewhere_closes_nothing in crate::measured::elsewhere;
    numbers_can_be_typed in crate::measured::typed;
    what_is_measured_marks_the_axis_until_it_is_looked_at_again in crate::measured::marked;
    two_who_move_one_concern_are_told_apart in crate::two_at_once;
    nobody_moves_what_is_not_theirs in crate::rights;
    reasons_are_kept_found_and_suggested in crate::reasons;
    scores_order_the_board_and_show_their_parts in crate::scores;
    lists_are_cut_into_pages in crate::lists;
    rules_of_the_council_change_and_come_as_code in crate::rules;
    pages_work_without_script in crate::pages::forms;
    the_board_moves_by_forms_and_shows_conflicts in crate::pages::board;
    an_address_fills_in_what_is_known in crate::pages::prefilled;
    a_merge_takes_concerns_along in crate::merged;
}

mod stories_follow_their_issue {
    #[tokio::test(flavor = "multi_thread")]
    async fn sqlite() {
        crate::followed::stories(kernel::db::Engine::Sqlite).await;
    }
    #[tokio::test(flavor = "multi_thread")]
    async fn postgres() {
        crate::followed::stories(kernel::db::Engine::Postgres).await;
    }
}

pub(crate) fn faults(answer: &Value) -> Vec<String> {
    answer["faults"].as_array().unwrap_or_else(|| panic!("{answer}")).iter().map(|f| f["at"].as_str().unwrap().to_owned()).collect()
}

async fn bad_input(t: TestApp) {
    let mut c = engineer(&t).await;
    let of = |field: &str, value: Value| {
        let mut body = concern("x");
        if field == "team" || field == "origin" {
            body[field] = value;
        } else {
            body["content"][field] = value;
        }
        body
    };
    let cases = [
        (of("title", json!("")), "title"),
        (of("title", json!("a\nb")), "title"),
        (of("title", json!("x".repeat(201))), "title"),
        (of("why_sre", json!(" ")), "why_sre"),
        (of("why_important", json!("a\u{0}b")), "why_important"),
        (of("involved", json!("x".repeat(5_001))), "involved"),
        (of("seen", json!("x".repeat(30_000))), "seen"),
        (of("metric", json!("no-such")), "metric"),
        (of("metric", json!("a\u{0}b")), "metric"),
        (of("subject", json!("nobody")), "subject"),
        (of("subject", json!("")), "subject"),
        (of("baseline_from", json!("soon")), "baseline_from"),
        (of("baseline_until", json!("0000-01-01")), "baseline_until"),
        (of("by", json!(-1)), "by"),
        (of("team", json!("nobody")), "team"),
        (of("origin", json!({ "kind": "risk", "url": "javascript:alert(1)" })), "origin.url"),
    ];
    for (body, at) in cases {
        let answer = c.json("POST", "/api/v1/concerns", &body).await.expect(422).json();
        assert_eq!(faults(&answer), [at], "{answer}");
    }
    let mut unknown = concern("x");
    unknown["content"]["colour"] = json!("red");
    let status = c.json("POST", "/api/v1/concerns", &unknown).await.status;
    assert!(status == 400 || status == 422, "a field that nobody knows is refused: {status}");
    assert_eq!(raised(&t, "First").await, 1, "what was refused took no number");
    c.json("POST", "/api/v1/concerns/1/moves", &json!({ "version": 1, "to": "done" })).await.expect(409);
    let answer = c.json("POST", "/api/v1/concerns/1/moves", &json!({ "version": 9, "to": "presented" })).await.expect(422).json();
    assert_eq!(faults(&answer), ["version"]);
    for path in ["/api/v1/concerns/x", "/api/v1/concerns/99", "/council/concerns/99", "/council/concerns/%00"] {
        owner(&t).get(path).await.expect(404);
    }
    for path in
        ["/api/v1/concerns?state=closed", "/api/v1/concerns?team=nobody", "/api/v1/concerns?cursor=zz", "/api/v1/concerns?limit=0"]
    {
        owner(&t).get(path).await.expect(422);
    }
    t.client().json("POST", "/api/v1/concerns", &concern("x")).await.expect(401);
    t.end().await;
}

async fn two_at_once(t: TestApp) {
    let n = raised(&t, "Retries without jitter").await;
    let (mut a, mut b) = (member(&t).await, engineer(&t).await);
    let seen = json!({ "version": 1, "to": "presented" });
    a.json("POST", &format!("/api/v1/concerns/{n}/moves"), &seen).await.expect(200);
    let told = b.json("POST", &format!("/api/v1/concerns/{n}/moves"), &seen).await.expect(409).json();
    let words = told["detail"].as_str().unwrap();
    assert!(words.contains("changed C-1 since you opened it: it is presented now, version 2"), "{words}");
    let mut edit = json!({ "version": 1, "content": concern("Other")["content"] });
    b.json("PUT", &format!("/api/v1/concerns/{n}"), &edit).await.expect(409);
    edit["version"] = json!(2);
    let made = b.json("PUT", &format!("/api/v1/concerns/{n}"), &edit).await.expect(200).json();
    assert_eq!((&made["version"], &made["content"]["title"]), (&json!(3), &json!("Other")));
    b.json("PUT", &format!("/api/v1/concerns/{n}"), &json!({ "version": 3, "content": edit["content"] })).await.expect(200);
    let view = owner(&t).get(&format!("/api/v1/concerns/{n}")).await.expect(200).json();
    assert_eq!(view["versions"].as_array().unwrap().len(), 3, "what changes nothing makes no version");
    t.end().await;
}

async fn rights(t: TestApp) {
    let n = raised(&t, "Retries").await;
    let path = format!("/api/v1/concerns/{n}");
    let mut other = with(&t, &[("concerns.raise", Some("search"))]).await;
    other.json("POST", "/api/v1/concerns", &concern("x")).await.expect(403);
    other.json("PUT", &path, &json!({ "version": 1, "content": concern("x")["content"] })).await.expect(403);
    other.json("POST", &format!("{path}/moves"), &json!({ "version": 1, "to": "presented" })).await.expect(403);
    let mut own = engineer(&t).await;
    go(&mut own, n, "presented", &json!({})).await;
    let accept = json!({ "version": 2, "to": "accepted", "why": "We want it" });
    own.json("POST", &format!("{path}/moves"), &accept).await.expect(403);
    own.json("POST", &format!("{path}/scores"), &json!({ "value": 1, "urgency": 1, "risk": 1, "size": 1 })).await.expect(403);
    own.json("PUT", "/api/v1/council", &json!({})).await.expect(403);
    let view = own.get(&path).await.expect(200).json();
    assert_eq!(view["ways"], json!([]), "what only the council does is not offered");
    member(&t).await.json("POST", &format!("{path}/moves"), &accept).await.expect(200);
    let mut reader = with(&t, &[("questions.ask", None)]).await;
    reader.get(&path).await.expect(200);
    reader.json("POST", &format!("{path}/results"), &json!({})).await.expect(403);
    t.end().await;
}

async fn reasons(t: TestApp) {
    let mut m = member(&t).await;
    let n = raised(&t, "Replace the message broker with another").await;
    go(&mut m, n, "presented", &json!({})).await;
    let answer =
        m.json("POST", &format!("/api/v1/concerns/{n}/moves"), &json!({ "version": 2, "to": "rejected" })).await.expect(422).json();
    assert_eq!(faults(&answer), ["why"]);
    let made = go(
        &mut m,
        n,
        "rejected",
        &json!({ "why": "Our measurements cannot show a problem", "deciders": ["Maya Okafor", "Pradeep Nair"] }),
    )
    .await;
    assert_eq!((&made["state"], &made["course"]["decision"]), (&json!("rejected"), &json!(1)));
    let d = owner(&t).get("/api/v1/decisions/1").await.expect(200).json();
    assert_eq!(
        (&d["deciders"], &d["origin"]["kind"], &d["origin"]["url"]),
        (&json!(["Maya Okafor", "Pradeep Nair"]), &json!("concern"), &json!("/council/concerns/1"))
    );
    let found = owner(&t).get("/api/v1/concerns?q=measurement%20SHOW&state=aside").await.expect(200).json();
    assert_eq!(found["items"][0]["number"], n, "a search over reasons, folded: {found}");
    assert_eq!(owner(&t).get("/api/v1/concerns?q=nothing").await.json()["items"], json!([]));
    let alike = owner(&t).get("/api/v1/concerns/alike?text=The%20broker%20loses%20a%20message").await.expect(200).json();
    assert_eq!((&alike["items"][0]["number"], &alike["items"][0]["shared"]), (&json!(n), &json!(["broker", "message"])), "{alike}");
    assert!(alike["items"][0]["reason"].as_str().unwrap().starts_with("Our measurements"));
    let page = owner(&t).get("/council").await.expect(200).text;
    assert!(page.contains("Our measurements cannot show a problem"), "{page}");
    // What comes up again supersedes the decision once the council decides anew.
    go(&mut m, n, "raised", &json!({ "why": "Three incidents since" })).await;
    go(&mut m, n, "presented", &json!({})).await;
    let sent = go(&mut m, n, "sent-on", &json!({ "sent_to": "The platform team", "why": "They run it" })).await;
    assert_eq!((&sent["course"]["decision"], &sent["course"]["sent_to"]), (&json!(2), &json!("The platform team")));
    assert_eq!(owner(&t).get("/api/v1/decisions/1").await.json()["superseded_by"], 2);
    let edit = json!({ "version": sent["version"], "content": concern("x")["content"] });
    m.json("PUT", &format!("/api/v1/concerns/{n}"), &edit).await.expect(409);
    let trail = owner(&t).get("/api/v1/trail?kind=concern&id=1").await.expect(200).json();
    let verbs: Vec<&str> = trail["items"].as_array().unwrap().iter().map(|r| r["verb"].as_str().unwrap()).collect();
    for verb in ["raised", "presented", "rejected", "sent-on"] {
        assert!(verbs.contains(&verb), "{verb}: {verbs:?}");
    }
    t.end().await;
}

async fn scores(t: TestApp) {
    let mut m = member(&t).await;
    let (first, second) = (raised(&t, "First").await, raised(&t, "Second").await);
    let path = |n: i64| format!("/api/v1/concerns/{n}/scores");
    let bad = m.json("POST", &path(first), &json!({ "value": 4, "urgency": 1, "risk": 1, "size": 0 })).await.expect(422).json();
    assert_eq!(faults(&bad), ["value", "size"]);
    m.json("POST", &path(second), &json!({ "value": 8, "urgency": 5, "risk": 3, "size": 2 })).await.expect(200);
    let made = m.json("POST", &path(second), &json!({ "value": 13, "urgency": 5, "risk": 2, "size": 2 })).await.expect(200).json();
    assert_eq!(
        (&made["wsjf"]["score"], &made["wsjf"]["members"]),
        (&json!(10.0), &json!(1)),
        "a second score of one's own replaces the first"
    );
    let whole = json!({ "value": 1, "urgency": 1, "risk": 1, "size": 1, "council": true });
    let made = m.json("POST", &path(second), &whole).await.expect(200).json();
    assert_eq!((&made["wsjf"]["score"], made["wsjf"].get("members")), (&json!(3.0), None));
    let page = owner(&t).get("/council").await.expect(200).text;
    let at = |n: i64| page.find(&format!("id=\"c-{n}\"")).unwrap();
    assert!(at(second) < at(first), "what has a score stands first");
    let page = owner(&t).get("/council/concerns/2").await.expect(200).text;
    assert!(page.contains("WSJF 3.0: value 1, urgency 1, risk 1 over size 1; the council’s own"), "{page}");
    t.end().await;
}

async fn lists(t: TestApp) {
    for n in 0..5 {
        raised(&t, if n % 2 == 0 { "Ärger mit Zürich" } else { "Something else" }).await;
    }
    let (mut seen, mut path) = (Vec::new(), "/api/v1/concerns?q=%C3%A4rger&limit=2".to_owned());
    loop {
        let page = owner(&t).get(&path).await.expect(200).json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|d| d["number"].as_i64().unwrap()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/concerns?q=%C3%A4rger&limit=2&cursor={next}");
    }
    assert_eq!(seen, [5, 3, 1]);
    let csv = owner(&t).get("/api/v1/concerns/csv?state=raised").await.expect(200).text;
    assert_eq!(csv.lines().count(), 6, "{csv}");
    let page = owner(&t).get("/council/concerns?q=something&team=checkout").await.expect(200).text;
    assert!(page.contains("Something else") && !page.contains("Zürich"), "{page}");
    t.end().await;
}

async fn rules(t: TestApp) {
    let mut m = member(&t).await;
    let stands = m.get("/api/v1/council").await.expect(200).json();
    assert_eq!(stands["scale"], json!([1, 2, 3, 5, 8, 13, 20]));
    let mut new = stands.clone();
    new["scale"] = json!([5, 1]);
    new["most_in_sprint"] = json!(0);
    assert_eq!(faults(&m.json("PUT", "/api/v1/council", &new).await.expect(422).json()), ["scale", "most_in_sprint"]);
    new["scale"] = json!([1, 2, 4]);
    new["most_in_sprint"] = json!(2);
    new["champion"] = json!("Pradeep Nair");
    m.json("PUT", "/api/v1/council", &new).await.expect(200);
    let page = owner(&t).get("/council").await.expect(200).text;
    assert!(page.contains("0 of 2") || page.contains("No concern has been raised yet"), "{page}");
    assert!(owner(&t).get("/council/rules").await.expect(200).text.contains("1, 2, 4"));
    let exported = t
        .app
        .read(&kernel::web::Ctx::of(kernel::web::Actor::anonymous(), TestApp::START, "t"), |_, tx| {
            (council::configured::CONFIGURED[0].export)(tx)
        })
        .await
        .unwrap();
    assert_eq!(exported[0]["champion"], "Pradeep Nair");
    assert_eq!(
        (council::configured::CONFIGURED[0].check)(exported[0].clone()).unwrap(),
        exported[0],
        "what is exported is accepted as it is"
    );
    t.end().await;
}

static FOLLOWERS: [catalogue::acts::merge::Follower; 2] = [actions::acts::merge::FOLLOWER, council::acts::merge::FOLLOWER];

async fn merged(t: TestApp) {
    catalogue::acts::merge::provide(&FOLLOWERS);
    raised(&t, "One").await;
    let merge = json!({ "into": "search", "keep": false, "reason": "Two names of one" });
    let done = owner(&t).json("POST", "/api/v1/teams/checkout/merge", &merge).await.expect(200).json();
    assert_eq!(done["taken"].as_array().unwrap().iter().find(|t| t["what"] == "concerns").unwrap()["count"], 1, "{done}");
    assert_eq!(owner(&t).get("/api/v1/concerns/1").await.json()["team"]["slug"], "search");
    t.end().await;
}
