//! Verbs on agendas: look at what the data say, build the agenda from it, fit what is left into the time that is left. Other
//! rooms say what they know through functions that the binary names once.

use std::sync::OnceLock;

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::trail::merkle::hex_digest;
use kernel::web::Ctx;

use super::cadence::settled;
use super::session::{self, run_by};
use crate::agenda::{AgendaEdit, AgendaItem, ItemKind, Reason, ReasonKind};
use crate::cadence::TeamOrder;
use crate::notice::NoticeState;
use crate::order;
use crate::plan::{Data, PartData, TeamData, Topic, fitted, planned};
use crate::session::{Session, SessionState};
use crate::store;

/// What other rooms say of a forum before a session that is about a sprint.
#[derive(Clone, Copy)]
pub struct Tellers {
    /// Of a group: each team's report with what is worth talking about, in the fixed order.
    pub teams: fn(&Ctx, &mut dyn Tx, group: Id, sprint: i64) -> Result<Vec<TeamData>>,
    /// Of the council: its topics.
    pub topics: fn(&Ctx, &mut dyn Tx) -> Result<Vec<Topic>>,
}

static TELLERS: OnceLock<Tellers> = OnceLock::new();

/// Names who tells. Call it once, before serving; later calls change nothing.
pub fn provide(tellers: Tellers) {
    let _ = TELLERS.set(tellers);
}

