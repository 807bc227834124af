use std::time::Duration;

use kernel::testing::{Client, TestApp};
use serde_json::json;

use crate::{TEAM, first, give, on_both, person, post, text};

on_both! {
    a_token_is_made_on_the_page_and_its_secret_shown_once;
    a_wrong_token_form_is_shown_again;
    a_token_does_what_it_may_and_stops_when_it_is_revoked;
    a_token_can_no_more_than_its_maker_still_may;
    tokens_are_seen_by_their_maker_and_the_platform_engineer;
    a_token_is_no_person;
}

fn with(t: &TestApp, secret: &str) -> Client {
    let mut client = t.client();
    client.bearer = Some(secret.to_owned());
    client
}

async fn make(client: &mut Client, right: &str, scope: Option<kernel::ids::Id>) -> (String, String) {
    let body = json!({ "name": "nightly job", "scopes": [{ "right": right, "scope": scope }] });
    let made = client.json("POST", "/api/v1/tokens", &body).await.expect(201).json();
    (text(&made["token"]["id"]), text(&made["secret"]))
}

async fn a_token_is_made_on_the_page_and_its_secret_shown_once(t: TestApp) {
    let mut admin = first(&t).await;
    let roles = [("principal-engineer", Some(TEAM)), ("engineer", Some(TEAM))];
    let (_, mut maya) = person(&t, &mut admin, "maya@example.org", &roles).await;
    let page = maya.get("/tokens").await.expect(200).text;
    let scope = format!("values.write@{TEAM}");
    assert_eq!(page.matches(&format!("value=\"{scope}\"")).count(), 1, "both roles give it, it is offered once: {page}");
    assert!(page.contains("<bdi>Payments</bdi>"), "{page}");
    let fields = [("name", "nightly <job>"), ("days", "30"), ("scopes", scope.as_str()), ("scopes", "questions.ask")];
    let shown = post(&mut maya, "/tokens", "/tokens", &fields).await.expect(200).text;
    let at = shown.find("bw_").unwrap();
    let secret: String = shown[at..].chars().take(43).collect();
    let me = with(&t, &secret).get("/api/v1/me").await.expect(200).json();
    assert_eq!((&me["kind"], &me["name"]), (&json!("token"), &json!("nightly <job>")));
    assert_eq!(me["rights"].as_array().unwrap().len(), 2);
    let list = maya.get("/tokens").await.expect(200).text;
    assert!(!list.contains(&secret) && list.contains(&secret[..11]) && list.contains("nightly &lt;job&gt;"), "{list}");
    assert!(list.contains("2026-11-17"), "the day of its use: {list}");
    t.end().await;
}

async fn a_wrong_token_form_is_shown_again(t: TestApp) {
    let mut admin = first(&t).await;
    let fields = [("name", ""), ("days", "many"), ("scopes", "values.write"), ("scopes", "people.write@x")];
    let refused = post(&mut admin, "/tokens", "/tokens", &fields).await.expect(422).text;
    assert!(
        refused.contains("href=\"#name\"") && refused.contains("href=\"#days\"") && refused.contains("href=\"#scope-0\""),
        "{refused}"
    );
    assert!(refused.contains("You may not change values of this team there yourself"), "{refused}");
    let refused = post(&mut admin, "/tokens", "/tokens", &[("name", "job"), ("days", ""), ("scopes", "people.write")]).await;
    refused.expect(200);
    let none = post(&mut admin, "/tokens", "/tokens", &[("name", "job"), ("days", "367")]).await.expect(422).text;
    assert!(
        none.contains("A token needs at least one right") && none.contains("1 to 366 days") && none.contains("value=\"job\""),
        "{none}"
    );
    t.end().await;
}

