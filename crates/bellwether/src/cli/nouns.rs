//! Commands with the same nouns as the pages. They speak REST and print a table, or JSON with `--json`.

use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};

use super::print::Out;
use super::rest::{Way, segment};
pub(super) use super::verbs::*;

/// Reads YAML or JSON from a file, `-` from standard input.
pub(super) fn document(path: &Path) -> anyhow::Result<Value> {
    serde_saphyr::from_str(&text(path)?).with_context(|| format!("{} is neither YAML nor JSON", path.display()))
}

/// Reads a text, `-` from standard input.
pub(super) fn text(path: &Path) -> anyhow::Result<String> {
    if path.as_os_str() == "-" {
        return std::io::read_to_string(std::io::stdin()).context("standard input");
    }
    std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

pub(super) async fn group(way: &Way, out: Out, verb: GroupVerb) -> anyhow::Result<()> {
    match verb {
        GroupVerb::List => out.rows(&way.list("/api/v1/groups").await?, &["slug", "name", "zone", "sprint_days"]),
        GroupVerb::Show { group } => {
            let g = segment(&group);
            let shown = way.json("GET", &format!("/api/v1/groups/{g}"), None).await?;
            out.thing(&shown)?;
            let sprints = way.list(&format!("/api/v1/groups/{g}/sprints")).await?;
            if out.json { Ok(()) } else { out.rows(&sprints, &["number", "first_day", "end_day", "closed", "skipped"]) }
        }
        GroupVerb::Add { name, zone, first_day, first_number, days } => {
            let body =
                json!({ "name": name, "zone": zone, "first_day": first_day, "first_number": first_number, "sprint_days": days });
            out.thing(&way.json("POST", "/api/v1/groups", Some(&body)).await?)
        }
    }
}

/// For a table: what people say about a thing, beside what it is.
fn told(mut items: Vec<Value>, out: Out) -> Vec<Value> {
    for item in items.iter_mut().filter(|_| !out.json) {
        if let Value::Object(about) = item["about"].take() {
            about.into_iter().for_each(|(name, value)| item[name] = value);
        }
    }
    items
}

async fn archive(way: &Way, out: Out, kind: &str, slug: &str) -> anyhow::Result<()> {
    way.json("POST", &format!("/api/v1/{kind}/{}/archival", segment(slug)), None).await?;
    out.say(&format!("{slug} is put away; its history stays."))
}

pub(super) async fn team(way: &Way, out: Out, verb: TeamVerb) -> anyhow::Result<()> {
    match verb {
        TeamVerb::List => out.rows(&way.list("/api/v1/teams").await?, &["slug", "name"]),
        TeamVerb::Show { team } => out.thing(&way.json("GET", &format!("/api/v1/teams/{}", segment(&team)), None).await?),
        TeamVerb::Add { name, group } => {
            out.thing(&way.json("POST", "/api/v1/teams", Some(&json!({ "name": name, "group": group }))).await?)
        }
        TeamVerb::Archive { team } => archive(way, out, "teams", &team).await,
    }
}

pub(super) async fn workload(way: &Way, out: Out, verb: WorkloadVerb) -> anyhow::Result<()> {
    match verb {
        WorkloadVerb::List => {
            out.rows(&told(way.list("/api/v1/workloads").await?, out), &["slug", "name", "tier", "lifecycle", "goal"])
        }
        WorkloadVerb::Show { workload } => {
            out.thing(&way.json("GET", &format!("/api/v1/workloads/{}", segment(&workload)), None).await?)
        }
        WorkloadVerb::Add { name, team, goal } => {
            let body = json!({ "name": name, "team": team, "about": { "goal": goal } });
            out.thing(&way.json("POST", "/api/v1/workloads", Some(&body)).await?)
        }
        WorkloadVerb::Archive { workload } => archive(way, out, "workloads", &workload).await,
    }
}

pub(super) async fn service(way: &Way, out: Out, verb: ServiceVerb) -> anyhow::Result<()> {
    match verb {
        ServiceVerb::List => out.rows(&told(way.list("/api/v1/services").await?, out), &["slug", "name", "repositories"]),
        ServiceVerb::Show { service } => {
            out.thing(&way.json("GET", &format!("/api/v1/services/{}", segment(&service)), None).await?)
        }
        ServiceVerb::Add { name, workload, repository } => {
            let body = json!({ "name": name, "workload": workload, "about": { "repositories": repository } });
            out.thing(&way.json("POST", "/api/v1/services", Some(&body)).await?)
        }
        ServiceVerb::Archive { service } => archive(way, out, "services", &service).await,
    }
}

pub(super) async fn person(way: &Way, out: Out, verb: PersonVerb) -> anyhow::Result<()> {
    match verb {
        PersonVerb::List => out.rows(&way.list("/api/v1/people").await?, &["id", "name", "mail", "zone"]),
        PersonVerb::Invite { name, mail } => {
            out.thing(&way.json("POST", "/api/v1/people", Some(&json!({ "name": name, "mail": mail }))).await?)
        }
        PersonVerb::Import { file, dry_run } => {
            let body = json!({ "csv": text(&file)?, "dry_run": dry_run });
            out.thing(&way.json("POST", "/api/v1/people/import", Some(&body)).await?)
        }
        PersonVerb::Grant { mail, role, scope } => {
            let people = way.list("/api/v1/people").await?;
            let wanted = mail.to_lowercase();
            let person = people.iter().find(|p| p["mail"] == wanted.as_str());
            let person = person.with_context(|| format!("There is no account with the mail address {mail}."))?;
            let scope = match scope {
                None => Value::Null,
                // The id of a pillar follows from its key; the server says if there is none.
                Some(slug) if role == "approver" => json!(people::place::pillar_id(&slug)),
                Some(slug) => scope_id(way, &slug).await?,
            };
            let path = format!("/api/v1/people/{}/roles", person["id"].as_str().unwrap_or(""));
            let mut body = json!({ "role": role });
            if !scope.is_null() {
                body["scope"] = scope;
            }
            out.thing(&way.json("POST", &path, Some(&body)).await?)
        }
    }
}

/// The id of the team or group with that key.
async fn scope_id(way: &Way, slug: &str) -> anyhow::Result<Value> {
    for kind in ["teams", "groups"] {
        let answer = way.send("GET", &format!("/api/v1/{kind}/{}", segment(slug)), None).await?;
        if answer.status == 200 {
            return Ok(answer.json()?["id"].clone());
        }
    }
    anyhow::bail!("There is no team and no group “{slug}”.")
}

pub(super) async fn metric(way: &Way, out: Out, verb: MetricVerb) -> anyhow::Result<()> {
    match verb {
        MetricVerb::List => {
            let items: Vec<Value> = way.list("/api/v1/metrics").await?.into_iter().map(|v| v["definition"].clone()).collect();
            out.rows(&items, &["key", "title", "pillar", "unit", "period", "subject"])
        }
        MetricVerb::Show { metric } => out.thing(&way.json("GET", &format!("/api/v1/metrics/{}", segment(&metric)), None).await?),
        MetricVerb::Define { file } => out.thing(&way.json("POST", "/api/v1/metrics", Some(&document(&file)?)).await?),
        MetricVerb::Proposal { metric, subject } => {
            let path = format!("/api/v1/metrics/{}/proposal?subject={}", segment(&metric), segment(&subject));
            match &way.json("GET", &path, None).await?["proposal"] {
                Value::Null if !out.json => out.say("Nothing is proposed: the limits describe the present level."),
                proposal => out.thing(proposal),
            }
        }
        MetricVerb::Freeze { metric, subject, period, periods, reason } => {
            let body = json!({ "subject": subject, "period": period, "periods": periods, "reason": reason });
            out.thing(&way.json("POST", &format!("/api/v1/metrics/{}/baselines", segment(&metric)), Some(&body)).await?)
        }
        MetricVerb::Refuse { metric, subject, period, reason } => {
            let body = json!({ "subject": subject, "period": period, "reason": reason });
            out.thing(&way.json("POST", &format!("/api/v1/metrics/{}/refusals", segment(&metric)), Some(&body)).await?)
        }
    }
}

pub(super) async fn value(way: &Way, out: Out, verb: ValueVerb) -> anyhow::Result<()> {
    match verb {
        ValueVerb::List { metric, subject } => {
            let path = format!("/api/v1/metrics/{}/values?subject={}&limit=1000", segment(&metric), segment(&subject));
            let series = way.json("GET", &path, None).await?;
            let values = series["values"].as_array().cloned().unwrap_or_default();
            out.rows(&values, &["period", "number", "way", "source", "recorded_at", "note"])
        }
        ValueVerb::Record { metric, subject, period, number, unit, note } => {
            let mut value = json!({ "metric": metric, "subject": subject, "period": period, "number": number });
            for (name, text) in [("unit", unit), ("note", note)] {
                if let Some(text) = text {
                    value[name] = json!(text);
                }
            }
            way.json("POST", "/api/v1/values", Some(&json!({ "values": [value] }))).await?;
            out.say("Recorded.")
        }
        ValueVerb::Push { file } => {
            let values = super::values::read_csv(&text(&file)?)?;
            let mut stored = 0;
            for part in values.chunks(10_000) {
                let done = way.json("POST", "/api/v1/values", Some(&json!({ "values": part }))).await?;
                stored += done["stored"].as_u64().unwrap_or(0);
            }
            out.say(&format!("{stored} values recorded."))
        }
    }
}

pub(super) async fn source(way: &Way, out: Out, verb: SourceVerb) -> anyhow::Result<()> {
    match verb {
        SourceVerb::List => out.rows(&way.list("/api/v1/sources").await?, &["slug", "name", "metric", "subject", "health"]),
        SourceVerb::Show { source } => out.thing(&way.json("GET", &format!("/api/v1/sources/{}", segment(&source)), None).await?),
        SourceVerb::Add { file } => out.thing(&way.json("POST", "/api/v1/sources", Some(&document(&file)?)).await?),
        SourceVerb::Try { source } => {
            out.thing(&way.json("POST", &format!("/api/v1/sources/{}/trial", segment(&source)), None).await?)
        }
        SourceVerb::Run { source } => {
            out.thing(&way.json("POST", &format!("/api/v1/sources/{}/run", segment(&source)), None).await?)
        }
        SourceVerb::Backfill { source, dry_run } => {
            let method = if dry_run { "GET" } else { "POST" };
            out.thing(&way.json(method, &format!("/api/v1/sources/{}/backfill", segment(&source)), None).await?)
        }
    }
}

pub(super) async fn report(way: &Way, out: Out, verb: ReportVerb) -> anyhow::Result<()> {
    let act = |team: &str, sprint: i64, noun: &str| format!("/api/v1/reports/{}/{sprint}/{noun}", segment(team));
    match verb {
        ReportVerb::Show { team, sprint, markdown, csv } => {
            let sprint = sprint.map_or_else(|| "latest".to_owned(), |n| n.to_string());
            let found = way.json("GET", &format!("/api/v1/reports/{}/{sprint}", segment(&team)), None).await?;
            if out.json {
                return out.thing(&found);
            }
            let document: report::Document = serde_json::from_value(found)?;
            out.text(&match (markdown, csv) {
                (true, _) => report::text::markdown(&document),
                (_, true) => report::sheet::csv(&document)?,
                _ => report::text::terminal(&document),
            })
        }
        ReportVerb::Ready { team, sprint } => out.thing(&way.json("POST", &act(&team, sprint, "readiness"), None).await?),
        ReportVerb::Reopen { team, sprint } => {
            way.json("POST", &act(&team, sprint, "reopening"), None).await?;
            out.say("The report is a draft again.")
        }
        ReportVerb::Review { team, sprint } => {
            let done = way.json("POST", &act(&team, sprint, "review"), None).await?;
            if out.json {
                return out.thing(&done);
            }
            out.say(&format!("Reviewed and frozen. Digest {}", done["digest"].as_str().unwrap_or("")))
        }
    }
}

pub(super) async fn template(way: &Way, out: Out, verb: TemplateVerb) -> anyhow::Result<()> {
    match verb {
        TemplateVerb::Show { group } => {
            out.thing(&way.json("GET", &format!("/api/v1/groups/{}/template", segment(&group)), None).await?)
        }
        TemplateVerb::Agree { group, file, reason } => {
            let path = format!("/api/v1/groups/{}/template", segment(&group));
            let version = way.json("GET", &path, None).await?["version"].clone();
            let body = json!({ "template": document(&file)?, "version": version, "reason": reason });
            out.thing(&way.json("PUT", &path, Some(&body)).await?)
        }
    }
}

pub(super) async fn token(way: &Way, out: Out, verb: TokenVerb) -> anyhow::Result<()> {
    match verb {
        TokenVerb::List => {
            out.rows(&way.list("/api/v1/tokens").await?, &["id", "name", "hint", "expires_at", "used_day", "revoked_at"])
        }
        TokenVerb::Make { name, rights, days } => {
            let scopes: Vec<Value> = rights
                .iter()
                .map(|r| match r.split_once('@') {
                    None => json!({ "right": r }),
                    Some((right, scope)) => json!({ "right": right, "scope": scope }),
                })
                .collect();
            let body = json!({ "name": name, "days": days, "scopes": scopes });
            out.thing(&way.json("POST", "/api/v1/tokens", Some(&body)).await?)
        }
        TokenVerb::Revoke { token } => {
            way.json("DELETE", &format!("/api/v1/tokens/{}", segment(&token)), None).await?;
            out.say("Revoked.")
        }
    }
}
