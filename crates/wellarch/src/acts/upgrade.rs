//! Verbs on the version of a lens that a review is held against: look at a move, move.

use std::collections::BTreeMap;

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Ref;
use kernel::trail;
use kernel::web::Ctx;
use people::rights;

use super::review::{find, load, place, topic};
use super::settle::settle;
use crate::milestone::NewMilestone;
use crate::published::LensVersion;
use crate::review::{Review, ReviewAnswer, Sheet};
use crate::store::{lens, review as answers, upgrade as store, using};
use crate::upgrade::{NewUpgrade, Planned, Upgrade, plan};

/// The newest version of a review's lens, if it is another than the review's.
///
/// # Errors
/// Nobody signed in; the engine's.
pub fn newer(cx: &Ctx, tx: &mut dyn Tx, sheet: &Sheet) -> Result<Option<LensVersion>> {
    cx.require_signed_in()?;
    let newest = lens::versions(tx, &sheet.review.lens)?.pop();
    Ok(newest.filter(|v| v.digest != sheet.review.digest))
}

/// What a review itself says, without what its templates say above it.
fn below(tx: &mut dyn Tx, sheet: &Sheet) -> Result<BTreeMap<String, ReviewAnswer>> {
    let mut out = sheet.answers.clone();
    for (id, held) in using::covered(tx, sheet.review.id)?.iter().filter(|(_, h)| h.overridden.is_none()) {
        match answers::version(tx, sheet.review.id, id, held.stood)? {
            Some(own) => out.insert(id.clone(), own),
            None => out.remove(id),
        };
    }
    Ok(out)
}

/// The version that is meant, with what moving there would do.
fn planned(tx: &mut dyn Tx, sheet: &Sheet, new: &NewUpgrade) -> Result<(LensVersion, Planned)> {
    let all = lens::versions(tx, &sheet.review.lens)?;
    let found = match &new.to {
        None => all.last(),
        Some(digest) => all.iter().find(|v| v.digest == *digest),
    };
    let version =
        found.ok_or_else(|| Error::invalid("to", "The lens has no version of that digest. Leave it out for the newest."))?;
    if version.digest == sheet.review.digest {
        return Err(Error::invalid("to", "The review is on that version already."));
    }
    let kept = lens::read(tx, version)?;
    let seen = plan(&sheet.lens, &kept, &sheet.answers, &new.map)?;
    if sheet.covered.values().all(|c| c.overridden.is_some()) {
        return Ok((version.clone(), seen));
    }
    // What the review itself says goes over, also where a template stands above it; what templates say follows anew.
    let own = plan(&sheet.lens, &kept, &below(tx, sheet)?, &new.map)?;
    let mut upgrade = seen.upgrade;
    for lost in own.upgrade.not_carried {
        if !upgrade.not_carried.contains(&lost) {
            upgrade.not_carried.push(lost);
        }
    }
    Ok((version.clone(), Planned { upgrade, answers: own.answers }))
}

/// What moving a review to another version of its lens would do.
///
/// # Errors
/// Nobody signed in; no such review or version; faults of the table.
pub fn look(cx: &Ctx, tx: &mut dyn Tx, sheet: &Sheet, new: &NewUpgrade) -> Result<Upgrade> {
    cx.require_signed_in()?;
    Ok(planned(tx, sheet, new)?.1.upgrade)
}

/// Moves a review to another version of its lens: saves a milestone of it as it stands, then carries its answers over. Answers are
/// only added to; those that say something else there are new versions of their own.
///
/// # Errors
/// No right; faults; no such review; [`Error::Conflict`] if the review has moved meanwhile, or has a milestone of that name.
pub fn upgrade(cx: &Ctx, tx: &mut dyn Tx, workload: &str, slug: &str, new: &NewUpgrade) -> Result<Upgrade> {
    cx.require_somewhere(&rights::MILESTONES)?;
    let (workload, team) = place(tx, workload)?;
    team.require(cx, &rights::MILESTONES)?;
    let review = find(tx, &workload, slug)?;
    let moved = || Error::Conflict("The review has moved to another version since you looked. Look again.".into());
    if new.from.as_ref().is_some_and(|from| *from != review.digest) {
        return Err(moved());
    }
    let sheet = load(cx, tx, workload, team, review)?;
    let (version, planned) = planned(tx, &sheet, new)?;
    if new.dry_run {
        return Ok(planned.upgrade);
    }
    let name = NewMilestone { name: new.milestone.clone() };
    let kept = super::milestone::save(cx, tx, &sheet.workload.slug, slug, &name).map_err(|e| match e {
        // The name is a field of this form.
        Error::Invalid(faults) => {
            Error::Invalid(faults.into_iter().map(|f| kernel::error::Fault::new("milestone", f.message)).collect())
        }
        other => other,
    })?;
    if version.at.is_none() {
        // What comes with the program may be another in the next one; the review keeps this.
        let own = lens::read(tx, &version)?;
        lens::publish(tx, &own, &version, cx.now)?;
    }
    let from = sheet.review.digest.clone();
    if !store::move_to(tx, sheet.review.id, &from, &version.digest)? {
        return Err(moved());
    }
    for (question, said) in &planned.answers {
        let number = store::top(tx, sheet.review.id, question)? + 1;
        if !answers::answer(tx, sheet.review.id, question, number, said, (&cx.actor.name, cx.now))? {
            return Err(Error::Conflict("Somebody has answered while the review moved. Look again.".into()));
        }
        using::stood(tx, sheet.review.id, question, number)?;
    }
    let there = Review { digest: version.digest.clone(), ..sheet.review.clone() };
    let onto = lens::of_digest(tx, &version.digest)?;
    settle(cx, tx, &there, &onto, &cx.actor.name)?;
    let note = store::Moved {
        from,
        to: version.digest.clone(),
        milestone: kept.slug.clone(),
        map: new.map.clone(),
        by: cx.actor.name.clone(),
        at: cx.now,
    };
    if !store::note(tx, sheet.review.id, &note)? {
        return Err(moved());
    }
    let done = Upgrade { done: true, milestone: kept.name, ..planned.upgrade };
    trail::record(cx, tx, "upgraded", &Ref::new("review", sheet.review.id), &done, "")?;
    tx.publish(&topic(&sheet.review));
    tx.publish("reviews");
    Ok(done)
}
