//! What runs by itself.

use std::time::Duration;

use kernel::error::Result;
use kernel::room::{Job, Running};
use kernel::web::{Actor, App, Ctx};
use people::rights;

use crate::acts::template::follow_all;

const FOLLOW: &str = "answer-templates";

/// Reviews follow a version of a template within the request that publishes it; this does what a crash or a file left.
pub(crate) static ALL: &[Job] = &[Job { name: FOLLOW, every: Duration::from_secs(30), run: follow }];

fn follow(app: &App) -> Running<'_> {
    Box::pin(run(app))
}

async fn run(app: &App) -> Result<()> {
    let cx = Ctx::of(Actor::job(FOLLOW, &[&rights::ANSWER_TEMPLATES]), app.now(), FOLLOW);
    follow_all(app, &cx).await
}
