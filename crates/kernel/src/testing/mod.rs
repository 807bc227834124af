//! What tests share: a whole application in memory on either engine, called without a network.

mod app;
pub mod faults;
pub mod pg;
mod prepare;

pub use app::{TestApp, TestParts};
pub use prepare::{prepare_all, prepare_faults};

use axum::body::Body;
use axum::http::{Request, Response};
use tower::ServiceExt;

use crate::error::Error;
use crate::web::{App, Ctx, router};

/// Calls an [`App`] in process, keeping cookies like a browser.
pub struct Client {
    app: App,
    router: axum::Router,
    /// Sent with each request: `name=value`, several parted by `; `. Set-Cookie of answers is kept here by name.
    pub cookie: Option<String>,
    /// Sent as `Authorization: Bearer`.
    pub bearer: Option<String>,
    /// Marks requests as coming over the owner's socket.
    pub owner: bool,
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: axum::http::HeaderMap,
    /// The body as text.
    pub text: String,
}

impl Answer {
    /// The body as JSON; a table in CSV or a calendar is one text, as the OpenAPI document says of it.
    ///
    /// # Panics
    /// If it is none.
    pub fn json(&self) -> serde_json::Value {
        let media = self.headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or("");
        if media.split(';').next().is_some_and(|m| matches!(m.trim(), "text/csv" | "text/calendar")) {
            return serde_json::Value::String(self.text.clone());
        }
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("no JSON ({e}): {} {}", self.status, self.text))
    }

    /// The header `location`.
    pub fn location(&self) -> &str {
        self.headers.get("location").and_then(|v| v.to_str().ok()).unwrap_or("")
    }

    /// Asserts the status.
    ///
    /// # Panics
    /// If it is another; shows the body.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }
}

impl Client {
    /// A caller without credentials.
    pub fn new(app: &App) -> Self {
        Self { app: app.clone(), router: router(app), cookie: None, bearer: None, owner: false }
    }

    /// The application that is called.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Sends a request.
    ///
    /// # Panics
    /// If the router fails, which it cannot.
    pub async fn send(&mut self, mut req: Request<Body>) -> Answer {
        if let Some(cookie) = &self.cookie {
            req.headers_mut().insert("cookie", cookie.parse().expect("a cookie"));
        }
        if let Some(token) = &self.bearer {
            req.headers_mut().insert("authorization", format!("Bearer {token}").parse().expect("a token"));
        }
        if self.owner {
            req.extensions_mut().insert(crate::web::OwnerSocket);
        }
        let response: Response<Body> = self.router.clone().oneshot(req).await.expect("an answer");
        let (parts, body) = response.into_parts();
        for set in parts.headers.get_all("set-cookie") {
            self.keep(set.to_str().unwrap_or(""));
        }
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        Answer { status: parts.status.as_u16(), headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// Keeps or, if it is empty or has run out, drops a cookie.
    fn keep(&mut self, set: &str) {
        let mut parts = set.split(';').map(str::trim);
        let pair = parts.next().unwrap_or("");
        let gone = pair.ends_with('=') || parts.any(|p| p.eq_ignore_ascii_case("max-age=0"));
        let name = pair.split('=').next().unwrap_or("").to_owned();
        let old = self.cookie.take().unwrap_or_default();
        let mut kept: Vec<&str> = old.split("; ").filter(|p| !p.is_empty() && p.split('=').next() != Some(&name)).collect();
        if !gone {
            kept.push(pair);
        }
        self.cookie = (!kept.is_empty()).then(|| kept.join("; "));
    }

    /// GET as a browser does (`text/html`), or as a program does under `/api`.
    pub async fn get(&mut self, path: &str) -> Answer {
        let req = Request::get(path).header("accept", "text/html,*/*");
        self.send(req.body(Body::empty()).expect("a request")).await
    }

    /// Posts a form; the token is added if the caller knows it as a field `csrf`.
    pub async fn form(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = fields.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect::<Vec<_>>().join("&");
        let req = Request::post(path)
            .header("accept", "text/html")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(req.body(Body::from(body)).expect("a request")).await
    }

    /// Sends JSON.
    pub async fn json(&mut self, method: &str, path: &str, body: &serde_json::Value) -> Answer {
        let req = Request::builder().method(method).uri(path).header("content-type", "application/json");
        self.send(req.body(Body::from(body.to_string())).expect("a request")).await
    }

    /// The form token of a page.
    pub fn csrf(page: &str) -> String {
        let mark = "name=\"csrf\" value=\"";
        page.find(mark).map(|i| page[i + mark.len()..].chars().take_while(|c| *c != '"').collect()).unwrap_or_default()
    }

    /// Fails the test if messages wait in the outbox: a loose end.
    ///
    /// # Panics
    /// If any does.
    pub async fn no_loose_ends(&self) {
        let waiting = self.app.db.read(crate::outbox::waiting).await.expect("a read");
        assert_eq!(waiting, 0, "messages wait in the outbox at the test's end");
    }
}

fn encode(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut out, b| {
        if b.is_ascii_alphanumeric() {
            out.push(b as char)
        } else {
            let _ = write!(out, "%{b:02X}");
        }
        out
    })
}

/// A plain page for errors, for tests without the binary's masthead.
pub fn error_page(_: &App, _: &Ctx, error: &Error) -> maud::Markup {
    maud::html! { h1 { (error.class().2) } p { (error) } }
}
