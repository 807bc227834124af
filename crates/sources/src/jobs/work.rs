//! One run from its beginning to its end: a unit of work that claims, the far end, a unit of work that stores.

use std::time::Duration;

use kernel::error::{Error, Result};
use kernel::time::Time;
use kernel::web::{Actor, App, Boxed, Ctx};
use people::rights;

use super::collect::exchange::Question;
use super::collect::{datadog, json, table};
use super::running::Running;
use crate::acts::{self, Claim, Look, Plan};

use crate::rules::{Asked, NewSource, Pull, Reading, Run, Source, Span, Tense, Trial, Wanted, judge, year};
use crate::{git, prometheus};

/// How long asking may take in all.
fn limit(pull: &Pull, look: Look) -> Duration {
    Duration::from_secs(match (pull, look) {
        (Pull::Git(_), _) | (_, Look::Back) => 600,
        (Pull::Prometheus(_) | Pull::Json(_) | Pull::Csv(_) | Pull::Datadog(_), Look::Since(_)) => 120,
    })
}

/// What a claim holds beyond the time for asking, to store the end.
const STORE: Duration = Duration::from_secs(60);

/// The collector, as the trail names it.
fn collector(app: &App, source: &Source) -> Ctx {
    let actor = Actor::job("collector", &[&rights::SOURCES, &rights::VALUES]);
    Ctx::of(actor, app.now(), &format!("source {}", source.slug))
}

/// A run that the schedule wants. What happens to it is stored; an error means that it could not be.
pub(super) async fn scheduled(app: &App, source: &Source) -> Result<()> {
    let running = app.state::<Running>();
    let _alone = running.alone(&source.pull).await;
    let _slot = running.slot(&source.pull).await;
    let cx = collector(app, source);
    match run(app, &cx, source).await {
        // Somebody runs it by hand, or changed it meanwhile.
        Err(Error::Conflict(_)) => Ok(()),
        other => other.map(|_| ()),
    }
}

/// A run that somebody asks for.
pub(super) async fn asked(app: &App, cx: &Ctx, source: &Source) -> Result<Run> {
    let running = app.state::<Running>();
    let _alone = running.alone(&source.pull).await;
    run(app, cx, source).await?.ok_or_else(|| Error::internal("a run by hand that was not due"))
}

async fn run(app: &App, cx: &Ctx, source: &Source) -> Result<Option<Run>> {
    // It is not known yet whether it fills in the past.
    let (slug, hold) = (source.slug.clone(), limit(&source.pull, Look::Back) + STORE);
    let Some(claim) = app.write(cx, move |cx, tx| acts::claim(cx, tx, &slug, hold)).await? else { return Ok(None) };
    let ended = match attempt(app, &claim).await {
        Ok((plan, readings)) => finish(app, &claim, plan, readings).await,
        Err(why) => Err(Attempt::Failed(why)),
    };
    match ended {
        Ok(run) => Ok(Some(run)),
        Err(Attempt::Gone(e)) => Err(e),
        Err(Attempt::Failed(why)) => {
            let cx = collector(app, &claim.source);
            app.write(&cx, move |cx, tx| acts::fail(cx, tx, &claim, &why)).await.map(Some)
        }
    }
}

/// Why a run did not end as it should.
enum Attempt {
    /// It failed, with the reason.
    Failed(String),
    /// There is nothing to store a failure on: the source was changed, or the database is out of reach.
    Gone(Error),
}

async fn attempt(app: &App, claim: &Claim) -> std::result::Result<(Plan, Vec<Reading>), String> {
    let source = &claim.source;
    let look = if claim.backfill { Look::Back } else { Look::Since(source.good_at.unwrap_or(source.made_at)) };
    let plan = plan(app, &collector(app, source), &source.metric, &source.subject, look).await.map_err(told)?;
    let readings = read(app, &source.pull, &plan).await?;
    Ok((plan, readings))
}

