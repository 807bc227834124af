//! Loads the reports of a group's sprint, and how far each is.

use catalogue::{Group, Sprint};
use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::Id;
use kernel::web::Ctx;

use crate::document::Stage;
use crate::overview::{GroupList, Overview};

/// The sprint that is being reported: the last that has closed, or the first if none has.
///
/// # Errors
/// [`kernel::Error::NotFound`] if the calendar is empty.
pub(crate) fn reporting_sprint(cx: &Ctx, tx: &mut dyn Tx, group: Id) -> Result<Sprint> {
    match catalogue::store::last_closed_sprint(tx, group, cx.now)? {
        Some(s) => Ok(s),
        None => catalogue::store::current_sprint(tx, group, cx.now),
    }
}

/// Loads all reports of the sprint that is reported.
///
/// # Errors
/// The engine's.
pub fn load(cx: &Ctx, tx: &mut dyn Tx, group: Group) -> Result<Overview> {
    cx.require_signed_in()?;
    let sprint = reporting_sprint(cx, tx, group.id)?;
    let mut reports = Vec::new();
    for team in catalogue::store::teams(tx, Some(group.id))? {
        reports.push(super::show(cx, tx, &team, sprint.number)?);
    }
    let dates = crate::rules::dates(sprint.first_day, sprint.end_day);
    let facilitators = people::people_with_role(tx, people::Role::Facilitator, Some(group.id))?;
    Ok(Overview { group, sprint, dates, facilitators: facilitators.into_iter().map(|p| p.name).collect(), reports })
}

/// All groups with their teams' reports.
///
/// # Errors
/// The engine's.
pub fn all(cx: &Ctx, tx: &mut dyn Tx) -> Result<Vec<GroupList>> {
    cx.require_signed_in()?;
    let mut out = Vec::new();
    for group in catalogue::store::groups(tx)? {
        let sprint = match reporting_sprint(cx, tx, group.id) {
            Ok(s) => Some(s),
            Err(kernel::Error::NotFound(_)) => None,
            Err(e) => return Err(e),
        };
        let mut teams = Vec::new();
        for team in catalogue::store::teams(tx, Some(group.id))? {
            let stage = match &sprint {
                Some(s) if crate::store::frozen_text(tx, team.id, s.number)?.is_some() => Stage::Reviewed,
                Some(s) if crate::store::ready(tx, team.id, s.number)?.is_some() => Stage::Ready,
                _ => Stage::Draft,
            };
            teams.push((team, stage));
        }
        out.push(GroupList { group, sprint, teams });
    }
    Ok(out)
}
