//! `bellwether feed`: the catalogue read from where it is kept.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::{Value, json};

use super::nouns::document;
use super::print::Out;
use super::rest::{Way, segment};
use super::speak::text;

/// Feeds.
#[derive(Debug, Subcommand)]
pub(super) enum FeedVerb {
    /// All feeds with their last run
    List,
    /// One feed
    Show {
        /// Its key
        feed: String,
    },
    /// Make a feed from a YAML or JSON file
    Add {
        /// The file
        file: PathBuf,
    },
    /// Say what a run would change, and change nothing
    Preview {
        /// Its key
        feed: String,
    },
    /// Run now; ends with 1 if nothing could be imported
    Run {
        /// Its key
        feed: String,
        /// The source is meant to be empty: mark everything that came from it as orphaned
        #[arg(long)]
        confirm_empty: bool,
    },
    /// Put a feed away; what came from it stays
    PutAway {
        /// Its key
        feed: String,
    },
}

pub(super) async fn feed(way: &Way, out: Out, verb: FeedVerb) -> anyhow::Result<()> {
    let at = |feed: &str, act: &str| format!("/api/v1/feeds/{}{act}", segment(feed));
    match verb {
        FeedVerb::List => {
            let mut all = way.list("/api/v1/feeds").await?;
            if !out.json {
                for f in &mut all {
                    (f["from"], f["last"]) = (f["from"]["url"].clone(), f["last"]["message"].clone());
                }
            }
            out.rows(&all, &["slug", "name", "from", "health", "last"])
        }
        FeedVerb::Show { feed } => out.thing(&way.json("GET", &at(&feed, ""), None).await?),
        FeedVerb::Add { file } => out.thing(&way.json("POST", "/api/v1/feeds", Some(&document(&file)?)).await?),
        FeedVerb::Preview { feed } => {
            let found = way.json("POST", &at(&feed, "/preview"), None).await?;
            shown(out, &found)?;
            good(&found)
        }
        FeedVerb::Run { feed, confirm_empty } => {
            let act = if confirm_empty { "/run?confirm_empty=true" } else { "/run" };
            let run = way.json("POST", &at(&feed, act), None).await?;
            if out.json {
                out.json(&run)?;
            } else if good(&run).is_ok() {
                out.text(text(&run["message"]))?;
            }
            good(&run)
        }
        FeedVerb::PutAway { feed } => {
            way.send("POST", &at(&feed, "/archival"), None).await?.good()?;
            out.say(&format!("“{feed}” is put away. What came from it stays."))
        }
    }
}

/// Whether everything could be read; the reason if not.
fn good(found: &Value) -> anyhow::Result<()> {
    match text(&found["outcome"]) {
        "failed" | "empty" => Err(anyhow::anyhow!("{}", text(&found["message"]))),
        _ => Ok(()),
    }
}

/// A plan as lines, as `apply` writes them.
fn shown(out: Out, found: &Value) -> anyhow::Result<()> {
    if out.json {
        return out.json(found);
    }
    let list = |at: &str| found["plan"][at].as_array().cloned().unwrap_or_default();
    let mut lines = Vec::new();
    for s in list("steps") {
        lines.push(format!("{} {} {}", text(&s["action"]), text(&s["kind"]), text(&s["slug"])));
        let fields = s["fields"].as_array().cloned().unwrap_or_default();
        let changes = fields.iter().map(|f| format!("    {}: {} -> {}", text(&f["name"]), text(&f["before"]), text(&f["after"])));
        lines.extend(changes.filter(|_| s["action"] != json!("create")));
    }
    lines.extend(list("refused").iter().map(|r| format!("refused {}: {}", text(&r["where"]), text(&r["why"]))));
    if good(found).is_ok() {
        lines.push(format!("{} Nothing was stored.", text(&found["message"])));
    }
    if lines.is_empty() { Ok(()) } else { out.text(&lines.join("\n")) }
}
