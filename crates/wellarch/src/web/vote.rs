//! Handlers of blind votes. What casts one leaves no line in the log.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::error::{Error, Result};
use kernel::web::{App, Ctx, Form, Path, Unlogged, page, refused, see_other};

use super::question::{Refused, draw, load};
use crate::acts::{review as reviews, vote as acts};
use crate::vote::Ballot;

type At = Path<(String, String, String)>;

/// To the page of the question, or the page again with what was refused.
async fn done<T>(app: &App, cx: &Ctx, (workload, lens, id): (&str, &str, &str), done: Result<T>) -> Result<Response> {
    let (faults, status) = match done {
        Ok(_) => return Ok(see_other(&format!("/workloads/{workload}/reviews/{lens}/questions/{id}"))),
        Err(Error::Invalid(faults)) => (faults, StatusCode::UNPROCESSABLE_ENTITY),
        Err(Error::Conflict(message)) => (vec![kernel::error::Fault::new("vote", message)], StatusCode::CONFLICT),
        Err(e) => return Err(e),
    };
    let loaded = load(app, cx, (workload, lens, id)).await?;
    let drawn = draw(app, cx, &loaded, id, Refused { vote: &faults, ..Refused::default() })?;
    Ok(if status == StatusCode::CONFLICT { (status, page(drawn)).into_response() } else { refused(drawn) })
}

pub(crate) async fn open(State(app): State<App>, cx: Ctx, Path((workload, lens, id)): At, _: Form) -> Result<Response> {
    let (w, l, q, secret) = (workload.clone(), lens.clone(), id.clone(), app.secret()?);
    let made = app.write(&cx, move |cx, tx| acts::open(cx, tx, (&w, &l), &q, &secret)).await;
    done(&app, &cx, (&workload, &lens, &id), made).await
}

pub(crate) async fn close(State(app): State<App>, cx: Ctx, Path((workload, lens, id)): At, _: Form) -> Result<Response> {
    let (w, l, q) = (workload.clone(), lens.clone(), id.clone());
    let made = app.write(&cx, move |cx, tx| acts::close(cx, tx, (&w, &l), &q)).await;
    done(&app, &cx, (&workload, &lens, &id), made).await
}

/// Casts a ballot, and tells open pages of this instance that there is one more: a topic of the commit would store when.
pub(crate) async fn counted(app: &App, cx: &Ctx, (workload, lens, id): (&str, &str, &str), ballot: Ballot) -> Result<()> {
    let (w, l, q) = (workload.to_owned(), lens.to_owned(), id.to_owned());
    let review = app.write_unnamed(cx, move |cx, tx| acts::cast(cx, tx, (&w, &l), &q, &ballot)).await?;
    app.live.publish(&reviews::topic(&review));
    Ok(())
}

pub(crate) async fn cast(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, id)): At,
    form: Form,
) -> Unlogged<Result<Response>> {
    let choices = form.all("choice").into_iter().map(str::to_owned).collect();
    let ballot = Ballot { ticket: form.get("ticket").to_owned(), choices, none: !form.get("none").is_empty() };
    let at = (workload.as_str(), lens.as_str(), id.as_str());
    let made = counted(&app, &cx, at, ballot).await;
    Unlogged(done(&app, &cx, at, made).await)
}
