//! A new action, and the checks that new and changed ones share. Pure.

use jiff::civil::Date;
use kernel::error::{Faults, Result};
use kernel::text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::action::{ActionEffort, Content, Expected, Owner};
use crate::origin::{MOST_URL, Origin, is_address};

/// Characters of a goal, of what blocks an action, of a reason, at most.
pub const MOST_WORDS: usize = 2_000;

/// Days that a due date may lie ahead.
pub const MOST_DAYS: i32 = 1_830;

/// An action as somebody sends it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAction {
    /// Slug of the team that does it.
    pub team: String,
    /// What is done, in up to 200 characters.
    pub what: String,
    /// Who answers for it: the mail address of a person, or a role of the team such as `principal-engineer`.
    pub owner: String,
    /// Slug of the workload that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workload: Option<String>,
    /// For which goal.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub goal: String,
    /// Last day, `2026-12-18`; leave it out if none is agreed yet.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub due: String,
    /// What it waits for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub blocked_by: String,
    /// How much work it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<ActionEffort>,
    /// The metric that it should move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Expected>,
    /// Where the work is tracked, `https://..`
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub issue: String,
    /// Where it comes from; by hand if left out. Risks come from their review alone.
    #[serde(default)]
    pub origin: Origin,
}

/// Words of at most [`MOST_WORDS`] characters.
pub(crate) fn words(faults: &mut Faults, at: &str, what: &str, typed: &str) -> String {
    let out = text::prose(faults, at, what, typed);
    let n = out.chars().count();
    // Beyond the kernel's own limit that one has spoken.
    faults.check(
        n <= MOST_WORDS || n > text::PROSE,
        at,
        format!("{what} has {n} characters; at most {MOST_WORDS} fit. Say it shorter and link to the rest."),
    );
    out
}

/// A last day: ISO, from today on unless it is the one that stood there, and not too far ahead. Empty is none.
pub(crate) fn due(faults: &mut Faults, typed: &str, stood: &str, today: Date) -> String {
    let typed = typed.trim();
    if typed.is_empty() || typed == stood {
        return typed.to_owned();
    }
    let shown = kernel::text::shown(typed, 40);
    let Ok(day) = typed.parse::<Date>() else {
        faults.add("due", format!("“{shown}” is no day. Write the last day like 2026-12-18, or leave it empty."));
        return String::new();
    };
    let last = today.saturating_add(jiff::Span::new().days(MOST_DAYS));
    faults.check(day >= today, "due", format!("{day} is over. Choose a day from {today} on."));
    faults.check(day <= last, "due", format!("{day} is too far ahead. A date lies at most {MOST_DAYS} days ahead, to {last}."));
    day.to_string()
}

/// An address of an issue elsewhere; empty is none.
pub(crate) fn issue(faults: &mut Faults, typed: &str) -> String {
    let url = typed.trim().to_owned();
    let sound = url.is_empty() || is_address(&url);
    faults.check(
        sound,
        "issue",
        format!("That is no address. Write it like https://example.org/path, at most {MOST_URL} characters."),
    );
    url
}

/// The amount that is expected.
pub(crate) fn expected(faults: &mut Faults, sent: Option<&Expected>) {
    if let Some(by) = sent.and_then(|e| e.by) {
        let sound = by.is_finite() && by > 0.0 && by <= 1e15;
        faults.check(sound, "expected.by", "By how much is a number above 0 and up to 1e15; the direction says which way.");
    }
}

impl NewAction {
    /// Checks what somebody sent, for a day; `owner` was looked up.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(&self, owner: Owner, today: Date) -> Result<(Content, Origin)> {
        let mut faults = Faults::new();
        let content = Content {
            what: text::name(&mut faults, "what", "What is done", &self.what),
            goal: words(&mut faults, "goal", "The goal", &self.goal),
            owner,
            due: due(&mut faults, &self.due, "", today),
            blocked_by: words(&mut faults, "blocked_by", "What it waits for", &self.blocked_by),
            effort: self.effort,
            expected: self.expected.clone(),
            issue: issue(&mut faults, &self.issue),
            evidence: None,
        };
        expected(&mut faults, self.expected.as_ref());
        let origin = self.origin.check(&mut faults);
        faults.done().map(|()| (content, origin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::Move;
    use crate::action::tests::{new, today};
    use people::Role;

    fn faults(new: &NewAction) -> Vec<String> {
        match new.check(Owner::role(Role::Engineer), today()) {
            Ok(_) => Vec::new(),
            Err(kernel::Error::Invalid(list)) => list.into_iter().map(|f| f.at).collect(),
            Err(e) => panic!("{e}"),
        }
    }

    #[test]
    fn every_fault_names_its_field() {
        let bad = NewAction {
            what: " ".into(),
            goal: "x".repeat(10_000),
            due: "0000-01-01".into(),
            blocked_by: "a\u{0}b".into(),
            issue: "javascript:alert(1)".into(),
            expected: Some(Expected { metric: "m".into(), subject: String::new(), direction: Move::Up, by: Some(-1.0) }),
            ..new()
        };
        assert_eq!(faults(&bad), ["what", "goal", "due", "blocked_by", "issue", "expected.by"]);
        for due in ["9999-12-31", "yesterday", "2026-11-29", "2026-02-30"] {
            assert_eq!(faults(&NewAction { due: due.into(), ..new() }), ["due"], "{due}");
        }
        assert_eq!(faults(&NewAction { due: "2026-11-30".into(), ..new() }), [""; 0]);
    }
}
