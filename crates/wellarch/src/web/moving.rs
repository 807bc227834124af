//! Handlers of the page that takes reviews in: looked at first, stored when somebody says so.

use axum::extract::State;
use axum::response::Response;
use html::{Markup, Place};
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other, shell};
use people::rights;

use crate::acts::{moving as acts, review};
use crate::moving::{ImportKind, Imported, NewImport};
use crate::pages::moving::{self as pages, ImportPage};
use crate::published::LensFile;
use crate::store;

async fn draw(
    app: &App,
    cx: &Ctx,
    workload: &str,
    sent: Option<&NewImport>,
    found: Option<&Imported>,
    faults: &[Fault],
) -> Result<Markup> {
    cx.require_signed_in()?;
    let slug = workload.to_owned();
    let ((workload, team), lenses) = app.read(cx, move |_, tx| Ok((review::place(tx, &slug)?, store::lens::all(tx)?))).await?;
    let title = format!("Take in a review of {}", workload.name);
    let frame = shell(app, cx, &title, Place::WellArchitected, false);
    let body = pages::import(&ImportPage {
        workload: (&workload.slug, &workload.name),
        team: (&team.slug, &team.name),
        lenses: &lenses,
        sent,
        found,
        faults,
        may: team.may(cx, &rights::ANSWERS),
        csrf: &cx.actor.csrf,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(workload): Path<String>) -> Result<Response> {
    Ok(page(draw(&app, &cx, &workload, None, None, &[]).await?))
}

pub(crate) async fn import(State(app): State<App>, cx: Ctx, Path(workload): Path<String>, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::ANSWERS)?;
    let slug = workload.clone();
    let team = app.read(&cx, move |_, tx| Ok(review::place(tx, &slug)?.1)).await?;
    team.require(&cx, &rights::ANSWERS)?;
    let names = form.all("file.name");
    let files = names.into_iter().zip(form.all("file")).map(|(name, text)| LensFile { name: name.into(), text: text.into() });
    let kind = match form.get("kind") {
        "azure-war" => ImportKind::AzureWar,
        "archive" => ImportKind::Archive,
        _ => ImportKind::AwsAnswers,
    };
    let new = NewImport {
        kind,
        files: files.collect(),
        lens: form.opt("lens").filter(|l| !l.is_empty() && kind == ImportKind::AwsAnswers).map(str::to_owned),
        accept_unmapped: !form.get("accept_unmapped").is_empty(),
        dry_run: form.get("act") != "take",
    };
    let (slug, asked) = (workload.clone(), new.clone());
    let done = if new.dry_run {
        app.read(&cx, move |cx, tx| acts::import(cx, tx, &slug, &asked)).await
    } else {
        app.write(&cx, move |cx, tx| acts::import(cx, tx, &slug, &asked)).await
    };
    let faults = match done {
        Ok(found) if found.done => return Ok(see_other(&format!("/workloads/{workload}/reviews/{}", found.lens))),
        Ok(found) => return Ok(page(draw(&app, &cx, &workload, Some(&new), Some(&found), &[]).await?)),
        Err(Error::Invalid(faults)) => {
            faults.into_iter().map(|f| Fault::new(if f.at == "files" { "file".to_owned() } else { f.at }, f.message)).collect()
        }
        Err(Error::Conflict(message)) => vec![Fault::new("file", message)],
        Err(e) => return Err(e),
    };
    Ok(refused(draw(&app, &cx, &workload, Some(&new), None, &faults).await?))
}
