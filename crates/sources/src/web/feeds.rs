//! Handlers of the pages of feeds.

use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use html::Place;
use kernel::db::Tx;
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, Query, page, refused, see_other, shell};
use people::rights;
use serde::Deserialize;

use crate::acts::feed as acts;
use crate::jobs;
use crate::pages::feed::form::{FeedForm, form};
use crate::pages::feed::{self as pages, FeedPage};
use crate::rules::{Feed, FeedPreview, feed_of};
use crate::store::feed as store;

/// Runs on a page.
const SHOWN: i64 = 25;

/// How long a browser waits for a run that somebody started; longer ones go on, and the page follows them.
const WAIT: Duration = Duration::from_secs(8);

pub(crate) async fn list(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_signed_in()?;
    let all = app.read(&cx, |_, tx| store::in_use(tx)).await?;
    let mut frame = shell(&app, &cx, "Feeds", Place::None, false);
    frame.live = Some("/live?topic=feeds");
    frame.foot.exports = vec![("JSON", "/api/v1/feeds".into())];
    let body = pages::list(&all, cx.actor.may(&rights::SOURCES, None), cx.now, &cx.actor.zone);
    Ok(page(frame.page(html::html! {}, body)))
}

struct Loaded {
    feed: Feed,
    runs: Vec<crate::rules::FeedRun>,
    plan: Option<catalogue::plan::Plan>,
}

fn load(tx: &mut dyn Tx, slug: &str, before: i64) -> Result<Loaded> {
    let feed = store::by_slug(tx, slug)?;
    let runs = store::runs(tx, feed.id, before, SHOWN + 1)?;
    let plan = match runs.first().filter(|_| before == i64::MAX) {
        Some(run) => store::plan_of(tx, feed.id, run.number)?,
        None => None,
    };
    Ok(Loaded { feed, runs, plan })
}

fn feed_page(app: &App, cx: &Ctx, mut found: Loaded, newest: bool, preview: Option<&FeedPreview>) -> html::Markup {
    let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    let more = found.runs.len() > shown;
    found.runs.truncate(shown);
    let older = found.runs.last().filter(|_| more).map(|r| r.number.to_string());
    let topic = format!("/live?topic=feed:{}", found.feed.id);
    let mut frame = shell(app, cx, &found.feed.name, Place::None, false);
    frame.live = (newest && preview.is_none()).then_some(topic.as_str());
    frame.foot.exports = vec![("JSON", format!("/api/v1/feeds/{}/runs", found.feed.slug))];
    frame.page(
        html::html! {},
        pages::feed(&FeedPage {
            feed: &found.feed,
            runs: &found.runs,
            plan: found.plan.as_ref(),
            newest,
            older,
            preview,
            may_change: cx.actor.may(&rights::SOURCES, None),
            csrf: &cx.actor.csrf,
            now: cx.now,
            zone: &cx.actor.zone,
        }),
    )
}

#[derive(Deserialize)]
pub(crate) struct Before {
    before: Option<String>,
}

pub(crate) async fn feed(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Query(from): Query<Before>,
) -> Result<Response> {
    cx.require_signed_in()?;
    let before = match &from.before {
        None => i64::MAX,
        Some(text) => text.parse().map_err(|_| Error::invalid("before", "before is the number of a run."))?,
    };
    let found = app.read(&cx, move |_, tx| load(tx, &slug, before)).await?;
    Ok(page(feed_page(&app, &cx, found, before == i64::MAX, None)))
}

pub(crate) async fn preview(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, _: Form) -> Result<Response> {
    cx.require_everywhere(&rights::SOURCES)?;
    let found = app.read(&cx, move |_, tx| load(tx, &slug, i64::MAX)).await?;
    acts::feed_in_use(&found.feed)?;
    let preview = jobs::feeds::preview(&app, &cx, &found.feed.sent(), Some(&found.feed)).await?;
    Ok(page(feed_page(&app, &cx, found, true, Some(&preview))))
}

pub(crate) async fn run(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, form: Form) -> Result<Response> {
    cx.require_everywhere(&rights::SOURCES)?;
    let confirmed = form.get("confirm_empty") == "true";
    match tokio::time::timeout(WAIT, jobs::feeds::run_now(&app, &cx, &slug, confirmed)).await {
        // It runs: the page says so.
        Ok(Err(Error::Conflict(_))) | Ok(Ok(_)) | Err(_) => Ok(see_other(&format!("/feeds/{slug}"))),
        Ok(Err(e)) => Err(e),
    }
}

