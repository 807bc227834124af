//! How far a concern is, and which way it can go from there: who may move it, and what has to be there. Pure.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use crate::column::Column;

/// How far a concern is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ConcernState {
    /// Somebody wrote it down.
    Raised,
    /// The council has heard it.
    Presented,
    /// The council cannot decide yet; what is missing stands with the move.
    NeedsInformation,
    /// The council takes it on.
    Accepted,
    /// The council does not; the reason is kept.
    Rejected,
    /// It is somebody else's; to whom is kept.
    SentOn,
    /// There is an epic.
    Epic,
    /// The council has looked at the epic: it has a hypothesis and a size.
    Vetted,
    /// The epic is cut into stories, each of one team.
    Stories,
    /// Teams have pulled stories into sprints.
    InSprint,
    /// Every story is closed.
    Done,
    /// Before and after are measured in production, and the council judged them.
    Measured,
    /// The result was presented.
    ResultPresented,
    /// What follows from it stands on the roadmap.
    Roadmap,
}

use ConcernState::{
    Accepted, Done, Epic, InSprint, Measured, NeedsInformation, Presented, Raised, Rejected, ResultPresented, Roadmap, SentOn,
    Stories, Vetted,
};

impl ConcernState {
    /// All, in their order.
    pub const ALL: [ConcernState; 14] = [
        Raised,
        Presented,
        NeedsInformation,
        Accepted,
        Rejected,
        SentOn,
        Epic,
        Vetted,
        Stories,
        InSprint,
        Done,
        Measured,
        ResultPresented,
        Roadmap,
    ];

    /// As it is stored and sent.
    pub fn key(self) -> &'static str {
        match self {
            Raised => "raised",
            Presented => "presented",
            NeedsInformation => "needs-information",
            Accepted => "accepted",
            Rejected => "rejected",
            SentOn => "sent-on",
            Epic => "epic",
            Vetted => "vetted",
            Stories => "stories",
            InSprint => "in-sprint",
            Done => "done",
            Measured => "measured",
            ResultPresented => "result-presented",
            Roadmap => "roadmap",
        }
    }

    /// As pages write it.
    pub fn words(self) -> &'static str {
        match self {
            NeedsInformation => "needs information",
            SentOn => "sent on",
            Stories => "stories per team",
            InSprint => "in sprint",
            ResultPresented => "result presented",
            Roadmap => "on the roadmap",
            other => other.key(),
        }
    }

    /// As it was stored or sent.
    pub fn read(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    /// True for what the council has put aside.
    pub fn is_aside(self) -> bool {
        matches!(self, Rejected | SentOn)
    }

    /// True while the council has not decided.
    pub fn is_intake(self) -> bool {
        matches!(self, Raised | Presented | NeedsInformation)
    }

    /// The column of the board; none for what is put aside.
    pub fn column(self) -> Option<Column> {
        Some(match self {
            Raised | Presented | NeedsInformation => Column::Raised,
            Accepted | Epic => Column::Accepted,
            Vetted | Stories => Column::Vetted,
            InSprint => Column::InSprint,
            Done => Column::Measuring,
            Measured | ResultPresented => Column::Measured,
            Roadmap => Column::Roadmap,
            Rejected | SentOn => return None,
        })
    }

    /// The ways on from here; forward ones first.
    pub fn ways(self) -> Vec<Way> {
        WAYS.iter().copied().filter(|w| w.from == self).collect()
    }

    /// The way to another state, if there is one.
    pub fn way(self, to: ConcernState) -> Option<Way> {
        WAYS.iter().copied().find(|w| w.from == self && w.to == to)
    }
}

/// Who may make a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// People of the team that raised it, and the council.
    Either,
    /// Members of the council.
    Council,
}

/// What a move needs beside the right to make it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Words: why, or what is missing.
    Why,
    /// To whom it is sent.
    Where,
    /// Title of the epic.
    Epic,
    /// A hypothesis, and an answer to whether our data can confirm it.
    Hypothesis,
    /// At least one story.
    Story,
    /// At least one story that is in a sprint.
    Sprint,
    /// Every story closed, at least one of them done.
    Closed,
    /// A result from production.
    Result,
    /// A quarter.
    Quarter,
}

/// A way from one state to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// From here.
    pub from: ConcernState,
    /// To there.
    pub to: ConcernState,
    /// Who may.
    pub who: Who,
    /// What it needs.
    pub needs: &'static [Need],
}

impl Way {
    /// True for a step back.
    pub fn is_back(&self) -> bool {
        matches!(
            (self.from, self.to),
            (Rejected | SentOn, Raised)
                | (Accepted, Presented)
                | (Epic, Accepted)
                | (Vetted, Epic)
                | (Stories, Vetted)
                | (InSprint, Stories)
                | (Done, InSprint)
                | (Measured, Done)
                | (ResultPresented, Measured)
        )
    }

    /// True if the ledger of decisions has it.
    pub fn is_decision(&self) -> bool {
        !self.is_back() && matches!(self.to, Accepted | Rejected | SentOn)
    }

    /// True if it takes words of whoever makes it, so that one press is not enough.
    pub fn asks(&self) -> bool {
        self.needs.iter().any(|n| matches!(n, Need::Why | Need::Where | Need::Epic | Need::Quarter))
    }

