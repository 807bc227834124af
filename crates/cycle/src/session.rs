//! A session: a forum and a moment, planned, open, closed or called off. Pure.

use kernel::error::{Error, Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use kernel::web::Ctx;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::cadence::LENGTH;
use crate::forum::Forum;

/// How far a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SessionState {
    /// To come, or to be opened now.
    Planned,
    /// People are in it.
    Open,
    /// Over, with minutes.
    Closed,
    /// It does not take place.
    CalledOff,
    /// Its planned end is over and nobody opened it.
    NotHeld,
}

impl SessionState {
    /// As pages write it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            SessionState::Planned => "planned",
            SessionState::Open => "open",
            SessionState::Closed => "closed",
            SessionState::CalledOff => "called off",
            SessionState::NotHeld => "not held",
        }
    }
}

/// Who does something in a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionPerson)]
pub struct Who {
    /// Name.
    pub name: String,
    /// The account, if it is somebody who has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Id>,
}

/// Who did something, when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionSigned)]
pub struct Signed {
    /// Name at that time.
    pub by: String,
    /// When.
    pub at: Time,
}

/// What people settled about one session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = SessionBody)]
pub struct Body {
    /// Who runs it; the forum's facilitator if nobody is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facilitator: Option<Who>,
    /// Who runs it if they cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deputy: Option<Who>,
    /// Room or link.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// Where it was planned before somebody moved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<Time>,
    /// Why it was moved, called off or added.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// Seed by which the order of teams was drawn, if the forum draws it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<i64>,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ReviewSession)]
pub struct Session {
    /// Its id.
    pub id: Id,
    /// Whose it is.
    pub forum: Forum,
    /// Names it among the forum's: `sprint-22`, `2026-11-19`, or `extra-` and an id.
    pub occurrence: String,
    /// The sprint whose reports it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sprint: Option<i64>,
    /// Planned start.
    pub starts: Time,
    /// Planned end.
    pub ends: Time,
    /// How far it is.
    pub state: SessionState,
    /// What people settled about it.
    #[serde(flatten)]
    pub body: Body,
    /// Who opened it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opened: Option<Signed>,
    /// Who closed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<Signed>,
    /// Who called it off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub off: Option<Signed>,
    /// Counts the changes; a session of version 1 follows the cadence.
    pub version: i64,
    /// When it was changed last.
    pub changed_at: Time,
}

impl Session {
    /// How far it is now, from what was done with it.
    #[must_use]
    pub fn state_of(opened: bool, closed: bool, off: bool, ends: Time, now: Time) -> SessionState {
        match (off, closed, opened) {
            (true, ..) => SessionState::CalledOff,
            (_, true, _) => SessionState::Closed,
            (.., true) => SessionState::Open,
            _ if ends <= now => SessionState::NotHeld,
            _ => SessionState::Planned,
        }
    }

    /// True for whoever runs it: the forum's facilitator, and the facilitator and the deputy that were named for it.
    #[must_use]
    pub fn is_run_by(&self, cx: &Ctx) -> bool {
        let named = [&self.body.facilitator, &self.body.deputy].into_iter().flatten();
        let me = cx.actor.person();
        self.forum.may_run(cx) || named.filter_map(|w| w.person).any(|p| Some(p) == me)
    }

    /// Its page.
    #[must_use]
    pub fn href(&self) -> String {
        format!("/sessions/{}", self.id)
    }

    /// Topic on which its changes are announced.
    #[must_use]
    pub fn topic(&self) -> String {
        format!("session:{}", self.id)
    }

    /// "Review of sprint 22", "SRE council".
    #[must_use]
    pub fn title(&self) -> String {
        match (self.forum.group, self.sprint) {
            (None, _) => self.forum.name.clone(),
            (_, Some(n)) => format!("Review of sprint {n}"),
            _ => "Review session".to_owned(),
        }
    }

    /// Planned length in minutes.
    #[must_use]
    pub fn minutes(&self) -> i64 {
        i64::try_from(self.ends.since(self.starts).as_secs() / 60).unwrap_or(0)
    }

    /// "Thursday 19 November 2026, 10:00 to 12:00" in the forum's zone.
    #[must_use]
    pub fn when(&self) -> String {
        let zone = jiff::tz::TimeZone::get(&self.forum.zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let at = |t: Time| t.jiff().to_zoned_datetime(zone.clone());
        format!(
            "{}, {} to {}",
            at(self.starts).strftime("%A %-d %B %Y"),
            at(self.starts).strftime("%H:%M"),
            at(self.ends).strftime("%H:%M")
        )
    }

    /// "Thu 19 Nov 2026, 10:00" in the forum's zone.
    #[must_use]
    pub fn at(&self, time: Time) -> String {
        let zone = jiff::tz::TimeZone::get(&self.forum.zone).unwrap_or(jiff::tz::TimeZone::UTC);
        time.jiff().to_zoned_datetime(zone).strftime("%a %-d %b %Y, %H:%M").to_string()
    }

    /// Its planned start as it is typed: "2026-11-19 10:00".
    #[must_use]
    pub fn typed(&self) -> String {
        let zone = jiff::tz::TimeZone::get(&self.forum.zone).unwrap_or(jiff::tz::TimeZone::UTC);
        self.starts.jiff().to_zoned_datetime(zone).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// Refuses a change of what is not ahead any more.
    ///
    /// # Errors
    /// [`Error::Conflict`] in words.
    pub fn must_be_ahead(&self) -> Result<()> {
        match self.state {
            SessionState::Planned | SessionState::NotHeld => Ok(()),
            SessionState::CalledOff => Err(Error::Conflict("This session was called off. Plan an extra one.".into())),
            SessionState::Open | SessionState::Closed => {
                Err(Error::Conflict("This session has begun, so its time stays as it is.".into()))
            }
        }
    }
}

/// An extra session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSession {
    /// First day and hour in the forum's zone, `2026-11-19T10:00`.
    pub starts: String,
    /// Minutes; as the forum settled if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i64>,
    /// The sprint whose reports it is about; the last that closed if absent. Of groups alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sprint: Option<i64>,
    /// Why there is an extra one.
    pub why: String,
}

/// Another time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionMove {
    /// First day and hour in the forum's zone, `2026-11-19T10:00`.
    pub starts: String,
    /// Minutes; as they were if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i64>,
    /// Why.
    pub why: String,
    /// Version that you saw.
    pub version: i64,
}

/// That it does not take place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionOff {
    /// Why.
    pub why: String,
    /// Version that you saw.
    pub version: i64,
}

