//! Verbs on concerns: raise, change, move on, score; and what is read of them.

pub mod find;
pub mod meeting;
pub mod merge;
pub mod read;
pub mod work;

use catalogue::Team;
use jiff::civil::Date;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Ref;
use kernel::time::Time;
use kernel::trail;
use kernel::web::{Ctx, Right};
use marks::mark::{Body, MarkKind};
use metrics::definition::{PeriodKind, Versioned, kind_of};
use people::rights;

use crate::concern::{Concern, ConcernEdit, Content, NewConcern};
use crate::moving::{ConcernMove, Moved};
use crate::setting::Setting;
use crate::state::{ConcernState, Way, Who};
use crate::store::{self, By, Stands};
use crate::wsjf::{COUNCIL, NewWsjf};

pub(crate) fn by(cx: &Ctx) -> (String, String) {
    (cx.actor.key(), cx.actor.name.clone())
}

/// True if the actor works on concerns of a team: one of its people, or the council.
pub fn may_work(cx: &Ctx, team: &Team) -> bool {
    team.may(cx, &rights::CONCERNS) || may_decide(cx)
}

/// True if the actor decides for the council.
pub fn may_decide(cx: &Ctx) -> bool {
    cx.actor.may(&rights::COUNCIL, None)
}

/// The right by which the actor works on a concern of that team.
///
/// # Errors
/// No right.
pub(crate) fn require_work(cx: &Ctx, team: &Team) -> Result<&'static Right> {
    if may_decide(cx) {
        return Ok(&rights::COUNCIL);
    }
    team.require(cx, &rights::CONCERNS).map(|()| &rights::CONCERNS)
}

/// True if the actor may go that way.
pub fn may_go(cx: &Ctx, team: &Team, way: &Way) -> bool {
    match way.who {
        Who::Either => may_work(cx, team),
        Who::Council => may_decide(cx),
    }
}

pub(crate) fn told(
    cx: &Ctx,
    tx: &mut dyn Tx,
    verb: &str,
    team: &Team,
    number: i64,
    payload: &impl serde::Serialize,
    why: &str,
) -> Result<()> {
    trail::record(cx, tx, verb, &Ref::new("concern", number), payload, why)?;
    tx.publish(&format!("team:{}", team.id));
    tx.publish(&format!("concern:{number}"));
    tx.publish("concerns");
    Ok(())
}

/// The first moment of a day in the organisation's zone.
pub(crate) fn begins(tx: &mut dyn Tx, day: Date) -> Result<Time> {
    let zone = people::organisation(tx)?.zone;
    begins_in(&zone, day)
}

/// The first moment of a day in a zone.
pub(crate) fn begins_in(zone: &str, day: Date) -> Result<Time> {
    Ok(Time(day.in_tz(zone).map_err(Error::internal)?.timestamp().as_microsecond()))
}

/// The zone in which the periods of a metric begin: the group's for days and sprints, the organisation's for weeks and months.
pub(crate) fn zone_of(tx: &mut dyn Tx, v: &Versioned, subject: &catalogue::Subject) -> Result<String> {
    match v.definition.period {
        PeriodKind::Day | PeriodKind::Sprint => Ok(catalogue::store::group(tx, subject.team.group)?.zone),
        PeriodKind::Week | PeriodKind::Month => Ok(people::organisation(tx)?.zone),
    }
}

/// A metric by its key, with what it is measured of.
pub(crate) fn measured(tx: &mut dyn Tx, metric: &str, subject: &str) -> Result<(Versioned, catalogue::Subject)> {
    let shown = kernel::text::shown(metric, 60);
    let known = if kernel::text::key("metric", metric).is_err() { None } else { metrics::store::definition(tx, metric)? };
    let v = known.ok_or_else(|| Error::invalid("metric", format!("There is no metric “{shown}”. Choose one that is defined.")))?;
    let kind = kind_of(v.definition.subject);
    let subject = catalogue::store::subject(tx, kind, subject).map_err(|e| e.at("subject"))?;
    Ok((v, subject))
}

fn checked(tx: &mut dyn Tx, content: &Content) -> Result<Content> {
    let mut content = content.check()?;
    if !content.metric.is_empty() {
        let (v, subject) = measured(tx, &content.metric, &content.subject)?;
        content.metric = v.definition.key;
        content.subject = subject.slug;
    }
    Ok(content)
}

