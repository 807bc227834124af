//! Critical business transactions of a workload, and what covers each: an automated functional test, a dashboard, an active
//! alarm, a performance test. Pure.

use jiff::civil::Date;
use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::check_url;
use crate::standards::looked_at;

/// Transactions of one workload at most: what is critical is few.
pub const MOST: usize = 50;

/// Links of one cell at most.
pub const MOST_LINKS: usize = 5;

/// What can cover a transaction, in the order of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CoverKind {
    /// A functional test that runs by itself.
    FunctionalTest,
    /// A dashboard on which somebody sees it.
    Dashboard,
    /// An alarm that is active.
    Alarm,
    /// A performance test.
    PerformanceTest,
}

impl CoverKind {
    /// All, in the order of the matrix.
    pub const ALL: [Self; 4] = [Self::FunctionalTest, Self::Dashboard, Self::Alarm, Self::PerformanceTest];

    /// As programs write it.
    pub fn key(self) -> &'static str {
        match self {
            Self::FunctionalTest => "functional_test",
            Self::Dashboard => "dashboard",
            Self::Alarm => "alarm",
            Self::PerformanceTest => "performance_test",
        }
    }

    /// As people read it.
    pub fn title(self) -> &'static str {
        match self {
            Self::FunctionalTest => "Functional test",
            Self::Dashboard => "Dashboard",
            Self::Alarm => "Active alarm",
            Self::PerformanceTest => "Performance test",
        }
    }
}

/// Whether something covers a transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Cover {
    /// It does, or it does not.
    pub covered: bool,
    /// Where that can be seen: `https://..`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// The day on which somebody looked, `2026-11-24`; today if absent.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub day: String,
}

/// All four; absent where nobody has said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Covers {
    /// An automated functional test.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub functional_test: Option<Cover>,
    /// A dashboard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dashboard: Option<Cover>,
    /// An active alarm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alarm: Option<Cover>,
    /// A performance test.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub performance_test: Option<Cover>,
}

impl Covers {
    /// One of them.
    pub fn get(&self, kind: CoverKind) -> Option<&Cover> {
        match kind {
            CoverKind::FunctionalTest => self.functional_test.as_ref(),
            CoverKind::Dashboard => self.dashboard.as_ref(),
            CoverKind::Alarm => self.alarm.as_ref(),
            CoverKind::PerformanceTest => self.performance_test.as_ref(),
        }
    }

    /// The place of one of them.
    pub fn slot(&mut self, kind: CoverKind) -> &mut Option<Cover> {
        match kind {
            CoverKind::FunctionalTest => &mut self.functional_test,
            CoverKind::Dashboard => &mut self.dashboard,
            CoverKind::Alarm => &mut self.alarm,
            CoverKind::PerformanceTest => &mut self.performance_test,
        }
    }
}

/// A critical business transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Transaction {
    /// Its id.
    pub id: Id,
    /// What a user does: "Pay by card".
    pub name: String,
    /// What covers it.
    pub cover: Covers,
    /// Who wrote it last.
    pub by: String,
    /// When.
    pub at: Time,
    /// Raised with each change.
    pub version: i64,
}

/// A new transaction, or a changed one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTransaction {
    /// What a user does: "Pay by card".
    pub name: String,
    /// What covers it; what is left out nobody has said.
    #[serde(default)]
    pub cover: Covers,
    /// The version that the caller saw; needed for a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

impl NewTransaction {
    /// Checks what somebody typed, on a day.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(mut self, today: Date) -> Result<Self> {
        let mut faults = Faults::new();
        self.name = text::name(&mut faults, "name", "The transaction’s name", &self.name);
        for kind in CoverKind::ALL {
            let Some(c) = self.cover.slot(kind) else { continue };
            let at = format!("cover.{}", kind.key());
            let n = c.evidence.len();
            faults.check(n <= MOST_LINKS, format!("{at}.evidence"), format!("At most {MOST_LINKS} links, not {n}."));
            for (i, url) in c.evidence.iter_mut().enumerate().take(MOST_LINKS) {
                *url = url.trim().to_owned();
                check_url(&mut faults, format!("{at}.evidence.{i}"), url, &["https://", "http://"]);
            }
            c.day = looked_at(&mut faults, &format!("{at}.day"), &c.day, today);
        }
        faults.done().map(|()| self)
    }
}

/// Days since somebody looked; none for a day that cannot be read.
pub fn age_days(day: &str, today: Date) -> Option<i64> {
    let looked: Date = day.parse().ok()?;
    let span = looked.until((jiff::Unit::Day, today)).ok()?;
    Some(i64::from(span.get_days()).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_is_today_unless_said_and_every_fault_has_its_place() {
        let new: NewTransaction = serde_json::from_str(
            r#"{"name":"Pay by card","cover":{"alarm":{"covered":true,"evidence":[" https://a.example/1 "]},"dashboard":{"covered":false,"day":"2026-01-02"}}}"#,
        )
        .unwrap();
        let good = new.clone().check(day("2026-11-26")).unwrap();
        assert_eq!(
            good.cover.alarm.unwrap(),
            Cover { covered: true, evidence: vec!["https://a.example/1".into()], day: "2026-11-26".into() }
        );
        assert_eq!(good.cover.dashboard.unwrap().day, "2026-01-02");
        assert_eq!(good.cover.functional_test, None);

        let mut bad = new;
        bad.name = String::new();
        bad.cover.alarm = Some(Cover { covered: true, evidence: vec!["javascript:x".into()], day: "soon".into() });
        bad.cover.performance_test =
            Some(Cover { covered: true, evidence: vec!["https://x.example".into(); 6], day: "2026-11-27".into() });
        let kernel::Error::Invalid(faults) = bad.check(day("2026-11-26")).unwrap_err() else { panic!() };
        let at: Vec<_> = faults.iter().map(|f| f.at.as_str()).collect();
        let expected =
            ["name", "cover.alarm.evidence.0", "cover.alarm.day", "cover.performance_test.evidence", "cover.performance_test.day"];
        assert_eq!(at, expected);
    }

    #[test]
    fn age_is_counted_in_days() {
        assert_eq!(age_days("2026-11-26", day("2026-11-26")), Some(0));
        assert_eq!(age_days("2025-11-26", day("2026-11-26")), Some(365));
        assert_eq!(age_days("", day("2026-11-26")), None);
    }
}
