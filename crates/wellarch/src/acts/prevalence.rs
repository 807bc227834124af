//! Loads what prevalence is counted from.
//!
//! Six hundred thousand answers cannot be read and parsed while somebody waits, so what counts of a review is kept in memory, about
//! a kilobyte and a half each. It follows from the review's answers and from nothing else. Answers are only added, so their number
//! says whether what is kept is still true; each look asks for it, in its own snapshot, for the reviews that were answered lately.
//! So no topic has to be heard, and several instances need no word from each other. An answer bears the time at which its request
//! began and can be read some seconds later, which is what `OVERLAP` is for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;
use kernel::web::{App, Ctx};

use crate::prevalence::{Missing, Prevalence, PrevalenceFilter, Tallied, end_of, tally};
use crate::published::{Kept, LensVersion};
use crate::store::prevalence::{self as store, Placed};
use crate::store::{lens, upgrade};

/// How long an answer may take from its time to its commit: a queued write is refused after five seconds, and a few tries follow.
const OVERLAP: Duration = Duration::from_secs(300);

/// Reviews that one read loads at most, so that no snapshot is held for long.
const STEP: usize = 500;

/// Past moments that are kept; ends of quarters are what people ask for.
const PASTS: usize = 4;

/// What counts of a review, with the number of answers that it was made from.
type Counted = (i64, Arc<Tallied>);

#[derive(Default)]
struct Held {
    now: HashMap<Id, Counted>,
    /// Up to when answers were looked for.
    seen: Option<Time>,
    /// As reviews stood at a moment; the one last asked for stands last.
    pasts: Vec<(Time, HashMap<Id, Counted>)>,
}

/// What counts of each review, for one application.
#[derive(Default)]
pub struct Tallies(Mutex<Held>);

fn lock(m: &Mutex<Held>) -> MutexGuard<'_, Held> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Held {
    fn known(&mut self, past: Option<Time>) -> &mut HashMap<Id, Counted> {
        let Some(at) = past else { return &mut self.now };
        let found = self.pasts.iter().position(|(t, _)| *t == at).map(|i| self.pasts.remove(i));
        if found.is_none() && self.pasts.len() >= PASTS {
            self.pasts.remove(0);
        }
        self.pasts.push(found.unwrap_or_else(|| (at, HashMap::new())));
        let last = self.pasts.len() - 1;
        &mut self.pasts[last].1
    }
}

impl Tallies {
    /// What counts of these reviews, in their order; none if more are missing than may be loaded now.
    fn take(
        &self,
        tx: &mut dyn Tx,
        reviews: &[Placed],
        (now, past): (Time, Option<Time>),
        lenses: &[Arc<Kept>],
        most: Option<usize>,
    ) -> Result<Option<Vec<Arc<Tallied>>>> {
        // What has just passed may still be written to.
        let settled = past.is_none_or(|at| at <= now.minus(OVERLAP));
        let seen = lock(&self.0).seen.filter(|_| past.is_none());
        let lately = match seen {
            Some(seen) => store::answered_since(tx, seen.min(now).minus(OVERLAP))?,
            None => HashMap::new(),
        };
        let mut out: Vec<Option<Arc<Tallied>>> = if settled {
            let mut held = lock(&self.0);
            let known = held.known(past);
            let still = |r: &Placed| {
                let (rows, kept) = known.get(&r.id)?;
                let same = kept.digest == r.digest && lately.get(&r.id).is_none_or(|n| n == rows);
                same.then(|| Arc::clone(kept))
            };
            reviews.iter().map(still).collect()
        } else {
            vec![None; reviews.len()]
        };
        let most = if settled { most.unwrap_or(usize::MAX) } else { usize::MAX };
        let mut fresh = Vec::new();
        for (r, slot) in reviews.iter().zip(&mut out).filter(|(_, slot)| slot.is_none()).take(most) {
            let Some(kept) = lenses.iter().find(|k| k.digest == r.digest) else {
                return Err(Error::internal("a review whose lens is gone"));
            };
            let rows = store::rows(tx, r.id)?;
            let made = Arc::new(Tallied::of(kept, &store::said(tx, r.id, past.unwrap_or(Time(i64::MAX)))?));
            fresh.push((r.id, (rows, Arc::clone(&made))));
            *slot = Some(made);
        }
        if settled {
            let mut held = lock(&self.0);
            if past.is_none() {
                held.seen = Some(held.seen.map_or(now, |seen| seen.max(now)));
            }
            held.known(past).extend(fresh);
        }
        Ok(out.into_iter().collect())
    }
}

