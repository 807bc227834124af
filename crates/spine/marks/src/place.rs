//! What a mark is on.

use catalogue::Team;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::web::{Ctx, Right};
use people::rights;

use crate::mark::PlaceKind;

/// What a mark is on, with everything above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Which kind.
    pub on: PlaceKind,
    /// The thing itself, then what stands above it, up to the group.
    pub line: Vec<Id>,
    /// The team that answers for it; a group has none.
    pub team: Option<Team>,
}

impl Place {
    /// A team.
    pub fn team(team: &Team) -> Self {
        Self { on: PlaceKind::Team, line: vec![team.id, team.group], team: Some(team.clone()) }
    }

    /// True if the actor may write marks there.
    pub fn may(&self, cx: &Ctx) -> bool {
        match &self.team {
            Some(team) => team.may(cx, &rights::NOTES),
            None => self.line.first().is_some_and(|group| cx.actor.may(&rights::NOTES, Some(*group))),
        }
    }

    /// Refuses an actor who may not write marks there.
    ///
    /// # Errors
    /// No right.
    pub fn require(&self, cx: &Ctx) -> Result<()> {
        self.allows(cx, &rights::NOTES)
    }

    /// Refuses an actor without a right there.
    pub(crate) fn allows(&self, cx: &Ctx, right: &Right) -> Result<()> {
        match (&self.team, self.line.first()) {
            (Some(team), _) => team.require(cx, right),
            (None, Some(group)) => cx.require(right, *group),
            (None, None) => Err(Error::internal("a place without a line")),
        }
    }
}
