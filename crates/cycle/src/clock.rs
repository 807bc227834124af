//! The clock of a session: what its events say about where it stands, how long each item took and how long there is left. Times
//! are the server's; nothing is stored beside the events, so a reload or a restart loses nothing. Pure.

use std::time::Duration;

use kernel::ids::Id;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What happened to a session while it ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = SessionEventKind)]
pub enum EventKind {
    /// It was opened; the item is its first.
    Opened,
    /// It went to an item.
    Moved,
    /// It stands still.
    Paused,
    /// It goes on.
    Resumed,
    /// It was closed.
    Closed,
}

impl EventKind {
    /// All of them.
    pub const ALL: [EventKind; 5] = [EventKind::Opened, EventKind::Moved, EventKind::Paused, EventKind::Resumed, EventKind::Closed];

    /// As it is stored and sent.
    pub fn key(self) -> &'static str {
        match self {
            EventKind::Opened => "opened",
            EventKind::Moved => "moved",
            EventKind::Paused => "paused",
            EventKind::Resumed => "resumed",
            EventKind::Closed => "closed",
        }
    }

    /// As it was stored or sent.
    pub fn read(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }
}

/// One event of a session, with who and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionEvent {
    /// From 1, in the order in which they happened.
    pub number: i64,
    /// What.
    pub kind: EventKind,
    /// The agenda item that it leads to: of `opened` and `moved`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Id>,
    /// Who.
    pub by: String,
    /// When.
    pub at: Time,
}

/// How a session stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = SessionPace)]
pub enum Pace {
    /// Not opened yet.
    #[default]
    Waiting,
    /// Time passes.
    Running,
    /// It stands still.
    Paused,
    /// It is over.
    Closed,
}

/// Where a session stands at a moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clock {
    /// How it stands.
    pub pace: Pace,
    /// The item that is talked about; none before it was opened. After the end the last one.
    pub current: Option<Id>,
    /// How long each item took so far, in the order in which they were first reached.
    pub used: Vec<(Id, Duration)>,
    /// When it was opened.
    pub opened_at: Option<Time>,
    /// When it was closed.
    pub closed_at: Option<Time>,
    /// Number of the newest event; 0 if there is none.
    pub number: i64,
}

impl Clock {
    /// How long an item took so far.
    pub fn of(&self, item: Id) -> Duration {
        self.used.iter().find(|(id, _)| *id == item).map_or(Duration::ZERO, |(_, used)| *used)
    }

    /// How long all items took so far; pauses count for nothing.
    pub fn total(&self) -> Duration {
        self.used.iter().map(|(_, used)| *used).sum()
    }

    fn add(&mut self, item: Option<Id>, took: Duration) {
        let Some(item) = item else { return };
        match self.used.iter_mut().find(|(id, _)| *id == item) {
            Some((_, used)) => *used += took,
            None => self.used.push((item, took)),
        }
    }

    /// True once it was opened and until it is closed.
    pub fn is_open(&self) -> bool {
        matches!(self.pace, Pace::Running | Pace::Paused)
    }
}

/// What the events of a session, in their order, say at a moment. An event that seems to lie before the one that it follows,
/// because two servers have different clocks, takes no time; nothing is ever negative.
pub fn clock(events: &[SessionEvent], now: Time) -> Clock {
    let mut out = Clock::default();
    let mut last = events.first().map_or(now, |e| e.at);
    for e in events {
        let at = e.at.max(last);
        if out.pace == Pace::Running {
            out.add(out.current, at.since(last));
        }
        last = at;
        out.number = e.number;
        match e.kind {
            EventKind::Opened | EventKind::Moved if e.item.is_some() => {
                out.current = e.item;
                out.add(e.item, Duration::ZERO);
            }
            _ => {}
        }
        match e.kind {
            EventKind::Opened => {
                out.pace = Pace::Running;
                out.opened_at = Some(at);
            }
            EventKind::Moved => {}
            EventKind::Paused => out.pace = Pace::Paused,
            EventKind::Resumed => out.pace = Pace::Running,
            EventKind::Closed => {
                out.pace = Pace::Closed;
                out.closed_at = Some(at);
            }
        }
    }
    if out.pace == Pace::Running && now > last {
        out.add(out.current, now.since(last));
    }
    out
}

