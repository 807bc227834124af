//! Verbs on reviews: begin, answer; and what is read of one.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalogue::{Team, Workload};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Ref;
use kernel::trail;
use kernel::web::Ctx;
use people::rights;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::settle;
use crate::document::{ReviewQuestion, question};
use crate::evidence::Known;
use crate::lens::Question;
use crate::published::Kept;
use crate::review::{NewReviewAnswer, Review, ReviewAnswer, Said, Sheet};
use crate::store::{lens, review as store, using};
use crate::template::Overridden;

/// A review to begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReview {
    /// Name of the lens in addresses.
    pub lens: String,
    /// Digest of a version; the newest if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// A workload with its team.
pub(crate) fn place(tx: &mut dyn Tx, workload: &str) -> Result<(Workload, Team)> {
    let workload = catalogue::store::workload_by_slug(tx, workload)?;
    let team = catalogue::store::team(tx, workload.team)?;
    Ok((workload, team))
}

/// What the trail and open pages name a review by.
pub(crate) fn topic(review: &Review) -> String {
    format!("review:{}", review.id)
}

/// The version that a new review is held against.
fn version_of(tx: &mut dyn Tx, new: &NewReview) -> Result<crate::LensVersion> {
    let versions = lens::versions(tx, &new.lens)?;
    let found = match &new.version {
        None => versions.last(),
        Some(digest) => versions.iter().find(|v| v.digest == *digest),
    };
    found.cloned().ok_or_else(|| Error::invalid("version", "The lens has no version of that digest. Leave it out for the newest."))
}

/// Begins a review of a workload against a version of a lens, which it keeps.
///
/// # Errors
/// No right; no such lens or version; [`Error::Conflict`] if there is a review of the workload against this lens.
pub fn begin(cx: &Ctx, tx: &mut dyn Tx, workload: &str, new: &NewReview) -> Result<Sheet> {
    cx.require_somewhere(&rights::ANSWERS)?;
    let (workload, team) = place(tx, workload)?;
    team.require(cx, &rights::ANSWERS)?;
    let version = version_of(tx, new)?;
    let kept = lens::read(tx, &version)?;
    if version.at.is_none() {
        // What comes with the program may be another in the next one; the review keeps this.
        lens::publish(tx, &kept, &version, cx.now)?;
    }
    let review = Review {
        id: tx.id()?,
        workload: workload.id,
        lens: version.slug.clone(),
        digest: version.digest.clone(),
        begun_by: cx.actor.name.clone(),
        begun_at: cx.now,
    };
    if !store::begin(tx, &review)? {
        return Err(Error::Conflict(format!("{} has a review against “{}” already. Go on with it.", workload.name, version.name)));
    }
    let payload = serde_json::json!({ "workload": workload.slug, "lens": review.lens, "digest": review.digest });
    trail::record(cx, tx, "began", &Ref::new("review", review.id), &payload, "")?;
    tx.publish(&format!("team:{}", team.id));
    tx.publish("reviews");
    let known = known(cx, tx, &workload, &kept)?;
    let (answers, covered) = (BTreeMap::new(), BTreeMap::new());
    Ok(Sheet { team, workload, review, lens: kept, answers, covered, known })
}

pub(crate) fn find(tx: &mut dyn Tx, workload: &Workload, lens: &str) -> Result<Review> {
    let shown = || kernel::text::shown(lens, 60);
    store::one(tx, workload.id, lens)?.ok_or_else(|| Error::not_found("review of this workload against the lens", shown()))
}

/// What is known of a workload, as far as a lens asks for it.
fn known(cx: &Ctx, tx: &mut dyn Tx, workload: &Workload, kept: &Kept) -> Result<Known> {
    let facts = facts::store::asked(tx, workload, cx.now, kept.asked())?;
    Ok(Known { facts, at: cx.now })
}

pub(crate) fn load(cx: &Ctx, tx: &mut dyn Tx, workload: Workload, team: Team, review: Review) -> Result<Sheet> {
    let lens = lens::of_digest(tx, &review.digest)?;
    let answers = store::answers(tx, review.id)?;
    let covered = settle::covered(tx, &review, &lens)?;
    let known = known(cx, tx, &workload, &lens)?;
    Ok(Sheet { team, workload, review, lens, answers, covered, known })
}

