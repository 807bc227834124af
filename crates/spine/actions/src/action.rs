//! What an action is: who does what, for which goal, by when, and how far it is. Pure.

use jiff::civil::Date;
use kernel::ids::Id;
use kernel::time::Time;
use people::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::origin::Origin;

/// How far an action is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ActionState {
    /// Agreed, not begun.
    Open,
    /// Somebody is at it.
    InProgress,
    /// Done, with evidence.
    Done,
    /// Nobody will do it, for a reason.
    Dropped,
}

impl ActionState {
    /// All, in their order.
    pub const ALL: [ActionState; 4] = [ActionState::Open, ActionState::InProgress, ActionState::Done, ActionState::Dropped];

    /// As it is stored and sent.
    pub fn key(self) -> &'static str {
        match self {
            ActionState::Open => "open",
            ActionState::InProgress => "in-progress",
            ActionState::Done => "done",
            ActionState::Dropped => "dropped",
        }
    }

    /// As pages write it.
    pub fn words(self) -> &'static str {
        match self {
            ActionState::InProgress => "in progress",
            other => other.key(),
        }
    }

    /// As it was stored or sent.
    pub fn read(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    /// True while somebody still means to do it.
    pub fn is_open(self) -> bool {
        matches!(self, ActionState::Open | ActionState::InProgress)
    }
}

/// How much work it is, roughly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ActionEffort {
    /// Hours.
    Hours,
    /// Days.
    Days,
    /// Weeks.
    Weeks,
}

impl ActionEffort {
    /// All, least first.
    pub const ALL: [ActionEffort; 3] = [ActionEffort::Hours, ActionEffort::Days, ActionEffort::Weeks];

    /// As it is stored, sent and shown.
    pub fn key(self) -> &'static str {
        match self {
            ActionEffort::Hours => "hours",
            ActionEffort::Days => "days",
            ActionEffort::Weeks => "weeks",
        }
    }

    /// As it was sent.
    pub fn read(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|e| e.key() == key)
    }
}

/// Which way a number should move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Move {
    /// Higher.
    Up,
    /// Lower.
    Down,
}

impl Move {
    /// "higher", "lower".
    pub fn words(self) -> &'static str {
        match self {
            Move::Up => "higher",
            Move::Down => "lower",
        }
    }
}

/// The metric that an action should move.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ExpectedEffect)]
pub struct Expected {
    /// Key of the metric.
    pub metric: String,
    /// Slug of the team, workload or service; of the action's own team or workload if empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// Which way.
    pub direction: Move,
    /// By how much, in the metric's unit, if anybody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<f64>,
}

/// What shows that an action is done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = ActionEvidence)]
pub struct Evidence {
    /// In words; may be empty if there is a link.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// `https://..`, or a path of this server; may be empty if there are words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
}

/// Who answers for an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ActionOwner)]
pub struct Owner {
    /// The person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Id>,
    /// The role in the team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub role: Option<Role>,
    /// As it is shown: "Maya Okafor", "Principal engineer".
    pub name: String,
}

impl Owner {
    /// Roles of a team that can own an action.
    pub const ROLES: [Role; 4] = [Role::PrincipalEngineer, Role::DeliveryLead, Role::Engineer, Role::ProductOwner];

    /// A role.
    pub fn role(role: Role) -> Self {
        Self { person: None, role: Some(role), name: role.title().to_owned() }
    }

    /// The role that a key names, if a team has it.
    pub fn named(key: &str) -> Option<Role> {
        Self::ROLES.into_iter().find(|r| r.key() == key)
    }
}

/// A team or workload as an action shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ActionPlace)]
pub struct Named {
    /// In addresses.
    pub slug: String,
    /// As people wrote it.
    pub name: String,
}

