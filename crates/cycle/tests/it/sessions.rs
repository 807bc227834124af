//! Sessions: planned by a cadence, moved, called off, added, opened and closed; their agenda.

use kernel::testing::{Client, TestApp};
use people::Role;
use serde_json::{Value, json};

use crate::world::{cadence, owner, person, settled, with};

crate::on_both! {
    a_cadence_plans_sessions_and_they_follow_it;
    a_session_is_moved_called_off_and_added;
    an_agenda_is_built_and_fitted;
    who_may_not_is_refused_and_pages_show_it;
    the_council_meets_by_weeks;
    what_somebody_left_in_a_session_outlives_its_rhythm;
    sessions_follow_the_calendar_of_sprints_at_once;
}

const GROUP: &str = "/api/v1/groups/shop";

async fn listed(c: &mut Client, query: &str) -> Value {
    c.get(&format!("{GROUP}/sessions{query}")).await.expect(200).json()
}

async fn a_cadence_plans_sessions_and_they_follow_it(t: TestApp) {
    let mut c = owner(&t);
    let proposal = c.get(&format!("{GROUP}/cadence")).await.expect(200).json();
    assert_eq!((&proposal["version"], &proposal["agenda"][0]["kind"]), (&json!(0), &json!("wins")));
    assert_eq!(listed(&mut c, "").await["items"], json!([]));
    let ids = settled(&t).await;
    assert_eq!(ids.len(), 6);
    // Sprint 22 ends with 24 November; it is 17 November now.
    let first = c.get(&format!("/api/v1/sessions/{}", ids[0])).await.expect(200).json();
    let told = (&first["sprint"], &first["starts"], &first["ends"], &first["state"], &first["version"]);
    assert_eq!(told, (&json!(23), &json!("2026-11-26T10:00:00Z"), &json!("2026-11-26T12:00:00Z"), &json!("planned"), &json!(1)));
    // What nobody has touched follows; what somebody has stays.
    let roles = json!({ "facilitator": "Ingrid", "deputy": "Maya", "place": "Room 4", "version": 1 });
    c.json("PUT", &format!("/api/v1/sessions/{}/roles", ids[1]), &roles).await.expect(200);
    let mut later = cadence(1);
    later["time"] = json!("14:30");
    c.json("PUT", &format!("{GROUP}/cadence"), &later).await.expect(200);
    let at = |s: &Value| s["starts"].as_str().unwrap()[11..16].to_owned();
    let mut all = listed(&mut c, "").await["items"].as_array().unwrap().clone();
    all.reverse();
    assert_eq!(all.iter().map(at).collect::<Vec<_>>(), ["14:30", "10:00", "14:30", "14:30", "14:30", "14:30"]);
    // Another rhythm has other sessions; the one that was touched is still there.
    let mut weekly = cadence(2);
    weekly["rhythm"] = json!({ "every": "weeks", "weeks": 1, "weekday": "Thursday", "from": "2026-11-01" });
    c.json("PUT", &format!("{GROUP}/cadence"), &weekly).await.expect(200);
    let all = listed(&mut c, "").await;
    assert_eq!(all["items"].as_array().unwrap().len(), 7);
    assert!(all["items"].as_array().unwrap().iter().any(|s| s["id"] == json!(ids[1])));
    c.get(&format!("/api/v1/sessions/{}", ids[0])).await.expect(404);
    // Pages of the list, and what is no good.
    let page = listed(&mut c, "?limit=3").await;
    let rest = listed(&mut c, &format!("?cursor={}", page["next"].as_str().unwrap())).await;
    assert_eq!((page["items"].as_array().unwrap().len(), rest["items"].as_array().unwrap().len()), (3, 4));
    c.get(&format!("{GROUP}/sessions?cursor=zz")).await.expect(422);
    c.json("PUT", &format!("{GROUP}/cadence"), &cadence(1)).await.expect(409);
    let mut bad = cadence(3);
    bad["time"] = json!("noon");
    bad["agenda"] = json!([{ "kind": "team" }]);
    let faults = c.json("PUT", &format!("{GROUP}/cadence"), &bad).await.expect(422).json();
    assert_eq!(
        faults["faults"].as_array().unwrap().iter().map(|f| f["at"].as_str().unwrap()).collect::<Vec<_>>(),
        ["time", "agenda"]
    );
    t.end().await;
}

