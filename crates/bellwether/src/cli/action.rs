//! `bellwether action`: who does what by when.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::print::Out;
use super::rest::{Way, segment};

/// Actions.
#[derive(Debug, Subcommand)]
pub(super) enum ActionVerb {
    /// Actions by team, within a team by last day
    List(Which),
    /// One action with its changes and what it did to its metric
    Show {
        /// Its id
        action: String,
    },
    /// Put an action into the register
    Add {
        /// What is done
        what: String,
        /// Key of the team that does it
        #[arg(long)]
        team: String,
        /// Mail address of who does it, or a role such as principal-engineer
        #[arg(long, default_value = "principal-engineer")]
        owner: String,
        /// Key of the workload that it is about
        #[arg(long)]
        workload: Option<String>,
        /// For which goal
        #[arg(long)]
        goal: Option<String>,
        /// Last day, such as 2026-12-18
        #[arg(long)]
        due: Option<String>,
        /// hours, days or weeks
        #[arg(long)]
        effort: Option<String>,
        /// Where the work is tracked
        #[arg(long)]
        issue: Option<String>,
        /// Key of the metric that it should move
        #[arg(long, requires = "expect")]
        metric: Option<String>,
        /// Key of the workload or service of that metric, if it is not the team's own
        #[arg(long, requires = "metric")]
        subject: Option<String>,
        /// Which way: up or down
        #[arg(long, requires = "metric")]
        expect: Option<String>,
        /// By how much, in the metric's unit
        #[arg(long, requires = "metric")]
        by: Option<f64>,
    },
    /// Link an action to an issue, or make one from it, once for each tracker
    Link {
        /// The action's id
        action: String,
        /// Key of the tracker
        #[arg(long)]
        tracker: String,
        /// Number, key or address of an issue that exists; without it one is made
        #[arg(long)]
        issue: Option<String>,
    },
    /// Say that an action is done, with what shows it
    Close {
        /// Its id
        action: String,
        /// What shows that it is done, in words
        #[arg(long, required_unless_present = "link")]
        evidence: Option<String>,
        /// The same as a link
        #[arg(long)]
        link: Option<String>,
    },
    /// Say that nobody will do it, and why
    Drop {
        /// Its id
        action: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
}

/// What a list is narrowed to.
#[derive(Debug, Args)]
pub(super) struct Which {
    /// Key of a team
    #[arg(long)]
    team: Option<String>,
    /// Key of a workload
    #[arg(long)]
    workload: Option<String>,
    /// open, in-progress, done, dropped, unfinished or all
    #[arg(long, default_value = "unfinished")]
    state: String,
    /// report, session, risk, incident, game-day, concern, standard or by-hand
    #[arg(long)]
    origin: Option<String>,
    /// Only what is late
    #[arg(long)]
    late: bool,
    /// Only what you answer for, by name or by a role in a team
    #[arg(long)]
    mine: bool,
    /// As CSV
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

impl Which {
    fn query(&self) -> String {
        let late = self.late.then(|| "yes".to_owned());
        let (state, owner) = (Some(self.state.clone()), self.mine.then(|| "me".to_owned()));
        let all = [
            ("team", &self.team),
            ("workload", &self.workload),
            ("state", &state),
            ("origin", &self.origin),
            ("late", &late),
            ("owner", &owner),
        ];
        let pairs: Vec<String> = all.iter().filter_map(|(k, v)| Some(format!("{k}={}", segment(v.as_deref()?)))).collect();
        pairs.join("&")
    }
}

/// A row for a table: what is nested becomes a word.
fn flat(mut a: Value) -> Value {
    for (field, inner) in [("team", "slug"), ("owner", "name"), ("origin", "kind")] {
        a[field] = a[field][inner].clone();
    }
    a
}

/// Moves an action on from the version that it has now.
async fn move_on(way: &Way, out: Out, action: &str, mut body: Value) -> anyhow::Result<()> {
    let path = format!("/api/v1/actions/{}", segment(action));
    body["version"] = way.json("GET", &path, None).await?["version"].clone();
    out.thing(&way.json("POST", &format!("{path}/state"), Some(&body)).await?)
}

pub(super) async fn action(way: &Way, out: Out, verb: ActionVerb) -> anyhow::Result<()> {
    match verb {
        ActionVerb::List(which) if which.csv => {
            let answer = way.send("GET", &format!("/api/v1/actions/csv?{}", which.query()), None).await?.good()?;
            out.text(answer.text.trim_end())
        }
        ActionVerb::List(which) => {
            let all = way.list(&format!("/api/v1/actions?{}", which.query())).await?;
            let all: Vec<Value> = if out.json { all } else { all.into_iter().map(flat).collect() };
            out.rows(&all, &["team", "what", "owner", "due", "state", "carried", "origin", "id"])
        }
        ActionVerb::Show { action } => out.thing(&way.json("GET", &format!("/api/v1/actions/{}", segment(&action)), None).await?),
        ActionVerb::Add { what, team, owner, workload, goal, due, effort, issue, metric, subject, expect, by } => {
            let mut body = json!({ "what": what, "team": team, "owner": owner });
            for (name, value) in [("workload", workload), ("goal", goal), ("due", due), ("effort", effort), ("issue", issue)] {
                if let Some(value) = value {
                    body[name] = Value::String(value);
                }
            }
            if let Some(metric) = metric {
                body["expected"] = json!({ "metric": metric, "direction": expect });
                if let Some(subject) = subject {
                    body["expected"]["subject"] = json!(subject);
                }
                if let Some(by) = by {
                    body["expected"]["by"] = json!(by);
                }
            }
            out.thing(&way.json("POST", "/api/v1/actions", Some(&body)).await?)
        }
        ActionVerb::Link { action, tracker, issue } => {
            let path = format!("/api/v1/actions/{}/issues", segment(&action));
            out.thing(&way.json("POST", &path, Some(&json!({ "tracker": tracker, "issue": issue }))).await?)
        }
        ActionVerb::Close { action, evidence, link } => {
            let evidence = json!({ "words": evidence.unwrap_or_default(), "url": link.unwrap_or_default() });
            move_on(way, out, &action, json!({ "state": "done", "evidence": evidence })).await
        }
        ActionVerb::Drop { action, reason } => move_on(way, out, &action, json!({ "state": "dropped", "reason": reason })).await,
    }
}
