//! Service tokens made and revoked.

use kernel::db::Tx;
use kernel::error::{Error, Faults, Result};
use kernel::ids::{Id, Ref};
use kernel::web::{ActorId, Ctx};

use crate::gate::TOPIC;
use crate::token::{self, NewToken, Token};
use crate::{grant, place, rights, role, store};

/// Whose tokens a list shows: one's own, or with the right everywhere all, which is an empty text.
pub fn maker_shown(cx: &Ctx) -> String {
    if cx.actor.may(&rights::TOKENS, None) { String::new() } else { cx.actor.key() }
}

/// Who stands behind an actor, as the trail names actors: a token acts for whoever made it.
///
/// # Errors
/// The engine's.
pub fn behind(cx: &Ctx, tx: &mut dyn Tx) -> Result<String> {
    cx.require_signed_in()?;
    match cx.actor.id {
        ActorId::Token(id) => Ok(store::token::token(tx, id)?.map_or_else(|| cx.actor.key(), |t| t.made_by)),
        _ => Ok(cx.actor.key()),
    }
}

/// Makes a token. `secret` is the whole token, from [`token::of_secret`].
///
/// # Errors
/// [`Error::Invalid`] if it is to do more than its maker may; [`Error::Forbidden`] for tokens that make tokens.
pub fn make_token(cx: &Ctx, tx: &mut dyn Tx, new: &NewToken, secret: &str) -> Result<Token> {
    cx.require_somewhere(&rights::TOKENS)?;
    // Read anew: what the gate keeps may be a minute old.
    let maker = match cx.actor.id {
        ActorId::Person(id) => role::rights_of(&grant::held(&store::grant::grants_of(tx, id)?)),
        ActorId::Owner => cx.actor.rights.clone(),
        _ => return Err(Error::Forbidden("Only people make tokens, and whoever owns the data folder.".into())),
    };
    let mut faults = Faults::new();
    let name = kernel::text::name(&mut faults, "name", "The name of the token", &new.name);
    token::check(&mut faults, new, &maker);
    let places = place::all(tx)?;
    for (i, s) in new.scopes.iter().enumerate() {
        if let Some(id) = s.scope {
            let known = places.iter().any(|p| p.id == id);
            faults.check(known, format!("scopes/{i}"), format!("There is no group or team with the id {id}."));
        }
    }
    faults.done()?;
    let mut scopes = new.scopes.clone();
    scopes.sort();
    scopes.dedup();
    let made = Token {
        id: tx.id()?,
        name,
        hint: token::hint(secret),
        made_by: cx.actor.key(),
        made_at: cx.now,
        expires_at: cx.now.plus(token::life(new)),
        used_day: None,
        revoked_at: None,
        scopes,
    };
    store::token::insert(tx, &made, &token::digest(secret))?;
    kernel::trail::record(cx, tx, "made", &Ref::new("token", made.id), &made, "")?;
    tx.publish(TOPIC);
    Ok(made)
}

/// Revokes a token: one's own, or with the right everywhere any.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] if it is revoked.
pub fn revoke_token(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<()> {
    cx.require_somewhere(&rights::TOKENS)?;
    let stored = store::token::token(tx, id)?.ok_or_else(|| Error::not_found("token", id))?;
    if stored.made_by != cx.actor.key() {
        cx.require_everywhere(&rights::TOKENS)?;
    }
    if !store::token::revoke(tx, id, cx.now, &cx.actor.key())? {
        return Err(Error::Conflict(format!("The token “{}” is revoked already.", stored.name)));
    }
    kernel::trail::record(cx, tx, "revoked", &Ref::new("token", id), &serde_json::json!({ "hint": stored.hint }), "")?;
    tx.publish(TOPIC);
    Ok(())
}
