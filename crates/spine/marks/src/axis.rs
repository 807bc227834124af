//! Marks on the axis of a chart: which period each falls into, and one label for all of a period. Pure.

use kernel::time::Time;

use crate::mark::{Mark, MarkKind};

/// Labels for the periods that have marks, as (index of the period, words). `periods` are half-open and in order; a mark in
/// none of them is left out. One mark is named by its title, several are counted by kind: "3 deployments, 1 incident".
pub fn labels(marks: &[Mark], periods: &[(Time, Time)]) -> Vec<(usize, String)> {
    let mut by_period: Vec<Vec<&Mark>> = vec![Vec::new(); periods.len()];
    for mark in marks.iter().filter(|m| m.taken_back.is_none()) {
        let after = periods.partition_point(|(starts, _)| *starts <= mark.at);
        if let Some(i) = after.checked_sub(1).filter(|i| mark.at < periods[*i].1) {
            by_period[i].push(mark);
        }
    }
    by_period.iter().enumerate().filter(|(_, marks)| !marks.is_empty()).map(|(i, marks)| (i, words(marks))).collect()
}

/// One label for some marks.
pub fn words(marks: &[&Mark]) -> String {
    if let [only] = marks {
        return only.title.clone();
    }
    let count = |kind| marks.iter().filter(|m| m.kind == kind).count();
    let counts: Vec<String> = MarkKind::ALL
        .into_iter()
        .map(|kind| (kind, count(kind)))
        .filter(|(_, n)| *n > 0)
        .map(|(kind, n)| format!("{n} {}", if n == 1 { kind.key() } else { kind.plural() }))
        .collect();
    counts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mark::{PlaceKind, TakenBack};
    use kernel::ids::Id;

    fn mark(at: i64, kind: MarkKind, title: &str) -> Mark {
        Mark {
            id: Id::from_u128(1),
            on: PlaceKind::Team,
            subject: Id::from_u128(2),
            kind,
            title: title.into(),
            url: String::new(),
            at: Time(at),
            until: None,
            made_by: "Dora".into(),
            made_at: Time(at),
            taken_back: None,
        }
    }

    const PERIODS: [(Time, Time); 3] = [(Time(0), Time(10)), (Time(10), Time(20)), (Time(30), Time(40))];

    #[test]
    fn a_mark_falls_into_the_period_that_holds_it() {
        let at = |t| labels(&[mark(t, MarkKind::Change, "x")], &PERIODS).first().map(|(i, _)| *i);
        assert_eq!([0, 9, 10, 19, 30, 39].map(at), [Some(0), Some(0), Some(1), Some(1), Some(2), Some(2)]);
        assert_eq!([-1, 20, 29, 40].map(at), [None; 4], "before, in a gap, after");
        assert_eq!(labels(&[mark(0, MarkKind::Change, "x")], &[]), []);
    }

    #[test]
    fn one_is_named_and_several_are_counted() {
        let marks = [
            mark(1, MarkKind::Incident, "Ledger slow"),
            mark(2, MarkKind::Deployment, "2.4"),
            mark(3, MarkKind::Deployment, "2.5"),
            mark(12, MarkKind::Release, "3.0"),
        ];
        assert_eq!(labels(&marks, &PERIODS), [(0, "2 deployments, 1 incident".to_owned()), (1, "3.0".to_owned())]);
    }

    #[test]
    fn what_was_taken_back_is_not_drawn() {
        let mut wrong = mark(1, MarkKind::Incident, "x");
        wrong.taken_back = Some(TakenBack { by: "Dora".into(), at: Time(2), reason: "a drill".into() });
        assert_eq!(labels(&[wrong], &PERIODS), []);
    }
}
