//! `bellwether concern`: concerns of the SRE council.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::nouns::document;
use super::print::Out;
use super::rest::{Way, segment};

/// Concerns.
#[derive(Debug, Subcommand)]
pub(super) enum ConcernVerb {
    /// Concerns, newest first
    List(Which),
    /// One concern with its work, results and history
    Show {
        /// Its number, such as 21 or C-21
        concern: String,
    },
    /// Raise a concern
    Raise {
        /// Title: what hurts
        title: String,
        /// Key of the team that raises it
        #[arg(long)]
        team: String,
        /// Why is this SRE?
        #[arg(long)]
        why_sre: String,
        /// Why is it important?
        #[arg(long)]
        why_important: String,
        /// What is involved?
        #[arg(long)]
        involved: String,
        /// Can our data confirm it: yes, no or not-yet
        #[arg(long)]
        confirmed: Option<String>,
        /// The values that were seen, or what is missing
        #[arg(long)]
        seen: Option<String>,
        /// Key of the metric that it is about
        #[arg(long, requires = "subject")]
        metric: Option<String>,
        /// Key of the team, workload or service whose metric it is
        #[arg(long, requires = "metric")]
        subject: Option<String>,
        /// What is believed to change the number
        #[arg(long)]
        hypothesis: Option<String>,
    },
    /// Move a concern on
    Move {
        /// Its number
        concern: String,
        /// Where to: presented, accepted, rejected, sent-on, epic, vetted and so on
        to: String,
        /// Why, what is missing, or what came in
        #[arg(long)]
        why: Option<String>,
        /// Who decided; may be given several times
        #[arg(long)]
        decider: Vec<String>,
        /// To whom it is sent on
        #[arg(long)]
        sent_to: Option<String>,
        /// Title of the epic
        #[arg(long)]
        epic: Option<String>,
        /// Address of the epic
        #[arg(long)]
        epic_url: Option<String>,
        /// Quarter on the roadmap, such as 2027-Q1
        #[arg(long)]
        quarter: Option<String>,
    },
    /// Give a concern a score (WSJF)
    Score {
        /// Its number
        concern: String,
        /// What users and the business gain
        #[arg(long)]
        value: u32,
        /// How much is lost by waiting
        #[arg(long)]
        urgency: u32,
        /// Which risk goes, or what it makes possible
        #[arg(long)]
        risk: u32,
        /// How much work it is
        #[arg(long)]
        size: u32,
        /// For the council as a whole
        #[arg(long)]
        council: bool,
    },
    /// Give a team a story
    Story {
        /// Number of the concern
        concern: String,
        /// What is done
        what: String,
        /// Key of the team
        #[arg(long)]
        team: String,
        /// Mail address or role; the principal engineer if left out
        #[arg(long)]
        owner: Option<String>,
        /// Last day, such as 2026-12-18
        #[arg(long)]
        due: Option<String>,
        /// Address of the issue
        #[arg(long)]
        issue: Option<String>,
        /// Number of the sprint
        #[arg(long)]
        sprint: Option<i64>,
    },
    /// Compare before and after, and record it unless it is a dry run
    Measure(Measure),
    /// What is planned, done and measured, by quarter
    Roadmap {
        /// As Markdown
        #[arg(long, conflicts_with = "csv")]
        markdown: bool,
        /// As CSV
        #[arg(long)]
        csv: bool,
    },
}

