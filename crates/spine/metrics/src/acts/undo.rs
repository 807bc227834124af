//! Takes one's own entry back: the value becomes what it was before, by a correction that stands in the ledger and the trail.

use catalogue::calendar::Calendar;
use catalogue::{Subject, Team};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use kernel::time::Time;
use kernel::trail;
use kernel::web::Ctx;
use people::rights;

use super::way_of;
use crate::definition::{Definition, kind_of};
pub use crate::ledger::{AllWithdrawn, Batch, Offer, Withdrawal, Withdrawn};
use crate::ledger::{LISTED, Past, live};
use crate::store;
use crate::store::ledger;
use crate::value::Value;

/// Entries of one value that are looked at for what stood before.
const LOOKED_AT: i64 = 200;
/// What taking the newest entry back would do; none if it is not the caller's own.
///
/// # Errors
/// No sign-in; the engine's.
pub fn offer(cx: &Ctx, tx: &mut dyn Tx, metric: &str, subject: Id, starts: Time) -> Result<Option<Offer>> {
    cx.require_signed_in()?;
    let entries = ledger::last(tx, metric, subject, starts, LOOKED_AT)?;
    let live = live(&entries);
    let Some((newest, number)) = live.first().and_then(|e| Some((*e, e.number?))) else { return Ok(None) };
    if newest.actor != cx.actor.key() {
        return Ok(None);
    }
    let Some(value) = ledger::one(tx, metric, subject, starts)? else { return Ok(None) };
    let before = live.get(1);
    Ok(Some(Offer {
        entry: newest.id,
        number,
        at: newest.recorded_at,
        period: value.period,
        restores: before.and_then(|e| e.number),
        by: before.map(|e| e.source.clone()).unwrap_or_default(),
    }))
}

/// Takes back the newest entry of a value, which must be the caller's own. Up to when that may be done is the caller's to check:
/// a report asks whether it is reviewed, [`withdraw_now`] whether the sprint is the same.
///
/// # Errors
/// No right; [`Error::NotFound`] without a value; [`Error::Conflict`] if the newest entry is somebody else's or another one.
pub fn withdraw(cx: &Ctx, tx: &mut dyn Tx, subject: &Subject, metric: &str, starts: Time, entry: Option<Id>) -> Result<Withdrawn> {
    subject.team.require(cx, &rights::VALUES)?;
    let d = super::definition(tx, metric)?.definition;
    let (done, _) = take_back(cx, tx, &d, subject, starts, entry)?;
    let thing = Ref::new("value", format!("{}/{}/{}", d.key, subject.id, done.period));
    trail::record(cx, tx, "withdrew", &thing, &done, "")?;
    announce(tx, &subject.team);
    Ok(done)
}

/// As [`withdraw`], while the sprint in which the entry was recorded runs.
///
/// # Errors
/// As [`withdraw`]; [`Error::Conflict`] afterwards; faults of what is named.
pub fn withdraw_now(cx: &Ctx, tx: &mut dyn Tx, team: &Team, wanted: &Withdrawal) -> Result<AllWithdrawn> {
    team.require(cx, &rights::VALUES)?;
    match (&wanted.metric, &wanted.period, wanted.at) {
        (Some(metric), Some(period), None) => {
            let d = super::definition(tx, metric)?.definition;
            let slug = wanted.subject.as_deref().unwrap_or(&team.slug);
            let subject = catalogue::store::subject(tx, kind_of(d.subject), slug)?;
            if subject.team.id != team.id {
                return Err(Error::NotFound(format!("{} has no {} “{slug}”.", team.name, kind_of(d.subject).key())));
            }
            let period = super::period_of(tx, &d, &subject, period)?;
            if let Some(found) = offer(cx, tx, &d.key, subject.id, period.starts)? {
                still_open(cx, tx, team, found.at)?;
            }
            let done = withdraw(cx, tx, &subject, &d.key, period.starts, wanted.entry)?;
            Ok(AllWithdrawn { count: 1, values: vec![done] })
        }
        (None, None, Some(at)) => all_of(cx, tx, team, at),
        _ => Err(Error::invalid("metric", "Name metric and period of one value, or the moment `at` of a batch.")),
    }
}

