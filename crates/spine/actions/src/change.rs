//! Changes of an action: what may change how, and what each change said. Pure.

use jiff::civil::Date;
use kernel::error::{Error, Faults, Result};
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::action::{Action, ActionEffort, ActionState, Content, Evidence, Expected, Owner};
use crate::new;
use crate::origin::{MOST_URL, is_address};

/// An action with other words, as somebody sends it. It replaces what stood there; state and evidence stay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionEdit {
    /// The version that the caller saw.
    pub version: i64,
    /// What is done, in up to 200 characters.
    pub what: String,
    /// Who answers for it: the mail address of a person, or a role of the team such as `principal-engineer`.
    pub owner: String,
    /// For which goal.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub goal: String,
    /// Last day, `2026-12-18`; empty for none.
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
    /// Why; needed when a date moves back or goes away.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// How far an action is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ActionStateChange)]
pub struct StateChange {
    /// The version that the caller saw.
    pub version: i64,
    /// The new state.
    pub state: ActionState,
    /// Why; needed to drop an action or to open it again.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// What shows that it is done, in words or as a link; needed for `done` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

fn is_day(text: &str) -> Option<Date> {
    text.parse().ok()
}

/// True if a date went from one day to a later one, or away.
fn is_carried(from: &str, to: &str) -> bool {
    match (is_day(from), is_day(to)) {
        (Some(before), Some(after)) => after > before,
        (Some(_), None) => true,
        _ => false,
    }
}

impl ActionEdit {
    /// Checks what somebody sent against what stands there: the new content, whether the date was carried over, the reason.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(&self, stood: &Content, owner: Owner, today: Date) -> Result<(Content, bool, String)> {
        let mut faults = Faults::new();
        let content = Content {
            what: text::name(&mut faults, "what", "What is done", &self.what),
            goal: new::words(&mut faults, "goal", "The goal", &self.goal),
            owner,
            due: new::due(&mut faults, &self.due, &stood.due, today),
            blocked_by: new::words(&mut faults, "blocked_by", "What it waits for", &self.blocked_by),
            effort: self.effort,
            expected: self.expected.clone(),
            issue: new::issue(&mut faults, &self.issue),
            evidence: stood.evidence.clone(),
        };
        new::expected(&mut faults, self.expected.as_ref());
        let reason = new::words(&mut faults, "reason", "The reason", &self.reason);
        let carried = faults.is_empty() && is_carried(&stood.due, &content.due);
        faults.check(!carried || !reason.is_empty(), "reason", "Say why the date moves; it stands beside the action.");
        faults.done().map(|()| (content, carried, reason))
    }
}

impl StateChange {
    /// Checks what somebody sent against what stands there: the content with its evidence, and the reason.
    ///
    /// # Errors
    /// Every fault with its field; [`Error::Conflict`] if it is in that state already.
    pub fn check(&self, stood: &Action) -> Result<(Content, String)> {
        let mut faults = Faults::new();
        let reason = new::words(&mut faults, "reason", "The reason", &self.reason);
        let evidence = self.evidence.as_ref().map(|e| Evidence {
            words: new::words(&mut faults, "evidence.words", "The evidence", &e.words),
            url: e.url.trim().to_owned(),
        });
        if let Some(e) = &evidence {
            let path = e.url.starts_with('/') && !e.url.starts_with("//") && e.url.len() <= MOST_URL;
            let sound = e.url.is_empty()
                || is_address(&e.url)
                || (path && !e.url.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\'));
            faults.check(
                sound,
                "evidence.url",
                format!("That is no address. Write it like https://example.org/path, at most {MOST_URL} characters."),
            );
        }
        let evidence = evidence.filter(|e| !(e.words.is_empty() && e.url.is_empty()));
        match self.state {
            ActionState::Done => faults.check(
                evidence.is_some(),
                "evidence.words",
                "Say what shows that it is done, in words or as a link. Without that it stays open.",
            ),
            ActionState::Dropped => {
                faults.check(!reason.is_empty(), "reason", "Say why nobody will do it; the reason stays beside it.");
            }
            ActionState::Open | ActionState::InProgress => {
                let again = !stood.state.is_open();
                faults.check(!again || !reason.is_empty(), "reason", "Say why it is opened again.");
                faults.check(
                    evidence.is_none(),
                    "evidence",
                    "Evidence belongs to what is done. Leave it out, or say that it is done.",
                );
            }
        }
        if self.state == ActionState::Dropped {
            faults.check(evidence.is_none(), "evidence", "Evidence belongs to what is done. Give the reason instead.");
        }
        faults.done()?;
        if self.state == stood.state {
            return Err(Error::Conflict(format!(
                "This action is {} already: {} said so. Nothing of yours was stored.",
                stood.state.words(),
                stood.changed_by
            )));
        }
        let mut content = stood.content.clone();
        content.evidence = evidence;
        Ok((content, reason))
    }
}

/// An action as it stood after one of its changes.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ActionVersion {
    /// From 1.
    pub version: i64,
    /// What it said.
    #[serde(flatten)]
    pub content: Content,
    /// How far it was.
    pub state: ActionState,
    /// Why it was changed; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// Who changed it.
    pub by: String,
    /// When.
    pub at: Time,
}

