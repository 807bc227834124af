//! Accounts: invited, changed, ended, opened again.

use kernel::db::Tx;
use kernel::error::{Error, Faults, Result};
use kernel::ids::Id;
use kernel::web::Ctx;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::link::make;
use super::session::own_id;
use super::{keep_an_administrator, known, subject};
use crate::code::LinkKind;
use crate::gate::TOPIC;
use crate::link::Link;
use crate::person::{NewPerson, Person, mail, zone};
use crate::{rights, store};

/// What people change about themselves. What is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnChange {
    /// Up to 200 characters.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// IANA zone in which times are shown.
    #[serde(default)]
    #[schema(min_length = 1)]
    pub zone: Option<String>,
    /// The version that the change was made from.
    #[schema(minimum = 1)]
    pub version: i64,
}

/// A change of an account. What is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Up to 200 characters.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// Mail address; unique. Changed by the platform engineer only, because it is what the person signs in with.
    #[serde(default)]
    #[schema(min_length = 3, max_length = 254, format = "email")]
    pub mail: Option<String>,
    /// IANA zone.
    #[serde(default)]
    #[schema(min_length = 1)]
    pub zone: Option<String>,
    /// The version that the change was made from.
    #[schema(minimum = 1)]
    pub version: i64,
}

/// Makes an account and a link with which the person sets the password.
///
/// # Errors
/// [`Error::Invalid`], also if the mail address is taken.
pub fn invite(cx: &Ctx, tx: &mut dyn Tx, new: &NewPerson, secret: &str) -> Result<(Person, Link)> {
    cx.require_everywhere(&rights::PEOPLE)?;
    let mut faults = Faults::new();
    let name = kernel::text::name(&mut faults, "name", "The name", &new.name);
    let mail = mail(&mut faults, "mail", &new.mail);
    let zone = match new.zone.as_deref().filter(|z| !z.trim().is_empty()) {
        Some(text) => zone(&mut faults, "zone", text),
        None => store::organisation(tx)?.zone,
    };
    faults.done()?;
    let id = tx.id()?;
    if !store::person::insert(tx, id, &name, &mail, &zone, cx.now, &cx.actor.key())? {
        return Err(taken(&mail));
    }
    let person = known(tx, id)?;
    kernel::trail::record(cx, tx, "invited", &subject(id), &person, "")?;
    let link = make(cx, tx, id, LinkKind::Invitation, secret)?;
    tx.publish(TOPIC);
    Ok((person, link))
}

fn taken(mail: &str) -> Error {
    Error::invalid("mail", format!("There is an account with the mail address {mail}. Change that one, or type another address."))
}

/// Changes one's own name and zone. The mail address is changed by the platform engineer, because one signs in with it.
///
/// # Errors
/// [`Error::Forbidden`] for tokens; else as [`change_person`].
pub fn change_me(cx: &Ctx, tx: &mut dyn Tx, own: &OwnChange) -> Result<Person> {
    let id = own_id(cx)?;
    change(cx, tx, id, &Change { name: own.name.clone(), mail: None, zone: own.zone.clone(), version: own.version })
}

/// Changes an account.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`]; [`Error::Conflict`] if somebody else has changed it, with what is stored.
pub fn change_person(cx: &Ctx, tx: &mut dyn Tx, id: Id, change: &Change) -> Result<Person> {
    cx.require_everywhere(&rights::PEOPLE)?;
    self::change(cx, tx, id, change)
}

fn change(cx: &Ctx, tx: &mut dyn Tx, id: Id, change: &Change) -> Result<Person> {
    let before = known(tx, id)?;
    if before.version != change.version {
        return Err(changed(&before));
    }
    let mut after = before.clone();
    let mut faults = Faults::new();
    if let Some(name) = &change.name {
        after.name = kernel::text::name(&mut faults, "name", "The name", name);
    }
    if let Some(text) = &change.mail {
        after.mail = mail(&mut faults, "mail", text);
    }
    if let Some(text) = &change.zone {
        after.zone = zone(&mut faults, "zone", text);
    }
    faults.done()?;
    if after != before {
        if after.mail != before.mail && store::person_by_mail(tx, &after.mail)?.is_some() {
            return Err(taken(&after.mail));
        }
        if !store::person::update(tx, &after)? {
            return Err(changed(&known(tx, id)?));
        }
        let payload = serde_json::json!({ "before": before, "after": after });
        kernel::trail::record(cx, tx, "changed", &subject(id), &payload, "")?;
        tx.publish(TOPIC);
    }
    known(tx, id)
}

fn changed(stored: &Person) -> Error {
    Error::Conflict(format!(
        "Somebody else has changed this account to {}, {}, {} (version {}). Load it again and change that.",
        stored.name, stored.mail, stored.zone, stored.version
    ))
}

/// Ends an account: it cannot sign in, its sessions, links and tokens no longer work. What it did stays.
///
/// # Errors
/// [`Error::Conflict`] for the last platform engineer, or if it is ended.
pub fn deactivate(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<Person> {
    cx.require_everywhere(&rights::PEOPLE)?;
    let person = known(tx, id)?;
    keep_an_administrator(tx, id)?;
    if !store::person::deactivate(tx, id, cx.now, &cx.actor.key())? {
        return Err(Error::Conflict(format!("The account of {} is ended already.", person.name)));
    }
    let sessions = store::session::end_all(tx, id, cx.now, &cx.actor.key())?;
    store::code::end_of(tx, id)?;
    kernel::trail::record(cx, tx, "deactivated", &subject(id), &serde_json::json!({ "sessions_ended": sessions }), "")?;
    tx.publish(TOPIC);
    known(tx, id)
}

/// Opens an account again, with the roles and the password that it had.
///
/// # Errors
/// [`Error::Conflict`] if it is open.
pub fn reactivate(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<Person> {
    cx.require_everywhere(&rights::PEOPLE)?;
    let person = known(tx, id)?;
    if !store::person::reactivate(tx, id)? {
        return Err(Error::Conflict(format!("The account of {} is open already.", person.name)));
    }
    kernel::trail::record(cx, tx, "reactivated", &subject(id), &serde_json::json!({}), "")?;
    tx.publish(TOPIC);
    known(tx, id)
}
