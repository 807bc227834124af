//! Tech shares: a talk that follows from a session or a review. Candidate, planned for a day, held; with who came and which team took
//! it up. Pure.

use jiff::civil::Date;
use kernel::error::{Faults, Result};
use kernel::ical::DayEvent;
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::capture::Named;

/// Tech shares of one group that are read at most.
pub const MOST: i64 = 500;

/// Attendees of one tech share at most.
pub const MOST_ATTENDEES: usize = 200;

/// Characters of what it is about, and of a recording's address, at most.
pub const MOST_WORDS: usize = 2_000;

/// How far a tech share is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ShareState {
    /// Somebody thinks that it should be told; no day yet.
    Candidate,
    /// It has a day that is ahead, or today.
    Planned,
    /// Its day is over.
    Held,
    /// It will not be told.
    Dropped,
}

impl ShareState {
    /// As pages write it.
    pub fn words(self) -> &'static str {
        match self {
            ShareState::Candidate => "candidate",
            ShareState::Planned => "planned",
            ShareState::Held => "held",
            ShareState::Dropped => "dropped",
        }
    }
}

/// A team that took something up from a tech share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TechShareAdoption)]
pub struct Adopted {
    /// The team.
    pub team: Named,
    /// Since when, `2026-12-18`.
    pub on: String,
    /// What it took up; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub what: String,
    /// Who said so.
    pub by: String,
    /// When it was said.
    pub at: Time,
}

/// What people say of a tech share; checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = TechShareBody)]
pub struct Body {
    /// In up to 200 characters.
    pub title: String,
    /// What it is about; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// Who tells it; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// Its day, `2026-12-03`; empty for none yet.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub day: String,
    /// Where it can be seen again, `https://..`; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub recording: String,
    /// Who came, by name, at most 200.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attendees: Vec<String>,
    /// Why it will not be told; empty unless it is dropped.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub dropped: String,
}

/// A tech share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TechShare {
    /// Its id.
    pub id: Id,
    /// The group that it is for.
    pub group: Named,
    /// Whose it is, if it is one team's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<Named>,
    /// What people say of it.
    #[serde(flatten)]
    pub body: Body,
    /// How far it is today.
    pub state: ShareState,
    /// Where it comes from.
    pub origin: actions::Origin,
    /// Teams that took it up, in the order in which they said so.
    pub adopted: Vec<Adopted>,
    /// Counts its changes, from 1.
    pub version: i64,
    /// Who made it.
    pub made_by: String,
    /// When it was changed last.
    pub changed_at: Time,
}

impl TechShare {
    /// Its page.
    pub fn href(&self) -> String {
        format!("/tech-shares/{}", self.id)
    }

    /// Its day as an event of a calendar; none without a day, or once it is dropped.
    pub fn event(&self, url: &str) -> Option<DayEvent> {
        let day = self.body.day.parse().ok().filter(|_| self.body.dropped.is_empty())?;
        let by = if self.body.owner.is_empty() { String::new() } else { format!(" by {}", self.body.owner) };
        Some(DayEvent {
            uid: format!("tech-share-{}@bellwether", self.id),
            changed_at: self.changed_at,
            sequence: self.version,
            day,
            summary: format!("Tech share: {}{by}", self.body.title),
            description: self.body.about.clone(),
            url: url.to_owned(),
        })
    }
}

/// The form of a new tech share of a group, with its title and what it follows from: the key of an origin and a page here.
pub fn proposal(group: &str, title: &str, from: &str, url: &str) -> String {
    let said = text::percent(title);
    format!("/groups/{group}/tech-shares?title={said}&from={from}&url={}&words={said}#new", text::percent(url))
}

/// How far a tech share is on a day.
pub fn state(body: &Body, today: Date) -> ShareState {
    match body.day.parse::<Date>() {
        _ if !body.dropped.is_empty() => ShareState::Dropped,
        Ok(day) if day < today => ShareState::Held,
        Ok(_) => ShareState::Planned,
        Err(_) => ShareState::Candidate,
    }
}

/// A tech share as somebody sends it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTechShare {
    /// Slug of the group.
    pub group: String,
    /// Slug of the team whose it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub team: String,
    /// What people say of it.
    #[serde(default)]
    pub body: Body,
    /// Where it comes from; by hand if left out.
    #[serde(default)]
    pub origin: actions::Origin,
}

/// A tech share with other words. It replaces what stood there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TechShareChange {
    /// The version that the caller saw.
    pub version: i64,
    /// What people say of it.
    #[serde(default)]
    pub body: Body,
}

/// That a team took something up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAdopted {
    /// Slug of the team.
    pub team: String,
    /// Since when, `2026-12-18`; today if empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub on: String,
    /// What it took up.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub what: String,
}

fn words(faults: &mut Faults, at: &str, what: &str, typed: &str) -> String {
    let out = text::prose(faults, at, what, typed);
    let n = out.chars().count();
    faults.check(n <= MOST_WORDS || n > text::PROSE, at, format!("{what} has {n} characters; at most {MOST_WORDS} fit."));
    out
}

