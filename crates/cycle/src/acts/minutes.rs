//! Verbs on minutes: close a session, which makes them; and add what came up later.

use decisions::NewDecision;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use kernel::trail;
use kernel::trail::Checkpoint;
use kernel::trail::merkle::hex_digest;
use kernel::web::Ctx;
use people::rights;

use super::capture::{origin, take_part, within};
use super::running::must_be_open;
use super::session::{self, run_by};
use super::{attendance, running, share, told};
use crate::agenda::AgendaItem;
use crate::capture::{Capture, CaptureKind, Named};
use crate::clock::{EventKind, SessionEvent, seconds};
use crate::minutes::{Addendum, Kept, MOST_ADDENDA, Minutes, MinutesCheckpoint, MinutesItem, MinutesTeam, NewAddendum, ReportFate};
use crate::running::Running;
use crate::session::{Session, SessionState};
use crate::store::{self, running as rows};

/// The newest seal of the trail. Read it before [`close`], in a read of its own: in a write it would meet the sealer.
///
/// # Errors
/// Nobody signed in; the engine's.
pub fn checkpoint(cx: &Ctx, tx: &mut dyn Tx) -> Result<Checkpoint> {
    cx.require_signed_in()?;
    trail::checkpoint(tx)
}

/// A decision of the session enters the ledger; its forum decided.
fn enter(cx: &Ctx, tx: &mut dyn Tx, s: &Session, c: &Capture) -> Result<i64> {
    let first = c.text.lines().next().unwrap_or_default();
    let why = if c.why.is_empty() { "Agreed in the session.".to_owned() } else { c.why.clone() };
    let new = NewDecision {
        title: kernel::text::shown(first, kernel::text::NAME),
        decided: c.text.clone(),
        why,
        deciders: vec![kernel::text::shown(&format!("{}, {}", s.forum.name, s.title()), kernel::text::NAME)],
        team: c.team.as_ref().map(|t| t.slug.clone()),
        origin: origin(s, &c.origin),
        ..NewDecision::default()
    };
    // What the whole room decided names no team; whoever closes the session writes it down.
    let made = match &new.team {
        Some(_) => decisions::acts::decide(cx, tx, &new)?,
        None => decisions::acts::decide_by(cx, tx, &rights::DECISIONS, &new)?,
    };
    Ok(made.number)
}

/// What becomes of the reports of the teams of a session, and what is said of each.
fn teams(cx: &Ctx, tx: &mut dyn Tx, r: &Running) -> Result<Vec<MinutesTeam>> {
    let mut out = Vec::new();
    if r.session.forum.group.is_none() {
        return Ok(out);
    }
    for team in attendance::teams(tx, &r.session)? {
        let of: Vec<&AgendaItem> = r.agenda.iter().filter(|i| i.team == Some(team.id)).collect();
        let talked = of.iter().any(|i| r.clock.used.iter().any(|(id, _)| *id == i.id));
        let told = told::of_team(cx, tx, &team, r.session.sprint)?;
        let report = match (told::tellers(), r.session.sprint) {
            (Some(_), Some(_)) if !talked => ReportFate::NotTalked,
            (Some(t), Some(sprint)) => (t.review)(cx, tx, &team, sprint)?,
            _ => ReportFate::NoReport,
        };
        out.push(MinutesTeam {
            team: Named { slug: team.slug.clone(), name: team.name.clone() },
            items: of.iter().map(|i| i.id).collect(),
            report,
            href: told.href,
            signals: told.signals.into_iter().map(|s| s.what).collect(),
        });
    }
    Ok(out)
}

fn item(r: &Running, i: &AgendaItem) -> MinutesItem {
    let named = |id: Id| {
        let of = r.agenda.iter().find(|x| x.team == Some(id))?;
        r.teams.iter().find(|t| t.name == of.title).cloned()
    };
    MinutesItem {
        id: i.id,
        kind: i.kind,
        title: i.title.clone(),
        team: i.team.and_then(named),
        planned: i.seconds,
        used: seconds(r.clock.of(i.id)),
        exception: i.exception,
        reached: r.clock.used.iter().any(|(id, _)| *id == i.id),
    }
}

