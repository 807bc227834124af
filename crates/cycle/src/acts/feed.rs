//! Sessions for a calendar program: by REST, or by an address that only its person knows.

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ical::Event;
use kernel::ids::Ref;
use kernel::time::Time;
use kernel::trail;
use kernel::trail::merkle::hex_digest;
use kernel::web::Ctx;
use std::time::Duration;

use crate::session::Session;
use crate::store;

/// How far back and ahead a calendar goes.
const SPAN: (Duration, Duration) = (Duration::from_secs(92 * 86_400), Duration::from_secs(400 * 86_400));

fn event(s: &Session, url: &str) -> Event {
    Event {
        uid: format!("session-{}@bellwether", s.id),
        changed_at: s.changed_at,
        sequence: s.version,
        starts: s.starts,
        ends: s.ends,
        cancelled: s.off.is_some(),
        summary: if s.forum.group.is_some() { format!("{}, {}", s.title(), s.forum.name) } else { s.title() },
        description: s.body.why.clone(),
        location: s.body.place.clone(),
        url: format!("{url}{}", s.href()),
    }
}

fn sessions(tx: &mut dyn Tx, group: Option<&str>, url: &str, now: Time) -> Result<Vec<Event>> {
    let only = match group {
        Some(slug) => Some(store::forum::group(tx, slug).map_err(|e| e.at("group"))?),
        None => None,
    };
    let all = store::session::between(tx, now.minus(SPAN.0), now.plus(SPAN.1), now)?;
    Ok(all.iter().filter(|s| only.as_ref().is_none_or(|f| *f == s.forum)).map(|s| event(s, url)).collect())
}

/// Sessions of all forums, or of a group. `url` is the server's own address.
///
/// # Errors
/// Nobody signed in; no such group.
pub fn events(cx: &Ctx, tx: &mut dyn Tx, group: Option<&str>, url: &str) -> Result<Vec<Event>> {
    cx.require_signed_in()?;
    sessions(tx, group, url, cx.now)
}

/// Keeps a new calendar address for the person who asks; the one before ends. `secret` is what stands in the address.
///
/// # Errors
/// [`Error::Forbidden`] for tokens, which send themselves along.
pub fn make(cx: &Ctx, tx: &mut dyn Tx, secret: &str) -> Result<()> {
    cx.require_signed_in()?;
    let missing = || Error::Forbidden("This is for people with an account; a token reads the calendar by itself.".into());
    let person = cx.actor.person().ok_or_else(missing)?;
    store::reminder::keep_feed(tx, person, &hex_digest(secret.as_bytes()), cx.now)?;
    trail::record(cx, tx, "made", &Ref::new("session-feed", person), &serde_json::json!({}), "").map(|_| ())
}

/// Sessions for whoever knows a person's calendar address, while that person has an account; not found for any other secret.
pub(crate) fn feed(tx: &mut dyn Tx, secret: &str, group: Option<&str>, url: &str, now: Time) -> Result<Vec<Event>> {
    // The secret in the address is the right; it says whose.
    let missing = || Error::not_found("calendar", "at this address");
    if secret.len() != 64 || !secret.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(missing());
    }
    let person = store::reminder::fed(tx, &hex_digest(secret.as_bytes()))?.ok_or_else(missing)?;
    if people::store::person(tx, person)?.is_none_or(|p| p.deactivated_at.is_some()) {
        return Err(missing());
    }
    sessions(tx, group, url, now)
}
