//! Sittings of a review: one is open at a time, closed minutes never change, and the report has them.

use std::time::Duration;

use kernel::testing::{Client, TestApp};
use serde_json::{Value, json};

use crate::reviewing::begun;
use crate::world::{owner, with};

crate::on_both! {
    a_sitting_is_begun_noted_closed_and_added_to;
    a_sitting_is_refused_whole;
    sittings_by_form_stand_in_the_report;
}

const AT: &str = "/api/v1/workloads/ledger/reviews/small/sittings";
const PAGE: &str = "/workloads/ledger/reviews/small/sittings";

fn change(version: i64, notes: &str) -> Value {
    json!({ "version": version, "facilitator": "Ingrid Solberg", "attendees": ["Samir", "dora@northmoor.example"], "notes": notes })
}

async fn a_sitting_is_begun_noted_closed_and_added_to(t: TestApp) {
    begun(&t).await;
    let mut c = with(&t, "reviews.answer", Some("checkout")).await;
    let dora = json!({ "name": "Dora Lund", "mail": "dora@northmoor.example" });
    let dora = owner(&t).json("POST", "/api/v1/people", &dora).await.expect(201).json();
    let made = c.json("POST", AT, &json!({ "attendees": ["Dora Lund", "Nobody Known"] })).await.expect(201).json();
    assert_eq!((&made["number"], &made["minutes"]["facilitator"]["name"]), (&json!(1), &json!("reviews.answer checkout")));
    let attendees = &made["minutes"]["attendees"];
    assert_eq!(attendees[0], json!({ "name": "Dora Lund", "person": dora["person"]["id"] }));
    assert_eq!(attendees[1], json!({ "name": "Nobody Known" }));
    c.json("POST", AT, &json!({})).await.expect(409);
    let one = format!("{AT}/1");
    let noted = c.json("PUT", &one, &change(1, "We agreed on a game day.")).await.expect(200).json();
    assert_eq!((&noted["version"], &noted["minutes"]["attendees"][1]["name"]), (&json!(2), &json!("Dora Lund")), "by address");
    // Whoever saw an older state is told so.
    c.json("PUT", &one, &change(1, "mine")).await.expect(409);
    c.json("POST", &format!("{one}/addenda"), &json!({ "text": "too early" })).await.expect(409);
    t.clock.advance(Duration::from_secs(5_400));
    let closed = c.json("POST", &format!("{one}/closing"), &json!({})).await.expect(200).json();
    assert_eq!((&closed["closed"]["at"], closed["closed"]["digest"].as_str().unwrap().len()), (&json!("2026-11-17T17:03:00Z"), 64));
    c.json("POST", &format!("{one}/closing"), &json!({})).await.expect(409);
    let late = c.json("PUT", &one, &change(2, "other")).await.expect(409).json();
    assert!(late["detail"].as_str().unwrap().contains("Write an addendum"), "{late}");
    let added = c.json("POST", &format!("{one}/addenda"), &json!({ "text": "It is on 3 December." })).await.expect(201).json();
    assert_eq!(added["addenda"][0]["text"], "It is on 3 December.");
    assert_eq!(c.get(&one).await.expect(200).json(), added);
    // The next one; the trail has what was closed with its digest.
    assert_eq!(c.json("POST", AT, &json!({})).await.expect(201).json()["number"], 2);
    let all = c.get(AT).await.expect(200).json();
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
    let trail = owner(&t).get("/api/v1/trail?limit=100").await.expect(200).json();
    let mut verbs: Vec<&str> = trail["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|r| r["subject"]["kind"] == "sitting")
        .map(|r| r["verb"].as_str().unwrap())
        .collect();
    verbs.sort_unstable();
    assert_eq!(verbs, ["added", "began", "began", "changed", "closed"]);
    t.end().await;
}

async fn a_sitting_is_refused_whole(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    let many: Vec<String> = (0..101).map(|n| format!("N{n}")).collect();
    for (body, at) in [
        (json!({ "facilitator": " " }), "facilitator"),
        (json!({ "attendees": many }), "attendees"),
        (json!({ "attendees": ["a\nb"] }), "attendees"),
        (json!({ "began": "2026-11-17T15:34:00Z" }), "began"),
    ] {
        assert_eq!(c.json("POST", AT, &body).await.expect(422).json()["faults"][0]["at"], at);
    }
    assert_eq!(c.get(AT).await.expect(200).json()["items"], json!([]));
    c.json("POST", AT, &json!({ "began": "2026-11-17T14:00:00Z" })).await.expect(201);
    let end = |at: &str| json!({ "ended": at });
    for at in ["2026-11-17T13:59:59Z", "2026-11-17T16:00:00Z"] {
        assert_eq!(c.json("POST", &format!("{AT}/1/closing"), &end(at)).await.expect(422).json()["faults"][0]["at"], "ended");
    }
    c.json("PUT", &format!("{AT}/1"), &change(1, "a\u{0}")).await.expect(422);
    for number in ["0", "2", "x", "-1"] {
        c.json("PUT", &format!("{AT}/{number}"), &change(1, "")).await.expect(404);
    }
    c.json("POST", &format!("{AT}/1/closing"), &end("2026-11-17T15:00:00Z")).await.expect(200);
    c.json("POST", &format!("{AT}/1/addenda"), &json!({ "text": " " })).await.expect(422);
    let mut search = with(&t, "reviews.answer", Some("search")).await;
    search.json("POST", AT, &json!({})).await.expect(403);
    search.json("POST", &format!("{AT}/1/addenda"), &json!({ "text": "no" })).await.expect(403);
    assert_eq!(search.get(AT).await.expect(200).json()["items"][0]["version"], 1, "everyone signed in reads");
    t.end().await;
}

async fn sittings_by_form_stand_in_the_report(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    let csrf = Client::csrf(&c.get(PAGE).await.expect(200).text);
    let form = |more: &[(&'static str, &'static str)]| {
        let mut out = vec![("csrf", csrf.as_str())];
        out.extend(more);
        out.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect::<Vec<_>>()
    };
    async fn post(c: &mut Client, path: &str, fields: &[(String, String)]) -> kernel::testing::Answer {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        c.form(path, &fields).await
    }
    let refused =
        post(&mut c, PAGE, &form(&[("form", "begin"), ("facilitator", ""), ("attendees", "Kept <b>")])).await.expect(422).text;
    assert!(refused.contains("The facilitator is missing") && refused.contains("Kept &lt;b&gt;"), "{refused}");
    let who = [("form", "begin"), ("facilitator", "Ingrid"), ("attendees", "Maya\nSamir\n")];
    post(&mut c, PAGE, &form(&who)).await.expect(303);
    let again = post(&mut c, PAGE, &form(&who)).await.expect(409).text;
    assert!(again.contains("Sitting 1 is still open"), "{again}");
    let noted = [("form", "change"), ("version", "1"), ("facilitator", "Ingrid"), ("attendees", "Maya"), ("notes", "We agreed.")];
    post(&mut c, &format!("{PAGE}/1"), &form(&noted)).await.expect(303);
    let late = post(&mut c, &format!("{PAGE}/1"), &form(&noted)).await.expect(409).text;
    assert!(late.contains("version 2 now"), "{late}");
    assert!(c.get(PAGE).await.expect(200).text.contains("name=\"version\" value=\"2\""));
    post(&mut c, &format!("{PAGE}/1/closing"), &form(&[])).await.expect(303);
    post(&mut c, &format!("{PAGE}/1/addenda"), &form(&[("form", "addendum-1"), ("text", "")])).await.expect(422);
    post(&mut c, &format!("{PAGE}/1/addenda"), &form(&[("form", "addendum-1"), ("text", "Later.")])).await.expect(303);
    for path in ["/workloads/ledger/reviews/small/report", "/workloads/ledger/reviews/small/report/markdown"] {
        let text = c.get(path).await.expect(200).text;
        for part in ["Sitting 1", "Ingrid", "Maya", "We agreed.", "Later."] {
            assert!(text.contains(part), "{path} has no {part}: {text}");
        }
    }
    assert!(c.get("/workloads/ledger/reviews/small").await.expect(200).text.contains("/sittings\""));
    t.end().await;
}
