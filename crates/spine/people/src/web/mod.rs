//! Handlers of this room's pages, by noun.

pub(crate) mod account;
pub(crate) mod list;
pub(crate) mod person;
pub(crate) mod start;
pub(crate) mod token;

use axum::http::HeaderValue;
use axum::response::Response;
use html::{Line, LineKind, Markup, Place, html};
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, page, shell};

use crate::session;

/// A page of this room in the frame of all pages.
fn framed(app: &App, cx: &Ctx, title: &str, body: Markup) -> Markup {
    shell(app, cx, title, Place::None, false).page(html! {}, body)
}

/// A page for somebody who is not signed in: no places, nothing to find.
fn bare(app: &App, cx: &Ctx, title: &str, body: Markup) -> Markup {
    let mut frame = shell(app, cx, title, Place::None, false);
    frame.bare = true;
    frame.page(html! {}, body)
}

/// As [`framed`], with one line about what was just done.
fn told(app: &App, cx: &Ctx, title: &str, done: Option<(&str, &str)>, body: Markup) -> Markup {
    let mut frame = shell(app, cx, title, Place::None, false);
    if let Some((lead, text)) = done {
        frame.lines.push(Line { kind: LineKind::Undo, lead: lead.into(), text: html! { (text) }, act: None });
    }
    frame.page(html! {}, body)
}

/// A form that was refused, to be shown again with what was typed.
pub(crate) struct Refusal {
    pub(crate) faults: Vec<Fault>,
    error: Error,
}

impl Refusal {
    /// Faults stand at their fields; a conflict, or too many tries, at `at`. Other errors have a page of their own.
    fn of(error: Error, at: &str) -> Result<Self> {
        let faults = match &error {
            Error::Invalid(faults) => faults.clone(),
            Error::Conflict(text) => vec![Fault::new(at, text)],
            Error::TooMany(_) => vec![Fault::new(at, error.to_string())],
            _ => return Err(error),
        };
        Ok(Self { faults, error })
    }

    fn answer(&self, markup: Markup) -> Response {
        let mut response = page(markup);
        *response.status_mut() = self.error.class().0.try_into().unwrap_or(axum::http::StatusCode::UNPROCESSABLE_ENTITY);
        if let Error::TooMany(seconds) = self.error {
            response.headers_mut().insert("retry-after", HeaderValue::from(seconds));
        }
        response
    }
}

/// A path of this server that somebody may be sent to after signing in. Browsers read `//`, `/\` and what has control
/// characters in it as another server.
pub(crate) fn local(to: &str) -> Option<&str> {
    let good =
        to.starts_with('/') && !to.starts_with("//") && to.len() <= 2_000 && to.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    good.then_some(to)
}

/// Where somebody signs in and then goes on to the page that was asked for (`Ctx::asked`), for links on other pages.
pub fn sign_in_path(asked: &str) -> String {
    match local(asked) {
        None | Some("/") => html::SIGN_IN.into(),
        Some(to) => to.bytes().fold(format!("{}?to=", html::SIGN_IN), |mut out, b| {
            match b {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(b)),
                _ => out.push_str(&format!("%{b:02X}")),
            }
            out
        }),
    }
}

/// The path that cookies are for: only what is ours behind a proxy that has other things too.
fn cookie_path(app: &App) -> String {
    let base = app.config.base();
    if base.is_empty() { "/".into() } else { base }
}

fn set_cookie(mut response: Response, app: &App, pair: &str, seconds: u64, only_http: bool) -> Response {
    let http = if only_http { "; HttpOnly" } else { "" };
    let secure = if app.config.secure() { "; Secure" } else { "" };
    let text = format!("{pair}; Path={}; Max-Age={seconds}; SameSite=Lax{http}{secure}", cookie_path(app));
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().append("set-cookie", value);
    }
    response
}

/// Gives the browser its session.
fn with_session(response: Response, app: &App, secret: &str) -> Response {
    set_cookie(response, app, &format!("session={secret}"), session::TOTAL.as_secs(), true)
}

/// Takes the session from the browser.
fn without_session(response: Response, app: &App) -> Response {
    set_cookie(response, app, "session=", 0, true)
}

#[cfg(test)]
mod tests {
    use super::{local, sign_in_path};

    #[test]
    fn signing_in_leads_back() {
        assert_eq!(sign_in_path("/reports/a?sprint=2&x=%20"), "/sign-in?to=/reports/a%3Fsprint%3D2%26x%3D%2520");
        assert_eq!(sign_in_path("//evil.example"), "/sign-in");
        assert_eq!(sign_in_path(""), "/sign-in");
    }

    #[test]
    fn nobody_is_sent_to_another_server() {
        for good in ["/", "/reports/payments?sprint=22#h", "/a//b"] {
            assert_eq!(local(good), Some(good));
        }
        for bad in ["", "x", "//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "/\t/evil.example", "/ü", "/a b"]
        {
            assert_eq!(local(bad), None, "{bad:?}");
        }
    }
}
