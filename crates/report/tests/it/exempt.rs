//! Rows that are exempt, do not apply, or begin later: counted as nothing, said everywhere, frozen as they were.

use kernel::testing::TestApp;
use serde_json::{Value, json};

use crate::world::{World, row};

const ROW: &str = "/api/v1/teams/cargo/exemptions/errors/cargo";

fn ask(until: &str) -> Value {
    json!({ "kind": "exempt", "reason": "The old gateway goes in spring.", "until": until })
}

/// The lead asks for an exemption of errors until that day; returns its id.
async fn asked(w: &World, until: &str) -> String {
    w.post(ROW, &ask(until)).await.expect(201).json()["id"].as_str().unwrap().to_owned()
}

async fn decide(w: &World, id: &str, approve: bool) {
    let body = json!({ "approve": approve, "reason": "Agreed for the winter." });
    w.client("approver").json("POST", &format!("/api/v1/exemptions/{id}/decision"), &body).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exemption_of_what_is_no_row_is_refused() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        w.client("reader").json("POST", ROW, &ask("2026-12-31")).await.expect(403);
        for (path, says) in [
            ("cargo/exemptions/nothing/cargo", "no row “nothing”"),
            ("cargo/exemptions/restarts/seats", "Cargo has no workload “seats”"),
            ("cargo/exemptions/restarts/cargo", "“cargo”"),
            ("nobody/exemptions/errors/cargo", "“nobody”"),
        ] {
            let told = w.post(&format!("/api/v1/teams/{path}"), &ask("2026-12-31")).await.expect(404).text;
            assert!(told.contains(says), "{path}: {told}");
        }
        let bad = w.post(ROW, &json!({ "kind": "exempt", "reason": " ", "until": "2020-01-01" })).await.expect(422).json();
        let at: Vec<&str> = bad["faults"].as_array().unwrap().iter().map(|f| f["at"].as_str().unwrap()).collect();
        assert_eq!(at, ["reason", "until"], "{bad}");
        asked(&w, "2026-12-31").await;
        w.post(ROW, &ask("2026-12-31")).await.expect(409);
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_is_exempt_once_approved_and_stays_so_in_a_frozen_report() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        w.says("errors", "cargo", 21, 50.0).await;
        let before = w.report(21).await;
        assert_eq!(row(&before, "errors", None)["state"], "attention", "{before}");
        assert_eq!(before["filled"], json!({ "k": 1, "n": 4 }));
        let link = "href=\"/reports/cargo/exemptions/errors/cargo\"";
        assert!(w.page("lead").await.contains(link) && !w.page("reader").await.contains(link));

        // While it waits, the row says what its value says, and that somebody asked.
        let id = asked(&w, "2026-12-31").await;
        let waits = w.report(21).await;
        let errors = row(&waits, "errors", None);
        assert_eq!((&errors["state"], &errors["asked"]["until"]), (&json!("attention"), &json!("2026-12-31")));
        assert!(w.page("lead").await.contains("waits for an approver") && !w.page("lead").await.contains(link));

        decide(&w, &id, true).await;
        let exempt = w.report(21).await;
        let errors = row(&exempt, "errors", None);
        assert_eq!((&errors["state"], &errors["now"]["number"]), (&json!("exempt"), &json!(50.0)), "{errors}");
        let why = json!({ "reason": "The old gateway goes in spring.", "by": "Ann approver", "until": "2026-12-31" });
        assert_eq!((&errors["exemption"], &errors["asked"], &errors["change"]["judgement"]), (&why, &Value::Null, &Value::Null));
        assert_eq!(exempt["filled"], json!({ "k": 0, "n": 3 }));
        assert_eq!(exempt["automated"], json!({ "k": 0, "n": 0 }));
        assert_eq!(exempt["lead"], "No value has come in yet for this sprint.");
        // Only the row of the team, not that of another metric or subject.
        assert_eq!(row(&exempt, "pages", None)["state"], "unknown");
        let page = w.page("reader").await;
        for says in ["Exempt: The old gateway goes in spring.", "approved by Ann approver", "until 31 December 2026"] {
            assert!(page.contains(says), "{says}: {page}");
        }
        let markdown = w.get("/reports/cargo/21/markdown").await.expect(200).text;
        assert!(markdown.contains("| Exempt |") && markdown.contains("Exempt: The old gateway"), "{markdown}");
        let csv = w.get("/api/v1/reports/cargo/21/csv").await.expect(200).text;
        let line = csv.lines().find(|l| l.contains(",errors,")).unwrap();
        assert!(line.contains(",exempt,The old gateway") && line.ends_with(",Ann approver,2026-12-31,"), "{line}");
        let document = serde_json::from_value(exempt.clone()).unwrap();
        let terminal = report::text::terminal(&document);
        let words: Vec<&str> = terminal.split_whitespace().collect();
        assert!(words.join(" ").contains("(approved by Ann approver, until 31 December 2026)"), "{terminal}");

        // Taken back after the review: the row is judged again, the frozen report is not.
        w.freeze().await;
        let frozen = w.report(21).await;
        w.post(&format!("/api/v1/exemptions/{id}/withdrawal"), &Value::Null).await.expect(200);
        assert_eq!(w.report(21).await, frozen);
        assert_eq!(row(&frozen, "errors", None)["exemption"], why);
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exemption_that_is_refused_or_over_leaves_the_row_as_it_was() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        w.says("errors", "cargo", 21, 50.0).await;
        let id = asked(&w, "2026-12-31").await;
        decide(&w, &id, false).await;
        let refused = w.report(21).await;
        let errors = row(&refused, "errors", None);
        assert_eq!((&errors["state"], &errors["asked"], &errors["exemption"]), (&json!("attention"), &Value::Null, &Value::Null));

        // It holds for reports of sprints that end by its last day, and for no older one than was prepared when it was asked for.
        let id = asked(&w, "2026-12-05").await;
        decide(&w, &id, true).await;
        let state = async |sprint| row(&w.report(sprint).await, "errors", None)["state"].clone();
        assert_eq!((state(20).await, state(21).await), (json!("unknown"), json!("exempt")));
        w.t.clock.advance(std::time::Duration::from_secs(40 * 86_400));
        w.says("errors", "cargo", 24, 50.0).await;
        assert_eq!((state(21).await, state(24).await), (json!("exempt"), json!("attention")));
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_apply_is_ruled_out_on_the_page_of_its_row() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let path = "/reports/cargo/exemptions/restarts/berths";
        let form = w.client("lead").get(path).await.expect(200).text;
        assert!(form.contains("Title of restarts, Berths") && form.contains("Ask for it"), "{form}");
        assert!(!w.get(path).await.expect(200).text.contains("Ask for it"));
        let refused = w.client("lead").form(path, &[("kind", "not-applicable"), ("reason", "")]).await.expect(422).text;
        assert!(refused.contains("Say why"), "{refused}");
        let good = [("kind", "not-applicable"), ("reason", "Berths never restart."), ("until", "")];
        w.client("reader").form(path, &good).await.expect(403);
        assert_eq!(w.client("lead").form(path, &good).await.expect(303).location(), path);
        assert!(w.get(path).await.expect(200).text.contains("Berths never restart."));

        let d = w.report(21).await;
        let ruled = row(&d, "restarts", Some("berths"));
        let why = json!({ "reason": "Berths never restart.", "by": "Ann lead" });
        assert_eq!((&ruled["state"], &ruled["exemption"]), (&json!("not_applicable"), &why));
        assert_eq!((&row(&d, "restarts", Some("cranes"))["state"], &d["filled"]), (&json!("unknown"), &json!({ "k": 0, "n": 3 })));
        assert!(w.page("reader").await.contains("Does not apply: Berths never restart."));
        // Nobody is asked to type it any more.
        let entry = w.client("lead").get("/reports/cargo/21/entry").await.expect(200).text;
        assert!(entry.contains("v.restarts.cranes") && !entry.contains("v.restarts.berths"), "{entry}");
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_begins_later_counts_as_nothing_and_begins_by_itself() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        w.agree(&json!([{ "metric": "errors", "from_sprint": 22 }])).await;
        w.says("errors", "cargo", 20, 1.0).await;
        w.says("errors", "cargo", 21, 50.0).await;
        let d = w.report(21).await;
        let errors = row(&d, "errors", None);
        assert_eq!((&errors["state"], &errors["reason"]), (&json!("not_yet"), &json!("agreed from sprint 22")));
        assert_eq!((&errors["change"]["judgement"], &d["filled"]), (&Value::Null, &json!({ "k": 0, "n": 0 })));
        assert_eq!(
            (&d["automated"], &d["lead"]),
            (&json!({ "k": 0, "n": 0 }), &json!("Nothing of the template is asked for in this sprint."))
        );
        let (page, markdown) = (w.page("lead").await, w.get("/reports/cargo/21/markdown").await.expect(200).text);
        assert!(page.contains("Not yet") && page.contains("One begins later.") && !page.contains("exempt it"), "{page}");
        assert!(markdown.contains("| Not yet |"), "{markdown}");
        let document = serde_json::from_value(d).unwrap();
        assert!(report::text::terminal(&document).contains("agreed from sprint 22"));

        // Nobody changes anything: a sprint later the same row is asked for.
        w.t.clock.advance(std::time::Duration::from_secs(14 * 86_400));
        let next = w.report(22).await;
        assert_eq!((&row(&next, "errors", None)["state"], &next["filled"]), (&json!("unknown"), &json!({ "k": 0, "n": 1 })));
        w.says("errors", "cargo", 22, 50.0).await;
        assert_eq!(row(&w.report(22).await, "errors", None)["state"], "attention");
        assert_eq!(row(&w.report(21).await, "errors", None)["state"], "not_yet");
        w.t.end().await;
    }
}
