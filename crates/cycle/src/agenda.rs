//! What a session talks about, in which order and for how long. Pure.

use std::collections::HashSet;

use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = AgendaKind)]
pub enum ItemKind {
    /// What went well; always first.
    Wins,
    /// Notices to all developers that are open.
    Notices,
    /// Actions that are late.
    Actions,
    /// A team's report.
    Team,
    /// A topic of the council.
    Topic,
    /// Short talks.
    TechShares,
    /// What came up and found no room.
    ParkingLot,
    /// What was agreed, and the end.
    Close,
}

impl ItemKind {
    /// All, in the order in which they usually come.
    pub const ALL: [ItemKind; 8] = [
        ItemKind::Wins,
        ItemKind::Notices,
        ItemKind::Actions,
        ItemKind::Team,
        ItemKind::Topic,
        ItemKind::TechShares,
        ItemKind::ParkingLot,
        ItemKind::Close,
    ];

    /// As it is stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            ItemKind::Wins => "wins",
            ItemKind::Notices => "notices",
            ItemKind::Actions => "actions",
            ItemKind::Team => "team",
            ItemKind::Topic => "topic",
            ItemKind::TechShares => "tech-shares",
            ItemKind::ParkingLot => "parking-lot",
            ItemKind::Close => "close",
        }
    }

    /// As agendas write it; of a team or topic, the part in which all of them stand.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            ItemKind::Wins => "Wins, one per team",
            ItemKind::Notices => "Notices",
            ItemKind::Actions => "Actions by exception",
            ItemKind::Team => "Teams",
            ItemKind::Topic => "Topics",
            ItemKind::TechShares => "Tech shares",
            ItemKind::ParkingLot => "Parking lot",
            ItemKind::Close => "Close",
        }
    }

    /// As it was stored or sent.
    #[must_use]
    pub fn read(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }
}

/// What caused an item, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AgendaReason)]
pub struct Reason {
    /// Which kind.
    pub kind: ReasonKind,
    /// One sentence.
    pub words: String,
    /// Where it is from: a page of this server; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub href: String,
}

/// Kinds of what is worth talking about, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = AgendaReasonKind)]
pub enum ReasonKind {
    /// A target or tolerance is missed.
    Crossing,
    /// A real change.
    Change,
    /// The first value of a metric.
    First,
    /// A metric has gone stale.
    Stale,
    /// An action is late.
    Late,
    /// A question about a number that nobody has answered.
    Question,
    /// A target is still missed, as in the report before.
    Still,
    /// A notice that is open.
    Notice,
    /// Brought by a person, or by the room that gives the topics.
    Other,
}

impl ReasonKind {
    /// All, strongest first.
    pub const ALL: [ReasonKind; 9] = [
        ReasonKind::Crossing,
        ReasonKind::Change,
        ReasonKind::First,
        ReasonKind::Stale,
        ReasonKind::Late,
        ReasonKind::Question,
        ReasonKind::Still,
        ReasonKind::Notice,
        ReasonKind::Other,
    ];

    /// How much a thing of this kind needs talk, against the others.
    #[must_use]
    pub fn weight(self) -> i64 {
        match self {
            ReasonKind::Crossing | ReasonKind::Change => 3,
            ReasonKind::Question | ReasonKind::Late => 2,
            ReasonKind::First | ReasonKind::Stale | ReasonKind::Still | ReasonKind::Notice | ReasonKind::Other => 1,
        }
    }

    /// "two real changes".
    #[must_use]
    pub fn counted(self, n: usize) -> String {
        let (one, many) = match self {
            ReasonKind::Crossing => ("target missed", "targets missed"),
            ReasonKind::Change => ("real change", "real changes"),
            ReasonKind::First => ("first value", "first values"),
            ReasonKind::Stale => ("stale", "stale"),
            ReasonKind::Late => ("late action", "late actions"),
            ReasonKind::Question => ("open question", "open questions"),
            ReasonKind::Still => ("target still missed", "targets still missed"),
            ReasonKind::Notice => ("open notice", "open notices"),
            ReasonKind::Other => ("thing to talk about", "things to talk about"),
        };
        format!("{} {}", html::count_word(n), html::plural(n, one, many))
    }
}

/// An item of an agenda.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgendaItem {
    /// Its id.
    pub id: Id,
    /// From 1.
    pub position: i64,
    /// What it is.
    pub kind: ItemKind,
    /// The team, for a team's slot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<Id>,
    /// As it is shown: the team's name, the part's title, the topic.
    pub title: String,
    /// Planned length in seconds; 0 for what goes by exception.
    pub seconds: i64,
    /// No slot of its own: one line, and talk only if somebody asks.
    pub exception: bool,
    /// Where the minutes come from, or why there are none.
    pub why: String,
    /// What caused it, strongest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// When it was begun first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Time>,
    /// When it was left last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Time>,
}

/// An item as a person plans it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlannedItem {
    /// Which.
    pub id: Id,
    /// 0 to 240; absent for what goes by exception.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i64>,
}

/// An agenda as a person plans it: every item that was not begun, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgendaEdit {
    /// In their order.
    pub items: Vec<PlannedItem>,
}

