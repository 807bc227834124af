//! Handlers that add links and attachments beside a question.

use ::evidence::piece::NewEvidenceLink;
use axum::extract::State;
use axum::response::Response;
use kernel::error::{Error, Result};
use kernel::web::{App, Ctx, Form, Path, Upload, refused, see_other};

use super::question::{Refused, draw, load};
use crate::acts::piece as acts;

type At = Path<(String, String, String)>;

/// To the page of the question, or the page again with what was refused.
async fn done<T>(app: &App, cx: &Ctx, (workload, lens, id): (&str, &str, &str), form: &Form, done: Result<T>) -> Result<Response> {
    let faults = match done {
        Ok(_) => return Ok(see_other(&format!("/workloads/{workload}/reviews/{lens}/questions/{id}"))),
        Err(Error::Invalid(faults)) => faults,
        Err(e) => return Err(e),
    };
    let loaded = load(app, cx, (workload, lens, id)).await?;
    Ok(refused(draw(app, cx, &loaded, id, Refused { piece: Some((form, &faults)), ..Refused::default() })?))
}

pub(crate) async fn link(State(app): State<App>, cx: Ctx, Path((workload, lens, id)): At, form: Form) -> Result<Response> {
    let new = NewEvidenceLink { title: form.get("title").to_owned(), url: Some(form.get("url").to_owned()), to: None };
    let (w, l, q) = (workload.clone(), lens.clone(), id.clone());
    let made = app.write(&cx, move |cx, tx| acts::link(cx, tx, (&w, &l), &q, &new)).await;
    done(&app, &cx, (&workload, &lens, &id), &form, made).await
}

pub(crate) async fn attach(State(app): State<App>, cx: Ctx, Path((workload, lens, id)): At, sent: Upload) -> Result<Response> {
    let (w, l, q) = (workload.clone(), lens.clone(), id.clone());
    let (name, bytes) = sent.file.unwrap_or_default();
    let made = app.write(&cx, move |cx, tx| acts::attach(cx, tx, (&w, &l), &q, (&name, Ok(bytes.clone())))).await;
    done(&app, &cx, (&workload, &lens, &id), &sent.form, made).await
}
