//! A service: what is deployed.

use kernel::error::{Error, Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::workload::URL;

/// Repositories or environments that a service may have.
pub const MANY: usize = 50;

/// How close an environment is to its users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Its users work with it.
    Production,
    /// The last place before production.
    Staging,
    /// For tests.
    Testing,
    /// For those who build it.
    Development,
    /// Something else.
    Other,
}

impl Tier {
    /// All, nearest to the users first.
    pub const ALL: [Tier; 5] = [Tier::Production, Tier::Staging, Tier::Testing, Tier::Development, Tier::Other];

    /// The word in files and forms.
    pub const fn key(self) -> &'static str {
        match self {
            Tier::Production => "production",
            Tier::Staging => "staging",
            Tier::Testing => "testing",
            Tier::Development => "development",
            Tier::Other => "other",
        }
    }

    /// From its word.
    pub fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.key() == text)
    }
}

/// A place where a service runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// Its name, unique within the service.
    pub name: String,
    /// How close it is to its users.
    pub tier: Tier,
}

/// What is deployed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Service {
    /// Its id.
    pub id: Id,
    /// Its place in addresses; never changes.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The workload that it belongs to now.
    pub workload: Id,
    /// Its own team, if that is another than the workload's.
    pub team: Option<Id>,
    /// Addresses of its repositories.
    pub repositories: Vec<String>,
    /// Where it runs.
    pub environments: Vec<Environment>,
    /// Since when it is in the catalogue.
    pub since: Time,
    /// Counts changes, from 1.
    pub version: i64,
    /// When it was archived.
    pub archived_at: Option<Time>,
}

/// A service to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewService {
    /// Its name, 1 to 200 characters, unique among services.
    pub name: String,
    /// Slug of the workload that it belongs to.
    pub workload: String,
    /// Slug of its own team, if that is another than the workload's.
    #[serde(default)]
    pub team: Option<String>,
    /// Addresses of its repositories.
    #[serde(default)]
    pub repositories: Vec<String>,
    /// Where it runs.
    #[serde(default)]
    pub environments: Vec<Environment>,
}

/// A change of a service; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceChange {
    /// The version that the change was made from.
    pub version: i64,
    /// Its name.
    pub name: Option<String>,
    /// Slug of the workload that it belongs to from now on.
    pub workload: Option<String>,
    /// Slug of its own team from now on; an empty text for the workload's.
    pub team: Option<String>,
    /// Addresses of its repositories, in place of those stored.
    pub repositories: Option<Vec<String>>,
    /// Where it runs, in place of what is stored.
    pub environments: Option<Vec<Environment>>,
}

fn check_repositories(faults: &mut Faults, list: &[String]) -> Vec<String> {
    faults.check(list.len() <= MANY, "repositories", format!("A service has at most {MANY} repositories; these are {}.", list.len()));
    let mut out: Vec<String> = Vec::new();
    for (i, text) in list.iter().take(MANY).enumerate() {
        let at = format!("repositories/{i}");
        let text = text.trim();
        // Also `git@host:path` and a folder: the git source decides what it can reach.
        let bad = text.is_empty() || text.starts_with('-') || text.chars().any(|c| c.is_whitespace() || c.is_control()) || text.chars().count() > URL;
        let shown: String = text.chars().take(80).collect();
        faults.check(!bad, &at, format!("“{shown}” is no repository. Write it like https://git.example/team/service."));
        if out.iter().any(|o| o == text) {
            faults.add(&at, format!("“{shown}” stands here twice."));
        }
        out.push(text.to_owned());
    }
    out
}

