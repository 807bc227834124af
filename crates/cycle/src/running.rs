//! A session while it runs, as its screens show it, and the steps that it can take. Pure.

use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::agenda::AgendaItem;
use crate::attendance::Seat;
use crate::capture::{Capture, Named};
use crate::clock::{Clock, Pace, seconds};
use crate::minutes::{MinutesAgreement, MinutesBlock};
use crate::session::Session;
use crate::told::{Treatment, UnderReview};

/// Everything that the screens of a session show.
#[derive(Debug, Clone)]
pub struct Running {
    /// The session.
    pub session: Session,
    /// Its agenda.
    pub agenda: Vec<AgendaItem>,
    /// Where it stands.
    pub clock: Clock,
    /// Who runs it.
    pub facilitators: Vec<String>,
    /// Teams of the forum, in their fixed order.
    pub teams: Vec<Named>,
    /// Who is there.
    pub seats: Vec<Seat>,
    /// What was captured, in the server's order.
    pub captures: Vec<Capture>,
    /// What became of earlier actions.
    pub treated: Vec<Treatment>,
    /// The team under review, if the present item is a team's.
    pub under: Option<UnderReview>,
    /// The working agreement.
    pub agreement: Option<MinutesAgreement>,
    /// What the session has before it beside reports: notices, capacity.
    pub before: Vec<MinutesBlock>,
    /// When this was read.
    pub now: Time,
}

impl Running {
    /// The item that is talked about.
    pub fn current(&self) -> Option<&AgendaItem> {
        self.agenda.iter().find(|i| Some(i.id) == self.clock.current)
    }

    fn place(&self) -> Option<usize> {
        self.agenda.iter().position(|i| Some(i.id) == self.clock.current)
    }

    /// The item that comes next: what goes by exception is passed over.
    pub fn next(&self) -> Option<&AgendaItem> {
        next(&self.agenda, self.place())
    }

    /// The item before.
    pub fn back(&self) -> Option<&AgendaItem> {
        back(&self.agenda, self.place())
    }

    /// Seconds used for an item so far.
    pub fn used(&self, item: Id) -> i64 {
        seconds(self.clock.of(item))
    }

    /// Items with their planned seconds.
    pub fn plan(&self) -> Vec<(Id, i64)> {
        self.agenda.iter().map(|i| (i.id, i.seconds)).collect()
    }

    /// Captures that were not taken back.
    pub fn counted(&self) -> usize {
        self.captures.iter().filter(|c| c.counts()).count()
    }
}

fn next(items: &[AgendaItem], place: Option<usize>) -> Option<&AgendaItem> {
    items.iter().skip(place.map_or(0, |p| p + 1)).find(|i| !i.exception)
}

fn back(items: &[AgendaItem], place: Option<usize>) -> Option<&AgendaItem> {
    items.iter().take(place?).rev().find(|i| !i.exception)
}

/// A step of an open session, as somebody sends it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSessionStep)]
pub struct NewMove {
    /// `next`, `back`, `pause`, `resume`, or the id of an item.
    pub to: String,
    /// Number of the newest event that the caller saw; a step from another is refused. Left out, it is taken from where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<i64>,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It is so already.
    Stays,
    /// To an item.
    Goes(Id),
    /// The clock stands still.
    Pauses,
    /// The clock goes on.
    Resumes,
}

impl Step {
    /// What a step means for a session that stands so.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `to`; [`Error::Conflict`] if there is nothing before or after.
    pub fn of(new: &NewMove, items: &[AgendaItem], clock: &Clock) -> Result<Self> {
        let place = items.iter().position(|i| Some(i.id) == clock.current);
        let none = |words: &str| Error::Conflict(words.to_owned());
        let to = match new.to.trim() {
            "pause" => return Ok(if clock.pace == Pace::Paused { Step::Stays } else { Step::Pauses }),
            "resume" => return Ok(if clock.pace == Pace::Running { Step::Stays } else { Step::Resumes }),
            "next" => next(items, place).ok_or_else(|| none("This is the last item. Close the session when you are done."))?.id,
            "back" => back(items, place).ok_or_else(|| none("This is the first item; nothing comes before it."))?.id,
            other => {
                let shown = kernel::text::shown(other, 60);
                let found = other.parse::<Id>().ok().filter(|id| items.iter().any(|i| i.id == *id));
                found.ok_or_else(|| {
                    Error::invalid(
                        "to",
                        format!("“{shown}” is no item of this agenda. Use next, back, pause, resume or an item’s id."),
                    )
                })?
            }
        };
        Ok(if Some(to) == clock.current { Step::Stays } else { Step::Goes(to) })
    }
}

/// How a session stands, for programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SessionStanding {
    /// How it stands.
    pub pace: Pace,
    /// The item that is talked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<Id>,
    /// The item that comes next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Id>,
    /// Number of the newest event; give it as `seen` with the next step.
    pub seen: i64,
    /// Items with planned and used seconds, in the agenda's order.
    pub items: Vec<ItemStanding>,
    /// Seconds used in all; pauses count for nothing.
    pub used: i64,
    /// Seconds behind the plan; below nought ahead of it.
    pub behind: i64,
    /// Captures that were not taken back.
    pub captures: usize,
    /// The server's now.
    pub now: Time,
}