async fn a_session_is_moved_called_off_and_added(t: TestApp) {
    let ids = settled(&t).await;
    let mut c = owner(&t);
    let at = format!("/api/v1/sessions/{}", ids[0]);
    let moved = json!({ "starts": "2026-11-27T09:30", "minutes": 90, "why": "A bank holiday", "version": 1 });
    let s = c.json("POST", &format!("{at}/move"), &moved).await.expect(200).json();
    assert_eq!((&s["starts"], &s["ends"]), (&json!("2026-11-27T09:30:00Z"), &json!("2026-11-27T11:00:00Z")));
    assert_eq!((&s["moved_from"], &s["why"], &s["version"]), (&json!("2026-11-26T10:00:00Z"), &json!("A bank holiday"), &json!(2)));
    c.json("POST", &format!("{at}/move"), &moved).await.expect(409);
    let bad = json!({ "starts": "2026-11-01T10:00", "minutes": 5, "why": "", "version": 2 });
    let faults = c.json("POST", &format!("{at}/move"), &bad).await.expect(422).json();
    assert_eq!(faults["faults"].as_array().unwrap().len(), 3);
    // The cadence leaves what was moved alone.
    let mut later = cadence(1);
    later["time"] = json!("16:00");
    c.json("PUT", &format!("{GROUP}/cadence"), &later).await.expect(200);
    assert_eq!(c.get(&at).await.expect(200).json()["starts"], "2026-11-27T09:30:00Z");
    let other = format!("/api/v1/sessions/{}", ids[1]);
    let off =
        c.json("POST", &format!("{other}/calling-off"), &json!({ "why": "Nobody is here", "version": 1 })).await.expect(200).json();
    assert_eq!((&off["state"], &off["off"]["by"]), (&json!("called-off"), &json!("Owner of the data folder")));
    c.json("POST", &format!("{other}/opening"), &Value::Null).await.expect(409);
    let extra = json!({ "starts": "2026-11-20 11:00", "why": "The outage of Monday" });
    let extra = c.json("POST", &format!("{GROUP}/sessions"), &extra).await.expect(201).json();
    assert_eq!((&extra["sprint"], &extra["ends"]), (&json!(22), &json!("2026-11-20T13:00:00Z")));
    c.json("POST", &format!("{GROUP}/sessions"), &json!({ "starts": "2026-11-20 11:00", "sprint": 999999, "why": "x" }))
        .await
        .expect(422);
    // One is open at a time; a closed one stays as it is.
    let open = format!("/api/v1/sessions/{}", extra["id"].as_str().unwrap());
    assert_eq!(c.json("POST", &format!("{open}/opening"), &Value::Null).await.expect(200).json()["state"], "open");
    c.json("POST", &format!("{open}/opening"), &Value::Null).await.expect(409);
    c.json("POST", &format!("{at}/opening"), &Value::Null).await.expect(409);
    c.json("POST", &format!("{open}/move"), &json!({ "starts": "2026-12-01T10:00", "why": "x", "version": 3 })).await.expect(409);
    let kept = c.json("POST", &format!("{open}/closing"), &Value::Null).await.expect(200).json();
    assert_eq!(kept["minutes"]["title"], "Review of sprint 22");
    c.json("POST", &format!("{open}/closing"), &Value::Null).await.expect(409);
    // Channels and seats were told of each, once; a refused change told nobody.
    let told = crate::notices::said(&t).await;
    for title in ["Review of sprint 23, Shop: moved", "Review of sprint 24, Shop: called off", "Review of sprint 22, Shop: added"] {
        assert_eq!(told.iter().filter(|t| *t == title).count(), 1, "{title}: {told:?}");
    }
    // What nobody opened was not held.
    t.clock.advance(std::time::Duration::from_secs(30 * 86_400));
    assert_eq!(c.get(&at).await.expect(200).json()["state"], "not-held");
    t.end().await;
}

