//! The first account, made by whoever has the server at hand.

use std::net::IpAddr;

use kernel::db::Tx;
use kernel::error::{Error, Faults, Result};
use kernel::ids::Ref;
use kernel::web::{Actor, App, Ctx};

use super::session::{SignedIn, open};
use super::{as_person, subject};
use crate::code::{self, Kind};
use crate::gate::TOPIC;
use crate::grant::Grant;
use crate::person::mail;
use crate::role::Role;
use crate::{limits, password, store};

/// The form of the first account.
#[derive(Debug, Clone, Default)]
pub struct FirstAccount {
    /// The code that the server printed.
    pub code: String,
    /// Name of the person.
    pub name: String,
    /// Mail address.
    pub mail: String,
    /// Password.
    pub password: String,
}

/// A code for `/start?code=`, if there is no account yet. Earlier codes end. Called by the binary at each start.
///
/// # Errors
/// The engine's.
pub async fn setup_code(app: &App) -> Result<Option<String>> {
    let mut random = [0u8; 8];
    app.ids.fill(&mut random)?;
    let made = code::set_up_code(random);
    let digest = code::digest(&made);
    let cx = Ctx::of(Actor::job("start", &[]), app.now(), "start");
    let stored = app
        .write(&cx, move |cx, tx| {
            if store::person::any(tx)? {
                return Ok(false);
            }
            store::code::insert(tx, &digest, Kind::SetUp, None, cx.now, &cx.actor.key())?;
            kernel::trail::record(cx, tx, "issued", &Ref::new("set-up-code", ""), &serde_json::json!({}), "")?;
            Ok(true)
        })
        .await?;
    Ok(stored.then_some(made))
}

/// Makes the first account, a platform engineer, and signs it in. The code is the permission.
///
/// # Errors
/// [`Error::Invalid`]; [`Error::Conflict`] if there is an account; [`Error::TooMany`].
pub async fn set_up(app: &App, cx: &Ctx, address: IpAddr, form: &FirstAccount) -> Result<SignedIn> {
    limits::take(app, address, None)?;
    let digest = code::digest(&code::tidy_set_up(&form.code));
    // A wrong code costs no hashing, and is said together with the other faults, first as it stands on the form.
    let (d, now) = (digest.clone(), cx.now);
    let good = app.read(cx, move |_, tx| valid(tx, &d, now)).await?;
    let mut faults = Faults::new();
    faults.check(good, "code", Kind::SetUp.refused().to_string());
    let name = kernel::text::name(&mut faults, "name", "Your name", &form.name);
    let mail = mail(&mut faults, "mail", &form.mail);
    password::check(&mut faults, "password", &form.password, &mail, &name);
    faults.done()?;
    let hash = password::hash(app, &form.password).await?;
    let secret = app.secret()?;
    let signed_in = app
        .write(cx, move |cx, tx| {
            if store::person::any(tx)? {
                return Err(Error::Conflict("The first account exists. Sign in, or ask its owner for an invitation.".into()));
            }
            if !valid(tx, &digest, cx.now)? || !store::code::use_up(tx, &digest, cx.now)? {
                return Err(Error::invalid("code", Kind::SetUp.refused().to_string()));
            }
            let id = tx.id()?;
            let cx = &as_person(cx, id, &name);
            let zone = store::organisation(tx)?.zone;
            store::person::insert(tx, id, &name, &mail, &zone, cx.now, &cx.actor.key())?;
            store::person::set_password(tx, id, &hash, cx.now)?;
            kernel::trail::record(cx, tx, "set-up", &subject(id), &serde_json::json!({ "name": name, "mail": mail }), "")?;
            let grant = Grant { id: tx.id()?, person: id, role: Role::PlatformEngineer, scope: None, granted_at: cx.now };
            store::grant::insert(tx, &grant, &cx.actor.key())?;
            kernel::trail::record(cx, tx, "granted", &subject(id), &grant, "first account")?;
            tx.publish(TOPIC);
            open(cx, tx, id, &secret)
        })
        .await?;
    limits::give_back(app, address, None);
    Ok(signed_in)
}

fn valid(tx: &mut dyn Tx, digest: &str, now: kernel::time::Time) -> Result<bool> {
    Ok(store::code::by_digest(tx, digest, Kind::SetUp)?.is_some_and(|c| now < c.expires_at))
}
