//! A large organisation: a thousand teams of one group, each with thirty metrics that have been reported for 26 sprints. Made
//! by the same calls that anybody makes.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use kernel::time::Clock;
use serde_json::{Value, json};

use crate::http::Target;
use crate::noise::Noise;
use crate::server::Server;
use crate::world::Owner;

/// Teams.
pub(crate) const TEAMS: usize = 1000;

/// Metrics of the template.
pub(crate) const METRICS: usize = 30;

/// Sprints that have ended; the last is being reported.
pub(crate) const SPRINTS: i64 = 26;

/// Values that one batch takes at most.
const BATCH: usize = 10_000;

const PILLARS: [&str; 6] = ["business", "security", "cost", "operations", "reliability", "performance"];

/// Slug of a team.
pub(crate) fn team(n: usize) -> String {
    format!("team-{n:03}")
}

fn metric(n: usize) -> String {
    format!("measure-{n:02}")
}

/// Fills a fresh server; returns where it is, with a token that may write values.
///
/// # Errors
/// The first call that is refused.
pub(crate) async fn fill(server: &Server, data: &Path) -> anyhow::Result<Target> {
    let mut owner = Owner::of(data).await?;
    owner.put("/api/v1/organisation", &json!({ "name": "Northmoor Ports", "zone": "Europe/London", "version": 0 })).await?;
    let first = Clock::system().now().minus(Duration::from_secs(86_400) * u32::try_from(SPRINTS * 14 + 2)?);
    let first_day = first.jiff().strftime("%Y-%m-%d").to_string();
    owner.post("/api/v1/groups", &json!({ "name": "Ports", "zone": "Europe/London", "first_day": first_day })).await?;
    define(&mut owner).await?;
    for n in 0..TEAMS {
        owner.post("/api/v1/teams", &json!({ "name": format!("Team {n:03}"), "group": "ports" })).await?;
    }
    let mut noise = Noise::new(1000);
    let each = METRICS * usize::try_from(SPRINTS)?;
    let teams: Vec<usize> = (0..TEAMS).collect();
    for some in teams.chunks(BATCH / each) {
        let values: Vec<Value> = some.iter().flat_map(|n| history(*n, &mut noise)).collect();
        owner.post("/api/v1/values", &json!({ "values": values, "source": "Prometheus" })).await?;
    }
    for n in 0..TEAMS {
        let report = format!("/api/v1/reports/{}/{SPRINTS}", team(n));
        if n % 10 == 0 {
            let win = json!({ "kind": "win", "text": "Berths can be booked from a phone now.", "version": 0 });
            owner.put(&format!("{report}/words"), &win).await?;
        }
        if n % 2 == 0 {
            owner.post(&format!("{report}/readiness"), &Value::Null).await?;
        }
        if n % 4 == 0 {
            owner.post(&format!("{report}/review"), &Value::Null).await?;
        }
    }
    let rights = json!([{ "right": "values.write" }]);
    let made = owner.post("/api/v1/tokens", &json!({ "name": "bench", "days": 1, "scopes": rights })).await?;
    let token = made["secret"].as_str().context("a token's secret")?.to_owned();
    Ok(Target { address: server.address, token })
}

async fn define(owner: &mut Owner) -> anyhow::Result<()> {
    let mut sections: Vec<Value> = PILLARS.iter().map(|p| json!({ "pillar": p, "rows": [] })).collect();
    for n in 0..METRICS {
        let pillar = n % PILLARS.len();
        let direction = if n % 3 == 0 { "up" } else { "down" };
        let definition = json!({ "key": metric(n), "title": format!("Measure {n:02}"), "pillar": PILLARS[pillar], "unit": "ms", "decimals": 1,
            "direction": direction, "period": "sprint", "subject": "team", "aggregation": "mean", "fresh_days": 30 });
        owner.post("/api/v1/metrics", &definition).await?;
        if let Some(rows) = sections[pillar]["rows"].as_array_mut() {
            rows.push(json!({ "metric": metric(n) }));
        }
    }
    let template = json!({ "template": { "sections": sections }, "version": 0, "reason": "to begin with" });
    owner.put("/api/v1/groups/ports/template", &template).await.map(|_| ())
}

/// A team's values of all sprints: around a level; of a hundred series two moved in the last sprint.
fn history(team_number: usize, noise: &mut Noise) -> Vec<Value> {
    let mut out = Vec::with_capacity(METRICS * SPRINTS as usize);
    for m in 0..METRICS {
        let level = 20.0 + 400.0 * noise.uniform();
        let moved = if noise.uniform() < 0.02 { 1.5 } else { 1.0 };
        for sprint in 1..=SPRINTS {
            let now = if sprint == SPRINTS { moved } else { 1.0 };
            out.push(value(team_number, m, sprint, level * now * (1.0 + 0.05 * noise.normal())));
        }
    }
    out
}

fn value(team_number: usize, m: usize, sprint: i64, number: f64) -> Value {
    let number = (number * 10.0).round() / 10.0;
    json!({ "metric": metric(m), "subject": team(team_number), "period": sprint.to_string(), "number": number })
}

/// A batch of the values of one team's sprint, corrected for the `n`th time.
pub(crate) fn correction(n: u64) -> String {
    let mut noise = Noise::new(n);
    let team_number = (n as usize * 37 + 1) % TEAMS;
    let values: Vec<Value> = (0..METRICS).map(|m| value(team_number, m, SPRINTS, 100.0 * (1.0 + 0.05 * noise.normal()))).collect();
    json!({ "values": values, "source": "Prometheus" }).to_string()
}
