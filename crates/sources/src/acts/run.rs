//! The two ends of a run. What lies between them, asking the far end, happens outside of every unit of work.

use std::time::Duration;

use catalogue::Subject;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::time::Time;
use kernel::web::{ActorId, Ctx};
use metrics::period::Period;
use metrics::store::Versioned;
use metrics::value::{Provenance, Value};
use people::rights;

use super::periods::{self, Look};
use super::{changed, in_use, metric as metric_of};
use crate::rules::{self, BackfillOffer, Outcome, Reading, Run, Source, Tense, Trial, Wanted, judge, wanted, year};
use crate::store;

/// A source that was taken for one run.
#[derive(Debug, Clone)]
pub struct Claim {
    /// As it stands.
    pub source: Source,
    /// Number of the run.
    pub number: i64,
    /// When it began.
    pub started_at: Time,
    /// Who asked for it, if not its schedule.
    pub asked_by: Option<String>,
    /// It fills in the past.
    pub backfill: bool,
}

/// Takes a source for one run, so that nobody else runs it for as long as `hold`; the collector takes it to fill in the past if
/// somebody asked for that. `None` if its schedule wanted it and it is not due any more.
///
/// # Errors
/// No right; [`Error::NotFound`]; [`Error::Conflict`] if it runs already or was put away.
pub fn claim(cx: &Ctx, tx: &mut dyn Tx, slug: &str, hold: Duration) -> Result<Option<Claim>> {
    cx.require_everywhere(&rights::SOURCES)?;
    let source = store::by_slug(tx, slug)?;
    let by_schedule = matches!(cx.actor.id, ActorId::Job(_));
    if by_schedule && !source.is_due(cx.now) {
        return Ok(None);
    }
    in_use(&source)?;
    let Some(number) = store::claim(tx, source.id, cx.now, cx.now.plus(hold))? else {
        return Err(Error::Conflict(format!("“{}” runs already. Wait for that run to end.", source.name)));
    };
    if let Some(started_at) = source.running_since {
        let broken = Run {
            number: source.runs,
            started_at,
            ended_at: cx.now,
            asked_by: None,
            outcome: Outcome::Failed,
            stored: 0,
            message: "The server stopped before this run had ended. Nothing was stored.".into(),
            values: Vec::new(),
            backfill_from: None,
        };
        store::insert_run(tx, source.id, &broken)?;
    }
    changed(tx, &source);
    let backfill = by_schedule && source.backfill.asked_at.is_some();
    let asked_by = if backfill { source.backfill.asked_by.clone() } else { (!by_schedule).then(|| cx.actor.name.clone()) };
    Ok(Some(Claim { source, number, started_at: cx.now, asked_by, backfill }))
}

/// What a run needs to know before it asks.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The metric.
    pub definition: Versioned,
    /// The subject.
    pub subject: Subject,
    /// Periods to ask for, oldest first.
    pub wanted: Vec<Wanted>,
    /// Closed periods that were looked at, oldest first.
    pub closed: Vec<Period>,
    /// The zone of the periods, in which days without a zone are read.
    pub zone: String,
    /// How far back.
    pub look: Look,
}

/// What a run of this source asks for now.
///
/// # Errors
/// [`Error::NotFound`] if metric or subject are gone.
pub fn plan(cx: &Ctx, tx: &mut dyn Tx, metric: &str, subject: &str, look: Look) -> Result<Plan> {
    cx.require_signed_in()?;
    let definition = metric_of(tx, metric)?;
    let d = &definition.definition;
    let subject = catalogue::store::subject(tx, metrics::acts::kind_of(d.subject), subject)?;
    let zone = periods::zone(tx, d, &subject)?;
    let closed = periods::closed(tx, d, &subject, &zone, cx.now, look)?;
    let mut plan = Plan { definition, subject, wanted: Vec::new(), closed, zone, look };
    let known = known(tx, &plan)?;
    let since = if let Look::Since(at) = look { Some(at) } else { None };
    plan.wanted = wanted(plan.closed.clone(), &known, since);
    Ok(plan)
}

