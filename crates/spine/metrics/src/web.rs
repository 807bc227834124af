//! Handlers of metrics' pages.

pub(crate) mod forms;
pub(crate) mod values;

use axum::extract::State;
use axum::response::Response;
use html::Place;
use kernel::error::{Error, Fault, Result};
use kernel::time::Time;
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other, shell};
use people::rights;

use crate::definition::{Aggregation, ChartKind, Definition, Goal, PeriodKind, SubjectKind, Way};
use crate::{acts, baseline, pages, store};

/// Periods on a metric's page: those that a report judges by.
const SHOWN: i64 = crate::judged::PERIODS as i64;

pub(crate) async fn list(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_signed_in()?;
    let (pillars, all) = app.read(&cx, |_, tx| Ok((store::pillars(tx)?, store::definitions(tx, "", 10_000)?))).await?;
    let frame = shell(&app, &cx, "Metrics", Place::Reports, false);
    Ok(page(frame.page(html::html! {}, pages::list(&pillars, &all, cx.actor.may_somewhere(&rights::DEFINITIONS)))))
}

fn form_page(app: &App, cx: &Ctx, pillars: &[(String, String)], sent: Option<(&Form, &[Fault])>) -> html::Markup {
    let frame = shell(app, cx, "Define a metric", Place::Reports, false);
    frame.page(html::html! {}, pages::define(pillars, None, sent, &cx.actor.csrf))
}

pub(crate) async fn new(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_somewhere(&rights::DEFINITIONS)?;
    let pillars = app.read(&cx, |_, tx| store::pillars(tx)).await?;
    Ok(page(form_page(&app, &cx, &pillars, None)))
}

fn choice<T: serde::de::DeserializeOwned>(form: &Form, name: &str) -> Result<T> {
    let text = form.get(name);
    serde_json::from_value(serde_json::Value::String(text.to_owned()))
        .map_err(|_| Error::invalid(name, format!("“{}” is none of the choices.", text.chars().take(40).collect::<String>())))
}

fn decimal(form: &Form, name: &str) -> Result<Option<f64>> {
    let text = form.get(name).trim().replace(',', ".");
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| Error::invalid(name, format!("“{text}” is no number. Write it like 99.5.")))
}

/// Reads a definition from a form.
pub(crate) fn definition_of(form: &Form) -> Result<Definition> {
    let (least, most) = (decimal(form, "at_least")?, decimal(form, "at_most")?);
    let title = form.get("title").trim().to_owned();
    let key = form.get("key").trim().to_owned();
    let percent = form.get("unit").trim() == "%";
    let days = form.get("fresh_days").trim();
    Ok(Definition {
        key: if key.is_empty() { kernel::text::slug(&title) } else { key },
        title,
        detail: form.get("detail").into(),
        pillar: form.get("pillar").into(),
        unit: form.get("unit").into(),
        decimals: form.get("decimals").trim().parse().unwrap_or(0),
        direction: choice::<Way>(form, "direction")?,
        period: choice::<PeriodKind>(form, "period")?,
        subject: choice::<SubjectKind>(form, "subject")?,
        aggregation: choice::<Aggregation>(form, "aggregation")?,
        target: (least.is_some() || most.is_some()).then_some(Goal { at_least: least, at_most: most }),
        least: decimal(form, "least")?.or(percent.then_some(0.0)),
        greatest: decimal(form, "greatest")?.or(percent.then_some(100.0)),
        fresh_days: if days.is_empty() {
            None
        } else {
            Some(days.parse().map_err(|_| Error::invalid("fresh_days", format!("“{days}” is no number of days.")))?)
        },
        logs: form.get("logs") == "yes",
        chart: if form.get("chart").is_empty() { ChartKind::default() } else { choice::<ChartKind>(form, "chart")? },
        goal: form.get("goal").into(),
        signal: form.get("signal").into(),
        decision: form.get("decision").into(),
        counter_metric: None,
        could_come_from: form.get("could_come_from").into(),
    })
}

pub(crate) async fn define(State(app): State<App>, cx: Ctx, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::DEFINITIONS)?;
    let sent = form.clone();
    let made = app.write(&cx, move |cx, tx| acts::define(cx, tx, &definition_of(&sent)?)).await;
    let faults = match made {
        Ok(_) => return Ok(see_other("/metrics-list")),
        Err(Error::Invalid(faults)) => faults,
        Err(Error::Conflict(message)) => vec![Fault::new("key", message)],
        Err(e) => return Err(e),
    };
    let pillars = app.read(&cx, |_, tx| store::pillars(tx)).await?;
    Ok(refused(form_page(&app, &cx, &pillars, Some((&form, &faults)))))
}

/// One metric of one subject, with what the reader may do there.
async fn metric_page(app: &App, cx: &Ctx, key: &str, slug: &str, sent: Option<(&Form, &[Fault])>) -> Result<html::Markup> {
    let (key, slug) = (key.to_owned(), slug.to_owned());
    let found = app
        .read(cx, move |cx, tx| {
            let v = acts::definition(tx, &key)?;
            let subject = catalogue::store::subject(tx, acts::kind_of(v.definition.subject), &slug)?;
            let values = store::series(tx, &key, subject.id, Time(i64::MAX), SHOWN)?;
            let frozen = store::baselines(tx, subject.id)?.into_iter().rfind(|f| f.metric == key);
            let refused = store::refusals(tx, subject.id, &key)?;
            let proposed = baseline::proposed(&v.definition, &values, frozen.as_ref(), &refused);
            let seams = store::seams(tx, &key)?;
            let marks = match (values.first(), values.last()) {
                (Some(oldest), Some(newest)) => marks::store::of_axis(tx, &subject, oldest.starts, newest.ends)?,
                _ => Vec::new(),
            };
            let may_raise = cx.actor.may_somewhere(&rights::CONCERNS);
            Ok(pages::MetricPage { definition: v, subject, values, frozen, seams, marks, proposed, may_raise })
        })
        .await?;
    let title = format!("{}, {}", found.definition.definition.title, found.subject.name);
    let mut frame = shell(app, cx, &title, Place::Reports, false);
    frame.foot.exports =
        vec![("JSON", format!("/api/v1/metrics/{}/values?subject={}", found.definition.definition.key, found.subject.slug))];
    let forms = pages::forms::Forms {
        may_record: found.subject.team.may(cx, &rights::VALUES),
        may_freeze: found.subject.team.may(cx, &rights::BASELINES),
        sent,
        csrf: &cx.actor.csrf,
    };
    Ok(frame.page(html::html! {}, pages::metric(&found, &forms, cx.now, &cx.actor.zone)))
}

pub(crate) async fn metric(State(app): State<App>, cx: Ctx, Path((key, subject)): Path<(String, String)>) -> Result<Response> {
    cx.require_signed_in()?;
    Ok(page(metric_page(&app, &cx, &key, &subject, None).await?))
}
