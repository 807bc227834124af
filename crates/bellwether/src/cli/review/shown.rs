//! How reviews, moves and imports are shown.

use serde_json::{Value, json};

use crate::cli::print::Out;
use crate::cli::rest::{Way, segment};

pub(super) fn list<'a>(v: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    v[name].as_array().into_iter().flatten()
}

pub(super) fn show(out: Out, found: &Value) -> anyhow::Result<()> {
    let counts = &found["counts"];
    out.text(&format!(
        "{}, {} version {}: {} of {} answered, {} high and {} medium risks.\n",
        found["workload"]["name"].as_str().unwrap_or(""),
        found["lens"]["name"].as_str().unwrap_or(""),
        found["lens"]["version"].as_str().unwrap_or(""),
        counts["answered"],
        counts["questions"],
        counts["high"],
        counts["medium"]
    ))?;
    let mut rows = Vec::new();
    for p in list(found, "pillars") {
        for q in list(p, "questions") {
            let ticked: Vec<&Value> = list(q, "choices").filter(|c| c["ticked"] == true).map(|c| &c["id"]).collect();
            rows.push(json!({ "pillar": p["name"], "question": q["id"], "title": q["title"], "standing": q["standing"], "ticked": ticked }));
        }
    }
    out.rows(&rows, &["pillar", "question", "title", "standing", "ticked"])
}

pub(super) async fn listed(way: &Way, out: Out, workload: Option<String>, group: Option<String>) -> anyhow::Result<()> {
    if let Some(workload) = workload {
        let found = way.list(&format!("/api/v1/workloads/{}/reviews", segment(&workload))).await?;
        if out.json {
            return out.json(&found);
        }
        let row = |d: &Value| {
            json!({ "lens": d["lens"]["slug"], "version": d["lens"]["version"], "answered": d["counts"]["answered"],
                "questions": d["counts"]["questions"], "high": d["counts"]["high"], "medium": d["counts"]["medium"] })
        };
        let rows: Vec<Value> = found.iter().map(row).collect();
        return out.rows(&rows, &["lens", "version", "answered", "questions", "high", "medium"]);
    }
    let query = group.map(|g| format!("?group={}", segment(&g))).unwrap_or_default();
    let found = way.list(&format!("/api/v1/reviews/due{query}")).await?;
    if out.json {
        return out.json(&found);
    }
    let row = |d: &Value| {
        json!({ "workload": d["workload"]["slug"], "team": d["team"]["slug"], "state": d["state"], "due": d["due"],
            "planned": d["planned"]["day"], "last": d["last"] })
    };
    let rows: Vec<Value> = found.iter().map(row).collect();
    out.rows(&rows, &["workload", "team", "state", "due", "planned", "last"])
}

pub(super) fn upgraded(out: Out, found: &Value) -> anyhow::Result<()> {
    if out.json {
        return out.json(found);
    }
    let row = |q: &Value| {
        json!({ "question": q["id"], "fate": q["fate"], "rules": q["rules"], "today": q["before"], "afterwards": q["after"],
            "choices": list(q, "choices").map(|c| format!("{} {}", c["fate"].as_str().unwrap_or(""), c["id"].as_str().unwrap_or(""))).collect::<Vec<_>>() })
    };
    let rows: Vec<Value> = list(found, "questions").map(row).collect();
    out.rows(&rows, &["question", "fate", "rules", "today", "afterwards", "choices"])?;
    for l in list(found, "not_carried") {
        let choice = l["choice"].as_str().map(|c| format!("/{c}")).unwrap_or_default();
        out.text(&format!("not carried: {}{choice}: {}", l["question"].as_str().unwrap_or(""), l["why"].as_str().unwrap_or("")))?;
    }
    let done = if found["done"] == true { "The review was moved." } else { "Nothing was stored." };
    out.text(&format!("{} answers are carried over. {done}", found["carried"]))
}

pub(super) fn imported(out: Out, found: &Value) -> anyhow::Result<()> {
    if out.json {
        return out.json(found);
    }
    for u in list(found, "unmapped") {
        let choice = u["choice"].as_str().map(|c| format!("/{c}")).unwrap_or_default();
        let place = format!("{}: {}{choice}", u["where"].as_str().unwrap_or(""), u["question"].as_str().unwrap_or(""));
        out.text(&format!("{place}: {}", u["why"].as_str().unwrap_or("")))?;
    }
    let done = if found["done"] == true { "Stored." } else { "Nothing was stored." };
    let lens = found["lens"].as_str().unwrap_or("");
    out.text(&format!("{} taken, {} skipped, against the lens {lens}. {done}", found["taken"], found["skipped"]))
}