/// What is left of a plan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ahead {
    /// Seconds that the finished items and the present one took beyond what was planned for them; below nought they took less.
    pub behind: i64,
    /// Seconds that the present item and those after it still have by the plan.
    pub left: i64,
}

/// How a session stands against its plan: `plan` is each item with its planned seconds, in the agenda's order. Items that were
/// skipped have given their time away.
pub fn ahead(plan: &[(Id, i64)], clock: &Clock) -> Ahead {
    let Some(place) = clock.current.and_then(|c| plan.iter().position(|(id, _)| *id == c)) else {
        return Ahead { behind: 0, left: plan.iter().map(|(_, s)| s).sum() };
    };
    let used = |id: Id| seconds(clock.of(id));
    let over = |(id, planned): &(Id, i64)| used(*id) - planned;
    let (current, planned) = plan[place];
    let left = (planned - used(current)).max(0) + plan[place + 1..].iter().map(|(_, s)| s).sum::<i64>();
    let before: i64 = plan[..place].iter().map(over).sum();
    Ahead { behind: before + over(&plan[place]).max(0), left }
}

/// Whole seconds.
pub fn seconds(d: Duration) -> i64 {
    i64::try_from(d.as_secs()).unwrap_or(i64::MAX)
}

/// "8:18", "61:08": minutes and seconds.
pub fn minutes(seconds: i64) -> String {
    let s = seconds.unsigned_abs();
    format!("{}{}:{:02}", if seconds < 0 { "\u{2212}" } else { "" }, s / 60, s % 60)
}

/// "8 minutes 18 seconds", as it is said aloud.
pub fn spoken(seconds: i64) -> String {
    let s = seconds.max(0);
    let of = |n: i64, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    match (s / 60, s % 60) {
        (0, s) => of(s, "second"),
        (m, 0) => of(m, "minute"),
        (m, s) => format!("{} {}", of(m, "minute"), of(s, "second")),
    }
}

/// "of 14 minutes", and once they are over "14 minutes, over by 1:05". Nobody is named, nothing is judged.
pub fn measured(used: i64, planned: i64) -> String {
    let of = spoken(planned);
    if used > planned { format!("{of}, over by {}", minutes(used - planned)) } else { format!("of {of}") }
}

