//! Handlers of the pages of reviews.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::Response;
use html::{Markup, Place};
use kernel::db::Tx;
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other, shell};
use people::rights;

use crate::acts::review::{self as acts, NewReview};
use crate::document::ReviewDocument;
use crate::due::Due;
use crate::pages::review::{self as pages, ListRow, ReviewPage, WorkloadPage};
use crate::store;
use crate::web::live;

/// The list of all workloads with their reviews, by team.
pub(crate) async fn all(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_signed_in()?;
    let rows = app.read(&cx, rows).await?;
    let mut frame = shell(&app, &cx, "Well-Architected reviews", Place::WellArchitected, true);
    frame.live = Some("/live?topic=reviews");
    Ok(page(frame.page(html::html! {}, pages::reviews(&rows))))
}

fn rows(cx: &Ctx, tx: &mut dyn Tx) -> Result<Vec<ListRow>> {
    let mut out = Vec::new();
    let reviews = store::review::all(tx)?;
    let lenses = store::lens::all(tx)?;
    let mut due: HashMap<String, Due> =
        crate::acts::due::list(cx, tx, None)?.into_iter().map(|d| (d.workload.slug.clone(), d)).collect();
    for team in catalogue::store::teams(tx, None)? {
        for w in catalogue::store::workloads_of(tx, team.id)? {
            let mut held = Vec::new();
            for review in reviews.iter().filter(|r| r.workload == w.id) {
                let name =
                    lenses.iter().find(|v| v.digest == review.digest).map_or_else(|| review.lens.clone(), |v| v.name.clone());
                held.push((review.lens.clone(), name));
            }
            out.push(ListRow {
                team: (team.slug.clone(), team.name.clone()),
                due: due.remove(&w.slug),
                workload: (w.slug, w.name),
                reviews: held,
                may_begin: team.may(cx, &rights::ANSWERS),
            });
        }
    }
    Ok(out)
}

/// Reviews of one workload, and the form that begins one.
pub(crate) async fn of_workload(State(app): State<App>, cx: Ctx, Path(workload): Path<String>) -> Result<Response> {
    Ok(page(workload_page(&app, &cx, &workload, &[], "").await?))
}

/// `day` is what was typed where a plan was refused.
pub(crate) async fn workload_page(app: &App, cx: &Ctx, workload: &str, faults: &[Fault], day: &str) -> Result<Markup> {
    cx.require_signed_in()?;
    let slug = workload.to_owned();
    let (workload, team, documents, lenses, due) = app
        .read(cx, move |cx, tx| {
            let (workload, team, sheets) = acts::of_workload(cx, tx, &slug)?;
            let documents: Vec<ReviewDocument> = sheets.iter().map(ReviewDocument::of).collect();
            let due = crate::acts::due::of_workload(cx, tx, &slug)?;
            Ok((workload, team, documents, store::lens::all(tx)?, due))
        })
        .await?;
    let title = format!("Reviews of {}", workload.name);
    let topic = format!("/live?topic=team:{}", team.id);
    let mut frame = shell(app, cx, &title, Place::WellArchitected, false);
    frame.live = Some(&topic);
    frame.foot.exports = vec![("JSON", format!("/api/v1/workloads/{}/reviews", workload.slug))];
    Ok(frame.page(
        html::html! {},
        pages::workload(&WorkloadPage {
            workload: (&workload.slug, &workload.name),
            team: (&team.slug, &team.name),
            documents: &documents,
            lenses: &lenses,
            may_begin: team.may(cx, &rights::ANSWERS),
            due: &due,
            day,
            faults,
            csrf: &cx.actor.csrf,
        }),
    ))
}

pub(crate) async fn begin(State(app): State<App>, cx: Ctx, Path(workload): Path<String>, form: Form) -> Result<Response> {
    let (slug, new) = (workload.clone(), NewReview { lens: form.get("lens").to_owned(), version: None });
    let done = app.write(&cx, move |cx, tx| Ok(ReviewDocument::of(&acts::begin(cx, tx, &slug, &new)?))).await;
    let fault = match done {
        Ok(d) => return Ok(see_other(&format!("/workloads/{}/reviews/{}", d.workload.slug, d.lens.slug))),
        Err(Error::Conflict(message)) => Fault::new("lens", message),
        Err(Error::NotFound(message)) if message.contains("lens") => Fault::new("lens", message),
        Err(e) => return Err(e),
    };
    Ok(refused(workload_page(&app, &cx, &workload, &[fault], "").await?))
}

pub(crate) async fn one(State(app): State<App>, cx: Ctx, Path((workload, lens)): Path<(String, String)>) -> Result<Response> {
    cx.require_signed_in()?;
    let instance = live::instance(&app);
    let (w, l) = (workload.clone(), lens.clone());
    let (sheet, document, others, newer) = app
        .read(&cx, move |cx, tx| {
            let sheet = acts::sheet(cx, tx, &w, &l)?;
            let document = ReviewDocument::of(&sheet);
            let others = live::others(cx, tx, sheet.review.id, &instance)?;
            let newer = crate::acts::upgrade::newer(cx, tx, &sheet)?;
            Ok((sheet, document, others, newer))
        })
        .await?;
    let title = format!("{}, {}", document.workload.name, document.lens.name);
    let topic = live::address(&workload, &lens, "");
    let here = live::everybody(&app, sheet.review.id, others);
    let mut frame = shell(&app, &cx, &title, Place::WellArchitected, false);
    frame.live = Some(&topic);
    frame.foot.template = Some(format!("Lens version {}", document.lens.version));
    frame.foot.exports = vec![("JSON", format!("/api/v1/workloads/{workload}/reviews/{lens}"))];
    let body = pages::review(&ReviewPage {
        document: &document,
        may_answer: sheet.team.may(&cx, &rights::ANSWERS),
        newer: newer.as_ref().map(|v| v.version.as_str()),
        here: &here,
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(page(frame.page(html::html! {}, body)))
}
