//! Handlers of the pages of milestones.

use axum::extract::State;
use axum::response::Response;
use html::{Markup, Place};
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, Query, page, refused, see_other, shell};
use people::rights;

use crate::acts::milestone as acts;
use crate::acts::review as reviews;
use crate::api::milestone::Ends;
use crate::document::ReviewDocument;
use crate::milestone::NewMilestone;
use crate::pages::milestone::{self as pages, MilestonePage, MilestonesPage};

async fn list(app: &App, cx: &Ctx, workload: &str, lens: &str, sent: Option<(&Form, &[Fault])>) -> Result<Markup> {
    let (w, l) = (workload.to_owned(), lens.to_owned());
    let (sheet, all) = app.read(cx, move |cx, tx| acts::list(cx, tx, &w, &l)).await?;
    let document = ReviewDocument::of(&sheet);
    let title = format!("Milestones of {}", document.workload.name);
    let topic = format!("/live?topic={}", reviews::topic(&sheet.review));
    let mut frame = shell(app, cx, &title, Place::WellArchitected, false);
    frame.live = Some(&topic);
    frame.foot.exports = vec![("JSON", format!("/api/v1/workloads/{workload}/reviews/{lens}/milestones"))];
    Ok(frame.page(
        html::html! {},
        pages::milestones(&MilestonesPage {
            document: &document,
            milestones: &all,
            may_save: sheet.team.may(cx, &rights::MILESTONES),
            sent,
            csrf: &cx.actor.csrf,
            now: cx.now,
            zone: &cx.actor.zone,
        }),
    ))
}

pub(crate) async fn all(State(app): State<App>, cx: Ctx, Path((workload, lens)): Path<(String, String)>) -> Result<Response> {
    cx.require_signed_in()?;
    Ok(page(list(&app, &cx, &workload, &lens, None).await?))
}

pub(crate) async fn save(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    let (w, l, new) = (workload.clone(), lens.clone(), NewMilestone { name: form.get("name").to_owned() });
    let faults = match app.write(&cx, move |cx, tx| acts::save(cx, tx, &w, &l, &new)).await {
        Ok(_) => return Ok(see_other(&format!("/workloads/{workload}/reviews/{lens}/milestones"))),
        Err(Error::Invalid(faults)) => faults,
        Err(Error::Conflict(message) | Error::TooLarge(message)) => vec![Fault::new("name", message)],
        Err(e) => return Err(e),
    };
    Ok(refused(list(&app, &cx, &workload, &lens, Some((&form, &faults))).await?))
}

pub(crate) async fn one(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, milestone)): Path<(String, String, String)>,
) -> Result<Response> {
    cx.require_signed_in()?;
    let here = format!("/workloads/{workload}/reviews/{lens}/milestones/{milestone}");
    let (made, document, _) = app.read(&cx, move |cx, tx| acts::one(cx, tx, &workload, &lens, &milestone)).await?;
    let title = format!("{}, {}", made.name, document.workload.name);
    let mut frame = shell(&app, &cx, &title, Place::WellArchitected, false);
    frame.foot.exports = vec![("JSON", format!("/api/v1{here}"))];
    let body = pages::milestone(&MilestonePage { document: &document, milestone: &made, now: cx.now, zone: &cx.actor.zone });
    Ok(page(frame.page(html::html! {}, body)))
}

pub(crate) async fn comparison(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens)): Path<(String, String)>,
    Query(ends): Query<Ends>,
) -> Result<Response> {
    cx.require_signed_in()?;
    let (from, to) = (ends.from.unwrap_or_default(), ends.to.unwrap_or_default());
    let export = format!("/api/v1/workloads/{workload}/reviews/{lens}/comparison?from={}&to={}", key(&from), key(&to));
    let (document, found) = app
        .read(&cx, move |cx, tx| {
            let sheet = reviews::sheet(cx, tx, &workload, &lens)?;
            let found = acts::comparison(cx, tx, &sheet, &from, &to)?;
            Ok((ReviewDocument::of(&sheet), found))
        })
        .await?;
    let title = format!("{}: {} to {}", document.workload.name, found.from.name, found.to.name);
    let mut frame = shell(&app, &cx, &title, Place::WellArchitected, false);
    frame.foot.exports = vec![("JSON", export)];
    Ok(page(frame.page(html::html! {}, pages::comparison(&document, &found, (cx.now, &cx.actor.zone)))))
}

/// What may stand in an address: a slug has nothing else.
fn key(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}
