//! What a session is told of its teams by the rooms that hold their reports and risks. Rooms do not know each other, so the binary
//! names who tells once.

use std::sync::OnceLock;

use actions::OriginKind;
use actions::store::{Filter, Place};
use catalogue::Team;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::Id;
use kernel::web::Ctx;

use crate::attendance::SEATED;
use crate::capture::Named;
use crate::minutes::{MinutesAgreement, MinutesBlock, ReportFate};
use crate::session::Session;
use crate::told::{Told, UnderReview};
use crate::topics::{Finding, SharedGap};

/// Open actions of a team that a session shows at most.
const ACTIONS: i64 = 30;

/// What other rooms tell a session, and do for it.
#[derive(Clone, Copy)]
pub struct Tellers {
    /// What a team's report of a sprint and its reviews say.
    pub team: fn(&Ctx, &mut dyn Tx, &Team, i64) -> Result<Told>,
    /// Marks the report of a team reviewed, with the right of whoever acts.
    pub review: fn(&Ctx, &mut dyn Tx, &Team, i64) -> Result<ReportFate>,
    /// What the data of each team of a group say of numbers and practices, for connections.
    pub findings: fn(&Ctx, &mut dyn Tx, Id, i64) -> Result<Vec<Finding>>,
    /// What the reviews of a group have in common: titles with how many lack it of how many, and the page of it.
    pub shared: fn(&kernel::web::App, &Ctx, &mut dyn Tx, &str) -> Result<Vec<SharedGap>>,
}

static TELLERS: OnceLock<Tellers> = OnceLock::new();

/// Names who tells. Call it once, before serving; later calls change nothing.
pub fn provide(tellers: Tellers) {
    let _ = TELLERS.set(tellers);
}

pub(crate) fn tellers() -> Option<&'static Tellers> {
    TELLERS.get()
}

/// What a team's report of a sprint says; nothing if nobody tells.
pub(crate) fn of_team(cx: &Ctx, tx: &mut dyn Tx, team: &Team, sprint: Option<i64>) -> Result<Told> {
    match (TELLERS.get(), sprint) {
        (Some(t), Some(sprint)) => (t.team)(cx, tx, team, sprint),
        _ => Ok(Told::default()),
    }
}

/// The team under review.
pub(crate) fn under_review(cx: &Ctx, tx: &mut dyn Tx, s: &Session, team: Id) -> Result<UnderReview> {
    let team = catalogue::store::team(tx, team)?;
    let held = people::store::roles_at(tx, team.id)?;
    let mut people = Vec::new();
    for role in SEATED {
        people.extend(held.iter().filter(|(_, r)| *r == role).map(|(p, r)| format!("{}, {}", p.name, r.title())));
    }
    let filter = Filter { team: Some(team.id), state: "unfinished".into(), ..Filter::default() };
    let all = actions::store::list(tx, &filter, &Place::default(), ACTIONS)?.into_iter().map(|(a, _)| a);
    // What the session itself agreed is not asked for in it.
    let own = s.id.to_string();
    let actions = all.filter(|a| !(a.origin.kind == OriginKind::Session && a.origin.id == own)).collect();
    let told = of_team(cx, tx, &team, s.sprint)?;
    Ok(UnderReview { team: Named { slug: team.slug, name: team.name }, people: people.join("; "), told, actions })
}

/// The working agreement that counts for a session; none if nothing was agreed.
pub(crate) fn agreement(cx: &Ctx, tx: &mut dyn Tx, s: &Session) -> Result<Option<MinutesAgreement>> {
    cx.require_signed_in()?;
    let found = super::agreement::current(tx, &s.forum)?;
    Ok((!found.text.trim().is_empty()).then_some(MinutesAgreement { version: found.version, text: found.text }))
}

/// What a session has before it beside reports: notices of which something is still asked, capacity with its gap, questions from the
/// box.
pub(crate) fn before(cx: &Ctx, tx: &mut dyn Tx, s: &Session) -> Result<Vec<MinutesBlock>> {
    cx.require_signed_in()?;
    let mut out = Vec::new();
    if let Some(group) = s.forum.group {
        let all = super::notice::standing_of(cx, tx, group)?;
        let today = super::notice::today(cx, tx)?;
        let lines: Vec<String> = all.iter().filter(|n| n.asks()).map(|n| n.words(today)).collect();
        if !lines.is_empty() {
            out.push(MinutesBlock { title: "Notices".into(), lines });
        }
    }
    if let (Some(group), Some(sprint)) = (s.forum.group, s.sprint) {
        let stated = super::capacity::of_group(cx, tx, group, sprint)?;
        let lines: Vec<String> = stated.iter().filter(|c| !c.is_empty()).map(capacity_words).collect();
        if !lines.is_empty() {
            out.push(MinutesBlock { title: "Capacity for improvement".into(), lines });
        }
    }
    let lines = super::anonymous::questions(cx, tx, s.id)?.questions;
    if !lines.is_empty() {
        out.push(MinutesBlock { title: "Questions from the box".into(), lines });
    }
    Ok(out)
}

/// "Payments: 40 hours asked for, 24 hours agreed, 23 hours used. 16 hours less agreed than asked for."
fn capacity_words(c: &crate::capacity::Capacity) -> String {
    let said = [("asked for", c.asked), ("agreed", c.agreed), ("used", c.used)];
    let parts: Vec<String> =
        said.iter().filter_map(|(word, n)| Some(format!("{} {word}", crate::capacity::hours((*n)?)))).collect();
    let gap = c.gap();
    let gap = if gap.is_empty() { String::new() } else { format!(" {gap}.") };
    format!("{}: {}.{gap}", c.name, parts.join(", "))
}
