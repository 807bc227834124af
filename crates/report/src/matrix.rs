//! The matrix of critical transactions in a report: what a user must be able to do, and whether a test, a dashboard, an alarm
//! and a performance test cover it. The catalogue keeps it, the template says that it stands in the report. Pure.

use catalogue::transactions::{CoverKind, Transaction, age_days};
use jiff::civil::Date;
use kernel::error::Faults;
use kernel::text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::document::{Named, RowState};

/// The matrix as the template has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateMatrix {
    /// As it stands in reports.
    pub title: String,
    /// Days after which somebody has to look again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fresh_days: Option<u32>,
}

impl Default for TemplateMatrix {
    fn default() -> Self {
        Self { title: "Critical transactions".into(), fresh_days: Some(180) }
    }
}

impl TemplateMatrix {
    /// Adds what is wrong with it.
    pub fn check(&self, faults: &mut Faults, at: &str) {
        text::name(faults, &format!("{at}/title"), "The matrix’s title", &self.title);
        let days = self.fresh_days.is_none_or(|d| (1..=3660).contains(&d));
        faults.check(days, format!("{at}/fresh_days"), "A look is fresh for 1 to 3660 days.");
    }
}

/// Critical transactions of a team's workloads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TransactionMatrix {
    /// Key of the pillar in whose section it stands.
    pub pillar: String,
    /// Its title.
    pub title: String,
    /// Days after which somebody has to look again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fresh_days: Option<u32>,
    /// By workload, in the order in which they were written down.
    pub transactions: Vec<CoveredTransaction>,
    /// Unknown without any; stale if somebody has to look again; else it passes.
    pub state: RowState,
    /// Why, where it is not plain.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// One transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CoveredTransaction {
    /// The workload.
    pub workload: Named,
    /// What a user does: "Pay by card".
    pub name: String,
    /// Functional test, dashboard, active alarm, performance test, always in this order.
    pub cover: Vec<CoverLook>,
}

/// Whether one thing covers a transaction, as somebody saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CoverLook {
    /// By what.
    pub kind: CoverKind,
    /// It does, it does not; absent if nobody has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covered: Option<bool>,
    /// Where that can be seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// The day on which somebody looked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub day: String,
    /// Days since then, when the document was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_days: Option<i64>,
    /// Longer ago than agreed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stale: bool,
}

impl CoverLook {
    /// True for what was seen to be covered and is fresh.
    pub fn holds(&self) -> bool {
        self.covered == Some(true) && !self.stale
    }
}

fn look(t: &Transaction, kind: CoverKind, fresh_days: Option<u32>, today: Date) -> CoverLook {
    let Some(c) = t.cover.get(kind) else {
        return CoverLook { kind, covered: None, evidence: Vec::new(), day: String::new(), age_days: None, stale: false };
    };
    let age = age_days(&c.day, today);
    CoverLook {
        kind,
        covered: Some(c.covered),
        evidence: c.evidence.clone(),
        day: c.day.clone(),
        age_days: age,
        stale: fresh_days.is_some_and(|limit| age.is_some_and(|age| age > i64::from(limit))),
    }
}

/// The matrix of some workloads on a day.
pub fn matrix(wanted: &TemplateMatrix, pillar: &str, found: &[(Named, Vec<Transaction>)], today: Date) -> TransactionMatrix {
    let of = |w: &Named, t: &Transaction| CoveredTransaction {
        workload: w.clone(),
        name: t.name.clone(),
        cover: CoverKind::ALL.map(|kind| look(t, kind, wanted.fresh_days, today)).to_vec(),
    };
    let transactions: Vec<CoveredTransaction> = found.iter().flat_map(|(w, all)| all.iter().map(|t| of(w, t))).collect();
    let old = transactions.iter().filter(|t| t.cover.iter().any(|c| c.stale)).count();
    let (state, reason) = match (transactions.len(), old, wanted.fresh_days) {
        (0, _, _) => (RowState::Unknown, "nobody has written a critical transaction down".to_owned()),
        (n, old, Some(limit)) if old > 0 => {
            (RowState::Stale, format!("of {old} of {n} something was not looked at for over {limit} days"))
        }
        _ => (RowState::Pass, String::new()),
    };
    TransactionMatrix {
        pillar: pillar.to_owned(),
        title: wanted.title.clone(),
        fresh_days: wanted.fresh_days,
        transactions,
        state,
        reason,
    }
}

