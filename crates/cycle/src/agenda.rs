//! What a session talks about, in which order and for how long. Pure.

use kernel::ids::Id;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Items of an agenda at most.
pub const MOST: usize = 120;

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
    fn an_agenda_is_as_long_as_its_items() {
        let items = [item(1, ItemKind::Wins, "Wins", 5), item(2, ItemKind::Team, "A", 0), item(3, ItemKind::Close, "Close", 2)];
        assert_eq!(minutes(&items), 7);
    }
}
