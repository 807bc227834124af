//! Exemptions from a row of the report or from a standard, and rows that do not apply. Pure.

use jiff::civil::Date;
use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Longest that an exemption holds, in days; it can be asked for again.
pub const MOST_DAYS: i32 = 366;

/// Exempt for a time, or not applicable at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ExemptionKind {
    /// Asked for by the team, approved for a time.
    Exempt,
    /// Ruled out by the team, with a reason.
    NotApplicable,
}

impl ExemptionKind {
    /// As it is stored.
    pub fn key(self) -> &'static str {
        match self {
            ExemptionKind::Exempt => "exempt",
            ExemptionKind::NotApplicable => "not-applicable",
        }
    }
}

/// How an exemption stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExemptionStanding {
    /// Waits for an approver of the pillar.
    Asked,
    /// Counts.
    Holds,
    /// An approver said no.
    Refused,
    /// Its last day is over.
    Expired,
    /// Taken back by the team.
    Withdrawn,
}

/// What it is from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    /// The workload or service; none for the team.
    pub subject: Option<Id>,
    /// Key of the metric, or empty.
    pub metric: String,
    /// Id of the standard, or none.
    pub standard: Option<Id>,
    /// Key of the pillar that both belong to.
    pub pillar: String,
    /// "Error rate, Checkout": as it is listed.
    pub title: String,
}

/// An exemption, or what a team ruled out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Exemption {
    /// Its id.
    pub id: Id,
    /// Exempt, or not applicable.
    pub kind: ExemptionKind,
    /// The team.
    pub team: Id,
    /// The workload or service; absent for the team.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Id>,
    /// Key of the metric.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub metric: String,
    /// Id of the standard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standard: Option<Id>,
    /// Key of the pillar.
    pub pillar: String,
    /// What it is from.
    pub title: String,
    /// Why.
    pub reason: String,
    /// Its last day, in the zone of the team's group; empty for what does not apply.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub until: String,
    /// Who asked, as the trail names actors.
    pub asked_by: String,
    /// Who asked.
    pub asked_name: String,
    /// When.
    pub asked_at: Time,
    /// Who decided.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub decided_name: String,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Time>,
    /// The decision was yes.
    pub approved: bool,
    /// What the approver said.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// Who took it back.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub ended_name: String,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Time>,
}

impl Exemption {
    /// How it stands on a day of the group's zone.
    pub fn standing(&self, today: Date) -> ExemptionStanding {
        let over = self.until.parse::<Date>().is_ok_and(|last| today > last);
        match (self.kind, self.ended_at, self.decided_at) {
            (_, Some(_), _) => ExemptionStanding::Withdrawn,
            (ExemptionKind::NotApplicable, ..) => ExemptionStanding::Holds,
            (_, _, Some(_)) if !self.approved => ExemptionStanding::Refused,
            _ if over => ExemptionStanding::Expired,
            (_, _, Some(_)) => ExemptionStanding::Holds,
            (_, _, None) => ExemptionStanding::Asked,
        }
    }
}

/// What holds for a target on a day; the newest counts.
pub fn holding<'a>(
    all: &'a [Exemption],
    metric: &str,
    standard: Option<Id>,
    subject: Option<Id>,
    today: Date,
) -> Option<&'a Exemption> {
    all.iter().rev().find(|e| {
        e.metric == metric && e.standard == standard && e.subject == subject && e.standing(today) == ExemptionStanding::Holds
    })
}

/// What waits for a decision about a target.
pub fn waiting<'a>(
    all: &'a [Exemption],
    metric: &str,
    standard: Option<Id>,
    subject: Option<Id>,
    today: Date,
) -> Option<&'a Exemption> {
    all.iter().rev().find(|e| {
        e.metric == metric && e.standard == standard && e.subject == subject && e.standing(today) == ExemptionStanding::Asked
    })
}

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Exempt, or not applicable.
    pub kind: ExemptionKind,
    /// Why.
    pub reason: String,
    /// The last day, `2027-01-31`; needed to be exempt, empty for what does not apply.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub until: String,
}

fn reason(faults: &mut Faults, text: &str, what: &str) -> String {
    let text = text::prose(faults, "reason", "The reason", text);
    if text.is_empty() {
        faults.add("reason", what);
    } else if text.chars().count() > 2000 {
        faults.add("reason", "A reason has at most 2000 characters; say it shorter and link to the rest.");
    }
    text
}

