//! Verbs on feeds: make, change, put away; and the two ends of a run. What lies between them, asking the far end, happens outside of
//! every unit of work.

use std::time::Duration;

use catalogue::acts::import::{self, Read};
use catalogue::plan::Plan;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Ref;
use kernel::time::Time;
use kernel::trail;
use kernel::web::{ActorId, Ctx};
use people::rights;

use crate::rules::{self, Feed, FeedCounts, FeedOutcome, FeedPreview, FeedRun, Health, NewFeed};
use crate::store::feed as store;

/// Topic of all feeds.
pub const FEEDS: &str = "feeds";

fn told(cx: &Ctx, tx: &mut dyn Tx, verb: &str, feed: &Feed, body: &impl serde::Serialize) -> Result<()> {
    trail::record(cx, tx, verb, &Ref::new("feed", feed.id), body, "")?;
    changed(tx, feed);
    Ok(())
}

/// Announces a change of a feed to live pages.
fn changed(tx: &mut dyn Tx, feed: &Feed) {
    tx.publish(FEEDS);
    tx.publish(&format!("feed:{}", feed.id));
}

/// Whether the group is there, and nobody else has the name or the address.
fn fits(tx: &mut dyn Tx, new: &NewFeed, own: Option<&Feed>) -> Result<()> {
    if let Some(group) = &new.group {
        let missing = |e| match e {
            Error::NotFound(_) => Error::invalid("group", format!("There is no group “{group}”. Name one that is there.")),
            e => e,
        };
        catalogue::store::group_by_slug(tx, group).map_err(missing)?;
    }
    let other = |found: Option<(kernel::ids::Id, String)>| found.filter(|(id, _)| own.is_none_or(|f| f.id != *id));
    if let Some((_, name)) = other(store::of_address(tx, new.from.address())?) {
        return Err(Error::Conflict(format!(
            "The feed “{name}” reads {} already. Change that one: two would mark each other’s things as gone.",
            new.from.address()
        )));
    }
    if other(store::named(tx, &new.name)?).is_some() {
        return Err(Error::Conflict(format!("There is a feed named “{}” already. Choose another name.", new.name)));
    }
    Ok(())
}

/// Makes a feed; one with a schedule is due at once.
///
/// # Errors
/// No right; faults; [`Error::Conflict`] if the name is taken or another feed reads this address.
pub fn make(cx: &Ctx, tx: &mut dyn Tx, new: &NewFeed) -> Result<Feed> {
    cx.require_everywhere(&rights::SOURCES)?;
    let new = new.clone().check()?;
    fits(tx, &new, None)?;
    let feed = Feed {
        id: tx.id()?,
        slug: new.slug.clone().unwrap_or_default(),
        name: new.name.clone(),
        from: new.from.clone(),
        group: new.group.clone(),
        calendar: new.calendar.clone(),
        overwrite: new.overwrite,
        every_minutes: new.every_minutes,
        version: 1,
        made_at: cx.now,
        made_by: cx.actor.name.clone(),
        health: Health::New,
        running_since: None,
        failures: 0,
        last: None,
        good_at: None,
        next_run_at: None,
        archived_at: None,
        anchored_at: cx.now,
        claimed_until: None,
        runs: 0,
    }
    .derived();
    if !store::insert(tx, &feed)? {
        return Err(Error::Conflict(format!("There is a feed with the key “{}” already. Choose another name or key.", feed.slug)));
    }
    told(cx, tx, "made", &feed, &new)?;
    Ok(feed)
}

