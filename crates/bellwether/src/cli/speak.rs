//! Commands that speak REST, over whatever way leads to the data.

use anyhow::Context;
use serde_json::{Value, json};

use super::{
    Command, Out, Way, action, channel, concern, decision, fact, feed, mark, notice, nouns, prevalence, rest, review, session,
    tracker,
};

/// Runs a command of a noun.
///
/// # Errors
/// What the server answers.
pub(super) async fn speak(way: &Way, out: Out, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Group { verb } => nouns::group(way, out, verb).await,
        Command::Team { verb } => nouns::team(way, out, verb).await,
        Command::Workload { verb } => nouns::workload(way, out, verb).await,
        Command::Service { verb } => nouns::service(way, out, verb).await,
        Command::Person { verb } => nouns::person(way, out, verb).await,
        Command::Metric { verb } => nouns::metric(way, out, verb).await,
        Command::Value { verb } => nouns::value(way, out, verb).await,
        Command::Fact { verb } => fact::fact(way, out, verb).await,
        Command::Mark { verb } => mark::mark(way, out, verb).await,
        Command::Session { verb } => session::session(way, out, verb).await,
        Command::Action { verb } => action::action(way, out, verb).await,
        Command::Concern { verb } => concern::concern(way, out, verb).await,
        Command::Decision { verb } => decision::decision(way, out, verb).await,
        Command::Source { verb } => nouns::source(way, out, verb).await,
        Command::Notice { verb } => notice::notice(way, out, verb).await,
        Command::Tracker { verb } => tracker::tracker(way, out, verb).await,
        Command::Channel { verb } => channel::channel(way, out, verb).await,
        Command::Feed { verb } => feed::feed(way, out, verb).await,
        Command::Template { verb } => nouns::template(way, out, verb).await,
        Command::Report { verb } => nouns::report(way, out, verb).await,
        Command::Review { verb } => review::review(way, out, verb).await,
        Command::Prevalence(args) => prevalence::prevalence(way, out, args).await,
        Command::Token { verb } => nouns::token(way, out, verb).await,
        Command::Trail { kind, id } => {
            let which =
                kind.zip(id).map(|(k, i)| format!("?kind={}&id={}", rest::segment(&k), rest::segment(&i))).unwrap_or_default();
            let page = way.json("GET", &format!("/api/v1/trail{which}"), None).await?;
            let items = page["items"].as_array().cloned().unwrap_or_default();
            let flat: Vec<Value> = items
                .into_iter()
                .map(|mut r| {
                    if !out.json {
                        r["subject"] = json!(format!("{} {}", text(&r["subject"]["kind"]), text(&r["subject"]["id"])));
                    }
                    r
                })
                .collect();
            out.rows(&flat, &["at", "actor", "verb", "subject", "reason", "seal"])
        }
        Command::Apply { file, dry_run } => apply(way, out, &file, dry_run).await,
        Command::Export => {
            let shown = way.json("GET", "/api/v1/export", None).await?;
            out.text(shown["yaml"].as_str().unwrap_or_default())
        }
        Command::Api { method, path, body } => {
            let body = body.map(|f| nouns::document(&f)).transpose()?;
            let answer = way.send(&method.to_uppercase(), &path, body.as_ref()).await?.good()?;
            match answer.json() {
                Ok(value) if answer.media.ends_with("json") => out.json(&value),
                _ => out.text(&answer.text),
            }
        }
        // Every other command was run before a way was sought.
        _ => Ok(()),
    }
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}

async fn apply(way: &Way, out: Out, file: &std::path::Path, dry_run: bool) -> anyhow::Result<()> {
    let body = json!({ "yaml": nouns::text(file)?, "dry_run": dry_run });
    let plan = way.json("POST", "/api/v1/apply", Some(&body)).await?;
    if out.json {
        return out.json(&plan);
    }
    let steps = plan["steps"].as_array().context("the server's answer has no steps")?;
    let mut lines = Vec::new();
    let mut changes = 0;
    for s in steps {
        let (mark, counted) = match text(&s["action"]) {
            "create" => ("+", 1),
            "change" => ("~", 1),
            _ => (" ", 0),
        };
        changes += counted;
        lines.push(format!("{mark} {} {}", text(&s["kind"]), text(&s["slug"])));
        for f in s["fields"].as_array().into_iter().flatten() {
            lines.push(format!("    {}: {} -> {}", text(&f["name"]), text(&f["before"]), text(&f["after"])));
        }
    }
    lines.push(match (changes, dry_run) {
        (0, _) => "Nothing changes.".to_owned(),
        (n, true) => format!("{n} would change. Nothing was stored."),
        (n, false) => format!("{n} changed."),
    });
    out.text(&lines.join("\n"))
}
