//! Handlers of the pages of sources.

pub(crate) mod feeds;

use std::collections::HashMap;
use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use catalogue::SubjectKind;
use html::Place;
use kernel::db::Tx;
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, Query, page, refused, see_other, shell};
use metrics::definition::Definition;
use people::rights;
use serde::Deserialize;

use crate::pages::form::{Choices, FormPage};
use crate::pages::source::SourcePage;
use crate::pages::{self, Named};
use crate::rules::{BackfillOffer, Kind, Run, Source, Trial, source_of, year};
use crate::{acts, jobs, store};

/// Runs on a page.
const SHOWN: i64 = 25;

/// How long a browser waits for a run that somebody started; longer ones go on, and the page follows them.
const WAIT: Duration = Duration::from_secs(8);

/// Every team, workload and service in use: kind, slug, name.
fn subjects(tx: &mut dyn Tx) -> Result<Vec<(SubjectKind, String, String)>> {
    let mut out = Vec::new();
    out.extend(catalogue::store::teams(tx, None)?.into_iter().map(|t| (SubjectKind::Team, t.slug, t.name)));
    out.extend(catalogue::store::workloads(tx)?.into_iter().map(|w| (SubjectKind::Workload, w.slug, w.name)));
    out.extend(catalogue::store::services(tx)?.into_iter().map(|s| (SubjectKind::Service, s.slug, s.name)));
    Ok(out)
}

fn definitions(tx: &mut dyn Tx) -> Result<Vec<Definition>> {
    Ok(metrics::store::definitions(tx, "", 10_000)?.into_iter().map(|v| v.definition).collect())
}

pub(crate) async fn list(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_signed_in()?;
    let all = app
        .read(&cx, |_, tx| {
            let sources = store::in_use(tx)?;
            let metrics: HashMap<String, Definition> = definitions(tx)?.into_iter().map(|d| (d.key.clone(), d)).collect();
            let names: HashMap<(SubjectKind, String), String> = subjects(tx)?.into_iter().map(|(k, s, n)| ((k, s), n)).collect();
            Ok(sources
                .into_iter()
                .map(|source| {
                    let d = metrics.get(&source.metric);
                    let kind = d.map(|d| metrics::acts::kind_of(d.subject));
                    let subject = kind.and_then(|k| names.get(&(k, source.subject.clone())));
                    Named {
                        metric: d.map_or_else(|| source.metric.clone(), |d| d.title.clone()),
                        subject: subject.cloned().unwrap_or_else(|| source.subject.clone()),
                        source,
                    }
                })
                .collect::<Vec<_>>())
        })
        .await?;
    let mut frame = shell(&app, &cx, "Sources", Place::None, false);
    frame.live = Some("/live?topic=sources");
    frame.foot.exports = vec![("JSON", "/api/v1/sources".into())];
    let body = pages::list(&all, cx.actor.may(&rights::SOURCES, None), cx.now, &cx.actor.zone);
    Ok(page(frame.page(html::html! {}, body)))
}

struct Loaded {
    source: Source,
    definition: Definition,
    subject: String,
    runs: Vec<Run>,
    offer: BackfillOffer,
}

fn load(cx: &Ctx, tx: &mut dyn Tx, slug: &str, before: i64) -> Result<Loaded> {
    let source = store::by_slug(tx, slug)?;
    let definition = acts::metric(tx, &source.metric)?.definition;
    let subject = catalogue::store::subject(tx, metrics::acts::kind_of(definition.subject), &source.subject)?.name;
    let runs = store::runs(tx, source.id, before, SHOWN + 1)?;
    let offer = acts::offer(cx, tx, &source)?;
    Ok(Loaded { source, definition, subject, runs, offer })
}

