//! What the session is told of the team under review by the rooms that hold its report, its risks and its actions. Rooms do not know
//! each other, so the binary names who tells it; see [`crate::acts::told`]. Pure.

use actions::Action;
use kernel::ids::Id;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::capture::Named;

/// Signals that the session shows of a team; the others are one link away.
pub const SIGNALS: usize = 7;

/// Prompts at most: a question each, never a verdict.
pub const PROMPTS: usize = 3;

/// Risks that are named; the others are counted.
pub const RISKS: usize = 5;

/// Which way a signal points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ToldJudgement)]
pub enum Judged {
    /// Worse, or a target missed.
    Worse,
    /// Too old.
    Stale,
    /// Better.
    Better,
}

impl Judged {
    /// As pages write it.
    pub fn words(self) -> &'static str {
        match self {
            Judged::Worse => "worse",
            Judged::Stale => "stale",
            Judged::Better => "better",
        }
    }
}

/// A signal of the team's report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ToldSignal {
    /// Key of the metric.
    pub metric: String,
    /// Title of the pillar.
    pub pillar: String,
    /// Which way.
    pub judged: Judged,
    /// One sentence with figures.
    pub what: String,
    /// Why it is a signal, or what the team says of it.
    pub why: String,
    /// Who says so, if the team does.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub says: String,
    /// The page of the number.
    pub href: String,
    /// The last periods, oldest first.
    pub series: Vec<Option<f64>>,
    /// Natural limits: lower, upper, mean.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<(f64, f64, f64)>,
    /// Title of the number.
    pub title: String,
}

/// An open high risk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ToldRisk {
    /// The question that stands at it.
    pub title: String,
    /// When the work on it is due, in words; empty if nobody works on it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub due: String,
    /// The day is over.
    #[serde(default)]
    pub late: bool,
    /// Its page.
    pub href: String,
}

/// Everything that a session shows of the team under review.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Told {
    /// "ready", "draft", "reviewed", "not begun".
    pub stage: String,
    /// The whole report.
    pub href: String,
    /// Signals: worse, stale, better; at most seven.
    pub signals: Vec<ToldSignal>,
    /// How many more there are.
    pub more: usize,
    /// Questions drawn from the data; at most three.
    pub prompts: Vec<String>,
    /// Open high risks; at most five.
    pub risks: Vec<ToldRisk>,
    /// How many there are.
    pub high: usize,
    /// The page with all of them; empty if there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub risks_href: String,
    /// "16 values within their usual range", "1 stale: timed restore".
    pub rest: Vec<String>,
    /// The team's win.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub win: String,
    /// The team's ask.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ask: String,
}

/// The team under review with who speaks for it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct UnderReview {
    /// The team.
    pub team: Named,
    /// "Maya Okafor, Principal engineer; Daniel Price, Delivery lead".
    pub people: String,
    /// What the other rooms tell.
    pub told: Told,
    /// Its open actions, soonest first.
    pub actions: Vec<Action>,
}

/// What became of an earlier action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = TreatmentKind)]
pub enum How {
    /// It is done; needs what shows it.
    Done,
    /// It goes on with another last day; needs the day and a reason.
    Carried,
    /// Nobody will do it; needs a reason.
    Dropped,
}

impl How {
    /// All, in the order in which they are told.
    pub const ALL: [How; 3] = [How::Done, How::Carried, How::Dropped];

    /// As it is stored and sent.
    pub fn key(self) -> &'static str {
        match self {
            How::Done => "done",
            How::Carried => "carried",
            How::Dropped => "dropped",
        }
    }

    /// The heading of several.
    pub fn heading(self) -> &'static str {
        match self {
            How::Done => "Done",
            How::Carried => "Carried over",
            How::Dropped => "Dropped",
        }
    }

    /// As it was stored or sent.
    pub fn read(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|h| h.key() == key)
    }
}

/// What somebody says of an earlier action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTreatment {
    /// What becomes of it.
    pub how: How,
    /// What shows that it is done, or why it moves or is dropped.
    pub words: String,
    /// Its new last day, `2026-12-18`; for `carried` alone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub due: String,
    /// The version of the action that the caller saw.
    pub version: i64,
}

/// What became of an earlier action in a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Treatment {
    /// The action.
    pub action: Id,
    /// What becomes of it.
    pub how: How,
    /// The action's words.
    pub what: String,
    /// Its team.
    pub team: Named,
    /// Evidence or reason.
    pub words: String,
    /// Its new last day; empty unless it was carried over.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub due: String,
    /// The agenda item at which it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Id>,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Time,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn told() -> Told {
        Told {
            stage: "ready".into(),
            href: "/reports/payments/22".into(),
            signals: vec![ToldSignal {
                metric: "latency-p95".into(),
                pillar: "Performance".into(),
                judged: Judged::Worse,
                what: "Card payment <p95>: 655 ms, was 412 ms".into(),
                why: "One day makes <this> number.".into(),
                says: "Maya <O>".into(),
                href: "/metrics/latency-p95/payments".into(),
                series: [398.0, 421.0, 388.0, 405.0, 412.0, 655.0].map(Some).to_vec(),
                limits: Some((352.0, 458.0, 405.0)),
                title: "Card payment <p95>".into(),
            }],
            more: 2,
            prompts: vec!["What would make <the next> alert worth waking for?".into()],
            risks: vec![ToldRisk {
                title: "Standing <write> access".into(),
                due: "30 Nov".into(),
                late: true,
                href: "/workloads/ledger/risks".into(),
            }],
            high: 4,
            risks_href: "/teams/payments/risks".into(),
            rest: vec!["16 values within their usual range".into()],
            win: "The nightly <file> ran 120 times.".into(),
            ask: "A <morning> with Partner Gateway.".into(),
        }
    }

    pub(crate) fn treatment(how: How) -> Treatment {
        Treatment {
            action: Id::from_u128(4),
            how,
            what: "Restore <the> ledger, timed".into(),
            team: Named { slug: "payments".into(), name: "Payments <x>".into() },
            words: "The supplier is <late>".into(),
            due: if how == How::Carried { "2027-01-31".into() } else { String::new() },
            item: None,
            by: "Maya <O>".into(),
            at: Time(1_795_000_000_000_000),
        }
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        for how in How::ALL {
            assert_eq!(How::read(how.key()), Some(how));
            assert_eq!(serde_json::to_value(how).unwrap(), how.key());
        }
        let judged = [Judged::Worse, Judged::Stale, Judged::Better];
        assert!(judged.iter().all(|j| serde_json::to_value(j).unwrap() == j.words()));
    }
}
