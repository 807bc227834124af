//! Risks found and closed over time, from the history of answers. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Points that a chart has at most; more days are thinned out, the first and the last stay.
pub const MOST: usize = 12;

/// An answer to a question, on the day on which it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// ISO day.
    pub day: String,
    /// Lens and question.
    pub question: (String, String),
    /// It stands at a risk with this answer.
    pub risk: bool,
}

/// Risks found until the end of a day, and how many of them are closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BurnPoint {
    /// ISO day.
    pub day: String,
    /// Questions that have stood at a risk until then.
    pub found: usize,
    /// Of these, those that do not any more.
    pub closed: usize,
}

/// Counts by day, in order; `events` are in the order in which they were given. Within a day only how it ends counts: while an answer
/// is being ticked, a question may pass through every risk.
pub fn burn(events: &[Event]) -> Vec<BurnPoint> {
    let mut days: BTreeMap<&str, BTreeMap<&(String, String), bool>> = BTreeMap::new();
    for e in events {
        days.entry(&e.day).or_default().insert(&e.question, e.risk);
    }
    let (mut found, mut open) = (BTreeSet::new(), BTreeSet::new());
    let mut out: Vec<BurnPoint> = Vec::new();
    for (day, answers) in days {
        for (question, risk) in answers {
            if risk {
                found.insert(question);
                open.insert(question);
            } else {
                open.remove(question);
            }
        }
        out.push(BurnPoint { day: day.to_owned(), found: found.len(), closed: found.len() - open.len() });
    }
    thinned(out)
}

fn thinned(all: Vec<BurnPoint>) -> Vec<BurnPoint> {
    let n = all.len();
    if n <= MOST {
        return all;
    }
    let kept: BTreeSet<usize> = (0..MOST).map(|i| i * (n - 1) / (MOST - 1)).collect();
    all.into_iter().enumerate().filter(|(i, _)| kept.contains(i)).map(|(_, p)| p).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(day: &str, question: &str, risk: bool) -> Event {
        Event { day: day.into(), question: ("core".into(), question.into()), risk }
    }

    #[test]
    fn found_only_grows_and_what_opens_again_is_open() {
        let events = [
            event("2026-08-01", "A", true),
            event("2026-08-01", "B", true),
            event("2026-08-01", "B", false),
            event("2026-08-01", "C", true),
            event("2026-09-01", "A", false),
            event("2026-10-01", "A", true),
            event("2026-10-01", "C", false),
        ];
        let counts: Vec<(usize, usize)> = burn(&events).iter().map(|p| (p.found, p.closed)).collect();
        assert_eq!(counts, [(2, 0), (2, 1), (2, 1)], "B never ended a day at a risk");
        assert!(burn(&[]).is_empty());
    }

    #[test]
    fn many_days_are_thinned_out_between_the_first_and_the_last() {
        let events: Vec<Event> =
            (0..100).map(|i| event(&format!("2026-{:02}-{:02}", 1 + i / 28, 1 + i % 28), &i.to_string(), true)).collect();
        let points = burn(&events);
        assert_eq!((points.len(), points[0].found, points[MOST - 1].found), (MOST, 1, 100));
    }
}
