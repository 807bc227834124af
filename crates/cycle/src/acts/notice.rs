//! Verbs on notices: issue, change, acknowledge, withdraw; and how each stands with its teams.

mod say;

use catalogue::exemptions::{Exemption, holding};
use catalogue::{Group, Team, Workload};
use jiff::civil::Date;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use kernel::time::Time;
use kernel::trail;
use kernel::web::Ctx;
use marks::mark::{Body, MarkKind};
use people::rights;

use crate::notice::{
    Content, Named, NewAcknowledgement, NewNotice, Notice, NoticeChange, NoticeExemption, NoticeKind, NoticeTeam, NoticeWithdrawal,
    NoticeWorkload, OpenNotice, VERSIONS, label, reason,
};
use crate::store::notice::{self as store, Row1};

pub(crate) use say::remind;
use say::say;

/// Topic of all notices.
pub const TOPIC: &str = "notices";

/// Notices that stand at once, which a team's report looks at.
pub(crate) const MOST: i64 = 500;

/// Today, as days of notices count: in the organisation's zone.
///
/// # Errors
/// Nobody acts; the engine's.
pub fn today(cx: &Ctx, tx: &mut dyn Tx) -> Result<Date> {
    cx.require_signed_in()?;
    let zone = people::organisation(tx)?.zone;
    Ok(cx.now.jiff().in_tz(&zone).map_err(Error::internal)?.date())
}

/// Teams with their workloads, in alphabetical order.
pub(crate) struct Places(Vec<(Team, Vec<Workload>)>);

impl Places {
    /// Everything in use.
    pub(crate) fn read(tx: &mut dyn Tx) -> Result<Self> {
        let workloads = catalogue::store::workloads(tx)?;
        let teams = catalogue::store::teams(tx, None)?.into_iter().filter(|t| t.archived_at.is_none());
        let of = |t: &Team| workloads.iter().filter(|w| w.team == t.id && w.archived_at.is_none()).cloned().collect();
        Ok(Self(
            teams
                .map(|t| {
                    let w = of(&t);
                    (t, w)
                })
                .collect(),
        ))
    }

    /// The teams that a notice is for, with the workloads that it means. A team that came after it was issued has only its mandates to
    /// keep: nobody asked it the rest, and what is done does not open again.
    fn audience<'a>(
        &'a self,
        group: Option<Id>,
        c: &'a Content,
        asked_at: Time,
    ) -> impl Iterator<Item = (&'a Team, Vec<&'a Workload>)> {
        let asked = move |t: &Team| c.kind == NoticeKind::Mandate || t.since <= asked_at;
        let whose = self.0.iter().filter(move |(t, _)| group.is_none_or(|g| t.group == g) && asked(t));
        let named = whose.filter(|(t, _)| c.teams.is_empty() || c.teams.contains(&t.slug));
        named.filter_map(|(t, all)| {
            let meant: Vec<_> = all.iter().filter(|w| c.means(&w.body.tier, &w.body.lifecycle)).collect();
            (!c.by_workload() || !meant.is_empty()).then_some((t, meant))
        })
    }
}

/// An exemption, as a notice shows it.
fn exempted(e: &Exemption) -> NoticeExemption {
    let by = if e.decided_name.is_empty() { &e.asked_name } else { &e.decided_name };
    NoticeExemption { reason: e.reason.clone(), by: by.clone(), until: e.until.clone() }
}

/// Fills in the teams, what they said, and how far their workloads are with the standard.
pub(crate) fn stood(tx: &mut dyn Tx, row: Row1, places: &Places, today: Date) -> Result<Notice> {
    let Row1 { mut notice, group, asked_at } = row;
    let said = store::acknowledged(tx, notice.number, notice.version)?;
    let c = notice.content.clone();
    let (standard, adoptions) = match catalogue::store::standards::by_slug(tx, &c.standard) {
        Ok(s) => (Some(s.id), catalogue::store::standards::of_standard(tx, s.id)?),
        Err(Error::NotFound(_)) => (None, Vec::new()),
        Err(e) => return Err(e),
    };
    let shows = !c.standard.is_empty() || c.by_workload();
    for (t, meant) in places.audience(group, &c, asked_at) {
        let exemptions = if standard.is_some() { catalogue::store::exemptions::of_team(tx, t.id)? } else { Vec::new() };
        let workloads = meant.into_iter().filter(|_| shows).map(|w| {
            let exempt = standard.and_then(|s| holding(&exemptions, "", Some(s), Some(w.id), today)).map(exempted);
            let a = adoptions.iter().find(|a| a.workload == w.id);
            NoticeWorkload {
                workload: Named { slug: w.slug.clone(), name: w.name.clone() },
                adopted: a.map(|a| a.adopted),
                evidence: a.map(|a| if a.note.is_empty() { a.evidence.clone() } else { a.note.clone() }).unwrap_or_default(),
                by: a.map(|a| a.by.clone()).unwrap_or_default(),
                day: a.map(|a| a.day.clone()).unwrap_or_default(),
                exempt,
            }
        });
        notice.teams.push(NoticeTeam {
            team: Named { slug: t.slug.clone(), name: t.name.clone() },
            acknowledged: said.iter().find(|(id, _)| *id == t.id).map(|(_, a)| a.clone()),
            workloads: workloads.collect(),
        });
    }
    Ok(notice.derived(today))
}

