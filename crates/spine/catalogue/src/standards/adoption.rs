//! How far each workload is with a standard: what its team says, an exemption, and how many keep it. Pure.

use std::collections::HashMap;

use jiff::civil::Date;
use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Standard;
use crate::exemptions::{Exemption, ExemptionKind, holding, waiting};
use crate::rules::{Workload, check_url};

/// What a team says of one standard for one workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// The workload.
    pub workload: Id,
    /// The standard.
    pub standard: Id,
    /// It is kept.
    pub adopted: bool,
    /// Where that can be seen, or nothing.
    pub evidence: String,
    /// The day on which somebody looked.
    pub day: String,
    /// Words on it.
    pub note: String,
    /// Who said it.
    pub by: String,
    /// Raised with each change.
    pub version: i64,
}

/// What a team says, as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAdoption {
    /// True if the workload keeps the standard, false if not yet.
    pub adopted: bool,
    /// Where that can be seen: `https://..`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub evidence: String,
    /// The day on which somebody looked, `2026-11-24`; today if absent.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub day: String,
    /// Words on it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The version that the caller saw; 0 if nobody had said anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

/// A day that somebody typed: today if empty, never one to come.
pub(crate) fn looked_at(faults: &mut Faults, at: &str, day: &str, today: Date) -> String {
    let day = day.trim();
    if day.is_empty() {
        return today.to_string();
    }
    // jiff also reads compact forms; one spelling per day.
    match day.parse::<Date>().ok().filter(|_| day.len() == 10) {
        Some(d) if d > today => faults.add(at, format!("{d} has not come yet. Say when somebody looked.")),
        Some(d) => return d.to_string(),
        None => faults.add(at, format!("“{}” is no day. Write it like 2026-11-24.", kernel::text::shown(day, 40))),
    }
    String::new()
}

impl NewAdoption {
    /// Checks what somebody typed, on a day.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(mut self, today: Date) -> Result<Self> {
        let mut faults = Faults::new();
        self.evidence = self.evidence.trim().to_owned();
        if !self.evidence.is_empty() {
            check_url(&mut faults, "evidence".into(), &self.evidence, &["https://", "http://"]);
        }
        self.day = looked_at(&mut faults, "day", &self.day, today);
        self.note = text::prose(&mut faults, "note", "The note", &self.note);
        faults.done().map(|()| self)
    }
}

/// How far a workload is with a standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AdoptionState {
    /// It keeps it.
    Adopted,
    /// It does not keep it yet.
    NotYet,
    /// An approver of the pillar let it off for a time.
    Exempt,
    /// It does not apply, for a reason.
    NotApplicable,
    /// Nobody has said.
    Unknown,
}

/// A standard for one workload, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Adopted {
    /// Slug of the standard.
    pub standard: String,
    /// Slug of the workload.
    pub workload: String,
    /// How far.
    pub state: AdoptionState,
    /// Why: of an exemption or of what does not apply, else the team's note.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Who approved an exemption, who ruled it out, or who said how far it is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// Last day of an exemption.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub until: String,
    /// Where it can be seen.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub evidence: String,
    /// The day on which somebody looked.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub day: String,
    /// Last day of an exemption that waits for a decision.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub asked_until: String,
    /// For the next change; 0 if nobody has said anything.
    pub version: i64,
}

/// How far a workload is. What is kept needs no exemption; an exemption counts until it ends, then the team's word again.
pub fn adopted(s: &Standard, w: &Workload, said: Option<&Adoption>, exemptions: &[Exemption], today: Date) -> Adopted {
    let held = holding(exemptions, "", Some(s.id), Some(w.id), today);
    let asked = waiting(exemptions, "", Some(s.id), Some(w.id), today);
    let mut out = Adopted {
        standard: s.slug.clone(),
        workload: w.slug.clone(),
        state: AdoptionState::Unknown,
        reason: String::new(),
        by: String::new(),
        until: String::new(),
        evidence: said.map(|a| a.evidence.clone()).unwrap_or_default(),
        day: said.map(|a| a.day.clone()).unwrap_or_default(),
        asked_until: asked.map(|e| e.until.clone()).unwrap_or_default(),
        version: said.map_or(0, |a| a.version),
    };
    match (said, held) {
        (Some(a), _) if a.adopted => {
            (out.state, out.reason, out.by) = (AdoptionState::Adopted, a.note.clone(), a.by.clone());
        }
        (_, Some(e)) if e.kind == ExemptionKind::Exempt => {
            (out.state, out.reason, out.by) = (AdoptionState::Exempt, e.reason.clone(), e.decided_name.clone());
            out.until = e.until.clone();
        }
        (_, Some(e)) => {
            (out.state, out.reason, out.by) = (AdoptionState::NotApplicable, e.reason.clone(), e.asked_name.clone());
        }
        (Some(a), None) => (out.state, out.reason, out.by) = (AdoptionState::NotYet, a.note.clone(), a.by.clone()),
        (None, None) => {}
    }
    out
}

/// How many of all workloads keep a standard: "7 of 10 workloads".
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Prevalence {
    /// Workloads that keep it.
    pub adopted: usize,
    /// Workloads to which it applies.
    pub of: usize,
    /// Of these, exempt for a time.
    pub exempt: usize,
    /// Of these, nobody has said.
    pub unknown: usize,
    /// Workloads to which it does not apply.
    pub not_applicable: usize,
}

