//! Handlers of what people say without a name. They leave no line in the log.

use axum::extract::State;
use axum::response::Response;
use kernel::error::{Error, Result};
use kernel::web::{App, Ctx, Form, Path, Unlogged};

use super::session::done;
use crate::acts::anonymous as acts;
use crate::anonymous::{FeedbackBallot, NewBoxQuestion, Worth};
use crate::api::session::id;

async fn asked(app: &App, cx: &Ctx, at: &str, form: &Form) -> Result<Response> {
    let id = id(at)?;
    let new = NewBoxQuestion { text: form.get("text").to_owned() };
    let made = app.write(cx, move |cx, tx| acts::ask(cx, tx, id, &new)).await;
    if let Ok(s) = &made {
        // To open pages of this instance alone: a topic of the commit would store when.
        app.live.publish(&s.topic());
    }
    done(app, cx, id, form, made).await
}

pub(crate) async fn ask(State(app): State<App>, cx: Ctx, Path(at): Path<String>, form: Form) -> Unlogged<Result<Response>> {
    Unlogged(asked(&app, &cx, &at, &form).await)
}

async fn answered(app: &App, cx: &Ctx, at: &str, form: &Form) -> Result<Response> {
    let id = id(at)?;
    let worth = Worth::ALL.into_iter().find(|w| w.key() == form.get("worth"));
    let made = match worth {
        Some(worth) => {
            let ballot = FeedbackBallot { ticket: form.get("ticket").to_owned(), worth };
            app.write_unnamed(cx, move |cx, tx| acts::answer(cx, tx, id, &ballot)).await
        }
        None => Err(Error::invalid("worth", "Nothing is chosen. Choose one of the three.")),
    };
    done(app, cx, id, form, made).await
}

pub(crate) async fn answer(State(app): State<App>, cx: Ctx, Path(at): Path<String>, form: Form) -> Unlogged<Result<Response>> {
    Unlogged(answered(&app, &cx, &at, &form).await)
}
