//! What a session captures: actions, decisions, connections, tech shares, wins, questions, things for later. Each says where it was
//! said and what caused it. Pure.

use actions::Origin;
use jiff::civil::Date;
use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Captures of one session at most.
pub const MOST: i64 = 1_000;

/// Characters of what was captured, and of its reason, at most. An action has at most as many as a name.
pub const MOST_WORDS: usize = 2_000;

/// What kind of thing was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CaptureKind {
    /// Somebody does something by a day: it stands in the register at once.
    Action,
    /// The room decided something: it enters the ledger when the session is closed.
    Decision,
    /// One team has what another needs.
    Connection,
    /// Something that others should hear in full, on another day.
    TechShare,
    /// Something went well.
    Win,
    /// A question that nobody could answer.
    Question,
    /// Something for later, so that the session can go on.
    ParkingLot,
}

impl CaptureKind {
    /// All, in the order in which they are offered and told.
    pub const ALL: [CaptureKind; 7] = [
        CaptureKind::Action,
        CaptureKind::Decision,
        CaptureKind::Connection,
        CaptureKind::TechShare,
        CaptureKind::Win,
        CaptureKind::Question,
        CaptureKind::ParkingLot,
    ];

    /// As it is stored and sent.
    pub fn key(self) -> &'static str {
        match self {
            CaptureKind::Action => "action",
            CaptureKind::Decision => "decision",
            CaptureKind::Connection => "connection",
            CaptureKind::TechShare => "tech-share",
            CaptureKind::Win => "win",
            CaptureKind::Question => "question",
            CaptureKind::ParkingLot => "parking-lot",
        }
    }

    /// "Tech share".
    pub fn title(self) -> &'static str {
        match self {
            CaptureKind::Action => "Action",
            CaptureKind::Decision => "Decision",
            CaptureKind::Connection => "Connection",
            CaptureKind::TechShare => "Tech share",
            CaptureKind::Win => "Win",
            CaptureKind::Question => "Question",
            CaptureKind::ParkingLot => "Parking lot",
        }
    }

    /// The heading of several: "Tech shares".
    pub fn heading(self) -> &'static str {
        match self {
            CaptureKind::Action => "Actions",
            CaptureKind::Decision => "Decisions",
            CaptureKind::Connection => "Connections",
            CaptureKind::TechShare => "Tech shares",
            CaptureKind::Win => "Wins",
            CaptureKind::Question => "Questions",
            CaptureKind::ParkingLot => "Parking lot",
        }
    }

    /// The key that chooses it, outside of fields.
    pub fn hotkey(self) -> &'static str {
        match self {
            CaptureKind::Action => "a",
            CaptureKind::Decision => "d",
            CaptureKind::Connection => "c",
            CaptureKind::TechShare => "t",
            CaptureKind::Win => "w",
            CaptureKind::Question => "q",
            CaptureKind::ParkingLot => "p",
        }
    }

    /// As it was stored or sent.
    pub fn read(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }
}

/// What somebody captures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCapture {
    /// Made by whoever sends it, and the same whenever it is sent again: 8 to 64 letters, digits and hyphens, such as a UUID.
    pub key: String,
    /// What kind of thing.
    pub kind: CaptureKind,
    /// What was said. Of an action at most 200 characters in one line, of everything else 2,000.
    pub text: String,
    /// Slug of the team: who does it, who gives, who speaks. An action and a connection need one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub team: String,
    /// Slug of the team that receives: of a connection alone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to: String,
    /// Of an action the mail address of a person or a role of the team; of a tech share whoever would speak, by name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// Of an action its last day, of a tech share its day: `2026-12-18`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub due: String,
    /// Of a decision: why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// The agenda item at which it was said; the present one if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Id>,
    /// What caused it, such as a row of a report; the agenda item's team if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// A capture, checked, before its teams are looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What it says, as it is stored.
    pub text: String,
    /// The owner as typed.
    pub owner: String,
    /// Its day; empty for none.
    pub due: String,
    /// Why.
    pub why: String,
    /// What caused it.
    pub origin: Option<Origin>,
}

/// A team as a capture shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionPlace)]
pub struct Named {
    /// In addresses.
    pub slug: String,
    /// As people wrote it.
    pub name: String,
}

/// Who took a capture back, when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CaptureTakenBack)]
pub struct TakenBack {
    /// Name.
    pub by: String,
    /// When.
    pub at: Time,
}

/// Something that was captured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Capture {
    /// Its id.
    pub id: Id,
    /// From 1, in the server's order.
    pub number: i64,
    /// The key that it was sent with.
    pub key: String,
    /// What kind of thing.
    pub kind: CaptureKind,
    /// What was said.
    pub text: String,
    /// The team that does, gives or speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<Named>,
    /// The team that receives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Named>,
    /// Who does it or would speak, as it is shown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// Its day.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub due: String,
    /// Why it was decided.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// The agenda item at which it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Id>,
    /// What caused it.
    pub origin: Origin,
    /// Where it stands beside the session: the action in the register, the decision in the ledger; empty if nowhere.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub href: String,
    /// Who captured it.
    pub by: String,
    /// When, by the server's clock.
    pub at: Time,
    /// Set if it was taken back; then it stands nowhere else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_back: Option<TakenBack>,
}