/// What an action says, beside whose it is and how far it is; checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ActionContent)]
pub struct Content {
    /// Who does what: the "what".
    pub what: String,
    /// For which goal; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub goal: String,
    /// Who answers for it.
    pub owner: Owner,
    /// Last day, `2026-12-18`; empty for none yet.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub due: String,
    /// What it waits for; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub blocked_by: String,
    /// How much work it is, if anybody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<ActionEffort>,
    /// The metric that it should move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Expected>,
    /// Where the work is tracked, `https://..`; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub issue: String,
    /// What shows that it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

/// An action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = RegisteredAction)]
pub struct Action {
    /// Its id.
    pub id: Id,
    /// Whose it is.
    pub team: Named,
    /// The workload that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workload: Option<Named>,
    /// Where it comes from.
    pub origin: Origin,
    /// What it says.
    #[serde(flatten)]
    pub content: Content,
    /// How far it is.
    pub state: ActionState,
    /// How often its date was moved back.
    pub carried: i64,
    /// Why the newest change was made; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub made_at: Time,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: Time,
    /// Counts its changes, from 1; a change states the one that it was made from.
    pub version: i64,
}

impl Action {
    /// Days until it is due; below nought it is late. None if it is not open or has no date.
    pub fn due_in(&self, today: Date) -> Option<i64> {
        let due: Date = self.content.due.parse().ok().filter(|_| self.state.is_open())?;
        Some(i64::from(today.until(due).map_or(0, |span| span.get_days())))
    }

    /// True if its last day is over and nobody has finished or dropped it.
    pub fn is_late(&self, today: Date) -> bool {
        self.due_in(today).is_some_and(|days| days < 0)
    }

    /// Its page.
    pub fn href(&self) -> String {
        format!("/actions/{}", self.id)
    }
}

/// A day as it is shown: "18 Dec", with the year when it is another than today's; "no date yet" if there is none.
pub fn day_words(day: &str, today: Date) -> String {
    match day.parse::<Date>() {
        Ok(d) if d.year() == today.year() => d.strftime("%-d %b").to_string(),
        Ok(d) => d.strftime("%-d %b %Y").to_string(),
        Err(_) => "no date yet".to_owned(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::new::NewAction;

    pub(crate) fn today() -> Date {
        "2026-11-30".parse().unwrap()
    }

    pub(crate) fn new() -> NewAction {
        NewAction {
            team: "payments".into(),
            what: " Restore the ledger, timed ".into(),
            owner: "principal-engineer".into(),
            workload: None,
            goal: "30 minutes is a fact".into(),
            due: "2026-12-18".into(),
            blocked_by: String::new(),
            effort: Some(ActionEffort::Days),
            expected: None,
            issue: String::new(),
            origin: Origin::default(),
        }
    }

    pub(crate) fn action(n: u128) -> Action {
        let (content, origin) = new().check(Owner::role(Role::PrincipalEngineer), today()).unwrap();
        Action {
            id: Id::from_u128(n),
            team: Named { slug: "payments".into(), name: "Payments <x>".into() },
            workload: None,
            origin,
            content,
            state: ActionState::Open,
            carried: 0,
            why: String::new(),
            made_by: "Maya".into(),
            made_at: Time(1_795_000_000_000_000),
            changed_by: "Maya".into(),
            changed_at: Time(1_795_000_000_000_000),
            version: 1,
        }
    }

    #[test]
    fn an_action_is_late_after_its_last_day_while_it_is_open() {
        let a = action(1);
        assert_eq!(a.content.what, "Restore the ledger, timed");
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!((a.due_in(today()), a.is_late(day("2026-12-18")), a.is_late(day("2026-12-19"))), (Some(18), false, true));
        let done = Action { state: ActionState::Done, ..a.clone() };
        assert_eq!(done.due_in(day("2027-01-01")), None, "what is done is not late");
        let open = Action { content: Content { due: String::new(), ..a.content.clone() }, ..a };
        assert!(!open.is_late(day("2099-01-01")), "what has no date is not late");
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        for state in ActionState::ALL {
            assert_eq!(ActionState::read(state.key()), Some(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.key());
        }
        for effort in ActionEffort::ALL {
            assert_eq!(ActionEffort::read(effort.key()), Some(effort));
        }
        assert_eq!(Owner::named("facilitator"), None);
        assert_eq!(Owner::named("delivery-lead"), Some(Role::DeliveryLead));
    }
}
