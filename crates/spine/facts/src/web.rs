//! Handlers of the page of a workload's facts.

use axum::extract::State;
use axum::response::Response;
use catalogue::{Team, Workload};
use html::Place;
use jiff::civil::Date;
use kernel::error::{Error, Fault, Result};
use kernel::text::percent;
use kernel::time::Time;
use kernel::web::{App, Ctx, Form, Path, Query, page, refused, see_other, shell};
use people::rights;
use serde::Deserialize;

use crate::acts::{self, NewFacts};
use crate::fact::{FactValue, Facts, NewFact};
use crate::keys::{self, Kind};
use crate::pages::{FactsPage, PastPage, facts_page, past_page};

type Loaded = (Workload, Team, Facts);

async fn load(app: &App, cx: &Ctx, workload: &str) -> Result<Loaded> {
    let workload = workload.to_owned();
    app.read(cx, move |cx, tx| acts::of_workload(cx, tx, &workload)).await
}

fn draw(app: &App, cx: &Ctx, (workload, team, facts): &Loaded, sent: Option<(&Form, &[Fault])>) -> html::Markup {
    let title = format!("What is known of {}", workload.name);
    let live = format!("/live?topic={}", acts::topic(workload));
    let mut frame = shell(app, cx, &title, Place::WellArchitected, false);
    frame.live = Some(&live);
    frame.foot.exports = vec![("JSON", format!("/api/v1/workloads/{}/facts", workload.slug))];
    frame.page(
        html::html! {},
        facts_page(&FactsPage {
            workload: (&workload.slug, &workload.name),
            team: (&team.slug, &team.name),
            facts,
            may_write: team.may(cx, &rights::VALUES),
            sent,
            csrf: &cx.actor.csrf,
            now: cx.now,
            zone: &cx.actor.zone,
        }),
    )
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(workload): Path<String>) -> Result<Response> {
    cx.require_signed_in()?;
    let found = load(&app, &cx, &workload).await?;
    Ok(page(draw(&app, &cx, &found, None)))
}

/// Values that one page of a fact's past shows.
const SHOWN: i64 = 100;

#[derive(Deserialize)]
pub(crate) struct Whose {
    key: Option<String>,
    item: Option<String>,
    before: Option<String>,
}

pub(crate) async fn past(
    State(app): State<App>,
    cx: Ctx,
    Path(workload): Path<String>,
    Query(w): Query<Whose>,
) -> Result<Response> {
    cx.require_signed_in()?;
    let (key, item) = (w.key.unwrap_or_default(), w.item.unwrap_or_default());
    let before = w.before.as_deref().and_then(|t| t.parse().ok()).unwrap_or(i64::MAX);
    let (k, i) = (key.clone(), item.clone());
    let (workload, team, mut facts) =
        app.read(&cx, move |cx, tx| acts::past(cx, tx, &workload, (&k, &i), (Time(before), SHOWN + 1))).await?;
    let more = i64::try_from(facts.len()).is_ok_and(|n| n > SHOWN);
    facts.truncate(usize::try_from(SHOWN).unwrap_or(usize::MAX));
    let query = format!("key={}&item={}", percent(&key), percent(&item));
    let here = format!("/workloads/{}/facts/history?{query}", workload.slug);
    let older = facts.last().filter(|_| more).map(|last| format!("{here}&before={}", last.observed_at.0));
    let title = format!("{} of {}", keys::title(&key), workload.name);
    let live = format!("/live?topic={}", acts::topic(&workload));
    let mut frame = shell(&app, &cx, &title, Place::WellArchitected, false);
    frame.live = Some(&live);
    frame.foot.exports = vec![("JSON", format!("/api/v1/workloads/{}/facts/history?{query}", workload.slug))];
    let body = past_page(&PastPage {
        workload: (&workload.slug, &workload.name),
        team: (&team.slug, &team.name),
        of: (&key, &item),
        facts: &facts,
        older: older.as_deref(),
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(page(frame.page(html::html! {}, body)))
}

/// A value as a person types it, in the kind of its key.
fn value_of(key: &str, text: &str) -> Result<FactValue> {
    let text = text.trim();
    let yes = |t: &str| match t.to_lowercase().as_str() {
        "yes" | "true" => Some(true),
        "no" | "false" => Some(false),
        _ => None,
    };
    let bad = |say: &str| Error::invalid("value", say);
    Ok(match keys::of(key).map(|k| k.kind) {
        Some(Kind::Event) if text.is_empty() => FactValue::Yes(true),
        Some(Kind::Event | Kind::Yes) => FactValue::Yes(yes(text).ok_or_else(|| bad("Write yes or no."))?),
        Some(Kind::Number(_)) => {
            let n = text.parse::<f64>().ok().filter(|n| n.is_finite());
            FactValue::Number(n.ok_or_else(|| bad("Write a number, with a point for its decimals."))?)
        }
        _ => FactValue::Word(text.to_owned()),
    })
}

/// The start of a day where the reader is; now for today or nothing.
fn day_of(text: &str, cx: &Ctx) -> Result<Option<Time>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let bad = || Error::invalid("observed_at", "Write the day like 2026-11-24.");
    let day: Date = text.parse().map_err(|_| bad())?;
    let start = day.in_tz(&cx.actor.zone).map_err(|_| bad())?;
    let today = cx.now.jiff().in_tz(&cx.actor.zone).map_err(|_| bad())?.date();
    Ok((day != today).then(|| Time(start.timestamp().as_microsecond())))
}

fn new_of(form: &Form, cx: &Ctx) -> Result<NewFacts> {
    let key = form.get("key").trim().to_owned();
    let value = value_of(&key, form.get("value"))?;
    let observed_at = day_of(form.get("observed_at"), cx)?;
    let some = |name: &str| form.get(name).trim().to_owned();
    Ok(NewFacts {
        facts: vec![NewFact {
            key,
            item: some("item"),
            value,
            observed_at,
            valid_until: None,
            source: some("source"),
            url: some("url"),
        }],
    })
}

pub(crate) async fn record(State(app): State<App>, cx: Ctx, Path(workload): Path<String>, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::VALUES)?;
    let (sent, slug) = (form.clone(), workload.clone());
    let done = app
        .write(&cx, move |cx, tx| {
            let (_, team) = acts::place(tx, &slug)?;
            team.require(cx, &rights::VALUES)?;
            acts::record(cx, tx, &slug, &new_of(&sent, cx)?)
        })
        .await;
    let faults = match done {
        Ok(_) => return Ok(see_other(&format!("/workloads/{workload}/facts"))),
        Err(Error::Invalid(faults)) => {
            faults.into_iter().map(|f| Fault::new(f.at.rsplit('/').next().unwrap_or_default().to_owned(), f.message)).collect()
        }
        Err(Error::Conflict(message)) => vec![Fault::new("value", message)],
        Err(e) => return Err(e),
    };
    let faults: Vec<Fault> = faults;
    let found = load(&app, &cx, &workload).await?;
    Ok(refused(draw(&app, &cx, &found, Some((&form, &faults)))))
}
