//! What a team has agreed to do, as its report shows it: open actions, and what was closed since the last report. Pure.

use actions::Action;
use jiff::civil::Date;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::document::Named;

/// Actions that a report names of each kind at most; the rest is counted.
pub const MOST: usize = 20;

/// An action, as a report shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportAction {
    /// Its page.
    pub href: String,
    /// What is done.
    pub what: String,
    /// For which goal; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub goal: String,
    /// Who answers for it.
    pub owner: String,
    /// Last day; empty for none yet.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub due: String,
    /// Days until then, when the report was made; below nought it was late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_in_days: Option<i64>,
    /// How often its date was moved back.
    pub carried: i64,
    /// `open`, `in-progress`, `done` or `dropped`.
    pub state: String,
    /// Where it comes from, by name.
    pub origin: String,
    /// The page of that; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub origin_href: String,
    /// What shows that it is done, or why it was dropped.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
}

/// What a team has agreed to do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportWork {
    /// By last day, at most 20.
    pub actions: Vec<ReportAction>,
    /// How many are open.
    pub open: usize,
    /// How many of these are late.
    pub late: usize,
    /// Done or dropped since the last report, oldest first, at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<ReportAction>,
}

/// How many actions of a team are open, and late: counts, in the fixed order of teams.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TeamWork {
    /// The team.
    pub team: Named,
    /// How many are open.
    pub open: usize,
    /// How many of these are late.
    pub late: usize,
}

fn shown(a: &Action, today: Date) -> ReportAction {
    let evidence = a.content.evidence.as_ref().map(|e| if e.words.is_empty() { e.url.clone() } else { e.words.clone() });
    ReportAction {
        href: a.href(),
        what: a.content.what.clone(),
        goal: a.content.goal.clone(),
        owner: a.content.owner.name.clone(),
        due: a.content.due.clone(),
        due_in_days: a.due_in(today),
        carried: a.carried,
        state: a.state.key().to_owned(),
        origin: a.origin.shown().to_owned(),
        origin_href: a.origin.url.clone(),
        why: if a.state.is_open() { String::new() } else { evidence.unwrap_or_else(|| a.why.clone()) },
    }
}

/// The work of a report; none if the register has nothing to say.
pub fn work(open: &[Action], closed: &[Action], (n, late): (usize, usize), today: Date) -> Option<ReportWork> {
    if open.is_empty() && closed.is_empty() {
        return None;
    }
    let take = |all: &[Action]| all.iter().take(MOST).map(|a| shown(a, today)).collect();
    Some(ReportWork { actions: take(open), open: n, late, closed: take(closed) })
}

/// Since when a report counts what was closed: the review of the one before, or the sprint's first moment.
pub fn since(reviewed: Option<Time>, starts: Time) -> Time {
    reviewed.unwrap_or(starts)
}

/// "Restore the ledger (Principal engineer, 2026-12-18, 3 days late; from Sprint 22)".
pub fn sentence(a: &ReportAction) -> String {
    let mut parts = vec![a.owner.clone(), if a.due.is_empty() { "no date yet".into() } else { a.due.clone() }];
    if let Some(days) = a.due_in_days.filter(|d| *d < 0) {
        parts.push(format!("{} {} late", -days, html::plural(usize::try_from(-days).unwrap_or(2), "day", "days")));
    }
    let why = if a.why.is_empty() { String::new() } else { format!(": {}", a.why) };
    let state =
        if a.why.is_empty() && a.state.starts_with("open") { String::new() } else { format!("{}, ", a.state.replace('-', " ")) };
    format!("{} ({state}{}; from {}){why}", a.what, parts.join(", "), a.origin)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn sample() -> ReportWork {
        let action = |what: &str, due: &str, days: Option<i64>, state: &str, why: &str| ReportAction {
            href: "/actions/1".into(),
            what: what.into(),
            goal: "30 minutes is a <fact>".into(),
            owner: "Maya <Okafor>".into(),
            due: due.into(),
            due_in_days: days,
            carried: 3,
            state: state.into(),
            origin: "Core lens: is recovery <tested>?".into(),
            origin_href: "/workloads/ledger/reviews/core/questions/REL-01".into(),
            why: why.into(),
        };
        ReportWork {
            actions: vec![
                action("Restore the <ledger>", "2026-11-12", Some(-6), "open", ""),
                action("No day", "", None, "in-progress", ""),
            ],
            open: 2,
            late: 1,
            closed: vec![action("Rotate the key", "", None, "done", "rotated on <Monday>")],
        }
    }

    #[test]
    fn a_register_without_anything_is_no_work() {
        let today = "2026-11-18".parse().unwrap();
        assert_eq!(work(&[], &[], (0, 0), today), None);
        assert_eq!((since(None, Time(5)), since(Some(Time(9)), Time(5))), (Time(5), Time(9)));
    }

    #[test]
    fn a_sentence_says_who_by_when_how_late_and_from_where() {
        let w = sample();
        assert_eq!(
            sentence(&w.actions[0]),
            "Restore the <ledger> (Maya <Okafor>, 2026-11-12, 6 days late; from Core lens: is recovery <tested>?)"
        );
        assert_eq!(
            sentence(&w.closed[0]),
            "Rotate the key (done, Maya <Okafor>, no date yet; from Core lens: is recovery <tested>?): rotated on <Monday>"
        );
    }
}
