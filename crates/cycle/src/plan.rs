//! Makes an agenda from what is known and what was settled. Pure.

use kernel::ids::Id;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::agenda::{AgendaItem, ItemKind, Reason, ReasonKind};
use crate::budget::{Ask, Shares, Slot, Why, share, words};
use crate::cadence::Cadence;

/// How far a team's report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Readiness {
    /// Nothing stands in it.
    #[default]
    NotBegun,
    /// Something does.
    Draft,
    /// Handed in by the team.
    Ready,
    /// Reviewed and frozen.
    Reviewed,
}

impl Readiness {
    /// As pages write it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Readiness::NotBegun => "not begun",
            Readiness::Draft => "draft",
            Readiness::Ready => "ready",
            Readiness::Reviewed => "reviewed",
        }
    }

    /// True if the team has done what is asked of it.
    #[must_use]
    pub fn is_ready(self) -> bool {
        matches!(self, Readiness::Ready | Readiness::Reviewed)
    }
}

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionCount)]
pub struct Count {
    /// So many.
    pub k: usize,
    /// Of so many.
    pub n: usize,
}

/// What stands behind a part of an agenda: open notices, late actions, talks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionPart)]
pub struct PartData {
    /// Which part.
    pub kind: ItemKind,
    /// Each with the way to what caused it.
    pub reasons: Vec<Reason>,
}

/// What a team's report says before a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionTeam)]
pub struct TeamData {
    /// The team.
    pub team: Id,
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// How far its report is.
    pub readiness: Readiness,
    /// Rows of the report with a value, of all that want one.
    pub filled: Count,
    /// Values of it that nobody typed, of all values.
    pub automated: Count,
    /// The page of its report; empty without one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub href: String,
    /// What is worth talking about, strongest first.
    pub reasons: Vec<Reason>,
    /// Real changes among them that are false alarms, to expect.
    pub false_alarms: f64,
}

impl TeamData {
    /// A team of which nothing is known.
    #[must_use]
    pub fn bare(team: Id, slug: &str, name: &str) -> Self {
        Self {
            team,
            slug: slug.to_owned(),
            name: name.to_owned(),
            readiness: Readiness::NotBegun,
            filled: Count::default(),
            automated: Count::default(),
            href: String::new(),
            reasons: Vec::new(),
            false_alarms: 0.0,
        }
    }

    /// What there is to talk about; of a report that nobody has begun nothing is known.
    #[must_use]
    pub fn summary(&self) -> String {
        match (self.readiness, self.reasons.is_empty()) {
            (Readiness::NotBegun, true) => "not known yet".to_owned(),
            _ => summary(&self.reasons),
        }
    }

    /// How much needs talk.
    #[must_use]
    pub fn need(&self) -> i64 {
        need(&self.reasons)
    }
}

fn need(reasons: &[Reason]) -> i64 {
    reasons.iter().map(|r| r.kind.weight()).sum()
}

/// "two real changes, one stale"; "nothing new" for none.
#[must_use]
pub fn summary(reasons: &[Reason]) -> String {
    let counted = ReasonKind::ALL.into_iter().filter_map(|kind| {
        let n = reasons.iter().filter(|r| r.kind == kind).count();
        (n > 0).then(|| kind.counted(n))
    });
    let all: Vec<String> = counted.collect();
    if all.is_empty() { "nothing new".to_owned() } else { all.join(", ") }
}

/// A topic of the council.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionTopic)]
pub struct Topic {
    /// As it is shown.
    pub title: String,
    /// Minutes that it wants; the usual slot if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i64>,
    /// What it is about, with links.
    pub reasons: Vec<Reason>,
}

/// What is known before a session.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionData)]
pub struct Data {
    /// Teams in the fixed order.
    pub teams: Vec<TeamData>,
    /// Topics of the council.
    pub topics: Vec<Topic>,
    /// What stands behind the parts.
    pub parts: Vec<PartData>,
}

impl Data {
    /// False alarms to expect among the real changes of all teams.
    #[must_use]
    pub fn false_alarms(&self) -> f64 {
        self.teams.iter().map(|t| t.false_alarms).sum()
    }

    fn of(&self, kind: ItemKind) -> Vec<Reason> {
        self.parts.iter().filter(|p| p.kind == kind).flat_map(|p| p.reasons.clone()).collect()
    }
}

/// An item without id and place.
fn bare(kind: ItemKind, title: &str, minutes: i64, why: String) -> AgendaItem {
    AgendaItem {
        id: Id::from_u128(0),
        position: 0,
        kind,
        team: None,
        title: title.to_owned(),
        seconds: minutes.max(0) * 60,
        exception: false,
        why,
        reasons: Vec::new(),
        started_at: None,
        ended_at: None,
    }
}

