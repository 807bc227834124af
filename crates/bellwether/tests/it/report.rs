//! The main job once through, as people do it: a value is typed, the report is handed in and reviewed, it is frozen and proved,
//! a correction comes too late; and two people at once.

use kernel::testing::{Client, TestApp};
use kernel::trail::merkle::hex_digest;
use people::Role;
use serde_json::{Value, json};

use crate::world::{Person, SPRINT, World};

struct Story {
    world: World,
    maya: Person,
    ines: Person,
    tomasz: Person,
    hanna: Person,
}

impl Story {
    async fn new(engine: kernel::db::Engine) -> Self {
        let world = World::new(engine).await;
        let (team, group) = (Some(world.teams[0].id), Some(world.groups[0].id));
        let maya = world.person("Maya Lindqvist", &[(Role::PrincipalEngineer, team)]).await;
        let ines = world.person("Ines Castro", &[(Role::DeliveryLead, team)]).await;
        let tomasz = world.person("Tomasz Zielinski", &[(Role::Facilitator, group)]).await;
        let hanna = world.person("Hanna Lund", &[(Role::Facilitator, group)]).await;
        Self { world, maya, ines, tomasz, hanna }
    }

    fn page(&self, rest: &str) -> String {
        format!("/reports/cargo/{SPRINT}{rest}")
    }

    /// A minute later.
    fn later(&self) {
        self.world.t.clock.advance(std::time::Duration::from_secs(60));
    }

    async fn document(&self) -> Value {
        self.world.browser(&self.maya).get(&format!("/api/v1/reports/cargo/{SPRINT}")).await.expect(200).json()
    }

    /// What the trail says about the report, newest first.
    async fn records(&self) -> Vec<Value> {
        let path = format!("/api/v1/trail?kind=report&id={}%2F{SPRINT}", self.world.teams[0].id);
        self.world.browser(&self.maya).get(&path).await.expect(200).json()["items"].as_array().unwrap().clone()
    }

    async fn verbs(&self) -> Vec<String> {
        self.records().await.iter().map(|r| r["verb"].as_str().unwrap().to_owned()).collect()
    }
}

fn row<'a>(document: &'a Value, metric: &str) -> &'a Value {
    let mut rows = document["sections"].as_array().unwrap().iter().flat_map(|s| s["rows"].as_array().unwrap());
    rows.find(|r| r["metric"] == metric).unwrap_or_else(|| panic!("no row {metric}"))
}

