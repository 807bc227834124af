//! What becomes of things: put away with a reason, handed over from a day on, merged; the list of everything.

use std::time::Duration;

use kernel::testing::{Client, TestApp};
use serde_json::{Value, json};

use crate::world::{group, on_both, owner, with_right};

on_both! {
    putting_away_asks_for_a_reason_and_is_shown_where_it_is_asked_for;
    an_owner_has_a_first_day_and_the_one_before_stays_on_record;
    a_day_that_cannot_be_is_refused_and_nothing_changes;
    a_service_follows_its_workload_unless_it_has_a_team_of_its_own;
    a_duplicate_workload_becomes_part_of_the_other;
    a_duplicate_service_and_a_duplicate_team_too;
    a_merge_that_cannot_be_is_refused_whole;
    an_import_knows_what_was_merged;
    forms_keep_what_was_typed;
}

async fn post(c: &mut Client, path: &str, body: &Value) -> Value {
    let answer = c.json("POST", path, body).await;
    assert!((200..300).contains(&answer.status), "{path}: {}", answer.text);
    if answer.text.is_empty() { Value::Null } else { answer.json() }
}

/// Two teams of a group; a workload with a service of the first.
async fn world(t: &TestApp) -> Client {
    group(t, "Harbour").await;
    let mut c = owner(t);
    for name in ["Cranes", "Gates"] {
        post(&mut c, "/api/v1/teams", &json!({ "name": name, "group": "harbour" })).await;
    }
    post(&mut c, "/api/v1/workloads", &json!({ "name": "Lift", "team": "cranes", "about": { "goal": "Up" } })).await;
    post(&mut c, "/api/v1/services", &json!({ "name": "Lift API", "workload": "lift" })).await;
    c
}

async fn history(c: &mut Client, at: &str) -> Value {
    c.get(&format!("/api/v1/{at}/history")).await.expect(200).json()
}

fn owners(h: &Value) -> Vec<(&str, Option<&str>, Option<&str>)> {
    let list = h["owners"].as_array().unwrap();
    list.iter().map(|o| (o["slug"].as_str().unwrap(), o["since"].as_str(), o["until"].as_str())).collect()
}

async fn standings(c: &mut Client, show: &str) -> Vec<String> {
    let page = c.get(&format!("/api/v1/catalogue?limit=500&show={show}")).await.expect(200).json();
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| format!("{} {} {}", text(&e["kind"]), text(&e["slug"]), text(&e["standing"])))
        .collect()
}

async fn records(c: &mut Client) -> Vec<Value> {
    c.get("/api/v1/trail?limit=500").await.expect(200).json()["items"].as_array().unwrap().clone()
}

/// Reasons of the records with a verb.
async fn reasons(c: &mut Client, verb: &str) -> Vec<Value> {
    records(c).await.into_iter().filter(|r| r["verb"] == verb).map(|r| r["reason"].clone()).collect()
}

