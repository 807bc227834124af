//! What a group has in common: tech shares, topics of several teams, connections that two teams agree on.

use kernel::testing::TestApp;
use people::Role;
use serde_json::json;

use crate::running::{capture, opened};
use crate::world::{form, owner, person};

crate::on_both! {
    a_tech_share_has_a_day_and_teams_take_it_up;
    topics_are_what_two_teams_raised;
    a_connection_is_the_groups_once_both_agree;
}

async fn a_tech_share_has_a_day_and_teams_take_it_up(t: TestApp) {
    let (mut ana, _) = person(&t, "Ana", Role::Engineer, "teams/checkout").await;
    let new =
        json!({ "group": "shop", "team": "checkout", "body": { "title": "Loading <data>", "owner": "Ana", "day": "2026-12-03" } });
    let made = ana.json("POST", "/api/v1/tech-shares", &new).await.expect(201).json();
    let at = format!("/tech-shares/{}", made["id"].as_str().unwrap());
    assert_eq!((&made["state"], &made["origin"]["kind"], &made["version"]), (&json!("planned"), &json!("by-hand"), &json!(1)));
    let list = ana.get("/groups/shop/tech-shares").await.expect(200).text;
    assert!(list.contains("Loading &lt;data&gt;") && list.contains("Planned"), "{list}");
    // Held: who came, where it can be seen again, who took it up.
    let body = json!({ "version": 1, "body": { "title": "Loading <data>", "owner": "Ana", "day": "2026-11-03", "recording": "https://example.org/talk", "attendees": ["Ben", "Ben", ""] } });
    let held = ana.json("PUT", &format!("/api/v1{at}"), &body).await.expect(200).json();
    assert_eq!((&held["state"], &held["attendees"]), (&json!("held"), &json!(["Ben"])));
    assert!(ana.json("PUT", &format!("/api/v1{at}"), &body).await.expect(409).text.contains("version 2"));
    let (mut ben, _) = person(&t, "Ben", Role::DeliveryLead, "teams/search").await;
    let took = json!({ "team": "search", "on": "2026-11-10", "what": "The same window" });
    ben.json("POST", &format!("/api/v1{at}/adoptions"), &took).await.expect(201);
    ana.json("POST", &format!("/api/v1{at}/adoptions"), &took).await.expect(403);
    ben.json("POST", &format!("/api/v1{at}/adoptions"), &json!({ "team": "search", "on": "2099-01-01" })).await.expect(422);
    let page =
        form(&mut ben, &format!("{at}/adoptions"), &[("form", "adopt"), ("team", "search"), ("on", "soon"), ("what", "kept <b>")])
            .await
            .expect(422)
            .text;
    assert!(page.contains("is no day") && page.contains("kept &lt;b&gt;"), "{page}");
    form(&mut ben, &format!("{at}/adoptions"), &[("form", "adopt"), ("team", "search"), ("on", ""), ("what", "More")])
        .await
        .expect(303);
    let one = ben.get(&format!("/api/v1{at}")).await.expect(200).json();
    assert_eq!((one["adopted"].as_array().unwrap().len(), &one["adopted"][0]["what"]), (1, &json!("More")));
    t.clock.advance(std::time::Duration::from_secs(60));
    // Pages: planned by a form, refused with what was typed, changed by another.
    let page =
        form(&mut ben, "/groups/shop/tech-shares", &[("form", "new"), ("title", ""), ("about", "kept <i>")]).await.expect(422).text;
    assert!(page.contains("kept &lt;i&gt;") && page.contains("The title is missing."), "{page}");
    form(&mut ben, "/groups/shop/tech-shares", &[("form", "new"), ("title", "Another"), ("team", "")]).await.expect(303);
    form(&mut ben, &at, &[("form", "change"), ("version", "1"), ("title", "Old")]).await.expect(409);
    form(&mut ben, &at, &[("form", "change"), ("version", "2"), ("title", "New"), ("dropped", "no time")]).await.expect(303);
    assert!(ben.get(&at).await.expect(200).text.contains("no time"));
    let (mut sam, _) = person(&t, "Sam", Role::Stakeholder, "").await;
    sam.json("POST", "/api/v1/tech-shares", &new).await.expect(403);
    sam.get("/tech-shares/nothing").await.expect(404);
    let page = sam.get("/api/v1/groups/shop/tech-shares?limit=1").await.expect(200).json();
    let rest =
        sam.get(&format!("/api/v1/groups/shop/tech-shares?cursor={}", page["next"].as_str().unwrap())).await.expect(200).json();
    assert_eq!((&page["items"][0]["title"], &rest["items"][0]["title"]), (&json!("Another"), &json!("New")));
    t.end().await;
}