async fn an_agenda_is_built_and_fitted(t: TestApp) {
    let ids = settled(&t).await;
    let mut c = owner(&t);
    let at = format!("/api/v1/sessions/{}", ids[0]);
    assert_eq!(c.get(&at).await.expect(200).json()["agenda"], json!([]));
    let built = c.json("POST", &format!("{at}/agenda"), &Value::Null).await.expect(200).json();
    let told: Vec<(&str, i64)> = built["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| (i["title"].as_str().unwrap(), i["seconds"].as_i64().unwrap() / 60))
        .collect();
    // Nobody tells this world what reports say, so each team has the least slot.
    let wanted = [
        ("Wins, one per team", 5),
        ("Notices", 6),
        ("Actions by exception", 8),
        ("Checkout", 4),
        ("Search", 4),
        ("Tech shares", 6),
        ("Parking lot", 5),
        ("Close", 2),
    ];
    assert_eq!(told, wanted);
    assert_eq!(built["words"], "All two teams have a slot. 80 minutes are spare.");
    // By hand: order and minutes of what was not begun; wins come first.
    let named: Vec<&str> = built["items"].as_array().unwrap().iter().map(|i| i["id"].as_str().unwrap()).collect();
    let mut plan: Vec<Value> = named.iter().map(|id| json!({ "id": id, "minutes": 6 })).collect();
    plan.swap(3, 4);
    plan[4] = json!({ "id": named[3] });
    let hand = c.json("PUT", &format!("{at}/agenda"), &json!({ "items": plan })).await.expect(200).json();
    let fifth = &hand["items"][4];
    assert_eq!(
        (&fifth["title"], &fifth["exception"], &fifth["why"]),
        (&json!("Checkout"), &json!(true), &json!("by exception, by hand"))
    );
    plan.swap(0, 1);
    assert!(c.json("PUT", &format!("{at}/agenda"), &json!({ "items": plan })).await.expect(422).text.contains("Wins come first"));
    c.json("PUT", &format!("{at}/agenda"), &json!({ "items": [] })).await.expect(422);
    c.json("POST", &format!("{at}/agenda"), &Value::Null).await.expect(200);
    // Building it again gives the same order; a session that was held moves it on by one.
    c.json("POST", &format!("{at}/fitting"), &Value::Null).await.expect(409);
    c.json("POST", &format!("{at}/opening"), &Value::Null).await.expect(200);
    c.json("POST", &format!("{at}/agenda"), &Value::Null).await.expect(409);
    // Thirty-one minutes before its end, with the first part over, there is room for the fixed parts and one team.
    t.clock.set(kernel::time::Time::parse("2026-11-26T11:29:00Z").unwrap());
    let fitted = c.json("POST", &format!("{at}/fitting"), &Value::Null).await.expect(200).json();
    let teams: Vec<(&str, bool)> = fitted["items"].as_array().unwrap()[3..5]
        .iter()
        .map(|i| (i["title"].as_str().unwrap(), i["exception"].as_bool().unwrap()))
        .collect();
    assert_eq!(teams, [("Checkout", false), ("Search", true)]);
    assert!(fitted["words"].as_str().unwrap().contains("One of two teams have a slot; one goes by exception: Search."), "{fitted}");
    c.json("POST", &format!("{at}/closing"), &Value::Null).await.expect(200);
    let next = format!("/api/v1/sessions/{}", ids[1]);
    let built = c.json("POST", &format!("{next}/agenda"), &Value::Null).await.expect(200).json();
    assert_eq!((&built["items"][3]["title"], &built["items"][4]["title"]), (&json!("Search"), &json!("Checkout")));
    // By lot: drawn once, with a seed that is kept.
    let mut lot = cadence(1);
    lot["order"] = json!("lot");
    c.json("PUT", &format!("{GROUP}/cadence"), &lot).await.expect(200);
    let third = format!("/api/v1/sessions/{}", ids[2]);
    c.json("POST", &format!("{third}/agenda"), &Value::Null).await.expect(200);
    let seed = c.get(&third).await.expect(200).json()["seed"].clone();
    assert!(seed.is_i64());
    c.json("POST", &format!("{third}/agenda"), &Value::Null).await.expect(200);
    assert_eq!(c.get(&third).await.expect(200).json()["seed"], seed);
    t.end().await;
}

async fn who_may_not_is_refused_and_pages_show_it(t: TestApp) {
    let ids = settled(&t).await;
    let (mut lead, _) = person(&t, "Ingrid Solberg", Role::Facilitator, "groups/shop").await;
    let (mut engineer, _) = person(&t, "Priya <Nair>", Role::Engineer, "teams/checkout").await;
    let at = format!("/sessions/{}", ids[0]);
    for path in ["move", "calling-off"] {
        let body = json!({ "starts": "2026-12-01T10:00", "why": "x", "version": 1 });
        engineer
            .json("POST", &format!("/api/v1{at}/{path}"), &if path == "move" { body } else { json!({ "why": "x", "version": 1 }) })
            .await
            .expect(403);
    }
    for path in ["opening", "closing", "agenda", "fitting"] {
        engineer.json("POST", &format!("/api/v1{at}/{path}"), &Value::Null).await.expect(403);
    }
    let mut elsewhere = with(&t, "sessions.write", Some("teams/checkout")).await;
    elsewhere.json("PUT", &format!("{GROUP}/cadence"), &cadence(1)).await.expect(403);
    // Everybody reads.
    for path in [
        "/sessions",
        "/groups/shop/sessions",
        "/groups/shop/sessions/settings",
        &at,
        "/council/sessions",
        "/council/sessions/settings",
    ] {
        let page = engineer.get(path).await.expect(200).text;
        let run = ["/calling-off", "/roles", "/agenda\"", "action=\"/groups/shop/sessions"];
        assert!(!run.iter().any(|form| page.contains(form)), "{path}: {page}");
    }
    let page = lead.get("/groups/shop/sessions").await.expect(200).text;
    assert!(page.contains("Thursday 26 November 2026, 10:00 to 12:00") && page.contains("No report is ready yet."), "{page}");
    let csrf = Client::csrf(&page);
    let refused =
        lead.form("/groups/shop/sessions", &[("csrf", &csrf), ("starts", "soon <now>"), ("minutes", "ten")]).await.expect(422).text;
    assert!(refused.contains("soon &lt;now&gt;") && refused.contains("is no whole number"), "{refused}");
    let made = lead
        .form("/groups/shop/sessions", &[("csrf", &csrf), ("starts", "2026-11-20 11:00"), ("why", "An outage")])
        .await
        .expect(303);
    assert!(lead.get(made.location()).await.expect(200).text.contains("Build the agenda"));
    lead.form(&format!("{at}/agenda"), &[("csrf", &csrf)]).await.expect(303);
    let items = lead.get(&format!("/api/v1{at}")).await.expect(200).json()["agenda"].as_array().unwrap().clone();
    let mut fields: Vec<(String, String)> = vec![("csrf".into(), csrf.clone()), ("form".into(), "plan".into())];
    for (n, i) in items.iter().enumerate() {
        fields.push((format!("place.{}", i["id"].as_str().unwrap()), (n + 1).to_string()));
        fields.push((format!("minutes.{}", i["id"].as_str().unwrap()), "5".into()));
    }
    for (minutes, status) in [("ten", 422), ("9", 303)] {
        fields[3].1 = minutes.into();
        let sent: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let page = lead.form(&format!("{at}/plan"), &sent).await.expect(status).text;
        assert!(status == 303 || page.contains("value=\"ten\""), "{page}");
    }
    let page = lead.get(&at).await.expect(200).text;
    assert!(page.contains("All two teams have a slot.") && page.contains("Ingrid Solberg"), "{page}");
    let moved = [("csrf", csrf.as_str()), ("form", "move"), ("version", "1"), ("starts", "2026-11-27 10:00"), ("why", "x")];
    let page = lead.form(&format!("{at}/move"), &moved).await.expect(409).text;
    assert!(page.contains("Somebody has changed this session") && page.contains("value=\"2026-11-27 10:00\""), "{page}");
    let roles = [
        ("csrf", csrf.as_str()),
        ("form", "roles"),
        ("version", "2"),
        ("facilitator", "Ingrid Solberg"),
        ("deputy", "Noor"),
        ("place", "https://meet.example/4"),
    ];
    lead.form(&format!("{at}/roles"), &roles).await.expect(303);
    assert!(lead.get(&at).await.expect(200).text.contains("href=\"https://meet.example/4\""));
    let page = lead.get("/groups/shop/sessions/settings").await.expect(200).text;
    assert!(page.contains("name=\"version\" value=\"1\""), "{page}");
    let form = |version: &'static str, time: &'static str| {
        vec![
            ("csrf", csrf.as_str()),
            ("version", version),
            ("every", "weeks"),
            ("rhythm.weeks", "2"),
            ("rhythm.weekday", "tuesday"),
            ("rhythm.from", "2026-11-03"),
            ("time", time),
            ("minutes", "90"),
            ("least", "5"),
            ("usual", "8"),
            ("place.wins", "1"),
            ("minutes.wins", "5"),
            ("place.team", "2"),
            ("quiet.from", "18:00"),
            ("quiet.until", "08:00"),
            ("order", "lot"),
        ]
    };
    let refused = lead.form("/groups/shop/sessions/settings", &form("1", "<noon>")).await.expect(422).text;
    assert!(refused.contains("value=\"&lt;noon&gt;\""), "{refused}");
    lead.form("/groups/shop/sessions/settings", &form("0", "09:00")).await.expect(409);
    lead.form("/groups/shop/sessions/settings", &form("1", "09:00")).await.expect(303);
    let stored = lead.get(&format!("{GROUP}/cadence")).await.expect(200).json();
    assert_eq!((&stored["minutes"], &stored["order"], &stored["remind"]), (&json!(90), &json!("lot"), &json!(false)));
    t.end().await;
}

async fn the_council_meets_by_weeks(t: TestApp) {
    let (mut member, _) = person(&t, "Samir Haddad", Role::CouncilMember, "").await;
    let (mut lead, _) = person(&t, "Ingrid Solberg", Role::Facilitator, "groups/shop").await;
    let mut new = cadence(0);
    new["rhythm"] = json!({ "every": "weeks", "weeks": 2, "weekday": "tuesday", "from": "2026-11-24" });
    new["agenda"] = json!([{ "kind": "wins", "minutes": 5 }, { "kind": "topic" }, { "kind": "close", "minutes": 2 }]);
    lead.json("PUT", "/api/v1/council/cadence", &new).await.expect(403);
    member.json("PUT", "/api/v1/groups/shop/cadence", &cadence(0)).await.expect(403);
    member.json("PUT", "/api/v1/council/cadence", &new).await.expect(200);
    let all = member.get("/api/v1/council/sessions").await.expect(200).json();
    let first = all["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&first["starts"], &first["forum"]["kind"]), (&json!("2026-11-24T10:00:00Z"), &json!("council")));
    let at = format!("/sessions/{}", first["id"].as_str().unwrap());
    let built = member.json("POST", &format!("/api/v1{at}/agenda"), &Value::Null).await.expect(200).json();
    assert_eq!((&built["items"][1]["kind"], &built["words"]), (&json!("close"), &json!("7 of 120 minutes are planned.")));
    lead.json("POST", &format!("/api/v1{at}/opening"), &Value::Null).await.expect(403);
    assert!(lead.get(&at).await.expect(200).text.contains("SRE council"));
    assert!(lead.get("/sessions").await.expect(200).text.contains("SRE council"));
    let csrf = Client::csrf(&member.get("/council/sessions").await.expect(200).text);
    member.form("/council/sessions", &[("csrf", &csrf), ("starts", "2026-11-25 11:00"), ("why", "A vote")]).await.expect(303);
    member
        .json("POST", "/api/v1/council/sessions", &json!({ "starts": "2026-11-25 15:00", "sprint": 3, "why": "x" }))
        .await
        .expect(422);
    t.end().await;
}

async fn what_somebody_left_in_a_session_outlives_its_rhythm(t: TestApp) {
    let ids = settled(&t).await;
    let (mut sam, _) = person(&t, "Sam", Role::Stakeholder, "").await;
    let (mut ana, _) = person(&t, "Ana", Role::Engineer, "teams/checkout").await;
    let mut c = owner(&t);
    sam.json("POST", &format!("/api/v1/sessions/{}/presence", ids[0]), &Value::Null).await.expect(200);
    let ask = json!({ "text": "Why two reviews?" });
    ana.json("POST", &format!("/api/v1/sessions/{}/questions", ids[1]), &ask).await.expect(200);
    let mut weekly = cadence(1);
    weekly["rhythm"] = json!({ "every": "weeks", "weeks": 1, "weekday": "Thursday", "from": "2026-11-01" });
    c.json("PUT", &format!("{GROUP}/cadence"), &weekly).await.expect(200);
    for id in &ids[..2] {
        let s = c.get(&format!("/api/v1/sessions/{id}")).await.expect(200).json();
        assert_eq!(s["state"], "called-off", "{s}");
        assert!(s["why"].as_str().unwrap().contains("not planned any more"), "{s}");
    }
    c.get(&format!("/api/v1/sessions/{}", ids[2])).await.expect(404);
    let box_ = ana.get(&format!("/api/v1/sessions/{}/questions", ids[1])).await.expect(200).json();
    assert_eq!(box_["questions"], json!(["Why two reviews?"]), "what was asked is not lost");
    t.end().await;
}

async fn sessions_follow_the_calendar_of_sprints_at_once(t: TestApp) {
    catalogue::acts::calendar::provide(cycle::acts::cadence::follow);
    settled(&t).await;
    // Whoever keeps the calendar need not run sessions.
    let mut c = with(&t, "calendar.write", Some("groups/shop")).await;
    let sprints = |all: &Value| all["items"].as_array().unwrap().iter().map(|s| s["sprint"].as_i64().unwrap()).collect::<Vec<_>>();
    let before = sprints(&listed(&mut c, "").await);
    assert!(before.contains(&25), "{before:?}");
    c.json("POST", &format!("{GROUP}/sprints/25/skip"), &Value::Null).await.expect(204);
    let after = sprints(&listed(&mut c, "").await);
    assert!(!after.contains(&25) && after.len() == before.len(), "{after:?}");
    t.end().await;
}