/// Counts states of one standard.
pub fn prevalence<'a>(all: impl Iterator<Item = &'a Adopted>) -> Prevalence {
    let mut out = Prevalence::default();
    for a in all {
        match a.state {
            AdoptionState::NotApplicable => {
                out.not_applicable += 1;
                continue;
            }
            AdoptionState::Adopted => out.adopted += 1,
            AdoptionState::Exempt => out.exempt += 1,
            AdoptionState::Unknown => out.unknown += 1,
            AdoptionState::NotYet => {}
        }
        out.of += 1;
    }
    out
}

/// What adoption is decided from: what teams said and their exemptions, by workload and by team.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// By workload and standard.
    pub adoptions: HashMap<(Id, Id), Adoption>,
    /// By team.
    pub exemptions: HashMap<Id, Vec<Exemption>>,
    /// Today in the zone of each team's group.
    pub today: HashMap<Id, Date>,
}

impl Said {
    /// How far a workload is with a standard.
    pub fn of(&self, s: &Standard, w: &Workload) -> Adopted {
        let exemptions = self.exemptions.get(&w.team).map_or(&[][..], Vec::as_slice);
        let today = self.today.get(&w.team).copied().unwrap_or_default();
        adopted(s, w, self.adoptions.get(&(w.id, s.id)), exemptions, today)
    }
}

#[cfg(test)]
mod tests {
    use kernel::time::Time;

    use super::super::tests::standard;
    use super::*;
    use crate::rules::WorkloadBody;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn workload() -> Workload {
        Workload {
            id: Id::from_u128(2),
            slug: "shop".into(),
            name: "Shop".into(),
            team: Id::from_u128(3),
            body: WorkloadBody::default(),
            archived_at: None,
            version: 1,
        }
    }

    fn said(adopted: bool) -> Adoption {
        Adoption {
            workload: Id::from_u128(2),
            standard: Id::from_u128(1),
            adopted,
            evidence: String::new(),
            day: "2026-11-01".into(),
            note: "soon".into(),
            by: "Maya".into(),
            version: 4,
        }
    }

    fn exempt(kind: ExemptionKind) -> Exemption {
        Exemption {
            id: Id::from_u128(9),
            kind,
            team: Id::from_u128(3),
            subject: Some(Id::from_u128(2)),
            metric: String::new(),
            standard: Some(Id::from_u128(1)),
            pillar: "operations".into(),
            title: String::new(),
            reason: "goes away in spring".into(),
            until: if kind == ExemptionKind::Exempt { "2026-12-31".into() } else { String::new() },
            asked_by: "person:1".into(),
            asked_name: "Maya".into(),
            asked_at: Time(0),
            decided_name: "Samir".into(),
            decided_at: Some(Time(1)),
            approved: true,
            words: String::new(),
            ended_name: String::new(),
            ended_at: None,
        }
    }

    #[test]
    fn an_exemption_counts_until_it_ends_and_never_over_what_is_kept() {
        let all = [exempt(ExemptionKind::Exempt)];
        let at = |said: Option<&Adoption>, all: &[Exemption], on: &str| adopted(&standard(), &workload(), said, all, day(on));
        let held = at(Some(&said(false)), &all, "2026-12-31");
        assert_eq!((held.state, held.by.as_str(), held.until.as_str()), (AdoptionState::Exempt, "Samir", "2026-12-31"));
        assert_eq!(at(Some(&said(false)), &all, "2027-01-01").state, AdoptionState::NotYet);
        assert_eq!(at(None, &all, "2027-01-01").state, AdoptionState::Unknown);
        assert_eq!(at(Some(&said(true)), &all, "2026-12-01").state, AdoptionState::Adopted);
        let ruled_out = at(None, &[exempt(ExemptionKind::NotApplicable)], "2030-01-01");
        assert_eq!((ruled_out.state, ruled_out.by.as_str()), (AdoptionState::NotApplicable, "Maya"));
    }

    #[test]
    fn what_does_not_apply_is_not_among_all() {
        let one = |state| Adopted { state, ..adopted(&standard(), &workload(), None, &[], day("2026-11-01")) };
        use AdoptionState::{Adopted as Yes, Exempt, NotApplicable, NotYet, Unknown};
        let all = [Yes, Yes, NotYet, Exempt, NotApplicable, Unknown].map(one);
        let expected = Prevalence { adopted: 2, of: 5, exempt: 1, unknown: 1, not_applicable: 1 };
        assert_eq!(prevalence(all.iter()), expected);
    }

    #[test]
    fn a_day_to_come_and_an_odd_address_are_refused() {
        let new = NewAdoption { evidence: "ftp://x".into(), day: "2026-11-30".into(), ..NewAdoption::default() };
        let kernel::Error::Invalid(faults) = new.check(day("2026-11-26")).unwrap_err() else { panic!() };
        assert_eq!(faults.iter().map(|f| f.at.as_str()).collect::<Vec<_>>(), ["evidence", "day"]);
        assert_eq!(NewAdoption::default().check(day("2026-11-26")).unwrap().day, "2026-11-26");
    }
}
