//! Verbs on captures: capture something, take it back; and say what became of an earlier action.

use actions::change::{ActionEdit, StateChange};
use actions::{Action, ActionState, NewAction, Origin, OriginKind};
use catalogue::Team;
use kernel::db::Tx;
use kernel::error::{Error, Fault, Result};
use kernel::ids::{Id, Ref};
use kernel::trail;
use kernel::web::{Ctx, Right};
use people::rights;

use super::attendance;
use super::running::{must_be_open, stands};
use super::session;
use crate::agenda::AgendaItem;
use crate::capture::{Capture, CaptureKind, MOST, Named, NewCapture};
use crate::session::{Session, SessionState};
use crate::store::{self, capture as rows};
use crate::told::{How, NewTreatment, Treatment};

fn is_in(cx: &Ctx, s: &Session, teams: &[Team]) -> bool {
    let right = &rights::SESSION_PART;
    let member = match s.forum.group {
        None => cx.actor.may_somewhere(right),
        Some(_) => teams.iter().any(|t| t.may(cx, right)),
    };
    member || s.is_run_by(cx)
}

/// True if who acts may capture in a session.
///
/// # Errors
/// Nobody signed in; the engine's.
pub fn may(cx: &Ctx, tx: &mut dyn Tx, s: &Session) -> Result<bool> {
    cx.require_signed_in()?;
    let teams = attendance::teams(tx, s)?;
    Ok(is_in(cx, s, &teams))
}

/// Makes sure that who acts is in the session: of a team of the group, its facilitator, who runs the session; in the council's,
/// whoever is in any team.
pub(crate) fn take_part(cx: &Ctx, tx: &mut dyn Tx, s: &Session) -> Result<Vec<Team>> {
    let teams = attendance::teams(tx, s)?;
    if !is_in(cx, s, &teams) {
        let Some(group) = s.forum.group else {
            cx.require_signed_in()?;
            return Err(Error::Forbidden(
                "Whoever is in a team takes part in sessions of the council, and its members do. You are neither.".into(),
            ));
        };
        cx.require(&rights::SESSION_PART, group)?;
    }
    Ok(teams)
}

