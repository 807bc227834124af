//! Verbs on sources: make, change, put away; and the two ends of a run.

pub mod feed;
mod periods;
mod run;

use kernel::db::Tx;
use kernel::error::{Error, Faults, Result};
use kernel::ids::Ref;
use kernel::trail;
use kernel::web::Ctx;
use metrics::store::Versioned;
use people::rights;

use crate::rules::{Backfill, Health, NewSource, Pull, Source};
use crate::store;

pub use periods::Look;
pub use run::{Claim, Plan, claim, fail, finish, offer, plan};

/// Topic of all sources.
pub const TOPIC: &str = "sources";

fn told(cx: &Ctx, tx: &mut dyn Tx, verb: &str, source: &Source, body: &impl serde::Serialize) -> Result<()> {
    trail::record(cx, tx, verb, &Ref::new("source", source.id), body, "")?;
    changed(tx, source);
    Ok(())
}

/// Announces a change of a source to live pages.
fn changed(tx: &mut dyn Tx, source: &Source) {
    tx.publish(TOPIC);
    tx.publish(&format!("source:{}", source.id));
}

/// Whether metric and subject exist and the figure fits the metric.
fn fits(tx: &mut dyn Tx, new: &NewSource) -> Result<()> {
    let mut faults = Faults::new();
    match metrics::store::definition(tx, &new.metric)? {
        None => faults.add("metric", format!("There is no metric “{}”.", shown(&new.metric))),
        Some(v) => {
            let d = v.definition;
            let kind = metrics::acts::kind_of(d.subject);
            match catalogue::store::subject(tx, kind, &new.subject) {
                Ok(_) => {}
                Err(Error::NotFound(_)) => {
                    let (kind, slug) = (kind.key(), shown(&new.subject));
                    faults.add("subject", format!("{} is measured for a {kind}, and there is no {kind} “{slug}”.", d.title));
                }
                Err(e) => return Err(e),
            }
            if let Pull::Git(g) = &new.pull
                && g.what.is_days()
                && !matches!(d.unit.as_str(), "d" | "day" | "days")
            {
                let unit = if d.unit.is_empty() { "no unit".into() } else { format!("the unit {}", d.unit) };
                faults.add("pull.what", format!("This figure is in days, and {} has {unit}. Choose a metric in days.", d.title));
            }
        }
    }
    faults.done()
}

/// Whether a source could be made of this, but for its name: for a dry run of what is not stored yet.
///
/// # Errors
/// No right; faults.
pub fn suits(cx: &Ctx, tx: &mut dyn Tx, new: &NewSource) -> Result<()> {
    cx.require_everywhere(&rights::SOURCES)?;
    fits(tx, new)
}

/// The metric of a source, the version in use.
pub(crate) fn metric(tx: &mut dyn Tx, key: &str) -> Result<Versioned> {
    metrics::store::definition(tx, key)?.ok_or_else(|| Error::not_found("metric", shown(key)))
}

fn shown(text: &str) -> String {
    kernel::text::shown(text, 80)
}

/// Who is in the way of a new source.
fn taken(tx: &mut dyn Tx, new: &NewSource) -> Result<Error> {
    let message = match store::in_slot(tx, &new.metric, &new.subject)? {
        Some(other) => format!(
            "“{other}” pulls {} for {} already. Change that source, or put it away first.",
            shown(&new.metric),
            shown(&new.subject)
        ),
        None => format!(
            "There is a source named “{}”, or with the key “{}”, already. Choose another name.",
            new.name,
            new.slug.as_deref().unwrap_or_default()
        ),
    };
    Ok(Error::Conflict(message))
}

/// Makes a source; its first run is due at once.
///
/// # Errors
/// No right; faults; [`Error::Conflict`] if the name is taken or another source pulls this metric for this subject.
pub fn make(cx: &Ctx, tx: &mut dyn Tx, new: &NewSource) -> Result<Source> {
    cx.require_everywhere(&rights::SOURCES)?;
    let new = new.clone().check()?;
    fits(tx, &new)?;
    let source = Source {
        id: tx.id()?,
        slug: new.slug.clone().unwrap_or_default(),
        name: new.name.clone(),
        metric: new.metric.clone(),
        subject: new.subject.clone(),
        every_minutes: new.every_minutes,
        pull: new.pull.clone(),
        version: 1,
        made_at: cx.now,
        made_by: cx.actor.name.clone(),
        health: Health::New,
        running_since: None,
        failures: 0,
        last: None,
        good_at: None,
        next_run_at: None,
        backfill: Backfill::default(),
        archived_at: None,
        anchored_at: cx.now,
        claimed_until: None,
        runs: 0,
    }
    .derived();
    if !store::insert(tx, &source)? {
        return Err(taken(tx, &new)?);
    }
    told(cx, tx, "made", &source, &new)?;
    Ok(source)
}

