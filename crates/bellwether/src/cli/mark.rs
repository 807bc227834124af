//! `bellwether mark`: what happened when. A pipeline calls `mark add` after a deployment.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::print::Out;
use super::rest::{Way, segment};

/// Marks.
#[derive(Debug, Subcommand)]
pub(super) enum MarkVerb {
    /// What happened, newest first
    List {
        #[command(flatten)]
        on: On,
        /// From this time on, such as 2026-11-24T00:00:00Z
        #[arg(long)]
        from: Option<String>,
        /// Before this time
        #[arg(long)]
        to: Option<String>,
    },
    /// Mark that something happened
    Add {
        /// In a few words: "ledger 2.4"
        title: String,
        #[command(flatten)]
        on: On,
        /// deployment, release, incident, notice, action or change
        #[arg(long, default_value = "deployment")]
        kind: String,
        /// When, such as 2026-11-24T14:30:00Z; now if left out
        #[arg(long)]
        at: Option<String>,
        /// When it ended
        #[arg(long)]
        until: Option<String>,
        /// Where to read more
        #[arg(long)]
        url: Option<String>,
        /// Your own name of it: the same origin again is the same mark
        #[arg(long)]
        origin: Option<String>,
    },
    /// Take a mark back that was wrong
    TakeBack {
        /// Its id
        mark: String,
        /// Why it was wrong
        #[arg(long)]
        reason: String,
    },
}

/// What a mark is on: one of four.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct On {
    /// Key of a group
    #[arg(long)]
    group: Option<String>,
    /// Key of a team
    #[arg(long)]
    team: Option<String>,
    /// Key of a workload
    #[arg(long)]
    workload: Option<String>,
    /// Key of a service
    #[arg(long)]
    service: Option<String>,
}

impl On {
    fn pair(&self) -> (&'static str, &str) {
        let all = [("group", &self.group), ("team", &self.team), ("workload", &self.workload), ("service", &self.service)];
        all.into_iter().find_map(|(kind, slug)| Some((kind, slug.as_deref()?))).unwrap_or(("team", ""))
    }
}

pub(super) async fn mark(way: &Way, out: Out, verb: MarkVerb) -> anyhow::Result<()> {
    match verb {
        MarkVerb::List { on, from, to } => {
            let (kind, slug) = on.pair();
            let mut path = format!("/api/v1/marks?on={kind}&slug={}", segment(slug));
            for (name, value) in [("from", from), ("to", to)] {
                if let Some(value) = value {
                    path.push_str(&format!("&{name}={}", segment(&value)));
                }
            }
            out.rows(&way.list(&path).await?, &["at", "kind", "title", "made_by", "id"])
        }
        MarkVerb::Add { title, on, kind, at, until, url, origin } => {
            let (place, slug) = on.pair();
            let mut body = json!({ "on": place, "slug": slug, "kind": kind, "title": title });
            for (name, value) in [("at", at), ("until", until), ("url", url), ("origin", origin)] {
                if let Some(value) = value {
                    body[name] = Value::String(value);
                }
            }
            out.thing(&way.json("POST", "/api/v1/marks", Some(&body)).await?)
        }
        MarkVerb::TakeBack { mark, reason } => {
            let path = format!("/api/v1/marks/{}/retraction", segment(&mark));
            out.thing(&way.json("POST", &path, Some(&json!({ "reason": reason }))).await?)
        }
    }
}
