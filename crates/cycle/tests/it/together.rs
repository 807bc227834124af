//! How people work together: the agreement, what is said without a name, capacity.

use std::collections::BTreeMap;

use kernel::db::{Engine, Sql};
use kernel::testing::{Client, TestApp};
use people::Role;
use serde_json::{Value, json};

use crate::world::{ROOMS, owner, person, settled, with, world};

crate::on_both! {
    an_agreement_is_changed_with_a_reason_and_signed_anew;
    an_agreement_by_form;
    a_question_in_the_box_says_nothing_of_who_asked;
    one_answer_after_a_session_is_given_once_and_few_are_not_kept;
    capacity_is_stated_and_its_gap_shows;
}

const AGREEMENTS: &str = "/api/v1/groups/shop/agreements";

async fn an_agreement_is_changed_with_a_reason_and_signed_anew(t: TestApp) {
    let (mut lead, _) = person(&t, "Ingrid Solberg", Role::Facilitator, "groups/shop").await;
    let (mut maya, _) = person(&t, "Maya Okafor", Role::PrincipalEngineer, "teams/checkout").await;
    assert_eq!(lead.get(AGREEMENTS).await.expect(200).json()["items"][0]["version"], 0);
    let signature = |version: i64| json!({ "version": version });
    let (sign, other) = ("/api/v1/teams/checkout/agreement", "/api/v1/teams/search/agreement");
    maya.json("POST", sign, &signature(0)).await.expect(409);
    maya.json("POST", AGREEMENTS, &json!({ "text": "We end on time." })).await.expect(403);
    let made = lead.json("POST", AGREEMENTS, &json!({ "text": "We end on time.\nNobody is compared." })).await.expect(201).json();
    assert_eq!((&made["version"], &made["by"]), (&json!(1), &json!("Ingrid Solberg")));
    let signed = maya.json("POST", sign, &signature(1)).await.expect(201).json();
    let told: Vec<(&str, &Value)> =
        signed["signatures"].as_array().unwrap().iter().map(|s| (s["team"].as_str().unwrap(), &s["by"])).collect();
    assert_eq!(told, [("checkout", &json!("Maya Okafor")), ("search", &Value::Null)]);
    maya.json("POST", sign, &signature(1)).await.expect(409);
    maya.json("POST", other, &signature(1)).await.expect(403);
    lead.json("POST", sign, &signature(1)).await.expect(403);
    // A change has a reason, is not made on top of an old one, and is signed anew.
    lead.json("POST", AGREEMENTS, &json!({ "text": "Other", "version": 1 })).await.expect(422);
    lead.json("POST", AGREEMENTS, &json!({ "text": "Other", "why": "It was too long", "version": 0 })).await.expect(409);
    let made =
        lead.json("POST", AGREEMENTS, &json!({ "text": "Other", "why": "It was too long", "version": 1 })).await.expect(201).json();
    assert_eq!((&made["version"], &made["signatures"][0]["by"]), (&json!(2), &Value::Null));
    let all = lead.get(AGREEMENTS).await.expect(200).json();
    assert_eq!((&all["items"][1]["version"], &all["items"][1]["signatures"][0]["by"]), (&json!(1), &json!("Maya Okafor")));
    // It stands on the page of each session.
    let ids = settled(&t).await;
    let page = maya.get(&format!("/sessions/{}", ids[0])).await.expect(200).text;
    assert!(page.contains("Version 2, signed by no team yet."), "{page}");
    t.end().await;
}

