//! The minutes of a session: one document, made when it is closed and never changed. Pages, Markdown and CSV are written from it and
//! from nothing else; its digest is in the trail. What comes up later is an addendum. Pure.

use kernel::error::{Error, Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::agenda::ItemKind;
use crate::attendance::Seat;
use crate::capture::{Capture, CaptureKind, Named};
use crate::told::{How, Treatment};

/// Addenda of one session at most.
pub const MOST_ADDENDA: usize = 100;

/// An item of the agenda with how long it took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MinutesItem {
    /// The item.
    pub id: Id,
    /// What it is.
    pub kind: ItemKind,
    /// As it was shown.
    pub title: String,
    /// The team, for a team's slot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<Named>,
    /// Planned seconds; 0 for what went by exception.
    pub planned: i64,
    /// Used seconds.
    pub used: i64,
    /// It had no slot of its own.
    #[serde(default)]
    pub exception: bool,
    /// The session was at it.
    pub reached: bool,
}

/// What the session did with the report of a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReportFate {
    /// It was ready, and closing the session marked it reviewed.
    ReviewedNow,
    /// It was marked reviewed before.
    ReviewedBefore,
    /// The team had not marked it ready, so it stays open.
    NotReady,
    /// The session did not talk about the team.
    NotTalked,
    /// The session is about no sprint, or nobody keeps reports.
    NoReport,
}

impl ReportFate {
    /// As minutes write it.
    pub fn words(self) -> &'static str {
        match self {
            ReportFate::ReviewedNow => "report reviewed",
            ReportFate::ReviewedBefore => "report reviewed before the session",
            ReportFate::NotReady => "report not ready, so not reviewed",
            ReportFate::NotTalked => "not talked about, report not reviewed",
            ReportFate::NoReport => "no report",
        }
    }
}

/// What was said of a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MinutesTeam {
    /// The team.
    pub team: Named,
    /// Its items of the agenda.
    pub items: Vec<Id>,
    /// What became of its report.
    pub report: ReportFate,
    /// The report; empty if there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub href: String,
    /// Its signals, a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<String>,
}

/// Lines under a heading: notices, capacity, anything that the session had before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MinutesBlock {
    /// The heading.
    pub title: String,
    /// A sentence each.
    pub lines: Vec<String>,
}

/// The working agreement as it was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MinutesAgreement {
    /// Its version; 0 if it has none.
    pub version: i64,
    /// Its text.
    pub text: String,
}

/// The newest seal of the trail when the minutes were made: a cut tail shows against it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MinutesCheckpoint {
    /// Number of the seal; 0 if there was none yet.
    pub number: i64,
    /// Its hash.
    pub hash: String,
}

/// The minutes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionMinutes)]
pub struct Minutes {
    /// Name of the organisation.
    pub organisation: String,
    /// The session.
    pub session: Id,
    /// Whose session it was.
    pub forum: Named,
    /// "Review of sprint 22".
    pub title: String,
    /// "Thursday 19 November 2026, 10:00 to 12:00", as it was planned.
    pub when: String,
    /// Zone in which the session's times are shown.
    pub zone: String,
    /// The sprint whose reports it was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sprint: Option<i64>,
    /// Planned start.
    pub starts: Time,
    /// Planned end.
    pub ends: Time,
    /// When it was opened.
    pub opened_at: Time,
    /// When it was closed.
    pub closed_at: Time,
    /// Who ran it.
    pub facilitator: String,
    /// Room or link.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// The working agreement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<MinutesAgreement>,
    /// Who was there.
    pub attendance: Vec<Seat>,
    /// The agenda, planned and used.
    pub agenda: Vec<MinutesItem>,
    /// What was said of each team, in the teams' fixed order.
    pub teams: Vec<MinutesTeam>,
    /// What was captured, in the server's order; what was taken back is left out.
    pub captures: Vec<Capture>,
    /// What became of earlier actions, in the order in which it was said.
    pub treated: Vec<Treatment>,
    /// What the session had before it beside reports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<MinutesBlock>,
    /// The trail when they were made.
    pub checkpoint: MinutesCheckpoint,
}

/// Something that came up after a session was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewMinutesAddendum)]
pub struct NewAddendum {
    /// Plain text.
    pub text: String,
}

impl NewAddendum {
    /// The text as it is stored.
    ///
    /// # Errors
    /// Faults at `text`.
    pub fn check(&self) -> Result<String> {
        let mut faults = Faults::new();
        let said = text::prose(&mut faults, "text", "The addendum", &self.text);
        faults.check(!said.is_empty(), "text", "Nothing is said. Type what came up.");
        faults.done().map(|()| said)
    }
}

