//! What the reports of a group's sprint tell its session; the binary hands it on.

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::web::Ctx;

use crate::questions::MOST;
use crate::store;
use crate::told::{Told, misses, told};

/// What each team's report tells, in the fixed order of teams. A sprint that the calendar does not have tells nothing.
///
/// # Errors
/// Nobody signed in; the engine's.
pub fn of_group(cx: &Ctx, tx: &mut dyn Tx, group: Id, sprint: i64) -> Result<Vec<(Id, Told)>> {
    cx.require_signed_in()?;
    let mut out = Vec::new();
    for team in catalogue::store::teams(tx, Some(group))? {
        let document = match super::show(cx, tx, &team, sprint) {
            Ok(found) => found,
            Err(Error::NotFound(_)) => return Ok(Vec::new()),
            Err(e) => return Err(e),
        };
        // Only what is missed now is held against the sprint before: the reviewed report, else what its values say now.
        let before = match document.rows().any(|(_, r)| misses(r)).then(|| super::show(cx, tx, &team, sprint - 1)) {
            None | Some(Err(Error::NotFound(_))) => None,
            Some(found) => Some(found?),
        };
        let questions = store::questions::of_report(tx, team.id, sprint, i64::try_from(MOST).unwrap_or(200))?;
        out.push((team.id, told(&document, before.as_ref(), &questions)));
    }
    Ok(out)
}

/// Values of a group's reviewed reports of a sprint that nobody typed, and all values.
///
/// # Errors
/// Nobody signed in; the engine's.
pub fn automated(cx: &Ctx, tx: &mut dyn Tx, group: Id, sprint: i64) -> Result<(i64, i64)> {
    cx.require_signed_in()?;
    let (mut k, mut n) = (0, 0);
    for team in catalogue::store::teams(tx, Some(group))? {
        if let Some(d) = store::frozen(tx, team.id, sprint)? {
            k += d.automated.k;
            n += d.automated.n;
        }
    }
    Ok((i64::try_from(k).unwrap_or(0), i64::try_from(n).unwrap_or(0)))
}
