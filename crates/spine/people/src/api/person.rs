//! Accounts.

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change as stored, change_and};
use kernel::error::{Error, Result};
use kernel::web::{App, Ctx, Idem, Json, Path, Query};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Paging, id};
use crate::acts::{self, Change};
use crate::link::{Link, secret_for};
use crate::person::folded;
use crate::{NewPerson, Person, store};

/// A person who was invited.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Invited {
    /// The account.
    pub person: Person,
    /// The link to hand out.
    pub link: Link,
}

/// A CSV file of people.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The text; its first line is `name,mail,role,scope`.
    #[schema(min_length = 20)]
    pub csv: String,
    /// Only say what would be done.
    #[serde(default)]
    pub dry_run: bool,
}

/// Adds the address to a link in an answer, if this call made it.
fn show_link(link: &mut Value, app: &App, secret: &str) {
    if let Ok(made) = serde_json::from_value::<Link>(link.clone()) {
        *link = serde_json::to_value(made.shown(&app.config.url(), secret)).unwrap_or_default();
    }
}

pub(crate) async fn list(State(app): State<App>, cx: Ctx, Query(p): Query<Paging>) -> Result<axum::Json<Page<Person>>> {
    cx.require_signed_in()?;
    let limit = p.limit()?;
    // The id first: it has a fixed length, and the name may hold anything.
    let after = p.after()?.unwrap_or_else(|| " ".into());
    let (after, name) = after.split_once(' ').map(|(id, name)| (id.to_owned(), name.to_owned())).unwrap_or_default();
    let rows = app.read(&cx, move |_, tx| store::person::list(tx, (&name, &after), limit + 1)).await?;
    Ok(axum::Json(Page::cut(rows, limit, |p| format!("{} {}", p.id, folded(&p.name)))))
}

pub(crate) async fn invite(State(app): State<App>, cx: Ctx, Json(new, idem): Json<NewPerson>) -> Result<Response> {
    let secret = app.secret()?;
    let drawn = secret.clone();
    let made = move |cx: &Ctx, tx: &mut dyn kernel::db::Tx| {
        acts::invite(cx, tx, &new, &drawn).map(|(person, link)| Invited { person, link })
    };
    change_and(&app, &cx, idem, 201, made, |answer| show_link(&mut answer["link"], &app, &secret)).await
}

pub(crate) async fn import(State(app): State<App>, cx: Ctx, Json(file, idem): Json<File>) -> Result<Response> {
    let seed = app.secret()?;
    let drawn = seed.clone();
    let made = move |cx: &Ctx, tx: &mut dyn kernel::db::Tx| acts::import_csv(cx, tx, &file.csv, file.dry_run, &drawn);
    let add = |answer: &mut Value| {
        for line in answer["lines"].as_array_mut().into_iter().flatten() {
            let secret = secret_for(&seed, line["mail"].as_str().unwrap_or(""));
            if let Some(link) = line.get_mut("link") {
                show_link(link, &app, &secret);
            }
        }
    };
    change_and(&app, &cx, idem, 200, made, add).await
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(person): Path<String>) -> Result<axum::Json<Person>> {
    cx.require_signed_in()?;
    let id = id("account", &person)?;
    let found = app.read(&cx, move |_, tx| store::person(tx, id)).await?;
    found.map(axum::Json).ok_or_else(|| Error::not_found("account", id))
}

pub(crate) async fn change(
    State(app): State<App>,
    cx: Ctx,
    Path(person): Path<String>,
    Json(new, idem): Json<Change>,
) -> Result<Response> {
    let id = id("account", &person)?;
    stored(&app, &cx, idem, 200, move |cx, tx| acts::change_person(cx, tx, id, &new)).await
}

pub(crate) async fn link(State(app): State<App>, cx: Ctx, Path(person): Path<String>, idem: Idem) -> Result<Response> {
    let id = id("account", &person)?;
    let secret = app.secret()?;
    let drawn = secret.clone();
    let made = move |cx: &Ctx, tx: &mut dyn kernel::db::Tx| acts::reset_link(cx, tx, id, &drawn);
    change_and(&app, &cx, idem, 201, made, |answer| show_link(answer, &app, &secret)).await
}

pub(crate) async fn deactivate(State(app): State<App>, cx: Ctx, Path(person): Path<String>, idem: Idem) -> Result<Response> {
    let id = id("account", &person)?;
    stored(&app, &cx, idem, 200, move |cx, tx| acts::deactivate(cx, tx, id)).await
}

pub(crate) async fn reactivate(State(app): State<App>, cx: Ctx, Path(person): Path<String>, idem: Idem) -> Result<Response> {
    let id = id("account", &person)?;
    stored(&app, &cx, idem, 200, move |cx, tx| acts::reactivate(cx, tx, id)).await
}
