//! Pages and forms without script.

use kernel::testing::{Client, TestApp};

use crate::world::{owner, raised, values};

async fn send(c: &mut Client, from: &str, to: &str, fields: &[(&str, &str)]) -> kernel::testing::Answer {
    let page = c.get(from).await.expect(200).text;
    let csrf = Client::csrf(&page);
    let mut all = vec![("csrf", csrf.as_str())];
    all.extend_from_slice(fields);
    c.form(to, &all).await
}

const ANSWERS: [(&str, &str); 5] = [
    ("team", "checkout"),
    ("title", "Alarms of closed services still ring"),
    ("why_sre", "Nobody owns them."),
    ("why_important", "Nights."),
    ("involved", "Two days."),
];

pub(crate) async fn forms(t: TestApp) {
    let mut c = owner(&t);
    assert!(c.get("/council").await.expect(200).text.contains("No concern has been raised yet"));
    let new = "/council/concerns/new";
    let refused = send(&mut c, new, "/council/concerns", &[("title", "<b>"), ("by", "much")]).await.expect(422).text;
    assert!(refused.contains("value=\"&lt;b&gt;\"") && refused.contains("href=\"#by\""), "{refused}");
    let refused = send(&mut c, new, "/council/concerns", &[("title", "Only a title"), ("team", "checkout")]).await.expect(422).text;
    assert!(refused.contains("href=\"#why_sre\"") && refused.contains("value=\"Only a title\""), "{refused}");
    send(&mut c, new, "/council/concerns", &ANSWERS).await.expect(303);
    // Looking for similar ones keeps what was typed and stores nothing.
    let mut look = vec![("act", "look"), ("title", "Alarms ring for closed services"), ("why_sre", "It is ours")];
    look.push(("team", "search"));
    let found = send(&mut c, new, "/council/concerns", &look).await.expect(200).text;
    assert!(found.contains("Concerns that share words with this one") && found.contains("C-1"), "{found}");
    assert!(found.contains("value=\"Alarms ring for closed services\""), "{found}");
    assert_eq!(c.get("/api/v1/concerns").await.json()["items"].as_array().unwrap().len(), 1);
    assert!(c.get("/council/concerns/alike?text=closed%20alarms").await.expect(200).text.contains("C-1"));
    // Changing it.
    let text = "/council/concerns/1/text";
    let mut edit: Vec<(&str, &str)> = ANSWERS.to_vec();
    edit.extend([("version", "1"), ("hypothesis", "Fewer nights"), ("confirmed", "not-yet")]);
    send(&mut c, text, text, &edit).await.expect(303);
    let stale = send(&mut c, text, text, &edit).await.expect(409).text;
    assert!(stale.contains("since you opened it") && stale.contains("Fewer nights"), "{stale}");
    // The rules.
    let refused = send(&mut c, "/council/rules", "/council/rules", &[("scale", "1, x"), ("remit", "R")]).await.expect(422).text;
    assert!(refused.contains("value=\"1, x\""), "{refused}");
    send(
        &mut c,
        "/council/rules",
        "/council/rules",
        &[("scale", "1, 3, 9"), ("remit", "R"), ("not_remit", "N"), ("checklist", "A\nB")],
    )
    .await
    .expect(303);
    assert_eq!(c.get("/api/v1/council").await.json()["checklist"], serde_json::json!(["A", "B"]));
    let one = "/council/concerns/1";
    let refused = send(&mut c, one, "/council/concerns/1/score", &[("value", "2"), ("urgency", "1"), ("risk", "1"), ("size", "1")])
        .await
        .expect(422)
        .text;
    assert!(refused.contains("href=\"#score-value\""), "{refused}");
    send(&mut c, one, "/council/concerns/1/score", &[("value", "9"), ("urgency", "1"), ("risk", "1"), ("size", "1")])
        .await
        .expect(303);
    t.end().await;
}

