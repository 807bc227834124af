//! Verbs on templates and reports: agree, show, fill, hand in, reopen, review.

mod agreed;
pub mod ahead;
pub mod asked;
pub mod automation;
mod draft;
pub mod entry;
pub mod exemptions;
pub mod lists;
pub mod overview;
pub mod questions;
pub mod shared;
pub mod told;
mod work;

use catalogue::{Group, Team};
use kernel::db::Tx;
use kernel::error::{Error, Faults, Result};
use kernel::ids::Ref;
use kernel::text;
use kernel::trail::{self, merkle::hex_digest};
use kernel::web::{ActorId, Ctx};
use people::rights;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::document::{Document, Signature, Stage};
use crate::store;
use crate::template::{NewTemplate, VersionedTemplate};

pub use draft::draft;

/// Agrees a new version of a group's template.
///
/// # Errors
/// No right; faults of the template; [`Error::Conflict`] if somebody else was faster.
pub fn agree(cx: &Ctx, tx: &mut dyn Tx, group: &Group, new: &NewTemplate) -> Result<VersionedTemplate> {
    cx.require(&rights::TEMPLATE, group.id)?;
    let known: Vec<String> = metrics::store::definitions(tx, "", 10_000)?.into_iter().map(|v| v.definition.key).collect();
    let pillars: Vec<String> = metrics::store::pillars(tx)?.into_iter().map(|(key, _)| key).collect();
    new.template.check(&known, &pillars)?;
    let reason = new.reason()?;
    if !store::raise_template(tx, group.id, new.version)? {
        let now = store::template(tx, group.id)?;
        return Err(Error::Conflict(format!(
            "The template is at version {} meanwhile, made by {}. Look at it, then change that version.",
            now.version, now.made_by
        )));
    }
    let made = VersionedTemplate {
        version: new.version + 1,
        template: new.template.clone(),
        made_by: cx.actor.name.clone(),
        made_at: cx.now,
        reason: reason.clone(),
    };
    store::insert_template(tx, group.id, &made)?;
    trail::record(cx, tx, "agreed", &Ref::new("template", group.id), &made, &reason)?;
    tx.publish(&format!("group:{}", group.id));
    Ok(made)
}

/// A report as it is shown: the frozen document, or one made now.
///
/// # Errors
/// [`Error::NotFound`] for a sprint that the calendar does not have.
pub fn show(cx: &Ctx, tx: &mut dyn Tx, team: &Team, sprint: i64) -> Result<Document> {
    cx.require_signed_in()?;
    match store::frozen(tx, team.id, sprint)? {
        Some(frozen) => Ok(frozen),
        None => draft(cx, tx, team, sprint),
    }
}

/// As [`show`], as JSON: a frozen document goes out as it was stored, byte for byte.
///
/// # Errors
/// As [`show`].
pub fn show_json(cx: &Ctx, tx: &mut dyn Tx, team: &Team, sprint: i64) -> Result<String> {
    cx.require_signed_in()?;
    match store::frozen_text(tx, team.id, sprint)? {
        Some((text, _)) => Ok(text),
        None => serde_json::to_string(&draft(cx, tx, team, sprint)?).map_err(Error::internal),
    }
}

fn thing(team: &Team, sprint: i64) -> Ref {
    Ref::new("report", format!("{}/{sprint}", team.id))
}

fn must_be_open(tx: &mut dyn Tx, team: &Team, sprint: i64) -> Result<()> {
    if store::is_frozen(tx, team.id, sprint)? {
        return Err(Error::Conflict(format!(
            "The report of {} for sprint {sprint} was reviewed and is frozen. Corrected values change later charts, not this report.",
            team.name
        )));
    }
    Ok(())
}

/// The team's words on its report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWords {
    /// `win`, `ask` or `learnings`.
    pub kind: String,
    /// The words; empty takes them away.
    pub text: String,
    /// The version that the caller saw; 0 if there were none.
    pub version: i64,
}

/// Writes a win, an ask or learnings.
///
/// # Errors
/// No right; [`Error::Conflict`] with what somebody else wrote meanwhile.
pub fn say(cx: &Ctx, tx: &mut dyn Tx, team: &Team, sprint: i64, new: &NewWords) -> Result<()> {
    team.require(cx, &rights::NOTES)?;
    must_exist(tx, team, sprint)?;
    must_be_open(tx, team, sprint)?;
    if !["win", "ask", "learnings"].contains(&new.kind.as_str()) {
        return Err(Error::invalid("kind", "The kind is win, ask or learnings."));
    }
    let mut faults = Faults::new();
    let body = text::prose(&mut faults, "text", "The text", &new.text);
    faults.done()?;
    if !store::put_words(tx, (team.id, sprint, &new.kind), &body, new.version, &cx.actor.name, cx.now)? {
        let theirs = store::words(tx, team.id, sprint)?.into_iter().find(|(k, _, _)| *k == new.kind);
        let shown = theirs.map(|(_, w, _)| format!(" {} wrote: “{}”", w.by, w.text)).unwrap_or_default();
        return Err(Error::Conflict(format!("Somebody else changed this meanwhile.{shown} Nothing of yours was stored.")));
    }
    trail::record(cx, tx, "said", &thing(team, sprint), new, "")?;
    tx.publish(&format!("team:{}", team.id));
    tx.publish(&format!("group:{}", team.group));
    Ok(())
}