async fn putting_away_asks_for_a_reason_and_is_shown_where_it_is_asked_for(t: TestApp) {
    let mut c = world(&t).await;
    let before = records(&mut c).await.len();
    for bad in [json!({}), json!({ "reason": " " }), json!({ "reason": "x", "why": "y" })] {
        let answer = c.json("POST", "/api/v1/workloads/lift/archival", &bad).await;
        assert!([400, 422].contains(&answer.status), "{}", answer.text);
    }
    c.json("POST", "/api/v1/workloads/nowhere/archival", &json!({ "reason": "x" })).await.expect(404);
    assert_eq!(records(&mut c).await.len(), before);
    c.json("POST", "/api/v1/workloads/lift/archival", &json!({ "reason": "Nobody lifts <b>any</b> more" })).await.expect(204);
    c.json("POST", "/api/v1/workloads/lift/archival", &json!({ "reason": "again" })).await.expect(409);
    assert_eq!(reasons(&mut c, "archived").await, ["Nobody lifts <b>any</b> more"]);
    let page = c.get("/workloads/lift").await.expect(200).text;
    assert!(page.contains("Nobody lifts &lt;b&gt;any&lt;/b&gt; more"), "{page}");
    assert_eq!(standings(&mut c, "in_use").await, ["team cranes in_use", "team gates in_use", "service lift-api in_use"]);
    assert_eq!(standings(&mut c, "put_away").await, ["workload lift put_away"]);
    assert_eq!(standings(&mut c, "all").await.len(), 4);
    c.get("/api/v1/catalogue?show=nothing").await.expect(422);
    assert!(c.get("/catalogue?show=put_away").await.expect(200).text.contains("/workloads/lift"));
    assert!(!c.get("/catalogue").await.expect(200).text.contains("/workloads/lift"));
    let h = history(&mut c, "workloads/lift").await;
    assert_eq!((&h["put_away"]["reason"], &h["put_away"]["by"]), (&json!("Nobody lifts <b>any</b> more"), &json!("owner")));
    c.json("POST", "/api/v1/workloads/lift/restoration", &Value::Null).await.expect(204);
    c.json("POST", "/api/v1/workloads/lift/restoration", &Value::Null).await.expect(409);
    assert!(history(&mut c, "workloads/lift").await.get("put_away").is_none());
    t.end().await;
}

async fn an_owner_has_a_first_day_and_the_one_before_stays_on_record(t: TestApp) {
    let mut c = world(&t).await;
    // Before the workload was made here: what is known of the time before is that the first owner had it.
    let over = json!({ "team": "gates", "since": "2026-11-02", "reason": "They know it" });
    post(&mut c, "/api/v1/workloads/lift/owner", &over).await;
    let h = history(&mut c, "workloads/lift").await;
    let day = Some("2026-11-02T00:00:00Z");
    assert_eq!(owners(&h), [("cranes", None, day), ("gates", day, None)]);
    assert_eq!(reasons(&mut c, "transferred").await, ["They know it"]);
    let page = c.get("/workloads/lift").await.expect(200).text;
    assert!(page.contains("until 2 Nov") && page.contains("since 2 Nov"), "{page}");
    let at = |day: &str| kernel::time::Time::parse(&format!("{day}T12:00:00Z")).unwrap();
    let teams: Vec<kernel::ids::Id> = {
        let slugs = ["cranes", "gates"];
        let mut out = Vec::new();
        for s in slugs {
            out.push(serde_json::from_value(c.get(&format!("/api/v1/teams/{s}")).await.expect(200).json()["id"].clone()).unwrap());
        }
        out
    };
    let cx = kernel::web::Ctx::of(kernel::web::Actor::job("test", &[]), t.app.now(), "test");
    let found = t
        .app
        .read(&cx, move |_, tx| {
            let mut out = Vec::new();
            for day in ["2020-01-01", "2026-11-01", "2026-11-02", "2030-01-01"] {
                for (i, team) in teams.iter().enumerate() {
                    let w = catalogue::store::workloads_at(tx, *team, at(day))?;
                    let s = catalogue::store::services_at(tx, *team, at(day))?;
                    out.push((day, i, w.len(), s.len()));
                }
            }
            Ok(out)
        })
        .await
        .unwrap();
    let owned: Vec<(&str, usize)> = found.iter().filter(|(_, _, w, _)| *w == 1).map(|(d, i, ..)| (*d, *i)).collect();
    assert_eq!(owned, [("2020-01-01", 0), ("2026-11-01", 0), ("2026-11-02", 1), ("2030-01-01", 1)]);
    assert!(found.iter().all(|(_, _, w, s)| w == s), "a service follows its workload: {found:?}");
    t.end().await;
}