/// Raises a concern for a team.
///
/// # Errors
/// No right; every fault with its field; no such team.
pub fn raise(cx: &Ctx, tx: &mut dyn Tx, new: &NewConcern) -> Result<Concern> {
    cx.require_somewhere(&rights::CONCERNS)?;
    let team = catalogue::store::team_by_slug(tx, new.team.trim()).map_err(|e| e.at("team"))?;
    team.require(cx, &rights::CONCERNS)?;
    if team.archived_at.is_some() {
        return Err(Error::invalid("team", format!("{} is put away. Choose another team.", team.name)));
    }
    let mut faults = kernel::error::Faults::new();
    let origin = new.origin.check(&mut faults);
    let content = match (checked(tx, &new.content), faults.done()) {
        (Ok(content), Ok(())) => content,
        (Err(Error::Invalid(mut first)), Err(Error::Invalid(more))) => {
            first.extend(more);
            return Err(Error::Invalid(first));
        }
        (Err(e), _) | (_, Err(e)) => return Err(e),
    };
    let (key, name) = by(cx);
    let number = store::insert(tx, team.id, &origin, &content, By { key: &key, name: &name, at: cx.now })?;
    let made = store::one(tx, number)?;
    told(cx, tx, "raised", &team, number, &made, "")?;
    Ok(made)
}

/// Somebody else was faster: what stands now, so that both see it.
pub(crate) fn newer(tx: &mut dyn Tx, number: i64, seen: i64) -> Error {
    match store::one(tx, number) {
        Ok(theirs) if theirs.version > seen => Error::Conflict(format!(
            "{} changed {} since you opened it: it is {} now, version {}. Nothing of yours was stored. Look at it, and send yours again on \
             top of that version.",
            theirs.changed_by,
            theirs.name(),
            theirs.state.words(),
            theirs.version
        )),
        Ok(theirs) => {
            Error::invalid("version", format!("There is no version {seen} of this concern; the newest is {}.", theirs.version))
        }
        Err(e) => e,
    }
}

/// Changes what a concern says.
///
/// # Errors
/// No right; every fault with its field; [`Error::Conflict`] if somebody changed it meanwhile, or it is put aside.
pub fn change(cx: &Ctx, tx: &mut dyn Tx, number: i64, edit: &ConcernEdit) -> Result<Concern> {
    cx.require_somewhere(&rights::CONCERNS)?;
    let team = store::whose(tx, number)?;
    require_work(cx, &team)?;
    let stood = store::one(tx, number)?;
    if stood.version != edit.version {
        return Err(newer(tx, number, edit.version));
    }
    if stood.state.is_aside() {
        return Err(Error::Conflict(format!("{} is {}. Raise it again before you change it.", stood.name(), stood.state.words())));
    }
    let content = checked(tx, &edit.content)?;
    let mut faults = kernel::error::Faults::new();
    let why = crate::concern::words(&mut faults, "reason", "The reason", &edit.reason);
    faults.done()?;
    if content == stood.content {
        return Ok(stood);
    }
    let (key, name) = by(cx);
    let stands = Stands { version: stood.version + 1, state: stood.state, content: &content, course: &stood.course, why: &why };
    if !store::change(tx, number, stands, false, By { key: &key, name: &name, at: cx.now })? {
        return Err(newer(tx, number, edit.version));
    }
    let made = store::one(tx, number)?;
    told(cx, tx, "changed", &team, number, &serde_json::json!({ "before": stood, "after": made }), &why)?;
    Ok(made)
}

/// Moves a concern on. What the council decides goes into the ledger of decisions; what is measured marks the metric's axis.
///
/// # Errors
/// No right; every fault with its field; [`Error::Conflict`] if somebody moved it meanwhile, or there is no such way.
pub fn move_on(cx: &Ctx, tx: &mut dyn Tx, number: i64, to: &ConcernMove) -> Result<Concern> {
    cx.require_somewhere(&rights::CONCERNS)?;
    let team = store::whose(tx, number)?;
    let right = require_work(cx, &team)?;
    let stood = store::one(tx, number)?;
    if stood.version != to.version {
        return Err(newer(tx, number, to.version));
    }
    let proof = read::proof(tx, number)?;
    let Moved { way, why, deciders, mut course } = to.check(&stood, proof.is_some())?;
    if way.who == Who::Council {
        cx.require_everywhere(&rights::COUNCIL)?;
    }
    if way.is_decision() {
        let decision = read::decision(&stood, &way, &course, &why, &deciders);
        course.decision = Some(decisions::acts::decide_by(cx, tx, right, &decision)?.number);
    }
    let (key, name) = by(cx);
    let stands = Stands { version: stood.version + 1, state: way.to, content: &stood.content, course: &course, why: &why };
    if !store::change(tx, number, stands, true, By { key: &key, name: &name, at: cx.now })? {
        return Err(newer(tx, number, to.version));
    }
    match (way.from, way.to) {
        (ConcernState::Done, ConcernState::Measured) => mark(cx, tx, &stood, proof.map(|p| p.changed))?,
        (ConcernState::Measured, ConcernState::Done) => unmark(cx, tx, &stood)?,
        _ => {}
    }
    let made = store::one(tx, number)?;
    told(cx, tx, way.to.key(), &team, number, &made, &why)?;
    Ok(made)
}

