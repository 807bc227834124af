//! What stands in a report beside its rows: critical transactions, standards, what happened; shown everywhere and frozen.

use kernel::testing::TestApp;
use report::Document;
use serde_json::{Value, json};

use crate::world::{World, row};

/// A transaction of Cranes, with what covers it.
async fn transaction(w: &World, workload: &str, name: &str, cover: Value) -> String {
    let made = w.post(&format!("/api/v1/workloads/{workload}/transactions"), &json!({ "name": name, "cover": cover })).await;
    made.expect(201).json()["id"].as_str().unwrap().to_owned()
}

/// The report as Markdown, and as a terminal shows it in one line.
async fn texts(w: &World) -> (String, String) {
    let markdown = w.get("/reports/cargo/21/markdown").await.expect(200).text;
    let document: Document = serde_json::from_value(w.report(21).await).unwrap();
    let terminal = report::text::terminal(&document);
    (markdown, terminal.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_matrix_stands_where_the_template_says_and_stays_as_it_was_reviewed() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let seen = json!({ "covered": true, "evidence": ["https://ci.example/1"] });
        let old = json!({ "covered": true, "day": "2026-01-02", "evidence": ["https://wall.example/7"] });
        let id = transaction(&w, "cranes", "Lift a box", json!({ "functional_test": seen, "dashboard": old })).await;
        transaction(&w, "berths", "Book a berth", json!({ "alarm": { "covered": false } })).await;
        transaction(&w, "seats", "Another team’s", json!({})).await;
        assert_eq!(w.report(21).await["matrix"], Value::Null, "the template does not say so yet");

        let bad = json!([{ "matrix": { "title": "Must work" } }, { "matrix": { "title": "Must work", "fresh_days": 0 } }]);
        let version = w.get("/api/v1/groups/port/template").await.expect(200).json()["version"].clone();
        let new = json!({ "template": { "sections": [{ "pillar": "operations", "rows": bad }] }, "version": version });
        let told = w.client("lead").json("PUT", "/api/v1/groups/port/template", &new).await.expect(422).json();
        let at: Vec<&str> = told["faults"].as_array().unwrap().iter().map(|f| f["at"].as_str().unwrap()).collect();
        assert!(at.contains(&"/sections/0/rows/1/matrix") && at.contains(&"/sections/0/rows/1/matrix/fresh_days"), "{told}");

        w.agree(&json!([{ "metric": "errors" }, { "matrix": { "title": "Must work", "fresh_days": 90 } }])).await;
        let m = w.report(21).await["matrix"].clone();
        assert_eq!((&m["pillar"], &m["state"]), (&json!("operations"), &json!("stale")), "{m}");
        let names: Vec<&str> = m["transactions"].as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Book a berth", "Lift a box"], "by workload");
        let lift = &m["transactions"][1]["cover"];
        assert_eq!((&lift[0]["kind"], &lift[0]["covered"]), (&json!("functional_test"), &json!(true)));
        assert_eq!((&lift[1]["stale"], &lift[1]["age_days"], &lift[1]["day"]), (&json!(true), &json!(319), &json!("2026-01-02")));
        assert_eq!(lift[2]["covered"], Value::Null, "nobody has said");

        let page = w.page("reader").await;
        for says in
            ["Must work", "Lift a box", "https://wall.example/7", "319 days ago", "2 identified: 1 tested, 0 on a dashboard"]
        {
            assert!(page.contains(says), "{says}: {page}");
        }
        let (markdown, terminal) = texts(&w).await;
        assert!(markdown.contains("| Lift a box | Cranes | yes, today [1](<https://ci.example/1>) | stale, was yes 319 days ago"));
        assert!(markdown.contains("| Book a berth | Berths | nobody has said | nobody has said | no, today |"), "{markdown}");
        assert!(terminal.contains("Must work 2 identified: 1 tested, 0 on a dashboard, 0 alarmed, 0 load-tested"), "{terminal}");

        w.freeze().await;
        let frozen = w.report(21).await;
        let path = format!("/api/v1/workloads/cranes/transactions/{id}");
        w.client("lead").json("DELETE", &path, &Value::Null).await.expect(204);
        assert_eq!(w.report(21).await, frozen);
        assert!(w.page("reader").await.contains("Lift a box"));
        assert_eq!(w.report(22).await["matrix"]["transactions"].as_array().unwrap().len(), 1);
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_without_transactions_is_told_so() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        w.agree(&json!([{ "matrix": { "title": "Must work" } }])).await;
        let d = w.report(21).await;
        assert_eq!((&d["matrix"]["state"], &d["matrix"]["transactions"]), (&json!("unknown"), &json!([])));
        assert!(w.page("lead").await.contains("No critical transaction has been written down"));
        let (markdown, _) = texts(&w).await;
        assert!(markdown.contains("Nobody has written a critical transaction down."), "{markdown}");
        // The form of the template keeps the matrix when it is ticked, and leaves it out when not.
        let form = w.client("lead").get("/groups/port/template").await.expect(200).text;
        assert!(form.contains("name=\"matrix\""), "{form}");
        let matrices = async || {
            let t = w.get("/api/v1/groups/port/template").await.expect(200).json();
            let rows = |s: &Value| s["rows"].as_array().unwrap().iter().filter(|r| !r["matrix"].is_null()).count();
            (t["template"]["sections"].as_array().unwrap().iter().map(rows).sum::<usize>(), t["version"].to_string())
        };
        let version = matrices().await.1;
        let fields = [("version", version.as_str()), ("row", "errors"), ("matrix", "operations")];
        w.client("lead").form("/groups/port/template", &fields).await.expect(303);
        let (n, version) = matrices().await;
        assert_eq!(n, 1);
        w.client("lead").form("/groups/port/template", &[("version", version.as_str()), ("row", "errors")]).await.expect(303);
        assert_eq!(matrices().await.0, 0);
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn standards_stand_by_pillar_with_exemptions_and_are_frozen() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        assert_eq!(w.report(21).await["standards"], Value::Null);
        for (slug, pillar) in [("two-factors", "security"), ("runbooks", "operations"), ("alarms", "operations")] {
            let new = json!({ "statement": format!("All have {slug}"), "why": "Agreed.", "how": "Look.", "pillar": pillar, "slug": slug });
            w.post("/api/v1/standards", &new).await.expect(201);
        }
        let put = async |workload: &str, standard: &str, adopted: bool| {
            let path = format!("/api/v1/workloads/{workload}/standards/{standard}");
            w.client("lead").json("PUT", &path, &json!({ "adopted": adopted, "note": "Planned." })).await.expect(200);
        };
        put("cranes", "runbooks", true).await;
        put("berths", "runbooks", true).await;
        put("cranes", "two-factors", false).await;
        let asked = json!({ "kind": "exempt", "reason": "Old consoles.", "until": "2026-12-31" });
        let made = w.post("/api/v1/workloads/berths/standards/two-factors/exemption", &asked).await.expect(201).json();
        let path = format!("/api/v1/exemptions/{}/decision", made["id"].as_str().unwrap());
        w.client("approver").json("POST", &path, &json!({ "approve": true })).await.expect(200);

        let d = w.report(21).await;
        let all: Vec<(&str, &str)> = d["standards"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| (s["slug"].as_str().unwrap(), s["pillar"].as_str().unwrap()))
            .collect();
        assert_eq!(all, [("two-factors", "security"), ("alarms", "operations"), ("runbooks", "operations")]);
        let two = &d["standards"][0]["workloads"];
        assert_eq!(
            (&two[0]["workload"]["slug"], &two[0]["state"], &two[0]["by"]),
            (&json!("berths"), &json!("exempt"), &json!("Ann approver"))
        );
        assert_eq!((&two[1]["state"], &two[1]["reason"]), (&json!("not-yet"), &json!("Planned.")));
        assert_eq!(d["standards"][1]["workloads"][0]["state"], "unknown");
        let page = w.page("reader").await;
        for says in [
            "1 of 3 kept by all workloads.",
            "exempt until 31 December 2026, approved by Ann approver: Old consoles",
            "href=\"/standards/two-factors\"",
        ] {
            assert!(page.contains(says), "{says}: {page}");
        }
        let (markdown, terminal) = texts(&w).await;
        let line = "All have two-factors (Security): 0 of 2 workloads keep it. Berths: exempt until 31 December 2026, approved by Ann approver: Old consoles. Cranes: not yet: Planned.";
        assert!(markdown.contains(&format!("- {line}")) && terminal.contains(line), "{markdown}\n{terminal}");

        w.freeze().await;
        let frozen = w.report(21).await;
        put("cranes", "two-factors", true).await;
        assert_eq!(w.report(21).await, frozen);
        assert_eq!(w.report(22).await["standards"][0]["workloads"][1]["state"], "adopted");
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_in_the_sprint_is_said_and_marked_on_the_rows_it_may_have_moved() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        for sprint in 18..=21 {
            w.says("errors", "cargo", sprint, 1.0).await;
            w.says("restarts", "cranes", sprint, 1.0).await;
        }
        // Sprint 21 is from 21 October to 3 November.
        for (on, slug, kind, title, at) in [
            ("service", "berths-api", "deployment", "api 2.4", "2026-10-22T10:00:00Z"),
            ("service", "berths-api", "deployment", "api 2.5", "2026-10-29T10:00:00Z"),
            ("workload", "cranes", "incident", "Crane 4 | stood", "2026-10-30T10:00:00Z"),
            ("group", "port", "notice", "Gate closed", "2026-10-12T10:00:00Z"),
            ("team", "booking", "incident", "Another team’s", "2026-10-30T10:00:00Z"),
            ("team", "cargo", "release", "Too late", "2026-11-05T10:00:00Z"),
        ] {
            let new = json!({ "on": on, "slug": slug, "kind": kind, "title": title, "at": at });
            w.post("/api/v1/marks", &new).await.expect(201);
        }
        let d = w.report(21).await;
        let kinds: Vec<(&str, u64)> =
            d["happened"].as_array().unwrap().iter().map(|h| (h["kind"].as_str().unwrap(), h["count"].as_u64().unwrap())).collect();
        assert_eq!(kinds, [("deployment", 2), ("incident", 1)], "{d}");
        assert_eq!(d["happened"][0]["newest"][0]["title"], "api 2.5");
        // Four values: the notice to the group fell into sprint 20, which is the last but one of each series.
        let marks = |metric, subject| row(&d, metric, subject)["marks"].clone();
        let n = row(&d, "errors", None)["series"].as_array().unwrap().len();
        let notice = json!({ "at": n - 2, "words": "Gate closed" });
        assert_eq!(marks("errors", None), json!([notice, { "at": n - 1, "words": "2 deployments, 1 incident" }]));
        assert_eq!(marks("restarts", Some("cranes")), json!([notice, { "at": n - 1, "words": "Crane 4 | stood" }]));
        assert_eq!(marks("restarts", Some("berths")), json!([notice, { "at": n - 1, "words": "2 deployments" }]));
        let page = w.page("reader").await;
        for says in [
            "In the sprint, as it was marked.",
            "2 deployments",
            "api 2.5, 29 Oct",
            "c-tick",
            "Marked: in the last 2 deployments, 1 incident; one before it Gate closed.",
        ] {
            assert!(page.contains(says) || page.replace("<bdi>", "").replace("</bdi>", "").contains(says), "{says}: {page}");
        }
        let (markdown, terminal) = texts(&w).await;
        assert!(markdown.contains("- 2 deployments: api 2.5; api 2.4\n- 1 incident: Crane 4 \\| stood\n"), "{markdown}");
        assert!(terminal.contains("1 incident: Crane 4 | stood"), "{terminal}");

        w.freeze().await;
        let frozen = w.report(21).await;
        let late = json!({ "on": "team", "slug": "cargo", "kind": "incident", "title": "Told late", "at": "2026-10-23T10:00:00Z" });
        w.post("/api/v1/marks", &late).await.expect(201);
        assert_eq!(w.report(21).await, frozen);
        w.t.end().await;
    }
}

