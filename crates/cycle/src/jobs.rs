//! What runs by itself.

use std::time::Duration;

use kernel::error::Result;
use kernel::room::{Job, Running};
use kernel::web::{Actor, App, Ctx};
use people::rights;

use crate::{acts, store};

/// Name of the job that keeps sessions planned ahead.
const PLAN: &str = "cycle-plan";

/// All jobs of this room.
pub(crate) static ALL: &[Job] = &[Job { name: PLAN, every: Duration::from_secs(3600), run: plan }];

fn plan(app: &App) -> Running<'_> {
    Box::pin(planning(app))
}

/// Calendars of sprints change, and time goes on.
async fn planning(app: &App) -> Result<()> {
    let cx = Ctx::of(Actor::job(PLAN, &[&rights::SESSIONS, &rights::COUNCIL_SESSIONS]), app.now(), PLAN);
    for key in app.read(&cx, |_, tx| store::cadence::forums(tx)).await? {
        app.write(&cx, move |cx, tx| {
            let forum = store::forum::of_key(tx, &key)?;
            acts::cadence::plan(cx, tx, &forum)
        })
        .await?;
    }
    Ok(())
}