/// True if every transaction is covered by everything, and there is one.
pub fn whole(m: &TransactionMatrix) -> bool {
    !m.transactions.is_empty() && m.transactions.iter().flat_map(|t| &t.cover).all(CoverLook::holds)
}

/// "5 identified: 4 tested, 5 on a dashboard, 3 alarmed, 1 load-tested". What is stale does not count.
pub fn counts(m: &TransactionMatrix) -> String {
    let of = |kind: CoverKind| m.transactions.iter().flat_map(|t| &t.cover).filter(|c| c.kind == kind && c.holds()).count();
    format!(
        "{} identified: {} tested, {} on a dashboard, {} alarmed, {} load-tested",
        m.transactions.len(),
        of(CoverKind::FunctionalTest),
        of(CoverKind::Dashboard),
        of(CoverKind::Alarm),
        of(CoverKind::PerformanceTest)
    )
}

/// One look in words: "yes, 12 days ago", "stale, was yes 300 days ago", "nobody has said".
pub fn look_words(c: &CoverLook) -> String {
    let Some(covered) = c.covered else { return "nobody has said".into() };
    let word = match (covered, c.stale) {
        (true, false) => "yes,",
        (false, false) => "no,",
        (true, true) => "stale, was yes",
        (false, true) => "stale, was no",
    };
    match c.age_days {
        Some(0) => format!("{word} today"),
        Some(1) => format!("{word} yesterday"),
        Some(n) => format!("{word} {n} days ago"),
        None => word.trim_end_matches(',').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use catalogue::transactions::{Cover, Covers};
    use kernel::ids::Id;
    use kernel::time::Time;

    use super::*;

    fn cover(covered: bool, day: &str) -> Option<Cover> {
        Some(Cover { covered, evidence: vec!["https://a.example".into()], day: day.into() })
    }

    fn transaction(cover: Covers) -> Transaction {
        Transaction { id: Id::from_u128(1), name: "Pay".into(), cover, by: "Ada".into(), at: Time(0), version: 1 }
    }

    fn made(all: Vec<Transaction>, fresh_days: Option<u32>) -> TransactionMatrix {
        let shop = Named { slug: "shop".into(), name: "Shop".into() };
        let wanted = TemplateMatrix { fresh_days, ..TemplateMatrix::default() };
        matrix(&wanted, "operations", &[(shop, all)], "2026-11-25".parse().unwrap())
    }

    #[test]
    fn a_look_that_is_too_old_is_stale_and_counts_as_nothing() {
        let covers = Covers {
            functional_test: cover(true, "2026-11-20"),
            dashboard: cover(true, "2026-01-01"),
            alarm: cover(false, "2026-11-24"),
            performance_test: None,
        };
        let m = made(vec![transaction(covers.clone())], Some(90));
        assert_eq!(m.state, RowState::Stale);
        assert_eq!(m.reason, "of 1 of 1 something was not looked at for over 90 days");
        let words: Vec<String> = m.transactions[0].cover.iter().map(look_words).collect();
        assert_eq!(words, ["yes, 5 days ago", "stale, was yes 328 days ago", "no, yesterday", "nobody has said"]);
        assert_eq!(counts(&m), "1 identified: 1 tested, 0 on a dashboard, 0 alarmed, 0 load-tested");
        assert!(!whole(&m));
        let m = made(vec![transaction(covers)], None);
        assert_eq!((m.state, counts(&m).contains("1 on a dashboard")), (RowState::Pass, true));
    }

    #[test]
    fn without_a_transaction_it_is_unknown_and_with_all_covered_it_is_whole() {
        let none = made(Vec::new(), Some(90));
        assert_eq!((none.state, whole(&none)), (RowState::Unknown, false));
        let yes = || cover(true, "2026-11-25");
        let all = Covers { functional_test: yes(), dashboard: yes(), alarm: yes(), performance_test: yes() };
        assert!(whole(&made(vec![transaction(all)], Some(90))));
    }
}