/// The questions that are shown, and all versions that reviews are held against.
fn versions(tx: &mut dyn Tx, f: &PrevalenceFilter, all: &[LensVersion], reviews: &[Placed]) -> Result<(Arc<Kept>, Vec<Arc<Kept>>)> {
    let frame = match &f.version {
        None => all.last(),
        Some(digest) => all.iter().find(|v| v.digest == *digest),
    };
    let missing =
        || Error::invalid("version", "The lens has no version of that digest. Leave it out for reviews against all versions.");
    let frame = lens::read(tx, frame.ok_or_else(missing)?)?;
    let mut used = Vec::new();
    for v in all.iter().filter(|v| reviews.iter().any(|r| r.digest == v.digest)) {
        used.push(lens::read(tx, v)?);
    }
    Ok((frame, used))
}

/// What one read gives: enough to count outside of it.
struct Loaded {
    frame: Arc<Kept>,
    versions: Vec<Arc<Kept>>,
    reviews: Vec<Arc<Tallied>>,
    as_of: Time,
}

fn load(cx: &Ctx, tx: &mut dyn Tx, tallies: &Tallies, f: &PrevalenceFilter, most: Option<usize>) -> Result<Option<Loaded>> {
    let end = match &f.period {
        None => None,
        Some(period) => Some(end_of(period, &people::organisation(tx)?.zone)?).filter(|t| *t <= cx.now),
    };
    let group = match &f.group {
        None => None,
        Some(slug) => Some(catalogue::store::group_by_slug(tx, slug).map_err(|e| e.at("group"))?.id),
    };
    let all = lens::versions(tx, &f.lens).map_err(|e| e.at("lens"))?;
    let mut reviews = store::reviews(tx, f, group, end.unwrap_or(Time(i64::MAX)))?;
    if let Some(end) = end {
        // A review that has moved since was on another version then.
        let then = upgrade::then(tx, end)?;
        for r in &mut reviews {
            if let Some(digest) = then.get(&r.id) {
                r.digest.clone_from(digest);
            }
        }
    }
    let (frame, versions) = versions(tx, f, &all, &reviews)?;
    if let Some(digest) = &f.version {
        reviews.retain(|r| r.digest == *digest);
    }
    let found = tallies.take(tx, &reviews, (cx.now, end), &versions, most)?;
    Ok(found.map(|reviews| Loaded { frame, versions, reviews, as_of: end.unwrap_or(cx.now) }))
}

fn count(f: &PrevalenceFilter, l: &Loaded) -> Prevalence {
    tally(f.clone(), &l.frame, &l.versions, l.reviews.iter().map(AsRef::as_ref), l.as_of)
}

/// What all reviews that the filter takes say together. What is not in memory yet is loaded in steps, each in a read of its own.
///
/// # Errors
/// Nobody signed in; no such lens, version, group or period; the engine's.
pub async fn read(app: &App, cx: &Ctx, filter: &PrevalenceFilter) -> Result<Prevalence> {
    cx.require_signed_in()?;
    let tallies = app.state::<Tallies>();
    // Each step loads some more; should reviews be made faster than that, the last read takes what is left.
    for round in 0.. {
        let (tallies, f) = (Arc::clone(&tallies), filter.clone());
        let most = (round < 200).then_some(STEP);
        let found = app.read(cx, move |cx, tx| load(cx, tx, &tallies, &f, most)).await?;
        if let Some(loaded) = found {
            return Ok(count(filter, &loaded));
        }
    }
    Err(Error::internal("reviews without end"))
}

/// What a group's reviews share, against each lens that they are held against, for a page that is being read anyway.
///
/// # Errors
/// Nobody signed in; the engine's.
pub fn of_group(cx: &Ctx, tx: &mut dyn Tx, tallies: &Tallies, group: &str) -> Result<Vec<Prevalence>> {
    cx.require_signed_in()?;
    let id = catalogue::store::group_by_slug(tx, group)?.id;
    let mut out = Vec::new();
    for lens in store::lenses(tx, Some(id))? {
        let f = PrevalenceFilter { lens, group: Some(group.to_owned()), ..PrevalenceFilter::default() };
        if let Some(loaded) = load(cx, tx, tallies, &f, None)? {
            out.push(count(&f, &loaded));
        }
    }
    Ok(out)
}

/// The practices that most workloads of a group lack and those that some could show the others, over all lenses.
///
/// # Errors
/// As [`of_group`].
pub fn shared(cx: &Ctx, tx: &mut dyn Tx, tallies: &Tallies, group: &str) -> Result<(Vec<Missing>, Vec<Missing>)> {
    cx.require_signed_in()?;
    let all = of_group(cx, tx, tallies, group)?;
    Ok((all.iter().flat_map(Prevalence::missing).collect(), all.iter().flat_map(Prevalence::could_be_shown).collect()))
}
