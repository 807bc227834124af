//! Handlers of the pages above all rooms.

use axum::extract::State;
use axum::response::Response;
use catalogue::Group;
use html::Place;
use kernel::db::Tx;
use kernel::error::{Error, Fault, Result};
use kernel::ids::{Id, Ref};
use kernel::trail::Verified;
use kernel::web::{App, Ctx, Form, Query, page, refused, see_other, shell};
use people::{Organisation, rights};
use serde::Deserialize;

use super::acts::{FirstGroup, begin_group, begin_template};
use super::{finding, pages, shelf};

/// Where one begins: the overview of one's own group, else of the first, else the first steps.
pub(super) async fn home(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_signed_in()?;
    let to = app
        .read(&cx, |cx, tx| {
            let groups = catalogue::store::groups(tx)?;
            let teams = catalogue::store::teams(tx, None)?;
            let mine = |g: &&Group| {
                let at = |id| cx.actor.may(&rights::REVIEW, Some(id)) || cx.actor.may(&rights::VALUES, Some(id));
                at(g.id) || teams.iter().any(|t| t.group == g.id && at(t.id))
            };
            let group = groups.iter().find(mine).or(groups.first());
            Ok(group.map_or_else(|| "/welcome".to_owned(), |g| format!("/overview/{}", g.slug)))
        })
        .await?;
    Ok(see_other(&to))
}

fn load(tx: &mut dyn Tx) -> Result<pages::Progress> {
    let organisation: Organisation = people::organisation(tx)?;
    let group = catalogue::store::groups(tx)?.into_iter().next();
    let (mut teams, mut template) = (Vec::new(), 0);
    if let Some(g) = &group {
        teams = catalogue::store::teams(tx, Some(g.id))?;
        template = report::store::template(tx, g.id)?.version;
    }
    Ok(pages::Progress { organisation, group, teams, template })
}

async fn draw(app: &App, cx: &Ctx, sent: Option<(&Form, &[Fault])>) -> Result<html::Markup> {
    let progress = app.read(cx, |_, tx| load(tx)).await?;
    let mut frame = shell(app, cx, "Set up", Place::None, false);
    frame.bare = true;
    let today = cx.now.jiff().strftime("%Y-%m-%d").to_string();
    let may = cx.actor.may(&rights::SETUP, None);
    Ok(frame.page(html::html! {}, pages::welcome(&progress, sent, &cx.actor.csrf, &today, may)))
}

pub(super) async fn welcome(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_signed_in()?;
    Ok(page(draw(&app, &cx, None).await?))
}

/// After a step: on to the next, or the same form with what was wrong.
async fn answer<T>(app: &App, cx: &Ctx, form: &Form, done: Result<T>, to: &str) -> Result<Response> {
    let faults = match done {
        Ok(_) => return Ok(see_other(to)),
        Err(Error::Invalid(faults)) => faults,
        Err(Error::Conflict(message)) => vec![Fault::new(form.get("step"), message)],
        Err(e) => return Err(e),
    };
    Ok(refused(draw(app, cx, Some((form, &faults))).await?))
}

pub(super) async fn organisation(State(app): State<App>, cx: Ctx, form: Form) -> Result<Response> {
    let sent = form.clone();
    let done = app
        .write(&cx, move |cx, tx| {
            cx.require_everywhere(&rights::SETUP)?;
            let group = catalogue::group_of(&sent)?;
            begin_group(cx, tx, &FirstGroup { organisation: sent.get("organisation").into(), group })
        })
        .await;
    answer(&app, &cx, &form, done, "/welcome#teams").await
}

fn first_group(tx: &mut dyn Tx) -> Result<Group> {
    catalogue::store::groups(tx)?.into_iter().next().ok_or_else(|| Error::Conflict("Make the first group first.".into()))
}

pub(super) async fn teams(State(app): State<App>, cx: Ctx, form: Form) -> Result<Response> {
    let sent = form.clone();
    let done = app
        .write(&cx, move |cx, tx| {
            cx.require_somewhere(&rights::TEAMS)?;
            let group = first_group(tx)?;
            catalogue::acts::make_teams(cx, tx, &group.slug, sent.get("list"))
        })
        .await;
    answer(&app, &cx, &form, done, "/welcome#template").await
}

pub(super) async fn template(State(app): State<App>, cx: Ctx, form: Form) -> Result<Response> {
    let few = form.get("rows") != "all";
    let done = app
        .write(&cx, move |cx, tx| {
            cx.require_somewhere(&rights::TEMPLATE)?;
            let group = first_group(tx)?;
            begin_template(cx, tx, &group, few)
        })
        .await;
    answer(&app, &cx, &form, done, "/").await
}

