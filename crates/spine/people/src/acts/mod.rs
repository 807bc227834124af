//! One function per verb. Those that check or set a password are async, because hashing must not happen inside a unit of
//! work; all others take the unit of work of their caller. Secrets are drawn before a unit of work and passed in, so that
//! a repeated try stores the same.

mod account;
mod forget;
mod import;
mod link;
mod organisation;
mod role;
mod session;
mod set_up;
mod token;

pub use account::{Change, OwnChange, change_me, change_person, deactivate, invite, reactivate};
pub use forget::{FORGET, forget};
pub use import::import_csv;
pub use link::{look_up, reset_link, use_link};
pub use organisation::{NewOrganisation, set_organisation};
pub use role::{grant_role, revoke_role};
pub(crate) use session::own_id;
pub use session::{SignedIn, change_password, end_session, sign_in, sign_out};
pub use set_up::{FirstAccount, set_up, setup_code};
pub use token::{behind, make_token, maker_shown, revoke_token};

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use kernel::web::{Actor, ActorId, Ctx};

use crate::person::{Person, Standing};
use crate::role::Role;
use crate::store;

/// A context in which a person acts who has just shown who they are.
fn as_person(cx: &Ctx, person: Id, name: &str) -> Ctx {
    let actor = Actor { id: ActorId::Person(person), name: name.to_owned(), ..(*cx.actor).clone() };
    Ctx { actor: actor.into(), ..cx.clone() }
}

fn subject(person: Id) -> Ref {
    Ref::new("person", person)
}

/// The account, or 404.
fn known(tx: &mut dyn Tx, id: Id) -> Result<Person> {
    store::person(tx, id)?.ok_or_else(|| Error::not_found("account", id))
}

/// Why an account and its role as platform engineer cannot be taken away now; `None` if they can.
///
/// # Errors
/// The engine's.
pub fn protected(tx: &mut dyn Tx, id: Id) -> Result<Option<&'static str>> {
    let able: Vec<Id> = administrators(tx)?;
    Ok((able == [id]).then_some(LAST))
}

const LAST: &str = "This is the last account that can manage accounts. Make somebody else a platform engineer first; \
                    it counts as soon as that person has signed in.";

/// Who can manage accounts now: active, not only invited.
fn administrators(tx: &mut dyn Tx) -> Result<Vec<Id>> {
    let all = store::people_with_role(tx, Role::PlatformEngineer, None)?;
    Ok(all.iter().filter(|p| p.standing() == Standing::Active).map(|p| p.id).collect())
}

/// Refuses to take away the last account that can manage accounts. It reads all such accounts, so that of two people who
/// remove each other at the same moment one is refused (serialisable on PostgreSQL, one writer on SQLite).
fn keep_an_administrator(tx: &mut dyn Tx, without: Id) -> Result<()> {
    if administrators(tx)?.iter().any(|id| *id != without) { Ok(()) } else { Err(Error::Conflict(LAST.into())) }
}
