//! An issue: what stands in a tracker, as far as it is known here. Its state is the tracker's; here it is only followed.

use std::time::Duration;

use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::tracker::{Tracker, TrackerKind};

/// Issues that one thing is linked to.
pub const MOST: usize = 20;

/// Between two looks at an issue that is not done; a webhook comes sooner.
pub const EVERY: Duration = Duration::from_secs(5 * 60);

/// Between two looks at an issue that is done, or gone.
pub const SELDOM: Duration = Duration::from_secs(6 * 3600);

/// How far an issue is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum IssueState {
    /// It was not read yet.
    Unknown,
    /// Nobody has begun.
    Open,
    /// Somebody works on it.
    InProgress,
    /// It is closed.
    Done,
    /// The tracker has no such issue any more.
    Gone,
}

impl IssueState {
    /// As it is stored and sent.
    pub const fn key(self) -> &'static str {
        match self {
            IssueState::Unknown => "unknown",
            IssueState::Open => "open",
            IssueState::InProgress => "in-progress",
            IssueState::Done => "done",
            IssueState::Gone => "gone",
        }
    }

    /// From what is stored.
    pub fn read(text: &str) -> Option<Self> {
        use IssueState::{Done, Gone, InProgress, Open, Unknown};
        [Unknown, Open, InProgress, Done, Gone].into_iter().find(|s| s.key() == text)
    }

    /// When to look again.
    pub const fn every(self) -> Duration {
        match self {
            IssueState::Done | IssueState::Gone => SELDOM,
            IssueState::Unknown | IssueState::Open | IssueState::InProgress => EVERY,
        }
    }
}

/// What a tracker says of an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// How the tracker names it: a number, or a key such as `PAY-12`.
    pub name: String,
    /// Its page there.
    pub url: String,
    /// Its title.
    pub title: String,
    /// How far it is.
    pub state: IssueState,
    /// The tracker's own word for that.
    pub word: String,
    /// When the tracker says that it came to be so, if it says.
    pub since: Option<Time>,
}

/// An issue as it was read last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Issue {
    /// Its id here.
    pub id: Id,
    /// Slug of its tracker.
    pub tracker: String,
    /// Name of its tracker.
    pub tracker_name: String,
    /// Which program that is.
    pub kind: TrackerKind,
    /// How the tracker names it: a number, or a key such as `PAY-12`.
    pub name: String,
    /// Its page there.
    pub url: String,
    /// Its title; empty until it was read.
    pub title: String,
    /// How far it is.
    pub state: IssueState,
    /// The tracker's own word for that; empty until it was read.
    pub word: String,
    /// Since when.
    pub since: Time,
    /// When it was read last, or the tracker told of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Time>,
    /// What the tracker answered to be asked with, so that it answers only what is new.
    #[serde(skip)]
    pub etag: String,
}

impl Issue {
    /// "#12" or "PAY-12".
    pub fn label(&self) -> String {
        if self.name.starts_with(|c: char| c.is_ascii_digit()) { format!("#{}", self.name) } else { self.name.clone() }
    }
}

/// An issue that exists, to be followed for a thing here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewIssueLink {
    /// Slug of the tracker.
    pub tracker: String,
    /// The issue: its number, its key, or its address. Absent: one is made from the thing, once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue: Option<String>,
}

/// An issue that is to be made for a thing here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Its id; the issue carries it, so that it is found again.
    pub id: Id,
    /// For what.
    pub about: Ref,
    /// Title of the issue.
    pub title: String,
    /// Its text, without the link back.
    pub body: String,
    /// The thing's page here, from the root.
    pub href: String,
    /// When it was asked for.
    pub asked_at: Time,
    /// By whom.
    pub asked_by: String,
    /// When the tracker was last asked to make it.
    pub tried_at: Option<Time>,
}

impl Wish {
    /// What the issue carries: hidden in its text, or its label. Unique, and the same in each try.
    pub fn marker(&self) -> String {
        format!("bellwether-{}", self.id)
    }
}