fn why(slot: Slot, reasons: &[Reason]) -> String {
    let said = summary(reasons);
    match slot {
        Slot::Minutes(_) => said,
        Slot::Exception(Why::NothingNew) => "by exception: nothing new".into(),
        Slot::Exception(Why::NoRoom) => format!("by exception, for want of time: {said}"),
    }
}

fn sized(mut item: AgendaItem, slot: Slot) -> AgendaItem {
    item.why = why(slot, &item.reasons);
    (item.seconds, item.exception) = match slot {
        Slot::Minutes(m) => (m * 60, false),
        Slot::Exception(_) => (0, true),
    };
    item
}

/// Asks of what stands in the main part, in its order.
fn asks(items: &[AgendaItem]) -> Vec<Ask> {
    (0..).zip(items).map(|(turn, i)| Ask { need: need(&i.reasons), turn }).collect()
}

/// The agenda of a session of so many minutes. `order` is the places of teams; ids are given afterwards.
#[must_use]
pub fn planned(cadence: &Cadence, minutes: i64, data: &Data, order: &[usize]) -> Vec<AgendaItem> {
    let teams = order.iter().filter_map(|i| data.teams.get(*i)).map(|t| {
        let item = bare(ItemKind::Team, &t.name, 0, String::new());
        AgendaItem { team: Some(t.team), reasons: t.reasons.clone(), ..item }
    });
    let topics =
        data.topics.iter().map(|t| AgendaItem { reasons: t.reasons.clone(), ..bare(ItemKind::Topic, &t.title, 0, String::new()) });
    let main: Vec<AgendaItem> = teams.chain(topics).collect();
    let shares = share(minutes - cadence.fixed(), cadence.least, cadence.usual, &asks(&main));
    let mut main = main.into_iter().zip(shares.slots).map(|(i, slot)| sized(i, slot)).collect::<Vec<_>>();
    let mut out = Vec::new();
    for part in &cadence.agenda {
        if matches!(part.kind, ItemKind::Team | ItemKind::Topic) {
            out.append(&mut main);
            continue;
        }
        let reasons = data.of(part.kind);
        let why = if reasons.is_empty() { String::new() } else { summary(&reasons) };
        out.push(AgendaItem { reasons, ..bare(part.kind, part.kind.title(), part.minutes, why) });
    }
    for (position, item) in (1..).zip(&mut out) {
        item.position = position;
    }
    out
}

/// How an agenda shares its time, in words.
#[must_use]
pub fn told(items: &[AgendaItem], minutes: i64) -> String {
    let main: Vec<&AgendaItem> = items.iter().filter(|i| i.kind == ItemKind::Team).collect();
    let names: Vec<&str> = main.iter().map(|i| i.title.as_str()).collect();
    let slots = main.iter().map(|i| match (i.exception, need(&i.reasons)) {
        (false, _) => Slot::Minutes(i.seconds / 60),
        (true, 0) => Slot::Exception(Why::NothingNew),
        (true, _) => Slot::Exception(Why::NoRoom),
    });
    let left = minutes - crate::agenda::minutes(items);
    if main.is_empty() {
        return match left {
            0.. => format!("{} of {minutes} minutes are planned.", minutes - left),
            _ => format!("{} minutes are planned, {} more than there are.", minutes - left, -left),
        };
    }
    words(&Shares { slots: slots.collect(), left }, &names)
}

/// An agenda whose items that were not begun share the time until `ends`.
#[must_use]
pub fn fitted(cadence: &Cadence, items: &[AgendaItem], ends: Time, now: Time) -> Vec<AgendaItem> {
    let left = i64::try_from(ends.since(now).as_secs() / 60).unwrap_or(0);
    let waits = |i: &AgendaItem| i.started_at.is_none();
    let is_main = |i: &AgendaItem| matches!(i.kind, ItemKind::Team | ItemKind::Topic);
    // What is being talked about has the rest of its own time.
    let current = items.iter().filter(|i| i.started_at.is_some() && i.ended_at.is_none()).map(|i| {
        let used = i.started_at.map_or(0, |at| i64::try_from(now.since(at).as_secs()).unwrap_or(0));
        ((i.seconds - used).max(0) + 59) / 60
    });
    let fixed: i64 = items.iter().filter(|i| waits(i) && !is_main(i)).map(|i| i.seconds / 60).sum::<i64>() + current.sum::<i64>();
    let main: Vec<AgendaItem> = items.iter().filter(|i| waits(i) && is_main(i)).cloned().collect();
    let mut slots = share(left - fixed, cadence.least, cadence.usual, &asks(&main)).slots.into_iter();
    let fit = |i: &AgendaItem| match waits(i) && is_main(i) {
        true => slots.next().map_or_else(|| i.clone(), |slot| sized(i.clone(), slot)),
        false => i.clone(),
    };
    items.iter().map(fit).collect()
}
