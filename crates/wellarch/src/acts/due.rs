//! Verbs on when reviews are due: say how often, plan a day, make a calendar address; and what is read of it.

use std::collections::HashMap;

use catalogue::{Group, Team, Workload};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ical::DayEvent;
use kernel::ids::{Id, Ref};
use kernel::time::Time;
use kernel::trail;
use kernel::trail::merkle::hex_digest;
use kernel::web::Ctx;
use people::rights;

use super::review::place;
use crate::document::Titled;
use crate::due::{Due, Interval, Known, MONTHS, NewInterval, NewPlan};
use crate::store::due::{self as store, Stored};

/// The place that stands for all groups that say nothing of their own.
pub const ORGANISATION: &str = "organisation";

fn told(place: &str, stored: Option<Stored>) -> Interval {
    match stored {
        Some(s) => Interval { place: place.to_owned(), months: s.months, version: s.version, by: s.by, at: Some(s.at) },
        None => Interval { place: place.to_owned(), months: MONTHS, version: 0, by: String::new(), at: None },
    }
}

/// How often reviews are due: the organisation first, then the groups that have said something of their own.
///
/// # Errors
/// Nobody signed in; the engine's.
pub fn intervals(cx: &Ctx, tx: &mut dyn Tx) -> Result<Vec<Interval>> {
    cx.require_signed_in()?;
    let all = store::intervals(tx)?;
    let of = |place: &str| all.iter().find(|s| s.place == place).cloned();
    let mut out = vec![told(ORGANISATION, of(ORGANISATION))];
    for g in catalogue::store::groups(tx)? {
        if let Some(s) = of(&g.id.to_string()) {
            out.push(told(&g.slug, Some(s)));
        }
    }
    Ok(out)
}

fn set(cx: &Ctx, tx: &mut dyn Tx, place: &str, shown: &str, new: &NewInterval) -> Result<Interval> {
    let months = new.check()?;
    store::set(tx, place, months, &cx.actor.name, cx.now)?;
    let payload = serde_json::json!({ "place": shown, "months": months });
    trail::record(cx, tx, "set", &Ref::new("review-interval", place), &payload, "")?;
    tx.publish("reviews");
    Ok(told(shown, store::interval(tx, place)?))
}

/// Says how often reviews are due in groups that say nothing of their own.
///
/// # Errors
/// No right; a fault.
pub fn set_all(cx: &Ctx, tx: &mut dyn Tx, new: &NewInterval) -> Result<Interval> {
    cx.require_everywhere(&rights::SETUP)?;
    set(cx, tx, ORGANISATION, ORGANISATION, new)
}

/// Says how often reviews are due in a group.
///
/// # Errors
/// No right; no such group; a fault.
pub fn set_group(cx: &Ctx, tx: &mut dyn Tx, group: &str, new: &NewInterval) -> Result<Interval> {
    cx.require_somewhere(&rights::CALENDAR)?;
    let group = catalogue::store::group_by_slug(tx, group)?;
    cx.require(&rights::CALENDAR, group.id)?;
    set(cx, tx, &group.id.to_string(), &group.slug, new)
}

/// A workload with what is known of its reviews.
struct Placed {
    workload: Workload,
    team: Team,
    known: Known,
}

impl Placed {
    fn of(workload: Workload, team: Team, group: &Group, known: Option<Known>, intervals: &[Stored]) -> Self {
        let own = intervals.iter().find(|s| s.place == group.id.to_string());
        let all = intervals.iter().find(|s| s.place == ORGANISATION);
        let months = own.or(all).map_or(MONTHS, |s| s.months);
        // Both count as changes, whichever holds: so no change of either is missed.
        let version = own.map_or(0, |s| s.version) + all.map_or(0, |s| s.version);
        let at = own.map_or(Time(0), |s| s.at).max(all.map_or(Time(0), |s| s.at));
        let known = Known {
            workload: Some(workload.id),
            interval: (months, version, at),
            zone: group.zone.clone(),
            ..known.unwrap_or_default()
        };
        Self { workload, team, known }
    }

    fn due(&self, now: Time) -> Due {
        let titled = |slug: &str, name: &str| Titled { slug: slug.to_owned(), name: name.to_owned() };
        let workload = titled(&self.workload.slug, &self.workload.name);
        self.known.due(workload, titled(&self.team.slug, &self.team.name), now)
    }
}

fn placed(tx: &mut dyn Tx, group: Option<&str>) -> Result<Vec<Placed>> {
    let all = catalogue::store::groups(tx)?;
    let only = match group {
        None => None,
        Some(slug) => match all.iter().find(|g| g.slug == slug) {
            Some(g) => Some(g.id),
            None => {
                let shown = kernel::text::shown(slug, 60);
                return Err(Error::invalid("group", format!("There is no group “{shown}”.")));
            }
        },
    };
    let groups: HashMap<Id, Group> = all.into_iter().map(|g| (g.id, g)).collect();
    let intervals = store::intervals(tx)?;
    let mut known = store::known(tx, None)?;
    let mut out = Vec::new();
    for team in catalogue::store::teams(tx, only)? {
        let Some(group) = groups.get(&team.group) else { continue };
        for w in catalogue::store::workloads_of(tx, team.id)? {
            let of = known.remove(&w.id);
            out.push(Placed::of(w, team.clone(), group, of, &intervals));
        }
    }
    Ok(out)
}

