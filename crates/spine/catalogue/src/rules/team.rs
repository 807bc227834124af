//! Teams.

use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use kernel::web::{Ctx, Right};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::check_slug;

/// A team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Team {
    /// Its id.
    pub id: Id,
    /// In URLs.
    pub slug: String,
    /// As people wrote it.
    pub name: String,
    /// The group that it reviews with.
    pub group: Id,
    /// Since when it exists here.
    pub since: Time,
    /// When it was put away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Time>,
    /// Raised with each change.
    pub version: i64,
}

impl Team {
    /// True if the right holds for the team, for its group, or everywhere.
    pub fn may(&self, cx: &Ctx, right: &Right) -> bool {
        cx.actor.may(right, Some(self.id)) || cx.actor.may(right, Some(self.group))
    }

    /// The first line of an act on this team.
    ///
    /// # Errors
    /// As [`Ctx::require`].
    pub fn require(&self, cx: &Ctx, right: &Right) -> Result<()> {
        if self.may(cx, right) { Ok(()) } else { cx.require(right, self.id) }
    }
}

/// A new team, or a changed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTeam {
    /// As people write it.
    pub name: String,
    /// Slug of the group.
    pub group: String,
    /// In URLs; made from the name if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// The version that the caller saw; needed for a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

impl NewTeam {
    /// Checks what somebody typed.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(mut self) -> Result<Self> {
        let mut faults = Faults::new();
        self.name = text::name(&mut faults, "name", "The team’s name", &self.name);
        check_slug(&mut faults, &mut self.slug, &self.name);
        faults.done().map(|()| self)
    }
}