impl Asked {
    /// Checks what somebody typed, on a day.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(mut self, today: Date) -> Result<Self> {
        let mut faults = Faults::new();
        self.reason = reason(&mut faults, &self.reason, "Say why; everybody who reads the report sees it.");
        let until = self.until.trim().to_owned();
        match (self.kind, until.parse::<Date>()) {
            (ExemptionKind::NotApplicable, _) => {
                faults.check(
                    until.is_empty(),
                    "until",
                    "What does not apply has no last day. Leave it empty, or ask to be exempt.",
                );
            }
            (ExemptionKind::Exempt, Err(_)) => {
                faults.add(
                    "until",
                    format!("“{}” is no day. Write the last day like 2027-01-31.", until.chars().take(40).collect::<String>()),
                );
            }
            (ExemptionKind::Exempt, Ok(last)) => {
                let most = today.saturating_add(jiff::Span::new().days(MOST_DAYS));
                faults.check(last >= today, "until", format!("{last} is over. Choose a day from {today} on."));
                faults.check(
                    last <= most,
                    "until",
                    format!("An exemption holds at most {MOST_DAYS} days, to {most}. Ask again before it ends."),
                );
                self.until = last.to_string();
            }
        }
        faults.done().map(|()| self)
    }
}

/// What an approver says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Yes or no.
    pub approve: bool,
    /// Why; needed for no.
    #[serde(default)]
    pub reason: String,
}

impl Decision {
    /// Checks what somebody typed.
    ///
    /// # Errors
    /// A refusal without a reason.
    pub fn check(mut self) -> Result<Self> {
        let mut faults = Faults::new();
        self.reason = if self.approve {
            text::prose(&mut faults, "reason", "The reason", &self.reason)
        } else {
            reason(&mut faults, &self.reason, "Say why not, so that the team knows what would be needed.")
        };
        faults.done().map(|()| self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn one() -> Exemption {
        Exemption {
            id: Id::from_u128(1),
            kind: ExemptionKind::Exempt,
            team: Id::from_u128(2),
            subject: None,
            metric: "rotated".into(),
            standard: None,
            pillar: "security".into(),
            title: "Rotated".into(),
            reason: "once a year".into(),
            until: "2027-01-31".into(),
            asked_by: "person:3".into(),
            asked_name: "Samir".into(),
            asked_at: Time(0),
            decided_name: String::new(),
            decided_at: None,
            approved: false,
            words: String::new(),
            ended_name: String::new(),
            ended_at: None,
        }
    }

    #[test]
    fn it_holds_to_the_end_of_its_last_day_and_only_when_approved() {
        let asked = one();
        assert_eq!(asked.standing(day("2027-01-31")), ExemptionStanding::Asked);
        assert_eq!(asked.standing(day("2027-02-01")), ExemptionStanding::Expired);
        let yes = Exemption { decided_at: Some(Time(1)), approved: true, ..one() };
        assert_eq!(yes.standing(day("2027-01-31")), ExemptionStanding::Holds);
        assert_eq!(yes.standing(day("2027-02-01")), ExemptionStanding::Expired);
        let no = Exemption { decided_at: Some(Time(1)), ..one() };
        assert_eq!(no.standing(day("2027-01-01")), ExemptionStanding::Refused);
        let gone = Exemption { ended_at: Some(Time(2)), ..yes.clone() };
        assert_eq!(gone.standing(day("2027-01-01")), ExemptionStanding::Withdrawn);
        let never = Exemption { kind: ExemptionKind::NotApplicable, until: String::new(), ..one() };
        assert_eq!(never.standing(day("2099-01-01")), ExemptionStanding::Holds);
    }

    #[test]
    fn it_is_for_one_target() {
        let all = [Exemption { decided_at: Some(Time(1)), approved: true, ..one() }];
        let today = day("2027-01-01");
        assert!(holding(&all, "rotated", None, None, today).is_some());
        assert!(holding(&all, "rotated", None, Some(Id::from_u128(9)), today).is_none());
        assert!(holding(&all, "other", None, None, today).is_none());
        assert!(holding(&all, "", Some(Id::from_u128(9)), None, today).is_none());
    }

    #[test]
    fn bad_requests_are_refused_with_their_place() {
        let at = |kind, reason: &str, until: &str| match (Asked { kind, reason: reason.into(), until: until.into() })
            .check(day("2026-11-25"))
        {
            Err(kernel::Error::Invalid(faults)) => faults.into_iter().map(|f| f.at).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(at(ExemptionKind::Exempt, " ", ""), ["reason", "until"]);
        assert_eq!(at(ExemptionKind::Exempt, "x", "2026-11-24"), ["until"]);
        assert_eq!(at(ExemptionKind::Exempt, "x", "2027-11-27"), ["until"]);
        assert_eq!(at(ExemptionKind::NotApplicable, "x", "2027-01-01"), ["until"]);
        let last = Asked { kind: ExemptionKind::Exempt, reason: "x".into(), until: "2027-11-26".into() };
        assert!(last.check(day("2026-11-25")).is_ok());
        assert!(Decision { approve: false, reason: " ".into() }.check().is_err());
        assert!(Decision { approve: true, reason: " ".into() }.check().is_ok());
    }
}
