//! Roles, where they are held, and the rights that follow. Pure.

use std::fmt;

use kernel::error::Error;
use kernel::ids::Id;
use kernel::web::{Right, Scope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rights;

/// For what a role is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ScopeKind {
    /// The whole organisation; the scope's id is empty.
    Organisation,
    /// One group, and so its teams.
    Group,
    /// One team.
    Team,
    /// One pillar, for what is decided on it everywhere.
    Pillar,
}

impl ScopeKind {
    /// As it is stored.
    pub const fn key(self) -> &'static str {
        match self {
            ScopeKind::Organisation => "organisation",
            ScopeKind::Group => "group",
            ScopeKind::Team => "team",
            ScopeKind::Pillar => "pillar",
        }
    }

    /// From what is stored.
    pub fn parse(text: &str) -> Option<Self> {
        [ScopeKind::Organisation, ScopeKind::Group, ScopeKind::Team, ScopeKind::Pillar].into_iter().find(|k| k.key() == text)
    }
}

/// What a person is to the organisation, a group or a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Runs bellwether itself; no content.
    PlatformEngineer,
    /// Runs the cycle for a group.
    Facilitator,
    /// Technical lead of a team.
    PrincipalEngineer,
    /// Runs a team's delivery.
    DeliveryLead,
    /// Member of a team.
    Engineer,
    /// Decides in the council.
    CouncilMember,
    /// First of the pair on duty.
    SupportLead,
    /// Second of the pair on duty.
    SupportEngineer,
    /// Approves exemptions and accepted risks of one pillar.
    Approver,
    /// Decides on priority for a team.
    ProductOwner,
    /// Reads and asks.
    Stakeholder,
}

impl Role {
    /// All of them, in the order in which pages list them.
    pub const ALL: [Role; 11] = [
        Role::PlatformEngineer,
        Role::Facilitator,
        Role::PrincipalEngineer,
        Role::DeliveryLead,
        Role::Engineer,
        Role::CouncilMember,
        Role::SupportLead,
        Role::SupportEngineer,
        Role::Approver,
        Role::ProductOwner,
        Role::Stakeholder,
    ];