/// One notice with its teams.
///
/// # Errors
/// Nobody signed in; [`Error::NotFound`].
pub fn show(cx: &Ctx, tx: &mut dyn Tx, number: i64) -> Result<Notice> {
    cx.require_signed_in()?;
    let today = today(cx, tx)?;
    let row = store::one(tx, number)?;
    let places = Places::read(tx)?;
    stood(tx, row, &places, today)
}

/// Notices with a number below `before`, newest first.
///
/// # Errors
/// Nobody signed in; the engine's.
pub fn list(cx: &Ctx, tx: &mut dyn Tx, group: Option<Id>, before: i64, limit: i64) -> Result<Vec<Notice>> {
    cx.require_signed_in()?;
    let today = today(cx, tx)?;
    let places = Places::read(tx)?;
    store::list(tx, group, before, limit)?.into_iter().map(|row| stood(tx, row, &places, today)).collect()
}

/// Notices that stand, oldest first: for a session and for the team's report.
///
/// # Errors
/// Nobody signed in; the engine's.
pub fn standing(cx: &Ctx, tx: &mut dyn Tx, group: Option<Id>) -> Result<Vec<Notice>> {
    cx.require_signed_in()?;
    let rows = store::standing(tx, group, MOST)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let today = today(cx, tx)?;
    let places = Places::read(tx)?;
    let all: Result<Vec<_>> = rows.into_iter().map(|row| stood(tx, row, &places, today)).collect();
    Ok(all?.into_iter().filter(|n| n.state.stands()).collect())
}

/// Notices that stand with the teams of one group: those of the organisation ask teams of other groups too.
///
/// # Errors
/// Nobody signed in; the engine's.
pub fn standing_of(cx: &Ctx, tx: &mut dyn Tx, group: Id) -> Result<Vec<Notice>> {
    cx.require_signed_in()?;
    let own = catalogue::store::teams(tx, Some(group))?;
    let mut all = standing(cx, tx, Some(group))?;
    for n in &mut all {
        n.teams.retain(|t| own.iter().any(|o| o.slug == t.team.slug));
    }
    Ok(all)
}

/// What is still asked of a team: to acknowledge, or to adopt. For its report, until it is done.
///
/// # Errors
/// Nobody signed in; the engine's.
pub fn open_for(cx: &Ctx, tx: &mut dyn Tx, team: &Team) -> Result<Vec<OpenNotice>> {
    cx.require_signed_in()?;
    let all = standing(cx, tx, Some(team.group))?;
    Ok(all
        .into_iter()
        .filter_map(|n| {
            let standard = !n.content.standard.is_empty();
            let t = n.teams.iter().find(|t| t.team.slug == team.slug).filter(|t| !t.is_done(standard))?;
            let late = t.workloads.iter().filter(|w| standard && !w.is_done()).map(|w| w.workload.name.clone());
            Some(OpenNotice {
                number: n.number,
                href: n.href(),
                title: n.content.title.clone(),
                kind: n.content.kind,
                acknowledge_by: n.content.acknowledge_by.clone(),
                acknowledged: t.acknowledged.is_some(),
                workloads: late.collect(),
            })
        })
        .collect())
}

/// The right for a notice of the group, or of the organisation.
fn required(cx: &Ctx, group: Option<Id>) -> Result<()> {
    group.map_or_else(|| cx.require_everywhere(&rights::NOTICES), |g| cx.require(&rights::NOTICES, g))
}

/// True if somebody may write notices of the group, or of the organisation.
pub fn may(cx: &Ctx, group: Option<Id>) -> bool {
    cx.actor.may(&rights::NOTICES, group)
}