/// A review with its lens and its newest answers.
///
/// # Errors
/// Nobody signed in; no such workload or review.
pub fn sheet(cx: &Ctx, tx: &mut dyn Tx, workload: &str, lens: &str) -> Result<Sheet> {
    cx.require_signed_in()?;
    let (workload, team) = place(tx, workload)?;
    let review = find(tx, &workload, lens)?;
    load(cx, tx, workload, team, review)
}

/// All reviews of a workload.
///
/// # Errors
/// Nobody signed in; no such workload.
pub fn of_workload(cx: &Ctx, tx: &mut dyn Tx, workload: &str) -> Result<(Workload, Team, Vec<Sheet>)> {
    cx.require_signed_in()?;
    let (workload, team) = place(tx, workload)?;
    let mut out = Vec::new();
    for review in store::of_workload(tx, workload.id)? {
        out.push(load(cx, tx, workload.clone(), team.clone(), review)?);
    }
    Ok((workload, team, out))
}

/// A review with the lens it is held against, without its answers.
pub(crate) fn held(tx: &mut dyn Tx, workload: &Workload, lens: &str) -> Result<(Review, Arc<Kept>)> {
    let review = find(tx, workload, lens)?;
    let kept = lens::of_digest(tx, &review.digest)?;
    Ok((review, kept))
}

/// A question of a lens.
pub(crate) fn asked<'a>(kept: &'a Kept, id: &str) -> Result<&'a Question> {
    let shown = || kernel::text::shown(id, 60);
    kept.file.lens.question(id).ok_or_else(|| Error::not_found("question of this lens", shown()))
}

/// A question of a review as it stands.
pub(crate) fn of_review(
    cx: &Ctx,
    tx: &mut dyn Tx,
    workload: &Workload,
    review: &Review,
    kept: &Kept,
    q: &Question,
) -> Result<ReviewQuestion> {
    let answer = store::newest(tx, review.id, &q.id)?;
    let template = settle::covered(tx, review, kept)?.remove(&q.id);
    Ok(ReviewQuestion { template, ..question(q, answer.as_ref(), &known(cx, tx, workload, kept)?) })
}

/// Answers a question. Every answer is a new version; the one it is based on must be the newest. What says the same as that
/// one is no new version. What a template answers can be answered otherwise with a reason, which both sides see.
///
/// # Errors
/// No right; faults; no such review or question; a template that answers it and no reason, at `override`; [`Error::Conflict`] with who
/// and what, if somebody has answered meanwhile.
pub fn answer(
    cx: &Ctx,
    tx: &mut dyn Tx,
    (workload, lens): (&str, &str),
    id: &str,
    new: &NewReviewAnswer,
) -> Result<ReviewQuestion> {
    cx.require_somewhere(&rights::ANSWERS)?;
    let (workload, team) = place(tx, workload)?;
    team.require(cx, &rights::ANSWERS)?;
    let (review, kept) = held(tx, &workload, lens)?;
    let q = asked(&kept, id)?;
    let said = new.said.check(q)?;
    let base = based_on(tx, &review, id, new.based_on)?;
    let newest = store::version(tx, review.id, id, new.based_on.max(0) + 1)?.is_none();
    let same = newest && base.is_some_and(|b| b.said == said);
    let reason = new.reason()?;
    if same && reason.is_none() {
        return of_review(cx, tx, &workload, &review, &kept, q);
    }
    override_(cx, tx, &review, id, reason)?;
    if !same {
        put(cx, tx, (&review, q, &workload, &kept), new.based_on, said)?;
    }
    of_review(cx, tx, &workload, &review, &kept, q)
}

/// Notes that a review says something else than a template, if one answers the question.
fn override_(cx: &Ctx, tx: &mut dyn Tx, review: &Review, id: &str, reason: Option<String>) -> Result<()> {
    let held = using::covered(tx, review.id)?.remove(id);
    let (held, reason) = match (held, reason) {
        (None, None) => return Ok(()),
        (None, Some(_)) => {
            return Err(Error::invalid(
                "override",
                "No template answers this question. Leave the reason out, or write it into the note.",
            ));
        }
        (Some(h), None) if h.overridden.is_some() => return Ok(()),
        (Some(h), None) => {
            let words = format!(
                "“{}” of {} answers this question. Say why this workload answers otherwise; both teams see it.",
                h.from.name, h.from.team
            );
            return Err(Error::invalid("override", words));
        }
        (Some(h), Some(reason)) => (h, reason),
    };
    let made = Overridden { reason, by: cx.actor.name.clone(), at: cx.now };
    // A reason that is given anew takes the place of the one before, which the trail keeps.
    using::release(tx, review.id, id)?;
    if !using::override_(tx, review.id, id, &made)? {
        return Err(Error::Conflict("Somebody has overridden the template at the same moment. Load the question anew.".into()));
    }
    let payload = serde_json::json!({ "question": id, "template": held.from, "override": made });
    trail::record(cx, tx, "overrode", &Ref::new("review", review.id), &payload, &made.reason)?;
    tx.publish(&format!("answer-template:{}", held.template));
    tx.publish(&topic(review));
    Ok(())
}

