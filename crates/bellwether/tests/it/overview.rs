//! The overview says of each team what its report says, whatever was done since somebody last looked: it keeps what it found,
//! and must notice every change.

use std::time::Duration;

use catalogue::exemptions::{Asked, Decision, ExemptionKind, Target};
use kernel::testing::{Client, TestApp};
use kernel::web::{Actor, ActorId, Ctx};
use serde_json::{Value, json};

use crate::world::{SPRINT, World};

const TEAMS: [[&str; 2]; 2] = [["booking", "cargo"], ["gate", "rail"]];

const GROUPS: [&str; 2] = ["port", "yard"];

/// Metrics that the template gets beside its own: of a workload, of a service, and by the week.
const MORE: [(&str, &str); 3] = [("error-budget", "-core"), ("restarts", "-api"), ("pages", "")];

struct Story {
    world: World,
    owner: Client,
}

impl Story {
    async fn new(engine: kernel::db::Engine) -> Self {
        let world = World::new(engine).await;
        let mut story = Self { owner: world.owner(), world };
        for group in GROUPS {
            let path = format!("/api/v1/groups/{group}/template");
            let mut found = story.get(&path).await;
            let rows: Vec<Value> = MORE.iter().map(|(m, _)| json!({ "metric": m })).collect();
            found["template"]["sections"].as_array_mut().unwrap().push(json!({ "pillar": "operations", "rows": rows }));
            let new = json!({ "template": found["template"], "version": found["version"], "reason": "more rows" });
            story.owner.json("PUT", &path, &new).await.expect(200);
        }
        story
    }

    async fn get(&mut self, path: &str) -> Value {
        self.owner.get(path).await.expect(200).json()
    }

    async fn post(&mut self, path: &str, body: &Value) -> Value {
        let answer = self.owner.json("POST", path, body).await;
        assert!((200..300).contains(&answer.status), "{path}: {} {}", answer.status, answer.text);
        if answer.text.is_empty() { Value::Null } else { answer.json() }
    }

    async fn record(&mut self, metric: &str, subject: &str, period: &str, number: f64) {
        let value = json!({ "metric": metric, "subject": subject, "period": period, "number": number });
        self.post("/api/v1/values", &json!({ "values": [value], "source": "Prometheus" })).await;
    }

    /// Each overview beside the reports of its teams.
    async fn same(&mut self, after: &str) {
        for (group, teams) in GROUPS.iter().zip(TEAMS) {
            let overview = self.get(&format!("/api/v1/groups/{group}/overview")).await;
            let sprint = overview["sprint"].as_i64().unwrap();
            let mut signals = Vec::new();
            let mut states = Vec::new();
            for team in teams {
                let report = self.get(&format!("/api/v1/reports/{team}/{sprint}")).await;
                states.push(team_of(&report));
                signals.extend(signals_of(&report));
            }
            assert_eq!(overview["teams"], Value::Array(states), "{group} after {after}");
            let mut told: Vec<String> = overview["signals"].as_array().unwrap().iter().map(Value::to_string).collect();
            told.sort();
            signals.sort();
            assert_eq!(told, signals, "{group} after {after}");
            let page = self.owner.get(&format!("/overview/{group}")).await.expect(200).text;
            assert!(page.contains("State by team and pillar"), "{page}");
        }
    }
}

/// What the overview says of a team, from its report alone.
fn team_of(report: &Value) -> Value {
    let order = ["attention", "stale", "unknown", "pass", "exempt", "not_yet", "not_applicable"];
    let pillar = |section: &Value| {
        let states: Vec<&str> = section["rows"].as_array().unwrap().iter().map(|r| r["state"].as_str().unwrap()).collect();
        let mut out = json!({ "pillar": section["pillar"] });
        if let Some(gravest) = order.iter().find(|s| states.contains(s)) {
            out["state"] = json!(gravest);
        }
        out
    };
    let pillars: Vec<Value> = report["sections"].as_array().unwrap().iter().map(pillar).collect();
    let automation = if report["automation"].is_null() { json!([]) } else { report["automation"].clone() };
    json!({ "team": report["team"], "stage": report["stage"], "pillars": pillars, "automation": automation })
}

