//! A notice to all developers (NOTAD): who has to know or do what by when, and which teams have said that they do.

mod stood;
#[cfg(test)]
pub(crate) mod tests;

use jiff::civil::Date;
use kernel::error::{Faults, Result};
use kernel::text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use stood::{
    Acknowledgement, AdoptionCount, Named, Notice, NoticeExemption, NoticeState, NoticeTeam, NoticeVersion, NoticeWorkload,
    OpenNotice, REMINDED, Withdrawn, label, named, number_of, reminds,
};

/// Characters of the text of a notice.
pub const TEXT: usize = 10_000;
/// Characters of a reason, a plan and the like.
pub const WORDS: usize = 1_000;
/// Names that an audience lists.
pub const NAMES: usize = 200;
/// Versions of one notice.
pub const VERSIONS: i64 = 100;

/// What is asked of whoever reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// To be read.
    Information,
    /// Something is to be done.
    ActionRequired,
    /// A standard is kept from its day on.
    Mandate,
}

impl NoticeKind {
    /// All of them, in the order in which pages list them.
    pub const ALL: [NoticeKind; 3] = [NoticeKind::Information, NoticeKind::ActionRequired, NoticeKind::Mandate];

    /// As it is stored and sent.
    pub const fn key(self) -> &'static str {
        match self {
            NoticeKind::Information => "information",
            NoticeKind::ActionRequired => "action-required",
            NoticeKind::Mandate => "mandate",
        }
    }

    /// As pages write it.
    pub const fn words(self) -> &'static str {
        match self {
            NoticeKind::Information => "information",
            NoticeKind::ActionRequired => "action required",
            NoticeKind::Mandate => "mandate",
        }
    }

    /// From what is sent.
    pub fn read(text: &str) -> Option<Self> {
        NoticeKind::ALL.into_iter().find(|k| k.key() == text)
    }
}

/// What a notice says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = NoticeContent)]
pub struct Content {
    /// What is asked of whoever reads it.
    pub kind: NoticeKind,
    /// One line.
    #[schema(min_length = 1, max_length = 200)]
    pub title: String,
    /// The text; of Markdown it may have paragraphs, lists, headings, bold, code and links.
    pub body: String,
    /// Why; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// What to do; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to_do: String,
    /// Who helps; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// The day from which it holds; empty for at once.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub effective: String,
    /// The last day to acknowledge it.
    pub acknowledge_by: String,
    /// The last day on which it stands; empty for until it is superseded.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub expires: String,
    /// Slugs of the teams that it is for; all of the group, or of the organisation, if none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<String>,
    /// Only for workloads of these tiers, and the teams that have one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<String>,
    /// Only for workloads of these lifecycles, and the teams that have one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lifecycles: Vec<String>,
    /// Slug of the standard that a mandate is about; its adoption shows for each workload.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub standard: String,
}

/// A notice as somebody issues it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewNotice {
    /// Slug of the group whose notice it is; the organisation's if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Number of the notice that it takes the place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<i64>,
    /// What it says.
    #[serde(flatten)]
    pub content: Content,
}

/// A new version of a notice. Every team is asked again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoticeChange {
    /// The version that it was made from.
    pub version: i64,
    /// Why it changes; the teams read it.
    pub reason: String,
    /// What it says now.
    #[serde(flatten)]
    pub content: Content,
}

/// That a team has read it, and what it plans.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAcknowledgement {
    /// Slug of the team.
    pub team: String,
    /// The version that was read.
    pub version: i64,
    /// What the team will do; may be empty where nothing is asked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub plan: String,
    /// By which day; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub planned: String,
}

/// Why a notice is withdrawn.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeWithdrawal {
    /// The reason, for the teams.
    pub reason: String,
}

fn day(faults: &mut Faults, at: &str, what: &str, text: &mut String) -> Option<Date> {
    *text = text.trim().to_owned();
    if text.is_empty() {
        return None;
    }
    match text.parse::<Date>() {
        Ok(d) if (2000..=2200).contains(&d.year()) => Some(d),
        _ => {
            faults.add(at, format!("{what} is “{}”. Write a day like 2026-12-04.", text::shown(text, 40)));
            None
        }
    }
}

fn words(faults: &mut Faults, at: &str, what: &str, text: &mut String, most: usize) {
    *text = text::prose(faults, at, what, text);
    let n = text.chars().count();
    faults.check(n <= most || n > text::PROSE, at, format!("{what} has {n} characters; at most {most} fit."));
}