/// What a list is narrowed to.
#[derive(Debug, Args)]
pub(super) struct Which {
    /// Words that each begin a word of the concern or its reason
    words: Vec<String>,
    /// A state, or board, aside, all
    #[arg(long, default_value = "board")]
    state: String,
    /// Key of a team
    #[arg(long)]
    team: Option<String>,
    /// As CSV
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

/// A result.
#[derive(Debug, Args)]
pub(super) struct Measure {
    /// Number of the concern
    concern: String,
    /// Day of the change, such as 2026-11-04
    #[arg(long, required_unless_present = "file")]
    changed: Option<String>,
    /// First day before; the baseline if left out
    #[arg(long)]
    from: Option<String>,
    /// First day that does not count any more; today if left out
    #[arg(long)]
    until: Option<String>,
    /// production or pre-production
    #[arg(long, default_value = "production")]
    environment: String,
    /// What else changed meanwhile
    #[arg(long)]
    also_changed: Option<String>,
    /// The whole result as YAML or JSON, - for standard input
    #[arg(long, conflicts_with_all = ["changed", "from", "until", "also_changed"])]
    file: Option<PathBuf>,
    /// Only say what it would say
    #[arg(long)]
    dry_run: bool,
}

fn path(concern: &str) -> String {
    format!("/api/v1/concerns/{}", segment(concern))
}

/// A body with the fields that were given.
fn with(mut body: Value, fields: &[(&str, &Option<String>)]) -> Value {
    for (name, value) in fields {
        if let Some(value) = value {
            body[*name] = json!(value);
        }
    }
    body
}

/// A row for a table: what is nested becomes a word.
fn flat(mut c: Value) -> Value {
    c["title"] = c["content"]["title"].clone();
    c["team"] = c["team"]["slug"].clone();
    c["wsjf"] = c["wsjf"]["score"].clone();
    c
}

async fn list(way: &Way, out: Out, w: Which) -> anyhow::Result<()> {
    let mut query = format!("q={}&state={}", segment(&w.words.join(" ")), segment(&w.state));
    if let Some(team) = &w.team {
        query = format!("{query}&team={}", segment(team));
    }
    if w.csv {
        return out.text(way.send("GET", &format!("/api/v1/concerns/csv?{query}"), None).await?.good()?.text.trim_end());
    }
    let all = way.list(&format!("/api/v1/concerns?{query}")).await?;
    let all: Vec<Value> = if out.json { all } else { all.into_iter().map(flat).collect() };
    out.rows(&all, &["number", "title", "team", "state", "wsjf", "moved_at"])
}

async fn measure(way: &Way, out: Out, m: Measure) -> anyhow::Result<()> {
    let body = match &m.file {
        Some(file) => document(file)?,
        None => with(
            json!({ "environment": m.environment }),
            &[("changed", &m.changed), ("from", &m.from), ("until", &m.until), ("also_changed", &m.also_changed)],
        ),
    };
    let what = if m.dry_run { "comparison" } else { "results" };
    let made = way.json("POST", &format!("{}/{what}", path(&m.concern)), Some(&body)).await?;
    let numbers = if m.dry_run { &made } else { &made["numbers"] };
    if out.json {
        return out.thing(&made);
    }
    let words: Vec<&str> = [&numbers["sentence"], &numbers["against"]].iter().filter_map(|w| w.as_str()).collect();
    out.say(&words.join(" "))
}

pub(super) async fn concern(way: &Way, out: Out, verb: ConcernVerb) -> anyhow::Result<()> {
    match verb {
        ConcernVerb::List(which) => list(way, out, which).await,
        ConcernVerb::Show { concern } => out.thing(&way.json("GET", &path(&concern), None).await?),
        ConcernVerb::Raise { title, team, why_sre, why_important, involved, confirmed, seen, metric, subject, hypothesis } => {
            let content = with(
                json!({ "title": title, "why_sre": why_sre, "why_important": why_important, "involved": involved }),
                &[
                    ("confirmed", &confirmed),
                    ("seen", &seen),
                    ("metric", &metric),
                    ("subject", &subject),
                    ("hypothesis", &hypothesis),
                ],
            );
            let body = json!({ "team": team, "content": content });
            out.thing(&way.json("POST", "/api/v1/concerns", Some(&body)).await?)
        }
        ConcernVerb::Move { concern, to, why, decider, sent_to, epic, epic_url, quarter } => {
            let version = way.json("GET", &path(&concern), None).await?["version"].clone();
            let body = with(
                json!({ "version": version, "to": to, "deciders": decider }),
                &[("why", &why), ("sent_to", &sent_to), ("epic", &epic), ("epic_url", &epic_url), ("quarter", &quarter)],
            );
            out.thing(&way.json("POST", &format!("{}/moves", path(&concern)), Some(&body)).await?)
        }
        ConcernVerb::Score { concern, value, urgency, risk, size, council } => {
            let body = json!({ "value": value, "urgency": urgency, "risk": risk, "size": size, "council": council });
            out.thing(&way.json("POST", &format!("{}/scores", path(&concern)), Some(&body)).await?)
        }
        ConcernVerb::Story { concern, what, team, owner, due, issue, sprint } => {
            let mut body = with(json!({ "what": what, "team": team }), &[("owner", &owner), ("due", &due), ("issue", &issue)]);
            if let Some(sprint) = sprint {
                body["sprint"] = json!(sprint);
            }
            out.thing(&way.json("POST", &format!("{}/stories", path(&concern)), Some(&body)).await?)
        }
        ConcernVerb::Measure(m) => measure(way, out, m).await,
        ConcernVerb::Roadmap { markdown: false, csv: false } => {
            let map = way.json("GET", "/api/v1/council/roadmap", None).await?;
            if out.json {
                return out.thing(&map);
            }
            let mut rows = Vec::new();
            for q in map["quarters"].as_array().into_iter().flatten() {
                for what in ["planned", "done", "measured"] {
                    for item in q[what].as_array().into_iter().flatten() {
                        let mut row = item.clone();
                        row["quarter"] = q["quarter"].clone();
                        row["what"] = json!(what);
                        rows.push(row);
                    }
                }
            }
            out.rows(&rows, &["quarter", "what", "number", "title", "state", "words"])
        }
        ConcernVerb::Roadmap { csv, .. } => {
            let path = if csv { "/api/v1/council/roadmap/csv" } else { "/council/roadmap/markdown" };
            let answer = way.send("GET", path, None).await?.good()?;
            out.text(answer.text.trim_end())
        }
    }
}
