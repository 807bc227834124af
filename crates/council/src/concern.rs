//! What a concern is, beside what it says: whose, how far, what the council and its work put beside it. Pure.

use actions::Origin;
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use crate::content::{Confirmed, Content, MOST_DAYS, MOST_WORDS};
pub(crate) use crate::content::{address, day, words};
use crate::state::ConcernState;
use crate::wsjf::Score;

/// A concern as somebody sends it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConcern {
    /// Slug of the team that raises it.
    pub team: String,
    /// What it says.
    pub content: Content,
    /// Where it comes from; by hand if left out.
    #[serde(default)]
    pub origin: Origin,
}

/// What somebody changes about a concern.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConcernEdit {
    /// The version that was looked at.
    pub version: i64,
    /// What it says now, whole.
    pub content: Content,
    /// Why it changes; may be empty.
    #[serde(default)]
    pub reason: String,
}

/// What the council and its work put beside a concern.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = ConcernCourse)]
pub struct Course {
    /// Number of the newest decision of the council in the ledger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<i64>,
    /// Why it was rejected or sent on; empty if it stands.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// To whom it was sent on.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sent_to: String,
    /// Title of the epic.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub epic: String,
    /// Its address, `https://..`
    #[serde(skip_serializing_if = "String::is_empty")]
    pub epic_url: String,
    /// Quarter on the roadmap, `2027-Q1`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub quarter: String,
    /// What follows from it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub follows: String,
}

/// A team as a concern shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ConcernTeam)]
pub struct Named {
    /// In addresses.
    pub slug: String,
    /// As people wrote it.
    pub name: String,
}

/// How many stories a concern has, and how many are closed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StoryCount)]
pub struct Stories {
    /// All of them.
    pub all: usize,
    /// Done or dropped.
    pub closed: usize,
    /// Done.
    pub done: usize,
    /// In a sprint.
    pub in_sprint: usize,
}

/// A concern.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Concern {
    /// Its number; it is called C-21.
    pub number: i64,
    /// The team that raised it.
    pub team: Named,
    /// What it says.
    pub content: Content,
    /// How far it is.
    pub state: ConcernState,
    /// What the council and its work put beside it.
    pub course: Course,
    /// Where it comes from.
    pub origin: Origin,
    /// Its stories.
    pub stories: Stories,
    /// What counts of its scores; none if nobody gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wsjf: Option<Score>,
    /// Who raised it.
    pub made_by: String,
    /// When.
    pub made_at: Time,
    /// Who changed or moved it last.
    pub changed_by: String,
    /// When.
    pub changed_at: Time,
    /// Since when it is in its state.
    pub moved_at: Time,
    /// Counts its changes and moves, from 1; a change states the one that it was made from.
    pub version: i64,
}

impl Concern {
    /// "C-21".
    pub fn name(&self) -> String {
        format!("C-{}", self.number)
    }

    /// Its page.
    pub fn href(&self) -> String {
        href(self.number)
    }

    /// As the origin of an action or a decision.
    pub fn as_origin(&self) -> Origin {
        Origin {
            kind: actions::OriginKind::Concern,
            id: self.number.to_string(),
            url: self.href(),
            words: text::shown(&format!("{}: {}", self.name(), self.content.title), text::NAME),
        }
    }
}

/// The page of a concern.
pub fn href(number: i64) -> String {
    format!("/council/concerns/{number}")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    pub(crate) use crate::content::tests::content;

    pub(crate) fn concern(number: i64, state: ConcernState) -> Concern {
        Concern {
            number,
            team: Named { slug: "quotes".into(), name: "Quote & <Buy>".into() },
            content: content(),
            state,
            course: Course::default(),
            origin: Origin { words: "Sprint 18 <x>".into(), url: "/reports/quotes/18".into(), ..Origin::default() },
            stories: Stories::default(),
            wsjf: None,
            made_by: "Aoife <Brennan>".into(),
            made_at: Time(1_794_000_000_000_000),
            changed_by: "Pradeep".into(),
            changed_at: Time(1_794_500_000_000_000),
            moved_at: Time(1_794_500_000_000_000),
            version: 3,
        }
    }
}
