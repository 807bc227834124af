//! Verbs on actions: put into the register, change, move on; and what is read of one.

pub mod issues;
mod mark;
pub mod merge;

use catalogue::{Subject, Team, Workload};
use jiff::civil::Date;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use kernel::trail;
use kernel::web::{Ctx, Right};
use metrics::definition::{Versioned, kind_of};
use people::{Role, rights};

use crate::action::{Action, ActionState, Content, Expected, Named, Owner};
use crate::change::{ActionEdit, StateChange};
use crate::effect::{Effect, effect};
use crate::new::NewAction;
use crate::origin::{Origin, OriginKind};
use crate::store::{self, By, Stands};
use crate::view::ActionView;

/// Actions of one team that may be open at once.
pub const MOST_OPEN: usize = 2_000;

/// Periods of a series that an effect is judged by.
const PERIODS: i64 = metrics::judged::PERIODS as i64;

/// Today, as due dates count: in the organisation's zone, one day for all teams.
///
/// # Errors
/// The engine's.
pub fn today(cx: &Ctx, tx: &mut dyn Tx) -> Result<Date> {
    cx.require_signed_in()?;
    let zone = people::organisation(tx)?.zone;
    Ok(cx.now.jiff().in_tz(&zone).map_err(Error::internal)?.date())
}

fn by(cx: &Ctx, key: &str) -> (String, String) {
    (key.to_owned(), cx.actor.name.clone())
}

fn told(cx: &Ctx, tx: &mut dyn Tx, verb: &str, team: &Team, id: Id, payload: &impl serde::Serialize, why: &str) -> Result<()> {
    trail::record(cx, tx, verb, &Ref::new("action", id), payload, why)?;
    announce(tx, team, id);
    Ok(())
}

fn announce(tx: &mut dyn Tx, team: &Team, id: Id) {
    tx.publish(&format!("team:{}", team.id));
    tx.publish(&format!("group:{}", team.group));
    tx.publish(&format!("action:{id}"));
    tx.publish("actions");
}

/// Who is meant by a mail address or by the key of a role.
fn owner(tx: &mut dyn Tx, text: &str) -> Result<Owner> {
    let text = text.trim();
    if let Some(role) = Owner::named(text) {
        return Ok(Owner::role(role));
    }
    let shown = kernel::text::shown(text, 80);
    let roles = Owner::ROLES.map(Role::key).join(", ");
    let sound = text.contains('@') && text.len() <= people::person::MAIL && !text.contains(char::is_control);
    let person = if sound { people::store::person_by_mail(tx, &text.to_lowercase())? } else { None };
    match person {
        Some(p) if p.deactivated_at.is_some() => {
            Err(Error::invalid("owner", format!("{} cannot sign in any more. Name somebody who can, or a role: {roles}.", p.name)))
        }
        Some(p) => Ok(Owner { person: Some(p.id), role: None, name: p.name }),
        None if text.is_empty() => {
            Err(Error::invalid("owner", format!("Say who does it: a mail address of an account, or a role: {roles}.")))
        }
        None => Err(Error::invalid(
            "owner",
            format!("There is no account with the mail address “{shown}” and no role of that name. Roles of a team are {roles}."),
        )),
    }
}

/// A metric by its key, if there is one.
fn definition(tx: &mut dyn Tx, key: &str) -> Result<Option<Versioned>> {
    // A key that cannot exist is not asked for: it may hold what no engine stores.
    if kernel::text::key("metric", key).is_err() { Ok(None) } else { metrics::store::definition(tx, key) }
}

