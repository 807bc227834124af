//! Runs of feeds: every half minute a look at which are due, each in a task of its own; and runs and looks that somebody asks for.

mod backstage;
mod tree;

use std::time::Duration;

use catalogue::acts::import::{self, Fetched};
use kernel::error::{Error, Result};
use kernel::web::{Actor, App, Boxed, Ctx};
use people::rights;

use super::running::Running;
use crate::acts::feed::{self as acts, FeedClaim, Fetch};
use crate::rules::{Feed, FeedFrom, FeedOutcome, FeedPreview, FeedRun, NewFeed, failed};
use crate::store::feed as store;

/// How long fetching may take in all.
fn limit(from: &FeedFrom) -> Duration {
    Duration::from_secs(match from {
        FeedFrom::Git(_) => 600,
        FeedFrom::BackstageApi(_) => 120,
    })
}

/// What a claim holds beyond the time for fetching, to wait for a place and to store the end.
const STORE: Duration = Duration::from_secs(120);

/// The feed as the trail names it, with what an import of a whole catalogue needs and no more.
fn actor(app: &App, new: &NewFeed) -> Ctx {
    let actor = Actor { name: new.name.clone(), ..Actor::job("feed", &[&rights::SOURCES, &rights::TEAMS, &rights::GROUPS]) };
    Ctx::of(actor, app.now(), &format!("feed {}", new.slug.as_deref().unwrap_or_default()))
}

/// Starts a run of every feed that is due and not under way; does not wait for them.
///
/// # Errors
/// The engine's.
pub async fn tick(app: &App) -> Result<()> {
    let now = app.now();
    let running = app.state::<Running>();
    for feed in app.db.read(store::in_use).await?.into_iter().filter(|f| f.is_due(now)) {
        let Some(seat) = running.sit(feed.id) else { continue };
        let app = app.clone();
        tokio::spawn(async move {
            match run(&app, &actor(&app, &feed.sent()), &feed, false).await {
                // Somebody runs it by hand, or changed it meanwhile.
                Ok(_) | Err(Error::Conflict(_)) => {}
                Err(e) => {
                    tracing::warn!(feed = %feed.id, error = ?e, "The end of a run of the feed “{}” could not be stored", feed.name)
                }
            }
            drop(seat);
        });
    }
    Ok(())
}

/// Runs a feed now and waits for the end, whoever stops waiting. `confirmed`: an empty source is meant to be empty.
///
/// # Errors
/// No right; [`Error::NotFound`]; [`Error::Conflict`] if it runs already, or was changed while it ran. A far end that fails is no
/// error: the run says so.
pub async fn run_now(app: &App, cx: &Ctx, slug: &str, confirmed: bool) -> Result<FeedRun> {
    cx.require_everywhere(&rights::SOURCES)?;
    let wanted = slug.to_owned();
    let feed = app.read(cx, move |_, tx| store::by_slug(tx, &wanted)).await?;
    acts::feed_in_use(&feed)?;
    let (app, cx) = (app.clone(), cx.clone());
    // A task of its own: a browser that goes away must not leave a claimed feed behind.
    let task = tokio::spawn(async move { run(&app, &cx, &feed, confirmed).await });
    task.await.map_err(Error::internal)??.ok_or_else(|| Error::internal("a run by hand that was not due"))
}

/// What a run would do now; `stored` is the feed as it is, if there is one. Nothing is stored.
///
/// # Errors
/// No right; faults of the feed. A far end that fails is no error: the answer says so.
pub async fn preview(app: &App, cx: &Ctx, new: &NewFeed, stored: Option<&Feed>) -> Result<FeedPreview> {
    cx.require_everywhere(&rights::SOURCES)?;
    let new = new.clone().check()?;
    new.check_ground(&super::ground(app))?;
    let (checked, own) = (new.clone(), stored.cloned());
    app.read(cx, move |cx, tx| acts::suits(cx, tx, &checked, own.as_ref())).await?;
    let none = |why: &str| FeedPreview { outcome: FeedOutcome::Failed, message: failed(why), plan: None };
    let running = app.state::<Running>();
    let _place = running.catalogue(&new.from).await;
    let cx = actor(app, &new);
    let fetch = match fetched(app, &cx, &new).await {
        Ok(fetch) => fetch,
        Err(why) => return Ok(none(&why)),
    };
    match app.read(&cx, move |cx, tx| acts::preview(cx, tx, &fetch)).await {
        Err(Error::Invalid(faults)) => Ok(none(&Error::Invalid(faults).to_string())),
        other => other,
    }
}

