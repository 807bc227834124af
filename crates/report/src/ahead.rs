//! What lies ahead of a group, as its overview shows it: the next session, and notices that wait for its teams. The room of sessions
//! tells it; see [`crate::acts::ahead`]. Pure.

use serde::Serialize;
use utoipa::ToSchema;

/// What lies ahead of a group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = GroupAhead)]
pub struct Ahead {
    /// The session that is open, or comes next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<AheadSession>,
    /// Notices that wait for a team of the group, oldest first.
    pub notices: Vec<AheadNotice>,
}

/// A session that is open, or comes next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AheadSession {
    /// "Review of sprint 22".
    pub title: String,
    /// "Thursday 19 November 2026, 10:00 to 12:00".
    pub when: String,
    /// It is open.
    pub open: bool,
    /// "114 of 120 minutes are planned"; empty while nobody has built the agenda.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub agenda: String,
    /// Its page.
    pub href: String,
}

/// A notice that waits for a team of the group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AheadNotice {
    /// "N-31".
    pub label: String,
    /// One line.
    pub title: String,
    /// "action required".
    pub kind: String,
    /// "4 Dec", the last day to acknowledge it; "3 days late" once that is over.
    pub by: String,
    /// That day is over.
    pub late: bool,
    /// Teams of the group that have acknowledged it.
    pub acknowledged: usize,
    /// Teams of the group that it is for.
    pub of: usize,
    /// "Billing and Search".
    pub missing: String,
    /// Its page.
    pub href: String,
}
