//! What the council talks about at its next meeting, from the concerns themselves. Pure.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::concern::Concern;
use crate::state::ConcernState;

/// Which part of the meeting, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = CouncilPart)]
pub enum Part {
    /// A measured result is presented.
    Result,
    /// A presented concern waits for a decision.
    Decision,
    /// A raised concern is presented.
    Intake,
    /// What is done is judged by its numbers.
    Judgement,
    /// All stories are closed.
    Stories,
    /// Information is still missing.
    Missing,
}

impl Part {
    /// What is done with it: "To decide".
    pub fn words(self) -> &'static str {
        match self {
            Part::Result => "Present the result",
            Part::Decision => "Decide",
            Part::Intake => "Present",
            Part::Judgement => "Judge before and after",
            Part::Stories => "All stories are closed",
            Part::Missing => "Information is missing",
        }
    }
}

/// A topic of a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CouncilTopic)]
pub struct CouncilTopic {
    /// Number of the concern.
    pub number: i64,
    /// "C-21: Retries without jitter".
    pub title: String,
    /// What is done with it.
    pub part: Part,
    /// Its page.
    pub href: String,
}

fn part(c: &Concern) -> Option<Part> {
    match c.state {
        ConcernState::Measured => Some(Part::Result),
        ConcernState::Presented => Some(Part::Decision),
        ConcernState::Raised => Some(Part::Intake),
        ConcernState::Done => Some(Part::Judgement),
        ConcernState::InSprint if c.stories.all > 0 && c.stories.closed == c.stories.all => Some(Part::Stories),
        ConcernState::NeedsInformation => Some(Part::Missing),
        _ => None,
    }
}

/// The topics: results first, then what waits for a decision, then intake; within a part the older first.
pub fn topics(all: &[Concern]) -> Vec<CouncilTopic> {
    let topic = |c: &Concern| {
        let title = kernel::text::shown(&format!("{}: {}", c.name(), c.content.title), kernel::text::NAME);
        Some(CouncilTopic { number: c.number, title, part: part(c)?, href: c.href() })
    };
    let mut out: Vec<CouncilTopic> = all.iter().filter_map(topic).collect();
    out.sort_by_key(|t| (t.part, t.number));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concern::Stories;
    use crate::concern::tests::concern;

    #[test]
    fn results_come_first_and_what_waits_for_nobody_does_not_come() {
        use ConcernState::{Accepted, Done, InSprint, Measured, NeedsInformation, Presented, Raised, Roadmap};
        let mut all: Vec<Concern> = [Raised, NeedsInformation, Presented, Accepted, InSprint, Done, Measured, Roadmap]
            .iter()
            .zip(1..)
            .map(|(s, n)| concern(n, *s))
            .collect();
        all[4].stories = Stories { all: 2, closed: 2, done: 1, in_sprint: 2 };
        let told: Vec<(i64, &str)> = topics(&all).iter().map(|t| (t.number, t.part.words())).collect();
        assert_eq!(
            told,
            [
                (7, "Present the result"),
                (3, "Decide"),
                (1, "Present"),
                (6, "Judge before and after"),
                (5, "All stories are closed"),
                (2, "Information is missing")
            ]
        );
    }
}
