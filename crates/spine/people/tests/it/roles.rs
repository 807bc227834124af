use kernel::testing::TestApp;
use serde_json::json;

use crate::{GROUP, OTHER, TEAM, first, give, on_both, person, post, text};

on_both! {
    a_role_is_given_and_taken_on_the_page;
    a_role_needs_a_place_that_exists_and_is_of_its_kind;
    a_role_works_at_once_and_only_where_it_is_held;
}

async fn a_role_is_given_and_taken_on_the_page(t: TestApp) {
    let mut admin = first(&t).await;
    let (id, _) = person(&t, &mut admin, "maya@example.org", &[]).await;
    let page = format!("/people/{id}");
    let team = TEAM.to_string();
    let roles = format!("{page}/roles");
    post(&mut admin, &page, &roles, &[("role", "engineer"), ("scope", &team)]).await.expect(303);
    let shown = admin.get(&page).await.expect(200).text;
    assert!(shown.contains("Engineer") && shown.contains("Take away<span class=\"vh\">: Engineer, Payments</span>"), "{shown}");
    assert!(admin.get("/people").await.text.contains("Engineer, <bdi>Payments</bdi>"));
    let twice = post(&mut admin, &page, &roles, &[("role", "engineer"), ("scope", &team)]).await.expect(409).text;
    assert!(twice.contains("holds the role Engineer there already"), "{twice}");
    let at = shown.find(&format!("{roles}/")).unwrap();
    let revocation = shown[at..].split('"').next().unwrap().to_owned();
    post(&mut admin, &page, &revocation, &[]).await.expect(303);
    post(&mut admin, &page, &revocation, &[]).await.expect(404);
    assert!(!admin.get(&page).await.text.contains("Take away"));
    t.end().await;
}

async fn a_role_needs_a_place_that_exists_and_is_of_its_kind(t: TestApp) {
    let mut admin = first(&t).await;
    let (id, _) = person(&t, &mut admin, "maya@example.org", &[]).await;
    let page = format!("/people/{id}");
    let (group, team) = (GROUP.to_string(), TEAM.to_string());
    let none = "00000000-0000-0000-0000-000000000099";
    for (role, scope, says) in [
        ("engineer", "", "is a role for one team"),
        ("engineer", group.as_str(), "“Digital Engineering” is a group"),
        ("facilitator", &team, "“Payments” is a team"),
        ("engineer", none, "There is no team with the id"),
        ("stakeholder", &team, "a role of the whole organisation"),
        ("engineer", "payments", "Choose a group or team"),
    ] {
        let refused = post(&mut admin, &page, &format!("{page}/roles"), &[("role", role), ("scope", scope)]).await.expect(422).text;
        assert!(refused.contains(says) && refused.contains("href=\"#scope\""), "{says}: {refused}");
        assert!(refused.contains(&format!("<option value=\"{role}\" selected>")), "{role}: {refused}");
    }
    let refused = post(&mut admin, &page, &format!("{page}/roles"), &[("role", "boss"), ("scope", "")]).await.expect(422).text;
    assert!(refused.contains("is no role"), "{refused}");
    let api = format!("/api/v1{page}/roles");
    let fault = admin.json("POST", &api, &json!({ "role": "engineer", "scope": none })).await.expect(422).json();
    assert_eq!(fault["faults"][0]["at"], "scope");
    assert_eq!(admin.get(&api).await.json()["items"], json!([]));
    t.end().await;
}

async fn a_role_works_at_once_and_only_where_it_is_held(t: TestApp) {
    let mut admin = first(&t).await;
    let (id, mut maya) = person(&t, &mut admin, "maya@example.org", &[]).await;
    let rights = async |maya: &mut kernel::testing::Client| {
        let me = maya.get("/api/v1/me").await.expect(200).json();
        let held: Vec<(String, bool)> =
            me["rights"].as_array().unwrap().iter().map(|r| (text(&r["right"]), r["scope"] == TEAM.to_string())).collect();
        held
    };
    let everybody = vec![("questions.ask".to_owned(), false)];
    assert_eq!(rights(&mut maya).await, everybody);
    maya.get("/tokens").await.expect(403);
    let grant = give(&mut admin, &id, "delivery-lead", Some(TEAM)).await;
    assert!(rights(&mut maya).await.contains(&("reports.ready".to_owned(), true)));
    maya.get("/tokens").await.expect(200);
    // A right at one team is none at another, and none over people.
    let token = json!({ "name": "t", "scopes": [{ "right": "values.write", "scope": OTHER }] });
    maya.json("POST", "/api/v1/tokens", &token).await.expect(422);
    maya.json("POST", "/api/v1/people", &json!({ "name": "A", "mail": "a@example.org" })).await.expect(403);
    admin.json("DELETE", &format!("/api/v1/people/{id}/roles/{grant}"), &json!(null)).await.expect(204);
    assert_eq!(rights(&mut maya).await, everybody);
    admin.json("DELETE", &format!("/api/v1/people/{id}/roles/{grant}"), &json!(null)).await.expect(404);
    t.end().await;
}
