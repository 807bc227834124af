//! What a group has in common: topics that two or more teams raised, practices that reviews lack, connections that the data offers; and
//! what a team says to a connection.

use catalogue::{Group, Team};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use kernel::trail;
use kernel::web::{App, Ctx, Scope};
use people::rights;

use super::told;
use crate::capture::Named;
use crate::forum::Forum;
use crate::session::SessionState;
use crate::share::{MOST, TechShare};
use crate::store;
use crate::store::share::{self as rows, Answered};
use crate::told::Judged;
use crate::topics::{ConnectionOffer, NewAnswer, Portfolio, Raised, SharedGap, Suggestion, raised, suggestions, topics};

/// Sessions whose captures are looked at.
const SESSIONS: i64 = 3;

fn named(t: &Team) -> Named {
    Named { slug: t.slug.clone(), name: t.name.clone() }
}

/// What the data offer now, and what was answered before; each once.
fn known(cx: &Ctx, tx: &mut dyn Tx, group: &Group, teams: &[Team], sprint: Option<i64>) -> Result<Vec<Answered>> {
    let found = match (told::tellers(), sprint) {
        (Some(t), Some(sprint)) => (t.findings)(cx, tx, group.id, sprint)?,
        _ => Vec::new(),
    };
    let order: Vec<Id> = teams.iter().map(|t| t.id).collect();
    let mut all = rows::answered(tx, group.id)?;
    for suggestion in suggestions(&order, &found) {
        let same = |a: &Answered| {
            let s = &a.suggestion;
            (&s.key, s.gives, s.receives) == (&suggestion.key, suggestion.gives, suggestion.receives)
        };
        if !all.iter().any(same) {
            all.push(Answered { suggestion, giver: None, receiver: None });
        }
    }
    Ok(all)
}

fn offer(a: &Answered, teams: &[Team]) -> Option<ConnectionOffer> {
    let of = |id: Id| teams.iter().find(|t| t.id == id).map(named);
    Some(ConnectionOffer {
        about: a.suggestion.key.clone(),
        title: a.suggestion.title.clone(),
        gives: of(a.suggestion.gives)?,
        receives: of(a.suggestion.receives)?,
        giver: a.giver,
        receiver: a.receiver,
    })
}

/// True for whoever is in the team itself: its group's facilitator is not, and neither is who may everything.
fn is_of(cx: &Ctx, team: Id) -> bool {
    let right = rights::SESSION_PART.key;
    cx.actor.rights.iter().any(|(key, scope)| *key == right && matches!(scope, Scope::Within(id) if *id == team))
}

fn sprint_of(cx: &Ctx, tx: &mut dyn Tx, group: &Group) -> Result<Option<i64>> {
    Ok(catalogue::store::last_closed_sprint(tx, group.id, cx.now)?.map(|s| s.number))
}

/// What a group has in common. `gaps` comes from [`gaps`].
///
/// # Errors
/// Nobody signed in; no such group.
pub fn show(cx: &Ctx, tx: &mut dyn Tx, group: &str, gaps: Vec<SharedGap>) -> Result<Portfolio> {
    cx.require_signed_in()?;
    let group = catalogue::store::group_by_slug(tx, group)?;
    let teams = catalogue::store::teams(tx, Some(group.id))?;
    let sprint = sprint_of(cx, tx, &group)?;
    let forum = Forum::group(&group);
    let mut all: Vec<Raised> = Vec::new();
    let held = store::session::latest(tx, &forum, None, cx.now, SESSIONS * 4)?;
    let held = held.into_iter().filter(|s| matches!(s.state, SessionState::Open | SessionState::Closed));
    for s in held.take(usize::try_from(SESSIONS).unwrap_or(0)) {
        let captures = store::capture::of(tx, s.id)?;
        all.extend(raised(&captures, &s.href()));
    }
    for team in &teams {
        let told = told::of_team(cx, tx, team, sprint)?;
        let worse = told.signals.into_iter().filter(|s| s.judged == Judged::Worse);
        all.extend(worse.map(|s| Raised { team: named(team), key: s.metric, words: s.what, href: s.href }));
    }
    let order: Vec<Named> = teams.iter().map(named).collect();
    let (mut connections, mut offers) = (Vec::new(), Vec::new());
    let place = |id: Id| teams.iter().position(|t| t.id == id);
    let mut answered = known(cx, tx, &group, &teams, sprint)?;
    // In the fixed order of teams, whatever the data say.
    answered.sort_by_key(|a| (place(a.suggestion.gives), place(a.suggestion.receives), a.suggestion.key.clone()));
    for a in answered {
        let Some(o) = offer(&a, &teams) else { continue };
        let own = is_of(cx, a.suggestion.gives) || is_of(cx, a.suggestion.receives);
        if o.is_agreed() {
            connections.push(o);
        } else if own && !o.is_declined() {
            offers.push(o);
        }
    }
    // A practice that somebody proposed a talk about leads there.
    let shares = rows::of_group(tx, group.id, rows::NEWEST, MOST, jiff::civil::Date::ZERO)?;
    let told = |g: &SharedGap| shares.iter().find(|s| s.origin.url == g.href && s.body.dropped.is_empty()).map(TechShare::href);
    let gaps = gaps.into_iter().map(|g| SharedGap { share: told(&g), ..g }).collect();
    Ok(Portfolio {
        group: Named { slug: group.slug, name: group.name },
        sprint,
        topics: topics(&order, &all),
        gaps,
        connections,
        offers,
    })
}