/// The signals of a report.
fn signals_of(report: &Value) -> Vec<String> {
    let mut out = Vec::new();
    for section in report["sections"].as_array().unwrap() {
        for row in section["rows"].as_array().unwrap() {
            let kind = match (row["change"]["judgement"].as_str(), row["state"].as_str().unwrap()) {
                (Some("worse"), _) => "worse",
                (_, "stale") => "stale",
                (Some("better"), _) => "better",
                _ => continue,
            };
            let found = json!({ "team": report["team"]["slug"], "pillar": section["title"], "kind": kind, "row": row });
            out.push(found.to_string());
        }
    }
    out
}

/// Values of five sprints and a week, month and day for every team: calm, but for one signal.
async fn history(s: &mut Story) {
    let mut values = Vec::new();
    for (t, team) in TEAMS.iter().flatten().enumerate() {
        for sprint in SPRINT - 4..=SPRINT {
            for (m, metric) in ["requests-served", "deployments", "lead-time"].iter().enumerate() {
                let wave = f64::from(u8::try_from((sprint + 2 * t as i64 + m as i64) % 3).unwrap());
                let number = if sprint == SPRINT && t == 1 && m == 2 { 90.0 } else { 20.0 + wave };
                values.push(json!({ "metric": metric, "subject": team, "period": sprint.to_string(), "number": number }));
            }
        }
        for (metric, period, end) in
            [("error-budget", "2026-09", "-core"), ("restarts", "2026-10-22", "-api"), ("pages", "2026-W42", "")]
        {
            values.push(json!({ "metric": metric, "subject": format!("{team}{end}"), "period": period, "number": 3.0 + t as f64 }));
        }
    }
    s.post("/api/v1/values", &json!({ "values": values, "source": "Prometheus" })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overview_says_what_the_reports_say_after_every_act() {
    for engine in TestApp::ENGINES {
        let mut s = Story::new(engine).await;
        s.same("the beginning").await;
        history(&mut s).await;
        s.same("values of every kind of period and subject").await;
        assert!(!s.get("/api/v1/groups/port/overview").await["signals"].as_array().unwrap().is_empty());

        s.record("deployments", "booking", &SPRINT.to_string(), 400.0).await;
        s.same("a correction that is a signal").await;
        let sprint = SPRINT.to_string();
        s.post("/api/v1/teams/booking/withdrawal", &json!({ "metric": "deployments", "period": sprint })).await;
        s.same("its withdrawal").await;
        let note = json!({ "subject": "cargo", "period": SPRINT.to_string(), "note": "The gateway was down." });
        s.post("/api/v1/metrics/lead-time/notes", &note).await;
        s.same("a note").await;
        s.record("restarts", "gate-api", "2026-10-20", 9.0).await;
        s.same("a day of a service").await;
        let baseline = json!({ "subject": "cargo", "period": (SPRINT - 4).to_string(), "periods": 5, "reason": "It is so now." });
        s.post("/api/v1/metrics/lead-time/baselines", &baseline).await;
        s.same("a baseline").await;

        let report = format!("/api/v1/reports/cargo/{SPRINT}");
        let asked = s.post(&format!("{report}/questions"), &json!({ "metric": "lead-time", "text": "Why?" })).await;
        s.same("a question").await;
        let answer = format!("/api/v1/teams/cargo/questions/{}/answer", asked["id"].as_str().unwrap());
        s.post(&answer, &json!({ "text": "The gateway." })).await;
        s.same("its answer").await;
        let win = json!({ "kind": "win", "text": "Berths can be booked from a phone.", "version": 0 });
        s.owner.json("PUT", &format!("{report}/words"), &win).await.expect(204);
        s.same("a win").await;
        assert!(s.owner.get("/overview/port").await.expect(200).text.contains("Berths can be booked from a phone."));

        for (on, slug) in [("team", "cargo"), ("service", "cargo-api"), ("group", "port")] {
            let at = s.world.t.app.now().minus(Duration::from_secs(86_400 * 12));
            let mark = json!({ "on": on, "slug": slug, "kind": "incident", "title": "The gateway was down", "at": at });
            s.post("/api/v1/marks", &mark).await;
            s.same("a mark").await;
        }
        exempt(&s.world).await;
        s.same("an exemption").await;

        s.post(&format!("{report}/readiness"), &Value::Null).await;
        s.same("the hand-in").await;
        s.post(&format!("{report}/reopening"), &Value::Null).await;
        s.same("the reopening").await;
        s.post(&format!("{report}/readiness"), &Value::Null).await;
        s.post(&format!("{report}/review"), &Value::Null).await;
        s.same("the review").await;
        s.record("lead-time", "cargo", &SPRINT.to_string(), 20.0).await;
        s.same("a correction after the review").await;
        around(&mut s).await;
        s.world.t.end().await;
    }
}

/// What changes without a value: definitions, the template, names, owners, days.
async fn around(s: &mut Story) {
    let mut found = s.get("/api/v1/metrics/deployments").await;
    found["definition"]["target"] = json!({ "at_least": 500.0 });
    found["definition"]["fresh_days"] = json!(20);
    let new = json!({ "definition": found["definition"], "version": found["version"], "comparable_because": "the same count" });
    s.owner.json("PUT", "/api/v1/metrics/deployments", &new).await.expect(200);
    s.same("a target").await;
    let mut found = s.get("/api/v1/groups/yard/template").await;
    found["template"]["sections"].as_array_mut().unwrap().remove(0);
    let new = json!({ "template": found["template"], "version": found["version"], "reason": "less" });
    s.owner.json("PUT", "/api/v1/groups/yard/template", &new).await.expect(200);
    s.same("another template").await;
    let gate = s.get("/api/v1/teams/gate").await;
    let new = json!({ "name": "Gate and weighbridge", "version": gate["version"] });
    s.owner.json("PATCH", "/api/v1/teams/gate", &new).await.expect(200);
    s.same("a new name").await;
    let core = s.get("/api/v1/workloads/gate-core").await;
    let new = json!({ "team": "rail", "version": core["version"] });
    s.owner.json("PATCH", "/api/v1/workloads/gate-core", &new).await.expect(200);
    s.same("another owner of a workload").await;
    s.record("error-budget", "gate-core", "2026-09", 77.0).await;
    s.same("a value of that workload").await;
    for days in [5, 4, 3, 12] {
        s.world.t.clock.advance(Duration::from_secs(86_400 * days));
        s.same("days that pass").await;
    }
}

/// Booking is let off one row, by an approver.
async fn exempt(world: &World) {
    let cx = world.owner_cx();
    let last = cx.now.plus(Duration::from_secs(86_400 * 60)).jiff().strftime("%Y-%m-%d").to_string();
    // Nobody decides on what they asked for.
    let lead = Actor { id: ActorId::Person(world.teams[1].id), name: "Ines".into(), ..bellwether::doctor::owner() };
    let lead = Ctx::of(lead, cx.now, "exempt");
    let act = move |cx: &Ctx, tx: &mut dyn kernel::db::Tx| {
        let team = catalogue::store::team_by_slug(tx, "booking")?;
        let d = metrics::store::definition(tx, "deployments")?.unwrap().definition;
        let target = Target { subject: None, metric: d.key, standard: None, pillar: d.pillar, title: d.title };
        let new = Asked { kind: ExemptionKind::Exempt, reason: "The pipeline moves.".into(), until: last.clone() };
        let asked = catalogue::acts::exemptions::ask(&lead, tx, &team, &target, &new)?;
        let yes = Decision { approve: true, reason: "Agreed.".into() };
        catalogue::acts::exemptions::decide(cx, tx, asked.id, &yes)
    };
    world.t.app.write(&cx, act).await.unwrap();
}

/// Many write and many look at once; when all is said, what is kept is true.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_while_others_write_is_true_in_the_end() {
    for engine in TestApp::ENGINES {
        let mut s = Story::new(engine).await;
        history(&mut s).await;
        let mut tasks = Vec::new();
        for (t, team) in TEAMS.iter().flatten().enumerate() {
            let mut writer = s.world.owner();
            tasks.push(tokio::spawn(async move {
                for n in 0..12_u8 {
                    let number = 20.0 + f64::from(n) * 15.0 * (t as f64 + 1.0);
                    let value = json!({ "metric": "deployments", "subject": team, "period": SPRINT.to_string(), "number": number });
                    let batch = json!({ "values": [value], "source": "Prometheus" });
                    // A busy server says so and stores nothing; then one tries again.
                    while writer.json("POST", "/api/v1/values", &batch).await.status == 503 {}
                }
            }));
            let mut reader = s.world.owner();
            let group = GROUPS[t % 2];
            tasks.push(tokio::spawn(async move {
                for _ in 0..12 {
                    let status = reader.get(&format!("/api/v1/groups/{group}/overview")).await.status;
                    assert!(matches!(status, 200 | 503), "{status}");
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        s.same("all of them").await;
        s.world.t.end().await;
    }
}
