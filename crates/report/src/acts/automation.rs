//! Loads how much of a team's report comes in by itself, and what could replace the typing of the rest.

use catalogue::Team;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::web::Ctx;

use super::entry::subject_of;
use super::overview::reporting_sprint;
use crate::automation::{Automation, LOOKED_AT, TypedRow, is_typed, typed_for};
use crate::document::Document;

/// What a page shows of it: the series with the typed rows, and the report with the others.
pub struct Shown {
    /// The series and the typed rows.
    pub automation: Automation,
    /// The report that they stand in.
    pub document: Document,
}

/// How much of a team's report comes in by itself; of the sprint that is being reported unless another is named.
///
/// # Errors
/// [`kernel::Error::NotFound`] for a sprint that the calendar does not have.
pub fn of_team(cx: &Ctx, tx: &mut dyn Tx, team: &Team, sprint: Option<i64>) -> Result<Shown> {
    cx.require_signed_in()?;
    let sprint = match sprint {
        Some(n) => n,
        None => reporting_sprint(cx, tx, team.group)?.number,
    };
    let document = super::draft(cx, tx, team, sprint)?;
    let mut typed = Vec::new();
    for row in document.sections.iter().flat_map(|s| &s.rows).filter(|r| is_typed(r)) {
        let Some(found) = metrics::store::definition(tx, &row.metric)? else { continue };
        let subject = subject_of(tx, team, &found.definition, row)?;
        let series = metrics::store::series(tx, &row.metric, subject, document.ends, LOOKED_AT)?;
        typed.push(TypedRow {
            metric: row.metric.clone(),
            title: row.title.clone(),
            subject: row.subject.clone(),
            typed_for: typed_for(&series),
            could_come_from: row.could_come_from.clone(),
        });
    }
    let sprints = document.automation.clone();
    Ok(Shown { automation: Automation { team: document.team.clone(), sprint, sprints, typed }, document })
}
