//! Issues in other trackers that an action is linked to, or that are made from it.

use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::{Id, Ref};
use kernel::web::{Ctx, Right};
use people::rights;
use trackers::NewIssueLink;
use trackers::acts::Thing;

use crate::action::Action;
use crate::store;

/// An action, as other rooms name it.
pub(crate) fn about(id: Id) -> Ref {
    Ref::new("action", id)
}

/// What an issue says that is made from an action: who does it, for which goal, until when.
fn body(a: &Action) -> String {
    let c = &a.content;
    let parts = [
        ("Goal", c.goal.as_str()),
        ("Who", c.owner.name.as_str()),
        ("Team", a.team.name.as_str()),
        ("Due", c.due.as_str()),
        ("Waits for", c.blocked_by.as_str()),
    ];
    parts.iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| format!("{k}: {v}")).collect::<Vec<_>>().join("\n")
}

/// Links an action to an issue, or asks for one to be made from it, once for each tracker.
///
/// # Errors
/// No right for its team; no such tracker or issue; [`kernel::Error::Conflict`] if it is linked, or asked for, already.
pub fn link(cx: &Ctx, tx: &mut dyn Tx, id: Id, new: &NewIssueLink) -> Result<()> {
    cx.require_somewhere(&rights::ACTIONS)?;
    let (team, _) = store::whose(tx, id)?;
    team.require(cx, &rights::ACTIONS)?;
    let a = store::one(tx, id)?;
    trackers::acts::link(cx, tx, &thing(&a, &about(id), cx, team.id, team.group, &body(&a), &a.href()), new)
}

/// Takes a link away; the issue stays in its tracker.
///
/// # Errors
/// No right for its team; [`kernel::Error::NotFound`] if it is not linked.
pub fn unlink(cx: &Ctx, tx: &mut dyn Tx, id: Id, issue: Id) -> Result<()> {
    cx.require_somewhere(&rights::ACTIONS)?;
    let (team, _) = store::whose(tx, id)?;
    team.require(cx, &rights::ACTIONS)?;
    let a = store::one(tx, id)?;
    trackers::acts::unlink(cx, tx, &thing(&a, &about(id), cx, team.id, team.group, "", &a.href()), issue)
}

/// Follows the issue whose address somebody wrote on an action; `stood` is the address before.
pub(super) fn follow(cx: &Ctx, tx: &mut dyn Tx, right: &Right, team: (Id, Id), a: &Action, stood: &str) -> Result<()> {
    if stood == a.content.issue {
        return Ok(());
    }
    let about = about(a.id);
    let at = if cx.actor.may(right, Some(team.0)) { team.0 } else { team.1 };
    let thing = Thing { about: &about, right: (right, at), title: &a.content.what, body: "", href: &a.href() };
    trackers::acts::follow(cx, tx, &thing, stood, &a.content.issue)
}

/// The right holds for the team or for its group; the tracker's act asks for it once more where it holds.
fn thing<'a>(a: &'a Action, about: &'a Ref, cx: &Ctx, team: Id, group: Id, body: &'a str, href: &'a str) -> Thing<'a> {
    let at = if cx.actor.may(&rights::ACTIONS, Some(team)) { team } else { group };
    Thing { about, right: (&rights::ACTIONS, at), title: &a.content.what, body, href }
}
