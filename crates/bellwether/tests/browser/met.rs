//! Sessions of the sample: one of a group that is prepared, one of the group with long names, each with everything around it.

use cycle::acts::{agenda, agreement, anonymous, cadence, capacity, session};
use cycle::agreement::NewAgreement;
use cycle::anonymous::NewBoxQuestion;
use cycle::cadence::NewCadence;
use cycle::capacity::NewCapacity;
use cycle::session::NewSession;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::Id;
use kernel::web::Ctx;

use crate::sample::{LONG, RIGHT_TO_LEFT};

fn one(cx: &Ctx, tx: &mut dyn Tx, group: &str, team: &str, words: &str) -> Result<Id> {
    let (_, proposed) = cadence::show(cx, tx, Some(group))?;
    cadence::settle(cx, tx, Some(group), &NewCadence { cadence: proposed.cadence, version: 0 })?;
    let text = format!("{words}\nWe end on time.");
    agreement::agree(cx, tx, Some(group), &NewAgreement { text, why: words.into(), version: 0 })?;
    let new = NewSession { starts: "2027-01-14T10:00".into(), why: words.into(), ..NewSession::default() };
    let made = session::add(cx, tx, Some(group), &new)?;
    anonymous::ask(cx, tx, made.id, &NewBoxQuestion { text: words.into() })?;
    if let Some(sprint) = made.sprint {
        let team = catalogue::store::team_by_slug(tx, team)?;
        let new = NewCapacity { asked: Some(40), agreed: Some(24), used: Some(20), note: words.into(), version: 0 };
        capacity::state(cx, tx, &team, sprint, &new)?;
    }
    let data = agenda::look(cx, tx, made.id)?;
    agenda::build(cx, tx, made.id, &data)?;
    Ok(made.id)
}

/// Plans the two, each for a team of its group.
pub(crate) fn make(cx: &Ctx, tx: &mut dyn Tx, plain: (&str, &str), long: (&str, &str)) -> Result<(Id, Id)> {
    let made = (one(cx, tx, plain.0, plain.1, RIGHT_TO_LEFT)?, one(cx, tx, long.0, long.1, LONG)?);
    let team = catalogue::store::team_by_slug(tx, plain.1)?;
    agreement::sign(cx, tx, &team, 1)?;
    Ok(made)
}
