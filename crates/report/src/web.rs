//! Pages of reports: show, fill in, hand in, review; the group's overview.

pub(crate) mod automation;
pub(crate) mod exemptions;
pub(crate) mod lists;
pub(crate) mod questions;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use catalogue::Team;
use html::Place;
use kernel::db::Tx;
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other, shell};
use people::rights;

use crate::acts::entry::{self as entry_acts, TakeBack};
use crate::acts::overview;
use crate::acts::{self, NewWords};
use crate::document::Document;
use crate::entry;
use crate::pages::entry::Sent;
use crate::pages::{self, Around};
use crate::template::{self, VersionedTemplate};
use crate::{store, text};

fn number(text: &str) -> Result<i64> {
    text.parse().map_err(|_| Error::not_found("sprint", text))
}

/// What the report's page needs, in one read.
struct Loaded {
    team: Team,
    document: Document,
    today: Option<Document>,
    digest: Option<String>,
    neighbours: (Option<i64>, Option<i64>),
    questions: Vec<crate::questions::Question>,
    asked: Vec<crate::asked::AskedNotice>,
}

fn load(cx: &Ctx, tx: &mut dyn Tx, slug: &str, sprint: i64) -> Result<Loaded> {
    cx.require_signed_in()?;
    let team = catalogue::store::team_by_slug(tx, slug)?;
    let draft = acts::draft(cx, tx, &team, sprint);
    let (document, today, digest) = match store::frozen_text(tx, team.id, sprint)? {
        Some((text, digest)) => (serde_json::from_str(&text).map_err(Error::internal)?, Some(draft?), Some(digest)),
        None => (draft?, None, None),
    };
    let calendar = catalogue::store::calendar(tx, team.group)?;
    let begun = |n: i64| calendar.sprint(n).filter(|s| s.starts <= cx.now).map(|s| s.number);
    let neighbours = (begun(sprint - 1), begun(sprint + 1));
    let questions = acts::questions::of_report(cx, tx, &team, sprint)?;
    let asked = acts::asked::of(cx, tx, &team)?;
    Ok(Loaded { team, document, today, digest, neighbours, questions, asked })
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path((slug, sprint)): Path<(String, String)>) -> Result<Response> {
    let sprint = number(&sprint)?;
    let found = app.read(&cx, move |cx, tx| load(cx, tx, &slug, sprint)).await?;
    let d = &found.document;
    let here = format!("/reports/{}/{}", d.team.slug, d.sprint);
    let title = format!("{}, report of sprint {}", d.team.name, d.sprint);
    let topic = format!("/live?topic=team:{}", found.team.id);
    let mut frame = shell(&app, &cx, &title, Place::Reports, false);
    frame.live = Some(&topic);
    if found.team.may(&cx, &rights::VALUES) && found.digest.is_none() {
        frame.keys = vec![("Fill it in", "e")];
    }
    frame.foot.template = Some(format!("Template version {}", d.template));
    let api = format!("/api/v1{here}");
    frame.foot.exports = vec![("Markdown", format!("{here}/markdown")), ("CSV", format!("{api}/csv")), ("JSON", api)];
    let proof = format!("{}/{sprint}", found.team.id);
    let body = pages::report(
        d,
        &Around {
            may_fill: found.team.may(&cx, &rights::VALUES),
            may_exempt: found.team.may(&cx, &rights::EXEMPTION),
            may_raise: cx.actor.may_somewhere(&rights::CONCERNS),
            may_review: found.team.may(&cx, &rights::REVIEW),
            may_reopen: found.team.may(&cx, &rights::READY),
            today: found.today.as_ref(),
            earlier: found.neighbours.0,
            later: found.neighbours.1,
            questions: &found.questions,
            asked: &found.asked,
            digest: found.digest.as_deref(),
            proof: &proof,
            csrf: &cx.actor.csrf,
            now: cx.now,
        },
    );
    Ok(page(frame.page(html::html! {}, body)))
}

