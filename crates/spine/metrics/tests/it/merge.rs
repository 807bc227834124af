//! Two workloads turn out to be one: its values come along, with their ledger, and none is lost or doubled.

use catalogue::acts::merge::Follower;
use kernel::testing::Client;
use serde_json::{Value, json};

use crate::world::{World, on_both};

on_both! {
    values_come_along_with_their_ledger;
    values_of_both_stand_in_the_way_until_somebody_says_whose_stay;
}

static FOLLOWERS: [Follower; 1] = [metrics::acts::merge::FOLLOWER];

/// A duplicate of the world's workload, and errors of either by period.
async fn errors(w: &mut World, of: &[(&str, &str, f64)]) -> Client {
    catalogue::acts::merge::provide(&FOLLOWERS);
    let mut owner = World::owner(&w.t);
    owner.json("POST", "/api/v1/workloads", &json!({ "name": "Dues of the harbour", "team": "payments" })).await.expect(201);
    for (subject, period, number) in of {
        let value = json!({ "metric": "errors", "subject": subject, "period": period, "number": number });
        w.maya.json("POST", "/api/v1/values", &json!({ "values": [value] })).await.expect(200);
        w.later();
    }
    owner
}

fn numbers(series: &[(String, Value)]) -> Vec<(&str, f64)> {
    let mut out: Vec<_> = series.iter().map(|(p, v)| (p.as_str(), v["number"].as_f64().unwrap())).collect();
    out.sort_by(|a, b| a.0.cmp(b.0));
    out
}

const TWIN: &str = "dues-of-the-harbour";

async fn values_come_along_with_their_ledger(mut w: World) {
    let mut owner = errors(&mut w, &[(TWIN, "20", 3.0), (TWIN, "20", 4.0), (TWIN, "21", 5.0), ("harbour-dues", "22", 6.0)]).await;
    let before = w.series("errors", TWIN).await;
    let merged = json!({ "into": "harbour-dues", "keep": false, "reason": "One and the same" });
    let done = owner.json("POST", &format!("/api/v1/workloads/{TWIN}/merge"), &merged).await.expect(200).json();
    let values = done["taken"].as_array().unwrap().iter().find(|t| t["what"] == "values").unwrap();
    assert_eq!(values["count"], 2);
    let after = w.series("errors", "harbour-dues").await;
    assert_eq!(numbers(&after), [("20", 4.0), ("21", 5.0), ("22", 6.0)]);
    // Who said it and when comes along too.
    for (period, value) in &before {
        let (_, now) = after.iter().find(|(p, _)| p == period).unwrap();
        for field in ["source", "recorded_at", "provenance"] {
            assert_eq!(now[field], value[field], "{field} of {period}");
        }
    }
    w.t.end().await;
}

async fn values_of_both_stand_in_the_way_until_somebody_says_whose_stay(mut w: World) {
    let mut owner = errors(&mut w, &[(TWIN, "20", 3.0), (TWIN, "21", 5.0), ("harbour-dues", "21", 6.0)]).await;
    let path = format!("/api/v1/workloads/{TWIN}/merge");
    let told = owner.json("POST", &path, &json!({ "into": "harbour-dues", "keep": false, "reason": "The same" })).await.expect(409);
    assert!(told.text.contains("errors in 21") && !told.text.contains("errors in 20"), "{}", told.text);
    assert_eq!(numbers(&w.series("errors", "harbour-dues").await), [("21", 6.0)], "a refusal took something over");
    owner.json("POST", &path, &json!({ "into": "harbour-dues", "keep": true, "reason": "The same" })).await.expect(200);
    assert_eq!(numbers(&w.series("errors", "harbour-dues").await), [("20", 3.0), ("21", 6.0)]);
    w.t.end().await;
}