impl Capture {
    /// True unless it was taken back.
    pub fn counts(&self) -> bool {
        self.taken_back.is_none()
    }

    /// The words beside it: whose, for whom, who, by when.
    pub fn beside(&self) -> String {
        let name = |team: &Option<Named>| team.as_ref().map(|t| t.name.clone()).unwrap_or_default();
        let mut parts = Vec::new();
        match self.kind {
            CaptureKind::Connection => parts.push(format!("{} gives, {} receives", name(&self.team), name(&self.to))),
            _ => parts.push(name(&self.team)),
        }
        parts.push(self.owner.clone());
        parts.push(match self.due.parse::<Date>() {
            Ok(day) => format!("{}{}", if self.kind == CaptureKind::Action { "by " } else { "" }, day.strftime("%-d %b %Y")),
            Err(_) => String::new(),
        });
        parts.retain(|p| !p.is_empty());
        parts.join(", ")
    }
}

/// A key as browsers and programs make it.
fn is_key(text: &str) -> bool {
    (8..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn words(faults: &mut Faults, at: &str, what: &str, typed: &str) -> String {
    let out = text::prose(faults, at, what, typed);
    let n = out.chars().count();
    // Beyond the kernel's own limit that one has spoken.
    faults.check(
        n <= MOST_WORDS || n > text::PROSE,
        at,
        format!("{what} has {n} characters; at most {MOST_WORDS} fit. Say it shorter and link to the rest."),
    );
    out
}

/// A day, `2026-12-18`; empty is none.
fn day(faults: &mut Faults, typed: &str) -> String {
    let typed = typed.trim();
    if typed.is_empty() {
        return String::new();
    }
    match typed.parse::<Date>() {
        Ok(day) if day.year() >= 1970 => day.to_string(),
        _ => {
            faults.add("due", format!("“{}” is no day. Write it like 2026-12-18, or leave it empty.", text::shown(typed, 40)));
            String::new()
        }
    }
}

impl NewCapture {
    /// Checks what can be checked without looking anything up.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(&self) -> Result<Checked> {
        use CaptureKind::{Action, Connection, Decision, TechShare};
        let mut f = Faults::new();
        f.check(
            is_key(&self.key),
            "key",
            "The key is 8 to 64 letters, digits and hyphens, made by whoever sends it; a UUID will do.",
        );
        let what = format!("What the {} says", self.kind.title().to_lowercase());
        let said = if self.kind == Action {
            text::name(&mut f, "text", &what, &self.text)
        } else {
            let said = words(&mut f, "text", &what, &self.text);
            f.check(!said.is_empty(), "text", "Nothing is said. Type it in a sentence.");
            said
        };
        let none = |text: &str| text.trim().is_empty();
        match self.kind {
            Action => {
                f.check(!none(&self.team), "team", "Say which team does it.");
                f.check(!none(&self.owner), "owner", "Say who does it: a role of the team, or a mail address.");
            }
            Connection => {
                f.check(!none(&self.team), "team", "Say which team gives.");
                f.check(!none(&self.to), "to", "Say which team receives.");
                f.check(none(&self.to) || self.to.trim() != self.team.trim(), "to", "A team cannot receive from itself.");
            }
            _ => {}
        }
        f.check(self.kind == Connection || none(&self.to), "to", "Only a connection has a team that receives. Leave it out.");
        f.check(
            matches!(self.kind, Action | TechShare) || none(&self.owner),
            "owner",
            "Only an action and a tech share have somebody who does it. Leave it out.",
        );
        f.check(
            matches!(self.kind, Action | TechShare) || none(&self.due),
            "due",
            "Only an action and a tech share have a day. Leave it out.",
        );
        f.check(self.kind == Decision || none(&self.why), "why", "Only a decision has a reason here. Leave it out.");
        let owner = match self.kind {
            TechShare if !none(&self.owner) => text::name(&mut f, "owner", "Whoever would speak", &self.owner),
            _ => self.owner.trim().to_owned(),
        };
        let why = words(&mut f, "why", "The reason", &self.why);
        let due = day(&mut f, &self.due);
        let origin = self.origin.as_ref().map(|c| c.check(&mut f));
        f.done().map(|()| Checked { text: said, owner, due, why, origin })
    }
}

/// Captures of each kind that has some, in the fixed order of kinds; those that were taken back are left out.
pub fn by_kind(all: &[Capture]) -> Vec<(CaptureKind, Vec<&Capture>)> {
    let of = |kind: CaptureKind| all.iter().filter(|c| c.kind == kind && c.counts()).collect::<Vec<_>>();
    CaptureKind::ALL.into_iter().map(|k| (k, of(k))).filter(|(_, list)| !list.is_empty()).collect()
}

/// The newest capture of a person that is not taken back.
pub fn newest_of<'a>(all: &'a [Capture], by: &str) -> Option<&'a Capture> {
    all.iter().filter(|c| c.by == by && c.counts()).max_by_key(|c| c.number)
}

#[cfg(test)]
pub(crate) mod tests;