async fn a_day_that_cannot_be_is_refused_and_nothing_changes(t: TestApp) {
    let mut c = world(&t).await;
    post(&mut c, "/api/v1/workloads/lift/owner", &json!({ "team": "gates", "since": "2026-11-02" })).await;
    let before = records(&mut c).await.len();
    for (body, status, part) in [
        (json!({ "team": "cranes", "since": "2026-11-01" }), 422, "since 2 Nov 2026"),
        (json!({ "team": "cranes", "since": "2099-01-01" }), 422, "has not come yet"),
        (json!({ "team": "cranes", "since": "tomorrow" }), 422, "is no day"),
        (json!({ "team": "nobody" }), 422, "nobody"),
        (json!({ "team": "gates" }), 409, "already"),
    ] {
        let answer = c.json("POST", "/api/v1/workloads/lift/owner", &body).await.expect(status);
        assert!(answer.text.contains(part), "{}", answer.text);
    }
    let mut reader = with_right(&t, "questions.ask", &Value::Null).await;
    reader.json("POST", "/api/v1/workloads/lift/owner", &json!({ "team": "cranes" })).await.expect(403);
    let cranes = c.get("/api/v1/teams/cranes").await.expect(200).json()["id"].clone();
    let mut half = with_right(&t, "teams.write", &cranes).await;
    half.json("POST", "/api/v1/workloads/lift/owner", &json!({ "team": "cranes" })).await.expect(403);
    // The token's own record is the only new one of this story.
    assert_eq!(records(&mut c).await.iter().filter(|r| r["verb"] == "transferred").count(), 1);
    assert!(records(&mut c).await.len() >= before);
    t.end().await;
}

async fn a_service_follows_its_workload_unless_it_has_a_team_of_its_own(t: TestApp) {
    let mut c = world(&t).await;
    let given = post(&mut c, "/api/v1/services/lift-api/owner", &json!({ "team": "gates", "since": "2026-11-05" })).await;
    assert_eq!(given["own_team"], true);
    let back = post(&mut c, "/api/v1/services/lift-api/owner", &json!({ "team": "", "since": "2026-11-10" })).await;
    assert_eq!(back["own_team"], false);
    c.json("POST", "/api/v1/services/lift-api/owner", &json!({ "team": "" })).await.expect(409);
    let h = history(&mut c, "services/lift-api").await;
    let (a, b) = (Some("2026-11-05T00:00:00Z"), Some("2026-11-10T00:00:00Z"));
    assert_eq!(owners(&h), [("cranes", None, a), ("gates", a, b), ("cranes", b, None)]);
    assert!(c.get("/services/lift-api").await.expect(200).text.contains("as owner of"));
    t.end().await;
}

async fn a_duplicate_workload_becomes_part_of_the_other(t: TestApp) {
    let mut c = world(&t).await;
    let twin = json!({ "name": "Lifting", "team": "gates", "about": { "goal": "Higher", "tier": "1",
        "links": [{ "kind": "runbook", "title": "Stuck", "url": "https://wiki.example/stuck" }] } });
    post(&mut c, "/api/v1/workloads", &twin).await;
    post(&mut c, "/api/v1/services", &json!({ "name": "Winch", "workload": "lifting" })).await;
    t.clock.advance(Duration::from_secs(60));
    let done = post(&mut c, "/api/v1/workloads/lifting/merge", &json!({ "into": "lift", "reason": "One thing, two names" })).await;
    assert_eq!(done["taken"], json!([{ "what": "services", "count": 1 }]));
    let lift = c.get("/api/v1/workloads/lift").await.expect(200).json();
    assert_eq!(
        (&lift["about"]["goal"], &lift["about"]["tier"], &lift["about"]["links"][0]["title"]),
        (&json!("Up"), &json!("1"), &json!("Stuck"))
    );
    let winch = c.get("/api/v1/services/winch").await.expect(200).json();
    assert_eq!((&winch["workload"], &winch["team"]), (&lift["id"], &lift["team"]));
    assert_eq!(owners(&history(&mut c, "services/winch").await).len(), 2);
    // The old address leads on; the thing itself stays, with its history, and cannot come back.
    assert_eq!(c.get("/workloads/lifting").await.expect(303).location(), "/workloads/lift");
    let page = c.get("/workloads/lifting?itself=yes").await.expect(200).text;
    assert!(page.contains("became part of") && page.contains("One thing, two names"), "{page}");
    assert_eq!(standings(&mut c, "merged").await, ["workload lifting merged"]);
    assert_eq!(history(&mut c, "workloads/lifting").await["merged_into"]["slug"], "lift");
    let answer = c.json("POST", "/api/v1/workloads/lifting/restoration", &Value::Null).await.expect(409);
    assert!(answer.text.contains("became part of Lift"), "{}", answer.text);
    let verbs: Vec<Value> = records(&mut c).await.iter().map(|r| r["verb"].clone()).collect();
    assert_eq!(verbs.iter().filter(|v| **v == "merged").count(), 2, "one record for each of the two");
    // A chain of merges leads to its end.
    post(&mut c, "/api/v1/workloads", &json!({ "name": "Hoist", "team": "gates" })).await;
    post(&mut c, "/api/v1/workloads/lift/merge", &json!({ "into": "hoist", "reason": "Again" })).await;
    assert_eq!(c.get("/workloads/lifting").await.expect(303).location(), "/workloads/hoist");
    t.end().await;
}

