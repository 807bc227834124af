//! An organisation of two teams with a few metrics, and who may what in it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use kernel::config::Config;
use kernel::db::Engine;
use kernel::error::Result;
use kernel::ids::Id;
use kernel::room::Room;
use kernel::testing::{Answer, Client, TestApp};
use kernel::web::{Actor, ActorId, App, Boxed, Credential, Gate, Scope};
use serde_json::{Value, json};

pub(crate) static ROOMS: &[&Room] = &[&kernel::ROOM, &people::ROOM, &catalogue::ROOM, &metrics::ROOM, &sources::ROOM];

/// `engineer` may everything that these stories need, `member` types values, `robot` is a token that pushes them, `reader` is
/// signed in.
struct ByName;

impl Gate for ByName {
    fn actor<'a>(&'a self, _: &'a App, credential: Credential) -> Boxed<'a, Result<Arc<Actor>>> {
        Box::pin(async move {
            let Credential::Bearer(name) = credential else { return Ok(Arc::new(Actor::anonymous())) };
            let rights: &[&str] = match name.as_str() {
                "engineer" => &["sources.write", "groups.write", "teams.write", "definitions.write", "values.write"],
                "member" => &["values.write"],
                "reader" => &[],
                "robot" => &["values.write"],
                _ => return Ok(Arc::new(Actor::anonymous())),
            };
            let all = people::rights::ALL.iter().filter(|r| rights.contains(&r.key));
            let id = Id::from_u128(name.len() as u128);
            Ok(Arc::new(Actor {
                id: if name == "robot" { ActorId::Token(id) } else { ActorId::Person(id) },
                name: format!("Ann {name}"),
                rights: all.map(|r| (r.key, Scope::All)).collect(),
                ..Actor::anonymous()
            }))
        })
    }
}

static NEXT: AtomicU32 = AtomicU32::new(0);

/// The application with its far ends allowed, and a folder that goes away.
pub(crate) struct World {
    pub(crate) t: TestApp,
    pub(crate) folder: Folder,
}

/// A folder under the system's temporary folder, removed at the end.
pub(crate) struct Folder(PathBuf);