fn all_of(cx: &Ctx, tx: &mut dyn Tx, team: &Team, at: Time) -> Result<AllWithdrawn> {
    still_open(cx, tx, team, at)?;
    let definitions = store::definitions(tx, "", 10_000)?;
    let (mut count, mut values) = (0, Vec::new());
    for subject in subjects(tx, team)? {
        for (metric, starts) in ledger::of_moment(tx, subject.id, &cx.actor.key(), at)? {
            let Some(d) = definitions.iter().map(|v| &v.definition).find(|d| d.key == metric) else { continue };
            // What was corrected since stays: the newer entry is another decision.
            let Some(found) = offer(cx, tx, &metric, subject.id, starts)?.filter(|o| o.at == at) else { continue };
            let (done, _) = take_back(cx, tx, d, &subject, starts, Some(found.entry))?;
            count += 1;
            if values.len() < LISTED {
                values.push(done);
            }
        }
    }
    if count == 0 {
        return Err(Error::Conflict("Nothing that you recorded then counts any more, so there is nothing to take back.".into()));
    }
    let done = AllWithdrawn { count, values };
    trail::record(cx, tx, "withdrew", &Ref::new("values", &team.slug), &done, "")?;
    announce(tx, team);
    Ok(done)
}

fn announce(tx: &mut dyn Tx, team: &Team) {
    for topic in [format!("team:{}", team.id), format!("group:{}", team.group)] {
        tx.publish(&topic);
    }
}

/// The team, its workloads and services, as subjects.
pub(crate) fn subjects(tx: &mut dyn Tx, team: &Team) -> Result<Vec<Subject>> {
    let of =
        |kind, id, slug: &str, name: &str| Subject { kind, id, slug: slug.to_owned(), name: name.to_owned(), team: team.clone() };
    let mut out = vec![of(catalogue::SubjectKind::Team, team.id, &team.slug, &team.name)];
    for w in catalogue::store::workloads_of(tx, team.id)? {
        out.push(of(catalogue::SubjectKind::Workload, w.id, &w.slug, &w.name));
    }
    for s in catalogue::store::services_of_team(tx, team.id)? {
        out.push(of(catalogue::SubjectKind::Service, s.id, &s.slug, &s.name));
    }
    Ok(out)
}

/// True while the sprint in which something was recorded runs.
pub(crate) fn is_open(calendar: &Calendar, at: Time, now: Time) -> bool {
    let number = |t: Time| calendar.at(t).map(|s| s.number);
    number(at) == number(now)
}

fn still_open(cx: &Ctx, tx: &mut dyn Tx, team: &Team, at: Time) -> Result<()> {
    if is_open(&catalogue::store::calendar(tx, team.group)?, at, cx.now) {
        return Ok(());
    }
    Err(Error::Conflict(
        "The sprint in which this was recorded has ended. Type the right value instead; both stay on record.".into(),
    ))
}

