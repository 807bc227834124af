//! A group's reports of one sprint, and what of them is a signal. Teams stand in their fixed order; nothing here sorts or
//! adds up by team.

use catalogue::{Group, Sprint, Team};
use serde::Serialize;
use utoipa::ToSchema;

use crate::document::{Document, Row, RowState, Stage};

/// A group's reports of one sprint.
pub struct Overview {
    /// The group.
    pub group: Group,
    /// The sprint that is reported.
    pub sprint: Sprint,
    /// "4 to 17 November 2026".
    pub dates: String,
    /// Who leads its review.
    pub facilitators: Vec<String>,
    /// Reports in the teams' fixed order.
    pub reports: Vec<Document>,
}

/// A group with its teams and the stage of each report.
pub struct GroupList {
    /// The group.
    pub group: Group,
    /// The sprint that is reported, if one has begun.
    pub sprint: Option<Sprint>,
    /// In their fixed order.
    pub teams: Vec<(Team, Stage)>,
}

/// A signal of one team.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Found {
    /// Slug of the team.
    pub team: String,
    /// Title of the pillar.
    pub pillar: String,
    /// `worse`, `stale`, `better`.
    pub kind: String,
    /// The row.
    pub row: Row,
}

/// Signals: worse, stale, better; within each the strongest first, so that the order says nothing about teams but how far
/// a value lies outside its own limits.
pub fn found(reports: &[Document]) -> Vec<Found> {
    let mut out: Vec<(u8, Found)> = Vec::new();
    for d in reports {
        for (pillar, row) in d.rows() {
            let kind = match (row.change.judgement.as_deref(), row.state) {
                (Some("worse"), _) => (0, "worse"),
                (_, RowState::Stale) => (1, "stale"),
                (Some("better"), _) => (2, "better"),
                _ => continue,
            };
            out.push((kind.0, Found { team: d.team.slug.clone(), pillar: pillar.into(), kind: kind.1.into(), row: row.clone() }));
        }
    }
    out.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.row.change.strength.total_cmp(&a.1.row.change.strength)));
    out.into_iter().map(|(_, f)| f).collect()
}