fn check_environments(faults: &mut Faults, list: &[Environment]) -> Vec<Environment> {
    faults.check(list.len() <= MANY, "environments", format!("A service has at most {MANY} environments; these are {}.", list.len()));
    let mut out: Vec<Environment> = Vec::new();
    for (i, e) in list.iter().take(MANY).enumerate() {
        let at = format!("environments/{i}/name");
        let name = text::name(faults, &at, "The environment's name", &e.name);
        if out.iter().any(|o| o.name == name) {
            faults.add(&at, format!("“{name}” stands here twice."));
        }
        out.push(Environment { name, tier: e.tier });
    }
    out
}

impl NewService {
    /// Cleans and checks all fields.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault.
    pub fn checked(&self) -> Result<NewService> {
        let mut faults = Faults::new();
        let name = text::name(&mut faults, "name", "The service's name", &self.name);
        faults.check(!self.workload.trim().is_empty(), "workload", "A service belongs to a workload. Choose one.");
        let repositories = check_repositories(&mut faults, &self.repositories);
        let environments = check_environments(&mut faults, &self.environments);
        faults.done()?;
        let team = self.team.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
        Ok(NewService { name, workload: self.workload.trim().to_owned(), team, repositories, environments })
    }
}

impl Service {
    /// The service with a change of its words, cleaned and checked; changes of owners are not made here.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault.
    pub fn changed(&self, change: &ServiceChange) -> Result<Service> {
        let mut faults = Faults::new();
        let mut next = self.clone();
        if let Some(name) = &change.name {
            next.name = text::name(&mut faults, "name", "The service's name", name);
        }
        if let Some(list) = &change.repositories {
            next.repositories = check_repositories(&mut faults, list);
        }
        if let Some(list) = &change.environments {
            next.environments = check_environments(&mut faults, list);
        }
        faults.done()?;
        Ok(next)
    }
}

/// Reads environments as a form holds them: one in a line, "production eu-west"; the tier comes first, and alone it is
/// also the name.
///
/// # Errors
/// [`Error::Invalid`] at `environments` that names the lines.
pub fn read_environments(text: &str) -> Result<Vec<Environment>> {
    let mut wrong = Vec::new();
    let mut out = Vec::new();
    for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let (first, rest) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
        match Tier::read(&first.to_lowercase()) {
            Some(tier) if rest.trim().is_empty() => out.push(Environment { name: tier.key().to_owned(), tier }),
            Some(tier) => out.push(Environment { name: rest.trim().to_owned(), tier }),
            None => {
                let tiers = Tier::ALL.map(Tier::key).join(", ");
                wrong.push(format!("Line {} does not begin with one of {tiers}.", i + 1));
            }
        }
    }
    if wrong.is_empty() { Ok(out) } else { Err(Error::invalid("environments", wrong.join(" "))) }
}

/// Environments as [`read_environments`] reads them.
pub fn write_environments(list: &[Environment]) -> String {
    list.iter().map(|e| if e.name == e.tier.key() { e.name.clone() } else { format!("{} {}", e.tier.key(), e.name) }).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environments_are_read_as_they_are_written() {
        let list = read_environments("production\nStaging eu-west 1\n\n").unwrap();
        assert_eq!(list[1], Environment { name: "eu-west 1".into(), tier: Tier::Staging });
        assert_eq!(read_environments(&write_environments(&list)).unwrap(), list);
        assert!(read_environments("production\nlive").unwrap_err().to_string().starts_with("Line 2"));
    }

    #[test]
    fn doubles_and_options_are_refused() {
        let new = NewService {
            name: "a".into(),
            workload: "w".into(),
            repositories: vec!["https://g.example/a".into(), "https://g.example/a".into(), "--upload-pack=x".into()],
            environments: vec![
                Environment { name: "p".into(), tier: Tier::Production },
                Environment { name: "p".into(), tier: Tier::Other },
            ],
            ..NewService::default()
        };
        let Error::Invalid(list) = new.checked().unwrap_err() else { panic!() };
        let at: Vec<&str> = list.iter().map(|f| f.at.as_str()).collect();
        assert_eq!(at, ["repositories/1", "repositories/2", "environments/1/name"]);
    }
}