#[derive(Deserialize)]
pub(super) struct Asked {
    q: Option<String>,
}

pub(super) async fn find(State(app): State<App>, cx: Ctx, Query(asked): Query<Asked>) -> Result<Response> {
    cx.require_signed_in()?;
    let question = asked.q.unwrap_or_default();
    let looked = question.clone();
    let hits = app.read(&cx, move |cx, tx| finding::find(tx, &shelf::open_to(&cx.actor), &looked)).await?;
    let frame = shell(&app, &cx, "Find", Place::None, false);
    Ok(page(frame.page(html::html! {}, pages::find(&question, &hits))))
}

pub(super) async fn find_json(
    State(app): State<App>,
    cx: Ctx,
    Query(asked): Query<Asked>,
) -> Result<axum::Json<Vec<finding::Hit>>> {
    cx.require_signed_in()?;
    let question = asked.q.unwrap_or_default();
    Ok(axum::Json(app.read(&cx, move |cx, tx| finding::find(tx, &shelf::open_to(&cx.actor), &question)).await?))
}

/// Every component with sample data: for the people who build pages, and for the browser tests.
pub(super) async fn gallery(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_signed_in()?;
    Ok(page(html::gallery(&shell(&app, &cx, "", Place::None, false))))
}

/// Records on one page of the trail.
const RECORDS: i64 = 100;

#[derive(Deserialize)]
pub(super) struct WhichRecords {
    kind: Option<String>,
    id: Option<String>,
    before: Option<String>,
}

async fn trail_page(app: &App, cx: &Ctx, which: WhichRecords, verified: Option<&Verified>) -> Result<html::Markup> {
    let subject = which.kind.zip(which.id).map(|(kind, id)| Ref { kind, id });
    let before: Option<Id> = which.before.and_then(|b| b.parse().ok());
    let about = subject.clone();
    let (records, names) = app
        .read(cx, move |_, tx| {
            let records = kernel::trail::records(tx, about.as_ref(), before, RECORDS + 1)?;
            let mut names: Vec<(String, String)> = Vec::new();
            for r in &records {
                if let Some(Ok(id)) = r.actor.strip_prefix("person:").map(str::parse::<Id>)
                    && !names.iter().any(|(key, _)| *key == r.actor)
                    && let Some(person) = people::store::person(tx, id)?
                {
                    names.push((r.actor.clone(), person.name));
                }
            }
            Ok((records, names))
        })
        .await?;
    let mut frame = shell(app, cx, "Trail", Place::None, false);
    let query = subject.as_ref().map(|s| format!("?kind={}&id={}", s.kind, s.id)).unwrap_or_default();
    frame.foot.exports = vec![("JSON", format!("/api/v1/trail{query}"))];
    let view = pages::Trail {
        records: &records,
        limit: usize::try_from(RECORDS).unwrap_or(100),
        subject: subject.as_ref(),
        names: &names,
        verified,
        csrf: &cx.actor.csrf,
        now: cx.now,
        zone: &cx.actor.zone,
    };
    Ok(frame.page(html::html! {}, pages::trail(&view)))
}

/// The trail: who did what to which thing, newest first; of one thing if it is named.
pub(super) async fn trail(State(app): State<App>, cx: Ctx, Query(which): Query<WhichRecords>) -> Result<Response> {
    cx.require_signed_in()?;
    Ok(page(trail_page(&app, &cx, which, None).await?))
}

/// Recomputes every seal, and says what came of it.
pub(super) async fn verification(State(app): State<App>, cx: Ctx, _: Form) -> Result<Response> {
    cx.require_signed_in()?;
    let verified = app.read(&cx, |cx, tx| kernel::trail::verify(tx, cx.now)).await?;
    let all = WhichRecords { kind: None, id: None, before: None };
    Ok(page(trail_page(&app, &cx, all, Some(&verified)).await?))
}

/// What there is to look at in the demonstration, and how to leave it.
pub(super) async fn demonstration(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_signed_in()?;
    let frame = shell(&app, &cx, "Demonstration", Place::None, false);
    Ok(page(frame.page(html::html! {}, pages::tour(app.demo))))
}

/// Pages that are rarely needed.
pub(super) async fn settings(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_signed_in()?;
    let frame = shell(&app, &cx, "Settings", Place::None, false);
    Ok(page(frame.page(html::html! {}, pages::settings(&cx.actor))))
}
