//! Verbs on exemptions: ask, rule out, decide, take back.

use jiff::civil::Date;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use kernel::trail;
use kernel::web::{ActorId, Ctx};
use people::rights;

use crate::exemptions::{Asked, Decision, Exemption, ExemptionKind, ExemptionStanding, Target};
use crate::rules::Team;
use crate::store;
use crate::store::exemptions as rows;

fn told(cx: &Ctx, tx: &mut dyn Tx, verb: &str, team: &Team, e: &Exemption, why: &str) -> Result<()> {
    trail::record(cx, tx, verb, &Ref::new("exemption", e.id), e, why)?;
    tx.publish(&format!("team:{}", team.id));
    tx.publish(&format!("group:{}", team.group));
    tx.publish("catalogue");
    Ok(())
}

/// Today, in the zone of a team's group.
///
/// # Errors
/// The engine's.
pub fn today(cx: &Ctx, tx: &mut dyn Tx, team: &Team) -> Result<Date> {
    cx.require_signed_in()?;
    let zone = store::group(tx, team.group)?.zone;
    Ok(cx.now.jiff().in_tz(&zone).map_err(Error::internal)?.date())
}

/// Asks for an exemption, or rules out what does not apply.
///
/// # Errors
/// No right; faults; [`Error::Conflict`] if one for the same target waits or holds already.
pub fn ask(cx: &Ctx, tx: &mut dyn Tx, team: &Team, target: &Target, new: &Asked) -> Result<Exemption> {
    team.require(cx, &rights::EXEMPTION)?;
    let today = today(cx, tx, team)?;
    let new = new.clone().check(today)?;
    let decided_at = (new.kind == ExemptionKind::NotApplicable).then_some(cx.now);
    let made = Exemption {
        id: tx.id()?,
        kind: new.kind,
        team: team.id,
        subject: target.subject,
        metric: target.metric.clone(),
        standard: target.standard,
        pillar: target.pillar.clone(),
        title: target.title.clone(),
        reason: new.reason,
        until: new.until,
        asked_by: people::acts::behind(cx, tx)?,
        asked_name: cx.actor.name.clone(),
        asked_at: cx.now,
        decided_name: String::new(),
        decided_at,
        approved: false,
        words: String::new(),
        ended_name: String::new(),
        ended_at: None,
    };
    if !rows::insert(tx, &made, &today.to_string())? {
        return Err(Error::Conflict(format!(
            "An exemption from “{}” was asked for already and waits for a decision. Take it back first to change it.",
            made.title
        )));
    }
    told(cx, tx, if new.kind == ExemptionKind::Exempt { "asked" } else { "ruled-out" }, team, &made, &made.reason)?;
    Ok(made)
}

/// Approves or refuses. A person decides, who did not ask.
///
/// # Errors
/// No right for the pillar; one's own request; [`Error::Conflict`] if it is decided, taken back or over.
pub fn decide(cx: &Ctx, tx: &mut dyn Tx, id: Id, said: &Decision) -> Result<Exemption> {
    cx.require_somewhere(&rights::APPROVAL)?;
    let mut e = rows::one(tx, id)?;
    cx.require(&rights::APPROVAL, people::place::pillar_id(&e.pillar))?;
    if !matches!(cx.actor.id, ActorId::Person(_) | ActorId::Owner) {
        return Err(Error::Forbidden("Only people decide on exemptions; a token cannot.".into()));
    }
    if people::acts::behind(cx, tx)? == e.asked_by {
        return Err(Error::Forbidden("You asked for this exemption, so somebody else decides on it.".into()));
    }
    let said = said.clone().check()?;
    let team = store::team(tx, e.team)?;
    let stands = e.standing(today(cx, tx, &team)?);
    let why = match stands {
        ExemptionStanding::Asked => "",
        ExemptionStanding::Holds | ExemptionStanding::Refused => "decided already",
        ExemptionStanding::Expired => "over: its last day has passed",
        ExemptionStanding::Withdrawn => "taken back by the team",
    };
    if !why.is_empty() || !rows::decide(tx, id, said.approve, (&cx.actor.name, &said.reason), cx.now)? {
        let why = if why.is_empty() { "decided already" } else { why };
        return Err(Error::Conflict(format!("The exemption from “{}” is {why}.", e.title)));
    }
    e.approved = said.approve;
    e.decided_at = Some(cx.now);
    e.decided_name = cx.actor.name.clone();
    e.words = said.reason;
    told(cx, tx, if said.approve { "approved" } else { "refused" }, &team, &e, &e.words)?;
    Ok(e)
}

/// Takes back what was asked for, what holds, or what was ruled out; the row is judged again.
///
/// # Errors
/// No right; [`Error::Conflict`] if it is over.
pub fn withdraw(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<Exemption> {
    cx.require_somewhere(&rights::EXEMPTION)?;
    let mut e = rows::one(tx, id)?;
    let team = store::team(tx, e.team)?;
    team.require(cx, &rights::EXEMPTION)?;
    let stands = e.standing(today(cx, tx, &team)?);
    if !matches!(stands, ExemptionStanding::Asked | ExemptionStanding::Holds) || !rows::end(tx, id, &cx.actor.name, cx.now)? {
        return Err(Error::Conflict(format!("The exemption from “{}” is over already.", e.title)));
    }
    e.ended_at = Some(cx.now);
    e.ended_name = cx.actor.name.clone();
    told(cx, tx, "withdrew", &team, &e, "")?;
    Ok(e)
}