/// Longest item that a person may plan, in minutes.
pub const LONGEST: i64 = 240;

impl AgendaEdit {
    /// The agenda after the change: what was begun stays in front, as it was.
    ///
    /// # Errors
    /// Every fault with its place; all items that were not begun are named once.
    pub fn apply(&self, stood: &[AgendaItem]) -> Result<Vec<AgendaItem>> {
        let mut faults = Faults::new();
        let (mut out, waiting): (Vec<AgendaItem>, Vec<AgendaItem>) = stood.iter().cloned().partition(|i| i.started_at.is_some());
        let mut named = HashSet::new();
        for (n, wanted) in self.items.iter().enumerate() {
            let at = format!("/items/{n}");
            let good = wanted.minutes.is_none_or(|m| (0..=LONGEST).contains(&m));
            faults.check(good, format!("{at}/minutes"), format!("An item takes 0 to {LONGEST} minutes."));
            let Some(found) = waiting.iter().find(|i| i.id == wanted.id && named.insert(i.id)) else {
                faults.add(at, "This is no item that waits, or it is named twice. Load the agenda anew.");
                continue;
            };
            let (seconds, exception) = (wanted.minutes.unwrap_or(0) * 60, wanted.minutes.is_none());
            let mut item = found.clone();
            if (seconds, exception) != (found.seconds, found.exception) {
                item.why = if exception { "by exception, by hand".into() } else { "by hand".into() };
            }
            (item.seconds, item.exception) = (seconds, exception);
            out.push(item);
        }
        let missing = waiting.iter().any(|i| !self.items.iter().any(|w| w.id == i.id));
        faults.check(!missing, "items", "An item that waits is not named. Load the agenda anew.");
        let first = out.first().is_none_or(|i| i.kind == ItemKind::Wins) || !stood.iter().any(|i| i.kind == ItemKind::Wins);
        faults.check(first, "items", "Wins come first.");
        faults.done()?;
        for (position, item) in (1..).zip(&mut out) {
            item.position = position;
        }
        Ok(out)
    }
}

/// Planned minutes in all, rounded up.
#[must_use]
pub fn minutes(items: &[AgendaItem]) -> i64 {
    (items.iter().map(|i| i.seconds).sum::<i64>() + 59) / 60
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn item(position: i64, kind: ItemKind, title: &str, minutes: i64) -> AgendaItem {
        AgendaItem {
            id: Id::from_u128(u128::from(position.unsigned_abs())),
            position,
            kind,
            team: None,
            title: title.into(),
            seconds: minutes * 60,
            exception: minutes == 0,
            why: String::new(),
            reasons: Vec::new(),
            started_at: None,
            ended_at: None,
        }
    }

    #[test]
    fn kinds_are_read_as_they_are_written() {
        for kind in ItemKind::ALL {
            assert_eq!(ItemKind::read(kind.key()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.key());
        }
        assert_eq!(ItemKind::read("lunch"), None);
        assert_eq!(ReasonKind::Change.counted(2), "two real changes");
    }

    #[test]
    fn a_person_plans_what_was_not_begun() {
        let begun = AgendaItem { started_at: Some(Time(1)), ..item(1, ItemKind::Wins, "Wins", 5) };
        let stood = [begun, item(2, ItemKind::Team, "A", 8), item(3, ItemKind::Team, "B", 0), item(4, ItemKind::Close, "Close", 2)];
        let planned = |n: u128, minutes| PlannedItem { id: Id::from_u128(n), minutes };
        let edit = |items| AgendaEdit { items };
        let made = edit(vec![planned(3, Some(6)), planned(2, None), planned(4, Some(2))]).apply(&stood).unwrap();
        let told: Vec<(&str, i64, i64, bool, &str)> =
            made.iter().map(|i| (i.title.as_str(), i.position, i.seconds / 60, i.exception, i.why.as_str())).collect();
        let wanted = [
            ("Wins", 1, 5, false, ""),
            ("B", 2, 6, false, "by hand"),
            ("A", 3, 0, true, "by exception, by hand"),
            ("Close", 4, 2, false, ""),
        ];
        assert_eq!(told, wanted);
        for bad in [
            vec![planned(3, Some(6))],
            vec![planned(3, Some(6)), planned(3, Some(6)), planned(2, None), planned(4, None)],
            vec![planned(1, Some(5)), planned(3, None), planned(2, None), planned(4, None)],
            vec![planned(3, Some(241)), planned(2, Some(-1)), planned(4, None)],
        ] {
            assert!(edit(bad.clone()).apply(&stood).is_err(), "{bad:?}");
        }
        let ahead = [item(1, ItemKind::Wins, "Wins", 5), item(2, ItemKind::Team, "A", 8)];
        assert!(edit(vec![planned(2, Some(8)), planned(1, Some(5))]).apply(&ahead).is_err(), "wins come first");
    }

    #[test]
    fn an_agenda_is_as_long_as_its_items() {
        let items = [item(1, ItemKind::Wins, "Wins", 5), item(2, ItemKind::Team, "A", 0), item(3, ItemKind::Close, "Close", 2)];
        assert_eq!(minutes(&items), 7);
    }
}