/// Who runs a session, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionRoles {
    /// Name or mail address; the forum's facilitator if empty.
    #[serde(default)]
    pub facilitator: String,
    /// Name or mail address; nobody if empty.
    #[serde(default)]
    pub deputy: String,
    /// Room or link, up to 200 characters.
    #[serde(default)]
    pub place: String,
    /// Version that you saw.
    pub version: i64,
}

/// The moment of a day and an hour as they are typed, `2026-11-19T10:00` or `2026-11-19 10:00`, in a zone.
pub fn starts(faults: &mut Faults, typed: &str, zone: &str, now: Time) -> Option<Time> {
    let typed = typed.trim();
    let parts = typed.split_once(['T', ' ']);
    let at = parts.and_then(|(day, hour)| crate::cadence::moment(day.parse().ok()?, crate::cadence::hour(hour)?, zone));
    let shown = text::shown(typed, 40);
    match at {
        None if typed.is_empty() => faults.add("starts", "Say the day and the hour, such as 2026-11-19 10:00."),
        None => faults.add("starts", format!("“{shown}” is no day and hour. Write it like 2026-11-19 10:00.")),
        Some(at) if at <= now => faults.add("starts", format!("{shown} is over. Name a time that is ahead.")),
        Some(at) if at > now.plus(std::time::Duration::from_secs(3 * 366 * 86_400)) => {
            faults.add("starts", format!("{shown} is more than three years ahead. Name an earlier day."));
        }
        Some(_) => {}
    }
    at
}

/// Checks a length in minutes.
pub fn long(faults: &mut Faults, minutes: i64) -> std::time::Duration {
    let (shortest, longest) = LENGTH;
    faults.check((shortest..=longest).contains(&minutes), "minutes", format!("A session is {shortest} to {longest} minutes long."));
    std::time::Duration::from_secs(u64::try_from(minutes.clamp(0, longest) * 60).unwrap_or(0))
}

/// Checks a reason: one sentence that must be there.
pub fn why(faults: &mut Faults, typed: &str) -> String {
    text::name(faults, "why", "The reason", typed)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::forum::tests::forum;

    pub(crate) fn session(state: SessionState) -> Session {
        let at = Time::parse("2026-11-19T10:00:00Z").unwrap();
        let signed = |yes: bool| yes.then(|| Signed { by: "Ingrid <S>".into(), at });
        Session {
            id: Id::from_u128(7),
            forum: forum(),
            occurrence: "sprint-22".into(),
            sprint: Some(22),
            starts: at,
            ends: at.plus(std::time::Duration::from_secs(7200)),
            state,
            body: Body {
                facilitator: Some(Who { name: "Ingrid <S>".into(), person: None }),
                place: "Room <4>".into(),
                ..Body::default()
            },
            opened: signed(matches!(state, SessionState::Open | SessionState::Closed)),
            closed: signed(state == SessionState::Closed),
            off: signed(state == SessionState::CalledOff),
            version: 2,
            changed_at: at,
        }
    }

    #[test]
    fn a_session_is_what_was_done_with_it() {
        let (ends, now) = (Time(10), Time(5));
        let at = |o, c, off, now| Session::state_of(o, c, off, ends, now);
        assert_eq!(at(false, false, false, now), SessionState::Planned);
        assert_eq!(at(false, false, false, ends), SessionState::NotHeld);
        assert_eq!(at(true, false, false, Time(99)), SessionState::Open, "it may last longer");
        assert_eq!(at(true, true, false, now), SessionState::Closed);
        assert_eq!(at(false, false, true, now), SessionState::CalledOff);
    }

    #[test]
    fn its_title_and_time_are_words() {
        let s = session(SessionState::Planned);
        assert_eq!((s.title(), s.when()), ("Review of sprint 22".into(), "Thursday 19 November 2026, 10:00 to 12:00".to_owned()));
        assert_eq!(s.minutes(), 120);
        for (state, good) in [(SessionState::Planned, true), (SessionState::Open, false), (SessionState::CalledOff, false)] {
            assert_eq!(session(state).must_be_ahead().is_ok(), good);
        }
    }

    #[test]
    fn a_start_is_ahead_and_in_the_forums_zone() {
        let now = Time::parse("2026-06-01T00:00:00Z").unwrap();
        let mut faults = Faults::new();
        let at = starts(&mut faults, " 2026-07-02T10:00 ", "Europe/London", now).unwrap();
        assert_eq!((at.to_string(), faults.len()), ("2026-07-02T09:00:00Z".into(), 0));
        for bad in ["", "tomorrow", "2026-07-02", "2026-07-02T25:00", "2026-05-01T10:00", "2031-01-01T10:00"] {
            let before = faults.len();
            starts(&mut faults, bad, "Europe/London", now);
            assert_eq!(faults.len(), before + 1, "{bad}");
        }
        long(&mut faults, 14);
        why(&mut faults, " ");
        assert_eq!(faults.len(), 8);
    }
}
