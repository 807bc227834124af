//! Verbs on reviews: begin, answer; and what is read of one.

use catalogue::{Team, Workload};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Ref;
use kernel::trail;
use kernel::web::Ctx;
use people::rights;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::document::{ReviewQuestion, question};
use crate::review::{NewReviewAnswer, Review, ReviewAnswer, Said, Sheet};
use crate::store::{lens, review as store};

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
    Ok(Sheet { team, workload, review, lens: kept, answers: std::collections::BTreeMap::new() })
}

pub(crate) fn find(tx: &mut dyn Tx, workload: &Workload, lens: &str) -> Result<Review> {
    let shown = || lens.chars().filter(|c| !c.is_control()).take(60).collect::<String>();
    store::one(tx, workload.id, lens)?.ok_or_else(|| Error::not_found("review of this workload against the lens", shown()))
}

pub(crate) fn load(tx: &mut dyn Tx, workload: Workload, team: Team, review: Review) -> Result<Sheet> {
    let version = lens::one(tx, &review.digest)?.ok_or_else(|| Error::internal("a review whose lens is gone"))?;
    let lens = lens::read(tx, &version)?;
    let answers = store::answers(tx, review.id)?;
    Ok(Sheet { team, workload, review, lens, answers })
}

/// A review with its lens and its newest answers.
///
/// # Errors
/// Nobody signed in; no such workload or review.
pub fn sheet(cx: &Ctx, tx: &mut dyn Tx, workload: &str, lens: &str) -> Result<Sheet> {
    cx.require_signed_in()?;
    let (workload, team) = place(tx, workload)?;
    let review = find(tx, &workload, lens)?;
    load(tx, workload, team, review)
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
        out.push(load(tx, workload.clone(), team.clone(), review)?);
    }
    Ok((workload, team, out))
}

/// Answers a question. Every answer is a new version; the one it is based on must be the newest.
///
/// # Errors
/// No right; faults; no such review or question; [`Error::Conflict`] with who and what, if somebody has answered meanwhile.
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
    let review = find(tx, &workload, lens)?;
    let version = lens::one(tx, &review.digest)?.ok_or_else(|| Error::internal("a review whose lens is gone"))?;
    let kept = lens::read(tx, &version)?;
    let shown = || id.chars().filter(|c| !c.is_control()).take(60).collect::<String>();
    let q = kept.file.lens.question(id).ok_or_else(|| Error::not_found("question of this lens", shown()))?;
    let said = new.said.check(q)?;
    let known = new.based_on == 0 || (new.based_on > 0 && store::exists(tx, review.id, id, new.based_on)?);
    if !known {
        return Err(Error::invalid("based_on", "There is no such version of this answer. Load it anew."));
    }
    let number = new.based_on + 1;
    if !store::answer(tx, review.id, id, number, &said, (&cx.actor.name, cx.now))? {
        let theirs = store::newest(tx, review.id, id)?.ok_or_else(|| Error::internal("an answer is there and is not"))?;
        return Err(Error::Conflict(conflict(&theirs, &said, q)));
    }
    let answer = ReviewAnswer { version: number, said, by: cx.actor.name.clone(), at: cx.now };
    let out = question(q, Some(&answer));
    let payload = serde_json::json!({ "question": id, "answer": answer, "standing": out.standing });
    trail::record(cx, tx, "answered", &Ref::new("review", review.id), &payload, "")?;
    tx.publish(&topic(&review));
    Ok(out)
}

/// Who has answered meanwhile, and what.
fn conflict(theirs: &ReviewAnswer, yours: &Said, q: &crate::lens::Question) -> String {
    let same = if theirs.said == *yours { " It says the same as yours." } else { "" };
    format!(
        "{} has answered this question since you opened it (version {}, {}): {}.{same} Nothing of yours was stored. Look at it, and save again \
         on top of version {} if yours should stand.",
        theirs.by,
        theirs.version,
        theirs.at,
        theirs.said.sentence(q),
        theirs.version
    )
}
