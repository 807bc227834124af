//! How a notice stands: with which teams, and what is still asked of whom.

use jiff::civil::Date;
use kernel::error::{Error, Result};
use kernel::text;
use kernel::time::Time;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Content, NoticeKind};

/// How a notice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeState {
    /// Teams have yet to acknowledge it, or workloads to adopt it.
    Open,
    /// Every team has acknowledged it.
    Done,
    /// A mandate that every team has acknowledged, from its day on.
    InForce,
    /// Another took its place.
    Superseded,
    /// Its last day is over.
    Expired,
    /// It was taken back.
    Withdrawn,
}

impl NoticeState {
    /// True while teams are asked for something.
    pub const fn stands(self) -> bool {
        matches!(self, NoticeState::Open | NoticeState::InForce | NoticeState::Done)
    }

    /// As pages write it.
    pub const fn words(self) -> &'static str {
        match self {
            NoticeState::Open => "Open",
            NoticeState::Done => "Done",
            NoticeState::InForce => "In force",
            NoticeState::Superseded => "Superseded",
            NoticeState::Expired => "Expired",
            NoticeState::Withdrawn => "Withdrawn",
        }
    }
}

/// A group, team or workload by slug and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NoticeNamed)]
pub struct Named {
    /// Slug.
    pub slug: String,
    /// Name.
    pub name: String,
}

/// That a team has read a version and planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Acknowledgement {
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Time,
    /// What the team will do; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub plan: String,
    /// By which day; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub planned: String,
}

/// A workload that a mandate is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NoticeWorkload {
    /// The workload.
    pub workload: Named,
    /// Whether it keeps the standard; absent if nobody has said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adopted: Option<bool>,
    /// Where that can be seen, or words on it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub evidence: String,
    /// Who said it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// On which day, `2026-11-09`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub day: String,
    /// Why the standard does not hold for it, if it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exempt: Option<NoticeExemption>,
}

impl NoticeWorkload {
    /// It keeps the standard, or need not.
    pub fn is_done(&self) -> bool {
        self.adopted == Some(true) || self.exempt.is_some()
    }
}

/// Why a standard does not hold for a workload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NoticeExemption {
    /// The reason.
    pub reason: String,
    /// Who approved it, or ruled it out.
    pub by: String,
    /// Its last day; empty for what does not apply at all.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub until: String,
}

/// A team that a notice is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NoticeTeam {
    /// The team.
    pub team: Named,
    /// What it said of the newest version; absent if it has not yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Acknowledgement>,
    /// Its workloads that are meant; empty unless the notice is about a standard or about some workloads.
    pub workloads: Vec<NoticeWorkload>,
}

impl NoticeTeam {
    /// Nothing more is asked of the team: it has acknowledged it, and its workloads keep the standard, if there is one, or are exempt.
    pub fn is_done(&self, standard: bool) -> bool {
        self.acknowledged.is_some() && (!standard || self.workloads.iter().all(NoticeWorkload::is_done))
    }
}

/// How far workloads are with a standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdoptionCount {
    /// They keep it.
    pub adopted: usize,
    /// Nobody has said anything of them, and they are not exempt.
    pub unknown: usize,
    /// They are exempt, or it does not apply to them.
    pub exempt: usize,
    /// All that are meant.
    pub all: usize,
}

/// Everything that a notice ever said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NoticeVersion {
    /// Its number.
    pub version: i64,
    /// What it said.
    pub content: Content,
    /// Why it changed; empty for the first.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// Who issued it.
    pub by: String,
    /// When.
    pub at: Time,
}

/// How a notice was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NoticeWithdrawn)]
pub struct Withdrawn {
    /// By whom.
    pub by: String,
    /// When.
    pub at: Time,
    /// Why.
    pub why: String,
}

/// A notice with the teams that it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Notice {
    /// Its number: notice 31 is `N-31`.
    pub number: i64,
    /// The group whose notice it is; absent if it is the organisation's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Named>,
    /// What it says.
    #[serde(flatten)]
    pub content: Content,
    /// Raised with each change; each asks every team again.
    pub version: i64,
    /// How it stands.
    pub state: NoticeState,
    /// Number of the notice that it took the place of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<i64>,
    /// Number of the notice that took its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<i64>,
    /// When it was issued.
    pub issued_at: Time,
    /// By whom.
    pub issued_by: String,
    /// How it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Withdrawn>,
    /// The teams that it is for, in alphabetical order.
    pub teams: Vec<NoticeTeam>,
}

impl Notice {
    /// "N-31".
    pub fn label(&self) -> String {
        label(self.number)
    }

    /// Its page.
    pub fn href(&self) -> String {
        format!("/notices/{}", self.number)
    }

    /// Teams that have acknowledged the newest version, and all.
    pub fn acknowledged(&self) -> (usize, usize) {
        (self.teams.iter().filter(|t| t.acknowledged.is_some()).count(), self.teams.len())
    }

    /// Names of the teams that have not.
    pub fn missing(&self) -> Vec<&str> {
        self.teams.iter().filter(|t| t.acknowledged.is_none()).map(|t| t.team.name.as_str()).collect()
    }

    /// "N-31, TLS 1.2 is switched off: Billing and Search have yet to acknowledge it".
    pub fn missing_words(&self) -> String {
        let missing = self.missing();
        let of = format!("{}, {}", self.label(), self.content.title);
        match missing.len() {
            0 => of,
            n => format!("{of}: {} {} yet to acknowledge it", named(&missing), html::plural(n, "has", "have")),
        }
    }

