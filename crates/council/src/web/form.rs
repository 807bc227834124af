//! Handlers of the form of a concern.

use actions::action::Move;
use actions::{Origin, OriginKind};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use html::{Markup, Place};
use kernel::db::Tx;
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, Query, page, refused, see_other, shell};
use metrics::definition::kind_of;
use people::rights;
use serde::Deserialize;

use crate::acts::{self, find, read};
use crate::alike::Alike;
use crate::api::number_of;
use crate::concern::{Concern, ConcernEdit, Confirmed, Content, NewConcern};
use crate::pages::Sent;
use crate::pages::form::{self as pages, FormPage};
use crate::store;

/// Metrics that a form offers at most.
const OFFERED: usize = 2_000;

/// Metrics of everything, as (`key subject`, "Title, name").
fn offered(tx: &mut dyn Tx) -> Result<Vec<(String, String)>> {
    let named = |slug: String, name: String| (slug, name);
    let teams: Vec<_> = catalogue::store::teams(tx, None)?.into_iter().map(|t| named(t.slug, t.name)).collect();
    let workloads: Vec<_> = catalogue::store::workloads(tx)?.into_iter().map(|w| named(w.slug, w.name)).collect();
    let services: Vec<_> = catalogue::store::services(tx)?.into_iter().map(|s| named(s.slug, s.name)).collect();
    let mut out = Vec::new();
    for v in metrics::store::definitions(tx, "", 10_000)? {
        let things = match kind_of(v.definition.subject) {
            catalogue::SubjectKind::Team => &teams,
            catalogue::SubjectKind::Workload => &workloads,
            catalogue::SubjectKind::Service => &services,
        };
        out.extend(
            things.iter().map(|(slug, name)| (format!("{} {slug}", v.definition.key), format!("{}, {name}", v.definition.title))),
        );
    }
    out.truncate(OFFERED);
    Ok(out)
}

/// What an address fills into the form.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Prefilled {
    from: Option<String>,
    title: Option<String>,
    team: Option<String>,
    url: Option<String>,
    words: Option<String>,
}

struct Loaded {
    stood: Option<Concern>,
    teams: Vec<(String, String)>,
    metrics: Vec<(String, String)>,
    new: NewConcern,
    alike: Vec<Alike>,
}

/// What the form shows when it was sent, and what for.
#[derive(Clone, Copy)]
enum Shown<'a> {
    Fresh,
    Looked(&'a Form),
    Refused(&'a Form, &'a [Fault]),
}

fn from_address(cx: &Ctx, tx: &mut dyn Tx, pre: &Prefilled) -> Result<NewConcern> {
    let mut new = read::prefilled(cx, tx, pre.from.as_deref().unwrap_or(""))?;
    let given = |t: &Option<String>| {
        t.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(|t| kernel::text::shown(t, kernel::text::NAME))
    };
    if let Some(title) = given(&pre.title) {
        new.content.title = title;
    }
    if let Some(team) = given(&pre.team) {
        new.team = team;
    }
    if new.origin == Origin::default()
        && let (Some(url), words) = (pre.url.clone(), given(&pre.words))
    {
        let kind = pre.from.as_deref().and_then(|f| OriginKind::read(f.split(':').next().unwrap_or(""))).unwrap_or_default();
        let id = pre.from.as_deref().and_then(|f| f.split_once(':')).map_or("", |(_, id)| id);
        let origin = Origin { kind, id: kernel::text::shown(id, kernel::text::NAME), url, words: words.unwrap_or_default() };
        let mut faults = kernel::error::Faults::new();
        let checked = origin.check(&mut faults);
        // An address that leads nowhere is left out rather than refused: nobody typed it.
        if faults.is_empty() {
            new.origin = checked;
        }
    }
    Ok(new)
}

