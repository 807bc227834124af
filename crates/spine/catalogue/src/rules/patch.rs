//! Changes of single fields: what is absent stays as it is.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CalendarChange, Environment, Link, NewGroup, NewService, NewTeam, NewWorkload};

fn put<T: Clone>(into: &mut T, new: Option<&T>) {
    if let Some(new) = new {
        *into = new.clone();
    }
}

/// What changes of a group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GroupPatch {
    /// As people write it.
    pub name: Option<String>,
    /// IANA zone.
    pub zone: Option<String>,
    /// 7 to 42.
    pub sprint_days: Option<i64>,
    /// Number of the first sprint.
    pub first_number: Option<i64>,
    /// Its first day.
    pub first_day: Option<String>,
    /// What the group agreed about how it works together.
    pub working_agreement: Option<String>,
    /// All later changes of the calendar; what is left out of the list is taken back, unless it has begun.
    pub calendar: Option<Vec<CalendarChange>>,
    /// The version that the caller saw.
    pub version: Option<i64>,
}

impl GroupPatch {
    /// The whole, from what is stored.
    pub fn onto(&self, mut old: NewGroup) -> NewGroup {
        put(&mut old.name, self.name.as_ref());
        put(&mut old.zone, self.zone.as_ref());
        put(&mut old.sprint_days, self.sprint_days.as_ref());
        put(&mut old.first_number, self.first_number.as_ref());
        put(&mut old.first_day, self.first_day.as_ref());
        put(&mut old.working_agreement, self.working_agreement.as_ref());
        NewGroup { calendar: self.calendar.clone(), version: self.version, ..old }
    }
}

/// What changes of a team.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TeamPatch {
    /// As people write it.
    pub name: Option<String>,
    /// Slug of the group.
    pub group: Option<String>,
    /// The version that the caller saw.
    pub version: Option<i64>,
}

impl TeamPatch {
    /// The whole, from what is stored.
    pub fn onto(&self, mut old: NewTeam) -> NewTeam {
        put(&mut old.name, self.name.as_ref());
        put(&mut old.group, self.group.as_ref());
        NewTeam { version: self.version, ..old }
    }
}

/// What changes of what people say about a workload.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WorkloadBodyPatch {
    /// How important.
    pub tier: Option<String>,
    /// How far in its life.
    pub lifecycle: Option<String>,
    /// The business goal.
    pub goal: Option<String>,
    /// What it protects.
    pub protects: Option<String>,
    /// Who uses it.
    pub users: Option<String>,
    /// `500 to 2000 EUR`, or `not known`.
    pub money_an_hour: Option<String>,
    /// Who builds it.
    pub builds: Option<String>,
    /// Who runs it.
    pub runs: Option<String>,
    /// When somebody answers.
    pub support_hours: Option<String>,
    /// How it passes from who builds it to who runs it.
    pub hand_off: Option<String>,
    /// Dashboards, runbooks, logs, alarms: the whole list.
    pub links: Option<Vec<Link>>,
}

/// What changes of a workload.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WorkloadPatch {
    /// As people write it.
    pub name: Option<String>,
    /// Slug of the team that owns it.
    pub team: Option<String>,
    /// What people say about it, by field.
    pub about: Option<WorkloadBodyPatch>,
    /// The version that the caller saw.
    pub version: Option<i64>,
}

impl WorkloadPatch {
    /// The whole, from what is stored.
    pub fn onto(&self, mut old: NewWorkload) -> NewWorkload {
        put(&mut old.name, self.name.as_ref());
        put(&mut old.team, self.team.as_ref());
        if let Some(p) = &self.about {
            let b = &mut old.about;
            for (into, new) in [
                (&mut b.tier, &p.tier),
                (&mut b.lifecycle, &p.lifecycle),
                (&mut b.goal, &p.goal),
                (&mut b.protects, &p.protects),
                (&mut b.users, &p.users),
                (&mut b.money_an_hour, &p.money_an_hour),
                (&mut b.builds, &p.builds),
                (&mut b.runs, &p.runs),
                (&mut b.support_hours, &p.support_hours),
                (&mut b.hand_off, &p.hand_off),
            ] {
                put(into, new.as_ref());
            }
            put(&mut b.links, p.links.as_ref());
        }
        NewWorkload { version: self.version, ..old }
    }
}

/// What changes of what people say about a service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ServiceBodyPatch {
    /// The whole list.
    pub repositories: Option<Vec<String>>,
    /// The whole list.
    pub environments: Option<Vec<Environment>>,
}

/// What changes of a service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ServicePatch {
    /// As people write it.
    pub name: Option<String>,
    /// Slug of the workload that it belongs to.
    pub workload: Option<String>,
    /// Slug of its own team; empty gives it back to the workload's team.
    pub team: Option<String>,
    /// What people say about it, by field.
    pub about: Option<ServiceBodyPatch>,
    /// The version that the caller saw.
    pub version: Option<i64>,
}

impl ServicePatch {
    /// The whole, from what is stored.
    pub fn onto(&self, mut old: NewService) -> NewService {
        put(&mut old.name, self.name.as_ref());
        put(&mut old.workload, self.workload.as_ref());
        if let Some(team) = &self.team {
            old.team = (!team.trim().is_empty()).then(|| team.clone());
        }
        if let Some(p) = &self.about {
            put(&mut old.about.repositories, p.repositories.as_ref());
            put(&mut old.about.environments, p.environments.as_ref());
        }
        NewService { version: self.version, ..old }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::WorkloadBody;

    #[test]
    fn what_is_absent_stays_as_it_is_and_an_empty_text_clears() {
        let about = WorkloadBody { tier: "1".into(), goal: "Pay out".into(), ..WorkloadBody::default() };
        let old = NewWorkload { name: "A".into(), team: "t".into(), slug: None, about: about.clone(), version: Some(9) };
        let patch: WorkloadPatch = serde_json::from_str(r#"{"name":"B"}"#).unwrap();
        let new = patch.onto(old.clone());
        assert_eq!((new.name.as_str(), &new.about, new.version), ("B", &about, None));
        let patch: WorkloadPatch = serde_json::from_str(r#"{"about":{"tier":""}}"#).unwrap();
        let new = patch.onto(old);
        assert_eq!((new.about.tier.as_str(), new.about.goal.as_str()), ("", "Pay out"));
    }
}
