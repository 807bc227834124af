//! Who is reminded of a report that is not ready, and when: three days and one day before a session, at most once a day each,
//! not in quiet hours. Pure.

use kernel::time::Time;
use serde::{Deserialize, Serialize};

use crate::plan::TeamData;

/// Before a session, in days, the earliest first.
pub const STAGES: [i64; 2] = [3, 1];

/// A reminder, as it is stored: which session, how long before, which teams.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminder {
    /// Days before the session.
    pub stage: i64,
    /// Names of teams in addresses.
    pub teams: Vec<String>,
}

/// The stage that is due: the latest that has come, none before the first and from the session's start on.
#[must_use]
pub fn due(starts: Time, now: Time) -> Option<i64> {
    let day = |n: i64| std::time::Duration::from_secs(u64::try_from(n).unwrap_or(0) * 86_400);
    if now >= starts {
        return None;
    }
    STAGES.into_iter().rev().find(|n| now >= starts.minus(day(*n)))
}

/// Teams whose report is not ready, in the fixed order.
#[must_use]
pub fn missing(teams: &[TeamData]) -> Vec<&TeamData> {
    teams.iter().filter(|t| !t.readiness.is_ready()).collect()
}

/// "The reports of Payments and Documents are not ready."
#[must_use]
pub fn words(names: &[&str]) -> String {
    format!(
        "The {} of {} {} not ready.",
        html::plural(names.len(), "report", "reports"),
        html::listed(names),
        html::plural(names.len(), "is", "are")
    )
}

#[cfg(test)]
mod tests {
    use kernel::ids::Id;

    use super::*;
    use crate::plan::Readiness;

    #[test]
    fn a_stage_is_due_from_its_day_until_the_next_or_the_session() {
        let starts = Time::parse("2026-11-19T10:00:00Z").unwrap();
        let at = |text: &str| due(starts, Time::parse(text).unwrap());
        assert_eq!(at("2026-11-16T09:59:59Z"), None);
        assert_eq!(at("2026-11-16T10:00:00Z"), Some(3));
        assert_eq!(at("2026-11-18T09:59:59Z"), Some(3));
        assert_eq!(at("2026-11-18T10:00:00Z"), Some(1));
        assert_eq!(at("2026-11-19T10:00:00Z"), None, "it has begun");
    }

    #[test]
    fn only_those_whose_report_is_not_ready_are_named() {
        let team = |name: &str, readiness| TeamData { readiness, ..TeamData::bare(Id::from_u128(1), name, name) };
        let teams = [
            team("A", Readiness::Ready),
            team("B", Readiness::Draft),
            team("C", Readiness::NotBegun),
            team("D", Readiness::Reviewed),
        ];
        assert_eq!(missing(&teams).iter().map(|t| t.name.as_str()).collect::<Vec<_>>(), ["B", "C"]);
        assert_eq!(words(&["B", "C"]), "The reports of B and C are not ready.");
        assert_eq!(words(&["B"]), "The report of B is not ready.");
    }
}
