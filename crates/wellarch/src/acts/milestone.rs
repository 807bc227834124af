//! Verbs on milestones: save, compare; and what is read of one.

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Ref;
use kernel::trail;
use kernel::trail::merkle::hex_digest;
use kernel::web::Ctx;
use people::rights;

use super::review::{find, load, place, topic};
use crate::document::ReviewDocument;
use crate::milestone::{Comparison, MOST, Milestone, NewMilestone, Side, compare};
use crate::review::Sheet;
use crate::store::milestone as store;

/// Saves a review as it stands. A milestone is never changed nor deleted.
///
/// # Errors
/// No right; faults; [`Error::Conflict`] if the review has one of that name; too many.
pub fn save(cx: &Ctx, tx: &mut dyn Tx, workload: &str, lens: &str, new: &NewMilestone) -> Result<Milestone> {
    cx.require_somewhere(&rights::MILESTONES)?;
    let (workload, team) = place(tx, workload)?;
    team.require(cx, &rights::MILESTONES)?;
    let review = find(tx, &workload, lens)?;
    let (name, slug) = new.check()?;
    let sheet = load(cx, tx, workload, team, review)?;
    if store::list(tx, sheet.review.id, i64::try_from(MOST).unwrap_or(i64::MAX))?.len() >= MOST {
        return Err(Error::TooLarge(format!("There are {MOST} milestones of this review already.")));
    }
    let document = serde_json::to_string(&ReviewDocument::of(&sheet)).map_err(Error::internal)?;
    let digest = hex_digest(document.as_bytes());
    let made = Milestone { slug, name, digest, by: cx.actor.name.clone(), at: cx.now };
    let id = tx.id()?;
    if !store::save(tx, id, sheet.review.id, &made, &document)? {
        return Err(Error::Conflict(format!(
            "The review has a milestone “{}” already, and it never changes. Choose another name.",
            made.name
        )));
    }
    let payload = serde_json::json!({ "review": sheet.review.id, "milestone": made });
    trail::record(cx, tx, "saved", &Ref::new("milestone", id), &payload, "")?;
    tx.publish(&topic(&sheet.review));
    Ok(made)
}

/// Milestones of a review, oldest first, with the review as it stands.
///
/// # Errors
/// Nobody signed in; no such review.
pub fn list(cx: &Ctx, tx: &mut dyn Tx, workload: &str, lens: &str) -> Result<(Sheet, Vec<Milestone>)> {
    cx.require_signed_in()?;
    let sheet = super::review::sheet(cx, tx, workload, lens)?;
    let all = store::list(tx, sheet.review.id, i64::try_from(MOST).unwrap_or(i64::MAX))?;
    Ok((sheet, all))
}

fn read(text: &str) -> Result<ReviewDocument> {
    serde_json::from_str(text).map_err(Error::internal)
}

/// The newest milestone of a review, if there is one.
pub(crate) fn newest(tx: &mut dyn Tx, sheet: &Sheet) -> Result<Option<(Milestone, ReviewDocument)>> {
    store::newest(tx, sheet.review.id)?.map(|(m, text)| Ok((m, read(&text)?))).transpose()
}

fn one_of(tx: &mut dyn Tx, sheet: &Sheet, slug: &str) -> Result<(Milestone, String)> {
    let shown = || kernel::text::shown(slug, 60);
    store::one(tx, sheet.review.id, slug)?.ok_or_else(|| Error::not_found("milestone of this review", shown()))
}

/// A milestone with the document as it was written.
///
/// # Errors
/// Nobody signed in; no such review or milestone.
pub fn one(cx: &Ctx, tx: &mut dyn Tx, workload: &str, lens: &str, slug: &str) -> Result<(Milestone, ReviewDocument, String)> {
    cx.require_signed_in()?;
    let sheet = super::review::sheet(cx, tx, workload, lens)?;
    let (m, text) = one_of(tx, &sheet, slug)?;
    Ok((m, read(&text)?, text))
}

/// What changed between two milestones, or a milestone and now: `now`, or empty for `to`.
///
/// # Errors
/// Nobody signed in; no such review or milestone.
pub fn comparison(cx: &Ctx, tx: &mut dyn Tx, sheet: &Sheet, from: &str, to: &str) -> Result<Comparison> {
    cx.require_signed_in()?;
    let mut end = |slug: &str| {
        let (name, at, document) = if slug.is_empty() || slug == "now" {
            ("now".to_owned(), cx.now, ReviewDocument::of(sheet))
        } else {
            let (m, text) = one_of(tx, sheet, slug)?;
            (m.name, m.at, read(&text)?)
        };
        let side = Side { name, at, lens_version: document.lens.version.clone(), counts: document.counts };
        Ok::<_, Error>((side, document))
    };
    let ((from, before), (to, after)) = (end(from)?, end(to)?);
    Ok(compare((from, &before), (to, &after)))
}