/// What a change said, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Who.
    pub by: String,
    /// When.
    pub at: Time,
    /// What became different, a clause each.
    pub says: Vec<String>,
    /// Why.
    pub why: String,
}

fn shown(text: &str) -> String {
    if text.is_empty() { "nothing".into() } else { format!("“{text}”") }
}

fn differs(before: &ActionVersion, after: &ActionVersion) -> Vec<String> {
    let (b, a) = (&before.content, &after.content);
    let mut out = Vec::new();
    if before.state != after.state {
        out.push(format!("{}, was {}", html::capital(after.state.words()), before.state.words()));
    }
    if a.evidence != b.evidence
        && let Some(e) = &a.evidence
    {
        let parts: Vec<&str> = [e.words.as_str(), e.url.as_str()].into_iter().filter(|t| !t.is_empty()).collect();
        out.push(format!("Evidence: {}", parts.join(", ")));
    }
    if a.due != b.due {
        let day = |d: &str| if d.is_empty() { "no date".to_owned() } else { d.to_owned() };
        let verb = if is_carried(&b.due, &a.due) { "Carried over" } else { "Due" };
        out.push(format!("{verb}: {}, was {}", day(&a.due), day(&b.due)));
    }
    if a.owner != b.owner {
        out.push(format!("Owner: {}, was {}", a.owner.name, b.owner.name));
    }
    for (name, now, was) in [
        ("What", &a.what, &b.what),
        ("Goal", &a.goal, &b.goal),
        ("Waits for", &a.blocked_by, &b.blocked_by),
        ("Issue", &a.issue, &b.issue),
    ] {
        if now != was {
            out.push(format!("{name}: {}, was {}", shown(now), shown(was)));
        }
    }
    if a.effort != b.effort {
        let word = |e: Option<ActionEffort>| e.map_or("not said", ActionEffort::key);
        out.push(format!("Effort: {}, was {}", word(a.effort), word(b.effort)));
    }
    if a.expected != b.expected {
        let word = |e: &Option<Expected>| e.as_ref().map_or("none".to_owned(), |e| format!("{} {}", e.metric, e.direction.words()));
        out.push(format!("Expected effect: {}, was {}", word(&a.expected), word(&b.expected)));
    }
    out
}

