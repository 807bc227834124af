//! The register of actions in a team's report and on its group's overview.

use kernel::testing::TestApp;
use serde_json::json;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_report_names_what_is_open_late_and_was_closed_since_the_last() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        assert!(w.report(21).await.get("work").is_none(), "an empty register says nothing");
        let add = |what: &'static str, team: &'static str, due: &'static str| {
            json!({ "team": team, "what": what, "owner": "principal-engineer", "due": due,
                "origin": { "kind": "session", "url": "/overview/port", "words": "The review of sprint 20" } })
        };
        for (what, team, due) in [
            ("Mend the crane", "cargo", "2026-11-18"),
            ("Order a part", "cargo", ""),
            ("Rotate a key", "cargo", ""),
            ("Not ours", "booking", ""),
        ] {
            w.post("/api/v1/actions", &add(what, team, due)).await.expect(201);
        }
        let list = w.get("/api/v1/actions?team=cargo").await.expect(200).json();
        let key = list["items"].as_array().unwrap().iter().find(|a| a["what"] == "Rotate a key").unwrap()["id"].clone();
        w.t.clock.advance(std::time::Duration::from_secs(3 * 86_400));
        let done = json!({ "version": 1, "state": "done", "evidence": { "words": "rotated on Friday" } });
        w.post(&format!("/api/v1/actions/{}/state", key.as_str().unwrap()), &done).await.expect(200);
        let work = w.report(21).await["work"].clone();
        assert_eq!((&work["open"], &work["late"]), (&json!(2), &json!(1)));
        assert_eq!((&work["actions"][0]["what"], &work["actions"][0]["due_in_days"]), (&json!("Mend the crane"), &json!(-2)));
        assert_eq!(
            (&work["closed"][0]["why"], &work["closed"][0]["origin"]),
            (&json!("rotated on Friday"), &json!("The review of sprint 20"))
        );
        let page = w.page("reader").await;
        for part in ["Actions: 2 open, 1 late", "2 days late", "The review of sprint 20", "rotated on Friday"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        // A frozen report keeps what it said.
        w.t.clock.advance(std::time::Duration::from_secs(60));
        let hand_in = json!({});
        w.post("/api/v1/reports/cargo/21/readiness", &hand_in).await.expect(200);
        w.client("facilitator").json("POST", "/api/v1/reports/cargo/21/review", &hand_in).await.expect(200);
        let mend = list["items"].as_array().unwrap().iter().find(|a| a["what"] == "Mend the crane").unwrap()["id"].clone();
        let dropped = json!({ "version": 1, "state": "dropped", "reason": "The crane is sold" });
        w.post(&format!("/api/v1/actions/{}/state", mend.as_str().unwrap()), &dropped).await.expect(200);
        assert_eq!(w.report(21).await["work"], work);
        // The next one begins where the last was reviewed.
        let next = w.report(22).await["work"].clone();
        assert_eq!((&next["open"], &next["late"], next["closed"].as_array().unwrap().len()), (&json!(1), &json!(0), 1));
        assert_eq!(next["closed"][0]["why"], "The crane is sold");
        let overview = w.get("/overview/port").await.expect(200).text;
        assert!(overview.contains("Agreed and open") && overview.contains("/teams/booking/actions"), "{overview}");
        let counts = w.get("/api/v1/groups/port/overview").await.expect(200).json()["actions"].clone();
        assert_eq!((&counts[0]["team"]["slug"], &counts[0]["open"], &counts[1]["late"]), (&json!("booking"), &json!(1), &json!(0)));
        w.t.end().await;
    }
}
