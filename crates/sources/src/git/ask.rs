//! Asking a history for periods.

use std::path::{Path, PathBuf};
use std::time::Duration;

use kernel::http::Client;

use super::{Among, GitError, History, HttpsHeader, Location, Repo, Settings};
use crate::rules::{Git, Reading, Span, What};

/// Longest time of one git process of a source's run.
const PROCESS: Duration = Duration::from_secs(240);

/// Most commits of a history: a million take 175 MB while they are read.
const COMMITS: u32 = 1_000_000;

/// What the configuration says about git.
#[derive(Debug, Clone)]
pub(crate) struct Local {
    /// Folders under which local repositories may be read.
    pub(crate) roots: Vec<PathBuf>,
    /// Where clones are kept.
    pub(crate) cache: PathBuf,
}

/// Limits and credentials for one run; holds a remote location against the outgoing client's rules first.
///
/// Errors: the address is not allowed or not found, the secret is not for it; a sentence that says which setting to change.
pub(crate) async fn settings(client: &Client, g: &Git) -> Result<Settings, String> {
    reach(client, &g.location, g.secret.as_deref()).await
}

/// The same for a location and the name of a secret.
pub(crate) async fn reach(client: &Client, location: &str, secret: Option<&str>) -> Result<Settings, String> {
    let mut settings = Settings { time: PROCESS, commits: COMMITS, ..Settings::default() };
    let Location::Remote { url, host } = Location::parse(location).map_err(|e| e.to_string())? else { return Ok(settings) };
    let addresses = client.addresses(&host).await.map_err(|e| e.to_string())?;
    // ssh proves who the far end is by its key; https by name could be led elsewhere by a second look-up.
    if let Some(authority) = url.strip_prefix("https://").and_then(|rest| rest.split('/').next()) {
        let port = authority.rsplit_once(':').map(|(_, p)| p).filter(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
        let list: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        if host.parse::<std::net::IpAddr>().is_err() {
            settings.resolve = Some(format!("{host}:{}:{}", port.unwrap_or("443"), list.join(",")));
        }
        if let Some(name) = secret {
            let line = client.credential(name, &url).map_err(|e| e.to_string())?;
            settings.https_header = Some(HttpsHeader { host: authority.to_ascii_lowercase(), line });
        }
    }
    Ok(settings)
}

/// Reads the history once and answers for each span. Blocks for as long as git does.
///
/// Errors: see [`GitError`], as a sentence or two.
pub(crate) fn ask(g: &Git, local: &Local, settings: &Settings, spans: &[Span]) -> Result<Vec<Reading>, String> {
    read(g, &local.cache, &local.roots, settings, spans).map_err(|e| e.to_string())
}

fn read(g: &Git, cache: &Path, roots: &[PathBuf], settings: &Settings, spans: &[Span]) -> Result<Vec<Reading>, GitError> {
    let repo = Repo::open_with(&g.location, cache, roots, settings)?;
    let history = repo.history(if g.branch.is_empty() { "HEAD" } else { &g.branch })?;
    spans.iter().map(|span| figure(&history, g.what, *span)).collect()
}

/// The figure of one period. A period that ended before the history began has none: nothing was counted there.
fn figure(history: &History, what: What, (from, to): Span) -> Result<Reading, GitError> {
    let none = |why: &str| Ok(Reading::None { why: why.to_owned(), fault: false });
    if history.begins_us().is_none_or(|begins| begins >= to) {
        return none("the history begins later");
    }
    let undated = match history.undated() {
        0 => String::new(),
        n => format!("; {n} commits of the history have no readable date"),
    };
    let count = |n: u64, of: &str| Reading::Number { value: n as f64, detail: format!("counted from the history{of}{undated}") };
    Ok(match what {
        What::Commits => count(history.commits(from, to).0, ""),
        What::Merges => count(history.commits(from, to).1, ""),
        What::Tags => count(history.tags_of(from, to), ", on all branches"),
        What::Releases => count(history.releases(from, to), ", on all branches"),
        What::People => count(history.people(from, to)?, ", by distinct address; no name is kept"),
        What::MedianLeadDays | What::P85LeadDays | What::P90LeadDays => {
            let Some(leads) = history.leads_of(Among::WithoutMerges, from, to) else {
                return none("no tag of this period is the first to contain a commit");
            };
            let value = match what {
                What::MedianLeadDays => leads.median_days(),
                What::P85LeadDays => leads.p85_days(),
                _ => leads.p90_days(),
            };
            let negative = match leads.negative {
                0 => String::new(),
                n => format!(", {n} of them dated after their tag"),
            };
            Reading::Number {
                value,
                detail: format!("from {} commits that were tagged first in this period{negative}{undated}", leads.n),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use kernel::http::{Policy, Secret, SecretScheme};

    use super::*;

    fn client() -> Client {
        let secret = Secret {
            name: "forge".into(),
            value: "s3cr3t".into(),
            hosts: vec!["93.184.215.14".into()],
            scheme: SecretScheme::Basic { user: "me".into() },
        };
        Client::new(Policy { secrets: vec![secret], ..Policy::default() }).unwrap()
    }

    fn at(location: &str, secret: Option<&str>) -> Git {
        Git { location: location.into(), what: What::Commits, branch: String::new(), secret: secret.map(Into::into) }
    }

    #[tokio::test]
    async fn private_hosts_need_the_setting_that_the_refusal_names() {
        for location in ["https://10.0.0.5/a", "ssh://git@127.0.0.1/a", "git@192.168.1.9:a", "https://[::1]/a"] {
            let said = settings(&client(), &at(location, None)).await.unwrap_err();
            assert!(said.contains("[outgoing] allow"), "{location}: {said}");
        }
        assert!(settings(&client(), &at("/srv/git/a", None)).await.unwrap().resolve.is_none());
    }

    #[tokio::test]
    async fn a_secret_goes_to_its_host_only() {
        let good = settings(&client(), &at("https://93.184.215.14/a", Some("forge"))).await.unwrap();
        let header = good.https_header.unwrap();
        assert_eq!((header.host.as_str(), header.line.as_str()), ("93.184.215.14", "authorization: Basic bWU6czNjcjN0"));
        for (location, secret) in [("https://93.184.215.15/a", "forge"), ("https://93.184.215.14/a", "other")] {
            let said = settings(&client(), &at(location, Some(secret))).await.unwrap_err();
            assert!(said.contains("was not sent") && !said.contains("s3cr3t"), "{said}");
        }
    }
}