/// The metric that an action should move, with the team, workload or service that it is measured of.
fn measured(tx: &mut dyn Tx, team: &Team, workload: Option<&Workload>, e: &Expected) -> Result<(Versioned, Subject)> {
    let shown = kernel::text::shown(e.metric.trim(), 60);
    let v = definition(tx, e.metric.trim())?
        .ok_or_else(|| Error::invalid("expected.metric", format!("There is no metric “{shown}”. Choose one that is defined.")))?;
    let kind = kind_of(v.definition.subject);
    let named = e.subject.trim();
    let slug = match (named.is_empty(), kind, workload) {
        (false, ..) => named.to_owned(),
        (true, catalogue::SubjectKind::Team, _) => team.slug.clone(),
        (true, catalogue::SubjectKind::Workload, Some(w)) => w.slug.clone(),
        (true, kind, _) => {
            let message = format!("“{}” is measured of each {}. Name which one.", v.definition.title, kind.key());
            return Err(Error::invalid("expected.subject", message));
        }
    };
    let subject = catalogue::store::subject(tx, kind, &slug).map_err(|e| e.at("expected.subject"))?;
    if subject.team.id != team.id {
        let message = format!(
            "{} is of {}, not of {}. An action moves a number of its own team.",
            subject.name, subject.team.name, team.name
        );
        return Err(Error::invalid("expected.subject", message));
    }
    Ok((v, subject))
}

/// Puts the found subject into what is stored.
fn with_subject(tx: &mut dyn Tx, team: &Team, workload: Option<&Workload>, content: &mut Content) -> Result<()> {
    if let Some(e) = content.expected.as_mut() {
        let (v, subject) = measured(tx, team, workload, e)?;
        e.metric = v.definition.key;
        e.subject = subject.slug;
    }
    Ok(())
}

/// The faults of two looks at one input, as one.
fn both<A, B>(a: Result<A>, b: Result<B>) -> Result<(A, B)> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(Error::Invalid(mut first)), Err(Error::Invalid(more))) => {
            first.extend(more);
            Err(Error::Invalid(first))
        }
        (Err(e), _) | (_, Err(e)) => Err(e),
    }
}

/// A stand-in while the other fields are looked at.
fn nobody() -> Owner {
    Owner::role(Role::Engineer)
}

fn in_use(what: &str, away: bool, at: &str) -> Result<()> {
    if away { Err(Error::invalid(at, format!("{what} is put away. Bring it back first, or choose another."))) } else { Ok(()) }
}

/// What may be open only once: for a risk, its workload, lens, question and choice.
pub fn once(workload: Option<Id>, origin: &Origin) -> Option<String> {
    match (origin.kind, workload) {
        (OriginKind::Risk, Some(w)) if !origin.id.is_empty() => Some(format!("risk:{w}:{}", origin.id)),
        _ => None,
    }
}

/// Puts an action into the register, as somebody sends it.
///
/// # Errors
/// No right; every fault with its field; no such team.
pub fn add(cx: &Ctx, tx: &mut dyn Tx, new: &NewAction) -> Result<Action> {
    cx.require_somewhere(&rights::ACTIONS)?;
    let team = catalogue::store::team_by_slug(tx, new.team.trim()).map_err(|e| e.at("team"))?;
    team.require(cx, &rights::ACTIONS)?;
    if new.origin.kind == OriginKind::Risk {
        let message = "An action about a risk is made from its review, so that it leads back to the question. Open the review’s risks and put the improvement into the register there.";
        return Err(Error::invalid("origin.kind", message));
    }
    open(cx, tx, &rights::ACTIONS, &team, new)
}

/// Puts an action into the register for another room, which has made sure of the right that it names.
///
/// # Errors
/// No right; every fault with its field; [`Error::Conflict`] if one of the same origin is open where only one may be.
pub fn open(cx: &Ctx, tx: &mut dyn Tx, right: &Right, team: &Team, new: &NewAction) -> Result<Action> {
    team.require(cx, right)?;
    in_use(&team.name, team.archived_at.is_some(), "team")?;
    let today = today(cx, tx)?;
    let workload = match new.workload.as_deref().map(str::trim).filter(|w| !w.is_empty()) {
        None => None,
        Some(slug) => {
            let w = catalogue::store::workload_by_slug(tx, slug).map_err(|e| e.at("workload"))?;
            if w.team != team.id {
                return Err(Error::invalid("workload", format!("{} is not a workload of {}.", w.name, team.name)));
            }
            in_use(&w.name, w.archived_at.is_some(), "workload")?;
            Some(w)
        }
    };
    let named = owner(tx, &new.owner);
    let ((mut content, origin), owner) = both(new.check(nobody(), today), named)?;
    content.owner = owner;
    with_subject(tx, team, workload.as_ref(), &mut content)?;
    room_left(tx, team)?;
    let id = tx.id()?;
    let about = workload.as_ref().map(|w| w.id);
    let once = once(about, &origin);
    let (key, name) = by(cx, &cx.actor.key());
    let by = By { key: &key, name: &name, at: cx.now };
    if !store::insert(tx, id, (team.id, about), (&origin, once.as_deref()), &content, by)? {
        let open = once.as_deref().map(|o| store::open_once(tx, o)).transpose()?.flatten();
        let where_ = open.map(|id| format!(" It is /actions/{id}.")).unwrap_or_default();
        return Err(Error::Conflict(format!("An action for this is open already.{where_} Nothing was stored.")));
    }
    let made = store::one(tx, id)?;
    told(cx, tx, "opened", team, id, &made, "")?;
    issues::follow(cx, tx, right, (team.id, team.group), &made, "")?;
    store::announce::origin(tx, &made.origin);
    Ok(made)
}