fn day(faults: &mut Faults, at: &str, typed: &str) -> String {
    let typed = typed.trim();
    match typed.parse::<Date>() {
        _ if typed.is_empty() => String::new(),
        Ok(day) if (1970..=2200).contains(&day.year()) => day.to_string(),
        _ => {
            faults.add(at, format!("“{}” is no day. Write it like 2026-12-03.", text::shown(typed, 40)));
            String::new()
        }
    }
}

impl Body {
    /// Checks what somebody sent.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(&self) -> Result<Self> {
        let mut f = Faults::new();
        let owner = self.owner.trim();
        let recording = self.recording.trim().to_owned();
        f.check(
            recording.is_empty() || actions::origin::is_address(&recording),
            "recording",
            "That is no address. Write it like https://example.org/path, at most 2,000 characters.",
        );
        let mut attendees: Vec<String> = Vec::new();
        for typed in self.attendees.iter().filter(|n| !n.trim().is_empty()) {
            let name = text::name(&mut f, "attendees", "A name among those who came", typed);
            if !attendees.contains(&name) {
                attendees.push(name);
            }
        }
        let n = attendees.len();
        f.check(n <= MOST_ATTENDEES, "attendees", format!("There are {n} names; at most {MOST_ATTENDEES} fit."));
        let out = Self {
            title: text::name(&mut f, "title", "The title", &self.title),
            about: words(&mut f, "about", "What it is about", &self.about),
            owner: if owner.is_empty() { String::new() } else { text::name(&mut f, "owner", "Whoever tells it", owner) },
            day: day(&mut f, "day", &self.day),
            recording,
            attendees,
            dropped: words(&mut f, "dropped", "The reason", &self.dropped),
        };
        f.done().map(|()| out)
    }
}

impl NewAdopted {
    /// Checks what somebody sent, on a day: since when, and what.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(&self, today: Date) -> Result<(String, String)> {
        let mut f = Faults::new();
        let on = day(&mut f, "on", &self.on);
        let on = if on.is_empty() { today.to_string() } else { on };
        f.check(on.parse::<Date>().is_ok_and(|d| d <= today), "on", format!("{on} has not come yet. Say it once it is done."));
        let what = words(&mut f, "what", "What it took up", &self.what);
        f.done().map(|()| (on, what))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn share(n: u128, day: &str) -> TechShare {
        let body = Body {
            title: "Loading <reference> data out of hours".into(),
            about: "How the nightly load moved.".into(),
            owner: "Aoife <B>".into(),
            day: day.into(),
            recording: "https://example.org/talk".into(),
            attendees: vec!["Maya <O>".into(), "Samir".into()],
            dropped: String::new(),
        };
        TechShare {
            id: Id::from_u128(n),
            group: Named { slug: "digital".into(), name: "Digital <E>".into() },
            team: Some(Named { slug: "payments".into(), name: "Payments <x>".into() }),
            state: state(&body, "2026-11-30".parse().unwrap()),
            body,
            origin: actions::Origin {
                words: "Review of sprint 22".into(),
                url: "/sessions/7".into(),
                ..actions::Origin::default()
            },
            adopted: vec![Adopted {
                team: Named { slug: "documents".into(), name: "Documents <y>".into() },
                on: "2026-12-18".into(),
                what: "The same <window>".into(),
                by: "Olu".into(),
                at: Time(1_795_000_000_000_000),
            }],
            version: 3,
            made_by: "Ingrid".into(),
            changed_at: Time(1_795_000_000_000_000),
        }
    }

    #[test]
    fn a_share_is_planned_to_its_day_and_held_after_it() {
        let today: Date = "2026-11-30".parse().unwrap();
        let of = |day: &str, dropped: &str| state(&Body { day: day.into(), dropped: dropped.into(), ..Body::default() }, today);
        use ShareState::{Candidate, Dropped, Held, Planned};
        assert_eq!(
            [of("", ""), of("2026-11-30", ""), of("2026-11-29", ""), of("2026-12-03", "no time")],
            [Candidate, Planned, Held, Dropped]
        );
    }

    #[test]
    fn its_day_is_an_event_that_counts_its_changes() {
        let e = share(4, "2026-12-03").event("https://x/tech-shares/4").unwrap();
        assert_eq!((e.sequence, e.day.to_string().as_str()), (3, "2026-12-03"));
        assert!(e.summary.contains("by Aoife <B>"));
        assert!(share(4, "").event("x").is_none());
    }

    #[test]
    fn every_fault_names_its_field() {
        let at = |b: Body| match b.check() {
            Ok(_) => Vec::new(),
            Err(kernel::Error::Invalid(list)) => list.into_iter().map(|f| f.at).collect::<Vec<_>>(),
            Err(e) => panic!("{e}"),
        };
        assert_eq!(at(share(1, "2026-12-03").body), [""; 0]);
        let bad = Body {
            title: " ".into(),
            about: "x".repeat(MOST_WORDS + 1),
            owner: "a\nb".into(),
            day: "soon".into(),
            recording: "javascript:x".into(),
            attendees: vec!["a\u{7}".into()],
            dropped: String::new(),
        };
        assert_eq!(at(bad), ["recording", "attendees", "title", "about", "owner", "day"]);
        let today = "2026-11-30".parse().unwrap();
        assert!(NewAdopted { on: "2026-12-01".into(), ..NewAdopted::default() }.check(today).is_err());
        assert_eq!(NewAdopted::default().check(today).unwrap().0, "2026-11-30");
    }
}