/// Puts what stood before in the place of the newest entry.
fn take_back(
    cx: &Ctx,
    tx: &mut dyn Tx,
    d: &Definition,
    subject: &Subject,
    starts: Time,
    entry: Option<Id>,
) -> Result<(Withdrawn, Value)> {
    let missing = || Error::NotFound(format!("There is no value of “{}” for {} in that period.", d.title, subject.name));
    let stored = ledger::one(tx, &d.key, subject.id, starts)?.ok_or_else(missing)?;
    let entries = ledger::last(tx, &d.key, subject.id, starts, LOOKED_AT)?;
    let live = live(&entries);
    let Some(newest) = live.first() else {
        return Err(Error::Conflict(format!("Nothing counts for “{}” any more: the entry was taken back already.", d.title)));
    };
    if newest.actor != cx.actor.key() {
        let by = &newest.source;
        return Err(Error::Conflict(format!(
            "The newest value of “{}” is by {by}, so it is not yours to take back. Type another.",
            d.title
        )));
    }
    if entry.is_some_and(|id| id != newest.id) {
        return Err(Error::Conflict(format!(
            "Another entry of “{}” is newer, or yours was taken back already. Load the page anew to see it.",
            d.title
        )));
    }
    let value = before(cx, tx, stored, newest, &live[1..])?;
    if !ledger::restore(tx, &value, &cx.actor.key(), newest.id, cx.now)? {
        return Err(missing());
    }
    let done = Withdrawn {
        metric: d.key.clone(),
        subject: subject.slug.clone(),
        period: value.period.clone(),
        was: newest.number,
        number: value.number,
    };
    Ok((done, value))
}

/// The value as it was before the newest entry; without a number if there was none.
fn before(cx: &Ctx, tx: &mut dyn Tx, stored: Value, newest: &Past, earlier: &[&Past]) -> Result<Value> {
    // A note that came with the entry goes with it.
    let spoken = earlier.iter().find(|e| !e.note.is_empty());
    let (note, note_by, note_at) = match spoken {
        _ if newest.note.is_empty() => (stored.note.clone(), stored.note_by.clone(), stored.note_at),
        Some(e) => (e.note.clone(), e.source.clone(), Some(e.recorded_at)),
        None => (String::new(), String::new(), None),
    };
    let subject = stored.subject.parse().map_err(|_| Error::internal("a value's subject is no id"))?;
    let Some(e) = earlier.first() else {
        let (way, actor, source) = (way_of(cx), cx.actor.key(), cx.actor.name.clone());
        let gone = Value { number: None, numerator: None, denominator: None, way, actor, source, ..stored };
        return Ok(Value { recorded_at: cx.now, measured_at: cx.now, kept: false, note, note_by, note_at, ..gone });
    };
    // A kept value keeps the date of the one before it.
    let kept_from = if e.kept { store::series(tx, &stored.metric, subject, stored.starts, 1)?.pop() } else { None };
    Ok(Value {
        number: e.number,
        numerator: e.numerator,
        denominator: e.denominator,
        version: e.version,
        way: e.way,
        actor: e.actor.clone(),
        source: e.source.clone(),
        recorded_at: e.recorded_at,
        measured_at: kept_from.map_or(e.recorded_at, |v| v.measured_at),
        kept: e.kept,
        note,
        note_by,
        note_at,
        ..stored
    })
}

/// What the caller recorded of a team last, while it may be taken back.
///
/// # Errors
/// No sign-in; the engine's.
pub fn last_batch(cx: &Ctx, tx: &mut dyn Tx, team: &Team, listed: usize) -> Result<Option<Batch>> {
    cx.require_signed_in()?;
    let calendar = catalogue::store::calendar(tx, team.group)?;
    let Some(sprint) = calendar.at(cx.now) else { return Ok(None) };
    let (subjects, actor) = (subjects(tx, team)?, cx.actor.key());
    let mut newest = None;
    for subject in &subjects {
        newest = newest.max(ledger::newest_moment(tx, subject.id, &actor, sprint.starts)?);
    }
    let Some(at) = newest else { return Ok(None) };
    let mut batch = Batch { at, count: 0, values: Vec::new() };
    for subject in subjects {
        for (metric, starts) in ledger::of_moment(tx, subject.id, &actor, at)? {
            let Some(found) = offer(cx, tx, &metric, subject.id, starts)?.filter(|o| o.at == at) else { continue };
            batch.count += 1;
            if batch.values.len() < listed {
                batch.values.push((subject.clone(), metric, found));
            }
        }
    }
    Ok((batch.count > 0).then_some(batch))
}