/// Practices that reviews of a group lack; nothing if nobody tells.
///
/// # Errors
/// Nobody signed in; no such group.
pub fn gaps(app: &App, cx: &Ctx, tx: &mut dyn Tx, group: &str) -> Result<Vec<SharedGap>> {
    cx.require_signed_in()?;
    told::tellers().map_or_else(|| Ok(Vec::new()), |t| (t.shared)(app, cx, tx, group))
}

/// Makes sure that who acts is of a team of the group, or its facilitator.
///
/// # Errors
/// No right; no such group.
pub fn must_belong(cx: &Ctx, tx: &mut dyn Tx, group: &str) -> Result<()> {
    cx.require_somewhere(&rights::SESSION_PART)?;
    let group = catalogue::store::group_by_slug(tx, group)?;
    super::share::belongs(cx, tx, &group).map(|_| ())
}

/// Says for a team what it thinks of a connection; a member of the team does. Who is in both says it for both.
///
/// # Errors
/// No right; [`Error::NotFound`] for what nobody offered, also to whoever is in neither team.
pub fn answer(cx: &Ctx, tx: &mut dyn Tx, group: &str, new: &NewAnswer) -> Result<ConnectionOffer> {
    cx.require_somewhere(&rights::SESSION_PART)?;
    let group = catalogue::store::group_by_slug(tx, group)?;
    let teams = super::share::belongs(cx, tx, &group)?;
    let sprint = sprint_of(cx, tx, &group)?;
    let is =
        |s: &Suggestion, o: &ConnectionOffer| s.key == new.about && o.gives.slug == new.gives && o.receives.slug == new.receives;
    let all = known(cx, tx, &group, &teams, sprint)?;
    let found = all.iter().find(|a| offer(a, &teams).is_some_and(|o| is(&a.suggestion, &o)));
    // Whoever is in neither team does not learn that there is one.
    let found = found.filter(|a| is_of(cx, a.suggestion.gives) || is_of(cx, a.suggestion.receives));
    let found =
        found.ok_or_else(|| Error::not_found("offer of a connection to a team of yours", kernel::text::shown(&new.about, 80)))?;
    let s = &found.suggestion;
    for (team, giver) in [(s.gives, true), (s.receives, false)] {
        if is_of(cx, team) {
            rows::answer(tx, group.id, s, (giver, new.answer), (&cx.actor.name, cx.now))?;
        }
    }
    let now = rows::answered(tx, group.id)?;
    let now = now.iter().find(|a| (&a.suggestion.key, a.suggestion.gives, a.suggestion.receives) == (&s.key, s.gives, s.receives));
    let now = now.and_then(|a| offer(a, &teams)).ok_or_else(|| Error::internal("an answer that was just stored"))?;
    // Everybody reads the trail: what it is about, and between whom, stands there once both would talk.
    let payload = match now.is_agreed() {
        true => serde_json::json!({ "about": s.key, "gives": new.gives, "receives": new.receives, "agreed": true }),
        false => serde_json::json!({}),
    };
    trail::record(cx, tx, "answered", &Ref::new("connection", group.id), &payload, "")?;
    tx.publish(&format!("group:{}", group.id));
    Ok(now)
}
