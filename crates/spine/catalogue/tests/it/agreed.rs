//! Standards, how far workloads are, critical transactions; exemptions: who decides, and when they are over.

use std::time::Duration;

use kernel::ids::Id;
use kernel::testing::{Client, TestApp};
use people::Role;
use people::place::pillar_id;
use serde_json::{Value, json};

use crate::world::{group, on_both, owner, person, with_right};

on_both! {
    standards_are_agreed_changed_and_put_away;
    how_far_a_workload_is_counts_as_prevalence;
    an_approver_decides_but_never_on_their_own_request;
    an_exemption_is_over_after_its_last_day;
    transactions_are_covered_or_not;
    pages_of_standards_and_transactions_take_forms;
}

const DAY: Duration = Duration::from_secs(86_400);

fn standard(statement: &str) -> Value {
    json!({ "statement": statement, "why": "Nobody thinks well at night", "pillar": "operations", "how": "The alarm links to it" })
}

/// Two teams of one group with a workload each; ids of the teams.
async fn catalogue(t: &TestApp) -> (Id, Id) {
    group(t, "Claims").await;
    let mut ids = Vec::new();
    for name in ["Billing", "Intake"] {
        let team = owner(t).json("POST", "/api/v1/teams", &json!({ "name": name, "group": "claims" })).await.expect(201).json();
        ids.push(team["id"].as_str().unwrap().parse().unwrap());
        let slug = name.to_lowercase();
        let new = json!({ "name": format!("{name} shop"), "team": slug });
        owner(t).json("POST", "/api/v1/workloads", &new).await.expect(201);
    }
    (ids[0], ids[1])
}

async fn at(client: &mut Client, method: &str, path: &str, body: &Value) -> Vec<String> {
    let problem = client.json(method, path, body).await.expect(422).json();
    problem["faults"].as_array().unwrap().iter().map(|f| f["at"].as_str().unwrap().to_owned()).collect()
}

async fn prevalence(client: &mut Client, slug: &str) -> [u64; 4] {
    let p = client.get(&format!("/api/v1/standards/{slug}")).await.expect(200).json()["prevalence"].clone();
    ["adopted", "of", "exempt", "not_applicable"].map(|k| p[k].as_u64().unwrap())
}

async fn state(client: &mut Client, workload: &str) -> Value {
    client.get(&format!("/api/v1/workloads/{workload}/standards")).await.expect(200).json()["items"][0].clone()
}

async fn standards_are_agreed_changed_and_put_away(t: TestApp) {
    group(&t, "Claims").await;
    let mut boss = with_right(&t, "standards.write", &Value::Null).await;
    let mut other = with_right(&t, "teams.write", &Value::Null).await;
    let path = "/api/v1/standards";
    let bad = json!({ "statement": "", "why": "", "pillar": "operations", "how": "" });
    assert_eq!(at(&mut boss, "POST", path, &bad).await, ["statement", "why", "how"]);
    let mut new = standard("Every alarm has a runbook");
    new["pillar"] = json!("colour");
    assert_eq!(at(&mut boss, "POST", path, &new).await, ["pillar"]);
    other.json("POST", path, &standard("x")).await.expect(403);
    assert_eq!(boss.get(path).await.expect(200).json()["items"], json!([]));

    let made = boss.json("POST", path, &standard("Every alarm has a runbook")).await.expect(201).json();
    assert_eq!(made["slug"], "every-alarm-has-a-runbook");
    boss.json("POST", path, &standard("every  ALARM has a runbook")).await.expect(409);
    let one = "/api/v1/standards/every-alarm-has-a-runbook";
    other.json("PATCH", one, &json!({ "why": "x" })).await.expect(403);
    assert_eq!(at(&mut boss, "PATCH", one, &json!({ "how": " " })).await, ["how"]);
    let changed = boss.json("PATCH", one, &json!({ "why": "Nights are short" })).await.expect(200).json();
    assert_eq!((&changed["why"], &changed["how"], &changed["version"]), (&json!("Nights are short"), &made["how"], &json!(2)));
    boss.json("PATCH", one, &json!({ "why": "late", "version": 1 })).await.expect(409);

    boss.json("POST", &format!("{one}/archival"), &Value::Null).await.expect(204);
    boss.json("POST", &format!("{one}/archival"), &Value::Null).await.expect(409);
    assert_eq!(boss.get(path).await.expect(200).json()["items"], json!([]));
    boss.json("POST", &format!("{one}/restoration"), &Value::Null).await.expect(204);
    // Pages of a list do not lose or repeat what stands between them.
    boss.json("POST", path, &standard("A team knows its cost")).await.expect(201);
    let first = boss.get("/api/v1/standards?limit=1").await.expect(200).json();
    assert_eq!(first["items"][0]["statement"], "A team knows its cost");
    let next = format!("/api/v1/standards?limit=1&cursor={}", first["next"].as_str().unwrap());
    let second = boss.get(&next).await.expect(200).json();
    assert_eq!((&second["items"][0]["slug"], &second["next"]), (&json!("every-alarm-has-a-runbook"), &Value::Null));
    t.end().await;
}

