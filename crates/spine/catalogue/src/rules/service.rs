//! Services.

use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{check_slug, check_url};

/// Where a service runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// As deployments name it.
    pub name: String,
    /// `production`, `staging`, `testing`, `development`.
    pub tier: String,
}

/// What people say about a service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ServiceBody {
    /// `https://..` or `ssh://..`
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub repositories: Vec<String>,
    /// Where it runs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environments: Vec<Environment>,
}

/// What is deployed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Service {
    /// Its id.
    pub id: Id,
    /// In URLs.
    pub slug: String,
    /// As people wrote it.
    pub name: String,
    /// The workload that it belongs to.
    pub workload: Id,
    /// Its owner: its own team if stated, else the workload's.
    pub team: Id,
    /// True if the owner is stated for the service itself.
    pub own_team: bool,
    /// What people say about it.
    #[serde(rename = "about")]
    pub body: ServiceBody,
    /// When it was put away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Time>,
    /// Raised with each change.
    pub version: i64,
}

/// A new service, or a changed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewService {
    /// As people write it.
    pub name: String,
    /// Slug of the workload that it belongs to.
    pub workload: String,
    /// Slug of its own team; the workload's if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// In URLs; made from the name if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// What people say about it.
    #[serde(default)]
    pub about: ServiceBody,
    /// The version that the caller saw; needed for a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

impl NewService {
    /// Checks what somebody typed.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(mut self) -> Result<Self> {
        let mut faults = Faults::new();
        self.name = text::name(&mut faults, "name", "The service’s name", &self.name);
        check_slug(&mut faults, &mut self.slug, &self.name);
        let b = &mut self.about;
        faults.check(b.repositories.len() <= 50, "about.repositories", "A service has at most 50 repositories.");
        for (i, url) in b.repositories.iter().enumerate() {
            check_url(&mut faults, format!("about.repositories.{i}"), url, &["https://", "ssh://", "git@", "/"]);
        }
        for (i, e) in b.environments.iter_mut().enumerate() {
            e.name = text::name(&mut faults, &format!("about.environments.{i}.name"), "The environment’s name", &e.name);
            let known = ["production", "staging", "testing", "development"];
            faults.check(
                known.contains(&e.tier.as_str()),
                format!("about.environments.{i}.tier"),
                format!("The tier is one of {}.", known.join(", ")),
            );
        }
        faults.done().map(|()| self)
    }
}
