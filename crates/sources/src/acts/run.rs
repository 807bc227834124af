//! The two ends of a run. What lies between them, asking the far end, happens outside of every unit of work.

use std::time::Duration;

use catalogue::Subject;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::time::Time;
use kernel::web::{ActorId, Ctx};
use metrics::definition::{Definition, PeriodKind};
use metrics::period::{Period, holding};
use metrics::store::Versioned;
use metrics::value::Provenance;
use people::rights;

use super::{changed, in_use, metric as metric_of};
use crate::rules::{BACKFILL, Outcome, Reading, Run, Source, Tense, Wanted, judge, wanted, year};
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
}

/// Takes a source for one run, so that nobody else runs it for as long as `hold`. `None` if its schedule wanted it and it is
/// not due any more.
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
        };
        store::insert_run(tx, source.id, &broken)?;
    }
    changed(tx, &source);
    let asked_by = (!by_schedule).then(|| cx.actor.name.clone());
    Ok(Some(Claim { source, number, started_at: cx.now, asked_by }))
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
    /// The zone of the periods, in which days without a zone are read.
    pub zone: String,
}

/// What a run of this source asks for now. `good_at` is when its last good run ended, if it was not changed since.
///
/// # Errors
/// [`Error::NotFound`] if metric or subject are gone.
pub fn plan(cx: &Ctx, tx: &mut dyn Tx, metric: &str, subject: &str, good_at: Option<Time>) -> Result<Plan> {
    cx.require_signed_in()?;
    let definition = metric_of(tx, metric)?;
    let subject = catalogue::store::subject(tx, metrics::acts::kind_of(definition.definition.subject), subject)?;
    // Days, weeks and sprints are the group's, months the organisation's.
    let zone = match definition.definition.period {
        PeriodKind::Month => people::organisation(tx)?.zone,
        _ => catalogue::store::group(tx, subject.team.group)?.zone,
    };
    let closed = closed(tx, &definition.definition, &subject, &zone, cx.now)?;
    let known = match closed.last() {
        None => Vec::new(),
        Some(newest) => metrics::store::series(tx, metric, subject.id, newest.ends, BACKFILL as i64)?,
    };
    Ok(Plan { definition, subject, wanted: wanted(closed, &known, good_at), zone })
}

/// The last closed periods of a metric's kind for a subject, oldest first.
fn closed(tx: &mut dyn Tx, d: &Definition, subject: &Subject, zone: &str, now: Time) -> Result<Vec<Period>> {
    let group = subject.team.group;
    if d.period == PeriodKind::Sprint {
        let Some(last) = catalogue::store::last_closed_sprint(tx, group, now)? else { return Ok(Vec::new()) };
        let sprints = catalogue::store::sprints_until(tx, group, last.number, BACKFILL)?;
        let period = |s: &catalogue::Sprint| Period {
            kind: PeriodKind::Sprint,
            label: s.number.to_string(),
            starts: s.starts,
            ends: s.ends,
        };
        return Ok(sprints.iter().map(period).collect());
    }
    let mut at = holding(d.period, now, zone)?.starts;
    let mut out = Vec::with_capacity(BACKFILL);
    for _ in 0..BACKFILL {
        let period = holding(d.period, Time(at.micros() - 1), zone)?;
        at = period.starts;
        out.push(period);
    }
    out.reverse();
    Ok(out)
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
    if let Some(newest) = wanted.last() {
        let known = metrics::store::series(tx, &source.metric, found.subject.id, newest.period.ends, BACKFILL as i64)?;
        for w in &mut wanted {
            w.stored = known.iter().find(|v| v.starts == w.period.starts && v.number.is_some()).cloned();
        }
    }
    let named = (&definition.definition, definition.version);
    let judged = judge(named, &source.subject, &wanted, readings.to_vec(), year(claim.started_at), Tense::Done);
    let run = Run {
        stored: i64::try_from(judged.values.len()).map_err(Error::internal)?,
        values: judged.trial.values,
        ..run_of(cx, claim, judged.trial.outcome, judged.trial.message)
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
    changed(tx, source);
    Ok(())
}