/// What is marked when a concern is measured: the metric's team, workload or service, and the zone of its days. None if it names no metric, or one that is gone.
fn marked(tx: &mut dyn Tx, c: &Concern) -> Result<Option<(marks::place::Place, String)>> {
    if c.content.metric.is_empty() {
        return Ok(None);
    }
    let Ok((v, subject)) = measured(tx, &c.content.metric, &c.content.subject) else { return Ok(None) };
    let Some(kind) = marks::PlaceKind::read(kind_of(v.definition.subject).key()) else { return Ok(None) };
    let zone = zone_of(tx, &v, &subject)?;
    Ok(Some((marks::store::place(tx, kind, &subject.slug)?, zone)))
}

/// The name of a mark: that of the version in which the concern was measured, so that a later one is another mark.
fn mark_origin(c: &Concern, version: i64) -> String {
    format!("concern:{}:{version}", c.number)
}

/// Marks the axis of the concern's metric on the day of the change.
fn mark(cx: &Ctx, tx: &mut dyn Tx, c: &Concern, changed: Option<String>) -> Result<()> {
    let Some(day) = changed.and_then(|d| d.parse::<Date>().ok()) else { return Ok(()) };
    let Some((place, zone)) = marked(tx, c)? else { return Ok(()) };
    let title = kernel::text::shown(&format!("{}: {}", c.name(), c.content.title), kernel::text::NAME);
    let body = Body { kind: MarkKind::Change, title, url: c.href(), starts: begins_in(&zone, day)?, ends: None };
    let origin = mark_origin(c, c.version + 1);
    marks::acts::put_by(cx, tx, &rights::COUNCIL, Some(&origin), &place, &body, &cx.actor.name).map(|_| ())
}

/// Takes the mark back when the concern is not measured any more.
fn unmark(cx: &Ctx, tx: &mut dyn Tx, c: &Concern) -> Result<()> {
    let all = store::versions(tx, c.number)?;
    let measured = |w: &&[crate::moving::ConcernVersion]| (w[0].state, w[1].state) == (ConcernState::Done, ConcernState::Measured);
    let Some(version) = all.windows(2).rfind(measured).map(|w| w[1].version) else { return Ok(()) };
    let Some((place, _)) = marked(tx, c)? else { return Ok(()) };
    let why = "The result is looked at again.";
    marks::acts::withdraw_by(cx, tx, &rights::COUNCIL, &mark_origin(c, version), &place, why)
}

/// Gives a concern a score: one's own, or the council's as a whole.
///
/// # Errors
/// No right; every fault with its field; [`Error::Conflict`] if it is put aside.
pub fn score(cx: &Ctx, tx: &mut dyn Tx, number: i64, new: &NewWsjf) -> Result<Concern> {
    cx.require_everywhere(&rights::COUNCIL)?;
    let team = store::whose(tx, number)?;
    let stood = store::one(tx, number)?;
    if stood.state.is_aside() {
        return Err(Error::Conflict(format!("{} is {}; it needs no score.", stood.name(), stood.state.words())));
    }
    let parts = new.check(&store::setting(tx)?.0.scale)?;
    let (key, name) = by(cx);
    let (voter, shown) = if new.council { (COUNCIL.to_owned(), "The council".to_owned()) } else { (key.clone(), name) };
    store::score::put(tx, number, &voter, &parts, By { key: &key, name: &shown, at: cx.now })?;
    told(cx, tx, "scored", &team, number, new, "")?;
    store::one(tx, number)
}

/// Changes the council's own rules.
///
/// # Errors
/// No right; every fault with its field.
pub fn set(cx: &Ctx, tx: &mut dyn Tx, new: &Setting) -> Result<Setting> {
    cx.require_everywhere(&rights::COUNCIL)?;
    let new = new.check()?;
    let (before, _) = store::setting(tx)?;
    if before == new {
        return Ok(new);
    }
    let (key, name) = by(cx);
    store::put_setting(tx, &new, By { key: &key, name: &name, at: cx.now })?;
    let payload = serde_json::json!({ "before": before, "after": new });
    trail::record(cx, tx, "changed", &Ref::new("council", "council"), &payload, "")?;
    tx.publish("concerns");
    Ok(new)
}
