//! Where a source's numbers come from: a tagged choice, with every fault of it named.

use std::path::{Path, PathBuf};

use kernel::error::Faults;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::checks::{host, name_of_secret, one_line};
use super::csv::Csv;
use super::datadog::Datadog;
use super::json::Json;
use crate::git::Location;
use crate::prometheus::{Across, How, instant};

/// Longest query in characters.
const QUERY: usize = 10_000;

/// Where the numbers come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Pull {
    /// A query to Prometheus, or to what speaks like it.
    Prometheus(Prometheus),
    /// A figure of a git history.
    Git(Git),
    /// Numbers in a JSON answer.
    Json(Json),
    /// Numbers in a table.
    Csv(Csv),
    /// A query to Datadog.
    Datadog(Datadog),
}

/// How a query is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Once, at the end of the period.
    Instant,
    /// For steps over the whole period.
    Range,
}

/// How several numbers become one: series of one moment, or points of one series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Reduce {
    /// The latest point; of a range only.
    Last,
    /// Their mean.
    Mean,
    /// The greatest.
    Max,
    /// The least.
    Min,
    /// Their sum.
    Sum,
    /// 95th percentile of the points; of a range only.
    P95,
}

/// A query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Prometheus {
    /// Address of the server, such as `https://prometheus.example.org`.
    pub url: String,
    /// PromQL. `$period` stands for the length of the period (`1209600s`), `$step` for that of a step.
    pub query: String,
    /// How it is sent.
    pub mode: Mode,
    /// How several numbers become one. A range needs it; an instant query without it must give one series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reduce: Option<Reduce>,
    /// Name of the secret to send, as the configuration has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

impl Prometheus {
    /// How samples of one moment become one; `None` if there must be one only.
    pub fn across(&self) -> Option<Across> {
        match self.reduce? {
            Reduce::Mean => Some(Across::Mean),
            Reduce::Max => Some(Across::Max),
            Reduce::Min => Some(Across::Min),
            Reduce::Sum => Some(Across::Sum),
            Reduce::Last | Reduce::P95 => None,
        }
    }

    /// How points of a period become one.
    pub fn how(&self) -> How {
        match self.reduce {
            Some(Reduce::Mean) => How::Mean,
            Some(Reduce::Max) => How::Max,
            Some(Reduce::Min) => How::Min,
            Some(Reduce::Sum) => How::Sum,
            Some(Reduce::P95) => How::P95,
            Some(Reduce::Last) | None => How::Last,
        }
    }
}

/// Which figure of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// Commits with at most one parent.
    Commits,
    /// Merge commits.
    Merges,
    /// Tags created, on any branch.
    Tags,
    /// Tags created that are the first to contain some commit.
    Releases,
    /// Distinct authors of commits and merges, counted and never named.
    People,
    /// Median of the time from commit to first tag, merges left out.
    MedianLeadDays,
    /// 85th percentile of it.
    P85LeadDays,
    /// 90th percentile of it.
    P90LeadDays,
}

impl What {
    /// All, in the order of the form.
    pub const ALL: [What; 8] = [
        What::Commits,
        What::Merges,
        What::Tags,
        What::Releases,
        What::People,
        What::MedianLeadDays,
        What::P85LeadDays,
        What::P90LeadDays,
    ];

    /// As it is stored and sent.
    pub fn key(self) -> &'static str {
        match self {
            What::Commits => "commits",
            What::Merges => "merges",
            What::Tags => "tags",
            What::Releases => "releases",
            What::People => "people",
            What::MedianLeadDays => "median-lead-days",
            What::P85LeadDays => "p85-lead-days",
            What::P90LeadDays => "p90-lead-days",
        }
    }

    /// As pages say it.
    pub fn words(self) -> &'static str {
        match self {
            What::Commits => "commits without merges",
            What::Merges => "merges",
            What::Tags => "tags",
            What::Releases => "releases: tags that bring new commits",
            What::People => "people who wrote commits, counted",
            What::MedianLeadDays => "days from commit to first tag, median",
            What::P85LeadDays => "days from commit to first tag, 85th percentile",
            What::P90LeadDays => "days from commit to first tag, 90th percentile",
        }
    }

    /// Whether it is a time in days, not a count.
    pub fn is_days(self) -> bool {
        matches!(self, What::MedianLeadDays | What::P85LeadDays | What::P90LeadDays)
    }
}

/// A figure of a git history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Git {
    /// `https://host/path`, `ssh://host/path`, `user@host:path`, or an absolute path under a configured root.
    pub location: String,
    /// Which figure.
    pub what: What,
    /// Branch, tag or commit id; the default branch if it is left out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub branch: String,
    /// Name of the secret to send to an https location, as the configuration has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// What the configuration allows, as far as it can be said before anything is asked.
#[derive(Debug, Clone, Default)]
pub struct Ground {
    /// Names of the secrets.
    pub secrets: Vec<String>,
    /// Folders under which local repositories may be read.
    pub roots: Vec<PathBuf>,
    /// Folders under which files may be read.
    pub files: Vec<PathBuf>,
}

impl Pull {
    /// Trims what was typed; adds its faults, each with its field.
    pub(super) fn check(&mut self, faults: &mut Faults) {
        match self {
            Pull::Prometheus(p) => check_prometheus(p, faults),
            Pull::Git(g) => check_git(g, faults),
            Pull::Json(j) => j.check(faults),
            Pull::Csv(c) => c.check(faults),
            Pull::Datadog(d) => d.check(faults),
        }
    }