async fn an_agreement_by_form(t: TestApp) {
    let (mut lead, _) = person(&t, "Ingrid Solberg", Role::Facilitator, "groups/shop").await;
    let (mut maya, _) = person(&t, "Maya Okafor", Role::PrincipalEngineer, "teams/checkout").await;
    let at = "/groups/shop/agreement";
    let csrf = Client::csrf(&lead.get(at).await.expect(200).text);
    let form = |version: &'static str, text: &'static str, why: &'static str| {
        vec![("csrf", csrf.as_str()), ("version", version), ("text", text), ("why", why)]
    };
    let page = lead.form(at, &form("0", "", "")).await.expect(422).text;
    assert!(page.contains("The agreement is empty"), "{page}");
    lead.form(at, &form("0", "We <end> on time.", "")).await.expect(303);
    let page = lead.form(at, &form("0", "Kept <words>", "x")).await.expect(409).text;
    assert!(page.contains("Kept &lt;words&gt;") && page.contains("version 1 now"), "{page}");
    let page = maya.get(at).await.expect(200).text;
    assert!(
        page.contains("We &lt;end&gt; on time.")
            && page.matches("action=\"/teams/checkout/agreement\"").count() == 1
            && !page.contains("/teams/search/agreement"),
        "{page}"
    );
    let csrf = Client::csrf(&page);
    let signs = [("csrf", csrf.as_str()), ("version", "1")];
    maya.form("/teams/checkout/agreement", &signs).await.expect(303);
    maya.form("/teams/checkout/agreement", &signs).await.expect(409);
    assert!(maya.get(at).await.expect(200).text.contains("signed by one of two teams"));
    t.end().await;
}

/// Everything that is stored, row by row, as text.
async fn dumped(t: &TestApp) -> BTreeMap<String, Vec<String>> {
    let texts = ROOMS.iter().flat_map(|r| r.migrations).flat_map(|m| m.sql.split("CREATE TABLE ").skip(1));
    let gone = |name: &str| {
        let drop = format!("DROP TABLE {name};");
        ROOMS.iter().flat_map(|r| r.migrations).any(|m| m.sql.contains(&drop))
    };
    let names = texts.map(|text| text.split_whitespace().next().unwrap().to_owned());
    let tables: Vec<String> = names.filter(|name| !gone(name)).collect();
    let read = t.app.db.read(move |tx| {
        let mut out = BTreeMap::new();
        for table in &tables {
            let sql: &'static Sql = Box::leak(Box::new(Sql::new("DUMP", format!("SELECT * FROM {table}").leak())));
            out.insert(table.clone(), tx.query(sql, &[])?.iter().map(|r| format!("{:?}", r.0)).collect());
        }
        Ok(out)
    });
    read.await.unwrap()
}

async fn a_question_in_the_box_says_nothing_of_who_asked(t: TestApp) {
    let ids = settled(&t).await;
    let (mut priya, person_id) = person(&t, "Priya Nair", Role::Engineer, "teams/checkout").await;
    let mut nobody = with(&t, "values.write", Some("teams/checkout")).await;
    let at = format!("/api/v1/sessions/{}/questions", ids[0]);
    let page = format!("/sessions/{}", ids[0]);
    let csrf = Client::csrf(&priya.get(&page).await.expect(200).text);
    let before = dumped(&t).await;
    // A moment of its own, so that any time that is stored would show.
    t.clock.advance(std::time::Duration::from_micros(1_234_567_891));
    let now = t.app.now();
    let answer = priya.json("POST", &at, &json!({ "text": "Why do we <never> talk about on-call?" })).await.expect(200);
    assert!(answer.headers.get("x-request-id").is_none(), "no id of a request");
    assert_eq!(answer.json()["questions"], json!(["Why do we <never> talk about on-call?"]));
    let by_form =
        priya.form(&format!("{page}/questions"), &[("csrf", &csrf), ("form", "box"), ("text", "Who decides?")]).await.expect(303);
    assert!(by_form.headers.get("x-request-id").is_none());
    let after = dumped(&t).await;
    let mut changed = Vec::new();
    // Seals of what was recorded before may come at any time, and the sealer renews its lease.
    for (table, rows) in after.iter().filter(|(table, _)| !table.starts_with("trail_") && *table != "lease") {
        for row in rows.iter().filter(|r| !before[table].contains(r)) {
            changed.push((table.as_str(), row.clone()));
        }
    }
    // The box alone has changed: no trail, no note of a topic, no key of a call, no session of the browser.
    assert_eq!(changed.iter().map(|(t, _)| *t).collect::<Vec<_>>(), ["forum_box"], "{changed:?}");
    let row = &changed[0].1;
    for secret in
        [person_id.to_string(), "Priya".into(), "priya".into(), now.micros().to_string(), now.micros().to_string()[..9].to_owned()]
    {
        assert!(!row.contains(&secret), "{secret}: {row}");
    }
    // What is no question is refused and kept on the page; one who is not of the group may not.
    let refused = priya
        .form(&format!("{page}/questions"), &[("csrf", &csrf), ("form", "box"), ("text", &"x".repeat(1_001))])
        .await
        .expect(422);
    assert!(refused.text.contains("at most 1000 fit") && refused.headers.get("x-request-id").is_none(), "{}", refused.text);
    priya.json("POST", &at, &json!({ "text": "" })).await.expect(422);
    priya.json("POST", &at, &json!({ "text": "Who decides?" })).await.expect(409);
    nobody.json("POST", &at, &json!({ "text": "x" })).await.expect(403);
    assert!(priya.get(&page).await.expect(200).text.contains("Why do we &lt;never&gt; talk"));
    t.end().await;
}

