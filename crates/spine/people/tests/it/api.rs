use axum::body::Body;
use axum::http::Request;
use kernel::testing::{Answer, Client, TestApp};
use serde_json::{Value, json};

use crate::{TEAM, first, invite, on_both, person, records, text};

on_both! {
    a_repeated_call_makes_no_second_thing_and_repeats_no_secret;
    the_table_of_repeated_calls_holds_no_secret;
    people_are_listed_page_by_page;
    the_organisation_is_set_up_once_and_changed_from_its_version;
    bad_input_is_refused_with_its_place_and_changes_nothing;
    what_is_no_id_is_not_found;
    the_owner_may_make_a_link;
    roles_and_rights_are_explained;
}

kernel::sql! {
    STORED = "SELECT body FROM idempotency";
}

async fn keyed(client: &mut Client, path: &str, body: &Value, key: &str) -> Answer {
    let req = Request::post(path).header("content-type", "application/json").header("idempotency-key", key);
    client.send(req.body(Body::from(body.to_string())).unwrap()).await
}

async fn a_repeated_call_makes_no_second_thing_and_repeats_no_secret(t: TestApp) {
    let mut admin = first(&t).await;
    let new = json!({ "name": "Maya", "mail": "maya@example.org" });
    let one = keyed(&mut admin, "/api/v1/people", &new, "k").await.expect(201).json();
    let before = records(&mut admin).await;
    let two = keyed(&mut admin, "/api/v1/people", &new, "k").await.expect(201).json();
    assert!(text(&one["link"]["url"]).contains("/invitation/"));
    assert!(two["link"].get("url").is_none());
    assert_eq!((&one["person"], &one["link"]["mark"]), (&two["person"], &two["link"]["mark"]));
    keyed(&mut admin, "/api/v1/people", &json!({ "name": "Bo", "mail": "bo@example.org" }), "k").await.expect(409);

    let id = text(&one["person"]["id"]);
    let links = format!("/api/v1/people/{id}/links");
    let first_link = keyed(&mut admin, &links, &json!({}), "k").await.expect(201).json();
    let again = keyed(&mut admin, &links, &json!({}), "k").await.expect(201).json();
    assert_eq!(first_link["mark"], again["mark"]);
    assert!(again.get("url").is_none());
    // The repeated call has not ended the link that the first one gave.
    t.client().get(&crate::path_of(first_link["url"].as_str().unwrap())).await.expect(200);

    let token = json!({ "name": "job", "scopes": [{ "right": "people.write" }] });
    let made = keyed(&mut admin, "/api/v1/tokens", &token, "k").await.expect(201).json();
    let again = keyed(&mut admin, "/api/v1/tokens", &token, "k").await.expect(201).json();
    assert_eq!(made["token"], again["token"]);
    assert!(text(&made["secret"]).starts_with(text(&made["token"]["hint"]).as_str()) && again.get("secret").is_none());
    assert_eq!(admin.get("/api/v1/tokens").await.json()["items"].as_array().unwrap().len(), 1);

    let file = json!({ "csv": "name,mail,role,scope\nBo,bo@example.org,,\n" });
    let done = keyed(&mut admin, "/api/v1/people/import", &file, "k").await.expect(200).json();
    let again = keyed(&mut admin, "/api/v1/people/import", &file, "k").await.expect(200).json();
    assert!(text(&done["lines"][0]["link"]["url"]).contains("/invitation/") && again["lines"][0]["link"].get("url").is_none());
    t.client().get(&crate::path_of(done["lines"][0]["link"]["url"].as_str().unwrap())).await.expect(200);
    assert_eq!(records(&mut admin).await, before + 3);
    t.end().await;
}