/// An item with how long it took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ItemStanding {
    /// The item.
    pub item: Id,
    /// As it is shown.
    pub title: String,
    /// Planned seconds.
    pub planned: i64,
    /// Used seconds so far.
    pub used: i64,
}

impl SessionStanding {
    /// Of everything that the screens show.
    pub fn of(r: &Running) -> Self {
        let item = |i: &AgendaItem| ItemStanding { item: i.id, title: i.title.clone(), planned: i.seconds, used: r.used(i.id) };
        Self {
            pace: r.clock.pace,
            current: r.clock.current,
            next: r.next().map(|i| i.id),
            seen: r.clock.number,
            items: r.agenda.iter().map(item).collect(),
            used: seconds(r.clock.total()),
            behind: crate::clock::ahead(&r.plan(), &r.clock).behind,
            captures: r.counted(),
            now: r.now,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::agenda::ItemKind;
    use crate::agenda::tests::item;
    use crate::attendance::tests::sample as seats;
    use crate::capture::CaptureKind;
    use crate::capture::tests::capture;
    use crate::clock::EventKind;
    use crate::clock::clock;
    use crate::clock::tests::event;
    use crate::session::SessionState;
    use crate::session::tests::session;
    use crate::told::How;
    use crate::told::tests::{told, treatment};

    fn items() -> Vec<AgendaItem> {
        vec![
            item(1, ItemKind::Wins, "Wins, one per team", 5),
            item(2, ItemKind::Team, "Payments <x>", 14),
            item(3, ItemKind::Team, "Quiet", 0),
            item(4, ItemKind::Close, "Close", 2),
        ]
    }

    pub(crate) fn running(state: SessionState) -> Running {
        let events = [
            event(1, EventKind::Opened, Some(1), 1_795_082_400),
            event(2, EventKind::Moved, Some(2), 1_795_082_710),
            event(3, EventKind::Closed, None, 1_795_083_710),
        ];
        let now = Time(1_795_083_208_000_000);
        let n = match state {
            SessionState::Open => 2,
            SessionState::Closed => 3,
            _ => 0,
        };
        let named = |slug: &str, name: &str| Named { slug: slug.into(), name: name.into() };
        Running {
            session: session(state),
            agenda: items(),
            clock: clock(&events[..n], now),
            facilitators: vec!["Ingrid <S>".into()],
            teams: vec![named("payments", "Payments <x>"), named("documents", "Documents")],
            seats: seats(),
            captures: CaptureKind::ALL.iter().zip(1_u128..).map(|(k, n)| capture(n, *k)).collect(),
            treated: vec![treatment(How::Carried)],
            under: (n > 0).then(|| UnderReview {
                team: named("payments", "Payments <x>"),
                people: "Maya <O>, Principal engineer".into(),
                told: told(),
                actions: Vec::new(),
            }),
            agreement: Some(MinutesAgreement { version: 4, text: "We look at <systems>.".into() }),
            before: vec![MinutesBlock { title: "Notices".into(), lines: vec!["N-31: 8 of 10".into()] }],
            now,
        }
    }

    fn step(to: &str, r: &Running) -> Result<Step> {
        Step::of(&NewMove { to: to.into(), seen: None }, &r.agenda, &r.clock)
    }

    #[test]
    fn a_step_goes_where_it_says_and_twice_is_once() {
        let r = running(SessionState::Open);
        let id = |n: u128| Id::from_u128(n);
        assert_eq!(step("next", &r).unwrap(), Step::Goes(id(4)), "what goes by exception is passed over");
        assert_eq!(step("back", &r).unwrap(), Step::Goes(id(1)));
        assert_eq!(step(&id(3).to_string(), &r).unwrap(), Step::Goes(id(3)), "but can be gone to");
        assert_eq!(step(&id(2).to_string(), &r).unwrap(), Step::Stays);
        assert_eq!((step("pause", &r).unwrap(), step("resume", &r).unwrap()), (Step::Pauses, Step::Stays));
        for bad in ["", "sideways", "00000000-0000-0000-0000-000000000099"] {
            assert!(matches!(step(bad, &r), Err(Error::Invalid(f)) if f[0].at == "to"), "{bad}");
        }
        let mut last = r.clone();
        last.clock.current = Some(id(4));
        assert!(matches!(step("next", &last), Err(Error::Conflict(_))));
        last.clock.current = Some(id(1));
        assert!(matches!(step("back", &last), Err(Error::Conflict(_))));
    }

    #[test]
    fn a_session_tells_where_it_stands() {
        let s = SessionStanding::of(&running(SessionState::Open));
        assert_eq!((s.seen, s.items[0].used, s.items[1].used, s.used), (2, 310, 498, 808));
        assert_eq!((s.behind, s.captures, s.next), (10, CaptureKind::ALL.len(), Some(Id::from_u128(4))));
    }
}
