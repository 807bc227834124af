//! What has a day, for a calendar program: sessions, tech shares, notices, and what a person answers for. By REST, or by an address that
//! only its person knows.

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ical::{DayEvent, Event};
use kernel::ids::{Id, Ref};
use kernel::time::Time;
use kernel::trail;
use kernel::trail::merkle::hex_digest;
use kernel::web::Ctx;
use std::time::Duration;

use super::notice::{Places, stood};
use crate::forum::Forum;
use crate::notice::Notice;
use crate::session::Session;
use crate::share::MOST;
use crate::store;

/// What a calendar has.
#[derive(Debug, Clone, Default)]
pub struct Dated {
    /// Sessions.
    pub sessions: Vec<Event>,
    /// Tech shares, last days of notices and of actions.
    pub days: Vec<DayEvent>,
}

/// Actions of one person at most.
const ACTIONS: i64 = 500;

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

/// The last day on which a notice can be acknowledged, and the day from which it holds.
fn noticed(n: &Notice, url: &str) -> Vec<DayEvent> {
    let c = &n.content;
    let days = [("by", "acknowledge", &c.acknowledge_by), ("from", "in force", &c.effective)];
    let event = |(key, what, day): (&str, &str, &String)| {
        Some(DayEvent {
            uid: format!("notice-{}-{key}@bellwether", n.number),
            changed_at: n.issued_at,
            sequence: n.version,
            day: day.parse().ok()?,
            summary: format!("{} {what}: {}", n.label(), c.title),
            description: c.to_do.clone(),
            url: format!("{url}{}", n.href()),
        })
    };
    days.into_iter().filter_map(event).collect()
}

/// Last days of what a person answers for.
fn own(tx: &mut dyn Tx, person: Id, url: &str) -> Result<Vec<DayEvent>> {
    use actions::store::{Filter, Place, list, mine};
    let filter = Filter { owner: Some(person), state: "unfinished".into(), ..Filter::default() };
    let mine = mine(tx, person)?;
    let all = list(tx, &filter, &Place::default(), ACTIONS)?.into_iter().map(|(a, _)| a).filter(|a| mine.has(a));
    let event = |a: actions::Action| {
        Some(DayEvent {
            uid: format!("action-{}@bellwether", a.id),
            changed_at: a.changed_at,
            sequence: a.version,
            day: a.content.due.parse().ok()?,
            summary: format!("Due: {}", a.content.what),
            description: a.content.goal.clone(),
            url: format!("{url}{}", a.href()),
        })
    };
    Ok(all.filter_map(event).collect())
}

fn dated(tx: &mut dyn Tx, group: Option<&str>, person: Option<Id>, url: &str, now: Time) -> Result<Dated> {
    let only = match group {
        Some(slug) => Some(catalogue::store::group_by_slug(tx, slug).map_err(|e| e.at("group"))?),
        None => None,
    };
    let forum = only.as_ref().map(Forum::group);
    let (from, to) = (now.minus(SPAN.0), now.plus(SPAN.1));
    let all = store::session::between(tx, from, to, now)?;
    let sessions = all.iter().filter(|s| forum.as_ref().is_none_or(|f| *f == s.forum)).map(|s| event(s, url)).collect();
    let zone = people::organisation(tx)?.zone;
    let day = |t: Time| Ok::<_, Error>(t.jiff().in_tz(&zone).map_err(Error::internal)?.date());
    let (first, today, last) = (day(from)?, day(now)?, day(to)?);
    let mut days = Vec::new();
    let groups = only.as_ref().map_or_else(|| catalogue::store::groups(tx), |g| Ok(vec![g.clone()]))?;
    for g in groups {
        let shares = store::share::of_group(tx, g.id, store::share::NEWEST, MOST, today)?;
        days.extend(shares.iter().filter_map(|s| s.event(&format!("{url}{}", s.href()))));
    }
    let places = Places::read(tx)?;
    for row in store::notice::standing(tx, only.map(|g| g.id), MOST)? {
        let n = stood(tx, row, &places, today)?;
        if n.state.stands() {
            days.extend(noticed(&n, url));
        }
    }
    if let Some(person) = person {
        days.extend(own(tx, person, url)?);
    }
    days.retain(|d| (first..=last).contains(&d.day));
    Ok(Dated { sessions, days })
}

/// What has a day, of all groups or of one, with the last days of what the person who asks answers for. `url` is the server's own
/// address.
///
/// # Errors
/// Nobody signed in; no such group.
pub fn events(cx: &Ctx, tx: &mut dyn Tx, group: Option<&str>, url: &str) -> Result<Dated> {
    cx.require_signed_in()?;
    dated(tx, group, cx.actor.person(), url, cx.now)
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

/// The calendar for whoever knows a person's calendar address, while that person has an account; not found for any other secret.
pub(crate) fn feed(tx: &mut dyn Tx, secret: &str, group: Option<&str>, url: &str, now: Time) -> Result<Dated> {
    // The secret in the address is the right; it says whose.
    let missing = || Error::not_found("calendar", "at this address");
    if secret.len() != 64 || !secret.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(missing());
    }
    let person = store::reminder::fed(tx, &hex_digest(secret.as_bytes()))?.ok_or_else(missing)?;
    if people::store::person(tx, person)?.is_none_or(|p| p.deactivated_at.is_some()) {
        return Err(missing());
    }
    dated(tx, group, Some(person), url, now)
}