pub(crate) async fn board(t: TestApp) {
    raised(&t, "Retries").await;
    let mut c = owner(&t);
    let one = "/council/concerns/1";
    let moves = "/council/concerns/1/moves";
    let gone = send(&mut c, "/council", moves, &[("version", "1"), ("to", "presented"), ("back", "board")]).await.expect(303);
    assert_eq!(gone.location(), "/council#c-1");
    // The second of two who press at once sees what stands now.
    let late = send(&mut c, "/council", moves, &[("version", "1"), ("to", "presented"), ("back", "board")]).await.expect(409).text;
    assert!(late.contains("Somebody else moved it first") && late.contains("it is presented now"), "{late}");
    let refused = send(&mut c, one, moves, &[("version", "2"), ("to", "rejected"), ("why", " "), ("deciders", "Maya")])
        .await
        .expect(422)
        .text;
    assert!(refused.contains("href=\"#why-rejected\"") && refused.contains("Maya</textarea>"), "{refused}");
    send(&mut c, one, moves, &[("version", "2"), ("to", "accepted"), ("why", "Yes"), ("deciders", "Maya\nPradeep")])
        .await
        .expect(303);
    send(&mut c, one, moves, &[("version", "3"), ("to", "epic"), ("epic", "An epic")]).await.expect(303);
    send(&mut c, one, moves, &[("version", "4"), ("to", "vetted"), ("why", "Fine")]).await.expect(303);
    let refused = send(&mut c, one, "/council/concerns/1/stories", &[("what", ""), ("team", "checkout"), ("sprint", "x")])
        .await
        .expect(422)
        .text;
    assert!(refused.contains("href=\"#story-sprint\""), "{refused}");
    send(&mut c, one, "/council/concerns/1/stories", &[("what", "Add jitter"), ("team", "search")]).await.expect(303);
    let action = c.get("/api/v1/concerns/1").await.json()["work"][0]["action"]["id"].as_str().unwrap().to_owned();
    let sprint = format!("/council/concerns/1/stories/{action}/sprint");
    send(&mut c, one, &sprint, &[("sprint", "999999999")]).await.expect(422);
    send(&mut c, one, &sprint, &[("sprint", "9")]).await.expect(303);
    assert_eq!(c.get("/api/v1/concerns/1").await.json()["stories"]["in_sprint"], 1);
    let results = "/council/concerns/1/results";
    let shown = send(
        &mut c,
        results,
        results,
        &[
            ("act", "show"),
            ("environment", "production"),
            ("typed", "amounts"),
            ("typed_what", "Duration, s"),
            ("typed_before", "3 3.1 2.9 3 3.2"),
            ("typed_after", "1 1.1 0.9 1 1.2"),
        ],
    )
    .await
    .expect(200)
    .text;
    assert!(shown.contains("2.0 s lower") && shown.contains("Not recorded yet") && shown.contains("3 3.1 2.9 3 3.2"), "{shown}");
    let refused = send(
        &mut c,
        results,
        results,
        &[("environment", "production"), ("typed", "amounts"), ("typed_what", "Duration"), ("typed_before", "three")],
    )
    .await
    .expect(422)
    .text;
    assert!(refused.contains("href=\"#typed_before\"") && refused.contains("three</textarea>"), "{refused}");
    assert_eq!(c.get("/api/v1/concerns/1/results").await.json()["items"], serde_json::json!([]));
    t.end().await;
}

pub(crate) async fn prefilled(t: TestApp) {
    values(&t).await;
    let mut c = owner(&t);
    let page = c.get("/council/concerns/new?from=metric:latency/checkout").await.expect(200).text;
    for part in [
        "Comes from <bdi>Latency of Checkout",
        "value=\"latency checkout\" selected",
        "Latency of Checkout: 1.6 s in day 2026-11-09",
        "value=\"checkout\" selected",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let page = c.get("/council/concerns/new?from=team:search&title=They%20wait").await.expect(200).text;
    assert!(page.contains("value=\"They wait\"") && page.contains("Comes from <bdi>Search"), "{page}");
    let page =
        c.get("/council/concerns/new?from=session:12&url=/sessions/12&words=Session%20of%203%20December").await.expect(200).text;
    assert!(page.contains("value=\"/sessions/12\"") && page.contains("value=\"session\""), "{page}");
    for odd in
        ["nothing", "metric:x", "metric:a%00b/c", "metric:latency/nobody", "team:%00", "session:1&url=javascript:x&words=y", ":"]
    {
        let page = c.get(&format!("/council/concerns/new?from={odd}")).await.expect(200).text;
        assert!(!page.contains("javascript:"), "{odd}");
    }
    t.client().get("/council/concerns/new").await.expect(401);
    t.end().await;
}
