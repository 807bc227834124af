//! Errors as pages: why there is no page, and what to do.

use html::{Fault, Markup, error_page};
use kernel::error::Error;
use kernel::web::{ActorId, App, Ctx, shell};

/// The page for an error.
pub fn page(app: &App, cx: &Ctx, error: &Error) -> Markup {
    let frame = shell(app, cx, "", html::Place::None, false);
    let text = error.to_string();
    let sign_in = people::sign_in_path(&cx.asked);
    let (_, _, title) = error.class();
    let fault = match error {
        Error::SignedOut => Fault::Forbidden {
            what: "Sign in first",
            why: "This page is for people with an account on this server.",
            ask: Some(("Sign in", &sign_in)),
        },
        Error::Forbidden(_) => Fault::Forbidden { what: title, why: &text, ask: ask(cx) },
        Error::NotFound(_) => Fault::NotFound { asked: &text, near: &[], find: Some("/find") },
        Error::Busy => Fault::Busy { retry_seconds: 5 },
        Error::OutcomeUnknown => Fault::Refused { what: title, why: &text },
        Error::Internal(_) | Error::NoSpace => Fault::Broken { reference: &cx.request },
        _ => Fault::Refused { what: title, why: &text },
    };
    error_page(&frame, &fault)
}

/// Somebody without an account is offered to sign in; somebody with one has to ask a person.
fn ask(cx: &Ctx) -> Option<(&'static str, &'static str)> {
    (cx.actor.id == ActorId::Anonymous).then_some(("Sign in", html::SIGN_IN))
}