/// What is known before a session. Read it before [`build`], in a read of its own.
///
/// # Errors
/// Nobody signed in; no such session.
pub fn look(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<Data> {
    cx.require_signed_in()?;
    let s = store::session::one(tx, id, cx.now)?;
    known(cx, tx, &s)
}

pub(crate) fn known(cx: &Ctx, tx: &mut dyn Tx, s: &Session) -> Result<Data> {
    let mut data = Data::default();
    let Some(group) = s.forum.group else {
        data.topics = TELLERS.get().map(|t| (t.topics)(cx, tx)).transpose()?.unwrap_or_default();
        return Ok(data);
    };
    let told = match (TELLERS.get(), s.sprint) {
        (Some(t), Some(sprint)) => (t.teams)(cx, tx, group, sprint)?,
        _ => Vec::new(),
    };
    // A team of which nobody tells anything has its slot all the same.
    for team in catalogue::store::teams(tx, Some(group))? {
        let found = told.iter().find(|t| t.team == team.id).cloned();
        data.teams.push(found.unwrap_or_else(|| TeamData::bare(team.id, &team.slug, &team.name)));
    }
    let late = data.teams.iter().flat_map(|t| {
        let of = t.reasons.iter().filter(|r| r.kind == ReasonKind::Late);
        of.map(|r| Reason { words: format!("{}: {}", t.name, r.words), ..r.clone() })
    });
    let late: Vec<Reason> = late.collect();
    if !late.is_empty() {
        data.parts.push(PartData { kind: ItemKind::Actions, reasons: late });
    }
    let open = super::notice::standing(cx, tx, Some(group))?.into_iter().filter(|n| n.state == NoticeState::Open);
    let open: Vec<Reason> = open.map(|n| Reason { kind: ReasonKind::Notice, words: n.missing_words(), href: n.href() }).collect();
    if !open.is_empty() {
        data.parts.push(PartData { kind: ItemKind::Notices, reasons: open });
    }
    Ok(data)
}

fn turns(cx: &Ctx, tx: &mut dyn Tx, s: &Session, n: usize) -> Result<(Vec<usize>, Option<i64>)> {
    match settled(cx, tx, &s.forum)?.cadence.order {
        TeamOrder::Rotate => Ok((order::rotated(n, store::session::held_before(tx, s)?), None)),
        TeamOrder::Lot => {
            // Drawn once: whoever builds the agenda again gets the same order.
            let seed = match s.body.seed {
                Some(seed) => seed,
                None => order::seed(&hex_digest(tx.id()?.to_string().as_bytes())),
            };
            Ok((order::drawn(n, seed), Some(seed)))
        }
    }
}

/// Builds the agenda of a session that has not begun, anew from what is known.
///
/// # Errors
/// No right; [`Error::Conflict`] if it has begun, is over or was called off.
pub fn build(cx: &Ctx, tx: &mut dyn Tx, id: Id, data: &Data) -> Result<Vec<AgendaItem>> {
    cx.require_signed_in()?;
    let s = run_by(cx, tx, id)?;
    s.must_be_ahead()?;
    make(cx, tx, &s, data)
}

/// As [`build`], for a session whose right was asked for.
pub(crate) fn make(cx: &Ctx, tx: &mut dyn Tx, s: &Session, data: &Data) -> Result<Vec<AgendaItem>> {
    let cadence = settled(cx, tx, &s.forum)?.cadence;
    let (order, seed) = turns(cx, tx, s, data.teams.len())?;
    let mut items = planned(&cadence, s.minutes(), data, &order);
    for i in &mut items {
        i.id = tx.id()?;
    }
    store::agenda::clear(tx, s.id)?;
    for i in &items {
        store::agenda::insert(tx, s.id, i)?;
    }
    if seed.is_some() && s.body.seed.is_none() {
        let body = crate::session::Body { seed, ..s.body.clone() };
        store::session::roles(tx, s.id, s.version, &body, cx.now)?;
    } else {
        store::session::touch(tx, s.id, cx.now)?;
    }
    session::told(cx, tx, "planned", s, &serde_json::json!({ "agenda": items, "seed": seed }), "")?;
    Ok(items)
}

/// The agenda of a session; empty if nobody has built it.
///
/// # Errors
/// Nobody signed in; no such session.
pub fn show(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<(Session, Vec<AgendaItem>)> {
    cx.require_signed_in()?;
    let s = store::session::one(tx, id, cx.now)?;
    let items = store::agenda::items(tx, id)?;
    Ok((s, items))
}

/// Plans by hand what was not begun: order, minutes, what goes by exception.
///
/// # Errors
/// No right; every fault with its place; [`Error::Conflict`] if the session is over or called off, or has no agenda.
pub fn edit(cx: &Ctx, tx: &mut dyn Tx, id: Id, new: &AgendaEdit) -> Result<Vec<AgendaItem>> {
    cx.require_signed_in()?;
    let s = run_by(cx, tx, id)?;
    if matches!(s.state, SessionState::Closed | SessionState::CalledOff) {
        return Err(Error::Conflict(format!("This session is {}, so its agenda stays as it is.", s.state.words())));
    }
    let before = store::agenda::items(tx, id)?;
    if before.is_empty() {
        return Err(Error::Conflict("There is no agenda yet. Build it first.".into()));
    }
    let items = new.apply(&before)?;
    for i in items.iter().filter(|i| !before.contains(i)) {
        store::agenda::plan(tx, i)?;
    }
    session::told(cx, tx, "planned", &s, &serde_json::json!({ "agenda": items }), "")?;
    Ok(items)
}

/// Shares the time that is left until the planned end among the items that were not begun.
///
/// # Errors
/// No right; [`Error::Conflict`] if the session is not open.
pub fn fit(cx: &Ctx, tx: &mut dyn Tx, id: Id) -> Result<Vec<AgendaItem>> {
    cx.require_signed_in()?;
    let s = run_by(cx, tx, id)?;
    if s.state != SessionState::Open {
        return Err(Error::Conflict(format!("This session is {}; only while it is open is there a rest to fit.", s.state.words())));
    }
    let cadence = settled(cx, tx, &s.forum)?.cadence;
    let before = store::agenda::items(tx, id)?;
    let items = fitted(&cadence, &before, s.ends, cx.now);
    for (i, _) in items.iter().zip(&before).filter(|(i, b)| i != b) {
        store::agenda::plan(tx, i)?;
    }
    session::told(cx, tx, "fitted", &s, &serde_json::json!({ "agenda": items }), "")?;
    Ok(items)
}
