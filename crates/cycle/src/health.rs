//! Health of the process itself, session by session and never by team: did it end on time, were actions closed in time, how
//! much of the reports came in by itself, was it worth the time. A change is called one by the rules of the charts alone. Pure.

use std::collections::BTreeMap;

use kernel::ids::Id;
use kernel::time::Time;
use serde::Serialize;
use utoipa::ToSchema;
use verdict::{Bounds, Direction, FEW, Judgement, Options, Ratio, Verdict};

/// Sessions that are looked at, the newest.
pub const MOST: i64 = 26;

/// k of n.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
#[schema(as = HealthShare)]
pub struct Share {
    /// So many.
    pub k: i64,
    /// Of so many; 0 for a session without data.
    pub n: i64,
}

/// One session that was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SessionHealth {
    /// The session.
    pub id: Id,
    /// "Review of sprint 22".
    pub title: String,
    /// Its planned start.
    pub starts: Time,
    /// Planned minutes.
    pub planned: i64,
    /// Minutes from opening to closing.
    pub used: i64,
    /// Minutes by which it ended after its planned length; below nought it ended early.
    pub overrun: i64,
    /// Actions that were due since the session before, and those done by their day. Dropped ones count in neither.
    pub in_time: Share,
    /// Values of the reviewed reports that nobody typed, of all values.
    pub automated: Share,
    /// Who said that it was worth the time, of those who said anything; 0 of 0 below five answers.
    pub worth: Share,
}

/// Natural limits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct HealthLimits {
    /// Lower.
    pub lower: f64,
    /// Upper.
    pub upper: f64,
    /// Mean of the baseline.
    pub mean: f64,
}

/// One of the four, over sessions.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct HealthTrend {
    /// What.
    pub title: String,
    /// Values, oldest first; null where there is none.
    pub values: Vec<Option<f64>>,
    /// Unit of the values.
    pub unit: String,
    /// What changed, as a sentence, by the rules of the charts; why nothing is said below five values.
    pub sentence: String,
    /// Natural limits, from five values on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<HealthLimits>,
    /// `better` or `worse`, only for a signal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judgement: Option<String>,
}

/// How the process does.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ProcessHealth {
    /// Sessions that were closed, oldest first, at most 26.
    pub sessions: Vec<SessionHealth>,
    /// Overrun, actions in time, automated share, worth.
    pub trends: Vec<HealthTrend>,
}

/// Who said after a session that it was worth the time, of all who answered.
#[must_use]
pub fn worth(counts: &BTreeMap<String, i64>) -> Share {
    let of = |key: &str| counts.get(key).copied().unwrap_or(0);
    Share { k: of("yes"), n: of("yes") + of("partly") + of("no") }
}

fn trend(title: &str, unit: &str, values: Vec<Option<f64>>, found: Result<Verdict, verdict::Error>) -> HealthTrend {
    let known = values.iter().flatten().count();
    let limits = |v: &Verdict| v.limits.as_ref().map(|l| HealthLimits { lower: l.lower, upper: l.upper, mean: l.centre });
    let (sentence, limits, judgement) = match found {
        _ if known == 0 => ("No session has said it yet.".to_owned(), None, None),
        Ok(v) if values.last().is_some_and(Option::is_some) => {
            let word = match v.last.judgement {
                Some(Judgement::Better) => Some("better"),
                Some(Judgement::Worse) => Some("worse"),
                _ => None,
            };
            (html::capital(&v.sentence()), limits(&v), word.map(str::to_owned))
        }
        Ok(v) => ("The last session says nothing of it.".to_owned(), limits(&v), None),
        Err(_) => ("The values cannot be judged.".to_owned(), None, None),
    };
    HealthTrend { title: title.to_owned(), values, unit: unit.to_owned(), sentence, limits, judgement }
}

