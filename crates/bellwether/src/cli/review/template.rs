//! `bellwether review template`: answers that a team owns for many reviews.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::{Value, json};

use super::shown::list;
use crate::cli::nouns::document;
use crate::cli::print::Out;
use crate::cli::rest::{Way, segment};

/// Templates of answers.
#[derive(Debug, Subcommand)]
pub(crate) enum TemplateVerb {
    /// All templates, or those that a review uses
    List {
        /// Name of a lens in addresses
        #[arg(long)]
        lens: Option<String>,
        /// Key of a workload, with --lens
        #[arg(long, requires = "lens")]
        workload: Option<String>,
    },
    /// A template with its newest version
    Show {
        /// Its name in addresses
        template: String,
    },
    /// Its versions, newest first, each with who, when and why
    Versions {
        /// Its name in addresses
        template: String,
    },
    /// The reviews that use it, and what they override for which reason
    Reviews {
        /// Its name in addresses
        template: String,
    },
    /// Make a template; it answers nothing until a version is published
    Make {
        /// As people write it
        name: String,
        /// Name in addresses of the lens whose questions it answers
        #[arg(long)]
        lens: String,
        /// Key of the team that owns it
        #[arg(long)]
        team: String,
        /// Whom it is for
        #[arg(long, default_value = "")]
        about: String,
    },
    /// Publish a version: the draft, or the answers of a file
    Publish {
        /// Its name in addresses
        template: String,
        /// Why the answers are these from now on
        #[arg(long)]
        why: String,
        /// YAML or JSON: a list of `question` and `said`
        #[arg(long)]
        answers: Option<PathBuf>,
    },
    /// Use a template in a review
    Use {
        /// Its name in addresses
        template: String,
        /// Key of the workload
        workload: String,
        /// Name of the lens in addresses
        lens: String,
        /// Ids of questions that it is not to answer there
        #[arg(long, value_delimiter = ',')]
        leave_out: Vec<String>,
    },
    /// Use it no more; what stood there before stands there again
    GiveUp {
        /// Its name in addresses
        template: String,
        /// Key of the workload
        workload: String,
        /// Name of the lens in addresses
        lens: String,
    },
}

const ALL: &str = "/api/v1/reviews/templates";

fn of_review(workload: &str, lens: &str) -> String {
    format!("/api/v1/workloads/{}/reviews/{}/templates", segment(workload), segment(lens))
}

/// A row for each template that a review uses.
fn used(u: &Value) -> Value {
    let over: Vec<&Value> = list(u, "overrides").map(|o| &o["question"]).collect();
    json!({ "template": u["template"]["slug"], "version": u["template"]["version"], "workload": u["workload"]["slug"],
        "covers": u["covers"], "left_out": u["left_out"], "overridden": over })
}

async fn shown(way: &Way, out: Out, path: &str, row: fn(&Value) -> Value, columns: &[&str]) -> anyhow::Result<()> {
    let found = way.list(path).await?;
    if out.json {
        return out.json(&found);
    }
    out.rows(&found.iter().map(row).collect::<Vec<_>>(), columns)
}

pub(super) async fn template(way: &Way, out: Out, verb: TemplateVerb) -> anyhow::Result<()> {
    let at = |template: &str, rest: &str| format!("{ALL}/{}{rest}", segment(template));
    match verb {
        TemplateVerb::List { lens: Some(lens), workload: Some(workload) } => {
            let columns = ["template", "version", "covers", "left_out", "overridden"];
            shown(way, out, &of_review(&workload, &lens), used, &columns).await
        }
        TemplateVerb::List { lens, .. } => {
            let row = |t: &Value| json!({ "slug": t["slug"], "name": t["name"], "team": t["team"]["slug"], "lens": t["lens"], "version": t["version"], "used": t["used"] });
            let query = lens.map(|l| format!("?lens={}", segment(&l))).unwrap_or_default();
            shown(way, out, &format!("{ALL}{query}"), row, &["slug", "name", "team", "lens", "version", "used"]).await
        }
        TemplateVerb::Show { template } => {
            let found = way.json("GET", &at(&template, ""), None).await?;
            if out.json {
                return out.json(&found);
            }
            out.text(&format!(
                "{}, of {}, lens {}: version {}, used by {}.\n",
                found["name"].as_str().unwrap_or(""),
                found["team"]["name"].as_str().unwrap_or(""),
                found["lens"].as_str().unwrap_or(""),
                found["version"],
                match found["used"].as_i64() {
                    Some(1) => "1 review".to_owned(),
                    n => format!("{} reviews", n.unwrap_or(0)),
                }
            ))?;
            let row = |a: &Value| {
                json!({ "question": a["question"], "choices": a["said"]["choices"], "none": a["said"]["none"],
                    "does_not_apply": a["said"]["does_not_apply"], "note": a["said"]["note"] })
            };
            let rows: Vec<Value> = list(&found["newest"], "answers").map(row).collect();
            out.rows(&rows, &["question", "choices", "none", "does_not_apply", "note"])
        }
        TemplateVerb::Versions { template } => {
            let row = |v: &Value| json!({ "version": v["version"], "at": v["at"], "by": v["by"], "answers": list(v, "answers").count(), "why": v["why"] });
            shown(way, out, &at(&template, "/versions"), row, &["version", "at", "by", "answers", "why"]).await
        }
        TemplateVerb::Reviews { template } => {
            let columns = ["workload", "covers", "left_out", "overridden"];
            shown(way, out, &at(&template, "/reviews"), used, &columns).await
        }
        TemplateVerb::Make { name, lens, team, about } => {
            let body = json!({ "name": name, "lens": lens, "team": team, "about": about });
            out.thing(&way.json("POST", ALL, Some(&body)).await?)
        }
        TemplateVerb::Publish { template, why, answers } => {
            let based_on = way.json("GET", &at(&template, ""), None).await?["draft"]["version"].clone();
            let mut body = json!({ "based_on": based_on, "why": why });
            if let Some(file) = answers {
                body["answers"] = document(&file)?;
            }
            let made = way.json("POST", &at(&template, "/versions"), Some(&body)).await?;
            if out.json {
                out.json(&made)
            } else {
                out.text(&format!("Version {} is published; reviews follow it.", made["version"]))
            }
        }
        TemplateVerb::Use { template, workload, lens, leave_out } => {
            let path = format!("{}/{}", of_review(&workload, &lens), segment(&template));
            let made = way.json("PUT", &path, Some(&json!({ "left_out": leave_out }))).await?;
            if out.json {
                return out.json(&made);
            }
            out.rows(&[used(&made)], &["template", "version", "covers", "left_out"])
        }
        TemplateVerb::GiveUp { template, workload, lens } => {
            let path = format!("{}/{}", of_review(&workload, &lens), segment(&template));
            way.send("DELETE", &path, None).await?.good()?;
            out.text("The review answers these questions itself again.")
        }
    }
}
