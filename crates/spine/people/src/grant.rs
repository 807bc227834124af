//! A role held by a person. Pure.

use kernel::ids::Id;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::role::{Held, Role};

/// A role that a person holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Grant {
    /// Its id.
    pub id: Id,
    /// Who.
    pub person: Id,
    /// Which role.
    pub role: Role,
    /// Id of the group, team or pillar; absent for the organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Id>,
    /// Since when.
    pub granted_at: Time,
}

/// A role to be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGrant {
    /// Which role.
    pub role: Role,
    /// Id of the group, team or pillar, as the role needs one; absent for a role of the organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Id>,
}

/// The roles without who and when.
pub fn held(grants: &[Grant]) -> Vec<Held> {
    grants.iter().map(|g| Held { role: g.role, scope: g.scope }).collect()
}