fn names(faults: &mut Faults, at: &str, list: &mut Vec<String>) {
    for name in list.iter_mut() {
        *name = name.trim().to_owned();
    }
    list.retain(|n| !n.is_empty());
    list.sort();
    list.dedup();
    let good = list.len() <= NAMES && list.iter().all(|n| n.chars().count() <= 100 && !n.chars().any(char::is_control));
    faults.check(good, at, format!("At most {NAMES} names of up to 100 characters."));
}

impl Content {
    /// Trims what was typed and looks at it; `today` is the first day on which it can be acknowledged.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(mut self, today: Date) -> Result<Self> {
        let mut faults = Faults::new();
        self.title = text::name(&mut faults, "title", "The title", &self.title);
        words(&mut faults, "body", "The text", &mut self.body, TEXT);
        faults.check(!self.body.is_empty(), "body", "Say what the teams have to know or do.");
        words(&mut faults, "why", "The reason", &mut self.why, WORDS);
        words(&mut faults, "to_do", "What to do", &mut self.to_do, WORDS);
        words(&mut faults, "help", "Who helps", &mut self.help, WORDS);
        if self.kind != NoticeKind::Information {
            faults.check(!self.to_do.is_empty(), "to_do", "Something is asked of the teams: say what.");
        }
        let effective = day(&mut faults, "effective", "The day from which it holds", &mut self.effective);
        let by = day(&mut faults, "acknowledge_by", "The last day to acknowledge it", &mut self.acknowledge_by);
        let expires = day(&mut faults, "expires", "The last day", &mut self.expires);
        match by {
            None if self.acknowledge_by.is_empty() => faults.add("acknowledge_by", "Say until when the teams acknowledge it."),
            Some(by) if by < today => faults.add("acknowledge_by", format!("{by} is over. Choose a day from {today} on.")),
            _ => {}
        }
        if let (Some(e), Some(b)) = (expires, by.or(effective)) {
            faults.check(e >= b, "expires", format!("It would end on {e}, before {b}."));
        }
        if self.kind == NoticeKind::Mandate {
            faults.check(!self.effective.is_empty(), "effective", "A mandate names the day from which it holds.");
        }
        self.standard = self.standard.trim().to_owned();
        let fits = self.standard.is_empty() || self.kind == NoticeKind::Mandate;
        faults.check(fits, "standard", "Only a mandate is about a standard. Leave it out, or make it a mandate.");
        names(&mut faults, "teams", &mut self.teams);
        names(&mut faults, "tiers", &mut self.tiers);
        names(&mut faults, "lifecycles", &mut self.lifecycles);
        faults.done().map(|()| self)
    }

    /// True if only workloads of some tiers or lifecycles are meant.
    pub fn by_workload(&self) -> bool {
        !(self.tiers.is_empty() && self.lifecycles.is_empty())
    }

    /// Whether a workload of a tier and lifecycle is meant.
    pub fn means(&self, tier: &str, lifecycle: &str) -> bool {
        let among = |list: &[String], word: &str| list.is_empty() || list.iter().any(|n| n.eq_ignore_ascii_case(word));
        among(&self.tiers, tier) && among(&self.lifecycles, lifecycle)
    }
}

/// Checks a reason that somebody has to give.
///
/// # Errors
/// A fault at `reason`.
pub fn reason(text: &str, ask: &str) -> Result<String> {
    let mut faults = Faults::new();
    let mut reason = text.to_owned();
    words(&mut faults, "reason", "The reason", &mut reason, WORDS);
    faults.check(!reason.is_empty(), "reason", ask);
    faults.done().map(|()| reason)
}

impl NewAcknowledgement {
    /// Trims what was typed and looks at it.
    ///
    /// # Errors
    /// Every fault with its field; where something is asked, a plan is needed.
    pub fn check(mut self, kind: NoticeKind) -> Result<Self> {
        let mut faults = Faults::new();
        words(&mut faults, "plan", "The plan", &mut self.plan, WORDS);
        day(&mut faults, "planned", "The day", &mut self.planned);
        let asked = kind != NoticeKind::Information;
        faults.check(
            !asked || !self.plan.is_empty() || !self.planned.is_empty(),
            "plan",
            "Say what the team will do, or by which day.",
        );
        faults.done().map(|()| self)
    }
}
