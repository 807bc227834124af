//! What a team has agreed to do, from the register.

use actions::store::{Filter, Place};
use catalogue::{Group, Team};
use kernel::db::Tx;
use kernel::error::Result;
use kernel::time::Time;
use kernel::web::Ctx;

use crate::document::Named;
use crate::work::{MOST, ReportWork, TeamWork, since, work};

/// What a report of a team says of its actions. `starts` is the sprint's first moment, `before` the review of the report before.
///
/// # Errors
/// The engine's.
pub(crate) fn of_team(cx: &Ctx, tx: &mut dyn Tx, team: &Team, starts: Time, before: Option<Time>) -> Result<Option<ReportWork>> {
    cx.require_signed_in()?;
    let today = actions::acts::today(cx, tx)?;
    let most = i64::try_from(MOST).unwrap_or(20);
    let filter = Filter { team: Some(team.id), state: "unfinished".into(), ..Filter::default() };
    let open: Vec<_> = actions::store::list(tx, &filter, &Place::default(), most)?.into_iter().map(|(a, _)| a).collect();
    let closed = actions::store::closed(tx, team.id, since(before, starts), Time(i64::MAX), most)?;
    let sums = actions::store::counts_of(tx, team.id, &today.to_string())?;
    Ok(work(&open, &closed, sums, today))
}

/// How many actions of each team of a group are open and late, in the teams' fixed order; none where no team has any.
///
/// # Errors
/// The engine's.
pub(crate) fn of_group(cx: &Ctx, tx: &mut dyn Tx, group: &Group) -> Result<Vec<TeamWork>> {
    cx.require_signed_in()?;
    let today = actions::acts::today(cx, tx)?.to_string();
    let counts = actions::store::counts(tx, &today)?;
    if counts.is_empty() {
        return Ok(Vec::new());
    }
    let mut out = Vec::new();
    for t in catalogue::store::teams(tx, Some(group.id))? {
        let (open, late) = counts.iter().find(|(id, ..)| *id == t.id).map_or((0, 0), |(_, open, late)| (*open, *late));
        out.push(TeamWork { team: Named { slug: t.slug, name: t.name }, open, late });
    }
    if out.iter().all(|t| t.open == 0) { Ok(Vec::new()) } else { Ok(out) }
}
