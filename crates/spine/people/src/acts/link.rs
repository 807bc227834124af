//! Links that work once: invitations and resets.

use std::net::IpAddr;

use kernel::db::Tx;
use kernel::error::{Error, Faults, Result};
use kernel::ids::Id;
use kernel::time::Time;
use kernel::web::{App, Ctx};

use super::session::{SignedIn, open, replace_password};
use super::{as_person, known, subject};
use crate::code::{self, Kind, LinkKind};
use crate::link::{Link, mark};
use crate::person::{Person, Standing};
use crate::{limits, password, rights, store};

/// Makes a link for an account that is not ended.
pub(super) fn make(cx: &Ctx, tx: &mut dyn Tx, person: Id, kind: LinkKind, secret: &str) -> Result<Link> {
    let digest = code::digest(secret);
    store::code::insert(tx, &digest, kind.into(), Some(person), cx.now, &cx.actor.key())?;
    Ok(Link { kind, mark: mark(secret), expires_at: cx.now.plus(Kind::from(kind).holds()), url: None })
}

/// A new link for a person who has lost the password, or whose invitation has run out. Earlier links end.
///
/// Whoever owns the data folder (`ActorId::Owner`) may too: `bellwether user reset MAIL` is this act under the folder's lock.
///
/// # Errors
/// [`Error::Conflict`] if the account is ended.
pub fn reset_link(cx: &Ctx, tx: &mut dyn Tx, person: Id, secret: &str) -> Result<Link> {
    cx.require_everywhere(&rights::PEOPLE)?;
    let p = known(tx, person)?;
    let kind = match p.standing() {
        Standing::Active => LinkKind::Reset,
        Standing::Invited => LinkKind::Invitation,
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
pub fn look_up(tx: &mut dyn Tx, kind: LinkKind, secret: &str, now: Time) -> Result<Person> {
    let kind = Kind::from(kind);
    if !code::is_secret(secret) {
        return Err(kind.refused());
    }
    let found = store::code::by_digest(tx, &code::digest(secret), kind)?.filter(|c| now < c.expires_at);
    let Some(id) = found.and_then(|c| c.person) else { return Err(kind.refused()) };
    let person = known(tx, id)?;
    if person.standing() == Standing::Deactivated { Err(kind.refused()) } else { Ok(person) }
}

/// Sets the password of an account, the first or a new one, ends all its sessions and signs in.
///
/// # Errors
/// [`Error::NotFound`] for a link that does not work; [`Error::Invalid`]; [`Error::TooMany`].
pub async fn use_link(app: &App, cx: &Ctx, address: IpAddr, kind: LinkKind, link: &str, new: &str) -> Result<SignedIn> {
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
            return Err(Kind::from(kind).refused());
        }
        let cx = &as_person(cx, person.id, &person.name);
        let verb = if kind == LinkKind::Invitation { "accepted-invitation" } else { "reset-password" };
        replace_password(cx, tx, person.id, &hash, verb)?;
        open(cx, tx, person.id, &secret)
    })
    .await
}
