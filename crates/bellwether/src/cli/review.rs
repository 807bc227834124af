//! `bellwether review`: Well-Architected reviews from the command line.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

mod shown;
mod template;

use self::shown::{imported, list, listed, show, upgraded};
use self::template::TemplateVerb;
use super::nouns::text;
use super::print::Out;
use super::rest::{Way, segment};

/// Whose files a review is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ImportKind {
    /// Bodies of the API of the AWS tool, or its consolidated report
    AwsAnswers,
    /// A CSV export of Azure's Well-Architected review
    AzureWar,
    /// A review as `review export` writes it
    Archive,
}

/// In which form a review is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// Everything that belongs to it, to be taken in elsewhere
    Archive,
    /// The CSV of Azure's review, if it was made from one
    AzureCsv,
    /// A row for each choice
    Csv,
    /// The report as Markdown
    Markdown,
}

/// Reviews.
#[derive(Debug, Subcommand)]
pub(super) enum ReviewVerb {
    /// Workloads with when their next review is due, or the reviews of one
    List {
        /// Key of a workload
        #[arg(long)]
        workload: Option<String>,
        /// Key of a group
        #[arg(long, conflicts_with = "workload")]
        group: Option<String>,
    },
    /// A review, question by question
    Show {
        /// Key of the workload
        workload: String,
        /// Name of the lens in addresses
        lens: String,
    },
    /// Begin a review
    Begin {
        /// Key of the workload
        workload: String,
        /// Name of the lens in addresses
        lens: String,
        /// Digest of a version; the newest if left out
        #[arg(long)]
        version: Option<String>,
    },
    /// Answer a question
    Answer {
        /// Key of the workload
        workload: String,
        /// Name of the lens in addresses
        lens: String,
        /// Id of the question
        question: String,
        /// Ids of the choices that are in place
        #[arg(long, value_delimiter = ',', conflicts_with_all = ["none", "does_not_apply"])]
        choices: Vec<String>,
        /// None of these
        #[arg(long, conflicts_with = "does_not_apply")]
        none: bool,
        /// The question does not apply: out-of-scope, business-priority, constraint or other
        #[arg(long)]
        does_not_apply: Option<String>,
        /// A choice that does not apply with its reason, such as metrics=out-of-scope; may be repeated
        #[arg(long)]
        not_applicable: Vec<String>,
        /// A note
        #[arg(long, default_value = "")]
        note: String,
        /// Version of the answer that you saw; the newest if left out
        #[arg(long)]
        based_on: Option<i64>,
        /// Why this workload answers otherwise than the template that answers the question
        #[arg(long, value_name = "WHY")]
        r#override: Option<String>,
    },
    /// Take back that a review answers otherwise than its template
    TakeBack {
        /// Key of the workload
        workload: String,
        /// Name of the lens in addresses
        lens: String,
        /// Id of the question
        question: String,
    },
    /// Templates of answers, and the reviews that use them
    Template {
        /// What to do
        #[command(subcommand)]
        verb: TemplateVerb,
    },
    /// Save a review as it stands
    Milestone {
        /// Key of the workload
        workload: String,
        /// Name of the lens in addresses
        lens: String,
        /// Such as "Q4 2026"
        name: String,
    },
    /// What changed between two milestones, or one and now
    Compare {
        /// Key of the workload
        workload: String,
        /// Name of the lens in addresses
        lens: String,
        /// The earlier milestone
        from: String,
        /// The later one
        #[arg(default_value = "now")]
        to: String,
    },
    /// The reviews of all workloads as one report, a page of them at a time
    Report {
        /// Key of a group
        #[arg(long)]
        group: Option<String>,
        /// As AWS's consolidated report has it
        #[arg(long)]
        aws: bool,
        /// As CSV
        #[arg(long, conflicts_with = "aws")]
        csv: bool,
    },
    /// Plan the day of a workload's next review, or take it back
    Plan {
        /// Key of the workload
        workload: String,
        /// Such as 2026-12-03; left out, the plan is taken back
        day: Option<String>,
    },
    /// Move a review to another version of its lens, after a milestone of it as it stands
    Upgrade {
        /// Key of the workload
        workload: String,
        /// Name of the lens in addresses
        lens: String,
        /// Digest of the version; the newest if left out
        #[arg(long)]
        to: Option<String>,
        /// Name of the milestone; "Before version .." if left out
        #[arg(long)]
        milestone: Option<String>,
        /// File with a line for each id that is another: OLD = NEW, OLD/choice = choice
        #[arg(long)]
        map: Option<PathBuf>,
        /// Only say what would change
        #[arg(long)]
        dry_run: bool,
    },
    /// Take in a review from elsewhere
    Import {
        /// Whose files
        kind: ImportKind,
        /// The files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Key of the workload
        #[arg(long)]
        workload: String,
        /// Name in addresses of the lens that answers are for
        #[arg(long)]
        lens: Option<String>,
        /// Take the rest although something has no counterpart in the lens
        #[arg(long)]
        accept_unmapped: bool,
        /// Only say what would be taken
        #[arg(long)]
        dry_run: bool,
    },
    /// Write a review
    Export {
        /// Key of the workload
        workload: String,
        /// Name of the lens in addresses
        lens: String,
        /// In which form
        #[arg(long, default_value = "archive")]
        to: Form,
    },
}