async fn the_table_of_repeated_calls_holds_no_secret(t: TestApp) {
    let mut admin = first(&t).await;
    let made = keyed(&mut admin, "/api/v1/people", &json!({ "name": "M", "mail": "m@example.org" }), "1").await.expect(201).json();
    let token = json!({ "name": "job", "scopes": [{ "right": "people.write" }] });
    let token = keyed(&mut admin, "/api/v1/tokens", &token, "2").await.expect(201).json();
    let url = text(&made["link"]["url"]);
    let secrets = [url.rsplit('/').next().unwrap().to_owned(), text(&token["secret"])];
    let stored =
        t.app.db.read(|tx| tx.query(&STORED, &[])?.iter().map(|r| r.text(0)).collect::<Result<Vec<_>, _>>()).await.unwrap();
    assert_eq!(stored.len(), 2);
    let trail = admin.get("/api/v1/trail?limit=500").await.expect(200).text;
    for secret in secrets {
        assert!(stored.iter().all(|body| !body.contains(&secret)), "{stored:?}");
        assert!(!trail.contains(&secret));
    }
    t.end().await;
}

async fn people_are_listed_page_by_page(t: TestApp) {
    let mut admin = first(&t).await;
    for (name, mail) in [("bo", "b@example.org"), ("Ana", "a2@example.org"), ("ana", "a1@example.org"), ("Ö", "o@example.org")] {
        invite(&mut admin, name, mail).await;
    }
    let (mut seen, mut path) = (Vec::new(), "/api/v1/people?limit=2".to_owned());
    loop {
        let page = admin.get(&path).await.expect(200).json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|p| text(&p["mail"])));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/people?limit=2&cursor={next}");
    }
    assert_eq!(seen, ["a2@example.org", "a1@example.org", "b@example.org", "ingrid@example.org", "o@example.org"]);
    for bad in ["limit=0", "limit=501", "limit=x", "cursor=zz", "cursor=00", "cursor=ff"] {
        admin.get(&format!("/api/v1/people?{bad}")).await.expect(422);
    }
    t.end().await;
}

async fn the_organisation_is_set_up_once_and_changed_from_its_version(t: TestApp) {
    let mut admin = first(&t).await;
    let path = "/api/v1/organisation";
    let before = admin.get(path).await.expect(200).json();
    assert_eq!(before, json!({ "name": "", "zone": "UTC", "set_up_at": null, "version": 0 }));
    let new = |name: &str, zone: &str, version: i64| json!({ "name": name, "zone": zone, "version": version });
    let faults = admin.json("PUT", path, &new("", "Nowhere", 0)).await.expect(422).json();
    assert_eq!(faults["faults"].as_array().unwrap().len(), 2);
    let made = admin.json("PUT", path, &new("Aldersey", "Europe/London", 0)).await.expect(200).json();
    assert_eq!(made["version"], 1);
    admin.json("PUT", path, &new("Other", "UTC", 0)).await.expect(409);
    admin.json("PUT", path, &new("Aldersey Mutual", "Europe/London", 1)).await.expect(200);
    assert_eq!(admin.get("/api/v1/me").await.json()["organisation"], "Aldersey Mutual");
    let (_, mut maya) = person(&t, &mut admin, "maya@example.org", &[]).await;
    maya.get(path).await.expect(200);
    maya.json("PUT", path, &new("Mine", "UTC", 2)).await.expect(403);
    t.end().await;
}