    /// Something is still asked of a team.
    pub fn asks(&self) -> bool {
        let standard = !self.content.standard.is_empty();
        self.teams.iter().any(|t| !t.is_done(standard))
    }

    /// How far the workloads are with the standard.
    pub fn adopted(&self) -> AdoptionCount {
        let all: Vec<_> = self.teams.iter().flat_map(|t| &t.workloads).collect();
        let bound = all.iter().filter(|w| w.exempt.is_none());
        let of = |a: Option<bool>| bound.clone().filter(|w| w.adopted == a).count();
        AdoptionCount { adopted: of(Some(true)), unknown: of(None), exempt: all.len() - bound.clone().count(), all: all.len() }
    }

    /// Days since its last day to acknowledge, while a team has yet to.
    pub fn late(&self, today: Date) -> Option<i64> {
        let by = self.content.acknowledge_by.parse::<Date>().ok()?;
        let days = i64::from(by.until(today).ok()?.get_days());
        (days > 0 && self.state == NoticeState::Open && !self.missing().is_empty()).then_some(days)
    }

    /// "N-31, TLS 1.2 is switched off: 8 of 10 teams have acknowledged it; Billing and Search have until 4 Dec 2026. 3 of 12 workloads
    /// have adopted it, 1 is exempt." For minutes of a day.
    pub fn words(&self, today: Date) -> String {
        let ((k, n), missing, c) = (self.acknowledged(), self.missing(), self.adopted());
        let by = self.content.acknowledge_by.parse::<Date>().map(|d| d.strftime("%-d %b %Y").to_string()).unwrap_or_default();
        let until = |have: &str| match self.late(today) {
            Some(days) => format!("had until {by}, {days} {} ago", html::plural(usize::try_from(days).unwrap_or(0), "day", "days")),
            None => format!("{have} until {by}"),
        };
        let mut out = format!("{}, {}: ", self.label(), self.content.title);
        match (missing.len(), k) {
            (0, _) => out.push_str("every team has acknowledged it."),
            (_, 0) => out.push_str(&format!("no team has acknowledged it yet; they {}.", until("have"))),
            (m, _) => {
                let have = html::plural(k, "has", "have");
                let who = html::plural(m, "has", "have");
                out.push_str(&format!("{k} of {n} teams {have} acknowledged it; {} {}.", named(&missing), until(who)));
            }
        }
        if !self.content.standard.is_empty() && c.all > 0 {
            out.push_str(&format!(" {} of {} workloads {} adopted it", c.adopted, c.all, html::plural(c.adopted, "has", "have")));
            if c.exempt > 0 {
                out.push_str(&format!(", {} {} exempt", c.exempt, html::plural(c.exempt, "is", "are")));
            }
            out.push('.');
        }
        out
    }

    /// Fills in how it stands on a day.
    #[must_use]
    pub fn derived(mut self, today: Date) -> Self {
        let over = |day: &str| day.parse::<Date>().is_ok_and(|d| d < today);
        let (k, n) = self.acknowledged();
        let begun = !self.content.effective.parse::<Date>().is_ok_and(|d| d > today);
        self.state = if self.withdrawn.is_some() {
            NoticeState::Withdrawn
        } else if self.superseded_by.is_some() {
            NoticeState::Superseded
        } else if over(&self.content.expires) {
            NoticeState::Expired
        } else if k < n {
            NoticeState::Open
        } else if self.content.kind == NoticeKind::Mandate {
            if begun { NoticeState::InForce } else { NoticeState::Open }
        } else {
            NoticeState::Done
        };
        self
    }
}

/// Teams in a sentence: at most five by name.
pub fn named(missing: &[&str]) -> String {
    match missing.len().checked_sub(NAMED + 1) {
        None => html::listed(missing),
        Some(more) => format!("{} and {} more", missing[..NAMED].join(", "), more + 1),
    }
}

/// "N-31".
pub fn label(number: i64) -> String {
    format!("N-{number}")
}

/// The number of a notice, from an address: `31` or `N-31`.
///
/// # Errors
/// [`Error::NotFound`].
pub fn number_of(typed: &str) -> Result<i64> {
    let bare = typed.strip_prefix("N-").or_else(|| typed.strip_prefix("n-")).unwrap_or(typed);
    bare.parse().map_err(|_| Error::not_found("notice", text::shown(typed, 60)))
}

/// What is still asked of a team, for its report and for the session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OpenNotice {
    /// Its number.
    pub number: i64,
    /// Its page.
    pub href: String,
    /// One line.
    pub title: String,
    /// What is asked.
    pub kind: NoticeKind,
    /// The last day to acknowledge it.
    pub acknowledge_by: String,
    /// The team has acknowledged it.
    pub acknowledged: bool,
    /// Names of the team's workloads that do not keep the standard yet.
    pub workloads: Vec<String>,
}

/// Teams that a sentence names at most.
const NAMED: usize = 5;

/// Days before the last one on which teams that have not acknowledged it are reminded; after it once a week.
pub const REMINDED: [i32; 3] = [3, 1, 0];

/// Whether teams are reminded of a last day on `today`.
pub fn reminds(by: &str, today: Date) -> bool {
    let Ok(by) = by.parse::<Date>() else { return false };
    let left = today.until(by).map_or(0, |s| s.get_days());
    REMINDED.contains(&left) || (left < 0 && left % 7 == 0)
}