async fn topics_are_what_two_teams_raised(t: TestApp) {
    let at = opened(&t).await;
    let (mut ana, _) = person(&t, "Ana", Role::Engineer, "teams/checkout").await;
    let api = format!("/api/v1{at}/captures");
    let mut both = capture("both", "connection", "Retry budgets of the shared client");
    for (key, team, text) in
        [("one", "checkout", "Which retry budget has the client?"), ("two", "search", "Our client retries without a budget")]
    {
        let mut body = capture(key, "question", text);
        body["team"] = json!(team);
        ana.json("POST", &api, &body).await.expect(201);
    }
    both["key"] = json!("session-both");
    let common = ana.get("/api/v1/groups/shop/portfolio").await.expect(200).json();
    let teams: Vec<&str> = common["topics"][0]["teams"].as_array().unwrap().iter().map(|t| t["slug"].as_str().unwrap()).collect();
    assert_eq!((teams, common["topics"].as_array().unwrap().len()), (vec!["checkout", "search"], 1));
    let page = ana.get("/groups/shop/portfolio").await.expect(200).text;
    assert!(page.contains("Our client retries without a budget") && page.contains("All tech shares"), "{page}");
    // One is proposed about it from there, and leads back.
    let link = page.split("href=\"").map(|p| p.split('"').next().unwrap()).find(|p| p.contains("/tech-shares?title=")).unwrap();
    let link = link.replace("&amp;", "&");
    let filled = ana.get(link.trim_end_matches("#new")).await.expect(200).text;
    assert!(
        filled.contains("name=\"from\" value=\"session\"") && filled.contains(&format!("name=\"url\" value=\"{at}\"")),
        "{filled}"
    );
    let sent = [("form", "new"), ("title", "Retry budgets"), ("from", "session"), ("url", at.as_str()), ("words", "Retries")];
    form(&mut ana, "/groups/shop/tech-shares", &sent).await.expect(303);
    let all = ana.get("/api/v1/groups/shop/tech-shares").await.expect(200).json();
    assert_eq!(all["items"][0]["origin"], json!({ "kind": "session", "url": at, "words": "Retries" }));
    let bad = [("form", "new"), ("title", "X"), ("from", "session"), ("url", "javascript:alert(1)"), ("words", "x")];
    form(&mut ana, "/groups/shop/tech-shares", &bad).await.expect(422);
    ana.get("/groups/shop/tech-shares?rumour=1").await.expect(422);
    ana.get("/groups/nowhere/portfolio").await.expect(404);
    t.end().await;
}

async fn a_connection_is_the_groups_once_both_agree(t: TestApp) {
    cycle::acts::told::provide(crate::world::TOLD);
    let (mut ana, _) = person(&t, "Ana", Role::Engineer, "teams/checkout").await;
    let (mut ben, _) = person(&t, "Ben", Role::Engineer, "teams/search").await;
    let (mut fay, _) = person(&t, "Fay", Role::Facilitator, "groups/shop").await;
    let path = "/api/v1/groups/shop/portfolio";
    let offers = ana.get(path).await.expect(200).json()["offers"].clone();
    assert_eq!(
        (&offers[0]["title"], &offers[0]["gives"]["slug"], &offers[0]["receives"]["slug"]),
        (&json!("Lead time"), &json!("checkout"), &json!("search"))
    );
    let none = fay.get(path).await.expect(200).json();
    assert_eq!(
        (&none["offers"], &none["connections"]),
        (&json!([]), &json!([])),
        "the facilitator does not see what two teams think about"
    );
    let answer = |a: &str| json!({ "about": "metric:lead-time", "gives": "checkout", "receives": "search", "answer": a });
    let to = "/api/v1/groups/shop/connections";
    assert!(fay.json("POST", to, &answer("agreed")).await.expect(404).text.contains("There is no"));
    ana.json("POST", to, &answer("agreed")).await.expect(200);
    assert_eq!(fay.get(path).await.expect(200).json()["connections"], json!([]));
    let fields = [("about", "metric:lead-time"), ("gives", "checkout"), ("receives", "search"), ("answer", "agreed")];
    assert!(ben.get("/groups/shop/portfolio").await.expect(200).text.contains("We would talk"));
    form(&mut ben, "/groups/shop/connections", &fields).await.expect(303);
    let all = fay.get(path).await.expect(200).json();
    assert_eq!((&all["connections"][0]["giver"], &all["connections"][0]["receiver"]), (&json!("agreed"), &json!("agreed")));
    assert!(fay.get("/groups/shop/portfolio").await.expect(200).text.contains("Search</bdi> could use it"));
    // Everybody reads the trail: it says between whom once both would talk, and of nothing that was declined.
    let group = owner(&t).get("/api/v1/groups/shop").await.expect(200).json()["id"].as_str().unwrap().to_owned();
    let told = || async { owner(&t).get(&format!("/api/v1/trail?kind=connection&id={group}")).await.expect(200).text };
    let agreed = told().await;
    assert_eq!(agreed.matches("metric:lead-time").count(), 1, "{agreed}");
    // Whoever thinks again is asked again; what is declined is seen by nobody.
    ben.json("POST", to, &answer("declined")).await.expect(200);
    assert_eq!(told().await.matches("metric:lead-time").count(), 1);
    for c in [&mut ana, &mut ben, &mut fay, &mut owner(&t)] {
        let now = c.get(path).await.expect(200).json();
        assert_eq!((&now["offers"], &now["connections"]), (&json!([]), &json!([])));
    }
    ben.json("POST", to, &json!({ "about": "metric:other", "gives": "checkout", "receives": "search", "answer": "agreed" }))
        .await
        .expect(404);
    t.end().await;
}