async fn plan(app: &App, cx: &Ctx, metric: &str, subject: &str, look: Look) -> Result<Plan> {
    let (metric, subject) = (metric.to_owned(), subject.to_owned());
    app.read(cx, move |cx, tx| acts::plan(cx, tx, &metric, &subject, look)).await
}

/// An error as the sentence of a run; a fault of ours goes to the log.
fn told(error: Error) -> String {
    if let Error::Internal(detail) = &error {
        tracing::error!(detail, "A run of a source failed through a fault of ours");
    }
    error.to_string()
}

async fn finish(app: &App, claim: &Claim, plan: Plan, readings: Vec<Reading>) -> std::result::Result<Run, Attempt> {
    let cx = collector(app, &claim.source);
    let kept = claim.clone();
    let stored = app.write(&cx, move |cx, tx| acts::finish(cx, tx, &kept, &plan, &readings)).await;
    stored.map_err(|e| match e {
        Error::Conflict(_) | Error::Busy | Error::NoSpace | Error::OutcomeUnknown => Attempt::Gone(e),
        e => Attempt::Failed(told(e)),
    })
}

/// Asks the far end for what a plan wants, within the limit on time.
async fn read(app: &App, pull: &Pull, plan: &Plan) -> std::result::Result<Vec<Reading>, String> {
    let spans: Vec<Span> = plan.wanted.iter().map(Wanted::span).collect();
    let asked: Vec<Asked> = plan.wanted.iter().map(Wanted::asked).collect();
    if spans.is_empty() {
        return Ok(Vec::new());
    }
    let limit = limit(pull, plan.look);
    let late =
        || format!("The source was asked for {} s in all and had not answered to the end. Ask for less at once.", limit.as_secs());
    // A quarter of the time is left for the last answer, so that what came before is not lost with it.
    let question = Question { client: &app.http, asked: &asked, zone: &plan.zone, patience: limit * 3 / 4 };
    let exchange: Boxed<'_, _> = match pull {
        Pull::Prometheus(p) => Box::pin(prometheus::ask(question, p)),
        Pull::Json(j) => Box::pin(json::ask(question, j)),
        Pull::Csv(c) => Box::pin(table::ask(question, c, &app.config.files.roots)),
        Pull::Datadog(d) => Box::pin(datadog::ask(question, d)),
        Pull::Git(g) => {
            let settings = git::settings(&app.http, g).await?;
            let local = git::Local { roots: app.config.git.roots.clone(), cache: app.config.data.join("git") };
            let (g, (tell, answer)) = (g.clone(), tokio::sync::oneshot::channel());
            // A thread of its own and not tokio's pool, which a server that stops would wait for.
            let started = std::thread::Builder::new().name("git".into()).spawn(move || {
                // Nobody listens any more after the limit; git's own limits end the thread.
                let _ = tell.send(git::ask(&g, &local, &settings, &spans));
            });
            started.map_err(|e| format!("No thread could be started to read the history: {e}."))?;
            Box::pin(async { answer.await.unwrap_or_else(|_| Err("Reading the history ended without an answer.".into())) })
        }
    };
    tokio::time::timeout(limit, exchange).await.unwrap_or_else(|_| Err(late()))
}

/// What a run would store now.
pub(super) async fn trial(app: &App, cx: &Ctx, new: &NewSource, since: Time) -> Result<Trial> {
    let running = app.state::<Running>();
    let _alone = running.alone(&new.pull).await;
    let plan = plan(app, cx, &new.metric, &new.subject, Look::Since(since)).await?;
    Ok(match read(app, &new.pull, &plan).await {
        Ok(readings) => {
            let d = &plan.definition;
            judge((&d.definition, d.version), &new.subject, &plan.wanted, readings, year(cx.now), Tense::Would).trial
        }
        Err(why) => Trial { outcome: crate::rules::Outcome::Failed, message: crate::rules::reason(&why), values: Vec::new() },
    })
}
