//! `bellwether notice`: notices to all developers.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::{Value, json};

use super::nouns::document;
use super::print::Out;
use super::rest::{Way, segment};
use super::speak::text;

/// Notices.
#[derive(Debug, Subcommand)]
pub(super) enum NoticeVerb {
    /// All notices, newest first
    List,
    /// One notice with its teams
    Show {
        /// Its number, 31 or N-31
        notice: String,
    },
    /// Issue a notice from a YAML or JSON file
    Issue {
        /// The file
        file: PathBuf,
    },
    /// Say for a team that it has read the newest version and planned
    Acknowledge {
        /// Its number
        notice: String,
        /// Key of the team
        #[arg(long)]
        team: String,
        /// What the team will do
        #[arg(long)]
        plan: Option<String>,
        /// By which day, such as 2026-12-20
        #[arg(long)]
        planned: Option<String>,
    },
    /// Take a notice back
    Withdraw {
        /// Its number
        notice: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// What notices still ask of a team
    Open {
        /// Key of the team
        team: String,
    },
}

pub(super) async fn notice(way: &Way, out: Out, verb: NoticeVerb) -> anyhow::Result<()> {
    let at = |notice: &str, act: &str| format!("/api/v1/notices/{}{act}", segment(notice));
    match verb {
        NoticeVerb::List => {
            let mut all = way.list("/api/v1/notices").await?;
            if !out.json {
                all.iter_mut().for_each(counted);
            }
            out.rows(&all, &["number", "title", "kind", "acknowledge_by", "acknowledged", "state"])
        }
        NoticeVerb::Show { notice } => out.thing(&way.json("GET", &at(&notice, ""), None).await?),
        NoticeVerb::Issue { file } => out.thing(&way.json("POST", "/api/v1/notices", Some(&document(&file)?)).await?),
        NoticeVerb::Acknowledge { notice, team, plan, planned } => {
            let version = way.json("GET", &at(&notice, ""), None).await?["version"].clone();
            let body = json!({ "team": team, "version": version, "plan": plan.unwrap_or_default(), "planned": planned.unwrap_or_default() });
            out.thing(&way.json("POST", &at(&notice, "/acknowledgements"), Some(&body)).await?)
        }
        NoticeVerb::Withdraw { notice, reason } => {
            out.thing(&way.json("POST", &at(&notice, "/withdrawal"), Some(&json!({ "reason": reason }))).await?)
        }
        NoticeVerb::Open { team } => {
            let path = format!("/api/v1/teams/{}/notices", segment(&team));
            let mut all = way.list(&path).await?;
            if !out.json {
                for n in &mut all {
                    let names: Vec<&str> = n["workloads"].as_array().into_iter().flatten().map(text).collect();
                    n["workloads"] = json!(names.join(", "));
                }
            }
            out.rows(&all, &["number", "title", "kind", "acknowledge_by", "acknowledged", "workloads"])
        }
    }
}

/// For a table: how many teams have acknowledged, of how many.
fn counted(n: &mut Value) {
    let teams = n["teams"].as_array().cloned().unwrap_or_default();
    let k = teams.iter().filter(|t| t["acknowledged"].is_object()).count();
    n["acknowledged"] = json!(format!("{k} of {}", teams.len()));
}