fn source_page(app: &App, cx: &Ctx, mut found: Loaded, newest: bool, trial: Option<&Trial>) -> html::Markup {
    let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    let more = found.runs.len() > shown;
    found.runs.truncate(shown);
    let older = found.runs.last().filter(|_| more).map(|r| r.number.to_string());
    let topic = format!("/live?topic=source:{}", found.source.id);
    let mut frame = shell(app, cx, &found.source.name, Place::None, false);
    frame.live = newest.then_some(topic.as_str());
    frame.foot.exports = vec![("JSON", format!("/api/v1/sources/{}/runs", found.source.slug))];
    frame.page(
        html::html! {},
        pages::source::source(&SourcePage {
            source: &found.source,
            definition: &found.definition,
            subject: &found.subject,
            runs: &found.runs,
            offer: &found.offer,
            newest,
            older,
            trial,
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

pub(crate) async fn source(
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
    let found = app.read(&cx, move |cx, tx| load(cx, tx, &slug, before)).await?;
    Ok(page(source_page(&app, &cx, found, before == i64::MAX, None)))
}

pub(crate) async fn trial(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, _: Form) -> Result<Response> {
    cx.require_everywhere(&rights::SOURCES)?;
    let found = app.read(&cx, move |cx, tx| load(cx, tx, &slug, i64::MAX)).await?;
    let trial = jobs::trial(&app, &cx, &found.source.sent(), Some(&found.source)).await?;
    Ok(page(source_page(&app, &cx, found, true, Some(&trial))))
}

pub(crate) async fn run(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, _: Form) -> Result<Response> {
    cx.require_everywhere(&rights::SOURCES)?;
    match tokio::time::timeout(WAIT, jobs::run_now(&app, &cx, &slug)).await {
        // It runs: the page says so.
        Ok(Err(Error::Conflict(_))) | Ok(Ok(_)) | Err(_) => Ok(see_other(&format!("/sources/{slug}"))),
        Ok(Err(e)) => Err(e),
    }
}

pub(crate) async fn backfill(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, _: Form) -> Result<Response> {
    cx.require_everywhere(&rights::SOURCES)?;
    let here = format!("/sources/{slug}#past");
    match app.write(&cx, move |cx, tx| acts::ask_backfill(cx, tx, &slug)).await {
        Ok(source) => jobs::begin_backfill(&app, source, WAIT).await,
        // It is being filled in: the page says so.
        Err(Error::Conflict(_)) => {}
        Err(e) => return Err(e),
    }
    Ok(see_other(&here))
}

fn choices(tx: &mut dyn Tx) -> Result<Choices> {
    let subjects = subjects(tx)?.into_iter().map(|(k, slug, name)| (format!("{}/{slug}", k.key()), format!("{name}, {}", k.key())));
    let mut metrics = definitions(tx)?;
    metrics.sort_by(|a, b| (a.title.to_lowercase(), &a.key).cmp(&(b.title.to_lowercase(), &b.key)));
    Ok(Choices { metrics, subjects: subjects.collect() })
}

/// What the form has beside its choices.
#[derive(Default)]
struct Answered<'a> {
    source: Option<&'a Source>,
    sent: Option<(&'a Form, &'a [Fault])>,
    trial: Option<(&'a Trial, &'a Definition)>,
}

async fn form_page(app: &App, cx: &Ctx, kind: Kind, a: Answered<'_>) -> Result<html::Markup> {
    let choices = app.read(cx, |_, tx| choices(tx)).await?;
    let title = if a.source.is_some() { "Change a source" } else { "Make a source" };
    let body = pages::form::form(&FormPage {
        kind,
        choices: &choices,
        source: a.source,
        sent: a.sent,
        trial: a.trial,
        csrf: &cx.actor.csrf,
        year: year(cx.now),
    });
    Ok(shell(app, cx, title, Place::None, false).page(html::html! {}, body))
}

#[derive(Deserialize)]
pub(crate) struct Chosen {
    kind: Option<String>,
}

pub(crate) async fn new(State(app): State<App>, cx: Ctx, Query(chosen): Query<Chosen>) -> Result<Response> {
    cx.require_everywhere(&rights::SOURCES)?;
    let kind = Kind::read(chosen.kind.as_deref().unwrap_or(""));
    Ok(page(form_page(&app, &cx, kind, Answered::default()).await?))
}

/// The choice of a subject names its kind too, which must be the one that the metric is measured for.
fn kind_fits(tx: &mut dyn Tx, form: &Form) -> Result<()> {
    let Some(v) = metrics::store::definition(tx, form.get("metric").trim())? else { return Ok(()) };
    let wanted = metrics::acts::kind_of(v.definition.subject).key();
    match form.get("subject").split_once('/') {
        Some((kind, _)) if kind != wanted => {
            Err(Error::invalid("subject", format!("{} is measured for each {wanted}. Choose a {wanted}.", v.definition.title)))
        }
        _ => Ok(()),
    }
}

fn faults_of(e: Error) -> Result<Vec<Fault>> {
    match e {
        Error::Invalid(faults) => Ok(faults),
        Error::Conflict(message) => Ok(vec![Fault::new("name", message)]),
        e => Err(e),
    }
}

/// What came of a form.
enum Done {
    /// It was stored, under this slug.
    Saved(String),
    /// It was only tried.
    Tried(Trial, Box<Definition>),
}

/// Makes or changes a source, or tries it, as the form says.
async fn done(app: &App, cx: &Ctx, form: &Form, old: Option<&Source>) -> Result<Done> {
    let new = source_of(form, old)?;
    if old.is_none() {
        let sent = form.clone();
        app.read(cx, move |_, tx| kind_fits(tx, &sent)).await?;
    }
    if form.opt("try").is_some() {
        let trial = jobs::trial(app, cx, &new, old).await?;
        let definition = app.read(cx, move |_, tx| acts::metric(tx, &new.metric)).await?.definition;
        return Ok(Done::Tried(trial, Box::new(definition)));
    }
    new.clone().check()?.check_ground(&jobs::ground(app))?;
    let slug = old.map(|s| s.slug.clone());
    let saved = app.write(cx, move |cx, tx| match &slug {
        None => acts::make(cx, tx, &new),
        Some(slug) => acts::change(cx, tx, slug, &new),
    });
    saved.await.map(|s| Done::Saved(s.slug))
}

async fn answer(app: &App, cx: &Ctx, form: &Form, old: Option<&Source>) -> Result<Response> {
    let kind = old.map_or_else(|| Kind::read(form.get("kind")), |s| s.pull.kind());
    match done(app, cx, form, old).await {
        Ok(Done::Saved(slug)) => Ok(see_other(&format!("/sources/{slug}"))),
        Ok(Done::Tried(trial, d)) => {
            let shown = Answered { source: old, sent: Some((form, &[])), trial: Some((&trial, &d)) };
            Ok(page(form_page(app, cx, kind, shown).await?))
        }
        Err(e) => {
            let faults = faults_of(e)?;
            let shown = Answered { source: old, sent: Some((form, &faults)), trial: None };
            Ok(refused(form_page(app, cx, kind, shown).await?))
        }
    }
}

pub(crate) async fn make(State(app): State<App>, cx: Ctx, form: Form) -> Result<Response> {
    cx.require_everywhere(&rights::SOURCES)?;
    answer(&app, &cx, &form, None).await
}

async fn stored(app: &App, cx: &Ctx, slug: String) -> Result<Source> {
    app.read(cx, move |_, tx| store::by_slug(tx, &slug)).await
}

pub(crate) async fn edit(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<Response> {
    cx.require_everywhere(&rights::SOURCES)?;
    let source = stored(&app, &cx, slug).await?;
    acts::in_use(&source)?;
    let shown = Answered { source: Some(&source), ..Answered::default() };
    Ok(page(form_page(&app, &cx, source.pull.kind(), shown).await?))
}

pub(crate) async fn change(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, form: Form) -> Result<Response> {
    cx.require_everywhere(&rights::SOURCES)?;
    let source = stored(&app, &cx, slug).await?;
    answer(&app, &cx, &form, Some(&source)).await
}

pub(crate) async fn archive(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, _: Form) -> Result<Response> {
    cx.require_everywhere(&rights::SOURCES)?;
    app.write(&cx, move |cx, tx| acts::archive(cx, tx, &slug)).await?;
    Ok(see_other("/sources"))
}