/// What filling in the past of a source would ask for now.
///
/// # Errors
/// [`Error::NotFound`] if metric or subject are gone.
pub fn offer(cx: &Ctx, tx: &mut dyn Tx, source: &Source) -> Result<BackfillOffer> {
    cx.require_signed_in()?;
    let plan = plan(cx, tx, &source.metric, &source.subject, Look::Back)?;
    let known = known(tx, &plan)?;
    Ok(rules::offer(&plan.closed, &known))
}

/// The values that are stored for the periods that a plan looks at.
fn known(tx: &mut dyn Tx, plan: &Plan) -> Result<Vec<Value>> {
    let Some(newest) = plan.closed.last() else { return Ok(Vec::new()) };
    let most = i64::try_from(plan.closed.len()).map_err(Error::internal)?;
    metrics::store::series(tx, &plan.definition.definition.key, plan.subject.id, newest.ends, most)
}

/// Stores what a run found: values, the run itself, and how the source does. What is stored for a period is looked at again,
/// so that a value typed meanwhile stays.
///
/// # Errors
/// No right; what the values are refused for; [`Error::Conflict`] if the source was changed or put away meanwhile.
pub fn finish(cx: &Ctx, tx: &mut dyn Tx, claim: &Claim, found: &Plan, readings: &[Reading]) -> Result<Run> {
    cx.require_everywhere(&rights::SOURCES)?;
    let source = &claim.source;
    let definition = metric_of(tx, &source.metric)?;
    let mut wanted = found.wanted.clone();
    let known = known(tx, found)?;
    for w in &mut wanted {
        w.stored = known.iter().find(|v| v.starts == w.period.starts && v.number.is_some()).cloned();
    }
    let (d, year) = (&definition.definition, year(claim.started_at));
    let judged = judge((d, definition.version), &source.subject, &wanted, readings.to_vec(), year, Tense::Done);
    let stored = i64::try_from(judged.values.len()).map_err(Error::internal)?;
    let Trial { outcome, message, values } = judged.trial;
    let run = if found.look == Look::Back {
        let values = rules::whole(d, &found.closed, &known, values);
        let (outcome, message) = rules::told(d, &values, outcome == Outcome::Failed, year);
        let backfill_from = found.closed.first().map(|p| p.starts);
        Run { stored, values, backfill_from, ..run_of(cx, claim, outcome, message) }
    } else {
        Run { stored, values, ..run_of(cx, claim, outcome, message) }
    };
    end(tx, claim, &run)?;
    if !judged.values.is_empty() {
        metrics::acts::record(cx, tx, &judged.values, Provenance::Pulled, &source.name)?;
    }
    Ok(run)
}

/// Stores that a run failed as a whole, with the reason. No value changes.
///
/// # Errors
/// No right; [`Error::Conflict`] if the source was changed or put away meanwhile.
pub fn fail(cx: &Ctx, tx: &mut dyn Tx, claim: &Claim, why: &str) -> Result<Run> {
    cx.require_everywhere(&rights::SOURCES)?;
    let run = run_of(cx, claim, Outcome::Failed, crate::rules::reason(why));
    end(tx, claim, &run)?;
    Ok(run)
}

fn run_of(cx: &Ctx, claim: &Claim, outcome: Outcome, message: String) -> Run {
    Run {
        number: claim.number,
        started_at: claim.started_at,
        ended_at: cx.now,
        asked_by: claim.asked_by.clone(),
        outcome,
        stored: 0,
        message,
        values: Vec::new(),
        backfill_from: None,
    }
}

fn end(tx: &mut dyn Tx, claim: &Claim, run: &Run) -> Result<()> {
    let source = &claim.source;
    let (failures, good_at) = match run.outcome {
        Outcome::Failed => (source.failures + 1, source.good_at),
        _ => (0, Some(run.ended_at)),
    };
    if !store::end(tx, source.id, run, failures, good_at)? {
        return Err(Error::Conflict(format!("“{}” was changed while it ran, so nothing of that run was stored.", source.name)));
    }
    if claim.backfill {
        store::end_backfill(tx, source.id, run)?;
    }
    changed(tx, source);
    Ok(())
}