async fn form_page(app: &App, cx: &Ctx, number: Option<i64>, pre: Prefilled, shown: Shown<'_>) -> Result<Markup> {
    let text = match shown {
        Shown::Looked(f) | Shown::Refused(f, _) => Some([f.get("title"), f.get("why_sre"), f.get("why_important")].join("\n")),
        Shown::Fresh => None,
    };
    let l = app
        .read(cx, move |cx, tx| {
            cx.require_somewhere(&rights::CONCERNS)?;
            let stood = number.map(|n| store::one(tx, n)).transpose()?;
            if let Some(c) = &stood {
                let team = store::whose(tx, c.number)?;
                acts::require_work(cx, &team)?;
            }
            let teams = catalogue::store::teams(tx, None)?.into_iter().filter(|t| t.may(cx, &rights::CONCERNS));
            let teams = teams.map(|t| (t.slug, t.name)).collect();
            let new = from_address(cx, tx, &pre)?;
            let alike = match (&text, new.content.title.is_empty()) {
                (Some(text), _) => find::similar(cx, tx, text, number)?,
                (None, false) if number.is_none() => find::similar(cx, tx, &new.content.title, None)?,
                _ => Vec::new(),
            };
            Ok(Loaded { stood, teams, metrics: offered(tx)?, new, alike })
        })
        .await?;
    let (sent, looked) = match shown {
        Shown::Fresh => (Sent::default(), false),
        Shown::Looked(f) => (Sent { form: Some(f), faults: &[] }, true),
        Shown::Refused(f, faults) => (Sent::refused(f, faults), false),
    };
    let title = l.stood.as_ref().map_or("Raise a concern".to_owned(), |c| format!("Change {}", c.name()));
    let frame = shell(app, cx, &title, Place::Council, false);
    // What comes from a form stands in its hidden fields.
    let origin = match sent.form {
        Some(f) => Origin {
            kind: OriginKind::read(f.get("origin-kind")).unwrap_or_default(),
            id: f.get("origin-id").into(),
            url: f.get("origin-url").into(),
            words: f.get("origin-words").into(),
        },
        None => l.new.origin.clone(),
    };
    let body = pages::page(&FormPage {
        stood: l.stood.as_ref(),
        teams: &l.teams,
        team: &l.new.team,
        content: l.stood.as_ref().map_or(&l.new.content, |c| &c.content),
        origin: &origin,
        metrics: &l.metrics,
        alike: &l.alike,
        looked,
        sent,
        csrf: &cx.actor.csrf,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn new(State(app): State<App>, cx: Ctx, Query(pre): Query<Prefilled>) -> Result<Response> {
    cx.require_somewhere(&rights::CONCERNS)?;
    Ok(page(form_page(&app, &cx, None, pre, Shown::Fresh).await?))
}

/// What is looked for while somebody types.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Typed {
    text: Option<String>,
}

pub(crate) async fn alike(State(app): State<App>, cx: Ctx, Query(t): Query<Typed>) -> Result<Response> {
    cx.require_signed_in()?;
    let text: String = t.text.unwrap_or_default().chars().take(2_000).collect();
    let all = app.read(&cx, move |cx, tx| find::similar(cx, tx, &text, None)).await?;
    let frame = shell(&app, &cx, "Concerns like it", Place::Council, false);
    let body = html::html! { (html::head(html::Head { title: "Concerns like it".into(), ..html::Head::default() })) (pages::alike(&all, true)) };
    Ok(page(frame.page(html::html! {}, body)))
}

/// The metric of a form: `key subject`.
fn content_of(form: &Form) -> Result<Content> {
    let (metric, subject) = form.get("metric").trim().split_once(' ').unwrap_or((form.get("metric").trim(), ""));
    let typed = form.get("by").trim().replace(',', ".");
    let shown = kernel::text::shown(&typed, 40);
    let by = match typed.as_str() {
        "" => None,
        t => Some(
            t.parse()
                .map_err(|_| Error::invalid("by", format!("“{shown}” is no number. Write it like 1.4, or leave it empty.")))?,
        ),
    };
    Ok(Content {
        title: form.get("title").into(),
        why_sre: form.get("why_sre").into(),
        why_important: form.get("why_important").into(),
        involved: form.get("involved").into(),
        confirmed: Confirmed::read(form.get("confirmed")).unwrap_or_default(),
        seen: form.get("seen").into(),
        metric: metric.into(),
        subject: subject.into(),
        baseline_from: form.get("baseline_from").into(),
        baseline_until: form.get("baseline_until").into(),
        baseline: form.get("baseline").into(),
        hypothesis: form.get("hypothesis").into(),
        direction: match form.get("direction") {
            "up" => Some(Move::Up),
            "down" => Some(Move::Down),
            _ => None,
        },
        by,
    })
}

/// A fault at the field that the form has: metric and subject are one, and the origin is not typed.
fn at_form(f: &Fault) -> Fault {
    let at = match f.at.as_str() {
        "subject" => "metric",
        at if at.starts_with("origin") => "title",
        at => at,
    };
    Fault::new(at, f.message.clone())
}

fn new_of(form: &Form) -> Result<NewConcern> {
    let origin = Origin {
        kind: OriginKind::read(form.get("origin-kind")).unwrap_or_default(),
        id: form.get("origin-id").into(),
        url: form.get("origin-url").into(),
        words: form.get("origin-words").into(),
    };
    Ok(NewConcern { team: form.get("team").into(), content: content_of(form)?, origin })
}

pub(crate) async fn raise(State(app): State<App>, cx: Ctx, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::CONCERNS)?;
    if form.get("act") == "look" {
        return Ok(page(form_page(&app, &cx, None, Prefilled::default(), Shown::Looked(&form)).await?));
    }
    let sent = form.clone();
    let faults: Vec<Fault> = match app.write(&cx, move |cx, tx| acts::raise(cx, tx, &new_of(&sent)?)).await {
        Ok(c) => return Ok(see_other(&c.href())),
        Err(Error::Invalid(faults)) => faults.iter().map(at_form).collect(),
        // Whoever may raise one at all has chosen another's team.
        Err(Error::Forbidden(message)) => vec![Fault::new("team", message)],
        Err(e) => return Err(e),
    };
    Ok(refused(form_page(&app, &cx, None, Prefilled::default(), Shown::Refused(&form, &faults)).await?))
}

pub(crate) async fn text(State(app): State<App>, cx: Ctx, Path(number): Path<String>) -> Result<Response> {
    cx.require_somewhere(&rights::CONCERNS)?;
    let number = number_of(&number)?;
    Ok(page(form_page(&app, &cx, Some(number), Prefilled::default(), Shown::Fresh).await?))
}

fn edit_of(form: &Form) -> Result<ConcernEdit> {
    let version = form.get("version").parse().map_err(|_| Error::invalid("title", "The form is not whole. Load the page anew."))?;
    Ok(ConcernEdit { version, content: content_of(form)?, reason: form.get("reason").into() })
}

pub(crate) async fn change(State(app): State<App>, cx: Ctx, Path(number): Path<String>, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::CONCERNS)?;
    let number = number_of(&number)?;
    let sent = form.clone();
    let (faults, conflict) = match app.write(&cx, move |cx, tx| acts::change(cx, tx, number, &edit_of(&sent)?)).await {
        Ok(c) => return Ok(see_other(&c.href())),
        Err(Error::Invalid(faults)) => (faults.iter().map(at_form).collect(), false),
        Err(Error::Conflict(message)) => (vec![Fault::new("title", message)], true),
        Err(e) => return Err(e),
    };
    let faults: Vec<Fault> = faults;
    let drawn = form_page(&app, &cx, Some(number), Prefilled::default(), Shown::Refused(&form, &faults)).await?;
    Ok(if conflict { (StatusCode::CONFLICT, page(drawn)).into_response() } else { refused(drawn) })
}