async fn how_far_a_workload_is_counts_as_prevalence(t: TestApp) {
    let (billing, _) = catalogue(&t).await;
    owner(&t).json("POST", "/api/v1/standards", &standard("Every alarm has a runbook")).await.expect(201);
    let slug = "every-alarm-has-a-runbook";
    let mut lead = with_right(&t, "teams.write", &json!(billing)).await;
    assert_eq!(prevalence(&mut lead, slug).await, [0, 2, 0, 0]);
    let mine = format!("/api/v1/workloads/billing-shop/standards/{slug}");
    let bad = json!({ "adopted": true, "evidence": "ftp://x", "day": "2026-11-18" });
    assert_eq!(at(&mut lead, "PUT", &mine, &bad).await, ["evidence", "day"]);
    lead.json("PUT", &format!("/api/v1/workloads/intake-shop/standards/{slug}"), &json!({ "adopted": true })).await.expect(403);
    lead.json("PUT", "/api/v1/workloads/billing-shop/standards/none", &json!({ "adopted": true })).await.expect(404);
    assert_eq!(state(&mut lead, "billing-shop").await["state"], "unknown");

    let yes = json!({ "adopted": true, "evidence": "https://wiki.example/runbooks", "note": "all nine" });
    let said = lead.json("PUT", &mine, &yes).await.expect(200).json();
    assert_eq!((&said["state"], &said["day"], &said["version"]), (&json!("adopted"), &json!("2026-11-17"), &json!(1)));
    lead.json("PUT", &mine, &json!({ "adopted": false, "version": 0 })).await.expect(409);
    assert_eq!(prevalence(&mut lead, slug).await, [1, 2, 0, 0]);

    // What does not apply is the team's own word, with a reason, and is not among all.
    let ask = format!("/api/v1/workloads/intake-shop/standards/{slug}/exemption");
    let mut team = with_right(&t, "exemptions.ask", &Value::Null).await;
    let no = json!({ "kind": "not-applicable", "reason": "" });
    assert_eq!(at(&mut team, "POST", &ask, &no).await, ["reason"]);
    let no = json!({ "kind": "not-applicable", "reason": "It has no alarms: nothing runs." });
    let ruled_out = team.json("POST", &ask, &no).await.expect(201).json();
    assert_eq!(prevalence(&mut lead, slug).await, [1, 1, 0, 1]);
    let id = ruled_out["id"].as_str().unwrap();
    team.json("POST", &format!("/api/v1/exemptions/{id}/withdrawal"), &Value::Null).await.expect(200);
    team.json("POST", &format!("/api/v1/exemptions/{id}/withdrawal"), &Value::Null).await.expect(409);
    assert_eq!(prevalence(&mut lead, slug).await, [1, 2, 0, 0]);
    owner(&t).json("POST", &format!("/api/v1/standards/{slug}/archival"), &Value::Null).await.expect(204);
    lead.json("PUT", &mine, &json!({ "adopted": false })).await.expect(409);
    t.end().await;
}

