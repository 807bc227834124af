//! Whose session it is: a group's, or the council's. Pure.

use catalogue::Group;
use kernel::error::Result;
use kernel::ids::Id;
use kernel::web::{Ctx, Right};
use people::rights;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How the council's row names it, and its part of addresses.
pub const COUNCIL: &str = "council";

/// Which kind of forum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ForumKind {
    /// Teams that review together.
    Group,
    /// The council, open to all.
    Council,
}

/// Whoever holds sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Forum {
    /// Group or council.
    pub kind: ForumKind,
    /// Id of the group; none for the council.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Id>,
    /// Name in addresses.
    pub slug: String,
    /// As people wrote it.
    pub name: String,
    /// IANA zone in which its sessions are planned.
    pub zone: String,
}

impl Forum {
    /// A group.
    #[must_use]
    pub fn group(g: &Group) -> Self {
        Self { kind: ForumKind::Group, group: Some(g.id), slug: g.slug.clone(), name: g.name.clone(), zone: g.zone.clone() }
    }

    /// The council, in the organisation's zone.
    #[must_use]
    pub fn council(zone: &str) -> Self {
        Self { kind: ForumKind::Council, group: None, slug: COUNCIL.into(), name: "SRE council".into(), zone: zone.to_owned() }
    }

    /// As rows name it.
    #[must_use]
    pub fn key(&self) -> String {
        self.group.map_or_else(|| COUNCIL.to_owned(), |id| format!("group:{id}"))
    }

    /// The group that a row names; none for the council.
    #[must_use]
    pub fn group_of(key: &str) -> Option<Id> {
        key.strip_prefix("group:").and_then(|id| id.parse().ok())
    }

    /// The page of its sessions.
    #[must_use]
    pub fn href(&self) -> String {
        match self.kind {
            ForumKind::Group => format!("/groups/{}/sessions", self.slug),
            ForumKind::Council => "/council/sessions".into(),
        }
    }

    /// The topic on which changes of its sessions are announced, beside each session's own.
    #[must_use]
    pub fn topic(&self) -> String {
        self.group.map_or_else(|| COUNCIL.to_owned(), |id| format!("group:{id}"))
    }

    fn right(&self) -> &'static Right {
        match self.kind {
            ForumKind::Group => &rights::SESSIONS,
            ForumKind::Council => &rights::COUNCIL_SESSIONS,
        }
    }

    /// True if who acts runs its sessions.
    #[must_use]
    pub fn may_run(&self, cx: &Ctx) -> bool {
        cx.actor.may(self.right(), self.group)
    }

    /// The first line of an act that runs its sessions.
    ///
    /// # Errors
    /// As [`Ctx::require`].
    pub fn require(&self, cx: &Ctx) -> Result<()> {
        match self.group {
            Some(id) => cx.require(self.right(), id),
            None => cx.require_everywhere(self.right()),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn forum() -> Forum {
        Forum {
            kind: ForumKind::Group,
            group: Some(Id::from_u128(1)),
            slug: "digital".into(),
            name: "Digital <E>".into(),
            zone: "Europe/London".into(),
        }
    }

    #[test]
    fn a_row_names_its_forum() {
        let (group, council) = (forum(), Forum::council("UTC"));
        assert_eq!(Forum::group_of(&group.key()), group.group);
        assert_eq!(Forum::group_of(&council.key()), None);
        assert_eq!((group.href().as_str(), council.href().as_str()), ("/groups/digital/sessions", "/council/sessions"));
    }
}
