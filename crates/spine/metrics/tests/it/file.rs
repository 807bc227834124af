//! Values as CSV: what goes out comes in again unchanged, and no spreadsheet runs it.

use serde_json::json;

use crate::world::{World, on_both};

on_both! {
    what_goes_out_comes_in_again;
}

async fn what_goes_out_comes_in_again(mut w: World) {
    let values = json!({ "values": [
        { "metric": "change-fail-rate", "subject": "payments", "period": "22", "numerator": 3.0, "denominator": 40.0 },
        { "metric": "availability", "subject": "payments", "period": "21", "number": 99.95, "note": "=1+1, \"quoted\"\nand a line" },
        { "metric": "run-cost", "subject": "payments", "period": "2026-10", "number": 21.5 },
        { "metric": "errors", "subject": "harbour-dues", "period": "22", "number": 4.0 },
        { "metric": "open-threats", "subject": "payments", "period": "22", "number": 1.0 },
    ] });
    w.maya.json("POST", "/api/v1/values", &values).await.expect(200);
    let taken_back = json!({ "metric": "open-threats", "period": "22" });
    w.maya.json("POST", "/api/v1/teams/payments/withdrawal", &taken_back).await.expect(200);
    let answer = w.maya.get("/api/v1/teams/payments/values").await.expect(200);
    assert_eq!(answer.headers.get("content-type").unwrap(), "text/csv; charset=utf-8");
    let file = answer.text;
    assert!(file.starts_with("metric,subject,period,number,numerator,denominator,unit,note,way,source,recorded_at,kept"), "{file}");
    assert!(file.contains("'=1+1") && !file.contains(",=1+1"), "{file}");
    assert!(!file.contains("open-threats"), "what was taken back is no value:\n{file}");
    // Into a team without values: all of it, with counts and notes.
    let seen = w.maya.json("POST", "/api/v1/teams/payments/paste", &json!({ "text": file })).await.expect(200).json();
    assert_eq!((&seen["taken"], &seen["unchanged"], &seen["refused_count"]), (&json!(0), &json!(4), &json!(0)), "{seen}");
    let one = w.maya.get("/api/v1/teams/payments/values?metric=run-cost").await.expect(200).text;
    assert_eq!(one.lines().count(), 2, "{one}");
    w.maya.get("/api/v1/teams/payments/values?metric=no-such").await.expect(404);
    w.t.end().await;
}
