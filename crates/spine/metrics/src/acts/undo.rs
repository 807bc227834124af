//! Takes one's own entry back: the value becomes what it was before, by a correction that stands in the ledger and the trail.

use catalogue::Subject;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Ref;
use kernel::trail;
use kernel::web::Ctx;
use people::rights;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{measured_before, way_of};
use crate::definition::{Definition, kind_of};
use crate::period::Period;
use crate::store;
use crate::store::ledger::{self, Past};
use crate::value::Value;

/// Entries that are looked at for the note that stood before.
const LOOKED_AT: i64 = 50;

/// Which entry is taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// Key of the metric.
    pub metric: String,
    /// Slug of the workload or service; the team's own if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

/// What counts after an entry was taken back.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Withdrawn {
    /// Key of the metric.
    pub metric: String,
    /// Slug of the subject.
    pub subject: String,
    /// The period.
    pub period: String,
    /// The number that was taken back.
    pub was: Option<f64>,
    /// The number that counts now; none if there was none before.
    pub number: Option<f64>,
}

/// Takes back the newest entry of a value, which must be the caller's own.
///
/// # Errors
/// No right; [`Error::NotFound`] without a value; [`Error::Conflict`] if the newest entry is somebody else's.
pub fn withdraw(cx: &Ctx, tx: &mut dyn Tx, subject: &Subject, metric: &str, period: &str) -> Result<Withdrawn> {
    subject.team.require(cx, &rights::VALUES)?;
    let d = super::definition(tx, metric)?.definition;
    let period = super::period_of(tx, &d, subject, period)?;
    let entries = ledger::last(tx, &d.key, subject.id, period.starts, LOOKED_AT)?;
    let Some(newest) = entries.first() else {
        return Err(Error::NotFound(format!("There is no value of “{}” for {} in {}.", d.title, subject.name, period.label)));
    };
    if newest.actor != cx.actor.key() {
        let by = &newest.source;
        return Err(Error::Conflict(format!(
            "The newest value of “{}” is by {by}, so it is not yours to take back. Type another.",
            d.title
        )));
    }
    let value = before(cx, tx, &d, subject, &period, &entries)?;
    if !ledger::restore(tx, &value, &cx.actor.key(), cx.now)? {
        return Err(Error::NotFound(format!("There is no value of “{}” for {} in {}.", d.title, subject.name, period.label)));
    }
    let done = Withdrawn {
        metric: d.key.clone(),
        subject: subject.slug.clone(),
        period: period.label.clone(),
        was: newest.number,
        number: value.number,
    };
    let thing = Ref::new("value", format!("{}/{}/{}", d.key, subject.id, period.label));
    trail::record(cx, tx, "withdrew", &thing, &done, "")?;
    for topic in [format!("team:{}", subject.team.id), format!("group:{}", subject.team.group)] {
        tx.publish(&topic);
    }
    Ok(done)
}

/// The value as it was before the newest entry; without a number if there was none.
fn before(cx: &Ctx, tx: &mut dyn Tx, d: &Definition, subject: &Subject, period: &Period, entries: &[Past]) -> Result<Value> {
    let (newest, earlier) = (&entries[0], entries.get(1));
    // A note that came with the entry goes with it.
    let spoken = entries.iter().skip(1).find(|e| !e.note.is_empty());
    let (note, note_by, note_at) = if newest.note.is_empty() {
        let kept = store::of_subject(tx, subject.id, period.starts, period.ends)?.into_iter().find(|v| v.metric == d.key);
        kept.map_or((String::new(), String::new(), None), |v| (v.note, v.note_by, v.note_at))
    } else {
        spoken.map_or((String::new(), String::new(), None), |e| (e.note.clone(), e.source.clone(), Some(e.recorded_at)))
    };
    let measured_at = match earlier {
        Some(e) if e.kept => measured_before(tx, d, subject, period)?.unwrap_or(e.recorded_at),
        Some(e) => e.recorded_at,
        None => cx.now,
    };
    Ok(Value {
        metric: d.key.clone(),
        subject: subject.id.to_string(),
        starts: period.starts,
        ends: period.ends,
        period: period.label.clone(),
        number: earlier.and_then(|e| e.number),
        numerator: earlier.and_then(|e| e.numerator),
        denominator: earlier.and_then(|e| e.denominator),
        version: earlier.map_or(newest.version, |e| e.version),
        way: earlier.map_or_else(|| way_of(cx), |e| e.way),
        actor: earlier.map_or_else(|| cx.actor.key(), |e| e.actor.clone()),
        source: earlier.map_or_else(|| cx.actor.name.clone(), |e| e.source.clone()),
        recorded_at: earlier.map_or(cx.now, |e| e.recorded_at),
        measured_at,
        kept: earlier.is_some_and(|e| e.kept),
        note,
        note_by,
        note_at,
    })
}

/// The team's own subject, or one of its workloads and services, for a metric.
///
/// # Errors
/// [`Error::NotFound`] if there is none of that name, or it is another team's.
pub fn subject_of(tx: &mut dyn Tx, team: &catalogue::Team, wanted: &Withdrawal) -> Result<Subject> {
    let d = super::definition(tx, &wanted.metric)?.definition;
    let slug = wanted.subject.as_deref().unwrap_or(&team.slug);
    let subject = catalogue::store::subject(tx, kind_of(d.subject), slug)?;
    if subject.team.id != team.id {
        return Err(Error::NotFound(format!("{} has no {} “{slug}”.", team.name, kind_of(d.subject).key())));
    }
    Ok(subject)
}