fn share(title: &str, sessions: &[SessionHealth], of: impl Fn(&SessionHealth) -> Share) -> HealthTrend {
    let ratios: Vec<Option<Ratio>> =
        sessions.iter().map(|s| Some(of(s)).filter(|s| s.n > 0).map(|s| Ratio { part: whole(s.k), whole: whole(s.n) })).collect();
    let options = options(Direction::Up, "%", Bounds { min: Some(0.0), max: Some(100.0) });
    let values = ratios.iter().map(|r| r.map(|r| 100.0 * r.part / r.whole)).collect();
    let mut out = trend(title, "%", values, verdict::proportions(&ratios, &Options { per: 100.0, ..options }));
    if let Some(r) = ratios.last().copied().flatten().filter(|r| r.whole < FEW) {
        out.sentence += &format!(" {} of {} is so few that a share is mostly noise.", r.part, r.whole);
    }
    out
}

fn whole(n: i64) -> f64 {
    // Counts of a session are far below 2^52.
    i32::try_from(n).map_or(0.0, f64::from)
}

fn options(direction: Direction, unit: &str, bounds: Bounds) -> Options {
    Options { direction, unit: unit.to_owned(), period_noun: "session".to_owned(), bounds, ..Options::default() }
}

/// How the process does over sessions, oldest first.
#[must_use]
pub fn health(sessions: Vec<SessionHealth>) -> ProcessHealth {
    let overrun: Vec<Option<f64>> = sessions.iter().map(|s| Some(f64::from(i32::try_from(s.overrun).unwrap_or(0)))).collect();
    let judged = verdict::individuals(&overrun, &options(Direction::Down, "min", Bounds::default()));
    let trends = vec![
        trend("Minutes over the planned length", "min", overrun, judged),
        share("Actions done by their day", &sessions, |s| s.in_time),
        share("Values that came in by themselves", &sessions, |s| s.automated),
        share("Worth the time", &sessions, |s| s.worth),
    ];
    ProcessHealth { sessions, trends }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn session(n: u8, overrun: i64, in_time: (i64, i64), worth: (i64, i64)) -> SessionHealth {
        SessionHealth {
            id: Id::from_u128(u128::from(n)),
            title: format!("Review of sprint {n} <x>"),
            starts: Time(1_795_000_000_000_000 + i64::from(n) * 1_209_600_000_000),
            planned: 120,
            used: 120 + overrun,
            overrun,
            in_time: Share { k: in_time.0, n: in_time.1 },
            automated: Share { k: 20 + i64::from(n), n: 60 },
            worth: Share { k: worth.0, n: worth.1 },
        }
    }

    #[test]
    fn a_trend_is_called_one_by_the_rules_alone() {
        let few = health((1..4).map(|n| session(n, 2, (3, 4), (0, 0))).collect());
        assert_eq!(few.trends[3].sentence, "No session has said it yet.");
        assert!(few.trends[0].limits.is_none() && few.trends[0].sentence.contains("from the fifth session on"));
        let mut all: Vec<SessionHealth> = (1..14).map(|n| session(n, i64::from(n % 3), (3, 4), (5, 6))).collect();
        assert_eq!(health(all.clone()).trends[0].judgement, None, "noise is no change");
        all.push(session(14, 60, (3, 4), (5, 6)));
        let late = health(all);
        assert_eq!(late.trends[0].judgement.as_deref(), Some("worse"), "{}", late.trends[0].sentence);
        assert!(late.trends[0].limits.is_some());
    }

    #[test]
    fn a_session_without_data_is_a_gap_and_never_nought() {
        let found = health(vec![session(1, 0, (0, 0), (5, 5)), session(2, 0, (2, 4), (0, 0))]);
        assert_eq!(found.trends[1].values, [None, Some(50.0)]);
        assert!(found.trends[1].sentence.contains("2 of 4 is so few"), "{}", found.trends[1].sentence);
        assert_eq!(found.trends[3].values, [Some(100.0), None]);
        assert_eq!(found.trends[3].sentence, "The last session says nothing of it.");
        let counts = BTreeMap::from([("yes".to_owned(), 3), ("no".to_owned(), 2)]);
        assert_eq!(worth(&counts), Share { k: 3, n: 5 });
        assert!(health(Vec::new()).sessions.is_empty());
    }
}
