//! `bellwether decision`: the ledger of decisions.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::print::Out;
use super::rest::{Way, segment};

/// Decisions.
#[derive(Debug, Subcommand)]
pub(super) enum DecisionVerb {
    /// Decisions, newest first
    List {
        /// Words that it holds
        #[arg(long)]
        find: Option<String>,
        /// Key of a team
        #[arg(long)]
        team: Option<String>,
    },
    /// One decision
    Show {
        /// Its number
        decision: i64,
    },
    /// Write a decision down; it never changes, but another can supersede it
    Write(Written),
}

/// What is written down.
#[derive(Debug, Args)]
pub(super) struct Written {
    /// In up to 200 characters
    title: String,
    /// What was decided
    #[arg(long)]
    decided: String,
    /// Why
    #[arg(long)]
    why: String,
    /// What else was considered; may stand several times
    #[arg(long)]
    alternative: Vec<String>,
    /// Who decided; may stand several times, yourself if nobody is named
    #[arg(long)]
    decider: Vec<String>,
    /// When it is to be looked at again, such as 2027-06-30
    #[arg(long)]
    review_by: Option<String>,
    /// Number of the decision that it replaces
    #[arg(long)]
    supersedes: Option<i64>,
    /// Key of the team whose it is
    #[arg(long)]
    team: Option<String>,
    /// Key of the workload that it is about
    #[arg(long)]
    workload: Option<String>,
}

pub(super) async fn decision(way: &Way, out: Out, verb: DecisionVerb) -> anyhow::Result<()> {
    match verb {
        DecisionVerb::List { find, team } => {
            let asked: Vec<String> = [("q", find), ("team", team)]
                .into_iter()
                .filter_map(|(name, value)| Some(format!("{name}={}", segment(&value?))))
                .collect();
            let query = if asked.is_empty() { String::new() } else { format!("?{}", asked.join("&")) };
            let mut all = way.list(&format!("/api/v1/decisions{query}")).await?;
            if !out.json {
                for d in &mut all {
                    d["team"] = d["team"]["slug"].clone();
                }
            }
            out.rows(&all, &["number", "title", "team", "made_by", "made_at", "superseded_by"])
        }
        DecisionVerb::Show { decision } => out.thing(&way.json("GET", &format!("/api/v1/decisions/{decision}"), None).await?),
        DecisionVerb::Write(w) => {
            let mut body = json!({
                "title": w.title, "decided": w.decided, "why": w.why, "alternatives": w.alternative, "deciders": w.decider
            });
            let more: [(&str, Option<Value>); 4] = [
                ("review_by", w.review_by.map(Value::from)),
                ("supersedes", w.supersedes.map(Value::from)),
                ("team", w.team.map(Value::from)),
                ("workload", w.workload.map(Value::from)),
            ];
            for (name, value) in more {
                if let Some(value) = value {
                    body[name] = value;
                }
            }
            out.thing(&way.json("POST", "/api/v1/decisions", Some(&body)).await?)
        }
    }
}