/// Changes a source. A run that is under way is not stored any more; the next is due at once.
///
/// # Errors
/// No right; faults; [`Error::Conflict`] if somebody else changed it meanwhile.
pub fn change(cx: &Ctx, tx: &mut dyn Tx, slug: &str, new: &NewSource) -> Result<Source> {
    cx.require_everywhere(&rights::SOURCES)?;
    let old = store::by_slug(tx, slug)?;
    let new = NewSource { slug: Some(new.slug.clone().unwrap_or_else(|| old.slug.clone())), ..new.clone() }.check()?;
    let mut faults = Faults::new();
    faults.check(new.slug.as_deref() == Some(old.slug.as_str()), "slug", format!("The key “{}” stays.", old.slug));
    faults.check(
        (&new.metric, &new.subject) == (&old.metric, &old.subject),
        "metric",
        "Metric and subject of a source stay. Make a new source for others, and put this one away.",
    );
    faults.done()?;
    fits(tx, &new)?;
    in_use(&old)?;
    if store::named(tx, &new.name)?.is_some_and(|id| id != old.id) {
        return Err(Error::Conflict(format!("There is a source named “{}” already. Choose another name.", new.name)));
    }
    let from = new.version.unwrap_or(old.version);
    let source = Source {
        name: new.name.clone(),
        every_minutes: new.every_minutes,
        pull: new.pull.clone(),
        version: from + 1,
        anchored_at: cx.now,
        failures: 0,
        running_since: None,
        claimed_until: None,
        ..old.clone()
    }
    .derived();
    if !store::change(tx, &source, from)? {
        return Err(Error::Conflict(format!(
            "The source “{}” is at version {} meanwhile. Look at it, then change that version.",
            old.name, old.version
        )));
    }
    told(cx, tx, "changed", &source, &new)?;
    Ok(source)
}

/// Puts a source away: it runs no more; its values and its history stay.
///
/// # Errors
/// No right; [`Error::Conflict`] if it is away already.
pub fn archive(cx: &Ctx, tx: &mut dyn Tx, slug: &str) -> Result<()> {
    cx.require_everywhere(&rights::SOURCES)?;
    let source = store::by_slug(tx, slug)?;
    if !store::archive(tx, source.id, &cx.actor.key(), cx.now)? {
        return in_use(&Source { archived_at: Some(cx.now), ..source });
    }
    told(cx, tx, "archived", &source, &source.slug)
}

/// Asks to fill in the past: 26 sprints. It runs as a job, once nobody else runs the source.
///
/// # Errors
/// No right; [`Error::Conflict`] if it is asked for already, or the source was put away.
pub fn ask_backfill(cx: &Ctx, tx: &mut dyn Tx, slug: &str) -> Result<Source> {
    cx.require_everywhere(&rights::SOURCES)?;
    let source = store::by_slug(tx, slug)?;
    in_use(&source)?;
    if !store::ask_backfill(tx, source.id, &cx.actor.name, cx.now)? {
        return Err(Error::Conflict(format!("The past of “{}” is being filled in already. Wait for that to end.", source.name)));
    }
    let backfill = Backfill { asked_at: Some(cx.now), asked_by: Some(cx.actor.name.clone()), ..source.backfill.clone() };
    let source = Source { backfill, ..source };
    told(cx, tx, "backfill-asked", &source, &source.slug)?;
    Ok(source)
}

/// Refuses a source that was put away.
pub(crate) fn in_use(source: &Source) -> Result<()> {
    if source.archived_at.is_some() {
        return Err(Error::Conflict(format!("“{}” was put away, so it runs no more. Make a new source.", source.name)));
    }
    Ok(())
}