fn must_exist(tx: &mut dyn Tx, team: &Team, sprint: i64) -> Result<()> {
    catalogue::store::sprint(tx, team.group, sprint).map(|_| ())
}

/// Marks the report ready.
///
/// # Errors
/// No right; [`Error::Conflict`] if it is ready or reviewed already, or the group has no template.
pub fn hand_in(cx: &Ctx, tx: &mut dyn Tx, team: &Team, sprint: i64) -> Result<Signature> {
    team.require(cx, &rights::READY)?;
    must_exist(tx, team, sprint)?;
    must_be_open(tx, team, sprint)?;
    if store::template(tx, team.group)?.version == 0 {
        return Err(Error::Conflict("The group has not agreed a template yet, so there is nothing to hand in.".into()));
    }
    if let Some(by) = store::ready(tx, team.id, sprint)? {
        return Err(Error::Conflict(format!("{} marked this report ready already.", by.name)));
    }
    let by = Signature { name: cx.actor.name.clone(), at: cx.now };
    store::insert_ready(tx, team.id, sprint, (&cx.actor.key(), &by.name), cx.now)?;
    trail::record(cx, tx, "ready", &thing(team, sprint), &by, "")?;
    tx.publish(&format!("team:{}", team.id));
    tx.publish(&format!("group:{}", team.group));
    Ok(by)
}

/// Opens a ready report again.
///
/// # Errors
/// No right; [`Error::Conflict`] if it is not ready, or reviewed.
pub fn reopen(cx: &Ctx, tx: &mut dyn Tx, team: &Team, sprint: i64) -> Result<()> {
    team.require(cx, &rights::READY)?;
    must_be_open(tx, team, sprint)?;
    if !store::reopen(tx, team.id, sprint, &cx.actor.name, cx.now)? {
        return Err(Error::Conflict("The report is not marked ready, so there is nothing to reopen.".into()));
    }
    trail::record(cx, tx, "reopened", &thing(team, sprint), &serde_json::json!({}), "")?;
    tx.publish(&format!("team:{}", team.id));
    tx.publish(&format!("group:{}", team.group));
    Ok(())
}

/// A frozen report with its digest.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Reviewed {
    /// SHA-256 of the stored document, as it stands in the trail.
    pub digest: String,
    /// The document.
    pub document: Document,
}

/// Marks the report reviewed: the whole report becomes one document that never changes; its digest is in the trail.
///
/// # Errors
/// No right; [`Error::Conflict`] if it is not ready, or reviewed already.
pub fn review(cx: &Ctx, tx: &mut dyn Tx, team: &Team, sprint: i64) -> Result<Reviewed> {
    team.require(cx, &rights::REVIEW)?;
    must_be_open(tx, team, sprint)?;
    let mut document = draft(cx, tx, team, sprint)?;
    if document.ready.is_none() {
        return Err(Error::Conflict(format!("{} has not marked this report ready yet.", team.name)));
    }
    let by = Signature { name: cx.actor.name.clone(), at: cx.now };
    document.stage = Stage::Reviewed;
    document.reviewed = Some(by.clone());
    let text = serde_json::to_string(&document).map_err(Error::internal)?;
    let digest = hex_digest(text.as_bytes());
    if !store::freeze(tx, team.id, sprint, &text, &digest, &by)? {
        return Err(Error::Conflict("Somebody else reviewed this report at the same moment.".into()));
    }
    let payload = serde_json::json!({ "digest": digest, "template": document.template, "reviewed_by": by.name });
    trail::record(cx, tx, "reviewed", &thing(team, sprint), &payload, "")?;
    tx.publish(&format!("team:{}", team.id));
    tx.publish(&format!("group:{}", team.group));
    Ok(Reviewed { digest, document })
}

/// True if whoever acts may sign as a person: jobs and tokens never review.
pub fn is_person(cx: &Ctx) -> bool {
    matches!(cx.actor.id, ActorId::Person(_) | ActorId::Owner)
}
