//! What pages and the API show of concerns: one in full, the board, the roadmap. Pure.

use actions::Action;
use kernel::error::Fault;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::alike::Alike;
use crate::concern::Concern;
use crate::moving::{ConcernVersion, quarter};
use crate::result::{ConcernResult, Environment};
use crate::state::{Column, ConcernState};
use crate::wsjf::Vote;

/// A story of a concern: an action of the register.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ConcernStory)]
pub struct Story {
    /// The action.
    pub action: Action,
    /// The sprint of its team's group that it was pulled into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sprint: Option<i64>,
    /// Issues in other trackers that the action is linked to, as they were read last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<trackers::Issue>,
}

/// A story as somebody sends it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStory {
    /// Slug of the team that does it.
    pub team: String,
    /// What is done, in up to 200 characters.
    pub what: String,
    /// Who answers for it: a mail address, or a role of the team; its principal engineer if empty.
    #[serde(default)]
    pub owner: String,
    /// Last day, `2026-12-18`; may be empty.
    #[serde(default)]
    pub due: String,
    /// The issue in Jira, GitHub or GitLab, `https://..`; may be empty.
    #[serde(default)]
    pub issue: String,
    /// Number of a sprint of the team's group; empty while nobody has pulled it.
    #[serde(default)]
    pub sprint: Option<i64>,
}

/// Into which sprint a story was pulled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StorySprint {
    /// Number of a sprint of the team's group; none to put it back.
    #[serde(default)]
    pub sprint: Option<i64>,
}

/// A concern in full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConcernView {
    /// The concern.
    #[serde(flatten)]
    pub concern: Concern,
    /// Where it can go from here, by the state's key.
    pub ways: Vec<ConcernState>,
    /// Its stories, oldest first.
    pub work: Vec<Story>,
    /// Scores that were given, newest first.
    pub votes: Vec<Vote>,
    /// Results, newest first.
    pub results: Vec<ConcernResult>,
    /// Concerns that share words with it.
    pub alike: Vec<Alike>,
    /// What happened to it, oldest first.
    pub versions: Vec<ConcernVersion>,
}

impl ConcernView {
    /// The newest result from production.
    pub fn proof(&self) -> Option<&ConcernResult> {
        self.results.iter().find(|r| r.environment == Environment::Production)
    }
}

/// A line of the roadmap: what happens, or happened, to one concern in one quarter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RoadmapItem {
    /// Number of the concern.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// The team that raised it.
    pub team: String,
    /// How far the concern is.
    pub state: ConcernState,
    /// What follows, for what is planned; the result, for what was measured; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// When it was done or measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
}

/// A quarter of the roadmap.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RoadmapQuarter {
    /// `2027-Q1`.
    pub quarter: String,
    /// What is planned for it.
    pub planned: Vec<RoadmapItem>,
    /// Whose stories were all closed in it.
    pub done: Vec<RoadmapItem>,
    /// What was measured in it.
    pub measured: Vec<RoadmapItem>,
}

/// Sorts what was planned, done and measured into quarters, newest first.
pub fn roadmap(
    planned: Vec<(String, RoadmapItem)>,
    done: Vec<(String, RoadmapItem)>,
    measured: Vec<(String, RoadmapItem)>,
) -> Vec<RoadmapQuarter> {
    let mut out: Vec<RoadmapQuarter> = Vec::new();
    let mut put = |q: String, item: RoadmapItem, into: fn(&mut RoadmapQuarter) -> &mut Vec<RoadmapItem>| {
        let place = out.iter().position(|r| r.quarter == q).unwrap_or_else(|| {
            out.push(RoadmapQuarter { quarter: q, ..RoadmapQuarter::default() });
            out.len() - 1
        });
        into(&mut out[place]).push(item);
    };
    for (q, item) in planned {
        put(q, item, |r| &mut r.planned);
    }
    for (q, item) in done {
        put(q, item, |r| &mut r.done);
    }
    for (q, item) in measured {
        put(q, item, |r| &mut r.measured);
    }
    out.sort_by_key(|r| std::cmp::Reverse(quarter(&r.quarter)));
    for r in &mut out {
        for list in [&mut r.planned, &mut r.done, &mut r.measured] {
            list.sort_by_key(|i| i.number);
        }
    }
    out
}

/// Concerns of a column, in the order of the board: by score, the highest first, those without one after; then the older first.
pub fn in_column(all: &[Concern], column: Column) -> Vec<&Concern> {
    let mut out: Vec<&Concern> = all.iter().filter(|c| c.state.column() == Some(column)).collect();
    let score = |c: &Concern| c.wsjf.map_or(-1.0, |s| s.score);
    out.sort_by(|a, b| score(b).total_cmp(&score(a)).then(a.number.cmp(&b.number)));
    out
}

/// A fault at the field of a form that has it: what a move needs of the concern itself leads to the move.
pub fn at_move(f: &Fault, to: &str) -> Fault {
    let at = match f.at.as_str() {
        "why" | "deciders" | "sent_to" | "epic" | "epic_url" | "quarter" => format!("{}-{to}", f.at),
        _ => "moves".to_owned(),
    };
    Fault::new(at, f.message.clone())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::concern::tests::concern;
    use crate::wsjf::Score;

    pub(crate) fn item(number: i64) -> RoadmapItem {
        RoadmapItem {
            number,
            title: "Uploads <resume>".into(),
            team: "Quote & <Buy>".into(),
            state: ConcernState::Roadmap,
            words: "Heavy loads run out of hours".into(),
            at: Some(Time(1_794_500_000_000_000)),
        }
    }

    #[test]
    fn a_column_stands_by_score_and_then_by_age() {
        let scored = |n: i64, score: Option<f64>| Concern {
            wsjf: score.map(|score| Score { score, value: 1.0, urgency: 1.0, risk: 1.0, size: 1.0, members: None }),
            ..concern(n, ConcernState::Accepted)
        };
        let all =
            [scored(1, None), scored(2, Some(3.0)), scored(3, Some(5.5)), scored(4, Some(3.0)), concern(5, ConcernState::Raised)];
        let order: Vec<i64> = in_column(&all, Column::Accepted).iter().map(|c| c.number).collect();
        assert_eq!(order, [3, 2, 4, 1]);
        assert!(in_column(&[concern(1, ConcernState::Rejected)], Column::Raised).is_empty());
    }

    #[test]
    fn quarters_stand_newest_first_with_all_three() {
        let q = |q: &str, n: i64| (q.to_owned(), item(n));
        let map = roadmap(vec![q("2027-Q1", 2), q("2027-Q1", 1)], vec![q("2026-Q4", 3)], vec![q("2026-Q4", 3), q("2026-Q3", 4)]);
        let told: Vec<_> = map.iter().map(|r| (r.quarter.as_str(), r.planned.len(), r.done.len(), r.measured.len())).collect();
        assert_eq!(told, [("2027-Q1", 2, 0, 0), ("2026-Q4", 0, 1, 1), ("2026-Q3", 0, 0, 1)]);
        assert_eq!(map[0].planned[0].number, 1);
    }

    #[test]
    fn a_fault_of_a_move_stands_at_a_field_that_there_is() {
        assert_eq!(at_move(&Fault::new("why", "x"), "rejected").at, "why-rejected");
        assert_eq!(at_move(&Fault::new("hypothesis", "x"), "vetted").at, "moves");
    }
}