    /// Adds what the configuration has to be changed for.
    pub(super) fn check_ground(&self, ground: &Ground, faults: &mut Faults) {
        for (field, name) in self.secrets() {
            let shown: String = name.chars().take(80).collect();
            let message = format!("No secret “{shown}” is defined. Add it as a [[secret]] to the configuration.");
            faults.check(ground.secrets.iter().any(|s| s == name), format!("pull.{field}"), message);
        }
        if let Pull::Csv(c) = self
            && let Some(path) = c.path()
            && !ground.files.iter().any(|r| path.starts_with(r))
        {
            faults.add(
                "pull.location",
                format!(
                    "“{}” is outside the folders that may be read. Add its folder to roots in [files] in the configuration.",
                    path.display()
                ),
            );
        }
        if let Pull::Git(g) = self
            && let Ok(Location::Local(path)) = Location::parse(&g.location)
            && !ground.roots.iter().any(|r| path.starts_with(r))
        {
            faults.add(
                "pull.location",
                format!(
                    "“{}” is outside the folders that may be read. Add its folder to roots in [git] in the configuration.",
                    path.display()
                ),
            );
        }
    }

    /// The named secrets, each with its field.
    pub fn secrets(&self) -> Vec<(&'static str, &str)> {
        let one = |name: &'static str, secret: &'_ Option<String>| secret.is_some().then_some(name);
        let (field, secret) = match self {
            Pull::Prometheus(p) => (one("secret", &p.secret), p.secret.as_deref()),
            Pull::Git(g) => (one("secret", &g.secret), g.secret.as_deref()),
            Pull::Json(j) => (one("secret", &j.secret), j.secret.as_deref()),
            Pull::Csv(c) => (one("secret", &c.secret), c.secret.as_deref()),
            Pull::Datadog(d) => return vec![("api_key", &d.api_key), ("application_key", &d.application_key)],
        };
        field.zip(secret).into_iter().collect()
    }

    /// What is asked, in a few words: a host, or the last parts of a location.
    pub fn place(&self) -> String {
        match self {
            Pull::Prometheus(p) => {
                let rest = p.url.split_once("://").map_or(p.url.as_str(), |(_, r)| r);
                format!("Prometheus at {}", rest.trim_end_matches('/'))
            }
            Pull::Json(j) => format!("JSON from {}", host(&j.url)),
            Pull::Csv(c) => match c.path() {
                Some(path) => format!("table {}", path.file_name().unwrap_or_default().to_string_lossy()),
                None => format!("table from {}", host(&c.location)),
            },
            Pull::Datadog(d) => format!("Datadog, {}", if d.site.contains("://") { host(&d.site) } else { &d.site }),
            Pull::Git(g) => {
                let path = g.location.split_once("://").map_or(g.location.as_str(), |(_, r)| r);
                let path = path.trim_end_matches('/').trim_end_matches(".git");
                let mut parts: Vec<&str> = path.rsplit(['/', ':']).filter(|p| !p.is_empty()).take(2).collect();
                parts.reverse();
                format!("git history of {}", parts.join("/"))
            }
        }
    }
}

fn check_prometheus(p: &mut Prometheus, faults: &mut Faults) {
    p.url = one_line(faults, "pull.url", "The address", &p.url, 1000);
    // "x" stands for the query, which has its own faults.
    let authority = p.url.split_once("://").map_or("", |(_, rest)| rest).split('/').next().unwrap_or("");
    if instant(&p.url, "x", 0).is_err() {
        faults.add("pull.url", "This is no address of a server. Write it like https://prometheus.example.org.");
    } else if authority.contains('@') {
        faults.add("pull.url", "The address has a user name or password inside. Remove it; name a secret of the configuration.");
    }
    p.query = p.query.trim().replace("\r\n", "\n");
    let length = p.query.chars().count();
    if p.query.is_empty() {
        faults.add("pull.query", "The query is missing. Write PromQL that gives one number, such as sum(rate(x[5m])).");
    } else if length > QUERY {
        faults.add("pull.query", format!("The query has {length} characters; at most {QUERY} fit."));
    } else if p.query.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        faults.add("pull.query", "The query contains a control character. Remove it.");
    }
    match (p.mode, p.reduce) {
        (Mode::Range, None) => {
            faults.add("pull.reduce", "Say how the points of a period become one value: last, mean, max, min, sum or p95.");
        }
        (Mode::Instant, Some(Reduce::Last | Reduce::P95)) => {
            faults.add(
                "pull.reduce",
                "Series of one moment become one by sum, mean, max or min. Leave it out if there is one series.",
            );
        }
        _ => {}
    }
    name_of_secret(faults, "pull.secret", &mut p.secret);
}

fn check_git(g: &mut Git, faults: &mut Faults) {
    g.location = g.location.trim().to_owned();
    match Location::parse(&g.location) {
        Err(e) => faults.add("pull.location", e.to_string()),
        Ok(Location::Local(path)) if path.components().any(|c| c.as_os_str() == "..") || path == Path::new("/") => {
            faults.add("pull.location", "Write the path of the repository itself, without “..”.");
        }
        Ok(Location::Local(_)) if g.secret.as_deref().is_some_and(|s| !s.trim().is_empty()) => {
            faults.add("pull.secret", "A local repository needs no secret. Leave it out.");
        }
        Ok(Location::Remote { url, .. })
            if !url.starts_with("https://") && g.secret.as_deref().is_some_and(|s| !s.trim().is_empty()) =>
        {
            faults.add(
                "pull.secret",
                "ssh uses the keys of the server's user, not a secret. Leave it out, or give an https location.",
            );
        }
        Ok(_) => {}
    }
    g.branch = one_line(faults, "pull.branch", "The branch", &g.branch, 200);
    if g.branch.starts_with(['-', '^']) || g.branch.contains("..") || g.branch.contains([':', ' ']) {
        faults.add("pull.branch", "This is no name of a branch. Leave it out for the default branch.");
    }
    name_of_secret(faults, "pull.secret", &mut g.secret);
}
