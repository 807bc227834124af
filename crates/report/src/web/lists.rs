//! Handlers of the page on which a team keeps a list.

use axum::extract::State;
use axum::response::Response;
use catalogue::Team;
use html::Place;
use kernel::error::{Error, Fault, Result};
use kernel::ids::Id;
use kernel::web::{App, Ctx, Form, Path, Query, page, refused, see_other, shell};
use people::rights;
use serde::Deserialize;

use crate::acts::lists as acts;
use crate::lists::{Entry, MOST_ENTRIES, NewEntry, TemplateList};
use crate::pages::lists::{ListPage, list_page};
use crate::store::lists as entries;

struct Loaded {
    team: Team,
    list: TemplateList,
    entries: Vec<Entry>,
    editing: Option<Entry>,
    today: String,
}

async fn load(app: &App, cx: &Ctx, team: &str, list: &str, editing: Option<Id>) -> Result<Loaded> {
    let (team, list) = (team.to_owned(), list.to_owned());
    app.read(cx, move |cx, tx| {
        let team = catalogue::store::team_by_slug(tx, &team)?;
        let list = acts::list_of(tx, &team, &list)?;
        let found = entries::of_list(tx, team.id, &list.key, i64::try_from(MOST_ENTRIES).unwrap_or(500))?;
        let editing = editing.and_then(|id| found.iter().find(|e| e.id == id).cloned());
        let zone = catalogue::store::group(tx, team.group)?.zone;
        let today = cx.now.jiff().in_tz(&zone).map_err(Error::internal)?.date().to_string();
        Ok(Loaded { team, list, entries: found, editing, today })
    })
    .await
}

fn draw(app: &App, cx: &Ctx, l: &Loaded, sent: Option<(&Form, &[Fault])>) -> html::Markup {
    let title = format!("{}, {}", l.list.title, l.team.name);
    let frame = shell(app, cx, &title, Place::Reports, false);
    frame.page(
        html::html! {},
        list_page(&ListPage {
            team: (&l.team.slug, &l.team.name),
            list: &l.list,
            entries: &l.entries,
            editing: l.editing.as_ref(),
            sent,
            may_write: l.team.may(cx, &rights::NOTES),
            csrf: &cx.actor.csrf,
            now: cx.now,
            zone: &cx.actor.zone,
            today: &l.today,
        }),
    )
}

#[derive(Deserialize)]
pub(crate) struct Which {
    entry: Option<String>,
}

pub(crate) async fn show(
    State(app): State<App>,
    cx: Ctx,
    Path((team, list)): Path<(String, String)>,
    Query(which): Query<Which>,
) -> Result<Response> {
    cx.require_signed_in()?;
    let found = load(&app, &cx, &team, &list, which.entry.and_then(|e| e.parse().ok())).await?;
    Ok(page(draw(&app, &cx, &found, None)))
}

fn entry_of(form: &Form) -> NewEntry {
    let day = form.get("day").trim();
    NewEntry {
        day: (!day.is_empty()).then(|| day.to_owned()),
        cells: form.0.iter().filter_map(|(k, v)| Some((k.strip_prefix("cells-")?.to_owned(), v.clone()))).collect(),
        version: form.get("version").parse().ok(),
    }
}

pub(crate) async fn save(
    State(app): State<App>,
    cx: Ctx,
    Path((team, list)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    let (sent, t, l) = (form.clone(), team.clone(), list.clone());
    let editing: Option<Id> = form.get("entry").parse().ok();
    let done = app
        .write(&cx, move |cx, tx| {
            cx.require_signed_in()?;
            let team = catalogue::store::team_by_slug(tx, &t)?;
            let list = acts::list_of(tx, &team, &l)?;
            let new = entry_of(&sent);
            match editing {
                Some(id) => acts::change(cx, tx, &team, &list, id, &new),
                None => acts::add(cx, tx, &team, &list, &new),
            }
        })
        .await;
    let faults = match done {
        Ok(_) => return Ok(see_other(&format!("/reports/{team}/lists/{list}"))),
        Err(Error::Invalid(faults)) => faults,
        Err(Error::Conflict(message) | Error::TooLarge(message)) => vec![Fault::new("day", message)],
        Err(e) => return Err(e),
    };
    let found = load(&app, &cx, &team, &list, editing).await?;
    Ok(refused(draw(&app, &cx, &found, Some((&form, &faults)))))
}

pub(crate) async fn take_out(
    State(app): State<App>,
    cx: Ctx,
    Path((team, list, entry)): Path<(String, String, String)>,
    _: Form,
) -> Result<Response> {
    let to = format!("/reports/{team}/lists/{list}");
    let id: Id = entry.parse().map_err(|_| Error::not_found("entry of this list", &entry))?;
    app.write(&cx, move |cx, tx| {
        cx.require_signed_in()?;
        let team = catalogue::store::team_by_slug(tx, &team)?;
        let list = acts::list_of(tx, &team, &list)?;
        acts::take_out(cx, tx, &team, &list, id)
    })
    .await?;
    Ok(see_other(&to))
}