/// The same people, the same order: whoever asked what, the same is stored.
#[tokio::test(flavor = "multi_thread")]
async fn the_order_of_questions_says_nothing() {
    async fn asked(engine: Engine, texts: [&str; 3]) -> Vec<String> {
        let t = world(engine).await;
        let ids = settled(&t).await;
        let people = ["Priya Nair", "Samir Haddad", "Dora Lund"];
        for (name, text) in people.into_iter().zip(texts) {
            let (mut c, _) = person(&t, name, Role::Engineer, "teams/checkout").await;
            c.json("POST", &format!("/api/v1/sessions/{}/questions", ids[0]), &json!({ "text": text })).await.expect(200);
        }
        let out = dumped(&t).await["forum_box"].clone();
        t.end().await;
        out
    }
    for engine in TestApp::ENGINES {
        assert_eq!(asked(engine, ["A?", "B?", "C?"]).await, asked(engine, ["C?", "A?", "B?"]).await, "{engine:?}");
    }
}

async fn one_answer_after_a_session_is_given_once_and_few_are_not_kept(t: TestApp) {
    let ids = settled(&t).await;
    let mut c = owner(&t);
    let names = ["Priya Nair", "Samir Haddad", "Dora Lund", "Noor Aziz", "Tom Reed"];
    let mut people = Vec::new();
    for name in names {
        people.push(person(&t, name, Role::Engineer, "teams/checkout").await);
    }
    let mut rounds = Vec::new();
    for (id, voters) in [(&ids[0], 5), (&ids[1], 4)] {
        let at = format!("/api/v1/sessions/{id}");
        let view = format!("{at}/feedback");
        assert_eq!(people[0].0.get(&view).await.expect(200).json(), json!({}), "nobody is asked before the end");
        c.json("POST", &format!("{at}/opening"), &Value::Null).await.expect(200);
        c.json("POST", &format!("{at}/closing"), &Value::Null).await.expect(200);
        for (n, (voter, _)) in people.iter_mut().take(voters).enumerate() {
            let asked = voter.get(&view).await.expect(200);
            assert!(asked.headers.get("x-request-id").is_none());
            let ticket = asked.json()["ticket"]["ticket"].clone();
            let ballot = json!({ "ticket": ticket, "worth": if n < 3 { "yes" } else { "no" } });
            voter.json("POST", &view, &json!({ "ticket": "made-up", "worth": "yes" })).await.expect(422);
            let answer = voter.json("POST", &view, &ballot).await.expect(200);
            assert!(answer.headers.get("x-request-id").is_none());
            assert_eq!(answer.json()["feedback"]["counts"], json!({}), "nobody sees it before the end");
            voter.json("POST", &view, &ballot).await.expect(409);
        }
        // A program thinks nothing.
        assert_eq!(c.get(&view).await.expect(200).json()["ticket"], Value::Null);
        rounds.push(view);
    }
    let page = people[4].0.get(&format!("/sessions/{}", ids[0])).await.expect(200).text;
    assert!(page.contains("You have answered"), "{page}");
    let page = people[4].0.get(&format!("/sessions/{}", ids[1])).await.expect(200).text;
    let csrf = Client::csrf(&page);
    let page =
        people[4].0.form(&format!("/sessions/{}/feedback", ids[1]), &[("csrf", &csrf), ("form", "worth")]).await.expect(422).text;
    assert!(page.contains("Nothing is chosen"), "{page}");
    let stored = dumped(&t).await;
    for (_, id) in &people {
        for row in &stored["forum_feedback"] {
            assert!(!row.contains(&id.to_string()), "{row}");
        }
    }
    t.clock.advance(std::time::Duration::from_secs(4 * 86_400));
    for job in cycle::ROOM.jobs {
        kernel::jobs::once(&t.app, job, "a test").await.unwrap();
    }
    let told = people[0].0.get(&rounds[0]).await.expect(200).json();
    assert_eq!(
        (&told["feedback"]["answers"], &told["feedback"]["counts"]),
        (&json!(5), &json!({ "no": 2, "partly": 0, "yes": 3 }))
    );
    let told = people[0].0.get(&rounds[1]).await.expect(200).json();
    assert_eq!((&told["feedback"]["answers"], &told["feedback"]["counts"]), (&Value::Null, &json!({})));
    let stored = dumped(&t).await;
    assert!(stored["forum_feedback"].iter().all(|r| r.contains("Text(\"[]\")")), "what remembers tickets is removed");
    assert!(
        stored["forum_feedback"].iter().all(|r| r.contains("Text(\"\")")),
        "and what made them: {:?}",
        stored["forum_feedback"]
    );
    assert_eq!(stored["forum_feedback"].iter().filter(|r| r.contains("yes")).count(), 1, "counts of few are not kept");
    t.end().await;
}

