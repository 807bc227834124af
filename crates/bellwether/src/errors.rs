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
        Error::NotFound(_) => Fault::NotFound { what: &text, asked: asked(&text), near: &[], find: Some("/find") },
        Error::Busy => Fault::Busy { retry_seconds: 5 },
        Error::OutcomeUnknown => Fault::Refused { what: title, why: &text },
        Error::Internal(_) | Error::NoSpace => Fault::Broken { reference: &cx.request },
        _ => Fault::Refused { what: title, why: &text },
    };
    error_page(&frame, &fault)
}

/// The name that a sentence says is not there, to be looked for; of an address its last part.
fn asked(text: &str) -> &str {
    let name = text.split_once('“').and_then(|(_, rest)| rest.split_once('”')).map_or("", |(name, _)| name);
    name.rsplit('/').next().unwrap_or(name)
}

/// Somebody without an account is offered to sign in; somebody with one has to ask a person.
fn ask(cx: &Ctx) -> Option<(&'static str, &'static str)> {
    (cx.actor.id == ActorId::Anonymous).then_some(("Sign in", html::SIGN_IN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_is_looked_for() {
        assert_eq!(asked("There is no team “paymnets”."), "paymnets");
        assert_eq!(asked("There is nothing at “/reports/paymnets”."), "paymnets");
        assert_eq!(asked("Nothing."), "");
    }
}