/// That the names in it exist and that somebody is meant.
fn known(tx: &mut dyn Tx, group: Option<Id>, c: &Content) -> Result<()> {
    for slug in &c.teams {
        let t = catalogue::store::team_by_slug(tx, slug).map_err(|e| e.at("teams"))?;
        if group.is_some_and(|g| t.group != g) {
            return Err(Error::invalid("teams", format!("{} is of another group.", t.name)));
        }
    }
    if !c.standard.is_empty() {
        catalogue::store::standards::by_slug(tx, &c.standard).map_err(|e| e.at("standard"))?;
    }
    if Places::read(tx)?.audience(group, c, Time(i64::MAX)).next().is_none() {
        let place = if c.by_workload() { "tiers" } else { "teams" };
        return Err(Error::invalid(place, "No team is meant by this. Widen the audience."));
    }
    Ok(())
}

fn told(cx: &Ctx, tx: &mut dyn Tx, verb: &str, n: &Notice, body: &impl serde::Serialize, why: &str) -> Result<()> {
    trail::record(cx, tx, verb, &Ref::new("notice", n.number), body, why)?;
    tx.publish(TOPIC);
    tx.publish(&format!("notice:{}", n.number));
    for t in &n.teams {
        let team = catalogue::store::team_by_slug(tx, &t.team.slug)?;
        tx.publish(&format!("team:{}", team.id));
    }
    Ok(())
}

/// Marks the day from which a group's notice holds on the axis of every chart of the group.
fn mark(cx: &Ctx, tx: &mut dyn Tx, n: &Notice, group: Option<&Group>) -> Result<()> {
    let (Some(group), Ok(day)) = (group, n.content.effective.parse::<Date>()) else { return Ok(()) };
    let starts = day.in_tz(&group.zone).map_err(Error::internal)?.timestamp().as_microsecond();
    let place = marks::store::place(tx, marks::PlaceKind::Group, &group.slug)?;
    let body = Body {
        kind: MarkKind::Notice,
        title: n.content.title.clone(),
        url: n.href(),
        starts: kernel::time::Time(starts),
        ends: None,
    };
    marks::acts::put_by(cx, tx, &rights::NOTICES, Some(&format!("notice:{}", n.number)), &place, &body, &cx.actor.name)?;
    Ok(())
}

fn group_of(tx: &mut dyn Tx, id: Option<Id>) -> Result<Option<Group>> {
    id.map(|g| catalogue::store::group(tx, g)).transpose()
}

/// Issues a notice: every team that it is for is asked to acknowledge it.
///
/// # Errors
/// No right for the group or the organisation; every fault with its field; [`Error::Conflict`] if what it supersedes is superseded
/// or taken back already.
pub fn issue(cx: &Ctx, tx: &mut dyn Tx, new: &NewNotice) -> Result<Notice> {
    cx.require_somewhere(&rights::NOTICES)?;
    let slug = new.group.as_deref().map(str::trim).filter(|g| !g.is_empty());
    let group = slug.map(|g| catalogue::store::group_by_slug(tx, g)).transpose().map_err(|e| e.at("group"))?;
    let whose = group.as_ref().map(|g| g.id);
    required(cx, whose)?;
    let c = new.content.clone().check(today(cx, tx)?)?;
    known(tx, whose, &c)?;
    if let Some(number) = new.supersedes {
        let old = store::one(tx, number).map_err(|e| e.at("supersedes"))?;
        required(cx, old.group)?;
        if let Some(by) = old.notice.superseded_by {
            return Err(Error::Conflict(format!("{} was superseded by {} already. Supersede that one.", label(number), label(by))));
        }
        if old.notice.withdrawn.is_some() {
            return Err(Error::Conflict(format!("{} was withdrawn. Issue this one without it.", label(number))));
        }
    }
    let number = store::insert(tx, whose, &c, new.supersedes, (&cx.actor.name, cx.now))?
        .ok_or_else(|| Error::Conflict("Somebody else superseded the same notice at this moment. Load the page anew.".into()))?;
    let made = show(cx, tx, number)?;
    told(cx, tx, "issued", &made, &made, "")?;
    say(cx, tx, &made, whose, "issued", new.supersedes.map(|n| format!("It takes the place of {}.", label(n))))?;
    mark(cx, tx, &made, group.as_ref())?;
    Ok(made)
}