async fn bad_input_is_refused_with_its_place_and_changes_nothing(t: TestApp) {
    let mut admin = first(&t).await;
    let (id, _) = person(&t, &mut admin, "maya@example.org", &[]).await;
    let before = records(&mut admin).await;
    let person = format!("/api/v1/people/{id}");
    for (method, path, body, status) in [
        ("POST", "/api/v1/people", json!({ "name": "A" }), 422),
        ("POST", "/api/v1/people", json!({ "name": "A", "mail": "a@example.org", "boss": true }), 422),
        ("POST", "/api/v1/people", json!({ "name": "a\u{0}b", "mail": "a@example.org" }), 422),
        ("POST", "/api/v1/people", json!({ "name": "x".repeat(201), "mail": "a@example.org" }), 422),
        ("POST", "/api/v1/people", json!({ "name": "A", "mail": "maya@example.org" }), 422),
        ("POST", "/api/v1/people", json!([]), 422),
        ("PATCH", &person, json!({ "name": "B" }), 422),
        ("PATCH", &person, json!({ "name": "B", "version": 99 }), 409),
        ("PATCH", &person, json!({ "zone": "Mars/Base", "version": 2 }), 422),
        ("PATCH", &person, json!({ "mail": "ingrid@example.org", "version": 2 }), 422),
        ("PATCH", "/api/v1/me", json!({ "mail": "new@example.org", "version": 2 }), 422),
        ("POST", &format!("{person}/roles"), json!({ "role": "boss" }), 422),
        ("POST", &format!("{person}/roles"), json!({ "role": "engineer", "scope": "payments" }), 422),
        ("POST", &format!("{person}/reactivation"), json!({}), 409),
        ("POST", "/api/v1/tokens", json!({ "name": "t", "scopes": [] }), 422),
        ("POST", "/api/v1/tokens", json!({ "name": "t", "days": 0, "scopes": [{ "right": "people.write" }] }), 422),
        ("POST", "/api/v1/tokens", json!({ "name": "t", "scopes": [{ "right": "no.such" }] }), 422),
    ] {
        let answer = admin.json(method, path, &body).await;
        assert_eq!(answer.status, status, "{method} {path} {body}: {}", answer.text);
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        assert_eq!(answer.json()["status"], status);
    }
    assert_eq!(records(&mut admin).await, before);
    t.end().await;
}

async fn what_is_no_id_is_not_found(t: TestApp) {
    let mut admin = first(&t).await;
    let none = "00000000-0000-7000-8000-000000000000";
    let me = text(&admin.get("/api/v1/me").await.json()["person"]["id"]);
    for name in ["x", none, "%00", "%FF", "%C3%A9"] {
        let paths = [format!("people/{name}"), format!("people/{name}/roles")];
        for path in paths {
            admin.get(&format!("/api/v1/{path}")).await.expect(404);
        }
        let null = json!(null);
        for path in ["links", "deactivation", "reactivation"] {
            admin.json("POST", &format!("/api/v1/people/{name}/{path}"), &null).await.expect(404);
        }
        admin.json("PATCH", &format!("/api/v1/people/{name}"), &json!({ "version": 1 })).await.expect(404);
        admin.json("POST", &format!("/api/v1/people/{name}/roles"), &json!({ "role": "stakeholder" })).await.expect(404);
        admin.json("DELETE", &format!("/api/v1/people/{me}/roles/{name}"), &null).await.expect(404);
        admin.json("DELETE", &format!("/api/v1/tokens/{name}"), &null).await.expect(404);
    }
    t.end().await;
}

async fn the_owner_may_make_a_link(t: TestApp) {
    first(&t).await;
    let mut owner = t.client();
    owner.owner = true;
    let me = owner.get("/api/v1/me").await.expect(200).json();
    assert_eq!(me["kind"], "owner");
    let people = owner.get("/api/v1/people").await.expect(200).json();
    let id = text(&people["items"][0]["id"]);
    let link = owner.json("POST", &format!("/api/v1/people/{id}/links"), &json!(null)).await.expect(201).json();
    assert_eq!(link["kind"], "reset");
    t.client().get(&crate::path_of(link["url"].as_str().unwrap())).await.expect(200);
    t.end().await;
}

async fn roles_and_rights_are_explained(t: TestApp) {
    let mut admin = first(&t).await;
    let (_, mut maya) = person(&t, &mut admin, "maya@example.org", &[("engineer", Some(TEAM))]).await;
    let roles = maya.get("/api/v1/roles").await.expect(200).json();
    let engineer = roles["items"].as_array().unwrap().iter().find(|r| r["key"] == "engineer").unwrap().clone();
    let rights = [
        "values.write",
        "notes.write",
        "reviews.take-part",
        "actions.write",
        "exemptions.ask",
        "sessions.take-part",
        "concerns.raise",
    ];
    let expected = json!({ "key": "engineer", "title": "Engineer", "scope": "team", "rights": rights });
    assert_eq!(engineer, expected);
    let rights = maya.get("/api/v1/rights").await.expect(200).json();
    assert_eq!(rights["items"].as_array().unwrap().len(), people::rights::ALL.len());
    t.client().get("/api/v1/roles").await.expect(401);
    t.end().await;
}