/// What the form has beside its choices.
#[derive(Default)]
struct Answered<'a> {
    feed: Option<&'a Feed>,
    sent: Option<(&'a Form, &'a [Fault])>,
    preview: Option<&'a FeedPreview>,
}

async fn form_page(app: &App, cx: &Ctx, kind: &str, a: Answered<'_>) -> Result<html::Markup> {
    let groups = app.read(cx, |_, tx| catalogue::store::groups(tx)).await?;
    let title = if a.feed.is_some() { "Change a feed" } else { "Make a feed" };
    let body = form(&FeedForm { kind, groups: &groups, feed: a.feed, sent: a.sent, preview: a.preview, csrf: &cx.actor.csrf });
    Ok(shell(app, cx, title, Place::None, false).page(html::html! {}, body))
}

#[derive(Deserialize)]
pub(crate) struct Chosen {
    kind: Option<String>,
}

fn kind_of(given: &str) -> &'static str {
    if given == "git" { "git" } else { "backstage-api" }
}

pub(crate) async fn new(State(app): State<App>, cx: Ctx, Query(chosen): Query<Chosen>) -> Result<Response> {
    cx.require_everywhere(&rights::SOURCES)?;
    let kind = kind_of(chosen.kind.as_deref().unwrap_or(""));
    Ok(page(form_page(&app, &cx, kind, Answered::default()).await?))
}

/// What came of a form.
enum Done {
    /// It was stored, under this slug.
    Saved(String),
    /// It was only looked at.
    Looked(Box<FeedPreview>),
}

async fn done(app: &App, cx: &Ctx, form: &Form, old: Option<&Feed>) -> Result<Done> {
    let new = feed_of(form, old)?;
    if form.opt("try").is_some() {
        return Ok(Done::Looked(Box::new(jobs::feeds::preview(app, cx, &new, old).await?)));
    }
    new.clone().check()?.check_ground(&jobs::ground(app))?;
    let slug = old.map(|f| f.slug.clone());
    let saved = app.write(cx, move |cx, tx| match &slug {
        None => acts::make(cx, tx, &new),
        Some(slug) => acts::change(cx, tx, slug, &new),
    });
    saved.await.map(|f| Done::Saved(f.slug))
}

async fn answer(app: &App, cx: &Ctx, form: &Form, old: Option<&Feed>) -> Result<Response> {
    let kind = old.map_or_else(|| kind_of(form.get("kind")), |f| f.from.kind());
    match done(app, cx, form, old).await {
        Ok(Done::Saved(slug)) => Ok(see_other(&format!("/feeds/{slug}"))),
        Ok(Done::Looked(preview)) => {
            let shown = Answered { feed: old, sent: Some((form, &[])), preview: Some(&preview) };
            Ok(page(form_page(app, cx, kind, shown).await?))
        }
        Err(e) => {
            let faults = super::faults_of(e)?;
            let shown = Answered { feed: old, sent: Some((form, &faults)), preview: None };
            Ok(refused(form_page(app, cx, kind, shown).await?))
        }
    }
}

pub(crate) async fn make(State(app): State<App>, cx: Ctx, form: Form) -> Result<Response> {
    cx.require_everywhere(&rights::SOURCES)?;
    answer(&app, &cx, &form, None).await
}

async fn stored(app: &App, cx: &Ctx, slug: String) -> Result<Feed> {
    app.read(cx, move |_, tx| store::by_slug(tx, &slug)).await
}

pub(crate) async fn edit(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<Response> {
    cx.require_everywhere(&rights::SOURCES)?;
    let feed = stored(&app, &cx, slug).await?;
    acts::feed_in_use(&feed)?;
    let shown = Answered { feed: Some(&feed), ..Answered::default() };
    Ok(page(form_page(&app, &cx, feed.from.kind(), shown).await?))
}

pub(crate) async fn change(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, form: Form) -> Result<Response> {
    cx.require_everywhere(&rights::SOURCES)?;
    let feed = stored(&app, &cx, slug).await?;
    answer(&app, &cx, &form, Some(&feed)).await
}

pub(crate) async fn archive(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, _: Form) -> Result<Response> {
    cx.require_everywhere(&rights::SOURCES)?;
    app.write(&cx, move |cx, tx| acts::archive(cx, tx, &slug)).await?;
    Ok(see_other("/feeds"))
}