/// Closes a session: decisions enter the ledger, tech shares become candidates, reports that were talked through are reviewed, and
/// the minutes are made, whose digest is in the trail. `seal` is the newest seal of the trail, `secret` was drawn for the
/// question whether it was worth the time.
///
/// # Errors
/// No right; [`Error::Conflict`] if it is not open.
pub fn close(cx: &Ctx, tx: &mut dyn Tx, id: Id, seal: &Checkpoint, secret: &str) -> Result<Kept> {
    cx.require_signed_in()?;
    let s = run_by(cx, tx, id)?;
    must_be_open(&s)?;
    let members = attendance::teams(tx, &s)?;
    // Whoever runs the session closes it with the facilitator's rights for its teams: reports, ledger.
    let closing = within(cx, &members, &[&rights::REVIEW, &rights::DECISIONS]);
    let number = rows::events(tx, id)?.last().map_or(0, |e| e.number) + 1;
    let e = SessionEvent { number, kind: EventKind::Closed, item: None, by: cx.actor.name.clone(), at: cx.now };
    if !rows::happen(tx, id, &e, &cx.actor.key())? {
        return Err(Error::Conflict(
            "Somebody else moved the session at this moment. Look where it stands, and close it again.".into(),
        ));
    }
    let before = running::show(cx, tx, id)?;
    rows::went(tx, before.clock.current, None, cx.now)?;
    for c in before.captures.iter().filter(|c| c.counts()) {
        match c.kind {
            CaptureKind::Decision => {
                let number = enter(&closing, tx, &s, c)?;
                store::capture::stands(tx, c.id, Some(number), None)?;
            }
            CaptureKind::TechShare => {
                let made = share::candidate(cx, tx, &s, c)?;
                store::capture::stands(tx, c.id, None, made)?;
            }
            _ => {}
        }
    }
    let teams = teams(&closing, tx, &before)?;
    // Only captures have changed since: they lead to their decisions and tech shares now.
    let mut r = Running { captures: store::capture::of(tx, id)?, ..before };
    r.captures.retain(Capture::counts);
    let minutes = Minutes {
        organisation: cx.actor.organisation.clone(),
        session: id,
        forum: Named { slug: s.forum.slug.clone(), name: s.forum.name.clone() },
        title: s.title(),
        when: s.when(),
        zone: s.forum.zone.clone(),
        sprint: s.sprint,
        starts: s.starts,
        ends: s.ends,
        opened_at: r.clock.opened_at.unwrap_or(cx.now),
        closed_at: cx.now,
        facilitator: if r.facilitators.is_empty() { cx.actor.name.clone() } else { html::listed(&r.facilitators) },
        place: s.body.place.clone(),
        agenda: r.agenda.iter().map(|i| item(&r, i)).collect(),
        agreement: r.agreement,
        attendance: r.seats,
        teams,
        captures: r.captures,
        treated: r.treated,
        also: r.before,
        checkpoint: MinutesCheckpoint { number: seal.number, hash: seal.hash.clone() },
    };
    session::close(cx, tx, id, secret)?;
    let text = minutes.sealed()?;
    let digest = hex_digest(text.as_bytes());
    if !rows::keep(tx, id, &text, &digest, cx.now)? {
        return Err(Error::Conflict("This session has minutes already.".into()));
    }
    let payload = serde_json::json!({ "digest": digest, "captures": minutes.captures.len(), "seal": seal.number });
    trail::record(cx, tx, "minuted", &Ref::new("session-minutes", id), &payload, "")?;
    let kept = Kept { digest, minutes, addenda: Vec::new() };
    let seated = attendance::seated(tx, &s)?;
    messages::acts::send(cx, tx, &crate::written::message(&kept, s.forum.group, seated))?;
    Ok(kept)
}

fn none(s: &Session) -> Error {
    let words = match s.state {
        SessionState::Open => "It is open still; its minutes are made when it is closed.".to_owned(),
        state => format!("It is {}.", state.words()),
    };
    Error::NotFound(format!("This session has no minutes. {words}"))
}

/// The minutes of a session, with what came up later.
///
/// # Errors
/// Nobody signed in; [`Error::NotFound`] while it is not closed.
pub fn show(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<(Session, Kept)> {
    cx.require_signed_in()?;
    let s = session::one(cx, tx, id)?;
    let kept = rows::minutes(tx, id)?.ok_or_else(|| none(&s))?;
    Ok((s, kept))
}

/// The minutes as they were stored, byte for byte: the text whose digest is in the trail.
///
/// # Errors
/// As [`show`].
pub fn text(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<String> {
    cx.require_signed_in()?;
    let s = session::one(cx, tx, id)?;
    Ok(rows::minutes_text(tx, id)?.ok_or_else(|| none(&s))?.0)
}

/// Adds what came up after a session was closed.
///
/// # Errors
/// No right; faults; [`Error::NotFound`] while it is not closed; [`Error::TooLarge`].
pub fn add(cx: &Ctx, tx: &mut dyn Tx, id: Id, new: &NewAddendum) -> Result<Kept> {
    cx.require_signed_in()?;
    let s = store::session::one(tx, id, cx.now)?;
    take_part(cx, tx, &s)?;
    let text = new.check()?;
    let kept = rows::minutes(tx, id)?.ok_or_else(|| none(&s))?;
    if kept.addenda.len() >= MOST_ADDENDA {
        return Err(Error::TooLarge(format!("There are {MOST_ADDENDA} addenda to these minutes already.")));
    }
    let a = Addendum { text, by: cx.actor.name.clone(), at: cx.now };
    let row = tx.id()?;
    rows::add(tx, row, id, &a)?;
    trail::record(cx, tx, "added", &Ref::new("session-minutes", id), &a, "")?;
    session::announce(tx, &s);
    rows::minutes(tx, id)?.ok_or_else(|| none(&s))
}
