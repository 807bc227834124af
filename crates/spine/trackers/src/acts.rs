//! Verbs on trackers, and on the issues that things here are linked to. What a thing is and who may link it is its room's matter:
//! that room names the right and where it holds.

use kernel::db::Tx;
use kernel::error::{Error, Faults, Result};
use kernel::ids::{Id, Ref};
use kernel::time::Time;
use kernel::web::{Ctx, Right};
use kernel::{outbox, trail};
use people::rights;
use serde::{Deserialize, Serialize};

use crate::issue::{Issue, IssueState, MOST, NewIssueLink, Said, Wish, named};
use crate::store;
use crate::tracker::{NewTracker, Tracker};
use crate::vendor;

/// Topic of all trackers.
pub const TOPIC: &str = "trackers";

/// The kind of these rows in the outbox.
pub const KIND: &str = "issue";

/// What stands in the outbox.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Asked {
    /// The wish.
    pub wish: Id,
}

/// A thing of another room, with what an issue is made from.
#[derive(Debug, Clone, Copy)]
pub struct Thing<'a> {
    /// Which.
    pub about: &'a Ref,
    /// What its room asks for, and where.
    pub right: (&'a Right, Id),
    /// Title of an issue that is made from it.
    pub title: &'a str,
    /// Its text.
    pub body: &'a str,
    /// Its page here, from the root.
    pub href: &'a str,
}

fn told(cx: &Ctx, tx: &mut dyn Tx, verb: &str, t: &Tracker, body: &impl serde::Serialize) -> Result<()> {
    trail::record(cx, tx, verb, &Ref::new("tracker", t.id), body, "")?;
    tx.publish(TOPIC);
    tx.publish(&format!("tracker:{}", t.id));
    Ok(())
}

fn in_use(t: &Tracker) -> Result<()> {
    if t.archived_at.is_some() {
        return Err(Error::Conflict(format!("The tracker “{}” was put away. Choose another.", t.name)));
    }
    Ok(())
}

/// Makes a tracker.
///
/// # Errors
/// No right; faults; [`Error::Conflict`] if the name is taken.
pub fn make(cx: &Ctx, tx: &mut dyn Tx, new: &NewTracker) -> Result<Tracker> {
    cx.require_everywhere(&rights::TRACKERS)?;
    let new = new.clone().check()?;
    if usize::try_from(store::tracker::count(tx)?).unwrap_or(usize::MAX) >= crate::tracker::MOST {
        let most = crate::tracker::MOST;
        return Err(Error::Conflict(format!("There are {most} trackers, which is the limit. Put one away first.")));
    }
    let id = tx.id()?;
    if !store::tracker::insert(tx, id, &new, cx.now, &cx.actor.name)? {
        let slug = new.slug.as_deref().unwrap_or_default();
        let message = format!("There is a tracker named “{}”, or with the key “{slug}”, already. Choose another name.", new.name);
        return Err(Error::Conflict(message));
    }
    let made = store::tracker::by_id(tx, id)?;
    told(cx, tx, "made", &made, &new)?;
    Ok(made)
}

/// Changes a tracker; program and project stay.
///
/// # Errors
/// No right; faults; [`Error::Conflict`] if somebody else changed it meanwhile, or it was put away.
pub fn change(cx: &Ctx, tx: &mut dyn Tx, slug: &str, new: &NewTracker) -> Result<Tracker> {
    cx.require_everywhere(&rights::TRACKERS)?;
    let old = store::tracker::by_slug(tx, slug)?;
    let new = NewTracker { slug: Some(new.slug.clone().unwrap_or_else(|| old.slug.clone())), ..new.clone() }.check()?;
    let mut faults = Faults::new();
    faults.check(new.slug.as_deref() == Some(old.slug.as_str()), "slug", format!("The key “{}” stays.", old.slug));
    let same = new.kind == old.kind && new.project == old.project;
    faults.check(same, "project", "Program and project stay, as issues are linked to them. Make a new tracker.");
    faults.done()?;
    in_use(&old)?;
    if store::tracker::named(tx, &new.name)?.is_some_and(|id| id != old.id) {
        return Err(Error::Conflict(format!("There is a tracker named “{}” already. Choose another name.", new.name)));
    }
    if !store::tracker::change(tx, old.id, new.version.unwrap_or(old.version), &new)? {
        return Err(Error::Conflict(format!(
            "The tracker “{}” is at version {} meanwhile. Look at it, then change that version.",
            old.name, old.version
        )));
    }
    let made = store::tracker::by_id(tx, old.id)?;
    told(cx, tx, "changed", &made, &new)?;
    Ok(made)
}