fn room_left(tx: &mut dyn Tx, team: &Team) -> Result<()> {
    let open = store::open_of(tx, team.id)?;
    if open < MOST_OPEN {
        return Ok(());
    }
    Err(Error::Conflict(format!("{} has {open} open actions; at most {MOST_OPEN} fit. Finish or drop some first.", team.name)))
}

/// Somebody else was faster.
fn newer(tx: &mut dyn Tx, id: Id, seen: i64) -> Error {
    match store::one(tx, id) {
        Ok(theirs) if theirs.version > seen => Error::Conflict(format!(
            "{} changed this action since you opened it: it is {} now, version {}. Nothing of yours was stored. Look at it, and send it \
             again on top of that version.",
            theirs.changed_by,
            theirs.state.words(),
            theirs.version
        )),
        Ok(theirs) => {
            Error::invalid("version", format!("There is no version {seen} of this action; the newest is {}.", theirs.version))
        }
        Err(e) => e,
    }
}

/// Changes what an action says. A date that moves back is counted and has a reason.
///
/// # Errors
/// No right; every fault with its field; [`Error::Conflict`] if somebody changed it meanwhile, or it is closed.
pub fn change(cx: &Ctx, tx: &mut dyn Tx, id: Id, edit: &ActionEdit) -> Result<Action> {
    cx.require_somewhere(&rights::ACTIONS)?;
    let (team, about) = store::whose(tx, id)?;
    team.require(cx, &rights::ACTIONS)?;
    let stood = store::one(tx, id)?;
    if stood.version != edit.version {
        return Err(newer(tx, id, edit.version));
    }
    if !stood.state.is_open() {
        return Err(Error::Conflict(format!("This action is {}. Open it again before you change it.", stood.state.words())));
    }
    let today = today(cx, tx)?;
    // An owner who has left meanwhile stays until another is named.
    let same = edit.owner.trim() == store::owner_key(tx, &stood.content.owner)?;
    let named = if same { Ok(stood.content.owner.clone()) } else { owner(tx, &edit.owner) };
    let ((mut content, carried, reason), owner) = both(edit.check(&stood.content, nobody(), today), named)?;
    content.owner = owner;
    let workload = about.map(|w| catalogue::store::workload(tx, w)).transpose()?;
    with_subject(tx, &team, workload.as_ref(), &mut content)?;
    if content == stood.content {
        return Ok(stood);
    }
    let (key, name) = by(cx, &cx.actor.key());
    let stands =
        Stands { version: stood.version + 1, state: stood.state, carried: stood.carried + i64::from(carried), why: &reason };
    if !store::change(tx, id, stands, &content, By { key: &key, name: &name, at: cx.now })? {
        return Err(newer(tx, id, edit.version));
    }
    let made = store::one(tx, id)?;
    told(cx, tx, "changed", &team, id, &serde_json::json!({ "before": stood, "after": made }), &reason)?;
    issues::follow(cx, tx, &rights::ACTIONS, (team.id, team.group), &made, &stood.content.issue)?;
    store::announce::origin(tx, &made.origin);
    Ok(made)
}

