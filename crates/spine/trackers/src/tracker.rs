//! A tracker: one project of Jira, GitHub or GitLab, with the names of the secrets that open it.

use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Trackers in use.
pub const MOST: usize = 200;

/// Which program it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TrackerKind {
    /// GitHub, or a GitHub Enterprise Server.
    Github,
    /// GitLab, hosted or one's own.
    Gitlab,
    /// Jira Cloud, Server or Data Center.
    Jira,
}

impl TrackerKind {
    /// All of them, in the order in which pages list them.
    pub const ALL: [TrackerKind; 3] = [TrackerKind::Github, TrackerKind::Gitlab, TrackerKind::Jira];

    /// As it is stored and sent.
    pub const fn key(self) -> &'static str {
        match self {
            TrackerKind::Github => "github",
            TrackerKind::Gitlab => "gitlab",
            TrackerKind::Jira => "jira",
        }
    }

    /// As pages write it.
    pub const fn title(self) -> &'static str {
        match self {
            TrackerKind::Github => "GitHub",
            TrackerKind::Gitlab => "GitLab",
            TrackerKind::Jira => "Jira",
        }
    }

    /// From what is stored or sent.
    pub fn read(text: &str) -> Option<Self> {
        TrackerKind::ALL.into_iter().find(|k| k.key() == text)
    }

    /// How a project is written, as an example.
    const fn example(self) -> &'static str {
        match self {
            TrackerKind::Github => "harbour/payments",
            TrackerKind::Gitlab => "harbour/core/payments",
            TrackerKind::Jira => "PAY",
        }
    }
}

/// A tracker as somebody sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTracker {
    /// As pages write it; up to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// Key in URLs and files; made from the name if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// Which program it is; it stays.
    pub kind: TrackerKind,
    /// Where its API is: `https://api.github.com`, `https://gitlab.example.org`, `https://harbour.atlassian.net`.
    pub url: String,
    /// The project: owner and repository, path of a project, or key of a project. It stays.
    pub project: String,
    /// Name of the secret that signs in: a token as `bearer`, `header:PRIVATE-TOKEN` for GitLab, `basic:MAIL` for Jira Cloud.
    pub secret: String,
    /// Name of the secret of the scheme `key` that its webhooks are checked with; without one its issues are asked for alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hook_secret: Option<String>,
    /// The type of the issues that are made, for Jira; `Task` if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue_type: Option<String>,
    /// The version that a change was made from; the newest if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

/// True if a project is written as the program has it.
fn is_project(kind: TrackerKind, text: &str) -> bool {
    let part = |p: &str| !p.is_empty() && p.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) && !p.starts_with('.');
    let parts: Vec<&str> = text.split('/').collect();
    match kind {
        TrackerKind::Github => parts.len() == 2 && parts.iter().all(|p| part(p)),
        TrackerKind::Gitlab => (2..=20).contains(&parts.len()) && parts.iter().all(|p| part(p)),
        TrackerKind::Jira => {
            (1..=20).contains(&text.len())
                && text.starts_with(|c: char| c.is_ascii_uppercase())
                && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        }
    }
}

impl NewTracker {
    /// Trims what was typed, makes the key.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(mut self) -> Result<Self> {
        let mut faults = Faults::new();
        self.name = text::name(&mut faults, "name", "The name", &self.name);
        let slug = self.slug.take().filter(|s| !s.is_empty()).unwrap_or_else(|| text::slug(&self.name));
        if let Err(kernel::Error::Invalid(found)) = text::key("slug", &slug) {
            found.into_iter().for_each(|f| faults.add(f.at, f.message));
        }
        self.slug = Some(slug);
        self.url = self.url.trim().trim_end_matches('/').to_owned();
        let rest = self.url.strip_prefix("https://").or_else(|| self.url.strip_prefix("http://"));
        let sound = rest.is_some_and(|r| {
            !r.is_empty() && !r.contains(['?', '#', '@', '\\']) && !r.chars().any(|c| c.is_control() || c.is_whitespace())
        });
        faults.check(
            sound && self.url.len() <= 500,
            "url",
            "Write the address of its API, such as https://api.github.com, without a user or a query.",
        );
        self.project = self.project.trim().to_owned();
        let example = self.kind.example();
        let good = self.project.len() <= 200 && is_project(self.kind, &self.project);
        faults.check(good, "project", format!("Write the project as {} has it, such as {example}.", self.kind.title()));
        let name = |at: &str, value: &mut String, faults: &mut Faults| {
            *value = value.trim().to_owned();
            let good = !value.is_empty() && value.chars().count() <= 100 && !value.chars().any(char::is_control);
            faults.check(good, at, "Name a secret of the configuration.");
        };
        name("secret", &mut self.secret, &mut faults);
        self.hook_secret = self.hook_secret.take().filter(|s| !s.trim().is_empty());
        if let Some(hook) = &mut self.hook_secret {
            name("hook_secret", hook, &mut faults);
        }
        self.issue_type = self.issue_type.take().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        if let Some(t) = &self.issue_type {
            faults.check(self.kind == TrackerKind::Jira, "issue_type", "Only Jira has types of issues. Leave it out.");
            let good = t.chars().count() <= 60 && !t.chars().any(char::is_control);
            faults.check(good, "issue_type", "The type has up to 60 characters, such as Task.");
        }
        faults.done().map(|()| self)
    }

    /// Whether the configuration has its secrets: names of those that sign in, and of keys.
    ///
    /// # Errors
    /// What has to be changed in the configuration, at its field.
    pub fn check_ground(&self, ground: &Ground) -> Result<()> {
        let mut faults = Faults::new();
        let missing = |name: &str, what: &str| {
            format!(
                "The configuration has no secret “{}” {what}. The platform engineer adds it, then starts the server anew.",
                text::shown(name, 60)
            )
        };
        faults.check(ground.secrets.contains(&self.secret), "secret", missing(&self.secret, "that signs in"));
        if let Some(hook) = &self.hook_secret {
            faults.check(ground.keys.contains(hook), "hook_secret", missing(hook, "of the scheme key"));
        }
        faults.done()
    }
}