/// Changes a feed. A run that is under way is not stored any more; with a schedule the next is due at once. What came from the
/// address before comes from the new one: a repository that moved brings no orphans.
///
/// # Errors
/// No right; faults; [`Error::Conflict`] if somebody else changed it, or name or address are taken.
pub fn change(cx: &Ctx, tx: &mut dyn Tx, slug: &str, new: &NewFeed) -> Result<Feed> {
    cx.require_everywhere(&rights::SOURCES)?;
    let old = store::by_slug(tx, slug)?;
    let new = NewFeed { slug: Some(new.slug.clone().unwrap_or_else(|| old.slug.clone())), ..new.clone() }.check()?;
    if new.slug.as_deref() != Some(old.slug.as_str()) {
        return Err(Error::invalid("slug", format!("The key “{}” stays.", old.slug)));
    }
    feed_in_use(&old)?;
    fits(tx, &new, Some(&old))?;
    let from = new.version.unwrap_or(old.version);
    let feed = Feed {
        name: new.name.clone(),
        from: new.from.clone(),
        group: new.group.clone(),
        calendar: new.calendar.clone(),
        overwrite: new.overwrite,
        every_minutes: new.every_minutes,
        version: from + 1,
        anchored_at: cx.now,
        failures: 0,
        running_since: None,
        claimed_until: None,
        ..old.clone()
    }
    .derived();
    if !store::change(tx, &feed, from)? {
        return Err(Error::Conflict(format!(
            "The feed “{}” is at version {} meanwhile. Look at it, then change that version.",
            old.name, old.version
        )));
    }
    if feed.from.address() != old.from.address() {
        import::renamed_source(cx, tx, old.from.address(), feed.from.address())?;
        tx.publish("catalogue");
    }
    told(cx, tx, "changed", &feed, &new)?;
    Ok(feed)
}

/// Puts a feed away: it runs no more; what came from it stays, and is not marked.
///
/// # Errors
/// No right; [`Error::Conflict`] if it is away already.
pub fn archive(cx: &Ctx, tx: &mut dyn Tx, slug: &str) -> Result<()> {
    cx.require_everywhere(&rights::SOURCES)?;
    let feed = store::by_slug(tx, slug)?;
    if !store::archive(tx, feed.id, &cx.actor.key(), cx.now)? {
        return feed_in_use(&Feed { archived_at: Some(cx.now), ..feed });
    }
    told(cx, tx, "archived", &feed, &feed.slug)
}

/// Refuses a feed that was put away.
pub(crate) fn feed_in_use(feed: &Feed) -> Result<()> {
    if feed.archived_at.is_some() {
        return Err(Error::Conflict(format!("“{}” was put away, so it runs no more. Make a new feed.", feed.name)));
    }
    Ok(())
}

/// Whether a feed could be made of this, but for its name: for a look at what is not stored yet.
///
/// # Errors
/// No right; faults; [`Error::Conflict`] if another feed reads this address.
pub fn suits(cx: &Ctx, tx: &mut dyn Tx, new: &NewFeed, own: Option<&Feed>) -> Result<()> {
    cx.require_everywhere(&rights::SOURCES)?;
    fits(tx, new, own)
}

/// A feed that was taken for one run.
#[derive(Debug, Clone)]
pub struct FeedClaim {
    /// As it stands.
    pub feed: Feed,
    /// Number of the run.
    pub number: i64,
    /// When it began.
    pub started_at: Time,
    /// Who asked for it, if not its schedule.
    pub asked_by: Option<String>,
}

/// Takes a feed for one run, so that nobody else runs it for as long as `hold`. `None` if its schedule wanted it and it is not due
/// any more.
///
/// # Errors
/// No right; [`Error::NotFound`]; [`Error::Conflict`] if it runs already or was put away.
pub fn claim(cx: &Ctx, tx: &mut dyn Tx, slug: &str, hold: Duration) -> Result<Option<FeedClaim>> {
    cx.require_everywhere(&rights::SOURCES)?;
    let feed = store::by_slug(tx, slug)?;
    let by_schedule = matches!(cx.actor.id, ActorId::Job(_));
    if by_schedule && !feed.is_due(cx.now) {
        return Ok(None);
    }
    feed_in_use(&feed)?;
    let Some(number) = store::claim(tx, feed.id, cx.now, cx.now.plus(hold))? else {
        return Err(Error::Conflict(format!("“{}” runs already. Wait for that run to end.", feed.name)));
    };
    if let Some(started_at) = feed.running_since {
        let broken = FeedRun {
            number: feed.runs,
            started_at,
            ended_at: cx.now,
            asked_by: None,
            outcome: FeedOutcome::Failed,
            message: "The server stopped before this run had ended. Nothing was imported.".into(),
            counts: FeedCounts::default(),
        };
        store::insert_run(tx, feed.id, &broken, None)?;
    }
    changed(tx, &feed);
    let asked_by = (!by_schedule).then(|| cx.actor.name.clone());
    Ok(Some(FeedClaim { feed, number, started_at: cx.now, asked_by }))
}

