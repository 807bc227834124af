//! Lenses as JSON.

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change};
use kernel::error::{Error, Result};
use kernel::web::{App, Ctx, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::acts::lens as acts;
use crate::file::Form;
use crate::published::{LensFile, LensFinding, LensVersion, NewLens};
use crate::store::lens as store;

#[derive(Deserialize)]
pub(crate) struct Which {
    pub(crate) version: Option<String>,
    pub(crate) form: Option<String>,
}

/// A lens: one version, what its check found, and all versions that there are.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LensView {
    version: LensVersion,
    /// Heaviest first.
    findings: Vec<LensFinding>,
    /// Oldest first.
    versions: Vec<LensVersion>,
}

/// A version as files: written back as they came, or in another form.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LensFiles {
    files: Vec<LensFile>,
}

/// The version that a query names; the newest if it names none.
pub(crate) fn chosen(versions: &[LensVersion], digest: Option<&str>) -> Result<LensVersion> {
    let found = match digest.filter(|d| !d.is_empty()) {
        None => versions.last(),
        Some(d) => versions.iter().find(|v| v.digest == d),
    };
    found.cloned().ok_or_else(|| {
        let shown = kernel::text::shown(digest.unwrap_or(""), 64);
        Error::not_found("version of this lens with the digest", shown)
    })
}

/// `aws`, `yaml`, or none for the form in which it came.
pub(crate) fn form_of(text: Option<&str>) -> Result<Option<Form>> {
    match text.filter(|t| !t.is_empty()) {
        None => Ok(None),
        Some("aws") => Ok(Some(Form::Aws)),
        Some("yaml") => Ok(Some(Form::Own)),
        Some(_) => Err(Error::invalid("form", "A lens is written in the form aws or yaml.")),
    }
}

pub(crate) async fn all(State(app): State<App>, cx: Ctx) -> Result<axum::Json<Page<LensVersion>>> {
    cx.require_signed_in()?;
    let items = app.read(&cx, |_, tx| store::all(tx)).await?;
    Ok(axum::Json(Page { items, next: None }))
}

pub(crate) async fn one(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Query(which): Query<Which>,
) -> Result<axum::Json<LensView>> {
    cx.require_signed_in()?;
    let view = app
        .read(&cx, move |_, tx| {
            let versions = store::versions(tx, &slug)?;
            let version = chosen(&versions, which.version.as_deref())?;
            let findings = store::read(tx, &version)?.findings().to_vec();
            Ok(LensView { version, findings, versions })
        })
        .await?;
    Ok(axum::Json(view))
}

pub(crate) async fn files(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Query(which): Query<Which>,
) -> Result<axum::Json<LensFiles>> {
    cx.require_signed_in()?;
    let form = form_of(which.form.as_deref())?;
    let files = app
        .read(&cx, move |_, tx| {
            let version = chosen(&store::versions(tx, &slug)?, which.version.as_deref())?;
            let kept = store::read(tx, &version)?;
            match form.filter(|f| *f != kept.file.form) {
                None => Ok(kept.parts.clone()),
                Some(form) => {
                    let text = String::from_utf8(kept.file.export(form)).map_err(Error::internal)?;
                    let end = if form == Form::Aws { "json" } else { "yaml" };
                    Ok(vec![LensFile { name: format!("{}.{end}", version.slug), text }])
                }
            }
        })
        .await?;
    Ok(axum::Json(LensFiles { files }))
}

pub(crate) async fn publish(State(app): State<App>, cx: Ctx, Json(new, idem): Json<NewLens>) -> Result<Response> {
    cx.require_somewhere(&people::rights::LENSES)?;
    // A lens is read and checked where a read would run, so that neither listeners nor the writer wait for it.
    let kept = app.read(&cx, move |cx, _| acts::prepare(cx, &new)).await?;
    change(&app, &cx, idem, 201, move |cx, tx| acts::publish(cx, tx, &kept)).await
}
