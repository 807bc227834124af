//! What runs by itself.

use std::time::Duration;

use kernel::error::Result;
use kernel::room::{Job, Running};
use kernel::web::{Actor, App, Ctx};
use people::rights;

use crate::{acts, store};

/// Name of the job that keeps sessions planned ahead.
const PLAN: &str = "cycle-plan";

/// Name of the job that reminds teams whose report is not ready.
const REMIND: &str = "cycle-remind";

/// Name of the job that ends the question after a session.
const END: &str = "cycle-feedback-ends";

/// All jobs of this room.
pub(crate) static ALL: &[Job] = &[
    Job { name: PLAN, every: Duration::from_secs(3600), run: plan },
    Job { name: REMIND, every: Duration::from_secs(900), run: remind },
    Job { name: END, every: Duration::from_secs(900), run: end },
    Job { name: "notices", every: Duration::from_secs(900), run: |app| Box::pin(notices(app)) },
];

fn cx(app: &App, name: &'static str) -> Ctx {
    Ctx::of(Actor::job(name, &[&rights::SESSIONS, &rights::COUNCIL_SESSIONS]), app.now(), name)
}

fn remind(app: &App) -> Running<'_> {
    Box::pin(reminding(app))
}

/// What reports say is read before the change that notes who is reminded.
async fn reminding(app: &App) -> Result<()> {
    let cx = cx(app, REMIND);
    for s in app.read(&cx, acts::reminder::upcoming).await? {
        let about = s.clone();
        let data = app.read(&cx, move |cx, tx| acts::agenda::known(cx, tx, &about)).await?;
        app.write(&cx, move |cx, tx| acts::reminder::remind(cx, tx, &s, &data)).await?;
    }
    Ok(())
}

fn end(app: &App) -> Running<'_> {
    Box::pin(ending(app))
}

async fn ending(app: &App) -> Result<()> {
    app.write(&cx(app, END), acts::anonymous::end).await
}

fn plan(app: &App) -> Running<'_> {
    Box::pin(planning(app))
}

/// Calendars of sprints change, and time goes on.
async fn planning(app: &App) -> Result<()> {
    let cx = cx(app, PLAN);
    let mut failed = None;
    for key in app.read(&cx, |_, tx| store::cadence::forums(tx)).await? {
        let planned = app.write(&cx, move |cx, tx| {
            let forum = store::forum::of_key(tx, &key)?;
            acts::cadence::plan(cx, tx, &forum)
        });
        // What is wrong with one forum is told at the end, so that the others are planned.
        if let Err(e) = planned.await {
            failed.get_or_insert(e);
        }
    }
    failed.map_or(Ok(()), Err)
}

/// Reminds teams that have not acknowledged a notice. A reminder has a cause of its own for each day, so a second run says nothing.
async fn notices(app: &App) -> Result<()> {
    let cx = Ctx::of(Actor::job("notices", &[]), app.now(), "notices");
    app.write(&cx, acts::notice::remind).await.map(|_| ())
}