/// `/reports/{team}`: the report of the sprint that is being reported now.
pub(crate) async fn newest(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<Response> {
    cx.require_signed_in()?;
    let (slug, n) = app
        .read(&cx, move |cx, tx| {
            let team = catalogue::store::team_by_slug(tx, &slug)?;
            let sprint = overview::reporting_sprint(cx, tx, team.group)?;
            Ok((team.slug, sprint.number))
        })
        .await?;
    Ok(see_other(&format!("/reports/{slug}/{n}")))
}

pub(crate) async fn list(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_signed_in()?;
    let groups = app.read(&cx, overview::all).await?;
    let frame = shell(&app, &cx, "Team reports", Place::Reports, true);
    Ok(page(frame.page(html::html! {}, pages::overview::list_page(&groups, cx.now))))
}

pub(crate) async fn group(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<Response> {
    cx.require_signed_in()?;
    let found = overview::read(&app, &cx, slug).await?;
    let title = format!("Overview, sprint {}", found.sprint.number);
    let topic = format!("/live?topic=group:{}", found.group.id);
    let mut frame = shell(&app, &cx, &title, Place::Overview, true);
    frame.live = Some(&topic);
    frame.foot.exports = vec![("JSON", format!("/api/v1/groups/{}/overview", found.group.slug))];
    Ok(page(frame.page(html::html! {}, pages::overview::page(&found, cx.now))))
}

/// `name.md`: the report as Markdown.
pub(crate) async fn markdown(State(app): State<App>, cx: Ctx, Path((slug, sprint)): Path<(String, String)>) -> Result<Response> {
    let sprint = number(&sprint)?;
    let d = app
        .read(&cx, move |cx, tx| {
            cx.require_signed_in()?;
            let team = catalogue::store::team_by_slug(tx, &slug)?;
            acts::show(cx, tx, &team, sprint)
        })
        .await?;
    Ok(([("content-type", "text/markdown; charset=utf-8")], text::markdown(&d)).into_response())
}

fn entry_page(app: &App, cx: &Ctx, team: &Team, found: &entry::Entry, sent: &Sent<'_>) -> html::Markup {
    let title = format!("{}, fill in the report of sprint {}", found.document.team.name, found.document.sprint);
    let topic = format!("/live?topic=team:{}", team.id);
    let mut frame = shell(app, cx, &title, Place::Reports, false);
    frame.live = Some(&topic);
    frame.keys = vec![("Next field", "Enter"), ("Still the last value", "u"), ("Mark the report ready", "Ctrl+Enter")];
    frame.foot.template = Some(format!("Template version {}", found.document.template));
    frame.page(html::html! {}, pages::entry::page(found, sent, &cx.actor.csrf, cx.now))
}

pub(crate) async fn fill_form(State(app): State<App>, cx: Ctx, Path((slug, sprint)): Path<(String, String)>) -> Result<Response> {
    let sprint = number(&sprint)?;
    let (team, found) = app.read(&cx, move |cx, tx| load_entry(cx, tx, &slug, sprint)).await?;
    Ok(page(entry_page(&app, &cx, &team, &found, &Sent::default())))
}

fn load_entry(cx: &Ctx, tx: &mut dyn Tx, slug: &str, sprint: i64) -> Result<(Team, entry::Entry)> {
    cx.require_signed_in()?;
    let team = catalogue::store::team_by_slug(tx, slug)?;
    let found = entry_acts::entry(cx, tx, &team, sprint)?;
    Ok((team, found))
}

pub(crate) async fn fill(
    State(app): State<App>,
    cx: Ctx,
    Path((slug, sprint)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    let n = number(&sprint)?;
    let (sent, name) = (form.clone(), slug.clone());
    let faults = match app.write(&cx, move |cx, tx| store_form(cx, tx, &name, n, &sent)).await {
        Ok(to) => return Ok(see_other(&to)),
        Err(Error::Invalid(faults)) => faults,
        Err(e) => return Err(e),
    };
    let (team, found) = app.read(&cx, move |cx, tx| load_entry(cx, tx, &slug, n)).await?;
    let sent = Sent { form: Some(&form), faults: &faults };
    Ok(refused(entry_page(&app, &cx, &team, &found, &sent)))
}

/// Stores all of a form or nothing; returns where to go then.
fn store_form(cx: &Ctx, tx: &mut dyn Tx, slug: &str, sprint: i64, form: &Form) -> Result<String> {
    let (team, found) = load_entry(cx, tx, slug, sprint)?;
    let (values, faults) = entry::read(&found, form);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let (ids, values): (Vec<String>, Vec<_>) = values.into_iter().unzip();
    entry_acts::fill(cx, tx, &team, sprint, &values).map_err(|e| at_fields(e, &ids))?;
    for kind in ["win", "ask"] {
        let plain = |name: &str| form.get(name).trim().replace("\r\n", "\n");
        let (text, was) = (plain(kind), plain(&format!("{kind}-was")));
        let stored = found.words.iter().find(|(k, _, _)| k == kind).map_or("", |(_, w, _)| w.text.as_str());
        // What was not touched is not sent back over what somebody else wrote meanwhile.
        if form.opt(kind).is_none() || text == stored || text == was {
            continue;
        }
        let version = form.get(&format!("{kind}-version")).parse().unwrap_or(0);
        acts::say(cx, tx, &team, sprint, &NewWords { kind: kind.into(), text, version }).map_err(|e| match e {
            Error::Conflict(message) => Error::invalid(kind, message),
            Error::Invalid(faults) => Error::Invalid(faults.into_iter().map(|f| Fault::new(kind, f.message)).collect()),
            e => e,
        })?;
    }
    if let Some((field, entry)) = entry::undone(form) {
        let (metric, subject) = entry::of_field(field).ok_or_else(|| Error::not_found("value", field))?;
        let which = TakeBack { metric: metric.into(), subject: Some(subject.into()), entry };
        entry_acts::take_back(cx, tx, &team, sprint, &which)?;
    }
    let here = format!("/reports/{}/{sprint}", team.slug);
    if form.get("act") == "ready" {
        if found.document.ready.is_none() {
            acts::hand_in(cx, tx, &team, sprint)?;
        }
        return Ok(here);
    }
    Ok(format!("{here}/entry"))
}

/// Faults of a batch with the fields that its values came from.
fn at_fields(e: Error, ids: &[String]) -> Error {
    let Error::Invalid(list) = e else { return e };
    let field = |at: &str| at.strip_prefix("/values/")?.split('/').next()?.parse::<usize>().ok().and_then(|i| ids.get(i)).cloned();
    Error::Invalid(list.into_iter().map(|f| Fault::new(field(&f.at).unwrap_or(f.at), f.message)).collect())
}

async fn on_report<F>(app: App, cx: Ctx, slug: String, sprint: String, act: F) -> Result<Response>
where
    F: Fn(&Ctx, &mut dyn Tx, &Team, i64) -> Result<()> + Send + 'static,
{
    let n = number(&sprint)?;
    let to = app
        .write(&cx, move |cx, tx| {
            cx.require_signed_in()?;
            let team = catalogue::store::team_by_slug(tx, &slug)?;
            act(cx, tx, &team, n)?;
            Ok(format!("/reports/{}/{n}", team.slug))
        })
        .await?;
    Ok(see_other(&to))
}

pub(crate) async fn hand_in(
    State(app): State<App>,
    cx: Ctx,
    Path((slug, sprint)): Path<(String, String)>,
    _: Form,
) -> Result<Response> {
    on_report(app, cx, slug, sprint, |cx, tx, team, n| acts::hand_in(cx, tx, team, n).map(|_| ())).await
}

pub(crate) async fn reopen(
    State(app): State<App>,
    cx: Ctx,
    Path((slug, sprint)): Path<(String, String)>,
    _: Form,
) -> Result<Response> {
    on_report(app, cx, slug, sprint, acts::reopen).await
}

pub(crate) async fn review(
    State(app): State<App>,
    cx: Ctx,
    Path((slug, sprint)): Path<(String, String)>,
    _: Form,
) -> Result<Response> {
    on_report(app, cx, slug, sprint, |cx, tx, team, n| acts::review(cx, tx, team, n).map(|_| ())).await
}

/// What the template's page needs.
struct TemplateData {
    group: catalogue::Group,
    agreed: VersionedTemplate,
    pillars: Vec<(String, String)>,
    definitions: Vec<metrics::definition::Versioned>,
}

fn load_template(tx: &mut dyn Tx, slug: &str) -> Result<TemplateData> {
    let group = catalogue::store::group_by_slug(tx, slug)?;
    Ok(TemplateData {
        agreed: store::template(tx, group.id)?,
        pillars: metrics::store::pillars(tx)?,
        definitions: metrics::store::definitions(tx, "", 10_000)?,
        group,
    })
}

fn template_page(app: &App, cx: &Ctx, d: &TemplateData, sent: Option<(&Form, &[Fault])>) -> html::Markup {
    let title = format!("Template of {}", d.group.name);
    let body = pages::template::page(&pages::template::TemplatePage {
        group: &d.group,
        agreed: &d.agreed,
        pillars: &d.pillars,
        definitions: &d.definitions,
        may_agree: cx.actor.may(&rights::TEMPLATE, Some(d.group.id)),
        sent,
        csrf: &cx.actor.csrf,
    });
    shell(app, cx, &title, Place::Reports, false).page(html::html! {}, body)
}

pub(crate) async fn template(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<Response> {
    cx.require_signed_in()?;
    let found = app.read(&cx, move |_, tx| load_template(tx, &slug)).await?;
    Ok(page(template_page(&app, &cx, &found, None)))
}

pub(crate) async fn agree(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, form: Form) -> Result<Response> {
    let (sent, name) = (form.clone(), slug.clone());
    let made = app
        .write(&cx, move |cx, tx| {
            cx.require_signed_in()?;
            let d = load_template(tx, &name)?;
            let new = template::read(&sent, &d.pillars, &d.definitions, &d.agreed.template)?;
            acts::agree(cx, tx, &d.group, &new)
        })
        .await;
    let faults = match made {
        Ok(_) => return Ok(see_other(&format!("/groups/{slug}/template"))),
        Err(Error::Invalid(faults)) => faults,
        Err(Error::Conflict(message)) => vec![Fault::new("reason", message)],
        Err(e) => return Err(e),
    };
    let found = app.read(&cx, move |_, tx| load_template(tx, &slug)).await?;
    Ok(refused(template_page(&app, &cx, &found, Some((&form, &faults)))))
}
