//! `bellwether prevalence`: what all reviews against a lens say together.

use clap::Args;
use serde_json::{Value, json};

use super::print::Out;
use super::rest::{Way, segment};

/// `bellwether prevalence`.
#[derive(Debug, Args)]
pub(super) struct PrevalenceArgs {
    /// Name of the lens in addresses
    #[arg(long, default_value = "core")]
    lens: String,
    /// Digest of a version; reviews against all versions if left out
    #[arg(long)]
    version: Option<String>,
    /// Key of a group
    #[arg(long)]
    group: Option<String>,
    /// Tier of the workload
    #[arg(long)]
    tier: Option<String>,
    /// Lifecycle of the workload
    #[arg(long)]
    lifecycle: Option<String>,
    /// 2026-Q3, 2026-10 or 2026-10-31: as reviews stood at its end; now if left out
    #[arg(long)]
    period: Option<String>,
    /// As CSV, a row for each share
    #[arg(long, conflicts_with_all = ["json", "published"])]
    csv: bool,
    /// The figures that others published, beside ours
    #[arg(long)]
    published: bool,
}

/// "5 of 9, 56 %, 27 to 81 %".
fn words(s: &Value) -> String {
    let (Some(k), Some(n)) = (s["k"].as_u64(), s["n"].as_u64()) else {
        return "fewer than 5 reviews".into();
    };
    let percent = |v: &Value| wellarch::prevalence::percent(v.as_f64().unwrap_or(0.0));
    let beside = s["not_applicable"].as_u64().filter(|n| *n > 0).map(|n| format!(", not applicable to {n}")).unwrap_or_default();
    format!("{k} of {n}, {} %, {} to {} %{beside}", percent(&s["share"]), percent(&s["lower"]), percent(&s["upper"]))
}

fn list<'a>(v: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    v[name].as_array().into_iter().flatten()
}

fn figures(found: &Value) -> Vec<Value> {
    let row = |f: &Value| {
        let theirs = &f["theirs"];
        let about = if theirs["about"] == true { "about " } else { "" };
        let published =
            format!("{about}{} % in {} reviews to {}", theirs["percent"], f["reviews"], f["until"].as_str().unwrap_or(""));
        json!({ "what": theirs["what"], "there": published, "here": words(&f["here"]), "question": f["question"], "choices": f["choices"] })
    };
    list(found, "figures").map(row).collect()
}

fn practices(found: &Value) -> Vec<Value> {
    let mut out = Vec::new();
    for p in list(found, "pillars") {
        for q in list(p, "questions") {
            out.push(json!({ "pillar": p["name"], "question": q["id"], "what": q["title"], "measure": "high risk", "reviews": words(&q["high"]) }));
            for c in list(q, "choices") {
                let row = json!({ "pillar": p["name"], "question": q["id"], "what": c["title"], "measure": "in place", "reviews": words(&c["in_place"]) });
                out.push(row);
            }
        }
    }
    out
}

pub(super) async fn prevalence(way: &Way, out: Out, args: PrevalenceArgs) -> anyhow::Result<()> {
    let pairs = [
        ("version", args.version),
        ("group", args.group),
        ("tier", args.tier),
        ("lifecycle", args.lifecycle),
        ("period", args.period),
    ];
    let mut query = format!("lens={}", segment(&args.lens));
    for (name, value) in pairs {
        if let Some(value) = value {
            query += &format!("&{name}={}", segment(&value));
        }
    }
    if args.csv {
        let answer = way.send("GET", &format!("/api/v1/prevalence/csv?{query}"), None).await?.good()?;
        return out.text(&answer.text);
    }
    let found = way.json("GET", &format!("/api/v1/prevalence?{query}"), None).await?;
    if out.json {
        return out.json(&found);
    }
    let (name, version) = (found["lens"]["name"].as_str().unwrap_or(""), found["lens"]["version"].as_str().unwrap_or(""));
    let head = format!(
        "{name}, version {version}: {} reviews with answers. Intervals: {}.\n",
        found["reviews"],
        found["interval"].as_str().unwrap_or("")
    );
    out.text(&head)?;
    if args.published {
        out.rows(&figures(&found), &["what", "there", "here", "question", "choices"])
    } else {
        out.rows(&practices(&found), &["pillar", "question", "what", "measure", "reviews"])
    }
}
