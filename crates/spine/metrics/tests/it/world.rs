//! A group with two teams, a workload, and metrics of each kind of period, on either engine.

use kernel::db::{Engine, Tx};
use kernel::error::Result;
use kernel::room::Room;
use kernel::testing::{Client, TestApp};
use people::place::Place;
use people::{PeopleGate, ScopeKind};
use serde_json::{Value, json};

static ROOMS: &[&Room] = &[&kernel::ROOM, &people::ROOM, &catalogue::ROOM, &metrics::ROOM];

/// Runs a story on both engines, each as a test of its own.
macro_rules! on_both {
    ($( $name:ident; )+) => { $(
        mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                super::$name(crate::world::World::new(kernel::db::Engine::Sqlite).await).await;
            }
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                super::$name(crate::world::World::new(kernel::db::Engine::Postgres).await).await;
            }
        }
    )+ };
}
pub(crate) use on_both;

fn places(tx: &mut dyn Tx) -> Result<Vec<Place>> {
    let mut out = Vec::new();
    for g in catalogue::store::groups(tx)? {
        out.push(Place { kind: ScopeKind::Group, id: g.id, slug: g.slug, name: g.name });
    }
    for t in catalogue::store::teams(tx, None)? {
        out.push(Place { kind: ScopeKind::Team, id: t.id, slug: t.slug, name: t.name });
    }
    Ok(out)
}

/// The organisation. At [`TestApp::START`] sprint 22 of its group runs (11 to 24 November 2026).
pub(crate) struct World {
    pub(crate) t: TestApp,
    /// May record values of the team Payments.
    pub(crate) maya: Client,
    /// The same, somebody else.
    pub(crate) ines: Client,
}

impl World {
    pub(crate) async fn new(engine: Engine) -> Self {
        people::place::provide(places);
        let t = TestApp::new(engine, ROOMS, PeopleGate::new());
        let mut owner = Self::owner(&t);
        let new = json!({ "name": "Northmoor Ports", "zone": "Europe/London", "version": 0 });
        owner.json("PUT", "/api/v1/organisation", &new).await.expect(200);
        let new = json!({ "name": "Port", "zone": "Europe/London", "first_number": 1, "first_day": "2026-01-21" });
        let group = owner.json("POST", "/api/v1/groups", &new).await.expect(201).json();
        for team in ["Payments", "Booking"] {
            owner.json("POST", "/api/v1/teams", &json!({ "name": team, "group": group["slug"] })).await.expect(201);
        }
        owner.json("POST", "/api/v1/workloads", &json!({ "name": "Harbour dues", "team": "payments" })).await.expect(201);
        for (key, title, unit, period, subject, aggregation) in [
            ("availability", "Availability", "%", "sprint", "team", "mean"),
            ("open-threats", "Open threats", "", "sprint", "team", "last"),
            ("latency-p95", "Latency, p95", "ms", "sprint", "team", "none"),
            ("change-fail-rate", "Change failure rate", "%", "sprint", "team", "ratio"),
            ("run-cost", "Cost of running", "£k", "month", "team", "sum"),
            ("errors", "Errors", "", "sprint", "workload", "sum"),
        ] {
            let mut new = json!({ "key": key, "title": title, "pillar": "operations", "unit": unit, "decimals": 1, "direction": "none",
                "period": period, "subject": subject, "aggregation": aggregation });
            if unit == "%" {
                (new["least"], new["greatest"]) = (json!(0.0), json!(100.0));
            }
            owner.json("POST", "/api/v1/metrics", &new).await.expect(201);
        }
        let (maya, ines) = (Self::program(&t, "Maya").await, Self::program(&t, "Ines").await);
        Self { t, maya, ines }
    }

    pub(crate) fn owner(t: &TestApp) -> Client {
        let mut client = t.client();
        client.owner = true;
        client
    }

    /// Somebody who may record values of the team Payments; entries are told apart by who made them.
    async fn program(t: &TestApp, name: &str) -> Client {
        let mut owner = Self::owner(t);
        let team = owner.get("/api/v1/teams/payments").await.expect(200).json()["id"].clone();
        let body = json!({ "name": name, "scopes": [{ "right": "values.write", "scope": team }] });
        let made = owner.json("POST", "/api/v1/tokens", &body).await.expect(201).json();
        let mut client = t.client();
        client.bearer = made["secret"].as_str().map(str::to_owned);
        client
    }

    /// Number, note and source of what counts, by period; null where something was taken back.
    pub(crate) async fn series(&mut self, metric: &str, subject: &str) -> Vec<(String, Value)> {
        let path = format!("/api/v1/metrics/{metric}/values?subject={subject}");
        let answer = self.maya.get(&path).await.expect(200).json();
        let values = answer["values"].as_array().unwrap().iter();
        values.map(|v| (v["period"].as_str().unwrap().to_owned(), v.clone())).collect()
    }

    /// The number that counts, if one does.
    pub(crate) async fn number(&mut self, metric: &str, period: &str) -> Option<f64> {
        let found = self.series(metric, "payments").await.into_iter().find(|(p, _)| p == period);
        found.and_then(|(_, v)| v["number"].as_f64())
    }

    /// A minute later.
    pub(crate) fn later(&self) {
        self.t.clock.advance(std::time::Duration::from_secs(60));
    }
}
