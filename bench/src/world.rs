//! What is in the data of a server that is measured: a group of 64 teams that have reported for 24 sprints, made through
//! the owner's socket by the same calls that anybody makes.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use kernel::time::Clock;
use serde_json::{Value, json};
use tokio::net::UnixStream;

use crate::http::{Conn, Target, bytes};
use crate::server::Server;

/// Teams.
pub(crate) const TEAMS: usize = 64;

/// Sprints that have ended; the last is being reported.
pub(crate) const SPRINTS: i64 = 24;

/// Metrics whose values come by the day, for the batches.
pub(crate) const DAILY: usize = 10;

const DAY: Duration = Duration::from_secs(86_400);

/// Slug of a team.
pub(crate) fn team(n: usize) -> String {
    format!("team-{n:02}")
}

/// Path of a team's report of a sprint, below `/api/v1` or from the root.
pub(crate) fn report(n: usize, sprint: i64) -> String {
    format!("/reports/{}/{sprint}", team(n % TEAMS))
}

/// The body that writes a team's words for the `n`th time, as a server expects it whose words are at version `n`.
pub(crate) fn words(version: u64) -> String {
    format!(r#"{{"kind":"win","text":"Berths can be booked from a phone now.","version":{version}}}"#)
}

/// Fills a fresh server; returns where it is, with a token that may write values and words.
///
/// # Errors
/// The first call that is refused.
pub(crate) async fn fill(server: &Server, data: &Path) -> anyhow::Result<Target> {
    let mut owner = Owner::of(data).await?;
    owner.put("/api/v1/organisation", &json!({ "name": "Northmoor Ports", "zone": "Europe/London", "version": 0 })).await?;
    let now = Clock::system().now();
    let first = now.minus(DAY * u32::try_from(SPRINTS * 14 + 2)?);
    let first_day = first.jiff().strftime("%Y-%m-%d").to_string();
    owner.post("/api/v1/groups", &json!({ "name": "Ports", "zone": "Europe/London", "first_day": first_day })).await?;
    define(&mut owner).await?;
    for n in 0..TEAMS {
        owner.post("/api/v1/teams", &json!({ "name": format!("Team {n:02}"), "group": "ports" })).await?;
        owner.post("/api/v1/values", &history(n)).await?;
        owner.put(&format!("/api/v1{}/words", report(n, SPRINTS)), &serde_json::from_str(&words(0))?).await?;
    }
    for n in 0..8 {
        let reviewed = format!("/api/v1{}", report(n, SPRINTS - 1));
        owner.post(&format!("{reviewed}/readiness"), &Value::Null).await?;
        owner.post(&format!("{reviewed}/review"), &Value::Null).await?;
    }
    let rights: Vec<Value> = ["values.write", "notes.write"].iter().map(|r| json!({ "right": r })).collect();
    let made = owner.post("/api/v1/tokens", &json!({ "name": "bench", "days": 1, "scopes": rights })).await?;
    let token = made["secret"].as_str().context("a token's secret")?.to_owned();
    Ok(Target { address: server.address, token })
}

/// The metrics of the usual template, the template, and those by the day.
async fn define(owner: &mut Owner) -> anyhow::Result<()> {
    let definitions = report::starter::definitions();
    for d in &definitions {
        owner.post("/api/v1/metrics", &serde_json::to_value(d)?).await?;
    }
    for n in 0..DAILY {
        let mut d = serde_json::to_value(&definitions[0])?;
        d["key"] = json!(daily(n));
        d["title"] = json!(format!("Requests a day, {n}"));
        d["period"] = json!("day");
        owner.post("/api/v1/metrics", &d).await?;
    }
    let template = serde_json::to_value(report::starter::template(false))?;
    owner
        .put("/api/v1/groups/ports/template", &json!({ "template": template, "version": 0, "reason": "to begin with" }))
        .await
        .map(|_| ())
}

/// Key of a metric by the day.
pub(crate) fn daily(n: usize) -> String {
    format!("daily-{n}")
}

/// A team's values of all sprints: fourteen series that vary around a level, as most do.
fn history(team_number: usize) -> Value {
    let definitions = report::starter::definitions();
    let mut values = Vec::new();
    for sprint in 1..=SPRINTS {
        for (m, d) in definitions.iter().enumerate() {
            let phase = (team_number * 37 + m * 61) as f64 * 0.61 + sprint as f64 * 2.3;
            let level = d.greatest.map_or(20.0 + 10.0 * m as f64, |g| g * 0.9);
            let number = (level * (1.0 + 0.08 * phase.sin()) * 10.0).round() / 10.0;
            values.push(json!({ "metric": d.key, "subject": team(team_number), "period": sprint.to_string(), "number": number }));
        }
    }
    json!({ "values": values, "source": "Prometheus" })
}

/// Whoever owns the data folder.
pub(crate) struct Owner(Conn<UnixStream>);

impl Owner {
    /// Of a running server's folder.
    ///
    /// # Errors
    /// If no server runs there.
    pub(crate) async fn of(data: &Path) -> anyhow::Result<Self> {
        Ok(Self(Conn::new(UnixStream::connect(data.join("bellwether.sock")).await?)))
    }

    /// Posts; the answer's body.
    ///
    /// # Errors
    /// Any answer but 2xx.
    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.send("POST", path, body).await
    }

    /// Puts; the answer's body.
    ///
    /// # Errors
    /// Any answer but 2xx.
    pub(crate) async fn put(&mut self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.send("PUT", path, body).await
    }

    async fn send(&mut self, method: &str, path: &str, body: &Value) -> anyhow::Result<Value> {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let answer = self.0.good(&bytes(method, path, "", &text)).await.with_context(|| format!("{method} {path}"))?;
        Ok(if answer.is_empty() { Value::Null } else { serde_json::from_slice(answer)? })
    }
}