/// The name of an issue in a tracker, from what was typed: a number, a key, or an address.
///
/// # Errors
/// [`Error::Invalid`] at `issue`, with what to write.
pub fn named(t: &Tracker, text: &str) -> Result<String> {
    let typed = text.trim();
    let rest = typed.split(['?', '#']).next().unwrap_or("").trim_end_matches('/');
    let found = if typed.starts_with("http://") || typed.starts_with("https://") {
        let (before, name) = rest.rsplit_once('/').unwrap_or(("", ""));
        // The same path on another host is another issue.
        let here = host(typed) == host(&crate::vendor::page_url(t, name));
        let ours = here
            && match t.kind {
                TrackerKind::Github => before.ends_with(&format!("/{}/issues", t.project)),
                TrackerKind::Gitlab => {
                    [format!("/{}/-/issues", t.project), format!("/{}/issues", t.project), format!("/{}/-/work_items", t.project)]
                        .iter()
                        .any(|p| before.ends_with(p))
                }
                TrackerKind::Jira => before == format!("{}/browse", t.url),
            };
        ours.then_some(name)
    } else {
        Some(typed.trim_start_matches('#'))
    };
    let good = |name: &str| match t.kind {
        TrackerKind::Github | TrackerKind::Gitlab => number(name),
        TrackerKind::Jira => name.strip_prefix(&t.project).and_then(|r| r.strip_prefix('-')).is_some_and(number),
    };
    match found.filter(|n| good(n)) {
        Some(name) => Ok(name.to_owned()),
        None => {
            let example = if t.kind == TrackerKind::Jira { format!("{}-12", t.project) } else { "12".into() };
            let shown = text::shown(typed, 80);
            Err(Error::invalid(
                "issue",
                format!(
                    "“{shown}” is no issue of {} in {}. Write it like {example}, or paste its address.",
                    t.project,
                    t.kind.title()
                ),
            ))
        }
    }
}

/// The host of an address, in small letters.
fn host(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    Some(rest.split(['/', '?', '#']).next().unwrap_or_default().to_lowercase())
}

fn number(text: &str) -> bool {
    (1..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0')
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::tracker::tests::tracker;

    pub(crate) fn issue(state: IssueState) -> Issue {
        Issue {
            id: Id::from_u128(6),
            tracker: "payments".into(),
            tracker_name: "Payments <x>".into(),
            kind: TrackerKind::Github,
            name: "12".into(),
            url: "https://github.com/harbour/payments/issues/12".into(),
            title: "Add <jitter>".into(),
            state,
            word: "closed as <completed>".into(),
            since: Time(1_794_929_580_000_000),
            read_at: Some(Time(1_794_929_580_000_000)),
            etag: String::new(),
        }
    }

    #[test]
    fn an_issue_is_named_by_number_key_or_address() {
        let of = |kind, text: &str| named(&tracker(kind), text).ok();
        for text in [
            "12",
            "#12",
            " 12 ",
            "https://github.com/harbour/payments/issues/12",
            "https://github.com/harbour/payments/issues/12#issuecomment-1",
        ] {
            assert_eq!(of(TrackerKind::Github, text).as_deref(), Some("12"), "{text}");
        }
        for text in [
            "12",
            "https://gitlab.example.org/harbour/core/payments/-/issues/12",
            "https://gitlab.example.org/harbour/core/payments/-/work_items/12/",
        ] {
            assert_eq!(of(TrackerKind::Gitlab, text).as_deref(), Some("12"), "{text}");
        }
        for text in ["PAY-12", "https://harbour.atlassian.net/browse/PAY-12?focused=1"] {
            assert_eq!(of(TrackerKind::Jira, text).as_deref(), Some("PAY-12"), "{text}");
        }
        for text in [
            "",
            "0",
            "x",
            "-1",
            "1/../2",
            "12345678901234",
            "https://github.com/harbour/other/issues/12",
            "https://evil.example/harbour/payments/issues/12",
            "PAY-12",
        ] {
            assert_eq!(of(TrackerKind::Github, text), None, "{text}");
        }
        for text in ["12", "PAY-", "PAYX-12", "pay-12", "https://elsewhere.example/browse/PAY-12"] {
            assert_eq!(of(TrackerKind::Jira, text), None, "{text}");
        }
    }

    #[test]
    fn states_are_written_and_read() {
        use IssueState::{Done, Gone, InProgress, Open, Unknown};
        for s in [Unknown, Open, InProgress, Done, Gone] {
            assert_eq!(IssueState::read(s.key()), Some(s));
            assert_eq!(serde_json::to_value(s).unwrap(), s.key());
        }
        assert!(Done.every() > Open.every());
        assert_eq!(issue(Open).label(), "#12");
    }
}