async fn a_duplicate_service_and_a_duplicate_team_too(t: TestApp) {
    let mut c = world(&t).await;
    let twin = json!({ "name": "Lift Service", "workload": "lift", "team": "gates",
        "about": { "repositories": ["https://git.example/lift"] } });
    post(&mut c, "/api/v1/services", &twin).await;
    post(&mut c, "/api/v1/services/lift-service/merge", &json!({ "into": "lift-api", "reason": "Twin" })).await;
    let api = c.get("/api/v1/services/lift-api").await.expect(200).json();
    assert_eq!((&api["about"]["repositories"], &api["own_team"]), (&json!(["https://git.example/lift"]), &json!(false)));
    t.clock.advance(Duration::from_secs(60));
    let done = post(&mut c, "/api/v1/teams/cranes/merge", &json!({ "into": "gates", "reason": "One team now" })).await;
    assert_eq!(done["taken"], json!([{ "what": "workloads", "count": 1 }]));
    assert_eq!(c.get("/teams/cranes").await.expect(303).location(), "/teams/gates");
    let h = history(&mut c, "workloads/lift").await;
    assert_eq!(owners(&h).iter().map(|o| o.0).collect::<Vec<_>>(), ["cranes", "gates"]);
    t.end().await;
}

async fn a_merge_that_cannot_be_is_refused_whole(t: TestApp) {
    let mut c = world(&t).await;
    post(&mut c, "/api/v1/workloads", &json!({ "name": "Old", "team": "gates" })).await;
    post(&mut c, "/api/v1/workloads/old/archival", &json!({ "reason": "gone" })).await;
    for (from, body, status, part) in [
        ("lift", json!({ "into": "lift", "reason": "x" }), 422, "itself"),
        ("lift", json!({ "into": "nowhere", "reason": "x" }), 422, "nowhere"),
        ("lift", json!({ "into": "old", "reason": "x" }), 422, "put away"),
        ("old", json!({ "into": "lift", "reason": "x" }), 409, "put away"),
        ("lift", json!({ "into": "old", "reason": "" }), 422, "Say why"),
        ("nowhere", json!({ "into": "old", "reason": "x" }), 404, "nowhere"),
    ] {
        let answer = c.json("POST", &format!("/api/v1/workloads/{from}/merge"), &body).await.expect(status);
        assert!(answer.text.contains(part), "{}", answer.text);
    }
    post(&mut c, "/api/v1/workloads", &json!({ "name": "Other", "team": "gates" })).await;
    let cranes = c.get("/api/v1/teams/cranes").await.expect(200).json()["id"].clone();
    let mut half = with_right(&t, "teams.write", &cranes).await;
    half.json("POST", "/api/v1/workloads/lift/merge", &json!({ "into": "other", "reason": "x" })).await.expect(403);
    assert!(standings(&mut c, "merged").await.is_empty());
    t.end().await;
}