/// "2:50 behind plan", "1:10 ahead of plan", "on plan": half a minute is neither.
pub fn standing(behind: i64) -> String {
    match behind {
        31.. => format!("{} behind plan", minutes(behind)),
        ..=-31 => format!("{} ahead of plan", minutes(-behind)),
        _ => "on plan".to_owned(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(n: u128) -> Id {
        Id::from_u128(n)
    }

    pub(crate) fn event(number: i64, kind: EventKind, item: Option<u128>, second: i64) -> SessionEvent {
        SessionEvent { number, kind, item: item.map(id), by: "Ingrid".into(), at: Time(second * 1_000_000) }
    }

    fn at(second: i64) -> Time {
        Time(second * 1_000_000)
    }

    fn story() -> Vec<SessionEvent> {
        use EventKind::{Closed, Moved, Opened, Paused, Resumed};
        vec![
            event(1, Opened, Some(1), 100),
            event(2, Moved, Some(2), 160),
            event(3, Paused, None, 190),
            event(4, Resumed, None, 250),
            event(5, Moved, Some(1), 260),
            event(6, Moved, Some(2), 265),
            event(7, Closed, None, 300),
        ]
    }

    #[test]
    fn time_passes_for_the_present_item_alone_and_not_in_a_pause() {
        let s = story();
        let c = clock(&s[..1], at(130));
        assert_eq!((c.pace, c.current, c.of(id(1)).as_secs(), c.number), (Pace::Running, Some(id(1)), 30, 1));
        let c = clock(&s[..3], at(1_000));
        assert_eq!((c.pace, c.of(id(1)).as_secs(), c.of(id(2)).as_secs()), (Pace::Paused, 60, 30));
        let c = clock(&s, at(9_999));
        assert_eq!((c.pace, c.of(id(1)).as_secs(), c.of(id(2)).as_secs(), c.total().as_secs()), (Pace::Closed, 65, 75, 140));
        assert_eq!((c.opened_at, c.closed_at), (Some(at(100)), Some(at(300))));
        assert_eq!(clock(&[], at(5)), Clock::default());
        assert!(!clock(&s, at(9_999)).is_open() && clock(&s[..3], at(200)).is_open());
    }

    #[test]
    fn a_session_stands_behind_by_what_its_items_took_beyond_the_plan() {
        let plan = [(id(1), 30), (id(2), 60), (id(3), 120)];
        let s = story();
        assert_eq!(ahead(&plan, &clock(&[], at(0))), Ahead { behind: 0, left: 210 });
        assert_eq!(ahead(&plan, &clock(&s[..1], at(110))), Ahead { behind: 0, left: 20 + 180 });
        assert_eq!(ahead(&plan, &clock(&s[..1], at(150))), Ahead { behind: 20, left: 180 });
        assert_eq!(ahead(&plan, &clock(&s[..2], at(170))), Ahead { behind: 30, left: 50 + 120 });
        // An item that took less than its time has given it away once it is over, not before.
        let quick = [event(1, EventKind::Opened, Some(1), 0), event(2, EventKind::Moved, Some(2), 10)];
        assert_eq!(ahead(&plan, &clock(&quick, at(10))).behind, -20);
    }

    #[test]
    fn words_tell_and_do_not_shame() {
        assert_eq!([minutes(0), minutes(498), minutes(3608), minutes(-5)], ["0:00", "8:18", "60:08", "\u{2212}0:05"]);
        assert_eq!([spoken(1), spoken(60), spoken(498)], ["1 second", "1 minute", "8 minutes 18 seconds"]);
        assert_eq!(measured(498, 840), "of 14 minutes");
        assert_eq!(measured(905, 840), "14 minutes, over by 1:05");
        assert_eq!([standing(170), standing(-70), standing(30)], ["2:50 behind plan", "1:10 ahead of plan", "on plan"]);
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        for kind in EventKind::ALL {
            assert_eq!(EventKind::read(kind.key()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.key());
        }
    }

    proptest! {
        #[test]
        fn nothing_is_negative_and_all_of_it_adds_up(
            steps in proptest::collection::vec((0_usize..4, 0_u128..4, -30_i64..600), 0..40),
            later in 0_i64..1_000,
        ) {
            let mut events = vec![event(1, EventKind::Opened, Some(0), 1_000)];
            let mut second = 1_000;
            for (i, (kind, item, wait)) in steps.iter().enumerate() {
                second += wait;
                let kind = [EventKind::Moved, EventKind::Paused, EventKind::Resumed, EventKind::Moved][*kind];
                let item = (kind == EventKind::Moved).then_some(*item);
                events.push(event(i64::try_from(i).unwrap() + 2, kind, item, second));
            }
            let now = second.max(1_000) + later;
            let c = clock(&events, at(now));
            let latest = events.iter().map(|e| e.at).max().unwrap().max(at(now));
            prop_assert!(c.total() <= latest.since(at(1_000)), "no more than has passed");
            prop_assert!(clock(&events, at(now + 10)).total() >= c.total(), "time does not run backwards");
            let plan: Vec<(Id, i64)> = (0..4).map(|n| (id(n), 60)).collect();
            prop_assert!(ahead(&plan, &c).left >= 0);
        }
    }
}