/// Takes back the newest answer of one's own: what stood before it is said again, as a new version. If that was a template's, the
/// override is taken back with it.
///
/// # Errors
/// No right; no such review, question or version; [`Error::Conflict`] if it is not the newest, or somebody else's.
pub fn undo(cx: &Ctx, tx: &mut dyn Tx, (workload, lens): (&str, &str), id: &str, version: i64) -> Result<ReviewQuestion> {
    cx.require_somewhere(&rights::ANSWERS)?;
    let (place_, team) = place(tx, workload)?;
    team.require(cx, &rights::ANSWERS)?;
    let (review, kept) = held(tx, &place_, lens)?;
    let q = asked(&kept, id)?;
    let Some(last) = based_on(tx, &review, id, version)? else {
        return Err(Error::Conflict("Nobody has answered this question, so there is nothing to take back.".into()));
    };
    if last.by != cx.actor.name || last.template.is_some() {
        let who = last.who();
        return Err(Error::Conflict(format!("Version {} is the answer of {who}. Answer anew if it is wrong.", last.version)));
    }
    let before = if version > 1 { store::version(tx, review.id, id, version - 1)? } else { None };
    if let Some(from) = before.as_ref().and_then(|b| b.template.as_ref()) {
        let overridden = using::covered(tx, review.id)?.get(id).is_some_and(|h| h.overridden.is_some());
        if overridden && store::version(tx, review.id, id, version + 1)?.is_none() {
            return super::using::take_back(cx, tx, (workload, lens), id);
        }
        return Err(Error::Conflict(format!(
            "The version before came from {}, which does not answer here any more.",
            from.words()
        )));
    }
    put(cx, tx, (&review, q, &place_, &kept), version, before.map(|a| a.said).unwrap_or_default())?;
    of_review(cx, tx, &place_, &review, &kept, q)
}

/// The version that a change is based on; none for 0.
fn based_on(tx: &mut dyn Tx, review: &Review, id: &str, version: i64) -> Result<Option<ReviewAnswer>> {
    let missing = || Error::invalid("based_on", "There is no such version of this answer. Load it anew.");
    match version {
        0 => Ok(None),
        n if n > 0 => store::version(tx, review.id, id, n)?.ok_or_else(missing).map(Some),
        _ => Err(missing()),
    }
}

/// Stores an answer on top of a version.
fn put(
    cx: &Ctx,
    tx: &mut dyn Tx,
    (review, q, workload, kept): (&Review, &Question, &Workload, &Kept),
    based_on: i64,
    said: Said,
) -> Result<()> {
    let (id, number) = (q.id.as_str(), based_on + 1);
    if !store::answer(tx, review.id, id, number, &said, (&cx.actor.name, cx.now))? {
        let theirs = store::newest(tx, review.id, id)?.ok_or_else(|| Error::internal("an answer is there and is not"))?;
        return Err(Error::Conflict(conflict(&theirs, &said, q)));
    }
    let answer = ReviewAnswer { version: number, said, by: cx.actor.name.clone(), at: cx.now, template: None };
    let standing = question(q, Some(&answer), &known(cx, tx, workload, kept)?).standing;
    let payload = serde_json::json!({ "question": id, "answer": answer, "standing": standing });
    trail::record(cx, tx, "answered", &Ref::new("review", review.id), &payload, "")?;
    tx.publish(&topic(review));
    Ok(())
}

/// Who has answered meanwhile, and what.
fn conflict(theirs: &ReviewAnswer, yours: &Said, q: &Question) -> String {
    let same = if theirs.said == *yours { " It says the same as yours." } else { "" };
    format!(
        "{} has answered this question since you opened it (version {}, {}): {}.{same} Nothing of yours was stored. Look at it, and save again \
         on top of version {} if yours should stand.",
        theirs.who(),
        theirs.version,
        theirs.at,
        theirs.said.sentence(q),
        theirs.version
    )
}