async fn capacity_is_stated_and_its_gap_shows(t: TestApp) {
    let ids = settled(&t).await;
    let (mut maya, _) = person(&t, "Maya Okafor", Role::PrincipalEngineer, "teams/checkout").await;
    let at = "/api/v1/teams/checkout/capacity/23";
    assert_eq!(maya.get(at).await.expect(200).json()["version"], 0);
    let stated = json!({ "asked": 40, "agreed": 24, "used": 20, "note": "An outage" });
    let made = maya.json("PUT", at, &stated).await.expect(200).json();
    assert_eq!((&made["asked"], &made["by"], &made["version"]), (&json!(40), &json!("Maya Okafor"), &json!(1)));
    maya.json("PUT", at, &stated).await.expect(409);
    maya.json("PUT", at, &json!({ "asked": -1, "used": 99_999, "version": 1 })).await.expect(422);
    maya.json("PUT", "/api/v1/teams/search/capacity/23", &stated).await.expect(403);
    maya.json("PUT", "/api/v1/teams/checkout/capacity/999999", &stated).await.expect(404);
    let page = maya.get(&format!("/sessions/{}", ids[0])).await.expect(200).text;
    assert!(page.contains("16 hours less agreed than asked for; 4 hours of what was agreed not used"), "{page}");
    assert!(page.contains("not said"), "the other team has not: {page}");
    let page = maya.get("/teams/checkout/capacity").await.expect(200).text;
    let csrf = Client::csrf(&page);
    let form = |used: &'static str, version: &'static str| {
        [
            ("csrf", csrf.clone()),
            ("sprint", "23".into()),
            ("version", version.into()),
            ("used", used.into()),
            ("asked", "40".into()),
        ]
    };
    let sent = |f: &[(&'static str, String); 5]| f.iter().map(|(k, v)| (*k, v.clone())).collect::<Vec<_>>();
    for (used, version, status) in [("many", "1", 422), ("24", "0", 409), ("24", "1", 303)] {
        let fields = sent(&form(used, version));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let page = maya.form("/teams/checkout/capacity/23", &fields).await.expect(status).text;
        assert!(status != 422 || page.contains("value=\"many\""), "{page}");
    }
    let all = maya.get("/api/v1/teams/checkout/capacity").await.expect(200).json();
    assert_eq!(
        (&all["items"][0]["used"], &all["items"][0]["version"], &all["items"][0]["agreed"]),
        (&json!(24), &json!(2), &Value::Null)
    );
    t.end().await;
}
