//! Which of a team's values came in by themselves, sprint by sprint, and what could replace the typing of the others. A
//! team's own past, never a comparison: teams stand in their fixed order, and nothing sorts by it.

use metrics::ledger::Offer;
use metrics::value::{Provenance, Value};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::document::{Document, Named, Row};

/// Values that nobody typed, of all values that the report of one sprint shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SprintShare {
    /// Number of the sprint.
    pub sprint: i64,
    /// So many.
    pub k: usize,
    /// Of so many.
    pub n: usize,
}

/// A row that somebody types.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TypedRow {
    /// Key of the metric.
    pub metric: String,
    /// Its title.
    pub title: String,
    /// The workload or service, if the row is not the team's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Named>,
    /// For how many periods on end it has been typed.
    pub typed_for: usize,
    /// The source that could replace the typing, as the definition names it; empty if nobody has named one.
    pub could_come_from: String,
}

/// How much of a team's report comes in by itself.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Automation {
    /// The team.
    pub team: Named,
    /// The sprint that is reported.
    pub sprint: i64,
    /// The last six sprints of which there are values, oldest first, counted over the rows of this report's template.
    pub sprints: Vec<SprintShare>,
    /// Rows that are typed, in the template's order.
    pub typed: Vec<TypedRow>,
}

/// What the entry form knows about a typed row beyond the report.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Typed {
    /// For how many periods on end it has been typed.
    pub typed_for: usize,
    /// What taking one's own entry back would do.
    pub offer: Option<Offer>,
}

/// Adds up, sprint by sprint, whether each row's value came in by itself; sprints before the first value are left out.
pub fn shares(sprints: &[i64], rows: &[Vec<Option<bool>>]) -> Vec<SprintShare> {
    let of = |(i, sprint): (usize, &i64)| {
        let shown = || rows.iter().filter_map(|r| r.get(i).copied().flatten());
        SprintShare { sprint: *sprint, k: shown().filter(|by_itself| *by_itself).count(), n: shown().count() }
    };
    sprints.iter().enumerate().map(of).skip_while(|s| s.n == 0).collect()
}

/// For how many periods on end the newest values were typed. Values oldest first; a gap ends nothing.
pub fn typed_for(values: &[Value]) -> usize {
    values.iter().rev().filter(|v| v.number.is_some()).take_while(|v| v.way == Provenance::Typed).count()
}

/// True for a row whose value, or the last one, somebody typed.
pub fn is_typed(row: &Row) -> bool {
    row.now.as_ref().or(row.before.as_ref()).is_some_and(|f| f.way == "typed")
}

/// The oldest of the sprints shown, if there is one beside the report's own.
pub fn earlier(d: &Document) -> Option<SprintShare> {
    d.automation.first().copied().filter(|s| s.sprint != d.sprint)
}

/// Values of a row that are looked at for [`typed_for`].
pub const LOOKED_AT: i64 = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_counts_what_has_a_value_and_leaves_out_the_time_before() {
        let rows = [
            vec![None, Some(false), Some(true), Some(true)],
            vec![None, Some(false), Some(false), Some(true)],
            vec![None, None, None, Some(false)],
        ];
        let found = shares(&[19, 20, 21, 22], &rows);
        let plain: Vec<(i64, usize, usize)> = found.iter().map(|s| (s.sprint, s.k, s.n)).collect();
        assert_eq!(plain, [(20, 0, 2), (21, 1, 2), (22, 2, 3)]);
        assert!(shares(&[22], &[vec![None]]).is_empty());
    }
}