/// What came up after a session was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = MinutesAddendum)]
pub struct Addendum {
    /// Plain text.
    pub text: String,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: Time,
}

/// Minutes as they were stored, with what came up later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = StoredMinutes)]
pub struct Kept {
    /// SHA-256 of the stored document; also in the trail.
    pub digest: String,
    /// The document.
    pub minutes: Minutes,
    /// What came up later, oldest first.
    pub addenda: Vec<Addendum>,
}

impl Minutes {
    /// Planned and used seconds in all.
    pub fn sums(&self) -> (i64, i64) {
        self.agenda.iter().fold((0, 0), |(p, u), i| (p + i.planned, u + i.used))
    }

    /// Captures of a kind.
    pub fn of(&self, kind: CaptureKind) -> Vec<&Capture> {
        self.captures.iter().filter(|c| c.kind == kind).collect()
    }

    /// Earlier actions that became so.
    pub fn became(&self, how: How) -> Vec<&Treatment> {
        self.treated.iter().filter(|t| t.how == how).collect()
    }

    /// Captures that belong to a team: said in its slot, or about it.
    pub fn about<'a>(&'a self, team: &'a MinutesTeam) -> impl Iterator<Item = &'a Capture> {
        let is = |n: &Option<Named>| n.as_ref().is_some_and(|n| n.slug == team.team.slug);
        self.captures.iter().filter(move |c| is(&c.team) || is(&c.to) || c.item.is_some_and(|i| team.items.contains(&i)))
    }

    /// Teams whose report was not reviewed because it was not ready.
    pub fn not_ready(&self) -> Vec<&str> {
        self.teams.iter().filter(|t| t.report == ReportFate::NotReady).map(|t| t.team.name.as_str()).collect()
    }

    /// Teams that the session did not come to, of those whose report it was about.
    pub fn not_talked(&self) -> Vec<&str> {
        self.teams.iter().filter(|t| t.report == ReportFate::NotTalked).map(|t| t.team.name.as_str()).collect()
    }

    /// "Not reviewed: Documents was not ready; Accounts and Booking were not talked about." Empty if every report was.
    pub fn left_out(&self) -> String {
        let of = |names: Vec<&str>, one: &str, many: &str| {
            (!names.is_empty()).then(|| format!("{} {}", html::listed(&names), html::plural(names.len(), one, many)))
        };
        let parts: Vec<String> = [
            of(self.not_ready(), "was not ready", "were not ready"),
            of(self.not_talked(), "was not talked about", "were not talked about"),
        ]
        .into_iter()
        .flatten()
        .collect();
        if parts.is_empty() { String::new() } else { format!("Not reviewed: {}.", parts.join("; ")) }
    }

    /// Planned and used seconds of the whole session.
    pub fn took(&self) -> (i64, i64) {
        (i64::try_from(self.ends.since(self.starts).as_secs()).unwrap_or(0), self.sums().1)
    }

    /// "two actions and one win" of what belongs to a team; empty for none.
    pub fn counted_of(&self, team: &MinutesTeam) -> String {
        let own: Vec<Capture> = self.about(team).cloned().collect();
        html::listed(&counts(&own))
    }

    /// The bytes that are stored and whose digest is in the trail.
    ///
    /// # Errors
    /// [`Error::Internal`] if it cannot be written.
    pub fn sealed(&self) -> Result<String> {
        serde_json::to_string(self).map_err(Error::internal)
    }

    /// "Two actions, one decision and three wins were captured."
    pub fn counted(&self) -> String {
        let parts = counts(&self.captures);
        match self.captures.len() {
            0 => "Nothing was captured.".to_owned(),
            1 => format!("{} was captured.", html::capital(&html::listed(&parts))),
            _ => format!("{} were captured.", html::capital(&html::listed(&parts))),
        }
    }
}

/// "two actions", "one win" and so on.
fn counts(captures: &[Capture]) -> Vec<String> {
    let word = |kind: CaptureKind, n: usize| match (kind, n) {
        (CaptureKind::ParkingLot, 1) => "one thing for later".to_owned(),
        (CaptureKind::ParkingLot, n) => format!("{} things for later", html::count_word(n)),
        (k, 1) => format!("one {}", k.title().to_lowercase()),
        (k, n) => format!("{} {}", html::count_word(n), k.heading().to_lowercase()),
    };
    crate::capture::by_kind(captures).into_iter().map(|(k, list)| word(k, list.len())).collect()
}

#[cfg(test)]
pub(crate) mod tests;