/// Changes what a notice says: a new version, of which every team is asked again.
///
/// # Errors
/// No right; every fault with its field; [`Error::Conflict`] if somebody changed it meanwhile, or it does not stand any more.
pub fn change(cx: &Ctx, tx: &mut dyn Tx, number: i64, new: &NoticeChange) -> Result<Notice> {
    cx.require_somewhere(&rights::NOTICES)?;
    let row = store::one(tx, number)?;
    let whose = row.group;
    required(cx, whose)?;
    let old = row.notice;
    if old.withdrawn.is_some() || old.superseded_by.is_some() {
        return Err(Error::Conflict(format!("{} does not stand any more. Issue a new one.", label(number))));
    }
    if old.version >= VERSIONS {
        return Err(Error::Conflict(format!("{} has {VERSIONS} versions, which is the limit. Issue a new one.", label(number))));
    }
    let why = reason(&new.reason, "Say why it changes: the teams are asked again, and read this first.")?;
    let c = new.content.clone().check(today(cx, tx)?)?;
    known(tx, whose, &c)?;
    if c == old.content {
        return Err(Error::invalid("body", "Nothing of it is different, so nobody is asked again."));
    }
    if !store::change(tx, number, new.version, &c, &why, (&cx.actor.name, cx.now))? {
        return Err(Error::Conflict(format!(
            "{} is at version {} meanwhile. Look at it, then change that one.",
            label(number),
            old.version
        )));
    }
    let made = show(cx, tx, number)?;
    told(cx, tx, "changed", &made, &made, &why)?;
    say(cx, tx, &made, whose, "changed", Some(why))?;
    let group = group_of(tx, whose)?;
    mark(cx, tx, &made, group.as_ref())?;
    Ok(made)
}

/// Says for a team that it has read the newest version and planned.
///
/// # Errors
/// No right for the team; the notice is not for it or does not stand; another version; [`Error::Conflict`] if the team has already.
pub fn acknowledge(cx: &Ctx, tx: &mut dyn Tx, number: i64, new: &NewAcknowledgement) -> Result<Notice> {
    cx.require_somewhere(&rights::ACKNOWLEDGE)?;
    let team = catalogue::store::team_by_slug(tx, new.team.trim()).map_err(|e| e.at("team"))?;
    team.require(cx, &rights::ACKNOWLEDGE)?;
    let n = show(cx, tx, number)?;
    if !n.state.stands() {
        return Err(Error::Conflict(format!(
            "{} is {}: nobody is asked for it any more.",
            n.label(),
            n.state.words().to_lowercase()
        )));
    }
    if !n.teams.iter().any(|t| t.team.slug == team.slug) {
        return Err(Error::invalid("team", format!("{} is not for {}.", n.label(), team.name)));
    }
    if new.version != n.version {
        let message = format!("{} is at version {} meanwhile. Read that one, then acknowledge it.", n.label(), n.version);
        return Err(Error::Conflict(message));
    }
    let said = new.clone().check(n.content.kind)?;
    let who = (cx.actor.key(), cx.actor.name.clone());
    if !store::acknowledge(tx, (number, n.version, team.id), (&said.plan, &said.planned), (&who.0, &who.1, cx.now))? {
        return Err(Error::Conflict(format!("{} has acknowledged it already.", team.name)));
    }
    let made = show(cx, tx, number)?;
    told(cx, tx, "acknowledged", &made, &said, "")?;
    Ok(made)
}

/// Takes a notice back, with a reason.
///
/// # Errors
/// No right; no reason; [`Error::Conflict`] if it was taken back or superseded already.
pub fn withdraw(cx: &Ctx, tx: &mut dyn Tx, number: i64, said: &NoticeWithdrawal) -> Result<Notice> {
    cx.require_somewhere(&rights::NOTICES)?;
    let row = store::one(tx, number)?;
    let whose = row.group;
    required(cx, whose)?;
    let why = reason(&said.reason, "Say why it is taken back, for the teams that have read it.")?;
    let over = row.notice.superseded_by.is_some();
    if over || !store::withdraw(tx, number, &why, (&cx.actor.name, cx.now))? {
        return Err(Error::Conflict(format!("{} does not stand any more.", label(number))));
    }
    let made = show(cx, tx, number)?;
    told(cx, tx, "withdrawn", &made, &said, &why)?;
    say(cx, tx, &made, whose, "withdrawn", Some(why.clone()))?;
    if let Some(group) = group_of(tx, whose)? {
        let place = marks::store::place(tx, marks::PlaceKind::Group, &group.slug)?;
        marks::acts::withdraw_by(cx, tx, &rights::NOTICES, &format!("notice:{number}"), &place, &why)?;
    }
    Ok(made)
}
