//! Links that work once: invitations and resets.

use std::net::IpAddr;

use kernel::db::Tx;
use kernel::error::{Error, Faults, Result};
use kernel::ids::Id;
use kernel::time::Time;
use kernel::web::{App, Ctx};
use serde::Serialize;
use utoipa::ToSchema;

use super::session::{SignedIn, open, replace_password};
use super::{as_person, known, subject};
use crate::code::{self, Kind};
use crate::person::{Person, Standing};
use crate::{limits, password, rights, store};

/// A link to be handed to a person. The server keeps only a digest, so it is shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Link {
    /// `invitation` or `reset`.
    pub kind: String,
    /// The first eight digits of its digest, so that a link can be told from its successor.
    pub mark: String,
    /// From when on it no longer works.
    pub expires_at: Time,
}

/// Makes a link for an account that is not ended.
pub(super) fn make(cx: &Ctx, tx: &mut dyn Tx, person: Id, kind: Kind, secret: &str) -> Result<Link> {
    let digest = code::digest(secret);
    store::code::insert(tx, &digest, kind, Some(person), cx.now, &cx.actor.key())?;
    Ok(Link { kind: kind.key().into(), mark: mark(secret), expires_at: cx.now.plus(kind.holds()) })
}

/// See [`Link::mark`].
pub(crate) fn mark(secret: &str) -> String {
    code::digest(secret).chars().take(8).collect()
}

/// A new link for a person who has lost the password, or whose invitation has run out. Earlier links end.
///
/// # Errors
/// [`Error::Conflict`] if the account is ended.
pub fn reset_link(cx: &Ctx, tx: &mut dyn Tx, person: Id, secret: &str) -> Result<Link> {
    cx.require_everywhere(&rights::PEOPLE)?;
    let p = known(tx, person)?;
    let kind = match p.standing() {
        Standing::Active => Kind::Reset,
        Standing::Invited => Kind::Invitation,
        Standing::Deactivated => {
            return Err(Error::Conflict("This account is ended. Open it again first.".into()));
        }
    };
    let link = make(cx, tx, person, kind, secret)?;
    let payload = serde_json::json!({ "kind": link.kind, "expires_at": link.expires_at });
    kernel::trail::record(cx, tx, "link-made", &subject(person), &payload, "")?;
    Ok(link)
}

/// Whose link it is, for the page that asks for the password. The link is the permission.
///
/// # Errors
/// [`Error::NotFound`] if it is unknown, used or too old.
pub fn look_up(tx: &mut dyn Tx, kind: Kind, secret: &str, now: Time) -> Result<Person> {
    if !code::is_secret(secret) {
        return Err(kind.refused());
    }
    let found = store::code::by_digest(tx, &code::digest(secret), kind)?.filter(|c| now < c.expires_at);
    let Some(id) = found.and_then(|c| c.person) else { return Err(kind.refused()) };
    let person = known(tx, id)?;
    if person.standing() == Standing::Deactivated { Err(kind.refused()) } else { Ok(person) }
}

/// Sets the first password of an account and signs in.
///
/// # Errors
/// [`Error::NotFound`] for a link that does not work; [`Error::Invalid`]; [`Error::TooMany`].
pub async fn accept_invitation(app: &App, cx: &Ctx, address: IpAddr, secret: &str, new: &str) -> Result<SignedIn> {
    use_link(app, cx, address, Kind::Invitation, secret, new).await
}

/// Sets a new password, ends all sessions and signs in.
///
/// # Errors
/// As [`accept_invitation`].
pub async fn reset(app: &App, cx: &Ctx, address: IpAddr, secret: &str, new: &str) -> Result<SignedIn> {
    use_link(app, cx, address, Kind::Reset, secret, new).await
}

async fn use_link(app: &App, cx: &Ctx, address: IpAddr, kind: Kind, link: &str, new: &str) -> Result<SignedIn> {
    limits::take(app, address, None)?;
    let asked = link.to_owned();
    let person = app.read(cx, move |cx, tx| look_up(tx, kind, &asked, cx.now)).await?;
    limits::give_back(app, address, None);
    let mut faults = Faults::new();
    password::check(&mut faults, "password", new, &person.mail, &person.name);
    faults.done()?;
    let hash = password::hash(app, new).await?;
    let secret = app.secret()?;
    let link = link.to_owned();
    app.write(cx, move |cx, tx| {
        let person = look_up(tx, kind, &link, cx.now)?;
        if !store::code::use_up(tx, &code::digest(&link), cx.now)? {
            return Err(kind.refused());
        }
        let cx = &as_person(cx, person.id, &person.name);
        let verb = if kind == Kind::Invitation { "accepted-invitation" } else { "reset-password" };
        replace_password(cx, tx, person.id, &hash, verb)?;
        open(cx, tx, person.id, &secret)
    })
    .await
}