/// All workloads, or those of a group, with when their next review is due, in the order of teams.
///
/// # Errors
/// Nobody signed in; no such group, at `group`.
pub fn list(cx: &Ctx, tx: &mut dyn Tx, group: Option<&str>) -> Result<Vec<Due>> {
    cx.require_signed_in()?;
    Ok(placed(tx, group)?.iter().map(|p| p.due(cx.now)).collect())
}

/// When the next review of a workload is due.
///
/// # Errors
/// Nobody signed in; no such workload.
pub fn of_workload(cx: &Ctx, tx: &mut dyn Tx, workload: &str) -> Result<Due> {
    cx.require_signed_in()?;
    let (workload, team) = place(tx, workload)?;
    one(cx, tx, workload, team)
}

fn one(cx: &Ctx, tx: &mut dyn Tx, workload: Workload, team: Team) -> Result<Due> {
    let group = catalogue::store::group(tx, team.group)?;
    let intervals = store::intervals(tx)?;
    let known = store::known(tx, Some(workload.id))?.remove(&workload.id);
    Ok(Placed::of(workload, team, &group, known, &intervals).due(cx.now))
}

/// Plans the day of a workload's next review, or takes it back.
///
/// # Errors
/// No right; a fault; [`Error::Conflict`] if somebody else has planned at the same time.
pub fn plan(cx: &Ctx, tx: &mut dyn Tx, workload: &str, new: &NewPlan) -> Result<Due> {
    cx.require_somewhere(&rights::ANSWERS)?;
    let (workload, team) = place(tx, workload)?;
    team.require(cx, &rights::ANSWERS)?;
    let group = catalogue::store::group(tx, team.group)?;
    let zone = jiff::tz::TimeZone::get(&group.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let day = new.check(cx.now.jiff().to_zoned_datetime(zone).date())?;
    let before = store::known(tx, Some(workload.id))?.remove(&workload.id).and_then(|k| k.plan);
    let number = before.map_or(0, |p| p.0) + 1;
    if !store::plan(tx, workload.id, number, &day, (&cx.actor.name, cx.now))? {
        return Err(Error::Conflict("Somebody else has planned this review at the same moment. Look again.".into()));
    }
    let payload = serde_json::json!({ "workload": workload.slug, "day": day });
    trail::record(cx, tx, "planned", &Ref::new("review-plan", workload.id), &payload, "")?;
    tx.publish("reviews");
    tx.publish(&format!("team:{}", team.id));
    one(cx, tx, workload, team)
}

/// Days for a calendar program. `url` is the server's own address.
///
/// # Errors
/// Nobody signed in; no such group.
pub fn events(cx: &Ctx, tx: &mut dyn Tx, group: Option<&str>, url: &str) -> Result<Vec<DayEvent>> {
    cx.require_signed_in()?;
    days(tx, group, url, cx.now)
}

fn days(tx: &mut dyn Tx, group: Option<&str>, url: &str, now: Time) -> Result<Vec<DayEvent>> {
    let event = |p: &Placed| p.known.event(&p.due(now), &format!("{url}/workloads/{}/reviews", p.workload.slug));
    Ok(placed(tx, group)?.iter().filter_map(event).collect())
}

/// Keeps a new calendar address for the person who asks; the one before ends. `secret` is what stands in the address.
///
/// # Errors
/// [`Error::Forbidden`] for tokens, which send themselves along.
pub fn make_feed(cx: &Ctx, tx: &mut dyn Tx, secret: &str) -> Result<()> {
    cx.require_signed_in()?;
    let person = cx.actor.person();
    let person = person
        .ok_or_else(|| Error::Forbidden("This is for people with an account; a token reads the calendar by itself.".into()))?;
    store::keep_feed(tx, person, &hex_digest(secret.as_bytes()), cx.now)?;
    trail::record(cx, tx, "made", &Ref::new("review-feed", person), &serde_json::json!({}), "").map(|_| ())
}

/// Days for whoever knows a person's calendar address, while that person has an account; not found for any other secret.
pub(crate) fn feed(tx: &mut dyn Tx, secret: &str, group: Option<&str>, url: &str, now: Time) -> Result<Vec<DayEvent>> {
    // The secret in the address is the right; it says whose.
    let missing = || Error::not_found("calendar", "at this address");
    if secret.len() != 64 || !secret.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(missing());
    }
    let person = store::fed(tx, &hex_digest(secret.as_bytes()))?.ok_or_else(missing)?;
    let open = people::store::person(tx, person)?.is_some_and(|p| p.deactivated_at.is_none());
    if !open {
        return Err(missing());
    }
    days(tx, group, url, now)
}