async fn an_approver_decides_but_never_on_their_own_request(t: TestApp) {
    let (billing, _) = catalogue(&t).await;
    owner(&t).json("POST", "/api/v1/standards", &standard("Every alarm has a runbook")).await.expect(201);
    let ask = "/api/v1/workloads/billing-shop/standards/every-alarm-has-a-runbook/exemption";
    let both = [(Role::Engineer, Some(billing)), (Role::Approver, Some(pillar_id("operations")))];
    let (mut both, _) = person(&t, "Samir Haddad", &both).await;
    let (mut right, _) = person(&t, "Ingrid Solberg", &[(Role::Approver, Some(pillar_id("operations")))]).await;
    let (mut wrong, _) = person(&t, "Emil Berg", &[(Role::Approver, Some(pillar_id("security")))]).await;
    let until = |day: &str| json!({ "kind": "exempt", "reason": "It goes away in spring", "until": day });
    assert_eq!(at(&mut both, "POST", ask, &until("2026-11-16")).await, ["until"], "a day that is over");
    assert_eq!(at(&mut both, "POST", ask, &until("2027-11-19")).await, ["until"], "more than 366 days");
    right.json("POST", ask, &until("2027-01-31")).await.expect(403);
    let asked = both.json("POST", ask, &until("2027-01-31")).await.expect(201).json();
    both.json("POST", ask, &until("2027-02-28")).await.expect(409);
    assert_eq!(state(&mut both, "billing-shop").await["state"], "unknown", "what waits does not count");

    let decide = format!("/api/v1/exemptions/{}/decision", asked["id"].as_str().unwrap());
    let own = both.json("POST", &decide, &json!({ "approve": true })).await.expect(403).json();
    assert!(own["detail"].as_str().unwrap().contains("You asked for this"), "{own}");
    wrong.json("POST", &decide, &json!({ "approve": true })).await.expect(403);
    owner(&t).get("/api/v1/exemptions").await.expect(200);
    // A token decides nothing, whoever made it.
    let mut token = with_right(&t, "exemptions.decide", &Value::Null).await;
    token.json("POST", &decide, &json!({ "approve": true })).await.expect(403);
    assert_eq!(at(&mut right, "POST", &decide, &json!({ "approve": false })).await, ["reason"], "no needs a reason");
    let given = right.json("POST", &decide, &json!({ "approve": true })).await.expect(200).json();
    assert_eq!((&given["approved"], &given["decided_name"]), (&json!(true), &json!("Ingrid Solberg")));
    right.json("POST", &decide, &json!({ "approve": false, "reason": "no" })).await.expect(409);
    let held = state(&mut both, "billing-shop").await;
    assert_eq!((&held["state"], &held["by"], &held["until"]), (&json!("exempt"), &json!("Ingrid Solberg"), &json!("2027-01-31")));

    // A token of somebody is that person's hand: asked by it, refused to its maker.
    let mut hand = t.client();
    let body = json!({ "name": "script", "scopes": [{ "right": "exemptions.ask", "scope": billing }] });
    hand.owner = true;
    hand.bearer = hand.json("POST", "/api/v1/tokens", &body).await.expect(201).json()["secret"].as_str().map(str::to_owned);
    hand.owner = false;
    hand.json("POST", ask, &until("2027-03-31")).await.expect(201);
    let list = right.get("/api/v1/exemptions").await.expect(200).json();
    let second = list["items"].as_array().unwrap().iter().find(|e| e["standing"] == "asked").unwrap().clone();
    assert_eq!(second["asked_by"], "owner", "who stands behind the token");
    let decide = format!("/api/v1/exemptions/{}/decision", second["id"].as_str().unwrap());
    owner(&t).json("POST", &decide, &json!({ "approve": true })).await.expect(403);
    right.json("POST", &decide, &json!({ "approve": false, "reason": "One is enough." })).await.expect(200);
    t.end().await;
}

