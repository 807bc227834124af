//! Handlers of the forms on a metric's pages.

use axum::extract::State;
use axum::response::Response;
use html::Place;
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other, shell};
use people::rights;

use super::{decimal, definition_of, metric_page};
use crate::acts::{self, Redefinition};
use crate::baseline::{NewBaseline, NewRefusal};
use crate::value::NewValue;
use crate::{pages, store};

fn faults_of(e: Error) -> Result<Vec<Fault>> {
    match e {
        Error::Invalid(faults) => Ok(faults),
        Error::Conflict(message) => Ok(vec![Fault::new("title", message)]),
        e => Err(e),
    }
}

/// A number or a numerator over a denominator, as it was typed.
fn value_of(form: &Form, metric: &str, subject: &str) -> Result<NewValue> {
    let note = form.get("note").trim();
    Ok(NewValue {
        metric: metric.into(),
        subject: subject.into(),
        period: form.get("period").trim().into(),
        number: decimal(form, "number")?,
        numerator: decimal(form, "numerator")?,
        denominator: decimal(form, "denominator")?,
        unit: None,
        note: (!note.is_empty()).then(|| note.to_owned()),
        kept: false,
    })
}

pub(crate) async fn record(
    State(app): State<App>,
    cx: Ctx,
    Path((key, slug)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    let (sent, metric, subject) = (form.clone(), key.clone(), slug.clone());
    let done = app
        .write(&cx, move |cx, tx| {
            let value = value_of(&sent, &metric, &subject)?;
            acts::record(cx, tx, &[value], acts::way_of(cx), &cx.actor.name)
        })
        .await;
    after(&app, &cx, &key, &slug, &form, done).await
}

pub(crate) async fn freeze(
    State(app): State<App>,
    cx: Ctx,
    Path((key, slug)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    let (sent, metric, subject) = (form.clone(), key.clone(), slug.clone());
    let done = app
        .write(&cx, move |cx, tx| {
            cx.require_signed_in()?;
            let d = acts::definition(tx, &metric)?.definition;
            let subject = catalogue::store::subject(tx, acts::kind_of(d.subject), &subject)?;
            subject.team.require(cx, &rights::BASELINES)?;
            let periods = sent.get("periods").trim();
            let count = periods.parse().map_err(|_| Error::invalid("periods", format!("“{periods}” is no whole number.")))?;
            let new = NewBaseline { period: sent.get("period").trim().into(), periods: count, reason: sent.get("reason").into() };
            acts::freeze(cx, tx, &subject, &metric, &new)
        })
        .await;
    after(&app, &cx, &key, &slug, &form, done).await
}

/// Accepts or refuses what the rules propose.
pub(crate) async fn answer(
    State(app): State<App>,
    cx: Ctx,
    Path((key, slug)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    let (sent, metric, subject) = (form.clone(), key.clone(), slug.clone());
    let done = app
        .write(&cx, move |cx, tx| {
            cx.require_signed_in()?;
            let d = acts::definition(tx, &metric)?.definition;
            let subject = catalogue::store::subject(tx, acts::kind_of(d.subject), &subject)?;
            subject.team.require(cx, &rights::BASELINES)?;
            let (period, reason) = (sent.get("period").trim().to_owned(), sent.get("reason").to_owned());
            if sent.get("answer") == "refuse" {
                return acts::proposal::refuse(cx, tx, &subject, &metric, &NewRefusal { period, reason }).map(|_| ());
            }
            let periods = sent.get("periods").parse().unwrap_or(0);
            acts::freeze(cx, tx, &subject, &metric, &NewBaseline { period, periods, reason }).map(|_| ())
        })
        .await;
    after(&app, &cx, &key, &slug, &form, done).await
}

async fn after<T>(app: &App, cx: &Ctx, key: &str, slug: &str, form: &Form, done: Result<T>) -> Result<Response> {
    match done {
        Ok(_) => Ok(see_other(&format!("/metrics/{key}/{slug}"))),
        Err(e) => {
            let faults = faults_of(e)?;
            Ok(refused(metric_page(app, cx, key, slug, Some((form, &faults))).await?))
        }
    }
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(key): Path<String>) -> Result<Response> {
    cx.require_signed_in()?;
    let (found, seams) = app.read(&cx, move |_, tx| Ok((acts::definition(tx, &key)?, store::seams(tx, &key)?))).await?;
    let frame = shell(&app, &cx, &found.definition.title, Place::Reports, false);
    let may = cx.actor.may_somewhere(&rights::DEFINITIONS);
    Ok(page(frame.page(html::html! {}, pages::forms::definition(&found, &seams, may, &cx.actor.zone, cx.now))))
}

async fn edit_page(app: &App, cx: &Ctx, key: &str, sent: Option<(&Form, &[Fault])>) -> Result<html::Markup> {
    let key = key.to_owned();
    let (found, pillars) = app.read(cx, move |_, tx| Ok((acts::definition(tx, &key)?, store::pillars(tx)?))).await?;
    let title = format!("A new version of {}", found.definition.title);
    let frame = shell(app, cx, &title, Place::Reports, false);
    Ok(frame.page(html::html! {}, pages::define(&pillars, Some(&found), sent, &cx.actor.csrf)))
}

pub(crate) async fn edit(State(app): State<App>, cx: Ctx, Path(key): Path<String>) -> Result<Response> {
    cx.require_somewhere(&rights::DEFINITIONS)?;
    Ok(page(edit_page(&app, &cx, &key, None).await?))
}

pub(crate) async fn redefine(State(app): State<App>, cx: Ctx, Path(key): Path<String>, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::DEFINITIONS)?;
    let (sent, metric) = (form.clone(), key.clone());
    let done = app
        .write(&cx, move |cx, tx| {
            cx.require_somewhere(&rights::DEFINITIONS)?;
            let before = acts::definition(tx, &metric)?.definition;
            let mut definition = definition_of(&sent)?;
            // The form has no fields for these; they stay.
            definition.key = metric.clone();
            definition.period = before.period;
            definition.subject = before.subject;
            definition.counter_metric = before.counter_metric;
            let because = sent.get("comparable_because").trim();
            let change = Redefinition {
                definition,
                version: sent.get("version").parse().unwrap_or(0),
                comparable_because: (!because.is_empty()).then(|| because.to_owned()),
            };
            acts::redefine(cx, tx, &metric, &change)
        })
        .await;
    match done {
        Ok(v) => Ok(see_other(&format!("/metrics-list/{}", v.definition.key))),
        Err(e) => {
            let faults = faults_of(e)?;
            Ok(refused(edit_page(&app, &cx, &key, Some((&form, &faults))).await?))
        }
    }
}
