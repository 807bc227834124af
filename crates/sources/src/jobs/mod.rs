//! What runs by itself: every half minute a look at which sources are due. Each is run by a task of its own, so that one that
//! hangs holds up nobody; at most so many ask at once. Asking happens between two units of work, never inside one.

pub(crate) mod collect;
pub mod feeds;
mod running;
mod work;

use std::time::Duration;

use kernel::error::{Error, Result};
use kernel::room::Job;
use kernel::web::{App, Ctx};
use people::rights;

use crate::rules::{NewSource, Run, Source, Trial};
use crate::{acts, store};

use running::Running;

/// The jobs of this room.
pub static JOBS: &[Job] = &[
    Job { name: "sources", every: Duration::from_secs(30), run: |app| Box::pin(tick(app)) },
    Job { name: "feeds", every: Duration::from_secs(30), run: |app| Box::pin(feeds::tick(app)) },
];

/// Starts a run of every source that is due and not under way; does not wait for them.
///
/// # Errors
/// The engine's.
pub async fn tick(app: &App) -> Result<()> {
    let now = app.now();
    let running = app.state::<Running>();
    for source in app.db.read(store::in_use).await?.into_iter().filter(|s| s.is_due(now)) {
        begin(app, &running, source);
    }
    Ok(())
}

/// Starts a run as the schedule would, in a task of its own. `None` if one is under way.
fn begin(app: &App, running: &Running, source: Source) -> Option<tokio::task::JoinHandle<()>> {
    let seat = running.sit(source.id)?;
    let app = app.clone();
    Some(tokio::spawn(async move {
        if let Err(e) = work::scheduled(&app, &source).await {
            tracing::warn!(source = %source.id, error = ?e, "The end of a run of the source “{}” could not be stored", source.name);
        }
        drop(seat);
    }))
}

/// Starts filling in the past of a source that was asked to, without waiting for the next look; waits for it as long as `wait`.
/// It goes on whoever stops waiting. A run that is under way comes first.
pub async fn begin_backfill(app: &App, source: Source, wait: Duration) {
    if let Some(task) = begin(app, &app.state::<Running>(), source) {
        // The task has told its own failure.
        let _ = tokio::time::timeout(wait, task).await;
    }
}

/// Waits until no run that a schedule wanted is under way.
pub async fn settled(app: &App) {
    app.state::<Running>().settled().await;
}

/// Runs a source now and waits for the end, whoever stops waiting.
///
/// # Errors
/// No right; [`Error::NotFound`]; [`Error::Conflict`] if it runs already, or was changed while it ran. A far end that fails
/// is no error: the run says so.
pub async fn run_now(app: &App, cx: &Ctx, slug: &str) -> Result<Run> {
    cx.require_everywhere(&rights::SOURCES)?;
    let wanted = slug.to_owned();
    let source = app.read(cx, move |_, tx| store::by_slug(tx, &wanted)).await?;
    acts::in_use(&source)?;
    let (app, cx) = (app.clone(), cx.clone());
    // A task of its own: a browser that goes away must not leave a claimed source behind.
    let task = tokio::spawn(async move { work::asked(&app, &cx, &source).await });
    task.await.map_err(Error::internal)?
}

/// What a run of a source would store now; `stored` is the source as it is, if there is one. Nothing is stored.
///
/// # Errors
/// No right; faults of the source. A far end that fails is no error: the trial says so.
pub async fn trial(app: &App, cx: &Ctx, new: &NewSource, stored: Option<&Source>) -> Result<Trial> {
    cx.require_everywhere(&rights::SOURCES)?;
    let new = new.clone().check()?;
    new.check_ground(&ground(app))?;
    let checked = new.clone();
    app.read(cx, move |cx, tx| acts::suits(cx, tx, &checked)).await?;
    let since = stored.map_or(cx.now, |s| s.good_at.unwrap_or(s.made_at));
    work::trial(app, cx, &new, since).await
}

/// What the configuration allows.
pub(crate) fn ground(app: &App) -> crate::rules::Ground {
    let secrets = app.config.secrets.iter().map(|s| s.name.clone()).collect();
    crate::rules::Ground { secrets, roots: app.config.git.roots.clone(), files: app.config.files.roots.clone() }
}
