//! Filling in the past of a source when somebody asks for it: which periods, what is left alone, and how it is told.

use kernel::time::Time;
use metrics::definition::Definition;
use metrics::period::{Period, words};
use metrics::value::{Provenance, Value};
use serde::Serialize;
use utoipa::ToSchema;

use super::reading::{figure, sentence};
use super::run::{Outcome, PeriodFate, Pulled};

/// Sprints that it reaches back.
pub const SPRINTS: usize = 26;

/// Periods that one takes at most, the newest of them.
pub const PERIODS: usize = 400;

/// A sprint where a group's calendar says nothing of it, in microseconds: two weeks.
const SPRINT: i64 = 14 * 86_400_000_000;

/// How filling in the past of a source stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Backfill {
    /// When somebody asked for it; absent once it has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<Time>,
    /// Who.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<String>,
    /// When the last one ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Time>,
    /// What it took and what it left alone, as a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// What filling in the past would ask for now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BackfillOffer {
    /// Sprints that it reaches back.
    pub sprints: usize,
    /// First moment of the oldest period; absent if none has closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Time>,
    /// Periods that have closed since then; at most 400.
    pub periods: usize,
    /// Of these, without a value.
    pub missing: usize,
    /// Of these, with a value that was typed or pushed, which stays.
    pub kept: usize,
}

/// From when on the past is filled in. `sprints` are the last closed ones as (start, end), oldest first; where a calendar is
/// younger than 26 of them, the time before counts in sprints of their mean length.
pub fn reach(sprints: &[(Time, Time)], now: Time) -> Time {
    let (Some(first), Some(last)) = (sprints.first(), sprints.last()) else {
        return Time(now.micros().saturating_sub(SPRINT.saturating_mul(SPRINTS as i64)));
    };
    let n = sprints.len() as i64;
    let before = (SPRINTS as i64 - n).max(0);
    Time(first.0.micros().saturating_sub((last.1.micros() - first.0.micros()) / n * before))
}

fn known_of<'a>(known: &'a [Value], period: &Period) -> Option<&'a Value> {
    known.iter().find(|v| v.starts == period.starts && v.number.is_some())
}

/// What would be asked for of these closed periods, oldest first.
pub fn offer(closed: &[Period], known: &[Value]) -> BackfillOffer {
    let values: Vec<Option<&Value>> = closed.iter().map(|p| known_of(known, p)).collect();
    BackfillOffer {
        sprints: SPRINTS,
        from: closed.first().map(|p| p.starts),
        periods: closed.len(),
        missing: values.iter().filter(|v| v.is_none()).count(),
        kept: values.iter().flatten().filter(|v| v.way != Provenance::Pulled).count(),
    }
}

/// Every period of a backfill, newest first: those that were asked for as they were judged, and the others with the value that
/// they have.
pub fn whole(d: &Definition, closed: &[Period], known: &[Value], judged: Vec<Pulled>) -> Vec<Pulled> {
    let had = |p: &Period| {
        let v = known_of(known, p)?;
        let (fate, how) = match v.way {
            Provenance::Typed => (PeriodFate::Kept, "typed by"),
            Provenance::Pushed => (PeriodFate::Kept, "pushed by"),
            Provenance::Pulled => (PeriodFate::Unchanged, "pulled by"),
        };
        let detail = format!("{}, {how} {}, stays", v.number.map(|x| figure(x, d)).unwrap_or_default(), v.source);
        Some(Pulled { period: p.label.clone(), fate, number: v.number, detail })
    };
    closed.iter().rev().filter_map(|p| judged.iter().find(|j| j.period == p.label).cloned().or_else(|| had(p))).collect()
}

/// How a backfill ended. `values` are all of its periods, newest first; `failed` says that the newest should have a value and
/// has none.
pub fn told(d: &Definition, values: &[Pulled], failed: bool, year: i16) -> (Outcome, String) {
    let noun = d.period.noun();
    let count = |fate: PeriodFate| values.iter().filter(|p| p.fate == fate).count();
    let (stored, kept, had, none) =
        (count(PeriodFate::Stored), count(PeriodFate::Kept), count(PeriodFate::Unchanged), count(PeriodFate::None));
    let many = |n: usize, one: &str, more: &str| if n == 1 { one.to_owned() } else { more.to_owned() };
    let Some(oldest) = values.last() else {
        return (Outcome::Nothing, format!("No {noun} has closed yet, so there is no past to fill in."));
    };
    let n = values.len();
    let mut out = format!(
        "{stored} of {n} {} {} filled in, back to {}.",
        many(n, noun, &format!("{noun}s")),
        many(stored, "was", "were"),
        words(d.period, &oldest.period, year)
    );
    if kept > 0 {
        out.push_str(&format!(" {kept} typed or pushed {}.", many(kept, "value stays", "values stay")));
    }
    if had > 0 {
        out.push_str(&format!(" {had} had {} already.", many(had, "its value", "their values")));
    }
    if let Some(newest) = values.iter().find(|p| p.fate == PeriodFate::None) {
        let (has, of) = (many(none, "has", "have"), many(none, "", "the newest of them, "));
        let period = words(d.period, &newest.period, year);
        out.push_str(&format!(" {none} {has} no value; {of}{period}: {}", sentence(&newest.detail)));
    }
    let outcome = match (failed, stored, had) {
        (true, ..) => Outcome::Failed,
        (false, 0, 0) => Outcome::Nothing,
        (false, 0, _) => Outcome::Unchanged,
        _ => Outcome::Stored,
    };
    (outcome, out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    #[test]
    fn it_reaches_back_twenty_six_sprints_also_of_a_young_calendar() {
        let sprint = |n: i64| (Time(n * 10 * DAY), Time((n + 1) * 10 * DAY));
        let all: Vec<_> = (100..126).map(sprint).collect();
        assert_eq!(reach(&all, Time(2000 * DAY)), all[0].0);
        assert_eq!(reach(&all[24..], Time(2000 * DAY)), all[0].0, "two sprints of ten days, 24 before them");
        assert_eq!(reach(&[], Time(1000 * DAY)), Time((1000 - 26 * 14) * DAY));
    }
}
