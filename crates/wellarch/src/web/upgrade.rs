//! Handlers of the page that moves a review to another version of its lens.

use axum::extract::State;
use axum::response::Response;
use html::{Markup, Place};
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, Query, page, refused, see_other, shell};
use people::rights;

use crate::acts::{review, upgrade as acts};
use crate::api::upgrade::To;
use crate::pages::upgrade::{self as pages, UpgradePage};
use crate::store;
use crate::upgrade::{NewUpgrade, read_map};

/// What was typed, and why it was refused; or only looked at.
#[derive(Default, Clone)]
struct Typed {
    to: Option<String>,
    milestone: Option<String>,
    map: String,
    faults: Vec<Fault>,
}

async fn draw(app: &App, cx: &Ctx, (workload, lens): (&str, &str), typed: &Typed) -> Result<Markup> {
    let (w, l, t) = (workload.to_owned(), lens.to_owned(), typed.clone());
    let (sheet, versions, found, faults) = app
        .read(cx, move |cx, tx| {
            let sheet = review::sheet(cx, tx, &w, &l)?;
            let versions = store::lens::versions(tx, &sheet.review.lens)?;
            let mut faults = t.faults.clone();
            let map = match read_map(&t.map) {
                Ok(map) => map,
                Err(Error::Invalid(more)) => {
                    faults.extend(more);
                    Vec::new()
                }
                Err(e) => return Err(e),
            };
            let new = NewUpgrade { to: t.to.clone(), map, ..NewUpgrade::default() };
            let found = match acts::look(cx, tx, &sheet, &new) {
                Ok(found) => Some(found),
                Err(Error::Invalid(more)) => {
                    faults.extend(more);
                    None
                }
                Err(e) => return Err(e),
            };
            faults.dedup();
            Ok((sheet, versions, found, faults))
        })
        .await?;
    let title = format!("Another version of {}", sheet.lens.file.lens.name);
    let mut frame = shell(app, cx, &title, Place::WellArchitected, false);
    let to = typed
        .to
        .as_deref()
        .map(|t| format!("?to={}", t.chars().filter(char::is_ascii_hexdigit).collect::<String>()))
        .unwrap_or_default();
    frame.foot.exports = vec![("JSON", format!("/api/v1/workloads/{workload}/reviews/{lens}/upgrade{to}"))];
    let body = pages::upgrade(&UpgradePage {
        workload: (&sheet.workload.slug, &sheet.workload.name),
        lens: (&sheet.review.lens, &sheet.lens.file.lens.name),
        digest: &sheet.review.digest,
        versions: &versions,
        found: found.as_ref(),
        to: typed.to.as_deref(),
        milestone: typed.milestone.as_deref(),
        map: &typed.map,
        may: sheet.team.may(cx, &rights::MILESTONES),
        faults: &faults,
        csrf: &cx.actor.csrf,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn show(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens)): Path<(String, String)>,
    Query(asked): Query<To>,
) -> Result<Response> {
    cx.require_signed_in()?;
    let typed = Typed { to: asked.to.filter(|t| !t.is_empty()), ..Typed::default() };
    Ok(page(draw(&app, &cx, (&workload, &lens), &typed).await?))
}

pub(crate) async fn upgrade(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    cx.require_somewhere(&rights::MILESTONES)?;
    let slug = workload.clone();
    let team = app.read(&cx, move |_, tx| Ok(review::place(tx, &slug)?.1)).await?;
    team.require(&cx, &rights::MILESTONES)?;
    let some = |name: &str| Some(form.get(name).to_owned()).filter(|t| !t.is_empty());
    let mut typed = Typed { to: some("to"), milestone: some("milestone"), map: form.get("map").to_owned(), faults: Vec::new() };
    if form.get("act") == "look" {
        return Ok(page(draw(&app, &cx, (&workload, &lens), &typed).await?));
    }
    let map = read_map(&typed.map);
    let done = match map {
        Ok(map) => {
            let new = NewUpgrade {
                to: typed.to.clone(),
                from: some("from"),
                milestone: form.get("milestone").to_owned(),
                map,
                dry_run: false,
            };
            let (w, l) = (workload.clone(), lens.clone());
            app.write(&cx, move |cx, tx| acts::upgrade(cx, tx, &w, &l, &new)).await
        }
        Err(e) => Err(e),
    };
    typed.faults = match done {
        Ok(_) => return Ok(see_other(&format!("/workloads/{workload}/reviews/{lens}"))),
        Err(Error::Invalid(faults)) => faults,
        Err(Error::Conflict(message) | Error::TooLarge(message)) => vec![Fault::new("milestone", message)],
        Err(e) => return Err(e),
    };
    Ok(refused(draw(&app, &cx, (&workload, &lens), &typed).await?))
}