/// A document as version 0.1 froze it, before any of this stood in reports.
const OLD: &str = r#"{"organisation":"Northmoor","group":{"slug":"port","name":"Port"},"team":{"slug":"cargo","name":"Cargo"},
"sprint":21,"dates":"21 October to 3 November 2026","starts":"2026-10-20T23:00:00Z","ends":"2026-11-04T00:00:00Z",
"zone":"Europe/London","stage":"reviewed","template":1,"lead":"Everything moved within its usual range.","sections":[{"pillar":
"operations","title":"Operational excellence","rows":[{"metric":"errors","version":1,"title":"Errors","unit":"","decimals":0,
"now":{"number":1.0,"way":"typed","source":"Ada","measured_at":"2026-11-04T10:00:00Z","kept":false,"version":1},"change":{"text":
"first value","reason":"","strength":0.0,"false_alarm":0.0},"series":[1.0],"target":"at most 5","state":"pass"}]}],"automated":
{"k":0,"n":1},"filled":{"k":1,"n":1},"ready":{"name":"Ada","at":"2026-11-04T10:00:00Z"},"reviewed":{"name":"Tom","at":
"2026-11-05T10:00:00Z"},"expected_false_alarms":0.0,"as_of":"2026-11-05T10:00:00Z"}"#;

#[test]
fn a_document_that_was_frozen_before_is_still_read() {
    let d: Document = serde_json::from_str(OLD).unwrap();
    assert!(d.matrix.is_none() && d.standards.is_empty() && d.happened.is_empty());
    let row = &d.sections[0].rows[0];
    assert!(row.exemption.is_none() && row.asked.is_none() && row.marks.is_empty());
    let markdown = report::text::markdown(&d);
    assert!(markdown.contains("| Errors | 1 |") && !markdown.contains("Standards"), "{markdown}");
    assert_eq!(report::sheet::csv(&d).unwrap().lines().count(), 2);
}
