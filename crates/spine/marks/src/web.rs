//! Handlers of the page of a team's marks.

use axum::extract::State;
use axum::response::Response;
use catalogue::Team;
use html::Place as Where;
use kernel::error::{Error, Fault, Result};
use kernel::ids::Id;
use kernel::time::Time;
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other, shell};
use people::rights;

use crate::api::id_of;
use crate::mark::{Mark, MarkKind, NewMark, PlaceKind};
use crate::pages::{MarksPage, marks_page};
use crate::store::{self, Window};
use crate::{acts, mark};

/// Marks on the page.
const SHOWN: usize = 200;

struct Loaded {
    team: Team,
    marks: Vec<Mark>,
    more: bool,
    /// Value of the field, name, id.
    things: Vec<(String, String, Id)>,
}

async fn load(app: &App, cx: &Ctx, team: &str) -> Result<Loaded> {
    let team = team.to_owned();
    app.read(cx, move |_, tx| {
        let team = catalogue::store::team_by_slug(tx, &team)?;
        let limit = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
        let mut marks = store::below(tx, team.id, &Window::of(Time(i64::MIN), Time(i64::MAX)), limit)?;
        let more = marks.len() > SHOWN;
        marks.truncate(SHOWN);
        let mut things = vec![(format!("team {}", team.slug), team.name.clone(), team.id)];
        for w in catalogue::store::workloads_of(tx, team.id)? {
            things.push((format!("workload {}", w.slug), w.name, w.id));
        }
        for s in catalogue::store::services_of_team(tx, team.id)? {
            things.push((format!("service {}", s.slug), s.name, s.id));
        }
        Ok(Loaded { team, marks, more, things })
    })
    .await
}

fn draw(app: &App, cx: &Ctx, l: &Loaded, sent: Option<(&Form, &[Fault])>, back: Option<Id>) -> html::Markup {
    let places: Vec<(String, String)> = l.things.iter().map(|(value, name, _)| (value.clone(), name.clone())).collect();
    let name = |m: &Mark| {
        // A thing that went to another team keeps its marks here without its name of today.
        l.things.iter().find(|(_, _, id)| *id == m.subject).map_or_else(|| m.on.key().to_owned(), |(_, name, _)| name.clone())
    };
    let on: Vec<String> = l.marks.iter().map(name).collect();
    let title = format!("What happened when, {}", l.team.name);
    let mut frame = shell(app, cx, &title, Where::Reports, false);
    frame.foot.exports = vec![("JSON", format!("/api/v1/marks?on=team&slug={}", l.team.slug))];
    frame.page(
        html::html! {},
        marks_page(&MarksPage {
            team: (&l.team.slug, &l.team.name),
            marks: &l.marks,
            places: &places,
            on: &on,
            more: l.more,
            may_write: l.team.may(cx, &rights::NOTES),
            sent,
            back,
            csrf: &cx.actor.csrf,
            now: cx.now,
            zone: &cx.actor.zone,
        }),
    )
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(team): Path<String>) -> Result<Response> {
    cx.require_signed_in()?;
    let found = load(&app, &cx, &team).await?;
    Ok(page(draw(&app, &cx, &found, None, None)))
}

/// A time as a person writes it, in their zone; RFC 3339 is taken too.
fn when(text: &str, zone: &str) -> Result<Option<Time>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(time) = Time::parse(text) {
        return Ok(Some(time));
    }
    let civil = text.parse::<jiff::civil::DateTime>().map_err(|_| {
        let shown: String = text.chars().take(40).collect();
        Error::invalid("at", format!("“{shown}” is no time. Write it like 2026-11-24 14:30."))
    })?;
    let zoned = civil.in_tz(zone).map_err(|e| Error::invalid("at", e.to_string()))?;
    Ok(Some(Time(zoned.timestamp().as_microsecond())))
}

fn new_of(form: &Form, zone: &str) -> Result<NewMark> {
    let on = form.get("on");
    let (kind, slug) = on.split_once(' ').unwrap_or((on, ""));
    let none = |at: &str| Error::invalid(at, "Choose one of the list.");
    let url = form.get("url").trim();
    Ok(NewMark {
        on: PlaceKind::read(kind).ok_or_else(|| none("on"))?,
        slug: slug.into(),
        kind: MarkKind::read(form.get("kind")).ok_or_else(|| none("kind"))?,
        title: form.get("title").into(),
        at: when(form.get("at"), zone)?,
        until: None,
        url: (!url.is_empty()).then(|| url.to_owned()),
        origin: None,
    })
}

async fn after(app: &App, cx: &Ctx, (team, back): (&str, Option<Id>), form: &Form, done: Result<mark::Mark>) -> Result<Response> {
    let faults = match done {
        Ok(_) => return Ok(see_other(&format!("/teams/{team}/marks"))),
        Err(Error::Invalid(faults)) => faults,
        Err(Error::Conflict(message)) => vec![Fault::new(if back.is_some() { "reason" } else { "title" }, message)],
        Err(e) => return Err(e),
    };
    let found = load(app, cx, team).await?;
    Ok(refused(draw(app, cx, &found, Some((form, &faults)), back)))
}

pub(crate) async fn record(State(app): State<App>, cx: Ctx, Path(team): Path<String>, form: Form) -> Result<Response> {
    let (sent, slug) = (form.clone(), team.clone());
    let done = app
        .write(&cx, move |cx, tx| {
            cx.require_signed_in()?;
            catalogue::store::team_by_slug(tx, &slug)?.require(cx, &rights::NOTES)?;
            acts::record(cx, tx, &new_of(&sent, &cx.actor.zone)?)
        })
        .await;
    after(&app, &cx, (&team, None), &form, done).await
}

pub(crate) async fn take_back(
    State(app): State<App>,
    cx: Ctx,
    Path((team, id)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    let (sent, slug, mark) = (form.clone(), team.clone(), id_of(&id).ok());
    let done = app
        .write(&cx, move |cx, tx| {
            cx.require_signed_in()?;
            catalogue::store::team_by_slug(tx, &slug)?.require(cx, &rights::NOTES)?;
            acts::take_back(cx, tx, id_of(&id)?, sent.get("reason"))
        })
        .await;
    after(&app, &cx, (&team, mark), &form, done).await
}
