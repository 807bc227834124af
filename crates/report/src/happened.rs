//! What happened in a sprint, and where it stands on the axis of each row: deployments, releases, incidents, notices, actions
//! and other changes, from the marks. Pure.

use kernel::ids::Id;
use kernel::time::Time;
use marks::mark::Mark;
use marks::{MarkKind, axis};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Marks of one kind that are named; the others are counted.
pub const NAMED: usize = 3;

/// What happened of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Happened {
    /// Of what kind.
    pub kind: MarkKind,
    /// How often in the sprint.
    pub count: usize,
    /// The newest, newest first.
    pub newest: Vec<HappenedMark>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HappenedMark {
    /// In a few words: "ledger 2.4".
    pub title: String,
    /// Where to read more.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// When it happened or began.
    pub at: Time,
}

/// Marks in one period of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowMark {
    /// Place in the row's series, from 0.
    pub at: usize,
    /// "3 deployments, 1 incident", or the title of the only one.
    pub words: String,
}

/// What happened from a moment on to another one, not included; kinds in their fixed order, each with its newest.
pub fn within(all: &[Mark], from: Time, to: Time) -> Vec<Happened> {
    let mut inside: Vec<&Mark> = all.iter().filter(|m| m.taken_back.is_none() && m.at >= from && m.at < to).collect();
    inside.sort_by_key(|m| (std::cmp::Reverse(m.at), m.id));
    let of = |kind: MarkKind| {
        let found: Vec<&&Mark> = inside.iter().filter(|m| m.kind == kind).collect();
        let newest = found.iter().take(NAMED).map(|m| HappenedMark { title: m.title.clone(), url: m.url.clone(), at: m.at });
        Happened { kind, count: found.len(), newest: newest.collect() }
    };
    MarkKind::ALL.into_iter().map(of).filter(|h| h.count > 0).collect()
}

/// Marks that may have moved a row: those on what it is about, or on something above or below that.
pub fn of_line(all: &[Mark], line: &[Id]) -> Vec<Mark> {
    all.iter().filter(|m| line.contains(&m.subject)).cloned().collect()
}

/// Marks of a row's periods, which are half-open and in order.
pub fn of_row(marks: &[Mark], periods: &[(Time, Time)]) -> Vec<RowMark> {
    axis::labels(marks, periods).into_iter().map(|(at, words)| RowMark { at, words }).collect()
}

/// "3 deployments".
pub fn counted(h: &Happened) -> String {
    format!("{} {}", h.count, if h.count == 1 { h.kind.key() } else { h.kind.plural() })
}

/// Marks that are not named.
pub fn unnamed(h: &Happened) -> usize {
    h.count.saturating_sub(h.newest.len())
}

#[cfg(test)]
mod tests {
    use marks::mark::{PlaceKind, TakenBack};

    use super::*;

    fn mark(id: u128, at: i64, kind: MarkKind) -> Mark {
        Mark {
            id: Id::from_u128(id),
            on: PlaceKind::Team,
            subject: Id::from_u128(id % 2),
            kind,
            title: format!("m{id}"),
            url: String::new(),
            at: Time(at),
            until: None,
            made_by: "Ada".into(),
            made_at: Time(at),
            taken_back: None,
        }
    }

    #[test]
    fn kinds_stand_in_their_order_each_with_its_newest() {
        let mut all: Vec<Mark> = (1..=5).map(|n| mark(n, 10 + i64::try_from(n).unwrap(), MarkKind::Deployment)).collect();
        all.push(mark(6, 9, MarkKind::Incident));
        all.push(mark(7, 10, MarkKind::Incident));
        all.push(mark(8, 20, MarkKind::Release));
        let mut back = mark(9, 12, MarkKind::Notice);
        back.taken_back = Some(TakenBack { by: "Ada".into(), at: Time(13), reason: "a drill".into() });
        all.push(back);
        let found = within(&all, Time(10), Time(20));
        let words: Vec<String> = found.iter().map(counted).collect();
        assert_eq!(words, ["5 deployments", "1 incident"], "from is inside, to is not, what was taken back is not shown");
        let newest: Vec<&str> = found[0].newest.iter().map(|m| m.title.as_str()).collect();
        assert_eq!((newest, unnamed(&found[0]), unnamed(&found[1])), (vec!["m5", "m4", "m3"], 2, 0));
    }

    #[test]
    fn a_row_has_the_marks_of_its_own_line() {
        let all = [mark(1, 5, MarkKind::Deployment), mark(2, 15, MarkKind::Incident), mark(3, 16, MarkKind::Deployment)];
        let own = of_line(&all, &[Id::from_u128(1)]);
        assert_eq!(own.len(), 2);
        let rows = of_row(&own, &[(Time(0), Time(10)), (Time(10), Time(20))]);
        assert_eq!(rows, [RowMark { at: 0, words: "m1".into() }, RowMark { at: 1, words: "m3".into() }]);
    }
}