/// What the configuration has for trackers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ground {
    /// Names of secrets that sign in.
    pub secrets: Vec<String>,
    /// Names of keys.
    pub keys: Vec<String>,
}

/// A tracker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Tracker {
    /// Its id.
    pub id: Id,
    /// Key in URLs.
    pub slug: String,
    /// As pages write it.
    pub name: String,
    /// Which program it is.
    pub kind: TrackerKind,
    /// Where its API is.
    pub url: String,
    /// The project.
    pub project: String,
    /// Name of the secret that signs in.
    pub secret: String,
    /// Name of the key that its webhooks are checked with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hook_secret: Option<String>,
    /// The type of the issues that are made, for Jira.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue_type: Option<String>,
    /// Raised with each change.
    pub version: i64,
    /// When it was made.
    pub made_at: Time,
    /// By whom.
    pub made_by: String,
    /// When it was put away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Time>,
    /// What was wrong when it was asked last; empty if nothing was.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub fault: String,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault_at: Option<Time>,
    /// When its last webhook came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heard_at: Option<Time>,
    /// Until when it asked not to be asked.
    #[serde(skip)]
    pub quiet_until: Time,
}

impl Tracker {
    /// The tracker as it would be sent again, without its version.
    pub fn sent(&self) -> NewTracker {
        NewTracker {
            name: self.name.clone(),
            slug: Some(self.slug.clone()),
            kind: self.kind,
            url: self.url.clone(),
            project: self.project.clone(),
            secret: self.secret.clone(),
            hook_secret: self.hook_secret.clone(),
            issue_type: self.issue_type.clone(),
            version: None,
        }
    }

    /// Its page.
    pub fn href(&self) -> String {
        format!("/trackers/{}", self.slug)
    }

    /// Where its webhooks are sent, from the root.
    pub fn hook(&self) -> String {
        format!("/in/trackers/{}", self.slug)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn tracker(kind: TrackerKind) -> Tracker {
        Tracker {
            id: Id::from_u128(5),
            slug: "payments".into(),
            name: "Payments <x>".into(),
            kind,
            url: match kind {
                TrackerKind::Github => "https://api.github.com",
                TrackerKind::Gitlab => "https://gitlab.example.org",
                TrackerKind::Jira => "https://harbour.atlassian.net",
            }
            .into(),
            project: kind.example().into(),
            secret: "tracker".into(),
            hook_secret: Some("hook".into()),
            issue_type: None,
            version: 1,
            made_at: Time(1_794_929_580_000_000),
            made_by: "Kofi <Mensah>".into(),
            archived_at: None,
            fault: String::new(),
            fault_at: None,
            heard_at: None,
            quiet_until: Time(0),
        }
    }

    #[test]
    fn a_tracker_is_checked_field_by_field() {
        for kind in TrackerKind::ALL {
            let good = tracker(kind).sent();
            assert_eq!(good.clone().check().unwrap(), good);
            assert_eq!(TrackerKind::read(kind.key()), Some(kind));
        }
        let places = |new: NewTracker| match new.check() {
            Err(kernel::Error::Invalid(f)) => f.into_iter().map(|f| f.at).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        let good = tracker(TrackerKind::Github).sent();
        for (bad, at) in [
            (NewTracker { name: String::new(), slug: Some("x".into()), ..good.clone() }, "name"),
            (NewTracker { url: "api.github.com".into(), ..good.clone() }, "url"),
            (NewTracker { url: "https://me:pw@api.github.com".into(), ..good.clone() }, "url"),
            (NewTracker { url: "https://api.github.com/?x=1".into(), ..good.clone() }, "url"),
            (NewTracker { project: "payments".into(), ..good.clone() }, "project"),
            (NewTracker { project: "../x".into(), ..good.clone() }, "project"),
            (NewTracker { kind: TrackerKind::Jira, project: "pay".into(), ..good.clone() }, "project"),
            (NewTracker { secret: " ".into(), ..good.clone() }, "secret"),
            (NewTracker { issue_type: Some("Bug".into()), ..good.clone() }, "issue_type"),
        ] {
            assert_eq!(places(bad), [at]);
        }
        let ground = Ground { secrets: vec!["tracker".into()], keys: vec!["hook".into()] };
        good.check_ground(&ground).unwrap();
        assert!(good.check_ground(&Ground::default()).unwrap_err().to_string().contains("starts the server anew"));
    }
}