fn at(workload: &str, lens: &str) -> String {
    format!("/workloads/{}/reviews/{}", segment(workload), segment(lens))
}

/// `metrics=out-of-scope`.
fn ruled_out(text: &str) -> anyhow::Result<Value> {
    let (choice, reason) =
        text.split_once('=').with_context(|| format!("“{text}” is no choice with a reason. Write metrics=out-of-scope."))?;
    Ok(json!({ "choice": choice.trim(), "reason": reason.trim() }))
}

fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}

pub(super) async fn review(way: &Way, out: Out, verb: ReviewVerb) -> anyhow::Result<()> {
    let api = |workload: &str, lens: &str, rest: &str| format!("/api/v1{}{rest}", at(workload, lens));
    match verb {
        ReviewVerb::List { workload, group } => listed(way, out, workload, group).await,
        ReviewVerb::Show { workload, lens } => {
            let found = way.json("GET", &api(&workload, &lens, ""), None).await?;
            if out.json { out.json(&found) } else { show(out, &found) }
        }
        ReviewVerb::Begin { workload, lens, version } => {
            let mut body = json!({ "lens": lens });
            if let Some(version) = version {
                body["version"] = json!(version);
            }
            let found = way.json("POST", &format!("/api/v1/workloads/{}/reviews", segment(&workload)), Some(&body)).await?;
            if out.json { out.json(&found) } else { show(out, &found) }
        }
        ReviewVerb::Answer {
            workload,
            lens,
            question,
            choices,
            none,
            does_not_apply,
            not_applicable,
            note,
            based_on,
            r#override,
        } => {
            let path = api(&workload, &lens, &format!("/answers/{}", segment(&question)));
            let based_on = match based_on {
                Some(n) => n,
                None => way.json("GET", &path, None).await?["answer"]["version"].as_i64().unwrap_or(0),
            };
            let absent = not_applicable.iter().map(|t| ruled_out(t)).collect::<anyhow::Result<Vec<Value>>>()?;
            let mut said = json!({ "choices": choices, "none": none, "not_applicable": absent, "note": note });
            if let Some(why) = does_not_apply {
                said["does_not_apply"] = json!(why);
            }
            let mut body = json!({ "based_on": based_on, "said": said });
            if let Some(why) = r#override {
                body["override"] = json!(why);
            }
            let found = way.json("PUT", &path, Some(&body)).await?;
            if out.json {
                return out.json(&found);
            }
            let standing = found["standing"].as_str().unwrap_or("");
            out.text(&format!("{question}: {standing}. {}", found["explanation"].as_str().unwrap_or("")))
        }
        ReviewVerb::TakeBack { workload, lens, question } => {
            let path = api(&workload, &lens, &format!("/answers/{}", segment(&question)));
            way.send("DELETE", &format!("{path}/override"), None).await?.good()?;
            out.text("The template answers the question again.")
        }
        ReviewVerb::Template { verb } => template::template(way, out, verb).await,
        ReviewVerb::Milestone { workload, lens, name } => {
            out.thing(&way.json("POST", &api(&workload, &lens, "/milestones"), Some(&json!({ "name": name }))).await?)
        }
        ReviewVerb::Compare { workload, lens, from, to } => {
            let path = api(&workload, &lens, &format!("/comparison?from={}&to={}", segment(&from), segment(&to)));
            let found = way.json("GET", &path, None).await?;
            if out.json {
                return out.json(&found);
            }
            let rows: Vec<Value> = list(&found, "changes").cloned().collect();
            out.rows(&rows, &["pillar", "question", "before", "after", "gained", "lost"])
        }
        ReviewVerb::Report { group, aws, csv } => {
            let query = group.map(|g| format!("&group={}", segment(&g))).unwrap_or_default();
            let form = if aws {
                "/aws"
            } else if csv {
                "/csv"
            } else {
                ""
            };
            let path = if aws || csv || out.json {
                format!("/api/v1/reviews/consolidated{form}")
            } else {
                "/reviews/consolidated/markdown".to_owned()
            };
            out.text(&way.send("GET", &format!("{path}?limit=100{query}"), None).await?.good()?.text)
        }
        ReviewVerb::Plan { workload, day } => {
            let body = json!({ "day": day.unwrap_or_default() });
            out.thing(&way.json("PUT", &format!("/api/v1/workloads/{}/review-plan", segment(&workload)), Some(&body)).await?)
        }
        ReviewVerb::Upgrade { workload, lens, to, milestone, map, dry_run } => {
            let lines = map.map(|m| text(&m)).transpose()?.unwrap_or_default();
            let map = wellarch::upgrade::read_map(&lines)?;
            let mut body = json!({ "map": map, "dry_run": true, "milestone": "" });
            if let Some(to) = to {
                body["to"] = json!(to);
            }
            let path = api(&workload, &lens, "/upgrade");
            let looked = way.json("POST", &path, Some(&body)).await?;
            if dry_run {
                return upgraded(out, &looked);
            }
            // What was looked at is what is done: another move in between is refused.
            body["from"] = looked["from"]["digest"].clone();
            body["to"] = looked["to"]["digest"].clone();
            body["milestone"] = milestone.map_or_else(|| looked["milestone"].clone(), |m| json!(m));
            body["dry_run"] = json!(false);
            upgraded(out, &way.json("POST", &path, Some(&body)).await?)
        }
        ReviewVerb::Import { kind, files, workload, lens, accept_unmapped, dry_run } => {
            let mut sent = Vec::new();
            for f in &files {
                sent.push(json!({ "name": name_of(f), "text": text(f)? }));
            }
            let kind = match kind {
                ImportKind::AwsAnswers => "aws-answers",
                ImportKind::AzureWar => "azure-war",
                ImportKind::Archive => "archive",
            };
            let mut body = json!({ "kind": kind, "files": sent, "accept_unmapped": accept_unmapped, "dry_run": dry_run });
            if let Some(lens) = lens {
                body["lens"] = json!(lens);
            }
            let path = format!("/api/v1/workloads/{}/review-imports", segment(&workload));
            imported(out, &way.json("POST", &path, Some(&body)).await?)
        }
        ReviewVerb::Export { workload, lens, to } => {
            let path = match to {
                Form::Archive => api(&workload, &lens, "/archive"),
                Form::AzureCsv => api(&workload, &lens, "/azure-csv"),
                Form::Csv => api(&workload, &lens, "/csv"),
                Form::Markdown => format!("{}/report/markdown", at(&workload, &lens)),
            };
            let answer = way.send("GET", &path, None).await?.good()?;
            if to == Form::Archive { out.json(&answer.json()?) } else { out.text(&answer.text) }
        }
    }
}