async fn an_exemption_is_over_after_its_last_day(t: TestApp) {
    let (billing, _) = catalogue(&t).await;
    owner(&t).json("POST", "/api/v1/standards", &standard("Every alarm has a runbook")).await.expect(201);
    let slug = "every-alarm-has-a-runbook";
    let mine = format!("/api/v1/workloads/billing-shop/standards/{slug}");
    owner(&t).json("PUT", &mine, &json!({ "adopted": false, "note": "six of nine" })).await.expect(200);
    let mut team = with_right(&t, "exemptions.ask", &json!(billing)).await;
    let ask = json!({ "kind": "exempt", "reason": "It goes away", "until": "2026-11-20" });
    let asked = team.json("POST", &format!("{mine}/exemption"), &ask).await.expect(201).json();
    let (mut approver, csrf) = person(&t, "Ingrid Solberg", &[(Role::Approver, Some(pillar_id("operations")))]).await;
    let id = asked["id"].as_str().unwrap();
    let form = [("csrf", csrf.as_str()), ("approve", "yes"), ("reason", "")];
    approver.form(&format!("/exemptions/{id}/decision"), &form).await.expect(303);
    t.clock.advance(DAY * 3);
    assert_eq!(state(&mut team, "billing-shop").await["state"], "exempt", "to the end of its last day");
    assert_eq!(prevalence(&mut team, slug).await, [0, 2, 1, 0]);
    t.clock.advance(DAY);
    let over = state(&mut team, "billing-shop").await;
    assert_eq!((&over["state"], &over["reason"]), (&json!("not-yet"), &json!("six of nine")), "the team's word again");
    let list = team.get("/api/v1/exemptions").await.expect(200).json();
    assert_eq!(list["items"][0]["standing"], "expired");
    let page = team.get("/exemptions").await.expect(200).text;
    assert!(page.contains("Over") && page.contains("It goes away"));
    // It can be asked for again.
    let again = json!({ "kind": "exempt", "reason": "It stays a little", "until": "2026-12-20" });
    team.json("POST", &format!("{mine}/exemption"), &again).await.expect(201);
    t.end().await;
}

async fn transactions_are_covered_or_not(t: TestApp) {
    let (billing, intake) = catalogue(&t).await;
    let mut lead = with_right(&t, "teams.write", &json!(billing)).await;
    let mut stranger = with_right(&t, "teams.write", &json!(intake)).await;
    let path = "/api/v1/workloads/billing-shop/transactions";
    let bad = json!({ "name": "", "cover": { "alarm": { "covered": true, "evidence": ["javascript:x"], "day": "2026-11-18" } } });
    assert_eq!(at(&mut lead, "POST", path, &bad).await, ["name", "cover.alarm.evidence.0", "cover.alarm.day"]);
    let new = json!({ "name": "Pay by card", "cover": {
        "functional_test": { "covered": true, "evidence": ["https://ci.example/1"], "day": "2026-11-10" },
        "alarm": { "covered": false },
    } });
    stranger.json("POST", path, &new).await.expect(403);
    let made = lead.json("POST", path, &new).await.expect(201).json();
    assert_eq!(made["cover"]["alarm"], json!({ "covered": false, "day": "2026-11-17" }));
    assert_eq!(made["cover"]["dashboard"], Value::Null, "nobody has said");
    assert_eq!(at(&mut lead, "POST", path, &new).await, ["name"], "twice");
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    let other = lead.json("POST", path, &json!({ "name": "Refund" })).await.expect(201).json();
    assert_eq!(at(&mut lead, "PUT", &one, &json!({ "name": "Refund" })).await, ["name"]);
    let change = json!({ "name": "Pay by card", "cover": { "alarm": { "covered": true } }, "version": 1 });
    stranger.json("PUT", &one, &change).await.expect(403);
    let changed = lead.json("PUT", &one, &change).await.expect(200).json();
    assert_eq!(
        (&changed["cover"], &changed["version"]),
        (&json!({ "alarm": { "covered": true, "day": "2026-11-17" } }), &json!(2))
    );
    lead.json("PUT", &one, &change).await.expect(409);
    stranger.json("DELETE", &one, &Value::Null).await.expect(403);
    lead.json("DELETE", &format!("{path}/{}", other["id"].as_str().unwrap()), &Value::Null).await.expect(204);
    lead.json("DELETE", &format!("{path}/nonsense"), &Value::Null).await.expect(404);
    let left = lead.get(path).await.expect(200).json();
    assert_eq!(left["items"].as_array().unwrap().len(), 1);
    // Its name is free again.
    lead.json("POST", path, &json!({ "name": "Refund" })).await.expect(201);
    t.end().await;
}