async fn run(app: &App, cx: &Ctx, feed: &Feed, confirmed: bool) -> Result<Option<FeedRun>> {
    let running = app.state::<Running>();
    let _place = running.catalogue(&feed.from).await;
    let (slug, hold) = (feed.slug.clone(), limit(&feed.from) + STORE);
    let Some(claim) = app.write(cx, move |cx, tx| acts::claim(cx, tx, &slug, hold)).await? else { return Ok(None) };
    let cx = actor(app, &claim.feed.sent());
    let ended = match fetched(app, &cx, &claim.feed.sent()).await {
        Ok(fetch) => finish(app, &claim, fetch, confirmed).await,
        Err(why) => Err(End::Failed(why)),
    };
    match ended {
        Ok(run) => Ok(Some(run)),
        Err(End::Gone(e)) => Err(e),
        Err(End::Failed(why)) => {
            let cx = actor(app, &claim.feed.sent());
            app.write(&cx, move |cx, tx| acts::fail(cx, tx, &claim, &why)).await.map(Some)
        }
    }
}

/// Why a run did not end as it should.
enum End {
    /// It failed, with the reason.
    Failed(String),
    /// There is nothing to store a failure on: the feed was changed, or the database is out of reach.
    Gone(Error),
}

async fn finish(app: &App, claim: &FeedClaim, fetch: Fetch, confirmed: bool) -> std::result::Result<FeedRun, End> {
    let cx = actor(app, &claim.feed.sent());
    let kept = claim.clone();
    let stored = app.write(&cx, move |cx, tx| acts::finish(cx, tx, &kept, &fetch, confirmed)).await;
    stored.map_err(|e| match e {
        Error::Conflict(_) | Error::Busy | Error::NoSpace | Error::OutcomeUnknown => End::Gone(e),
        Error::Internal(detail) => {
            tracing::error!(detail, "A run of a feed failed through a fault of ours");
            End::Failed(Error::Internal(detail).to_string())
        }
        e => End::Failed(e.to_string()),
    })
}

/// Fetches all that the source has and reads it.
///
/// Errors: something of it could not be fetched or read; a sentence or two.
async fn fetched(app: &App, cx: &Ctx, new: &NewFeed) -> std::result::Result<Fetch, String> {
    let limit = limit(&new.from);
    let exchange: Boxed<'_, std::result::Result<(Fetched, usize), String>> = match &new.from {
        FeedFrom::BackstageApi(a) => Box::pin(async { Ok((Fetched::Entities(backstage::entities(&app.http, a).await?), 0)) }),
        FeedFrom::Git(g) => Box::pin(tree::files(app, g)),
    };
    let late = || format!("The source was asked for {} s in all and had not answered to the end.", limit.as_secs());
    let (fetched, passed_over) = tokio::time::timeout(limit, exchange).await.unwrap_or_else(|_| Err(late()))?;
    let how = new.how();
    // Parsed where a read would run, so that neither listeners nor the writer wait for it.
    let read = app.read(cx, move |cx, _| import::read_whole(cx, &fetched, how.clone())).await.map_err(|e| e.to_string())?;
    if let [first, rest @ ..] = read.unread() {
        let more = match rest.len() {
            0 => String::new(),
            n => format!(" So {} {n} more.", if n == 1 { "is" } else { "are" }),
        };
        return Err(format!("{}: {}{more} Mend it, or leave it out with a pattern of files.", first.r#where, first.why));
    }
    Ok(Fetch { read, passed_over })
}