impl std::ops::Deref for Folder {
    type Target = Path;
    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl World {
    pub(crate) async fn new(engine: Engine) -> World {
        World::with(engine, |_| {}).await
    }

    /// Loopback is allowed, an exchange takes a second at most, an answer 60,000 bytes.
    pub(crate) async fn with(engine: Engine, change: impl FnOnce(&mut Config)) -> World {
        let name = format!("bellwether-sources-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(folder.join("repositories")).unwrap();
        let folder = Folder(std::fs::canonicalize(folder).unwrap());
        let mut config = Config { data: folder.join("data"), ..Config::default() };
        config.outgoing.allow = vec!["127.0.0.1/32".into()];
        config.outgoing.timeout_seconds = Some(1);
        config.outgoing.max_bytes = Some(60_000);
        config.git.roots = vec![folder.join("repositories")];
        change(&mut config);
        let w = World { t: TestApp::with(engine, ROOMS, ByName).config(config).build(), folder };
        let group = json!({ "name": "Core", "zone": "UTC", "sprint_days": 14, "first_number": 1, "first_day": "2026-01-06" });
        w.post("/api/v1/groups", &group).await.expect(201);
        for team in ["Payments", "Search"] {
            w.post("/api/v1/teams", &json!({ "name": team, "group": "core" })).await.expect(201);
        }
        for (key, unit, period) in [("latency", "ms", "week"), ("commits", "", "week"), ("lead", "d", "sprint"), ("up", "", "day")]
        {
            let metric = json!({
                "key": key, "title": key, "pillar": "performance", "unit": unit, "direction": "down", "period": period,
                "subject": "team", "aggregation": "last", "least": 0.0, "greatest": 100_000.0,
            });
            w.post("/api/v1/metrics", &metric).await.expect(201);
        }
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

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.client("engineer").json("POST", path, body).await
    }

    /// Makes a source and returns its slug.
    pub(crate) async fn make(&self, name: &str, metric: &str, subject: &str, pull: Value) -> String {
        let new = json!({ "name": name, "metric": metric, "subject": subject, "every_minutes": 60, "pull": pull });
        let made = self.post("/api/v1/sources", &new).await.expect(201).json();
        made["slug"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn run(&self, slug: &str) -> Value {
        self.post(&format!("/api/v1/sources/{slug}/run"), &Value::Null).await.expect(200).json()
    }

    /// Fills in the past and waits for the end; the run that did it.
    pub(crate) async fn fill(&self, slug: &str) -> Value {
        self.ask(slug).await;
        sources::jobs::settled(&self.t.app).await;
        let run = self.runs(slug).await.remove(0);
        assert_eq!(self.source(slug).await["backfill"]["message"], run["message"], "{run}");
        run
    }

    /// Asks to fill in the past; it goes on.
    pub(crate) async fn ask(&self, slug: &str) {
        self.post(&format!("/api/v1/sources/{slug}/backfill"), &Value::Null).await.expect(202);
    }

    /// What filling in the past would ask for.
    pub(crate) async fn offer(&self, slug: &str) -> Value {
        self.get(&format!("/api/v1/sources/{slug}/backfill")).await.expect(200).json()
    }

    /// Stores a number as a person (`member`) or a token (`robot`).
    pub(crate) async fn says(&self, who: &str, metric: &str, period: &str, number: f64) {
        let body = json!({ "values": [{ "metric": metric, "subject": "payments", "period": period, "number": number }] });
        self.client(who).json("POST", "/api/v1/values", &body).await.expect(200);
    }

    pub(crate) async fn source(&self, slug: &str) -> Value {
        self.get(&format!("/api/v1/sources/{slug}")).await.expect(200).json()
    }

    pub(crate) async fn runs(&self, slug: &str) -> Vec<Value> {
        let page = self.get(&format!("/api/v1/sources/{slug}/runs")).await.expect(200).json();
        page["items"].as_array().unwrap().clone()
    }

    /// What is stored for a metric of a team: period, number, way, source.
    pub(crate) async fn values(&self, metric: &str, subject: &str) -> Vec<(String, f64, String, String)> {
        let series = self.get(&format!("/api/v1/metrics/{metric}/values?subject={subject}&limit=1000")).await.expect(200).json();
        let text = |v: &Value, key: &str| v[key].as_str().unwrap().to_owned();
        let all = series["values"].as_array().unwrap().iter();
        all.map(|v| (text(v, "period"), v["number"].as_f64().unwrap(), text(v, "way"), text(v, "source"))).collect()
    }

    /// One look of the job at what is due; the runs that it started are awaited.
    pub(crate) async fn tick(&self) {
        self.look().await;
        sources::jobs::settled(&self.t.app).await;
    }

    /// One look of the job at what is due; what it started goes on.
    pub(crate) async fn look(&self) {
        assert!(kernel::jobs::once(&self.t.app, &sources::ROOM.jobs[0], "test").await.unwrap());
    }
}

/// The two secrets of Datadog, for this machine.
pub(crate) fn datadog_secrets(config: &mut Config) {
    let folder = config.data.parent().unwrap().to_owned();
    for (name, scheme) in [("dd-api", "header:DD-API-KEY"), ("dd-app", "header:DD-APPLICATION-KEY")] {
        let file = folder.join(name);
        std::fs::write(&file, format!("s3cr3t-{name}\n")).unwrap();
        config.secrets.push(kernel::config::Secret {
            name: name.into(),
            hosts: vec!["127.0.0.1".into()],
            file,
            scheme: scheme.into(),
        });
    }
}

pub(crate) fn datadog(url: &str, call: &str) -> Value {
    json!({
        "kind": "datadog", "site": url, "call": call, "query": "avg:latency{*}", "combine": "mean", "api_key": "dd-api",
        "application_key": "dd-app",
    })
}

/// Rows with a day and a number.
pub(crate) fn rows(url: &str) -> Value {
    json!({ "kind": "json", "url": url, "rows": "$.items[*]", "value": "$.n", "time": "$.day" })
}

/// The same as a table.
pub(crate) fn table(location: &str) -> Value {
    json!({ "kind": "csv", "location": location, "value": "n", "time": "day" })
}

pub(crate) fn instant(url: &str) -> Value {
    json!({ "kind": "prometheus", "url": url, "query": "latency", "mode": "instant" })
}
