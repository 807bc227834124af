//! Signing in and out, and changing the password.

use std::net::IpAddr;

use kernel::db::Tx;
use kernel::error::{Error, Faults, Result};
use kernel::ids::{Id, Ref};
use kernel::web::{App, Ctx};

use super::{as_person, known, subject};
use crate::code;
use crate::gate::TOPIC;
use crate::person::Standing;
use crate::{limits, password, store};

/// A session that was just opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Whose.
    pub person: Id,
    /// The cookie's value; only its digest is stored.
    pub secret: String,
}

/// Opens a session with a secret that is not used yet.
pub(super) fn open(cx: &Ctx, tx: &mut dyn Tx, person: Id, secret: &str) -> Result<SignedIn> {
    let id = tx.id()?;
    store::session::insert(tx, id, &code::digest(secret), person, cx.now)?;
    kernel::trail::record(cx, tx, "signed-in", &Ref::new("session", id), &serde_json::json!({ "person": person }), "")?;
    Ok(SignedIn { person, secret: secret.to_owned() })
}

fn wrong() -> Error {
    Error::invalid("mail", "Mail address or password is wrong. Check both; capitals count in the password.")
}

/// Signs in with mail address and password. The session that the browser had, if any, ends: nobody can plant one.
///
/// # Errors
/// [`Error::Invalid`], the same for an unknown address and a wrong password; [`Error::TooMany`].
pub async fn sign_in(app: &App, cx: &Ctx, address: IpAddr, mail: &str, typed: &str, old: Option<&str>) -> Result<SignedIn> {
    limits::take(app, address, Some(mail))?;
    let looked_up = mail.trim().to_lowercase();
    // Text that cannot be stored cannot be an address of an account either.
    let looked_up = if looked_up.contains('\0') { String::new() } else { looked_up };
    let account = app
        .read(cx, move |_, tx| {
            let Some(p) = store::person_by_mail(tx, &looked_up)? else { return Ok(None) };
            if p.standing() != Standing::Active {
                return Ok(None);
            }
            Ok(store::person::password(tx, p.id)?.map(|hash| (p, hash)))
        })
        .await?;
    let right = password::verify(typed, account.as_ref().map(|(_, hash)| hash.clone())).await?;
    let (Some((person, hash)), true) = (account, right) else { return Err(wrong()) };
    let secret = app.secret()?;
    let old = old.map(code::digest);
    let signed_in = app
        .write(cx, move |cx, tx| {
            // Between the check and here the password may have been changed or the account ended.
            let still = known(tx, person.id)?.standing() == Standing::Active;
            if !still || store::person::password(tx, person.id)?.as_deref() != Some(hash.as_str()) {
                return Err(wrong());
            }
            let cx = &as_person(cx, person.id, &person.name);
            if let Some(old) = &old
                && store::session::end(tx, old, cx.now, &cx.actor.key())?
            {
                tx.publish(TOPIC);
            }
            open(cx, tx, person.id, &secret)
        })
        .await?;
    limits::give_back(app, address, Some(mail));
    Ok(signed_in)
}

/// Ends the session with that secret. Nothing happens if there is none.
///
/// # Errors
/// The engine's.
pub fn sign_out(cx: &Ctx, tx: &mut dyn Tx, secret: &str) -> Result<()> {
    cx.require_signed_in()?;
    if store::session::end(tx, &code::digest(secret), cx.now, &cx.actor.key())? {
        kernel::trail::record(cx, tx, "signed-out", &own(cx)?, &serde_json::json!({}), "")?;
        tx.publish(TOPIC);
    }
    Ok(())
}

/// Ends one of the own sessions, by its id.
///
/// # Errors
/// [`Error::NotFound`] if it is not open or not one's own.
pub fn end_session(cx: &Ctx, tx: &mut dyn Tx, session: Id) -> Result<()> {
    let person = own_id(cx)?;
    if !store::session::end_one(tx, session, person, cx.now, &cx.actor.key())? {
        return Err(Error::not_found("open session of yours", session));
    }
    kernel::trail::record(cx, tx, "ended", &Ref::new("session", session), &serde_json::json!({ "person": person }), "")?;
    tx.publish(TOPIC);
    Ok(())
}

/// Changes the own password. All sessions end; this browser gets a new one.
///
/// # Errors
/// [`Error::Invalid`]; [`Error::TooMany`] after too many wrong tries.
pub async fn change_password(app: &App, cx: &Ctx, address: IpAddr, current: &str, new: &str) -> Result<SignedIn> {
    let person = own_id(cx)?;
    let (me, hash) = app.read(cx, move |_, tx| Ok((known(tx, person)?, store::person::password(tx, person)?))).await?;
    limits::take(app, address, Some(&me.mail))?;
    let mut faults = Faults::new();
    let before = hash.clone();
    if password::verify(current, hash).await? {
        limits::give_back(app, address, Some(&me.mail));
    } else {
        faults.add("current", "This is not your present password.");
    }
    password::check(&mut faults, "new", new, &me.mail, &me.name);
    faults.done()?;
    let hash = password::hash(app, new).await?;
    let secret = app.secret()?;
    app.write(cx, move |cx, tx| {
        if store::person::password(tx, person)? != before {
            return Err(Error::Conflict("The password was changed elsewhere meanwhile. Sign in with that one.".into()));
        }
        replace_password(cx, tx, person, &hash, "changed-password")?;
        open(cx, tx, person, &secret)
    })
    .await
}

/// Stores a new password and ends all sessions and open links of the account.
pub(super) fn replace_password(cx: &Ctx, tx: &mut dyn Tx, person: Id, hash: &str, verb: &str) -> Result<()> {
    store::person::set_password(tx, person, hash, cx.now)?;
    let ended = store::session::end_all(tx, person, cx.now, &cx.actor.key())?;
    store::code::end_of(tx, person)?;
    kernel::trail::record(cx, tx, verb, &subject(person), &serde_json::json!({ "sessions_ended": ended }), "")?;
    tx.publish(TOPIC);
    Ok(())
}

pub(crate) fn own_id(cx: &Ctx) -> Result<Id> {
    cx.require_signed_in()?;
    cx.actor.person().ok_or_else(|| Error::Forbidden("This is for people with an account, not for tokens.".into()))
}

fn own(cx: &Ctx) -> Result<Ref> {
    own_id(cx).map(subject)
}
