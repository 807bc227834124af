//! Verbs on decisions: write one down, accept a risk; and how they are found.

pub mod merge;

use catalogue::{Team, Workload};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use kernel::trail;
use kernel::web::{ActorId, Ctx, Right};
use people::rights;

use crate::decision::{Acceptance, Decision, DecisionKind, FARTHEST, MOST_DAYS, NewDecision};
use crate::store::{self, About, Filter};

/// Decisions that a search looks at in one step.
const STEP: i64 = 500;

fn told(cx: &Ctx, tx: &mut dyn Tx, made: &Decision, team: Option<Id>) -> Result<()> {
    trail::record(cx, tx, "decided", &Ref::new("decision", made.number), made, &made.why)?;
    if let Some(team) = team {
        tx.publish(&format!("team:{team}"));
    }
    tx.publish("decisions");
    Ok(())
}

fn put(cx: &Ctx, tx: &mut dyn Tx, new: &NewDecision, about: About<'_>) -> Result<Decision> {
    if let Some(number) = new.supersedes {
        let old = store::one(tx, number).map_err(|e| e.at("supersedes"))?;
        if let Some(by) = old.superseded_by {
            return Err(Error::Conflict(format!("Decision {number} was superseded by decision {by} already. Supersede that one.")));
        }
    }
    let number = store::add(tx, new, about, (&cx.actor.key(), &cx.actor.name, cx.now))?
        .ok_or_else(|| Error::Conflict("Somebody else superseded the same decision at this moment. Load the page anew.".into()))?;
    let made = store::one(tx, number)?;
    told(cx, tx, &made, about.team)?;
    Ok(made)
}

/// Whether somebody may put a decision in place of one that came from a room above; none if no room knows.
pub type Owns = fn(&Ctx, &mut dyn Tx, &actions::Origin) -> Result<Option<bool>>;

static OWNS: std::sync::OnceLock<Owns> = std::sync::OnceLock::new();

/// Names whoever knows. Call it once, before serving; later calls change nothing.
pub fn provide(owns: Owns) {
    let _ = OWNS.set(owns);
}

/// What names no team is for the facilitator of a group, or for whoever may everywhere.
fn of_no_team(cx: &Ctx, tx: &mut dyn Tx) -> Result<()> {
    let runs = catalogue::store::groups(tx)?.iter().any(|g| cx.actor.may(&rights::DECISIONS, Some(g.id)));
    if runs { Ok(()) } else { cx.require_everywhere(&rights::DECISIONS) }
}

/// Writes a decision down. One that names a team or a workload needs the right there.
///
/// # Errors
/// No right; every fault with its field; [`Error::Conflict`] if what it supersedes is superseded already.
pub fn decide(cx: &Ctx, tx: &mut dyn Tx, new: &NewDecision) -> Result<Decision> {
    cx.require_somewhere(&rights::DECISIONS)?;
    let named = |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    let workload =
        named(&new.workload).map(|slug| catalogue::store::workload_by_slug(tx, &slug)).transpose().map_err(|e| e.at("workload"))?;
    let team = match (named(&new.team), &workload) {
        (Some(slug), _) => Some(catalogue::store::team_by_slug(tx, &slug).map_err(|e| e.at("team"))?),
        (None, Some(w)) => Some(catalogue::store::team(tx, w.team)?),
        (None, None) => None,
    };
    match &team {
        Some(team) => team.require(cx, &rights::DECISIONS)?,
        None => of_no_team(cx, tx)?,
    }
    if let (Some(w), Some(t)) = (&workload, &team)
        && w.team != t.id
    {
        return Err(Error::invalid("workload", format!("{} is not a workload of {}.", w.name, t.name)));
    }
    if let Some(old) = new.supersedes {
        let old = store::one(tx, old).map_err(|e| e.at("supersedes"))?;
        match &old.team {
            Some(whose) => catalogue::store::team_by_slug(tx, &whose.slug)?.require(cx, &rights::DECISIONS)?,
            None => match OWNS.get().map(|owns| owns(cx, tx, &old.origin)).transpose()?.flatten() {
                Some(true) => {}
                Some(false) => {
                    return Err(Error::Forbidden(format!(
                        "Decision {} came from {}. Whoever decides there puts another in its place.",
                        old.number,
                        old.origin.shown()
                    )));
                }
                None => of_no_team(cx, tx)?,
            },
        }
    }
    let today = actions::acts::today(cx, tx)?;
    let new = new.check(&cx.actor.name, today, FARTHEST)?;
    let (team, workload) = (team.map(|t| t.id), workload.map(|w| w.id));
    put(cx, tx, &new, About { kind: DecisionKind::Decision, team, workload, about: "", basis: "" })
}