/// One of two succeeded with a redirect and the other was told, with that status; returns what the other was told.
fn one_of(first: kernel::testing::Answer, second: kernel::testing::Answer, status: u16) -> String {
    let (good, late) = if first.status == 303 { (first, second) } else { (second, first) };
    assert_eq!((good.status, late.status), (303, status), "{} {}", good.location(), late.location());
    late.text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typed_value_becomes_a_frozen_report_that_the_trail_proves() {
    for engine in TestApp::ENGINES {
        let s = Story::new(engine).await;
        let (mut maya, mut tomasz) = (s.world.browser(&s.maya), s.world.browser(&s.tomasz));

        // Maya types one value and a win.
        let form = maya.get(&s.page("/entry")).await.expect(200).text;
        let csrf = Client::csrf(&form);
        let fields = [
            ("csrf", csrf.as_str()),
            ("v.deployments.cargo", "14"),
            ("v.deployments.cargo-n", "Two of them at night."),
            ("win", "Berths can be booked from a phone."),
            ("win-version", "0"),
            ("act", "save"),
        ];
        assert_eq!(maya.form(&s.page("/entry"), &fields).await.expect(303).location(), s.page("/entry"));
        let draft = s.document().await;
        let typed = row(&draft, "deployments");
        assert_eq!((&draft["stage"], &typed["now"]["number"]), (&json!("draft"), &json!(14.0)), "{draft}");
        assert_eq!((&typed["now"]["way"], &typed["now"]["source"]), (&json!("typed"), &json!("Maya Lindqvist")));
        assert_eq!(draft["filled"], json!({ "k": 1, "n": 9 }));
        let page = maya.get(&s.page("")).await.expect(200).text;
        assert!(page.contains("Draft") && page.contains("1 of 9 values") && page.contains("Two of them at night."), "{page}");

        // Not reviewed before it is ready; not handed in by a facilitator; not reviewed by the team.
        let told = tomasz.form(&s.page("/review"), &[("csrf", &s.tomasz.csrf())]).await.expect(409).text;
        assert!(told.contains("has not marked this report ready yet"), "{told}");
        tomasz.form(&s.page("/readiness"), &[("csrf", &s.tomasz.csrf())]).await.expect(403);
        s.later();
        maya.form(&s.page("/readiness"), &[("csrf", &csrf)]).await.expect(303);
        assert_eq!(s.document().await["stage"], "ready");
        maya.form(&s.page("/review"), &[("csrf", &csrf)]).await.expect(403);

        // Reopened and handed in once more, which the trail tells.
        s.later();
        maya.form(&s.page("/reopening"), &[("csrf", &csrf)]).await.expect(303);
        assert_eq!(s.document().await["stage"], "draft");
        s.later();
        maya.form(&s.page("/readiness"), &[("csrf", &csrf)]).await.expect(303);

        // Tomasz reviews it: the document is frozen and its digest is in the trail.
        s.later();
        tomasz.form(&s.page("/review"), &[("csrf", &s.tomasz.csrf())]).await.expect(303);
        let frozen = s.document().await;
        assert_eq!((&frozen["stage"], &frozen["reviewed"]["name"]), (&json!("reviewed"), &json!("Tomasz Zielinski")));
        assert_eq!(s.verbs().await, ["reviewed", "ready", "reopened", "ready", "said"]);
        let record = s.records().await.remove(0);
        let (team, digest) = (s.world.teams[0].id, record["payload"]["digest"].as_str().unwrap().to_owned());
        let stored = s.world.t.app.db.read(move |tx| report::store::frozen_text(tx, team, SPRINT)).await.unwrap().unwrap();
        assert_eq!((hex_digest(stored.0.as_bytes()), &stored.1), (digest.clone(), &digest));
        assert_eq!(serde_json::from_str::<Value>(&stored.0).unwrap(), frozen);
        let page = maya.get(&s.page("")).await.expect(200).text;
        assert!(page.contains(&digest[..12]) && page.contains("Reviewed") && !page.contains("changed since"), "{page}");

        // A correction comes too late for the report, but not for the ledger.
        s.world.t.clock.advance(std::time::Duration::from_secs(3_600));
        let late = json!({ "values": [{ "metric": "deployments", "subject": "cargo", "period": "21", "number": 15 }] });
        maya.json("POST", "/api/v1/values", &late).await.expect(200);
        let series = maya.get("/api/v1/metrics/deployments/values?subject=cargo").await.expect(200).json();
        assert_eq!(series["values"][0]["number"], 15.0);
        let starts = kernel::time::Time::parse(frozen["starts"].as_str().unwrap()).unwrap();
        let ledger = s.world.t.app.db.read(move |tx| metrics::store::entries(tx, "deployments", team, starts, 10)).await.unwrap();
        assert_eq!(ledger.iter().map(|e| e.number).collect::<Vec<_>>(), [Some(15.0), Some(14.0)]);
        assert_eq!(s.document().await, frozen);
        let after = s.world.t.app.db.read(move |tx| report::store::frozen_text(tx, team, SPRINT)).await.unwrap().unwrap();
        assert_eq!(after, stored);
        let page = maya.get(&s.page("")).await.expect(200).text;
        assert!(page.contains("One value changed since the review.") && page.contains("14, now 15"), "{page}");
        let markdown = maya.get(&s.page("/markdown")).await.expect(200).text;
        assert!(markdown.contains("| 14 |") && !markdown.contains("| 15 |"), "{markdown}");

        // Nothing opens it again.
        for (path, fields) in [("/reopening", vec![]), ("/readiness", vec![]), ("/entry", vec![("v.deployments.cargo", "16")])] {
            let fields: Vec<(&str, &str)> = fields.into_iter().chain([("csrf", csrf.as_str())]).collect();
            let told = maya.form(&s.page(path), &fields).await.expect(409).text;
            assert!(told.contains("was reviewed and is frozen"), "{path}: {told}");
        }
        let words = json!({ "kind": "win", "text": "Another.", "version": 1 });
        maya.json("PUT", &format!("/api/v1/reports/cargo/{SPRINT}/words"), &words).await.expect(409);
        tomasz.form(&s.page("/review"), &[("csrf", &s.tomasz.csrf())]).await.expect(409);
        assert_eq!(s.document().await, frozen);
        let verified = maya.get("/api/v1/trail/verification").await.expect(200).json();
        assert_eq!(verified["valid"], true, "{verified}");
        s.world.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_people_at_once_one_is_told_what_the_other_did() {
    for engine in TestApp::ENGINES {
        let s = Story::new(engine).await;
        let (mut maya, mut ines) = (s.world.browser(&s.maya), s.world.browser(&s.ines));
        let (mut tomasz, mut hanna) = (s.world.browser(&s.tomasz), s.world.browser(&s.hanna));
        let csrf = [s.maya.csrf(), s.ines.csrf(), s.tomasz.csrf(), s.hanna.csrf()];
        let win = |csrf: &str, text: &str, number: &str| {
            let pairs = [("csrf", csrf), ("win", text), ("win-version", "0"), ("v.deployments.cargo", number)];
            pairs.map(|(k, v)| (k.to_owned(), v.to_owned()))
        };
        let [ours, theirs] = [win(&csrf[0], "A win that Maya saw.", "14"), win(&csrf[1], "A win that Ines saw.", "15")];
        let borrow = |f: &[(String, String)]| f.iter().map(|(k, v)| (k.clone(), v.clone())).collect::<Vec<_>>();
        let (ours, theirs) = (borrow(&ours), borrow(&theirs));
        fn refs(f: &[(String, String)]) -> Vec<(&str, &str)> {
            f.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect()
        }
        let entry = s.page("/entry");
        let (a, b) = (refs(&ours), refs(&theirs));
        let (first, second) = tokio::join!(maya.form(&entry, &a), ines.form(&entry, &b));
        // The late one's form is shown again with what was typed.
        let told = one_of(first, second, 422);
        let document = s.document().await;
        let kept = document["win"]["text"].as_str().unwrap();
        assert!(told.contains(kept) && told.contains("Nothing of yours was stored"), "{told}");
        let number = if kept.contains("Maya") { 14.0 } else { 15.0 };
        assert_eq!(row(&document, "deployments")["now"]["number"], number, "the number of whoever was late was stored");

        s.later();
        let ready = s.page("/readiness");
        let (a, b) = ([("csrf", csrf[0].as_str())], [("csrf", csrf[1].as_str())]);
        let (first, second) = tokio::join!(maya.form(&ready, &a), ines.form(&ready, &b));
        let told = one_of(first, second, 409);
        let document = s.document().await;
        assert!(
            told.contains("marked this report ready already") && told.contains(document["ready"]["name"].as_str().unwrap()),
            "{told}"
        );

        s.later();
        let review = s.page("/review");
        let (a, b) = ([("csrf", csrf[2].as_str())], [("csrf", csrf[3].as_str())]);
        let (first, second) = tokio::join!(tomasz.form(&review, &a), hanna.form(&review, &b));
        let told = one_of(first, second, 409);
        assert!(told.contains("reviewed"), "{told}");
        assert_eq!(s.verbs().await, ["reviewed", "ready", "said"]);
        s.world.t.end().await;
    }
}