async fn pages_of_standards_and_transactions_take_forms(t: TestApp) {
    let (billing, _) = catalogue(&t).await;
    let group = owner(&t).get("/api/v1/groups/claims").await.expect(200).json()["id"].as_str().unwrap().parse().unwrap();
    let (mut boss, csrf) = person(&t, "Maya Okafor", &[(Role::Facilitator, Some(group)), (Role::Engineer, Some(billing))]).await;
    let csrf = csrf.as_str();
    assert!(boss.get("/standards").await.expect(200).text.contains("No standard yet"));
    boss.get("/standards/new").await.expect(200);
    let refused = boss
        .form("/standards", &[("csrf", csrf), ("statement", "Every alarm has a runbook"), ("pillar", "operations")])
        .await
        .expect(422);
    assert!(refused.text.contains("Say why it was agreed") && refused.text.contains("Every alarm has a runbook"));
    let form =
        [("csrf", csrf), ("statement", "Every alarm has a runbook"), ("pillar", "operations"), ("why", "Nights"), ("how", "Look")];
    let to = boss.form("/standards", &form).await.expect(303).location().to_owned();
    assert_eq!(to, "/standards/every-alarm-has-a-runbook");
    boss.get(&to).await.expect(200);
    let mut edit = form.to_vec();
    edit.extend([("version", "1"), ("how", "ignored")]);
    boss.form(&format!("{to}/edit"), &edit).await.expect(303);
    assert!(boss.form(&format!("{to}/edit"), &edit).await.expect(422).text.contains("at version 2 meanwhile"));

    let here = "/workloads/billing-shop/standards";
    boss.get(&format!("{here}?standard=every-alarm-has-a-runbook")).await.expect(200);
    let post = format!("{here}/every-alarm-has-a-runbook");
    let refused =
        boss.form(&post, &[("csrf", csrf), ("adopted", "no"), ("evidence", "ftp://x"), ("version", "0")]).await.expect(422);
    assert!(refused.text.contains("is no address") && refused.text.contains("ftp://x"));
    boss.form(&post, &[("csrf", csrf), ("adopted", "no"), ("version", "0"), ("note", "six of nine")]).await.expect(303);
    let ask = format!("{post}/exemption");
    let refused = boss.form(&ask, &[("csrf", csrf), ("kind", "exempt"), ("until", "soon"), ("reason", "x")]).await.expect(422);
    assert!(refused.text.contains("Write the last day like"));
    boss.form(&ask, &[("csrf", csrf), ("kind", "exempt"), ("until", "2027-01-31"), ("reason", "spring")]).await.expect(303);
    let page = boss.get("/workloads/billing-shop").await.expect(200).text;
    assert!(page.contains("six of nine") && page.contains("asked to be exempt until 31 Jan 2027"), "{page}");
    assert!(boss.get("/standards").await.expect(200).text.contains("0 of 2 workloads, 1 unknown"));

    let here = "/workloads/billing-shop/transactions";
    let bad = [("csrf", csrf), ("name", "Pay"), ("alarm", "yes"), ("alarm-evidence", "https://a.example x"), ("alarm-day", "soon")];
    let refused = boss.form(here, &bad).await.expect(422).text;
    assert!(refused.contains("is no address") && refused.contains("“soon” is no day"), "{refused}");
    let good = [
        ("csrf", csrf),
        ("name", "Pay by card"),
        ("alarm", "yes"),
        ("alarm-evidence", "https://a.example/1 https://a.example/2"),
        ("dashboard", "no"),
    ];
    boss.form(here, &good).await.expect(303);
    let page = boss.get("/workloads/billing-shop").await.expect(200).text;
    assert!(page.contains("Pay by card") && page.contains("https://a.example/2"));
    let id = boss.get("/api/v1/workloads/billing-shop/transactions").await.expect(200).json()["items"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(boss.get(&format!("{here}?transaction={id}")).await.expect(200).text.contains("Change a transaction"));
    boss.form(&format!("{here}/{id}/removal"), &[("csrf", csrf)]).await.expect(303);
    boss.form(&format!("{to}/archival"), &[("csrf", csrf)]).await.expect(303);
    boss.form(&format!("{to}/restoration"), &[("csrf", csrf)]).await.expect(303);
    t.end().await;
}
