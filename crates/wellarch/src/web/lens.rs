//! Handlers of the pages of lenses.

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use html::Place;
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, Query, page, refused, see_other, shell};
use people::rights;

use crate::acts::lens as acts;
use crate::api::lens::{Which, chosen, form_of};
use crate::file::Form as Written;
use crate::pages::lens::{self as pages, LensPage, LensesPage};
use crate::published::{LensFile, NewLens};
use crate::store::lens as store;

async fn list(app: &App, cx: &Ctx, sent: Option<(&Form, &[Fault])>) -> Result<html::Markup> {
    let versions = app.read(cx, |_, tx| store::all(tx)).await?;
    let mut frame = shell(app, cx, "Lenses", Place::WellArchitected, false);
    frame.live = Some("/live?topic=lenses");
    frame.foot.exports = vec![("JSON", "/api/v1/lenses".into())];
    Ok(frame.page(
        html::html! {},
        pages::lenses(&LensesPage {
            versions: &versions,
            may_publish: cx.actor.may_somewhere(&rights::LENSES),
            sent,
            csrf: &cx.actor.csrf,
            now: cx.now,
            zone: &cx.actor.zone,
        }),
    ))
}

pub(crate) async fn all(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_signed_in()?;
    Ok(page(list(&app, &cx, None).await?))
}

pub(crate) async fn publish(State(app): State<App>, cx: Ctx, sent: Form) -> Result<Response> {
    cx.require_somewhere(&rights::LENSES)?;
    let names = sent.all("file.name");
    let files = names.into_iter().zip(sent.all("file")).map(|(name, text)| LensFile { name: name.into(), text: text.into() });
    let new = NewLens { files: files.collect(), slug: Some(sent.get("slug").to_owned()) };
    let done = async {
        let kept = app.read(&cx, move |cx, _| acts::prepare(cx, &new)).await?;
        app.write(&cx, move |cx, tx| acts::publish(cx, tx, &kept)).await
    };
    match done.await {
        Ok(published) => Ok(see_other(&format!("/lenses/{}?version={}", published.version.slug, published.version.digest))),
        Err(Error::Invalid(faults)) => {
            let at = |f: &Fault| Fault::new(if f.at == "files" { "file" } else { f.at.as_str() }, f.message.clone());
            let faults: Vec<Fault> = faults.iter().map(at).collect();
            Ok(refused(list(&app, &cx, Some((&sent, &faults))).await?))
        }
        Err(e) => Err(e),
    }
}

pub(crate) async fn one(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, Query(which): Query<Which>) -> Result<Response> {
    cx.require_signed_in()?;
    let (version, versions, kept) = app
        .read(&cx, move |_, tx| {
            let versions = store::versions(tx, &slug)?;
            let version = chosen(&versions, which.version.as_deref())?;
            let kept = store::read(tx, &version)?;
            // The check is done here, where a read may take its time.
            kept.findings();
            Ok((version, versions, kept))
        })
        .await?;
    let mut frame = shell(&app, &cx, &version.name, Place::WellArchitected, false);
    let of = format!("version={}", version.digest);
    frame.foot.exports = vec![
        ("As it came", format!("/lenses/{}/file?{of}", version.slug)),
        ("YAML", format!("/lenses/{}/file?{of}&form=yaml", version.slug)),
        ("AWS JSON", format!("/lenses/{}/file?{of}&form=aws", version.slug)),
        ("JSON", format!("/api/v1/lenses/{}?{of}", version.slug)),
    ];
    let body = pages::lens(&LensPage {
        version: &version,
        versions: &versions,
        lens: &kept.file.lens,
        findings: kept.findings(),
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(page(frame.page(html::html! {}, body)))
}

pub(crate) async fn file(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Query(which): Query<Which>,
) -> Result<Response> {
    cx.require_signed_in()?;
    let form = form_of(which.form.as_deref())?;
    let (name, form, bytes) = app
        .read(&cx, move |_, tx| {
            let version = chosen(&store::versions(tx, &slug)?, which.version.as_deref())?;
            let kept = store::read(tx, &version)?;
            let form = form.unwrap_or(kept.file.form);
            Ok((version.slug, form, kept.file.export(form)))
        })
        .await?;
    let (end, media) = match form {
        Written::Aws => ("json", "application/json"),
        Written::Own => ("yaml", "application/yaml; charset=utf-8"),
    };
    let headers = [(CONTENT_TYPE, media.to_owned()), (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{end}\""))];
    Ok((headers, bytes).into_response())
}
