//! A team, and the rights that hold for it.

use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use kernel::web::{Ctx, Right};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Team {
    /// Its id.
    pub id: Id,
    /// Its place in addresses; never changes.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The group that it reviews with.
    pub group: Id,
    /// Since when it is in the catalogue.
    pub since: Time,
    /// Principal engineer as the list of teams named them, for as long as nobody holds the role; may be empty.
    pub lead_name: String,
    /// Counts changes, from 1.
    pub version: i64,
    /// When it was archived.
    pub archived_at: Option<Time>,
}

impl Team {
    /// True if the right holds for the team, for its group or everywhere.
    pub fn may(&self, cx: &Ctx, right: &Right) -> bool {
        cx.actor.may(right, Some(self.id)) || cx.actor.may(right, Some(self.group))
    }

    /// The first line of an act on something of the team.
    ///
    /// # Errors
    /// [`kernel::Error::SignedOut`] or [`kernel::Error::Forbidden`], which says who may.
    pub fn require(&self, cx: &Ctx, right: &Right) -> Result<()> {
        if self.may(cx, right) { Ok(()) } else { cx.require(right, self.id) }
    }
}

/// A team to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTeam {
    /// Its name, 1 to 200 characters, unique among teams.
    pub name: String,
    /// Slug of its group.
    pub group: String,
    /// Name of its principal engineer, if nobody holds the role yet.
    #[serde(default)]
    pub lead_name: String,
}

/// A change of a team; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamChange {
    /// The version that the change was made from.
    pub version: i64,
    /// Its name.
    pub name: Option<String>,
    /// Slug of another group; the team moves when its running sprint ends.
    pub group: Option<String>,
    /// Name of its principal engineer, if nobody holds the role yet.
    pub lead_name: Option<String>,
}

/// A short text in one line that may be empty.
pub(crate) fn short(faults: &mut Faults, at: &str, what: &str, value: &str) -> String {
    if value.trim().is_empty() { String::new() } else { text::name(faults, at, what, value) }
}

impl NewTeam {
    /// Cleans and checks all fields.
    ///
    /// # Errors
    /// [`kernel::Error::Invalid`] with every fault.
    pub fn checked(&self) -> Result<NewTeam> {
        let mut faults = Faults::new();
        let name = text::name(&mut faults, "name", "The team's name", &self.name);
        let lead_name = short(&mut faults, "lead_name", "The principal engineer's name", &self.lead_name);
        faults.check(!self.group.trim().is_empty(), "group", "A team reviews with a group. Choose one.");
        faults.done()?;
        Ok(NewTeam { name, lead_name, group: self.group.trim().to_owned() })
    }
}

impl Team {
    /// The team with a change of its words, cleaned and checked; a change of group is not made here.
    ///
    /// # Errors
    /// [`kernel::Error::Invalid`] with every fault.
    pub fn changed(&self, change: &TeamChange) -> Result<Team> {
        let mut faults = Faults::new();
        let mut next = self.clone();
        if let Some(name) = &change.name {
            next.name = text::name(&mut faults, "name", "The team's name", name);
        }
        if let Some(lead) = &change.lead_name {
            next.lead_name = short(&mut faults, "lead_name", "The principal engineer's name", lead);
        }
        faults.done()?;
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::web::{Actor, ActorId, Scope};

    static WRITE: Right = Right { key: "t.write", what: "write", who: "writers" };

    fn cx(scope: Scope) -> Ctx {
        let mut actor = Actor::anonymous();
        actor.id = ActorId::Person(Id::from_u128(9));
        actor.rights.push((WRITE.key, scope));
        Ctx::of(actor, Time(0), "r")
    }

    #[test]
    fn a_right_holds_for_the_team_its_group_or_everywhere() {
        let team = Team {
            id: Id::from_u128(1),
            slug: "a".into(),
            name: "A".into(),
            group: Id::from_u128(2),
            since: Time(0),
            lead_name: String::new(),
            version: 1,
            archived_at: None,
        };
        for scope in [Scope::Within(team.id), Scope::Within(team.group), Scope::All] {
            assert!(team.require(&cx(scope), &WRITE).is_ok());
        }
        assert!(!team.may(&cx(Scope::Within(Id::from_u128(3))), &WRITE));
        assert_eq!(team.require(&cx(Scope::Within(Id::from_u128(3))), &WRITE).unwrap_err().class().0, 403);
    }
}