async fn a_token_does_what_it_may_and_stops_when_it_is_revoked(t: TestApp) {
    let mut admin = first(&t).await;
    let (id, secret) = make(&mut admin, "people.write", None).await;
    let mut robot = with(&t, &secret);
    robot.json("POST", "/api/v1/people", &json!({ "name": "A", "mail": "a@example.org" })).await.expect(201);
    robot.get("/tokens").await.expect(403);
    post(&mut admin, "/tokens", &format!("/tokens/{id}/revocation"), &[]).await.expect(303);
    robot.get("/api/v1/me").await.expect(401);
    post(&mut admin, "/tokens", &format!("/tokens/{id}/revocation"), &[]).await.expect(409);
    post(&mut admin, "/tokens", "/tokens/x/revocation", &[]).await.expect(404);
    assert!(admin.get("/tokens").await.text.contains("revoked 17 Nov"));
    // A token runs out by itself, and a wrong one is nobody, also with a good cookie beside it.
    let (_, other) = make(&mut admin, "people.write", None).await;
    let mut robot = with(&t, &other);
    t.clock.advance(Duration::from_secs(13 * 24 * 3600));
    admin.get("/account").await.expect(200);
    robot.get("/api/v1/me").await.expect(200);
    t.clock.advance(Duration::from_secs(77 * 24 * 3600));
    robot.get("/api/v1/me").await.expect(401);
    for bad in ["", "x", "bw_", &"bw_0".repeat(10)] {
        admin.bearer = Some(bad.to_owned());
        admin.get("/api/v1/me").await.expect(401);
    }
    t.end().await;
}

async fn a_token_can_no_more_than_its_maker_still_may(t: TestApp) {
    let mut admin = first(&t).await;
    let (id, mut maya) = person(&t, &mut admin, "maya@example.org", &[]).await;
    let grant = give(&mut admin, &id, "delivery-lead", Some(TEAM)).await;
    let (_, secret) = make(&mut maya, "values.write", Some(TEAM)).await;
    let mut robot = with(&t, &secret);
    assert_eq!(robot.get("/api/v1/me").await.json()["rights"], json!([{ "right": "values.write", "scope": TEAM }]));
    admin.json("DELETE", &format!("/api/v1/people/{id}/roles/{grant}"), &json!(null)).await.expect(204);
    assert_eq!(robot.get("/api/v1/me").await.json()["rights"], json!([]));
    give(&mut admin, &id, "engineer", Some(TEAM)).await;
    assert_eq!(robot.get("/api/v1/me").await.json()["rights"].as_array().unwrap().len(), 1);
    admin.json("POST", &format!("/api/v1/people/{id}/deactivation"), &json!(null)).await.expect(200);
    robot.get("/api/v1/me").await.expect(401);
    let fault = json!({ "name": "t", "scopes": [{ "right": "people.write", "scope": "00000000-0000-0000-0000-000000000099" }] });
    let fault = admin.json("POST", "/api/v1/tokens", &fault).await.expect(422).json();
    assert_eq!(fault["faults"][0]["at"], "scopes/0");
    t.end().await;
}

async fn tokens_are_seen_by_their_maker_and_the_platform_engineer(t: TestApp) {
    let mut admin = first(&t).await;
    let (_, mut maya) = person(&t, &mut admin, "maya@example.org", &[("delivery-lead", Some(TEAM))]).await;
    let (hers, _) = make(&mut maya, "values.write", Some(TEAM)).await;
    t.clock.advance(Duration::from_secs(1));
    let (his, _) = make(&mut admin, "people.write", None).await;
    let ids = |page: serde_json::Value| page["items"].as_array().unwrap().iter().map(|t| text(&t["id"])).collect::<Vec<_>>();
    assert_eq!(ids(maya.get("/api/v1/tokens").await.json()), vec![hers.clone()]);
    assert_eq!(ids(admin.get("/api/v1/tokens").await.json()), [hers.clone(), his.clone()]);
    let one = admin.get("/api/v1/tokens?limit=1").await.json();
    let two = admin.get(&format!("/api/v1/tokens?limit=1&cursor={}", text(&one["next"]))).await.json();
    assert_eq!((ids(one), ids(two.clone())), (vec![hers.clone()], vec![his.clone()]));
    assert!(two.get("next").is_none());
    // Another's token: not hers to revoke. Her own: the platform engineer's too.
    maya.json("DELETE", &format!("/api/v1/tokens/{his}"), &json!(null)).await.expect(403);
    admin.json("DELETE", &format!("/api/v1/tokens/{hers}"), &json!(null)).await.expect(204);
    assert!(admin.get("/tokens").await.text.contains("Maya Okafor"));
    t.end().await;
}

async fn a_token_is_no_person(t: TestApp) {
    let mut admin = first(&t).await;
    let (_, secret) = make(&mut admin, "tokens.write", None).await;
    let mut robot = with(&t, &secret);
    robot.get("/account").await.expect(403);
    robot.json("PATCH", "/api/v1/me", &json!({ "name": "x", "version": 1 })).await.expect(403);
    let token = json!({ "name": "t", "scopes": [{ "right": "questions.ask" }] });
    robot.json("POST", "/api/v1/tokens", &token).await.expect(403);
    t.end().await;
}
