//! What a mark is. Pure.

use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Characters of an origin at most.
pub const MOST_ORIGIN: usize = 200;

/// How far a mark may lie ahead: clocks differ a little, and only a notice says what is to come.
const AHEAD: i64 = 5 * 60 * 1_000_000;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MarkKind {
    /// Something went into an environment.
    Deployment,
    /// A version was cut: a tag.
    Release,
    /// Service was disturbed.
    Incident,
    /// A notice to developers; the only kind that may lie ahead.
    Notice,
    /// An action was finished.
    Action,
    /// Anything else that may have moved a number: a change of traffic, of a price, of a team.
    Change,
}

impl MarkKind {
    /// All, in the order in which they are listed.
    pub const ALL: [MarkKind; 6] =
        [MarkKind::Deployment, MarkKind::Release, MarkKind::Incident, MarkKind::Notice, MarkKind::Action, MarkKind::Change];

    /// As it is stored and sent.
    pub fn key(self) -> &'static str {
        match self {
            MarkKind::Deployment => "deployment",
            MarkKind::Release => "release",
            MarkKind::Incident => "incident",
            MarkKind::Notice => "notice",
            MarkKind::Action => "action",
            MarkKind::Change => "change",
        }
    }

    /// As it was stored.
    pub fn read(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }

    /// The plural.
    pub fn plural(self) -> &'static str {
        match self {
            MarkKind::Deployment => "deployments",
            MarkKind::Release => "releases",
            MarkKind::Incident => "incidents",
            MarkKind::Notice => "notices",
            MarkKind::Action => "actions",
            MarkKind::Change => "changes",
        }
    }
}

/// What a mark can be on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PlaceKind {
    /// A group.
    Group,
    /// A team.
    Team,
    /// A workload.
    Workload,
    /// A service.
    Service,
}

impl PlaceKind {
    /// As it is stored and sent.
    pub fn key(self) -> &'static str {
        match self {
            PlaceKind::Group => "group",
            PlaceKind::Team => "team",
            PlaceKind::Workload => "workload",
            PlaceKind::Service => "service",
        }
    }

    /// As it was stored.
    pub fn read(key: &str) -> Option<Self> {
        [PlaceKind::Group, PlaceKind::Team, PlaceKind::Workload, PlaceKind::Service].into_iter().find(|k| k.key() == key)
    }
}

/// A mark as a caller sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMark {
    /// What it is on.
    pub on: PlaceKind,
    /// Slug of that.
    pub slug: String,
    /// What happened.
    pub kind: MarkKind,
    /// In a few words: "ledger 2.4".
    pub title: String,
    /// When it happened or began; now if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
    /// When it ended; for what lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// Where to read more, `https://..`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Your own name of it, up to 200 characters: the same origin sent again is the same mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

/// What a mark says, checked; where it is stands apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Body {
    /// What happened.
    pub kind: MarkKind,
    /// In a few words.
    pub title: String,
    /// Where to read more; may be empty.
    pub url: String,
    /// When it happened or began.
    pub starts: Time,
    /// When it ended.
    pub ends: Option<Time>,
}

/// A mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Mark {
    /// Its id.
    pub id: Id,
    /// What it is on.
    pub on: PlaceKind,
    /// Id of that.
    pub subject: Id,
    /// What happened.
    pub kind: MarkKind,
    /// In a few words.
    pub title: String,
    /// Where to read more.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// When it happened or began.
    pub at: Time,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// Who or what made it.
    pub made_by: String,
    /// When it was written down.
    pub made_at: Time,
    /// It was wrong: who said so, when and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_back: Option<TakenBack>,
}

/// A mark that was wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TakenBack {
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Time,
    /// Why.
    pub reason: String,
}

impl Mark {
    /// True if it says this.
    pub fn says(&self, body: &Body) -> bool {
        (self.kind, &self.title, &self.url, self.at, self.until) == (body.kind, &body.title, &body.url, body.starts, body.ends)
    }
}

impl NewMark {
    /// Checked, in the form in which it is stored.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(&self, now: Time) -> Result<Body> {
        let mut faults = Faults::new();
        let title = text::name(&mut faults, "title", "What happened", &self.title);
        let starts = self.at.unwrap_or(now);
        if starts.0 > now.0 + AHEAD && self.kind != MarkKind::Notice {
            faults.add("at", format!("{starts} has not come yet. Mark what has happened; only a notice may lie ahead."));
        }
        // Microseconds go further than calendars do.
        faults.check(starts.jiff().as_microsecond() == starts.0, "at", "That time is out of range.");
        if let Some(until) = self.until {
            faults.check(until >= starts, "until", format!("It ended at {until}, before it began at {starts}."));
        }
        let url = self.url.as_deref().map(str::trim).unwrap_or("").to_owned();
        let sound = url.is_empty()
            || ((url.starts_with("https://") || url.starts_with("http://"))
                && url.len() <= 2000
                && !url.contains(|c: char| c.is_whitespace() || c.is_control()));
        faults.check(sound, "url", "That is no address. Write it like https://example.org/path, at most 2000 characters.");
        if let Some(origin) = &self.origin {
            let n = origin.chars().count();
            let sound = (1..=MOST_ORIGIN).contains(&n) && !origin.chars().any(char::is_control);
            faults.check(sound, "origin", format!("An origin has 1 to {MOST_ORIGIN} characters and no line break; this has {n}."));
        }
        faults.done()?;
        Ok(Body { kind: self.kind, title, url, starts, ends: self.until })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time(1_795_000_000_000_000);

    fn new() -> NewMark {
        NewMark {
            on: PlaceKind::Team,
            slug: "checkout".into(),
            kind: MarkKind::Deployment,
            title: " ledger 2.4 ".into(),
            at: None,
            until: None,
            url: None,
            origin: None,
        }
    }

    fn places(new: &NewMark) -> Vec<String> {
        match new.check(NOW) {
            Ok(_) => Vec::new(),
            Err(kernel::Error::Invalid(faults)) => faults.into_iter().map(|f| f.at).collect(),
            Err(e) => panic!("{e}"),
        }
    }

    #[test]
    fn a_mark_is_now_unless_it_says_when() {
        let body = new().check(NOW).unwrap();
        assert_eq!((body.starts, body.title.as_str()), (NOW, "ledger 2.4"));
        let then = Time(NOW.0 - 1);
        assert_eq!(NewMark { at: Some(then), ..new() }.check(NOW).unwrap().starts, then);
    }

    #[test]
    fn only_a_notice_lies_ahead() {
        let ahead = NewMark { at: Some(Time(NOW.0 + AHEAD + 1)), ..new() };
        assert_eq!(places(&ahead), ["at"]);
        assert_eq!(places(&NewMark { kind: MarkKind::Notice, ..ahead }), [""; 0]);
    }

    #[test]
    fn every_fault_names_its_field() {
        let bad = NewMark {
            title: " ".into(),
            until: Some(Time(NOW.0 - 1)),
            url: Some("javascript:alert(1)".into()),
            origin: Some("a\nb".into()),
            ..new()
        };
        assert_eq!(places(&bad), ["title", "until", "url", "origin"]);
        assert_eq!(places(&NewMark { at: Some(Time(i64::MIN)), ..new() }), ["at"]);
        assert_eq!(places(&NewMark { origin: Some("x".repeat(201)), ..new() }), ["origin"]);
    }

    #[test]
    fn kinds_are_read_as_they_are_written() {
        for kind in MarkKind::ALL {
            assert_eq!(MarkKind::read(kind.key()), Some(kind));
        }
        assert_eq!(MarkKind::read("Deployment"), None);
    }
}