/// What happened to an action, newest first.
pub fn history(versions: &[ActionVersion]) -> Vec<Told> {
    let mut out: Vec<Told> = Vec::with_capacity(versions.len());
    for (i, v) in versions.iter().enumerate() {
        let says = match i.checked_sub(1) {
            None => vec!["Put into the register".to_owned()],
            Some(before) => differs(&versions[before], v),
        };
        out.push(Told { by: v.by.clone(), at: v.at, says, why: v.why.clone() });
    }
    out.reverse();
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::tests::{action, new as sent, today};
    use people::Role;

    fn edit(due: &str, reason: &str) -> ActionEdit {
        let n = sent();
        ActionEdit {
            version: 1,
            what: n.what,
            owner: n.owner,
            goal: n.goal,
            due: due.into(),
            blocked_by: n.blocked_by,
            effort: n.effort,
            expected: None,
            issue: n.issue,
            reason: reason.into(),
        }
    }

    fn carried(due: &str, reason: &str) -> Result<bool> {
        let stood = action(1).content;
        edit(due, reason).check(&stood, Owner::role(Role::PrincipalEngineer), today()).map(|(_, carried, _)| carried)
    }

    #[test]
    fn a_date_moves_back_with_a_reason_and_forward_without() {
        assert!(carried("2027-01-31", "the supplier is late").unwrap());
        assert!(carried("", "nobody has time").unwrap(), "a date that goes away was not kept either");
        assert!(carried("2027-01-31", " ").is_err() && carried("", "").is_err());
        assert!(!carried("2026-12-01", "").unwrap());
        assert!(!carried("2026-12-18", "").unwrap(), "the same day is no change");
    }

    fn moved(from: ActionState, to: ActionState, reason: &str, evidence: Option<(&str, &str)>) -> Result<Vec<String>> {
        let stood = Action { state: from, ..action(1) };
        let evidence = evidence.map(|(w, u)| Evidence { words: w.into(), url: u.into() });
        match (StateChange { version: 1, state: to, reason: reason.into(), evidence }).check(&stood) {
            Err(Error::Invalid(list)) => Ok(list.into_iter().map(|f| f.at).collect()),
            Err(e) => Err(e),
            Ok(_) => Ok(Vec::new()),
        }
    }

    #[test]
    fn done_needs_evidence_and_dropped_a_reason() {
        use ActionState::{Done, Dropped, InProgress, Open};
        assert_eq!(moved(Open, Done, "", None).unwrap(), ["evidence.words"]);
        assert_eq!(moved(Open, Done, "", Some((" ", ""))).unwrap(), ["evidence.words"]);
        assert_eq!(moved(Open, Done, "", Some(("", "javascript:x"))).unwrap(), ["evidence.url"]);
        assert_eq!(moved(Open, Done, "", Some(("restored in 22 minutes", ""))).unwrap(), [""; 0]);
        assert_eq!(moved(Open, Done, "", Some(("", "/reports/payments/12"))).unwrap(), [""; 0]);
        assert_eq!(moved(Open, Dropped, " ", None).unwrap(), ["reason"]);
        assert_eq!(moved(Open, Dropped, "", Some(("x", ""))).unwrap(), ["reason", "evidence"]);
        assert_eq!(moved(Open, InProgress, "", None).unwrap(), [""; 0]);
        assert_eq!(moved(Done, Open, "", None).unwrap(), ["reason"]);
        assert!(matches!(moved(Done, Done, "", Some(("again", ""))), Err(Error::Conflict(_))));
    }

    #[test]
    fn history_says_what_became_different_newest_first() {
        let a = action(1);
        let first = ActionVersion {
            version: 1,
            content: a.content.clone(),
            state: ActionState::Open,
            why: String::new(),
            by: "Maya".into(),
            at: Time(1),
        };
        let later = Content { due: "2027-01-31".into(), blocked_by: "a test range".into(), ..a.content.clone() };
        let second = ActionVersion { version: 2, content: later, why: "late supplier".into(), at: Time(2), ..first.clone() };
        let evidence = Some(Evidence { words: "22 minutes".into(), url: String::new() });
        let third = ActionVersion {
            version: 3,
            content: Content { evidence, ..second.content.clone() },
            state: ActionState::Done,
            why: String::new(),
            at: Time(3),
            ..second.clone()
        };
        let told = history(&[first, second, third]);
        assert_eq!(told[0].says, ["Done, was open", "Evidence: 22 minutes"]);
        assert_eq!(told[1].says, ["Carried over: 2027-01-31, was 2026-12-18", "Waits for: “a test range”, was nothing"]);
        assert_eq!((told[1].why.as_str(), told[2].says[0].as_str()), ("late supplier", "Put into the register"));
    }
}