    /// What the button says.
    pub fn label(&self) -> &'static str {
        if self.is_back() {
            return match self.to {
                Raised => "Raise it again",
                _ => "One step back",
            };
        }
        match self.to {
            Presented if self.from == NeedsInformation => "The information is here",
            Presented => "Presented",
            NeedsInformation => "Ask for information",
            Accepted => "Accept",
            Rejected => "Reject",
            SentOn => "Send on",
            Epic => "The epic is written",
            Vetted => "Vetted",
            Stories => "The stories are cut",
            InSprint => "Stories are in sprint",
            Done => "Done",
            Measured => "Measured",
            ResultPresented => "The result was presented",
            Roadmap => "Put it on the roadmap",
            Raised => "Raise",
        }
    }

    /// What the field for words asks.
    pub fn question(&self) -> &'static str {
        match self.to {
            _ if self.is_back() => "Why it goes back",
            NeedsInformation => "What is missing",
            Presented => "What came in",
            Vetted => "What the vetting found",
            ResultPresented => "When and where it was presented",
            Roadmap => "What follows from it",
            _ => "Why",
        }
    }
}

const fn way(from: ConcernState, to: ConcernState, who: Who, needs: &'static [Need]) -> Way {
    Way { from, to, who, needs }
}

/// Every way there is.
pub static WAYS: [Way; 28] = [
    way(Raised, Presented, Who::Either, &[]),
    way(Raised, SentOn, Who::Council, &[Need::Where, Need::Why]),
    way(Presented, Accepted, Who::Council, &[Need::Why]),
    way(Presented, NeedsInformation, Who::Council, &[Need::Why]),
    way(Presented, Rejected, Who::Council, &[Need::Why]),
    way(Presented, SentOn, Who::Council, &[Need::Where, Need::Why]),
    way(NeedsInformation, Presented, Who::Either, &[Need::Why]),
    way(NeedsInformation, Rejected, Who::Council, &[Need::Why]),
    way(NeedsInformation, SentOn, Who::Council, &[Need::Where, Need::Why]),
    way(Accepted, Epic, Who::Either, &[Need::Epic]),
    way(Epic, Vetted, Who::Council, &[Need::Hypothesis, Need::Why]),
    way(Epic, Rejected, Who::Council, &[Need::Why]),
    way(Vetted, Stories, Who::Either, &[Need::Story]),
    way(Stories, InSprint, Who::Either, &[Need::Sprint]),
    way(InSprint, Done, Who::Either, &[Need::Closed]),
    way(Done, Measured, Who::Council, &[Need::Result, Need::Why]),
    way(Measured, ResultPresented, Who::Either, &[Need::Why]),
    way(ResultPresented, Roadmap, Who::Council, &[Need::Quarter, Need::Why]),
    way(Rejected, Raised, Who::Either, &[Need::Why]),
    way(SentOn, Raised, Who::Either, &[Need::Why]),
    way(Accepted, Presented, Who::Council, &[Need::Why]),
    way(Epic, Accepted, Who::Either, &[Need::Why]),
    way(Vetted, Epic, Who::Either, &[Need::Why]),
    way(Stories, Vetted, Who::Either, &[Need::Why]),
    way(InSprint, Stories, Who::Either, &[Need::Why]),
    way(Done, InSprint, Who::Either, &[Need::Why]),
    way(Measured, Done, Who::Council, &[Need::Why]),
    way(ResultPresented, Measured, Who::Council, &[Need::Why]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written() {
        for s in ConcernState::ALL {
            assert_eq!(ConcernState::read(s.key()), Some(s));
            assert_eq!(serde_json::to_value(s).unwrap(), s.key());
        }
        assert_eq!(ConcernState::read("closed"), None);
    }

    #[test]
    fn every_state_is_reached_and_only_the_roadmap_is_an_end() {
        for s in ConcernState::ALL {
            assert!(s == Raised || WAYS.iter().any(|w| w.to == s), "{}", s.key());
            assert_eq!(s.ways().is_empty(), s == Roadmap, "{}", s.key());
            assert!(s.ways().iter().filter(|w| w.to == s).count() == 0);
        }
    }

    #[test]
    fn the_course_of_the_council_goes_from_one_end_to_the_other() {
        let course = [
            Raised,
            Presented,
            NeedsInformation,
            Presented,
            Accepted,
            Epic,
            Vetted,
            Stories,
            InSprint,
            Done,
            Measured,
            ResultPresented,
            Roadmap,
        ];
        for pair in course.windows(2) {
            let w = pair[0].way(pair[1]).unwrap_or_else(|| panic!("{:?}", pair));
            assert!(!w.is_back());
        }
        assert_eq!(Raised.way(Accepted), None, "what nobody presented is not decided on");
        assert_eq!(Done.way(ResultPresented), None, "nothing is presented that was not measured");
    }

    #[test]
    fn the_council_decides_with_words_and_a_step_back_says_why() {
        for w in &WAYS {
            if w.is_decision() {
                assert_eq!(w.who, Who::Council, "{w:?}");
                assert!(w.needs.contains(&Need::Why), "{w:?}");
            }
            if w.is_back() {
                assert_eq!(w.needs, [Need::Why], "{w:?}");
            }
            assert!(!w.label().is_empty() && !w.question().is_empty());
        }
        let decisions: Vec<_> = WAYS.iter().filter(|w| w.is_decision()).map(|w| w.to).collect();
        assert!(decisions.contains(&Accepted) && decisions.contains(&Rejected) && decisions.contains(&SentOn));
    }

    #[test]
    fn the_board_has_every_state_that_is_not_put_aside() {
        for s in ConcernState::ALL {
            assert_eq!(s.column().is_none(), s.is_aside(), "{}", s.key());
        }
        for c in Column::ALL {
            assert!(ConcernState::ALL.iter().any(|s| s.column() == Some(c)), "{}", c.title());
        }
    }
}