async fn an_import_knows_what_was_merged(t: TestApp) {
    let mut c = world(&t).await;
    let entity = |kind: &str, name: &str, rest: &str| {
        format!("apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata: {{ name: {name} }}\nspec: {{ {rest} }}\n---\n")
    };
    let text = entity("System", "hoisting", "owner: gates") + &entity("Component", "rope", "owner: gates, system: hoisting");
    let asked = |text: &str| json!({ "files": [{ "name": "catalog-info.yaml", "text": text }] });
    post(&mut c, "/api/v1/imports/backstage", &asked(&text)).await;
    post(&mut c, "/api/v1/workloads/hoisting/merge", &json!({ "into": "lift", "reason": "Same" })).await;
    // Its service has a team of its own from now on, as the source says; of the duplicate nothing is said.
    let again = post(&mut c, "/api/v1/imports/backstage", &asked(&text)).await;
    assert_eq!((again["steps"].as_array().unwrap().len(), &again["steps"][0]["slug"]), (1, &json!("rope")), "{again}");
    assert_eq!((&again["steps"][0]["fields"][0]["after"], &again["refused"]), (&json!("gates"), &json!([])), "{again}");
    let third = post(&mut c, "/api/v1/imports/backstage", &asked(&text)).await;
    assert_eq!((&third["steps"], &third["refused"]), (&json!([]), &json!([])), "{third}");
    // A new component of the duplicate belongs to the one that stays.
    let more = text + &entity("Component", "drum", "owner: gates, system: hoisting");
    post(&mut c, "/api/v1/imports/backstage", &asked(&more)).await;
    let lift = c.get("/api/v1/workloads/lift").await.expect(200).json()["id"].clone();
    assert_eq!(c.get("/api/v1/services/drum").await.expect(200).json()["workload"], lift);
    // Gone from the source: nobody is bothered about the duplicate.
    let without = entity("Component", "rope", "owner: gates, system: hoisting")
        + &entity("Component", "drum", "owner: gates, system: hoisting");
    let done = post(&mut c, "/api/v1/imports/backstage", &asked(&without)).await;
    assert_eq!(done["steps"], json!([]), "{done}");
    t.end().await;
}

async fn forms_keep_what_was_typed(t: TestApp) {
    let mut c = world(&t).await;
    post(&mut c, "/api/v1/workloads", &json!({ "name": "Lifting", "team": "gates" })).await;
    assert!(c.get("/workloads/lift/edit").await.expect(200).text.contains("Merge the workload"));
    let refused = c.form("/workloads/lift/archival", &[("away-reason", "")]).await.expect(422).text;
    assert!(refused.contains("Say why it is put away"), "{refused}");
    let refused =
        c.form("/workloads/lift/merge", &[("merge-into", "lift"), ("merge-reason", "My <b>words</b>")]).await.expect(422).text;
    assert!(refused.contains("My &lt;b&gt;words") && refused.contains("part of itself"), "{refused}");
    let refused = c.form("/workloads/lift/owner", &[("owner-team", "gates"), ("owner-since", "2099-01-01")]).await.expect(422).text;
    assert!(refused.contains("has not come yet") && refused.contains("value=\"2099-01-01\""), "{refused}");
    assert_eq!(c.form("/workloads/lift/owner", &[("owner-team", "gates")]).await.expect(303).location(), "/workloads/lift");
    assert_eq!(c.form("/services/lift-api/owner", &[("owner-team", "cranes")]).await.expect(303).location(), "/services/lift-api");
    let to = [("merge-into", "lift"), ("merge-reason", "Twin")];
    assert_eq!(c.form("/workloads/lifting/merge", &to).await.expect(303).location(), "/workloads/lift");
    assert_eq!(c.form("/services/lift-api/archival", &[("away-reason", "Old")]).await.expect(303).location(), "/services/lift-api");
    assert_eq!(c.form("/services/lift-api/restoration", &[]).await.expect(303).location(), "/services/lift-api");
    c.form("/teams/cranes/archival", &[("away-reason", "Old")]).await.expect(303);
    c.form("/teams/cranes/restoration", &[]).await.expect(303);
    c.form("/teams/cranes/merge", &[("merge-into", "gates"), ("merge-reason", "One")]).await.expect(303);
    t.end().await;
}
