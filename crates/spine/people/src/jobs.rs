//! What runs by itself.

use std::time::Duration;

use kernel::error::Result;
use kernel::room::{Job, Running};
use kernel::web::{Actor, App, Ctx};

use crate::acts;

/// All jobs of this room.
pub(crate) static ALL: &[Job] = &[Job { name: acts::FORGET, every: Duration::from_secs(6 * 60 * 60), run: forget }];

fn forget(app: &App) -> Running<'_> {
    Box::pin(run(app))
}

async fn run(app: &App) -> Result<()> {
    let cx = Ctx::of(Actor::job(acts::FORGET, &[]), app.now(), acts::FORGET);
    app.write(&cx, acts::forget).await
}