/// Puts a tracker away: nothing is asked of it any more. What was linked stays as it was read last.
///
/// # Errors
/// No right; [`Error::Conflict`] if it is away already.
pub fn archive(cx: &Ctx, tx: &mut dyn Tx, slug: &str) -> Result<()> {
    cx.require_everywhere(&rights::TRACKERS)?;
    let t = store::tracker::by_slug(tx, slug)?;
    in_use(&t)?;
    store::tracker::archive(tx, t.id, cx.now, &cx.actor.name)?;
    told(cx, tx, "archived", &t, &t.slug)
}

fn chosen(tx: &mut dyn Tx, slug: &str) -> Result<Tracker> {
    let t = store::tracker::by_slug(tx, slug.trim()).map_err(|e| e.at("tracker"))?;
    in_use(&t).map(|()| t)
}

/// Announces more pages that show a thing whose issue changed, such as that of the concern whose story it is.
pub type Announces = fn(&mut dyn Tx, &Ref) -> Result<()>;

static ANNOUNCES: std::sync::OnceLock<Announces> = std::sync::OnceLock::new();

/// Names whoever knows more pages of a thing. Call it once, before serving; later calls change nothing.
pub fn provide(announces: Announces) {
    let _ = ANNOUNCES.set(announces);
}

fn announce(tx: &mut dyn Tx, about: &Ref) -> Result<()> {
    tx.publish(&format!("{}:{}", about.kind, about.id));
    ANNOUNCES.get().map_or(Ok(()), |more| more(tx, about))
}

fn room_left(tx: &mut dyn Tx, about: &Ref) -> Result<()> {
    let n = store::issue::about(tx, about)?.len() + store::issue::wished_for(tx, about)?.len();
    if n >= MOST {
        return Err(Error::Conflict(format!("{n} issues are linked already; at most {MOST} fit. Take one away first.")));
    }
    Ok(())
}

/// Links a thing to an issue, or, if none is named, asks for one to be made from it: once for each thing and tracker, whatever
/// happens in between.
///
/// # Errors
/// No right; no such tracker or issue; [`Error::Conflict`] if it is linked, or asked for, already.
pub fn link(cx: &Ctx, tx: &mut dyn Tx, thing: &Thing<'_>, new: &NewIssueLink) -> Result<()> {
    cx.require(thing.right.0, thing.right.1)?;
    let t = chosen(tx, &new.tracker)?;
    room_left(tx, thing.about)?;
    match new.issue.as_deref().map(str::trim).filter(|i| !i.is_empty()) {
        Some(text) => {
            let name = named(&t, text)?;
            let issue = store::issue::known(tx, t.id, &name, &vendor::page_url(&t, &name), cx.now)?;
            if !store::issue::link(tx, thing.about, issue.id, cx.now, &cx.actor.name)? {
                return Err(Error::Conflict(format!("{} is linked already.", issue.label())));
            }
            let body = serde_json::json!({ "about": thing.about, "tracker": t.slug, "issue": name });
            trail::record(cx, tx, "linked", &Ref::new("issue", issue.id), &body, "")?;
        }
        None => {
            let wish = Wish {
                id: tx.id()?,
                about: thing.about.clone(),
                title: thing.title.to_owned(),
                body: thing.body.to_owned(),
                href: thing.href.to_owned(),
                asked_at: cx.now,
                asked_by: cx.actor.name.clone(),
                tried_at: None,
            };
            if !store::issue::wish(tx, &wish, t.id)? {
                return Err(Error::Conflict(format!("An issue in {} was made from this already, or is about to be.", t.name)));
            }
            outbox::put(tx, cx.now, KIND, &t.id.to_string(), &Asked { wish: wish.id })?;
            let body = serde_json::json!({ "about": thing.about, "tracker": t.slug });
            trail::record(cx, tx, "asked", &Ref::new("issue", wish.id), &body, "")?;
        }
    }
    announce(tx, thing.about)?;
    tx.publish(&format!("tracker:{}", t.id));
    Ok(())
}

/// The tracker in use whose issue an address is, with the issue's name there.
fn recognised(tx: &mut dyn Tx, url: &str) -> Result<Option<(Tracker, String)>> {
    if !url.trim().starts_with("http") {
        return Ok(None);
    }
    let all = store::tracker::page(tx, "", i64::try_from(crate::tracker::MOST).unwrap_or(i64::MAX))?;
    let of = |t: Tracker| named(&t, url).ok().map(|name| (t, name));
    Ok(all.into_iter().find_map(of))
}