/// Who acts, with rights that being in the session gives for its teams: what a room agrees is written down by whoever types.
pub(crate) fn within(cx: &Ctx, teams: &[Team], given: &[&'static Right]) -> Ctx {
    let mut actor = (*cx.actor).clone();
    for team in teams {
        actor.rights.extend(given.iter().map(|r| (r.key, kernel::web::Scope::Within(team.id))));
    }
    Ctx { actor: actor.into(), ..cx.clone() }
}

fn named(teams: &[Team], at: &str, slug: &str) -> Result<Option<Team>> {
    let slug = slug.trim();
    if slug.is_empty() {
        return Ok(None);
    }
    let shown = kernel::text::shown(slug, 60);
    let found = teams.iter().find(|t| t.slug == slug).cloned();
    found.map(Some).ok_or_else(|| Error::invalid(at, format!("There is no team “{shown}” in this session.")))
}

/// What caused a capture, if whoever sent it did not say: the team's report of the sprint, else the item of the session.
fn cause(s: &Session, item: Option<&AgendaItem>, teams: &[Team]) -> Origin {
    let team = item.and_then(|i| i.team).and_then(|id| teams.iter().find(|t| t.id == id));
    match (team, s.sprint) {
        (Some(t), Some(sprint)) => Origin {
            kind: OriginKind::Report,
            id: format!("{}/{sprint}", t.slug),
            url: format!("/reports/{}/{sprint}", t.slug),
            words: kernel::text::shown(&format!("{}, sprint {sprint}", t.name), kernel::text::NAME),
        },
        _ => Origin {
            kind: OriginKind::Session,
            id: s.id.to_string(),
            url: s.href(),
            words: kernel::text::shown(&item.map_or_else(|| s.title(), |i| i.title.clone()), kernel::text::NAME),
        },
    }
}

/// The session as the origin of what stands in other ledgers, with what caused it.
pub(crate) fn origin(s: &Session, cause: &Origin) -> Origin {
    let words = format!("{}: {}", s.title(), cause.shown());
    Origin {
        kind: OriginKind::Session,
        id: s.id.to_string(),
        url: s.href(),
        words: kernel::text::shown(&words, kernel::text::NAME),
    }
}

/// Faults of the register at the fields of a capture.
fn at_capture(e: Error) -> Error {
    match e {
        Error::Invalid(list) => Error::Invalid(
            list.into_iter().map(|f| Fault::new(if f.at == "what" { "text".to_owned() } else { f.at }, f.message)).collect(),
        ),
        e => e,
    }
}

/// Captures something. One that is sent again with its key is answered as the first time, and stored once.
///
/// # Errors
/// No right; every fault with its field; [`Error::Conflict`] if the session is not open, or the key was used for something else;
/// [`Error::TooLarge`] beyond [`MOST`].
pub fn add(cx: &Ctx, tx: &mut dyn Tx, id: Id, new: &NewCapture) -> Result<Capture> {
    cx.require_signed_in()?;
    let (s, items, clock) = stands(cx, tx, id)?;
    let teams = take_part(cx, tx, &s)?;
    let checked = new.check()?;
    if new.kind == CaptureKind::Decision && s.forum.group.is_none() && !s.is_run_by(cx) {
        // What is captured as one enters the ledger as the council's.
        s.forum.require(cx)?;
    }
    if let Some((known, by)) = rows::by_key(tx, id, &new.key)? {
        let team = |of: &Option<Named>, sent: &str| of.as_ref().map_or("", |t| t.slug.as_str()) == sent.trim();
        let same = by == cx.actor.key()
            && (known.kind, &known.text, &known.why, &known.due) == (new.kind, &checked.text, &checked.why, &checked.due)
            && team(&known.team, &new.team)
            && team(&known.to, &new.to)
            && new.item.is_none_or(|item| known.item == Some(item));
        return if same {
            Ok(known)
        } else {
            Err(Error::Conflict("This key was used for another capture. Make a new key for each thing that you capture.".into()))
        };
    }
    must_be_open(&s)?;
    let item = match new.item {
        None => items.iter().find(|i| Some(i.id) == clock.current),
        Some(wanted) => {
            let found = items.iter().find(|i| i.id == wanted);
            Some(found.ok_or_else(|| Error::invalid("item", format!("{wanted} is no item of this agenda.")))?)
        }
    };
    let team = named(&teams, "team", &new.team)?;
    let to = named(&teams, "to", &new.to)?;
    let caused = checked.origin.clone().unwrap_or_else(|| cause(&s, item, &teams));
    let action = match (new.kind, &team) {
        (CaptureKind::Action, Some(team)) => {
            let sent = NewAction {
                team: team.slug.clone(),
                what: checked.text.clone(),
                owner: checked.owner.clone(),
                workload: None,
                goal: String::new(),
                due: checked.due.clone(),
                blocked_by: String::new(),
                effort: None,
                expected: None,
                issue: String::new(),
                origin: origin(&s, &caused),
            };
            let here = within(cx, std::slice::from_ref(team), &[&rights::SESSION_PART]);
            Some(actions::acts::open(&here, tx, &rights::SESSION_PART, team, &sent).map_err(at_capture)?)
        }
        _ => None,
    };
    let place = |t: &Option<Team>| t.as_ref().map(|t| Named { slug: t.slug.clone(), name: t.name.clone() });
    let number = rows::next(tx, id)?;
    if number > MOST {
        return Err(Error::TooLarge(format!("There are {MOST} captures in this session; no more fit.")));
    }
    let made = Capture {
        id: tx.id()?,
        number,
        key: new.key.clone(),
        kind: new.kind,
        text: checked.text,
        team: place(&team),
        to: place(&to),
        owner: action.as_ref().map_or(checked.owner, |a| a.content.owner.name.clone()),
        due: checked.due,
        why: checked.why,
        item: item.map(|i| i.id),
        origin: caused,
        href: action.as_ref().map(Action::href).unwrap_or_default(),
        by: cx.actor.name.clone(),
        at: cx.now,
        taken_back: None,
    };
    let of = (team.map(|t| t.id), to.map(|t| t.id));
    if !rows::insert(tx, id, &made, of, action.map(|a| a.id), &cx.actor.key())? {
        return Err(Error::Conflict("The same was sent twice at this moment. Send it again.".into()));
    }
    trail::record(cx, tx, "captured", &Ref::new("session-capture", made.id), &made, "")?;
    session::announce(tx, &s);
    Ok(made)
}

/// Captures of a session in the server's order, after a number, at most `limit`.
///
/// # Errors
/// Nobody signed in; no such session.
pub fn list(cx: &Ctx, tx: &mut dyn Tx, id: Id, after: i64, limit: i64) -> Result<Vec<Capture>> {
    cx.require_signed_in()?;
    session::one(cx, tx, id)?;
    rows::after(tx, id, after, limit)
}

/// Takes a capture back: whoever captured it, or who runs the session. Its action is dropped; everything stays in the trail.
///
/// # Errors
/// No right; [`Error::Conflict`] if the session is not open, it was taken back already, or its action has gone on meanwhile.
pub fn take_back(cx: &Ctx, tx: &mut dyn Tx, id: Id, capture: Id) -> Result<Capture> {
    cx.require_signed_in()?;
    let s = store::session::one(tx, id, cx.now)?;
    let teams = take_part(cx, tx, &s)?;
    let (stood, by) = rows::one(tx, id, capture)?;
    if by != cx.actor.key() && !s.is_run_by(cx) {
        return Err(Error::Forbidden(format!(
            "{} captured this. You may not take it back; that is for them and for who runs the session.",
            stood.by
        )));
    }
    must_be_open(&s)?;
    if let Some(back) = &stood.taken_back {
        return Err(Error::Conflict(format!("{} took this back already.", back.by)));
    }
    if let Some(action) = stood.href.strip_prefix("/actions/").and_then(|id| id.parse::<Id>().ok()) {
        let a = actions::store::one(tx, action)?;
        if a.version > 1 {
            return Err(Error::Conflict(format!("{} has changed this action meanwhile. Drop it in the register.", a.changed_by)));
        }
        let here = within(cx, &teams, &[&rights::ACTIONS]);
        let reason = format!("Taken back in “{}”.", s.title());
        let drop = StateChange { version: a.version, state: ActionState::Dropped, reason, evidence: None };
        actions::acts::move_on(&here, tx, action, &drop)?;
    }
    if !rows::take_back(tx, capture, (&cx.actor.name, cx.now))? {
        return Err(Error::Conflict("Somebody took this back already.".into()));
    }
    trail::record(cx, tx, "taken-back", &Ref::new("session-capture", capture), &serde_json::json!({ "text": stood.text }), "")?;
    session::announce(tx, &s);
    Ok(rows::one(tx, id, capture)?.0)
}

/// Says what became of an earlier action, in the session; the register says so from then on too.
///
/// # Errors
/// No right for the action's team; every fault with its field; [`Error::Conflict`] if the session is not open, or the action was
/// changed meanwhile.
pub fn treat(cx: &Ctx, tx: &mut dyn Tx, id: Id, action: Id, new: &NewTreatment) -> Result<Treatment> {
    cx.require_signed_in()?;
    let (s, _, clock) = stands(cx, tx, id)?;
    let teams = take_part(cx, tx, &s)?;
    if s.state != SessionState::Open {
        must_be_open(&s)?;
    }
    let stood = actions::store::one(tx, action)?;
    let team = named(&teams, "action", &stood.team.slug)?
        .ok_or_else(|| Error::invalid("action", "This action is of a team that is not in this session."))?;
    let run = if s.is_run_by(cx) { within(cx, &teams, &[&rights::ACTIONS]) } else { cx.clone() };
    let words = new.words.trim().to_owned();
    let moved = |state, reason: &str, evidence| StateChange { version: new.version, state, reason: reason.to_owned(), evidence };
    if new.how != How::Carried && !new.due.trim().is_empty() {
        return Err(Error::invalid("due", "Only what is carried over has a new last day. Leave it out."));
    }
    let made = match new.how {
        How::Done => {
            let evidence = actions::action::Evidence { words: words.clone(), url: String::new() };
            actions::acts::move_on(&run, tx, action, &moved(ActionState::Done, "", Some(evidence)))
        }
        How::Dropped => actions::acts::move_on(&run, tx, action, &moved(ActionState::Dropped, &words, None)),
        How::Carried if new.due.trim().is_empty() || new.due.trim() <= stood.content.due.as_str() => {
            let from = if stood.content.due.is_empty() { "today".to_owned() } else { stood.content.due.clone() };
            Err(Error::invalid("due", format!("Say until when it is carried over: a day after {from}, like 2026-12-18.")))
        }
        How::Carried => {
            let edit = ActionEdit {
                version: new.version,
                what: stood.content.what.clone(),
                owner: actions::store::owner_key(tx, &stood.content.owner)?,
                goal: stood.content.goal.clone(),
                due: new.due.trim().to_owned(),
                blocked_by: stood.content.blocked_by.clone(),
                effort: stood.content.effort,
                expected: stood.content.expected.clone(),
                issue: stood.content.issue.clone(),
                reason: if stood.content.due.is_empty() && words.is_empty() {
                    "No day was agreed before.".into()
                } else {
                    words.clone()
                },
            };
            actions::acts::change(&run, tx, action, &edit)
        }
    };
    let made = made.map_err(at_treatment)?;
    let told = Treatment {
        action,
        how: new.how,
        what: made.content.what.clone(),
        team: Named { slug: team.slug.clone(), name: team.name.clone() },
        words,
        due: if new.how == How::Carried { made.content.due.clone() } else { String::new() },
        item: clock.current,
        by: cx.actor.name.clone(),
        at: cx.now,
    };
    let row = tx.id()?;
    rows::treat(tx, row, id, team.id, &told)?;
    trail::record(cx, tx, "treated", &Ref::new("review-session", id), &told, "")?;
    session::announce(tx, &s);
    Ok(told)
}

/// Faults of the register at the fields of a treatment.
fn at_treatment(e: Error) -> Error {
    let at = |at: &str| if ["reason", "evidence.words"].contains(&at) { "words".to_owned() } else { at.to_owned() };
    match e {
        Error::Invalid(list) => Error::Invalid(list.into_iter().map(|f| Fault::new(at(&f.at), f.message)).collect()),
        e => e,
    }
}
