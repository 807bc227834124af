//! Roles given and taken.

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::web::Ctx;

use super::{keep_an_administrator, known, subject};
use crate::gate::TOPIC;
use crate::grant::{Grant, NewGrant};
use crate::role::{Role, ScopeKind};
use crate::{place, rights, store};

/// Gives a role to a person.
///
/// # Errors
/// [`Error::Invalid`] at `scope` if the role needs a group or team and none that exists is named, or the other way round;
/// [`Error::Conflict`] if the person holds it or the account is ended.
pub fn grant_role(cx: &Ctx, tx: &mut dyn Tx, person: Id, new: &NewGrant) -> Result<Grant> {
    cx.require_everywhere(&rights::PEOPLE)?;
    check_scope(new)?;
    if let Some(id) = new.scope {
        place::find(tx, new.role.scope(), id, "scope")?;
    }
    grant_there(cx, tx, person, new)
}

/// As [`grant_role`], for a group or team that is known to exist.
pub(super) fn grant_there(cx: &Ctx, tx: &mut dyn Tx, person: Id, new: &NewGrant) -> Result<Grant> {
    cx.require_everywhere(&rights::PEOPLE)?;
    let p = known(tx, person)?;
    if p.deactivated_at.is_some() {
        return Err(Error::Conflict(format!("The account of {} is ended. Open it again first.", p.name)));
    }
    let grant = Grant { id: tx.id()?, person, role: new.role, scope: new.scope, granted_at: cx.now };
    if !store::grant::insert(tx, &grant, &cx.actor.key())? {
        return Err(Error::Conflict(format!("{} holds the role {} there already.", p.name, new.role.title())));
    }
    kernel::trail::record(cx, tx, "granted", &subject(person), &grant, "")?;
    tx.publish(TOPIC);
    Ok(grant)
}

fn check_scope(new: &NewGrant) -> Result<()> {
    let title = new.role.title();
    match (new.role.scope(), new.scope) {
        (ScopeKind::Organisation, Some(_)) => {
            Err(Error::invalid("scope", format!("{title} is a role of the whole organisation. Leave the scope empty.")))
        }
        (kind @ (ScopeKind::Group | ScopeKind::Team | ScopeKind::Pillar), None) => {
            Err(Error::invalid("scope", format!("{title} is a role for one {}. Say for which.", kind.key())))
        }
        _ => Ok(()),
    }
}

/// Takes a role from a person, by the id of the grant.
///
/// # Errors
/// [`Error::NotFound`] if the person does not hold it; [`Error::Conflict`] for the last platform engineer.
pub fn revoke_role(cx: &Ctx, tx: &mut dyn Tx, person: Id, grant: Id) -> Result<()> {
    cx.require_everywhere(&rights::PEOPLE)?;
    let held = store::grant::grant(tx, grant)?.filter(|g| g.person == person);
    let held = held.ok_or_else(|| Error::not_found("role of this person", grant))?;
    if held.role == Role::PlatformEngineer {
        keep_an_administrator(tx, person)?;
    }
    if !store::grant::end(tx, grant, cx.now, &cx.actor.key())? {
        return Err(Error::not_found("role of this person", grant));
    }
    kernel::trail::record(cx, tx, "revoked", &subject(person), &held, "")?;
    tx.publish(TOPIC);
    Ok(())
}
