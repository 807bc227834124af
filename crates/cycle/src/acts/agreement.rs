//! Verbs on working agreements: agree a version, sign it for a team; and what is read of them.

use catalogue::Team;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Ref;
use kernel::trail;
use kernel::web::Ctx;
use people::rights;

use super::forum;
use crate::agreement::{AgreementSignature, NewAgreement, WorkingAgreement};
use crate::forum::Forum;
use crate::store::agreement as store;

/// Versions that are shown at most.
pub const MOST: i64 = 50;

fn teams(tx: &mut dyn Tx, forum: &Forum) -> Result<Vec<Team>> {
    match forum.group {
        Some(id) => catalogue::store::teams(tx, Some(id)),
        None => Ok(Vec::new()),
    }
}

fn with_signatures(tx: &mut dyn Tx, forum: &Forum, mut a: WorkingAgreement) -> Result<WorkingAgreement> {
    let signed = store::signed(tx, &forum.key(), a.version)?;
    let of = |t: Team| {
        let found = signed.iter().find(|(id, ..)| *id == t.id);
        let (by, at) = found.map(|(_, by, at)| (by.clone(), *at)).unzip();
        AgreementSignature { team: t.slug, name: t.name, by, at }
    };
    a.signatures = teams(tx, forum)?.into_iter().map(of).collect();
    Ok(a)
}

/// The agreement that counts now; the text that stands in the catalogue, as version 0, if none was agreed here.
pub(crate) fn current(tx: &mut dyn Tx, forum: &Forum) -> Result<WorkingAgreement> {
    let newest = store::versions(tx, &forum.key(), 1)?.into_iter().next();
    let found = match (newest, forum.group) {
        (Some(found), _) => found,
        (None, group) => {
            let text = group.map(|id| catalogue::store::group(tx, id)).transpose()?.map(|g| g.working_agreement);
            WorkingAgreement {
                version: 0,
                text: text.unwrap_or_default(),
                why: String::new(),
                by: String::new(),
                at: None,
                signatures: Vec::new(),
            }
        }
    };
    with_signatures(tx, forum, found)
}

/// A forum with its agreement, and the versions before it, newest first.
///
/// # Errors
/// Nobody signed in; no such group.
pub fn show(cx: &Ctx, tx: &mut dyn Tx, group: Option<&str>) -> Result<(Forum, WorkingAgreement, Vec<WorkingAgreement>)> {
    cx.require_signed_in()?;
    let forum = forum(tx, group)?;
    let now = current(tx, &forum)?;
    let mut before = Vec::new();
    for a in store::versions(tx, &forum.key(), MOST)?.into_iter().skip(1) {
        before.push(with_signatures(tx, &forum, a)?);
    }
    Ok((forum, now, before))
}

/// Agrees a new version. Teams sign it anew.
///
/// # Errors
/// No right; every fault with its field; [`Error::Conflict`] if somebody else was faster.
pub fn agree(cx: &Ctx, tx: &mut dyn Tx, group: Option<&str>, new: &NewAgreement) -> Result<WorkingAgreement> {
    cx.require_signed_in()?;
    let forum = forum(tx, group)?;
    forum.require(cx)?;
    let (text, why) = new.check()?;
    let stood = store::versions(tx, &forum.key(), 1)?.first().map_or(0, |a| a.version);
    let version = new.version.saturating_add(1);
    if stood != new.version || !store::insert(tx, &forum.key(), version, (&text, &why), (&cx.actor.name, cx.now))? {
        return Err(Error::Conflict(format!(
            "Somebody has changed the agreement since you opened it (version {stood} now). Nothing of yours was stored. Look at it, and save again."
        )));
    }
    let payload = serde_json::json!({ "forum": forum.slug, "version": version, "text": text });
    trail::record(cx, tx, "agreed", &Ref::new("working-agreement", forum.key()), &payload, &why)?;
    tx.publish(&forum.topic());
    current(tx, &forum)
}

/// Signs the version of its group's agreement that counts now, for a team.
///
/// # Errors
/// No right; [`Error::Conflict`] if it was signed, or another version counts.
pub fn sign(cx: &Ctx, tx: &mut dyn Tx, team: &Team, version: i64) -> Result<WorkingAgreement> {
    team.require(cx, &rights::SIGN)?;
    let forum = Forum::group(&catalogue::store::group(tx, team.group)?);
    let stood = current(tx, &forum)?;
    if stood.version == 0 {
        return Err(Error::Conflict("Nothing is agreed yet, so there is nothing to sign.".into()));
    }
    if stood.version != version {
        return Err(Error::Conflict(format!("Version {} counts now. Read it, then sign that one.", stood.version)));
    }
    if !store::sign(tx, &forum.key(), version, team.id, (&cx.actor.key(), &cx.actor.name), cx.now)? {
        return Err(Error::Conflict(format!("Somebody has signed version {version} for {} already.", team.name)));
    }
    let payload = serde_json::json!({ "team": team.slug, "version": version });
    trail::record(cx, tx, "signed", &Ref::new("working-agreement", forum.key()), &payload, "")?;
    tx.publish(&forum.topic());
    current(tx, &forum)
}