/// Writes a decision down for another room, whose own act asks for the right that it names; such as the council's on a concern.
///
/// # Errors
/// No such right anywhere; every fault with its field; [`Error::Conflict`] if what it supersedes is superseded already.
pub fn decide_by(cx: &Ctx, tx: &mut dyn Tx, right: &Right, new: &NewDecision) -> Result<Decision> {
    cx.require_somewhere(right)?;
    let today = actions::acts::today(cx, tx)?;
    let new = new.check(&cx.actor.name, today, FARTHEST)?;
    put(cx, tx, &new, About { kind: DecisionKind::Decision, team: None, workload: None, about: "", basis: "" })
}

/// A risk to accept: what it is about, how that stands now, and who must not accept it.
#[derive(Debug, Clone)]
pub struct Accepting<'a> {
    /// The workload.
    pub workload: &'a Workload,
    /// Its team.
    pub team: &'a Team,
    /// Key of the pillar, for which the right is asked; none if the organisation has no such pillar.
    pub pillar: Option<&'a str>,
    /// Key of what it is about, such as `core/REL-01`.
    pub about: &'a str,
    /// The version of the answer that is looked at.
    pub basis: &'a str,
    /// "Reliability 1: Is recovery tested?"
    pub title: &'a str,
    /// What would have to be done instead.
    pub alternatives: Vec<String>,
    /// Name of whoever gave the answer: nobody accepts their own.
    pub answered_by: &'a str,
    /// Where it comes from.
    pub origin: actions::Origin,
}

/// Accepts a risk for a time. A person does, who approves for the pillar and did not give the answer.
///
/// # Errors
/// No right for the pillar; one's own answer; every fault with its field; [`Error::Conflict`] if it is accepted already.
pub fn accept(cx: &Ctx, tx: &mut dyn Tx, a: &Accepting<'_>, said: &Acceptance) -> Result<Decision> {
    cx.require_somewhere(&rights::RISKS)?;
    // A lens may have pillars of its own, for which nobody approves; any approver may.
    if let Some(pillar) = a.pillar {
        cx.require(&rights::RISKS, people::place::pillar_id(pillar))?;
    }
    if !matches!(cx.actor.id, ActorId::Person(_) | ActorId::Owner) {
        return Err(Error::Forbidden("Only people accept risks; a token cannot.".into()));
    }
    if cx.actor.name == a.answered_by {
        return Err(Error::Forbidden("You gave this answer, so somebody else accepts its risk.".into()));
    }
    let today = actions::acts::today(cx, tx)?;
    let (reason, until) = said.check(today)?;
    let known = of_workload(tx, a.workload.id)?;
    if let Some(held) = crate::decision::accepted(&known, a.about, a.basis, today) {
        let who = html::listed(&held.deciders);
        return Err(Error::Conflict(format!(
            "{who} accepted this risk until {} already: decision {}.",
            held.review_by, held.number
        )));
    }
    // What was accepted before is replaced, so that the ledger leads from one to the next.
    let earlier = known.iter().filter(|d| d.kind == DecisionKind::AcceptedRisk && d.about == a.about && d.superseded_by.is_none());
    let supersedes = earlier.map(|d| d.number).max();
    let title = kernel::text::shown(a.title, kernel::text::NAME);
    let new = NewDecision {
        title,
        decided: format!("The risk is accepted until {until}."),
        why: reason,
        alternatives: a.alternatives.iter().take(crate::decision::MOST_NAMES).cloned().collect(),
        deciders: Vec::new(),
        review_by: until,
        supersedes,
        team: None,
        workload: None,
        origin: a.origin.clone(),
    };
    let new = new.check(&cx.actor.name, today, MOST_DAYS)?;
    let about = About {
        kind: DecisionKind::AcceptedRisk,
        team: Some(a.team.id),
        workload: Some(a.workload.id),
        about: a.about,
        basis: a.basis,
    };
    put(cx, tx, &new, about)
}

/// Accepted risks and other decisions about a workload, newest first.
pub(crate) fn of_workload(tx: &mut dyn Tx, workload: Id) -> Result<Vec<Decision>> {
    let filter = Filter { workload: Some(workload), ..Filter::default() };
    store::list(tx, &filter, i64::MAX, 10_000)
}

/// Decisions that match a question, newest first, below a number; at most `limit`.
///
/// # Errors
/// Nobody signed in.
pub fn find(cx: &Ctx, tx: &mut dyn Tx, filter: &Filter, question: &str, before: i64, limit: i64) -> Result<Vec<Decision>> {
    cx.require_signed_in()?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    if question.trim().is_empty() {
        return store::list(tx, filter, before, limit);
    }
    let (mut out, mut before) = (Vec::new(), before);
    loop {
        let step = store::list(tx, filter, before, STEP)?;
        let Some(last) = step.last() else { return Ok(out) };
        before = last.number;
        out.extend(step.into_iter().filter(|d| d.matches(question)));
        if out.len() >= most {
            out.truncate(most);
            return Ok(out);
        }
    }
}
