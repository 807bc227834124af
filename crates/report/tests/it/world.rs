//! A group of two teams whose sprint 21 has just ended, with a few metrics and an agreed template, and who may what in it.

use std::sync::Arc;

use kernel::db::{Engine, Tx};
use kernel::error::Result;
use kernel::ids::Id;
use kernel::room::Room;
use kernel::testing::{Answer, Client, TestApp};
use kernel::web::{Actor, ActorId, App, Boxed, Credential, Gate, Scope};
use people::ScopeKind;
use people::place::Place;
use serde_json::{Value, json};

static ROOMS: &[&Room] =
    &[&kernel::ROOM, &people::ROOM, &catalogue::ROOM, &trackers::ROOM, &marks::ROOM, &metrics::ROOM, &actions::ROOM, &report::ROOM];

/// `lead` keeps the catalogue, the template and the team's report, `facilitator` reviews, `approver` decides on exemptions,
/// `reader` is signed in.
struct ByName;

const LEAD: &[&str] = &[
    "groups.write",
    "teams.write",
    "definitions.write",
    "template.write",
    "values.write",
    "notes.write",
    "actions.write",
    "reports.ready",
    "exemptions.ask",
    "standards.write",
];

impl Gate for ByName {
    fn actor<'a>(&'a self, _: &'a App, credential: Credential) -> Boxed<'a, Result<Arc<Actor>>> {
        Box::pin(async move {
            let Credential::Bearer(name) = credential else { return Ok(Arc::new(Actor::anonymous())) };
            let rights: &[&str] = match name.as_str() {
                "lead" => LEAD,
                "facilitator" => &["reports.review"],
                "approver" => &["exemptions.decide"],
                "reader" => &[],
                _ => return Ok(Arc::new(Actor::anonymous())),
            };
            let all = people::rights::ALL.iter().filter(|r| rights.contains(&r.key));
            Ok(Arc::new(Actor {
                id: ActorId::Person(Id::from_u128(name.len() as u128)),
                name: format!("Ann {name}"),
                rights: all.map(|r| (r.key, Scope::All)).collect(),
                ..Actor::anonymous()
            }))
        })
    }
}

/// Pillars, of which standards are made.
fn places(tx: &mut dyn Tx) -> Result<Vec<Place>> {
    let pillars = metrics::store::pillars(tx)?;
    let place = |(slug, name): (String, String)| Place { kind: ScopeKind::Pillar, id: people::place::pillar_id(&slug), slug, name };
    Ok(pillars.into_iter().map(place).collect())
}

/// The application.
pub(crate) struct World {
    pub(crate) t: TestApp,
}

/// A metric of the sprint, for the team or its workloads.
fn metric(key: &str, subject: &str, target: Value) -> Value {
    json!({ "key": key, "title": format!("Title of {key}"), "pillar": "operations", "unit": "", "direction": "down",
        "period": "sprint", "subject": subject, "aggregation": "last", "target": target })
}

impl World {
    /// Without a metric. Cargo has the workloads Cranes and Berths, the latter with a service; Booking has one of its own.
    pub(crate) async fn bare(engine: Engine) -> World {
        people::place::provide(places);
        let w = World { t: TestApp::new(engine, ROOMS, ByName) };
        let group = json!({ "name": "Port", "zone": "Europe/London", "first_number": 17, "first_day": "2026-08-26" });
        w.post("/api/v1/groups", &group).await.expect(201);
        for team in ["Cargo", "Booking"] {
            w.post("/api/v1/teams", &json!({ "name": team, "group": "port" })).await.expect(201);
        }
        for (workload, team) in [("Cranes", "cargo"), ("Berths", "cargo"), ("Seats", "booking")] {
            w.post("/api/v1/workloads", &json!({ "name": workload, "team": team })).await.expect(201);
        }
        w.post("/api/v1/services", &json!({ "name": "Berths API", "workload": "berths" })).await.expect(201);
        w
    }

    /// With three metrics, which are the template.
    pub(crate) async fn new(engine: Engine) -> World {
        let w = Self::bare(engine).await;
        for (key, subject, target) in
            [("errors", "team", json!({ "at_most": 5 })), ("restarts", "workload", Value::Null), ("pages", "team", Value::Null)]
        {
            w.post("/api/v1/metrics", &metric(key, subject, target)).await.expect(201);
        }
        w.agree(&json!([{ "metric": "errors" }, { "metric": "restarts" }, { "metric": "pages" }])).await;
        w
    }

    pub(crate) fn client(&self, who: &str) -> Client {
        let mut client = self.t.client();
        client.bearer = Some(who.to_owned());
        client
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.client("reader").get(path).await
    }

    /// As the lead.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.client("lead").json("POST", path, body).await
    }

    /// A new version of the template, with these rows in the section of operations.
    pub(crate) async fn agree(&self, rows: &Value) {
        let path = "/api/v1/groups/port/template";
        let version = self.get(path).await.expect(200).json()["version"].clone();
        let sections = json!([{ "pillar": "operations", "rows": rows }]);
        let new = json!({ "template": { "sections": sections }, "version": version, "reason": "agreed" });
        self.client("lead").json("PUT", path, &new).await.expect(200);
    }

    /// Stores a number of sprint 21, unless another is named.
    pub(crate) async fn says(&self, metric: &str, subject: &str, sprint: i64, number: f64) {
        let value = json!({ "metric": metric, "subject": subject, "period": sprint.to_string(), "number": number });
        self.post("/api/v1/values", &json!({ "values": [value] })).await.expect(200);
    }

    /// The report of Cargo.
    pub(crate) async fn report(&self, sprint: i64) -> Value {
        self.get(&format!("/api/v1/reports/cargo/{sprint}")).await.expect(200).json()
    }

    /// The page of the report of sprint 21 as somebody sees it.
    pub(crate) async fn page(&self, who: &str) -> String {
        self.client(who).get("/reports/cargo/21").await.expect(200).text
    }

    /// Hands the report of sprint 21 in and reviews it.
    pub(crate) async fn freeze(&self) {
        self.post("/api/v1/reports/cargo/21/readiness", &Value::Null).await.expect(200);
        self.client("facilitator").json("POST", "/api/v1/reports/cargo/21/review", &Value::Null).await.expect(200);
    }
}

/// A row of a report, of one subject.
pub(crate) fn row<'a>(document: &'a Value, metric: &str, subject: Option<&str>) -> &'a Value {
    let mut rows = document["sections"].as_array().unwrap().iter().flat_map(|s| s["rows"].as_array().unwrap());
    rows.find(|r| r["metric"] == metric && r["subject"]["slug"].as_str() == subject)
        .unwrap_or_else(|| panic!("no row {metric} of {subject:?} in {document}"))
}