/// Follows the issue whose address somebody wrote on a thing, in place of the address that stood there, where it is one of a tracker
/// that is known here. Any other address stays a link that is only opened.
///
/// # Errors
/// No right.
pub fn follow(cx: &Ctx, tx: &mut dyn Tx, thing: &Thing<'_>, stood: &str, url: &str) -> Result<()> {
    cx.require(thing.right.0, thing.right.1)?;
    if let Some((t, name)) = recognised(tx, stood)?
        && let Some(issue) = store::issue::by_name(tx, t.id, &name)?
        && store::issue::about(tx, thing.about)?.iter().any(|i| i.id == issue.id)
    {
        unlink(cx, tx, thing, issue.id)?;
    }
    if let Some((t, name)) = recognised(tx, url)?
        && store::issue::about(tx, thing.about)?.iter().all(|i| i.tracker != t.slug || i.name != name)
    {
        link(cx, tx, thing, &NewIssueLink { tracker: t.slug, issue: Some(name) })?;
    }
    Ok(())
}

/// Takes a link to an issue away; the issue stays in its tracker.
///
/// # Errors
/// No right; [`Error::NotFound`] if it is not linked.
pub fn unlink(cx: &Ctx, tx: &mut dyn Tx, thing: &Thing<'_>, issue: Id) -> Result<()> {
    cx.require(thing.right.0, thing.right.1)?;
    if !store::issue::unlink(tx, thing.about, issue)? {
        return Err(Error::NotFound("This issue is not linked here.".into()));
    }
    trail::record(cx, tx, "unlinked", &Ref::new("issue", issue), &serde_json::json!({ "about": thing.about }), "")?;
    announce(tx, thing.about)
}

/// Takes over what a tracker says; tells the pages of what is linked if it is new.
pub(crate) fn take(tx: &mut dyn Tx, stood: &Issue, said: &Said, now: Time, etag: &str) -> Result<()> {
    let same = stood.state == said.state && stood.word == said.word;
    // The tracker's own time; else that of the first look that found it so.
    let since = said.since.unwrap_or(if same { stood.since } else { now });
    store::issue::said(tx, stood.id, said, since, now, etag)?;
    if !same || stood.title != said.title {
        for thing in store::issue::things(tx, stood.id)? {
            announce(tx, &thing)?;
        }
    }
    Ok(())
}

/// Takes over that an issue is gone.
pub(crate) fn gone(tx: &mut dyn Tx, stood: &Issue, now: Time) -> Result<()> {
    let said = Said {
        name: stood.name.clone(),
        url: stood.url.clone(),
        title: stood.title.clone(),
        state: IssueState::Gone,
        word: "not found".into(),
        since: None,
    };
    take(tx, stood, &said, now, "")
}

/// What a webhook brings, after its signature was checked. An issue that nothing is linked to is not kept.
pub(crate) fn heard(tx: &mut dyn Tx, t: &Tracker, hook: &vendor::Hook, now: Time) -> Result<()> {
    store::tracker::heard(tx, t.id, now)?;
    match hook {
        vendor::Hook::Issue(said) => {
            if let Some(stood) = store::issue::by_name(tx, t.id, &said.name)? {
                // Webhooks can overtake each other: a look soon after settles it.
                take(tx, &stood, said, now, "")?;
                store::issue::later(tx, stood.id, now.plus(std::time::Duration::from_secs(60)))?;
            }
        }
        vendor::Hook::Gone(name) => {
            if let Some(stood) = store::issue::by_name(tx, t.id, name)? {
                gone(tx, &stood, now)?;
            }
        }
        vendor::Hook::Other => {}
    }
    tx.publish(&format!("tracker:{}", t.id));
    Ok(())
}

/// Notes which issue came of a wish, and links it.
pub(crate) fn granted(tx: &mut dyn Tx, w: &Wish, t: &Tracker, name: &str, now: Time) -> Result<()> {
    let issue = store::issue::known(tx, t.id, name, &vendor::page_url(t, name), now)?;
    if store::issue::granted(tx, w.id, issue.id)? {
        store::issue::link(tx, &w.about, issue.id, now, &w.asked_by)?;
        store::tracker::good(tx, t.id)?;
        announce(tx, &w.about)?;
        tx.publish(&format!("tracker:{}", t.id));
    }
    Ok(())
}