/// What was fetched: read, and how many links were passed over.
#[derive(Debug, Clone)]
pub struct Fetch {
    /// All that the source has.
    pub read: Read,
    /// Links of a repository that were not followed.
    pub passed_over: usize,
}

/// What a run would do with what was fetched.
///
/// # Errors
/// No right; a group that is not there.
pub fn preview(cx: &Ctx, tx: &mut dyn Tx, fetch: &Fetch) -> Result<FeedPreview> {
    cx.require_everywhere(&rights::SOURCES)?;
    let plan = import::preview(cx, tx, &fetch.read)?;
    let outcome = rules::outcome_of(&plan, fetch.read.is_empty(), false);
    let message = rules::told_feed(outcome, &plan, fetch.passed_over, true);
    Ok(FeedPreview { outcome, message, plan: Some(plan) })
}

/// Imports what a run fetched, and stores the run, in one transaction. An empty source imports nothing unless it was confirmed.
///
/// # Errors
/// No right; what the import is refused for; [`Error::Conflict`] if the feed was changed or put away meanwhile.
pub fn finish(cx: &Ctx, tx: &mut dyn Tx, claim: &FeedClaim, fetch: &Fetch, confirmed: bool) -> Result<FeedRun> {
    cx.require_everywhere(&rights::SOURCES)?;
    // Only the feed's own change is a conflict of this run.
    let refused = |e| match e {
        Error::Conflict(message) => Error::invalid("catalogue", message),
        e => e,
    };
    let planned = import::preview(cx, tx, &fetch.read).map_err(refused)?;
    let outcome = rules::outcome_of(&planned, fetch.read.is_empty(), confirmed);
    let message = rules::told_feed(outcome, &planned, fetch.passed_over, false);
    let (counts, plan) = match outcome {
        FeedOutcome::Empty => (FeedCounts::default(), None),
        _ => {
            let counts = FeedCounts::of(&planned);
            (counts, Some(import::import(cx, tx, &fetch.read).map_err(refused)?))
        }
    };
    let run = run_of(cx, claim, outcome, message, counts);
    end(tx, claim, &run, plan.map(rules::cut).as_ref())?;
    Ok(run)
}

/// Stores that a run could not read everything, with the reason. The catalogue stays as it is.
///
/// # Errors
/// No right; [`Error::Conflict`] if the feed was changed or put away meanwhile.
pub fn fail(cx: &Ctx, tx: &mut dyn Tx, claim: &FeedClaim, why: &str) -> Result<FeedRun> {
    cx.require_everywhere(&rights::SOURCES)?;
    let run = run_of(cx, claim, FeedOutcome::Failed, rules::failed(why), FeedCounts::default());
    end(tx, claim, &run, None)?;
    Ok(run)
}

fn run_of(cx: &Ctx, claim: &FeedClaim, outcome: FeedOutcome, message: String, counts: FeedCounts) -> FeedRun {
    let (number, started_at, asked_by) = (claim.number, claim.started_at, claim.asked_by.clone());
    FeedRun { number, started_at, ended_at: cx.now, asked_by, outcome, message, counts }
}

fn end(tx: &mut dyn Tx, claim: &FeedClaim, run: &FeedRun, plan: Option<&Plan>) -> Result<()> {
    let feed = &claim.feed;
    let kept = if run.outcome.is_bad() { (feed.failures + 1, feed.good_at) } else { (0, Some(run.ended_at)) };
    if !store::end(tx, feed.id, run, plan, kept)? {
        return Err(Error::Conflict(format!("“{}” was changed while it ran, so nothing of that run was stored.", feed.name)));
    }
    changed(tx, feed);
    Ok(())
}
