//! Handlers of the page that imports files: shown first, then taken.

use axum::extract::State;
use axum::response::Response;
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, page, refused};
use people::rights;

use super::framed;
use crate::acts::import::{self as acts, Format};
use crate::pages::import as pages;
use crate::store;
use crate::wanted::{File, NewCalendar, NewImport};

/// An import as the form sends it: each file after its name, or one text that was pasted.
fn import_of(form: &Form, format: Format) -> NewImport {
    let names = form.all("file.name");
    let mut files: Vec<File> =
        names.into_iter().zip(form.all("file")).map(|(name, text)| File { name: name.into(), text: text.into() }).collect();
    let pasted = form.get("text");
    if !pasted.trim().is_empty() {
        let name = if format == Format::Backstage { "pasted.yaml" } else { "pasted.csv" };
        files.push(File { name: name.into(), text: pasted.into() });
    }
    let some = |name: &str| Some(form.get(name).trim()).filter(|t| !t.is_empty()).map(str::to_owned);
    let calendar = some("zone").or_else(|| some("first_day")).map(|_| NewCalendar {
        zone: form.get("zone").trim().into(),
        first_day: form.get("first_day").trim().into(),
        sprint_days: None,
        first_number: None,
    });
    NewImport {
        files,
        source: some("source"),
        whole: !form.get("whole").is_empty(),
        group: some("group"),
        calendar,
        overwrite: !form.get("overwrite").is_empty(),
        dry_run: form.get("act") != "take",
    }
}

fn faults_of(e: Error) -> Result<Vec<Fault>> {
    match e {
        Error::Invalid(list) => {
            // Files have one field.
            let at = |f: &Fault| if f.at.starts_with("files") { "file".to_owned() } else { f.at.clone() };
            Ok(list.iter().map(|f| Fault::new(at(f), f.message.clone())).collect())
        }
        Error::Conflict(message) => Ok(vec![Fault::new("file", message)]),
        e => Err(e),
    }
}

async fn form_page(app: &App, cx: &Ctx, sent: Option<(&Form, &[Fault])>) -> Result<html::Markup> {
    let groups = app.read(cx, |_, tx| store::groups(tx)).await?;
    Ok(framed(app, cx, "Import", pages::form(&groups, sent, &cx.actor.csrf)))
}

pub(crate) async fn form(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_somewhere(&rights::TEAMS)?;
    Ok(page(form_page(&app, &cx, None).await?))
}

pub(crate) async fn run(State(app): State<App>, cx: Ctx, sent: Form) -> Result<Response> {
    cx.require_somewhere(&rights::TEAMS)?;
    let format = if sent.get("kind") == "catalogue" { Format::Catalogue } else { Format::Backstage };
    let new = import_of(&sent, format);
    let (asked, dry_run) = (new.clone(), new.dry_run);
    let done = async {
        let read = app.read(&cx, move |cx, _| acts::read(cx, format, &asked)).await?;
        if dry_run {
            app.read(&cx, move |cx, tx| acts::preview(cx, tx, &read)).await
        } else {
            app.write(&cx, move |cx, tx| acts::import(cx, tx, &read)).await
        }
    };
    match done.await {
        Ok(plan) => {
            let kind = if format == Format::Backstage { "backstage" } else { "catalogue" };
            let title = if dry_run { "What would change" } else { "Imported" };
            Ok(page(framed(&app, &cx, title, pages::plan(&plan, kind, &new, &cx.actor.csrf))))
        }
        Err(e) => {
            let faults = faults_of(e)?;
            Ok(refused(form_page(&app, &cx, Some((&sent, &faults))).await?))
        }
    }
}