/// Says how far an action is. Done needs evidence, dropped a reason; what was closed can be opened again with a reason. One that is
/// done and names a metric marks the axis of that metric.
///
/// # Errors
/// No right; every fault with its field; [`Error::Conflict`] if somebody changed it meanwhile, it is in that state already, or
/// another for the same risk was opened.
pub fn move_on(cx: &Ctx, tx: &mut dyn Tx, id: Id, to: &StateChange) -> Result<Action> {
    cx.require_somewhere(&rights::ACTIONS)?;
    let (team, about) = store::whose(tx, id)?;
    team.require(cx, &rights::ACTIONS)?;
    let stood = store::one(tx, id)?;
    if stood.version != to.version {
        return Err(newer(tx, id, to.version));
    }
    let (content, reason) = to.check(&stood)?;
    let again = !stood.state.is_open() && to.state.is_open();
    if let Some(once) = once(about, &stood.origin) {
        if !to.state.is_open() {
            store::free(tx, id)?;
        } else if again && !store::claim(tx, id, &once)? {
            return Err(Error::Conflict("Another action for this risk is open already. Go on with that one.".into()));
        }
    }
    let (key, name) = by(cx, &cx.actor.key());
    let stands = Stands { version: stood.version + 1, state: to.state, carried: stood.carried, why: &reason };
    if !store::change(tx, id, stands, &content, By { key: &key, name: &name, at: cx.now })? {
        return Err(newer(tx, id, to.version));
    }
    mark::mark(cx, tx, &stood, to.state)?;
    let made = store::one(tx, id)?;
    told(cx, tx, to.state.key(), &team, id, &made, &reason)?;
    store::announce::origin(tx, &made.origin);
    Ok(made)
}

/// When an action was done; none if it is not.
fn done_at(a: &Action) -> Option<kernel::time::Time> {
    (a.state == ActionState::Done).then_some(a.changed_at)
}

/// The number that an action should move, before and after; none if it names no metric, or one that is gone.
///
/// # Errors
/// Nobody signed in.
pub fn effect_of(cx: &Ctx, tx: &mut dyn Tx, a: &Action) -> Result<Option<Effect>> {
    cx.require_signed_in()?;
    let Some(e) = &a.content.expected else { return Ok(None) };
    let Some(v) = definition(tx, &e.metric)? else { return Ok(None) };
    let Ok(subject) = catalogue::store::subject(tx, kind_of(v.definition.subject), &e.subject) else { return Ok(None) };
    let series = metrics::store::series(tx, &v.definition.key, subject.id, kernel::time::Time(i64::MAX), PERIODS)?;
    let named = Named { slug: subject.slug, name: subject.name };
    Ok(Some(effect(&v.definition, named, &series, done_at(a), e)))
}

/// What a room above says of an action that came from it, such as that a review says that it is in place.
pub type Says = fn(&Ctx, &mut dyn Tx, &Action) -> Result<Option<String>>;

static SAYS: std::sync::OnceLock<Says> = std::sync::OnceLock::new();

/// Names whoever can say something of actions. Call it once, before serving; later calls change nothing.
pub fn provide(says: Says) {
    let _ = SAYS.set(says);
}

/// One action in full.
///
/// # Errors
/// Nobody signed in; [`Error::NotFound`].
pub fn show(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<ActionView> {
    cx.require_signed_in()?;
    let action = store::one(tx, id)?;
    let today = today(cx, tx)?;
    let effect = effect_of(cx, tx, &action)?;
    let versions = store::versions(tx, id)?;
    let said = match SAYS.get() {
        Some(says) if action.state.is_open() => says(cx, tx, &action)?,
        _ => None,
    };
    let age_days = i64::try_from(cx.now.since(action.made_at).as_secs() / 86_400).unwrap_or(i64::MAX);
    let about = issues::about(id);
    let issues = trackers::store::issue::about(tx, &about)?;
    let asked = trackers::store::issue::wished_for(tx, &about)?.into_iter().map(|(_, name)| name).collect();
    Ok(ActionView { due_in_days: action.due_in(today), age_days, versions, effect, said, issues, asked, action })
}
