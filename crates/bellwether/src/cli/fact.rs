//! `bellwether fact`: what is known of a workload, and how pipelines say it.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Subcommand, ValueEnum};
use facts::prowler;
use serde_json::{Value, json};

use super::rest::{Way, segment};
use super::{Out, nouns};

/// How a file of facts is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FactForm {
    /// Facts as REST takes them: a list, or an object with `facts`; YAML or JSON
    Facts,
    /// Findings of Prowler: OCSF JSON, its own JSON, or CSV
    Prowler,
}

/// Facts.
#[derive(Debug, Subcommand)]
pub(super) enum FactVerb {
    /// Newest facts of a workload, by key
    List {
        /// The workload
        workload: String,
        /// Only facts of this key
        #[arg(long)]
        key: Option<String>,
    },
    /// What was recorded of one fact, newest first
    History {
        /// The workload
        workload: String,
        /// Its key, such as backup.age_hours
        key: String,
        /// Which of several: a service, a check
        #[arg(long, default_value = "")]
        item: String,
    },
    /// Record one fact
    Record {
        /// The workload
        workload: String,
        /// Its key, such as backup.restore.held_at
        key: String,
        /// true, false, a number or a word
        value: String,
        /// Which of several: a service, a check
        #[arg(long, default_value = "")]
        item: String,
        /// When it was so, RFC 3339; now if left out
        #[arg(long)]
        at: Option<String>,
        /// Who or what observed it
        #[arg(long)]
        source: String,
        /// Where it can be looked up
        #[arg(long, default_value = "")]
        url: String,
    },
    /// Record the facts of a file, all or none of each thousand
    Push {
        /// The workload
        workload: String,
        /// The file
        file: PathBuf,
        /// How it is written
        #[arg(long, value_enum, default_value = "facts")]
        form: FactForm,
        /// Where the findings can be looked up
        #[arg(long, default_value = "")]
        url: String,
    },
}

fn value_of(text: &str) -> Value {
    match text {
        "true" => json!(true),
        "false" => json!(false),
        text => text.parse::<f64>().ok().filter(|n| n.is_finite()).map_or_else(|| json!(text), |n| json!(n)),
    }
}

fn facts_of(file: &Path, form: FactForm, url: &str) -> anyhow::Result<(Vec<Value>, String)> {
    match form {
        FactForm::Facts => match nouns::document(file)? {
            Value::Array(list) => Ok((list, String::new())),
            Value::Object(mut map) => match map.remove("facts") {
                Some(Value::Array(list)) => Ok((list, String::new())),
                _ => bail!("{}: a list of facts belongs here, or an object whose “facts” is one.", file.display()),
            },
            _ => bail!("{}: a list of facts belongs here.", file.display()),
        },
        FactForm::Prowler => {
            let text = nouns::text(file)?;
            if text.len() > prowler::MAX_FILE {
                bail!("{}: larger than {} MiB. Split it.", file.display(), prowler::MAX_FILE / 1_048_576);
            }
            let read = prowler::read(&text, url).map_err(|why| anyhow::anyhow!("{}: {why}", file.display()))?;
            let said = format!("{} findings, {} of them on requirements, {} muted. ", read.findings, read.used, read.muted);
            let list = serde_json::to_value(&read.facts).context("facts are JSON")?;
            Ok((list.as_array().cloned().unwrap_or_default(), said))
        }
    }
}

pub(super) async fn fact(way: &Way, out: Out, verb: FactVerb) -> anyhow::Result<()> {
    match verb {
        FactVerb::List { workload, key } => {
            let key = key.map(|k| format!("?key={}", segment(&k))).unwrap_or_default();
            let items = way.list(&format!("/api/v1/workloads/{}/facts{key}", segment(&workload))).await?;
            out.rows(&items, &["key", "item", "value", "observed_at", "source", "by"])
        }
        FactVerb::History { workload, key, item } => {
            let path = format!("/api/v1/workloads/{}/facts/history", segment(&workload));
            let items = way.list(&format!("{path}?key={}&item={}", segment(&key), segment(&item))).await?;
            out.rows(&items, &["observed_at", "value", "source", "by"])
        }
        FactVerb::Record { workload, key, value, item, at, source, url } => {
            let mut fact = json!({ "key": key, "item": item, "value": value_of(&value), "source": source, "url": url });
            if let Some(at) = at {
                fact["observed_at"] = json!(at);
            }
            let path = format!("/api/v1/workloads/{}/facts", segment(&workload));
            let done = way.json("POST", &path, Some(&json!({ "facts": [fact] }))).await?;
            if out.json {
                out.json(&done)
            } else {
                out.say(if done["recorded"] == 1 { "Recorded." } else { "It was there already." })
            }
        }
        FactVerb::Push { workload, file, form, url } => {
            let (facts, said) = facts_of(&file, form, &url)?;
            let path = format!("/api/v1/workloads/{}/facts", segment(&workload));
            let (mut recorded, mut same) = (0, 0);
            for part in facts.chunks(facts::fact::MOST) {
                let done = way.json("POST", &path, Some(&json!({ "facts": part }))).await?;
                recorded += done["recorded"].as_u64().unwrap_or(0);
                same += done["same"].as_u64().unwrap_or(0);
            }
            if out.json {
                return out.json(&json!({ "recorded": recorded, "same": same }));
            }
            out.say(&format!("{said}{recorded} recorded, {same} there already."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_what_it_looks_like() {
        assert_eq!(value_of("true"), json!(true));
        assert_eq!(value_of("3.5"), json!(3.5));
        assert_eq!((value_of("aborted"), value_of("inf")), (json!("aborted"), json!("inf")));
    }
}