    /// As it is stored, sent and written in files.
    pub const fn key(self) -> &'static str {
        match self {
            Role::PlatformEngineer => "platform-engineer",
            Role::Facilitator => "facilitator",
            Role::PrincipalEngineer => "principal-engineer",
            Role::DeliveryLead => "delivery-lead",
            Role::Engineer => "engineer",
            Role::CouncilMember => "council-member",
            Role::SupportLead => "support-lead",
            Role::SupportEngineer => "support-engineer",
            Role::Approver => "approver",
            Role::ProductOwner => "product-owner",
            Role::Stakeholder => "stakeholder",
        }
    }

    /// As pages write it.
    pub const fn title(self) -> &'static str {
        match self {
            Role::PlatformEngineer => "Platform engineer",
            Role::Facilitator => "Facilitator",
            Role::PrincipalEngineer => "Principal engineer",
            Role::DeliveryLead => "Delivery lead",
            Role::Engineer => "Engineer",
            Role::CouncilMember => "Council member",
            Role::SupportLead => "Support lead",
            Role::SupportEngineer => "Support engineer",
            Role::Approver => "Approver",
            Role::ProductOwner => "Product owner",
            Role::Stakeholder => "Stakeholder",
        }
    }

    /// From a key; also a title, in any case.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `role`, with all keys.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let key = kernel::text::slug(text);
        Role::ALL.into_iter().find(|r| r.key() == key).ok_or_else(|| {
            let keys = Role::ALL.map(Role::key).join(", ");
            Error::invalid("role", format!("“{}” is no role. Use one of {keys}.", text.chars().take(60).collect::<String>()))
        })
    }

    /// For what the role is held.
    pub const fn scope(self) -> ScopeKind {
        match self {
            Role::PlatformEngineer | Role::CouncilMember | Role::Stakeholder => ScopeKind::Organisation,
            Role::Approver => ScopeKind::Pillar,
            Role::Facilitator | Role::SupportLead | Role::SupportEngineer => ScopeKind::Group,
            Role::PrincipalEngineer | Role::DeliveryLead | Role::Engineer | Role::ProductOwner => ScopeKind::Team,
        }
    }

    /// What the role may do where it is held (spec 1). Everyone signed in may ask; see [`rights_of`].
    pub fn rights(self) -> &'static [&'static Right] {
        static PLATFORM: &[&Right] = &[
            &rights::PEOPLE,
            &rights::TOKENS,
            &rights::SOURCES,
            &rights::SETUP,
            &rights::GROUPS,
            &rights::APPLY,
            &rights::CHANNELS,
            &rights::TRACKERS,
        ];
        static FACILITATOR: &[&Right] = &[
            &rights::GROUPS,
            &rights::TEAMS,
            &rights::TOKENS,
            &rights::TEMPLATE,
            &rights::DEFINITIONS,
            &rights::CALENDAR,
            &rights::REVIEW,
            &rights::BASELINES,
            &rights::STANDARDS,
            &rights::LENSES,
            &rights::ANSWERS,
            &rights::ANSWER_TEMPLATES,
            &rights::TAKE_PART,
            &rights::MILESTONES,
            &rights::ACTIONS,
            &rights::DECISIONS,
            &rights::APPLY,
            &rights::SESSIONS,
            &rights::SESSION_PART,
            &rights::CAPACITY,
            &rights::CHANNELS,
            &rights::NOTICES,
            &rights::CONCERNS,
        ];
        static LEAD: &[&Right] = &[
            &rights::TEAMS,
            &rights::TOKENS,
            &rights::VALUES,
            &rights::NOTES,
            &rights::READY,
            &rights::ANSWERS,
            &rights::ANSWER_TEMPLATES,
            &rights::TAKE_PART,
            &rights::ACTIONS,
            &rights::DECISIONS,
            &rights::EXEMPTION,
            &rights::ACKNOWLEDGE,
            &rights::SESSION_PART,
            &rights::SIGN,
            &rights::CAPACITY,
            &rights::CONCERNS,
        ];
        static ENGINEER: &[&Right] = &[
            &rights::VALUES,
            &rights::NOTES,
            &rights::TAKE_PART,
            &rights::ACTIONS,
            &rights::EXEMPTION,
            &rights::SESSION_PART,
            &rights::CONCERNS,
        ];
        static COUNCIL: &[&Right] = &[&rights::COUNCIL_SESSIONS, &rights::CONCERNS, &rights::COUNCIL];
        static SUPPORT: &[&Right] = &[&rights::CONCERNS];
        static APPROVER: &[&Right] = &[&rights::APPROVAL, &rights::RISKS];
        match self {
            Role::PlatformEngineer => PLATFORM,
            Role::Facilitator => FACILITATOR,
            Role::PrincipalEngineer | Role::DeliveryLead => LEAD,
            Role::Engineer => ENGINEER,
            Role::Approver => APPROVER,
            Role::CouncilMember => COUNCIL,
            Role::SupportLead | Role::SupportEngineer => SUPPORT,
            Role::ProductOwner | Role::Stakeholder => &[],
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// A role held somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Which.
    pub role: Role,
    /// Id of the group, team or pillar; `None` for the organisation.
    pub scope: Option<Id>,
}

/// The union of the rights of all roles held, and what everyone signed in may do.
pub fn rights_of(held: &[Held]) -> Vec<(&'static str, Scope)> {
    let mut out = vec![(rights::ASK.key, Scope::All)];
    for h in held {
        let scope = h.scope.map_or(Scope::All, Scope::Within);
        for right in h.role.rights() {
            if !out.contains(&(right.key, scope)) {
                out.push((right.key, scope));
            }
        }
    }
    out
}

/// True if `rights` allow `right` at `scope`.
pub fn covers(rights: &[(&'static str, Scope)], right: &str, scope: Scope) -> bool {
    rights.iter().any(|(key, held)| *key == right && (*held == Scope::All || *held == scope))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_unique_and_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.key()).unwrap(), role);
            assert_eq!(Role::parse(role.title()).unwrap(), role);
            assert_eq!(serde_json::to_value(role).unwrap(), role.key());
        }
        assert!(Role::parse("boss").unwrap_err().to_string().contains("delivery-lead"));
    }

    #[test]
    fn the_platform_engineer_has_no_content() {
        for right in [&rights::VALUES, &rights::NOTES, &rights::READY, &rights::REVIEW, &rights::TEMPLATE, &rights::DEFINITIONS] {
            assert!(!Role::PlatformEngineer.rights().iter().any(|r| r.key == right.key), "{}", right.key);
        }
    }

    #[test]
    fn rights_are_the_union_and_hold_only_where_the_role_does() {
        let (team, other) = (Id::from_u128(1), Id::from_u128(2));
        let held = [Held { role: Role::Engineer, scope: Some(team) }, Held { role: Role::Stakeholder, scope: None }];
        let rights = rights_of(&held);
        assert!(covers(&rights, rights::VALUES.key, Scope::Within(team)));
        assert!(!covers(&rights, rights::VALUES.key, Scope::Within(other)));
        assert!(!covers(&rights, rights::VALUES.key, Scope::All));
        assert!(covers(&rights, rights::ASK.key, Scope::Within(other)));
        assert!(!covers(&rights, rights::READY.key, Scope::Within(team)));
    }
}
