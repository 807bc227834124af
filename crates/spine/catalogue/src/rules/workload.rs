//! Workloads.

use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{check_slug, check_url};

/// A link with a title.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TitledLink)]
pub struct Link {
    /// What it leads to: `dashboard`, `runbook`, `logs`, `alarms`, or any word.
    pub kind: String,
    /// As it is shown.
    pub title: String,
    /// `https://..`
    pub url: String,
}

/// What people say about a workload.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WorkloadBody {
    /// How important: `1` is the most.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tier: String,
    /// `experimental`, `production`, `deprecated`, or any word.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub lifecycle: String,
    /// The business goal that it serves.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub goal: String,
    /// What it protects: goal, users, money an hour as a range or "not known".
    #[serde(skip_serializing_if = "String::is_empty")]
    pub protects: String,
    /// Who runs it, if not its team; support hours and hand-off.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub runs: String,
    /// Dashboards, runbooks, logs, alarms.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}

/// What delivers value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Workload {
    /// Its id.
    pub id: Id,
    /// In URLs.
    pub slug: String,
    /// As people wrote it.
    pub name: String,
    /// The team that owns it.
    pub team: Id,
    /// What people say about it.
    #[serde(rename = "about")]
    pub body: WorkloadBody,
    /// When it was put away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Time>,
    /// Raised with each change.
    pub version: i64,
}

/// A new workload, or a changed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWorkload {
    /// As people write it.
    pub name: String,
    /// Slug of the team that owns it.
    pub team: String,
    /// In URLs; made from the name if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// What people say about it.
    #[serde(default)]
    pub about: WorkloadBody,
    /// The version that the caller saw; needed for a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

impl NewWorkload {
    /// Checks what somebody typed.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(mut self) -> Result<Self> {
        let mut faults = Faults::new();
        self.name = text::name(&mut faults, "name", "The workload’s name", &self.name);
        check_slug(&mut faults, &mut self.slug, &self.name);
        let b = &mut self.about;
        for (at, text) in [
            ("tier", &mut b.tier),
            ("lifecycle", &mut b.lifecycle),
            ("goal", &mut b.goal),
            ("protects", &mut b.protects),
            ("runs", &mut b.runs),
        ] {
            *text = text::prose(&mut faults, &format!("about.{at}"), "The text", text);
        }
        faults.check(b.links.len() <= 50, "about.links", "A workload has at most 50 links.");
        for (i, link) in b.links.iter_mut().enumerate() {
            link.title = text::name(&mut faults, &format!("about.links.{i}.title"), "The link’s title", &link.title);
            check_url(&mut faults, format!("about.links.{i}.url"), &link.url, &["https://", "http://"]);
        }
        faults.done().map(|()| self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_run_something_are_refused() {
        let w = NewWorkload {
            name: "A".into(),
            team: "t".into(),
            slug: None,
            version: None,
            about: WorkloadBody {
                links: vec![Link { kind: "x".into(), title: "x".into(), url: "javascript:alert(1)".into() }],
                ..WorkloadBody::default()
            },
        };
        assert!(w.check().is_err());
    }
}
